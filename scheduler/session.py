"""A database session of the app role's own, beside the pool: for locks, LISTEN and jobs."""

from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.rows import dict_row

SCHEMA = "throughline"
# A machine that vanished is noticed in half a minute, by both ends of a TCP connection.
SERVER_NOTICES = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 4",
)
CLIENT_NOTICES: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}

Session = Connection[dict[str, Any]]


def open_session(conninfo: str, schema: str = SCHEMA) -> Session:
    """A connection in autocommit that sees `schema`; it has named no tenant yet.

    Raises `psycopg.OperationalError` when the server does not answer.
    """
    session = psycopg.connect(conninfo, autocommit=True, row_factory=dict_row, **CLIENT_NOTICES)
    for statement in SERVER_NOTICES:
        session.execute(statement)
    session.execute(sql.SQL("SET search_path TO {}, pg_temp").format(sql.Identifier(schema)))
    return session


def name_tenant(session: Session, tenant: str) -> None:
    """Let the session see the rows of one tenant, and of no other."""
    session.execute("SELECT set_config('throughline.tenant', %s, false)", (tenant,))
