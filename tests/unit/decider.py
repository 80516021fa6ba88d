"""Given these commands, when that command, then this event: how the tests of the domain read.

They look at the events that come out, not at the state inside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command, Context, Event
from domain.identity import RegisterLearner
from domain.learner import Item, Learner, open_record
from domain.words import Precision

_E = TypeVar("_E", bound=Event)

TODAY = date(2025, 9, 10)
TOMORROW = date(2025, 9, 11)
NEXT_TERM = date(2026, 1, 12)


def named(name: str) -> UUID:
    """The same id for the same name, in every test."""
    return uuid5(NAMESPACE_OID, name)


ANA, BEN, CLEO = named("Ana"), named("Ben"), named("Cleo")
REGISTER = RegisterLearner(given_name="Ana", family_name="Lopez")
CONTEXT = Context(
    today=TODAY,
    zone="America/Chicago",
    now=datetime(2025, 9, 10, 15, 0, tzinfo=UTC),
    entered_by=named("Ms Rivera"),
    entered_by_name="Ms Rivera",
    command_id=named("the command"),
)


def since(start: date, until: date | None = None) -> Effective:
    """From that day, where given until another."""
    return Effective(start=start, until=until)


SINCE_NOBODY_KNOWS_WHEN = Effective(precision=Precision.UNKNOWN)


class Outcome:
    """What came of a command: an event, or a refusal that left no trace."""

    def __init__(
        self,
        learner: Learner,
        before: tuple[int, dict[UUID, Item]],
        earlier: Sequence[Event],
        refusal: Refused | None,
    ) -> None:
        self._learner = learner
        self._before = before
        self._earlier = earlier
        self._refusal = refusal

    def then(self, event_class: type[_E], **fields: Any) -> _E:
        """One event of this class came out, with these values; the event itself for more."""
        if self._refusal is not None:
            raise AssertionError(f"refused by the rule {self._refusal.rule}") from self._refusal
        (event,) = self._learner.pending_events
        assert type(event) is event_class
        assert {name: getattr(event, name) for name in fields} == fields
        again = replayed([*self._earlier, event])
        assert (again.version, again.items) == (self._learner.version, self._learner.items)
        return event

    def refused(self, field: str, rule: str) -> Refused:
        """It was refused for this field by this rule, and nothing happened."""
        assert self._refusal is not None, f"accepted, where {rule} should have refused it"
        assert (self._refusal.field, self._refusal.rule) == (field, rule)
        assert str(self._refusal).endswith("."), "a refusal says its rule in a sentence"
        self.nothing_happened()
        return self._refusal

    def nothing_happened(self) -> None:
        """No event came out, and the learner decides as before."""
        assert list(self._learner.pending_events) == []
        assert (self._learner.version, self._learner.items) == self._before


class Given:
    """A learner to whom some things have happened."""

    def __init__(self, learner: Learner, events: Sequence[Event]) -> None:
        self._learner = learner
        self._events = events

    def when(
        self, command: Command, *, looked_at: int | None = None, today: date = TODAY
    ) -> Outcome:
        """Give the command; `looked_at` is the version that its writer saw."""
        before = self._learner.version, dict(self._learner.items)
        refusal = None
        try:
            self._learner.do(command, replace(CONTEXT, today=today), expected=looked_at)
        except Refused as refused:
            refusal = refused
        return Outcome(self._learner, before, self._events, refusal)


def given(*commands: Command) -> Given:
    """A registered learner, and what these commands made happen."""
    learner = open_record(ANA, REGISTER, CONTEXT)
    for command in commands:
        learner.do(command, CONTEXT)
    return Given(learner, [event for event in learner.collect_events() if isinstance(event, Event)])


def replayed(events: Iterable[Event]) -> Learner:
    """The learner as the events alone make it."""
    learner: Learner | None = None
    for event in events:
        learner = event.mutate(learner)
    assert learner is not None
    return learner
