"""Answers handed on: the token of an answer, and the same answer asked for again."""

from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Response

from api import answers, versions
from api.answers_replay import RepeatedAnswer
from api.asking import RecordRoute, SystemDep
from api.cursors import LONGEST, Cursors
from api.problems import wrong_field
from api.routers.learners import AskingDep
from api.sight import current
from api.texts import Texts, TextsDep, sent, text_of
from projections import replay as replays
from projections.entries import Entry
from projections.replay import Question, Replay
from projections.schema import VERSION

router = APIRouter(prefix="/v1", route_class=RecordRoute, tags=["replay"])

OTHERWISE = "shown-otherwise"  # what one may see differs from what was shown then
WHOM = 12  # letters of the id of whoever was answered, in a token
PLACES = 10  # what a token holds beside the version of the fold


def answer_of(found: Replay, texts: Texts, zone: str) -> dict[str, Any]:
    """The parts of a `ReplayAnswer`, for `api.texts.text_of`."""
    question = found.question
    return {
        "coordinates": answers.coordinates(
            question.at, texts.cursors, zone, question.on, custodian=question.custodian
        ),
        "answer": found.answer,
        "version": versions.told(question.at.learner_version),
        "entries": texts.each(found.entries),
        "source_says": texts.each(found.source_says),
    }


def stable(found: Replay, told: dict[str, Any], texts: Texts) -> bytes:
    """The bytes of an answer as it is sent when it is repeated: without the marks of what was
    taken away since. `told` is what `answer_of` made of it."""
    marked = any(e.removed for e in (*found.entries, *found.source_says))
    bare = {
        "entries": texts.each(map(unmarked, found.entries)),
        "source_says": texts.each(map(unmarked, found.source_says)),
    }
    return text_of({**told, **bare} if marked else told)


def unmarked(entry: Entry) -> Entry:
    return replace(entry, removed=None) if entry.removed else entry


def token(cursors: Cursors, question: Question, what: str, zone: str, digest: str) -> str:
    """The coordinates of an answer, sealed, with what they were answered by."""
    return cursors.give(
        "token",
        VERSION,
        str(question.learner),
        what,
        question.on.isoformat(),
        question.at.position,
        question.instant.isoformat() if question.instant else None,
        question.custodian,
        question.at.reached if question.before_our_file else None,
        zone,
        digest,
        current().asker.viewer.person.hex[:WHOM],
    )


@router.get(
    "/answers/{token}", summary="Repeat an answer by its token", response_model=RepeatedAnswer
)
def repeated(
    asking: AskingDep,
    system: SystemDep,
    texts: TextsDep,
    token: Annotated[
        str,
        Path(
            max_length=LONGEST,
            description="The `token` of an answer.",
            examples=[answers.POSITION],
        ),
    ],
) -> Response:
    """The same answer, to the byte; or what has changed it since: an erasure, or a removal."""
    cursors = texts.cursors
    version, *place = taken(cursors, token)
    if version != VERSION or len(place) != PLACES:  # what follows may have another form
        raise wrong_field(
            410,
            "token",
            "token-of-older-fold",
            "This answer was given by an older version, which read the events in another way. "
            "Ask the question again.",
        )
    learner, what, on, position, instant, custodian, told_at, zone, digest, whom = place
    at = asking.stand(UUID(learner), position)
    question = Question(
        UUID(learner),
        date.fromisoformat(on),
        at,
        datetime.fromisoformat(instant) if instant else None,
        custodian=custodian and current().asker.is_custodian,
        kinds=replays.KINDS[what],
        told_at=told_at,
    )
    found = replays.replay(system.reader, question)
    # The zone of the time: the district may have changed it.
    answer = stable(found, answer_of(found, texts, zone), texts)
    now = sha256(answer).hexdigest()
    marks = [*found.entries, *found.source_says]
    because = {e.removed.how for e in marks if e.removed and e.withheld}
    if any(e.provenance.erased for e in marks):
        because.add("erased")
    # Whether somebody else was shown more is for the officer to know. Who asks again is told so.
    asker = current().asker
    mine = asker.oversees or asker.viewer.person.hex.startswith(whom)
    same = mine and now == digest
    if not mine or not (same or because):
        because.add(OTHERWISE)
    return sent(
        asking.response,
        {
            "same": same,
            "because": [] if same else sorted(because),
            "removed_since": {
                str(e.id): answers.Removal(
                    position=cursors.position(e.removed.position), how=e.removed.how
                )
                for e in marks
                if e.removed
            },
            "sha256": digest if mine else now,
            "answer": orjson.Fragment(answer),
        },
    )


def taken(cursors: Cursors, token: str) -> list[Any]:
    """What a token holds. Raises `Stopped` for one that is torn, or another district's."""
    return cursors.take(token, "token", "token")
