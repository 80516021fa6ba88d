"""What every command and every event carries, and the one registry of event types.

A command is an imperative pydantic model: what somebody asks for, checked for form. An event
inherits the command's fields and adds what the system gives. Fields marked `Clear` are stored
readable (ids, codes, dates); every other field is sealed under the learner's key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar
from uuid import UUID, uuid4

from eventsourcing.domain import CanMutateAggregate
from eventsourcing.utils import register_topic
from pydantic import BaseModel, ConfigDict, Field

from domain.effective import EffectiveDate
from domain.fields import Code, Day, Instant, Language, LongText, ShortText
from domain.words import DataClass, Retention

if TYPE_CHECKING:
    from domain.learner import Item, Learner

_T = TypeVar("_T")
LEARNER, PERSON, ACCESS = "learner", "person", "access"


class ClearMark:
    """Marks a field that is stored readable."""


Clear = Annotated[_T, ClearMark()]


class Attachment(BaseModel):
    """A sealed file kept beside an entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(description="The attachment's id, given when it was uploaded.")
    name: ShortText = Field(description="The file's name.", examples=["signed-form.pdf"])
    media_type: ShortText = Field(description="Its media type.", examples=["application/pdf"])
    sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, hex.", examples=["0" * 64]
    )


class Part(BaseModel):
    """What an entry about several learners says about one of the others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    learner: UUID = Field(description="Whom this part is about; sealed under that learner's key.")
    text: LongText = Field(
        description="What concerns this learner alone.", examples=["Wrote the program."]
    )


class Command(BaseModel):
    """What somebody asks to be recorded, with when it was true and where it comes from."""

    # An error that shows what was typed would carry personal data into logs.
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )

    EVENT: ClassVar[type["Event"]]
    STARTS_TODAY: ClassVar[bool] = True  # an effective date left out means today
    MAY_LIE_AHEAD: ClassVar[bool] = False  # an effective date after today makes sense
    TOUCHES: ClassVar[tuple[str, ...]] = ()  # fields that hold the ids of what it changes
    TOUCHES_DETAILS: ClassVar[bool] = False  # it changes the learner's own details

    effective: Clear[EffectiveDate | None] = Field(
        default=None,
        description="When it was true in the world: a day, or from/until/precision. "
        "Left out: today.",
        examples=["2025-03-14"],
    )
    received_on: Clear[Day | None] = Field(
        default=None,
        description="The day the school got it, where that differs from the day of entry.",
        examples=["2025-03-15"],
    )
    received_how: ShortText | None = Field(
        default=None, description="How the school got it.", examples=["a signed form"]
    )
    received_by: Clear[UUID | None] = Field(default=None, description="Who received it.")
    source: ShortText | None = Field(
        default=None,
        description="Where it comes from: a form, an import of which system, an instrument.",
        examples=["counselor's notes"],
    )
    source_id: ShortText | None = Field(
        default=None, description="The source's own id for it.", examples=["R-20931"]
    )
    source_recorded_at: Instant | None = Field(
        default=None,
        description="When the source recorded it, as the source says; kept as data.",
        examples=["2025-03-14T09:30:00Z"],
    )
    author: Clear[UUID | None] = Field(
        default=None, description="Who said it, where that person has an id here."
    )
    author_name: ShortText | None = Field(
        default=None, description="Who said it, by name.", examples=["Ms Rivera"]
    )
    author_role: ShortText | None = Field(
        default=None, description="In what role they said it.", examples=["counselor"]
    )
    on_behalf_of: Clear[UUID | None] = Field(
        default=None, description="For whom it was said or entered."
    )
    subjects: Clear[tuple[UUID, ...]] = Field(
        default=(),
        max_length=20,
        description="Other learners it is about too; each needs a part of their own.",
    )
    parts: tuple[Part, ...] = Field(
        default=(),
        max_length=20,
        description="What concerns each other learner, one by one.",
        examples=[
            [{"learner": "0b5d3a0e-6c1f-4a53-9d55-4f5a6a1c2e77", "text": "Wrote the program."}]
        ],
    )
    data_class: Clear[DataClass | None] = Field(
        default=None,
        description="What kind of record this is; left out: the type's default.",
        examples=["education"],
    )
    gdpr_art9: Clear[bool] = Field(
        default=False,
        description="True where it is special-category data (GDPR Art. 9).",
        examples=[False],
    )
    custodian: Clear[Code | None] = Field(
        default=None, description="Which school or college holds it.", examples=["north-high"]
    )
    language: Language = Field(
        default="en", description="The language it is written in (BCP 47).", examples=["en"]
    )
    notice_shown: ShortText | None = Field(
        default=None, description="Which notice text the writer saw.", examples=["notice-2025-1"]
    )
    attachments: tuple[Attachment, ...] = Field(
        default=(),
        max_length=20,
        description="Digests of the sealed files that belong to it.",
        examples=[
            [
                {
                    "id": "5f0c2f6a-7d59-4c09-8a51-1d6a0f6a7f10",
                    "name": "signed-form.pdf",
                    "media_type": "application/pdf",
                    "sha256": "0" * 64,
                }
            ]
        ],
    )

    def decide(self, learner: "Learner", context: "Context") -> Mapping[str, Any]:
        """Raise `Refused`, or return the event's fields that differ from the command's own."""
        return {}

    @classmethod
    def check_changes(cls, changes: Mapping[str, Any]) -> None:
        """Raise `Refused` where new values of such an entry break a rule between its fields.

        Each was checked by itself. What the entry holds now is sealed and not at hand.
        """


def nothing(_: "Item") -> bool:
    """Of a record nothing is closed: to an import, and to who works at the machine."""
    return False


@dataclass(frozen=True, slots=True)
class Context:
    """Who gives a command, when and where; passed in, since the domain has no clock.

    `today` is the school's local day in `zone`; `now` an aware instant. `brought_in` of an import,
    which speaks for whoever made each entry; nothing that comes over the web is one. `closed` says
    what of the record the giver may not know of, by what it is when the command is decided.
    """

    today: date
    zone: str
    now: datetime
    entered_by: UUID
    entered_by_name: str = ""
    command_id: UUID = field(default_factory=uuid4)
    correlation_id: UUID | None = None
    brought_in: bool = False
    closed: Callable[["Item"], bool] = nothing

    def of(self, command_id: UUID) -> "Context":
        """The same for another command; `dataclasses.replace` at half its cost."""
        return Context(
            self.today,
            self.zone,
            self.now,
            self.entered_by,
            self.entered_by_name,
            command_id,
            self.correlation_id,
            self.brought_in,
            self.closed,
        )


class Event(Command, CanMutateAggregate[UUID]):
    """A command that was accepted: its fields, and what the system adds.

    `position` and `recorded_at` are given by the database and are zero and empty until then;
    `erased` is true where the key of its sealed fields is gone: then only clear fields hold.
    """

    # Events are built, not validated: without validators a process starts a sixth sooner.
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    TOPIC: ClassVar[str]
    SPEC: ClassVar["Spec"]
    COMMAND: ClassVar[type[Command]]
    class_version: ClassVar[int] = 1

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    position: int = 0
    erased: bool = False
    event_id: Clear[UUID]
    entered_by: Clear[UUID]
    entered_by_name: str = ""
    zone: Clear[str] = "UTC"
    command_id: Clear[UUID | None] = None
    correlation_id: Clear[UUID | None] = None
    retention: Clear[Retention] = Retention.PROFILE

    @property
    def about(self) -> tuple[UUID, ...]:
        """On whose records it is told: learners by id; a person's own record by theirs."""
        return (self.originator_id, *self.subjects)

    @property
    def recorded_at(self) -> datetime:
        """When the database recorded it; before that, when the command was given."""
        return self.timestamp


