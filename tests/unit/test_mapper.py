"""What is stored of an event: content under the learner's own key, bound to its place."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from eventsourcing.persistence import JSONTranscoder, StoredEvent

from domain.coding import clear_fields, sealed_fields
from domain.event import Event, Part
from domain.facts import (
    AttendanceSummarised,
    MakeComment,
    ObservationRecorded,
    RecordObservation,
)
from domain.goals import ReachGoal
from domain.identity import LearnerRegistered
from domain.learner import Learner
from domain.vocabulary import EVENTS
from domain.words import Area, Retention
from store.keys import FileKeyStore, KeyId
from store.mapper import SealingMapper, Tampered
from tests.unit.decider import ANA, BEN, CONTEXT, Given, given, named, replayed
from tests.unit.plain import ALL, FACT, GOAL, OBSERVE, SET_GOAL, Plain
from tests.unit.samples import Sample, read_samples

TENANT = "lincoln"
WORDS = "Zauberwort des Kindes"
ABOUT_TWO = RecordObservation(
    area=Area.STRENGTHS,
    text=WORDS,
    subjects=(BEN,),
    parts=(Part(learner=BEN, text="Simsalabim sagte Ben"),),
)

every_sample = pytest.mark.parametrize("sample", read_samples(), ids=lambda s: s.file.stem)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> FileKeyStore:
    """One store for all: a key is made once per learner, and the tests use few."""
    return FileKeyStore(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def mapper(keys: FileKeyStore) -> SealingMapper:
    return mapper_of(TENANT, keys)


@pytest.fixture
def mortal(tmp_path: Path) -> tuple[SealingMapper, FileKeyStore]:
    """A mapper with a key store of its own, whose keys the test may destroy."""
    own = FileKeyStore(tmp_path)
    return mapper_of(TENANT, own), own


def mapper_of(tenant: str, keys: FileKeyStore) -> SealingMapper:
    return SealingMapper(JSONTranscoder(), tenant=tenant, keys=keys)


def observed(command: RecordObservation = ABOUT_TWO, before: Given | None = None) -> Event:
    return (before or given()).when(command).then(ObservationRecorded)


def moved(stored: StoredEvent, **changes: Any) -> StoredEvent:
    fields = ("originator_id", "originator_version", "topic", "state")
    return StoredEvent(**{**{name: getattr(stored, name) for name in fields}, **changes})


def opened(mapper: SealingMapper, stored: StoredEvent) -> Event:
    (event,) = mapper.open([stored])
    return event


def shown(event: Event, *names: str) -> list[Any]:
    return [getattr(event, name) for name in names]


def as_loaded(event: Event) -> Event:
    """The event without the time that the database gives it."""
    return event.model_copy(update={"timestamp": None})


# -- there and back -------------------------------------------------------------------------


@every_sample
def test_an_event_of_every_type_and_version_opens_as_it_was_sealed(
    sample: Sample, mapper: SealingMapper
) -> None:
    event = sample.load()

    (stored,) = mapper.seal([event])
    assert (stored.originator_id, stored.originator_version) == (ANA, 1)
    assert stored.topic == sample.topic
    assert as_loaded(opened(mapper, stored)) == as_loaded(event)


@pytest.mark.parametrize("plain", ALL[1:], ids=lambda plain: plain.topic)
def test_a_plain_event_of_every_type_opens_as_it_was_sealed(
    plain: Plain, mapper: SealingMapper
) -> None:
    event = given(*plain.before).when(plain.command).then(EVENTS[plain.topic])

    assert as_loaded(opened(mapper, mapper.to_stored_event(event))) == as_loaded(event)


def test_the_library_opens_an_event_as_we_do(mapper: SealingMapper) -> None:
    stored = mapper.to_stored_event(observed())

    assert mapper.to_domain_event(stored) == opened(mapper, stored)


def test_many_events_open_in_the_order_given(mapper: SealingMapper) -> None:
    events = [observed(OBSERVE), observed(), observed(OBSERVE)]

    texts = [getattr(e, "text", "") for e in mapper.open(mapper.seal(events))]
    assert texts == ["Led the group.", WORDS, "Led the group."]


def test_a_position_and_a_time_of_the_database_are_the_events(mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])
    object.__setattr__(stored, "position", 41)
    object.__setattr__(stored, "recorded_at", CONTEXT.now)

    event = opened(mapper, stored)
    assert (event.position, event.recorded_at) == (41, CONTEXT.now)


def test_right_to_left_text_and_emoji_come_back(mapper: SealingMapper) -> None:
    text = "\u200fليلى تقرأ 🦊\u200d🎓\nשלום\té"

    event = observed(OBSERVE.model_copy(update={"text": text}))
    assert getattr(opened(mapper, mapper.seal([event])[0]), "text", None) == text


# -- an older version, written as it was then -----------------------------------------------


def written_by_hand(sample: Sample, mapper: SealingMapper, keys: FileKeyStore) -> StoredEvent:
    """The bytes that the format in store/mapper.py describes, made without the mapper."""
    key_id = KeyId(TENANT, ANA, Retention(sample.clear["retention"]))
    key = keys.create([key_id])[key_id]
    clear = json.dumps(sample.clear).encode()
    bound = b"\0".join((TENANT.encode(), ANA.bytes, sample.topic.encode(), clear)) + ANA.bytes
    nonce = bytes(12)
    sealed = key.encrypt(nonce, json.dumps(sample.sealed).encode(), bound)
    group = [r.value for r in Retention].index(sample.clear["retention"])
    head = struct.pack(">BI", 1, len(clear))
    part = struct.pack(">16sB12sI", ANA.bytes, group, nonce, len(sealed))
    return StoredEvent(ANA, 1, sample.topic, head + clear + part + sealed)


def alone(sample: Sample) -> Sample:
    """The sample as if it were about one learner."""
    clear = {name: value for name, value in sample.clear.items() if name != "subjects"}
    return Sample(sample.topic, sample.version, clear, sample.sealed, [])


@every_sample
def test_bytes_written_by_the_description_of_the_format_open(
    sample: Sample, mapper: SealingMapper, keys: FileKeyStore
) -> None:
    stored = written_by_hand(alone(sample), mapper, keys)

    assert as_loaded(opened(mapper, stored)) == as_loaded(alone(sample).load())


def test_attendance_stored_in_version_1_opens_as_version_2(
    mapper: SealingMapper, keys: FileKeyStore
) -> None:
    (old,) = (s for s in read_samples() if (s.topic, s.version) == ("attendance-summarised", 1))
    stored = written_by_hand(alone(old), mapper, keys)

    event = opened(mapper, stored)
    assert isinstance(event, AttendanceSummarised)
    assert str(event.days_attended) == "171.5"
    (clear_only,) = mapper.open([stored], content=False)
    assert isinstance(clear_only, AttendanceSummarised)
    assert clear_only.fact == event.fact
    assert mapper.open(mapper.seal([event]))[0] == event


# -- sealed means sealed --------------------------------------------------------------------


@every_sample
def test_no_sealed_value_stands_in_the_stored_bytes(sample: Sample, mapper: SealingMapper) -> None:
    state = mapper.to_stored_event(sample.load()).state

    for value in sealed_texts([sample.sealed, sample.parts]):
        assert value.encode() not in state, f"{value!r} is readable"


def sealed_texts(value: Any) -> Iterator[str]:
    """Every text of some length in a JSON value; a short one may stand anywhere by chance."""
    if isinstance(value, str) and len(value) > 3 and not _is_id(value):
        yield value
    elif isinstance(value, dict):
        yield from (text for v in value.values() for text in sealed_texts(v))
    elif isinstance(value, list):
        yield from (text for v in value for text in sealed_texts(v))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def test_the_same_event_is_never_sealed_to_the_same_bytes(mapper: SealingMapper) -> None:
    event = observed()

    assert mapper.seal([event])[0].state != mapper.seal([event])[0].state


def test_without_content_no_key_is_opened(mortal: tuple[SealingMapper, FileKeyStore]) -> None:
    mapper, _ = mortal
    (stored,) = mapper.seal([observed()])

    mapper.keys = cast(FileKeyStore, None)  # any question to it would fail
    (event,) = mapper.open([stored], content=False)
    assert shown(event, "area", "subjects") == [Area.STRENGTHS, (BEN,)]
    assert shown(event, "text", "parts", "erased") == [None, (), False]


# -- erased ---------------------------------------------------------------------------------


def registered() -> Event:
    return next(s for s in read_samples() if s.topic == "learner-registered").load()


REGISTERED = registered()


def learner_of(event: Event, first: Event) -> Learner:
    return replayed([first, event])


@every_sample
def test_an_event_whose_key_is_gone_is_a_tombstone_of_its_clear_fields(
    sample: Sample, mapper: SealingMapper, keys: FileKeyStore
) -> None:
    event = sample.load()
    other = named(f"a learner to erase {sample.file.stem}")
    (stored,) = mapper.seal([event.model_copy(update={"originator_id": other})])
    keys.destroy(KeyId(TENANT, other, event.retention))

    tombstone = opened(mapper, stored)
    assert tombstone.erased
    for name in clear_fields(type(event)):
        assert getattr(tombstone, name) == getattr(event, name)
    defaults = type(event).model_fields
    for name in sealed_fields(type(event)):
        default = (
            None
            if defaults[name].is_required()
            else defaults[name].get_default(call_default_factory=True)
        )
        assert getattr(tombstone, name) == default, name


def test_an_erased_stream_still_loads_and_decides(
    mortal: tuple[SealingMapper, FileKeyStore],
) -> None:
    mapper, keys = mortal
    story = [OBSERVE, SET_GOAL, MakeComment(fact=FACT, text=WORDS)]
    learner = replayed([REGISTERED])
    for command in story:
        learner.do(command, CONTEXT)
    events = [REGISTERED, *(e for e in learner.collect_events() if isinstance(e, Event))]
    stored = mapper.seal(events)
    for group in Retention:
        keys.destroy(KeyId(TENANT, ANA, group))

    tombstones = mapper.open(stored)
    assert isinstance(tombstones[0], LearnerRegistered)
    assert shown(tombstones[0], "erased", "given_name") == [True, None]
    assert all(e.erased for e in tombstones)
    again = replayed(tombstones)
    assert (again.version, again.items) == (learner.version, learner.items)
    Given(again, tombstones).when(OBSERVE).refused("fact", "fact-exists")
    Given(again, tombstones).when(ReachGoal(goal=GOAL, text="94 words.")).then(
        EVENTS["goal-reached"]
    )


# -- about two learners ---------------------------------------------------------------------


def test_an_entry_about_two_learners_is_sealed_under_two_keys_and_each_opens_alone(
    mortal: tuple[SealingMapper, FileKeyStore],
) -> None:
    mapper, keys = mortal
    first, second = mapper.seal([observed(), observed()])

    keys.destroy(KeyId(TENANT, BEN, Retention.PROFILE))
    of_ana = opened(mapper, first)
    assert shown(of_ana, "text", "parts", "erased") == [WORDS, (), False]
    assert of_ana.subjects == (BEN,)
    keys.destroy(KeyId(TENANT, ANA, Retention.PROFILE))
    of_nobody = opened(mapper, second)
    assert shown(of_nobody, "text", "parts", "erased") == [None, (), True]


def test_the_other_learners_part_opens_where_the_entrys_own_is_erased(
    mortal: tuple[SealingMapper, FileKeyStore],
) -> None:
    mapper, keys = mortal
    (stored,) = mapper.seal([observed()])

    keys.destroy(KeyId(TENANT, ANA, Retention.PROFILE))
    event = opened(mapper, stored)
    assert event.erased
    assert event.parts == (Part(learner=BEN, text="Simsalabim sagte Ben"),)


# -- tampered -------------------------------------------------------------------------------


def bytes_changed(state: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    assert state.count(old) >= 1
    return state.replace(old, new)


def test_a_changed_clear_field_is_found(mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])

    other_area = bytes_changed(stored.state, b'"strengths"', b'"interests"')
    with pytest.raises(Tampered, match="does not open under its learner's key"):
        opened(mapper, moved(stored, state=other_area))


def test_a_changed_topic_is_found(mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])

    with pytest.raises(Tampered):
        opened(mapper, moved(stored, topic="reflection-written"))


def test_an_event_moved_to_another_learner_is_found(mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])

    with pytest.raises(Tampered):
        opened(mapper, moved(stored, originator_id=BEN))


def test_an_event_moved_to_another_district_is_found(
    mapper: SealingMapper, keys: FileKeyStore
) -> None:
    elsewhere = mapper_of("jefferson", keys)
    elsewhere.seal([observed()])  # the same learners have keys there too
    (stored,) = mapper.seal([observed()])

    with pytest.raises(Tampered):
        opened(elsewhere, stored)


def test_an_event_of_another_district_is_erased_where_that_learner_has_no_key(
    mapper: SealingMapper, keys: FileKeyStore
) -> None:
    (stored,) = mapper.seal([observed()])

    assert opened(mapper_of("hamilton", keys), stored).erased


def test_a_part_moved_from_another_event_is_found(mapper: SealingMapper) -> None:
    one, two = mapper.seal([observed(OBSERVE), observed(OBSERVE)])
    head = struct.unpack_from(">BI", one.state)[1] + 5

    with pytest.raises(Tampered):
        opened(mapper, moved(one, state=one.state[:head] + two.state[head:]))


@pytest.mark.parametrize("back", [1, 20, 60])
def test_a_changed_byte_of_what_is_sealed_is_found(back: int, mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed(OBSERVE)])
    state = bytearray(stored.state)
    state[-back] ^= 1

    with pytest.raises(Tampered):
        opened(mapper, moved(stored, state=bytes(state)))


def test_an_unknown_format_is_refused(mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])

    with pytest.raises(Tampered, match="unknown format"):
        opened(mapper, moved(stored, state=b"\x09" + stored.state[1:]))


def parts_of(state: bytes) -> list[tuple[int, int]]:
    """Where each sealed part of a stored state begins and ends."""
    found, begin = [], struct.unpack_from(">BI", state)[1] + 5
    while begin < len(state):
        end = begin + 33 + struct.unpack_from(">I", state, begin + 29)[0]
        found.append((begin, end))
        begin = end
    return found


@pytest.mark.parametrize("lost", [0, 1], ids=["the learner's own", "the other learner's"])
def test_a_part_that_went_away_is_no_erasure(lost: int, mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])
    begin, end = parts_of(stored.state)[lost]

    with pytest.raises(Tampered, match="lost or gained a sealed part"):
        opened(mapper, moved(stored, state=stored.state[:begin] + stored.state[end:]))


@pytest.mark.parametrize(
    ("at", "to"), [(0, b"x" * 16), (16, b"\x03")], ids=["another owner", "another group"]
)
def test_a_part_given_to_a_key_that_is_not_there_is_no_erasure(
    at: int, to: bytes, mapper: SealingMapper
) -> None:
    (stored,) = mapper.seal([observed()])
    begin = parts_of(stored.state)[0][0] + at
    state = stored.state[:begin] + to + stored.state[begin + len(to) :]

    with pytest.raises(Tampered, match="lost or gained a sealed part"):
        opened(mapper, moved(stored, state=state))


@pytest.mark.parametrize("length", [3, 200, -3])
def test_a_torn_event_is_found(length: int, mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])

    with pytest.raises(Tampered):
        opened(mapper, moved(stored, state=stored.state[:length]))


def test_an_event_of_a_type_that_nobody_knows_is_found(mapper: SealingMapper) -> None:
    (stored,) = mapper.seal([observed()])

    with pytest.raises(Tampered, match="unknown type"):
        opened(mapper, moved(stored, topic="observation-doubted"))
