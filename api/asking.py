"""What every route of the JSON API asks for first: the form of a request, and the system."""

import json
from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from inspect import iscoroutinefunction
from typing import Annotated, Any, get_origin
from uuid import UUID, uuid5

import orjson
from fastapi import Depends, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response, StreamingResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from api.compose import System
from api.cursors import LONGEST, Cursors
from api.problems import stopped, wrong_field, wrong_form
from api.sight import current, open_sight, seeing
from domain.access.notices import Notice

COMMAND_BYTES = 1024 * 1024
KEY_LENGTH = 200
NOTICES = "/v1/notices/"  # below it stand the words of each version
TENANTS = UUID("6d0c2c64-7a0b-5c43-9e56-3c1c8b8a4f10")  # the namespace of our own ids


class JsonRequest(Request):
    """A request whose body was read, and found to be JSON, before anything else happens."""

    def __init__(self, request: Request, body: bytes, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._read, self._value = body, value

    async def body(self) -> bytes:
        return self._read

    async def json(self) -> Any:
        return self._value


class JsonRoute(APIRoute):
    """A route that takes JSON of at most 1 MiB and refuses query parameters it does not know."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        known = query_names(self.dependant)
        asked = self.body_field.field_info.annotation if self.body_field else None
        model = asked if isinstance(asked, type) and issubclass(asked, BaseModel) else None

        async def handle(request: Request) -> Response:
            check_query(request, known)
            if self.body_field is not None:
                request = await read_json(request)
            try:
                return await handler(request)
            except RequestValidationError as error:
                raise wrong_form(error.errors(), model) from None

        return handle


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def noting(handler: Handler) -> Handler:
    """The handler with its own sight, whose log is written before its answer leaves."""

    async def handle(request: Request) -> Response:
        sight = open_sight(request)
        with seeing(sight):
            try:
                answer = await handler(request)
            except Exception as error:
                problem = stopped(error)
                status = problem.status if problem else 500
                sight.ended(error, status, request.path_params.get("learner"))
                await run_in_threadpool(sight.settle)
                raise
            carry(answer, sight.serve())
            if sight.seen:
                await run_in_threadpool(sight.settle, getattr(answer, "body", None))
            if sight.settled:
                request.state.durable = True
            return answer

    return handle


def carry(answer: Response, notice: Notice | None) -> None:
    """Put a notice into the headers of an answer: its words are at the address there."""
    if notice is not None:
        answer.headers["Throughline-Notice"] = f"{notice.version}; sha256={notice.digest}"
        answer.headers["Link"] = f'<{NOTICES}{notice.version}>; rel="terms-of-service"'


def settling(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint; where its answer is bytes already, with the log written in the same thread."""

    @wraps(endpoint)
    def settled(*given: Any, **asked: Any) -> Any:
        answer = endpoint(*given, **asked)
        if isinstance(answer, Response) and not isinstance(answer, StreamingResponse):
            sight = current()
            carry(answer, sight.serve())
            sight.settle(answer.body)
        return answer

    return endpoint if iscoroutinefunction(endpoint) else settled


class RecordRoute(JsonRoute):
    """A route that tells or takes something of somebody's record: see `api.sight`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        super().__init__(path, settling(endpoint), **given)

    def get_route_handler(self) -> Handler:
        return noting(super().get_route_handler())


class FileRoute(APIRoute):
    """The same for bodies that are no JSON of ours: files, and many commands at once."""

    def get_route_handler(self) -> Handler:
        return noting(super().get_route_handler())


def query_names(dependant: Dependant) -> dict[str, bool]:
    """The query parameters that a route takes; true for those that can be given several times."""
    own = {p.alias: get_origin(p.field_info.annotation) is list for p in dependant.query_params}
    for dependency in dependant.dependencies:
        own |= query_names(dependency)
    return own


def check_query(request: Request, known: Mapping[str, bool]) -> None:
    """Refuse what would otherwise be ignored without a word."""
    if set(request.query_params) - known.keys():
        can = f"It takes: {', '.join(sorted(known))}." if known else "It takes none."
        raise wrong_field(
            422, "query", "query-unknown", f"This address does not take that query parameter. {can}"
        )
    for name, several in known.items():
        if not several and len(request.query_params.getlist(name)) > 1:
            raise wrong_field(
                422, name, "query-twice", f"{name} stands twice in the address: say which is meant."
            )


async def read_json(request: Request) -> JsonRequest:
    """Read and parse the body. Raises `Stopped` where it is too large, torn or not JSON."""
    check_media_type(request, "application/json")
    body = await read_body(request, COMMAND_BYTES)
    return JsonRequest(request, body, parse(body) if body else None)


def check_media_type(request: Request, *allowed: str) -> None:
    """Refuse another media type, another character set, or a packed body."""
    given, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.replace(" ", "").lower().removeprefix("charset=").strip('"')
    packed = request.headers.get("content-encoding", "identity").lower() != "identity"
    if given.strip().lower() not in allowed or charset not in ("", "utf-8") or packed:
        raise wrong_field(
            415,
            "Content-Type",
            "media-type-not-supported",
            f"Send the body as {' or '.join(allowed)}, in UTF-8 and not compressed.",
        )


def too_large(request: Request, limit: int) -> bool:
    """Whether the body's stated length is over the limit."""
    declared = request.headers.get("content-length", "")
    return declared.isdecimal() and int(declared) > limit


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, of at most `limit` bytes."""
    body = bytearray()
    if not too_large(request, limit):
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                break
        else:
            return bytes(body)
    raise wrong_field(
        413, "body", "body-too-large", f"The body can have at most {limit // 1024} KiB."
    )


def parse(body: bytes) -> Any:
    """The value of a JSON text. Raises `Stopped` with the place where it is torn."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        # The error keeps the text: let go of it.
        where = f"line {error.lineno}, column {error.colno}"
    else:
        refuse_doubles(body)
        return value
    raise wrong_field(
        400, "body", "json-torn", f"The body is not JSON in UTF-8: it breaks off at {where}."
    )


def refuse_doubles(body: bytes) -> None:
    """Raise `Stopped` where an object names a field twice: which of the two was meant?"""

    def once(pairs: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            raise wrong_field(
                400, "body", "field-twice", "A field stands twice in the body; give each one once."
            )

    json.loads(body, object_pairs_hook=once)


def spellings(grade: str) -> set[str]:
    """A grade's code without and with a leading zero: one system writes 4, another 04."""
    bare = grade.lstrip("0") or "0"
    return {grade, bare, bare.zfill(2)} if grade.isdecimal() else {grade}


# -- what routes ask for ----------------------------------------------------------------------


def system_of(request: Request) -> System:
    """The system that this application serves."""
    system: System = request.app.state.system
    return system


def cursors_of(request: Request) -> Cursors:
    cursors: Cursors = request.app.state.cursors
    return cursors


# Dependencies that only look something up are coroutines: a plain function costs a thread each.
async def given_system(request: Request) -> System:
    return system_of(request)


async def given_cursors(request: Request) -> Cursors:
    return cursors_of(request)


SystemDep = Annotated[System, Depends(given_system)]
CursorsDep = Annotated[Cursors, Depends(given_cursors)]
LearnerId = Annotated[UUID, Path(description="The learner's id.")]
After = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="A position that a receipt gave: the answer waits until it has taken that in.",
        examples=["kq3vT0x0b2Zl5cXo"],
    ),
]
CursorParam = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="`next` of the page before; left out: the first page.",
        examples=["kq3vT0x0b2Zl5cXo"],
    ),
]
CursorField = Annotated[
    str | None,
    Field(
        max_length=LONGEST,
        description="`next` of the page before.",
        examples=["kq3vT0x0b2Zl5cXo"],
    ),
]
Limit = Annotated[
    int, Query(ge=1, le=500, description="How many entries a page has.", examples=[100])
]


