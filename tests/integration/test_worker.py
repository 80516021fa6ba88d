"""The projector's thread: woken by an append, patient with a database that goes away."""

from time import monotonic

from scheduler.worker import Worker
from tests.installation import Installation, register

LONG = 60.0  # a poll that never comes during a test


def test_an_append_wakes_the_worker(installation: Installation) -> None:
    with (
        installation.system() as system,
        Worker(system.projector, installation.databases.app, poll=LONG),
    ):
        for _ in range(3):
            register(system)
            head, _ = system.reader.head()
            assert system.reader.wait_for(head, timeout=10)


def test_what_was_recorded_before_the_worker_started_is_taken_in(
    installation: Installation,
) -> None:
    with installation.system() as system:
        register(system)
        with Worker(system.projector, installation.databases.app, poll=LONG):
            assert system.reader.wait_for(1, timeout=10)


def test_where_no_word_comes_the_worker_looks_by_itself(installation: Installation) -> None:
    with (
        installation.system() as system,
        Worker(system.projector, installation.databases.app, schema="elsewhere", poll=0.05),
    ):
        register(system)
        assert system.reader.wait_for(1, timeout=10)


def test_the_worker_stops_when_told(installation: Installation) -> None:
    with installation.system() as system:
        worker = Worker(system.projector, installation.databases.app)
        began = monotonic()
        with worker:
            assert worker.running
        assert not worker.running
        assert monotonic() - began < 5


def test_the_worker_goes_on_after_its_sessions_were_ended(installation: Installation) -> None:
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND usename = 'throughline_app'"
    )
    with (
        installation.system() as system,
        Worker(system.projector, installation.databases.app) as worker,
    ):
        register(system)
        assert system.reader.wait_for(1, timeout=10)
        installation.execute(ended)
        with installation.system() as other:
            register(other)
            assert other.reader.wait_for(2, timeout=20)
        assert worker.running


def test_of_two_workers_each_event_is_taken_in_once(installation: Installation) -> None:
    with installation.system() as one, installation.system() as two:
        with (
            Worker(one.projector, installation.databases.app),
            Worker(two.projector, installation.databases.app),
        ):
            for _ in range(10):
                register(one)
            assert one.reader.wait_for(10, timeout=10)
        assert installation.execute("SELECT count(*) FROM audit") == [(10,)]
        assert installation.execute("SELECT count(*) FROM parked") == [(0,)]
