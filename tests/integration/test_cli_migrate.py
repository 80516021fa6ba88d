"""`throughline migrate`, and what tells that it was forgotten."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner, Result

from api.cli import app
from store.embedded import EmbeddedPostgres
from store.migrate import NEWEST
from tests.installation import Installation, database


@pytest.fixture
def bare(postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Installation]:
    """An installation that nobody has migrated."""
    with database(postgres, migrated=False) as found:
        yield Installation(tmp_path, found)


def run(installation: Installation, *arguments: str, **more: str) -> Result:
    environment = {**installation.environment, **more}
    return CliRunner().invoke(app, arguments, env=environment, catch_exceptions=False)


def test_migrate_makes_the_schema_and_the_district(bare: Installation) -> None:
    result = run(bare, "migrate", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "before": None,
        "after": NEWEST,
        "tenant": "cedar",
        "zone": "America/Chicago",
        "district_made": True,
    }
    with bare.system() as system:
        assert system.reader.head() == (0, "America/Chicago")


def test_migrating_twice_changes_nothing(bare: Installation) -> None:
    run(bare, "migrate")
    result = run(bare, "migrate")
    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing to migrate")


def test_a_second_district_was_made_and_nothing_to_migrate_was_said(bare: Installation) -> None:
    assert "The district cedar was made" in run(bare, "migrate").stdout
    result = run(bare, "migrate", THROUGHLINE_TENANT="birch")
    made = "The district birch was made; its days are those of America/Chicago.\n"
    assert (result.exit_code, result.stdout) == (0, made)
    again = run(bare, "migrate", "--json", THROUGHLINE_TENANT="birch")
    assert json.loads(again.stdout)["district_made"] is False


def test_a_district_keeps_the_zone_it_was_made_with(bare: Installation) -> None:
    run(bare, "migrate")
    result = run(bare, "migrate", "--json", THROUGHLINE_ZONE="America/Denver")
    assert json.loads(result.stdout)["zone"] == "America/Chicago"
    assert "keeps the zone it was made with, America/Chicago" in result.stderr


def test_the_app_role_takes_the_password_of_database_url(bare: Installation) -> None:
    url = make_conninfo(bare.databases.app, password="open-sesame")
    assert run(bare, "migrate", DATABASE_URL=url).exit_code == 0
    [(kept,)] = bare.execute(
        "SELECT rolpassword LIKE 'SCRAM-SHA-256$%%' FROM pg_authid "
        "WHERE rolname = 'throughline_app'"
    )
    assert kept is True


def test_a_role_without_rights_is_told_which_one_is_needed(bare: Installation) -> None:
    run(bare, "migrate")
    result = run(bare, "migrate", MIGRATE_URL=bare.databases.app)
    assert result.exit_code == 1
    assert "MIGRATE_URL one that may create roles" in result.stderr


@pytest.mark.parametrize("command", ["worker", "serve", "rebuild"])
def test_nothing_runs_on_a_database_that_is_not_migrated(bare: Installation, command: str) -> None:
    arguments = (command, "--port", "0") if command == "serve" else (command,)
    result = run(bare, *arguments)
    assert result.exit_code == 1
    assert result.stderr.strip() == ("The database is not migrated. Run `throughline migrate`.")
    assert bare.execute("SELECT to_regclass('event')") == [(None,)]


def test_a_database_of_another_version_is_not_worked_on(installation: Installation) -> None:
    installation.execute("UPDATE alembic_version SET version_num = '9999'")
    result = run(installation, "worker")
    assert result.exit_code == 1
    assert "revision 9999" in result.stderr


def test_a_district_that_is_not_there_is_told(installation: Installation) -> None:
    result = run(installation, "rebuild", THROUGHLINE_TENANT="birch")
    assert result.exit_code == 1
    assert "The district birch is not in the database" in result.stderr


def test_a_read_only_server_is_told(installation: Installation) -> None:
    with psycopg.connect(installation.databases.owner, autocommit=True) as owner:
        name = owner.info.dbname
        owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    for command in ("rebuild", "worker"):
        result = run(installation, command)
        assert result.exit_code == 1
        assert result.stderr.startswith("This PostgreSQL is read-only")
