"""One learner's requests while they are gathered: ids, authors, sources, order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from random import Random
from typing import Any
from uuid import UUID, uuid5

from api.demo_district.entering import LOCAL, Entry, file_began, timed
from api.demo_district.people import Adult, Person
from api.demo_district.seeds import seeded
from api.demo_district.staff import REGISTRAR, ZONE, Staff, counselor, school_of
from domain.application import Request
from domain.effective import Effective
from domain.event import Command, Context
from domain.facts import (
    RecordAccommodation,
    RecordCourseResult,
    RecordObservation,
    ReviewSupport,
    ScoreAssessment,
    StartSupport,
    SummariseAttendance,
)
from domain.identity import EndEnrolment, EnrolLearner, LinkResponsiblePerson, RegisterLearner

Author = Staff | Adult | Person
MAPLE, LAKESIDE = "import: Maple County SIS", "import: Lakeside SIS"
PEOPLE = {"author", "signer", "received_by"}  # ids of who acts, not of what is entered
# What another district's system hands over; its goals, surveys and reviews stay behind.
CARRIED = (
    RegisterLearner,
    LinkResponsiblePerson,
    EnrolLearner,
    EndEnrolment,
    RecordObservation,
    ScoreAssessment,
    SummariseAttendance,
    RecordCourseResult,
    StartSupport,
    ReviewSupport,
    RecordAccommodation,
)


@dataclass(frozen=True)
class Elsewhere:
    """Another district's file, up to the day the learner came here."""

    until: date
    school: str
    staff: Sequence[Staff]


class Book:
    """Gathers what happened to one learner before `today`, and when it was entered here."""

    def __init__(
        self,
        person: Person,
        today: date,
        *,
        record: UUID | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self.person = person
        self.today = today
        self.began = file_began(today)
        self.record = record or person.id
        self.elsewhere = elsewhere
        self.rng: Random = seeded("history", self.record)
        self.grade = 0  # of the school year being told
        self._entries: list[Entry] = []
        self._serial = 0

    def id(self, key: str) -> UUID:
        """The id of an item of this learner's, by a key of our own."""
        return uuid5(self.record, key)

    def put(
        self,
        kind: type[Command],
        day: date,
        by: Author,
        /,
        *,
        entered: date | None = None,
        **fields: Any,
    ) -> bool:
        """Add what happened on `day`; false where that is still to come or was not carried.

        `effective` is that day unless it is given. It was entered within days, or when `entered`
        says; what lies before the file began, or was carried from elsewhere, by an import.
        """
        self._serial += 1
        away = self.elsewhere is not None and day < self.elsewhere.until
        last = max(day, entered or day, fields.get("received_on") or day)
        if last >= self.today or (away and kind not in CARRIED):
            return False
        if "effective" not in fields:
            fields["effective"] = on(day)
        items = frozenset(v for n, v in fields.items() if isinstance(v, UUID) and n not in PEOPLE)
        imported = away or day < self.began
        if self.elsewhere is not None and away:
            by = self._over_there(by)
            entered = self.elsewhere.until
        elif imported:
            entered = self.began
        fields.setdefault("custodian", self._custodian(away))
        if imported:
            fields["source"] = LAKESIDE if away else MAPLE
            fields["source_id"] = f"{self.person.local_id}-{self._serial:04}"
            fields["source_recorded_at"] = self._at(day)
        fields["author"] = by.id
        fields["author_name"] = by.name
        fields["author_role"] = role_of(by)
        typed = by if isinstance(by, Staff) else counselor(self.grade)
        self._entries.append(
            Entry(
                day,
                self._serial,
                kind(**fields),
                uuid5(self.record, f"command {self._serial}"),
                REGISTRAR if imported else typed,
                items,
                entered,
                imported,
            )
        )
        return True

    def requests(self) -> list[Request]:
        """Everything in the order it was entered; the context has the day and time of that."""
        return [
            Request(
                self.record,
                entry.command,
                Context(
                    today=at.astimezone(LOCAL).date(),
                    zone=ZONE,
                    now=at,
                    entered_by=entry.by.id,
                    entered_by_name=entry.by.name,
                    command_id=entry.command_id,
                    brought_in=entry.brought_in,
                ),
            )
            for at, entry in timed(self._entries, self.record, self.person.number, self.today)
        ]

    def _at(self, day: date) -> datetime:
        """A time of the working day in the district's zone, by the serial number."""
        return datetime.combine(day, time(14 + self._serial % 8, self._serial * 7 % 60), UTC)

    def _custodian(self, away: bool) -> str:
        if away and self.elsewhere is not None:
            return self.elsewhere.school
        return school_of(self.grade)

    def _over_there(self, by: Author) -> Author:
        if self.elsewhere is None or not isinstance(by, Staff):
            return by
        staff = self.elsewhere.staff
        return staff[0] if "counselor" in by.role else staff[1 + len(by.name) % (len(staff) - 1)]


@cache
def on(day: date) -> Effective:
    """True from that day on."""
    return Effective(start=day)


def role_of(by: Author) -> str:
    """In what role somebody speaks."""
    if isinstance(by, Staff):
        return by.role
    return by.relation if isinstance(by, Adult) else "learner"
