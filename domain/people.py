"""People who are no learners: who they are, their roles, assignments and trainings, each in time.

A person, an organisation or a program that signs in has a record of its own, opened by
`register-person`. What somebody may see follows from it and from the learner's own record.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from eventsourcing.domain import CanInitAggregate
from pydantic import Field, model_validator

from domain.access.words import AssignmentKind, Role
from domain.effective import Effective
from domain.errors import Refused
from domain.event import PERSON, Clear, Command, Context, Event, Spec, register
from domain.fields import Code, LongText, ShortText
from domain.learner import DETAILS, PERSON_DETAILS, Learner, change
from domain.words import Retention

_NAMESPACE = UUID("2f0a5a1e-5a0c-5c5e-8d7b-6c3a9b1f4d20")


def person_id(tenant: str, issuer: str, subject: str) -> UUID:
    """The id of whoever signs in through OpenID Connect as this subject of this issuer."""
    return uuid5(uuid5(uuid5(_NAMESPACE, tenant), issuer), subject)


def district_id(tenant: str) -> UUID:
    """The id of the record that holds the district's own papers."""
    return uuid5(uuid5(_NAMESPACE, tenant), "district")


def people_spec(purpose: str) -> Spec:
    return Spec("people", purpose, retention=Retention.PERMANENT, record=PERSON)


class OnPersonsRecord(Command):
    """Something that stands on a person's record, from a day on that somebody can name."""

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if self.subjects or self.parts:
            raise Refused(
                "subjects",
                "person-without-subjects",
                "An entry on a person's record tells of no learner; record it on the learner's "
                "record instead.",
            )
        if self.effective is not None and self.effective.start is None:
            raise Refused(
                "effective",
                "start-unknown",
                "effective.from is needed here: access is decided by the day, so say from which "
                "day it holds.",
            )
        return {}


class PersonDetails(OnPersonsRecord):
    """Who the person is."""

    name: ShortText | None = Field(default=None, description="Name.", examples=["Ms Rivera"])
    email: ShortText | None = Field(
        default=None,
        pattern=r"^[^\s@]+@[^\s@]+$",
        description="Address for mail.",
        examples=["rivera@maple.example"],
    )
    TOUCHES_DETAILS: ClassVar[bool] = True


class RegisterPerson(PersonDetails):
    """Open the record of somebody who is no learner: staff, guardian, provider, program."""

    name: ShortText = Field(description="Name.", examples=["Ms Rivera"])


@register("person-registered", people_spec("to know who somebody is that may see records"))
class PersonRegistered(RegisterPerson, Event, CanInitAggregate[UUID]):
    """A person's record was opened."""

    originator_topic: str = Learner.TOPIC

    def apply(self, learner: Learner) -> None:
        change(learner, self, DETAILS, kind=PERSON_DETAILS, status="known")


class ChangePersonDetails(PersonDetails):
    """Change a person's details; fields left out stay as they are."""

    @model_validator(mode="after")
    def _something(self) -> "ChangePersonDetails":
        if self.name is None and self.email is None:
            raise ValueError("give at least one of: name, email")
        return self


@register("person-details-changed", people_spec("to keep names and addresses right"))
class PersonDetailsChanged(ChangePersonDetails, Event):
    """A person's details changed."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, DETAILS)


# -- roles ------------------------------------------------------------------------------------


def check_not_held(learner: Learner, kind: str, what: str, days: Effective, field: str) -> None:
    """Raise `Refused` where such a role or assignment, not ended, holds on some of these days."""
    same = [i for i in learner.items.values() if (i.kind, i.what) == (kind, what)]
    if any(
        (i.until is None or days.start is None or days.start < i.until)
        and (days.until is None or i.since is None or i.since < days.until)
        for i in same
        if i.status != "ended"
    ):
        raise Refused(
            field,
            f"{field}-held",
            f"This person has that {field} already on some of these days. Given twice, it would go "
            "on when one of the two is ended: end the first, or give days outside it.",
        )


def as_given(event: Event, what: str) -> dict[str, Any]:
    """What was given and for which days, as an item keeps it."""
    days = event.effective
    return {
        "what": str(what),
        "since": days.start if days else None,
        "until": days.until if days else None,
    }


class GrantRole(OnPersonsRecord):
    """Give a person a role, from a day on; with an end where one is known."""

    grant: Clear[UUID] = Field(default_factory=uuid4, description="The id of this grant.")
    role: Clear[Role] = Field(description="Which role.", examples=["teacher"])
    own_record: Clear[UUID | None] = Field(
        default=None, description="For the role learner: the learner's record that is their own."
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("grant", self.grant)
        if (self.own_record is not None) != (self.role is Role.LEARNER):
            raise Refused(
                "own_record",
                "role-own-record",
                "own_record is given for the role learner, and for no other: say whose record is "
                "this person's own.",
            )
        more = super().decide(learner, context)
        days = self.effective or Effective(start=context.today)
        check_not_held(learner, "grant", self.role, days, "role")
        return more


@register("role-granted", people_spec("to know in what role somebody acts"))
class RoleGranted(GrantRole, Event):
    """A role was given."""

    def apply(self, learner: Learner) -> None:
        # The role itself is the status: an assignment asks whether it was given.
        given = as_given(self, self.role)
        change(learner, self, self.grant, kind="grant", status=str(self.role), **given)


class EndRole(OnPersonsRecord):
    """End a role; the effective date is the first day on which it is no longer held."""

    grant: Clear[UUID] = Field(description="The id of the grant.")
    reason: LongText | None = Field(
        default=None, description="Why.", examples=["Left the district."]
    )
    TOUCHES: ClassVar[tuple[str, ...]] = ("grant",)
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("grant", self.grant, context).status == "ended":
            raise Refused("grant", "grant-ended", "This role has already ended.")
        return super().decide(learner, context)


@register("role-ended", people_spec("to know in what role somebody acts"))
class RoleEnded(EndRole, Event):
    """A role ended."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.grant, status="ended")


