"""Goals: set with the learner, revised, progressed, reached or set aside."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from pydantic import Field

from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.facts import InDigits
from domain.fields import Day, LongText
from domain.learner import Learner, change, check_end, check_step, first_day, kept_class
from domain.words import RECORD_CLASSES, DataClass, GoalKind, Horizon

CLOSED = {"reached": "has already been reached", "set-aside": "has been set aside"}


def goal_spec(purpose: str) -> Spec:
    return Spec("goals", purpose, DataClass.EDUCATION, RECORD_CLASSES)


class SetGoal(Command):
    """Set a goal with the learner."""

    goal: Clear[UUID] = Field(
        default_factory=uuid4, description="The new goal's id; made for you when left out."
    )
    text: LongText = Field(description="The goal.", examples=["Read 90 words a minute by June."])
    horizon: Clear[Horizon] = Field(description="Short or long term.", examples=["short_term"])
    kind: Clear[GoalKind] = Field(description="Academic or personal.", examples=["academic"])
    due: Clear[Day | None] = Field(
        default=None, description="The day it is meant to be reached.", examples=["2026-06-12"]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("goal", self.goal)
        return {}


@register("goal-set", goal_spec("to work towards what the learner wants"))
class GoalSet(SetGoal, Event):
    """A goal was set."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.goal, kind="goal", status="open", since=first_day(self))


class GoalCommand(Command):
    """Something that happens to an open goal."""

    goal: Clear[UUID] = Field(description="The goal's id.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("goal",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.item("goal", self.goal, context)
        if found.status in CLOSED:
            raise Refused(
                "goal", f"goal-{found.status}", f"This goal {CLOSED[found.status]}; set a new one."
            )
        return {"data_class": kept_class(self, found), "retention": found.retention}


class GoOnWithGoal(GoalCommand):
    """Something that happens to a goal on the day it was set or later, after which it is open."""

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        more = super().decide(learner, context)
        check_step(self, learner.items[self.goal], context)
        return more


class ReviseGoal(GoOnWithGoal):
    """Word a goal anew, or move its due day."""

    text: LongText = Field(description="The new wording.", examples=["Read 100 words a minute."])
    due: Clear[Day | None] = Field(
        default=None, description="The new due day.", examples=["2026-06-12"]
    )


@register("goal-revised", goal_spec("to keep a goal fitting"))
class GoalRevised(ReviseGoal, Event):
    """A goal was revised."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.goal)


class ProgressGoal(GoOnWithGoal):
    """Record progress towards a goal."""

    text: LongText = Field(description="The progress.", examples=["72 words a minute."])
    percent: Annotated[int, Field(ge=0, le=100), InDigits] | None = Field(
        default=None, description="How far, in percent.", examples=[60]
    )
    TOUCHES: ClassVar[tuple[str, ...]] = ()


@register("goal-progressed", goal_spec("to see how far a goal has come"))
class GoalProgressed(ProgressGoal, Event):
    """A goal came nearer."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.goal)


class CloseGoal(GoalCommand):
    """Something that ends work on a goal, on the day it was set or later."""

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        more = super().decide(learner, context)
        check_end(self, learner.items[self.goal], context)
        return more


class ReachGoal(CloseGoal):
    """Record that a goal was reached."""

    text: LongText = Field(description="How it was reached.", examples=["94 words on 3 June."])


@register("goal-reached", goal_spec("to celebrate and to learn from what worked"))
class GoalReached(ReachGoal, Event):
    """A goal was reached."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.goal, status="reached")


class SetGoalAside(CloseGoal):
    """Set a goal aside, with the reason."""

    reason: LongText = Field(description="Why.", examples=["Chose another course."])


@register("goal-set-aside", goal_spec("to know why a goal was given up"))
class GoalPutAside(SetGoalAside, Event):
    """A goal was set aside."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.goal, status="set-aside")
