"""Accesses to review: those of which a paper that came later says something else.

Worked out when it is asked for, from the log of some days: paper by paper, the latest first, and
for each the accesses between the day from which it counts and its entry. A page looks through a
bounded number of lines and says where it stopped, so that it costs the same in a log of any size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from api.audit_reading import day_of
from api.compose import System
from api.desk import Desk
from api.sight import current
from api.who_saw import Access
from api.who_saw_coverage import Explained, explain
from api.who_saw_reading import People, event_of
from domain.access.covered import Coverage
from domain.access.decision import Decision
from domain.access.facts import Records
from domain.access.filing import LearnerFile
from domain.access.grounds import TABLE
from domain.consent import (
    ConsentConfirmed,
    ConsentVoided,
    ConsentWithdrawn,
    DirectoryOptOutSet,
)
from domain.effective import EARLIEST
from domain.event import Event
from domain.identity import RightsRevoked
from projections.reading import READS, AuditLine, Reader
from projections.standing import Standing

DAYS = 400  # of the log, where nothing else is asked for
PAPERS = 50  # looked at for one page
LOOKED = 10_000  # lines of reads looked through for one page
JUDGED = 200  # accesses asked about again for one page
BATCH = 200
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "consent-voided": "A consent that was relied on was never valid",
        "consent-withdrawn": "A consent that was relied on had been withdrawn",
        "directory-opt-out-set": "The family had opted out of directory information",
        "rights-revoked": "Somebody’s rights over the record had been taken away",
        "consent-confirmed": "Refused that day, and covered now by a consent that came late",
    }
)
# Grounds under which something is given out unless the family refused it.
UNLESS_REFUSED = frozenset(g.code for g in TABLE.grounds if "not_opted_out" in g.conditions)


@dataclass(frozen=True, slots=True)
class ToReview:
    """One access, with what the rules say of it then and now."""

    access: Access
    explained: Explained


@dataclass(frozen=True, slots=True)
class Paper:
    """What was recorded later, and the accesses that it says something else about.

    `counts_from`: the first day of accesses it is about, null for all. `whole`: false where too
    many accesses lay between to look at all of them.
    """

    line: AuditLine
    counts_from: date | None
    accesses: Sequence[ToReview]
    whole: bool

    @property
    def reason(self) -> str:
        return REASONS[self.line.event.TOPIC]


@dataclass(frozen=True, slots=True)
class Worklist:
    """The papers of one page, and the position before which to go on; null at the end."""

    papers: Sequence[Paper]
    first: date
    next: int | None


def worklist(
    system: System, people: People, at: Standing, *, before: int | None = None, days: int = DAYS
) -> Worklist:
    """The accesses to review; the caller has made sure that the asker keeps the log."""
    first = system.context().today - timedelta(days=days)
    scan = _Scan(system, people, first, at)
    found: list[Paper] = []
    papers = Reader.audit(
        system.reader, topics=list(REASONS), before=before, limit=PAPERS + 1, at=at
    )
    more: int | None = papers[PAPERS - 1].position if len(papers) > PAPERS else None
    for line in papers[:PAPERS]:
        if day_of(line, system) < first:
            more = None
            break
        paper = scan.paper(line)
        if not paper.whole and line is not papers[0]:
            more = line.position + 1  # the next page begins with it, and has time for it
            break
        found.append(paper)
    return Worklist(_shown([paper for paper in found if paper.accesses]), first, more)


def _shown(papers: Sequence[Paper]) -> list[Paper]:
    """What may be shown of it, noted."""
    shown = []
    for paper in papers:
        by_position = {one.access.position: one for one in paper.accesses}
        lines = [
            AuditLine(position, one.access.event.learner, one.access.event)
            for position, one in by_position.items()
        ]
        kept = current().lines([paper.line, *lines])
        accesses = [by_position[line.position] for line in kept if line.position in by_position]
        if accesses and len(kept) > len(accesses):
            shown.append(Paper(paper.line, paper.counts_from, accesses, paper.whole))
    return shown


@dataclass
class _Scan:
    """One page's way through the log."""

    system: System
    people: People
    first: date
    at: Standing
    looked: int = 0
    judged: int = 0
    cut: bool = False  # whether the paper at hand was left before its end
    _judgements: dict[int, Explained] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        return self.people.desk

    def paper(self, line: AuditLine) -> Paper:
        """The accesses that a paper says something else about."""
        event = line.event
        file = self.desk.filed.learners([line.learner])[line.learner]
        start = counts_from(event, file)
        records = {line.learner, *event.subjects, *file.merged}
        since = max(start or self.first, self.first)
        found: list[ToReview] = []
        self.cut = False
        for record in sorted(records):
            for read in self._reads(record, line.position, since):
                if not concerns(event, read):
                    continue
                access = self.people.access(read)
                explained = self._explained(access)
                if explained is not None and to_review(event, explained.coverage):
                    found.append(ToReview(access, explained))
        found.sort(key=lambda one: one.access.position, reverse=True)
        return Paper(line, start, found, not self.cut)

    def _explained(self, access: Access) -> Explained | None:
        """The judgement; null where this page has asked about too many."""
        if access.position not in self._judgements:
            if self.judged >= JUDGED:
                self.cut = True
                return None
            self.judged += 1
            self._judgements[access.position] = explain(self.system, self.desk, access)
        return self._judgements[access.position]

    def _reads(self, learner: UUID, before: int, since: date) -> Iterator[AuditLine]:
        """The reads of a learner before a position and not before a day, the latest first."""
        while not self.cut:
            if self.looked >= LOOKED:
                self.cut = True
                return
            found = Reader.audit(
                self.system.reader,
                learner=learner,
                topics=READS,
                before=before,
                limit=BATCH,
                at=self.at,
            )
            self.looked += len(found)
            for line in found:
                if day_of(line, self.system) < since:
                    return
                yield line
            if len(found) < BATCH:
                return
            before = found[-1].position


