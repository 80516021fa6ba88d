"""What the officer does about the log: what is accepted, and what the file makes of it."""

from typing import Any

from domain.access.evidence import Withheld
from domain.access.files_learners import LearnerFile, learner_file
from domain.access.words import ReviewOutcome, WithholdingCode
from domain.application import placed
from domain.event import Command, Event
from domain.learner import open_record
from domain.oversight import AccessReviewed, LineReleased, LineWithheld, ReleaseLine, WithholdLine
from tests.unit.decider import ANA, CONTEXT, REGISTER, given, named
from tests.unit.plain import LINE, OBSERVE, REVIEW_ACCESS, WITHHOLD

RELEASE = ReleaseLine(number=WITHHOLD.number, access=LINE)


def withhold(**more: Any) -> WithholdLine:
    return WITHHOLD.model_copy(update=more)


def file_of(*commands: Command) -> LearnerFile:
    """What is on file of Ana after these commands, in the district's order."""
    learner = open_record(ANA, REGISTER, CONTEXT)
    for command in commands:
        learner.do(command, CONTEXT)
    events = [event for event in learner.collect_events() if isinstance(event, Event)]
    return learner_file(ANA, [placed(e, n, CONTEXT.now) for n, e in enumerate(events, 1)])


def test_an_access_is_reviewed_again_for_another_entry_and_another_access_for_the_same() -> None:
    again = REVIEW_ACCESS.model_copy(update={"outcome": ReviewOutcome.FAMILY_TOLD})
    given(REVIEW_ACCESS).when(again).refused("late_entry", "access-reviewed")
    later = REVIEW_ACCESS.model_copy(update={"late_entry": REVIEW_ACCESS.late_entry + 1})
    other = REVIEW_ACCESS.model_copy(update={"access": named("another line"), "number": 4712})
    for command in (later, other):
        given(REVIEW_ACCESS).when(command).then(AccessReviewed)


def test_a_line_is_withheld_and_released_by_turns() -> None:
    given(WITHHOLD).when(withhold(code=WithholdingCode.INVESTIGATION)).refused(
        "access", "line-withheld"
    )
    given(WITHHOLD, RELEASE).when(RELEASE).refused("access", "line-released")
    given().when(RELEASE).refused("access", "line-unknown")
    given(WITHHOLD).when(RELEASE).then(LineReleased)
    given(WITHHOLD, RELEASE).when(WITHHOLD).then(LineWithheld)


def test_the_id_of_a_line_is_not_that_of_an_entry() -> None:
    given(OBSERVE).when(withhold(access=OBSERVE.fact)).refused("access", "line-exists")
    given(OBSERVE).when(RELEASE.model_copy(update={"access": OBSERVE.fact})).refused(
        "access", "line-unknown"
    )


def test_the_file_has_what_is_withheld_now_and_what_was_reviewed() -> None:
    other = named("another line")
    found = file_of(
        WITHHOLD,
        withhold(number=5000, access=other, code=WithholdingCode.CONFIDENCE),
        RELEASE,
        REVIEW_ACCESS,
    )
    assert found.withheld == {
        5000: Withheld(
            position=3, code=WithholdingCode.CONFIDENCE, by=CONTEXT.entered_by, since=CONTEXT.now
        )
    }
    assert found.reviewed == {(REVIEW_ACCESS.number, REVIEW_ACCESS.late_entry): 5}
