"""Who saw whom in the demo district before today: what the log of reads tells on the first start.

It is made up like the rest, by the rules that the district has. One line is as real logs are: on
5 September a counselor gave records to the tutors by phone, relying on a paper that nobody had
entered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from api.demo_district import staff
from api.demo_district.beyond import openings
from api.demo_district.calendar import last_years
from api.demo_district.cast import (
    ENTERED_TWICE,
    LATE_CONSENT,
    PLAN,
    PRIVATE_NOTE,
    SENIOR,
    TUTORS,
    TUTORS_ID,
)
from api.demo_district.entering import LOCAL
from api.demo_district.outsiders import PARENT, TUTORED, story_year
from api.demo_district.people import everybody
from api.demo_district.staff import OFFICER, ZONE, Staff
from api.demo_district.staffing import COUNSELOR, LAPSED, local, role_of
from api.desk import PURPOSES
from domain.access.emergency import OPENING, PURPOSE
from domain.access.grounds import TABLE
from domain.access.policy import INTERESTS
from domain.access.words import Action, Assurance, Role
from domain.application import Request
from domain.event import Context
from domain.reads import AccessRecorded, RecordAccess, noted
from domain.words import DataClass

PROFILE, TIMELINE, CASELOAD = "/learners/{learner}", "/learners/{learner}/timeline", "/"
WHO_SAW, BY_HAND = "/learners/{learner}/access", "/learners/{learner}/disclosures"
OFFICIAL, PARENTS = "FERPA-99.31-a-1-i-A", "FERPA-99.31-a-12-parent"
CONTRACTOR, CONSENT = "FERPA-99.31-a-1-i-B", "FERPA-99.30"
NOT_ASSIGNED, NOT_TRAINED = f"{OFFICIAL}-assigned", "local-recertification"
OTHER_PARTY = f"{CONSENT}-b-3-other-party"
NO_AGREEMENT = f"{CONTRACTOR}-agreement"
AGO = (1, 5, 14, 27)  # school days before today on which somebody looked
FROM, MINUTES = time(15, 50), 3
SHOWN = 12  # entries of a profile or timeline, at most
EVERYDAY = frozenset({DataClass.DIRECTORY, DataClass.EDUCATION})
FOR_TUTORS = ("assess", "attend")  # how the topics begin of what they may see


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who looks, and in what role."""

    id: UUID
    name: str
    role: Role

    @classmethod
    def of(cls, one: Staff) -> "Looker":
        return cls(one.id, one.name, role_of(one))


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one learner. `code`: the ground, or what was missing; `ground`: the closest."""

    by: Looker
    learner: UUID
    code: str = OFFICIAL
    place: str = PROFILE
    action: Action = Action.OPENED
    ground: str | None = None
    recipient: UUID | None = None
    purpose: str | None = None

    @property
    def allowed(self) -> bool:
        return self.ground is None


TUTOR = Looker(TUTORS_ID, TUTORS, Role.OUTSIDE_PROVIDER)
MOTHER = Looker(PARENT.id, PARENT.name, Role.GUARDIAN)


def looked(today: date, entered: Sequence[Request]) -> list[tuple[int, AccessRecorded]]:
    """The log, each line with how many of `entered` stood in the record before it.

    `entered` is all that was entered about the district, in that order.
    """
    found: list[tuple[int, AccessRecorded]] = []
    shown: dict[UUID, list[tuple[int, Request]]] = {}
    before = 0
    for at, look in _looks(today):
        while before < len(entered) and entered[before].context.now < at:
            request = entered[before]
            before += 1
            shown.setdefault(request.learner, []).append((before + len(found), request))
        position = before + len(found) + 1
        found.append((before, _noted(look, at, position, shown.get(look.learner, ()))))
    return found


def _noted(
    look: Look, at: datetime, position: int, entries: Sequence[tuple[int, Request]]
) -> AccessRecorded:
    facts = _facts(look, entries)
    classes = {data_class_of(request) for _, request in facts}
    if look.action is Action.LISTED:
        classes = {DataClass.DIRECTORY}
    access = RecordAccess(
        learner=look.learner,
        action=look.action,
        purpose=look.purpose or PURPOSES[look.by.role],
        allowed=look.allowed,
        code=look.code,
        ground=look.ground,
        table=TABLE.version,
        classes=tuple(sorted(classes)),
        recipient=look.recipient,
        how="demo",
        assurance=Assurance.STRONG,
        place=look.place,
        on=at.astimezone(LOCAL).date(),
        known=position - 1,
        facts=tuple(position for position, _ in facts),
    )
    context = Context(
        today=at.astimezone(LOCAL).date(),
        zone=ZONE,
        now=at,
        entered_by=look.by.id,
        entered_by_name=look.by.name,
    )
    return noted(access, context)


def _facts(look: Look, entries: Sequence[tuple[int, Request]]) -> list[tuple[int, Request]]:
    """What the look showed: the newest entries of those that the role may see."""
    if not look.allowed or look.action is Action.LISTED or look.place == WHO_SAW:
        return []
    classes = INTERESTS.get(look.by.role, EVERYDAY)
    tutors = TUTORS_ID in (look.by.id, look.recipient)
    kept = [
        (position, request)
        for position, request in entries
        if data_class_of(request) in classes
        and request.command.EVENT.SPEC.group != "changes"
        and (not tutors or request.command.EVENT.TOPIC.startswith(FOR_TUTORS))
    ]
    return kept[-SHOWN:]


def data_class_of(request: Request) -> DataClass:
    """What was entered is in law."""
    command = request.command
    return command.data_class or command.EVENT.SPEC.default


# -- the looks ------------------------------------------------------------------------------------


def _looks(today: date) -> list[tuple[datetime, Look]]:
    """Every look with its instant, in that order: after school, when nothing is entered."""
    year, newest = story_year(today), last_years(today)[-1]
    since, back = date(year.start, 9, 10), newest.start - year.start
    days = [day for half in year.semesters for day in half if since < day < today]
    on_days = [*_story(year.start, back), *_emergencies(today)]
    on_days += [(days[-ago], tuple(_day(n, back))) for n, ago in enumerate(AGO) if ago <= len(days)]
    return sorted(
        (
            (local(day, FROM) + timedelta(minutes=MINUTES * n), look)
            for day, looks in on_days
            for n, look in enumerate(looks)
        ),
        key=lambda found: found[0],
    )


def _story(start: int, back: int) -> Iterator[tuple[date, tuple[Look, ...]]]:
    """The tutors: refused on the 4th, given records by phone on the 5th, on file from the 10th."""
    middle = Looker.of(staff.counselor(TUTORED.grade - back))
    refused = Look(TUTOR, TUTORED.id, NO_AGREEMENT, ground=CONTRACTOR)
    by_phone = Look(
        middle,
        TUTORED.id,
        CONSENT,
        place=BY_HAND,
        action=Action.DISCLOSED,
        recipient=TUTORS_ID,
        purpose="tutoring",
    )
    not_yet = replace(by_phone, code=OTHER_PARTY, ground=CONSENT)
    yield date(start, 9, 4), (refused, not_yet)
    yield date(start, 9, 5), (by_phone,)
    # On the 10th, a little after the consent and the agreement were entered.
    yield (
        date(start, 9, 10),
        (
            Look(Looker.of(OFFICER), TUTORED.id, place=WHO_SAW),
            Look(TUTOR, TUTORED.id, CONTRACTOR),
        ),
    )


def _emergencies(today: date) -> Iterator[tuple[date, tuple[Look, ...]]]:
    """Who opened a record beyond their assignment looks at it."""
    for day, one, person in openings(today):
        yield day, (Look(Looker.of(one), person.id, OPENING, purpose=PURPOSE),)


def _day(number: int, back: int) -> Iterator[Look]:
    """What is looked at on an ordinary day. `back`: how many school years before today's."""
    people = everybody()
    starring = [people[n] for n in (LATE_CONSENT, PLAN, ENTERED_TWICE, PRIVATE_NOTE, SENIOR)]
    for person in starring[number % 2 :: 2]:
        yield Look(Looker.of(COUNSELOR), person.id)
        yield Look(Looker.of(COUNSELOR), person.id, place=TIMELINE)
    for person in starring:
        teacher = Looker.of(staff.homeroom(person.grade - back, person.section))
        if teacher.id == LAPSED.id:
            yield Look(teacher, person.id, NOT_TRAINED, ground=OFFICIAL)
        else:
            yield Look(teacher, person.id, place=CASELOAD, action=Action.LISTED)
    head = Looker.of(staff.principal(TUTORED.grade - back))
    yield Look(head, TUTORED.id, place=CASELOAD, action=Action.LISTED)
    if number % 2:
        # Of another class, and of another school.
        yield Look(Looker.of(staff.homeroom(1, "a")), TUTORED.id, NOT_ASSIGNED, ground=OFFICIAL)
        yield Look(MOTHER, TUTORED.id, PARENTS)
        yield Look(Looker.of(OFFICER), TUTORED.id, place=WHO_SAW)
    else:
        yield Look(TUTOR, TUTORED.id, CONTRACTOR)
        yield Look(Looker.of(staff.counselor(TUTORED.grade - back)), TUTORED.id)
