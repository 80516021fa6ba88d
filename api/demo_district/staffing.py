"""Who may see what in the demo district: everybody's roles, assignments and trainings, the papers.

Staff have the role that their work gives them, and are assigned to the classes that they teach, or
to their school. One teacher let the yearly training run out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID

from api.demo_district import staff
from api.demo_district.around import HOUSEHOLDS
from api.demo_district.calendar import DAY, SchoolYear, last_years
from api.demo_district.entering import LOCAL
from api.demo_district.seeds import uid
from api.demo_district.staff import OFFICER, REGISTRAR, STAFF, ZONE, Staff
from api.demo_district.texts.catalog import COURSES
from domain.access.words import AssignmentKind, Role
from domain.application import Request
from domain.district import (
    DesignateDirectoryInformation,
    PublishAnnualNotice,
    PublishInstrument,
)
from domain.effective import Effective
from domain.event import Command, Context
from domain.people import Assign, CompleteTraining, GrantRole, RegisterPerson, district_id
from domain.rules import DeclarePurpose, RoleRelation, SetPolicy

TENANT = "demo"
NAME = "Maple County Schools"
# The one that is modelled and keeps what a counselor was told in confidence apart.
JURISDICTION = "US-CA"
# From one August to the next, and the days by which the first day of school moves.
RECERTIFY_DAYS = 400
OPENS, STAFF_FROM, AFTER_SCHOOL = time(5, 0), time(5, 10), time(15, 0)
COORDINATORS = ("special", "speech", "career")
COUNSELOR = staff.counselor(0)
LAPSED = next(one for one in STAFF if one.name == "Mr Osei")
# What families were asked to consent to, beyond the purposes that every district has.
PURPOSES = (
    ("coordinated-counseling", "counseling"),
    ("summer-reading-program", "support"),
    ("after-school-care", "support"),
    ("admission", "education"),
    ("job-shadow-days", "education"),
)


@dataclass
class Paper:
    """Puts entries on one record, in order, a second apart; each has an id of its own."""

    record: UUID
    at: datetime
    by: Staff = REGISTRAR

    def put(self, key: str, command: Command, at: datetime | None = None) -> Request:
        """An entry; `key` names it on this record."""
        now = at or self.at
        self.at = now + timedelta(seconds=1)
        return Request(
            self.record,
            command,
            Context(
                today=now.astimezone(LOCAL).date(),
                zone=ZONE,
                now=now,
                entered_by=self.by.id,
                entered_by_name=self.by.name,
                command_id=uid("on paper", self.record, key),
            ),
        )


def local(day: date, hour: time) -> datetime:
    """An instant by the district's clock."""
    return datetime.combine(day, hour, LOCAL).astimezone(UTC)


def staffing(today: date, tenant: str = TENANT) -> list[Request]:
    """The district's papers and the records of its staff, in the order in which they were entered.

    The first of it lies before everything that was entered about a learner.
    """
    years = last_years(today)[1:]
    found, at = list(_papers(years, district_id(tenant))), local(begins(years[0]), STAFF_FROM)
    for one in STAFF:
        found += _employed(one, years, at)
        at = found[-1].context.now + timedelta(seconds=1)
    trained = [_trained(one, year) for year in years[1:] for one in STAFF if one is not LAPSED]
    return sorted([*found, *trained], key=lambda request: request.context.now)


