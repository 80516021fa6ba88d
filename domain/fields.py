"""The field types that commands share, with the rules for text and dates."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints

SHORT, LONG = 300, 20_000
# C0 and C1 controls other than tab, newline and carriage return; and lone surrogates, which no
# UTF-8 store can hold. Right-to-left marks and emoji are ordinary text.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# Whatever ends a line somewhere: LF, VT, FF, CR, NEL, and Unicode's line and paragraph separators.
LINE_BREAK = re.compile("[\n\x0b\x0c\r\x85\u2028\u2029]")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unfit(ValueError):
    """A value that breaks a rule with a name of its own; the sentence never holds the value."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule = rule


def _plain(text: str) -> str:
    found = _CONTROL.search(text)
    if found:
        raise ValueError(
            f"contains the control character U+{ord(found[0]):04X}, which cannot be stored"
        )
    return text


def _one_line(text: str) -> str:
    # A quote torn twice in a table would make one name of all that stands between.
    if LINE_BREAK.search(text):
        raise Unfit("not-one-line", "must stand on one line, without a line break")
    return text


def _written_out(value: Any) -> Any:
    # pydantic would take a number for seconds since 1970.
    if isinstance(value, int | float) or (isinstance(value, str) and not _DATE.match(value)):
        raise ValueError("must be written out like 2025-03-14")
    return value


def _placed(instant: datetime) -> datetime:
    # Without an offset it is no point in time; and one a day from year 1 has no local time.
    if instant.tzinfo is None:
        raise ValueError("must say its offset from UTC, like 2025-03-14T09:30:00-05:00")
    if not 1900 <= instant.year < 2200:
        raise ValueError("must lie between the years 1900 and 2199")
    return instant


Day = Annotated[date, BeforeValidator(_written_out)]
Instant = Annotated[datetime, BeforeValidator(_written_out), AfterValidator(_placed)]
ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=SHORT),
    AfterValidator(_one_line),
    AfterValidator(_plain),
]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONG),
    AfterValidator(_plain),
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
LawCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
AddressPattern = Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/{}_.-]{0,100}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$")]
