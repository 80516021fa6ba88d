"""Compare: what differs between a profile at one place in time and at another.

A place is a day in the world and a position at which the record was known. Between two of them
both may have changed: the learner's life, and what we know of it. The earlier day as known at
the later position (`hindsight`) lies between and tells the two apart: what differs from it at the
earlier place is what we have learnt, what differs from it at the later place is what has happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from projections.entries import Entry, Remark
from projections.growth import READ, Growth, growth
from projections.reading import BEGINNING, Reader
from projections.replay import Question, replay, shown

MOST = 100_000  # entries of one learner's timeline that measures are looked for in


class What(StrEnum):
    """What became of an entry between two places in time."""

    ADDED = "added"  # it began between the two days
    ENDED = "ended"  # it held on the earlier day, and no longer on the later one
    CHANGED = "changed"  # another value holds, or it stands otherwise than it did
    CORRECTED = "corrected"  # the file had it wrong: its content, its dates, that it was valid
    LEARNT_LATE = "learnt-late"  # it held on the earlier day already, and was not known then
    TAKEN_BACK = "taken-back"  # it was known then, and should never have been entered here
    REMARKED = "remarked"  # somebody said something about it since; it stands as it did


# What was wrong all along, told from what has changed since.
WRONG = frozenset({"fact-corrected", "fact-amended", "fact-reclassified", "consent-voided"})
GONE = frozenset({"retracted", "wrong-learner"})


@dataclass(frozen=True)
class Coordinates:
    """A place in time: a day, and the position up to which the record is known.

    `recorded_at` is when that position was recorded; None for position 0.
    """

    on: date
    position: int
    recorded_at: datetime | None

    @classmethod
    def of(cls, question: Question) -> "Coordinates":
        """Those of a question."""
        return cls(question.on, question.at.position, question.at.recorded_at)


@dataclass(frozen=True)
class Difference:
    """What became of one line of entries, with the entry that held at either place.

    `late` is true where what is told now is told of the earlier day too: our knowledge has
    changed, and not the learner's life. `remarks` are those of `after` that are new.
    """

    what: What
    before: Entry | None
    after: Entry | None
    remarks: tuple[Remark, ...] = ()
    late: bool = False

    @property
    def entry(self) -> Entry:
        """The entry as it stands last."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a difference has an entry before, after, or both")
        return found


@dataclass(frozen=True)
class Comparison:
    """What differs between two places in time; `same` counts the entries that do not."""

    a: Coordinates
    b: Coordinates
    differences: list[Difference]
    same: int
    growth: list[Growth]


class OutOfOrder(ValueError):
    """The later place lies before the earlier one; `field` is `on` or `known`."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} of the later place lies before that of the earlier one")
        self.field = field


def in_order(a: Coordinates, b: Coordinates) -> None:
    """Raises `OutOfOrder` where what is compared ends before it starts."""
    if b.on < a.on:
        raise OutOfOrder("on")
    if b.position < a.position:
        raise OutOfOrder("known")


@dataclass(frozen=True)
class Measured:
    """Entries with measures that began up to a day: also those whose stretch is over.

    `then` up to the earlier day as known at `a`; `first` and `last` up to either day, known at `b`.
    """

    then: Sequence[Entry]
    first: Sequence[Entry]
    last: Sequence[Entry]


def compare(
    before: Sequence[Entry],
    after: Sequence[Entry],
    a: Coordinates,
    b: Coordinates,
    *,
    hindsight: Sequence[Entry] | None = None,
    measured: Measured | None = None,
) -> Comparison:
    """What differs between the profile at `a` (`before`) and at `b` (`after`).

    `hindsight` is the profile on the day of `a` as known at `b`. Where both days are one it is
    `after`, where both positions are one it is `before`; for any other two places it must be
    given. Measures are looked for in the profiles, or in `measured`. Raises `OutOfOrder`.
    """
    in_order(a, b)
    if hindsight is None:
        if a.on != b.on and a.position != b.position:
            raise ValueError("hindsight is needed where day and position both differ")
        hindsight = after if a.on == b.on else before
    was, seen, now = lines_of(before), lines_of(hindsight), lines_of(after)
    found = [
        difference
        for key in dict.fromkeys([*now, *was])
        if not told_as_own(key, was.get(key), seen)
        and (difference := judge(was.get(key), seen.get(key), now.get(key), b, seen))
    ]
    same = sum(1 for key in now if key in was) - sum(1 for d in found if d.before and d.after)
    told = measured or Measured(before, hindsight, after)
    return Comparison(a, b, found, same, growth(told.then, told.first, told.last, (a.on, b.on)))


# On whose record, which line, about whom: ids mean nothing beyond their record.
Key = tuple[UUID, UUID, UUID]
Lines = dict[Key, Entry]


def lines_of(entries: Iterable[Entry]) -> Lines:
    """The entries by line; on one day a line has one value."""
    return {(e.record, e.line, e.learner): e for e in entries}


def told_as_own(key: Key, was: Entry | None, seen: Lines) -> bool:
    """Whether it is told as the other record's own since the two were merged."""
    record, line, _ = key
    return was is not None and key not in seen and (record, line, record) in seen