def _papers(years: Sequence[SchoolYear], record: UUID) -> Iterator[Request]:
    began = begins(years[0])
    paper, since = Paper(record, local(began, OPENS)), Effective(start=began)
    yield paper.put("opened", RegisterPerson(name=NAME))
    yield paper.put(
        "policy",
        SetPolicy(
            policy=uid("policy"),
            version=f"maple-{began.year}",
            jurisdiction=JURISDICTION,
            recertify_days=RECERTIFY_DAYS,
            relationships=(
                # Whoever teaches a whole school has no class of their own.
                RoleRelation(
                    role=Role.TEACHER, kinds=(AssignmentKind.CLASS, AssignmentKind.SCHOOL)
                ),
                RoleRelation(
                    role=Role.COUNSELOR,
                    kinds=(
                        AssignmentKind.CASELOAD,
                        AssignmentKind.SCHOOL,
                        AssignmentKind.DISTRICT,
                    ),
                ),
            ),
            effective=since,
        ),
    )
    for code, parent in PURPOSES:
        yield paper.put(code, DeclarePurpose(code=code, parent=parent, effective=since))
    asked = PublishInstrument(
        survey=uid("households"),
        instrument=HOUSEHOLDS,
        areas=(8,),
        required=True,
        ed_funded=True,
        effective=since,
    )
    yield paper.put("households", asked)
    for year in years:
        first = begins(year)
        when = Effective(start=first)
        at = paper.at if year is years[0] else local(first, OPENS)
        notice = PublishAnnualNotice(
            notice=uid("notice", year.start),
            version=f"notice-{year.start}",
            criteria=f"officials-{year.start}",
            transfer_clause=True,
            effective=when,
        )
        yield paper.put(f"notice {year.start}", notice, at)
        designated = DesignateDirectoryInformation(
            designation=uid("designation", year.start),
            kinds=("name", "photograph", "grade", "award"),
            refuse_by=first + 14 * DAY,
            effective=when,
        )
        yield paper.put(f"designation {year.start}", designated)


def _employed(one: Staff, years: Sequence[SchoolYear], at: datetime) -> Iterator[Request]:
    """Somebody's record as it was when the file began."""
    paper, role = Paper(one.id, at), role_of(one)
    when = Effective(start=begins(years[0]))
    yield paper.put("opened", RegisterPerson(name=one.name))
    grant = GrantRole(grant=uid("grant", one.id), role=role, effective=when)
    yield paper.put("role", grant)
    for kind, code in postings(one):
        assigned = Assign(
            assignment=uid("assignment", one.id, kind, code),
            role=role,
            kind=kind,
            code=code,
            school=one.school if kind is AssignmentKind.CLASS else None,
            effective=when,
        )
        yield paper.put(f"{kind} {code}", assigned)
    yield _trained(one, years[0], paper.at)


def _trained(one: Staff, year: SchoolYear, at: datetime | None = None) -> Request:
    day = begins(year)
    done = CompleteTraining(
        certification=uid("training", one.id, year.start),
        course=f"Student privacy {year.start}",
        effective=Effective(start=day),
    )
    now = at or local(day, AFTER_SCHOOL) + timedelta(seconds=STAFF.index(one))
    return Paper(one.id, now).put(f"training {year.start}", done)


def begins(year: SchoolYear) -> date:
    """The Monday before the first day of school, when everybody comes back."""
    return year.first - 2 * DAY


def role_of(one: Staff) -> Role:
    """In what role somebody of the district's staff sees records."""
    if one in (REGISTRAR, OFFICER):
        return Role.ADMINISTRATOR if one is REGISTRAR else Role.COMPLIANCE_OFFICER
    if one.subject in ("counselor", "principal"):
        return Role.COUNSELOR if one.subject == "counselor" else Role.ADMINISTRATOR
    return Role.TRANSITION_COORDINATOR if one.subject in COORDINATORS else Role.TEACHER


def postings(one: Staff) -> list[tuple[AssignmentKind, str | None]]:
    """To what somebody is assigned: classes by their codes, a school, or the whole district."""
    if one in (REGISTRAR, OFFICER, COUNSELOR):
        return [(AssignmentKind.DISTRICT, None)]
    taught = classes_of(one) if role_of(one) is Role.TEACHER else []
    return [(AssignmentKind.CLASS, code) for code in taught] or [
        (AssignmentKind.SCHOOL, one.school)
    ]


@cache
def classes_of(one: Staff) -> list[str]:
    """The codes of the classes that somebody teaches; none for who teaches a whole school."""
    found = []
    for grade in range(13):
        if staff.school_of(grade) != one.school:
            continue
        for section in "ab":
            if staff.homeroom(grade, section) is one:
                found.append(f"{staff.grade_code(grade)}-{section}")
            found += [
                f"{course}-{section}"
                for course, _ in COURSES.get(grade, ())
                if staff.course_teacher(grade, course) is one
            ]
    return found
