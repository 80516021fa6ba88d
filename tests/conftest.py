"""What every test may ask for. Each worker of a run has a PostgreSQL of its own."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog
from hypothesis import settings

from api.logs import QUIET
from store import embedded
from store.embedded import EmbeddedPostgres
from tests.installation import Installation, database

# How long an example takes says nothing on a machine that runs other tests beside.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

LOGGERS = (*QUIET, "httpx", "httpcore")  # those that speak only when they are asked to


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many a test waits for a disk or another process."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Keep the log of requests and jobs out of the test run's own output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@pytest.fixture(autouse=True)
def logs_as_they_were(quiet: None) -> Iterator[None]:
    """Undo what a test makes of the log, which is the whole process's.

    A command that is called in a test writes its log to that test's standard error, which is
    closed afterwards; the threads of other tests' districts would go on writing there.
    """
    root, ours = logging.getLogger(), structlog.get_config()
    handlers = root.handlers[:]
    levels = {logger: logger.level for logger in (root, *map(logging.getLogger, LOGGERS))}
    yield
    root.handlers[:] = handlers
    for logger, level in levels.items():
        logger.setLevel(level)
    structlog.configure(**ours)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A running server, empty but for the bootstrap superuser; removed after the run."""
    # Not pytest's own temporary directory: each run closes that to the server's user again.
    with (
        TemporaryDirectory(prefix="throughline-") as directory,
        embedded.start(Path(directory)) as server,
    ):
        yield server


@pytest.fixture
def installation(postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Installation]:
    """A migrated database with one district, and a home that has no keys yet."""
    with database(postgres) as found:
        yield Installation(tmp_path, found)
