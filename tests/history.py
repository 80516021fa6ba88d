"""One learner's history in memory: commands in, events with positions out; and folds of them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from domain.event import Command, Context, Event
from domain.identity import RegisterLearner
from domain.learner import Learner, open_record
from projections.fold import Fold, Line
from projections.rows import Row, difference

TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
WRITER = UUID("11111111-1111-4111-8111-111111111111")


def context(today: date = TODAY, **more: Any) -> Context:
    return Context(
        today=today, zone="America/Chicago", now=NOW, entered_by=WRITER,
        entered_by_name="Ms Rivera", **more,
    )  # fmt: skip


class History:
    """Commands are decided one after the other; each event gets the next position."""

    def __init__(self, learner: UUID | None = None) -> None:
        register = RegisterLearner(given_name="Ana", family_name="Lopez")
        self.learner: Learner = open_record(learner or uuid4(), register, context())
        self.events: list[Event] = [*self.learner.collect_events()]  # type: ignore[list-item]
        self._place(self.events[0])

    def do(self, command: Command, today: date = TODAY) -> Event:
        event = self.learner.do(command, context(today))
        self.learner.collect_events()
        self.events.append(event)
        self._place(event)
        return event

    def _place(self, event: Event) -> None:
        vars(event)["position"] = len(self.events)


def fold_all(fold: Fold, events: Sequence[Event]) -> list[tuple[Row, int | None]]:
    """Every row that these events ever made, with the position that closed it, or None."""
    state: dict[Line, list[Row]] = {}
    closed: list[tuple[Row, int | None]] = []
    for event in events:
        line = fold.line(event)
        if line is None:
            continue
        old = state.get(line, [])
        changes = difference(old, fold(old, event), event.position)
        gone = {r.key for r in changes.close}
        closed += [(r, event.position) for r in changes.close]
        state[line] = [r for r in old if r.key not in gone] + list(changes.open)
    return closed + [(r, None) for rows in state.values() for r in rows]


def holding(fold: Fold, events: Sequence[Event], on: date) -> list[Row]:
    """The rows that hold on a day, as known after the last event."""
    return [
        row
        for row, until in fold_all(fold, events)
        if until is None
        and any((s is None or s <= on) and (u is None or on < u) for s, u in row.effective)
    ]
