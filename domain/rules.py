"""The rules a district chose: the law of its place, its own policy, the purposes it declared.

They stand on the district's record. An access is judged by those in force on its day.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4, uuid5

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.access.jurisdictions import JURISDICTIONS
from domain.access.policy import (
    INTERESTS,
    PURPOSES,
    RELATIONSHIPS,
    AtTransfer,
    Basis,
    LocalPolicy,
    coppa_mode,
)
from domain.access.words import AssignmentKind, Assurance, CoppaMode, Role
from domain.district import NamedCode
from domain.errors import Refused
from domain.event import PERSON, Clear, Context, Event, Spec, register
from domain.fields import Code, LongText
from domain.learner import Learner, change
from domain.people import OnPersonsRecord
from domain.words import DataClass, Retention

_PURPOSE = UUID("b0a5f6c2-9d0e-5d0b-9a53-0f6f4d1c7e11")
USUAL = LocalPolicy()
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$")]


def rules_spec(purpose: str) -> Spec:
    return Spec("rules", purpose, retention=Retention.PERMANENT, record=PERSON)


class DeclarePurpose(OnPersonsRecord):
    """Declare a purpose that records are used for, or another basis for one."""

    code: Clear[NamedCode] = Field(description="The purpose's code.", examples=["tutoring"])
    parent: Clear[NamedCode | None] = Field(
        default=None,
        description="The wider purpose it belongs to: a consent to that one covers it too.",
        examples=["support"],
    )
    basis: Clear[Basis | None] = Field(
        default=None, description="What it rests on in GDPR 6(1), from then on.", examples=["6-1-e"]
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        parent = self.parent
        if parent and not (PURPOSES.knows(parent) or _declared(parent) in learner.items):
            raise Refused(
                "parent",
                "purpose-undeclared",
                "The wider purpose was never declared; declare it first.",
            )
        return super().decide(learner, context)


def _declared(code: str) -> UUID:
    """Under which item a purpose is remembered."""
    return uuid5(_PURPOSE, code)


@register("purpose-declared", rules_spec("to use records for declared purposes alone"))
class PurposeDeclared(DeclarePurpose, Event):
    """A purpose was declared."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, _declared(self.code), kind="purpose", status="declared")


class RoleInterest(BaseModel):
    """What kinds of records a role has a legitimate educational interest in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role = Field(description="The role.", examples=["teacher"])
    classes: tuple[DataClass, ...] = Field(
        max_length=len(DataClass), description="Data classes.", examples=[["directory"]]
    )


class RoleRelation(BaseModel):
    """Through which kinds of assignment a role is connected with learners."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role = Field(description="The role.", examples=["teacher"])
    kinds: tuple[AssignmentKind, ...] = Field(
        max_length=len(AssignmentKind),
        description="Kinds of assignment.",
        examples=[["school", "district"]],
    )


