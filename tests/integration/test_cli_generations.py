"""`throughline generations`, and `throughline migrate` where another version's tables serve."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag

import httpx
import psycopg
import pytest
from typer.testing import CliRunner, Result

from api import compose, demo_home
from api.cli import app
from api.faults import Fault
from api.preparing import prepare
from projections.projector import NAMES
from store.settings import Settings
from tests.installation import Installation, register
from tests.served import serving

OLDER = "UPDATE throughline.generation SET version = 'an-older-one'"


def run(installation: Installation, *arguments: str, **more: str) -> Result:
    environment = {**installation.environment, **more}
    return CliRunner().invoke(app, arguments, env=environment, catch_exceptions=False)


def generations(installation: Installation, *arguments: str) -> Result:
    return run(installation, "generations", *arguments)


@pytest.fixture
def filled(installation: Installation) -> Installation:
    """A district with two learners that are read."""
    with installation.system() as system:
        for name in ("Ana", "Bo"):
            register(system, name)
        system.projector.catch_up()
    return installation


def test_a_generation_is_built_switched_to_and_left_again(filled: Installation) -> None:
    built = json.loads(generations(filled, "build", "--json").stdout)
    assert built.pop("seconds") >= 0
    assert built == {"generation": 2, "serves": 1, "events": 2, "parked": 0}
    switched = json.loads(generations(filled, "switch", "--json").stdout)
    assert switched == {"serves": 2, "before": 1}
    back = json.loads(generations(filled, "rollback", "--json").stdout)
    assert back == {"serves": 1, "before": 2}


def test_it_is_said_in_sentences_what_comes_next(filled: Installation) -> None:
    built = generations(filled, "build")
    assert "Generation 2 is built from 2 events in" in built.stdout
    assert "none parked. Generation 1 still serves" in built.stdout
    assert f"Building generation 2: {2 * len(NAMES)}" in built.stderr
    switched = generations(filled, "switch")
    assert switched.stdout.startswith("Generation 2 serves now.")
    assert "goes back to 1" in switched.stdout


def test_status_tells_each_generation_and_what_it_is_for(filled: Installation) -> None:
    generations(filled, "build")
    with filled.system() as system:
        register(system, "Cleo")
        system.projector.serving.catch_up()
    found = generations(filled, "status")
    newer, older = found.stdout.splitlines()
    assert newer.startswith("Generation 2, made 20")
    assert "it is being built" in newer
    assert newer.endswith("1 of 3 events behind, none parked.")
    assert older.endswith(": it serves. All 3 events are in it, none parked.")
    told = json.loads(generations(filled, "status", "--json").stdout)
    assert told["position"] == 3
    assert [(g["number"], g["use"], g["reached"], g["ours"]) for g in told["generations"]] == [
        (2, "building", 2, True),
        (1, "serves", 3, True),
    ]


def test_what_was_recorded_since_the_build_is_there_after_the_switch(
    filled: Installation,
) -> None:
    generations(filled, "build")
    with filled.system() as system:
        register(system, "Cleo")
    assert generations(filled, "switch").exit_code == 0
    with filled.system() as system:
        assert system.reader.standing().position == 3


def test_there_must_be_something_to_switch_or_go_back_to(filled: Installation) -> None:
    for command, said in (("switch", "Build one first"), ("rollback", "no generation to go back")):
        refused = generations(filled, command)
        assert refused.exit_code == 1
        assert said in refused.stderr
        assert refused.stdout == ""


# -- an upgrade ---------------------------------------------------------------------------------


def test_migrate_builds_what_another_version_made_and_switches(filled: Installation) -> None:
    filled.execute(OLDER)
    done = run(filled, "migrate", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["generation"] == 2
    assert f"Building anew what people read: {2 * len(NAMES)}" in done.stderr
    with filled.system() as system:
        assert system.reader.standing().position == 2
    status = generations(filled, "status").stdout
    assert "Generation 1" in status
    assert "Made by another version of Throughline." in status
    refused = generations(filled, "rollback")
    assert refused.exit_code == 1
    assert "made by another version" in refused.stderr
    assert "generation" not in json.loads(run(filled, "migrate", "--json").stdout)


def test_until_then_every_way_in_says_what_is_to_be_done(filled: Installation) -> None:
    filled.execute(OLDER)
    prepare(filled.settings, filled.databases)
    found = json.loads(run(filled, "doctor", "--json").stdout)
    [finding] = [c for c in found["checks"] if c["check"] == "projections"]
    assert (finding["ok"], finding["mend"]) == (False, "Run `throughline migrate`.")
    with (
        filled.system() as system,
        serving(system) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        read = client.get("/v1/learners")
        assert (read.status_code, read.json()["title"]) == (503, "Version not served")
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "throughline migrate" in "".join(ready.json()["reasons"])
        run(filled, "migrate")
        assert len(client.get("/v1/learners").json()["learners"]) == 2
        assert client.get("/readyz").status_code == 200


def test_a_version_that_served_before_is_gone_back_to_and_not_built_again(
    filled: Installation,
) -> None:
    """As when an upgrade is taken back: its tables are there, and only behind."""
    filled.execute(OLDER)
    run(filled, "migrate")
    with filled.system() as system:
        register(system, "Cleo")
        system.projector.catch_up()
    filled.execute(
        "UPDATE generation AS g SET version = o.version FROM generation AS o "
        "WHERE g.number = 3 - o.number"
    )
    assert json.loads(run(filled, "migrate", "--json").stdout)["generation"] == 1
    with filled.system() as system:
        assert (system.reader.standing().generation, system.reader.standing().position) == (1, 3)


def test_an_upgrade_without_the_keys_says_what_is_missing(
    filled: Installation, tmp_path: Path
) -> None:
    filled.execute(OLDER)
    done = run(filled, "migrate", THROUGHLINE_KEYS=str(tmp_path / "nowhere"))
    assert done.exit_code == 1
    assert "key" in done.stderr
    assert run(filled, "migrate").exit_code == 0


def test_an_emptied_database_is_filled_by_the_migration_that_emptied_it(
    filled: Installation,
) -> None:
    filled.execute("UPDATE alembic_version SET version_num = '0001'")
    filled.execute("DROP FUNCTION position_at, version_at, revoke_api_token")
    filled.execute("DROP TABLE sign_in, session, api_token")
    filled.execute("DROP VIEW tie")
    filled.execute("DROP INDEX event_tie")
    for table in (*NAMES, "checkpoint", "parked", "standing"):
        filled.execute(f"DROP VIEW {table}")
    for table in (*NAMES, "checkpoint"):
        filled.execute(f"TRUNCATE {table}_1")
    done = run(filled, "migrate", "--json")
    assert done.exit_code == 0, done.stderr
    with filled.system() as system:
        assert system.reader.standing().position == 2


def test_names_that_an_older_version_indexed_are_found_after_migrate(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> int:
        with installation.system() as system:
            return len(system.reader.caseload(system.context().today, search="deborah"))

    with monkeypatch.context() as older:
        older.setattr("projections.caseload.PLAIN", {})
        with installation.system() as system:
            register(system, "Đeborah")
            system.projector.catch_up()
    assert found() == 0
    with psycopg.connect(installation.databases.owner) as owner:
        owner.execute(OLDER)
    assert "generation 2 serves" in run(installation, "migrate").stderr
    assert found() == 1


def test_a_demo_of_an_older_schema_keeps_working() -> None:
    with TemporaryDirectory(prefix="throughline-") as name:
        settings = demo_home.settings_for(Settings(), Path(name))
        with compose.databases(settings, make=True) as found:
            prepare(settings, found)
            with compose.system(settings, found) as system:
                register(system)
                system.projector.catch_up()
                (settings.home / "demo.json").write_text(
                    f'{{"day": "2026-03-20", "position": 1, "way": {demo_home.WAY}}}'
                )
            with psycopg.connect(found.owner) as owner:
                owner.execute(OLDER)
            prepare(settings, found)
            with compose.system(settings, found) as system:
                stop = Flag()
                stop.set()
                with pytest.raises(Fault, match="goes on from here"):
                    demo_home.fill(system, stop)
                stop.clear()
                demo_home.fill(system, stop)
                assert system.reader.standing().position == 1
