"""The learner aggregate: it decides, and keeps only what deciding needs.

Its state is one dictionary of items (facts, goals, consents, …) with their status: ids and
codes, no content. So a snapshot holds nothing to seal, and a stream whose content was erased
still decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID, uuid4

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.utils import register_topic

from domain.coding import build
from domain.effective import Effective, is_before
from domain.errors import Change, Refused, StaleVersion
from domain.event import LEARNER, PERSON, Command, Context, Event
from domain.words import DataClass, Retention

DETAILS = UUID(int=0)  # stands for the learner's own details where an item id is asked for
PERSON_DETAILS = "person-details"  # the kind of that item where the record is a person's

NOUNS = {
    "fact": "entry",
    "person": "responsible person",
    "merge": "merged record",
    "opt-out": "directory opt-out",
    "grant": "grant of a role",
    "certification": "training",
    "opening": "emergency opening",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the record: what it is, how it stands, and which event changed it last."""

    kind: str
    topic: str
    status: str
    version: int
    changed_by: str
    data_class: DataClass = DataClass.EDUCATION
    retention: Retention = Retention.PROFILE
    subjects: tuple[UUID, ...] = ()
    line: UUID | None = None  # of a value that superseded another: the entry it all began with
    since: date | None = None  # its first day, where what follows is held against it
    until: date | None = None  # the first day without it: of a support that ended, of a role given
    what: str | None = None  # of a role or an assignment: which, so that none is given twice
    by: UUID | None = None  # who entered it, where that decides who may look at it or know of it


class Learner(BaseAggregate[UUID]):
    """Everything that was recorded about one learner, as far as the next decision needs it."""

    TOPIC: ClassVar[str] = "learner"

    def __init__(self) -> None:
        self.items: dict[UUID, Item] = {}

    @property
    def record(self) -> str:
        """Whose record it is: a learner's or, by its first event, a person's."""
        details = self.items.get(DETAILS)
        return PERSON if details is not None and details.kind == PERSON_DETAILS else LEARNER

    # -- deciding ---------------------------------------------------------------------------

    def do(self, command: Command, context: Context, *, expected: int | None = None) -> Event:
        """Decide a command: raise `Refused`, or apply and return the new event.

        `expected` is the version the writer looked at. A command that touches something changed
        since then raises `StaleVersion`; one that does not goes ahead.
        """
        check_kind(self, command)
        if expected is not None:
            self._check_expected(command, expected, context)
        more = command.decide(self, context)
        event = self._event(command, context, more)
        event.mutate(self)
        self.pending_events.append(event)
        return event

    def item(self, kind: str, item: UUID, context: Context, field: str | None = None) -> Item:
        """The item, whatever its status.

        Raises `Refused` where there is none of this kind, or none that the giver may know of.
        """
        found = self.items.get(item)
        if found is None or found.kind != kind or is_hidden(found, context):
            noun = NOUNS.get(kind, kind.replace("-", " "))
            raise Refused(
                field or kind,
                f"{kind}-unknown",
                f"There is no {noun} with this id on this {self.record}'s record.",
            )
        return found

    def new(self, kind: str, item: UUID, field: str | None = None) -> None:
        """Raise `Refused` where the id of a new item is taken already."""
        if item in self.items:
            raise Refused(
                field or kind,
                f"{kind}-exists",
                f"This id is already in use on this {self.record}'s record; give the new "
                f"{NOUNS.get(kind, kind.replace('-', ' '))} an id of its own.",
            )

    def _check_expected(self, command: Command, expected: int, context: Context) -> None:
        if expected > self.version:
            raise StaleVersion(expected, self.version, ())
        changed = [
            Change(found.version, found.changed_by, str(touched))
            for touched in touched_by(command)
            if (found := self.items.get(touched))
            and found.version > expected
            and not is_hidden(found, context)  # it is refused as if it were not there
        ]
        if changed:
            raise StaleVersion(expected, self.version, changed)

    def _event(self, command: Command, context: Context, more: Mapping[str, Any]) -> Event:
        event_class = command.EVENT
        spec = event_class.SPEC
        data_class = command.data_class or more.get("data_class") or spec.default
        if data_class not in spec.classes:
            allowed = ", ".join(sorted(spec.classes))
            raise Refused(
                "data_class",
                "data-class-not-allowed",
                f"An entry of this type cannot be '{data_class}'; it can be: {allowed}.",
            )
        # What continues an entry is kept with it, also after the entry was reclassified.
        kept_with = more.get("retention")
        retention = kept_with or spec.retention
        continues = kept_with is not None and data_class is more.get("data_class")
        if data_class is DataClass.SPECIAL_ED and not continues:
            retention = Retention.SPECIAL_ED
        if command.subjects or command.parts:
            self._check_subjects(command)
        system = {
            "effective": self._effective(command, context),
            "data_class": data_class,
            "retention": retention,
            "originator_id": self.id,
            "originator_version": self.version + 1,
            "timestamp": context.now,
            "event_id": uuid4(),
            "entered_by": context.entered_by,
            "entered_by_name": context.entered_by_name,
            "zone": context.zone,
            "command_id": context.command_id,
            "correlation_id": context.correlation_id,
        }
        return build(event_class, vars(command), more, system)

    def _effective(self, command: Command, context: Context) -> Effective | None:
        received = command.received_on
        if received is not None and received > context.today:
            raise Refused(
                "received_on", "received-in-future", "received_on cannot lie after today."
            )
        given = command.effective
        if given is None:
            return _from(context.today) if command.STARTS_TODAY else None
        if given.start and given.start > context.today and not command.MAY_LIE_AHEAD:
            raise Refused(
                "effective",
                "effective-in-future",
                "effective cannot lie after today: this entry says what has already happened.",
            )
        return given

    def _check_subjects(self, command: Command) -> None:
        about = set(command.subjects)
        if self.id in about:
            raise Refused(
                "subjects",
                "subject-is-self",
                "subjects names the other learners; this learner is always a subject.",
            )
        parts = [part.learner for part in command.parts]
        if sorted(parts) != sorted(about) or len(about) != len(command.subjects):
            raise Refused(
                "parts",
                "content-under-another-key",
                "An entry about several learners needs exactly one part for each learner named "
                "in subjects, so that nobody's content is kept under another's key.",
            )


