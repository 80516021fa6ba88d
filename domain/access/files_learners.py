"""What is on file about a learner, folded from the events of all records of that person.

Pure. What was known at an instant comes of the events that were recorded until then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain import changes, identity
from domain import consent as given
from domain.access.evidence import (
    AnswerReview,
    Attendance,
    Consent,
    Dated,
    Dependency,
    Emergency,
    Ended,
    Enrolment,
    FamilyTold,
    Guardianship,
    LegalProcess,
    OnlineConsent,
    Opening,
    OptOut,
    Placement,
    Release,
    RightsStopped,
    Withheld,
)
from domain.access.files_acts import Acts
from domain.access.files_online import Online
from domain.access.files_people import dated, ended, entered_on
from domain.access.files_surveys import SurveyPapers, Surveys
from domain.access.named import forms, id_of, kinds_named, word
from domain.access.rights import RightsEvidence
from domain.access.ties import TELLS, joined
from domain.access.words import Capacity
from domain.effective import EARLIEST
from domain.event import Event
from domain.words import DataClass, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Schooling(Dated):
    """The learner is enrolled in a school of the district, in these classes."""

    school: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerFile:
    """What is on file about a learner. `merged`: the other records that are of the same person.

    There are no events yet for releases: they are empty. `merges`: those of these records
    that stand, each as the record that it stands on and the other one.
    """

    rights: RightsEvidence
    registered: bool = False
    enrolled: tuple[Schooling, ...] = ()
    merged: frozenset[UUID] = frozenset()
    merges: frozenset[tuple[UUID, UUID]] = frozenset()
    left_on: date | None = None
    consents: tuple[Consent, ...] = ()
    opt_outs: tuple[OptOut, ...] = ()
    openings: tuple[Opening, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    processes: tuple[LegalProcess, ...] = ()
    family_told: tuple[FamilyTold, ...] = ()
    elsewhere: tuple[Enrolment, ...] = ()
    placements: tuple[Placement, ...] = ()
    releases: tuple[Release, ...] = ()
    online_consents: tuple[OnlineConsent, ...] = ()
    surveys: SurveyPapers = field(default_factory=SurveyPapers)
    # What became another kind of record since it was made, by its record and id.
    reclassified: Mapping[tuple[UUID, UUID], DataClass] = field(default_factory=dict)
    # Lines of the log that an officer withholds from the family, by their number; and the numbers
    # of the reviews of accesses, by those of the line and of the later entry.
    withheld: Mapping[int, Withheld] = field(default_factory=dict)
    reviewed: Mapping[tuple[int, int], int] = field(default_factory=dict)
    # What the officer said last of an answer that was set aside, by its record and id.
    answers_reviewed: Mapping[tuple[UUID, UUID], AnswerReview] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> "LearnerFile":
        """The file of a learner about whom nothing is known."""
        return cls(rights=RightsEvidence(born=None))


def learner_file(learner: UUID, events: Iterable[Event]) -> LearnerFile:
    """What is on file, from the events of all of the person's records in position order.

    Events of other records are left out, but for what they say about this learner as well.
    """
    every = list(events)
    merges = standing_merges(every)
    records = merged_with(learner, merges)
    own = frozenset(pair for pair in merges if records.issuperset(pair))
    building = _Building(learner, records, own)
    for event in every:
        building.take(event)
    return building.file()


def standing_merges(events: Iterable[Event]) -> frozenset[tuple[UUID, UUID]]:
    """The merges that stand, each as the record that it stands on and the other one.

    A pair is one pair, on whichever of the two it was merged: a split on either parts it.
    """
    found: set[tuple[UUID, UUID]] = set()
    for event in events:
        match event:
            case identity.RecordsMerged():
                found.add((event.originator_id, event.other))
            case identity.RecordsSplit():
                pair = (event.originator_id, event.other)
                found -= {pair, pair[::-1]}
            case _:
                pass
    return frozenset(found)


def merged_with(learner: UUID, merges: Iterable[tuple[UUID, UUID]]) -> frozenset[UUID]:
    """The learner's record and those that are merged with it, one by way of another too."""
    others = defaultdict[UUID, set[UUID]](set)
    for one, other in merges:
        others[one].add(other)
        others[other].add(one)
    return frozenset(joined(learner, others))


