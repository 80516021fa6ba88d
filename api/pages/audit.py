"""The audit log: who recorded what, when and from where, the latest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from api.compose import System
from api.pages import words
from api.pages.answer import Answers
from api.pages.learner import find, known_at
from api.pages.records import merged
from api.pages.said import in_short
from domain.event import Event
from projections.entries import provenance
from projections.reading import AuditLine

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One line of the log, as told to a learner. `name` is the learner's, on the district's log."""

    position: int
    learner: UUID
    event: Event
    schools: Mapping[str, str]
    name: str | None = None

    @property
    def done(self) -> str:
        """`recorded an observation`."""
        return words.done(self.event.TOPIC)

    @property
    def true_on(self) -> str:
        """When it was true, which may be long before it was recorded."""
        when = self.event.effective
        return words.dated(when.start, when.precision) if when else "not dated"

    @property
    def where(self) -> str:
        """`counselor’s notes, received 3 September 2025 by a signed form`; empty where entered."""
        event = self.event
        received = f"received {words.day(event.received_on)}" if event.received_on else ""
        how = f"by {event.received_how}" if event.received_how else ""
        came = " ".join(part for part in (received, how) if part)
        return ", ".join(part for part in (words.source(event.source), came) if part)

    @property
    def said(self) -> str | None:
        return in_short(self.event, self.learner, self.schools)

    @property
    def erased(self) -> bool:
        return provenance(self.event, self.learner).erased

    @property
    def elsewhere(self) -> bool:
        """Whether it was recorded on another learner's record, and is about this one too."""
        return self.event.originator_id != self.learner


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The log of one learner, and of the whole district."""
    schools = system.settings.schools

    @router.get("/learners/{learner}/audit")
    def of_learner(learner: UUID, before: int | None = None) -> Response:
        today = system.context().today
        place = find(system, learner, today)
        at = system.reader.standing(learner)
        found = system.reader.audit(learner=learner, before=before, limit=PER_PAGE + 1, at=at)
        return answers.page(
            "audit.html",
            here="audit",
            place=place,
            today=today,
            known=known_at(system, at),
            merged=merged(system.reader, learner, today, at, system.zone),
            before=before,
            lines=[Line(o.position, learner, o.event, schools) for o in found[:PER_PAGE]],
            older=more(found),
        )

    @router.get("/audit")
    def of_district(before: int | None = None) -> Response:
        today = system.context().today
        at = system.reader.standing()
        found = system.reader.audit(before=before, limit=PER_PAGE + 1, at=at)
        shown = found[:PER_PAGE]
        learners = list({one.learner for one in shown})
        named = system.reader.listed(system.reader.caseload(today, learners=learners))
        names = {p.learner: p.name for p in named}
        return answers.page(
            "audit.html",
            here="audit",
            place=None,
            today=today,
            known=known_at(system, at),
            before=before,
            lines=[
                Line(o.position, o.learner, o.event, schools, names.get(o.learner, "(no name)"))
                for o in shown
            ],
            older=more(found),
        )


def more(found: Sequence[AuditLine]) -> int | None:
    """The position before which the next page begins; None on the last page."""
    return found[PER_PAGE - 1].position if len(found) > PER_PAGE else None
