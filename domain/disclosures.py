"""Disclosures by phone, paper, mail or in person, and the papers a disclosure may rely on.

What was given is recorded as it happened, also where it should not have been. What only the
officer may know of is `for_officer`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import Field

from domain.access.ground import Keeping
from domain.access.grounds import NOT_MODELLED, TABLE
from domain.access.words import Action, PartyKind, ProcessKind
from domain.consent import Named
from domain.errors import Refused
from domain.event import Clear, Command, Context, Event, Spec, register
from domain.fields import LawCode, LongText, ShortText
from domain.learner import Learner, change
from domain.words import DataClass, Retention

GROUNDS = {ground.code: ground for ground in TABLE.grounds}
CONSENT = "FERPA-99.30"
# What is given on these stays with the officer: the family reads what is given on any other.
UNTOLD = frozenset(
    code
    for code, ground in GROUNDS.items()
    if ground.keeping is Keeping.SEALED or not ground.family_sees
)


def disclosure_spec(purpose: str, group: str = "disclosures") -> Spec:
    """Kept as long as there is anything of the record (99.32(a)(2))."""
    return Spec(group, purpose, retention=Retention.PERMANENT)


class Channel(StrEnum):
    """How something was asked for or given."""

    PHONE = "phone"
    PAPER = "paper"
    MAIL = "mail"
    IN_PERSON = "in_person"
    ELECTRONIC = "electronic"


class PartyCommand(Command):
    """Something that was asked for by, or given to, somebody outside."""

    party: Clear[UUID | None] = Field(
        default=None, description="Who asked or received, where they have an id here."
    )
    party_name: ShortText | None = Field(
        default=None, description="Their name.", examples=["Bright Path Tutoring"]
    )
    kinds: Clear[tuple[PartyKind, ...]] = Field(
        min_length=1,
        max_length=len(PartyKind),
        description="What they are in law.",
        examples=[["provider"]],
    )
    records: tuple[Named, ...] = Field(
        min_length=1, max_length=50, description="Which records.", examples=[["attendance"]]
    )
    purpose: Named = Field(description="For what purpose.", examples=["tutoring"])
    interest: LongText | None = Field(
        default=None,
        description="Their legitimate interest; it can be completed within a school day.",
        examples=["Plans the tutoring sessions."],
    )
    how: Clear[Channel] = Field(description="How it was asked for or given.", examples=["mail"])

    def _check_party(self) -> None:
        if self.party is None and self.party_name is None:
            raise Refused(
                "party_name",
                "party-missing",
                "Say who asked or received: party_name, or party where they have an id here.",
            )


class RecordDisclosure(PartyCommand):
    """Record by hand that records were given to somebody, on what ground and how."""

    disclosure: Clear[UUID] = Field(default_factory=uuid4, description="The disclosure's id.")
    record_classes: Clear[tuple[DataClass, ...]] = Field(
        default=(DataClass.EDUCATION,),
        max_length=len(DataClass),
        description="Of which data classes the records are.",
        examples=[["special_ed"]],
    )
    ground: Clear[LawCode | None] = Field(
        default=None,
        description="The code of the ground; left out where there was none.",
        examples=["FERPA-99.31-a-4"],
    )
    consent: Clear[UUID | None] = Field(default=None, description="The consent relied on.")
    emergency: Clear[UUID | None] = Field(default=None, description="The emergency relied on.")
    threat: LongText | None = Field(
        default=None,
        description="In an emergency: the threat; it can be completed within a school day.",
        examples=["Said he would not come home tonight."],
    )
    decided_by: ShortText | None = Field(
        default=None, description="Who decided it, where a person had to.", examples=["Mr Ellery"]
    )
    reason: LongText | None = Field(
        default=None,
        description="Why they decided so; without a ground, what happened.",
        examples=["The family applied for a grant and asked us to confirm attendance."],
    )
    may_redisclose_to: tuple[ShortText, ...] = Field(
        default=(),
        max_length=50,
        description="To whom it may be passed on, and for what interest (99.32(b)).",
        examples=[["The state's audit office, to check the program"]],
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("disclosure", self.disclosure)
        self._check_party()
        self._check_ground()
        if self.consent is not None:
            learner.item("consent", self.consent, context)
        if self.emergency is not None:
            learner.item("emergency", self.emergency, context)
        return {}

    def _check_ground(self) -> None:
        ground = GROUNDS.get(self.ground or "")
        if ground is None:
            if self.ground is not None and self.ground not in NOT_MODELLED:
                raise Refused(
                    "ground",
                    "ground-unknown",
                    "There is no ground with this code. Choose one of the list in docs/access, or "
                    "leave it out and say in reason what happened.",
                )
            if self.reason is None or (self.ground is not None and self.decided_by is None):
                raise Refused(
                    "reason",
                    "decision-missing",
                    "A person has to decide on this ground: give decided_by and reason. Without "
                    "any ground, say in reason what happened.",
                )
            return
        if Action.DISCLOSED not in ground.acts:
            raise Refused(
                "ground",
                "ground-not-for-giving",
                "This ground is for looking oneself; nothing is given to somebody else on it.",
            )
        if ground.to.isdisjoint(self.kinds):
            raise Refused(
                "kinds",
                "ground-for-others",
                f"This ground is for others: {', '.join(sorted(ground.to))}. Check what the "
                "recipient is in law, or choose another ground.",
            )
        if self.ground == CONSENT and self.consent is None:
            raise Refused(
                "consent", "consent-missing", "Say on which consent you relied, by its id."
            )


@register("disclosure-recorded", disclosure_spec("to answer who received a child's records"))
class DisclosureRecorded(RecordDisclosure, Event):
    """Records were given to somebody."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.disclosure, kind="disclosure", status="recorded", by=maker(self))


