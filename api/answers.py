"""What the JSON API answers. Positions are opaque texts here: see `api.cursors`."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api import versions
from api.cursors import Cursors
from domain.application import Recorded
from domain.event import Attachment, Command
from projections import entries
from projections.places import Place
from projections.reading import AuditLine
from projections.standing import Standing

POSITION = "kq3vT0x0b2Zl5cXo"
INSTANT = "2026-03-20T15:00:00.123456Z"


class Receipt(BaseModel):
    """What was recorded."""

    learner: UUID = Field(description="Whose record it is on.")
    ids: dict[str, UUID] = Field(
        description="The ids of what it made or changed, by the command's field: fact, goal, …",
        examples=[{"fact": "6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01"}],
    )
    event_id: UUID = Field(description="The event's id.")
    type: str = Field(description="The event's type.", examples=["observation-recorded"])
    version: int | None = Field(
        description="The version of the record that it made. Of a learner's record it is told at "
        "the machine alone, and null otherwise: give the `ETag` as If-Match.",
        examples=[18],
    )
    position: str = Field(
        description="Its place in the district's order of events, opaque: give it as `after` to "
        "read what you wrote.",
        examples=[POSITION],
    )
    recorded_at: datetime = Field(description="When the database recorded it.", examples=[INSTANT])


def receipt(recorded: Recorded, cursors: Cursors) -> Receipt:
    """The receipt for a recorded command."""
    event = recorded.event
    return Receipt(
        learner=event.originator_id,
        ids={name: getattr(event, name) for name in own_ids(event.COMMAND)},
        event_id=event.event_id,
        type=event.TOPIC,
        version=versions.told(event.originator_version, event.SPEC.record),
        position=cursors.position(recorded.position),
        recorded_at=recorded.recorded_at,
    )


def own_ids(command: type[Command]) -> list[str]:
    """Names of the fields in which a command has the id of what it makes or changes."""
    return [
        name
        for name, info in command.model_fields.items()
        if info.annotation is UUID and name not in Command.model_fields
    ]


class KnownAt(BaseModel):
    """Up to where the record was known: everything until here is in the answer."""

    position: str = Field(description="The position, opaque.", examples=[POSITION])
    recorded_at: datetime | None = Field(
        description="When that position was recorded; null where nothing has been yet.",
        examples=[INSTANT],
    )


class Viewer(StrEnum):
    """For whom it is read."""

    CUSTODIAN = "custodian"
    RECIPIENT = "recipient"


class Coordinates(BaseModel):
    """What an answer is the answer to."""

    effective_at: date | None = Field(
        description="The day in the world that was asked about; null where it is all days.",
        examples=["2026-03-20"],
    )
    known_at: KnownAt = Field(description="What the system knew when it answered.")
    zone: str = Field(
        description="The district's time zone, whose days are meant.", examples=["America/Chicago"]
    )
    viewer: Viewer = Field(
        description="For whom: what was amended or retracted since is shown to the custodian "
        "alone.",
        examples=["custodian"],
    )


def coordinates(
    found: Standing,
    cursors: Cursors,
    zone: str,
    on: date | None,
    *,
    custodian: bool = True,
) -> Coordinates:
    known = KnownAt(position=cursors.position(found.position), recorded_at=found.recorded_at)
    viewer = Viewer.CUSTODIAN if custodian else Viewer.RECIPIENT
    return Coordinates(effective_at=on, known_at=known, zone=zone, viewer=viewer)


class Stretch(BaseModel):
    """A half-open stretch of days."""

    start: date | None = Field(
        serialization_alias="from", description="First day; null: not known.",
        examples=["2025-03-14"],
    )  # fmt: skip
    until: date | None = Field(
        description="First day no longer; null: it still holds.", examples=["2025-06-01"]
    )


class Provenance(BaseModel):
    """Who said it, who entered it, when, how and from where."""

    position: str = Field(
        description="Its place in the district's order of events, opaque.", examples=[POSITION]
    )
    type: str = Field(description="The event's type.", examples=["observation-recorded"])
    recorded_at: datetime = Field(description="When this system learned it.", examples=[INSTANT])
    author: UUID | None = Field(description="Who said it, by id.")
    author_name: str | None = Field(description="Who said it, by name.", examples=["Ms Rivera"])
    author_role: str | None = Field(description="In what role.", examples=["counselor"])
    entered_by: UUID = Field(
        description="Who entered it, by id; zeros alone where that is withheld."
    )
    entered_by_name: str = Field(description="Who entered it, by name.", examples=["Ms Rivera"])
    received_on: date | None = Field(
        description="When the school got it, where stated.", examples=["2025-03-15"]
    )
    received_how: str | None = Field(
        description="How the school got it, where stated.", examples=["a signed form"]
    )
    source: str | None = Field(description="Where it comes from.", examples=["counselor's notes"])
    source_id: str | None = Field(description="The source's own id.", examples=["R-20931"])
    source_recorded_at: datetime | None = Field(
        description="When the source recorded it, as the source says.",
        examples=["2025-03-14T09:30:00Z"],
    )
    language: str = Field(description="The language it is written in.", examples=["en"])
    erased: bool = Field(description="True where its content was erased.", examples=[False])
    reason: str | None = Field(
        description="Why a change was made, where it says so.", examples=["Typing error."]
    )

    @classmethod
    def of(cls, found: entries.Provenance, cursors: Cursors) -> "Provenance":
        return cls(**{**found._asdict(), "position": cursors.position(found.position)})


class Remark(BaseModel):
    """Something said about an entry: a comment, a statement, a confirmation, progress."""

    kind: str = Field(description="The event's type.", examples=["comment-made"])
    text: str | None = Field(description="Its words.", examples=["Same at home."])
    percent: int | None = Field(
        description="How far a goal has come, where it says so.", examples=[60]
    )
    effective: Stretch | None = Field(description="When it was true.")
    provenance: Provenance = Field(description="Who, when, how, from where.")

    @classmethod
    def of(cls, found: entries.Remark, cursors: Cursors) -> "Remark":
        return cls(
            kind=found.kind,
            text=found.text,
            percent=found.percent,
            effective=stretch(found.effective) if found.effective else None,
            provenance=Provenance.of(found.provenance, cursors),
        )


class Removal(BaseModel):
    """What took an entry away after the position asked about."""

    position: str = Field(description="Where it was recorded, opaque.", examples=[POSITION])
    how: str = Field(
        description="Amended or retracted; wrong-learner where it was about somebody else.",
        examples=["retracted"],
    )


class Entry(BaseModel):
    """One entry of a profile or a timeline."""

    id: UUID = Field(description="The entry's id, to change it by.")
    line: UUID = Field(description="The entry it all began with, where values followed each other.")
    record: UUID = Field(
        description="On whose record it stands: the learner's own, another's that mentions the "
        "learner, or one that was merged with it."
    )
    learner: UUID = Field(description="Whom it is about.")
    kind: str = Field(description="What it is: fact, goal, consent, …", examples=["fact"])
    type: str = Field(
        description="The event's type it began with.", examples=["observation-recorded"]
    )
    area: str | None = Field(description="Its area of the profile.", examples=["strengths"])
    status: str = Field(description="How it stands.", examples=["live"])
    data_class: str = Field(description="What kind of record it is in law.", examples=["education"])
    effective: list[Stretch] = Field(description="When it holds in the world.")
    precision: str = Field(description="How exactly its date is known.", examples=["day"])
    body: dict[str, Any] = Field(
        description="Its content by the fields of the command; numbers with a fraction as text.",
        examples=[{"text": "Led the group."}],
    )
    provenance: Provenance = Field(description="Where the entry comes from.")
    began: Remark = Field(description="What it began with: the goal as set, the first value.")
    changed_by: list[Provenance] = Field(description="The events that changed it since.")
    remarks: list[Remark] = Field(description="Statements, comments, confirmations, progress.")
    late_days: int | None = Field(
        description="Days between its date and its recording, where it came late.", examples=[21]
    )
    known_from: str = Field(
        description="The position from which it is known so, opaque.", examples=[POSITION]
    )
    removed: Removal | None = Field(
        default=None,
        description="Where it was taken away since: it is here only because the question is about "
        "the past.",
    )
    withheld: bool = Field(
        description="True where it was taken away since and you are not the custodian: its "
        "content is left out.",
        examples=[False],
    )
    attachments: list[Attachment] = Field(
        default=[], description="The files beside it; those of remarks are not among them."
    )

    @classmethod
    def of(cls, found: entries.Entry, cursors: Cursors) -> "Entry":
        return cls(
            **{
                **vars(found),
                "effective": [stretch(s) for s in found.effective],
                "provenance": Provenance.of(found.provenance, cursors),
                "began": Remark.of(found.began, cursors),
                "changed_by": [Provenance.of(p, cursors) for p in found.changed_by],
                "remarks": [Remark.of(r, cursors) for r in found.remarks],
                "known_from": cursors.position(found.known_from),
                "removed": found.removed
                and Removal(
                    position=cursors.position(found.removed.position), how=found.removed.how
                ),
            }
        )


def stretch(found: entries.Stretch) -> Stretch:
    return Stretch(start=found.start, until=found.until)


class LearnerLine(BaseModel):
    """A learner on a list."""

    learner: UUID = Field(description="The learner's id.")
    given_name: str = Field(description="Given name; empty where erased.", examples=["Ana"])
    family_name: str = Field(description="Family name; empty where erased.", examples=["Lopez"])
    preferred_name: str | None = Field(
        description="The name the learner goes by.", examples=["Annie"]
    )
    local_id: str | None = Field(description="The district's own number.", examples=["204117"])
    birth_date: date | None = Field(description="Date of birth.", examples=["2012-02-29"])
    school: str | None = Field(
        description="Code of the school enrolled in on the day asked about.",
        examples=["north-high"],
    )
    grade: str | None = Field(description="Code of the grade there.", examples=["09"])
    classes: list[str] = Field(description="Codes of the classes there.", examples=[["9b"]])
    review_due: date | None = Field(
        description="The day the next review is due.", examples=["2026-06-01"]
    )
    last_review: date | None = Field(
        description="The day of the last review.", examples=["2026-01-20"]
    )
    erased: bool = Field(description="True where the details were erased.", examples=[False])

    @classmethod
    def of(cls, found: Place) -> "LearnerLine":
        return cls(**{**vars(found), "classes": list(found.classes)})


class AuditEntry(BaseModel):
    """One thing that was done."""

    learner: UUID = Field(description="Whom it is about.")
    record: UUID = Field(description="On whose record it was done.")
    version: int | None = Field(
        description="The learner's version it made; told at the machine alone.", examples=[18]
    )
    event_id: UUID = Field(description="The event's id.")
    type: str = Field(description="The event's type.", examples=["consent-granted"])
    group: str = Field(description="The event's group.", examples=["consent"])
    effective: Stretch | None = Field(description="When it was true in the world.")
    data_class: str = Field(description="What kind of record it is in law.", examples=["education"])
    body: dict[str, Any] = Field(
        description="Its content by the fields of the command; numbers with a fraction as text.",
        examples=[{"purpose": "tutoring"}],
    )
    provenance: Provenance = Field(description="Who, when, how, from where.")
    removed: bool = Field(
        description="True where its words were taken back since: amended, or retracted.",
        examples=[False],
    )
    withheld: bool = Field(
        description="True where they are left out for that: the custodian alone is told them.",
        examples=[False],
    )

    @classmethod
    def of(cls, line: AuditLine, cursors: Cursors) -> "AuditEntry":
        event = line.event
        when = event.effective
        source = entries.provenance(event, line.learner)
        return cls(
            learner=line.learner,
            record=event.originator_id,
            version=versions.told(event.originator_version, event.SPEC.record),
            event_id=event.event_id,
            type=event.TOPIC,
            group=event.SPEC.group,
            effective=Stretch(start=when.start, until=when.until) if when else None,
            data_class=str(event.data_class),
            body={} if line.withheld else entries.told_of(event, line.learner),
            provenance=Provenance.of(entries.bare(source) if line.withheld else source, cursors),
            removed=line.removed,
            withheld=line.withheld,
        )


class Answer(BaseModel):
    """What every read has."""

    coordinates: Coordinates = Field(description="What this is the answer to.")


class LearnerAnswer(Answer):
    """One learner."""

    version: int | None = Field(
        description="The learner's version; told at the machine alone. For If-Match, see `ETag`.",
        examples=[18],
    )
    learner: LearnerLine = Field(description="Who it is.")


class Page(Answer):
    """One page of a list."""

    next: str | None = Field(
        description="Give it as `cursor` for the next page; null: this was the last.",
        examples=[POSITION],
    )


class LearnersPage(Page):
    """Learners by name."""

    learners: list[LearnerLine] = Field(description="The learners of this page.")


class AuditPage(Page):
    """What was done, the latest first."""

    entries: list[AuditEntry] = Field(description="The entries of this page.")
