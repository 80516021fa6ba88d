"""Records with a history, for tests of the files that a decision reads.

An entry is a command, the instant at which it was recorded and, where it was not Ms Rivera, who
entered it; positions follow the instants.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.application import placed
from domain.effective import Effective
from domain.event import Command, Event
from domain.identity import RegisterLearner
from domain.learner import Learner, open_record
from domain.people import RegisterPerson
from tests.unit.decider import ANA, CONTEXT
from tests.unit.plain_people import DISTRICT, RIVERA

ZONE = ZoneInfo("America/Chicago")
BORN = date(2010, 3, 14)
Entry = tuple[Command, str] | tuple[Command, str, UUID]


def at(text: str) -> datetime:
    """Nine in the morning, in Chicago, of a day written like 2025-09-01."""
    return datetime.fromisoformat(f"{text}T09:00").replace(tzinfo=ZONE).astimezone(UTC)


def on(start: str, until: str | None = None) -> Effective:
    end = date.fromisoformat(until) if until else None
    return Effective(start=date.fromisoformat(start), until=end)


def record(owner: UUID, opening: Command, entries: Sequence[Entry], opened: str) -> list[Event]:
    """The events of one record, in order."""
    learner: Learner | None = None
    for command, day, *by in [(opening, opened), *entries]:
        when, who = at(day), by[0] if by else CONTEXT.entered_by
        today = when.astimezone(ZONE).date()
        context = replace(CONTEXT, now=when, today=today, zone=ZONE.key, entered_by=who)
        if learner is None:
            learner = open_record(owner, command, context)
        else:
            learner.do(command, context)
    assert learner is not None
    return [event for event in learner.collect_events() if isinstance(event, Event)]


def in_order(*records: Iterable[Event]) -> list[Event]:
    """The events of several records in the order of the district, each with its position."""
    every = sorted((e for one in records for e in one), key=lambda e: e.recorded_at)
    return [placed(e, n, e.recorded_at) for n, e in enumerate(every, 1)]


def learner(*entries: Entry, owner: UUID = ANA, born: date | None = BORN) -> list[Event]:
    """A learner's record, opened in 2024."""
    opening = RegisterLearner(given_name="Ana", family_name="Lopez", birth_date=born)
    return in_order(record(owner, opening, entries, "2024-08-01"))


def person(*entries: Entry, owner: UUID = RIVERA) -> list[Event]:
    """A person's record, opened in 2024."""
    return in_order(record(owner, RegisterPerson(name="Ms Rivera"), entries, "2024-08-01"))


def district(*entries: Entry) -> list[Event]:
    """The district's record, opened in 2024."""
    opening = RegisterPerson(name="Cedar Schools")
    return in_order(record(DISTRICT, opening, entries, "2024-08-01"))
