"""People of the demo district beside its staff: tutors, a parent, a learner of age, who left.

The tutors' story belongs to the consent that was entered late. It was signed on 1 September,
received on the 3rd and entered on the 10th; on the 5th a counselor gave them records by phone. When
the officer saw that, on the 10th, an agreement was made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from api.demo_district.calendar import DAY, SchoolYear, last_years
from api.demo_district.cast import LATE_CONSENT, TUTORS, TUTORS_ID
from api.demo_district.history import birth_date
from api.demo_district.people import Person, everybody
from api.demo_district.seeds import uid
from api.demo_district.staff import ELEMENTARY
from api.demo_district.staffing import TENANT, Paper, begins, local
from domain.access.jurisdictions import US
from domain.access.rights import birthday
from domain.access.words import AssignmentKind, Role, Term
from domain.application import Request
from domain.district import EndAgreement, SignAgreement
from domain.effective import Effective
from domain.people import (
    Assign,
    ChangePersonDetails,
    EndAssignment,
    EndRole,
    GrantRole,
    RegisterPerson,
    district_id,
)

TUTORED = everybody()[LATE_CONSENT]
PARENT = TUTORED.adults[0]
# `record`: that there is one, and whose it is.
TUTORS_RECORDS = ("record", "name", "assessment", "attendance")
MORNING, AFTERNOON = time(5, 30), time(15, 40)
SENIORS = tuple(person for person in everybody() if person.grade == 12)


@dataclass(frozen=True)
class Grown:
    """A learner who is of age. `since`: the day of the birthday."""

    person: Person
    since: date

    @property
    def signs_in_as(self) -> Paper:
        """The record of the person who signs in, which is not the learner's."""
        return Paper(uid("signs in", self.person.number), local(self.since, AFTERNOON))


def grown(today: date) -> Grown | None:
    """The oldest learner, where one is of age; nobody is on the first days of a school year."""
    newest = last_years(today)[-1]
    born, number = min((birth_date(one, newest), one.number) for one in SENIORS)
    since = birthday(born, US.age_of_transfer, US.leap_birthday)
    found = Grown(everybody()[number], max(since, begins(newest)))
    return found if found.since < today else None


def story_year(today: date) -> SchoolYear:
    """The newest school year whose 10 September is over."""
    return next(y for y in reversed(last_years(today)) if date(y.start, 9, 10) < today)


def outsiders(today: date, tenant: str = TENANT) -> list[Request]:
    """What is on file about them, in the order in which it was entered."""
    year, came = story_year(today), grown(today)
    found = [*_tutors(year, tenant), *_parent(year), *(_grown(came) if came else ())]
    found += _left(last_years(today)[1], tenant)
    return sorted(found, key=lambda request: request.context.now)


def _tutors(year: SchoolYear, tenant: str) -> Iterator[Request]:
    opened, agreed = begins(year) + DAY, date(year.start, 9, 10)
    paper = Paper(TUTORS_ID, local(opened, MORNING))
    yield paper.put("opened", RegisterPerson(name=TUTORS))
    role = Role.OUTSIDE_PROVIDER
    since = Effective(start=opened)
    yield paper.put("role", GrantRole(grant=uid("grant", TUTORS), role=role, effective=since))
    signed = SignAgreement(
        agreement=uid("agreement", TUTORS),
        party=TUTORS_ID,
        terms=(
            Term.OUTSOURCED_SERVICE,
            Term.DIRECT_CONTROL,
            Term.BOUND_BY_99_33,
            Term.PURPOSE_SCOPE_DURATION,
            Term.DESTRUCTION,
        ),
        purposes=("support",),
        records=TUTORS_RECORDS,
        destroy_by=date(year.start + 1, 8, 1),
        effective=Effective(start=agreed),
    )
    yield Paper(district_id(tenant), local(agreed, AFTERNOON)).put("tutors", signed)
    assigned = Assign(
        assignment=uid("assignment", TUTORS),
        role=role,
        kind=AssignmentKind.CASELOAD,
        learner=TUTORED.id,
        effective=Effective(start=agreed),
    )
    yield Paper(TUTORS_ID, local(agreed, AFTERNOON)).put("caseload", assigned)


def _parent(year: SchoolYear) -> Iterator[Request]:
    day = begins(year) + DAY
    paper, since = Paper(PARENT.id, local(day, MORNING)), Effective(start=day)
    yield paper.put("opened", RegisterPerson(name=PARENT.name))
    grant = GrantRole(grant=uid("grant", PARENT.id), role=Role.GUARDIAN, effective=since)
    yield paper.put("role", grant)


def _left(year: SchoolYear, tenant: str) -> Iterator[Request]:
    """A teacher who was here for one year, and a club whose agreement was not renewed after it."""
    came, went = Effective(start=begins(year)), Effective(start=year.last + DAY)
    teacher, club = uid("staff", "Ms Hartley"), uid("provider", "Lantern After-School Club")
    grant, assignment = uid("grant", teacher), uid("assignment", teacher)
    role, kind = Role.TEACHER, AssignmentKind.CLASS
    paper = Paper(teacher, local(begins(year), MORNING))
    yield paper.put("opened", RegisterPerson(name="Ms Hartley"))
    yield paper.put("role", GrantRole(grant=grant, role=role, effective=came))
    posted = Assign(
        assignment=assignment,
        role=role,
        kind=kind,
        code="03-b",
        school=ELEMENTARY,
        effective=came,
    )
    yield paper.put("class", posted)
    last = local(year.last, AFTERNOON)
    renamed = ChangePersonDetails(name="Ms Hartley-Boone")
    yield paper.put("renamed", renamed, local(year.semesters[1][0], AFTERNOON))
    left = EndAssignment(assignment=assignment, reason="Ms Lindgren is back.", effective=went)
    yield paper.put("class over", left, last)
    yield paper.put("role over", EndRole(grant=grant, reason="The year is over.", effective=went))
    paper = Paper(district_id(tenant), local(begins(year) + DAY, MORNING))
    agreement = uid("agreement", club)
    signed = SignAgreement(
        agreement=agreement,
        party=club,
        terms=(Term.OUTSOURCED_SERVICE, Term.DIRECT_CONTROL, Term.BOUND_BY_99_33),
        purposes=("after-school-care",),
        records=("attendance",),
        destroy_by=year.last + 30 * DAY,
        effective=Effective(start=begins(year) + DAY),
    )
    yield paper.put("club", signed)
    over = EndAgreement(agreement=agreement, reason="Not renewed.", effective=went)
    yield paper.put("club over", over, last)


def _grown(came: Grown) -> Iterator[Request]:
    paper, learner = came.signs_in_as, came.person
    yield paper.put("opened", RegisterPerson(name=learner.name))
    grant = GrantRole(
        grant=uid("grant", learner.number),
        role=Role.LEARNER,
        own_record=learner.id,
        effective=Effective(start=came.since),
    )
    yield paper.put("role", grant)
