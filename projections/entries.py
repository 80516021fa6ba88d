"""What a reader gets: rows with their events opened, laid over each other and put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.coding import body_fields, clear_fields
from domain.effective import Effective
from domain.event import Attachment, Command, Event
from domain.words import Precision

LATE_AFTER = 14  # days between an effective date and its recording past which an entry is "late"

OWN_CLEAR = frozenset(Command.model_fields) | frozenset(
    {"event_id", "entered_by", "zone", "command_id", "correlation_id", "retention", "fact", "area",
     "line"}
)  # fmt: skip


class Stretch(NamedTuple):  # tuples are made five times as fast as frozen classes
    """A half-open stretch of days; None is unbounded.

    `known` is how exactly: of an entry, whose start has its own `precision`, how exactly its end.
    """

    start: date | None
    until: date | None
    known: str = "day"


class Provenance(NamedTuple):
    """Who said it, who entered it, when, how and from where; by event. `reason` of a change."""

    position: int
    type: str
    recorded_at: datetime
    author: UUID | None
    author_name: str | None
    author_role: str | None
    entered_by: UUID
    entered_by_name: str
    received_on: date | None
    received_how: str | None
    source: str | None
    source_id: str | None
    source_recorded_at: datetime | None
    language: str
    erased: bool
    reason: str | None


class Remark(NamedTuple):
    """Something said about an entry: a comment, a family's statement, a confirmation, a review.

    `kind` is the event's type, `percent` how far a goal has come where it says so. `data_class` is
    its own: a remark may be confidential where the entry is not.
    """

    kind: str
    text: str | None
    percent: int | None
    effective: Stretch | None
    provenance: Provenance
    data_class: str = ""


@dataclass(frozen=True)
class Removal:
    """What took an entry away after the position asked about: by which event, and how."""

    position: int
    how: str  # amended, retracted, wrong-learner


@dataclass(frozen=True)
class Entry:
    """One entry of a profile or a timeline.

    `line` is the entry it all began with, where values followed each other, and `type` the event
    type that began it; `began` says it as it was first said, and `before` as it read until its
    latest value or, of a goal, until it was reached. `record` is on whose record it stands;
    `learner` whom it is about. `effective` is when it holds in the world, and `precision` how
    exactly that is known. `body` is its content, field by field. `changed_by` are the events that
    changed it since. `known_from` is the position from which it is known so.

    `removed` says that it is here only because the question is about the past; to anybody but the
    custodian such an entry is `withheld`: its body and words are empty.
    """

    id: UUID
    line: UUID
    record: UUID
    learner: UUID
    kind: str
    type: str
    area: str | None
    status: str
    data_class: str
    effective: list[Stretch]
    precision: str
    body: dict[str, Any]
    provenance: Provenance
    began: Remark
    before: str | None
    changed_by: list[Provenance]
    remarks: list[Remark]
    late_days: int | None
    known_from: int
    removed: Removal | None = None
    withheld: bool = False
    attachments: tuple[Attachment, ...] = ()


REDATES = frozenset({"fact-corrected", "fact-amended"})  # where they give a date at all
ENDS = frozenset({"support-ended", "enrolment-ended"})  # by a day of their own
REMARKS = frozenset(
    {
        "comment-made", "contest-statement-placed", "fact-confirmed", "support-reviewed",
        "goal-progressed", "assent-given", "assent-declined",
    }
)  # fmt: skip


# What takes over from the words before in words of its own.
TAKES_OVER = frozenset({"fact-superseded", "goal-reached"})
ASIDE = REMARKS | {"note-shared", "fact-reclassified"}


def entry(row: Mapping[str, Any], events: Sequence[Event]) -> Entry:
    """The entry that a row and its opened events (in content order) make.

    An entry about several learners tells each what was said about them alone.
    """
    learner: UUID = row["learner"]
    if len(events) > 1:
        events = [e for e in events if concerns(e, learner)] or events[:1]
    first = events[0]
    own = [e for e in events if e.position in row["own"]] or [first]
    shown = own[0]
    dated = [shown, *(e for e in own[1:] if e.TOPIC in REDATES and e.effective)][-1].effective
    told = [e for e in events[1:] if e.TOPIC not in REMARKS]
    came = provenance(shown, learner)
    return Entry(
        id=row["item"],
        line=row["line"],
        record=row["stream"],
        learner=learner,
        kind=row["kind"],
        type=first.TOPIC,
        area=row["area"],
        status=row["status"],
        data_class=row["data_class"],
        effective=stretches(row["effective"], dated, events),
        precision=str(dated.precision) if dated else "unknown",
        body=body(events, learner),
        provenance=came,
        began=remark(first, learner, came if shown is first else None),
        before=words_before(events, learner),
        changed_by=[provenance(e, learner) for e in told if e is not shown],
        remarks=[remark(e, learner) for e in events[1:] if e.TOPIC in REMARKS],
        late_days=late_days(shown, dated),
        known_from=row["known_from"],
        removed=Removal(row["removed_at"], row["removed_how"]) if row["removed_at"] else None,
        attachments=files(events, learner),
    )


def stretches(
    spans: Sequence[Any], dated: Effective | None, events: Sequence[Event]
) -> list[Stretch]:
    """When an entry holds; its last day is told as exactly as whoever gave it knew it."""
    found = [Stretch(start=s.lower, until=s.upper) for s in spans]
    until = found[-1].until if found else None
    if until is None:
        return found
    ended = [e.effective for e in events if e.TOPIC in ENDS and e.effective]
    known = next((when for when in ended if when.start == until), dated)
    if known is None or known.precision is Precision.UNKNOWN:  # of the start alone
        return found
    return [*found[:-1], found[-1]._replace(known=str(known.precision))]


AMENDED = "fact-amended"
NOBODY = UUID(int=0)


def for_recipient(found: Entry) -> Entry:
    """The entry as anybody but the custodian sees it: without what was taken away for good."""
    if found.removed is not None:
        nothing = found.began._replace(text=None, percent=None, provenance=bare(found.provenance))
        return replace(
            found,
            body={},
            provenance=bare(found.provenance),
            began=nothing,
            before=None,
            changed_by=[],
            remarks=[],
            withheld=True,
            attachments=(),
        )
    if any(p.type == AMENDED for p in found.changed_by):
        return replace(found, began=found.began._replace(text=None), attachments=())
    return found


def bare(found: Provenance) -> Provenance:
    """Where and when, and no person: neither words nor names nor ids."""
    return found._replace(
        author=None, author_name=None, author_role=None, entered_by=NOBODY, entered_by_name="",
        received_how=None, source=None, source_id=None, reason=None,
    )  # fmt: skip


def concerns(event: Event, learner: UUID) -> bool:
    """Whether an event is about this learner, on whose record ever it stands."""
    return event.originator_id == learner or learner in event.subjects


def files(events: Sequence[Event], learner: UUID) -> tuple[Attachment, ...]:
    """The files beside an entry's own words, on this learner's record; those of remarks are not."""
    own = (e for e in events if e.TOPIC not in REMARKS and e.originator_id == learner)
    return tuple(file for event in own if not event.erased for file in event.attachments)


def part_of(event: Event, learner: UUID | None) -> str | None:
    """What an event on another's record says about this learner; None once it is erased."""
    return next((p.text for p in event.parts if p.learner == learner), None)


