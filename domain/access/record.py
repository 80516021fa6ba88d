"""The record of requests and disclosures: FERPA 99.32, IDEA 300.614, and who may read it.

One line for each learner and ground, for what was given and for what was refused. The full access
log holds every line; the statutory records are views of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.decision import RECORD_ITSELF, Decision
from domain.access.emergency import complete_by
from domain.access.facts import Facts
from domain.access.ground import Keeping
from domain.access.rights import Holder, acts_as_parent
from domain.access.words import STAFF, Action, Regime, Role
from domain.words import DataClass

EMERGENCY = "FERPA-99.31-a-10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `exemption`: why 99.32 asks for none; null where it does."""

    learner: UUID
    at: datetime
    asked_by: UUID
    recipient: UUID
    action: Action
    purpose: str
    interest: str
    allowed: bool
    code: str
    classes: frozenset[DataClass]
    keeping: Keeping
    exemption: str | None = None
    idea: bool = False
    consents: tuple[UUID, ...] = ()
    notice: str | None = None  # digest of the text served (99.33(d))
    may_redisclose_to: tuple[str, ...] = ()
    threat: str | None = None
    told: tuple[UUID, ...] = ()
    family_sees: bool = True

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What 99.32 asks for and the line does not have yet, by field."""
        missing = [] if self.interest.strip() else ["interest"]
        if self.allowed and self.code == EMERGENCY:
            missing += [] if self.threat and self.threat.strip() else ["threat"]
            missing += [] if self.told else ["told"]
        return tuple(missing)


def lines(facts: Facts, decision: Decision) -> tuple[Line, ...]:
    """What one decision leaves in the log: a line for each ground relied on, or for the refusal."""
    request = facts.request
    emergency = facts.emergency

    def line(
        code: str, classes: frozenset[DataClass], keeping: Keeping, exemption: str | None
    ) -> Line:
        return Line(
            learner=facts.learner.id,
            at=request.at,
            asked_by=request.principal.id,
            recipient=facts.recipient.id,
            action=request.action,
            purpose=request.purpose,
            interest=request.interest or request.purpose.replace("-", " "),
            allowed=decision.allowed,
            code=code,
            classes=classes,
            keeping=keeping,
            exemption=exemption,
            may_redisclose_to=request.may_redisclose_to,
        )

    if not decision.allowed:
        asked = frozenset(r.in_law for r in request.asked)
        by_staff = request.action is not Action.DISCLOSED and not STAFF.isdisjoint(
            request.principal.roles
        )
        keeping = Keeping.EXEMPT if by_staff else Keeping.RECORD
        return (line(decision.code, asked, keeping, "FERPA-99.32-d-2" if by_staff else None),)
    return tuple(
        replace(
            line(
                part.ground.code,
                frozenset(r.in_law for r in part.records),
                part.ground.keeping,
                part.ground.exemption,
            ),
            idea=part.idea_recorded,
            consents=part.consents,
            notice=part.notice.digest if part.notice else None,
            threat=emergency.threat if emergency and part.ground.code == EMERGENCY else None,
            told=(facts.recipient.id,) if part.ground.code == EMERGENCY else (),
            family_sees=part.ground.family_sees,
        )
        for part in decision.parts
    )


def statutory(kept: Iterable[Line]) -> tuple[Line, ...]:
    """The record of 99.32: what no paragraph of (d) exempts, refused requests included."""
    return tuple(line for line in kept if line.keeping is Keeping.RECORD)


def idea_record(kept: Iterable[Line]) -> tuple[Line, ...]:
    """The record of access to special education records (300.614)."""
    return tuple(line for line in kept if line.idea)


def for_family(kept: Iterable[Line], silent: frozenset[DataClass]) -> tuple[Line, ...]:
    """What a family sees: no line that is withheld by default, and of the rest no word of the
    classes that nobody is to know of.
    """
    return tuple(replace(line, classes=line.classes - silent) for line in kept if line.family_sees)


def due(line: Line, zone: ZoneInfo, is_school_day: Callable[[date], bool]) -> date:
    """The last day to add what a line lacks: on the officer's list (99.32(a)(5), 99.36)."""
    return complete_by(line.at.astimezone(zone).date(), is_school_day)


@dataclass(frozen=True, slots=True)
class MayRead:
    """Whether somebody may read a learner's log, and why or why not."""

    allowed: bool
    code: str
    sentence: str


def may_read_log(facts: Facts) -> MayRead:
    """Who may inspect the record of disclosures (99.32(c)). Reading it is itself logged."""
    asker, learner = facts.request.principal, facts.learner
    if asker.district != learner.district:
        return MayRead(False, "learner-unknown", "There is no learner with this id here.")
    if asker.assurance < facts.policy.asker_assurance:
        return MayRead(False, "FERPA-99.31-c-asker", "Sign in again first.")
    if Role.COMPLIANCE_OFFICER in facts.on_duty_as:
        return MayRead(True, "FERPA-99.32-c-2", "The officer who keeps the record.")
    holder = facts.holder(RECORD_ITSELF).holder
    if Role.LEARNER in asker.roles and asker.id == learner.id and holder is Holder.STUDENT:
        return MayRead(True, "FERPA-99.32-c-1", "The student who holds the rights.")
    if (
        Role.GUARDIAN in asker.roles
        and holder is Holder.PARENT
        and acts_as_parent(facts.file.rights, asker.id, Regime.FERPA, facts.today)
    ):
        return MayRead(True, "FERPA-99.32-c-1", "A parent who holds the rights.")
    return MayRead(
        False,
        "FERPA-99.32-c",
        "The log of a learner is read by the parent or eligible student and by the privacy "
        "officer. Ask the officer.",
    )
