"""The reads: learners, profile, timeline, audit. Each answer states its coordinates."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import answers
from api.asking import (
    After,
    CursorParam,
    CursorsDep,
    JsonRoute,
    LearnerId,
    Limit,
    SystemDep,
    cursors_of,
    system_of,
)
from api.cursors import LONGEST
from api.problems import Stopped, away, wrong_field
from domain.effective import EARLIEST, LATEST
from domain.errors import UnknownLearner
from domain.event import EVENTS
from domain.fields import Code, ShortText
from projections.entries import Entry
from projections.reading import BEGINNING, Place
from projections.standing import Standing, standing

router = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["reading"])

WAIT_SECONDS = 2.0


class NotModified(Stopped):
    """The client has this answer already."""

    def __init__(self, etag: str) -> None:
        super().__init__(304, rule="not-modified", detail="", headers={"ETag": etag})

    def response(self) -> Response:
        return Response(None, 304, dict(self.headers))


@dataclass(frozen=True)
class Question:
    """A read on its way: where its projection stands, and what identifies the answer."""

    request: Request
    response: Response
    after: str | None

    def stand(self, projection: str, learner: UUID | None = None) -> Standing:
        """Where the projection stands, once it has taken in what the client wrote.

        Raises `UnknownLearner`; 304 where the client has the answer; 503 where the projection
        stays behind.
        """
        system, cursors = system_of(self.request), cursors_of(self.request)
        if self.after is not None:
            position = cursors.position_from(self.after, "after")
            if not system.reader.wait_for(position, WAIT_SECONDS):
                raise behind()
        found = standing(system.datastore, system.reader.tenant, projection, learner)
        if learner is not None and found.version is None:
            raise behind() if found.kept else UnknownLearner
        if self.request.method == "GET":
            self._tag(found)
        return found

    def _tag(self, found: Standing) -> None:
        """The ETag: the learner's version for If-Match, then what tells this answer apart."""
        today = system_of(self.request).context().today
        told = f"{self.request.url.path}?{self.request.url.query} {found.position} {today}"
        etag = f'"{found.version or 0}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"'
        given = self.request.headers.get("if-none-match", "")
        if given.strip() == "*" or etag in (t.strip().removeprefix("W/") for t in given.split(",")):
            raise NotModified(etag)
        self.response.headers["ETag"] = etag


def behind() -> Stopped:
    return away("projection-behind", "What was recorded has not yet reached what people read.")


async def ask(request: Request, response: Response, after: After = None) -> Question:
    return Question(request, response, after)


QuestionDep = Annotated[Question, Depends(ask)]
OnDate = Annotated[
    date | None,
    Query(
        description="The day in the world that is asked about; left out: today.",
        examples=["2025-03-14"],
    ),
]
CodeParam = Annotated[Code | None, Query(description="Only learners there on the day asked about.",
                                         examples=["north-high"])]  # fmt: skip


class Search(BaseModel):
    """Which learners to find. A name stands here and never in an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ShortText = Field(
        description="Words of a name or number, or their beginnings of two letters or more.",
        examples=["ana lop"],
    )
    school: Code | None = Field(
        default=None, description="Only learners of this school.", examples=["north-high"]
    )
    grade: Code | None = Field(
        default=None, description="Only learners of this grade.", examples=["09"]
    )
    cursor: str | None = Field(
        default=None,
        max_length=LONGEST,
        description="`next` of the page before.",
        examples=[answers.POSITION],
    )
    limit: int = Field(
        default=100, ge=1, le=500, description="How many learners a page has.", examples=[100]
    )


@router.get("/learners", summary="List learners by school and grade")
def learners(
    *,
    question: QuestionDep,
    system: SystemDep,
    school: CodeParam = None,
    grade: CodeParam = None,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> answers.LearnersPage:
    """In the order of their names, as enrolled today. To find a name, use the search."""
    found = question.stand("caseload")
    today = system.context().today
    places = system.reader.caseload(today, school=school, grade=grade)
    return page_of_learners(
        question, found, places, ("learners", school, grade), cursor=cursor, limit=limit
    )


@router.post("/learners/search", summary="Find learners by name")
def search(question: QuestionDep, system: SystemDep, asked: Search) -> answers.LearnersPage:
    """By words of a name or number, without regard to case, accents and punctuation."""
    found = question.stand("caseload")
    places = system.reader.caseload(
        system.context().today, search=asked.name, school=asked.school, grade=asked.grade
    )
    which = ("search", asked.name, asked.school, asked.grade)
    return page_of_learners(question, found, places, which, cursor=asked.cursor, limit=asked.limit)


def page_of_learners(
    question: Question,
    found: Standing,
    places: list[Place],
    which: tuple[str | None, ...],
    *,
    cursor: str | None,
    limit: int,
) -> answers.LearnersPage:
    """A page of a sorted list. The cursor has the last learner's id, never a name."""
    cursors = cursors_of(question.request)
    start = 0
    if cursor is not None:
        last, count = cursors.take(cursor, repr(which))
        ids = [str(p.learner) for p in places]
        start = ids.index(last) + 1 if last in ids else count
    shown = places[start : start + limit]
    more = start + limit < len(places)
    system = system_of(question.request)
    return answers.LearnersPage(
        coordinates=answers.coordinates(found, cursors, system.zone.key, system.context().today),
        learners=[answers.LearnerLine.of(p) for p in shown],
        next=cursors.give(repr(which), str(shown[-1].learner), start + limit) if more else None,
    )


