"""A district with people of every kind, and a server for each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from api.compose import Persona, System
from domain.facts import MakeComment, RecordObservation
from domain.words import Area, DataClass
from store.embedded import EmbeddedPostgres
from tests.people import COUNSELOR, SCHOOL, appoint, enrol, publish, staff_of, tell, untrained
from tests.served import Served, clients, new_district

CONFIDED = "I have not told anybody else."


@dataclass
class District(Served):
    """A district with its learners by name."""

    learners: dict[str, UUID]


def observe(text: str, data_class: DataClass | None = None) -> RecordObservation:
    return RecordObservation(
        fact=uuid4(), area=Area.SOCIAL_EMOTIONAL, text=text, data_class=data_class
    )


def learner_of(system: System, name: str, school: str, classes: tuple[str, ...] = ()) -> UUID:
    """A learner with a plain entry and an enrolment."""
    learner, plain = enrol(system, name, school, classes), observe(f"{name} led the group.")
    tell(system, learner, plain)
    tell(system, learner, MakeComment(fact=plain.fact, text="Same at home."))
    return learner


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[District]:
    with new_district(postgres) as opened:
        publish(opened)
        people = {
            **staff_of(opened),
            "untrained": untrained(opened),
            "elsewhere": appoint(opened, "Ms Okonjo", COUNSELOR, SCHOOL, code="south-high"),
            "stranger": Persona(uuid4(), "Nobody In Particular", "visitor"),
        }
        learners = {
            "ana": learner_of(opened, "Ana", "north-high", ("9b",)),
            "ben": learner_of(opened, "Ben", "south-high"),
        }
        tell(opened, learners["ana"], observe(CONFIDED, DataClass.COUNSELOR_CONFIDENTIAL))
        with clients(opened, people) as client:
            yield District(opened, people, client, learners)
