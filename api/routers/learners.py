"""Reading who there is. Each answer states its coordinates."""

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import answers, versions
from api.asking import (
    After,
    CursorField,
    CursorParam,
    CursorsDep,
    LearnerId,
    Limit,
    RecordRoute,
    SystemDep,
    cursors_of,
    spellings,
    system_of,
)
from api.compose import System
from api.problems import Stopped, away, wrong_field
from api.viewing import viewer_of
from domain.errors import UnknownLearner
from domain.fields import Code, ShortText
from projections.caseload import in_order
from projections.places import Place
from projections.standing import Standing

router = APIRouter(prefix="/v1", route_class=RecordRoute, tags=["reading"])

WAIT_SECONDS = 2.0


class NotModified(Stopped):
    """The client has this answer already."""

    def __init__(self, etag: str) -> None:
        super().__init__(304, rule="not-modified", detail="", headers={"ETag": etag})

    def response(self) -> Response:
        return Response(None, 304, dict(self.headers))


@dataclass(frozen=True)
class Asking:
    """A read on its way: what it is read from, and what identifies the answer."""

    request: Request
    response: Response
    after: str | None

    def stand(self, learner: UUID | None = None, known: int | None = None) -> Standing:
        """Where the projections stand, once they have taken in what the client wrote.

        Raises `UnknownLearner`; 304 where the client has the answer; 422 for a position that does
        not exist yet; 503 where the projections stay behind.
        """
        system, cursors = system_of(self.request), cursors_of(self.request)
        wanted = known or 0
        if self.after is not None:
            wanted = max(wanted, cursors.position_from(self.after, "after"))
        found = system.reader.standing(learner, known)
        if known is not None and known > found.head:
            raise wrong_field(
                422, "known", "position-unknown", "known names a position that does not exist yet."
            )
        if wanted > found.reached:
            if not system.reader.wait_for(wanted, WAIT_SECONDS):
                raise behind()
            found = system.reader.standing(learner, known)
        if learner is not None and found.began is None:
            raise UnknownLearner
        if learner is not None and found.began and known is None and found.began > found.position:
            raise behind()
        if self.request.method == "GET":
            self._tag(found, learner)
        return found

    def _tag(self, found: Standing, learner: UUID | None) -> None:
        """The ETag: what was looked at, for If-Match, then what tells this answer apart.

        Who asks is in it: two people are answered differently at one address.
        """
        today, who = system_of(self.request).context().today, viewer_of(self.request).person
        told = f"{self.request.url.path}?{self.request.url.query} {found.reached} {today} {who}"
        apart = hashlib.sha256(told.encode()).hexdigest()[:16]
        etag = versions.mark(
            cursors_of(self.request),
            found.learner_version,
            found.position,
            of=learner,
            apart=apart,
        )
        given = self.request.headers.get("if-none-match", "")
        if given.strip() == "*" or etag in (t.strip().removeprefix("W/") for t in given.split(",")):
            raise NotModified(etag)
        self.response.headers["ETag"] = etag


def behind() -> Stopped:
    return away("projection-behind", "What was recorded has not yet reached what people read.")


async def ask(request: Request, response: Response, after: After = None) -> Asking:
    return Asking(request, response, after)


AskingDep = Annotated[Asking, Depends(ask)]
CodeParam = Annotated[Code | None, Query(description="Only learners there on the day asked about.",
                                         examples=["north-high"])]  # fmt: skip


class Search(BaseModel):
    """Which learners to find. A name stands here and never in an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ShortText = Field(
        description="Words of a name or number, or their beginnings.",
        examples=["ana lop"],
    )
    school: Code | None = Field(
        default=None, description="Only learners of this school.", examples=["north-high"]
    )
    grade: Code | None = Field(
        default=None, description="Only learners of this grade; 9 and 09 are one.", examples=["09"]
    )
    cursor: CursorField = None
    limit: int = Field(
        default=100, ge=1, le=500, description="How many learners a page has.", examples=[100]
    )


@router.get("/learners", summary="List learners by school and grade")
def learners(
    *,
    asking: AskingDep,
    system: SystemDep,
    school: CodeParam = None,
    grade: CodeParam = None,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> answers.LearnersPage:
    """In the order of their names, as enrolled today. To find a name, use the search."""
    found = asking.stand()
    today = system.context().today
    places = places_of(system, today, school=school, grade=grade)
    return page_of_learners(
        asking, found, places, ("learners", school, grade), cursor=cursor, limit=limit
    )


@router.post("/learners/search", summary="Find learners by name")
def search(asking: AskingDep, system: SystemDep, asked: Search) -> answers.LearnersPage:
    """By words of a name or number, without regard to case, accents and punctuation."""
    found = asking.stand()
    today = system.context().today
    places = places_of(system, today, search=asked.name, school=asked.school, grade=asked.grade)
    which = ("search", asked.name, asked.school, asked.grade)
    return page_of_learners(asking, found, places, which, cursor=asked.cursor, limit=asked.limit)


def places_of(system: System, today: date, *, grade: str | None, **more: Any) -> list[Place]:
    """The learners asked for in the order of their names, however their grade is spelled."""
    if grade is None:
        return system.reader.caseload(today, **more)
    found = (system.reader.caseload(today, grade=g, **more) for g in spellings(grade))
    return sorted(chain.from_iterable(found), key=in_order)


def page_of_learners(
    asking: Asking,
    found: Standing,
    places: list[Place],
    which: tuple[str | None, ...],
    *,
    cursor: str | None,
    limit: int,
) -> answers.LearnersPage:
    """A page of a sorted list. The cursor has the last learner's id, never a name."""
    cursors = cursors_of(asking.request)
    start = 0
    if cursor is not None:
        last, count = cursors.take(cursor, repr(which))
        ids = [str(p.learner) for p in places]
        start = ids.index(last) + 1 if last in ids else count
    shown = places[start : start + limit]
    more = start + limit < len(places)
    system = system_of(asking.request)
    return answers.LearnersPage(
        coordinates=answers.coordinates(found, cursors, system.zone.key, system.context().today),
        learners=[answers.LearnerLine.of(p) for p in system.reader.listed(shown)],
        next=cursors.give(repr(which), str(shown[-1].learner), start + limit) if more else None,
    )


@router.get("/learners/{learner}", summary="Read who a learner is")
def learner(
    asking: AskingDep, system: SystemDep, cursors: CursorsDep, learner: LearnerId
) -> answers.LearnerAnswer:
    """Present names, and where the learner is enrolled today."""
    found = asking.stand(learner)
    today = system.context().today
    place = system.reader.learner(learner, today)
    if place is None:
        raise behind()
    return answers.LearnerAnswer(
        coordinates=answers.coordinates(found, cursors, system.zone.key, today),
        version=versions.told(found.learner_version),
        learner=answers.LearnerLine.of(place),
    )
