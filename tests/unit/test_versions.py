"""Two writers: what commutes goes ahead, what does not is refused with what changed."""

import pytest

from domain.changes import ConfirmFact, CorrectFact, SupersedeFact
from domain.errors import Change, StaleVersion
from domain.event import Command
from domain.facts import EndSupport, MakeComment
from domain.goals import GoalProgressed, ProgressGoal, ReachGoal, ReviseGoal
from domain.identity import ChangeDetails
from domain.vocabulary import EVENTS
from tests.unit.decider import Outcome, given
from tests.unit.plain import (
    FACT,
    GOAL,
    NEW_TEXT,
    OBSERVE,
    SET_GOAL,
    START_SUPPORT,
    SUCCESSOR,
    SUPPORT,
)

CORRECT = CorrectFact(fact=FACT, changes=NEW_TEXT, ground="Typing error.")
REVISE = ReviseGoal(goal=GOAL, text="Read 100 words a minute.")
RENAME = ChangeDetails(preferred_name="Annie")


def stale(outcome: Outcome) -> StaleVersion:
    refusal = outcome.refused("If-Match", "version-stale")
    assert isinstance(refusal, StaleVersion)
    return refusal


def test_who_looked_at_the_latest_version_changes_it() -> None:
    given(OBSERVE).when(CORRECT, looked_at=2).then(EVENTS["fact-corrected"])


def test_who_looked_at_an_older_version_is_told_what_changed() -> None:
    refusal = stale(given(OBSERVE, CORRECT, RENAME).when(CORRECT, looked_at=2))

    assert (refusal.expected, refusal.current) == (2, 4)
    assert refusal.changed == (Change(3, "fact-corrected", str(FACT)),)
    assert str(refusal) == (
        "You looked at version 2; the learner is now at version 4 and what you are changing has "
        "changed since: fact corrected (version 3). Look again, then repeat if still right."
    )


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ((OBSERVE, CORRECT), SupersedeFact(fact=FACT, changes=NEW_TEXT)),
        ((OBSERVE, SupersedeFact(fact=FACT, changes=NEW_TEXT)), CORRECT),
        ((SET_GOAL, REVISE), ReachGoal(goal=GOAL, text="94 words.")),
        ((OBSERVE, RENAME), RENAME),
    ],
    ids=["corrected", "superseded", "goal revised", "details changed"],
)
def test_what_changed_since_stands_in_the_way(
    before: tuple[Command, ...], command: Command
) -> None:
    stale(given(*before).when(command, looked_at=2))


def test_a_change_of_something_else_does_not_stand_in_the_way() -> None:
    another = START_SUPPORT.model_copy(update={"fact": SUCCESSOR})
    end = EndSupport(support=SUPPORT, reason="Goal reached.")

    given(OBSERVE, SET_GOAL, REVISE).when(CORRECT, looked_at=2).then(EVENTS["fact-corrected"])
    given(START_SUPPORT, another).when(end, looked_at=2).then(EVENTS["support-ended"])


@pytest.mark.parametrize(
    "command",
    [
        OBSERVE.model_copy(update={"fact": SUCCESSOR}),
        MakeComment(fact=FACT, text="Same at home."),
        ConfirmFact(fact=FACT),
    ],
    ids=["a new entry", "a comment", "a confirmation"],
)
def test_what_only_adds_goes_ahead_whatever_happened(command: Command) -> None:
    given(OBSERVE, CORRECT).when(command, looked_at=1).then(command.EVENT)


def test_two_people_may_note_progress_at_once() -> None:
    progress = ProgressGoal(goal=GOAL, text="72 words a minute.")

    given(SET_GOAL, progress).when(progress, looked_at=2).then(GoalProgressed)


def test_a_version_that_is_not_there_yet_is_refused() -> None:
    refusal = stale(given(OBSERVE).when(CORRECT, looked_at=3))

    assert refusal.changed == ()
    assert str(refusal) == (
        "You looked at version 3; the learner is at version 2. Look again, then repeat if still "
        "right."
    )
