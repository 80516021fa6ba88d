"""What the app role cannot do to the record, however the application is mistaken."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from projections.schema import schema_sql
from store.migrate import OWNER, migrate
from tests.integration.conftest import Database, MakeRecorder, stored

EVENT = "(tenant, position, stream, version, topic, state, recorded_at)"
TENANT_TABLES = [
    "api_token",
    "attachment",
    "audit_1",
    "caseload_1",
    "checkpoint_1",
    "command",
    "event",
    "head",
    "membership_1",
    "parked_1",
    "profile_1",
    "serving",
    "session",
    "sign_in",
    "snapshot",
    "timeline_1",
]
VIEWS = ["audit", "caseload", "checkpoint", "membership", "parked", "profile", "served",
         "standing", "tie", "timeline"]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def with_projections(database: Database) -> None:
    """The module's database with what people read, too."""
    migrate(database.owner, extra=[schema_sql()])


@pytest.fixture
def app(database: Database, tenant: str, recorder: MakeRecorder) -> Iterator[Connection[Any]]:
    """A session of the app role that has named a tenant with three events."""
    recorder().append([stored(), stored(), stored()])
    with database.session(tenant) as session:
        yield session


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET state = ''",
        "DELETE FROM event",
        "TRUNCATE event",
        f"INSERT INTO event {EVENT} SELECT tenant, 9, stream, 9, topic, state, now() FROM event",
        "MERGE INTO event USING head ON true WHEN MATCHED THEN DELETE",
        "UPDATE command SET digest = ''",
        "DELETE FROM command",
        "TRUNCATE command",
        "INSERT INTO command VALUES (current_setting('throughline.tenant'), uuidv7(), '', 1, 1)",
        "UPDATE head SET position = 0",
        "DELETE FROM head",
        "INSERT INTO head (tenant, zone) VALUES (current_setting('throughline.tenant'), 'UTC')",
        "UPDATE snapshot SET state = ''",
        "DELETE FROM snapshot",
        "UPDATE attachment SET sealed = ''",
        "DELETE FROM attachment",
        "DELETE FROM api_token",
        "UPDATE api_token SET revoked_at = NULL, revoked_by = NULL",
        "UPDATE api_token SET scopes = ARRAY['admin']",
        "UPDATE session SET person = gen_random_uuid()",
        "UPDATE session SET expires_at = 'infinity'",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "ALTER TABLE event DISABLE ROW LEVEL SECURITY",
        "DROP TABLE event",
        "DROP TRIGGER event_stays ON event",
        "DROP POLICY named_tenant ON event",
        "CREATE TABLE mine (x int)",
        f"SET ROLE {OWNER}",
        "SET session_replication_role = replica",
        "COPY event TO PROGRAM 'cat'",
        "SELECT first_answer('x', 1, 0, NULL, NULL)",
        "SELECT next_versions('x', NULL, NULL)",
    ],
)
def test_the_app_role_is_refused(app: Connection[Any], statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        app.execute(statement.encode())
    assert app.execute("SELECT count(*) FROM event").fetchone() == (3,)


@pytest.mark.parametrize("table", ["event", "command"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET tenant = tenant", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_even_the_owner_meets_the_triggers(
    database: Database, tenant: str, app: Connection[Any], table: str, statement: str
) -> None:
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("SELECT set_config('throughline.tenant', %s, false)", (tenant,))
        owner.execute("SET search_path = throughline")
        owner.execute(SQL("SET ROLE {}").format(Identifier(OWNER)))
        with pytest.raises(InsufficientPrivilege, match="what was recorded stays recorded"):
            owner.execute(statement.format(table).encode())
    assert app.execute("SELECT count(*) FROM event").fetchone() == (3,)


def test_a_row_of_the_record_cannot_be_changed_where_the_statements_trigger_is_gone(
    database: Database, tenant: str, app: Connection[Any]
) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute("SET search_path = throughline")
        owner.execute("ALTER TABLE event DISABLE TRIGGER event_stays")
        with pytest.raises(InsufficientPrivilege, match="what was recorded stays recorded"):
            owner.execute("UPDATE event SET state = '' WHERE tenant = %s", (tenant,))


@pytest.mark.parametrize("table", TENANT_TABLES + VIEWS)
def test_without_a_named_tenant_nothing_is_there(
    database: Database, app: Connection[Any], table: str
) -> None:
    with database.session() as nobody:
        assert nobody.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,)


def test_another_tenant_is_not_read_without_naming_it(
    database: Database, tenant: str, app: Connection[Any]
) -> None:
    with database.session("other") as other:
        found = other.execute("SELECT count(*) FROM event WHERE tenant = %s", (tenant,))
        assert found.fetchone() == (0,)


@pytest.mark.parametrize("named", [None, "other"])
def test_another_tenant_is_not_written_without_naming_it(
    database: Database, tenant: str, app: Connection[Any], named: str | None
) -> None:
    with database.session(named) as other:
        with pytest.raises(psycopg.DatabaseError) as refused:
            other.execute(
                "CALL append_durably(%s, ARRAY[gen_random_uuid()], ARRAY[1], ARRAY['t'], "
                "ARRAY['x'::bytea], NULL, NULL)",
                (tenant,),
            )
        assert refused.value.sqlstate == "TL003"
        with pytest.raises(psycopg.DatabaseError) as refused:
            other.execute("SELECT create_tenant('stray', 'UTC')")
        assert refused.value.sqlstate == "TL003"
        for table in ("snapshot (tenant, stream, version, topic, state)", "checkpoint_1"):
            values = "gen_random_uuid(), 1, 't', ''" if "snapshot" in table else "'profile', 1"
            with pytest.raises(InsufficientPrivilege, match="row-level security"):
                other.execute(f"INSERT INTO {table} VALUES ('{tenant}', {values})".encode())
    assert app.execute("SELECT count(*) FROM event").fetchone() == (3,)


def test_every_table_with_a_tenant_is_guarded(database: Database) -> None:
    with psycopg.connect(database.owner) as owner:
        rows = owner.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class AS c "
            "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant' "
            "WHERE relnamespace = 'throughline'::regnamespace AND relkind = 'r' ORDER BY relname"
        ).fetchall()
    assert rows == [(table, True) for table in TENANT_TABLES]


def test_a_table_of_the_sessions_own_does_not_stand_in_for_the_real_one(
    database: Database, tenant: str, app: Connection[Any]
) -> None:
    app.execute(
        "CREATE TEMPORARY TABLE head (tenant text, position bigint, recorded_at timestamptz)"
    )
    app.execute("INSERT INTO pg_temp.head VALUES (%s, 999, now())", (tenant,))
    app.execute("SET search_path = pg_temp, throughline")
    answer = app.execute(
        "SELECT first_position FROM append_events(%s, ARRAY[gen_random_uuid()], ARRAY[1], "
        "ARRAY['t'], ARRAY['x'::bytea])",
        (tenant,),
    ).fetchone()
    assert answer == (4,)


def test_neither_role_is_above_the_rules(database: Database) -> None:
    with psycopg.connect(database.owner) as owner:
        rows = owner.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin "
            "FROM pg_roles WHERE rolname LIKE 'throughline%' ORDER BY rolname"
        ).fetchall()
    assert rows == [
        ("throughline_app", False, False, False, False, True),
        ("throughline_owner", False, False, False, False, False),
    ]