@dataclass(frozen=True)
class Spec:
    """What is registered about one event type.

    `purpose` says in words why it is kept; `classes` are the data classes an event of this
    type may have and `default` the one it has when none is given. `record` is on what kind of
    stream it stands: a learner's record, a person's, or the log of what somebody saw.
    """

    group: str
    purpose: str
    default: DataClass = DataClass.EDUCATION
    classes: frozenset[DataClass] = frozenset({DataClass.EDUCATION})
    retention: Retention = Retention.PROFILE
    fact: bool = False
    record: str = LEARNER


EVENTS: dict[str, type[Event]] = {}
COMMANDS: dict[str, type[Command]] = {}  # of a learner's record
PEOPLE: dict[str, type[Command]] = {}  # of a person's record: staff, guardians, the district
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def command_name(command: type[Command]) -> str:
    """`RecordObservation` → `record-observation`."""
    name = command.__name__
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def register(topic: str, spec: Spec) -> Any:
    """Class decorator: put an event type into the closed vocabulary under a stable topic."""

    def enter(event_class: type[Event]) -> type[Event]:
        if topic in EVENTS:
            raise ValueError(f"the topic {topic} is registered twice")
        if spec.default not in spec.classes:
            raise ValueError(f"the default data class of {topic} is not one of its classes")
        command = next(
            base
            for base in event_class.__mro__
            if issubclass(base, Command) and not issubclass(base, Event)
        )
        event_class.TOPIC = topic
        event_class.SPEC = spec
        event_class.COMMAND = command
        command.EVENT = event_class
        EVENTS[topic] = event_class
        commands = {LEARNER: COMMANDS, PERSON: PEOPLE}.get(spec.record)
        if commands is not None:
            commands[command_name(command)] = command
        register_topic(topic, event_class)
        return event_class

    return enter
