"""Accesses to review: the privacy officer's worklist, paper by paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.audit_reading import need_keeper
from api.compose import System
from api.pages import words
from api.pages.answer import Answers
from api.pages.learner import known_at
from api.review_list import DAYS, JUDGED, LOOKED, Paper, State, ToReview, worklist
from api.who_saw import Told
from api.who_saw_coverage import NO_DECISION
from api.who_saw_reading import People
from domain.effective import EARLIEST

LONGEST = 4000  # days of the log that can be asked for


@dataclass(frozen=True)
class AccessView:
    """One access of a paper, in words."""

    to_review: ToReview
    told: Told

    @property
    def position(self) -> int:
        return self.to_review.access.position

    @property
    def text(self) -> str:
        """What the rules say of it, then and now; or why they cannot be asked again."""
        explained = self.to_review.explained
        if explained.coverage is not None:
            return explained.coverage.text
        return next(iter(explained.limits), NO_DECISION)


@dataclass(frozen=True)
class PaperView:
    """A paper in words. `name`: of the learner."""

    paper: Paper
    name: str
    accesses: Sequence[AccessView]

    @property
    def done(self) -> str:
        return words.done(self.paper.line.event.TOPIC)

    @property
    def counts(self) -> str:
        return counting(self.paper.line.event.TOPIC, self.paper.counts_from)

    @property
    def language(self) -> str:
        return self.paper.line.event.language


def counting(topic: str, start: date | None) -> str:
    """`It counts from 3 September 2025 on.`"""
    if topic == "consent-voided":
        return "It covered nothing at any time."
    known = start is not None and start > EARLIEST
    return f"It counts from {words.day(start)} on." if start and known else "It counts always."


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The worklist."""

    @router.get("/review")
    def review(
        request: Request,
        before: int | None = None,
        days: Annotated[int, Query(ge=1, le=LONGEST)] = DAYS,
        state: State = "open",
    ) -> Response:
        need_keeper(system)
        at, people = system.reader.standing(), People(system, request.app.state.desk)
        found = worklist(system, people, at, before=before, days=days, state=state)
        return answers.page(
            "review_list.html",
            today=system.context().today,
            known=known_at(system, at),
            papers=views(system, found.papers),
            first=found.first,
            before=before,
            older=found.next,
            days=None if days == DAYS else days,
            state=state,
            outcomes=words.OUTCOMES,
            looked=LOOKED,
            judged=JUDGED,
        )


def views(system: System, papers: Sequence[Paper]) -> list[PaperView]:
    """The papers with the names of the learners."""
    today: date = system.context().today
    learners = list({paper.line.learner for paper in papers})
    named = system.reader.listed(system.reader.caseload(today, learners=learners))
    names = {place.learner: place.name for place in named}
    return [
        PaperView(
            paper,
            names.get(paper.line.learner, "(no name)"),
            [AccessView(one, Told((one.access,))) for one in paper.accesses],
        )
        for paper in papers
    ]
