"""Pages for a counselor: server-rendered, without script, each with a way back and on."""

from fastapi import APIRouter, Response

from api.compose import System
from api.pages import audit, caseload, learner, observation, replay, timeline
from api.pages.answer import Answers, telling


def pages(system: System) -> APIRouter:
    """The pages of one district, from `/` on."""
    answers = Answers(system)
    router = APIRouter(route_class=telling(answers), include_in_schema=False)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        return answers.file(name)

    for part in (caseload, learner, timeline, replay, audit, observation):
        part.routes(router, system, answers)
    return router


def error_page(system: System, status: int) -> Response:
    """The page for a status of the server around the pages, such as an address nobody knows."""
    return Answers(system).error_page(status)
