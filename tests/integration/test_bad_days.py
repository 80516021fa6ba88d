"""PostgreSQL away, read-only, old or full, keys gone: a sentence each, nothing half recorded."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.compose import Databases, System
from api.faults import explain
from api.preparing import prepare
from api.readiness import check_ready
from domain.application import Recorded, Request
from domain.facts import RecordObservation
from domain.words import Area
from scheduler.worker import Worker
from store import embedded, settings
from store.embedded import EmbeddedPostgres
from store.keys import KeyStoreError
from store.migrate import APP
from store.settings import ServerTooOldError, Settings
from tests.installation import TENANT, Installation, register
from tests.unit.decider import CONTEXT
from tests.varied import events_of, open_record, tell

AWAY = "PostgreSQL does not answer"
READ_ONLY = "This PostgreSQL is read-only"
FULL = "The disk of the PostgreSQL server is full"


@dataclass(frozen=True)
class Place:
    """A server of a test's own, with a district."""

    server: EmbeddedPostgres
    installation: Installation

    def again(self) -> None:
        self.server.start()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with (
        TemporaryDirectory(prefix="throughline-") as directory,
        embedded.start(Path(directory)) as server,
    ):
        found = Databases(make_conninfo(server.conninfo, user=APP), server.conninfo)
        prepare(Settings(tenant=TENANT), found)
        yield Place(server, Installation(tmp_path, found))


def observation(learner: UUID, text: str = "Led the group.") -> Request:
    command = RecordObservation(fact=uuid4(), area=Area.STRENGTHS, text=text)
    return Request(learner, command, replace(CONTEXT, command_id=uuid4()))


def fails(action: Callable[[], Any], sentence: str) -> None:
    """The action fails with an error that is told in this sentence."""
    with pytest.raises(Exception) as failed:  # noqa: PT011 - its sentence is what is looked at
        action()
    fault = explain(failed.value)
    assert fault is not None, f"no sentence for {failed.value!r}"
    assert str(fault).startswith(sentence)
    assert "Led the group" not in str(fault) + str(failed.value)


def recorded_once(system: System, asked: Request, learner: UUID) -> Recorded:
    """The command that failed is given again, and is recorded: once, in a dense order."""
    answer = system.profiles.do(asked)
    events = events_of(system)
    assert [e.position for e in events] == list(range(1, len(events) + 1))
    assert [e.command_id for e in events].count(asked.context.command_id) == 1
    system.projector.catch_up()
    assert system.reader.parked() == []
    entries = system.reader.timeline(learner, limit=10_000)
    assert getattr(asked.command, "fact", None) in [e.id for e in entries]
    return answer


# -- away ---------------------------------------------------------------------------------------


def test_a_postgresql_that_is_away_at_the_start_is_told_in_a_sentence(place: Place) -> None:
    with place.installation.system() as system:
        learner = register(system)
    place.server.kill()

    def begin() -> None:
        with place.installation.system():
            raise AssertionError("it began without a database")

    fails(begin, AWAY)
    fails(lambda: check_ready(place.installation.databases.app, TENANT), AWAY)
    place.again()
    with place.installation.system() as system:
        recorded_once(system, observation(learner), learner)


def test_a_postgresql_that_goes_away_is_told_and_found_again(place: Place) -> None:
    with place.installation.system() as system:
        learner = open_record(system)
        system.projector.catch_up()
        asked = observation(learner)
        place.server.kill()
        system.datastore.pool.timeout = 0.5  # seconds that each waits for it to come back
        for action in (
            lambda: system.profiles.do(asked),
            lambda: system.profiles.do_many([asked]),
            lambda: system.reader.timeline(learner),
            lambda: system.reader.caseload(CONTEXT.today, search="Ana"),
            lambda: system.profiles.learner(uuid4()),
            system.projector.step,
            system.recorder.ensure_durable,
        ):
            fails(action, AWAY)
        place.again()
        sleep(0.5)  # so long after a wait in vain the next are brief
        system.datastore.pool.timeout = 10
        assert not recorded_once(system, asked, learner).repeated


def test_a_worker_waits_for_a_postgresql_that_went_away(place: Place) -> None:
    with (
        place.installation.system() as system,
        Worker(system.projector, place.installation.databases.app),
    ):
        learner = open_record(system)
        assert system.reader.wait_for(1, timeout=60)
        place.server.kill()
        place.again()
        answer = system.profiles.do(observation(learner))
        assert system.reader.wait_for(answer.position, timeout=60)


# -- read-only ----------------------------------------------------------------------------------


def test_a_standby_is_read_and_not_written_until_it_is_promoted(place: Place) -> None:
    with place.installation.system() as system:
        learner = open_record(system)
        asked = observation(learner)
        tell(system, learner, observation(learner).command)
        system.projector.catch_up()
    place.server.stop()
    (place.server.data / "standby.signal").touch()
    place.again()
    with place.installation.system() as system:
        fails(lambda: system.profiles.do(asked), READ_ONLY)
        fails(lambda: system.profiles.do_many([asked]), READ_ONLY)
        fails(lambda: check_ready(place.installation.databases.app, TENANT), READ_ONLY)
        assert len(system.reader.timeline(learner)) == 1
        assert system.projector.step() == 0
        place.installation.execute("SELECT pg_promote()")
        recorded_once(system, asked, learner)


