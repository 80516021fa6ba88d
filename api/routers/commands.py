"""One route for every command, made from the vocabulary: each with its own typed body."""

from collections.abc import Callable
from dataclasses import replace
from inspect import cleandoc
from typing import Annotated, Any
from uuid import uuid4, uuid5

from fastapi import APIRouter, Body, Request, Response

from api import versions
from api.answers import Receipt, receipt
from api.asking import CommandId, CursorsDep, LearnerId, LookedAt, RecordRoute, SystemDep
from api.compose import System
from api.cursors import Cursors
from api.sight import permit
from domain.application import Request as Asked
from domain.event import Command
from domain.identity import RegisterLearner
from domain.vocabulary import COMMANDS

router = APIRouter(prefix="/v1", route_class=RecordRoute)

REPLAYED = "Idempotency-Replayed"
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Receipt,
        "description": f"Recorded before under this key; the first answer, with `{REPLAYED}`.",
    },
    201: {"description": "Recorded, and safe on disk. `ETag` is for your next `If-Match`."},
}


def record(
    system: System,
    cursors: Cursors,
    http: tuple[Request, Response],
    asked: Asked,
) -> Receipt:
    """Record one command and put its outcome into the HTTP answer."""
    request, response = http
    permit(asked.learner, asked.command)
    context = replace(asked.context, correlation_id=request.state.request_id)
    recorded = system.profiles.do(replace(asked, context=context))
    if recorded.repeated:
        response.status_code = 200
        response.headers[REPLAYED] = "true"
    else:
        request.state.durable = True  # the append has flushed
    response.headers["ETag"] = versions.mark(
        cursors,
        recorded.event.originator_version,
        recorded.position,
        record=recorded.event.SPEC.record,
    )
    return receipt(recorded, cursors)


@router.post(
    "/learners",
    status_code=201,
    summary="Open the record of a learner",
    tags=["learner"],
    operation_id="register",
    responses=ANSWERS,
)
def register(
    *,
    request: Request,
    response: Response,
    system: SystemDep,
    cursors: CursorsDep,
    command: RegisterLearner,
    command_id: CommandId,
) -> Receipt:
    """The learner gets an id of ours; to choose it yourself, use `register-learner` under it."""
    # The same key gives the same learner, so that a repeat finds the first answer.
    learner = uuid5(command_id, "learner") if command_id else uuid4()
    asked = Asked(learner, command, system.context(command_id))
    return record(system, cursors, (request, response), asked)


def endpoint(command_class: type[Command]) -> Callable[..., Receipt]:
    """The route function of one command."""

    def give(
        *,
        request: Request,
        response: Response,
        system: SystemDep,
        cursors: CursorsDep,
        learner: LearnerId,
        command: Any,
        command_id: CommandId,
        looked: LookedAt,
    ) -> Receipt:
        kind = command_class.EVENT.SPEC.record
        expected = versions.looked_at(system, cursors, learner, looked, kind)
        asked = Asked(learner, command, system.context(command_id), expected)
        return record(system, cursors, (request, response), asked)

    give.__annotations__["command"] = Annotated[command_class, Body()]
    return give


def described(command_class: type[Command]) -> tuple[str, str]:
    """Summary and description, from the command's docstring and its event's registration."""
    summary, _, rest = cleandoc(command_class.__doc__ or "").partition("\n")
    event = command_class.EVENT
    classes = ", ".join(sorted(event.SPEC.classes))
    return summary.rstrip("."), (
        f"{rest.strip()}\n\nRecords `{event.TOPIC}`, kept {event.SPEC.purpose}. Data class: "
        f"`{event.SPEC.default}` unless given; it can be {classes}."
    ).strip()


for name, command_class in COMMANDS.items():
    summary, description = described(command_class)
    router.add_api_route(
        f"/learners/{{learner}}/{name}",
        endpoint(command_class),
        methods=["POST"],
        status_code=201,
        summary=summary,
        description=description,
        tags=[command_class.EVENT.SPEC.group],
        operation_id=name,
        responses=ANSWERS,
    )