def body(events: Sequence[Event], learner: UUID) -> dict[str, Any]:
    """The content of the events laid over each other: a change names only what it changes."""
    laid: dict[str, Any] = {}
    for event in events:
        if event.TOPIC in ASIDE and event is not events[0]:
            continue  # said about the entry, and no part of its own words
        if event.originator_id != learner:
            part = part_of(event, learner)
            laid.update({} if part is None else {"text": part})
            continue
        changes = vars(event).get("changes")
        if isinstance(changes, Mapping):
            laid.update(changes)
        else:
            laid.update({k: v for k, v in content(event).items() if v is not None})
    return laid


def words_before(events: Sequence[Event], learner: UUID) -> str | None:
    """What an entry read until the last event that took over; None where none did."""
    taken = [n for n, event in enumerate(events) if n and event.TOPIC in TAKES_OVER]
    laid = body(events[: taken[-1]], learner) if taken else {}
    return laid.get("text") or laid.get("note")


def goal_words(goal: Entry) -> str | None:
    """How a goal is worded, or was when it was closed; how it was reached is in other words."""
    return goal.before if goal.status == "reached" else goal.body.get("text")


def content(event: Event) -> dict[str, Any]:
    """What is this event's own: its sealed fields, unless erased, and its own clear ones."""
    values = vars(event)
    clear, every = content_fields(type(event))
    return {name: values[name] for name in (clear if event.erased else every)}


