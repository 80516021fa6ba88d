"""A district in which a learner was looked at, and a server for each of its people."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import Persona, System, system
from domain.access.words import Role
from domain.effective import Effective
from domain.facts import RecordObservation
from domain.identity import Capacity, EnrolLearner, LinkResponsiblePerson, RegisterLearner
from domain.reads import AccessRecorded
from domain.words import Area, DataClass
from store.embedded import EmbeddedPostgres
from tests.installation import database
from tests.integration.api.conftest import make_district, quiet, serving
from tests.integration.pages.browsing import BROWSER
from tests.people import (
    CLASS,
    COUNSELOR,
    DISTRICT,
    OFFICER,
    SCHOOL,
    TEACHER,
    appoint,
    publish,
    seen_by,
    since,
    tell,
)


@dataclass
class District:
    """A district, its people by name, its learner Ana, and a browser for each person."""

    system: System
    people: dict[str, Persona]
    ana: UUID
    clients: Callable[[str], httpx.Client]

    def as_(self, name: str) -> httpx.Client:
        """Somebody's browser; all that is recorded has been projected."""
        self.system.projector.catch_up()
        return self.clients(name)

    def page(self, name: str, path: str) -> str:
        """A page that must be shown to somebody."""
        answer = self.as_(name).get(path.format(ana=self.ana))
        assert answer.status_code == 200, answer.text
        return answer.text


def log_of(district: District) -> list[AccessRecorded]:
    """The whole log of who saw something, in its order."""
    system = district.system
    found = system.recorder.select_notifications(None, 100_000, topics=["access-recorded"])
    return [e for e in system.mapper.open(list(found)) if isinstance(e, AccessRecorded)]


def observe(system: System, learner: UUID, text: str, data_class: DataClass | None = None) -> None:
    command = RecordObservation(fact=uuid4(), area=Area.STRENGTHS, text=text, data_class=data_class)
    tell(system, learner, command)


def learner_of(system: System, name: str, parent: UUID | None = None) -> UUID:
    """A learner of 14 with an entry, a class, and a parent where one is given."""
    learner, today = uuid4(), system.context().today
    born = today.replace(year=today.year - 14, day=1)
    tell(system, learner, RegisterLearner(given_name=name, family_name="Lopez", birth_date=born))
    when = since(system, 20)
    enrol = EnrolLearner(school="north-high", grade="09", classes=("9b",), effective=when)
    tell(system, learner, enrol)
    observe(system, learner, f"{name} led the group.")
    if parent is not None:
        link = LinkResponsiblePerson(
            person=parent,
            name="Maria Lopez",
            relation="mother",
            capacity=Capacity.GUARDIAN,
            received_how="birth certificate",
            effective=Effective(start=born),
        )
        tell(system, learner, link)
    return learner


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[District]:
    quiet()
    with (
        database(postgres) as found,
        TemporaryDirectory(prefix="throughline-") as home,
        system(make_district(found, Path(home)), found) as opened,
        ExitStack() as stack,
    ):
        publish(opened, "US-CA")
        people = {
            "counselor": appoint(opened, "Ms Rivera", COUNSELOR, SCHOOL, code="north-high"),
            "teacher": appoint(opened, "Mr Okafor", TEACHER, CLASS, code="9b"),
            "untrained": appoint(
                opened, "Ms Tan", COUNSELOR, SCHOOL, code="north-high", trained=False
            ),
            "officer": appoint(opened, "Marcus Ellery", OFFICER, DISTRICT),
            "parent": appoint(opened, "Maria Lopez", Role.GUARDIAN, trained=False),
            "operator": opened.persona,
        }
        ana = learner_of(opened, "Ana", people["parent"].id)
        clients: dict[str, httpx.Client] = {}

        def client(name: str) -> httpx.Client:
            if name not in clients:
                address = stack.enter_context(serving(seen_by(opened, people[name])))
                clients[name] = stack.enter_context(
                    httpx.Client(base_url=address, timeout=60, headers=BROWSER)
                )
            return clients[name]

        yield District(opened, people, ana, client)
