"""What the library is given as its persistence module: our recorders, our mapper, our pool.

Environment: TENANT, DATABASE_URL (a URL or conninfo string of the app role), SCHEMA, KEYS_DIR,
POOL_SIZE. Nothing is created at start; `throughline migrate` does that.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

from eventsourcing import postgres
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, Mapper, Transcoder
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.utils import Environment, EnvType
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg_pool import PoolTimeout

from store.keys import FileKeyStore
from store.recorder import SnapshotRecorder, TenantRecorder

SCHEMA = "throughline"
POOL_SIZE = 20
WAIT_SECONDS = 10.0  # for a connection; a server that restarts is back by then
BRIEF_SECONDS = 0.1  # right after somebody waited in vain
# A pool that found no server asks again at the next request, not after ever longer pauses.
RECONNECT_SECONDS = 2.0


class LastUsedFirst(deque[Any]):
    """The pool's idle connections, of which it takes the first.

    The pool's own order takes each connection in turn, and so ever the server process that has
    been idle longest: 8 writers on 2 connections each append a quarter less.
    """

    append = deque.appendleft


class Pool(postgres.ConnectionPool[Connection[DictRow]]):
    """Connections, of which the one used last is used first.

    After a wait in vain, and for as long again, who comes next is told at once. Otherwise those who
    take turns, as the writers of one learner do, would each wait in turn while the server is away.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pool = LastUsedFirst()
        self._in_vain_until = -inf

    def getconn(self, timeout: float | None = None) -> Connection[DictRow]:
        wait = self.timeout if timeout is None else timeout
        brief = monotonic() < self._in_vain_until
        try:
            connection = super().getconn(min(wait, BRIEF_SECONDS) if brief else wait)
        except PoolTimeout:
            if not brief:
                self._in_vain_until = monotonic() + wait
            raise
        self._in_vain_until = -inf
        return connection


class TenantDatastore(PostgresDatastore):
    """The library's pool, with connections that have named their tenant."""

    def __init__(
        self, conninfo: str, *, tenant: str, schema: str = SCHEMA, pool_size: int = POOL_SIZE
    ) -> None:
        self.tenant = tenant
        self.own_schema = schema
        self.losses = 0  # how often a connection was lost
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            schema=schema,
        )
        self.pool = Pool(
            kwargs={**conninfo_to_dict(conninfo), "row_factory": dict_row},
            min_size=1,
            max_size=pool_size,
            open=False,
            configure=self.after_connect_func(),
            timeout=WAIT_SECONDS,
            reconnect_timeout=RECONNECT_SECONDS,
        )

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        settings = {
            "search_path": f'"{self.own_schema}", pg_temp',
            # Statements are few, prepared, and written so that one plan serves all values: to
            # plan one anew takes longer than to carry it out.
            "plan_cache_mode": "force_generic_plan",
            "throughline.tenant": self.tenant,
            "TimeZone": "UTC",
        }

        def prepare(conn: Connection[DictRow]) -> None:
            conn.autocommit = True
            for name, value in settings.items():
                conn.execute("SELECT set_config(%s, %s, false)", (name, value))
            # A server that does not wait for the disk by default waits for our answers.
            conn.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )

        return prepare

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        lost = False
        try:
            with super().get_connection() as connection:
                try:
                    yield connection
                finally:
                    lost = connection.closed
        finally:
            if lost:
                self.lost()

    def lost(self) -> None:
        """Take note that the server went: the other connections of the pool are dead too."""
        self.losses += 1
        self.pool.check()


class Factory(postgres.PostgresFactory):
    """Builds the parts of an application bound to one tenant."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        given = env if isinstance(env, Environment) else Environment("", env)
        self.env = given
        self.tenant = _required(given, "TENANT")
        self.keys = FileKeyStore(Path(_required(given, "KEYS_DIR")))
        self.datastore = TenantDatastore(
            _required(given, "DATABASE_URL"),
            tenant=self.tenant,
            schema=given.get("SCHEMA") or SCHEMA,
            pool_size=int(given.get("POOL_SIZE") or POOL_SIZE),
        )

    def close(self) -> None:
        super().close()
        self.keys.close()

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: Any = None) -> Mapper[Any]:
        from store.attachments import (  # noqa: PLC0415 - the mapper needs the domain
            Attachments,
            CheckingMapper,
        )

        files = Attachments(self.datastore, tenant=self.tenant, keys=self.keys)
        return CheckingMapper(transcoder or self.transcoder(), files=files)

    def application_recorder(self) -> ApplicationRecorder:
        return TenantRecorder(self.datastore, tenant=self.tenant)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        if purpose == "snapshots":
            return SnapshotRecorder(self.datastore, tenant=self.tenant)
        return TenantRecorder(self.datastore, tenant=self.tenant)


def _required(env: Environment, name: str) -> str:
    value = env.get(name)
    if not value:
        raise OSError(f"{name} is not set; the store needs it.")
    return value
