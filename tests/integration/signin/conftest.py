"""A district whose people sign in, served on loopback, with a provider that tests command."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from api.app import create_app
from api.compose import Databases, System, system
from api.serving import address_of, listen
from api.signin.setup import set_up
from store.embedded import EmbeddedPostgres
from store.settings import LOOPBACK
from tests.installation import database
from tests.integration.signin.provider import CLIENT, SECRET, FakeProvider
from tests.integration.signin.provider import provider as fake_provider
from tests.served import answering, make_district


@dataclass(frozen=True)
class Place:
    """A served district: its address, and its database as the superuser sees it."""

    address: str
    system: System
    databases: Databases

    def execute(self, statement: str, *parameters: object) -> list[Any]:
        with psycopg.connect(self.databases.owner, autocommit=True) as connection:
            connection.execute("SET search_path TO throughline")
            found = connection.execute(statement.encode(), parameters)
            return found.fetchall() if found.description else []

    def browser(self) -> httpx.Client:
        """Somebody's browser: it keeps cookies, and goes where it is sent only when told."""
        return httpx.Client(
            base_url=self.address, timeout=30, headers={"Accept": "text/html,*/*;q=0.8"}
        )


@contextmanager
def served(databases: Databases, home: Path, issuer: str, **more: Any) -> Iterator[Place]:
    """A new, empty district, served, with sign-in at an issuer."""
    with closing(listen("127.0.0.1", 0)) as socket:
        address = address_of(socket)
        settings = make_district(
            databases,
            home,
            public_url=address,
            oidc_issuer=issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            **more,
        )
        with system(settings, databases) as built:
            application = create_app(built, LOOPBACK, set_up(settings))
            with answering(application, socket):
                yield Place(address, built, databases)


@pytest.fixture(scope="module")
def databases(postgres: EmbeddedPostgres) -> Iterator[Databases]:
    with database(postgres) as found:
        yield found


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with TemporaryDirectory(prefix="throughline-") as directory:
        yield Path(directory)


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as found:
        yield found


@pytest.fixture
def place(databases: Databases, home: Path, provider: FakeProvider) -> Iterator[Place]:
    """A district of the test's own."""
    with served(databases, home, provider.address) as found:
        yield found


@pytest.fixture
def browser(place: Place) -> Iterator[httpx.Client]:
    with place.browser() as found:
        yield found


def go_to_provider(browser: httpx.Client, wanted: str = "/sign-in") -> httpx.Response:
    """Begin a sign-in and let the provider agree: its answer, which sends the browser back."""
    begun = browser.get("/sign-in/start", params={"next": wanted})
    assert begun.status_code == 303, begun.text
    agreed = browser.get(begun.headers["location"])
    assert agreed.status_code == 303, agreed.text
    return agreed


def sign_in(browser: httpx.Client, wanted: str = "/sign-in") -> httpx.Response:
    """The whole way; the answer that comes back from the callback."""
    return browser.get(go_to_provider(browser, wanted).headers["location"])


def is_signed_in(browser: httpx.Client) -> bool:
    return "You are signed in" in browser.get("/sign-in").text


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def csrf(browser: httpx.Client) -> str:
    """The token in the forms of whoever is signed in."""
    text = browser.get("/sign-in").text
    return text.split('name="csrf" value="')[1].split('"')[0]


def rule(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]
