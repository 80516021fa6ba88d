"""Files beside the entries: kept first, then named in the command of their entry."""

from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Annotated
from uuid import UUID

from anyio import from_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.asking import FileRoute, LearnerId, SystemDep, check_query, too_large
from api.compose import System
from api.problems import wrong_field
from api.sight import current
from domain.access.decision import RECORD_ITSELF
from domain.access.words import Action
from domain.event import Event
from domain.words import Retention
from projections.reading import AuditLine
from store.attachments import LIMIT_BYTES, AttachmentMissing, Attachments, StoredAttachment

router = APIRouter(prefix="/v1", route_class=FileRoute, tags=["attachments"])

BYTES = "application/octet-stream"
FILE = {BYTES: {"schema": {"type": "string", "format": "binary"}}}

Group = Annotated[
    Retention,
    Query(
        description="The retention group of its entry, whose key seals it and is erased with it: "
        "`docs/events` names each event's.",
        examples=["profile"],
    ),
]


class Kept(BaseModel):
    """A file that was kept; name it in a command's `attachments`."""

    id: UUID = Field(description="Its id.")
    sha256: str = Field(description="SHA-256 of its content, hex.", examples=["0" * 64])
    size: int = Field(description="Its size in bytes.", examples=[48213])
    group: Retention = Field(
        description="The retention group it was sealed for.", examples=["profile"]
    )


@router.post(
    "/learners/{learner}/attachments",
    status_code=201,
    summary="Keep a file for an entry",
    operation_id="keep-attachment",
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
async def keep(
    request: Request, system: SystemDep, learner: LearnerId, group: Group = Retention.PROFILE
) -> Kept:
    """The body is the file, of at most 25 MiB. Its name and media type are given with the entry:
    they tell something about a child, and have no place in an address.
    """
    check_query(request, {"group": False})
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise wrong_field(
            415,
            "Content-Type",
            "media-type-not-supported",
            "Send the file itself as the body, not a form: its wrapping would be kept with it.",
        )
    if too_large(request, LIMIT_BYTES):
        raise wrong_field(413, "body", "body-too-large", "A file may hold at most 25 MiB.")
    pieces = request.stream()
    first = await anext((piece async for piece in pieces if piece), None)
    if first is None:
        raise wrong_field(422, "body", "too-short", "body must not be empty.")
    kept = await run_in_threadpool(_keep, system, learner, group, first, pieces)
    return Kept(id=kept.id, sha256=kept.sha256, size=kept.size, group=group)


@router.get(
    "/learners/{learner}/attachments/{attachment}",
    summary="Read a kept file",
    operation_id="read-attachment",
    response_class=StreamingResponse,
    responses={200: {"description": "The file.", "content": FILE}},
)
def read(
    *,
    request: Request,
    system: SystemDep,
    learner: LearnerId,
    attachment: Annotated[UUID, Path(description="The file's id.")],
    group: Annotated[
        Retention | None,
        Query(
            description="The retention group of its entry; left out: whichever that is.",
            examples=["profile"],
        ),
    ] = None,
) -> StreamingResponse:
    """As bytes to save: nothing of it runs or shows in a browser."""
    check_query(request, {"group": False})
    sight = current()
    sight.admit(learner)
    system.profiles.learner(learner)
    # The entry says under which key the file is sealed; another group is a file that is not there.
    sealed_for = group or Retention.PROFILE
    if not sight.asker.trusted:
        sealed_for = need_entry(system, learner, attachment).retention
    if group not in (None, sealed_for):
        raise AttachmentMissing("There is no such file.")
    sight.note(learner, Action.EXPORTED)
    content = files_of(system).open(attachment, learner, sealed_for)
    headers = {"Content-Disposition": f'attachment; filename="{attachment}"'}
    return StreamingResponse(content, media_type=BYTES, headers=headers)


def need_entry(system: System, learner: UUID, attachment: UUID) -> Event:
    """An entry that names the file and is open to the asker. Raises `AttachmentMissing`.

    A file is what its entry is in law; one that no entry names yet is nobody's to read.
    """
    stored = system.recorder.select_streams([learner])
    naming = [
        AuditLine(event.position, learner, event)
        for event in system.mapper.open(stored)
        if any(one.id == attachment for one in event.attachments)
    ]
    shown = current().lines(naming) if naming else []
    if not shown or any(line.withheld for line in shown):  # what was taken back is the school's
        raise AttachmentMissing("There is no such file.")
    return shown[0].event


def files_of(system: System) -> Attachments:
    return Attachments(system.datastore, tenant=system.settings.tenant, keys=system.mapper.keys)


def _keep(
    system: System, learner: UUID, group: Retention, first: bytes, rest: AsyncIterator[bytes]
) -> StoredAttachment:
    current().may_write(learner, RECORD_ITSELF)
    system.profiles.learner(learner)  # no key is made for somebody who is not here
    return files_of(system).keep(learner, group, chain([first], _pulled(rest)))


def _pulled(pieces: AsyncIterator[bytes]) -> Iterator[bytes]:
    """The pieces of a request's body, fetched from the event loop by a thread of its pool."""

    async def following() -> bytes | None:
        return await anext(pieces, None)

    while (piece := from_thread.run(following)) is not None:
        yield piece
