"""Entries in memory: made once, never told after an erasure, and not kept without end."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from api.compose import System
from api.cursors import Cursors
from api.texts import Texts
from domain.changes import CorrectFact
from domain.facts import MakeComment, RecordObservation
from domain.words import Retention
from projections.entries import Entry
from projections.reading import Reader
from store.embedded import EmbeddedPostgres
from store.keys import FileKeyStore, KeyId
from tests.unit.decider import TODAY, since
from tests.varied import JAN, one_district, open_record, tell


@pytest.fixture(scope="module")
def system(postgres: EmbeddedPostgres) -> Iterator[System]:
    """One district for all; each test has learners of its own."""
    with one_district(postgres) as built:
        yield built


@pytest.fixture
def ana(system: System) -> UUID:
    return open_record(system)


def observed(system: System, learner: UUID) -> UUID:
    fact = uuid4()
    command = RecordObservation.model_validate(
        {"fact": fact, "area": "interests", "text": "Likes chess.", "effective": since(JAN)}
    )
    tell(system, learner, command)
    return fact


def observation(system: System, learner: UUID, known: int | None = None) -> Entry:
    """The one observation, as known now or at a position."""
    system.projector.catch_up()
    at = system.reader.standing(learner, known)
    [found] = [e for e in system.reader.profile(learner, TODAY, at) if e.kind == "fact"]
    return found


def test_an_entry_is_made_once(system: System, ana: UUID) -> None:
    observed(system, ana)
    assert observation(system, ana) is observation(system, ana)


def test_what_was_read_before_a_change_is_not_told_as_if_it_were_now(
    system: System, ana: UUID
) -> None:
    fact = observed(system, ana)
    before = system.reader.head()[0]
    assert observation(system, ana).remarks == []
    tell(system, ana, CorrectFact(fact=fact, changes={"text": "Plays go."}, ground="Misheard."))
    tell(system, ana, MakeComment(fact=fact, text="At home too."))
    now, then = observation(system, ana), observation(system, ana, known=before)
    assert (now.body["text"], len(now.remarks)) == ("Plays go.", 1)
    assert (then.body["text"], then.remarks) == ("Likes chess.", [])


def test_an_entry_in_memory_is_not_told_after_its_erasure_by_another_process(
    system: System, ana: UUID
) -> None:
    observed(system, ana)
    assert observation(system, ana).body["text"] == "Likes chess."
    other = FileKeyStore(system.settings.keys_directory)
    try:
        other.destroy(KeyId(system.settings.tenant, ana, Retention.PROFILE))
    finally:
        other.close()
    erased = observation(system, ana)
    assert erased.provenance.erased
    assert "chess" not in repr(erased)


def test_no_more_entries_are_kept_than_memory_is_meant_for_them(system: System, ana: UUID) -> None:
    observed(system, ana)
    system.projector.catch_up()
    for most, same in ((0, False), (100, True)):
        reader = Reader(system.datastore, system.mapper, keep=most)
        once, again = (reader.profile(ana, TODAY) for _ in range(2))
        assert once == again
        assert all((a is b) == same for a, b in zip(once, again, strict=True))


def test_the_text_of_an_entry_goes_with_the_entry(system: System, ana: UUID) -> None:
    """A text that stayed would keep the words of an erased entry in memory."""
    observed(system, ana)
    texts, entry = Texts(Cursors(lambda: b"secret")), replace(observation(system, ana))
    assert texts.of(entry) is texts.of(entry)
    kept = vars(texts)["_kept"]
    assert len(kept) == 1
    del entry
    gc.collect()
    assert kept == {}
