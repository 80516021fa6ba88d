"""Replay: what holds on a day, as known at a moment; of one learner, one entry or a cohort."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import answers, versions
from api.answers import Viewer
from api.answers_replay import CohortPage, EntryAnswer, ProfileAnswer, TimelinePage
from api.asking import (
    CursorField,
    CursorParam,
    CursorsDep,
    LearnerId,
    Limit,
    RecordRoute,
    SystemDep,
    cursors_of,
    spellings,
)
from api.compose import System
from api.cursors import LONGEST
from api.moments import MomentWrong, day_asked, instant_asked, names_moment
from api.problems import Stopped, wrong_field
from api.routers.learners import Asking, AskingDep
from api.routers.repeated import answer_of, stable, token
from api.sight import current
from api.texts import Texts, TextsDep, sent
from domain.fields import Code
from projections import replay as replays
from projections.reading import BEGINNING, FIRST, InstantAhead, place_in_time
from projections.replay import Answer, Question
from projections.standing import Standing

router = APIRouter(prefix="/v1", route_class=RecordRoute, tags=["replay"])

OnDate = Annotated[
    date | None,
    Query(
        description="The day in the world that is asked about; left out: today.",
        examples=["2025-03-14"],
    ),
]
Known = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="Up to when the record is known: a day (its end), a time, or a position that "
        "an answer gave. Left out: now.",
        examples=["2025-03-14", "2025-03-14T15:00:00-05:00", answers.POSITION],
    ),
]
ViewerParam = Annotated[
    Viewer,
    Query(
        description="For whom it is read: what was amended or retracted since is shown to the "
        "custodian alone, and marked.",
        examples=["custodian"],
    ),
]


@dataclass(frozen=True)
class Moment:
    """The coordinates of a question as they were given."""

    asking: Asking
    system: System
    on: date | None
    known: str | None
    viewer: Viewer

    @property
    def day(self) -> date:
        """The day in the world. Raises `Stopped`."""
        today = self.system.context().today
        try:
            return day_asked(self.on or today, today)
        except MomentWrong as wrong:
            raise wrong_field(422, "on", wrong.rule, str(wrong)) from None

    def known_at(self) -> tuple[int | None, datetime | None]:
        """The position asked about, and the instant where it was one. Raises `Stopped`."""
        if self.known is None:
            return None, None
        try:
            return cursors_of(self.asking.request).position_from(self.known, "known"), None
        except Stopped:
            if not names_moment(self.known):
                raise
        # A position may begin with digits too, but no instant is one.
        try:
            instant = instant_asked(self.known, self.system.zone, datetime.now(UTC))
            return self.system.reader.position_at(instant), instant
        except MomentWrong as wrong:
            raise wrong_field(422, "known", wrong.rule, str(wrong)) from None
        except InstantAhead:
            raise wrong_field(
                422, "known", "known-in-future", "known cannot lie ahead of the database's clock."
            ) from None

    def question(self, learner: UUID, kinds: Sequence[str] | None = None) -> Question:
        """The question about a learner. Raises `Stopped` and `UnknownLearner`."""
        day = self.day
        position, instant = self.known_at()
        at = self.asking.stand(learner, position)
        return Question(learner, day, at, instant, custodian=self.custodian, kinds=kinds)

    @property
    def custodian(self) -> bool:
        """Whether the custodian is told it: who asks for that must be one."""
        return is_custodian(self.viewer)

    def coordinates(self, at: Standing, on: date | None) -> answers.Coordinates:
        return answers.coordinates(
            at,
            cursors_of(self.asking.request),
            self.system.zone.key,
            on,
            custodian=self.custodian,
        )


def is_custodian(asked: Viewer) -> bool:
    return asked is Viewer.CUSTODIAN and current().asker.is_custodian


async def at(
    asking: AskingDep,
    system: SystemDep,
    on: OnDate = None,
    known: Known = None,
    viewer: ViewerParam = Viewer.CUSTODIAN,
) -> Moment:
    return Moment(asking, system, on, known, viewer)


MomentDep = Annotated[Moment, Depends(at)]


@router.get(
    "/learners/{learner}/profile",
    summary="Read a learner's profile",
    response_model=ProfileAnswer,
)
def profile(moment: MomentDep, texts: TextsDep, learner: LearnerId) -> Response:
    """What holds on a day, as known now or at a moment, each entry with its source."""
    return answered(moment, texts, learner, "profile")


@router.get(
    "/learners/{learner}/goals", summary="Read a learner's goals", response_model=ProfileAnswer
)
def goals(moment: MomentDep, texts: TextsDep, learner: LearnerId) -> Response:
    """The goals as they stand on a day, as known now or at a moment."""
    return answered(moment, texts, learner, "goals")


@router.get(
    "/learners/{learner}/consents",
    summary="Read a learner's consents",
    response_model=ProfileAnswer,
)
def consents(moment: MomentDep, texts: TextsDep, learner: LearnerId) -> Response:
    """Consents, notices and opt-outs as they stand on a day, as known now or at a moment."""
    return answered(moment, texts, learner, "consents")


def answered(moment: Moment, texts: Texts, learner: UUID, what: str) -> Response:
    """The answer to a question, with the token that repeats it. Raises `Stopped`."""
    found = replays.replay(moment.system.reader, moment.question(learner, replays.KINDS[what]))
    refuse_before_birth(moment.system, learner, moment.on)
    zone = moment.system.zone.key
    told = answer_of(found, texts, zone)
    digest = sha256(stable(found, told, texts)).hexdigest()
    repeats = token(texts.cursors, found.question, what, zone, digest)
    return sent(moment.asking.response, {**told, "token": repeats})


def refuse_before_birth(system: System, learner: UUID, on: date | None) -> None:
    """Raises `Stopped` where a day was asked about on which the learner was not yet born.

    As known now: whatever moment is asked about, nothing can have been true of the learner then.
    """
    if on is None:
        return
    try:
        day_asked(on, on, replays.born(system.reader, learner))
    except MomentWrong as wrong:
        raise wrong_field(422, "on", wrong.rule, str(wrong)) from None


@router.get("/learners/{learner}/entries/{entry}", summary="Read what became of one entry")
def entry(
    moment: MomentDep,
    cursors: CursorsDep,
    learner: LearnerId,
    entry: Annotated[UUID, Path(description="The entry's id, or that of its line.")],
) -> EntryAnswer:
    """One entry on a day, as known now or at a moment; or which of five answers that are none."""
    question = moment.question(learner)
    refuse_before_birth(moment.system, learner, moment.on)
    answer, found = replays.what_of(moment.system.reader, question, entry)
    return EntryAnswer(
        coordinates=moment.coordinates(question.at, question.on),
        answer=answer,
        entry=answers.Entry.of(found, cursors) if found else None,
    )


@router.get(
    "/learners/{learner}/timeline",
    summary="Read a learner's timeline",
    response_model=TimelinePage,
)
def timeline(
    moment: MomentDep,
    texts: TextsDep,
    learner: LearnerId,
    cursor: CursorParam = None,
    limit: Limit = 100,
) -> Response:
    """What happened, in the order in which it was true; every page as known at one moment.

    The entries of one day stand in the order in which they were recorded.
    """
    cursors = texts.cursors
    # Another name than in older versions, whose cursors had no number: they are refused.
    which = f"timeline by number {learner} {moment.on} {moment.known} {moment.viewer}"
    place = BEGINNING
    if cursor is not None:
        day, number, item, position = cursors.take(cursor, which)
        place = (date.fromisoformat(day), number, UUID(item))
        moment = replace(moment, known=cursors.position(position))
    if moment.on is not None:
        _ = moment.day
    question = moment.question(learner)
    refuse_before_birth(moment.system, learner, moment.on)
    before = question.before_our_file
    told = (
        []
        if before
        else moment.system.reader.timeline(learner, place, limit + 1, question.at, moment.on)
    )
    shown, more = told[:limit], len(told) > limit
    page = {
        "coordinates": moment.coordinates(question.at, moment.on),
        "next": cursors.give(which, *place_in_time(shown[-1]), question.at.position)
        if more
        else None,
        "answer": Answer.BEFORE_OUR_FILE if before else Answer.VALUE,
        "version": versions.told(question.at.learner_version),
        "entries": texts.each(replays.shown(shown, question)),
    }
    return sent(moment.asking.response, page)


# -- a cohort -----------------------------------------------------------------------------------


EntryKind = Literal[
    "consent", "details", "enrolment", "evidence", "fact", "goal", "merge", "notice",
    "online-consent", "opt-out", "person", "protected-contact", "review", "survey",
]  # fmt: skip


class Cohort(BaseModel):
    """Which learners, on which day, as known when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    school: Code | None = Field(
        default=None, description="Learners of this school on the day.", examples=["north-high"]
    )
    grade: Code | None = Field(
        default=None, description="Learners of this grade on the day.", examples=["09"]
    )
    class_: Code | None = Field(
        default=None, alias="class", description="Learners of this class then.", examples=["9b"]
    )
    learners: list[UUID] | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="These learners and no others, such as a counselor's caseload; instead of "
        "school, grade and class.",
    )
    on: date | None = Field(
        default=None, description="The day in the world; left out: today.", examples=["2025-03-14"]
    )
    known: str | None = Field(
        default=None,
        max_length=LONGEST,
        description="Up to when the record is known; left out: now.",
        examples=["2025-03-14"],
    )
    viewer: Viewer = Field(
        default=Viewer.CUSTODIAN,
        description="For whom: what was amended or retracted since is shown to the custodian "
        "alone.",
        examples=["custodian"],
    )
    kinds: list[EntryKind] | None = Field(
        default=None,
        max_length=20,
        description="Only entries of these kinds; left out: all. Who has none is told with none.",
        examples=[["fact", "goal"]],
    )
    cursor: CursorField = None
    limit: int = Field(
        default=100, ge=1, le=1000, description="Learners of a page.", examples=[100]
    )


