"""What is on file about people and the district, folded from the events of their records.

Pure. What was known at an instant comes of the events that were recorded until then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.evidence import (
    Agreement,
    AnnualNotice,
    Barred,
    Certification,
    Dated,
    Designation,
)
from domain.access.jurisdictions import JURISDICTIONS, US, Jurisdiction
from domain.access.named import word
from domain.access.policy import PURPOSES, DeclaredBasis, LocalPolicy, Purpose, Purposes
from domain.access.surveys import Instrument
from domain.access.words import AssignmentKind, Role
from domain.district import (
    AgreementEnded,
    AgreementSigned,
    AnnualNoticePublished,
    DirectoryInformationDesignated,
    InstrumentPublished,
)
from domain.event import Event
from domain.people import (
    AssignmentEnded,
    PersonAssigned,
    PersonDetails,
    RoleEnded,
    RoleGranted,
    TrainingCompleted,
)
from domain.rules import PolicySet, PurposeDeclared


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld(Dated):
    """A role that somebody has. `own_record`: of the role learner. `positions`: of its events."""

    id: UUID
    role: Role
    own_record: UUID | None = None
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting(Dated):
    """An assignment as it was made; which learners it reaches follows from their enrolments."""

    id: UUID
    role: Role
    kind: AssignmentKind
    code: str | None = None
    school: str | None = None  # of a class, where it was said
    learner: UUID | None = None
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Certification):
    """A training that somebody finished; `course` is empty where the content was erased."""

    id: UUID
    course: str
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """What is on file about somebody who is no learner; `name` is empty for a stranger."""

    name: str = ""
    email: str | None = None
    roles: tuple[RoleHeld, ...] = ()
    assignments: tuple[Posting, ...] = ()
    certifications: tuple[Training, ...] = ()

    def roles_on(self, day: date) -> frozenset[Role]:
        """The roles that this person has on a local day."""
        return frozenset(held.role for held in self.roles if held.holds(day))

    def own_record_on(self, day: date) -> UUID | None:
        """The learner's record that is this person's own on a local day.

        Of the grants that hold on that day, the one that was made last says so.
        """
        own = [held.own_record for held in self.roles if held.own_record and held.holds(day)]
        return own[-1] if own else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules(Dated):
    """The law and the policy from a day on."""

    policy: LocalPolicy
    law: Jurisdiction


USUAL = Rules(effective=date.min, policy=LocalPolicy(), law=US)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictFile:
    """The district's own papers and rules; an empty one has the usual rules."""

    notices: tuple[AnnualNotice, ...] = ()
    designations: tuple[Designation, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    barred: tuple[Barred, ...] = ()
    rules: tuple[Rules, ...] = ()
    purposes: Purposes = PURPOSES
    instruments: tuple[Instrument, ...] = ()  # in the order in which they were published

    def rules_on(self, day: date) -> Rules:
        """The rules in force on a local day: of those that hold, the ones of the latest day."""
        held = [(r.effective, n, r) for n, r in enumerate(self.rules) if r.holds(day)]
        return max(held)[2] if held else USUAL

    @property
    def policy(self) -> LocalPolicy:
        """The policy of the latest rules, in force already or not; see `rules_on`."""
        return self.rules_on(date.max).policy

    @property
    def law(self) -> Jurisdiction:
        """The law of the latest rules."""
        return self.rules_on(date.max).law


def person_file(person: UUID, events: Iterable[Event]) -> PersonFile:
    """What is on file about a person, from the events of their record in position order."""
    name, email = "", None
    roles: dict[UUID, RoleHeld] = {}
    assignments: dict[UUID, Posting] = {}
    trainings: list[Training] = []
    for event in events:
        match event:
            case PersonDetails():
                name, email = event.name or name, event.email or email
            case RoleGranted():
                roles[event.grant] = RoleHeld(
                    **dated(event),
                    id=event.grant,
                    role=event.role,
                    own_record=event.own_record,
                    positions=(event.position,),
                )
            case RoleEnded():
                held = roles[event.grant]
                roles[event.grant] = replace(
                    held, **ended(held, event), positions=(*held.positions, event.position)
                )
            case PersonAssigned():
                assignments[event.assignment] = Posting(
                    **dated(event),
                    id=event.assignment,
                    role=event.role,
                    kind=event.kind,
                    code=event.code,
                    school=event.school,
                    learner=event.learner,
                    positions=(event.position,),
                )
            case AssignmentEnded():
                posting = assignments[event.assignment]
                assignments[event.assignment] = replace(
                    posting, **ended(posting, event), positions=(*posting.positions, event.position)
                )
            case TrainingCompleted():
                trainings.append(
                    Training(
                        **dated(event),
                        id=event.certification,
                        person=person,
                        course=event.course or "",
                        positions=(event.position,),
                    )
                )
            case _:
                pass
    return PersonFile(
        name=name,
        email=email,
        roles=tuple(roles.values()),
        assignments=tuple(assignments.values()),
        certifications=tuple(trainings),
    )


def district_file(events: Sequence[Event]) -> DistrictFile:
    """The district's papers and rules, from the events of its record in position order."""
    notices: list[AnnualNotice] = []
    designations: list[Designation] = []
    agreements: dict[UUID, Agreement] = {}
    instruments: list[Instrument] = []
    rules: list[Rules] = []
    purposes = {purpose.code: purpose for purpose in PURPOSES.declared}
    for event in events:
        match event:
            case AnnualNoticePublished():
                notices.append(
                    AnnualNotice(
                        **dated(event),
                        version=event.version,
                        criteria=event.criteria,
                        transfer_clause=event.transfer_clause,
                    )
                )
            case DirectoryInformationDesignated():
                designations.append(
                    Designation(
                        **dated(event),
                        kinds=frozenset(event.kinds),
                        refuse_by=event.refuse_by,
                        only_to=frozenset(event.only_to),
                        only_for=frozenset(event.only_for),
                    )
                )
            case AgreementSigned():
                agreements[event.agreement] = Agreement(
                    **dated(event),
                    id=event.agreement,
                    party=event.party,
                    terms=frozenset(event.terms),
                    purposes=frozenset(event.purposes),
                    records=frozenset(event.records),
                    destroy_by=event.destroy_by,
                )
            case AgreementEnded():
                signed = agreements[event.agreement]
                agreements[event.agreement] = replace(signed, **ended(signed, event))
            case InstrumentPublished() if not event.erased:
                instruments.append(_published(event))
            case PurposeDeclared():
                purposes[event.code] = _declared(purposes.get(event.code), event)
            case PolicySet() if not event.erased:
                law = JURISDICTIONS.get(event.jurisdiction, US)
                rules.append(Rules(**dated(event), policy=event.local, law=law))
            case _:
                pass
    return DistrictFile(
        notices=tuple(notices),
        designations=tuple(designations),
        agreements=tuple(agreements.values()),
        rules=tuple(rules),
        purposes=Purposes(tuple(purposes.values())),
        instruments=tuple(instruments),
    )


def _published(event: InstrumentPublished) -> Instrument:
    return Instrument(
        digest=word(event.instrument),
        position=event.position,
        areas=frozenset(event.areas),
        required=event.required,
        ed_funded=event.ed_funded,
        marketing=event.marketing,
        physical_exam=event.physical_exam,
    )


def _declared(before: Purpose | None, event: PurposeDeclared) -> Purpose:
    """A purpose after a declaration: what that leaves out stays as it was."""
    bases = before.bases if before else ()
    if event.basis is not None:
        bases = (*bases, DeclaredBasis(**dated(event), basis=event.basis))
    return Purpose(event.code, event.parent or (before.parent if before else None), bases)


# -- dates ------------------------------------------------------------------------------------


def dated(event: Event, *, unknown: date | None = None) -> Mapping[str, Any]:
    """The dates of evidence from an event. `unknown`: the day where the event says it is unknown.

    Left out, that is the local day of entry: what lets somebody see counts from no earlier.
    """
    given = event.effective
    start = (given.start if given else None) or unknown or entered_on(event)
    return {
        "effective": start,
        "until": given.until if given else None,
        "received": event.received_on,
        "recorded": event.recorded_at,
    }


def entered_on(event: Event) -> date:
    """The school's local day on which the database recorded it."""
    return event.recorded_at.astimezone(ZoneInfo(event.zone)).date()


def ended(found: Dated, event: Event) -> Mapping[str, Any]:
    """The end of evidence by a later event; an end that was known already may come before it."""
    end = dated(event)["effective"]
    if found.until is not None and found.until <= end:
        return {}
    return {"until": end, "until_recorded": event.recorded_at}
