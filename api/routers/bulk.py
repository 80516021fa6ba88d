"""Many commands at once: one JSON object a line in, one a line out, in the same order.

The body is read and recorded batch by batch, so its length does not matter. The answers wait in
a file until all is read: a client that sends everything before it reads anything could otherwise
block itself. They hold ids and rules, no content.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import Any, cast
from uuid import UUID

import orjson
from eventsourcing.persistence import IntegrityError
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from api.answers import Receipt, receipt
from api.asking import (
    COMMAND_BYTES,
    KEY_LENGTH,
    FileRoute,
    check_media_type,
    check_query,
    command_id_of,
    cursors_of,
    refuse_doubles,
    system_of,
)
from api.compose import System
from api.cursors import Cursors
from api.permitting import permit_sent
from api.problems import Problem, Stopped, denied, stopped, wrong_field, wrong_form
from domain.application import CommandIdReused, Recorded
from domain.application import Request as Asked
from domain.errors import Denied, Refused, UnknownAttachment
from domain.vocabulary import COMMANDS
from store.keys import KeyDestroyed

router = APIRouter(prefix="/v1", route_class=FileRoute, tags=["bulk"])

NDJSON = "application/x-ndjson"
BATCH_LINES, BATCH_BYTES = 500, 4 * COMMAND_BYTES
IN_MEMORY = 1024 * 1024  # of the answers, before they go to a file
MEETINGS = 3  # times that a batch meets another writer before its lines go one by one

Line = tuple[int, bytes | None]  # its number from 1; None: longer than a command may be
Outcome = Recorded | Refused | Stopped


class BulkLine(BaseModel):
    """One command; the command's own fields stand beside these."""

    model_config = ConfigDict(extra="allow")

    learner: UUID = Field(description="Whose record it is for.")
    command: str = Field(
        description="The command's name, as in its own address.", examples=["record-observation"]
    )
    command_id: str = Field(
        min_length=1,
        max_length=KEY_LENGTH,
        description="A text of your own, new for every new command: a second run records nothing "
        "twice.",
        examples=["import-2025-09-01/row-17"],
    )


class BulkAnswer(BaseModel):
    """The answer to one line."""

    line: int = Field(description="The line's number, from 1.", examples=[1])
    status: int = Field(
        description="As the command's own route would answer: 201 recorded, 200 recorded before.",
        examples=[201],
    )
    receipt: Receipt | None = Field(default=None, description="What was recorded.")
    problem: Problem | None = Field(default=None, description="Why it was not.")


LINES_SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {
            NDJSON: {
                "schema": {"$ref": "#/components/schemas/BulkLine"},
                "example": '{"learner": "6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01", "command": '
                '"record-observation", "command_id": "row-1", "area": "strengths", '
                '"text": "Led the group."}\n',
            }
        },
    },
    "parameters": [],
}


@router.post(
    "/commands",
    summary="Record many commands",
    operation_id="bulk",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "One answer a line, in the order of the lines. A wrong line stops none "
            "of the others.",
            "content": {NDJSON: {"schema": {"$ref": "#/components/schemas/BulkAnswer"}}},
        }
    },
    openapi_extra=LINES_SCHEMA,
)
async def record_many(request: Request) -> Response:
    """Each line is one command as a JSON object: `learner`, `command`, `command_id` and the
    command's own fields. Recorded in batches; every line answered is safe on disk. Where the
    database goes away on the way, the problem says how many lines were done: send the same lines
    again, and those are not recorded twice.
    """
    check_query(request, {})
    check_media_type(request, NDJSON, "application/ndjson", "application/jsonl")
    bulk = Bulk(system_of(request), cursors_of(request), request.state.request_id)
    try:
        async for batch in batches(lines(request.stream())):
            await run_in_threadpool(bulk.record, batch)
    except Exception as error:
        bulk.close()
        problem = stopped(error)
        if problem is None:
            raise
        problem.lines = bulk.done
        raise problem from None
    return StreamingResponse(bulk.answers(), media_type=NDJSON)


