"""What the law of a place says, as data. What a district chose for itself is in `policy.py`.

Written from public sources and not re-read word for word: each row is for counsel to confirm.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.words import DataClass


class LeapRule(StrEnum):
    """On which day somebody born on 29 February has a birthday in a year without one."""

    FEBRUARY_28 = "28 February"
    MARCH_1 = "1 March"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """The law of one place, as far as a decision about access turns on it."""

    code: str
    name: str
    ferpa: bool = True
    gdpr: bool = False
    age_of_transfer: int = 18
    leap_birthday: LeapRule = LeapRule.MARCH_1
    # Null where the state lets rights under IDEA stay with the parents.
    idea_transfer_age: int | None = 18
    # Whether an emancipated minor holds the rights over the own records.
    emancipation_transfers: bool = False
    online_consent_age: int = 13
    # From which age a talk with a counselor may be kept out of the record; null: never.
    counselor_confidential_from: int | None = None
    treatment_allowed: bool = False
    # Of these classes nobody who may not see them learns that there is anything.
    silent: frozenset[DataClass] = frozenset(
        {
            DataClass.SOLE_POSSESSION,
            DataClass.COUNSELOR_CONFIDENTIAL,
            DataClass.TREATMENT,
            DataClass.LAW_ENFORCEMENT,
        }
    )
    sources: tuple[str, ...] = ()


_FEDERAL = ("20 U.S.C. 1232g", "34 CFR 99.5", "34 CFR 300.520", "34 CFR 300.625", "16 CFR 312")

US = Jurisdiction(
    code="US",
    name="United States, where a state's row is missing",
    treatment_allowed=True,
    sources=_FEDERAL,
)

_STATES = (
    Jurisdiction(
        code="US-AL",
        name="Alabama",
        idea_transfer_age=19,
        treatment_allowed=True,
        sources=(*_FEDERAL, "Ala. Code 26-1-1"),
    ),
    Jurisdiction(
        code="US-CA",
        name="California",
        emancipation_transfers=True,
        counselor_confidential_from=12,
        treatment_allowed=True,
        sources=(*_FEDERAL, "Cal. Educ. Code 49602, 56041.5", "Cal. Fam. Code 7050"),
    ),
    Jurisdiction(
        code="US-CO",
        name="Colorado",
        idea_transfer_age=21,
        treatment_allowed=True,
        sources=(*_FEDERAL, "1 CCR 301-8"),
    ),
    Jurisdiction(
        code="US-NY",
        name="New York",
        idea_transfer_age=None,
        treatment_allowed=True,
        sources=(*_FEDERAL, "8 NYCRR 200"),
    ),
    Jurisdiction(
        code="US-TX",
        name="Texas",
        treatment_allowed=True,
        sources=(*_FEDERAL, "Tex. Educ. Code 29.017"),
    ),
)


def _gdpr(code: str, name: str, online_consent_age: int) -> Jurisdiction:
    """A place under the GDPR; the table of grounds does not know its school law."""
    return Jurisdiction(
        code=code,
        name=name,
        ferpa=False,
        gdpr=True,
        idea_transfer_age=None,
        online_consent_age=online_consent_age,
        sources=("GDPR 8",),
    )


JURISDICTIONS = {
    found.code: found
    for found in (
        US,
        *_STATES,
        _gdpr("GB", "United Kingdom", 13),
        _gdpr("FR", "France", 15),
        _gdpr("DE", "Germany", 16),
        _gdpr("IE", "Ireland", 16),
    )
}
