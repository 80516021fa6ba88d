"""A district with people of every kind, and a server for each of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import Persona, System, system
from domain.facts import MakeComment, RecordObservation
from domain.identity import EnrolLearner, RegisterLearner
from domain.reads import AccessRecorded
from domain.words import Area, DataClass
from store.embedded import EmbeddedPostgres
from tests.installation import database
from tests.integration.api.conftest import make_district, quiet, serving
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

CONFIDED = "I have not told anybody else."


@dataclass
class District:
    """A district, its people by name, its learners by name, and a client for each person."""

    system: System
    people: dict[str, Persona]
    learners: dict[str, UUID]
    client: Callable[[str], httpx.Client]

    def as_(self, name: str) -> httpx.Client:
        """A client of somebody's own server; all that is recorded has been projected."""
        self.system.projector.catch_up()
        return self.client(name)

    def noted(self) -> list[AccessRecorded]:
        """The whole log of who saw something, in its order."""
        found = self.system.recorder.select_notifications(None, 100_000, topics=["access-recorded"])
        return [e for e in self.system.mapper.open(list(found)) if isinstance(e, AccessRecorded)]


def observe(text: str, data_class: DataClass | None = None) -> RecordObservation:
    return RecordObservation(
        fact=uuid4(), area=Area.SOCIAL_EMOTIONAL, text=text, data_class=data_class
    )


def people_of(district: System) -> dict[str, Persona]:
    """A counselor and a teacher of one school, an officer, somebody without any tie."""
    return {
        "counselor": appoint(district, "Ms Rivera", COUNSELOR, SCHOOL, code="north-high"),
        "teacher": appoint(district, "Mr Okafor", TEACHER, CLASS, code="9b"),
        "officer": appoint(district, "Marcus Ellery", OFFICER, DISTRICT),
        "untrained": appoint(
            district, "Ms Tan", COUNSELOR, SCHOOL, code="north-high", trained=False
        ),
        "elsewhere": appoint(district, "Ms Okonjo", COUNSELOR, SCHOOL, code="south-high"),
        "stranger": Persona(uuid4(), "Nobody In Particular", "visitor"),
    }


def learner_of(district: System, name: str, school: str, classes: tuple[str, ...] = ()) -> UUID:
    """A learner with a plain entry and an enrolment."""
    learner, when = uuid4(), since(district, 20)
    born = date(2012, 3, 1)
    tell(district, learner, RegisterLearner(given_name=name, family_name="Lopez", birth_date=born))
    enrol = EnrolLearner(school=school, grade="09", classes=classes, effective=when)
    tell(district, learner, enrol)
    plain = observe(f"{name} led the group.")
    tell(district, learner, plain)
    tell(district, learner, MakeComment(fact=plain.fact, text="Same at home."))
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
        publish(opened)
        people = people_of(opened)
        learners = {
            "ana": learner_of(opened, "Ana", "north-high", ("9b",)),
            "ben": learner_of(opened, "Ben", "south-high"),
        }
        secret = observe(CONFIDED, DataClass.COUNSELOR_CONFIDENTIAL)
        tell(opened, learners["ana"], secret)
        clients: dict[str, httpx.Client] = {}

        def client(name: str) -> httpx.Client:
            if name not in clients:
                address = stack.enter_context(serving(seen_by(opened, people[name])))
                clients[name] = stack.enter_context(httpx.Client(base_url=address, timeout=30))
            return clients[name]

        yield District(opened, people, learners, client)