def test_a_read_only_database_is_read_and_not_written(installation: Installation) -> None:
    with installation.system() as system:
        learner = open_record(system)
    name = psycopg.conninfo.conninfo_to_dict(installation.databases.app)["dbname"]
    read_only = f"ALTER DATABASE {name} SET default_transaction_read_only = {{}}"
    installation.execute(read_only.format("on"))
    asked = observation(learner)
    with installation.system() as system:
        fails(lambda: system.profiles.do(asked), READ_ONLY)
        fails(lambda: register(system), READ_ONLY)
        fails(system.projector.step, READ_ONLY)
        assert len(events_of(system)) == 1
    with psycopg.connect(installation.databases.owner, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(read_only.format("off").encode())
    with installation.system() as system:
        recorded_once(system, asked, learner)


# -- too old ------------------------------------------------------------------------------------


def test_a_server_that_is_too_old_is_refused_with_its_version(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_ready(installation.databases.app, TENANT)
    monkeypatch.setattr(settings, "OLDEST_SERVER", 99)
    with pytest.raises(ServerTooOldError, match="99 or newer is needed, and this server is 18"):
        check_ready(installation.databases.app, TENANT)


# -- a full disk --------------------------------------------------------------------------------


@contextmanager
def small_disk(server: EmbeddedPostgres, megabytes: int) -> Iterator[Path]:
    """A file system of this size that the server may write."""
    with TemporaryDirectory(prefix="throughline-") as directory:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", directory]
        if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            pytest.skip("only who may mount a file system can fill one")
        try:
            shutil.chown(directory, server.data.owner(), server.data.group())
            yield Path(directory)
        finally:
            server.stop()
            subprocess.run(["umount", directory], check=True)


def grow(disk: Path, megabytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(disk)], check=True)


@pytest.mark.parametrize("table", ["event", "profile_1"])
def test_a_full_disk_is_told_and_room_mends_it(place: Place, table: str) -> None:
    """The table's part of the disk is full; the same for a whole disk, but for the WAL."""
    with small_disk(place.server, 2) as disk:
        execute = place.installation.execute
        execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        execute(f"ALTER TABLE {table} SET TABLESPACE small")
        with place.installation.system() as system:
            learner = open_record(system)
            answered: list[Request] = []
            system.projector.catch_up()
            (disk / "ballast").write_bytes(b"\0" * (disk_free(disk) - 60_000))
            asked = [observation(learner, "Led the group. " * 500) for _ in range(2000)]

            def fill() -> None:
                for one in asked:
                    answered.append(one)
                    system.profiles.do(one)
                    system.projector.step()

            fails(fill, FULL)
            assert system.reader.parked() == []
            recorded = {e.command_id for e in events_of(system)}
            assert {one.context.command_id for one in answered[:-1]} <= recorded
            grow(disk, 20)
            recorded_once(system, answered[-1], learner)


def disk_free(disk: Path) -> int:
    return shutil.disk_usage(disk).free


# -- the keys -----------------------------------------------------------------------------------


def test_a_missing_key_directory_is_told_and_not_made_anew(installation: Installation) -> None:
    with installation.system() as system:
        learner = open_record(system)
    keys = installation.settings.keys_directory
    moved = keys.rename(keys.with_name("moved"))

    def begin() -> None:
        with installation.system():
            raise AssertionError("it began without its keys")

    fails(begin, f"There are no keys in {keys}")
    assert not (keys / "kek").exists()
    shutil.rmtree(keys, ignore_errors=True)
    moved.rename(keys)
    with installation.system() as system:
        recorded_once(system, observation(learner), learner)


@pytest.mark.parametrize("lost", ["kek", "keys.sqlite"])
def test_half_a_key_directory_is_told(installation: Installation, lost: str) -> None:
    with installation.system() as system:
        open_record(system)
    (installation.settings.keys_directory / lost).unlink()
    with pytest.raises(KeyStoreError) as told, installation.system():
        pass
    assert str(installation.settings.keys_directory) in str(told.value)
    assert str(told.value).endswith(".")


def test_keys_that_go_while_it_runs_stop_recording_and_nothing_is_half_recorded(
    installation: Installation,
) -> None:
    with installation.system() as system:
        learner = open_record(system)
        keys = installation.settings.keys_directory
        moved = keys.rename(keys.with_name("moved"))
        for action in (
            lambda: open_record(system),
            lambda: system.profiles.do(observation(learner)),
            lambda: system.reader.caseload(CONTEXT.today),
        ):
            with pytest.raises(KeyStoreError, match=str(keys)):
                action()
        moved.rename(keys)
        assert len(events_of(system)) == 1
        recorded_once(system, observation(learner), learner)
