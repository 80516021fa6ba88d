"""What every test may ask for. Each worker of a run has a PostgreSQL of its own."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from store import embedded
from store.embedded import EmbeddedPostgres
from tests.installation import Installation, database


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