Key = tuple[UUID, UUID]  # a record and an id on it: ids mean nothing beyond their record

# Events that put something new on the file; the others change what is there.
BEGINS = (
    identity.LearnerEnrolled,
    identity.ResponsiblePersonLinked,
    identity.RightsEvidenceRecorded,
    given.ConsentGranted,
    given.DirectoryOptOutSet,
)


class _Building:
    """A file in the making."""

    def __init__(
        self, learner: UUID, records: frozenset[UUID], merges: frozenset[tuple[UUID, UUID]]
    ) -> None:
        self.learner = learner
        self.records = records
        self.merges = merges
        self.registered = False
        self.born: date | None = None
        self.enrolled: dict[Key, Schooling] = {}
        self.links: dict[Key, list[Guardianship]] = {}
        self.stops: dict[Key, list[RightsStopped]] = {}
        self.papers: dict[Key, Event] = {}
        self.attendances: list[Attendance] = []
        self.dependencies: list[Dependency] = []
        self.consents: dict[Key, Consent] = {}
        self.opt_outs: dict[Key, OptOut] = {}
        self.reclassified: dict[Key, DataClass] = {}
        self.acts = Acts()
        self.online = Online()
        self.surveys = Surveys()

    def file(self) -> LearnerFile:
        ends = [e.until for e in self.enrolled.values()]
        left_on = max((d for d in ends if d), default=None) if all(ends) else None
        return LearnerFile(
            rights=RightsEvidence(
                born=self.born,
                left_school=left_on,
                attendances=tuple(self.attendances),
                guardianships=tuple(g for found in self.links.values() for g in found),
                stopped=tuple(s for found in self.stops.values() for s in found),
                dependencies=tuple(self.dependencies),
            ),
            registered=self.registered,
            enrolled=tuple(self.enrolled.values()),
            merged=self.records - {self.learner},
            merges=self.merges,
            left_on=left_on,
            consents=tuple(self.consents.values()),
            opt_outs=tuple(self.opt_outs.values()),
            online_consents=self.online.consents,
            surveys=self.surveys.papers,
            reclassified=self.reclassified,
            **self.acts.evidence,
        )

    def take(self, event: Event) -> None:
        """Add what an event says; those that say nothing about access add nothing.

        What was recorded with a sibling ends for both, though its end names nobody else.
        """
        stream, about = event.originator_id, self._about(event)
        if isinstance(event, BEGINS) and not about:
            return
        if stream in self.records:
            self.acts.take(event)
            self.online.take(event)
        self.surveys.take(event, about=about)
        match event:
            case identity.Details() if stream in self.records:
                self.born = event.birth_date or self.born
                opens = isinstance(event, identity.LearnerRegistered)
                self.registered |= opens and stream == self.learner
            case identity.LearnerEnrolled():
                self.enrolled[stream, event.enrolment] = Schooling(
                    **dated(event), school=event.school, classes=frozenset(event.classes)
                )
            case changes.FactReclassified() if stream in self.records:
                self.reclassified[stream, event.fact] = event.becomes
            case identity.EnrolmentEnded():
                _end(self.enrolled, (stream, event.enrolment), event)
            case (
                identity.LinkResponsiblePerson()
                | identity.PersonCommand()
                | identity.RecordRightsEvidence()
            ):
                self._rights(event, stream)
            case _:
                self._consent(event, stream)

    def _about(self, event: Event) -> bool:
        """True for what stands on one of the records, or counts for one that it names."""
        if event.originator_id in self.records:
            return True
        return isinstance(event, TELLS) and not self.records.isdisjoint(event.subjects)

    def _rights(self, event: Event, stream: UUID) -> None:
        match event:
            case identity.ResponsiblePersonLinked():
                link = Guardianship(
                    **dated(event),
                    person=event.person,
                    capacity=Capacity(event.capacity),
                    evidence=shown_by(event),
                )
                self.links.setdefault((stream, event.person), []).append(link)
            case identity.ResponsiblePersonUnlinked():
                _end_last(self.links, (stream, event.person), event)
            case identity.RightsEvidenceRecorded():
                self.papers[stream, event.evidence] = event
                self._evidence(event)
            case identity.RightsRevoked() if (
                self._about(event) or (stream, event.person) in self.links
            ):
                paper = self.papers.get((stream, event.evidence))
                when: dict[str, Any] = {**dated(event, unknown=EARLIEST)}
                when["received"] = when["received"] or (paper.received_on if paper else None)
                stop = RightsStopped(**when, person=event.person)
                self.stops.setdefault((stream, event.person), []).append(stop)
            case identity.RightsRestored():
                _end_last(self.stops, (stream, event.person), event)
            case _:
                pass

    def _evidence(self, event: identity.RightsEvidenceRecorded) -> None:
        start = event.effective.start if event.effective else None
        if event.kind is identity.EvidenceKind.POSTSECONDARY_ATTENDANCE:
            attended = Attendance(**dated(event), custodian=event.custodian or "")
            self.attendances.append(attended)
        elif event.kind is identity.EvidenceKind.DEPENDENCY and event.person and start:
            self.dependencies.append(
                Dependency(**dated(event), person=event.person, tax_year=start.year)
            )

    def _consent(self, event: Event, stream: UUID) -> None:
        match event:
            case given.ConsentGranted() if not event.erased:
                self.consents[stream, event.consent] = _granted(event)
            case given.ConsentConfirmed() if (stream, event.consent) in self.consents:
                _confirm(self.consents, (stream, event.consent), event)
            case given.ConsentWithdrawn() | given.ConsentVoided():
                how = "withdrawn" if isinstance(event, given.ConsentWithdrawn) else "voided"
                _mark(self.consents, (stream, event.consent), how, event)
            case given.DirectoryOptOutSet():
                scope = event.scope
                self.opt_outs[stream, event.opt_out] = OptOut(
                    **dated(event, unknown=EARLIEST), kinds=forms(scope) if scope else None
                )
            case given.DirectoryOptOutLifted():
                _mark(self.opt_outs, (stream, event.opt_out), "lifted", event)
            case _:
                pass


