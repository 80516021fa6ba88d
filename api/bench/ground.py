"""The ground of a measurement: a fresh PostgreSQL of its own, fsync on, and a tenant."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import make_conninfo

from api.compose import Databases, System, system
from api.running import settle_heap
from projections.schema import schema_sql
from store import embedded
from store.migrate import APP, migrate
from store.settings import Settings

TENANT = "bench"


@contextmanager
def ground() -> Iterator[tuple[Settings, Databases]]:
    """Settings and connection strings of a migrated database that is gone afterwards."""
    with TemporaryDirectory(prefix="throughline-bench-") as directory:
        settings = Settings(home=Path(directory), tenant=TENANT)
        with embedded.start(Path(directory) / "postgres") as server:
            owner = server.conninfo
            migrate(owner, extra=[schema_sql()])
            app = make_conninfo(owner, user=APP)
            with psycopg.connect(app, autocommit=True) as conn:
                conn.execute("SET search_path = throughline, pg_temp")
                conn.execute("SELECT set_config('throughline.tenant', %s, false)", (TENANT,))
                conn.execute("SELECT create_tenant(%s, 'America/Chicago')", (TENANT,))
            yield settings, Databases(app, owner)


@contextmanager
def engine() -> Iterator[System]:
    """The whole engine on a ground of its own."""
    with ground() as (settings, databases), system(settings, databases) as built:
        settle_heap()
        yield built


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return round(median(a / b for a, b in zip(ours, theirs, strict=True)), 3)