def judge(
    was: Entry | None, seen: Entry | None, now: Entry | None, b: Coordinates, hindsight: Lines
) -> Difference | None:
    """What became of a line; None where nothing did."""
    if was is None:
        if now is None:
            return None
        what = What.LEARNT_LATE if seen else What.ADDED
        return Difference(what, None, now, late=seen is not None)
    if taken_back(was, seen, b, hindsight):
        return Difference(What.TAKEN_BACK, was, now, late=True)
    if now is None:
        # Where it does not even hold on the earlier day any more, nothing ended: its dates or
        # its validity were put right.
        what = What.ENDED if seen else What.CORRECTED
        return Difference(what, was, None, late=seen is None)
    known = {r.provenance.position for r in was.remarks}
    remarks = tuple(r for r in now.remarks if r.provenance.position not in known)
    late = seen is not None and as_told(seen) == as_told(now)
    if corrected(was, now):
        return Difference(What.CORRECTED, was, now, remarks, late=True)
    if as_told(was) != as_told(now):
        return Difference(What.CHANGED, was, now, remarks, late)
    return Difference(What.REMARKED, was, now, remarks) if remarks else None


def as_told(entry: Entry) -> tuple[object, ...]:
    """What an entry tells, remarks left out."""
    return (entry.id, entry.status, entry.area, entry.data_class, entry.precision, entry.body)


def taken_back(was: Entry, seen: Entry | None, b: Coordinates, hindsight: Lines) -> bool:
    """Whether an entry was retracted by then, or turned out to be another person's.

    What still stands is not, though something that it was laid over may have been.
    """
    if seen is not None and seen.id == was.id:
        return False
    if was.removed and was.removed.how in GONE and was.removed.position <= b.position:
        return True
    return seen is None and all(learner != was.learner for _, _, learner in hindsight)


def corrected(was: Entry, now: Entry) -> bool:
    """Whether the same entry was put right in between."""
    if now.status == "voided" and was.status != "voided":
        return True
    if was.id != now.id:
        return False
    known = {p.position for p in was.changed_by}
    put_right = any(p.type in WRONG and p.position not in known for p in now.changed_by)
    if was.withheld or now.withheld:  # by what it was changed is not told
        put_right = was.status != now.status
    return put_right and (as_told(was), was.effective) != (as_told(now), now.effective)


def read_comparison(reader: Reader, a: Question, b: Question) -> Comparison:
    """The comparison of what two questions about one learner answer.

    In ten queries at most. Raises `UnknownLearner` and `OutOfOrder`.
    """
    here, there = Coordinates.of(a), Coordinates.of(b)
    in_order(here, there)
    before, after = replay(reader, a).entries, replay(reader, b).entries
    if a.on == b.on:
        hindsight = after
    elif here.position == there.position:
        hindsight = before
    else:
        hindsight = replay(reader, replace(a, at=b.at, instant=b.instant)).entries
    last = happened(reader, b)
    first = [e for e in last if begun(e, a.on)]
    then = first if here.position == there.position else happened(reader, a)
    # What holds is told by the profile, with all the values that followed each other.
    measured = Measured([*then, *before], [*first, *hindsight], [*last, *after])
    return compare(before, after, here, there, hindsight=hindsight, measured=measured)


def happened(reader: Reader, question: Question) -> list[Entry]:
    """Everything measured up to the day, also what covers a stretch that is over."""
    if question.before_our_file:
        return []
    found = reader.timeline(
        question.learner, BEGINNING, MOST, question.at, question.on, topics=tuple(READ)
    )
    return shown(found, question)


def begun(entry: Entry, on: date) -> bool:
    start = entry.effective[0].start if entry.effective else None
    return start is None or start <= on
