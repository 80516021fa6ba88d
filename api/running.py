"""A whole process: the engine on a database that is ready, and the work behind it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from api import compose
from api.faults import USAGE, Fault
from api.readiness import check_ready
from projections.projector import NAMES
from scheduler.clock import Clock
from scheduler.jobs import jobs
from scheduler.worker import Worker
from store.settings import Settings


@contextmanager
def ready_system(settings: Settings) -> Iterator[compose.System]:
    """The engine, on a database that answers, is migrated and can be written.

    Raises what `check_ready` and `compose.system` raise.
    """
    with compose.databases(settings) as found:
        check_ready(found.app, settings.tenant)
        with compose.system(settings, found) as built:
            settle_heap()
            yield built


def settle_heap() -> None:
    """Let the garbage collector pass over what was made at the start, and look less often.

    An answer of some thousand entries is next to no garbage; looking for it again and again, among
    all that was ever imported, took half of the time of reading a cohort.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@contextmanager
def behind(system: compose.System) -> Iterator[None]:
    """The projector and the clock, for as long as the block lasts."""
    conninfo = system.databases.app
    with Worker(system.projector, conninfo), Clock(conninfo, jobs(NAMES)):
        yield


def check_urls(settings: Settings) -> None:
    """Raises `Fault` where one of the two addresses of a database is given without the other."""
    if (settings.database_url is None) != (settings.migrate_url is None):
        given, missing = "DATABASE_URL", "MIGRATE_URL"
        if settings.database_url is None:
            given, missing = missing, given
        raise Fault(
            f"{given} is set and {missing} is not. Set both for a PostgreSQL of your own, or "
            "neither for the embedded one.",
            USAGE,
        )
