"""When something was true in the world: half-open calendar days with a stated precision."""

from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.fields import Day
from domain.words import Precision

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 1, 1)
# A month, a term or a year is given by its first day, and may well end after the day in question.
LASTS = {Precision.DAY: 1, Precision.MONTH: 31, Precision.TERM: 366, Precision.YEAR: 366}


class Effective(BaseModel):
    """`[from, until)` in the school's local days; `from` is null only where it is unknown.

    A month, term or year is given by its first day; `until` is for what has ended.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    start: Day | None = Field(
        default=None, alias="from", description="First day it was true.", examples=["2025-03-14"]
    )
    until: Day | None = Field(
        default=None,
        description="First day it was no longer true; leave out where it still holds.",
        examples=["2025-06-01"],
    )
    precision: Precision = Field(
        default=Precision.DAY, description="How exactly the date is known.", examples=["day"]
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for name, day in (("from", self.start), ("until", self.until)):
            if day is not None and not EARLIEST <= day < LATEST:
                raise ValueError(f"effective.{name} must lie between 1900-01-01 and 2199-12-31")
        if (self.start is None) != (self.precision is Precision.UNKNOWN):
            raise ValueError(
                "effective.from is required unless effective.precision is 'unknown', "
                "and must be left out when it is"
            )
        if self.start and self.until and self.until <= self.start:
            raise ValueError("effective.until must be later than effective.from")
        return self


def is_before(given: Effective | None, day: date) -> bool:
    """True where all of the day, month, term or year that is given lies before a day."""
    if given is None or given.start is None:
        return False
    return given.start + timedelta(days=LASTS[given.precision]) <= day


def _short_form(value: Any) -> Any:
    """Let a person write `"2025-03-14"` or `"2025-03"` for a whole `Effective`."""
    if isinstance(value, date):
        return {"from": value}
    if isinstance(value, str):
        parts = value.split("-")
        if len(parts) == 2 and all(p.isdecimal() for p in parts) and 1 <= int(parts[1]) <= 12:
            return {"from": f"{value}-01", "precision": Precision.MONTH}
        return {"from": value}
    return value


EffectiveDate = Annotated[
    Effective, BeforeValidator(_short_form, json_schema_input_type=Effective | str)
]
