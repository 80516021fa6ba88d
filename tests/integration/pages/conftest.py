"""An empty district for every module of tests of its pages, and a browser that looks at it."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from api.compose import System
from scheduler.worker import Worker
from store.embedded import EmbeddedPostgres
from tests.integration.pages.browsing import enrol
from tests.served import BROWSER, RIVERA, new_district, serving


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[System]:
    """An empty district with its projector at work."""
    with (
        new_district(postgres, RIVERA) as opened,
        Worker(opened.projector, opened.databases.app),
    ):
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