def _granted(event: given.ConsentGranted) -> Consent:
    when = dict(dated(event))
    limits = [day for day in (when["until"], event.expires) if day]
    when["until"] = min(limits, default=None)
    return Consent(
        **when,
        id=event.consent,
        records=frozenset(kind for text in event.records for kind in kinds_named(text)),
        purpose=word(event.purpose),
        recipient=id_of(event.recipient),
        recipient_class=word(event.recipient),
        signer=event.signer,
        signed_on=_signed_on(event),
        scan=event.attachments[0].sha256 if event.attachments else None,
        entered_by=event.entered_by,
    )


def _confirm(found: dict[Key, Consent], key: Key, event: given.ConsentConfirmed) -> None:
    """Who looked at the entry as its second person, first; a scan that came later counts too.

    Without a scan there was nothing to compare the entry with: who has one may still confirm it.
    """
    consent = found[key]
    if consent.confirmed_by is not None or event.entered_by == consent.entered_by:
        return
    scan = consent.scan or (event.attachments[0].sha256 if event.attachments else None)
    if scan is None:
        return
    found[key] = replace(consent, scan=scan, confirmed_by=event.entered_by)


def _signed_on(event: given.ConsentGranted) -> date | None:
    """The day of signing: no later than it holds, was received and was entered.

    Null where the paper bears no day: a month is no date of signing.
    """
    when = event.effective
    if when is None or when.start is None or when.precision is not Precision.DAY:
        return None
    days = (when.start, event.received_on, entered_on(event))
    return min(day for day in days if day)


def shown_by(event: Event) -> str | None:
    """What shows what an event says: its file, how it was received, or where it comes from."""
    if event.attachments:
        return event.attachments[0].name
    return event.received_how or event.source


def _end(found: dict[Key, Schooling], key: Key, event: Event) -> None:
    if key in found:
        found[key] = replace(found[key], **ended(found[key], event))


def _end_last(found: dict[Key, list[Any]], key: Key, event: Event) -> None:
    if found.get(key):
        last = found[key][-1]
        found[key][-1] = replace(last, **ended(last, event))


def _mark(found: dict[Key, Any], key: Key, field: str, event: Event) -> None:
    """Set a withdrawal, a voiding or a lifting."""
    if key in found:
        when = dated(event)
        end = Ended(
            effective=when["effective"], received=when["received"], recorded=when["recorded"]
        )
        found[key] = replace(found[key], **{field: end})
