"""Consent: notices, grants and their end, the learner's own assent, opt-outs, surveys.

A withdrawal is never retroactive; a voided consent was never valid.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field

from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.fields import Day, LongText, ShortText
from domain.learner import Learner, change, check_second_person, is_hidden, kept_class
from domain.words import RECORD_CLASSES, DataClass, Retention

WILDCARDS = {"", "all", "any", "anyone", "anything", "everyone", "everything"}


def _no_wildcard(text: str) -> str:
    if re.sub(r"[\W_]+", "", text).casefold() in WILDCARDS:
        raise ValueError("must name something in particular; a wildcard is not a consent")
    return text


Named = Annotated[ShortText, AfterValidator(_no_wildcard)]


def consent_spec(purpose: str) -> Spec:
    return Spec("consent", purpose, DataClass.EDUCATION, RECORD_CLASSES, Retention.CONSENT)


class SendConsentNotice(Command):
    """Record that a notice about consent was sent."""

    notice: Clear[UUID] = Field(default_factory=uuid4, description="The notice's id.")
    text_version: ShortText = Field(description="Which text.", examples=["consent-2025-2"])
    recipient: ShortText = Field(description="To whom it was sent.", examples=["both parents"])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("notice", self.notice)
        return {}


@register("consent-notice-sent", consent_spec("to prove that a family was told"))
class ConsentNoticeSent(SendConsentNotice, Event):
    """A notice was sent."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.notice, kind="notice", status="sent")


