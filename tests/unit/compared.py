"""A file that is read at two places in time: how the tests of compare read."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.types.range import DateRange

from domain.event import Command
from domain.facts import RecordObservation, ScoreAssessment
from projections import fold
from projections.cells import OPEN
from projections.compare import Comparison, Coordinates, Difference, compare
from projections.entries import Entry, entry, for_recipient
from projections.fold import Line
from projections.rows import Row
from projections.tables import RowProjection
from tests.history import History
from tests.unit.decider import since

F, G = UUID(int=1), UUID(int=2)
JAN, FEB, MAR, APR, MAY = (date(2025, month, 1) for month in range(1, 6))


def observation(fact: UUID = F, start: date = JAN, **more: Any) -> RecordObservation:
    told = {"fact": fact, "area": "interests", "text": "Likes chess.", "effective": since(start)}
    return RecordObservation.model_validate({**told, **more})


def score(value: str, on: date, **more: Any) -> ScoreAssessment:
    told = {"measure": "Mathematics", "score": value, "scale": "IRT logits", "effective": since(on)}
    return ScoreAssessment.model_validate({**told, **more})


class File(History):
    """A history that is read as the projections read it, at any position."""

    def tell(self, *commands: Command) -> int:
        """Record commands; the position reached."""
        for command in commands:
            self.do(command)
        return len(self.events)

    def profile(self, on: date, position: int) -> list[Entry]:
        """What held on a day, as known at a position."""
        found = [
            self.entry(row, gone)
            for row, until, gone in self.rows()
            if row.known_from <= position < until
            and any((s is None or s <= on) and (u is None or on < u) for s, u in row.effective)
        ]
        return sorted(found, key=lambda e: (e.kind, e.area or "", str(e.id)))

    def rows(self) -> Iterator[tuple[Row, int, tuple[int, str] | None]]:
        """Every row with the position at which it closed, and what later took it away for good."""
        table, state = RowProjection("profile", fold.profile, 1), dict[Line, list[Row]]()
        closed: list[tuple[Row, int]] = []
        marks: dict[tuple[Row, int], tuple[int, str]] = {}
        for event in self.events:
            changes = table.take(state, event)
            closed += [(row, event.position) for row in changes.close]
            if gone := changes.removed:
                hit = [(r, u) for r, u in closed if r.item in gone.items]
                marks |= {
                    one: (event.position, gone.how)
                    for one in hit
                    if not set(gone.own).isdisjoint(one[0].content)
                }
        yield from ((row, until, marks.get((row, until))) for row, until in closed)
        yield from ((row, OPEN, None) for rows in state.values() for row in rows)

    def entry(self, row: Row, gone: tuple[int, str] | None) -> Entry:
        return entry(
            {
                **{name: getattr(row, name) for name in Row.__slots__},
                "effective": [DateRange(start, until) for start, until in row.effective],
                "removed_at": gone and gone[0],
                "removed_how": gone and gone[1],
            },
            [self.events[p - 1] for p in row.content],
        )

    def compare(
        self, a: tuple[date, int], b: tuple[date, int], *, recipient: bool = False
    ) -> Comparison:
        before, after, between = (
            self.profile(*place) for place in (a, b, (a[0], b[1]))
        )  # fmt: skip
        if recipient:
            before, after, between = (
                [for_recipient(e) for e in entries] for entries in (before, after, between)
            )
        return compare(before, after, at(*a), at(*b), hindsight=between)


def at(on: date, position: int) -> Coordinates:
    return Coordinates(on, position, None)


def only(found: Comparison) -> Difference:
    [difference] = found.differences
    return difference


def ids(difference: Difference) -> tuple[UUID | None, UUID | None]:
    before, after = difference.before, difference.after
    return (before.id if before else None, after.id if after else None)
