"""What is on file about learners, people and the district, read from the record itself.

A decision about access never waits for a projection: a consent that was withdrawn a moment ago is
withdrawn. A file is read again where the version of a stream it comes from has moved on, or where
another stream begins to tell of it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from domain.access.answered import TELLING, Answered, answered
from domain.access.filing import (
    DistrictFile,
    LearnerFile,
    PersonFile,
    district_file,
    learner_file,
    person_file,
)
from domain.access.taken_back import TAKING, TOPICS, taken_back
from domain.access.ties import Ties
from domain.event import EVENTS, LEARNER, Event
from domain.people import district_id
from store.mapper import SealingMapper
from store.recorder import TenantRecorder

CONCERNED = ("learner", "consent", "online", "disclosures", "emergencies", "oversight")
RECLASSIFIED = "fact-reclassified"  # of facts, all that says who may see them
KEPT = 10_000  # files of a kind in memory; past that all are read anew
TAKEN = 10_000  # ties that are read at a time

_F = TypeVar("_F")


class Look(NamedTuple):
    """The files of one moment, and the versions that the records had then."""

    person: PersonFile
    district: DistrictFile
    learners: dict[UUID, LearnerFile]
    versions: dict[UUID, int]


class Filed:
    """The files of one tenant, as they stand now."""

    def __init__(self, recorder: TenantRecorder, mapper: SealingMapper) -> None:
        # Facts and goals of a learner say nothing about who may see them.
        topics = [
            topic
            for topic, event in EVENTS.items()
            if event.SPEC.record == LEARNER
            and (event.SPEC.group in CONCERNED or topic == RECLASSIFIED)
        ]
        read = Streams(recorder, mapper)
        self._recorder, self._mapper = recorder, mapper
        self._district = district_id(mapper.tenant)
        self._ties = KnownTies(recorder, mapper)
        self._learners = Folder(Streams(recorder, mapper, topics), learner_file)
        self._people = Folder(read, person_file)
        self._answers = Folder(
            Streams(recorder, mapper, [event.TOPIC for event in TELLING]),
            lambda _, events: answered(events),
        )
        taking = Streams(recorder, mapper, [event.TOPIC for event in TAKING], content=False)
        self._taking = Folder(taking, lambda _, events: bool(events))
        facts = Streams(recorder, mapper, TOPICS, content=False)
        self._taken_back = Folder(facts, lambda _, events: taken_back(events))
        self._districts = Folder(read, lambda _, events: district_file(events))

    def look(self, person: UUID, learners: Collection[UUID] = ()) -> Look:
        """What is on file about who asks, the district, and some learners, at one moment.

        An empty file stands for a stranger. One query, where nothing is new.
        """
        records, now = self._now(learners, [person, self._district])
        return Look(
            self._people.files({person: {person}}, now)[person],
            self._districts.files({self._district: {self._district}}, now)[self._district],
            self._learners.files(records, now),
            now,
        )

    def person(self, person: UUID) -> PersonFile:
        """What is on file about one person."""
        return self.look(person).person

    def district(self) -> DistrictFile:
        """The district's own papers and choices."""
        return self.look(self._district).district

    def learners(self, learners: Collection[UUID]) -> dict[UUID, LearnerFile]:
        """What is on file about learners, on whichever record it stands."""
        return self.look(self._district, learners).learners

    def at(self, positions: Collection[int]) -> dict[int, Event]:
        """The events at some positions, as far as there are any; without what is sealed."""
        stored = self._recorder.read_positions(positions)
        return {event.position: event for event in self._mapper.open(stored, content=False)}

    def answers(
        self, records: Collection[UUID], now: Mapping[UUID, int]
    ) -> dict[UUID, dict[UUID, Answered]]:
        """The answers to surveys on each of some records; which survey it was is sealed.

        `now`: the versions of the records, from the look at their files.
        """
        return self._answers.files({record: {record} for record in records}, now)

    def taken_back(
        self, records: Collection[UUID], now: Mapping[UUID, int]
    ) -> dict[UUID, frozenset[int]]:
        """The positions of what was taken back on each of some records, `now` as above.

        Few records have something that was, so that is asked first.
        """
        taking = self._taking.files({record: {record} for record in records}, now)
        some = {record: {record} for record, any_taken in taking.items() if any_taken}
        return dict.fromkeys(records, frozenset()) | self._taken_back.files(some, now)

    def records(self, learner: UUID) -> set[UUID]:
        """The records from which the learner's file is made."""
        return self._now([learner])[0][learner]

    def _now(
        self, learners: Collection[UUID], others: Collection[UUID] = ()
    ) -> tuple[dict[UUID, set[UUID]], dict[UUID, int]]:
        """The records that tell of each learner, and the versions of these and other streams."""
        while True:
            tied, records = self._ties.records(learners)
            now, latest = self._recorder.latest(set(others).union(*records.values()))
            if latest == tied:
                return records, now
            self._ties.read(latest)


