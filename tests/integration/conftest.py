"""A fresh, migrated database for each module of tests, and recorders on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from store.embedded import EmbeddedPostgres
from store.factory import TenantDatastore
from store.migrate import APP, migrate
from store.recorder import TenantRecorder

MakeRecorder = Callable[..., TenantRecorder]


@dataclass(frozen=True)
class Database:
    """Connection strings of one database: `owner` of the superuser, `app` of the app role."""

    owner: str
    schema: str = "throughline"

    @property
    def app(self) -> str:
        return make_conninfo(self.owner, user=APP)

    @contextmanager
    def session(self, tenant: str | None = None) -> Iterator[Connection[Any]]:
        """A session of the app role, in autocommit; it names a tenant, or none."""
        with psycopg.connect(self.app, autocommit=True) as connection:
            connection.execute(f"SET search_path = {self.schema}, pg_temp".encode())
            if tenant is not None:
                connection.execute("SELECT set_config('throughline.tenant', %s, false)", (tenant,))
            yield connection

    def make_tenant(self, tenant: str) -> str:
        with self.session(tenant) as connection:
            connection.execute("SELECT create_tenant(%s, 'America/Chicago')", (tenant,))
        return tenant


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A database of the module's own, migrated, without a tenant."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres.conninfo, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        made = Database(make_conninfo(postgres.conninfo, dbname=name))
        migrate(made.owner)
        yield made
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def tenant(database: Database) -> str:
    """A tenant of the test's own: its positions start at 1."""
    return database.make_tenant(f"t{uuid4().hex[:12]}")


@pytest.fixture
def recorder(database: Database, tenant: str) -> Iterator[MakeRecorder]:
    """Makes recorders as the application has them; of this test's tenant, or the one named."""
    with ExitStack() as opened:

        def make(tenant: str = tenant, schema: str = database.schema) -> TenantRecorder:
            datastore = TenantDatastore(database.app, tenant=tenant, schema=schema)
            opened.callback(datastore.close)
            return TenantRecorder(datastore, tenant=tenant)

        yield make


def stored(stream: Any = None, version: int = 1, state: bytes | None = None) -> StoredEvent:
    """A stored event as the mapper makes one: no two have the same state."""
    return StoredEvent(stream or uuid4(), version, "observation-recorded", state or uuid4().bytes)
