"""The learner: who they are, where they are enrolled, who is responsible for them."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from eventsourcing.domain import CanInitAggregate
from pydantic import AfterValidator, Field, model_validator

from domain.effective import EARLIEST
from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.fields import Code, Day, LongText, ShortText, Unfit
from domain.learner import DETAILS, Learner, change
from domain.words import RECORD_CLASSES, DataClass, Retention


def learner_spec(purpose: str, default: DataClass = DataClass.EDUCATION) -> Spec:
    return Spec("learner", purpose, default, RECORD_CLASSES, Retention.PERMANENT)


def _of_our_time(born: date) -> date:
    if born < EARLIEST:
        raise Unfit("born-too-early", "must lie between 1900-01-01 and today")
    return born


BirthDay = Annotated[Day, AfterValidator(_of_our_time)]


class Details(Command):
    """Who the learner is."""

    given_name: ShortText | None = Field(default=None, description="Given name.", examples=["Ana"])
    family_name: ShortText | None = Field(
        default=None, description="Family name.", examples=["Lopez"]
    )
    preferred_name: ShortText | None = Field(
        default=None, description="The name the learner goes by.", examples=["Annie"]
    )
    birth_date: BirthDay | None = Field(
        default=None, description="Date of birth.", examples=["2012-02-29"]
    )
    local_id: ShortText | None = Field(
        default=None, description="The district's own number.", examples=["204117"]
    )
    home_language: ShortText | None = Field(
        default=None, description="Language spoken at home.", examples=["es"]
    )
    TOUCHES_DETAILS: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if self.birth_date and self.birth_date > context.today:
            raise Refused("birth_date", "born-in-future", "birth_date cannot lie after today.")
        return {}


class RegisterLearner(Details):
    """Open the record of a learner."""

    given_name: ShortText = Field(description="Given name.", examples=["Ana"])
    family_name: ShortText = Field(description="Family name.", examples=["Lopez"])


@register("learner-registered", learner_spec("to know whose record it is", DataClass.DIRECTORY))
class LearnerRegistered(RegisterLearner, Event, CanInitAggregate[UUID]):
    """A record was opened."""

    originator_topic: str = Learner.TOPIC

    def apply(self, learner: Learner) -> None:
        change(learner, self, DETAILS, kind="details", status="known")


class ChangeDetails(Details):
    """Change the learner's details; fields left out stay as they are."""

    @model_validator(mode="after")
    def _something(self) -> "ChangeDetails":
        if not any(getattr(self, n) is not None for n in DETAIL_FIELDS):
            raise ValueError(f"give at least one of: {', '.join(DETAIL_FIELDS)}")
        return self


DETAIL_FIELDS = tuple(n for n in Details.model_fields if n not in Command.model_fields)


@register(
    "learner-details-changed", learner_spec("to keep names and details right", DataClass.DIRECTORY)
)
class LearnerDetailsChanged(ChangeDetails, Event):
    """Details changed."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, DETAILS)


class EnrolLearner(Command):
    """Record that the learner is enrolled in a school."""

    enrolment: Clear[UUID] = Field(default_factory=uuid4, description="The enrolment's id.")
    school: Clear[Code] = Field(description="The school's code.", examples=["north-high"])
    grade: Clear[Code] = Field(description="The grade's code.", examples=["09"])
    classes: Clear[tuple[Code, ...]] = Field(
        default=(), max_length=30, description="Codes of the classes.", examples=[["9b"]]
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("enrolment", self.enrolment)
        return {}


@register("learner-enrolled", learner_spec("to know which school is responsible"))
class LearnerEnrolled(EnrolLearner, Event):
    """The learner was enrolled."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.enrolment, kind="enrolment", status="enrolled")


