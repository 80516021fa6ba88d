"""Where the demo lives, how its file gets its years, and what `--fresh` may delete."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag
from typing import Any

import psycopg
import pytest

from api import compose, demo_home, demo_past
from api.compose import System
from api.demo_district import Line, happened, past_day, requests, whole
from api.demo_district.outsiders import outsiders
from api.demo_district.staffing import staffing
from api.faults import Fault
from api.preparing import prepare
from domain.application import Request
from domain.reads import AccessRecorded
from projections.replay import Answer, Question, replay
from store import embedded
from store.settings import Settings
from tests.installation import Installation, register

FIRST_LOOKS = 3  # batches of entries before the first look, at least
FEW = 14  # learners, the one of the past day among them
TOPICS = "SELECT topic FROM throughline.event WHERE tenant = 'demo'"
TIMES = "SELECT recorded_at FROM throughline.event WHERE tenant = 'demo' ORDER BY position"


def few(day: date) -> list[Request]:
    """The first learners of the district and all its people, in the order of entry."""
    found = [*staffing(day), *outsiders(day)]
    found += [request for learner in islice(requests(day), FEW) for request in learner]
    return sorted(found, key=lambda r: r.context.now)


def lines(day: date) -> list[Line]:
    """All of it, with who looked at it."""
    return whole(few(day), day)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A district of a few learners, recorded in some more batches."""
    monkeypatch.setattr(demo_home, "in_order", few)
    monkeypatch.setattr(demo_home, "BATCH", 400)


@contextmanager
def demo(home: Path) -> Iterator[System]:
    settings = demo_home.settings_for(Settings(), home)
    with compose.databases(settings, make=True) as found:
        prepare(settings, found)
        with compose.system(settings, found) as system:
            yield system


@pytest.fixture
def home() -> Iterator[Path]:
    """Not pytest's own directory: each run closes that to the server's user again."""
    with TemporaryDirectory(prefix="throughline-") as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def made() -> Iterator[Settings]:
    """The settings of a home with the demo's district and one learner."""
    with TemporaryDirectory(prefix="throughline-") as name:
        with demo(Path(name)) as system:
            register(system)
        yield system.settings


def execute(system: System, statement: str) -> list[Any]:
    with psycopg.connect(system.databases.owner) as superuser:
        found = superuser.execute(statement.encode())
        return found.fetchall() if found.description else []


def times(system: System) -> list[datetime]:
    return [row[0] for row in execute(system, TIMES)]


def marked(system: System) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((system.settings.home / "demo.json").read_text())
    return found


# -- a file with a past ---------------------------------------------------------------------------


def test_what_the_demo_tells_of_years_was_recorded_over_years(small: None, home: Path) -> None:
    with demo(home) as system:
        mark = demo_home.fill(system, Flag())
        expected = [happened(line) for line in lines(mark.day)]
        assert times(system) == expected == sorted(expected)
        assert (expected[-1] - expected[0]).days > 700
        assert expected[-1] < datetime.now(UTC)
        assert execute(system, "SELECT recorded_at FROM throughline.head") == [(expected[-1],)]
        entered = [request.context.now for request in few(mark.day)]
        log = system.reader.audit(limit=2)
        assert [line.event.recorded_at for line in log] == [entered[-1], entered[-2]]
        register(system)  # and from now on time is the database's again
        assert (datetime.now(UTC) - times(system)[-1]).total_seconds() < 60


def test_the_file_can_be_asked_what_it_said_and_when_it_began(small: None, home: Path) -> None:
    with demo(home) as system:
        mark = demo_home.fill(system, Flag())
        asked = past_day(mark.day)
        answers = {}
        for on in (asked.on, asked.on.replace(year=asked.on.year - 2)):
            instant = datetime.combine(on, datetime.max.time(), system.zone)
            known = system.reader.standing(asked.learner, system.reader.position_at(instant))
            answers[on] = replay(system.reader, Question(asked.learner, on, known, instant))
        said, before = answers.values()
        now = system.reader.profile(asked.learner, asked.on)
        assert said.answer is Answer.VALUE
        assert {e.removed.how for e in said.entries if e.removed} == {"amended", "wrong-learner"}
        assert any("cello" in str(e.body.get("text")) for e in said.entries)
        assert not any("cello" in str(e.body.get("text")) for e in now)
        assert before.answer is Answer.BEFORE_OUR_FILE
        assert before.source_says
        assert {e.provenance.source for e in before.source_says} == {"import: Maple County SIS"}


