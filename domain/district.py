"""The district's own papers: its yearly notices and its agreements.

They stand on the district's record, a person's record with the id `people.district_id(tenant)`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field

from domain.access.conditions.directory import NEVER_DIRECTORY
from domain.access.surveys import PROTECTED_AREAS
from domain.access.words import Term, is_wildcard
from domain.errors import Refused
from domain.event import PERSON, Clear, Command, Context, Event, Spec, register
from domain.fields import Code, Day, LongText, ShortText
from domain.learner import Learner, change
from domain.people import OnPersonsRecord, district_id
from domain.words import Retention


def _no_wildcard(code: str) -> str:
    if is_wildcard(code):
        raise ValueError("must name something in particular, not everything")
    return code


NamedCode = Annotated[Code, AfterValidator(_no_wildcard)]


def district_spec(purpose: str) -> Spec:
    return Spec("district", purpose, retention=Retention.PERMANENT, record=PERSON)


def check_place(command: type[Command], person: UUID, tenant: str) -> None:
    """Raise `Refused` for a paper of the district on a person's record, or the other way round."""
    paper = command.EVENT.SPEC.group in ("district", "rules")
    of_person = not paper and not command.TOUCHES_DETAILS
    if paper and person != district_id(tenant):
        raise Refused(
            "person",
            "district-record-only",
            "A paper of the district stands on the district's own record, not on a person's.",
        )
    if of_person and person == district_id(tenant):
        raise Refused(
            "person",
            "district-holds-no-role",
            "The district's own record holds its papers; roles, assignments and trainings belong "
            "to a person's record.",
        )


class PublishAnnualNotice(OnPersonsRecord):
    """Record that the yearly notice of rights was published (FERPA 99.7)."""

    notice: Clear[UUID] = Field(default_factory=uuid4, description="The notice's id.")
    version: Clear[Code] = Field(description="Which text.", examples=["notice-2025"])
    criteria: Clear[Code | None] = Field(
        default=None,
        description="Version of its criteria for school officials; left out: it states none.",
        examples=["officials-2025"],
    )
    transfer_clause: Clear[bool] = Field(
        default=False,
        description="True where it says that records are sent on to a new school.",
        examples=[True],
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("annual-notice", self.notice, "notice")
        return super().decide(learner, context)


@register("annual-notice-published", district_spec("to show what families were told of"))
class AnnualNoticePublished(PublishAnnualNotice, Event):
    """The annual notice was published."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.notice, kind="annual-notice", status="published")


class DesignateDirectoryInformation(OnPersonsRecord):
    """Record the public notice of what is directory information (FERPA 99.37)."""

    designation: Clear[UUID] = Field(default_factory=uuid4, description="The notice's id.")
    kinds: Clear[tuple[NamedCode, ...]] = Field(
        min_length=1,
        max_length=50,
        description="Codes of what is directory information.",
        examples=[["name", "photograph"]],
    )
    refuse_by: Clear[Day] = Field(
        description="Last day on which a family can refuse.", examples=["2025-08-31"]
    )
    only_to: Clear[tuple[NamedCode, ...]] = Field(
        default=(),
        max_length=50,
        description="The classes of parties it is given to; left out: no limit.",
        examples=[["yearbook-company"]],
    )
    only_for: Clear[tuple[NamedCode, ...]] = Field(
        default=(),
        max_length=50,
        description="The purposes it is given for; left out: no limit.",
        examples=[["yearbook"]],
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("designation", self.designation)
        if not NEVER_DIRECTORY.isdisjoint(self.kinds):
            raise Refused(
                "kinds",
                "never-directory",
                "A social security number is never directory information (99.37(e)); leave it out.",
            )
        return super().decide(learner, context)


@register(
    "directory-information-designated", district_spec("to show what families could refuse in time")
)
class DirectoryInformationDesignated(DesignateDirectoryInformation, Event):
    """Directory information was designated."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.designation, kind="designation", status="designated")


class PublishInstrument(OnPersonsRecord):
    """Record that a survey was published, and which protected areas it touches (PPRA)."""

    survey: Clear[UUID] = Field(default_factory=uuid4, description="The publication's id.")
    instrument: ShortText = Field(
        description="Which survey, with its version, as it is named when it is offered.",
        examples=["SEL-4 spring"],
    )
    areas: tuple[Annotated[int, Field(ge=1, le=len(PROTECTED_AREAS))], ...] = Field(
        default=(),
        max_length=len(PROTECTED_AREAS),
        description="The protected areas of 20 U.S.C. 1232h(b) that it touches, by number.",
        examples=[[2, 5]],
    )
    required: bool = Field(
        default=False, description="True where nobody may leave it out.", examples=[True]
    )
    ed_funded: bool = Field(
        default=False, description="True where the Department of Education pays.", examples=[True]
    )
    marketing: bool = Field(
        default=False, description="True where answers are sold or used to sell.", examples=[True]
    )
    physical_exam: bool = Field(
        default=False, description="True where it goes with a physical exam.", examples=[True]
    )
    text_digest: ShortText | None = Field(
        default=None, description="Digest of its text.", examples=["sha256:9f2c"]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("instrument", self.survey, "survey")
        return super().decide(learner, context)


@register("instrument-published", district_spec("to ask a family before a protected survey"))
class InstrumentPublished(PublishInstrument, Event):
    """A survey was published."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.survey, kind="instrument", status="published")


class SignAgreement(OnPersonsRecord):
    """Record a written agreement with a party outside the district."""

    agreement: Clear[UUID] = Field(default_factory=uuid4, description="The agreement's id.")
    party: Clear[UUID] = Field(description="With whom, by the id of their record.")
    terms: Clear[tuple[Term, ...]] = Field(
        min_length=1,
        max_length=len(Term),
        description="What it says, as far as a ground asks for it.",
        examples=[["outsourced_service", "direct_control", "bound_by_99_33"]],
    )
    purposes: Clear[tuple[NamedCode, ...]] = Field(
        min_length=1, max_length=20, description="For which purposes.", examples=[["tutoring"]]
    )
    records: Clear[tuple[NamedCode, ...]] = Field(
        min_length=1,
        max_length=50,
        description="Kinds or data classes of records it is about.",
        examples=[["attendance"]],
    )
    destroy_by: Clear[Day | None] = Field(
        default=None,
        description="Day by which the party destroys what it got.",
        examples=["2026-08-01"],
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("agreement", self.agreement)
        starts = self.effective.start if self.effective else context.today
        if self.destroy_by and starts and self.destroy_by < starts:
            raise Refused(
                "destroy_by",
                "destroyed-before-start",
                "destroy_by cannot lie before the day on which the agreement begins.",
            )
        return super().decide(learner, context)


@register("agreement-signed", district_spec("to share only as was agreed in writing"))
class AgreementSigned(SignAgreement, Event):
    """An agreement was signed."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.agreement, kind="agreement", status="signed")


class EndAgreement(OnPersonsRecord):
    """End an agreement; the effective date is the first day on which it no longer holds."""

    agreement: Clear[UUID] = Field(description="The agreement's id.")
    reason: LongText | None = Field(default=None, description="Why.", examples=["Not renewed."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("agreement",)
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("agreement", self.agreement, context).status == "ended":
            raise Refused("agreement", "agreement-ended", "This agreement has already ended.")
        return super().decide(learner, context)


@register("agreement-ended", district_spec("to share only as was agreed in writing"))
class AgreementEnded(EndAgreement, Event):
    """An agreement ended."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.agreement, status="ended")
