"""One route for every command, made from the vocabulary: each with its own typed body."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from inspect import cleandoc
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Body, Depends, Request, Response

from api import versions
from api.answers import Receipt, receipt
from api.asking import CommandId, CursorsDep, LearnerId, LookedAt, RecordRoute, SystemDep
from api.compose import System
from api.cursors import Cursors
from api.permitting import permit_sent
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


@dataclass(frozen=True)
class Recording:
    """The request that gives a command, and the answer to it."""

    request: Request
    response: Response
    system: System
    cursors: Cursors
    command_id: UUID | None

    def record(self, about: UUID, command: Command, expected: int | None = None) -> Receipt:
        """Record the command on somebody's record and put its outcome into the HTTP answer."""
        context = self.system.context(self.command_id)
        context = replace(context, correlation_id=self.request.state.request_id)
        asked = permit_sent(Asked(about, command, context, expected))
        recorded = self.system.profiles.do(asked)
        if recorded.repeated:
            self.response.status_code = 200
            self.response.headers[REPLAYED] = "true"
        else:
            self.request.state.durable = True  # the append has flushed
        self.response.headers["ETag"] = versions.mark(
            self.cursors,
            recorded.event.originator_version,
            recorded.position,
            of=recorded.event.originator_id,
            record=recorded.event.SPEC.record,
        )
        return receipt(recorded, self.cursors)


async def recording(
    request: Request,
    response: Response,
    system: SystemDep,
    cursors: CursorsDep,
    command_id: CommandId,
) -> Recording:
    return Recording(request, response, system, cursors, command_id)


RecordingDep = Annotated[Recording, Depends(recording)]


@router.post(
    "/learners",
    status_code=201,
    summary="Open the record of a learner",
    tags=["learner"],
    operation_id="register",
    responses=ANSWERS,
)
def register(*, command: RegisterLearner, recording: RecordingDep) -> Receipt:
    """The learner gets an id of ours; to choose it yourself, use `register-learner` under it."""
    # The same key gives the same learner, so that a repeat finds the first answer.
    key = recording.command_id
    return recording.record(uuid5(key, "learner") if key else uuid4(), command)


def endpoint(command_class: type[Command]) -> Callable[..., Receipt]:
    """The route function of one command."""

    def give(
        *, learner: LearnerId, command: Any, recording: RecordingDep, looked: LookedAt
    ) -> Receipt:
        kind = command_class.EVENT.SPEC.record
        expected = versions.looked_at(recording.system, recording.cursors, learner, looked, kind)
        return recording.record(learner, command, expected)

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
