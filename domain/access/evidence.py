"""What a school has on file that a decision may turn on, each with its dates.

`effective` is when it holds in the world, `received` when the school got it, `recorded` when this
system learned it. Days are the school's local days; ranges are half-open.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.access.words import (
    AnswerOutcome,
    AssignmentKind,
    Capacity,
    ProcessKind,
    Role,
    Term,
    WithholdingCode,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Something that holds from a day on, at the earliest from the day the school got it."""

    effective: date
    until: date | None = None
    received: date | None = None
    recorded: datetime | None = None
    until_recorded: datetime | None = None

    @property
    def counts_from(self) -> date:
        """The later of effective and received: nobody keeps to a paper they do not have."""
        if self.received is not None and self.received > self.effective:
            return self.received
        return self.effective

    def holds(self, day: date) -> bool:
        """True on the days on which it counts."""
        if day < self.effective or (self.received is not None and day < self.received):
            return False
        return self.until is None or day < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A withdrawal, a lifting, a voiding: it counts from the day on which the school had it."""

    effective: date
    received: date | None = None
    recorded: datetime | None = None

    def by(self, day: date) -> bool:
        """True from the day on which it counts."""
        return self.effective <= day and (self.received is None or self.received <= day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardianship(Dated):
    """Somebody is responsible for the learner; `evidence` names what shows it."""

    person: UUID
    capacity: Capacity
    evidence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsStopped(Dated):
    """A court order or a binding paper takes a person's rights over the records (99.4).

    Rights that are restored end it. `over_records` is false for an order about something else.
    """

    person: UUID
    over_records: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Dated):
    """The student attends a postsecondary institution, `custodian` by its code."""

    custodian: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency(Dated):
    """Evidence that a student is a parent's dependent for a tax year (26 U.S.C. 152)."""

    person: UUID
    tax_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Emancipation(Dated):
    """A minor became their own guardian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Dated):
    """Somebody on duty is connected with this learner; the caller has resolved school and class."""

    person: UUID
    role: Role
    kind: AssignmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification(Dated):
    """Somebody finished the privacy training, or renewed it; `effective` is that day."""

    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Dated):
    """A signed agreement with a party outside the district. `records`: classes or kinds of them."""

    id: UUID
    party: UUID
    terms: frozenset[Term]
    purposes: frozenset[str]
    records: frozenset[str]
    destroy_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualNotice(Dated):
    """The yearly notice of rights (99.7). `criteria`: version of the school-official criteria."""

    version: str
    criteria: str | None
    transfer_clause: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation(Dated):
    """What the district named directory information (99.37); `refuse_by`: last day to refuse.

    `only_to` and `only_for` are empty where the district set no limit of 99.37(d).
    """

    kinds: frozenset[str]
    refuse_by: date
    only_to: frozenset[str] = frozenset()
    only_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut(Dated):
    """A family refused directory information; `kinds` null: all of it."""

    kinds: frozenset[str] | None = None
    lifted: Ended | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Dated):
    """A written consent (99.30). `effective` is the day it holds from, mostly the day it is signed.

    A field is null or empty where the paper leaves it out. `recipient_class`: a class of parties.
    """

    id: UUID
    records: frozenset[str]
    purpose: str
    recipient: UUID | None = None
    recipient_class: str | None = None
    signer: UUID | None = None
    signed_on: date | None = None
    electronic: bool = False
    authenticated: bool = True  # 99.30(d): the electronic form shows who it is, and approval
    withdrawn: Ended | None = None
    voided: Ended | None = None
    scan: str | None = None
    entered_by: UUID | None = None
    confirmed_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A member of staff opened a record beyond their assignment, in an emergency.

    `refuted`: when a review found that there was none; `reviewed`, whatever it found.
    """

    person: UUID
    opened: datetime
    words: str
    recorded: datetime | None = None
    reviewed: datetime | None = None
    refuted: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """A health or safety emergency (99.36) and who must know for somebody to be safe."""

    id: UUID
    begins: datetime
    threat: str
    must_know: frozenset[UUID]
    ends: datetime | None = None
    recorded: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """An officer withholds a line of the log from the family; `position`: where that stands."""

    position: int
    code: WithholdingCode
    by: UUID
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReview:
    """An officer looked at an answer that was set aside; `position`: where that stands."""

    position: int
    outcome: AnswerOutcome
    recorded: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalProcess(Dated):
    """An order, a subpoena or a lawsuit; `silence`: disclosing that it exists was forbidden."""

    id: UUID
    kind: ProcessKind
    recipient: UUID
    records: frozenset[str]
    silence: bool = False
    for_attorney_general: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyTold(Dated):
    """A reasonable attempt to tell the parent or eligible student; `about`: the id of what."""

    about: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred(Dated):
    """A party that broke 99.33 gets nothing for a time (99.67)."""

    party: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Dated):
    """The student seeks or intends to enrol, or is enrolled, at another school."""

    school: UUID
    asked_by_family: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement(Dated):
    """A child-welfare agency is legally responsible for the learner; who may see the case plan."""

    agency: UUID
    caseworkers: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Dated):
    """Somebody found that what is released names nobody (99.31(b))."""

    party: UUID
    other_releases_considered: bool
    code_from_identity: bool  # the record code was made from a name, a number, a date of birth


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineConsent(Dated):
    """Consent to collect online from a child (16 CFR 312.5), verified how.

    One to passing on is for third parties alone: `passing_on_to` names them, by id or as a class.
    """

    by_parent: bool  # false: the school authorised it, for an educational purpose alone
    method: str
    passing_on_to: frozenset[str] | None = None
