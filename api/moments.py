"""Days and instants as people write them, in the district's time zone.

Raises `MomentWrong` with the rule that was not kept; what was typed is never repeated.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.effective import EARLIEST

_Moment = TypeVar("_Moment", date, datetime)

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SEALED = re.compile(r"[A-Za-z0-9_-]{24,}")  # no time is written so long without a sign between


class MomentWrong(ValueError):
    """A day or an instant that cannot be asked about; `rule` is its code."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule = rule


def names_moment(text: str) -> bool:
    """Whether a text is meant as a day or a time; not as a position, which may begin so too."""
    return text[:4].isdecimal() and not SEALED.fullmatch(text)


def day_asked(on: date, today: date, born: date | None = None) -> date:
    """A day that a profile can be asked about."""
    if on > today:
        raise MomentWrong(
            "on-after-today", "on cannot lie after today: what will hold then, nobody knows yet."
        )
    if on < EARLIEST:
        raise MomentWrong("on-too-early", f"on cannot lie before {EARLIEST.isoformat()}.")
    if born is not None and on < born:
        raise MomentWrong(
            "on-before-birth",
            "on lies before the learner was born; ask about a later day, or correct the date of "
            "birth.",
        )
    return on


def instant_asked(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant that a text names: a time, or the end of a day (of today: now).

    A time without an offset is the district's own. Where the clocks skipped it or showed it
    twice, it names none.
    """
    if DAY.fullmatch(text):
        return _end_of(_parsed(date, text), zone, now)
    instant = _parsed(datetime, text)
    try:
        if instant.tzinfo is None:
            instant = _of_zone(instant, zone)
        in_utc = instant.astimezone(UTC)
    except OverflowError:  # in the calendar's first hours, or its last
        raise not_understood() from None
    if in_utc > now:
        raise MomentWrong(
            "known-in-future", "known cannot lie ahead: what we will know then, nobody knows yet."
        )
    return in_utc


def _end_of(day: date, zone: ZoneInfo, now: datetime) -> datetime:
    if day > now.astimezone(zone).date():
        raise MomentWrong(
            "known-in-future", "known cannot lie ahead: what we will know then, nobody knows yet."
        )
    if day == date.max:  # pragma: no cover - the future already
        return now
    following = datetime.combine(day + timedelta(days=1), time(), zone)
    return min(following.astimezone(UTC) - timedelta(microseconds=1), now.astimezone(UTC))


def _parsed(kind: type[_Moment], text: str) -> _Moment:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        raise not_understood() from None


def not_understood() -> MomentWrong:
    return MomentWrong(
        "known-not-understood",
        "known must be a day (2026-03-14), a time (2026-03-14T15:00, with or without an offset), "
        "or a position that an answer gave.",
    )


def _of_zone(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise MomentWrong(
            "known-skipped",
            "known names a time that the clocks skipped that day in the district's zone; choose "
            "one before or after.",
        )
    raise MomentWrong(
        "known-twice",
        "known names a time that the clocks showed twice that day in the district's zone; give "
        "the offset with it, as 2026-11-01T01:30-05:00.",
    )
