"""Districts that are served: made, opened, with an address, and with a client for each person."""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag
from threading import Thread
from typing import Any
from uuid import UUID

import httpx
from starlette.types import ASGIApp

from api.app import create_app
from api.compose import NOBODY, Databases, Persona, System, system
from api.pages.personas import Part
from api.serving import address_of, listen, serve
from domain.reads import AccessRecorded
from scheduler.session import name_tenant, open_session
from store.embedded import EmbeddedPostgres
from store.settings import Settings
from tests.history import WRITER
from tests.installation import database
from tests.people import seen_by
from tests.varied import of_kind

RIVERA = Persona(WRITER, "Ms Rivera", "counselor", at_the_machine=True)
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
NUMBERS = count(1)


def make_district(found: Databases, home: Path, **more: Any) -> Settings:
    """A new, empty district in a migrated database; `more` are its settings."""
    given: dict[str, Any] = {"home": home, "tenant": f"district-{next(NUMBERS)}", **more}
    settings = Settings(**given)
    with open_session(found.app) as session:
        name_tenant(session, settings.tenant)
        session.execute("SELECT create_tenant(%s, %s)", (settings.tenant, settings.zone.key))
    return settings


@contextmanager
def new_district(server: EmbeddedPostgres, persona: Persona = NOBODY) -> Iterator[System]:
    """The engine of a new, empty district, with a database and keys of its own."""
    with (
        database(server) as found,
        TemporaryDirectory(prefix="throughline-") as home,
        system(make_district(found, Path(home)), found, persona) as opened,
    ):
        yield opened


@contextmanager
def answering(application: ASGIApp, listening: socket.socket) -> Iterator[None]:
    """A real server on a socket, in a thread, until the block ends."""
    stop = Flag()
    server = Thread(target=serve, args=(application, listening, stop))
    server.start()
    try:
        yield
    finally:
        stop.set()
        server.join()


@contextmanager
def serving(district: System, parts: Sequence[Part] = ()) -> Iterator[str]:
    """The address of a real server for a district; `parts` are the people one can be in a demo."""
    with (
        closing(listen("127.0.0.1", 0)) as listening,
        answering(create_app(district, parts=parts), listening),
    ):
        yield address_of(listening)


@dataclass
class Served:
    """A district, its people by name, and a client for each of them."""

    system: System
    people: dict[str, Persona]
    client: Callable[[str], httpx.Client]

    def as_(self, name: str) -> httpx.Client:
        """A client of somebody's own server; all that is recorded has been projected."""
        self.system.projector.catch_up()
        return self.client(name)

    def noted(self, learner: UUID | None = None) -> list[AccessRecorded]:
        """Who saw something, of one learner or of all, or was refused, in the order of the log."""
        log = of_kind(self.system, AccessRecorded)
        return [access for access in log if learner in (None, access.learner)]


@contextmanager
def clients(
    system: System, people: Mapping[str, Persona], headers: Mapping[str, str] | None = None
) -> Iterator[Callable[[str], httpx.Client]]:
    """Gives a client of a server of somebody's own, by name; started when first asked for."""
    with ExitStack() as stack:

        @cache
        def client(name: str) -> httpx.Client:
            address = stack.enter_context(serving(seen_by(system, people[name])))
            made = httpx.Client(base_url=address, timeout=60, headers=headers)
            return stack.enter_context(made)

        yield client
