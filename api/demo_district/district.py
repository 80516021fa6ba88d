"""The whole demo district as a stream of requests, the same for a given day every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.demo_district.cast import CAST
from api.demo_district.history import history
from api.demo_district.people import everybody
from domain.application import Request


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


def requests(today: date) -> Iterator[list[Request]]:
    """One list for each of the 240 learners, each in the order in which it was entered.

    Everything lies on or before `today`, and what is older than two weeks names the system it
    was brought in from. The same day gives the same requests with the same command ids, so that
    giving them again adds nothing. One list holds a second record, entered first, that is merged
    with the learner's own.
    """
    for person in everybody():
        yield history(person, today)
