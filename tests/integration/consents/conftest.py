"""A district with a family: Ana, whose rights her mother holds, and Gia, who holds her own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import Persona, System, system
from domain.access.words import Role
from domain.consent import ConsentGranted, GrantConsent
from domain.effective import Effective
from domain.event import Command
from domain.identity import Capacity, EnrolLearner, LinkResponsiblePerson, RegisterLearner
from domain.people import district_id
from store.embedded import EmbeddedPostgres
from tests.installation import database
from tests.integration.api.conftest import make_district, quiet, serving
from tests.people import (
    CASELOAD,
    CLASS,
    COUNSELOR,
    DISTRICT,
    OFFICER,
    TEACHER,
    appoint,
    publish,
    seen_by,
    since,
    tell,
)

BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Family:
    """A district, its people and learners by name, and a client for each person."""

    system: System
    people: dict[str, Persona]
    learners: dict[str, UUID]
    client: Callable[[str], httpx.Client]

    def as_(self, name: str) -> httpx.Client:
        """A client of somebody's own server; all that is recorded has been projected."""
        self.system.projector.catch_up()
        return self.client(name)

    def ana(self, command: Command) -> int:
        return tell(self.system, self.learners["ana"], command)

    def of_district(self, command: Command) -> int:
        return tell(self.system, district_id(self.system.settings.tenant), command)

    @property
    def today(self) -> date:
        return self.system.context().today

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def granted(self) -> list[ConsentGranted]:
        """Every consent of the district, in their order."""
        found = self.system.recorder.select_notifications(None, 100_000, topics=["consent-granted"])
        opened = self.system.mapper.open(list(found))
        return [event for event in opened if isinstance(event, ConsentGranted)]

    def consent(self, learner: str = "ana", **fields: object) -> UUID:
        """A consent that Ana's mother signed, as somebody entered it; its id."""
        usual = {
            "consent": uuid4(),
            "records": ("attendance",),
            "purpose": "tutoring",
            "recipient": "Bright Path Tutoring",
            "signer": self.people["mother"].id,
            "signer_name": "Maria Lopez",
            "capacity": "mother",
            "method": "paper, signed and dated",
        }
        command = GrantConsent.model_validate({**usual, **fields})
        tell(self.system, self.learners[learner], command)
        return command.consent


def enrol(opened: System, name: str, age: int) -> UUID:
    learner, today = uuid4(), opened.context().today
    born = date(today.year - age, 1, 1)
    tell(opened, learner, RegisterLearner(given_name=name, family_name="Lopez", birth_date=born))
    tell(
        opened,
        learner,
        EnrolLearner(school="north-high", grade="09", classes=("9b",), effective=YEARS),
    )
    return learner


YEARS = Effective(start=date(2015, 8, 1))


def link(opened: System, learner: UUID, person: UUID, name: str, relation: str) -> None:
    """Make somebody a guardian, with evidence, long ago."""
    tell(opened, learner, LinkResponsiblePerson(
        person=person, name=name, relation=relation, capacity=Capacity.GUARDIAN,
        received_how="birth certificate", effective=YEARS,
    ))  # fmt: skip


@pytest.fixture(scope="module")
def family(postgres: EmbeddedPostgres) -> Iterator[Family]:
    quiet()
    with (
        database(postgres) as found,
        TemporaryDirectory(prefix="throughline-") as home,
        system(make_district(found, Path(home)), found) as opened,
        ExitStack() as stack,
    ):
        publish(opened)
        learners = {"ana": enrol(opened, "Ana", 12), "gia": enrol(opened, "Gia", 19)}
        people = {"counselor": appoint(opened, "Ms Rivera", COUNSELOR, CASELOAD,
                                       learner=learners["ana"])}  # fmt: skip
        people |= {
            "teacher": appoint(opened, "Mr Okafor", TEACHER, CLASS, code="9b"),
            "officer": appoint(opened, "Marcus Ellery", OFFICER, DISTRICT),
            "mother": appoint(opened, "Maria Lopez", Role.GUARDIAN, trained=False),
            "father": appoint(opened, "Juan Lopez", Role.GUARDIAN, trained=False),
        }
        for learner in learners.values():
            link(opened, learner, people["mother"].id, "Maria Lopez", "mother")
        link(opened, learners["ana"], people["father"].id, "Juan Lopez", "father")
        tell(opened, learners["ana"], LinkResponsiblePerson(  # without evidence: no rights
            person=uuid4(), name="Tia Rosa", relation="aunt", capacity=Capacity.GUARDIAN,
            effective=since(opened),
        ))  # fmt: skip
        clients: dict[str, httpx.Client] = {}

        def client(name: str) -> httpx.Client:
            if name not in clients:
                address = stack.enter_context(serving(seen_by(opened, people[name])))
                clients[name] = stack.enter_context(
                    httpx.Client(base_url=address, headers=BROWSER, timeout=30)
                )
            return clients[name]

        yield Family(opened, people, learners, client)