@router.post("/cohorts/profile", summary="Read the profiles of a cohort", response_model=CohortPage)
def cohort(asking: AskingDep, system: SystemDep, texts: TextsDep, asked: Cohort) -> Response:
    """What holds of every learner of a school, grade or class, or of a list of learners.

    Who belongs to a school, grade or class is told for the same day and moment.
    """
    groups, cursors = given_groups(asked), texts.cursors
    which = f"cohort {asked.model_dump_json(exclude={'cursor', 'limit'})}"
    moment = Moment(asking, system, asked.on, asked.known, asked.viewer)
    after = FIRST
    if asked.cursor is not None:
        last, position = cursors.take(asked.cursor, which)
        after, moment = UUID(last), replace(moment, known=cursors.position(position))
    day = moment.day
    position, _ = moment.known_at()
    at = asking.stand(known=position)
    custodian = is_custodian(asked.viewer)
    if asked.learners is None:
        found = system.reader.cohort(
            day, at, groups, asked.kinds, after=after, limit=asked.limit + 1
        )
    else:
        wanted = sorted(x for x in set(asked.learners) if x > after)[: asked.limit + 1]
        found = system.reader.profiles(wanted, day, at, asked.kinds)
    shown, more = list(found.items())[: asked.limit], len(found) > asked.limit
    answers = replays.answers(system.reader, dict(shown), at)
    page = {
        "coordinates": moment.coordinates(at, day),
        "next": cursors.give(which, str(shown[-1][0]), at.position) if more else None,
        "learners": [
            {
                "learner": learner,
                "answer": answers[learner],
                "entries": texts.each(
                    replays.shown(entries, Question(learner, day, at, custodian=custodian))
                ),
            }
            for learner, entries in shown
        ],
    }
    return sent(asking.response, page)


def given_groups(asked: Cohort) -> dict[str, Collection[str]]:
    """The groups that a cohort names. Raises `Stopped` where it names none, or learners too."""
    given = {"school": asked.school, "grade": asked.grade, "class": asked.class_}
    groups: dict[str, Collection[str]] = {
        kind: {code} for kind, code in given.items() if code is not None
    }
    if asked.grade is not None:
        groups["grade"] = spellings(asked.grade)
    if bool(groups) == (asked.learners is not None):
        raise wrong_field(
            422,
            "school",
            "cohort-unclear",
            "Name a school, a grade, a class or several of them; or else learners, by their ids.",
        )
    return groups
