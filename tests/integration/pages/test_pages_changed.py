"""Entries that changed: when a value held, what it read before, and how a goal was worded last."""

from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest

from api.compose import System
from api.pages.words import day
from domain.changes import AmendFact, CorrectFact, SupersedeFact
from domain.effective import Effective
from domain.event import Command
from domain.facts import EndSupport, ScoreAssessment, StartSupport
from domain.goals import ProgressGoal, ReachGoal, ReviseGoal, SetGoal, SetGoalAside
from domain.words import GoalKind, Horizon, Precision
from tests.installation import record
from tests.integration.pages.browsing import observe, text_of, wait


def tell(district: System, learner: UUID, *commands: Command) -> None:
    position = [record(district, learner, command).position for command in commands][-1]
    wait(district, position)


def ago(district: System, days: int, until: int | None = None) -> Effective:
    """From so many days ago; `until`: to the day before so many days ago."""
    today = district.context().today
    end = today - timedelta(days=until) if until is not None else None
    return Effective(start=today - timedelta(days=days), until=end)


def on(district: System, days: int) -> date:
    return district.context().today - timedelta(days=days)


def read(client: httpx.Client, learner: UUID, of: date | None = None) -> str:
    """What a person reads of the profile, today's or a past day's as it is known now."""
    path = f"/replay?on={of}&known=now" if of else ""
    return text_of(client.get(f"/learners/{learner}{path}").text)


# -- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [(400, 3), (3, 400), (3, None)])
def test_an_entry_was_said_to_come_late_by_a_date_that_had_been_corrected(
    district: System, client: httpx.Client, ana: UUID, days: tuple[int, int | None]
) -> None:
    first, then = days
    fact = observe(district, ana, "Leads the team.", effective=ago(district, first))
    when = ago(district, then) if then else Effective(precision=Precision.UNKNOWN)
    tell(district, ana, CorrectFact(fact=fact, ground="Wrong date.", effective=when))
    found = client.get(f"/v1/learners/{ana}/profile").json()["entries"]
    late = 400 if then == 400 else None
    assert [e["late_days"] for e in found if e["id"] == str(fact)] == [late]
    assert ("Recorded 13 months later" in read(client, ana)) == (late is not None)


@pytest.mark.parametrize("days", [None, 70])
def test_an_entry_that_held_again_was_given_the_date_of_its_last_stretch(
    district: System, client: httpx.Client, ana: UUID, days: int | None
) -> None:
    """Even on the page of a day before that stretch."""
    fact = observe(district, ana, "Leads the team.", effective=ago(district, 80))
    new = SupersedeFact(
        fact=fact, changes={"text": "Is ill."}, effective=ago(district, 40, until=35)
    )
    tell(district, ana, new)
    shown = read(client, ana, on(district, days) if days else None)
    assert f"Observation , {day(on(district, 80))} Leads the team." in shown
    assert f"Observation , {day(on(district, 35))}" not in shown


