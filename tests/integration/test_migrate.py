"""Preparing a database: repeatable, by several processes at once, and refused with a sentence."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from store.embedded import EmbeddedPostgres
from store.migrate import APP, NEWEST, Migrated, MigrationRefused, migrate, revision

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'throughline'"
NOTES = """
CREATE TABLE IF NOT EXISTS note (tenant text);
GRANT SELECT ON note TO throughline_app;
"""


@pytest.fixture
def make_database(postgres: EmbeddedPostgres) -> Iterator[Callable[[], str]]:
    """Makes databases that hold nothing."""
    with (
        psycopg.connect(postgres.conninfo, autocommit=True) as server,
        ExitStack() as dropped,
    ):

        def make() -> str:
            name = f"test_{uuid4().hex[:12]}"
            server.execute(f"CREATE DATABASE {name}".encode())
            dropped.callback(server.execute, f"DROP DATABASE {name} WITH (FORCE)".encode())
            return make_conninfo(postgres.conninfo, dbname=name)

        yield make


@pytest.fixture
def empty(make_database: Callable[[], str]) -> str:
    return make_database()


def test_a_second_migration_finds_nothing_to_do(empty: str) -> None:
    newest = NEWEST
    assert migrate(empty) == Migrated(before=None, after=newest)
    with psycopg.connect(empty) as owner:
        tables = owner.execute(TABLES).fetchone()
        assert migrate(empty) == Migrated(before=newest, after=newest)
        assert owner.execute(TABLES).fetchone() == tables


def test_migrations_of_one_server_at_once_do_no_harm(make_database: Callable[[], str]) -> None:
    databases = [make_database(), make_database()]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(migrate, databases * 3))
    assert [each.after for each in found] == [NEWEST] * 6
    assert [each.before for each in found].count(None) == 2


def test_the_projections_tables_are_made_again_each_time(empty: str) -> None:
    for _ in range(2):
        migrate(empty, extra=[NOTES])
    with psycopg.connect(make_conninfo(empty, user=APP)) as app:
        assert app.execute("SELECT count(*) FROM throughline.note").fetchone() == (0,)


def test_a_broken_migration_leaves_nothing(empty: str) -> None:
    with pytest.raises(psycopg.errors.SyntaxError):
        migrate(empty, extra=[NOTES, "CREATE TABEL"])
    migrate(empty)
    with psycopg.connect(empty) as owner:
        assert owner.execute("SELECT to_regclass('throughline.note')").fetchone() == (None,)


def test_the_app_can_tell_which_revision_it_meets(empty: str) -> None:
    with psycopg.connect(empty) as owner:
        assert revision(owner) is None
    migrate(empty)
    with psycopg.connect(make_conninfo(empty, user=APP)) as app:
        app.execute("SET search_path = throughline")
        assert revision(app) == NEWEST


def test_a_password_is_set_and_does_not_pass_the_log_in_clear(
    empty: str, postgres: EmbeddedPostgres
) -> None:
    with psycopg.connect(empty, autocommit=True) as owner:
        owner.execute("ALTER SYSTEM SET log_statement = 'all'")
        owner.execute("SELECT pg_reload_conf()")
        try:
            migrate(empty, app_password="a secret of the app")
        finally:
            owner.execute("ALTER SYSTEM RESET log_statement")
            owner.execute("SELECT pg_reload_conf()")
        found = owner.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (APP,))
        assert str(found.fetchone()).startswith("('SCRAM-SHA-256$")
    log = postgres.log.read_text()
    assert "ALTER ROLE" in log
    assert "a secret of the app" not in log


@pytest.mark.parametrize("schema", ["Upper", "1st", "with-hyphen", "a" * 32, "", 'x"; DROP'])
def test_a_schema_needs_a_plain_name(schema: str) -> None:
    with pytest.raises(MigrationRefused, match="lower-case letters, digits and underscores"):
        migrate("", schema=schema)


@pytest.mark.parametrize("right", ["BYPASSRLS", "SUPERUSER"])
def test_a_role_that_stands_above_the_policies_is_refused(empty: str, right: str) -> None:
    migrate(empty)
    with psycopg.connect(empty, autocommit=True) as owner:
        owner.execute(f"ALTER ROLE {APP} {right}".encode())
        try:
            with pytest.raises(MigrationRefused, match="throughline_app may bypass row-level"):
                migrate(empty)
        finally:
            owner.execute(f"ALTER ROLE {APP} NO{right}".encode())
