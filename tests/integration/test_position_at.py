"""Which position an instant stands for: the same answer for ever, whatever is under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event as Flag
from threading import Thread
from time import sleep

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from api.compose import System
from projections.reading import InstantAhead, Reader
from scheduler.session import Session, name_tenant, open_session
from store.recorder import TenantRecorder
from tests.installation import TENANT, Installation
from tests.integration.conftest import stored

MOMENT = timedelta(microseconds=1)
APPEND = "SELECT * FROM append_events(%s, %s, %s, %s, %s)"
TIMES = "SELECT recorded_at FROM event ORDER BY position"

# A clock that a test can set, for the two functions that look at one.
CLOCK = """
CREATE TABLE shift AS SELECT interval '0' AS by;
CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql SECURITY DEFINER
AS 'SELECT pg_catalog.clock_timestamp() + by FROM throughline.shift';
ALTER FUNCTION append_events SET search_path = throughline, pg_catalog, pg_temp;
ALTER FUNCTION position_at SET search_path = throughline, pg_catalog, pg_temp;
"""


@pytest.fixture
def system(installation: Installation) -> Iterator[System]:
    with installation.system() as built:
        yield built


@pytest.fixture
def ours(system: System) -> TenantRecorder:
    return system.recorder


@pytest.fixture
def reader(system: System) -> Reader:
    return system.reader


@pytest.fixture
def set_clock(installation: Installation) -> Callable[[timedelta], None]:
    """Sets the database's clock to so much beside the right time."""
    installation.execute(CLOCK)

    def set_it(by: timedelta) -> None:
        installation.execute("UPDATE shift SET by = %s", (by,))

    return set_it


def appended(session: Session) -> tuple[int, datetime]:
    """Append one event on a session; its position and time. Commits only where the session does."""
    event: StoredEvent = stored()
    row = session.execute(
        APPEND, (TENANT, [event.originator_id], [1], [event.topic], [event.state])
    ).fetchone()
    assert row
    return row["first_position"], row["recorded_at"]


@contextmanager
def session_of(system: System, tenant: str = TENANT) -> Iterator[Session]:
    with open_session(system.databases.app) as session:
        name_tenant(session, tenant)
        yield session


class Asking(Thread):
    """Asks for the position of an instant, in a thread."""

    def __init__(self, reader: Reader, instant: datetime) -> None:
        super().__init__()
        self.reader, self.instant = reader, instant
        self.position: int | None = None
        self.start()

    def run(self) -> None:
        self.position = self.reader.position_at(self.instant)

    @property
    def waits(self) -> bool:
        self.join(0.3)
        return self.is_alive()

    def answer(self) -> int | None:
        self.join(20)
        assert not self.is_alive()
        return self.position


@contextmanager
def in_flight(system: System) -> Iterator[tuple[Session, int, datetime]]:
    """A session with an append that is neither committed nor taken back yet."""
    with session_of(system) as session:
        session.execute("BEGIN")
        position, recorded_at = appended(session)
        yield session, position, recorded_at


# -- what an instant stands for -----------------------------------------------------------------


def test_an_instant_stands_for_the_last_position_recorded_at_it_or_before(
    ours: TenantRecorder, reader: Reader
) -> None:
    before = datetime.now(UTC)
    one = ours.append([stored()])
    sleep(0.002)
    two = ours.append([stored(), stored()])
    assert reader.position_at(before) == 0
    assert reader.position_at(one.recorded_at - MOMENT) == 0
    assert reader.position_at(one.recorded_at) == 1
    assert reader.position_at(two.recorded_at - MOMENT) == 1
    assert reader.position_at(two.recorded_at) == 3
    assert reader.position_at(two.recorded_at + MOMENT) == 3


def test_of_a_thousand_appends_each_instant_finds_its_own(
    ours: TenantRecorder, reader: Reader
) -> None:
    random = Random(3)
    times = {}
    for _ in range(300):
        answer = ours.append([stored() for _ in range(random.randrange(1, 6))])
        times[answer.recorded_at] = answer.last_position
    for instant, position in random.sample(list(times.items()), 60):
        assert reader.position_at(instant) == position