class GrantConsent(Command):
    """Record a signed consent to a disclosure."""

    consent: Clear[UUID] = Field(default_factory=uuid4, description="The consent's id.")
    records: tuple[Named, ...] = Field(
        min_length=1, max_length=50, description="Which records.", examples=[["attendance"]]
    )
    purpose: Named = Field(description="For what purpose.", examples=["tutoring"])
    recipient: Named = Field(
        description="To whom, or to which class of parties.", examples=["Bright Path Tutoring"]
    )
    signer: Clear[UUID | None] = Field(default=None, description="Who signed, by id.")
    signer_name: ShortText = Field(description="Who signed, by name.", examples=["Ana Lopez"])
    capacity: ShortText = Field(description="In what capacity.", examples=["mother"])
    method: ShortText = Field(description="How.", examples=["paper, signed and dated"])
    text_digest: ShortText | None = Field(
        default=None, description="Digest of the text that was signed.", examples=["sha256:9f2c"]
    )
    expires: Clear[Day | None] = Field(
        default=None, description="First day it no longer holds.", examples=["2026-07-01"]
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("consent", self.consent)
        starts = self.effective.start if self.effective else context.today
        if self.expires and starts and self.expires <= starts:
            raise Refused(
                "expires", "expires-before-start", "expires must be later than effective."
            )
        return {}


@register("consent-granted", consent_spec("to share only what was agreed"))
class ConsentGranted(GrantConsent, Event):
    """A consent was granted."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.consent, kind="consent", status="granted", by=self.entered_by)


class ConfirmConsent(Command):
    """Record that a second person compared the entry of a consent with its scan.

    A consent that was entered after an access covers that access only so. The scan is attached
    to the consent or, where it came later, to this entry.
    """

    consent: Clear[UUID] = Field(description="The consent's id.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("consent",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.item("consent", self.consent, context)
        check_second_person(found, context, "consent")
        return {"data_class": kept_class(self, found)}


@register("consent-confirmed", consent_spec("to let a late entry cover nothing by one's own word"))
class ConsentConfirmed(ConfirmConsent, Event):
    """A second person confirmed the entry of a consent."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.consent)


class ConsentCommand(Command):
    """Something that ends a granted consent."""

    consent: Clear[UUID] = Field(description="The consent's id.")
    reason: LongText | None = Field(default=None, description="Why.", examples=["Changed school."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("consent",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.items.get(self.consent)
        if found is None or found.kind != "consent" or is_hidden(found, context):
            raise Refused(
                "consent",
                "consent-never-granted",
                "No consent with this id was ever granted for this learner.",
            )
        self.check(found.status)
        return {"data_class": kept_class(self, found)}

    def check(self, status: str) -> None:
        """Raise `Refused` where a consent of this status cannot end this way."""
        if status != "granted":
            raise Refused(
                "consent", f"consent-{status}", f"This consent has already been {status}."
            )


def check_not_retroactive(withdrawal: Command, context: Context, hint: str = "") -> None:
    """Raise `Refused` where a consent would have ended before the school knew."""
    received, effective = withdrawal.received_on or context.today, withdrawal.effective
    starts = effective.start if effective else received
    if starts is None or starts < received:
        raise Refused(
            "effective",
            "withdrawal-retroactive",
            f"A withdrawal takes effect from the day it was received, not earlier{hint}.",
        )


class WithdrawConsent(ConsentCommand):
    """Withdraw a consent, from a date on; never retroactive."""

    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        more = super().decide(learner, context)
        check_not_retroactive(self, context, "; if the consent was never valid, void it instead")
        return more


@register("consent-withdrawn", consent_spec("to stop sharing when asked"))
class ConsentWithdrawn(WithdrawConsent, Event):
    """A consent was withdrawn."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.consent, status="withdrawn")


class VoidConsent(ConsentCommand):
    """Record that a consent was never valid."""

    reason: LongText = Field(description="Why.", examples=["Signed by someone without the right."])

    def check(self, status: str) -> None:
        if status == "voided":
            super().check(status)


@register("consent-voided", consent_spec("to know which sharing had no ground"))
class ConsentVoided(VoidConsent, Event):
    """A consent was never valid."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.consent, status="voided")


class AssentCommand(Command):
    """The learner's own word on a consent."""

    consent: Clear[UUID] = Field(description="The consent it is about.")
    text: LongText | None = Field(
        default=None, description="In the learner's words.", examples=["OK"]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.item("consent", self.consent, context)
        return {"data_class": kept_class(self, found)}


class GiveAssent(AssentCommand):
    """Record that the learner agrees too."""


@register("assent-given", consent_spec("to ask the learner as well"))
class AssentGiven(GiveAssent, Event):
    """The learner agreed."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.consent)


class DeclineAssent(AssentCommand):
    """Record that the learner does not agree."""


@register("assent-declined", consent_spec("to ask the learner as well"))
class AssentDeclined(DeclineAssent, Event):
    """The learner did not agree."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.consent)


class SetDirectoryOptOut(Command):
    """Record that directory information must not be given out."""

    opt_out: Clear[UUID] = Field(default_factory=uuid4, description="The opt-out's id.")
    scope: ShortText | None = Field(
        default=None, description="Which directory information.", examples=["photographs"]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("opt-out", self.opt_out, "opt_out")
        return {}


@register("directory-opt-out-set", consent_spec("to honour a family's opt-out"))
class DirectoryOptOutSet(SetDirectoryOptOut, Event):
    """An opt-out was set."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.opt_out, kind="opt-out", status="set")


class LiftDirectoryOptOut(Command):
    """Record that an opt-out no longer holds."""

    opt_out: Clear[UUID] = Field(description="The opt-out's id.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("opt_out",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("opt-out", self.opt_out, context, "opt_out").status != "set":
            raise Refused("opt_out", "opt-out-lifted", "This opt-out has already been lifted.")
        return {}


@register("directory-opt-out-lifted", consent_spec("to honour a family's opt-out"))
class DirectoryOptOutLifted(LiftDirectoryOptOut, Event):
    """An opt-out was lifted."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.opt_out, status="lifted")


class OfferSurvey(Command):
    """Record that a survey was offered to the learner."""

    survey: Clear[UUID] = Field(default_factory=uuid4, description="The offer's id.")
    instrument: ShortText = Field(
        description="Which survey, with its version.", examples=["SEL-4 spring"]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("survey", self.survey)
        return {}


@register("survey-offered", consent_spec("to show that a gate was passed before a survey"))
class SurveyOffered(OfferSurvey, Event):
    """A survey was offered."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, kind="survey", status="offered")


class OptOutOfSurvey(Command):
    """Record that the family opted out of an offered survey."""

    survey: Clear[UUID] = Field(description="The offer's id.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("survey",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("survey", self.survey, context).status == "opted-out":
            raise Refused("survey", "survey-opted-out", "This survey was already opted out of.")
        return {}


@register("survey-opted-out", consent_spec("to honour a family's opt-out"))
class SurveyOptedOut(OptOutOfSurvey, Event):
    """The family opted out of a survey."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, status="opted-out")


class AheadOfSurvey(Command):
    """Something that happens before one version of a survey is offered."""

    survey: Clear[UUID] = Field(default_factory=uuid4, description="The id of this entry.")
    instrument: ShortText = Field(
        description="Which survey, with its version.", examples=["SEL-4 spring"]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("survey", self.survey)
        return {}


class SendSurveyNotice(AheadOfSurvey):
    """Record that a family was told of a survey and of the right to say no (PPRA)."""

    text_version: ShortText = Field(description="Which text.", examples=["ppra-2025"])
    recipient: ShortText = Field(description="To whom it was sent.", examples=["both parents"])


@register("survey-notice-sent", consent_spec("to prove that a family was told"))
class SurveyNoticeSent(SendSurveyNotice, Event):
    """A family was told of a survey."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, kind="survey", status="announced")


class AllowSurvey(AheadOfSurvey):
    """Record a signed consent to be asked a survey (PPRA). To take it back, use refuse-survey."""

    signer: Clear[UUID] = Field(description="Who signed, by id.")
    signer_name: ShortText = Field(description="Who signed, by name.", examples=["Ana Lopez"])
    method: ShortText = Field(description="How.", examples=["paper, signed and dated"])


@register("survey-allowed", consent_spec("to ask nobody about protected areas unasked"))
class SurveyAllowed(AllowSurvey, Event):
    """A consent to be asked a survey was signed."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, kind="survey", status="allowed")


class RefuseSurvey(AheadOfSurvey):
    """Record that the family said no to a survey before it was offered."""


@register("survey-refused", consent_spec("to honour a family's opt-out"))
class SurveyRefused(RefuseSurvey, Event):
    """The family said no to a survey."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, kind="survey", status="opted-out")


class AskToSeeSurvey(AheadOfSurvey):
    """Record that a parent asked to see a survey before it is used (PPRA)."""


@register("survey-view-asked", consent_spec("to offer no survey that a parent still waits to see"))
class SurveyViewAsked(AskToSeeSurvey, Event):
    """A parent asked to see a survey first."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, kind="survey", status="asked")


class ShowSurvey(Command):
    """Record that a survey was shown to the parent who had asked to see it."""

    survey: Clear[UUID] = Field(description="The id of the request.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("survey",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("survey", self.survey, context).status != "asked":
            raise Refused(
                "survey",
                "survey-not-asked",
                "No request to see a survey waits under this id: it was shown already, or this is "
                "the id of something else about a survey.",
            )
        return {}


@register("survey-shown", consent_spec("to prove that a parent saw a survey first"))
class SurveyShown(ShowSurvey, Event):
    """The survey was shown."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, status="shown")