# -- what a paper is about ------------------------------------------------------------------------


def counts_from(event: Event, file: LearnerFile) -> date | None:
    """The first day of accesses that a paper says something about; null for all of them."""
    start = event.effective.start if event.effective else None
    match event:
        case ConsentVoided():
            return None
        case ConsentConfirmed():
            consent = next((c for c in file.consents if c.id == event.consent), None)
            return consent.counts_from if consent else None
        case _:
            return max(start or EARLIEST, event.received_on or EARLIEST)


def concerns(event: Event, line: AuditLine) -> bool:
    """Whether a paper can say something about an access."""
    read = event_of(line)
    match event:
        case ConsentVoided() | ConsentWithdrawn():
            return read.allowed and event.consent in read.consents
        case DirectoryOptOutSet():
            return read.allowed and not UNLESS_REFUSED.isdisjoint((read.code, *read.grounds))
        case RightsRevoked():
            about = event.person in (read.entered_by, read.recipient)
            return read.allowed and (about or bool(read.consents))
        case ConsentConfirmed():
            return not read.allowed
        case _:
            return False


def to_review(event: Event, coverage: Coverage | None) -> bool:
    """Whether an access that a paper concerns is to be reviewed because of it."""
    match event:
        case ConsentVoided() | ConsentWithdrawn():
            return True  # it relied on that very consent, whatever else covers it now
        case ConsentConfirmed():
            return (
                coverage is not None and coverage.differs and event.consent in coverage.now.consents
            )
        case DirectoryOptOutSet():
            # It was given out as directory information; what that covers still is in order.
            return coverage is None or not coverage.now.allowed or lost(coverage)
        case _:
            # What was not covered that day either is told elsewhere: this is about the paper.
            return coverage is not None and lost(coverage)


def lost(coverage: Coverage) -> bool:
    """Whether something was covered by what was on file that day, and is not by what is now."""
    then, now = coverage.then, coverage.now
    return (then.allowed and not now.allowed) or not _covered(then) <= _covered(now)


def _covered(decision: Decision) -> set[Records]:
    return {records for part in decision.parts for records in part.records}


def whole(decision: Decision) -> bool:
    """Whether all that was asked for is covered."""
    return decision.allowed and not decision.withheld
