"""The closed vocabulary: what every event type registers, and that what was stored still loads."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from domain.coding import SYSTEM, clear_fields, sealed_fields
from domain.effective import Effective
from domain.event import (
    ACCESS,
    COMMANDS,
    EVENTS,
    PEOPLE,
    Attachment,
    Command,
    Event,
    Part,
    Spec,
    command_name,
    register,
)
from domain.facts import AttendanceSummarised, ObservationRecorded
from domain.fields import AddressPattern, Code, LawCode, Sha256
from domain.reviews import Participant
from domain.vocabulary import GROUPS
from domain.words import DataClass, Retention
from store.mapper import upcast
from tests.unit.decider import TODAY
from tests.unit.plain import ALL, BY_ANOTHER
from tests.unit.plain_people import ALL_PEOPLE
from tests.unit.samples import SAMPLES, Sample, example, read_samples, sample_of
from tests.unit.samples import SYSTEM as GIVEN_BY_THE_STORE

IRREGULAR = {
    "set",
    "held",
    "given",
    "written",
    "shown",
    "made",
    "sent",
    "withdrawn",
    "split",
    "told",
    "sought",
    "withheld",
}
# Stored readable in every event. Adding to these lists is a decision about children's data: it
# needs a line in docs/security.md.
CLEAR_ENVELOPE = {
    "author",
    "command_id",
    "correlation_id",
    "custodian",
    "data_class",
    "effective",
    "entered_by",
    "event_id",
    "gdpr_art9",
    "on_behalf_of",
    "received_by",
    "received_on",
    "retention",
    "subjects",
    "zone",
}
CLEAR_IN_SOME = {
    "access",
    "action",
    "agency",
    "agreement",
    "allowed",
    "area",
    "asked_by_family",
    "assignment",
    "assurance",
    "basis",
    "becomes",
    "capacity",
    "caseworkers",
    "certification",
    "classes",
    "code",
    "consent",
    "consents",
    "criteria",
    "designation",
    "destroy_by",
    "digest",
    "disclosure",
    "due",
    "emergency",
    "enrolment",
    "evidence",
    "expires",
    "fact",
    "facts",
    "for_attorney_general",
    "goal",
    "grade",
    "grant",
    "ground",
    "grounds",
    "horizon",
    "how",
    "justified",
    "kind",
    "kinds",
    "known",
    "late_entry",
    "learner",
    "line",
    "must_know",
    "next_due",
    "notice",
    "number",
    "on",
    "online_consent",
    "only_for",
    "only_to",
    "opening",
    "opt_out",
    "other",
    "other_school",
    "outcome",
    "own_record",
    "paper",
    "parent",
    "party",
    "person",
    "place",
    "policy",
    "protected",
    "purpose",
    "purposes",
    "recipient",
    "record_classes",
    "records",
    "refuse_by",
    "request",
    "review",
    "role",
    "school",
    "signer",
    "silence",
    "successor",
    "support",
    "survey",
    "table",
    "terms",
    "transfer_clause",
    "version",
    "withheld",
    "wrong_learner",
}
ENVELOPE = {name for name in Event.model_fields if name not in SYSTEM}
CODES = {
    m.pattern
    for kind in (Code, LawCode, Sha256, AddressPattern)
    for m in get_args(kind)
    if isinstance(m, StringConstraints)
}

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
GIVEN = {**COMMANDS, **PEOPLE}
PLAIN = [*ALL, *BY_ANOTHER, *ALL_PEOPLE]
every_command = pytest.mark.parametrize("command", GIVEN.values(), ids=list(GIVEN))
every_sample = pytest.mark.parametrize("sample", read_samples(), ids=lambda s: s.file.stem)


def stored_fields(event: type[Event]) -> set[str]:
    return {*clear_fields(event), *sealed_fields(event), "parts"}


# -- what is registered ---------------------------------------------------------------------


def test_there_are_79_commands_for_learners_and_14_for_people_each_with_its_event_and_case() -> (
    None
):
    given = {topic: event for topic, event in EVENTS.items() if event.SPEC.record != ACCESS}
    assert (len(COMMANDS), len(PEOPLE), len(given)) == (79, 14, 93)
    assert sorted(plain.topic for plain in PLAIN) == sorted(given)
    assert {(type(plain.command), plain.topic) for plain in PLAIN} == {
        (event.COMMAND, topic) for topic, event in given.items()
    }


@every_event
def test_a_type_says_why_it_is_kept(event: type[Event]) -> None:
    assert event.SPEC.purpose.startswith("to ")
    assert len(event.SPEC.purpose.split()) >= 4


@every_event
def test_a_types_default_data_class_is_one_it_allows(event: type[Event]) -> None:
    assert event.SPEC.default in event.SPEC.classes
    assert all(isinstance(c, DataClass) for c in event.SPEC.classes)


@every_event
def test_a_type_is_kept_with_a_retention_group(event: type[Event]) -> None:
    assert isinstance(event.SPEC.retention, Retention)


@every_event
def test_a_type_belongs_to_the_group_of_its_module(event: type[Event]) -> None:
    assert event.__module__ == GROUPS[event.SPEC.group].__name__


@every_event
def test_a_topic_is_kebab_case_past_tense_and_no_path(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", event.TOPIC)
    assert any(word.endswith("ed") or word in IRREGULAR for word in event.TOPIC.split("-"))
    assert EVENTS[event.TOPIC] is event


@every_event
def test_an_event_and_its_command_belong_together(event: type[Event]) -> None:
    assert event.COMMAND.EVENT is event
    if event.SPEC.record != ACCESS:  # what is seen is noted, and never asked for
        assert GIVEN[command_name(event.COMMAND)] is event.COMMAND
    assert set(event.COMMAND.model_fields) <= set(event.model_fields)


@every_event
def test_an_event_and_its_command_say_what_they_are(event: type[Event]) -> None:
    for model in (event, event.COMMAND):
        assert model.__doc__
        assert model.__doc__ not in (Event.__doc__, Command.__doc__)


@every_command
def test_what_a_command_touches_is_a_field_that_holds_an_id(command: type[Command]) -> None:
    assert all(command.model_fields[name].annotation is UUID for name in command.TOUCHES)


def test_a_topic_is_registered_once() -> None:
    enter = register("observation-recorded", Spec("facts", "to test"))

    with pytest.raises(ValueError, match="the topic observation-recorded is registered twice"):
        enter(ObservationRecorded)


def test_a_default_data_class_that_is_not_allowed_is_not_registered() -> None:
    enter = register("observation-doubted", Spec("facts", "to test", DataClass.TREATMENT))

    with pytest.raises(ValueError, match="the default data class of observation-doubted is not"):
        enter(ObservationRecorded)
    assert "observation-doubted" not in EVENTS


# -- fields ---------------------------------------------------------------------------------


def holds_an_id(annotation: Any) -> bool:
    return annotation is UUID or any(map(holds_an_id, get_args(annotation)))


@pytest.mark.parametrize(
    "model",
    [*GIVEN.values(), Attachment, Part, Participant, Effective],
    ids=lambda m: m.__name__,
)
def test_every_field_has_a_description_and_where_it_is_not_an_id_an_example(
    model: type[BaseModel],
) -> None:
    fields = model.model_fields.items()

    assert [name for name, info in fields if not info.description] == []
    assert [n for n, info in fields if not info.examples and not holds_an_id(info.annotation)] == []


def examples_of(command: type[Command]) -> Iterator[tuple[str, FieldInfo, Any]]:
    for name, info in command.model_fields.items():
        for shown in info.examples or ():
            yield name, info, shown


@every_command
def test_every_example_is_one_that_its_field_accepts(command: type[Command]) -> None:
    plain = next(p.command for p in PLAIN if type(p.command) is command)
    body = plain.model_dump(mode="json", by_alias=True, exclude_unset=True)

    for name, info, shown in examples_of(command):
        about = {"subjects": [p["learner"] for p in shown]} if name == "parts" else {}
        made = command.model_validate({**body, **about, info.alias or name: shown})
        assert getattr(made, name) is not None


def test_the_fields_stored_in_clear_are_these_and_no_others() -> None:
    envelopes = [set(clear_fields(event)) & ENVELOPE for event in EVENTS.values()]
    own = {name for event in EVENTS.values() for name in clear_fields(event)} - CLEAR_ENVELOPE

    assert all(envelope == CLEAR_ENVELOPE for envelope in envelopes)
    assert own == CLEAR_IN_SOME


def is_free_text(annotation: Any, metadata: list[Any] | None = None) -> bool:
    """True where a person's words could stand: a text that is not one of the district's codes."""
    if any(isinstance(m, StringConstraints) and m.pattern in CODES for m in metadata or []):
        return False
    if isinstance(annotation, type) and issubclass(annotation, str):
        return not issubclass(annotation, Enum)
    if isinstance(annotation, type):
        return not issubclass(annotation, UUID | date | int | Enum | Effective)
    base, *more = get_args(annotation) or [Any]
    if hasattr(annotation, "__metadata__"):
        return is_free_text(base, more)
    inner = [a for a in (base, *more) if a not in (type(None), Ellipsis)]
    return base is Any or any(is_free_text(a, metadata) for a in inner)


@every_event
def test_no_field_stored_in_clear_is_free_text(event: type[Event]) -> None:
    fields = [(name, event.model_fields[name]) for name in clear_fields(event)]

    free = {name for name, info in fields if is_free_text(info.annotation, info.metadata)}
    assert free == {"zone"}, "the zone comes from the district's settings"


def test_text_a_name_and_a_reason_would_be_free_text() -> None:
    info = ObservationRecorded.model_fields

    assert is_free_text(info["text"].annotation, info["text"].metadata)
    assert is_free_text(info["author_name"].annotation, info["author_name"].metadata)
    assert is_free_text(dict[str, Any])
    assert not is_free_text(info["custodian"].annotation, info["custodian"].metadata)


# -- what was stored still loads ------------------------------------------------------------


@every_event
def test_every_version_of_a_type_has_its_stored_sample(event: type[Event]) -> None:
    expected = {f"{event.TOPIC}-v{n}.json" for n in range(1, event.class_version + 1)}
    missing = expected - {file.name for file in SAMPLES.iterdir()}

    assert not missing, "python -m tests.unit.samples writes the sample of a new version"


@every_event
def test_every_old_version_of_a_type_has_its_upcaster(event: type[Event]) -> None:
    upcasters = {name for name in dir(event) if name.startswith("upcast_v")}

    assert upcasters == {f"upcast_v{n}_v{n + 1}" for n in range(1, event.class_version)}


def test_no_sample_is_of_an_unknown_type_or_version() -> None:
    strangers = [
        sample.file.name
        for sample in read_samples()
        if sample.topic not in EVENTS or sample.version > EVENTS[sample.topic].class_version
    ]

    assert strangers == []


def noted_in(sample: Sample) -> set[str]:
    """The fields that a sample has to have a value for.

    A new version may gain a field that need not be there: what an older one did not note is not
    known, and no upcaster makes it up.
    """
    event_class = EVENTS[sample.topic]
    older, fields = sample.version < event_class.class_version, event_class.model_fields
    held = {*sample.clear, *sample.sealed}
    names = stored_fields(event_class)
    return {n for n in names if not older or n in held or fields[n].is_required()}


@every_sample
def test_nothing_that_was_stored_is_lost_when_it_loads(sample: Sample) -> None:
    event_class = EVENTS[sample.topic]
    state = {**sample.clear, **sample.sealed}
    upcast(event_class, state)

    assert set(state) <= stored_fields(event_class), (
        f"a field of {sample.topic} went away: raise its class_version, write the upcaster, and "
        "leave the old sample as it is"
    )


@every_sample
def test_every_field_of_a_type_has_a_value_in_what_was_stored(sample: Sample) -> None:
    loaded = sample_of(sample.load())

    # The envelope may gain a field with a default: then what was stored before has the default.
    own = noted_in(sample) - ENVELOPE
    assert own <= {*loaded.clear, *loaded.sealed}, (
        f"{sample.topic} has a new field: raise its class_version, write the upcaster, and leave "
        "the old sample as it is"
    )


@pytest.mark.parametrize(
    "sample",
    [s for s in read_samples() if s.version == EVENTS[s.topic].class_version],
    ids=lambda s: s.file.stem,
)
def test_a_sample_of_today_is_stored_and_loaded_as_it_stands(sample: Sample) -> None:
    event_class = EVENTS[sample.topic]
    values = {**sample.clear, **sample.sealed, "parts": sample.parts}
    values.pop("v", None)
    # Through pydantic, which knows nothing of how events are loaded.
    expected = event_class.model_validate({**values, **GIVEN_BY_THE_STORE})

    assert sample.load() == expected
    assert sample_of(expected) == sample, (
        f"{sample.topic} is no longer stored as its sample says: raise its class_version, write "
        "the upcaster, and leave the old sample as it is"
    )


@every_sample
def test_a_sample_whose_content_is_erased_still_loads(sample: Sample) -> None:
    event = sample.load(content=False)

    assert event.effective == sample.load().effective
    clear = noted_in(sample) & {*clear_fields(type(event))}
    assert all(getattr(event, name) is not None for name in clear)


@every_event
def test_an_example_differs_from_the_default_in_every_field(event: type[Event]) -> None:
    made = sample_of(example(event))

    assert {*made.clear, *made.sealed, "parts"} - {"v"} == stored_fields(event)


def test_attendance_that_counted_the_days_absent_loads_as_days_attended() -> None:
    (old,) = (s for s in read_samples() if (s.topic, s.version) == ("attendance-summarised", 1))

    assert old.sealed["days_absent"] == "8.5"
    assert "days_attended" not in old.sealed
    event = old.load()
    assert isinstance(event, AttendanceSummarised)
    assert (event.days_enrolled, event.days_attended) == (180, Decimal("171.5"))
    assert event.effective is not None
    assert event.effective.start is not None
    assert event.effective.start < TODAY
