"""What was answered is there after a crash, and no answered position is given out again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Event as Flag
from time import sleep
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from store import embedded
from store.embedded import EmbeddedPostgres
from store.factory import TenantDatastore
from store.migrate import migrate
from store.recorder import TenantRecorder
from tests.integration.conftest import Database, stored

# An asynchronous commit stays in memory this long: what nobody waited for, a crash takes.
WIDE = {"wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}
APPEND = """
SELECT first_position FROM append_events(%s, ARRAY[%s::uuid], ARRAY[1], ARRAY['t'],
                                         ARRAY['x'::bytea])
"""


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    with (
        TemporaryDirectory(prefix="throughline-") as directory,
        embedded.start(Path(directory), WIDE) as started,
    ):
        migrate(started.conninfo)
        yield started


@pytest.fixture
def tenant(server: EmbeddedPostgres) -> str:
    return Database(server.conninfo).make_tenant(f"t{uuid4().hex[:12]}")


def crash(server: EmbeddedPostgres) -> None:
    server.kill()
    server.start()


@contextmanager
def recorder(server: EmbeddedPostgres, tenant: str) -> Iterator[TenantRecorder]:
    with TenantDatastore(Database(server.conninfo).app, tenant=tenant) as datastore:
        yield TenantRecorder(datastore, tenant=tenant)


def append_without_waiting(server: EmbeddedPostgres, tenant: str, stream: UUID) -> int:
    """Committed, and not on disk: the append alone, without the flush that follows it."""
    with Database(server.conninfo).session(tenant) as session:
        row = session.execute(APPEND, (tenant, stream)).fetchone()
    assert row is not None
    return int(row[0])


def test_an_answered_position_survives_and_is_not_given_out_again(
    server: EmbeddedPostgres, tenant: str
) -> None:
    for cycle in range(1, 4):
        event = stored()
        with recorder(server, tenant) as ours:
            answer = ours.append([event])
            crash(server)
        assert answer.first_position == 2 * cycle - 1
        with recorder(server, tenant) as ours:
            assert ours.read_position(answer.first_position).state == event.state
            assert ours.append([stored()]).first_position == answer.first_position + 1


def test_without_the_wait_a_crash_takes_the_position_and_it_is_given_out_again(
    server: EmbeddedPostgres, tenant: str
) -> None:
    for stream in (uuid4(), uuid4()):  # the danger is real
        assert append_without_waiting(server, tenant, stream) == 1
        crash(server)


@pytest.mark.parametrize("how", ["read", "conflict"])
def test_an_answer_about_anothers_event_waits_until_that_is_on_disk(
    server: EmbeddedPostgres, tenant: str, how: str
) -> None:
    stream = uuid4()
    append_without_waiting(server, tenant, stream)
    with recorder(server, tenant) as ours:
        if how == "read":
            assert ours.select_events(stream)
            ours.ensure_durable()
        else:
            with pytest.raises(IntegrityError):
                ours.append([stored(stream, 1)])
        crash(server)
    with recorder(server, tenant) as ours:
        assert [e.originator_version for e in ours.select_events(stream)] == [1]


@pytest.mark.parametrize("cycles", [5, pytest.param(100, marks=pytest.mark.soak)])
def test_nothing_answered_is_lost_or_doubled_when_postgresql_is_killed_during_appends(
    server: EmbeddedPostgres, tenant: str, cycles: int
) -> None:
    answers: Queue[tuple[UUID, int]] = Queue()
    stop = Flag()
    with recorder(server, tenant) as ours, ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, ours, answers, stop) for _ in range(4)]
        for _ in range(cycles):
            already = answers.qsize()
            while answers.qsize() < already + 100 and not any(w.done() for w in writers):
                sleep(0.001)
            crash(server)
        stop.set()
        for writer in writers:
            writer.result()
        found = ours.select_notifications(None, 10**6)
    assert [n.id for n in found] == list(range(1, len(found) + 1))
    assert len({n.originator_id for n in found}) == len(found)
    assert set(answers.queue) <= {(n.originator_id, n.id) for n in found}


def write(ours: TenantRecorder, answers: "Queue[tuple[UUID, int]]", stop: Flag) -> None:
    """Append event after event; a command that got no answer is given again until it has one."""
    while not stop.is_set():
        stream, command = uuid4(), uuid4()
        event = stored(stream)
        while True:
            with suppress(OperationalError):
                answer = ours.append([event], command_ids=[command], digests=[b"d"])
                break
        answers.put((stream, answer.first_position))