def command_id_of(tenant: str, key: str, field: str = "Idempotency-Key") -> UUID:
    """The command id that a client's own key stands for. Raises `Stopped` for an unfit key."""
    if not 0 < len(key) <= KEY_LENGTH or not key.isprintable():
        raise wrong_field(
            422,
            field,
            "key-not-valid",
            f"{field} must have 1 to {KEY_LENGTH} characters, all of them printable.",
        )
    return uuid5(uuid5(TENANTS, tenant), key)


async def command_id(
    system: SystemDep,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="A text of your own, new for every new command. The same command with "
            "the same key is recorded once, however often it is sent.",
            examples=["import-2025-09-01/row-17"],
        ),
    ] = None,
) -> UUID | None:
    if idempotency_key is None:
        return None
    return command_id_of(system.settings.tenant, idempotency_key)


async def looked_at(
    if_match: Annotated[
        str | None,
        Header(
            description="The `ETag` of what you looked at. Where somebody has since changed what "
            "this command changes, it is refused.",
            examples=['"kq3vT0x0b2Zl5cXo9wqLtQ"'],
        ),
    ] = None,
) -> str | None:
    return if_match


CommandId = Annotated[UUID | None, Depends(command_id)]
LookedAt = Annotated[str | None, Depends(looked_at)]
