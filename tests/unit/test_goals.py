"""Goals: set with the learner, revised, progressed, reached or set aside."""

from datetime import date, timedelta

import pytest

from domain.effective import Effective
from domain.event import Command
from domain.goals import GoalProgressed, GoalReached, GoalRevised, GoalSet, ReachGoal, SetGoalAside
from domain.vocabulary import EVENTS
from domain.words import DataClass, Precision, Retention
from tests.unit.decider import (
    NEXT_TERM,
    SINCE_NOBODY_KNOWS_WHEN,
    TODAY,
    TOMORROW,
    given,
    since,
)
from tests.unit.plain import FACT, GOAL, GOALS, OBSERVE, SET_GOAL, Plain

REACH = ReachGoal(goal=GOAL, text="94 words a minute on 3 June.")
SET_ASIDE = SetGoalAside(goal=GOAL, reason="Chose another course.")
REVISE, PROGRESS = (p.command for p in GOALS[1:3])

every_step = pytest.mark.parametrize(
    "step", [p.command for p in GOALS if p.before], ids=lambda c: type(c).__name__
)


@pytest.mark.parametrize("plain", GOALS, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    given(*plain.before).when(plain.command).then(EVENTS[plain.topic])


def test_a_goal_may_be_due_on_any_day() -> None:
    command = SET_GOAL.model_copy(update={"due": NEXT_TERM})

    given().when(command).then(GoalSet, due=NEXT_TERM)


def test_a_goal_id_is_used_once() -> None:
    given(SET_GOAL).when(SET_GOAL).refused("goal", "goal-exists")


def test_a_goal_is_not_reached_twice() -> None:
    refusal = given(SET_GOAL, REACH).when(REACH).refused("goal", "goal-reached")

    assert str(refusal) == "This goal has already been reached; set a new one."


@every_step
def test_nothing_happens_to_a_goal_that_was_never_set(step: Command) -> None:
    given().when(step).refused("goal", "goal-unknown")


@every_step
def test_an_entry_is_not_a_goal(step: Command) -> None:
    wrong = step.model_copy(update={"goal": FACT})

    given(OBSERVE).when(wrong).refused("goal", "goal-unknown")


@every_step
def test_nothing_happens_to_a_goal_that_was_reached(step: Command) -> None:
    given(SET_GOAL, REACH).when(step).refused("goal", "goal-reached")


@every_step
def test_nothing_happens_to_a_goal_that_was_set_aside(step: Command) -> None:
    given(SET_GOAL, SET_ASIDE).when(step).refused("goal", "goal-set-aside")


@pytest.mark.parametrize("plain", GOALS, ids=lambda plain: plain.topic)
def test_nothing_about_a_goal_is_dated_after_today(plain: Plain) -> None:
    command = plain.command.model_copy(update={"effective": since(TOMORROW)})

    given(*plain.before).when(command).refused("effective", "effective-in-future")


@pytest.mark.parametrize("end", [REACH, SET_ASIDE], ids=lambda c: type(c).__name__)
def test_a_goal_is_not_over_before_it_was_set(end: Command) -> None:
    """It was taken, and the goal stood on the record as reached before there was one."""
    early = end.model_copy(update={"effective": since(TODAY - timedelta(days=1))})

    given(SET_GOAL).when(early).refused("effective", "end-before-start")
    given(SET_GOAL).when(end).then(EVENTS[end.EVENT.TOPIC])


@pytest.mark.parametrize(
    ("start", "precision", "rule"),
    [
        (date(2025, 9, 1), Precision.MONTH, None),
        (date(2025, 8, 1), Precision.MONTH, "end-before-start"),
        (date(2025, 1, 1), Precision.YEAR, None),
        (date(2024, 1, 1), Precision.YEAR, "end-before-start"),
        (date(2025, 1, 12), Precision.TERM, None),
        (None, Precision.UNKNOWN, None),
    ],
)
def test_a_month_or_a_year_in_which_a_goal_was_reached_may_hold_the_day_it_was_set(
    start: date | None, precision: Precision, rule: str | None
) -> None:
    reached = Effective(start=start, precision=precision)
    came = given(SET_GOAL).when(REACH.model_copy(update={"effective": reached}))

    came.refused("effective", rule) if rule else came.then(GoalReached, effective=reached)


@pytest.mark.parametrize("step", [REVISE, PROGRESS], ids=lambda c: type(c).__name__)
def test_a_goal_came_nearer_before_it_was_set(step: Command) -> None:
    """It was taken, and the goal was told as open on days on which there was none."""
    early = step.model_copy(update={"effective": since(TODAY - timedelta(days=1))})
    in_its_month = Effective(start=date(2025, 9, 1), precision=Precision.MONTH)

    given(SET_GOAL).when(early).refused("effective", "step-before-start")
    for day in (since(TODAY), in_its_month):
        given(SET_GOAL).when(step.model_copy(update={"effective": day})).then(step.EVENT)
    dayless = SET_GOAL.model_copy(update={"effective": SINCE_NOBODY_KNOWS_WHEN})
    given(dayless).when(early).then(step.EVENT)


def test_a_goal_set_nobody_knows_when_is_reached_on_any_day() -> None:
    dayless = SET_GOAL.model_copy(update={"effective": SINCE_NOBODY_KNOWS_WHEN})
    long_ago = since(date(2019, 9, 2))

    given(dayless).when(REACH.model_copy(update={"effective": long_ago})).then(GoalReached)


def test_a_revised_goal_goes_on() -> None:
    given(SET_GOAL, REVISE, PROGRESS, PROGRESS).when(REACH).then(GoalReached, goal=GOAL)


def test_a_revision_may_move_the_due_day() -> None:
    command = REVISE.model_copy(update={"due": date(2026, 6, 12)})

    given(SET_GOAL).when(command).then(GoalRevised, due=date(2026, 6, 12))


def test_progress_on_a_special_education_goal_is_kept_with_it() -> None:
    special = SET_GOAL.model_copy(update={"data_class": DataClass.SPECIAL_ED})

    given(special).when(PROGRESS).then(
        GoalProgressed, data_class=DataClass.SPECIAL_ED, retention=Retention.SPECIAL_ED
    )
