"""Emergencies are two acts (99.36): staff opening beyond their assignment, and telling others.

An opening lasts the hours that the district's policy gives and is reviewed by somebody else. An
emergency that was declared is what a disclosure outside may rely on while it lasts.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import Field

from domain.disclosures import disclosure_spec
from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.fields import LongText
from domain.learner import Learner, change, check_second_person


def emergency_spec(purpose: str) -> Spec:
    return disclosure_spec(purpose, "emergencies")


class OpenInEmergency(Command):
    """Open a record beyond one's assignment, in an emergency, for some hours from now on."""

    opening: Clear[UUID] = Field(default_factory=uuid4, description="The opening's id.")
    why: LongText = Field(
        description="What the emergency is, in a few words.", examples=["Ran from school upset."]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("opening", self.opening)
        return {}


@register("emergency-opened", emergency_spec("to review who went beyond their assignment"))
class EmergencyOpened(OpenInEmergency, Event):
    """Somebody opened the record in an emergency; who entered it is who opened it."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.opening, kind="opening", status="opened", by=self.entered_by)


class ReviewEmergencyOpening(Command):
    """Record what came of looking at an emergency opening; another person's task."""

    opening: Clear[UUID] = Field(description="The opening's id.")
    justified: Clear[bool] = Field(
        description="Whether there was an emergency that asked for it.", examples=[True]
    )
    finding: LongText = Field(
        description="What was found.", examples=["The nurse was away; she needed the plan."]
    )
    TOUCHES: ClassVar[tuple[str, ...]] = ("opening",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.item("opening", self.opening, context)
        if found.status == "reviewed":
            raise Refused("opening", "opening-reviewed", "This opening has already been reviewed.")
        check_second_person(found, context, "opening")
        return {}


@register("emergency-opening-reviewed", emergency_spec("to let no opening go unseen"))
class EmergencyOpeningReviewed(ReviewEmergencyOpening, Event):
    """An emergency opening was reviewed."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.opening, status="reviewed")


class DeclareEmergency(Command):
    """Declare a health or safety emergency: the threat, and who must know for somebody's safety."""

    emergency: Clear[UUID] = Field(default_factory=uuid4, description="The emergency's id.")
    threat: LongText = Field(
        description="The threat, in a few words.", examples=["Swallowed pills; going to hospital."]
    )
    must_know: Clear[tuple[UUID, ...]] = Field(
        default=(),
        max_length=50,
        description="Who must know for somebody to be safe, by id.",
        examples=[["6b0cf3ce-6f2e-5a51-beaa-46a5031d5316"]],
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("emergency", self.emergency)
        return {}


@register("emergency-declared", emergency_spec("to show the threat that a disclosure answered"))
class EmergencyDeclared(DeclareEmergency, Event):
    """An emergency was declared."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.emergency, kind="emergency", status="declared")


class EndEmergency(Command):
    """Record that an emergency is over."""

    emergency: Clear[UUID] = Field(description="The emergency's id.")
    reason: LongText | None = Field(default=None, description="Why.", examples=["Home and safe."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("emergency",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("emergency", self.emergency, context).status == "ended":
            raise Refused("emergency", "emergency-ended", "This emergency has already ended.")
        return {}


@register("emergency-ended", emergency_spec("to give nothing on an emergency that is over"))
class EmergencyEnded(EndEmergency, Event):
    """An emergency is over."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.emergency, status="ended")
