"""kill -9 of what writes and of what stores: nothing answered is lost, nothing is there twice."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.conninfo import make_conninfo

from api.compose import Databases, System
from api.preparing import prepare
from domain.application import Request
from domain.event import Event
from projections.projector import NAMES
from scheduler.worker import Worker
from store import embedded
from store.embedded import EmbeddedPostgres
from store.migrate import APP
from store.settings import Settings
from tests.installation import TENANT, Installation
from tests.processes import LEARNERS, Child, child, id_of, numbered
from tests.varied import events_of

CYCLES = pytest.mark.parametrize("cycles", [5, pytest.param(100, marks=pytest.mark.soak)])
ANSWERS = 15  # that each writer gives between two kills
WRITERS = 2
FAR = 10**9  # no writer comes to its last command

Answered = dict[int, int]  # a command's number, and the position that was answered


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    """A server of the test's own, which waits long before it writes to disk of its own accord."""
    with (
        TemporaryDirectory(prefix="throughline-") as directory,
        embedded.start(Path(directory), {"wal_writer_delay": "10s"}) as running,
    ):
        yield running


@pytest.fixture
def place(server: EmbeddedPostgres, tmp_path: Path) -> Installation:
    """A migrated database with the learners that the writers write about."""
    found = Databases(make_conninfo(server.conninfo, user=APP), server.conninfo)
    prepare(Settings(tenant=TENANT), found)
    made = Installation(tmp_path, found)
    with made.system() as system:
        for number in range(LEARNERS):
            system.profiles.do(numbered(system, number))
    return made


def take_answers(writer: Child, answered: Answered, count: int) -> None:
    """Read so many answers; a command that is answered again is answered the same."""
    for _ in range(count):
        take(writer.line(), answered)


def take(line: str, answered: Answered) -> None:
    number, position = map(int, line.split())
    assert answered.setdefault(number, position) == position


def end(writer: Child, answered: Answered) -> None:
    """Kill a writer, and read what it said before."""
    writer.kill()
    while line := writer.line():
        take(line, answered)


def check(place: Installation, answered: Answered) -> None:
    """Everything answered is there, once, in one dense order, and every projection says so."""
    with place.system() as system:
        events = events_of(system)
        assert [e.position for e in events] == list(range(1, len(events) + 1))
        commands = [e.command_id for e in events]
        assert len(set(commands)) == len(commands), "a command was recorded twice"
        recorded = {e.command_id: e.position for e in events}
        assert {n: recorded.get(id_of(n)) for n in answered} == answered
        check_projections(place, system, len(events))


def check_projections(place: Installation, system: System, head: int) -> None:
    """What was projected live is what a rebuild gives."""
    system.projector.catch_up()
    assert system.reader.progress() == dict.fromkeys(NAMES, head)
    assert system.reader.parked() == []
    live = tables(place)
    system.projector.rebuild()
    assert tables(place) == live


def tables(place: Installation) -> list[list[tuple[object, ...]]]:
    return [sorted(place.execute(f"SELECT t::text FROM {name} AS t")) for name in NAMES]


@CYCLES
def test_nothing_is_lost_or_doubled_when_the_server_process_is_killed(
    place: Installation, cycles: int
) -> None:
    chance = Random(cycles)
    answered: Answered = {}
    first = LEARNERS
    with place.system() as system, Worker(system.projector, place.databases.app):
        for _ in range(cycles):
            # Its last command may be recorded without an answer: the next writer repeats it.
            with child("record", place, str(first), str(FAR)) as writer:
                assert writer.line() == "ready"
                take_answers(writer, answered, chance.randint(1, ANSWERS))
                sleep(chance.uniform(0, 0.02))
                end(writer, answered)
            first = max(answered)
    check(place, answered)


@CYCLES
def test_nothing_is_lost_or_doubled_when_postgresql_is_killed(
    server: EmbeddedPostgres, place: Installation, cycles: int
) -> None:
    chance = Random(cycles)
    answered: Answered = {}
    with ExitStack() as stack:
        system = stack.enter_context(place.system())
        stack.enter_context(Worker(system.projector, place.databases.app))
        writers = [
            stack.enter_context(child("record", place, str(1 + n * 1_000_000), str(FAR)))
            for n in range(1, WRITERS + 1)
        ]
        for writer in writers:
            assert writer.line() == "ready"
        for _ in range(cycles):
            for writer in writers:
                take_answers(writer, answered, chance.randint(1, ANSWERS))
            server.kill()
            server.start()
        for writer in writers:
            take_answers(writer, answered, ANSWERS)
            end(writer, answered)
    check(place, answered)


@pytest.mark.parametrize("noticed", [False, True])
def test_what_stood_on_an_event_that_a_crash_took_away_is_decided_anew(
    server: EmbeddedPostgres,
    place: Installation,
    monkeypatch: pytest.MonkeyPatch,
    noticed: bool,
) -> None:
    """Another process's event may be seen before it is on disk, and a version may stand on it.

    Whether or not another request has `noticed` the crash, and mended the connections, before.
    """
    with place.system() as one, place.system() as other:
        request, later = numbered(one, LEARNERS), numbered(one, 2 * LEARNERS)
        assert request.learner == later.learner
        assert other.profiles.learner(request.learner).version == 1
        [stored] = other.mapper.seal([decide(one, request)])
        append_without_waiting(place, stored)
        append = one.recorder.append

        def crash_first(events: Sequence[StoredEvent], **more: Any) -> Any:
            monkeypatch.undo()
            assert [e.originator_version for e in events] == [3]
            server.kill()
            server.start()
            if noticed:
                assert one.recorder.max_notification_id() == LEARNERS
            return append(events, **more)

        monkeypatch.setattr(one.recorder, "append", crash_first)
        assert one.profiles.do(later).event.originator_version == 2
        assert other.profiles.learner(request.learner).version == 2


def decide(system: System, request: Request) -> Event:
    """The event of a command that is not recorded yet."""
    learner = system.profiles.fresh([request.learner])[request.learner]
    return learner.do(request.command, request.context)


def append_without_waiting(place: Installation, stored: StoredEvent) -> None:
    """What another process does before it waits for the disk."""
    with psycopg.connect(place.databases.app, autocommit=True) as connection:
        connection.execute("SET search_path = throughline")
        connection.execute("SELECT set_config('throughline.tenant', %s, false)", (TENANT,))
        connection.execute(
            "SELECT append_events(%s, ARRAY[%s], ARRAY[%s]::integer[], ARRAY[%s], ARRAY[%s])",
            (TENANT, stored.originator_id, stored.originator_version, stored.topic, stored.state),
        )
