"""Who saw a learner: the officer's log, page by page or as a file, and the family's view of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import answers
from api.access_export import Write, exported, header, ndjson, rows
from api.answers_accesses import AccessDay, AccessDaysPage, AccessesPage, AccessLine
from api.asking import (
    CursorParam,
    CursorsDep,
    LearnerId,
    Limit,
    RecordRoute,
    SystemDep,
    cursors_of,
    system_of,
)
from api.pages.disclosures_pdf import as_export, printed
from api.problems import wrong_field
from api.routers.learners import AskingDep
from api.sight import current
from api.viewing import ViewerDep, need_scope
from api.who_saw import KINDS
from api.who_saw_reading import (
    Asked,
    People,
    family_days,
    log_open_as_officer,
    look,
    need_officer,
)
from domain.errors import UnknownLearner

router = APIRouter(prefix="/v1", route_class=RecordRoute, tags=["reading"])

NDJSON = "application/x-ndjson"
FORMS: Mapping[str, tuple[str, Write, bytes]] = {
    "csv": ("text/csv; charset=utf-8", rows, header()),
    "ndjson": (NDJSON, ndjson, b""),
}


async def narrowed(
    first: Annotated[
        date | None,
        Query(alias="from", description="Only from this day on.", examples=["2025-09-01"]),
    ] = None,
    until: Annotated[
        date | None,
        Query(description="Only until this day, the day included.", examples=["2025-09-30"]),
    ] = None,
    person: Annotated[UUID | None, Query(description="Only what this person saw, by id.")] = None,
    kind: Annotated[
        str, Query(description=f"Only lines of one kind: {', '.join(KINDS)}.", examples=["opened"])
    ] = "",
) -> Asked:
    """Which lines are asked for. Raises `Stopped`."""
    if kind and kind not in KINDS:
        raise wrong_field(
            422, "kind", "access-kind-unknown", f"kind must be one of: {', '.join(KINDS)}."
        )
    return Asked(person=person, first=first, last=until, kind=kind)


Narrowed = Annotated[Asked, Depends(narrowed)]


def people_of(request: Request) -> People:
    return People(system_of(request), request.app.state.desk)


def about(narrow: Asked, learner: UUID) -> Asked:
    return replace(narrow, learner=learner)


@router.get("/learners/{learner}/accesses", summary="Read who saw a learner")
def accesses(
    *,
    asking: AskingDep,
    cursors: CursorsDep,
    narrow: Narrowed,
    learner: LearnerId,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> AccessesPage:
    """Every look and every refusal, the latest first, for the privacy officer. A page may be short
    where lines of one kind are asked for: `next` goes on from where it stopped looking.
    """
    system = system_of(asking.request)
    which = f"accesses {about(narrow, learner)}"
    before = cursors.take(cursor, which)[0] if cursor is not None else None
    at = asking.stand(learner)
    need_officer(learner)
    found = look(system, about(narrow, learner), before=before, limit=limit, at=at)
    people = people_of(asking.request)
    return AccessesPage(
        coordinates=answers.coordinates(at, cursors, system.zone.key, None),
        accesses=[AccessLine.of(access, cursors) for access in people.accesses(found.lines)],
        next=cursors.give(which, found.next) if found.next is not None else None,
    )


@router.get("/learners/{learner}/accesses/days", summary="Read who saw a learner, day by day")
def days(
    asking: AskingDep,
    cursors: CursorsDep,
    learner: LearnerId,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> AccessDaysPage:
    """The family's view: one line for each person and day, the latest first, for the parent or
    eligible student. What is sealed by law is not in it.
    """
    system, which = system_of(asking.request), f"access days {learner}"
    before = date.fromisoformat(cursors.take(cursor, which)[0]) if cursor is not None else None
    at = asking.stand(learner)
    log_open_as_officer(learner)
    people = people_of(asking.request)
    found, more = family_days(system, people, learner, before=before, limit=limit, at=at)
    return AccessDaysPage(
        coordinates=answers.coordinates(at, cursors, system.zone.key, None),
        days=[AccessDay.of(visit) for visit in found],
        next=cursors.give(which, more.isoformat()) if more else None,
    )


def described(media_type: str, told: str) -> dict[int | str, dict[str, object]]:
    return {200: {"description": told, "content": {media_type: {"schema": {"type": "string"}}}}}


@router.get(
    "/learners/{learner}/accesses.csv",
    summary="Export who saw a learner, as CSV",
    response_class=StreamingResponse,
    responses=described("text/csv", "A table in UTF-8 with one row for each line of the log."),
)
def as_csv(
    request: Request, viewer: ViewerDep, system: SystemDep, narrow: Narrowed, learner: LearnerId
) -> Response:
    """All lines asked for, the latest first, of any number. A text that a spreadsheet would take
    for a formula begins with a quote.
    """
    need_scope(viewer, "export")
    return file(request, narrow, learner, "csv")


@router.get(
    "/learners/{learner}/accesses.ndjson",
    summary="Export who saw a learner, as NDJSON",
    response_class=StreamingResponse,
    responses=described(NDJSON, "One JSON object a line, as in `accesses` of a page."),
)
def as_ndjson(
    request: Request, viewer: ViewerDep, system: SystemDep, narrow: Narrowed, learner: LearnerId
) -> Response:
    """All lines asked for, the latest first, of any number."""
    need_scope(viewer, "export")
    return file(request, narrow, learner, "ndjson")


def file(request: Request, narrow: Asked, learner: UUID, kind: str) -> Response:
    """The export, once it is clear that it may be made. Raises `Denied` and `UnknownLearner`."""
    system, media_type, write, head = system_of(request), *FORMS[kind]
    at = system.reader.standing(learner)
    if at.began is None:
        raise UnknownLearner
    need_officer(learner)
    found = exported(
        system,
        people_of(request),
        cursors=cursors_of(request),
        sight=current(),
        asked=about(narrow, learner),
        at=at,
        write=write,
        head=head,
    )
    headers = {"Content-Disposition": f'attachment; filename="who-saw-this-learner.{kind}"'}
    return StreamingResponse(found, media_type=media_type, headers=headers)


@router.get(
    "/learners/{learner}/disclosures.pdf",
    summary="Print the record of disclosures, as a PDF",
    response_class=Response,
    responses=described("application/pdf", "The record of 34 CFR 99.32 and 300.614 (PDF/UA-1)."),
)
def disclosures_as_pdf(request: Request, system: SystemDep, learner: LearnerId) -> Response:
    """Who asked for anything of this learner's record or received it, for the parent or eligible
    student and the privacy officer: what its page tells, on US Letter.
    """
    as_export()
    at = system.reader.standing(learner)
    place = system.reader.learner(learner, system.context().today)
    if place is None:
        raise UnknownLearner
    position = cursors_of(request).position(at.position)
    return printed(system, people_of(request), place, at, position=position)
