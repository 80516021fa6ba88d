"""People of a district for tests: staff, learners and their families; and the district's papers."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from api.compose import Persona, System
from domain.access.words import AssignmentKind, Role
from domain.application import Request
from domain.district import PublishAnnualNotice
from domain.effective import Effective
from domain.event import Command
from domain.identity import Capacity, EnrolLearner, LinkResponsiblePerson, RegisterLearner
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


def years_ago(system: System, years: int) -> date:
    """The first of this month, so many years ago: somebody born then is so old."""
    today = system.context().today
    return today.replace(year=today.year - years, day=1)


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


def staff_of(system: System, code: str = "9b") -> dict[str, Persona]:
    """A counselor of north-high, the teacher of a class, and an officer."""
    return {
        "counselor": appoint(system, "Ms Rivera", COUNSELOR, SCHOOL, code="north-high"),
        "teacher": appoint(system, "Mr Okafor", TEACHER, CLASS, code=code),
        "officer": appoint(system, "Marcus Ellery", OFFICER, DISTRICT),
    }


def untrained(system: System) -> Persona:
    """A counselor of north-high whose yearly training is missing."""
    return appoint(system, "Ms Tan", COUNSELOR, SCHOOL, code="north-high", trained=False)


def enrol(
    system: System,
    name: str,
    school: str = "north-high",
    classes: tuple[str, ...] = ("9b",),
    *,
    age: int = 14,
    effective: Effective | None = None,
) -> UUID:
    """A new learner of so many years in grade 9; for twenty days where nothing is said."""
    learner, born = uuid4(), years_ago(system, age)
    tell(system, learner, RegisterLearner(given_name=name, family_name="Lopez", birth_date=born))
    when = effective or since(system, 20)
    tell(system, learner, EnrolLearner(school=school, grade="09", classes=classes, effective=when))
    return learner


def make_guardian(
    system: System, learner: UUID, person: UUID, name: str = "Maria Lopez", relation: str = "mother"
) -> None:
    """Link somebody as a guardian, with evidence, for twelve years."""
    tell(system, learner, LinkResponsiblePerson(
        person=person, name=name, relation=relation, capacity=Capacity.GUARDIAN,
        received_how="birth certificate", effective=Effective(start=years_ago(system, 12)),
    ))  # fmt: skip


def seen_by(system: System, persona: Persona) -> System:
    """The same district, as it is served to somebody where nobody signs in."""
    return replace(system, persona=persona)
