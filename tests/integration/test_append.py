"""Appending: one order per tenant, no gap, no event twice, and commands that may be repeated."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from time import monotonic, sleep
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.application import CommandIdReused
from store.factory import TenantDatastore
from store.migrate import migrate
from store.recorder import RecordedNotification, TenantRecorder, TenantRefused
from store.wire import ANY_VERSION
from tests.integration.conftest import Database, MakeRecorder, stored

BODY, OTHER_BODY = b"d" * 32, b"e" * 32


def positions(recorder: TenantRecorder) -> list[int]:
    return [n.id for n in recorder.select_notifications(None, 100_000)]


def versions(recorder: TenantRecorder, stream: UUID) -> list[int]:
    return [e.originator_version for e in recorder.select_events(stream)]


# -- positions and times ----------------------------------------------------------------------


def test_positions_are_dense_from_one(recorder: MakeRecorder) -> None:
    ours = recorder()
    first = ours.append([stored()])
    second = ours.append([stored(), stored(), stored()])
    assert (first.first_position, first.last_position) == (1, 1)
    assert (second.first_position, second.last_position) == (2, 4)
    assert positions(ours) == [1, 2, 3, 4]
    assert ours.max_notification_id() == 4


def test_a_refused_append_leaves_no_hole(recorder: MakeRecorder) -> None:
    ours, stream = recorder(), uuid4()
    ours.append([stored(stream)])
    for taken in ([stored(stream)], [stored(), stored(stream)]):
        with pytest.raises(IntegrityError):
            ours.append(taken)
    ours.append([stored(stream, 2)])
    assert positions(ours) == [1, 2]


def test_what_is_read_is_what_was_appended(recorder: MakeRecorder) -> None:
    ours, event = recorder(), stored(state=bytes(range(256)) * 40)
    answer = ours.append([event])
    read = ours.read_position(answer.first_position)
    assert (read.originator_id, read.originator_version) == (event.originator_id, 1)
    assert (read.topic, read.state) == (event.topic, event.state)
    assert (read.position, read.recorded_at) == (1, answer.recorded_at)
    assert abs(answer.recorded_at - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(KeyError):
        ours.read_position(2)


def test_a_hundred_thousand_events_are_one_append(recorder: MakeRecorder) -> None:
    ours = recorder()
    answer = ours.append([StoredEvent(uuid4(), 1, "t", b"state") for _ in range(100_000)])
    assert (answer.first_position, answer.last_position) == (1, 100_000)
    assert len(set(_times(ours))) == 1


def _times(recorder: TenantRecorder) -> list[datetime]:
    found = recorder.select_notifications(None, 100_000)
    return [n.recorded_at for n in found if isinstance(n, RecordedNotification)]


def test_the_recorded_time_never_decreases_with_the_position(
    database: Database, tenant: str, recorder: MakeRecorder
) -> None:
    ours = recorder()
    ours.append([stored()])
    ahead = datetime.now(UTC) + timedelta(hours=1)  # the server's clock was wrong, and is set back
    with psycopg.connect(database.owner) as owner:
        owner.execute(
            "UPDATE throughline.head SET recorded_at = %s WHERE tenant = %s", (ahead, tenant)
        )
    after = [ours.append([stored()]).recorded_at for _ in range(3)]
    assert after == [ahead, ahead, ahead]
    assert _times(ours) == sorted(_times(ours))


def test_a_tailing_reader_misses_nothing_of_concurrent_writers(recorder: MakeRecorder) -> None:
    writers, each = 8, 150
    seen: list[int] = []
    done = Flag()
    tailing = recorder()

    def tail() -> None:
        while True:
            finished = done.is_set()
            news = tailing.select_notifications(
                seen[-1] if seen else 0, 50, inclusive_of_start=False
            )
            seen.extend(n.id for n in news)
            if finished and not news:
                return

    def write(ours: TenantRecorder) -> list[int]:
        given: list[int] = []
        for n in range(each):
            answer = ours.append([stored() for _ in range(1 + n % 3)])
            given += range(answer.first_position, answer.last_position + 1)
        return given

    reader = Thread(target=tail)
    reader.start()
    with ThreadPoolExecutor(writers) as pool:
        given = [
            p
            for each_one in pool.map(write, [recorder() for _ in range(writers)])
            for p in each_one
        ]
    done.set()
    reader.join()
    assert sorted(given) == list(range(1, len(given) + 1))
    assert seen == list(range(1, len(given) + 1))


# -- versions ---------------------------------------------------------------------------------


def test_a_version_that_is_taken_is_refused(recorder: MakeRecorder) -> None:
    ours, stream = recorder(), uuid4()
    ours.append([stored(stream, 1), stored(stream, 2)])
    for offered in ([stored(stream, 2)], [stored(stream, 3), stored(stream, 3)]):
        with pytest.raises(IntegrityError):
            ours.append(offered)
    assert versions(ours, stream) == [1, 2]


def test_of_many_events_none_may_leave_a_gap_in_its_stream(recorder: MakeRecorder) -> None:
    ours, stream = recorder(), uuid4()
    with pytest.raises(IntegrityError, match="leaves a gap: the next is 2"):
        ours.append([stored(stream, 1), stored(stream, 3)])
    assert versions(ours, stream) == []


def test_any_version_takes_the_next_of_its_stream(recorder: MakeRecorder) -> None:
    ours, one, two = recorder(), uuid4(), uuid4()
    ours.append([stored(one, ANY_VERSION)])
    ours.append([stored(one, ANY_VERSION), stored(two, ANY_VERSION), stored(one, ANY_VERSION)])
    ours.append([stored(one, 4), stored(one, ANY_VERSION)])
    assert versions(ours, one) == [1, 2, 3, 4, 5]
    assert versions(ours, two) == [1]


def test_writers_that_take_any_version_never_conflict(recorder: MakeRecorder) -> None:
    stream = uuid4()

    def write(ours: TenantRecorder) -> None:
        for _ in range(40):
            ours.append([stored(stream, ANY_VERSION)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, [recorder() for _ in range(4)]))
    assert versions(recorder(), stream) == list(range(1, 161))


# -- commands ---------------------------------------------------------------------------------


def test_a_repeated_command_gives_its_first_answer_and_appends_nothing(
    recorder: MakeRecorder,
) -> None:
    ours, command = recorder(), uuid4()
    event = stored()
    first = ours.append([event], command_ids=[command], digests=[BODY])
    ours.append([stored()])
    # The repeat was decided anew, at another version, and sealed with another nonce.
    again = ours.append([stored(event.originator_id, 2)], command_ids=[command], digests=[BODY])
    assert not first.repeated
    assert again.repeated
    assert (again.first_position, again.recorded_at) == (first.first_position, first.recorded_at)
    assert positions(ours) == [1, 2]
    assert ours.append([stored()]).first_position == 3
    assert ours.find_commands([command, uuid4()]) == {command: (BODY, 1)}


def test_a_command_id_with_another_body_is_refused(recorder: MakeRecorder) -> None:
    ours, command = recorder(), uuid4()
    ours.append([stored()], command_ids=[command], digests=[BODY])
    with pytest.raises(CommandIdReused):
        ours.append([stored()], command_ids=[command], digests=[OTHER_BODY])
    with pytest.raises(CommandIdReused):
        ours.append(
            [stored(), stored()], command_ids=[uuid4(), command], digests=[BODY, OTHER_BODY]
        )
    assert positions(ours) == [1]


def test_one_command_given_by_two_writers_at_once_is_recorded_once(
    recorder: MakeRecorder,
) -> None:
    recorders = [recorder() for _ in range(4)]
    for _ in range(25):
        command = uuid4()

        def give(ours: TenantRecorder, command: UUID = command) -> tuple[int, bool]:
            answer = ours.append([stored()], command_ids=[command], digests=[BODY])
            return answer.first_position, answer.repeated

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(give, recorders))
        assert len({position for position, _ in answers}) == 1
        assert [repeated for _, repeated in answers].count(False) == 1
    assert positions(recorders[0]) == list(range(1, 26))


def batch(size: int) -> tuple[list[StoredEvent], list[UUID], list[bytes]]:
    return [stored() for _ in range(size)], [uuid4() for _ in range(size)], [BODY] * size


def test_a_repeated_batch_gives_its_first_answer(recorder: MakeRecorder) -> None:
    ours = recorder()
    events, commands, digests = batch(3)
    first = ours.append(events, command_ids=commands, digests=digests)
    again = ours.append([stored() for _ in range(3)], command_ids=commands, digests=digests)
    assert (first.first_position, first.last_position) == (1, 3)
    assert (again.first_position, again.last_position, again.repeated) == (1, 3, True)
    assert {c: p for c, (_, p) in ours.find_commands(commands).items()} == dict(
        zip(commands, (1, 2, 3), strict=True)
    )
    assert ours.append([stored()]).first_position == 4


@pytest.mark.parametrize("known", ["first", "last"])
def test_a_batch_of_which_some_is_known_is_refused_whole(
    recorder: MakeRecorder, known: str
) -> None:
    ours = recorder()
    events, commands, digests = batch(3)
    ours.append([stored()], command_ids=[commands[0 if known == "first" else 2]], digests=[BODY])
    with pytest.raises(IntegrityError):
        ours.append(events, command_ids=commands, digests=digests)
    assert positions(ours) == [1]
    assert len(ours.find_commands(commands)) == 1


def test_one_command_twice_in_a_batch_is_refused(recorder: MakeRecorder) -> None:
    ours, command = recorder(), uuid4()
    with pytest.raises(IntegrityError):
        ours.append([stored(), stored()], command_ids=[command, command], digests=[BODY, BODY])
    assert positions(ours) == []
    assert ours.find_commands([command]) == {}


def test_events_without_a_command_may_stand_in_a_batch_with_others(
    recorder: MakeRecorder,
) -> None:
    ours, command = recorder(), uuid4()
    ours.append(
        [stored(), stored(), stored()],
        command_ids=[None, command, None],
        digests=[None, BODY, None],
    )
    ours.append([stored()], command_ids=[None], digests=[None])
    assert ours.find_commands([command]) == {command: (BODY, 2)}
    assert positions(ours) == [1, 2, 3, 4]


# -- tenants and schemas ----------------------------------------------------------------------


def test_two_tenants_do_not_wait_for_each_other(
    database: Database, tenant: str, recorder: MakeRecorder
) -> None:
    append = (
        f"SELECT append_events('{tenant}', ARRAY[gen_random_uuid()], ARRAY[1], ARRAY['t'], "
        "ARRAY['x'::bytea])"
    ).encode()
    theirs = recorder(database.make_tenant(f"t{uuid4().hex[:12]}"))
    with (
        database.session(tenant) as busy,
        database.session(tenant) as waiting,
        busy.transaction(),
    ):
        busy.execute(append)  # our tenant's lock is held until this transaction ends
        assert theirs.append([stored()]).first_position == 1
        waiting.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            waiting.execute(append)


def test_tenants_do_not_see_each_other(database: Database, recorder: MakeRecorder) -> None:
    ours, theirs = recorder(), recorder(database.make_tenant(f"t{uuid4().hex[:12]}"))
    event = stored()
    ours.append([event])
    assert theirs.max_notification_id() is None
    assert theirs.select_events(event.originator_id) == []
    assert theirs.append([event]).first_position == 1


def test_two_schemas_do_not_touch_each_other(
    database: Database, tenant: str, recorder: MakeRecorder
) -> None:
    migrate(database.owner, schema="second")
    with psycopg.connect(database.app, autocommit=True) as session:
        session.execute("SET search_path = second")
        session.execute("SELECT set_config('throughline.tenant', %s, false)", (tenant,))
        session.execute("SELECT create_tenant(%s, 'America/Chicago')", (tenant,))
    ours, theirs, event = recorder(), recorder(schema="second"), stored()
    command = uuid4()
    for each in (ours, theirs):
        answer = each.append([event], command_ids=[command], digests=[BODY])
        assert (answer.first_position, answer.repeated) == (1, False)
    theirs.append([stored()])
    assert positions(ours) == [1]
    assert positions(theirs) == [1, 2]


def test_a_subscription_is_woken_by_its_own_tenant(
    database: Database, recorder: MakeRecorder
) -> None:
    ours, theirs = recorder(), recorder(database.make_tenant(f"t{uuid4().hex[:12]}"))
    ours.append([stored()])
    events: Sequence[StoredEvent] = [stored(), stored()]
    with ours.subscribe(gt=1) as subscription:
        theirs.append([stored()])
        ours.append(events)
        found = [next(subscription), next(subscription)]
    assert [n.id for n in found] == [2, 3]
    assert [n.state for n in found] == [e.state for e in events]


# -- refusals ---------------------------------------------------------------------------------


def test_a_tenant_that_was_not_made_is_refused(recorder: MakeRecorder) -> None:
    for events in ([stored()], [stored(), stored()]):
        with pytest.raises(TenantRefused, match="there is no tenant 'nowhere'; create it first"):
            recorder("nowhere").append(events)


def test_nothing_to_append_is_refused(recorder: MakeRecorder) -> None:
    with pytest.raises(ValueError, match="nothing to append"):
        recorder().append([])


def test_a_tenant_is_made_once_and_keeps_its_zone(database: Database, tenant: str) -> None:
    with database.session(tenant) as session:
        zone = session.execute("SELECT create_tenant(%s, 'Europe/Paris')", (tenant,)).fetchone()
        assert zone == ("America/Chicago",)
        assert (tenant, "America/Chicago") in session.execute("SELECT * FROM tenants()").fetchall()


@pytest.mark.parametrize("code", ["North", "1st", "no_underscore", "a" * 32, ""])
def test_a_tenants_code_is_short_and_lower_case(database: Database, code: str) -> None:
    with (
        database.session(code) as session,
        pytest.raises(psycopg.errors.InvalidParameterValue, match="is not a tenant's code"),
    ):
        session.execute("SELECT create_tenant(%s, 'America/Chicago')", (code,))


def test_a_zone_must_have_a_name(database: Database) -> None:
    with (
        database.session("mars") as session,
        pytest.raises(psycopg.errors.InvalidParameterValue, match="'Mars/Olympus' is not the name"),
    ):
        session.execute("SELECT create_tenant('mars', 'Mars/Olympus')")


# -- a database that cannot be used -----------------------------------------------------------


def test_a_read_only_database_is_told_and_nothing_is_recorded(
    database: Database, recorder: MakeRecorder
) -> None:
    name = f'"{conninfo_to_dict(database.owner)["dbname"]}"'
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        try:
            with pytest.raises(OperationalError, match="read-only transaction"):
                recorder().append([stored()])
        finally:
            owner.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
    assert positions(recorder()) == []


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    nowhere = make_conninfo(host=str(tmp_path), user="throughline_app", dbname="postgres")
    with TenantDatastore(nowhere, tenant="north") as datastore:
        datastore.pool.timeout = 0.1
        ours = TenantRecorder(datastore, tenant="north")
        for question in (lambda: ours.append([stored()]), ours.max_notification_id):
            with pytest.raises(OperationalError, match="couldn't get a connection"):
                question()


def test_the_connection_used_last_is_used_next(recorder: MakeRecorder) -> None:
    datastore = recorder().datastore
    with datastore.get_connection() as one, datastore.get_connection() as two:
        assert one is not two
    ends = monotonic() + 60
    while (pool := datastore.pool.get_stats())["pool_available"] < pool["pool_size"]:
        assert monotonic() < ends, "a connection never came to rest"
        sleep(0.01)
    used = set()
    for _ in range(5):
        with datastore.get_connection() as connection:
            used.add(connection.info.backend_pid)
    assert len(used) == 1
