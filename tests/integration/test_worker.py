"""The projector's thread: woken by an append, patient with a database that goes away."""

from collections.abc import Callable
from threading import Event as Flag
from time import monotonic
from typing import Any

import pytest

from scheduler.worker import Worker
from tests.installation import Installation, register

LONG = 600.0  # a poll that never comes during a test


def test_an_append_wakes_the_worker(installation: Installation) -> None:
    with (
        installation.system() as system,
        Worker(system.projector, installation.databases.app, poll=LONG),
    ):
        for _ in range(3):
            register(system)
            head, _ = system.reader.head()
            assert system.reader.wait_for(head, timeout=60)


def test_what_was_recorded_before_the_worker_started_is_taken_in(
    installation: Installation,
) -> None:
    with installation.system() as system:
        register(system)
        with Worker(system.projector, installation.databases.app, poll=LONG):
            assert system.reader.wait_for(1, timeout=60)


def test_where_no_word_comes_the_worker_looks_by_itself(installation: Installation) -> None:
    with (
        installation.system() as system,
        Worker(system.projector, installation.databases.app, schema="elsewhere", poll=0.05),
    ):
        register(system)
        assert system.reader.wait_for(1, timeout=60)


def test_the_worker_stops_when_told(installation: Installation) -> None:
    with installation.system() as system:
        worker = Worker(system.projector, installation.databases.app, poll=LONG)
        began = monotonic()
        with worker:
            assert worker.running
        assert not worker.running
        assert monotonic() - began < LONG


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
        assert system.reader.wait_for(1, timeout=60)
        installation.execute(ended)
        with installation.system() as other:
            register(other)
            assert other.reader.wait_for(2, timeout=60)
        assert worker.running


class Failing:
    """A projector that fails, after it has taken in all there was or before."""

    def __init__(self, *, works: bool) -> None:
        self.works = works

    def run(self, stop: Flag, wait: Callable[[], None]) -> None:
        if self.works:
            wait()
        raise ConnectionError


class Pauses(Flag):
    """Takes down how long it is waited for, lets nobody wait, and is set after the fourth."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout)
        if len(self.seconds) == 4:
            self.set()
        return self.is_set()


@pytest.mark.parametrize(
    ("works", "seconds"), [(False, [0.5, 1.0, 2.0, 4.0]), (True, [0.5, 0.5, 0.5, 0.5])]
)
def test_a_worker_that_had_worked_since_waited_longer_after_each_failure(
    installation: Installation, works: bool, seconds: list[float]
) -> None:
    """After a few restarts of the database, what was recorded was seen half a minute late."""
    projector: Any = Failing(works=works)
    worker = Worker(projector, installation.databases.app, poll=0)
    worker._stop = stop = Pauses()
    with worker:
        worker._thread.join(timeout=60)
    assert stop.seconds == seconds


def test_of_two_workers_each_event_is_taken_in_once(installation: Installation) -> None:
    with installation.system() as one, installation.system() as two:
        with (
            Worker(one.projector, installation.databases.app),
            Worker(two.projector, installation.databases.app),
        ):
            for _ in range(10):
                register(one)
            assert one.reader.wait_for(10, timeout=60)
        assert installation.execute("SELECT count(*) FROM audit") == [(10,)]
        assert installation.execute("SELECT count(*) FROM parked") == [(0,)]
