"""What the privacy officer does: accesses reviewed, lines withheld, answers to surveys looked at.

A line is named twice: by its number, which finds it, and by its id, which nobody knows who has not
read it. Under that id the record remembers what was done, so that no other id gives it away.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid5

from pydantic import Field

from domain.access.words import AnswerOutcome, ReviewOutcome, WithholdingCode
from domain.disclosures import disclosure_spec
from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.facts import SurveyAnswered
from domain.fields import LongText
from domain.learner import Learner, change


def oversight_spec(purpose: str) -> Spec:
    return disclosure_spec(purpose, "oversight")


class LineCommand(Command):
    """Something about one line of the log of who saw this learner."""

    number: Clear[int] = Field(
        ge=1, le=2**53, description="The line's number in the log.", examples=[4711]
    )
    access: Clear[UUID] = Field(description="The line's id, as the log tells it.")

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all that it names."""
        return (self.number,)


class ReviewAccess(LineCommand):
    """Record what came of reviewing an access of which a later entry says something else."""

    late_entry: Clear[int] = Field(
        ge=1,
        le=2**53,
        description="The number of the later entry because of which it was reviewed.",
        examples=[4800],
    )
    outcome: Clear[ReviewOutcome] = Field(
        description="What came of it.", examples=["recipient_told"]
    )
    note: LongText | None = Field(
        default=None, description="What was found and done.", examples=["They deleted the file."]
    )

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.number, self.late_entry)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if review_of(self) in learner.items:
            raise Refused(
                "late_entry",
                "access-reviewed",
                "This access was already reviewed because of this entry. Another entry about it "
                "will put it on the list again.",
            )
        return {}


@register("access-reviewed", oversight_spec("to show what followed from an access in doubt"))
class AccessReviewed(ReviewAccess, Event):
    """An access was reviewed because of an entry that came after it."""

    def apply(self, learner: Learner) -> None:
        made = {"kind": "access-review", "status": "reviewed", "by": self.entered_by}
        change(learner, self, review_of(self), **made)


def review_of(command: ReviewAccess) -> UUID:
    """The id under which the record remembers that an access was reviewed for one entry."""
    return uuid5(command.access, str(command.late_entry))


class WithholdLine(LineCommand):
    """Withhold a line of the log from the family's view of it."""

    code: Clear[WithholdingCode] = Field(description="Why.", examples=["safety"])
    note: LongText | None = Field(
        default=None, description="More about it.", examples=["The shelter asked us not to tell."]
    )
    TOUCHES: ClassVar[tuple[str, ...]] = ("access",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.items.get(self.access)
        if found is None or found.kind != "line":
            learner.new("line", self.access, "access")
        elif found.status == "withheld":
            raise Refused(
                "access",
                "line-withheld",
                "This line is withheld already. To give another reason, release it first.",
            )
        return {}


@register("line-withheld", oversight_spec("to answer why a family is not told of an access"))
class LineWithheld(WithholdLine, Event):
    """A line of the log was withheld from the family's view."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.access, kind="line", status="withheld", by=self.entered_by)


class ReleaseLine(LineCommand):
    """Show a line that was withheld to the family again."""

    note: LongText | None = Field(
        default=None, description="Why.", examples=["The investigation is over."]
    )
    TOUCHES: ClassVar[tuple[str, ...]] = ("access",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("line", self.access, context, "access").status != "withheld":
            raise Refused("access", "line-released", "This line is not withheld any more.")
        return {}


@register("line-released", oversight_spec("to answer how long a family was not told"))
class LineReleased(ReleaseLine, Event):
    """A line of the log is in the family's view again."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.access, status="released")


class ReviewSurveyAnswer(Command):
    """Record what came of looking at an answer to a survey that was set aside (PPRA)."""

    fact: Clear[UUID] = Field(description="The answer's entry id.")
    outcome: Clear[AnswerOutcome] = Field(
        description="`shown`: everybody sees it who may see such entries; `kept_aside`: it stays "
        "set aside, whatever is recorded about its survey.",
        examples=["shown"],
    )
    note: LongText = Field(description="Why.", examples=["It touches none of the protected areas."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("fact",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.item("fact", self.fact, context, "fact")
        if found.topic != SurveyAnswered.TOPIC:
            raise Refused(
                "fact",
                "fact-not-an-answer",
                "This entry is not an answer to a survey; only those wait for the officer.",
            )
        return {}


@register(
    "survey-answer-reviewed",
    oversight_spec("to show no answer to a protected survey before somebody looked at it"),
)
class SurveyAnswerReviewed(ReviewSurveyAnswer, Event):
    """An answer that was set aside was looked at."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.fact)
