"""Reviews: the profile is looked at together at least once a semester."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.fields import Day, LongText, ShortText
from domain.learner import Learner, change
from domain.words import RECORD_CLASSES, DataClass


def review_spec(purpose: str) -> Spec:
    return Spec("reviews", purpose, DataClass.EDUCATION, RECORD_CLASSES)


class Participant(BaseModel):
    """Who took part in a review."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ShortText = Field(description="Their name.", examples=["Ana Lopez"])
    role: ShortText = Field(description="Their role.", examples=["mother"])


class ScheduleReview(Command):
    """Schedule the next review of the profile."""

    review: Clear[UUID] = Field(default_factory=uuid4, description="The review's id.")
    due: Clear[Day] = Field(description="The day it is due.", examples=["2026-01-20"])
    note: LongText | None = Field(default=None, description="A remark.", examples=["With uncle."])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("review", self.review)
        return {}


@register("review-scheduled", review_spec("to review every profile once a semester"))
class ReviewScheduled(ScheduleReview, Event):
    """A review was scheduled."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.review, kind="review", status="scheduled")


class HoldReview(Command):
    """Record a review: who took part, what was agreed, and when the next one is due."""

    review: Clear[UUID] = Field(
        default_factory=uuid4,
        description="The scheduled review's id; left out, a review that was not scheduled.",
    )
    participants: tuple[Participant, ...] = Field(
        max_length=50,
        description="Who took part; at least one person.",
        examples=[[{"name": "Ana Lopez", "role": "mother"}]],
    )
    agreed: LongText = Field(description="What was agreed.", examples=["Two new reading goals."])
    next_due: Clear[Day | None] = Field(
        default=None, description="The day the next review is due.", examples=["2026-06-01"]
    )
    TOUCHES: ClassVar[tuple[str, ...]] = ("review",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        # One that was not scheduled has no item yet.
        taken = self.review in learner.items
        if taken and learner.item("review", self.review, context).status == "held":
            raise Refused("review", "review-held", "This review has already been held.")
        if not self.participants:
            raise Refused(
                "participants",
                "review-without-participants",
                "A review needs at least one participant: say who took part.",
            )
        held = self.effective.start if self.effective else context.today
        if self.next_due and held and self.next_due <= held:
            raise Refused(
                "next_due", "next-before-review", "next_due must be later than the review itself."
            )
        return {}


@register("review-held", review_spec("to keep what was agreed, and with whom"))
class ReviewHeld(HoldReview, Event):
    """A review was held."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.review, kind="review", status="held")
