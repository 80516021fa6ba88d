"""The audit log: what was recorded and who looked, page by page, and as a file of any length."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import answers
from api.answers_review import AnswerThatWaits, LatePaper, ToReviewPage, WaitingAnswersPage
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
from api.audit_export import Write, exported, header, ndjson, rows, told
from api.audit_reading import ALL, KINDS, Narrow, look, need_keeper
from api.problems import wrong_field
from api.review_list import DAYS, State, worklist
from api.routers.accesses import NDJSON, described, people_of
from api.routers.learners import Asking, AskingDep
from api.sight import current
from api.viewing import ViewerDep, need_scope
from api.waiting_answers import State as Waits
from api.waiting_answers import waiting_answers
from domain.access.words import Action
from domain.event import EVENTS

router = APIRouter(prefix="/v1", route_class=RecordRoute, tags=["reading"])

FORMS: Mapping[str, tuple[str, Write, bytes]] = {
    "csv": ("text/csv; charset=utf-8", rows, header()),
    "ndjson": (NDJSON, ndjson, b""),
}
NAMES_OF_KINDS = ", ".join((*KINDS, ALL))


async def narrowed(
    *,
    kind: Annotated[
        str,
        Query(
            description="Only lines of one kind; left out: all that was recorded, without who "
            f"looked. One of: {NAMES_OF_KINDS}. Who looked is told the privacy officer alone.",
            examples=["consents"],
        ),
    ] = "",
    person: Annotated[
        UUID | None, Query(description="Only what this person said, entered or saw, by id.")
    ] = None,
    type: Annotated[  # noqa: A002 - the name of the parameter
        list[str],
        Query(
            description="Only events of this type; may be given several times.",
            examples=[["consent-granted"]],
            max_length=len(EVENTS),
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
    first: Annotated[
        date | None,
        Query(
            alias="from",
            description="Only what was recorded from this day of the district on.",
            examples=["2025-09-01"],
        ),
    ] = None,
    until: Annotated[
        date | None,
        Query(description="Only until this day, the day included.", examples=["2025-09-30"]),
    ] = None,
) -> Narrow:
    """Which lines are asked for. Raises `Stopped`."""
    if kind and kind != ALL and kind not in KINDS:
        raise wrong_field(
            422, "kind", "audit-kind-unknown", f"kind must be one of: {NAMES_OF_KINDS}."
        )
    if set(type) - set(EVENTS):
        raise wrong_field(
            422, "type", "type-unknown", f"type must be one of: {', '.join(sorted(EVENTS))}."
        )
    if first and until and until < first:
        raise wrong_field(
            422,
            "until",
            "range-ends-before-it-starts",
            "until must not lie before from; exchange the two, or leave one out.",
        )
    return Narrow(kind=kind, person=person, types=frozenset(type), first=first, last=until)


Narrowed = Annotated[Narrow, Depends(narrowed)]


@router.get("/learners/{learner}/audit", summary="Read what was done on a learner's record")
def of_learner(
    *,
    asking: AskingDep,
    learner: LearnerId,
    narrow: Narrowed,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> answers.AuditPage:
    """Every change, consent and review: who, what, when, from where; the latest first."""
    return page(asking, replace(narrow, learner=learner), cursor, limit)


@router.get("/audit", summary="Read what was done in the district")
def of_district(
    *,
    asking: AskingDep,
    narrow: Narrowed,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> answers.AuditPage:
    """Every change, consent and review of every learner, the latest first. A page looks
    through a bounded part of the log and may be short: `next` goes on from there.
    """
    return page(asking, narrow, cursor, limit)


def page(asking: Asking, narrow: Narrow, cursor: str | None, limit: int) -> answers.AuditPage:
    """A page of the audit log, before the place in the cursor."""
    system, cursors = system_of(asking.request), cursors_of(asking.request)
    which = f"audit {narrow.learner} {narrow.kind} {narrow.person} {sorted(narrow.types)} "
    which += f"{narrow.first} {narrow.last}"
    before = cursors.take(cursor, which)[0] if cursor is not None else None
    at = asking.stand(narrow.learner)
    found = look(system, narrow, before=before, limit=limit, at=at)
    return answers.AuditPage(
        coordinates=answers.coordinates(at, cursors, system.zone.key, None),
        entries=told(found.lines, people_of(asking.request), cursors),
        next=cursors.give(which, found.next) if found.next is not None else None,
    )


@router.get(
    "/audit.csv",
    summary="Export the audit log, as CSV",
    response_class=StreamingResponse,
    responses=described("text/csv", "A table in UTF-8 with one row for each line of the log."),
)
def as_csv(request: Request, viewer: ViewerDep, system: SystemDep, narrow: Narrowed) -> Response:
    """All lines asked for, the latest first, of any number; for the privacy officer. A text that a
    spreadsheet would take for a formula begins with a quote.
    """
    need_scope(viewer, "export")
    return file(request, narrow, "csv")


@router.get(
    "/audit.ndjson",
    summary="Export the audit log, as NDJSON",
    response_class=StreamingResponse,
    responses=described(NDJSON, "One JSON object a line, as in `entries` of a page."),
)
def as_ndjson(request: Request, viewer: ViewerDep, system: SystemDep, narrow: Narrowed) -> Response:
    """All lines asked for, the latest first, of any number; for the privacy officer."""
    need_scope(viewer, "export")
    return file(request, narrow, "ndjson")


def file(request: Request, narrow: Narrow, form: str) -> Response:
    """The export, once it is clear that it may be made. Raises `Denied`."""
    system, media_type, write, head = system_of(request), *FORMS[form]
    sight = current()
    sight.action = Action.EXPORTED
    need_keeper(system)
    found = exported(
        system,
        people_of(request),
        cursors=cursors_of(request),
        sight=sight,
        asked=narrow,
        at=system.reader.standing(),
        write=write,
        head=head,
    )
    headers = {"Content-Disposition": f'attachment; filename="audit-log.{form}"'}
    return StreamingResponse(found, media_type=media_type, headers=headers)


@router.get("/accesses/to-review", summary="Read which accesses are to be reviewed")
def to_review(
    asking: AskingDep,
    cursors: CursorsDep,
    cursor: CursorParam = None,
    days: Annotated[
        int, Query(ge=1, le=4000, description="How many days of the log.", examples=[DAYS])
    ] = DAYS,
    state: Annotated[
        State, Query(description="Those still to review, or those that were.", examples=["open"])
    ] = "open",
) -> ToReviewPage:
    """Accesses of which a paper that was entered later says something else: consents that were
    void, withdrawals, opt-outs and orders entered late, refusals that a late consent covers. For
    the privacy officer, who records what came of each with `review-access`. A page looks through a
    bounded number of lines: `next` goes on.
    """
    system, which = system_of(asking.request), f"to review {state} {days}"
    before = cursors.take(cursor, which)[0] if cursor is not None else None
    at = asking.stand()
    need_keeper(system)
    found = worklist(system, people_of(asking.request), at, before=before, days=days, state=state)
    return ToReviewPage(
        coordinates=answers.coordinates(at, cursors, system.zone.key, None),
        first=found.first,
        papers=[LatePaper.of(paper, cursors) for paper in found.papers],
        next=cursors.give(which, found.next) if found.next is not None else None,
    )


@router.get("/surveys/to-review", summary="Read which answers to surveys wait")
def waiting(
    asking: AskingDep,
    cursors: CursorsDep,
    cursor: CursorParam = None,
    state: Annotated[
        Waits,
        Query(
            description="Those that wait, those kept aside, or those shown by the officer's word.",
            examples=["open"],
        ),
    ] = "open",
) -> WaitingAnswersPage:
    """Answers that came without their survey's gate, by an import say, or whose survey was found
    to touch a protected area since. Nobody else sees them. For the privacy officer, who records
    what came of each with `review-survey-answer`. A page looks at a bounded number: `next` goes on.
    """
    system, which = system_of(asking.request), f"answers that wait {state}"
    before = cursors.take(cursor, which)[0] if cursor is not None else None
    at = asking.stand()
    need_keeper(system)
    found = waiting_answers(system, at, before=before, state=state)
    return WaitingAnswersPage(
        coordinates=answers.coordinates(at, cursors, system.zone.key, None),
        answers=[AnswerThatWaits.of(one, cursors) for one in found.answers],
        next=cursors.give(which, found.next) if found.next is not None else None,
    )
