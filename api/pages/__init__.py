"""Pages for a counselor: server-rendered, without script, each with a way back and on."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from api.pages import (
    audit,
    caseload,
    consent_acts,
    consents,
    disclosures,
    emergencies,
    learner,
    observation,
    online,
    opt_outs,
    personas,
    private_notes,
    replay,
    review_list,
    scans,
    surveys,
    timeline,
    who_saw,
    who_saw_line,
)
from api.pages.answer import Answers, Trouble, telling
from api.pages.personas import Part


def pages(answers: Answers, parts: Sequence[Part] = ()) -> APIRouter:
    """The pages of one district, from `/` on; with `parts`, the page to choose one of them."""
    system = answers.system
    router = APIRouter(route_class=telling(answers), include_in_schema=False)

    router.routes.extend(files(answers).routes)
    for part in (
        caseload,
        learner,
        timeline,
        replay,
        audit,
        review_list,
        who_saw,
        who_saw_line,
        observation,
        private_notes,
        consents,
        consent_acts,
        opt_outs,
        online,
        scans,
        surveys,
        emergencies,
        disclosures,
    ):
        part.routes(router, system, answers)
    if parts:
        personas.routes(router, system, answers, parts)
    return router


def files(answers: Answers) -> APIRouter:
    """The stylesheet and the icon: nobody's record, so nobody is asked who looks at them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        try:
            return answers.file(name)
        except Trouble as trouble:
            return answers.unread("trouble.html", trouble.status, trouble=trouble)

    return router