class EndEnrolment(Command):
    """Record that an enrolment ends; its effective date is the first day no longer enrolled."""

    enrolment: Clear[UUID] = Field(description="The enrolment's id.")
    reason: LongText | None = Field(default=None, description="Why.", examples=["Moved away."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("enrolment",)
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("enrolment", self.enrolment, context).status == "ended":
            raise Refused("enrolment", "enrolment-ended", "This enrolment has already ended.")
        return {}


@register("enrolment-ended", learner_spec("to know which school is responsible"))
class EnrolmentEnded(EndEnrolment, Event):
    """An enrolment ended."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.enrolment, status="ended")


class MergeRecords(Command):
    """Record that another record is about the same person."""

    other: Clear[UUID] = Field(description="The other record's learner id.")
    reason: LongText = Field(description="How you know.", examples=["Same birth certificate."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("other",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if self.other == learner.id:
            raise Refused("other", "merge-with-self", "A record cannot be merged with itself.")
        found = learner.items.get(self.other)
        if found is None or found.kind != "merge":
            learner.new("merge", self.other, "other")
        elif found.status == "merged":
            raise Refused("other", "already-merged", "These two records are already merged.")
        return {}


@register("records-merged", learner_spec("to bring one person's two records together"))
class RecordsMerged(MergeRecords, Event):
    """Two records are about one person."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.other, kind="merge", status="merged")


class SplitRecords(Command):
    """Record that two merged records are about different people after all."""

    other: Clear[UUID] = Field(description="The other record's learner id.")
    reason: LongText = Field(description="How you know.", examples=["Cousins of one name."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("other",)

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("merge", self.other, context, "other").status != "merged":
            raise Refused("other", "not-merged", "These two records are not merged.")
        return {}


@register("records-split", learner_spec("to part what was merged by mistake"))
class RecordsSplit(SplitRecords, Event):
    """Two records are about two people."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.other, status="split")


class SetProtectedContact(Command):
    """Protect, or no longer protect, the learner's contact details."""

    protected: Clear[bool] = Field(description="True to protect.", examples=[True])
    reason: LongText | None = Field(default=None, description="Why.", examples=["Court order."])


@register("protected-contact-set", learner_spec("to keep an address from somebody dangerous"))
class ProtectedContactSet(SetProtectedContact, Event):
    """Contact details are protected, or no longer."""


class Capacity(StrEnum):
    """In what capacity somebody is responsible for a learner."""

    GUARDIAN = "guardian"
    FOSTER = "foster"
    SURROGATE = "surrogate"
    EDUCATION_RIGHTS_HOLDER = "education_rights_holder"


class LinkResponsiblePerson(Command):
    """Record who is responsible for the learner."""

    person: Clear[UUID] = Field(default_factory=uuid4, description="The person's id.")
    name: ShortText = Field(description="Their name.", examples=["Ana Lopez"])
    relation: ShortText = Field(description="Who they are to the learner.", examples=["mother"])
    capacity: Clear[Capacity] = Field(description="In what capacity.", examples=["guardian"])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = learner.items.get(self.person)
        if found is None or found.kind != "person":
            learner.new("person", self.person)
        elif found.status != "unlinked":
            raise Refused("person", "person-linked", "This person is already linked.")
        return {}


@register("responsible-person-linked", learner_spec("to know whom to ask and to tell"))
class ResponsiblePersonLinked(LinkResponsiblePerson, Event):
    """Somebody is responsible for the learner."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.person, kind="person", status="linked")


class PersonCommand(Command):
    """Something that concerns a responsible person."""

    person: Clear[UUID] = Field(description="The person's id.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("person",)
    FROM: ClassVar[frozenset[str]]
    ELSE: ClassVar[str]

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        status = learner.item("person", self.person, context).status
        if status not in self.FROM:
            raise Refused("person", f"person-{status}", self.ELSE)
        return {}


class UnlinkResponsiblePerson(PersonCommand):
    """Record that somebody is no longer responsible for the learner."""

    reason: LongText | None = Field(default=None, description="Why.", examples=["Moved abroad."])
    FROM: ClassVar[frozenset[str]] = frozenset({"linked", "revoked"})
    ELSE: ClassVar[str] = "This person is no longer linked."


@register("responsible-person-unlinked", learner_spec("to know whom no longer to ask"))
class ResponsiblePersonUnlinked(UnlinkResponsiblePerson, Event):
    """Somebody is no longer responsible."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.person, status="unlinked")


class EvidenceKind(StrEnum):
    """What evidence about rights shows."""

    COURT_ORDER = "court_order"
    DEPENDENCY = "dependency"
    POSTSECONDARY_ATTENDANCE = "postsecondary_attendance"


class RecordRightsEvidence(Command):
    """Record evidence about who holds which rights."""

    evidence: Clear[UUID] = Field(default_factory=uuid4, description="The evidence's id.")
    kind: Clear[EvidenceKind] = Field(description="What it is.", examples=["court_order"])
    person: Clear[UUID | None] = Field(default=None, description="Whose rights it concerns.")
    text: LongText = Field(description="What it says.", examples=["Order of 1 March."])
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("evidence", self.evidence)
        if self.person is not None:
            learner.item("person", self.person, context)
        return {}


@register("rights-evidence-recorded", learner_spec("to decide rights on evidence"))
class RightsEvidenceRecorded(RecordRightsEvidence, Event):
    """Evidence about rights was recorded."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.evidence, kind="evidence", status="recorded")


class RevokeRights(PersonCommand):
    """Record that a person's rights were revoked, on evidence."""

    evidence: Clear[UUID] = Field(description="The evidence's id.")
    FROM: ClassVar[frozenset[str]] = frozenset({"linked"})
    ELSE: ClassVar[str] = "This person holds no rights that could be revoked."

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.item("evidence", self.evidence, context)
        return super().decide(learner, context)


@register("rights-revoked", learner_spec("to keep to a court's order"))
class RightsRevoked(RevokeRights, Event):
    """A person's rights were revoked."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.person, status="revoked")


class RestoreRights(PersonCommand):
    """Record that a person's rights were restored."""

    reason: LongText = Field(description="On what ground.", examples=["Order lifted."])
    FROM: ClassVar[frozenset[str]] = frozenset({"revoked"})
    ELSE: ClassVar[str] = "This person's rights were not revoked."


@register("rights-restored", learner_spec("to keep to a court's order"))
class RightsRestored(RestoreRights, Event):
    """A person's rights were restored."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.person, status="linked")
