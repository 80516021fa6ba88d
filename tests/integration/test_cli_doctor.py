"""`throughline doctor` finds each fault that can be made, and says how to mend it."""

import json
import shutil
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from api import doctor_files
from api.cli import app
from projections.projector import NAMES
from scheduler import runs
from scheduler.jobs import jobs
from scheduler.session import open_session
from store.embedded import EmbeddedPostgres
from store.keys import FileKeyStore
from tests.installation import TENANT, Installation, database, register


def examine(installation: Installation, **more: str) -> dict[str, dict[str, str | bool | None]]:
    """What doctor found, by check; its exit code agrees."""
    environment = {**installation.environment, **more}
    result = CliRunner().invoke(app, ["doctor", "--json"], env=environment, catch_exceptions=False)
    found = json.loads(result.stdout)
    wrong = [check for check in found["checks"] if check["ok"] is False]
    assert found["ok"] is (not wrong)
    assert result.exit_code == (1 if wrong else 0)
    assert "Traceback" not in result.stderr
    return {check["check"]: check for check in found["checks"]}


def wrong(installation: Installation, **more: str) -> set[str]:
    return {name for name, check in examine(installation, **more).items() if check["ok"] is False}


@pytest.fixture
def healthy(installation: Installation) -> Installation:
    """An installation with an entry, projected, whose jobs have run."""
    with installation.system() as system:
        register(system)
        system.projector.catch_up()
    with open_session(installation.databases.app) as session:
        for job in jobs(NAMES):
            runs.run(session, job)
    return installation


def test_nothing_is_wrong_with_a_healthy_installation(healthy: Installation) -> None:
    assert wrong(healthy) == set()


def test_a_person_reads_a_line_for_each_check(healthy: Installation) -> None:
    healthy.execute("DELETE FROM job_run")
    result = CliRunner().invoke(app, ["doctor"], env=healthy.environment)
    assert "✓ crash safety" in result.stdout
    assert "✗ clock" in result.stdout
    assert "→ Start `throughline worker`" in result.stdout


def test_a_postgresql_that_is_away(healthy: Installation) -> None:
    away = make_conninfo("", host="127.0.0.1", port=1, password="open-sesame")
    found = examine(healthy, DATABASE_URL=away)
    assert found["server"]["ok"] is False
    assert "open-sesame" not in str(found)


def test_keys_belonged_to_a_database_that_did_not_answer(healthy: Installation) -> None:
    away = make_conninfo("", host="127.0.0.1", port=1)
    found = examine(healthy, DATABASE_URL=away)["keys"]
    assert found["ok"] is None
    assert "is closed to others; whether the database's keys are in it: not looked at" in str(found)
    shutil.rmtree(healthy.settings.keys_directory)
    found = examine(healthy, DATABASE_URL=away)["keys"]
    assert found["ok"] is None
    assert "is not there; " in str(found["says"])


def test_a_database_that_is_not_migrated(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    with database(postgres, migrated=False) as found:
        checks = examine(Installation(tmp_path, found))
    assert checks["migrated"]["ok"] is False
    assert "`throughline migrate`" in str(checks["migrated"]["says"])
    assert checks["projections"]["ok"] is None


def test_a_district_that_is_not_there(healthy: Installation) -> None:
    assert "district" in wrong(healthy, THROUGHLINE_TENANT="birch")


def test_another_time_zone_than_the_districts(healthy: Installation) -> None:
    found = examine(healthy, THROUGHLINE_ZONE="America/Denver")
    assert found["time zone"]["ok"] is False
    assert found["time zone"]["mend"] == "Set THROUGHLINE_ZONE=America/Chicago."


def test_a_server_that_is_read_only(healthy: Installation) -> None:
    [(name,)] = healthy.execute("SELECT current_database()")
    healthy.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert wrong(healthy) == {"writable"}


def test_a_role_that_may_do_anything(healthy: Installation) -> None:
    assert wrong(healthy, DATABASE_URL=healthy.databases.owner) == {"app role"}


@pytest.mark.parametrize("right", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_an_app_role_that_may_change_history(healthy: Installation, right: str) -> None:
    healthy.execute(f"GRANT {right} ON event TO throughline_app")
    found = examine(healthy)
    assert found["app role"]["says"] == f"throughline_app may {right.lower()} event"


def test_projections_that_do_not_move(healthy: Installation) -> None:
    with healthy.system() as system:
        register(system)
    found = examine(healthy)
    assert "profile is 1 events behind" in str(found["projections"]["says"])
    assert "throughline worker" in str(found["projections"]["mend"])


def test_events_that_are_parked(healthy: Installation) -> None:
    healthy.execute("INSERT INTO parked_1 VALUES (%s, 'audit', 1, 'ValueError')", (TENANT,))
    found = examine(healthy)
    assert "event 1 in audit (ValueError)" in str(found["parked events"]["says"])


def test_jobs_that_are_overdue(healthy: Installation) -> None:
    healthy.execute("UPDATE job_run SET started_at = started_at - interval '4 minutes'")
    found = examine(healthy)
    assert found["clock"]["says"] == "overdue: projection-health"


def test_a_key_directory_that_is_missing(healthy: Installation) -> None:
    shutil.rmtree(healthy.settings.keys_directory)
    found = examine(healthy)
    assert "There are no keys in" in str(found["keys"]["says"])
    assert not healthy.settings.keys_directory.exists()


def test_a_key_directory_of_another_database(healthy: Installation) -> None:
    shutil.rmtree(healthy.settings.keys_directory)
    FileKeyStore(healthy.settings.keys_directory)
    assert "not those of the events of cedar" in str(examine(healthy)["keys"]["says"])


def test_nothing_runs_with_the_keys_of_another_database(healthy: Installation) -> None:
    shutil.rmtree(healthy.settings.keys_directory)
    result = CliRunner().invoke(app, ["rebuild"], env=healthy.environment, catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("There are no keys in")
    assert not healthy.settings.keys_directory.exists()


@pytest.mark.parametrize(("name", "mode"), [("", 0o755), ("kek", 0o640), ("keys.sqlite", 0o604)])
def test_keys_that_others_can_read(healthy: Installation, name: str, mode: int) -> None:
    (healthy.settings.keys_directory / name).chmod(mode)
    found = examine(healthy)
    assert f"has mode {mode:o}" in str(found["keys"]["says"])
    assert "chmod 700" in str(found["keys"]["mend"])


def test_a_disk_that_is_nearly_full(healthy: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_files, "LEAST_FREE", 1 << 62)
    found = examine(healthy)
    assert "MiB left" in str(found["disk"]["says"])