class KnownTies:
    """The ties of the district, as far as they have been read."""

    def __init__(self, recorder: TenantRecorder, mapper: SealingMapper) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._ties = Ties()
        self._position = 0
        self._lock = Lock()

    def records(self, learners: Collection[UUID]) -> tuple[int, dict[UUID, set[UUID]]]:
        """The position of the last tie that was read, and the records that tell of each learner."""
        with self._lock:
            return self._position, {one: self._ties.records(one) for one in learners}

    def read(self, latest: int) -> None:
        """Read on, some of them at a time; `latest` is the position of the last there is."""
        with self._lock:
            if latest < self._position:  # a crash took away what was not on disk yet
                self._ties, self._position = Ties(), 0
            after = self._position
        found = self._recorder.select_ties(after, TAKEN)
        events = self._mapper.open(found, content=False)
        with self._lock:
            if events and self._position == after:  # else another thread has read them
                self._ties.take(events)
                self._position = events[-1].position


class Streams:
    """Opened events of streams; of some topics alone, or of all, with what is sealed or without."""

    def __init__(
        self,
        recorder: TenantRecorder,
        mapper: SealingMapper,
        topics: Sequence[str] | None = None,
        *,
        content: bool = True,
    ) -> None:
        self.recorder = recorder
        self.mapper = mapper
        self.topics = topics
        self.content = content

    def events(self, streams: Collection[UUID]) -> dict[UUID, list[Event]]:
        """The events of each stream in their order; no stream is left out."""
        found: dict[UUID, list[Event]] = {stream: [] for stream in streams}
        stored = self.recorder.select_streams(streams, self.topics)
        for event in self.mapper.open(stored, content=self.content):
            found[event.originator_id].append(event)
        return found


@dataclass(frozen=True)
class Kept(Generic[_F]):
    """A file, and the versions of the streams it was made from."""

    versions: Mapping[UUID, int]
    file: _F


class Folder(Generic[_F]):
    """Files of one kind, made by `fold` from the events of some streams in position order."""

    def __init__(self, streams: Streams, fold: Callable[[UUID, Sequence[Event]], _F]) -> None:
        self.streams = streams
        self.fold = fold
        self._kept: dict[UUID, Kept[_F]] = {}
        self._lock = Lock()

    def files(
        self, made_of: Mapping[UUID, Collection[UUID]], now: Mapping[UUID, int]
    ) -> dict[UUID, _F]:
        """The files of some, each made of the streams that are given for it.

        Those in memory are good where `now` has the versions they were made from. It was looked up
        before the streams are read here: what comes in between is read again next time.
        """
        wanted = {
            one: {stream: now.get(stream, 0) for stream in streams}
            for one, streams in made_of.items()
        }
        with self._lock:
            kept = {one: self._kept[one] for one in wanted if one in self._kept}
        found = {one: file.file for one, file in kept.items() if file.versions == wanted[one]}
        if missing := {one: wanted[one] for one in wanted if one not in found}:
            read = self._read(missing)
            with self._lock:
                if len(self._kept) + len(read) > KEPT:
                    self._kept.clear()
                self._kept |= read
            found |= {one: file.file for one, file in read.items()}
        return found

    def _read(self, wanted: Mapping[UUID, Mapping[UUID, int]]) -> dict[UUID, Kept[_F]]:
        events = self.streams.events(set().union(*wanted.values()))
        read = {}
        for one, versions in wanted.items():
            together = (event for stream in versions for event in events[stream])
            file = self.fold(one, sorted(together, key=lambda e: e.position))
            read[one] = Kept(versions, file)
        return read
