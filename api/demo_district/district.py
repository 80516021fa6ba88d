"""The whole demo district as a stream of requests, the same for a given day every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from api.demo_district.calendar import last_years
from api.demo_district.cast import CAST, WRONG_LEARNER
from api.demo_district.history import history
from api.demo_district.looked import looked
from api.demo_district.mistakes import asked_day
from api.demo_district.outsiders import outsiders
from api.demo_district.people import everybody
from api.demo_district.staffing import staffing
from domain.application import Request
from domain.reads import AccessRecorded


@dataclass(frozen=True)
class Featured:
    """A learner worth looking at, and why, in one sentence."""

    learner: UUID
    name: str
    why: str


FEATURED: tuple[Featured, ...] = tuple(
    Featured(everybody()[number].id, everybody()[number].name, role.why)
    for number, role in CAST.items()
    if role.why
)


@dataclass(frozen=True)
class PastDay:
    """A day on which a learner's file said something else than what is known of it today."""

    learner: UUID
    name: str
    on: date


def past_day(today: date) -> PastDay:
    """The day to ask about, of the file that was put right since."""
    person = everybody()[WRONG_LEARNER]
    return PastDay(person.id, person.name, asked_day(last_years(today)[2]))


def requests(today: date) -> Iterator[list[Request]]:
    """One list for each of the 240 learners, each in the order in which it was entered.

    Everything lies before `today`, and the context of each says on which day and when it was
    entered. What lies before the district's file began was brought in that day from the system
    that it names. The same day gives the same requests with the same command ids, so that giving
    them again adds nothing. One list holds a second record, first, that is merged with the
    learner's own.
    """
    for person in everybody():
        yield history(person, today)


def in_order(today: date) -> list[Request]:
    """All requests, those about people and the district too, in the order of their entry."""
    found = [*staffing(today), *outsiders(today)]
    found += [request for learner in requests(today) for request in learner]
    return sorted(found, key=lambda r: r.context.now)


Line = Request | AccessRecorded


def whole(entered: list[Request], today: date) -> list[Line]:
    """What was entered, and who looked at it in between: the record in the order of its lines."""
    found: list[Line] = []
    done = 0
    for before, access in looked(today, entered):
        found += [*entered[done:before], access]
        done = before
    return [*found, *entered[done:]]


def happened(line: Line) -> datetime:
    """When a line came to be."""
    return line.context.now if isinstance(line, Request) else line.timestamp
