"""The API over the real engine: a server and a district of its own for every test module."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag
from threading import Thread
from typing import Any

import httpx
import pytest
import structlog

from api.app import create_app
from api.compose import Databases, Persona, System, system
from api.pages.personas import Part
from api.serving import address_of, listen, serve
from scheduler.session import name_tenant, open_session
from store.embedded import EmbeddedPostgres
from store.settings import Settings
from tests.history import WRITER
from tests.installation import database

RIVERA = Persona(WRITER, "Ms Rivera", "counselor", at_the_machine=True)
NUMBERS = count(1)


def quiet() -> None:
    """Keep the request log out of the test run's own output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@pytest.fixture(scope="session")
def databases(postgres: EmbeddedPostgres) -> Iterator[Databases]:
    """A migrated database of its own beside those of other tests."""
    quiet()
    with database(postgres) as found:
        yield found


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """The directory of the keys."""
    with TemporaryDirectory(prefix="throughline-") as directory:
        yield Path(directory)


def make_district(found: Databases, home: Path) -> Settings:
    """A new, empty district in a migrated database."""
    settings = Settings(home=home, tenant=f"district-{next(NUMBERS)}")
    with open_session(found.app) as session:
        name_tenant(session, settings.tenant)
        session.execute("SELECT create_tenant(%s, %s)", (settings.tenant, settings.zone.key))
    return settings


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


@contextmanager
def serving(district: System, parts: Sequence[Part] = ()) -> Iterator[str]:
    """The address of a real server for a district; `parts` are the people one can be in a demo."""
    stop = Flag()
    with closing(listen("127.0.0.1", 0)) as socket:
        server = Thread(target=serve, args=(create_app(district, parts=parts), socket, stop))
        server.start()
        try:
            yield address_of(socket)
        finally:
            stop.set()
            server.join()


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
