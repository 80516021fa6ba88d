"""What the file said at a position stays what it said, whatever is recorded later.

An erasure is the one exception for the custodian: its answer says so (test_api_tokens.py). Nobody
else is told any longer what was amended or retracted since; all the rest stays the same for them
too.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import settings

from api.compose import System
from api.cursors import Cursors
from api.routers.repeated import answer_of, stable
from api.texts import Texts
from api.watched import at_the_machine
from domain.event import Command
from projections.entries import Entry
from projections.reading import Reader
from projections.replay import Question, Replay, replay
from store.embedded import EmbeddedPostgres
from tests.acceptance.test_engine_against_naive import POOLS, RUNS, EngineAgainstNaive, run
from tests.installation import Installation
from tests.unit.decider import TODAY
from tests.varied import one_district

pytestmark = POOLS


@pytest.fixture(scope="module")
def systems(postgres: EmbeddedPostgres) -> Iterator[tuple[System, System]]:
    """One district, and two processes' worth of engine on it, each with its own cache."""
    with (
        one_district(postgres) as one,
        Installation(one.settings.home, one.databases).system() as other,
    ):
        yield one, other


@dataclass(frozen=True)
class Given:
    """An answer that was given: to which question, and the bytes that left.

    Where it lies before our file began, the source's word is told as it was known at `told_at`.
    """

    learner: UUID
    on: date
    known: int
    told_at: int
    profile: bytes
    timeline: list[Entry]
    recipient: list[Entry]


def give(
    reader: Reader, learner: UUID, on: date, known: int | None, told_at: int | None = None
) -> Given:
    """Answer a question as the API does, to the custodian and to somebody else."""
    at = reader.standing(learner, known)
    told_at = at.reached if told_at is None else told_at
    asked = Question(learner, on, at, told_at=told_at)
    others = replay(reader, replace(asked, custodian=False))
    return Given(
        learner,
        on,
        at.position,
        told_at,
        the_bytes(replay(reader, asked)),
        [unmarked(e) for e in reader.timeline(learner, limit=1000, at=at)],
        others.entries + others.source_says,
    )


def the_bytes(found: Replay) -> bytes:
    """The answer as it leaves, without the marks of what was taken away since."""
    texts = Texts(Cursors(lambda: b"secret"))
    return stable(found, answer_of(found, texts, "America/Chicago"), texts)


def unmarked(entry: Entry) -> Entry:
    return replace(entry, removed=None)


class AnswersStay(EngineAgainstNaive):
    """Any commands, with questions in between; at the end they are all asked again."""

    answers: ClassVar[deque[Given]] = deque(maxlen=500)

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Given] = []

    def give(
        self, learner: UUID, command: Command, seen: int | None = None, engine: int = 0
    ) -> None:
        """Every third command is followed by two questions: about now, and about earlier."""
        before = len(self.file.said)
        super().give(learner, command, seen, engine)
        n = len(self.file.said)
        if n > before and n % 3 == 0:
            self.systems[0].projector.catch_up()
            for known in (None, self.file.said[n * 2 // 3].position):
                asked = [one for one in self.learners if self.naive[one].version]
                days = sorted(self.file.days()) or [TODAY]  # what has no date makes none
                self.ask(asked[n % len(asked)], days[n * 7 % len(days)], known)

    def ask(self, learner: UUID, on: date, known: int | None) -> None:
        self.given.append(give(self.systems[1].reader, learner, on, known))

    def teardown(self) -> None:
        self.systems[0].projector.catch_up()
        for answer in self.given:
            compare(self.systems[1].reader, answer)
        self.answers.extend(self.given)


def compare(reader: Reader, answer: Given) -> None:
    """The same question has the same answer."""
    again = give(reader, answer.learner, answer.on, answer.known, answer.told_at)
    assert replace(again, recipient=answer.recipient) == answer
    for before, after in zip(answer.recipient, again.recipient, strict=True):
        if not after.withheld:
            assert after == before
        elif not before.withheld:
            assert after.removed is not None
            assert (after.id, after.known_from) == (before.id, before.known_from)
            assert (after.body, after.remarks, after.changed_by) == ({}, [], [])


@pytest.mark.parametrize(("runs", "starts"), RUNS)
def test_an_answer_that_was_given_is_given_again_to_the_byte(
    systems: tuple[System, System], runs: settings, starts: Sequence[int]
) -> None:
    with at_the_machine(systems[1], "replay"):  # where the version of a record is told
        run(AnswersStay, systems, runs, starts)
        assert len(AnswersStay.answers) > 100
        taken_away = sum(e.withheld for a in AnswersStay.answers for e in a.recipient)
        assert taken_away > 5
        systems[0].projector.rebuild()
        for answer in AnswersStay.answers:
            compare(systems[1].reader, answer)
