"""A person's record as it is answered: who they are, their roles, assignments and trainings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.answers import INSTANT, POSITION
from api.compose import System
from api.cursors import Cursors
from domain.access.evidence import Dated
from domain.access.filing import PersonFile, person_file
from domain.access.words import AssignmentKind, Role
from domain.errors import UnknownPerson
from domain.people import PersonRegistered


class Held(BaseModel):
    """Something that holds for a stretch of days, and where in the record it comes from."""

    id: UUID = Field(description="Its id: to end it by.")
    start: date = Field(
        serialization_alias="from", description="First day it holds.", examples=["2025-08-01"]
    )
    until: date | None = Field(
        description="First day it no longer holds; null: no end is known.", examples=["2026-08-01"]
    )
    received_on: date | None = Field(
        description="When the district got it, where stated.", examples=["2025-08-04"]
    )
    recorded_at: datetime | None = Field(
        description="When this system learned it.", examples=[INSTANT]
    )
    positions: list[str] = Field(
        description="Positions of the events it comes from, opaque.", examples=[[POSITION]]
    )


class HeldRole(Held):
    """A role."""

    role: Role = Field(description="Which role.", examples=["counselor"])
    own_record: UUID | None = Field(
        description="Of the role learner: whose record is their own, where that is open to you."
    )


class HeldAssignment(Held):
    """An assignment."""

    role: Role = Field(description="In which role.", examples=["counselor"])
    kind: AssignmentKind = Field(description="To what.", examples=["school"])
    code: str | None = Field(description="Code of the school or class.", examples=["north-high"])
    school: str | None = Field(description="School of the class.", examples=["north-high"])
    learner: UUID | None = Field(
        description="The learner on the caseload or in treatment, where that is open to you."
    )


class HeldTraining(Held):
    """A privacy training that was finished on its first day."""

    course: str = Field(description="Which course.", examples=["Student privacy 2025"])


class PersonAnswer(BaseModel):
    """Somebody who is no learner."""

    person: UUID = Field(description="The person's id.")
    name: str = Field(
        description="Name; empty where the content was erased.", examples=["Ms Rivera"]
    )
    email: str | None = Field(description="Address for mail.", examples=["rivera@maple.example"])
    version: int = Field(description="Version of the record; also the `ETag`.", examples=[4])
    roles: list[HeldRole] = Field(description="Roles, those that have ended included.")
    assignments: list[HeldAssignment] = Field(description="Assignments, likewise.")
    trainings: list[HeldTraining] = Field(description="Privacy trainings.")


def read_person(system: System, person: UUID) -> tuple[PersonFile, int]:
    """What is on file about a person, and the version of their record.

    Raises `UnknownPerson`, for a learner's id as well.
    """
    events = system.mapper.open(list(system.recorder.select_events(person)))
    if not events or not isinstance(events[0], PersonRegistered):
        raise UnknownPerson
    return person_file(person, events), events[-1].originator_version


def person_answer(system: System, cursors: Cursors, person: UUID) -> PersonAnswer:
    """The answer about a person. Raises `UnknownPerson`."""
    file, version = read_person(system, person)
    return PersonAnswer(
        person=person,
        name=file.name,
        email=file.email,
        version=version,
        roles=[
            HeldRole(role=r.role, own_record=r.own_record, **_held(r, r.id, r.positions, cursors))
            for r in file.roles
        ],
        assignments=[
            HeldAssignment(
                role=a.role,
                kind=a.kind,
                code=a.code,
                school=a.school,
                learner=a.learner,
                **_held(a, a.id, a.positions, cursors),
            )
            for a in file.assignments
        ],
        trainings=[
            HeldTraining(course=t.course, **_held(t, t.id, t.positions, cursors))
            for t in file.certifications
        ],
    )


def _held(found: Dated, own: UUID, positions: Sequence[int], cursors: Cursors) -> dict[str, Any]:
    return {
        "id": own,
        "start": found.effective,
        "until": found.until,
        "received_on": found.received,
        "recorded_at": found.recorded,
        "positions": [cursors.position(position) for position in positions],
    }
