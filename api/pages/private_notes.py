"""Sharing a private note: from then on it is part of the record, and no longer private."""

from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages.answer import Answers, Trouble
from api.pages.learner import find
from api.pages.observation import known_id
from api.pages.posted import Posted
from api.pages.said import Said, said
from api.permitting import permit
from api.sight import current
from domain.application import Request
from domain.changes import ShareNote
from domain.errors import Refused
from domain.words import DataClass
from store.keys import KeyDestroyed

NO_NOTE = Trouble(
    404,
    "There is no private note of yours at this address",
    "It may have been shared already. Look for it on the learner’s page.",
)
WITH_WHOM = "Say with whom you share it: a person, a team, the family."
NOT_KEPT = "This could not be recorded. Write a few plain words, and send it again."


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The form to share a private note, and what happens when it is sent."""

    def show(
        learner: UUID, note: UUID, status: int = 200, *, command_id: str = "", **typed: Any
    ) -> Response:
        today = system.context().today
        return answers.page(
            "share_note.html",
            status,
            here="profile",
            place=find(system, learner, today),
            today=today,
            note=own_note(system, learner, note),
            command_id=command_id or str(uuid4()),
            typed=typed,
        )

    @router.get("/learners/{learner}/notes/{note}/share")
    def blank(learner: UUID, note: UUID) -> Response:
        return show(learner, note)

    @router.post("/learners/{learner}/notes/{note}/share")
    def share(learner: UUID, note: UUID, fields: Posted) -> Response:
        shared_with, form_id = fields.get("shared_with", ""), known_id(fields.get("command_id"))
        typed = {"command_id": form_id, "shared_with": shared_with}
        if not shared_with.strip():
            return show(learner, note, 422, wrong=WITH_WHOM, **typed)
        who = current().asker.viewer
        try:
            command = ShareNote(
                fact=note, shared_with=shared_with, author=who.person, author_name=who.name
            )
            asked = permit(Request(learner, command, system.context(UUID(form_id))))
            recorded = system.profiles.do(asked)
        except Refused as refused:
            if refused.rule == "fact-unknown":
                raise NO_NOTE from None
            return show(learner, note, 422, wrong=str(refused), **typed)
        except (ValidationError, KeyDestroyed):
            return show(learner, note, 422, wrong=NOT_KEPT, **typed)
        system.reader.wait_for(recorded.position)
        return answers.go(f"/learners/{learner}#entry-{note}")


def own_note(system: System, learner: UUID, note: UUID) -> Said:
    """A private note of whoever asks, for nobody else is shown it. Raises `Trouble`."""
    today = system.context().today
    for entry in system.reader.profile(learner, today, kinds=["fact"]):
        if entry.id == note and entry.data_class == DataClass.SOLE_POSSESSION:
            return said(entry)
    raise NO_NOTE
