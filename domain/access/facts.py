"""The facts of a request: who asks for what, what is on file, and the rules in force.

The caller gathers them (one learner at a time) and `decide` looks nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.annual_notice import notice_on
from domain.access.evidence import (
    Agreement,
    AnnualNotice,
    Assignment,
    Barred,
    Certification,
    Consent,
    Dated,
    Designation,
    Emergency,
    Enrolment,
    FamilyTold,
    LegalProcess,
    OnlineConsent,
    Opening,
    OptOut,
    Placement,
    Release,
)
from domain.access.jurisdictions import Jurisdiction
from domain.access.policy import LocalPolicy, Purposes
from domain.access.rights import Custodian, Holding, RightsEvidence, holder_on
from domain.access.words import KIND_OF_ROLE, Action, Assurance, PartyKind, Regime, Role
from domain.words import DataClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, as signed in. Roles come from the district's events, never from a header."""

    id: UUID
    roles: frozenset[Role]
    district: str
    assurance: Assurance = Assurance.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who receives. `classes`: the classes of parties a consent or a limit may name."""

    id: UUID
    kinds: frozenset[PartyKind]
    classes: frozenset[str] = frozenset()
    assurance: Assurance = Assurance.NONE
    employee: bool = False  # of the authority itself, where it is one, not its representative


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Entries that are asked about and alike in law: the caller groups them so.

    `kind` is the word a consent or an agreement uses, such as `attendance`. `author` and `shared`
    matter for private notes; `quarantined`: an answer that is set aside, see `offering.waiting`.
    """

    data_class: DataClass
    kind: str = "record"
    custodian: Custodian = field(default=Custodian("district"))
    author: UUID | None = None
    shared: bool = False
    quarantined: bool = False
    identifiers_removed: bool = False

    @property
    def in_law(self) -> DataClass:
        """A private note that was shared once is an ordinary part of the record (99.3)."""
        if self.shared and self.data_class is DataClass.SOLE_POSSESSION:
            return DataClass.EDUCATION
        return self.data_class

    @property
    def regime(self) -> Regime:
        """The law under which rights over these records pass."""
        return Regime.IDEA if self.data_class is DataClass.SPECIAL_ED else Regime.FERPA


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for, at an instant. `ground`: the one named on the form, where one was.

    A recipient is given for a disclosure alone; in every other act the asker receives.
    """

    principal: Principal
    action: Action
    purpose: str
    at: datetime
    asked: tuple[Records, ...] = ()
    recipient: Party | None = None
    ground: str | None = None
    interest: str | None = None  # the recipient's legitimate interest, in words, for 99.32
    may_redisclose_to: tuple[str, ...] = ()
    # What was collected online from a child goes on to a third party, not as part of the service.
    online_sync: bool = False

    def __post_init__(self) -> None:
        if (self.recipient is not None) != (self.action is Action.DISCLOSED):
            raise ValueError("a recipient is given for a disclosure, and for nothing else")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerFacts:
    """Whose record it is."""

    id: UUID
    district: str
    left_on: date | None = None  # first day no longer at any school of the district
    private_school_elsewhere: bool = False  # placed by parents outside the district of residence


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What is on file about the learner and about those who ask."""

    rights: RightsEvidence
    assignments: tuple[Assignment, ...] = ()
    certifications: tuple[Certification, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    annual_notices: tuple[AnnualNotice, ...] = ()
    designations: tuple[Designation, ...] = ()
    opt_outs: tuple[OptOut, ...] = ()
    consents: tuple[Consent, ...] = ()
    openings: tuple[Opening, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    processes: tuple[LegalProcess, ...] = ()
    family_told: tuple[FamilyTold, ...] = ()
    barred: tuple[Barred, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    placements: tuple[Placement, ...] = ()
    releases: tuple[Release, ...] = ()
    online_consents: tuple[OnlineConsent, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """The consent that comes closest, and what it lacks; nothing lacking means it covers."""

    consent: Consent | None
    lacks: frozenset[str]

    @property
    def covers(self) -> bool:
        """True where the request may rely on this consent."""
        return self.consent is not None and not self.lacks


@dataclass(frozen=True)
class Facts:
    """Everything a decision turns on. What follows from it is worked out once, when asked for."""

    request: Request
    learner: LearnerFacts
    file: File
    law: Jurisdiction
    policy: LocalPolicy
    purposes: Purposes
    zone: ZoneInfo

    @cached_property
    def today(self) -> date:
        """The school's local day of the request."""
        return self.request.at.astimezone(self.zone).date()

    @cached_property
    def weighed(self) -> list[tuple[Records, Weighed]]:
        """What `consents.weigh` found for the records of this request, kept for the next look."""
        return []

    @cached_property
    def recipient(self) -> Party:
        """Who receives: the asker, unless it is a disclosure to somebody else."""
        given = self.request.recipient
        if given is not None:
            return given
        asker = self.request.principal
        return Party(
            id=asker.id,
            kinds=frozenset(KIND_OF_ROLE[role] for role in asker.roles),
            assurance=asker.assurance,
        )

    @cached_property
    def on_duty_as(self) -> frozenset[Role]:
        """The roles in which the asker is assigned to this learner today."""
        asker, may = self.request.principal, self.policy.relationships
        return frozenset(
            a.role
            for a in self.file.assignments
            if a.person == asker.id
            and a.role in asker.roles
            and a.kind in may.get(a.role, ())
            and a.holds(self.today)
        )

    @cached_property
    def notice(self) -> AnnualNotice | None:
        """The newest annual notice that states the criteria for school officials."""
        return notice_on(self.today, self.file.annual_notices)

    @cached_property
    def process(self) -> LegalProcess | None:
        """The newest legal process by which this recipient asks."""
        served = (p for p in self.file.processes if p.recipient == self.recipient.id)
        return max(
            (p for p in served if p.holds(self.today)), key=lambda p: p.effective, default=None
        )

    @cached_property
    def emergency(self) -> Emergency | None:
        """The emergency declared: one that lasts and names the recipient, if there is one."""
        at, to = self.request.at, self.recipient.id
        return max(
            self.file.emergencies,
            key=lambda e: (lasts(e, at), to in e.must_know, e.begins),
            default=None,
        )

    def agreement(self, *, naming: str | None = None) -> Agreement | None:
        """The agreement with the recipient: one in force first, then one for the purpose."""
        today, purposes = self.today, self.purposes
        wanted = naming or self.request.purpose
        return max(
            (a for a in self.file.agreements if a.party == self.recipient.id),
            key=lambda a: (
                a.holds(today),
                any(purposes.within(wanted, p) for p in a.purposes),
                a.effective,
            ),
            default=None,
        )

    def holder(self, records: Records, day: date | None = None) -> Holding:
        """Who holds the rights over these records, today or on another day."""
        return holder_on(
            self.file.rights, records.custodian, records.regime, day or self.today, self.law
        )


def lasts(emergency: Emergency, at: datetime) -> bool:
    """True within the period of the emergency."""
    return emergency.begins <= at and (emergency.ends is None or at < emergency.ends)


_PLAIN = frozenset({DataClass.DIRECTORY, DataClass.EDUCATION, DataClass.DERIVED})


def names(scope: Iterable[str], records: Records) -> bool:
    """True where a scope, of classes and kinds of records, names these.

    A kind such as `observation` reaches ordinary records alone: special education, survey answers
    and the like are shared only where their class itself is named.
    """
    return records.in_law in scope or (records.in_law in _PLAIN and records.kind in scope)


def known_by(file: File, instant: datetime) -> File:
    """The file as this system knew it at an instant: what was recorded later is left out."""
    kept = {f.name: _known(getattr(file, f.name), instant) for f in fields(file)}
    return replace(file, **kept)


def _known(found: Any, instant: datetime) -> Any:
    if isinstance(found, tuple):
        return tuple(_then(one, instant) for one in found if _recorded_by(one, instant))
    if isinstance(found, RightsEvidence):
        kept = {f.name: _known(getattr(found, f.name), instant) for f in fields(found)}
        return replace(found, **kept)
    return found


def _recorded_by(one: Any, instant: datetime) -> bool:
    return one is not None and (one.recorded is None or one.recorded <= instant)


def _then(one: Any, instant: datetime) -> Any:
    """One entry without the end, the withdrawal or the lifting that was recorded later."""
    later: dict[str, Any] = {}
    if isinstance(one, Dated) and one.until_recorded and one.until_recorded > instant:
        later["until"] = None
    for name in ("withdrawn", "voided", "lifted"):
        ended = getattr(one, name, None)
        if ended is not None and not _recorded_by(ended, instant):
            later[name] = None
    return replace(one, **later) if later else one
