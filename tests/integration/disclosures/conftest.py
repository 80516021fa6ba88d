"""A district with a teacher who is not the learner's, an officer, and the learner's own people."""

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
from domain.words import Area
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
    """A district, its people by name, and a browser for each of them."""

    system: System
    people: dict[str, Persona]
    clients: Callable[[str], httpx.Client]

    def as_(self, name: str) -> httpx.Client:
        """Somebody's browser; all that is recorded has been projected."""
        self.system.projector.catch_up()
        return self.clients(name)

    def learner(self, name: str) -> UUID:
        """A new learner of north-high with an entry and a mother, of 14 years."""
        learner, system = uuid4(), self.system
        today = system.context().today
        born = today.replace(year=today.year - 14, day=1)
        details = RegisterLearner(given_name=name, family_name="Lopez", birth_date=born)
        tell(system, learner, details)
        enrol = EnrolLearner(
            school="north-high", grade="09", classes=("9b",), effective=since(system, 20)
        )
        tell(system, learner, enrol)
        tell(system, learner, RecordObservation(area=Area.STRENGTHS, text=f"{name} led the group."))
        mother = LinkResponsiblePerson(
            person=self.people["parent"].id,
            name="Maria Lopez",
            relation="mother",
            capacity=Capacity.GUARDIAN,
            received_how="birth certificate",
            effective=Effective(start=born),
        )
        tell(system, learner, mother)
        return learner

    def noted(self, learner: UUID) -> list[AccessRecorded]:
        """Who saw something of a learner, or was refused, in the order of the log."""
        found = self.system.recorder.select_notifications(None, 100_000, topics=["access-recorded"])
        opened = self.system.mapper.open(list(found))
        return [e for e in opened if isinstance(e, AccessRecorded) and e.learner == learner]


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[District]:
    quiet()
    with (
        database(postgres) as found,
        TemporaryDirectory(prefix="throughline-") as home,
        system(make_district(found, Path(home)), found) as opened,
        ExitStack() as stack,
    ):
        publish(opened)
        people = {
            "counselor": appoint(opened, "Ms Rivera", COUNSELOR, SCHOOL, code="north-high"),
            "teacher": appoint(opened, "Mr Okafor", TEACHER, CLASS, code="south-9a"),
            "officer": appoint(opened, "Marcus Ellery", OFFICER, DISTRICT),
            "second": appoint(opened, "Ada Brandt", OFFICER, DISTRICT),
            "parent": appoint(opened, "Maria Lopez", Role.GUARDIAN, trained=False),
        }
        clients: dict[str, httpx.Client] = {}

        def client(name: str) -> httpx.Client:
            if name not in clients:
                address = stack.enter_context(serving(seen_by(opened, people[name])))
                clients[name] = stack.enter_context(
                    httpx.Client(base_url=address, timeout=60, headers=BROWSER)
                )
            return clients[name]

        yield District(opened, people, client)
