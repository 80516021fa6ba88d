"""A file that grew over a year, for whoever asks what it said: recorded on days that are past.

The database alone says when something was recorded, and it says now. So what was recorded is set
back afterwards, as no role of the application could.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg

from api.compose import System
from domain.changes import (
    AmendFact,
    ConfirmFact,
    CorrectFact,
    PlaceContestStatement,
    RetractFact,
    SupersedeFact,
)
from domain.consent import GrantConsent, WithdrawConsent
from domain.effective import Effective
from domain.event import Command, Part
from domain.facts import EndSupport, RecordObservation, ScoreAssessment, StartSupport
from domain.goals import ProgressGoal, SetGoal
from domain.identity import (
    Capacity,
    EnrolLearner,
    LinkResponsiblePerson,
    MergeRecords,
    RegisterLearner,
)
from domain.words import Area, GoalKind, Horizon
from tests.installation import record


def set_back(system: System, first: int, instant: datetime) -> None:
    """Let everything from a position on have been recorded at an instant."""
    with psycopg.connect(system.databases.owner) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE throughline.event SET recorded_at = %s WHERE tenant = %s AND position >= %s",
            (instant, system.settings.tenant, first),
        )


def on(day: str, until: str | None = None) -> Effective:
    end = date.fromisoformat(until) if until else None
    return Effective(start=date.fromisoformat(day), until=end)


@dataclass
class File:
    """The file of one learner; each `day` records what it is given on that day, at noon UTC."""

    system: System
    learner: UUID = field(default_factory=uuid4)
    named: dict[str, UUID] = field(default_factory=dict)

    def day(self, day: str, *commands: Command, learner: UUID | None = None) -> int:
        """Record; the last position."""
        first = self.system.reader.head()[0] + 1
        for command in commands:
            record(self.system, learner or self.learner, command)
        instant = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
        set_back(self.system, first, instant.replace(hour=18))
        return self.system.reader.head()[0]

    def id(self, name: str) -> UUID:
        return self.named.setdefault(name, uuid4())

    def saw(self, name: str, text: str, day: str, area: Area = Area.STRENGTHS, **more: Any) -> Any:
        """An observation, by a name to find it by again."""
        return RecordObservation(
            fact=self.id(name), area=area, text=text, effective=on(day),
            author_name="Ms Okafor", author_role="teacher", **more,
        )  # fmt: skip


def story(system: System) -> File:
    """The file of Nadia Flores over the school year 2024–25; 14 March 2025 is worth asking about.

    On that day our file had a score that was wrong, an observation about somebody else, one that
    was amended later, and no word of a consent and of a second record that were there already.
    """
    file = File(system)
    file.day(
        "2024-08-26",
        RegisterLearner(
            given_name="Nadia", family_name="Flores", birth_date=date(2011, 5, 2),
            local_id="4711", effective=on("2024-08-19"),
        ),
        EnrolLearner(
            enrolment=file.id("enrolment"), school="north-high", grade="08", classes=("8a",),
            effective=on("2024-08-19"),
        ),
        LinkResponsiblePerson(
            person=file.id("mother"), name="Elena Flores", relation="mother",
            capacity=Capacity.GUARDIAN, effective=on("2024-08-19"),
        ),
        file.saw("chess", "Teaches chess to younger children.", "2024-08-23"),
        SetGoal(
            goal=file.id("goal"), text="Read 90 words a minute.", horizon=Horizon.SHORT_TERM,
            kind=GoalKind.ACADEMIC, due=date(2025, 6, 13), effective=on("2024-08-26"),
        ),
        StartSupport(
            fact=file.id("support"), title="Reading group", text="Twice a week.",
            effective=on("2024-08-26"),
        ),
    )  # fmt: skip
    file.day(
        "2024-10-04",
        score(file, "autumn", "181", "2024-10-02"),
        score(file, "autumn math", "42", "2024-10-02", measure="Mathematics", scale="percentile"),
        consent(file, "photos", "photographs", "the yearbook", "2024-10-01"),
    )
    file.day(
        "2025-02-07",
        score(file, "winter", "170", "2025-02-05"),
        score(file, "winter math", "204", "2025-02-05", measure="Mathematics"),
        file.saw("cello", "Played the cello at assembly.", "2025-02-06"),
        file.saw("homework", "Does not care about homework.", "2025-02-06", Area.NEEDS),
        file.saw("quiet", "Rarely speaks in class.", "2025-02-06", Area.SOCIAL_EMOTIONAL),
        step(file, "61 words.", 40, "2025-02-05"),
    )  # fmt: skip
    file.day(
        "2025-04-10",
        CorrectFact(
            fact=file.id("winter"), changes={"score": "190"}, ground="Digits swapped in typing.",
        ),
        RetractFact(
            fact=file.id("cello"), reason="Meant for another learner.", wrong_learner=True
        ),
        AmendFact(
            fact=file.id("homework"), changes={"text": "Missed four assignments while ill."},
            ground="Granted after a hearing.",
        ),
        PlaceContestStatement(
            fact=file.id("quiet"), text="At home she talks a lot.", author_name="Elena Flores",
            author_role="mother", effective=on("2025-04-09"),
        ),
        consent(
            file, "tutoring", "attendance", "Bright Path Tutoring", "2025-03-10",
            received_on=date(2025, 3, 12), received_how="a signed form",
        ),
        file.saw("robots", "Leads the robotics team.", "2025-03-03", Area.INTERESTS),
    )  # fmt: skip
    file.day(
        "2025-05-20",
        SupersedeFact(
            fact=file.id("chess"), changes={"text": "Runs the chess club."},
            effective=on("2025-05-01"),
        ),
        step(file, "78 words.", 70, "2025-05-19"),
        EndSupport(
            support=file.id("support"), reason="Reads fluently.", effective=on("2025-05-16")
        ),
        WithdrawConsent(
            consent=file.id("photos"), received_on=date(2025, 5, 18), effective=on("2025-05-19"),
        ),
        ConfirmFact(fact=file.id("robots"), note="Still leads it.", effective=on("2025-05-19")),
        score(file, "spring", "197", "2025-05-14"),
    )  # fmt: skip
    return file


def score(file: File, name: str, points: str, day: str, **more: Any) -> ScoreAssessment:
    fields = {"measure": "Reading", "scale": "RIT", "standard_error": Decimal("3.1"), **more}
    return ScoreAssessment(fact=file.id(name), score=Decimal(points), effective=on(day), **fields)


def step(file: File, text: str, percent: int, day: str) -> ProgressGoal:
    return ProgressGoal(goal=file.id("goal"), text=text, percent=percent, effective=on(day))


def consent(
    file: File, name: str, records: str, recipient: str, day: str, **more: Any
) -> GrantConsent:
    return GrantConsent(
        consent=file.id(name), records=(records,), purpose=f"the work of {recipient}",
        recipient=recipient, signer_name="Elena Flores", capacity="mother",
        method="paper, signed and dated", effective=on(day), **more,
    )  # fmt: skip


def merge(file: File, day: str, on_day: str) -> UUID:
    """A second record of the same learner, opened on the one day and merged on the other."""
    double = uuid4()
    file.day(
        on_day,
        RegisterLearner(given_name="Nadya", family_name="Flores", local_id="4711-B"),
        RecordObservation(
            fact=file.id("on the other record"), area=Area.BACKGROUND,
            text="Speaks Spanish with her grandmother.", effective=on("2025-03-01"),
        ),
        learner=double,
    )  # fmt: skip
    file.day(day, MergeRecords(other=double, reason="Same birth certificate."))
    return double


def mention(file: File, day: str, text: str) -> UUID:
    """An observation on another learner's record that is about this one too; the other's id."""
    other = uuid4()
    file.day(
        day,
        RegisterLearner(given_name="Bruno", family_name="Adler"),
        RecordObservation(
            area=Area.STRENGTHS, text="Bruno drew the plans.", subjects=(file.learner,),
            parts=(Part(learner=file.learner, text=text),), effective=on(day),
        ),
        learner=other,
    )  # fmt: skip
    return other


LAKESIDE: dict[str, Any] = {"source": "import: Lakeside SIS"}


def brought_in(system: System, day: str = "2025-08-20") -> File:
    """A learner who came from another district: the history was brought in on one day."""
    file = File(system)
    seen = datetime(2025, 2, 6, 15, 4, tzinfo=UTC)
    file.day(
        day,
        RegisterLearner(
            given_name="Khôi", family_name="Phạm", birth_date=date(2010, 9, 9), effective=on(day)
        ),
        file.saw("guitar", "Plays the guitar.", "2025-02-06", source_recorded_at=seen, **LAKESIDE),
        file.saw("later", "Sings, too.", "2025-03-10", source_recorded_at=seen.replace(month=6),
                 **LAKESIDE),
        file.saw("undated", "Likes maps.", "2025-01-10", Area.INTERESTS, **LAKESIDE),
        score(file, "there", "188", "2025-02-05", source_recorded_at=seen, **LAKESIDE),
        file.saw("ours", "New in class, and already has a friend.", "2025-03-01"),
    )  # fmt: skip
    return file
