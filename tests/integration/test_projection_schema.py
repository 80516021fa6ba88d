"""Another version of the projections' tables is made beside the one that serves."""

from collections.abc import Iterator

import psycopg
import pytest

from projections import schema
from store.embedded import EmbeddedPostgres
from store.migrate import migrate
from tests import installation
from tests.integration.conftest import Database

NEWER = "ffffffffffff"


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A migrated database of each test's own: generations are the whole database's."""
    with installation.database(postgres, migrated=False) as found:
        migrate(found.owner)
        yield Database(found.owner)


def generations(database: Database) -> list[tuple[int, str]]:
    with psycopg.connect(database.owner) as connection:
        found = connection.execute("SELECT number, version FROM throughline.generation ORDER BY 1")
        return [(number, version) for number, version in found]


def test_the_same_tables_stay_as_they_are(database: Database, tenant: str) -> None:
    migrate(database.owner, extra=[schema.schema_sql()])
    with database.session(tenant) as session:
        session.execute("INSERT INTO checkpoint_1 VALUES (%s, 'profile', 7)", (tenant,))
    migrate(database.owner, extra=[schema.schema_sql()])
    assert generations(database) == [(1, schema.VERSION)]
    with database.session(tenant) as session:
        found = session.execute("SELECT position FROM standing WHERE projection = 'profile'")
        assert found.fetchall() == [(7,)]


def test_changed_tables_are_made_beside_those_that_serve(
    database: Database, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(database.owner, extra=[schema.schema_sql()])
    with database.session(tenant) as session:
        session.execute(
            "INSERT INTO profile_1 (tenant, stream, learner, line, item, kind, status, "
            "data_class, effective, own, content, known_from, cell) "
            "SELECT %s, u, u, u, u, 'fact', 'live', 'education', '{}', '{}', '{}', 1, 0 "
            "FROM gen_random_uuid() AS u",
            (tenant,),
        )
    changed = schema.TABLES.replace("status      text", "standing text, status text", 1)
    monkeypatch.setattr(schema, "TABLES", changed)
    monkeypatch.setattr(schema, "VERSION", NEWER)
    migrate(database.owner, extra=[schema.schema_sql()])
    assert generations(database)[-1] == (2, NEWER)
    with database.session(tenant) as session:
        assert session.execute("SELECT generation FROM served").fetchone() == (1,)
        assert session.execute("SELECT count(*) FROM profile_1").fetchone() == (1,)
        assert session.execute("SELECT count(standing) FROM profile_2").fetchone() == (0,)
