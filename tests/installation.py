"""A whole installation for a test: a migrated database of its own, keys, and its environment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api import compose
from api.compose import Databases
from api.preparing import prepare
from domain.application import Recorded, Request
from domain.event import Command
from domain.identity import RegisterLearner
from store.embedded import EmbeddedPostgres
from store.migrate import APP
from store.settings import Settings

TEMPLATE = "throughline_template"
TENANT = "cedar"


@dataclass(frozen=True)
class Installation:
    """`environment` is what a process of this installation is started with."""

    home: Path
    databases: Databases

    @property
    def settings(self) -> Settings:
        return Settings(
            database_url=self.databases.app,
            migrate_url=self.databases.owner,
            home=self.home,
            tenant=TENANT,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.databases.app,
            "MIGRATE_URL": self.databases.owner,
            "THROUGHLINE_HOME": str(self.home),
            "THROUGHLINE_TENANT": TENANT,
        }

    @contextmanager
    def system(self) -> Iterator[compose.System]:
        with compose.system(self.settings, self.databases) as built:
            yield built

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run a statement as the superuser, who sees every district."""
        with psycopg.connect(self.databases.owner, autocommit=True) as connection:
            connection.execute("SET search_path TO throughline")
            found = connection.execute(statement.encode(), parameters)
            return found.fetchall() if found.description else []


@contextmanager
def database(server: EmbeddedPostgres, *, migrated: bool = True) -> Iterator[Databases]:
    """A database of its own on the server, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server.conninfo, autocommit=True) as bootstrap:
        template = _template(bootstrap) if migrated else "template1"
        bootstrap.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        try:
            yield _databases(server.conninfo, name)
        finally:
            bootstrap.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _template(bootstrap: psycopg.Connection[tuple[object, ...]]) -> str:
    """Migrated once per server; copying it takes a tenth of the time."""
    made = bootstrap.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,))
    if made.fetchone() is None:
        bootstrap.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        found = _databases(bootstrap.info.dsn, TEMPLATE)
        prepare(Settings(tenant=TENANT), found)
    return TEMPLATE


def _databases(conninfo: str, name: str) -> Databases:
    owner = make_conninfo(conninfo, dbname=name)
    return Databases(make_conninfo(owner, user=APP), owner)


def record(system: compose.System, learner: UUID, command: Command) -> Recorded:
    return system.profiles.do(Request(learner, command, system.context()))


def register(system: compose.System, given_name: str = "Ana") -> UUID:
    """A learner of this installation."""
    learner = uuid4()
    record(system, learner, RegisterLearner(given_name=given_name, family_name="Lopez"))
    return learner
