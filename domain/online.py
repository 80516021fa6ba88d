"""Consent to collect online from a child under 13 (COPPA, 16 CFR 312.5): whose, and how verified.

Whether one is needed is the district's choice, with its reason (`set-policy`). A parent's consent,
a school's authorisation and a parent's consent to passing on to third parties are events of their
own: none stands for another, and each counts for the learner on whose record it stands.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import Field

from domain.consent import Named, check_not_retroactive
from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.fields import LongText, Sha256, ShortText
from domain.learner import Learner, change, kept_class
from domain.words import RECORD_CLASSES, DataClass, Retention


def online_spec(purpose: str) -> Spec:
    return Spec("online", purpose, DataClass.EDUCATION, RECORD_CLASSES, Retention.CONSENT)


class Method(StrEnum):
    """How it was found out that it is a parent who consents (16 CFR 312.5(b)(2))."""

    SIGNED_FORM = "signed_form"
    PAYMENT = "payment"
    PHONE = "phone"
    VIDEO = "video"
    GOVERNMENT_ID = "government_id"
    QUESTIONS = "questions"  # that a child could not answer
    PHOTO = "photo"  # compared with that of a document
    EMAIL_AND_MORE = "email_and_more"
    TEXT_AND_MORE = "text_and_more"


# Good enough only where what is collected stays where it was collected.
NOT_FOR_THIRD_PARTIES = frozenset({Method.EMAIL_AND_MORE, Method.TEXT_AND_MORE})


class OnlineConsentCommand(Command):
    """Something that allows to collect online from a child, and what shows it."""

    online_consent: Clear[UUID] = Field(
        default_factory=uuid4, description="The id of this consent."
    )
    evidence_digest: Sha256 | None = Field(
        default=None,
        description="SHA-256 of what shows it, where that is kept elsewhere and not attached.",
        examples=["0" * 64],
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("online-consent", self.online_consent, "online_consent")
        if self.subjects:
            raise Refused(
                "subjects",
                "consent-for-one",
                "Record this consent for each child by itself: it counts for one learner alone.",
            )
        if not self.attachments and self.evidence_digest is None:
            raise Refused(
                "attachments",
                "evidence-missing",
                "Attach what shows this consent or, where that is kept elsewhere, give its digest.",
            )
        return {}


class ParentsConsent(OnlineConsentCommand):
    """Something that a parent consented to, and how that was verified."""

    parent: Clear[UUID] = Field(description="Which parent, by id.")
    parent_name: ShortText = Field(description="Which parent, by name.", examples=["Ana Lopez"])
    method: Method = Field(
        description="How it was verified that it is a parent.", examples=["signed_form"]
    )


class VerifyParentalConsent(ParentsConsent):
    """Record that a parent consented to collecting online from the child, verified how."""


@register("parental-consent-verified", online_spec("to collect nothing from a child unasked"))
class ParentalConsentVerified(VerifyParentalConsent, Event):
    """A parent's consent to collecting online was verified."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.online_consent, kind="online-consent", status="given")


class RecordSchoolAuthorisation(OnlineConsentCommand):
    """Record that the school authorised collecting online from the child, for education alone.

    It is no parent's consent: where the district asks for that, it allows nothing.
    """

    official_name: ShortText = Field(
        description="Who decided it for the school.", examples=["Ms Park"]
    )
    use: Named = Field(
        description="For which educational use.", examples=["weekly reading reflections"]
    )


@register("school-authorisation-recorded", online_spec("to tell a school's word from a parent's"))
class SchoolAuthorisationRecorded(RecordSchoolAuthorisation, Event):
    """The school authorised collecting online."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.online_consent, kind="online-consent", status="given")


class AllowThirdPartyDisclosure(ParentsConsent):
    """Record that a parent consented to passing on to third parties what was collected online.

    It is a consent of its own, and allows to collect nothing.
    """

    recipients: tuple[Named, ...] = Field(
        min_length=1,
        max_length=20,
        description="To whom, or to which classes of parties.",
        examples=[["Bright Path Tutoring"]],
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if self.method in NOT_FOR_THIRD_PARTIES:
            raise Refused(
                "method",
                "method-not-enough",
                "Passing on to a third party needs a surer way to know that it is a parent, such "
                "as a signed form or a call.",
            )
        return super().decide(learner, context)


@register(
    "third-party-disclosure-allowed",
    online_spec("to pass on nothing that a child gave without a consent to just that"),
)
class ThirdPartyDisclosureAllowed(AllowThirdPartyDisclosure, Event):
    """A parent consented to passing on."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.online_consent, kind="online-consent", status="given")


class WithdrawOnlineConsent(Command):
    """Withdraw any of these consents, from a day on; what was collected before stays as it is."""

    online_consent: Clear[UUID] = Field(description="The id of the consent.")
    reason: LongText | None = Field(default=None, description="Why.", examples=["Changed school."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("online_consent",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.item("online-consent", self.online_consent, context, "online_consent")
        if found.status == "withdrawn":
            raise Refused(
                "online_consent",
                "online-consent-withdrawn",
                "This consent has already been withdrawn.",
            )
        more = {"data_class": kept_class(self, found)}
        check_not_retroactive(self, context)
        return more


@register("online-consent-withdrawn", online_spec("to stop collecting when asked"))
class OnlineConsentWithdrawn(WithdrawOnlineConsent, Event):
    """A consent to collecting online, or to passing on, was withdrawn."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.online_consent, status="withdrawn")
