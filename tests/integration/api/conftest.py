"""The API over the real engine: a server and a district of its own for every test module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from api.compose import Databases, System, system
from store.embedded import EmbeddedPostgres
from tests.installation import database
from tests.served import RIVERA, make_district, serving


@pytest.fixture(scope="session")
def databases(postgres: EmbeddedPostgres) -> Iterator[Databases]:
    """A migrated database of its own beside those of other tests."""
    with database(postgres) as found:
        yield found


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """The directory of the keys."""
    with TemporaryDirectory(prefix="throughline-") as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def open_district(databases: Databases, home: Path) -> Iterator[Callable[[], System]]:
    """Opens a new, empty district each time it is called."""
    with ExitStack() as stack:

        def opened() -> System:
            settings = make_district(databases, home)
            return stack.enter_context(system(settings, databases, RIVERA))

        yield opened


@pytest.fixture(scope="module")
def district(open_district: Callable[[], System]) -> System:
    return open_district()


@pytest.fixture(scope="module")
def address(district: System) -> Iterator[str]:
    with serving(district) as found:
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as found:
        yield found


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Any:
    """The OpenAPI document as served."""
    return client.get("/openapi.json").json()


@pytest.fixture
def ana(client: httpx.Client) -> str:
    """The id of a learner, registered over HTTP."""
    answer = client.post("/v1/learners", json={"given_name": "Ana", "family_name": "Lopez"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["learner"])
