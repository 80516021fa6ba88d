"""When each thing was entered here: a made-up pace, the same every time.

What lies before the district's file began was brought in on that day, by one import for each
learner. From then on most things were entered within the week in which they happened, some the
same day, and one in a few dozen weeks later.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from api.demo_district.calendar import DAY, FRIDAY, is_school_day, last_years
from api.demo_district.seeds import seeded
from api.demo_district.staff import ZONE, Staff
from domain.consent import GrantConsent, SetDirectoryOptOut, WithdrawConsent
from domain.event import Command
from domain.facts import (
    AddWorkSample,
    EndSupport,
    GiveFamilyInput,
    RecordAccommodation,
    RecordCourseResult,
    RecordInterview,
    RecordObservation,
    RecordOutcome,
    ReviewSupport,
    ScoreAssessment,
    ShowProficiency,
    StartSupport,
    SummariseAttendance,
    WriteReflection,
)
from domain.goals import ProgressGoal
from domain.reviews import HoldReview

LOCAL = ZoneInfo(ZONE)
IMPORTS_AT, OFFICE_OPENS = time(6, 30), time(8, 5)
SUMMER = (6, 7, 8)
LAGS = (0, 0, 1, 1, 1, 2, 2, 3, 4, 5)  # days until something is entered, in equal shares
AT_ONCE_BEFORE = timedelta(days=10)  # so long a break is not waited out
LATE_ONE_IN, LATE_FROM, LATE_TO = 36, 18, 60  # the share of late entries, and how many days
# What is written down after it happened; of everything else the entry is the deed itself.
WRITTEN_LATER = (
    RecordObservation,
    ScoreAssessment,
    RecordInterview,
    AddWorkSample,
    GiveFamilyInput,
    ShowProficiency,
    SummariseAttendance,
    RecordCourseResult,
    RecordOutcome,
    WriteReflection,
    HoldReview,
    ProgressGoal,
    GrantConsent,
    WithdrawConsent,
    SetDirectoryOptOut,
    RecordAccommodation,
    StartSupport,
    ReviewSupport,
    EndSupport,
)
FORGOTTEN = (RecordObservation, AddWorkSample, GiveFamilyInput, WriteReflection)


@dataclass(frozen=True, slots=True)
class Entry:
    """A command on its way into the record: `day` is when it happened, `items` what it is about.

    `entered` is the day of entry where the story says it; `brought_in` of what an import carried.
    """

    day: date
    serial: int
    command: Command
    command_id: UUID
    by: Staff
    items: frozenset[UUID]
    entered: date | None = None
    brought_in: bool = False


def file_began(today: date) -> date:
    """The Monday on which the district's file began: before the second of the years told."""
    return last_years(today)[1].first - 2 * DAY


def timed(
    entries: Sequence[Entry], record: UUID, number: int, today: date
) -> list[tuple[datetime, Entry]]:
    """One record's entries in the order in which they were entered, each with its instant.

    All lie before `today`, none before what it is about, and what was entered at one sitting has
    one instant. `number` is the learner's, and gives an import its place in the morning.
    """
    placed = sorted(_days(entries, today), key=lambda p: (p[0], not p[1].brought_in, *_told(p[1])))
    found: list[tuple[datetime, Entry]] = []
    for (day, brought_in), group in groupby(placed, key=lambda p: (p[0], p[1].brought_in)):
        if brought_in:
            at = _instant(day, IMPORTS_AT) + timedelta(seconds=4 * number)
            found += [(at, entry) for _, entry in group]
            continue
        rng = seeded("entered", record, day)
        at = _instant(day, OFFICE_OPENS) + timedelta(seconds=rng.randrange(5 * 3600))
        sitting = None
        for _, entry in group:
            if sitting not in (None, (type(entry.command), entry.by)):
                at += timedelta(seconds=rng.randrange(90, 1500))
            sitting = (type(entry.command), entry.by)
            found.append((at, entry))
    return found


def _told(entry: Entry) -> tuple[date, int]:
    return entry.day, entry.serial


def _instant(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, LOCAL).astimezone(UTC)


def _days(entries: Sequence[Entry], today: date) -> list[tuple[date, Entry]]:
    """Each entry with its day of entry, never before that of anything it stands on."""
    named = Counter(item for entry in entries for item in entry.items)
    latest: dict[UUID, date] = {}
    opened = date.min
    placed: list[tuple[date, Entry]] = []
    for entry in sorted(entries, key=_told):
        alone = all(named[item] == 1 for item in entry.items)
        day = entry.entered or _day_of_entry(entry, today, alone=alone)
        day = max([day, opened, *(latest[i] for i in entry.items if i in latest)])
        opened = opened if placed else day  # a record begins with its learner's registration
        latest.update(dict.fromkeys(entry.items, day))
        placed.append((day, entry))
    return placed


def _day_of_entry(entry: Entry, today: date, *, alone: bool) -> date:
    """`alone`: nothing else speaks of the entry, so that it may well come weeks later."""
    came = max(entry.day, entry.command.received_on or entry.day)
    if not isinstance(entry.command, WRITTEN_LATER):
        return came
    drawn = entry.command_id.int
    if alone and isinstance(entry.command, FORGOTTEN) and drawn % LATE_ONE_IN == 0:
        days = LATE_FROM + drawn // LATE_ONE_IN % (LATE_TO - LATE_FROM)
        late = _office_day_from(came + timedelta(days=days))
        if late < today:
            return late
    day = _office_day_from(came + timedelta(days=LAGS[drawn // LATE_ONE_IN % len(LAGS)]))
    return day if day < today and day - came <= AT_ONCE_BEFORE else came


def _office_day_from(day: date) -> date:
    """The day itself, or the next one on which somebody is at the school."""
    while not (is_school_day(day) or (day.month in SUMMER and day.weekday() <= FRIDAY)):
        day += DAY
    return day
