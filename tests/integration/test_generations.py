"""Generations of the tables that people read: built beside, switched at once, and back again."""

from collections.abc import Iterator
from hashlib import sha256
from threading import Event as Flag
from threading import Thread
from typing import Any

import psycopg
import pytest

from api.compose import System
from domain.application import Recorded, Request
from domain.changes import CorrectFact
from domain.event import Event
from projections import fold
from projections.generations import GenerationRefused
from projections.projector import NAMES, whole_appends
from projections.schema import VERSION
from projections.standing import OtherVersion
from projections.tables import RowProjection
from scheduler.session import name_tenant, open_session
from scheduler.worker import Worker
from store.recorder import RecordedEvent
from tests.generations import (
    OLDER,
    made_by_an_older_version,
    observation,
    other_district,
    rows_of,
    tables_there,
)
from tests.installation import Installation
from tests.unit.decider import TODAY
from tests.varied import entangled, open_record, tell


@pytest.fixture
def system(installation: Installation) -> Iterator[System]:
    with installation.system() as built:
        yield built


# -- built beside, switched, and back -----------------------------------------------------------


def test_a_new_generation_has_the_same_rows_and_takes_over_at_once(
    installation: Installation, system: System
) -> None:
    entangled(system)
    system.projector.catch_up()
    head, _ = system.reader.head()
    reached: list[int] = []
    generation = system.projector.build()
    system.projector.fill(generation, reached.append)
    assert system.reader.standing().generation == 1
    assert reached == sorted(reached)
    assert reached[-1] == head * len(NAMES)
    system.projector.switch(generation)
    assert (system.reader.standing().generation, system.reader.standing().position) == (2, head)
    assert rows_of(installation, system, 2) == rows_of(installation, system, 1)


def test_what_served_before_is_kept_up_to_date_and_can_serve_again(
    installation: Installation, system: System
) -> None:
    ana = open_record(system)
    system.projector.catch_up()
    system.projector.rebuild()
    tell(system, ana, observation())
    system.projector.catch_up()
    assert rows_of(installation, system, 1) == rows_of(installation, system, 2)
    assert system.projector.roll_back() == 1
    assert [e.body["text"] for e in system.reader.timeline(ana)] == ["Led the group."]
    assert system.projector.roll_back() == 2
    assert system.reader.standing().generation == 2


def test_a_generation_that_nobody_fills_does_not_take_over(system: System) -> None:
    for number in (2, 7):
        with pytest.raises(GenerationRefused, match="does not keep it up to date"):
            system.projector.switch(number)
    with pytest.raises(GenerationRefused, match="no generation to go back to"):
        system.projector.roll_back()