# -- assignments ------------------------------------------------------------------------------

BY_CODE = frozenset({AssignmentKind.SCHOOL, AssignmentKind.CLASS})
BY_LEARNER = frozenset({AssignmentKind.CASELOAD, AssignmentKind.TREATMENT})


class Assign(OnPersonsRecord):
    """Assign a person to the district, a school, a class, or one learner, in a role."""

    assignment: Clear[UUID] = Field(default_factory=uuid4, description="The assignment's id.")
    role: Clear[Role] = Field(description="In which role.", examples=["teacher"])
    kind: Clear[AssignmentKind] = Field(description="To what.", examples=["class"])
    code: Clear[Code | None] = Field(
        default=None, description="The code of the school or class.", examples=["9b"]
    )
    school: Clear[Code | None] = Field(
        default=None,
        description="Of a class: the code of its school, where another may use the same code.",
        examples=["north-high"],
    )
    learner: Clear[UUID | None] = Field(
        default=None, description="The learner on the caseload or in treatment."
    )
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("assignment", self.assignment)
        self._check_to_what()
        if not any(i.kind == "grant" and i.status == self.role for i in learner.items.values()):
            raise Refused(
                "role",
                "role-not-held",
                "This person does not hold that role. Give them the role first, then assign them.",
            )
        more = super().decide(learner, context)
        days = self.effective or Effective(start=context.today)
        check_not_held(learner, "assignment", self.to_what(), days, "assignment")
        return more

    def to_what(self) -> str:
        """In which role to what, as one text."""
        return " ".join(map(str, (self.role, self.kind, self.code, self.school, self.learner)))

    def _check_to_what(self) -> None:
        if (self.code is not None) != (self.kind in BY_CODE):
            raise Refused(
                "code",
                "assignment-code",
                "An assignment to a school or a class needs its code."
                if self.code is None
                else "Only an assignment to a school or a class has a code; leave code out.",
            )
        if self.school is not None and self.kind is not AssignmentKind.CLASS:
            raise Refused(
                "school",
                "assignment-school",
                "school is given for an assignment to a class, and for no other.",
            )
        if (self.learner is not None) != (self.kind in BY_LEARNER):
            raise Refused(
                "learner",
                "assignment-learner",
                "An assignment to a caseload or a treatment needs its learner, one each."
                if self.learner is None
                else "Only an assignment to a caseload or a treatment has a learner; leave "
                "learner out.",
            )


@register("person-assigned", people_spec("to know whom somebody works with"))
class PersonAssigned(Assign, Event):
    """A person was assigned."""

    def apply(self, learner: Learner) -> None:
        given = as_given(self, self.to_what())
        change(learner, self, self.assignment, kind="assignment", status="assigned", **given)


class EndAssignment(OnPersonsRecord):
    """End an assignment; the effective date is the first day on which it no longer holds."""

    assignment: Clear[UUID] = Field(description="The assignment's id.")
    reason: LongText | None = Field(default=None, description="Why.", examples=["Another school."])
    TOUCHES: ClassVar[tuple[str, ...]] = ("assignment",)
    MAY_LIE_AHEAD: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        if learner.item("assignment", self.assignment, context).status == "ended":
            raise Refused("assignment", "assignment-ended", "This assignment has already ended.")
        return super().decide(learner, context)


@register("assignment-ended", people_spec("to know whom somebody works with"))
class AssignmentEnded(EndAssignment, Event):
    """An assignment ended."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.assignment, status="ended")


# -- training ---------------------------------------------------------------------------------


class CompleteTraining(OnPersonsRecord):
    """Record that a person finished the privacy training, or renewed it, on that day."""

    certification: Clear[UUID] = Field(
        default_factory=uuid4, description="The id of this certification."
    )
    course: ShortText = Field(description="Which course.", examples=["Student privacy 2025"])

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("certification", self.certification)
        return super().decide(learner, context)


@register("training-completed", people_spec("to let nobody see records untrained"))
class TrainingCompleted(CompleteTraining, Event):
    """A training was finished."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.certification, kind="certification", status="completed")
