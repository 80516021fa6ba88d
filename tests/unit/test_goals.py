"""Goals: set with the learner, revised, progressed, reached or set aside."""

from datetime import date

import pytest

from domain.event import Command
from domain.goals import GoalProgressed, GoalReached, GoalRevised, GoalSet, ReachGoal, SetGoalAside
from domain.vocabulary import EVENTS
from domain.words import DataClass, Retention
from tests.unit.decider import NEXT_TERM, TOMORROW, given, since
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
