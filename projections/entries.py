"""What a reader gets: rows with their events opened, laid over each other and put into words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from domain.coding import body_fields, clear_fields
from domain.event import Command, Event
from domain.words import Precision

LATE_AFTER = 14  # days between an effective date and its recording past which an entry is "late"

OWN_CLEAR = frozenset(Command.model_fields) | frozenset(
    {"event_id", "entered_by", "zone", "command_id", "correlation_id", "retention", "fact", "area",
     "line"}
)  # fmt: skip


class Stretch(BaseModel):
    """A half-open stretch of days; null is unbounded."""

    start: date | None = Field(serialization_alias="from", description="First day, or null.")
    until: date | None = Field(description="First day no longer, or null.")


class Provenance(BaseModel):
    """Who said it, who entered it, when, how and from where."""

    position: int = Field(description="Its place in the district's order of events.")
    type: str = Field(description="The event type.", examples=["observation-recorded"])
    recorded_at: datetime = Field(description="When this system learned it.")
    author: UUID | None = Field(description="Who said it, by id.")
    author_name: str | None = Field(description="Who said it, by name.")
    author_role: str | None = Field(description="In what role.")
    entered_by: UUID = Field(description="Who entered it, by id.")
    entered_by_name: str = Field(description="Who entered it, by name.")
    received_on: date | None = Field(description="When the school got it, where stated.")
    received_how: str | None = Field(description="How the school got it, where stated.")
    source: str | None = Field(description="Where it comes from.")
    source_id: str | None = Field(description="The source's own id.")
    source_recorded_at: datetime | None = Field(description="When the source recorded it.")
    language: str = Field(description="The language it is written in.")
    erased: bool = Field(description="True where its content was erased.")
    reason: str | None = Field(description="Why a change was made, where it says so.")


class Remark(BaseModel):
    """Something said about an entry: a comment, a family's statement, a confirmation, a review."""

    kind: str = Field(description="What it is.", examples=["comment-made"])
    text: str | None = Field(description="Its words.")
    percent: int | None = Field(description="How far a goal has come, where it says so.")
    effective: Stretch | None = Field(description="When it was true.")
    provenance: Provenance = Field(description="Who, when, how, from where.")


class Entry(BaseModel):
    """One entry of a profile or a timeline."""

    id: UUID = Field(description="The entry's id, to change it by.")
    line: UUID = Field(description="The entry it all began with, where values followed each other.")
    learner: UUID = Field(description="Whose entry it is.")
    kind: str = Field(description="fact, goal, consent, …", examples=["fact"])
    type: str = Field(description="The event type it began with.", examples=["goal-set"])
    area: str | None = Field(description="Its area of the profile.", examples=["strengths"])
    status: str = Field(description="How it stands.", examples=["live"])
    data_class: str = Field(description="What kind of record it is in law.")
    effective: list[Stretch] = Field(description="When it holds in the world.")
    precision: str = Field(description="How exactly its date is known.", examples=["day"])
    body: dict[str, Any] = Field(description="Its content, field by field.")
    provenance: Provenance = Field(description="Where the entry comes from.")
    began: Remark = Field(description="What it began with: the goal as set, the first value.")
    changed_by: list[Provenance] = Field(description="The events that changed it since.")
    remarks: list[Remark] = Field(description="Statements, comments, confirmations, reviews.")
    late_days: int | None = Field(
        description="Days between its date and its recording, where it came late."
    )
    known_from: int = Field(description="The position from which it is known so.")


REDATES = frozenset({"fact-corrected", "fact-amended"})  # where they give a date at all
REMARKS = frozenset(
    {
        "comment-made", "contest-statement-placed", "fact-confirmed", "support-reviewed",
        "goal-progressed", "assent-given", "assent-declined",
    }
)  # fmt: skip