@router.get("/learners/{learner}", summary="Read who a learner is")
def learner(
    question: QuestionDep, system: SystemDep, cursors: CursorsDep, learner: LearnerId
) -> answers.LearnerAnswer:
    """Present names, and where the learner is enrolled today."""
    found = question.stand("caseload", learner)
    today = system.context().today
    place = system.reader.learner(learner, today)
    if place is None:
        raise behind()
    return answers.LearnerAnswer(
        coordinates=answers.coordinates(found, cursors, system.zone.key, today),
        version=found.version or 0,
        learner=answers.LearnerLine.of(place),
    )


@router.get("/learners/{learner}/profile", summary="Read a learner's profile")
def profile(
    *,
    question: QuestionDep,
    system: SystemDep,
    cursors: CursorsDep,
    learner: LearnerId,
    on: OnDate = None,
) -> answers.ProfileAnswer:
    """What holds on a day, as we know it now, each entry with its source."""
    if on is not None and not EARLIEST <= on < LATEST:
        raise wrong_field(
            422, "on", "date-out-of-range", "on must lie between 1900-01-01 and 2199-12-31."
        )
    found = question.stand("profile", learner)
    day = on or system.context().today
    held = system.reader.profile(learner, day)
    return answers.ProfileAnswer(
        coordinates=answers.coordinates(found, cursors, system.zone.key, day),
        version=found.version or 0,
        entries=[answers.Entry.of(e, cursors) for e in held],
    )


@router.get("/learners/{learner}/timeline", summary="Read a learner's timeline")
def timeline(
    *,
    question: QuestionDep,
    system: SystemDep,
    cursors: CursorsDep,
    learner: LearnerId,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> answers.TimelinePage:
    """What happened, in the order in which it was true."""
    which = f"timeline {learner}"
    place = BEGINNING
    if cursor is not None:
        day, item = cursors.take(cursor, which)
        place = (date.fromisoformat(day), UUID(item))
    found = question.stand("timeline", learner)
    told = system.reader.timeline(learner, place, limit + 1)
    shown = told[:limit]
    more = len(told) > limit
    return answers.TimelinePage(
        coordinates=answers.coordinates(found, cursors, system.zone.key, None),
        version=found.version or 0,
        entries=[answers.Entry.of(e, cursors) for e in shown],
        next=cursors.give(which, *place_of(shown[-1])) if more else None,
    )


def place_of(entry: Entry) -> tuple[str, str]:
    """An entry's place in the timeline."""
    start = entry.effective[0].start if entry.effective else None
    return (start or date.min).isoformat(), str(entry.id)


@router.get("/learners/{learner}/audit", summary="Read what was done on a learner's record")
def learner_audit(
    question: QuestionDep,
    learner: LearnerId,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> answers.AuditPage:
    """Every change, consent and review: who, what, when, from where; the latest first."""
    return page_of_audit(question, cursor, limit, learner=learner)


@router.get("/audit", summary="Read what was done in the district")
def audit(
    *,
    question: QuestionDep,
    person: Annotated[
        UUID | None, Query(description="Only what this person said or entered, by id.")
    ] = None,
    type: Annotated[  # noqa: A002 - the name of the parameter
        list[str],
        Query(
            description="Only events of this type; may be given several times.",
            examples=[["consent-granted"]],
            max_length=len(EVENTS),
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> answers.AuditPage:
    """Every change, consent and review of every learner, the latest first."""
    if set(type) - set(EVENTS):
        raise wrong_field(
            422, "type", "type-unknown", f"type must be one of: {', '.join(sorted(EVENTS))}."
        )
    return page_of_audit(question, cursor, limit, person=person, topics=sorted(type) or None)


def page_of_audit(
    question: Question, cursor: str | None, limit: int, learner: UUID | None = None, **more: Any
) -> answers.AuditPage:
    """A page of the audit log, before the place in the cursor."""
    system, cursors = system_of(question.request), cursors_of(question.request)
    which = f"audit {learner} {more}"
    before = cursors.take(cursor, which)[0] if cursor is not None else None
    found = question.stand("audit", learner)
    lines = system.reader.audit(
        learner=learner, before=before or found.position + 1, limit=limit + 1, **more
    )
    shown, more_follow = lines[:limit], len(lines) > limit
    return answers.AuditPage(
        coordinates=answers.coordinates(found, cursors, system.zone.key, None),
        entries=[answers.AuditEntry.of(line, cursors) for line in shown],
        next=cursors.give(which, shown[-1].position) if more_follow else None,
    )
