"""Which events' words were taken back, held against what the projections say of entries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from domain.access.taken_back import taken_back
from domain.application import placed
from domain.changes import AmendFact, CorrectFact, FactRetracted, RetractFact, SupersedeFact
from domain.event import Command, Event
from domain.facts import CommentMade, MakeComment, RecordObservation, ReviewSupport
from domain.identity import RegisterLearner
from domain.learner import open_record
from domain.words import Area
from projections.fold import Line, timeline
from projections.rows import Row
from projections.tables import RowProjection
from tests.unit.decider import ANA, CONTEXT, named
from tests.unit.plain import START_SUPPORT, SUPPORT

FIRST, SECOND = named("first"), named("second")
NEW = {"text": "Leads."}
OBSERVED = RecordObservation(fact=FIRST, area=Area.STRENGTHS, text="Led the group.")
OTHER = RecordObservation(fact=named("other"), area=Area.STRENGTHS, text="Sang.")
COMMENTED = MakeComment(fact=FIRST, text="Same at home.")
CORRECTED = CorrectFact(fact=FIRST, changes=NEW, ground="A slip.")
AMENDED = AmendFact(fact=FIRST, changes=NEW, ground="Granted.")
FOLLOWED = SupersedeFact(fact=FIRST, successor=SECOND, changes=NEW)
RETRACTED = RetractFact(fact=FIRST, reason="Another child's.", wrong_learner=True)
LAST_RETRACTED = RETRACTED.model_copy(update={"fact": SECOND})


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        ((OBSERVED, OTHER, COMMENTED, CORRECTED), set()),
        ((OBSERVED, OTHER, RETRACTED), {1, 3}),
        ((OBSERVED, COMMENTED, CORRECTED, RETRACTED), {1, 2, 3, 4}),
        ((OBSERVED, FOLLOWED, RETRACTED), {1, 2, 3}),
        ((OBSERVED, COMMENTED, FOLLOWED, LAST_RETRACTED), {3, 4}),
        ((OBSERVED, OTHER, CORRECTED, COMMENTED, AMENDED), {1, 3}),
        ((OBSERVED, AMENDED, AMENDED, CORRECTED), {1, 2}),
        ((OBSERVED, FOLLOWED, AMENDED), {1}),
        (
            (
                START_SUPPORT,
                ReviewSupport(support=SUPPORT, text="Of Ben."),
                RetractFact(fact=SUPPORT, reason="Ben's."),
            ),
            {1, 2, 3},
        ),
    ],
)
def test_what_was_retracted_or_amended_is_taken_back_with_all_that_tells_of_it(
    commands: tuple[Command, ...], expected: set[int]
) -> None:
    events = told(commands)
    assert taken_back(events) == expected
    retractions = {e.position for e in events if isinstance(e, FactRetracted)}
    # What was said beside words that were amended stands; the fold has it with them in one row.
    said = {e.position for e in events if isinstance(e, CommentMade)} - taken_back(events)
    assert taken_back(events) - retractions == taken_by_the_projection(events) - said


def taken_by_the_projection(events: Sequence[Event]) -> set[int]:
    """What the fold of the timeline takes away for good: the same, of entries."""
    projected, state = RowProjection("timeline", timeline, 1), dict[Line, list[Row]]()
    changes = [projected.take(state, event) for event in events]
    return {position for one in changes if one.removed for position in one.removed.own}


def told(commands: tuple[Command, ...]) -> list[Event]:
    """The events of a record; the first is at position 0."""
    context = replace(CONTEXT, today=date(2025, 9, 1))
    record = open_record(ANA, RegisterLearner(given_name="Ana", family_name="Lopez"), context)
    for command in commands:
        record.do(command, context)
    events = cast(list[Event], list(record.collect_events()))
    return [placed(event, n, CONTEXT.now) for n, event in enumerate(events)]