@cache
def content_fields(event_class: type[Event]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of an event type's own clear fields, and of all that it says itself."""
    clear = tuple(f for f in clear_fields(event_class) if f not in OWN_CLEAR)
    return clear, clear + body_fields(event_class)


def told_of(event: Event, learner: UUID) -> dict[str, Any]:
    """What one event says of a learner: all of it on the own record, else the learner's part."""
    if event.originator_id == learner:
        return {name: value for name, value in content(event).items() if value is not None}
    part = part_of(event, learner)
    return {} if part is None else {"text": part}


def provenance(event: Event, learner: UUID | None = None) -> Provenance:
    """Where an event comes from, as told on its own record, or on this learner's."""
    own = learner in (None, event.originator_id)
    values = vars(event)  # an attribute that a model lacks takes ten times as long to miss
    reason = values.get("ground") or values.get("reason")
    return Provenance(
        position=event.position,
        type=event.TOPIC,
        recorded_at=event.timestamp,
        # Who spoke of another child may well be that child's family: it would say who it is.
        author=event.author if own else None,
        author_name=event.author_name if own else None,
        author_role=event.author_role if own else None,
        entered_by=event.entered_by,
        entered_by_name=event.entered_by_name,
        received_on=event.received_on,
        received_how=event.received_how if own else None,
        source=event.source,
        source_id=event.source_id if own else None,
        source_recorded_at=event.source_recorded_at,
        language=event.language,
        erased=event.erased if own else learner in event.subjects and not part_of(event, learner),
        reason=reason if own else None,
    )


def remark(event: Event, learner: UUID, came: Provenance | None = None) -> Remark:
    """What an event says about an entry; `came` is its provenance where that is made already."""
    own = event.originator_id == learner
    values = vars(event)
    text = values.get("text") or values.get("note")
    when = event.effective
    known = "day" if when is None or when.start is None else str(when.precision)
    return Remark(
        kind=event.TOPIC,
        text=text if own else part_of(event, learner),
        percent=values.get("percent") if own else None,
        effective=Stretch(start=when.start, until=when.until, known=known) if when else None,
        provenance=came or provenance(event, learner),
        data_class=str(event.data_class or ""),
    )


def late_days(event: Event, when: Effective | None) -> int | None:
    """Days from the date to the recording, where that is late and not brought in by an import.

    `when` is the date as it is shown: a correction may have moved it.
    """
    if when is None or when.precision is not Precision.DAY or event.source_recorded_at:
        return None
    local = event.recorded_at.astimezone(ZoneInfo(event.zone)).date()
    return late_by(when.start, when.until, local)


def late_by(start: date | None, until: date | None, recorded: date) -> int | None:
    """Days that a recording came late; a stretch that had ended counts from its last day."""
    last = until - timedelta(days=1) if until else None
    told = last if last and last <= recorded else start
    days = (recorded - told).days if told else 0
    return days if days > LATE_AFTER else None