class SetPolicy(OnPersonsRecord):
    """Set the law of the place and the district's own choices; what is left out is as usual."""

    policy: Clear[UUID] = Field(default_factory=uuid4, description="The id of these rules.")
    version: Clear[Code] = Field(description="Their version.", examples=["policy-2025"])
    jurisdiction: str = Field(
        pattern=r"^[A-Z]{2}(-[A-Z]{2})?$",
        description="Whose law holds here.",
        examples=["US-CA"],
    )
    reason: LongText | None = Field(
        default=None,
        description="Why; needed where no parent's consent under COPPA is asked for.",
        examples=["Adopted by the board on 12 August."],
    )
    parent_consent_at_transfer: AtTransfer = Field(
        default=USUAL.parent_consent_at_transfer,
        description="What becomes of a parent's consent when rights pass to the student.",
        examples=["continues"],
    )
    asker_assurance: Assurance = Field(
        default=USUAL.asker_assurance,
        description="How surely somebody must have signed in: 1 a password, 2 two factors.",
        examples=[2],
    )
    recipient_assurance: Assurance = Field(
        default=USUAL.recipient_assurance,
        description="How surely a recipient must be identified, in the same steps.",
        examples=[2],
    )
    recertify_days: int = Field(
        default=USUAL.recertify_days,
        ge=1,
        le=3660,
        description="Days for which a training holds.",
        examples=[365],
    )
    opening_hours: int = Field(
        default=USUAL.opening_hours,
        ge=1,
        le=72,
        description="Hours for which an emergency opening lasts.",
        examples=[8],
    )
    review_opening_days: int = Field(
        default=USUAL.review_opening_days,
        ge=1,
        le=60,
        description="Days within which an emergency opening is reviewed.",
        examples=[3],
    )
    dependency_years_back: int = Field(
        default=USUAL.dependency_years_back,
        ge=0,
        le=5,
        description="How many tax years back evidence of dependency counts.",
        examples=[2],
    )
    honour_later_opt_outs: bool = Field(
        default=USUAL.honour_later_opt_outs,
        description="True where former students can still opt out of directory information.",
        examples=[True],
    )
    days_to_object: int = Field(
        default=USUAL.days_to_object,
        ge=1,
        le=90,
        description="Days a family has to opt out of a survey.",
        examples=[14],
    )
    school_year_starts: MonthDay = Field(
        default="{:02}-{:02}".format(*USUAL.school_year_starts),
        description="First day of the school year, as month and day.",
        examples=["09-01"],
    )
    coppa: CoppaMode = Field(
        default=USUAL.coppa,
        description="How this deployment stands to COPPA.",
        examples=["school_authorised"],
    )
    interests: tuple[RoleInterest, ...] = Field(
        default=(),
        max_length=len(Role),
        description="What roles may see, where it is not as usual.",
        examples=[[{"role": "teacher", "classes": ["directory"]}]],
    )
    relationships: tuple[RoleRelation, ...] = Field(
        default=(),
        max_length=len(Role),
        description="How roles are connected with learners, where it is not as usual.",
        examples=[[{"role": "teacher", "kinds": ["school", "district"]}]],
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("policy", self.policy)
        if self.jurisdiction not in JURISDICTIONS:
            raise Refused(
                "jurisdiction",
                "jurisdiction-unknown",
                f"The law of that place is not modelled; it can be: {', '.join(JURISDICTIONS)}.",
            )
        coppa_mode(self.coppa, self.reason or "", hosted=True)
        for name in ("interests", "relationships"):
            roles = [row.role for row in getattr(self, name)]
            if len(set(roles)) < len(roles):
                raise Refused(
                    name, "role-twice", f"{name} names a role twice; give one row for each role."
                )
        return super().decide(learner, context)


@register("policy-set", rules_spec("to judge an access by the rules of its day"))
class PolicySet(SetPolicy, Event):
    """The district's rules were set."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.policy, kind="policy", status="set")

    @property
    def local(self) -> LocalPolicy:
        """The district's choices, as a decision reads them."""
        month, day = map(int, self.school_year_starts.split("-"))
        interests = {row.role: frozenset(row.classes) for row in self.interests}
        relationships = {row.role: frozenset(row.kinds) for row in self.relationships}
        return LocalPolicy(
            version=self.version,
            parent_consent_at_transfer=self.parent_consent_at_transfer,
            asker_assurance=self.asker_assurance,
            recipient_assurance=self.recipient_assurance,
            recertify_days=self.recertify_days,
            opening_hours=self.opening_hours,
            review_opening_days=self.review_opening_days,
            dependency_years_back=self.dependency_years_back,
            honour_later_opt_outs=self.honour_later_opt_outs,
            days_to_object=self.days_to_object,
            school_year_starts=(month, day),
            coppa=self.coppa,
            interests=MappingProxyType({**INTERESTS, **interests}),
            relationships=MappingProxyType({**RELATIONSHIPS, **relationships}),
        )
