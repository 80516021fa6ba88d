"""Accesses to review: those of which a paper that came later says something else.

Worked out when it is asked for, from the log of some days: paper by paper, the latest first, and
for each the accesses between the day from which it counts and its entry. What the officer has
reviewed because of a paper leaves the list and stands on that of what was reviewed. A page looks
through a bounded number of lines and says where it stopped, so that it costs the same in a log of
any size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, cast
from uuid import UUID

from api.audit_reading import day_of
from api.compose import System
from api.desk import Desk
from api.sight import current
from api.who_saw import Access
from api.who_saw_coverage import Explained, explain
from api.who_saw_reading import People, event_of
from domain.access.late import REASONS, concerns, counts_from, to_review
from domain.event import Event
from domain.oversight import AccessReviewed
from projections.reading import READS, AuditLine, Reader
from projections.standing import Standing

DAYS = 400  # of the log, where nothing else is asked for
PAPERS = 50  # looked at for one page
LOOKED = 10_000  # lines of reads looked through for one page
JUDGED = 200  # accesses asked about again for one page
BATCH = 200

State = Literal["open", "reviewed"]


@dataclass(frozen=True, slots=True)
class ToReview:
    """One access, with what the rules say of it then and now, and what came of reviewing it."""

    access: Access
    explained: Explained
    review: AccessReviewed | None = None


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
    system: System,
    people: People,
    at: Standing,
    *,
    before: int | None = None,
    days: int = DAYS,
    state: State = "open",
) -> Worklist:
    """The accesses to review, or those that were. The caller has seen that the asker may."""
    first = system.context().today - timedelta(days=days)
    scan = _Scan(system, people, first, at, reviewed=state == "reviewed")
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
        events = [one.access.event for one in paper.accesses]
        reviews = [one.review for one in paper.accesses if one.review]
        lines = [AuditLine(e.position, e.learner, e) for e in events]
        lines += [AuditLine(e.position, e.originator_id, e) for e in reviews]
        kept = {line.position for line in current().lines([paper.line, *lines])}
        accesses = [one for one in paper.accesses if one.access.position in kept]
        if accesses and paper.line.position in kept:
            shown.append(replace(paper, accesses=accesses))
    return shown


@dataclass
class _Scan:
    """One page's way through the log."""

    system: System
    people: People
    first: date
    at: Standing
    reviewed: bool  # whether what was reviewed is looked for, and not what is open
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
        done = reviews_for(line, self.desk, records)
        since = max(start or self.first, self.first)
        found: list[ToReview] = []
        self.cut = False
        for record in sorted(records):
            for read in self._reads(record, line.position, since):
                if (read.position in done) != self.reviewed:
                    continue  # before it is judged: what was reviewed costs the open list nothing
                if not concerns(event, event_of(read)):
                    continue
                access = self.people.access(read)
                explained = self._explained(access)
                if explained is None:
                    continue
                if self.reviewed or to_review(event, explained.coverage):
                    found.append(ToReview(access, explained))
        found.sort(key=lambda one: one.access.position, reverse=True)
        return Paper(line, start, with_reviews(found, done, self.system), not self.cut)

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


# -- what was reviewed ----------------------------------------------------------------------------


def reviews_for(line: AuditLine, desk: Desk, records: set[UUID]) -> dict[int, int]:
    """The accesses that were reviewed because of a paper, and the positions of their reviews."""
    return {
        access: position
        for file in desk.filed.learners(records).values()
        for (access, paper), position in file.reviewed.items()
        if paper == line.position
    }


def with_reviews(
    found: Sequence[ToReview], done: Mapping[int, int], system: System
) -> list[ToReview]:
    """The accesses with what came of reviewing them."""
    reviews = opened(system, [done[p] for one in found if (p := one.access.position) in done])
    return [
        replace(one, review=cast(AccessReviewed, reviews[done[one.access.position]]))
        if one.access.position in done
        else one
        for one in found
    ]


def opened(system: System, positions: Sequence[int]) -> dict[int, Event]:
    """The events at some positions, with what they say; the caller notes what is shown of them."""
    stored = system.recorder.read_positions(positions) if positions else []
    return {event.position: event for event in system.mapper.open(list(stored))}


# -- one access -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turned:
    """A paper because of which an access is on the list, or was until it was reviewed."""

    line: AuditLine
    counts_from: date | None
    review: AccessReviewed | None

    @property
    def reason(self) -> str:
        return REASONS[self.line.event.TOPIC]


def turned_by(
    system: System, desk: Desk, access: Access, explained: Explained, at: Standing
) -> list[Turned]:
    """The papers after an access that say something else about it, the latest first."""
    learner, day = access.event.learner, access.day(system.zone)
    file = desk.filed.learners([learner])[learner]
    later = {
        line.position: line
        for record in sorted(desk.filed.records(learner))
        for line in Reader.audit(
            system.reader, learner=record, topics=list(REASONS), limit=PAPERS, at=at
        )
        if line.position > access.position
    }
    reviewed = {n: p for n in later if (p := file.reviewed.get((access.position, n)))}
    reviews = opened(system, list(reviewed.values()))
    found = []
    for position, line in sorted(later.items(), reverse=True):
        start = counts_from(line.event, file)
        review = reviews.get(reviewed.get(position, 0))
        counts = concerns(line.event, access.event) and (start is None or start <= day)
        if review or (counts and to_review(line.event, explained.coverage)):
            found.append(Turned(line, start, cast(AccessReviewed | None, review)))
    lines = [one.line for one in found]
    lines += [AuditLine(r.position, r.originator_id, r) for one in found if (r := one.review)]
    kept = {line.position for line in current().lines(lines)}
    return [one for one in found if one.line.position in kept]