class Bulk:
    """One bulk request: records batches, and keeps their answers until all is read."""

    def __init__(self, system: System, cursors: Cursors, request_id: UUID) -> None:
        self.system, self.cursors, self.request_id = system, cursors, request_id
        self.done = 0
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed in `close`

    def close(self) -> None:
        self._file.close()

    def answers(self) -> Iterator[bytes]:
        """The answers, in pieces."""
        try:
            self._file.seek(0)
            while piece := self._file.read(64 * 1024):
                yield piece
        finally:
            self.close()

    def record(self, batch: Sequence[Line]) -> None:
        """Record the lines of one batch and keep their answers."""
        outcomes: dict[int, Outcome] = {}
        asked: dict[int, Asked] = {}
        for number, text in batch:
            try:
                asked[number] = permit_sent(self._read(text))
            except Denied as error:
                outcomes[number] = denied(error)
            except (Stopped, Refused) as refused:
                outcomes[number] = refused
        outcomes.update(zip(asked, self._do(list(asked.values())), strict=True))
        for number, _ in batch:
            answer = self._answer(number, outcomes[number])
            self._file.write(answer.model_dump_json(exclude_none=True).encode() + b"\n")
        self.done = batch[-1][0]

    def _do(self, asked: Sequence[Asked]) -> Sequence[Outcome]:
        if not asked:
            return []
        for _ in range(MEETINGS):
            try:
                return self.system.profiles.do_many(asked)
            except IntegrityError:
                continue  # another writer met the batch: nothing of it was recorded
            except (KeyDestroyed, CommandIdReused, UnknownAttachment):
                break  # one line stands in the way of the others
        return [self._do_one(one) for one in asked]

    def _do_one(self, asked: Asked) -> Outcome:
        try:
            return self.system.profiles.do(asked)
        except Refused as refused:
            return refused
        except KeyDestroyed as error:
            return cast(Stopped, stopped(error))

    def _read(self, text: bytes | None) -> Asked:
        """The command of a line. Raises `Stopped` where it is not one."""
        if text is None:
            raise wrong_field(
                413, "line", "body-too-large",
                f"A line can have at most {COMMAND_BYTES // 1024} KiB.",
            )  # fmt: skip
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            column = error.colno
        else:
            refuse_doubles(text)
            return self._read_object(value)
        raise wrong_field(
            400,
            "line",
            "json-torn",
            f"The line is not JSON in UTF-8: it breaks off at column {column}.",
        )

    def _read_object(self, value: Any) -> Asked:
        try:
            line = BulkLine.model_validate(value)
        except ValidationError as error:
            raise wrong_form(error.errors()) from None
        command_class = COMMANDS.get(line.command)
        if command_class is None:
            raise wrong_field(
                404, "command", "command-unknown", "command must be the name of a command."
            )
        try:
            command = command_class.model_validate(line.model_extra or {})
        except ValidationError as error:
            raise wrong_form(error.errors(), command_class) from None
        command_id = command_id_of(self.system.settings.tenant, line.command_id, "command_id")
        context = replace(self.system.context(command_id), correlation_id=self.request_id)
        return Asked(line.learner, command, context)

    def _answer(self, number: int, outcome: Outcome) -> BulkAnswer:
        match outcome:
            case Recorded():
                status = 200 if outcome.repeated else 201
                return BulkAnswer(
                    line=number, status=status, receipt=receipt(outcome, self.cursors)
                )
            case _:
                problem = cast(Stopped, stopped(outcome)).problem()
                return BulkAnswer(line=number, status=problem.status, problem=problem)


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[Line]:
    """The lines of a stream that are not blank; of one that is too long, only its number."""
    number, kept, too_long = 0, bytearray(), False
    async for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            number += 1
            kept += piece
            if too_long or len(kept) > COMMAND_BYTES:
                yield number, None
            elif kept.strip():
                yield number, bytes(kept)
            kept, too_long = bytearray(), False
        kept += rest
        if len(kept) > COMMAND_BYTES:
            kept, too_long = bytearray(), True
    if too_long or kept.strip():
        yield number + 1, None if too_long else bytes(kept)


async def batches(found: AsyncIterator[Line]) -> AsyncIterator[list[Line]]:
    """The lines in batches, bounded in number and in bytes."""
    batch: list[Line] = []
    size = 0
    async for line in found:
        batch.append(line)
        size += len(line[1] or b"")
        if len(batch) == BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