def test_a_result_that_held_again_had_another_date_in_the_table_than_in_the_chart(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    score = ScoreAssessment(
        measure="Reading",
        score="200",  # type: ignore[arg-type]
        scale="RIT",
        effective=ago(district, 80),
    )
    stretches = [ago(district, 60, until=20), ago(district, 50, until=40)]
    new = [
        SupersedeFact(fact=score.fact, changes={"score": points}, effective=when)
        for points, when in zip(("210", "220"), stretches, strict=True)
    ]
    tell(district, ana, score, *new)
    assert f"Reading 200 {day(on(district, 80))} RIT" in read(client, ana)
    between = read(client, ana, on(district, 30))
    value = f"{day(on(district, 60))} to {day(on(district, 21))}"
    assert f"Reading 210 {value} RIT" in between
    assert f"New value from {value}, recorded by Ms Rivera." in between


# -- what it read before --------------------------------------------------------------------------


@pytest.mark.parametrize("change", [CorrectFact, AmendFact])
def test_a_new_value_was_said_to_follow_words_that_had_been_changed_since(
    district: System, client: httpx.Client, ana: UUID, change: type[CorrectFact | AmendFact]
) -> None:
    fact = observe(district, ana, "Reads 32 words.", effective=ago(district, 80))
    right = change(fact=fact, changes={"text": "Reads 23 words."}, ground="Swapped.")
    new = SupersedeFact(fact=fact, changes={"text": "Reads 40."}, effective=ago(district, 9))
    tell(district, ana, right, new)
    shown = read(client, ana)
    assert f"New value from {day(on(district, 9))}, recorded by Ms Rivera." in shown
    assert "Before that it read: Reads 23 words." in shown
    assert "Reads 32 words." not in shown


def test_a_new_value_says_what_it_read_before_where_that_is_known(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    fact = observe(district, ana, "Reads 23 words.", effective=ago(district, 80))
    tell(district, ana, SupersedeFact(fact=fact, changes={"text": "Reads 40."}))
    assert "Before that it read: Reads 23 words." in read(client, ana)


# -- goals ----------------------------------------------------------------------------------------


def revised(district: System, learner: UUID, end: type[Command] | None, **words: str) -> UUID:
    """A goal that was revised 40 days ago and, where it has an end, closed 10 days ago."""
    goal = SetGoal(
        text="Read 90 words.",
        horizon=Horizon.SHORT_TERM,
        kind=GoalKind.ACADEMIC,
        effective=ago(district, 80),
    )
    new = ReviseGoal(goal=goal.goal, text="Read 80 words.", effective=ago(district, 40))
    told: list[Command] = [goal, new]
    if end is not None:
        closed = {"goal": goal.goal, "effective": ago(district, 10), **words}
        told.append(end.model_validate(closed))
    tell(district, learner, *told)
    return goal.goal


@pytest.mark.parametrize("days", [None, 5])
def test_a_goal_set_aside_showed_wording_that_had_been_replaced(
    district: System, client: httpx.Client, ana: UUID, days: int | None
) -> None:
    revised(district, ana, SetGoalAside, reason="Chose another.")
    shown = read(client, ana, on(district, days) if days else None)
    assert f"Read 80 words. Set aside {day(on(district, 10))}" in shown
    assert "When it was set it read: Read 90 words." in shown


@pytest.mark.parametrize("days", [None, 5])
def test_a_goal_that_was_reached_showed_wording_that_had_been_replaced(
    district: System, client: httpx.Client, ana: UUID, days: int | None
) -> None:
    revised(district, ana, ReachGoal, text="82 words.")
    shown = read(client, ana, on(district, days) if days else None)
    assert f"Read 80 words. Reached {day(on(district, 10))}" in shown
    assert "When it was set it read: Read 90 words." in shown


def test_a_goal_was_said_to_be_revised_on_the_day_of_typing(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    goal, today = revised(district, ana, None), day(district.context().today)
    assert (
        f"Revised on {day(on(district, 40))} by Ms Rivera, recorded {today} When it was set"
        in read(client, ana)
    )
    step = ProgressGoal(goal=goal, text="72 so far.", effective=ago(district, 20))
    tell(district, ana, step)
    assert f"Revised on {today}" not in read(client, ana)


def test_a_support_was_said_to_end_on_the_day_of_typing(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    support = StartSupport(title="Reading group", text="Weekly.", effective=ago(district, 80))
    end = EndSupport(support=support.fact, reason="Fluent.", effective=ago(district, 10))
    tell(district, ana, support, end)
    shown = read(client, ana, on(district, 20))
    assert f"{day(on(district, 80))} to {day(on(district, 11))}" in shown
    assert "Ended on" not in shown
    assert f"The end was recorded on {day(district.context().today)} by Ms Rivera" in shown


def test_the_timeline_did_not_say_which_goal_was_reached_nor_which_support_had_ended(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    revised(district, ana, ReachGoal, text="82 words.")
    support = StartSupport(title="Reading group", text="Weekly.", effective=ago(district, 80))
    end = EndSupport(support=support.fact, reason="Fluent.", effective=ago(district, 10))
    tell(district, ana, support, end)
    shown = text_of(client.get(f"/learners/{ana}/timeline?order=newest").text)
    when = day(on(district, 10))
    assert f"Goal reached , {when} 82 words. Goal Read 80 words." in shown
    assert f"Support ended , {when} Fluent. Support Reading group" in shown
    # Also where what it was called stands on another page, or is narrowed away.
    narrowed = text_of(client.get(f"/learners/{ana}/timeline?area=goals").text)
    assert "Goal reached" in narrowed
    assert "Goal Read 90 words." not in narrowed  # neither how it was worded at first
