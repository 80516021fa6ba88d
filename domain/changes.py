"""Changes to facts. Four different kinds, never one "update":

superseded   a new value from a date (the old one held until then);
corrected    the value was wrong all along;
retracted    entered in error, for example on the wrong learner;
amended      the outcome of a family's request to amend the record.

Beside them: confirmed still true, contested, shared, reclassified.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID, uuid4

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from domain.coding import body_fields
from domain.effective import Effective
from domain.errors import Refused
from domain.event import EVENTS, Clear, Command, Context, Event, Spec, register
from domain.facts import live_fact
from domain.fields import LongText, ShortText
from domain.learner import Item, Learner, change, check_step, first_day, kept_class
from domain.words import FACT_CLASSES, DataClass


def change_spec(purpose: str) -> Spec:
    return Spec("changes", purpose, DataClass.EDUCATION, FACT_CLASSES)


class ChangeCommand(Command):
    """Something that happens to an entry already on the record."""

    fact: Clear[UUID] = Field(description="The entry's id.")
    TOUCHES: ClassVar[tuple[str, ...]] = ("fact",)
    STARTS_TODAY: ClassVar[bool] = False

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        found = live_fact(learner, self.fact, context)
        return {
            "data_class": kept_class(self, found),
            "retention": found.retention,
            "line": found.line or self.fact,
            **self.more(found),
        }

    def more(self, found: Item) -> Mapping[str, Any]:
        """What this kind of change adds, given the entry it changes."""
        return {}


class ChangeEvent(Event):
    """An entry changed. `line` is the entry it all began with, where values followed each other."""

    fact: Clear[UUID]
    line: Clear[UUID]

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.fact)


class RedatingEvent(ChangeEvent):
    """A change that moves the entry's own days too, where it gives any."""

    def apply(self, learner: Learner) -> None:
        found = learner.items[self.fact]
        moved = {}
        if self.effective:
            moved["since"] = takes_over(self) if found.line else first_day(self)
        if self.effective and found.status == "ended":
            moved["until"] = self.effective.until or found.until
        change(learner, self, self.fact, **moved)


class NewValue(ChangeCommand):
    """A change that gives some of the entry's fields a new value."""

    MAY_MOVE: ClassVar[bool] = False  # an effective date alone is change enough

    changes: dict[str, Any] = Field(
        default_factory=dict,
        description="New values by field name; fields not named keep theirs.",
        examples=[{"text": "Leads the robotics team."}],
    )

    def more(self, found: Item) -> Mapping[str, Any]:
        event_class = EVENTS[found.topic]
        changes = checked_changes(event_class, self.changes)
        event_class.COMMAND.check_changes(changes)
        return {"changes": changes}

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.changes and not (self.MAY_MOVE and self.effective):
            raise ValueError("changes: name at least one field and its new value")
        return self


class RedatingValue(NewValue):
    """A new value that moves the entry's own days too, where an effective date is given."""

    def more(self, found: Item) -> Mapping[str, Any]:
        more, moved = super().more(found), self.effective
        stays = moved is None or moved.until or moved.start == found.since
        if moved and not stays and not_before_end(moved.start, found):
            raise Refused(
                "effective",
                "end-before-start",
                "This support ended on that day or before it, so it cannot have begun then. "
                "Choose an earlier day.",
            )
        return more


class SupersedeFact(NewValue):
    """Give an entry a new value from a date on, or for a stretch of time."""

    successor: Clear[UUID] = Field(
        default_factory=uuid4, description="The new value's own entry id, to change it by later."
    )
    STARTS_TODAY: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        learner.new("fact", self.successor, "successor")
        more, found = super().decide(learner, context), learner.items[self.fact]
        when = self.effective or Effective(start=context.today)
        beyond = when.until and found.until and when.until > found.until
        if beyond or not_before_end(when.start, found):
            raise Refused(
                "fact",
                "support-ended",
                "This support has already ended; a new value can hold only until its end.",
            )
        return more


@register("fact-superseded", change_spec("to keep what held before beside what holds now"))
class FactSuperseded(SupersedeFact, ChangeEvent):
    """A new value holds from a date."""

    def apply(self, learner: Learner) -> None:
        old = learner.items[self.fact]
        change(learner, self, self.fact)
        change(
            learner,
            self,
            self.successor,
            kind="fact",
            status=old.status,
            topic=old.topic,
            subjects=old.subjects,
            line=self.line,
            since=takes_over(self),
            until=old.until,
            by=old.by,
        )


class CorrectFact(RedatingValue):
    """Correct an entry that was wrong all along; an effective date given here corrects that too."""

    MAY_MOVE: ClassVar[bool] = True

    ground: LongText = Field(description="Why it was wrong.", examples=["Typing error: 2.3."])


@register("fact-corrected", change_spec("to mend an error without hiding it"))
class FactCorrected(CorrectFact, RedatingEvent):
    """An entry was wrong all along."""


class RetractFact(ChangeCommand):
    """Take back an entry made in error."""

    reason: LongText = Field(description="Why.", examples=["Meant for another learner."])
    wrong_learner: Clear[bool] = Field(
        default=False, description="True where it was about another learner.", examples=[False]
    )


@register("fact-retracted", change_spec("to take back what should never have been entered"))
class FactRetracted(RetractFact, ChangeEvent):
    """An entry was made in error."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.fact, status="retracted")
        # The values that followed it go with it.
        for item in [i for i, found in learner.items.items() if found.line == self.fact]:
            change(learner, self, item, status="retracted")


class AmendFact(RedatingValue):
    """Change an entry as the outcome of a request to amend the record."""

    request: Clear[UUID | None] = Field(default=None, description="The request's id.")
    ground: LongText = Field(
        description="The legal ground and outcome.", examples=["Granted: FERPA 99.20."]
    )


@register("fact-amended", change_spec("to carry out a family's right to amend"))
class FactAmended(AmendFact, RedatingEvent):
    """An entry was amended at a family's request."""


