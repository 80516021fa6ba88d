"""Bitemporal rows: what holds when (`effective`), and from which position we know it (`known`).

A row carries no content, not even sealed: `content` lists the positions of the events that hold
it. Whoever reads a row opens those events, so an erased key erases every projection at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

# Half-open [from, until); None is unbounded on that side.
Span = tuple[date | None, date | None]

CLOSED = ("reached", "set-aside")  # a goal stays so, also past progress dated later
WITHOUT_BEGINNING = ("protected-contact",)  # each says how things stand, and none began it


@dataclass(frozen=True, slots=True)
class Row:
    """One assertion as it stood over a range of positions.

    `line` groups the assertions that follow each other (a fact and the values that superseded
    it); `said` is the span the assertion itself claims, `effective` what is left of it beside
    the others of its line. `own` are the positions that make up this assertion, first its own
    event; `content` all that a reader lays over each other, in order.

    `stream` is the learner on whose record it stands: ids are chosen by writers and mean nothing
    beyond that record. `learner` is whom the row is about, who may be another.
    """

    stream: UUID
    learner: UUID
    line: UUID
    item: UUID
    kind: str
    status: str
    said: Span
    own: tuple[int, ...]
    area: str | None = None
    data_class: str = "education"
    effective: tuple[Span, ...] = ()
    content: tuple[int, ...] = ()
    known_from: int = 0

    @property
    def key(self) -> tuple[UUID, UUID]:
        """What no other open row has."""
        return (self.stream, self.item)

    def with_event(self, position: int) -> "Row":
        """The row with one more event attached to its content."""
        return replace(self, own=(*self.own, position))


def empty(span: Span) -> bool:
    """Whether it ends before it begins: a support that was ended from before its start."""
    return span[0] is not None and span[1] is not None and span[1] <= span[0]


def before(a: date | None, b: date | None) -> bool:
    """Whether a start `a` comes before a start `b`; None is the beginning of time."""
    return b is not None and (a is None or a < b)


def subtract(spans: Iterable[Span], hole: Span) -> tuple[Span, ...]:
    """What is left of the spans outside the hole."""
    left: list[Span] = []
    if empty(hole):
        return tuple(spans)
    for start, until in spans:
        hole_start, hole_until = hole
        misses_left = hole_until is not None and start is not None and hole_until <= start
        misses_right = until is not None and hole_start is not None and until <= hole_start
        if misses_left or misses_right:
            left.append((start, until))
            continue
        if before(start, hole_start):
            left.append((start, hole_start))
        if hole_until is not None and (until is None or hole_until < until):
            left.append((hole_until, until))
    return tuple(left)


def settle(rows: Sequence[Row]) -> list[Row]:
    """The rows of one line with `effective` and `content` worked out.

    A value holds from its own start until a value with a later start takes over, whatever the
    order they became known in; of two with one start, the later known wins. Content is laid
    over the earlier values' content, so a change names only the fields it changes.

    The value that a line began with gives way to each of the others, also to one dated before
    it: a consent withdrawn before the day it was to begin never begins.
    """
    settled = []
    for learner in dict.fromkeys(r.learner for r in rows):
        ordered = in_order([r for r in rows if r.learner == learner])
        for n, row in enumerate(ordered):
            effective: tuple[Span, ...] = (row.said,)
            for later in ordered[n + 1 :]:
                effective = subtract(effective, later.said)
            content = tuple(p for earlier in ordered[: n + 1] for p in earlier.own)
            held = tuple(s for s in effective if not empty(s))
            closed = [r.status for r in ordered[:n] if r.status in CLOSED]
            status = closed[0] if closed and row.status == "open" else row.status
            settled.append(replace(row, effective=held, content=content, status=status))
    return settled


def in_order(rows: Sequence[Row]) -> list[Row]:
    """The values of a line and learner in the order in which each takes over."""
    began = min(r.own[0] for r in rows)
    return sorted(
        rows,
        key=lambda r: (
            r.own[0] != began or r.kind in WITHOUT_BEGINNING,
            r.said[0] or date.min,
            r.own[0],
        ),
    )


def unsettled(rows: Sequence[Row]) -> list[Row]:
    """The rows as said: each for itself."""
    return [
        replace(row, effective=() if empty(row.said) else (row.said,), content=row.own)
        for row in rows
    ]


def happened(rows: Sequence[Row]) -> list[Row]:
    """The rows as said, each for itself, but for the statements that stand beside them.

    A family's statement stands beside the value that it contests, and those that followed it.
    Takes the rows as `beside` gives them.
    """
    told = []
    for learner in dict.fromkeys(r.learner for r in rows):
        standing: tuple[int, ...] = ()
        for row in in_order([r for r in rows if r.learner == learner]):
            if row.kind == "fact":
                standing += tuple(p for p in row.content if p not in row.own)
            more = sorted((*row.own[1:], *(standing if row.kind == "fact" else ())))
            effective = () if empty(row.said) else (row.said,)
            told.append(replace(row, effective=effective, content=(row.own[0], *more)))
    return told


def beside(rows: Sequence[Row]) -> list[Row]:
    """The rows with no other `content` than the statements that were placed beside each itself."""
    found = []
    for learner in dict.fromkeys(r.learner for r in rows):
        before: set[int] = set()
        for row in in_order([r for r in rows if r.learner == learner]):
            placed = tuple(p for p in row.content if p not in row.own and p not in before)
            before.update(row.own, placed)
            found.append(replace(row, content=placed))
    return found


@dataclass(frozen=True, slots=True)
class Removed:
    """What an event took away for good: how, and whatever rests on which positions.

    `items` are those of the line, on whose earlier rows it may be.
    """

    how: str
    stream: UUID
    items: tuple[UUID, ...]
    own: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What one event does to the rows: which open ones close at its position, which open."""

    close: tuple[Row, ...] = ()
    open: tuple[Row, ...] = ()
    removed: Removed | None = None


def difference(old: Sequence[Row], new: Sequence[Row], position: int) -> Changes:
    """The changes that turn the open rows `old` into `new` at a position."""
    kept = {r.key: r for r in old}
    opened = []
    staying = set()
    for row in new:
        known = kept.get(row.key)
        if known is not None and replace(row, known_from=known.known_from) == known:
            staying.add(row.key)
            continue
        opened.append(replace(row, known_from=position))
    closed = [r for key, r in kept.items() if key not in staying]
    return Changes(tuple(closed), tuple(opened))
