"""What is on file about learners, people and the district, read from the record itself.

A decision about access never waits for a projection: a consent that was withdrawn a moment ago is
withdrawn. A file is read again where the version of a stream it comes from has moved on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from domain.access.filing import (
    DistrictFile,
    LearnerFile,
    PersonFile,
    district_file,
    learner_file,
    person_file,
)
from domain.event import EVENTS, LEARNER, Event
from domain.people import district_id
from store.mapper import SealingMapper
from store.recorder import TenantRecorder

CONCERNED = ("learner", "consent", "disclosures", "emergencies")
RECLASSIFIED = "fact-reclassified"  # of facts, all that says who may see them
KEPT = 10_000  # files of a kind in memory; past that all are read anew

_F = TypeVar("_F")


class Look(NamedTuple):
    """The files of one moment."""

    person: PersonFile
    district: DistrictFile
    learners: dict[UUID, LearnerFile]


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
        self._recorder = recorder
        self._district = district_id(mapper.tenant)
        self._learners = Folder(
            Streams(recorder, mapper, topics), learner_file, lambda file: file.merged
        )
        self._people = Folder(read, person_file, lambda file: ())
        self._districts = Folder(read, lambda _, events: district_file(events), lambda file: ())

    def look(self, person: UUID, learners: Collection[UUID] = ()) -> Look:
        """What is on file about who asks, the district, and some learners, at one moment.

        An empty file stands for a stranger. One query, where nothing is new.
        """
        district = [self._district]
        known = (
            self._people.streams_of([person])
            | self._districts.streams_of(district)
            | self._learners.streams_of(learners)
        )
        now = self._recorder.versions(known)
        return Look(
            self._people.files([person], now)[person],
            self._districts.files(district, now)[self._district],
            self._learners.files(learners, now),
        )

    def person(self, person: UUID) -> PersonFile:
        """What is on file about one person."""
        return self.look(person).person

    def district(self) -> DistrictFile:
        """The district's own papers and choices."""
        return self.look(self._district).district

    def learners(self, learners: Collection[UUID]) -> dict[UUID, LearnerFile]:
        """What is on file about learners, on all the records that were merged into one."""
        return self.look(self._district, learners).learners


class Streams:
    """Versions and opened events of streams; of some topics alone, or of all."""

    def __init__(
        self, recorder: TenantRecorder, mapper: SealingMapper, topics: Sequence[str] | None = None
    ) -> None:
        self.recorder = recorder
        self.mapper = mapper
        self.topics = topics

    def versions(self, streams: Collection[UUID]) -> dict[UUID, int]:
        return self.recorder.versions(streams)

    def events(self, streams: Collection[UUID]) -> dict[UUID, list[Event]]:
        """The events of each stream in their order; no stream is left out."""
        found: dict[UUID, list[Event]] = {stream: [] for stream in streams}
        for event in self.mapper.open(self.recorder.select_streams(streams, self.topics)):
            found[event.originator_id].append(event)
        return found


@dataclass(frozen=True)
class Kept(Generic[_F]):
    """A file, and the versions of the streams it was made from."""

    versions: Mapping[UUID, int]
    file: _F


class Folder(Generic[_F]):
    """Files of one kind, made by `fold` from a stream and those that it `names`."""

    def __init__(
        self,
        streams: Streams,
        fold: Callable[[UUID, Sequence[Event]], _F],
        names: Callable[[_F], Collection[UUID]],
    ) -> None:
        self.streams = streams
        self.fold = fold
        self.names = names
        self._kept: dict[UUID, Kept[_F]] = {}
        self._lock = Lock()

    def streams_of(self, wanted: Collection[UUID]) -> set[UUID]:
        """The streams from which those files were made that are in memory."""
        with self._lock:
            return {s for one in wanted if one in self._kept for s in self._kept[one].versions}

    def files(self, wanted: Collection[UUID], now: Mapping[UUID, int]) -> dict[UUID, _F]:
        """The files; those in memory are good where `now` has the versions they were made from."""
        with self._lock:
            kept = {one: self._kept[one] for one in wanted if one in self._kept}
        found = {
            one: file.file
            for one, file in kept.items()
            if all(now.get(stream, 0) == version for stream, version in file.versions.items())
        }
        if missing := [one for one in wanted if one not in found]:
            read = self._read(missing)
            with self._lock:
                if len(self._kept) + len(read) > KEPT:
                    self._kept.clear()
                self._kept |= read
            found |= {one: file.file for one, file in read.items()}
        return found

    def _read(self, wanted: Collection[UUID]) -> dict[UUID, Kept[_F]]:
        """Read the streams, and those they name, until none is new."""
        made_of = {one: {one} for one in wanted}
        files: dict[UUID, _F] = {}
        versions: dict[UUID, int] = {}
        events: dict[UUID, list[Event]] = {}
        while fresh := set().union(*made_of.values()) - events.keys():
            # Versions first: what comes in between is read again next time.
            versions |= dict.fromkeys(fresh, 0) | self.streams.versions(fresh)
            events |= self.streams.events(fresh)
            for one, streams in made_of.items():
                if one not in files or not streams.isdisjoint(fresh):
                    together = (e for stream in streams for e in events.get(stream, ()))
                    files[one] = self.fold(one, sorted(together, key=lambda e: e.position))
                    streams |= set(self.names(files[one]))
        return {
            one: Kept({stream: versions[stream] for stream in streams}, files[one])
            for one, streams in made_of.items()
        }
