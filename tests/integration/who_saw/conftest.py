"""A district in which a learner was looked at, and a server for each of its people."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from api.compose import System
from domain.access.words import Role
from domain.facts import RecordObservation
from domain.words import Area, DataClass
from store.embedded import EmbeddedPostgres
from tests.people import appoint, enrol, make_guardian, publish, staff_of, tell, untrained
from tests.served import BROWSER, Served, clients, new_district


@dataclass
class District(Served):
    """A district with its learner Ana."""

    ana: UUID

    def page(self, name: str, path: str) -> str:
        """A page that must be shown to somebody."""
        answer = self.as_(name).get(path.format(ana=self.ana))
        assert answer.status_code == 200, answer.text
        return answer.text


def observe(system: System, learner: UUID, text: str, data_class: DataClass | None = None) -> None:
    command = RecordObservation(fact=uuid4(), area=Area.STRENGTHS, text=text, data_class=data_class)
    tell(system, learner, command)


def learner_of(system: System, name: str, parent: UUID | None = None) -> UUID:
    """A learner of 14 with an entry, a class, and a parent where one is given."""
    learner = enrol(system, name)
    observe(system, learner, f"{name} led the group.")
    if parent is not None:
        make_guardian(system, learner, parent)
    return learner


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[District]:
    with new_district(postgres) as opened:
        publish(opened, "US-CA")
        people = {
            **staff_of(opened),
            "untrained": untrained(opened),
            "parent": appoint(opened, "Maria Lopez", Role.GUARDIAN, trained=False),
            "operator": opened.persona,
        }
        ana = learner_of(opened, "Ana", people["parent"].id)
        with clients(opened, people, BROWSER) as client:
            yield District(opened, people, client, ana)