class CompleteDisclosure(Command):
    """Add what the record of a disclosure did not have yet."""

    disclosure: Clear[UUID] = Field(description="The disclosure's id.")
    interest: LongText | None = Field(
        default=None, description="The recipient's legitimate interest.", examples=["Treats her."]
    )
    threat: LongText | None = Field(
        default=None, description="In an emergency: the threat.", examples=["Took pills at noon."]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.item("disclosure", self.disclosure, context)
        if self.interest is None and self.threat is None:
            raise Refused("interest", "nothing-added", "Give interest, threat, or both.")
        return {}


@register("disclosure-completed", disclosure_spec("to tell of an emergency all the law asks for"))
class DisclosureCompleted(CompleteDisclosure, Event):
    """The record of a disclosure was completed."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.disclosure)


class RecordRequestRefused(PartyCommand):
    """Record by hand that somebody asked for records and was refused."""

    disclosure: Clear[UUID] = Field(default_factory=uuid4, description="The request's id.")
    reason: LongText = Field(description="Why it was refused.", examples=["No consent on file."])
    silence: Clear[bool] = Field(
        default=False,
        description="True where a court forbade to tell that it was asked.",
        examples=[True],
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("disclosure", self.disclosure)
        self._check_party()
        return {}


@register("request-refused", disclosure_spec("to answer who asked for a child's records"))
class RequestRefused(RecordRequestRefused, Event):
    """A request for records was refused."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.disclosure, kind="disclosure", status="refused", by=maker(self))


# -- papers that a ground relies on -----------------------------------------------------------


class PaperCommand(Command):
    """A paper on which records may be given to somebody, from a day on."""

    paper: Clear[UUID] = Field(default_factory=uuid4, description="The paper's id.")
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("paper", self.paper)
        if self.effective is not None and self.effective.start is None:
            raise Refused(
                "effective",
                "start-unknown",
                "effective.from is needed here: access is decided by the day, so say from which "
                "day it holds.",
            )
        return {}


class RecordLegalProcess(PaperCommand):
    """Record an order, a subpoena or a lawsuit. Only the officer sees that there is one."""

    kind: Clear[ProcessKind] = Field(description="What it is.", examples=["subpoena"])
    party: Clear[UUID] = Field(description="Who asks by it, by id.")
    records: tuple[Named, ...] = Field(
        min_length=1,
        max_length=50,
        description="Which records it asks for.",
        examples=[["attendance"]],
    )
    silence: Clear[bool] = Field(
        default=False,
        description="True where it forbids to tell that it exists.",
        examples=[True],
    )
    for_attorney_general: Clear[bool] = Field(
        default=False,
        description="True where the Attorney General of the United States obtained it.",
        examples=[True],
    )


@register("legal-process-recorded", disclosure_spec("to answer a court, and to keep its silence"))
class LegalProcessRecorded(RecordLegalProcess, Event):
    """A legal process was recorded."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.paper, kind="paper", status="recorded", by=maker(self))


class RecordPlacement(PaperCommand):
    """Record that a child-welfare agency is responsible for the learner, and its caseworkers."""

    agency: Clear[UUID] = Field(description="The agency, by id.")
    agency_name: ShortText = Field(description="Its name.", examples=["County child services"])
    caseworkers: Clear[tuple[UUID, ...]] = Field(
        default=(),
        max_length=20,
        description="Who may see the case plan, by id.",
        examples=[["6b0cf3ce-6f2e-5a51-beaa-46a5031d5316"]],
    )


@register("placement-recorded", disclosure_spec("to let a child's caseworker see the record"))
class PlacementRecorded(RecordPlacement, Event):
    """An agency became responsible for the learner."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.paper, kind="paper", status="recorded", by=maker(self))


class SeekEnrolmentElsewhere(PaperCommand):
    """Record that the learner seeks to enrol, or is enrolled, at a school elsewhere."""

    other_school: Clear[UUID] = Field(description="The school, by id.")
    school_name: ShortText = Field(description="Its name.", examples=["Lakeside Academy"])
    asked_by_family: Clear[bool] = Field(
        default=False,
        description="True where the family asked to send the records.",
        examples=[True],
    )


@register("enrolment-elsewhere-sought", disclosure_spec("to send records where a child goes"))
class EnrolmentElsewhereSought(SeekEnrolmentElsewhere, Event):
    """The learner seeks to enrol elsewhere."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.paper, kind="paper", status="recorded")


class TellFamily(Command):
    """Record that the family was told, or that a reasonable attempt to tell them was made."""

    paper: Clear[UUID] = Field(description="The paper they were told of.")
    text: LongText | None = Field(
        default=None, description="How, and what was said.", examples=["Letter to both parents."]
    )

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.item("paper", self.paper, context)
        return {}


@register("family-told", disclosure_spec("to prove that a family could object in time"))
class FamilyWasTold(TellFamily, Event):
    """The family was told of a paper."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.paper)


class EndPaper(Command):
    """Record that a paper no longer holds; the effective date is the first day it does not."""

    paper: Clear[UUID] = Field(description="The paper's id.")
    reason: LongText | None = Field(default=None, description="Why.", examples=["Quashed."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("paper",)
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("paper", self.paper, context).status == "ended":
            raise Refused("paper", "paper-ended", "This paper has already ended.")
        return {}


@register("paper-ended", disclosure_spec("to know on what nothing is given any more"))
class PaperEnded(EndPaper, Event):
    """A paper no longer holds."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.paper, status="ended")


# -- what only the officer is told ------------------------------------------------------------


def for_officer(event: Event) -> bool:
    """True for what stays with the privacy officer: sealed papers, care, emergencies, oversight.

    The rest is told like any entry. A family's own record of disclosures is another matter:
    `domain.access.by_hand` says what its lines are.
    """
    if event.SPEC.group not in ("disclosures", "emergencies", "oversight"):
        return False
    match event:
        case DisclosureRecorded():
            return event.ground in UNTOLD
        case RequestRefused():
            return event.silence
        case EnrolmentElsewhereSought():
            return False
        case _:
            return True


def maker(event: Event) -> UUID | None:
    """Who entered what stays with the officer; of anything else nobody needs to be asked."""
    return event.entered_by if for_officer(event) else None
