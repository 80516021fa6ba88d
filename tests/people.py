"""People of a district for tests: roles, assignments, trainings; and the district's papers."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from api.compose import Persona, System
from domain.access.words import AssignmentKind, Role
from domain.application import Request
from domain.district import PublishAnnualNotice
from domain.effective import Effective
from domain.event import Command
from domain.people import Assign, CompleteTraining, GrantRole, RegisterPerson, district_id
from domain.rules import SetPolicy

COUNSELOR, TEACHER, OFFICER = Role.COUNSELOR, Role.TEACHER, Role.COMPLIANCE_OFFICER
DISTRICT, SCHOOL, CLASS = AssignmentKind.DISTRICT, AssignmentKind.SCHOOL, AssignmentKind.CLASS
CASELOAD = AssignmentKind.CASELOAD


def tell(system: System, record: UUID, command: Command) -> int:
    """Record something on a person's or a learner's record; its position."""
    return system.profiles.do(Request(record, command, system.context())).position


def since(system: System, days: int = 30) -> Effective:
    return Effective(start=system.context().today - timedelta(days=days))


def publish(system: System, jurisdiction: str = "US") -> None:
    """The district's papers: a notice with its criteria for officials, and the law of its place."""
    district, when = district_id(system.settings.tenant), since(system, 60)
    tell(system, district, RegisterPerson(name="Maple County Schools"))
    notice = PublishAnnualNotice(version="notice-1", criteria="officials-1", effective=when)
    tell(system, district, notice)
    tell(system, district, SetPolicy(version="p-1", jurisdiction=jurisdiction, effective=when))


def appoint(
    system: System,
    name: str,
    role: Role,
    kind: AssignmentKind | None = None,
    *,
    code: str | None = None,
    learner: UUID | None = None,
    trained: bool = True,
    person: UUID | None = None,
    own_record: UUID | None = None,
    until: date | None = None,
) -> Persona:
    """Somebody with a role and, where a kind is given, an assignment."""
    persona = Persona(person or uuid4(), name, str(role))
    when = since(system)
    tell(system, persona.id, RegisterPerson(name=name))
    tell(system, persona.id, GrantRole(role=role, own_record=own_record, effective=when))
    if kind is not None:
        held = Effective(start=when.start, until=until)
        assign = Assign(role=role, kind=kind, code=code, learner=learner, effective=held)
        tell(system, persona.id, assign)
    if trained:
        tell(system, persona.id, CompleteTraining(course="Privacy", effective=when))
    return persona


def seen_by(system: System, persona: Persona) -> System:
    """The same district, as it is served to somebody where nobody signs in."""
    return replace(system, persona=persona)