def test_a_demo_that_was_stopped_at_any_step_comes_out_whole(
    small: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demo(home) as system:
        stop = Flag()
        stop.set()
        with pytest.raises(Fault, match="goes on from here"):
            demo_home.fill(system, stop)
        assert system.reader.head()[0] == 400
        assert marked(system)["position"] is None
    with demo(home) as system, monkeypatch.context() as patched:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(demo_past, "set_back", killed)
        with pytest.raises(KeyboardInterrupt):
            demo_home.fill(system, Flag())
    with demo(home) as system, monkeypatch.context() as patched:
        set_back = demo_past.set_back

        def killed_after(*given: Any) -> None:
            set_back(*given)
            raise KeyboardInterrupt

        patched.setattr(demo_past, "set_back", killed_after)
        with pytest.raises(KeyboardInterrupt):
            demo_home.fill(system, Flag())
        assert marked(system)["position"] is None
    with demo(home) as system:
        mark = demo_home.fill(system, Flag())
        expected = lines(mark.day)
        assert times(system) == [happened(line) for line in expected]
        topics = Counter(row[0] for row in execute(system, TOPICS))
        assert topics["access-recorded"] == sum(isinstance(one, AccessRecorded) for one in expected)
        assert marked(system)["position"] == system.reader.head()[0] == len(expected)
        assert set(system.reader.progress().values()) == {len(expected)}


# -- only there -----------------------------------------------------------------------------------


def test_no_other_database_has_its_times_set(installation: Installation) -> None:
    with installation.system() as system:
        register(system)
        before = installation.execute("SELECT recorded_at FROM event")
        with pytest.raises(Fault, match="Only the demo's own database"):
            demo_past.set_back(system, demo_home.TENANT, [])
        with pytest.raises(Fault, match="Only the demo's own database"):
            demo_home.fill(system, Flag())
    assert installation.execute("SELECT recorded_at FROM event") == before


@pytest.mark.parametrize("setting", ["database_url", "migrate_url", "tenant", "home"])
def test_the_home_must_be_the_demos_own_in_every_respect(
    small: None, home: Path, setting: str
) -> None:
    with demo(home) as system:
        values = {"tenant": "cedar", "home": home / "other"}
        given = {setting: values.get(setting, system.databases.app)}
        settings = system.settings.model_copy(update=given)
        other = System(
            settings,
            system.databases,
            system.profiles,
            system.reader,
            system.projector,
            system.zone,
        )
        with pytest.raises(Fault, match="Only the demo's own database"):
            demo_past.refuse_others(other, demo_home.TENANT)
        demo_past.refuse_others(system, demo_home.TENANT)


def test_a_home_in_which_somebody_else_recorded_is_left_alone(small: None, home: Path) -> None:
    with demo(home) as system:
        register(system)
        before = times(system)
        with pytest.raises(Fault, match=r"entries that the demo did not record.*--fresh"):
            demo_home.fill(system, Flag())
        assert times(system) == before
        assert not (home / "demo.json").exists()


def test_what_somebody_else_recorded_meanwhile_keeps_its_time_and_so_does_everything(
    small: None, home: Path
) -> None:
    with demo(home) as system:
        stop = Flag()
        stop.set()
        with pytest.raises(Fault):
            demo_home.fill(system, stop)
        register(system)
        with pytest.raises(Fault, match="entries that the demo did not record"):
            demo_home.fill(system, Flag())
        assert all((datetime.now(UTC) - time).days == 0 for time in times(system))


def test_what_was_read_already_is_not_given_another_time(small: None, home: Path) -> None:
    with demo(home) as system:
        mark = demo_home.fill(system, Flag())
        before = times(system)
        (home / "demo.json").write_text(
            json.dumps({"day": mark.day.isoformat(), "position": None, "way": demo_home.WAY})
        )
        with pytest.raises(Fault):
            demo_home.fill(system, Flag())
        assert times(system) == before


@pytest.mark.parametrize("position", ["null", "1"])
@pytest.mark.parametrize("way", ["", ', "way": 2'])
def test_what_an_older_version_made_or_began_is_made_anew(
    home: Path, position: str, way: str
) -> None:
    said = f'{{"day": "2026-03-20", "position": {position}{way}}}'
    (home / "demo.json").write_text(said)
    with demo(home) as system:
        register(system)
        with pytest.raises(Fault, match=r"An older version made.*--fresh"):
            demo_home.fill(system, Flag())
        assert system.reader.head()[0] == 1


@pytest.mark.parametrize("steps", [1, 3, 5])
def test_looks_are_recorded_once_however_often_it_is_stopped_between_them(
    small: None, home: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    with demo(home) as system, monkeypatch.context() as patched:
        taken = []

        def stop_after(flag: Flag) -> None:
            taken.append(flag)
            if len(taken) == FIRST_LOOKS + steps:
                raise KeyboardInterrupt

        patched.setattr(demo_home, "_go_on_unless", stop_after)
        with pytest.raises(KeyboardInterrupt):
            demo_home.fill(system, Flag())
    with demo(home) as system:
        mark = demo_home.fill(system, Flag())
        assert times(system) == [happened(line) for line in lines(mark.day)]


# -- where it lives -------------------------------------------------------------------------------


def test_the_demo_never_uses_another_database_or_district(home: Path) -> None:
    given = Settings(
        database_url="postgresql://db/district",
        migrate_url="postgresql://db/district",
        tenant="cedar",
        keys=home / "real-keys",
    )
    own = demo_home.settings_for(given, home)
    assert (own.database_url, own.migrate_url, own.tenant) == (None, None, "demo")
    assert own.keys_directory == home / "keys"


def test_fresh_waits_for_nobody_who_uses_the_database(made: Settings) -> None:
    with (
        embedded.start(made.postgres_directory),  # a use of its own, as another process has
        pytest.raises(Fault, match="Another process uses"),
    ):
        demo_home.clear(made)
    assert made.postgres_directory.exists()


def test_fresh_deletes_the_demo_and_leaves_another_district_alone(made: Settings) -> None:
    other = made.model_copy(update={"tenant": "birch"})
    with compose.databases(other) as found:
        prepare(other, found)
    with pytest.raises(Fault, match="holds the district birch too"):
        demo_home.clear(made)
    assert made.postgres_directory.exists()
    assert (made.keys_directory / "kek").exists()
    with (
        embedded.start(made.postgres_directory) as server,
        psycopg.connect(server.conninfo) as superuser,
    ):
        superuser.execute("DELETE FROM throughline.head WHERE tenant = 'birch'")
    demo_home.clear(made)
    assert not made.postgres_directory.exists()
    assert list(made.keys_directory.iterdir()) == []
