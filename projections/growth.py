"""Growth between two scores: how far apart they are, how certainly, and where that says nothing.

Two scores are compared only where measure, instrument and scale are the same words. Nothing is
converted, and what cannot be compared says why. Numbers are decimals, never floats.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from projections.entries import Entry

ASSESSMENT, ATTENDANCE, COURSE = (
    "assessment-scored",
    "attendance-summarised",
    "course-result-recorded",
)
SUMS_UP = (ATTENDANCE, COURSE)  # tell of a whole stretch of days at its end
SHARE = "percent of school days"
COARSER = ("day", "month", "term", "year")
HUNDREDTHS = Decimal("0.01")
SIX_DIGITS = Context(prec=6)  # of a standard error, which is no exact number itself


class WhyNot(StrEnum):
    """Why there is no growth between two scores."""

    OTHER_SCALE = "not comparable: other scale"
    OTHER_INSTRUMENT = "not comparable: other instrument"
    OTHER_BOTH = "not comparable: other scale and instrument"
    NO_SCALE = "not comparable: scale not stated"
    NO_NEWER = "no newer score"


@dataclass(frozen=True)
class Score:
    """One score: of which entry, on which day. `error` is its standard error, where given.

    `precision` is how exactly the day is known.
    """

    entry: UUID
    on: date
    value: Decimal
    error: Decimal | None
    instrument: str | None
    scale: str | None
    precision: str = "day"

    @property
    def stands_on(self) -> tuple[str | None, str | None]:
        """What another score must share to be compared with it."""
        return (self.instrument, self.scale)


@dataclass(frozen=True)
class Growth:
    """What became of one measure between two days, both as known at the later position.

    `kind` is the event type. `then` is the latest score that was known of the earlier day at the
    earlier position: another one than `first` where we have learnt better since, None where none
    was known. `standard_error` is that of the difference, where both scores have one. Without a
    difference, `why_not` says why.
    """

    kind: str
    measure: str
    first: Score
    last: Score
    then: Score | None
    difference: Decimal | None = None
    standard_error: Decimal | None = None
    why_not: WhyNot | None = None

    @property
    def days(self) -> int:
        """Days between the two scores, as if both days were known exactly."""
        return (self.last.on - self.first.on).days

    @property
    def precision(self) -> str:
        """How exactly both days are known: that of the one less exactly known."""
        return max(self.first.precision, self.last.precision, key=COARSER.index)


Scores = dict[tuple[str, str], dict[tuple[str | None, str | None], Score]]


def growth(
    then: Iterable[Entry],
    first: Iterable[Entry],
    last: Iterable[Entry],
    days: tuple[date, date],
) -> list[Growth]:
    """The growth in each measure that was scored on the earlier of two days and on the later one.

    `first` and `last` are the entries up to either day as known at the later position; `then`
    those up to the earlier day as known at the earlier position. The latest score counts; a
    measure without any newer score is told once for each scale.
    """
    earlier_day, later_day = days
    was, before = latest(then, earlier_day), latest(first, earlier_day)
    after = latest(last, later_day)
    found = []
    for (kind, measure), scores in sorted(after.items()):
        earlier = before.get((kind, measure), {})
        known = was.get((kind, measure), {})
        told = [
            between(kind, measure, base, made, known.get(base.stands_on))
            for stands_on, made in sorted(scores.items(), key=lambda s: (s[1].on, str(s[0])))
            if (base := earlier.get(stands_on) or newest(earlier))
        ]
        newer = [g for g in told if g.why_not is not WhyNot.NO_NEWER]
        found += newer or told
    return found


def between(kind: str, measure: str, first: Score, last: Score, then: Score | None) -> Growth:
    """The growth between two scores of a measure, or why there is none."""
    why_not = comparable(first, last)
    if why_not is not None:
        return Growth(kind, measure, first, last, then, why_not=why_not)
    error = None
    if first.error is not None and last.error is not None:
        error = (first.error**2 + last.error**2).sqrt(SIX_DIGITS)
    return Growth(kind, measure, first, last, then, last.value - first.value, error)


def comparable(first: Score, last: Score) -> WhyNot | None:
    """Why two scores of one measure tell of no growth; None where they do."""
    if first.scale is None or last.scale is None:
        return WhyNot.NO_SCALE
    other_scale, other_instrument = (
        first.scale != last.scale,
        first.instrument != last.instrument,
    )
    if other_scale or other_instrument:
        only = WhyNot.OTHER_SCALE if other_scale else WhyNot.OTHER_INSTRUMENT
        return WhyNot.OTHER_BOTH if other_scale and other_instrument else only
    return WhyNot.NO_NEWER if first.entry == last.entry else None


def latest(entries: Iterable[Entry], day: date) -> Scores:
    """The latest score of each measure on each instrument and scale, up to a day; of one day, the
    later known.

    Entries that are no score, were erased, or have no date, tell nothing.
    """
    found: Scores = {}
    for entry in sorted(entries, key=lambda e: e.provenance.position):
        if (told := score(entry)) is not None:
            measure, made = told
            if made.on > day:
                continue  # a stretch that had not ended: of its last days nobody could know
            scores = found.setdefault((entry.type, measure), {})
            known = scores.get(made.stands_on)
            if known is None or known.on <= made.on:
                scores[made.stands_on] = made
    return found


def newest(scores: Mapping[Any, Score]) -> Score | None:
    return max(scores.values(), key=lambda s: s.on, default=None)


def score(entry: Entry) -> tuple[str, Score] | None:
    """An entry as a score, with what it measures; None where it is none."""
    day, known = counted_on(entry)
    read = READ.get(entry.type)
    if read is None or day is None or entry.provenance.erased:
        return None
    told = read(entry.body)
    if told is None:
        return None
    measure, value, error, instrument, scale = told
    return measure, Score(entry.id, day, value, error, instrument, scale, known)


def scored_on(entry: Entry) -> date | None:
    """The day from which a score counts."""
    return counted_on(entry)[0]


def counted_on(entry: Entry) -> tuple[date | None, str]:
    """The day from which a score counts, and how exactly it is known.

    It is the first day; of what sums up a stretch, the last one. The end of any other score says
    that another one followed, and nothing of when it was made.
    """
    if not entry.effective:
        return None, entry.precision
    last = entry.effective[-1]
    if entry.type in SUMS_UP and last.until is not None:
        return last.until - timedelta(days=1), last.known
    return entry.effective[0].start, entry.precision


Told = tuple[str, Decimal, Decimal | None, str | None, str | None]


def _assessment(body: Mapping[str, Any]) -> Told | None:
    if "score" not in body or "measure" not in body:
        return None  # what another's record says about this learner is text alone
    error = body.get("standard_error")
    return (
        body["measure"],
        decimal(body["score"]),
        None if error is None else decimal(error),
        body.get("instrument"),
        body.get("scale"),
    )


def _attendance(body: Mapping[str, Any]) -> Told | None:
    if not body.get("days_enrolled"):
        return None
    share = 100 * decimal(body["days_attended"]) / decimal(body["days_enrolled"])
    return "Attendance", share.quantize(HUNDREDTHS), None, None, SHARE


def _course(body: Mapping[str, Any]) -> Told | None:
    if body.get("points") is None:
        return None
    return body["course"], decimal(body["points"]), None, None, body.get("scale")


READ: Mapping[str, Callable[[Mapping[str, Any]], Told | None]] = {
    ASSESSMENT: _assessment,
    ATTENDANCE: _attendance,
    COURSE: _course,
}


def decimal(value: object) -> Decimal:
    """A score as it is counted with: a correction lays a JSON value over the typed one."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
