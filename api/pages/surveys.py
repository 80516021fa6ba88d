"""Answers to surveys that wait: the privacy officer's list, and what comes of each."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.audit_reading import need_keeper
from api.compose import System
from api.pages.answer import Answers
from api.pages.consents import ERASED
from api.pages.learner import known_at
from api.pages.observation import known_id
from api.pages.posted import Posted
from api.pages.typed import Typed
from api.permitting import permit
from api.waiting_answers import LOOKED, State, WaitingAnswer, waiting_answers
from domain.access.offering import Aside
from domain.access.words import AnswerOutcome
from domain.application import Request
from domain.errors import CommandReused, Refused
from domain.fields import LONG
from domain.oversight import ReviewSurveyAnswer
from store.keys import KeyDestroyed

REASONS = {
    Aside.SAID_NO: "The family said no to this survey by the day of the answer.",
    Aside.NOT_PUBLISHED: "The district has not published this survey, so nobody has said which "
    "protected areas it touches.",
    Aside.NOT_OFFERED: "The survey touches a protected area, and no offer to this learner by the "
    "day of the answer is on file.",
}
STATES: Mapping[str, State] = {"kept": "kept", "shown": "shown"}
NO_OUTCOME = "Choose whether it may be shown."
NO_NOTE = f"Write why, in at most {LONG:,} characters."
REUSED = "This was already recorded from this form. Load the page again to say something else."


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The list, and its forms."""

    @router.get("/surveys")
    def waiting(before: int | None = None, state: State = "open") -> Response:
        return shown(system, answers, before, state)

    @router.post("/learners/{learner}/answers/{fact}/review")
    def review(learner: UUID, fact: UUID, fields: Posted) -> Response:
        state = STATES.get(fields.get("state", ""), "open")
        typed = checked(Typed({**fields, "entry": str(fact)}, known_id(fields.get("command_id"))))
        try:
            if not typed.errors:
                system.reader.wait_for(record(system, learner, fact, typed))
                return answers.go("/surveys" if state == "open" else f"/surveys?state={state}")
        except CommandReused:
            typed = Typed(typed.fields).wrong("form", REUSED)
        except Refused as refused:
            typed = typed.wrong("form", str(refused))
        except KeyDestroyed:
            typed = typed.wrong("form", ERASED)
        before = int(typed["before"]) if typed["before"].isdecimal() else None
        return shown(system, answers, before, state, typed)

    @router.get("/learners/{learner}/answers/{fact}/review")
    def nothing_sent() -> Response:
        return answers.go("/surveys")


def checked(typed: Typed) -> Typed:
    """What was typed, with what is wrong with it."""
    if typed["outcome"] not in set(AnswerOutcome):
        typed = typed.wrong("outcome", NO_OUTCOME)
    return typed if typed["note"].strip() else typed.wrong("note", NO_NOTE)


def record(system: System, learner: UUID, fact: UUID, typed: Typed) -> int:
    """Record what came of it; the position. Raises `Refused`."""
    told = {"fact": fact, "outcome": typed["outcome"], "note": typed["note"].strip()}
    try:
        command = ReviewSurveyAnswer.model_validate(told)
    except ValidationError:
        raise Refused("note", "too-long", NO_NOTE) from None
    context = system.context(UUID(typed.command_id))
    return system.profiles.do(permit(Request(learner, command, context))).position


def shown(
    system: System,
    answers: Answers,
    before: int | None,
    state: State,
    typed: Typed | None = None,
) -> Response:
    """The list; with what was typed, where that could not be recorded."""
    need_keeper(system)
    at, today = system.reader.standing(), system.context().today
    found = waiting_answers(system, at, before=before, state=state)
    return answers.page(
        "survey_list.html",
        422 if typed else 200,
        known=known_at(system, at),
        waiting=found.answers,
        listed={str(one.event.fact) for one in found.answers},
        names=names(system, found.answers, today),
        before=before,
        older=found.next,
        state=state,
        typed=typed or Typed(),
        new_id=lambda: known_id(None),
        reasons=REASONS,
        looked=LOOKED,
    )


def names(system: System, found: Sequence[WaitingAnswer], today: date) -> dict[UUID, str]:
    """The learners' names, noted as shown."""
    learners = list({one.line.learner for one in found})
    listed = system.reader.listed(system.reader.caseload(today, learners=learners))
    return {place.learner: place.name for place in listed}
