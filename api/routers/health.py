"""For whoever runs the server: is it alive, can it work, how is it doing."""

from typing import Literal

from anyio import CapacityLimiter, move_on_after, to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.asking import JsonRoute, SystemDep
from api.compose import System
from api.faults import Fault
from api.metrics import Metrics
from api.problems import stopped, unexpected
from api.readiness import check_ready
from projections.projector import NAMES
from projections.standing import Lag, lags
from store.settings import ServerTooOldError

router = APIRouter(route_class=JsonRoute, tags=["health"])

LATE_SECONDS = 60.0  # a projection further behind than this does not show what people wrote
LOOK_SECONDS = 3.0  # in which the database must have answered


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = Field(default="alive", description="Always alive.",
                                     examples=["alive"])  # fmt: skip


class ProjectionHealth(BaseModel):
    """How one projection is doing."""

    projection: str = Field(description="Its name.", examples=["profile"])
    behind: int = Field(description="Events it has yet to take in.", examples=[0])
    seconds: float = Field(description="Age of the first of those.", examples=[0.0])
    parked: int = Field(description="Events it could not take, for a person to look at.",
                        examples=[0])  # fmt: skip


class Ready(BaseModel):
    """Whether this process can do its work."""

    status: Literal["ready", "not ready"] = Field(
        description="Whether it can do its work.", examples=["ready"]
    )
    reasons: list[str] = Field(
        description="Why it cannot, a sentence each.",
        examples=[["The database cannot be reached at the moment."]],
    )
    warnings: list[str] = Field(
        description="What a person should look at meanwhile.",
        examples=[["profile has parked 1 event: see throughline doctor."]],
    )
    projections: list[ProjectionHealth] = Field(description="Each projection.")


@router.get("/healthz", summary="Is the process alive?")
def healthz() -> Alive:
    """Asks nothing of the database."""
    return Alive()


@router.get(
    "/readyz",
    summary="Can it do its work?",
    responses={503: {"model": Ready, "description": "It cannot, for the reasons given."}},
)
async def readyz(request: Request, response: Response, system: SystemDep) -> Ready:
    """The database answers, is migrated and takes changes; the keys open; nothing lags."""
    reasons, found = await look(request, system)
    warnings = []
    for lag in found:
        if lag.seconds > LATE_SECONDS:
            reasons.append(
                f"{lag.projection} is {lag.behind} events and {lag.seconds:.0f} s behind: is a "
                "worker running?"
            )
        if lag.parked:
            warnings.append(f"{lag.projection} has parked {lag.parked}: see throughline doctor.")
    if reasons:
        response.status_code = 503
    return Ready(
        status="not ready" if reasons else "ready",
        reasons=reasons,
        warnings=warnings,
        projections=[ProjectionHealth(**vars(lag)) for lag in found],
    )


async def look(request: Request, system: System) -> tuple[list[str], list[Lag]]:
    """`examine`, in time: not behind the requests that wait, and though the server hangs."""
    lookers: CapacityLimiter = request.app.state.lookers
    with move_on_after(LOOK_SECONDS):
        return await to_thread.run_sync(examine, system, limiter=lookers, abandon_on_cancel=True)
    return [f"The database has not answered for {LOOK_SECONDS:.0f} seconds."], []


def examine(system: System) -> tuple[list[str], list[Lag]]:
    """What is wrong, a sentence each; and the projections where they can be looked at."""
    reasons: list[str] = []
    found: list[Lag] = []
    try:
        check_ready(system.databases.app, system.settings.tenant)
        found = lags(system.datastore, system.settings.tenant, NAMES)
        system.reader.standing()
    except (Fault, ServerTooOldError) as fault:
        reasons.append(str(fault))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready
        reasons.append((stopped(error) or unexpected("readyz")).detail)
    try:
        system.mapper.keys.epoch()
    except Exception as error:  # noqa: BLE001 - the same
        reasons.append((stopped(error) or unexpected("readyz")).detail)
    return reasons, found


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={
        200: {
            "description": "Counters by route and status, and the projections' lag.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
)
def metrics(request: Request, system: SystemDep) -> Response:
    """No person's data: routes stand as templates."""
    _, found = examine(system)
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(found), media_type="text/plain; version=0.0.4; charset=utf-8")
