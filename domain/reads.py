"""The log of what somebody saw, or was refused: one event for each learner and answer.

It stands on a stream of its own for each person who looks, apart from the learner's record, whose
version it does not change. It holds ids, codes and positions, and none of what was seen.
"""

from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from pydantic import Field

from domain.access.words import Action, Assurance
from domain.coding import build
from domain.event import ACCESS, Clear, Command, Context, Event, Spec, register
from domain.fields import AddressPattern, Code, Day, LawCode, Sha256
from domain.words import DataClass, Retention

NEXT_VERSION = -1  # of its stream, whichever that is: nothing is decided on this log


class RecordAccess(Command):
    """Record who saw what of a learner, or was refused, and why that was so."""

    learner: Clear[UUID] = Field(description="Whose record it is.")
    action: Clear[Action] = Field(description="How it was seen.", examples=["opened"])
    purpose: Clear[Code | None] = Field(
        default=None, description="For what purpose.", examples=["counseling"]
    )
    allowed: Clear[bool] = Field(description="Whether it was shown.", examples=[True])
    code: Clear[LawCode] = Field(
        description="The ground relied on, or the condition that was missing.",
        examples=["FERPA-99.31-a-1-i-A"],
    )
    ground: Clear[LawCode | None] = Field(
        default=None,
        description="Of a refusal: the ground that came closest.",
        examples=["FERPA-99.30"],
    )
    table: Clear[Code | None] = Field(
        default=None, description="Version of the table of grounds.", examples=["2026-1"]
    )
    criteria: Clear[Code | None] = Field(
        default=None,
        description="Version of the criteria for school officials that it relied on.",
        examples=["officials-2025"],
    )
    grounds: Clear[tuple[LawCode, ...]] = Field(
        default=(), description="The other grounds relied on.", examples=[["FERPA-99.30"]]
    )
    withheld: Clear[tuple[LawCode, ...]] = Field(
        default=(),
        description="Codes of why a part of it was not shown.",
        examples=[["FERPA-99.3-sole-possession"]],
    )
    consents: Clear[tuple[UUID, ...]] = Field(
        default=(),
        description="Consents relied on.",
        examples=[["6b0cf3ce-6f2e-5a51-beaa-46a5031d5316"]],
    )
    classes: Clear[tuple[DataClass, ...]] = Field(
        default=(), description="Of which data classes.", examples=[["education"]]
    )
    recipient: Clear[UUID | None] = Field(
        default=None, description="Who received it, where that is not who asked."
    )
    notice: Clear[LawCode | None] = Field(
        default=None,
        description="Version of the notice of 99.33(d) that the answer carried.",
        examples=["FERPA-99.33-1"],
    )
    how: Clear[Code] = Field(
        description="Signed in how: session, token, demo, terminal.", examples=["session"]
    )
    assurance: Clear[Assurance] = Field(
        description="How surely the asker was identified: 0 not, 1 a password, 2 two factors.",
        examples=[2],
    )
    place: Clear[AddressPattern] = Field(
        description="The address asked, as its pattern.", examples=["/learners/{learner}"]
    )
    on: Clear[Day | None] = Field(
        default=None, description="The day that was asked about.", examples=["2025-03-14"]
    )
    known: Clear[int] = Field(
        default=0, description="The position up to which it was told.", examples=[4711]
    )
    facts: Clear[tuple[int, ...]] = Field(
        default=(), description="Positions of what was shown.", examples=[[17, 18]]
    )
    digest: Clear[Sha256 | None] = Field(
        default=None, description="SHA-256 of the answer's body, hex.", examples=["a" * 64]
    )


@register(
    "access-recorded",
    Spec(
        "access",
        "to know who saw a child's record, and why",
        DataClass.EDUCATION,
        frozenset({DataClass.EDUCATION}),
        Retention.PERMANENT,
        record=ACCESS,
    ),
)
class AccessRecorded(RecordAccess, Event):
    """Somebody saw something of a learner, or was refused it.

    Version 1 noted neither the criteria nor the notice: of its events both stay unknown.
    """

    class_version: ClassVar[int] = 2

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Add nothing: a guess would look like a note."""

    @property
    def about(self) -> tuple[UUID, ...]:
        return (self.learner,)


def stream_of(person: UUID) -> UUID:
    """The stream that holds what a person saw."""
    return uuid5(person, "access")


def noted(access: RecordAccess, context: Context) -> AccessRecorded:
    """The event of an access, on its reader's stream."""
    system = {
        "originator_id": stream_of(context.entered_by),
        "originator_version": NEXT_VERSION,
        "timestamp": context.now,
        "event_id": uuid4(),
        "entered_by": context.entered_by,
        "entered_by_name": context.entered_by_name,
        "zone": context.zone,
        "correlation_id": context.correlation_id,
        "data_class": DataClass.EDUCATION,
        "retention": Retention.PERMANENT,
    }
    return build(AccessRecorded, vars(access), system)
