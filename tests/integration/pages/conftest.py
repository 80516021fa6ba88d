"""An empty district for every module of tests of its pages, and a browser that looks at it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import httpx
import pytest

from api.compose import System, system
from scheduler.worker import Worker
from store.embedded import EmbeddedPostgres
from tests.installation import database
from tests.integration.api.conftest import RIVERA, make_district, serving
from tests.integration.pages.browsing import BROWSER, enrol


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[System]:
    """An empty district with its projector at work."""
    with TemporaryDirectory(prefix="throughline-") as home, database(postgres) as found:
        settings = make_district(found, Path(home))
        with system(settings, found, RIVERA) as opened, Worker(opened.projector, found.app):
            yield opened


@pytest.fixture(scope="module")
def client(district: System) -> Iterator[httpx.Client]:
    with (
        serving(district) as address,
        httpx.Client(base_url=address, headers=BROWSER, timeout=30) as found,
    ):
        yield found


@pytest.fixture
def ana(district: System) -> UUID:
    return enrol(district, "Ana", "Lopez")