def test_before_anything_was_recorded_every_instant_stands_for_0(reader: Reader) -> None:
    assert reader.position_at(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert reader.position_at(datetime.now(UTC) - MOMENT) == 0


# -- appends in flight --------------------------------------------------------------------------


def test_an_append_in_flight_is_waited_for_and_is_in_the_answer(
    system: System, ours: TenantRecorder, reader: Reader
) -> None:
    ours.append([stored()])
    with in_flight(system) as (session, position, recorded_at):
        asking = Asking(reader, max(datetime.now(UTC), recorded_at))
        assert asking.waits
        session.execute("COMMIT")
        assert asking.answer() == position == 2


def test_an_append_that_is_taken_back_is_waited_for_and_is_not_in_the_answer(
    system: System, ours: TenantRecorder, reader: Reader
) -> None:
    ours.append([stored()])
    with in_flight(system) as (session, _, recorded_at):
        asking = Asking(reader, max(datetime.now(UTC), recorded_at))
        assert asking.waits
        session.execute("ROLLBACK")
        assert asking.answer() == 1


def test_an_instant_before_the_newest_event_waits_for_nobody(
    system: System, ours: TenantRecorder, reader: Reader
) -> None:
    first = ours.append([stored()])
    sleep(0.002)
    ours.append([stored()])
    with in_flight(system) as (session, _, _):
        assert Asking(reader, first.recorded_at).answer() == 1
        session.execute("ROLLBACK")


def test_no_append_lands_at_or_before_an_instant_that_was_answered(
    installation: Installation, system: System, reader: Reader
) -> None:
    """Writers and askers at work at once: what was answered is true when all have finished."""
    answers: list[tuple[datetime, int]] = []
    stop = Flag()

    def ask() -> None:
        while not stop.is_set():
            instant = datetime.now(UTC)
            answers.append((instant, reader.position_at(instant)))

    def write() -> None:
        with session_of(system) as session:
            for _ in range(150):
                appended(session)

    askers = [Thread(target=ask) for _ in range(2)]
    writers = [Thread(target=write) for _ in range(3)]
    for thread in (*askers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in askers:
        thread.join()
    times = [recorded_at for (recorded_at,) in installation.execute(TIMES)]
    assert len(times) == 450
    assert len(answers) > 20
    for instant, position in answers:
        assert position == sum(time <= instant for time in times)
        assert reader.position_at(instant) == position


# -- a clock that is set back -------------------------------------------------------------------

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("empty", [True, False])
def test_after_an_answer_the_next_append_is_later_though_the_clock_is_set_back(
    ours: TenantRecorder, reader: Reader, set_clock: Callable[[timedelta], None], empty: bool
) -> None:
    before = 0 if empty else ours.append([stored()]).last_position
    instant = datetime.now(UTC)
    assert reader.position_at(instant) == before
    set_clock(-HOUR)
    late = ours.append([stored()])
    assert late.recorded_at == instant + MOMENT
    assert reader.position_at(instant) == before
    assert ours.append([stored()]).recorded_at == late.recorded_at
    set_clock(timedelta())
    assert reader.position_at(instant) == before
    assert reader.position_at(instant + MOMENT) == before + 2


def test_what_a_clock_that_ran_ahead_has_recorded_lies_in_no_answer_about_now(
    ours: TenantRecorder, reader: Reader, set_clock: Callable[[timedelta], None]
) -> None:
    ours.append([stored()])
    set_clock(HOUR)
    ahead = ours.append([stored()]).recorded_at
    set_clock(timedelta())
    now = datetime.now(UTC)
    assert reader.position_at(now) == 1
    assert ours.append([stored()]).recorded_at == ahead  # never earlier than the one before
    assert reader.position_at(now) == 1
    with pytest.raises(InstantAhead):
        reader.position_at(ahead)
    set_clock(2 * HOUR)
    assert reader.position_at(ahead) == 3


# -- refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [True, False])
def test_an_instant_that_is_to_come_is_refused(
    ours: TenantRecorder, reader: Reader, empty: bool
) -> None:
    if not empty:
        ours.append([stored()])
    for ahead in (timedelta(seconds=5), timedelta(days=400)):
        with pytest.raises(InstantAhead):
            reader.position_at(datetime.now(UTC) + ahead)
    answer = ours.append([stored()])  # what was refused has moved nothing
    assert answer.recorded_at < datetime.now(UTC) + timedelta(seconds=1)


@pytest.mark.parametrize("named", ["birch", ""])
def test_another_district_s_instant_is_refused(system: System, named: str) -> None:
    with session_of(system, named) as session, pytest.raises(psycopg.Error) as refused:
        session.execute("SELECT position_at(%s, now())", (TENANT,))
    assert refused.value.sqlstate == "TL003"


def test_a_district_that_is_not_there_has_no_position(system: System) -> None:
    with session_of(system, "nobody") as session:
        [row] = session.execute("SELECT position_at('nobody', now()) AS position")
    assert row == {"position": 0}


def test_the_app_role_may_ask_and_may_not_move_the_time_itself(system: System) -> None:
    with session_of(system) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("UPDATE head SET recorded_at = now()")


# -- later --------------------------------------------------------------------------------------


def test_the_same_instant_gives_the_same_position_later_and_in_another_process(
    installation: Installation, ours: TenantRecorder, reader: Reader
) -> None:
    with installation.system() as other:
        ours.append([stored()])
        instant = datetime.now(UTC)
        assert reader.position_at(instant) == 1
        for _ in range(5):
            ours.append([stored() for _ in range(7)])
            assert reader.position_at(instant) == other.reader.position_at(instant) == 1
        assert other.reader.position_at(datetime.now(UTC)) == 36


def test_an_answer_is_kept_when_the_server_crashes_after_it(
    installation: Installation, reader: Reader
) -> None:
    """The time that later appends must lie behind is on disk before the answer is given."""
    [(before,)] = installation.execute("SELECT pg_current_wal_insert_lsn()")
    reader.position_at(datetime.now(UTC))
    [(flushed,)] = installation.execute("SELECT pg_current_wal_flush_lsn() > %s", (before,))
    assert flushed
