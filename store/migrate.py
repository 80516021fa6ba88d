"""Prepares a PostgreSQL for the store: roles, schema, extension, migrations, projection tables.

Runs from `throughline migrate` and from the demo, never when a server starts.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from eventsourcing.utils import retry
from psycopg import Connection, sql

OWNER = "throughline_owner"
APP = "throughline_app"
LOWEST_SERVER = 180000
NEWEST = "0004"  # the revision this code expects the database to be at
SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
TURN: LiteralString = "SELECT pg_advisory_lock(hashtextextended('throughline migrate', 0))"


class MigrationRefused(Exception):
    """The server or the arguments do not allow a migration; the text says why."""


@dataclass(frozen=True)
class Migrated:
    """What a migration found and left: revision names (`None` before the first one)."""

    before: str | None
    after: str


def migrate(
    migrate_conninfo: str,
    app_password: str | None = None,
    schema: str = "throughline",
    extra: Sequence[str] = (),
) -> Migrated:
    """Brings one schema up to date and returns the revisions before and after.

    `migrate_conninfo` names a superuser, or a role that may create roles, schemas and the
    extension `btree_gist`. `app_password` becomes the password of the role `throughline_app`
    (unchanged when None). Each of `extra` is SQL text that runs as owner after the migrations,
    every time, so it must be idempotent: the tables of the projections.

    Safe to repeat and to run from several processes at once. Raises `MigrationRefused` for a
    server older than 18, an unsuitable schema name or a role with too many rights.
    """
    if not SCHEMA_NAME.fullmatch(schema):
        raise MigrationRefused(
            f"The schema name {schema!r} must start with a letter and hold at most 31 lower-case "
            "letters, digits and underscores."
        )
    from store.revisions import upgrade

    with psycopg.connect(migrate_conninfo, autocommit=True) as bootstrap:
        server = bootstrap.info.server_version
        if server < LOWEST_SERVER:
            raise MigrationRefused(
                f"This PostgreSQL is version {server // 10000}; Throughline needs 18 or newer."
            )
        bootstrap.execute(TURN)  # held until this connection closes
        _make_roles(bootstrap, app_password)
        _make_schema(bootstrap, schema)
        with psycopg.connect(migrate_conninfo, autocommit=True) as owner:
            _become_owner(owner, schema)
            before = revision(owner)
            owner.autocommit = False
            upgrade(owner)
            for text in extra:
                owner.execute(text.encode())
            owner.execute(f"GRANT SELECT ON alembic_version TO {APP}".encode())
    return Migrated(before=before, after=NEWEST)


def change_zone(migrate_conninfo: str, tenant: str, zone: str, schema: str = "throughline") -> None:
    """Lets a district's days be those of another time zone from now on.

    Dates that were recorded stay the local days they were; instants are told in the new zone. Takes
    what `migrate` takes. Raises `MigrationRefused` for a zone that the server does not know.
    """
    with psycopg.connect(migrate_conninfo, autocommit=True) as owner:
        _become_owner(owner, schema)
        owner.execute("SELECT set_config('throughline.tenant', %s, false)", (tenant,))
        found = owner.execute(
            "UPDATE head SET zone = name FROM pg_timezone_names WHERE tenant = %s AND name = %s",
            (tenant, zone),
        )
    if not found.rowcount:
        raise MigrationRefused(
            f"There is no district {tenant}, or {zone} is not the name of a time zone that this "
            "server knows (such as America/Chicago)."
        )


def revision(connection: Connection[Any]) -> str | None:
    """The revision of the schema that the connection's search_path names first, None if bare."""
    known = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL AS known")
    if not _scalar(known.fetchone()):
        return None
    found = _scalar(connection.execute("SELECT version_num FROM alembic_version").fetchone())
    return None if found is None else str(found)


def _scalar(row: Any) -> Any:
    if isinstance(row, dict):
        return next(iter(row.values()))
    return row[0] if row else None


# Roles belong to the whole server: migrations of two databases may meet here.
@retry((psycopg.errors.InternalError_, psycopg.errors.UniqueViolation), max_attempts=10, wait=0.1)
def _make_roles(connection: Connection[Any], app_password: str | None) -> None:
    for role, rights in ((OWNER, "NOLOGIN"), (APP, "LOGIN")):
        found = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", (role,)
        ).fetchone()
        if found is None:
            with suppress(psycopg.errors.DuplicateObject):
                connection.execute(f"CREATE ROLE {role} {rights} NOSUPERUSER NOBYPASSRLS".encode())
        elif found[0]:
            raise MigrationRefused(
                f"The role {role} may bypass row-level security; take SUPERUSER and BYPASSRLS "
                "from it first."
            )
    member = connection.execute("SELECT pg_has_role(%s, 'SET')", (OWNER,)).fetchone()
    if member == (False,):
        connection.execute(f"GRANT {OWNER} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE".encode())
    if app_password is not None:
        scrambled = connection.pgconn.encrypt_password(
            app_password.encode(), APP.encode(), b"scram-sha-256"
        )
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(APP), sql.Literal(scrambled.decode())
            )
        )


def _make_schema(connection: Connection[Any], schema: str) -> None:
    name, owner, app = (sql.Identifier(each) for each in (schema, OWNER, APP))
    database = sql.Identifier(connection.info.dbname)
    for statement in (
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(database, owner, app),
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(name, owner),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, app),
        sql.SQL("CREATE EXTENSION IF NOT EXISTS btree_gist"),
        sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
        ).format(owner),
    ):
        connection.execute(statement)


def _become_owner(connection: Connection[Any], schema: str) -> None:
    # pg_temp stands last by name: unnamed, it would be searched first.
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
    connection.execute(sql.SQL("SET search_path TO {}, pg_temp").format(sql.Identifier(schema)))