def test_a_generation_that_is_far_behind_does_not_take_over(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.generations.NEAR", 1)
    for _ in range(3):
        open_record(system)
    system.projector.catch_up()
    generation = system.projector.build()
    with pytest.raises(GenerationRefused, match="catch up first"):
        system.projector.switch(generation)
    assert system.reader.standing().generation == 1


def test_what_is_recorded_while_a_generation_is_filled_is_in_it_too(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that stopped at what was there when it began could be too far behind to switch."""
    monkeypatch.setattr("projections.projector.BATCH", 2)
    monkeypatch.setattr("projections.generations.NEAR", 2)
    for _ in range(6):
        open_record(system)
    system.projector.catch_up()
    generation = system.projector.build()

    def meanwhile(reached: int) -> None:
        open_record(system)
        system.projector.serving.catch_up()

    system.projector.fill(generation, meanwhile)
    system.projector.switch(generation)
    head, _ = system.reader.head()
    assert head > 9
    assert system.reader.standing().position == head


def test_a_switch_waits_until_the_new_one_is_as_far_as_the_old(system: System) -> None:
    open_record(system)
    generation = system.projector.build()
    system.projector.fill(generation)
    ana = open_record(system)
    system.projector.serving.catch_up()
    assert set(system.projector.reached(generation).values()) == {1}
    system.projector.switch(generation)
    assert system.reader.standing(ana).position == 2


def test_while_a_switch_is_made_what_serves_is_held_still(
    installation: Installation, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_record(system)
    generation = system.projector.build()
    system.projector.catch_up()
    with installation.system() as other:

        def meanwhile(generation: int, position: int) -> None:
            open_record(other)
            assert other.projector.serving.step() == 0
            assert other.reader.standing().position == position == 1

        monkeypatch.setattr(system.projector, "_overtake", meanwhile)
        system.projector.switch(generation)
        assert other.projector.serving.step() == len(NAMES)


def test_a_build_that_was_interrupted_goes_on(system: System) -> None:
    open_record(system)
    generation = system.projector.build()
    assert system.projector.build() == generation
    assert system.projector.rebuild() == generation


def test_a_rollback_leaves_a_build_under_way_alone(system: System) -> None:
    open_record(system)
    system.projector.rebuild()
    building = system.projector.build()
    system.projector.roll_back()
    assert system.projector.served().building == building
    assert system.projector.rebuild() == building


def test_builds_and_switches_at_the_same_time_come_to_one_generation(
    installation: Installation, system: System
) -> None:
    entangled(system)
    system.projector.catch_up()
    made: list[int] = []
    with installation.system() as other:
        threads = [
            Thread(target=lambda s=each: made.append(s.projector.rebuild()))
            for each in (system, other, system)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(made) == 3
    now = system.projector.served()
    assert now.generation == max(made)
    assert now.building is None
    assert rows_of(installation, system, now.generation) == rows_of(
        installation, system, now.previous or 0
    )


def test_a_worker_keeps_two_generations_up_to_date(system: System) -> None:
    ana = open_record(system)
    with Worker(system.projector, system.databases.app, poll=0.05):
        assert system.reader.wait_for(1)
        generation = system.projector.build()
        system.projector.fill(generation)
        latest = tell(system, ana, observation()).position
        ends = 200
        while min(system.projector.reached(generation).values()) < latest and ends:
            Flag().wait(0.05)
            ends -= 1
        assert set(system.projector.reached(generation).values()) == {latest}
        assert system.reader.wait_for(latest)
        assert system.reader.standing().generation == 1


# -- nothing but rows ---------------------------------------------------------------------------


def test_a_new_generation_records_announces_and_makes_nothing(
    installation: Installation, system: System
) -> None:
    entangled(system)
    system.projector.catch_up()

    def outside() -> tuple[Any, ...]:
        counts = [
            installation.execute(f"SELECT count(*) FROM {table}")
            for table in ("event", "command", "snapshot", "attachment", "job_run")
        ]
        keys = sha256((installation.settings.keys_directory / "keys.sqlite").read_bytes())
        return (counts, keys.hexdigest(), installation.execute("SELECT * FROM head"))

    before = outside()
    with open_session(system.databases.app) as session:
        session.execute("LISTEN throughline_throughline")
        system.projector.rebuild()
        system.projector.roll_back()
        assert list(session.notifies(timeout=0.2)) == []
    assert outside() == before


class Failing(RowProjection):
    """A new version of a projection that cannot take one event."""

    def __init__(self, generation: int, position: int) -> None:
        super().__init__("profile", fold.profile, generation)
        self.position = position

    def take(self, state: Any, event: Event) -> Any:
        if event.position == self.position:
            raise ValueError("what this says is no part of the error that is kept")
        return super().take(state, event)


def test_an_event_that_only_the_new_one_cannot_take_is_parked_there_alone(
    installation: Installation, system: System
) -> None:
    ana = open_record(system)
    position = tell(system, ana, observation("Before.")).position
    tell(system, ana, observation("After."))
    system.projector.catch_up()
    generation = system.projector.build()
    new = system.projector.projector(generation)
    new.projections = (Failing(generation, position), *new.projections[1:])
    system.projector.fill(generation)

    assert installation.execute("SELECT position FROM parked_1") == []
    assert system.reader.parked() == []
    assert installation.execute("SELECT projection, position, error FROM parked_2") == [
        ("profile", position, "builtins.ValueError (observation-recorded)")
    ]
    system.projector.switch(generation)
    assert [p["position"] for p in system.reader.parked()] == [position]
    told = [e.body.get("text") for e in system.reader.profile(ana, TODAY) if e.kind == "fact"]
    assert told == ["After."]
    system.projector.roll_back()
    assert system.reader.parked() == []


# -- whose generation it is ---------------------------------------------------------------------


def test_two_districts_do_not_disturb_each_other(
    installation: Installation, system: System
) -> None:
    ana = open_record(system)
    with other_district(installation) as birch:
        bea = open_record(birch)
        for each in (system, birch):
            each.projector.catch_up()
        assert system.projector.rebuild() == 2
        assert birch.reader.standing(bea).generation == 1
        tell(birch, bea, observation())
        assert system.projector.rebuild() == 3
        birch.projector.catch_up()
        assert [e.body["text"] for e in birch.reader.timeline(bea)] == ["Led the group."]
        assert birch.projector.rebuild() == 3  # its tables are there already
        assert rows_of(installation, birch, 3) == rows_of(installation, birch, 1)
        assert [e.learner for e in system.reader.profile(ana, TODAY)] == [ana]
        assert birch.projector.roll_back() == 1
        assert system.reader.standing().generation == 3


def test_no_generation_in_use_is_dropped(installation: Installation, system: System) -> None:
    open_record(system)
    with other_district(installation) as birch:
        open_record(birch)
        birch.projector.catch_up()
        system.projector.rebuild()  # 1 serves birch
        system.projector.rebuild()
        assert tables_there(installation) == {1, 2, 3}
        birch.projector.rebuild()  # birch may go back to 1, and this district to 2
        assert tables_there(installation) == {1, 2, 3}
        building = birch.projector.build()
        system.projector.tidy()
        assert tables_there(installation) == {1, 2, 3, building}
        birch.projector.fill(building)
        birch.projector.switch(building)
        birch.projector.tidy()
        assert tables_there(installation) == {2, 3, building}
        assert birch.reader.standing().position == 1


def test_a_question_under_way_is_answered_though_its_tables_are_dropped(
    installation: Installation, system: System
) -> None:
    ana, _ = entangled(system)
    system.projector.catch_up()
    at = system.reader.standing(ana)
    before = system.reader.profile(ana, TODAY, at), system.reader.timeline(ana, at=at)
    for _ in range(3):
        tell(system, ana, observation())
        system.projector.rebuild()
    assert tables_there(installation) == {3, 4}
    assert (system.reader.profile(ana, TODAY, at), system.reader.timeline(ana, at=at)) == before


def test_a_question_under_way_is_answered_though_what_it_asks_for_is_closed_meanwhile(
    system: System,
) -> None:
    """Entries are filed under another number once they are closed; a question finds them there."""
    ana = open_record(system)
    fact = tell(system, ana, observation()).event.fact  # type: ignore[attr-defined]
    system.projector.catch_up()
    at = system.reader.standing(ana)
    before = system.reader.profile(ana, TODAY, at)
    for _ in range(3):
        for _ in range(5):
            tell(system, ana, observation())
        tell(system, ana, CorrectFact(fact=fact, changes={"text": "Led it."}, ground="Misheard."))
        system.projector.catch_up()
        assert system.reader.profile(ana, TODAY, at) == before


def test_a_worker_takes_no_harm_from_tables_that_are_dropped(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_record(system)
    system.projector.catch_up()
    before = system.projector.served()
    for _ in range(2):
        system.projector.rebuild()
    now = system.projector.served
    answers = iter([before])
    monkeypatch.setattr(system.projector, "served", lambda: next(answers, None) or now())
    assert system.projector.step() == 0


def test_the_app_role_makes_tables_for_the_district_it_has_named_alone(system: System) -> None:
    with open_session(system.databases.app) as session:
        name_tenant(session, "birch")
        with pytest.raises(psycopg.Error) as refused:
            session.execute("SELECT build_generation('cedar', %s)", (VERSION,))
        assert refused.value.sqlstate == "TL003"
        for function in ("make_generation", "show_generations"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"SELECT {function}()".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("INSERT INTO serving (tenant, generation) VALUES ('cedar', 7)")


# -- versions of the program --------------------------------------------------------------------


def test_what_another_version_made_is_served_by_none_of_our_reads(
    installation: Installation, system: System
) -> None:
    ana = open_record(system)
    system.projector.catch_up()
    made_by_an_older_version(installation)
    with pytest.raises(OtherVersion, match="another version"):
        system.reader.profile(ana, TODAY)
    assert system.projector.step() == 0
    assert system.projector.rebuild() == 2
    assert [e.learner for e in system.reader.profile(ana, TODAY)] == [ana]


def test_a_server_of_the_older_version_goes_on_until_the_switch(
    installation: Installation, system: System
) -> None:
    open_record(system)
    system.projector.catch_up()
    made_by_an_older_version(installation)
    assert installation.execute("SELECT DISTINCT position, generation FROM standing") == [(1, 1)]
    system.projector.fill(system.projector.build())
    assert installation.execute("SELECT DISTINCT generation FROM standing") == [(1,)]
    system.projector.switch(2)
    assert installation.execute("SELECT DISTINCT position, generation FROM standing") == [(1, 2)]


def test_this_version_does_not_go_back_to_what_another_made(
    installation: Installation, system: System
) -> None:
    open_record(system)
    system.projector.catch_up()
    made_by_an_older_version(installation)
    system.projector.rebuild()
    with pytest.raises(GenerationRefused, match="made by another version"):
        system.projector.roll_back()
    assert rows_of(installation, system, 1) == rows_of(installation, system, 2)


def test_nothing_is_built_in_the_tables_of_another_version(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.generations.VERSION", OLDER)
    with pytest.raises(GenerationRefused, match="Run `throughline migrate` with this version"):
        system.projector.build()


# -- what was recorded in one append ------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "most", "taken"),
    [("", 3, 0), ("aab", 3, 3), ("aabb", 3, 2), ("abcd", 3, 3), ("aaaa", 3, 3), ("abbbb", 3, 1)],
)
def test_a_batch_holds_whole_appends(times: str, most: int, taken: int) -> None:
    class Stored:
        def __init__(self, recorded_at: str) -> None:
            self.recorded_at = recorded_at

    stored: Any = [Stored(time) for time in times]
    found: list[RecordedEvent] = whole_appends(stored, most)
    assert found == stored[:taken]


def test_nobody_sees_half_of_an_append(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.projector.BATCH", 3)
    learners = [open_record(system) for _ in range(3)]
    for _ in range(3):
        answers = system.profiles.do_many(
            [Request(learner, observation(), system.context()) for learner in learners[:2]]
        )
        assert all(isinstance(a, Recorded) for a in answers)
    seen = set()
    while system.projector.step():
        seen.add(system.reader.standing().position)
    assert seen == {3, 5, 7, 9}
