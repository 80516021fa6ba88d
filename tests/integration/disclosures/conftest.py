"""A district with a teacher who is not the learner's, an officer, and the learner's own people."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.access.words import Role
from domain.facts import RecordObservation
from domain.words import Area
from store.embedded import EmbeddedPostgres
from tests.people import DISTRICT, OFFICER, appoint, enrol, make_guardian, publish, staff_of, tell
from tests.served import BROWSER, Served, clients, new_district


class District(Served):
    """A district with as many learners as are asked for."""

    def learner(self, name: str) -> UUID:
        """A new learner of north-high with an entry and a mother, of 14 years."""
        learner = enrol(self.system, name)
        said = RecordObservation(area=Area.STRENGTHS, text=f"{name} led the group.")
        tell(self.system, learner, said)
        make_guardian(self.system, learner, self.people["parent"].id)
        return learner


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[District]:
    with new_district(postgres) as opened:
        publish(opened)
        people = {
            **staff_of(opened, "south-9a"),
            "second": appoint(opened, "Ada Brandt", OFFICER, DISTRICT),
            "parent": appoint(opened, "Maria Lopez", Role.GUARDIAN, trained=False),
        }
        with clients(opened, people, BROWSER) as client:
            yield District(opened, people, client)
