"""A district with a family: Ana, whose rights her mother holds, and Gia, who holds her own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from domain.access.words import Role
from domain.consent import ConsentGranted, GrantConsent
from domain.event import Command
from domain.identity import Capacity, LinkResponsiblePerson
from domain.people import district_id
from scheduler.worker import Worker
from store.embedded import EmbeddedPostgres
from tests.people import (
    CASELOAD,
    COUNSELOR,
    appoint,
    enrol,
    make_guardian,
    publish,
    since,
    staff_of,
    tell,
)
from tests.served import BROWSER, Served, clients, new_district
from tests.varied import of_kind


@dataclass
class Family(Served):
    """A district with its learners by name."""

    learners: dict[str, UUID]

    def as_(self, name: str) -> httpx.Client:
        """A client of somebody's own server; all that is recorded has been projected."""
        head, _ = self.system.reader.head()
        assert self.system.reader.wait_for(head, timeout=60)
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
        return of_kind(self.system, ConsentGranted)

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


@pytest.fixture(scope="module")
def family(postgres: EmbeddedPostgres) -> Iterator[Family]:
    with new_district(postgres) as opened:
        publish(opened)
        years = since(opened, 4000)
        learners = {
            name: enrol(opened, name.title(), age=age, effective=years)
            for name, age in (("ana", 12), ("gia", 19))
        }
        people = {
            **staff_of(opened),
            "counselor": appoint(opened, "Ms Rivera", COUNSELOR, CASELOAD, learner=learners["ana"]),
            "mother": appoint(opened, "Maria Lopez", Role.GUARDIAN, trained=False),
            "father": appoint(opened, "Juan Lopez", Role.GUARDIAN, trained=False),
        }
        for learner in learners.values():
            make_guardian(opened, learner, people["mother"].id)
        make_guardian(opened, learners["ana"], people["father"].id, "Juan Lopez", "father")
        tell(opened, learners["ana"], LinkResponsiblePerson(  # without evidence: no rights
            person=uuid4(), name="Tia Rosa", relation="aunt", capacity=Capacity.GUARDIAN,
            effective=since(opened),
        ))  # fmt: skip
        with (
            Worker(opened.projector, opened.databases.app),
            clients(opened, people, BROWSER) as client,
        ):
            yield Family(opened, people, client, learners)
