"""Generations come and go under a load of writers and readers, and nobody notices."""

from collections.abc import Iterator, Sequence
from random import Random
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.compose import System
from domain.application import Recorded, Request
from domain.identity import EnrolLearner
from scheduler.worker import Worker
from tests.generations import observation, rows_of, tables_there
from tests.installation import Installation
from tests.unit.decider import REGISTER, TODAY, since
from tests.varied import JAN

PAIRS, PER_CLASS = 200, 20


@pytest.fixture
def system(installation: Installation) -> Iterator[System]:
    with installation.system() as built:
        yield built


class Load:
    """Writers, readers and a worker at work on one district while generations come and go.

    Each append holds one entry for each of two learners, with the same number in it. What readers
    saw is compared at the end with all that was recorded up to the position they were given.
    """

    def __init__(self, system: System, events: int) -> None:
        self.system = system
        self.events = events
        self.pairs = [(uuid4(), uuid4()) for _ in range(PAIRS)]
        self.written: dict[UUID, list[tuple[int, int]]] = {x: [] for p in self.pairs for x in p}
        self.seen: list[tuple[UUID, int, set[int]]] = []
        self.errors: list[BaseException] = []
        self.done = Flag()
        self.lock = Lock()
        self.number = 0
        self.generations: set[int] = set()

    def open(self) -> None:
        """Register the learners, each pair in one class."""
        requests = []
        for n, pair in enumerate(self.pairs):
            for learner in pair:
                enrol = EnrolLearner(
                    school="north", grade="09", classes=(f"c{n // PER_CLASS}",),
                    effective=since(JAN),
                )  # fmt: skip
                requests += [
                    Request(learner, command, self.system.context())
                    for command in (REGISTER, enrol)
                ]
        self.system.profiles.do_many(requests)
        self.number = len(requests)

    def write(self, seed: int) -> None:
        """Append batches of pairs until there are enough events; each writer has its own pairs."""
        own = self.pairs[seed % 2 :: 2]
        random = Random(seed)
        while not self.errors:
            with self.lock:
                first, self.number = self.number, self.number + 20
            if first >= self.events:
                return
            some = random.sample(own, 10)
            requests = [
                Request(learner, observation(str(first + n)), self.system.context())
                for n, pair in enumerate(some)
                for learner in pair
            ]
            answers = self.system.profiles.do_many(requests)
            for request, answer in zip(requests, answers, strict=True):
                assert isinstance(answer, Recorded)
                number = int(getattr(request.command, "text"))  # noqa: B009
                self.written[request.learner].append((answer.position, number))

    def read(self, seed: int) -> None:
        """Ask about pairs, classes and timelines, each time at where the projections stand."""
        random, reader, last = Random(seed), self.system.reader, 0
        while not self.done.is_set():
            at = reader.standing()
            assert at.position >= last, "the position that a reader is given went back"
            last = at.position
            self.generations.add(at.generation)
            pair = random.choice(self.pairs)
            found = reader.profiles(pair, TODAY, at)
            if random.random() < 0.3:
                found |= reader.cohort(TODAY, at, {"class": f"c{random.randrange(10)}"}, ["fact"])
            for learner, entries in found.items():
                self.saw(learner, at.position, entries)
            self.saw(pair[0], at.position, reader.timeline(pair[0], at=at, limit=10_000))

    def saw(self, learner: UUID, position: int, entries: Sequence[Any]) -> None:
        told = [int(e.body["text"]) for e in entries if "text" in e.body]
        assert len(told) == len(set(told)), "an entry was told twice"
        self.seen.append((learner, position, set(told)))

    def guarded(self, work: Any, *arguments: Any) -> Thread:
        def run() -> None:
            try:
                work(*arguments)
            except BaseException as error:  # noqa: BLE001 - told by the test
                self.errors.append(error)

        return Thread(target=run)

    def switch(self) -> int:
        """Build, switch, go back and forth for as long as there is load; how many switches."""
        switches = 0
        while not self.done.is_set() and not self.errors:
            self.system.projector.rebuild()
            self.system.projector.roll_back()
            self.system.projector.roll_back()
            switches += 3
        return switches

    def run(self) -> int:
        self.open()
        writers = [self.guarded(self.write, seed) for seed in range(2)]
        readers = [self.guarded(self.read, seed) for seed in range(2)]
        switches: list[int] = []
        switcher = self.guarded(lambda: switches.append(self.switch()))
        with Worker(self.system.projector, self.system.databases.app):
            for thread in (*writers, *readers, switcher):
                thread.start()
            for thread in writers:
                thread.join()
            self.done.set()
            for thread in (*readers, switcher):
                thread.join()
        if self.errors:
            raise self.errors[0]
        return switches[0]

    def check_what_was_seen(self) -> None:
        assert len(self.seen) > 100
        for learner, position, told in self.seen:
            expected = {number for at, number in self.written[learner] if at <= position}
            assert told == expected, f"of {learner} at {position}"
        by_position: dict[int, dict[UUID, set[int]]] = {}
        for learner, position, told in self.seen:
            by_position.setdefault(position, {})[learner] = told
        for told_of in by_position.values():
            for one, other in self.pairs:
                if one in told_of and other in told_of:
                    assert told_of[one] == told_of[other]


def switch_under_load(installation: Installation, system: System, events: int) -> None:
    load = Load(system, events)
    switches = load.run()
    system.projector.catch_up()
    head, _ = system.reader.head()
    assert head >= events
    assert installation.execute("SELECT count(*), max(position) FROM event") == [(head, head)]
    assert switches >= 3
    assert len(load.generations) > 1
    load.check_what_was_seen()
    now = system.projector.served()
    rows = rows_of(installation, system, now.generation)
    assert len(rows["audit"]) == head
    assert rows == rows_of(installation, system, now.previous or 0)
    assert system.reader.parked() == []
    assert len(tables_there(installation)) == 2


def test_readers_and_writers_notice_nothing_of_switches(
    installation: Installation, system: System
) -> None:
    switch_under_load(installation, system, 5_000)


@pytest.mark.soak
def test_of_fifty_thousand_events_none_is_missing_after_switches_under_load(
    installation: Installation, system: System
) -> None:
    switch_under_load(installation, system, 50_000)
