"""The projector: the same rows live, rebuilt and folded in memory, whatever goes wrong."""

from collections.abc import Iterator, Sequence
from threading import Event as Flag
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from api.compose import System
from domain.application import Request
from domain.changes import RetractFact
from domain.event import Event
from domain.facts import RecordObservation
from domain.words import Area
from projections import fold, projector
from projections.caseload import CaseloadProjection
from projections.projector import NAMES, Projector, event_at_fault
from projections.tables import CLOSE, Conn, RowProjection
from store.keys import KeyStoreError
from tests.installation import Installation
from tests.processes import child
from tests.unit.decider import since
from tests.varied import (
    JAN,
    entangled,
    events_of,
    everything,
    known_at,
    open_record,
    rows_in,
    states,
    tell,
)

FOLDS = {"profile": fold.profile, "timeline": fold.timeline, "membership": fold.membership}


@pytest.fixture
def system(installation: Installation) -> Iterator[System]:
    with installation.system() as built:
        yield built


def tables(installation: Installation) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the projections hold."""
    return {
        name: sorted(installation.execute(f"SELECT t::text FROM {name} AS t")) for name in NAMES
    }


def observation(text: str = "Led the group.") -> RecordObservation:
    return RecordObservation(area=Area.STRENGTHS, text=text, effective=since(JAN))


def test_what_was_recorded_is_in_every_projection(system: System) -> None:
    ana = open_record(system)
    entry = tell(system, ana, observation())
    assert system.projector.catch_up() == 2 * len(NAMES)
    assert system.projector.catch_up() == 0
    assert system.reader.progress() == dict.fromkeys(NAMES, entry.position)
    assert [e.body.get("text") for e in system.reader.timeline(ana)] == ["Led the group."]
    assert [line.position for line in system.reader.audit()] == [2, 1]
    assert [p.learner for p in system.reader.caseload(JAN)] == [ana]


def test_rows_taken_in_one_by_one_all_at_once_and_anew_are_the_same(
    installation: Installation, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    entangled(system)
    monkeypatch.setattr(projector, "BATCH", 1)
    system.projector.catch_up()
    one_by_one = tables(installation)
    monkeypatch.setattr(projector, "BATCH", 4)
    system.projector.rebuild()
    assert tables(installation) == one_by_one
    monkeypatch.setattr(projector, "BATCH", 1000)
    system.projector.rebuild()
    assert tables(installation) == one_by_one
    assert system.reader.parked() == []


@pytest.mark.parametrize("batch", [5, 1000])
def test_at_every_position_the_rows_are_those_folded_in_memory(
    system: System, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    everything(system)
    entangled(system)
    monkeypatch.setattr(projector, "BATCH", batch)
    system.projector.catch_up()
    for name, folded_by in FOLDS.items():
        rows = rows_in(system, name)
        for position, folded in states(folded_by, events_of(system)):
            assert known_at(rows, position) == folded, f"{name} at position {position}"


def test_no_row_is_closed_at_its_own_position(installation: Installation, system: System) -> None:
    entangled(system)
    system.projector.catch_up()
    for name in FOLDS:
        assert installation.execute(f"SELECT count(*) FROM {name} WHERE isempty(known)") == [(0,)]
        assert all(until is None or until > row.known_from for row, until in rows_in(system, name))


def test_closing_rows_does_not_go_through_all_open_rows_for_each_of_them(
    system: System,
) -> None:
    """Statistics come late to tables that were just made; a rebuild is over by then, or hangs."""
    ana = open_record(system)
    several = [Request(ana, observation(f"{n}."), system.context()) for n in range(500)]
    system.profiles.do_many(several)
    system.projector.catch_up()
    with system.datastore.transaction(commit=False) as cursor:
        conn = cursor.connection
        found = conn.execute("SELECT stream, line, item FROM profile WHERE kind = 'fact' LIMIT 9")
        streams, lines, items = (list(c) for c in zip(*(r.values() for r in found), strict=True))
        given = (streams, lines, items, [900] * 9, [0] * 9, system.settings.tenant, lines)
        close = "EXPLAIN (ANALYZE, FORMAT JSON) " + CLOSE.format(table="profile_1")
        [plan] = conn.execute(close.encode(), given).fetchall()
    nodes = list(nodes_of(plan["QUERY PLAN"][0]["Plan"]))
    assert "profile_1" in {node.get("Relation Name") for node in nodes}
    assert sum(node.get("Rows Removed by Join Filter", 0) for node in nodes) <= 9 * 9


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def test_two_records_may_use_the_same_ids(installation: Installation, system: System) -> None:
    fact = uuid4()
    ana, ben = open_record(system), open_record(system)
    for learner, text in ((ana, "Ana's."), (ben, "Ben's.")):
        tell(system, learner, RecordObservation(fact=fact, area=Area.NEEDS, text=text))
    tell(system, ben, RetractFact(fact=fact, reason="Another learner."))
    system.projector.catch_up()
    assert system.reader.parked() == []
    assert [e.body["text"] for e in system.reader.timeline(ana)] == ["Ana's."]
    assert system.reader.timeline(ben) == []


# -- two at once ------------------------------------------------------------------------------


def test_two_projectors_in_two_threads_lose_and_double_nothing(
    installation: Installation, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "BATCH", 5)
    stop = Flag()
    with installation.system() as other:
        threads = [
            Thread(target=each.projector.run, args=(stop, lambda: stop.wait(0.001)))
            for each in (system, other)
        ]
        for thread in threads:
            thread.start()
        everything(system)
        head, _ = system.reader.head()
        assert system.reader.wait_for(head, timeout=60)
        stop.set()
        for thread in threads:
            thread.join()
    live = tables(installation)
    assert len(live["audit"]) == head
    system.projector.rebuild()
    assert tables(installation) == live


def test_two_projectors_in_two_processes_lose_and_double_nothing(
    installation: Installation, system: System
) -> None:
    everything(system)
    with child("project", installation) as one, child("project", installation) as two:
        assert (one.line(), two.line()) == ("ready", "ready")
        for process in (one, two):
            process.say("go")
        taken = [int(process.line()) for process in (one, two)]
    head, _ = system.reader.head()
    assert sum(taken) == head * len(NAMES)
    live = tables(installation)
    system.projector.rebuild()
    assert tables(installation) == live
    assert system.reader.parked() == []


# -- what cannot be projected -----------------------------------------------------------------


def poison(system: System, area: str) -> int:
    """Record an observation whose area no version of the program knows; its position."""
    clear = f'{{"area":"{area}","event_id":"{uuid4()}","fact":"{uuid4()}"}}'.encode()
    state = b"\x01" + len(clear).to_bytes(4, "big") + clear
    event = StoredEvent(uuid4(), 1, "observation-recorded", state)
    return system.recorder.append([event]).last_position


def test_a_poison_event_is_parked_and_the_projector_goes_on(system: System) -> None:
    ana = open_record(system)
    tell(system, ana, observation("Before."))
    position = poison(system, "Ana Lopez 204117")
    tell(system, ana, observation("After."))
    system.projector.catch_up()

    assert {e.body["text"] for e in system.reader.timeline(ana)} == {"Before.", "After."}
    assert system.reader.progress() == dict.fromkeys(NAMES, position + 1)
    parked = system.reader.parked()
    assert {(p["projection"], p["position"]) for p in parked} == {(n, position) for n in NAMES}
    for line in parked:
        assert line["error"] == "store.mapper.Tampered (observation-recorded)"


def test_a_rebuild_tries_parked_events_again(system: System) -> None:
    poison(system, "unheard-of")
    system.projector.catch_up()
    before = system.reader.parked()
    assert system.projector.rebuild() == 2
    after = system.reader.parked()
    assert [p["position"] for p in after] == [p["position"] for p in before]
    assert min(p["parked_at"] for p in after) > max(p["parked_at"] for p in before)


@pytest.mark.parametrize(
    ("error", "at_fault"),
    [
        (ValueError("not an area"), True),
        (psycopg.errors.ExclusionViolation(), True),
        (psycopg.errors.NumericValueOutOfRange(), True),
        (psycopg.errors.DiskFull(), False),
        (psycopg.errors.AdminShutdown(), False),
        (psycopg.errors.UndefinedTable(), False),
        (psycopg.errors.InsufficientPrivilege(), False),
        (psycopg.errors.ReadOnlySqlTransaction(), False),
        (psycopg.InterfaceError(), False),
        (KeyStoreError("away"), False),
        (OSError("no space"), False),
    ],
)
def test_only_an_event_s_own_fault_parks_it(error: Exception, at_fault: bool) -> None:
    assert event_at_fault(error) is at_fault


def test_a_key_store_that_is_away_parks_nothing(system: System) -> None:
    def away(conn: Conn, positions: Sequence[int]) -> list[Event]:
        raise KeyStoreError("The disk is full.")

    open_record(system)
    caseload = CaseloadProjection(lambda: b"secret", away, 1)
    with pytest.raises(KeyStoreError):
        Projector(system.datastore, system.mapper, 1, [caseload]).step()
    assert system.reader.parked() == []
    system.projector.catch_up()
    assert len(system.reader.caseload(JAN)) == 1


# -- a crash between the rows and the checkpoint ------------------------------------------------


class Ended(RowProjection):
    """A projection whose database session ends when its rows are written."""

    def write(self, conn: Conn, tenant: str, batch: Sequence[tuple[int, Any]]) -> None:
        super().write(conn, tenant, batch)
        conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_session_that_ends_between_rows_and_checkpoint_leaves_neither(
    installation: Installation, system: System
) -> None:
    tell(system, open_record(system), observation())
    ended = Projector(system.datastore, system.mapper, 1, [Ended("profile", fold.profile, 1)])
    with pytest.raises((OperationalError, psycopg.OperationalError)):
        ended.step()
    assert tables(installation)["profile"] == []
    assert set(system.reader.progress().values()) == {0}

    system.projector.catch_up()
    assert len(tables(installation)["profile"]) == 2
    assert system.reader.parked() == []


def test_a_projector_killed_between_rows_and_checkpoint_leaves_neither(
    installation: Installation, system: System
) -> None:
    everything(system)
    with child("project-half", installation) as process:
        assert process.line() == "written"
        assert system.projector.catch_up() == 4 * system.reader.head()[0]  # the fifth is taken
        process.kill()
    assert tables(installation)["profile"] == []
    assert system.reader.progress()["profile"] == 0
    deadline = 50
    while not system.projector.step() and deadline:  # until the server notices the dead client
        deadline -= 1
        Flag().wait(0.1)
    system.projector.catch_up()
    live = tables(installation)
    system.projector.rebuild()
    assert tables(installation) == live


def test_what_a_crash_took_away_is_not_projected_from_memory(system: System) -> None:
    """A step that failed may have read an event that the crash then took away."""
    ana = open_record(system)
    failing = Projector(system.datastore, system.mapper, 1, [Ended("profile", fold.profile, 1)])
    with pytest.raises((OperationalError, psycopg.OperationalError)):
        failing.step()
    failing.projections = (RowProjection("profile", fold.profile, 1),)
    tell(system, ana, observation())
    assert failing.step() == 2  # read anew, not the one event of before


def test_waiting_for_a_position_waits_for_every_projection(system: System) -> None:
    open_record(system)
    first = system.projector.serving.projections[0]
    profile = Projector(system.datastore, system.mapper, 1, [first])
    profile.catch_up()
    assert not system.reader.wait_for(1, timeout=0.05)
    system.projector.catch_up()
    assert system.reader.wait_for(1, timeout=0.05)