class ConfirmFact(ChangeCommand):
    """Confirm that an entry is still true on a date."""

    note: LongText | None = Field(default=None, description="A remark.", examples=["Seen again."])
    TOUCHES: ClassVar[tuple[str, ...]] = ()
    STARTS_TODAY: ClassVar[bool] = True

    def decide(self, learner: Learner, context: Context) -> Mapping[str, Any]:
        more, found = super().decide(learner, context), learner.items[self.fact]
        check_step(self, found, context)
        when = self.effective or Effective(start=context.today)
        if holds := value_instead(learner, self.fact, when.start):
            raise Refused(
                "fact",
                "fact-superseded",
                "This entry had been given a new value by that day, so it was no longer what "
                f"held. Confirm the new value ({holds}), or choose an earlier day.",
            )
        return more


@register("fact-confirmed", change_spec("to know how fresh an entry is"))
class FactConfirmed(ConfirmFact, ChangeEvent):
    """An entry is still true."""


class PlaceContestStatement(ChangeCommand):
    """Place a family's statement beside an entry they contest."""

    text: LongText = Field(description="The statement.", examples=["We do not agree with this."])
    TOUCHES: ClassVar[tuple[str, ...]] = ()
    STARTS_TODAY: ClassVar[bool] = True


@register("contest-statement-placed", change_spec("to let a family's statement stand beside it"))
class ContestStatementPlaced(PlaceContestStatement, ChangeEvent):
    """A statement stands beside a contested entry."""


class ShareNote(ChangeCommand):
    """Record that a private note was shared, and so became part of the record."""

    shared_with: ShortText = Field(description="With whom.", examples=["the grade team"])
    STARTS_TODAY: ClassVar[bool] = True

    def more(self, found: Item) -> Mapping[str, Any]:
        if found.data_class is not DataClass.SOLE_POSSESSION:
            raise Refused(
                "fact", "not-a-private-note", "Only a private note (sole_possession) can be shared."
            )
        if self.data_class is not None:
            raise Refused(
                "data_class",
                "shared-note-is-education",
                "A shared note becomes an education record; leave data_class out.",
            )
        return {"data_class": DataClass.EDUCATION}


@register("note-shared", change_spec("to record that a private note became part of the record"))
class NoteShared(ShareNote, ChangeEvent):
    """A private note became part of the record."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.fact, data_class=DataClass.EDUCATION)


class ReclassifyFact(ChangeCommand):
    """Change what kind of record an entry is in law."""

    becomes: Clear[DataClass] = Field(description="The new data class.", examples=["special_ed"])
    reason: LongText = Field(description="Why.", examples=["Part of the IEP."])
    STARTS_TODAY: ClassVar[bool] = True

    def more(self, found: Item) -> Mapping[str, Any]:
        if found.data_class is self.becomes:
            raise Refused("becomes", "class-unchanged", "The entry already has this data class.")
        if self.becomes is DataClass.SOLE_POSSESSION:
            raise Refused(
                "becomes",
                "never-private-again",
                "An entry that is part of the record cannot become a private note.",
            )
        return {}


@register("fact-reclassified", change_spec("to put right what kind of record an entry is"))
class FactReclassified(ReclassifyFact, ChangeEvent):
    """An entry became another kind of record."""

    def apply(self, learner: Learner) -> None:
        change(learner, self, self.fact, data_class=self.becomes)


def takes_over(event: Event) -> date | None:
    """From which day on a new value has taken the old one's place for good.

    None for one that holds for a stretch of days: the old one holds again after it.
    """
    when = event.effective
    return when.start if when and when.until is None else None


def value_instead(learner: Learner, fact: UUID, day: date | None) -> UUID | None:
    """The value that holds on a day because it took the named one's place; None where none did."""
    items, line = learner.items, learner.items[fact].line or fact
    if day is None:
        return None
    followed = [i for i, v in items.items() if v.line == line and v.since and v.since <= day]
    held = [i for i in followed if items[i].status != "retracted"]
    if not held or fact not in (line, *held):
        return None
    # Of two with one start the later known holds; the items stand in the order of their recording.
    latest = sorted(held, key=lambda i: items[i].since or date.min)[-1]
    return latest if latest != fact else None


def not_before_end(start: date | None, found: Item) -> bool:
    """True where a day is none of those before the end of a support that has ended."""
    return start is not None and found.until is not None and start >= found.until


def checked_changes(event_class: type[Event], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The new values as plain JSON, each checked by the rule of the field it replaces."""
    fields = body_fields(event_class)
    checked = {}
    for name, value in changes.items():
        if name not in fields:
            # The name is not repeated: somebody may have typed a child's data there.
            raise Refused(
                "changes",
                "not-a-field",
                "changes names a field that this entry does not have; it has: "
                f"{', '.join(fields)}.",
            )
        info = event_class.COMMAND.model_fields[name]
        rule: TypeAdapter[Any] = TypeAdapter(
            _annotated(info.annotation, info.metadata), config=None
        )
        try:
            checked[name] = rule.dump_python(rule.validate_python(value), mode="json")
        except ValidationError as error:
            told = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise Refused(f"changes.{name}", "value-not-allowed", f"{name}: {told}.") from None
    return checked


def _annotated(annotation: Any, metadata: list[Any]) -> Any:
    return Annotated[annotation, *metadata] if metadata else annotation
