"""The words of the notices that answers carry, by their version: a stable address for each."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import PlainTextResponse

from api.asking import NOTICES as BELOW
from api.asking import JsonRoute
from api.problems import Stopped
from domain.access.notices import NOTICES
from domain.fields import LawCode

router = APIRouter(route_class=JsonRoute, tags=["reading"])


@router.get(
    f"{BELOW}{{notice}}",
    summary="Read the words of a notice",
    response_class=PlainTextResponse,
    responses={200: {"description": "The words, whose SHA-256 the header gave."}},
)
async def words(
    notice: Annotated[LawCode, Path(description="Its version.", examples=[*NOTICES])],
) -> PlainTextResponse:
    """What `Throughline-Notice` stands for, exactly as its digest counts it. It never changes."""
    found = NOTICES.get(notice)
    if found is None:
        raise Stopped(404, "notice-unknown", "There is no notice of this version.")
    return PlainTextResponse(found.text)
