"""A varied history on the real engine, and its rows as the database holds them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import UUID, uuid4

from api.compose import System
from domain.application import Recorded, Request
from domain.changes import AmendFact, CorrectFact, PlaceContestStatement, RetractFact, SupersedeFact
from domain.consent import GrantConsent, VoidConsent, WithdrawConsent
from domain.event import ACCESS, EVENTS, Command, Event, Part
from domain.facts import EndSupport, MakeComment, RecordObservation, ReviewSupport, StartSupport
from domain.goals import ProgressGoal, ReachGoal, SetGoal
from domain.identity import ChangeDetails
from domain.words import Area, GoalKind, Horizon
from projections.fold import Fold, Line
from projections.rows import Row, difference
from projections.tables import row_from
from store.embedded import EmbeddedPostgres
from tests.installation import Installation, database
from tests.unit.decider import CONTEXT, REGISTER, since
from tests.unit.plain import ALL, REGISTERED

_E = TypeVar("_E", bound=Event)
Known = tuple[Row, int | None]  # a row, and the position at which it was closed
JAN, FEB, MAR, APR, MAY = (date(2025, month, 1) for month in range(1, 6))


@contextmanager
def one_district(server: EmbeddedPostgres) -> Iterator[System]:
    """The engine on a database and keys of its own."""
    with (
        TemporaryDirectory(prefix="throughline-") as home,
        database(server) as found,
        Installation(Path(home), found).system() as system,
    ):
        yield system


def tell(system: System, learner: UUID, command: Command, today: date = CONTEXT.today) -> Recorded:
    """Record a command, given on the day of the domain's tests."""
    context = replace(CONTEXT, today=today, command_id=uuid4())
    return system.profiles.do(Request(learner, command, context))


def open_record(system: System, **details: Any) -> UUID:
    """A new learner."""
    learner = uuid4()
    tell(system, learner, REGISTER.model_copy(update=details))
    return learner


def everything(system: System) -> None:
    """Every command once, each with what it needs, on a learner of its own."""
    for plain in ALL:
        learner = uuid4() if plain is REGISTERED else open_record(system)
        for command in (*plain.before, plain.command):
            tell(system, learner, command)


def entangled(system: System) -> tuple[UUID, UUID]:
    """Changes upon changes, late and early, about one learner and about two."""
    ana, ben = open_record(system), open_record(system, given_name="Ben")
    for command in changes_upon_changes(ben):
        tell(system, ana, command)
    return ana, ben


def changes_upon_changes(other: UUID) -> list[Command]:
    """What follows each other on one record; some of it is about another learner too."""
    fact, first, second, both, support, successor, goal, consent = (uuid4() for _ in range(8))
    helped = (Part(learner=other, text="Was helped."),)
    return [
        RecordObservation(fact=fact, area=Area.INTERESTS, text="Chess.", effective=since(JAN)),
        SupersedeFact(fact=fact, successor=first, changes={"text": "Go."}, effective=since(MAY)),
        SupersedeFact(
            fact=fact, successor=second, changes={"text": "Both."}, effective=since(MAR, APR)
        ),
        MakeComment(fact=fact, text="At home too."),
        CorrectFact(
            fact=fact, changes={"text": "Draughts."}, ground="Misheard.", effective=since(FEB)
        ),
        PlaceContestStatement(fact=first, text="We do not agree."),
        RetractFact(fact=second, reason="Another day."),
        RecordObservation(
            fact=both, area=Area.STRENGTHS, text="Helped.", subjects=(other,), parts=helped,
            effective=since(JAN),
        ),
        AmendFact(fact=both, changes={"text": "Helped often."}, ground="Granted."),
        StartSupport(fact=support, title="Reading group", effective=since(JAN)),
        SupersedeFact(
            fact=support, successor=successor, changes={"title": "Reading pair"},
            effective=since(MAR),
        ),
        ReviewSupport(support=support, text="Going well."),
        EndSupport(support=successor, reason="Reached.", effective=since(APR)),
        CorrectFact(fact=successor, changes={"text": "Fluency."}, ground="Left out."),
        SetGoal(
            goal=goal, text="Read.", horizon=Horizon.SHORT_TERM, kind=GoalKind.ACADEMIC,
            effective=since(FEB), subjects=(other,), parts=helped,
        ),
        ProgressGoal(goal=goal, text="Half.", percent=50, effective=since(APR)),
        ReachGoal(goal=goal, text="Done.", effective=since(MAR)),
        GrantConsent(
            consent=consent, records=("attendance",), purpose="tutoring", recipient="Bright Path",
            signer_name="Maria Lopez", capacity="mother", method="paper",
            effective=since(date(2026, 1, 1)), subjects=(other,), parts=helped,
        ),
        WithdrawConsent(consent=consent),
        VoidConsent(consent=consent, reason="Not the mother."),
        ChangeDetails(preferred_name="Annie"),
    ]  # fmt: skip


def rows_in(system: System, table: str) -> list[Known]:
    """Every row of a table of the projections."""
    query = f"SELECT *, lower(known) AS known_from, upper(known) AS until FROM {table}"
    with system.datastore.get_connection() as conn:
        return [(row_from(r), r["until"]) for r in conn.execute(query.encode())]


def known_at(rows: Sequence[Known], position: int) -> set[Row]:
    """The rows that were known at a position."""
    return {
        row
        for row, until in rows
        if row.known_from <= position and (until is None or position < until)
    }


def events_of(system: System) -> list[Event]:
    """Every event of the district in its order."""
    return system.mapper.open(list(system.recorder.select_notifications(None, 100_000)))


def of_kind(system: System, kind: type[_E]) -> list[_E]:
    """Every event of one kind in the district, in their order."""
    found = system.recorder.select_notifications(None, 1_000_000, topics=[kind.TOPIC])
    return [event for event in system.mapper.open(list(found)) if isinstance(event, kind)]


def changes_of(system: System) -> int:
    """How many events were recorded, those left out that tell who saw something."""
    found = system.recorder.select_notifications(None, 100_000)
    return sum(EVENTS[one.topic].SPEC.record != ACCESS for one in found)


def states(fold: Fold, events: Sequence[Event]) -> Iterator[tuple[int, set[Row]]]:
    """The open rows after each event, folded in memory."""
    lines: dict[Line, list[Row]] = {}
    for event in events:
        line = fold.line(event)
        if line is not None:
            old = lines.get(line, [])
            changes = difference(old, fold(old, event), event.position)
            gone = {r.key for r in changes.close}
            lines[line] = [r for r in old if r.key not in gone] + list(changes.open)
        yield event.position, {row for rows in lines.values() for row in rows}