def entry(row: Mapping[str, Any], events: Sequence[Event]) -> Entry:
    """The entry that a row and its opened events (in content order) make.

    An entry about several learners tells each what was said about them alone.
    """
    learner: UUID = row["learner"]
    events = [e for e in events if concerns(e, learner)] or events[:1]
    first = events[0]
    own = [e for e in events if e.position in row["own"]] or [first]
    shown = own[0]
    dated = [shown, *(e for e in own[1:] if e.TOPIC in REDATES and e.effective)][-1].effective
    told = [e for e in events[1:] if e.TOPIC not in REMARKS]
    return Entry(
        id=row["item"],
        line=row["line"],
        learner=learner,
        kind=row["kind"],
        type=first.TOPIC,
        area=row["area"],
        status=row["status"],
        data_class=row["data_class"],
        effective=[Stretch(start=s.lower, until=s.upper) for s in row["effective"]],
        precision=str(dated.precision) if dated else "unknown",
        body=body(events, learner),
        provenance=provenance(shown, learner),
        began=remark(first, learner),
        changed_by=[provenance(e, learner) for e in told if e is not shown],
        remarks=[remark(e, learner) for e in events[1:] if e.TOPIC in REMARKS],
        late_days=late_days(shown),
        known_from=row["known_from"],
    )


def concerns(event: Event, learner: UUID) -> bool:
    """Whether an event is about this learner, on whose record ever it stands."""
    return event.originator_id == learner or learner in event.subjects


def part_of(event: Event, learner: UUID | None) -> str | None:
    """What an event on another's record says about this learner; None once it is erased."""
    return next((p.text for p in event.parts if p.learner == learner), None)


def body(events: Sequence[Event], learner: UUID) -> dict[str, Any]:
    """The content of the events laid over each other: a change names only what it changes."""
    laid: dict[str, Any] = {}
    for event in events:
        if event.TOPIC in REMARKS and event is not events[0]:
            continue  # said about the entry, and no part of its own words
        if event.originator_id != learner:
            part = part_of(event, learner)
            laid.update({} if part is None else {"text": part})
            continue
        changes = getattr(event, "changes", None)
        if isinstance(changes, Mapping):
            laid.update(changes)
        else:
            laid.update({k: v for k, v in content(event).items() if v is not None})
    return laid


def content(event: Event) -> dict[str, Any]:
    """What is this event's own: its sealed fields, unless erased, and its own clear ones."""
    names = [f for f in clear_fields(type(event)) if f not in OWN_CLEAR]
    if not event.erased:
        names += body_fields(type(event))
    return {name: getattr(event, name) for name in names}


def provenance(event: Event, learner: UUID | None = None) -> Provenance:
    """Where an event comes from, as told on its own record, or on this learner's."""
    own = learner in (None, event.originator_id)
    reason = getattr(event, "ground", None) or getattr(event, "reason", None)
    return Provenance(
        position=event.position,
        type=event.TOPIC,
        recorded_at=event.recorded_at,
        author=event.author,
        author_name=event.author_name,
        author_role=event.author_role,
        entered_by=event.entered_by,
        entered_by_name=event.entered_by_name,
        received_on=event.received_on,
        received_how=event.received_how,
        source=event.source,
        source_id=event.source_id,
        source_recorded_at=event.source_recorded_at,
        language=event.language,
        erased=event.erased if own else learner in event.subjects and not part_of(event, learner),
        reason=reason if own else None,
    )


def remark(event: Event, learner: UUID) -> Remark:
    own = event.originator_id == learner
    text = getattr(event, "text", None) or getattr(event, "note", None)
    when = event.effective
    return Remark(
        kind=event.TOPIC,
        text=text if own else part_of(event, learner),
        percent=getattr(event, "percent", None) if own else None,
        effective=Stretch(start=when.start, until=when.until) if when else None,
        provenance=provenance(event, learner),
    )


def late_days(event: Event) -> int | None:
    """Days from the date to the recording, where that is late and not brought in by an import."""
    if event.effective is None or event.source_recorded_at:
        return None
    when = event.effective
    if when.precision is not Precision.DAY:
        return None
    return late_by(when.start, when.until, event.recorded_at.date())


def late_by(start: date | None, until: date | None, recorded: date) -> int | None:
    """Days that a recording came late; a stretch that had ended counts from its last day."""
    last = until - timedelta(days=1) if until else None
    told = last if last and last <= recorded else start
    days = (recorded - told).days if told else 0
    return days if days > LATE_AFTER else None
