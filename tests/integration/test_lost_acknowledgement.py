"""The connection goes while an append is on its way: it is recorded once, and answered."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import get_args
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from store.factory import TenantDatastore
from store.recorder import TenantRecorder
from store.wire import ANY_VERSION
from tests.integration.conftest import Database, MakeRecorder, stored
from tests.integration.proxy import Moment, Proxy

MOMENTS = get_args(Moment)
BODY = b"d" * 32


@pytest.fixture
def proxy(database: Database) -> Iterator[Proxy]:
    with (
        TemporaryDirectory(prefix="throughline-") as directory,
        Proxy(database.app, Path(directory)) as between,
    ):
        yield between


@pytest.fixture
def ours(proxy: Proxy, tenant: str) -> Iterator[TenantRecorder]:
    """A recorder behind the proxy, on one connection, where its call is prepared."""
    with TenantDatastore(proxy.conninfo, tenant=tenant, pool_size=1) as datastore:
        made = TenantRecorder(datastore, tenant=tenant)
        made.append([stored()])
        yield made


def positions(recorder: TenantRecorder) -> list[int]:
    return [n.id for n in recorder.select_notifications(None, 100)]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("named", [True, False], ids=["a command", "no command"])
def test_an_append_whose_connection_was_cut_is_recorded_once_and_answered(
    proxy: Proxy, ours: TenantRecorder, moment: Moment, count: int, named: bool
) -> None:
    events = [stored() for _ in range(count)]
    proxy.cut = moment
    answer = ours.append(
        events,
        command_ids=[uuid4() for _ in events] if named else (),
        digests=[BODY for _ in events] if named else (),
    )
    assert proxy.cuts == 1
    assert (answer.first_position, answer.last_position) == (2, 1 + count)
    assert not answer.repeated  # it is this call that recorded it
    assert positions(ours) == list(range(1, 2 + count))
    assert [e.state for e in ours.select_notifications(2, 100)] == [e.state for e in events]
    assert answer.recorded_at == ours.read_position(2).recorded_at


def test_a_command_that_was_recorded_before_is_still_a_repeat(
    proxy: Proxy, ours: TenantRecorder
) -> None:
    command = uuid4()
    ours.append([stored()], command_ids=[command], digests=[BODY])
    proxy.cut = "before the answer"
    answer = ours.append([stored()], command_ids=[command], digests=[BODY])
    assert proxy.cuts == 1
    assert answer.repeated
    assert positions(ours) == [1, 2]


def test_an_event_of_another_writer_is_not_taken_for_ours(
    proxy: Proxy, ours: TenantRecorder, recorder: MakeRecorder
) -> None:
    stream = uuid4()
    recorder().append([stored(stream)])
    proxy.cut = "before the request"
    with pytest.raises(IntegrityError):
        ours.append([stored(stream)])
    assert proxy.cuts == 1
    assert positions(ours) == [1, 2]


def test_an_append_that_could_not_be_told_from_another_is_not_repeated(
    proxy: Proxy, ours: TenantRecorder
) -> None:
    proxy.cut = "before the answer"
    with pytest.raises(OperationalError, match="not known whether the events were recorded"):
        ours.append([stored(version=ANY_VERSION)])
    assert positions(ours) == [1, 2]


def test_any_version_of_a_command_is_recorded_once(proxy: Proxy, ours: TenantRecorder) -> None:
    proxy.cut = "before the answer"
    answer = ours.append([stored(version=ANY_VERSION)], command_ids=[uuid4()], digests=[BODY])
    assert (answer.first_position, answer.repeated) == (2, False)
    assert positions(ours) == [1, 2]


def test_a_repeat_waits_for_the_first_call_that_is_still_at_work(
    proxy: Proxy, ours: TenantRecorder, database: Database, tenant: str
) -> None:
    event = stored()
    with psycopg.connect(database.owner) as holder, ThreadPoolExecutor(1) as pool:
        holder.execute("SELECT FROM throughline.head WHERE tenant = %s FOR UPDATE", (tenant,))
        proxy.cut = "after the request"
        answer = pool.submit(ours.append, [event], command_ids=[uuid4()], digests=[BODY])
        while _waiting(database) < 2:  # the first call, whose client is gone, and the repeat
            sleep(0.01)
        holder.commit()
        assert answer.result().first_position == 2
    assert positions(ours) == [1, 2]
    assert ours.read_position(2).state == event.state


def test_sessions_that_the_server_ended_do_no_harm(
    database: Database, ours: TenantRecorder
) -> None:
    for position in range(2, 5):
        _end_sessions(database)
        assert ours.append([stored()]).first_position == position
        _end_sessions(database)
        assert positions(ours) == list(range(1, position + 1))


def _waiting(database: Database) -> int:
    with psycopg.connect(database.owner) as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return int(row[0]) if row else 0


def _end_sessions(database: Database) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = 'throughline_app'"
        )