@lru_cache(maxsize=64)
def _from(day: date) -> Effective:
    return Effective(start=day)


def open_record(
    learner: UUID, command: Command, context: Context, *, expected: int | None = None
) -> Learner:
    """A new learner, with the event that opens its record pending.

    Raises `Refused`, and `StaleVersion` where its writer looked at a record that is not there.
    """
    if expected:
        raise StaleVersion(expected, 0, ())
    shell = Learner.__new__(Learner)
    shell.__base_init__(learner, 0, context.now)
    Learner.__init__(shell)
    more = command.decide(shell, context)
    event = shell._event(command, context, more)
    CanMutateAggregate.mutate(event, shell)  # as `event.mutate(None)` in a third of its time
    shell.pending_events.append(event)
    return shell


def opens_record(command: type[Command]) -> bool:
    """True for a command that opens a record: its event is the first there can be."""
    return issubclass(command.EVENT, CanInitAggregate)


def check_kind(learner: Learner, command: Command) -> None:
    """Raise `Refused` for what belongs on a record of another kind."""
    wanted = command.EVENT.SPEC.record
    if wanted != learner.record:
        raise Refused(
            wanted,
            "record-of-another-kind",
            f"This is the record of a {learner.record}, and this entry belongs on that of a "
            f"{wanted}. Use the id of the {wanted}.",
        )


def kept_class(command: Command, found: Item) -> DataClass:
    """The data class of what continues an item: the item's own. Refuses another one."""
    if command.data_class not in (None, found.data_class):
        raise Refused(
            "data_class",
            "change-keeps-class",
            "What continues an entry keeps its data class; use reclassify-fact to change it.",
        )
    return found.data_class


def check_end(command: Command, began: Item, context: Context) -> None:
    """Raise `Refused` where something would have ended before it began.

    What is still to begin can be called off on any day.
    """
    if _before_start(command, began, context):
        raise Refused(
            "effective",
            "end-before-start",
            "This day is before the one on which it began, so it cannot have ended then. Choose a "
            "later day.",
        )


def check_step(command: Command, began: Item, context: Context) -> None:
    """Raise `Refused` where something would have gone on before it began."""
    if _before_start(command, began, context):
        raise Refused(
            "effective",
            "step-before-start",
            "This day is before the one on which it began. Choose a later day.",
        )


def _before_start(command: Command, began: Item, context: Context) -> bool:
    since = began.since
    return since is not None and since <= context.today and is_before(command.effective, since)


def first_day(event: Event) -> date | None:
    """The first day of what an event says, for an item's `since`."""
    return event.effective.start if event.effective else None


def is_hidden(found: Item, context: Context) -> bool:
    """True for what the giver of a command may not know of. It is, for them, not there at all."""
    private = found.data_class is DataClass.SOLE_POSSESSION and not context.brought_in
    anothers = private and found.by not in (None, context.entered_by)
    return anothers or context.closed(found)


def check_second_person(found: Item, context: Context, field: str) -> None:
    """Raise `Refused` where somebody would look at their own entry as its second person."""
    if found.by == context.entered_by:
        raise Refused(
            field,
            "second-person-needed",
            "You entered this yourself, so somebody else has to look at it. Ask a colleague who "
            "may see this record.",
        )


def touched_by(command: Command) -> Iterable[UUID]:
    """The ids of the items that a command changes, or stands on."""
    return [getattr(command, name) for name in command.TOUCHES] or (
        [DETAILS] if command.TOUCHES_DETAILS else []
    )


def change(learner: Learner, event: Event, item: UUID, **changes: Any) -> None:
    """Put an item's new state after an event; `kind` is needed where the item is new."""
    topic = event.TOPIC
    changes["version"], changes["changed_by"] = event.originator_version, topic
    found = learner.items.get(item)
    if found is not None:
        learner.items[item] = replace(found, **changes)
        return
    new = changes.setdefault
    new("topic", topic)
    new("data_class", event.data_class or event.SPEC.default)
    new("retention", event.retention)
    new("subjects", event.subjects)
    learner.items[item] = Item(**changes)


register_topic(Learner.TOPIC, Learner)
