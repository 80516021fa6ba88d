"""A new version of the projections' tables replaces the old one, and nothing else."""

import psycopg
import pytest

from projections import schema
from store.migrate import migrate
from tests.integration.conftest import Database


def columns(database: Database) -> set[str]:
    with psycopg.connect(database.owner) as connection:
        rows = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'profile'"
        )
        return {row[0] for row in rows}


def test_the_same_tables_stay_as_they_are(database: Database, tenant: str) -> None:
    migrate(database.owner, extra=[schema.schema_sql()])
    with database.session(tenant) as session:
        session.execute("INSERT INTO checkpoint VALUES (%s, 'profile', 7)", (tenant,))
    migrate(database.owner, extra=[schema.schema_sql()])
    with database.session(tenant) as session:
        assert session.execute("SELECT position FROM checkpoint").fetchone() == (7,)


def test_changed_tables_are_made_anew_and_folded_from_the_beginning(
    database: Database,
    tenant: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    migrate(database.owner, extra=[schema.schema_sql()])
    with database.session(tenant) as session:
        session.execute("INSERT INTO checkpoint VALUES (%s, 'profile', 7)", (tenant,))
    changed = tmp_path_factory.mktemp("schema") / "schema.sql"
    text = schema.TABLES.read_text(encoding="utf-8")
    changed.write_text(text.replace("status     text", "standing text, status text", 1))
    monkeypatch.setattr(schema, "TABLES", changed)
    migrate(database.owner, extra=[schema.schema_sql()])
    assert "standing" in columns(database)
    with database.session(tenant) as session:
        assert session.execute("SELECT position FROM checkpoint").fetchone() is None
