"""Compare: what differs between two places in time, each a day and a moment of knowledge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query

from api import answers, versions
from api.answers_replay import ComparisonAnswer, Difference, Growth
from api.asking import CursorsDep, LearnerId, RecordRoute
from api.cursors import LONGEST
from api.problems import Stopped, wrong_field
from api.routers.replay import MomentDep, refuse_before_birth
from projections.compare import OutOfOrder, read_comparison
from projections.replay import Answer, Question

router = APIRouter(prefix="/v1", route_class=RecordRoute, tags=["replay"])

_T = TypeVar("_T")

OtherOn = Annotated[
    date | None,
    Query(
        description="The later day in the world, or the same day; left out: today.",
        examples=["2025-06-13"],
    ),
]
OtherKnown = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="Up to when the record is known at the later place: a day (its end), a time, "
        "or a position that an answer gave. Left out: now.",
        examples=["2025-06-13", "2025-06-13T15:00:00-05:00", answers.POSITION],
    ),
]


@router.get("/learners/{learner}/compare", summary="Compare two places in time")
def compare(
    moment: MomentDep,
    cursors: CursorsDep,
    learner: LearnerId,
    other_on: OtherOn = None,
    other_known: OtherKnown = None,
) -> ComparisonAnswer:
    """What became of each entry between `on` as known at `known`, and the same two named other.

    What happened in the learner's life is told apart from what we learnt later. Of measures the
    growth is told, never across scales or instruments that cannot be compared.
    """
    other = replace(moment, on=other_on, known=other_known)
    day = moment.day
    # Where both are read as known now, now is one moment.
    one = moment.known is None and other_known is None
    a = None if one else moment.question(learner)
    b = of_other(lambda: other.question(learner))
    a = replace(b, on=day) if a is None else a
    try:
        found = read_comparison(moment.system.reader, a, b)
    except OutOfOrder as wrong:
        raise wrong_field(
            422,
            f"other_{wrong.field}",
            "range-ends-before-it-starts",
            f"other_{wrong.field} lies before {wrong.field}: give the earlier place as on and "
            "known, the later one as other_on and other_known.",
        ) from None
    refuse_before_birth(moment.system, learner, moment.on)
    of_other(lambda: refuse_before_birth(moment.system, learner, other_on))
    return ComparisonAnswer(
        coordinates=moment.coordinates(a.at, a.on),
        other_coordinates=other.coordinates(b.at, b.on),
        answer=kind_of(a),
        other_answer=kind_of(b),
        version=versions.told(b.at.learner_version),
        differences=[Difference.of(d, cursors) for d in found.differences],
        same=found.same,
        growth=[Growth.of(g) for g in found.growth],
    )


def kind_of(question: Question) -> Answer:
    return Answer.BEFORE_OUR_FILE if question.before_our_file else Answer.VALUE


def of_other(ask: Callable[[], _T]) -> _T:
    """What is asked of the later place; what is wrong there is told by its own field's name."""
    try:
        return ask()
    except Stopped as wrong:
        if wrong.errors and wrong.errors[0].field in ("on", "known"):
            name = f"other_{wrong.errors[0].field}"
            raise wrong_field(wrong.status, name, wrong.rule, f"other_{wrong.detail}") from None
        raise
