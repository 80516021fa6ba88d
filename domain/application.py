"""The application: load a learner, decide a command, append the event, answer.

The library gives repository, snapshots and upcasting; what is added here is the command id that
makes a repeat harmless, and what happens when two writers meet.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import ClassVar, Protocol, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application, Cache
from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.coding import to_json
from domain.errors import CommandReused, Refused, StaleVersion, UnknownLearner, UnknownPerson
from domain.event import PERSON, Command, Context, Event, command_name
from domain.learner import Learner, check_kind, open_record, opens_record
from domain.reads import AccessRecorded
from domain.snapshot import LearnerSnapshot

ATTEMPTS = 100  # writers that meet on one learner retry; past this something else is wrong
STRIPES = 64


class AppendResult(Protocol):
    """What the store says about an append."""

    first_position: int
    last_position: int
    recorded_at: datetime
    repeated: bool


class Journal(Protocol):
    """The store's recorder, as far as the application uses it beyond the library's interface."""

    def append(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command_ids: Sequence[UUID],
        digests: Sequence[bytes],
        since: int | None,
    ) -> AppendResult: ...

    @property
    def losses(self) -> int: ...

    def ensure_durable(self) -> None: ...

    def find_commands(self, command_ids: Sequence[UUID]) -> dict[UUID, tuple[bytes, int]]: ...

    def select_events(self, originator_id: UUID, *, gt: int) -> Sequence[StoredEvent]: ...

    def select_streams(self, streams: Collection[UUID]) -> Sequence[StoredEvent]: ...

    def read_positions(self, positions: Collection[int]) -> Sequence[StoredEvent]: ...


class Sealer(Protocol):
    """The store's mapper, as far as the application uses it beyond the library's interface."""

    def seal(self, events: Sequence[Event]) -> list[StoredEvent]: ...

    def open(self, stored: Sequence[StoredEvent], *, content: bool = True) -> list[Event]: ...

    def digest(self, body: bytes) -> bytes: ...


class CommandIdReused(Exception):
    """The store's word that a command id came again with another body."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to a command: the event as it stands in the record.

    `repeated` is true where the same command was already recorded and this is its first answer.
    """

    event: Event
    position: int
    recorded_at: datetime
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A command for a learner, with its context and the version its writer looked at."""

    learner: UUID
    command: Command
    context: Context
    expected: int | None = None


class Profiles(Application[UUID]):
    """The learner profiles of one tenant."""

    name = "throughline"
    is_snapshotting_enabled = True
    snapshot_interval = 200
    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "store.factory",
        "AGGREGATE_CACHE_MAXSIZE": "2000",
        "AGGREGATE_CACHE_FASTFORWARD": "n",
        "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
    }

    def __init__(self, env: dict[str, str] | None = None) -> None:
        super().__init__(env)
        self.journal = cast(Journal, self.recorder)
        self.sealer = cast(Sealer, self.mapper)
        self.cache = cast(Cache[UUID, Learner], self.repository.cache)
        # A cached learner is changed in place, so one thread at a time may hold it.
        self._locks = [Lock() for _ in range(STRIPES)]

    def do(self, request: Request) -> Recorded:
        """Record one command, once.

        Raises `Refused` (and its kinds): `UnknownLearner`, `StaleVersion` where the writer's
        view of what it changes is out of date, `CommandReused` for a reused command id.
        """
        digest = self.sealer.digest(body_of(request))
        expected = request.expected
        with self._locks[request.learner.int % STRIPES]:
            since, stood = self.journal.losses, None
            for attempt in range(ATTEMPTS):
                if since != self.journal.losses:  # a crash may have taken away what it stood on
                    since, stood = self.journal.losses, None
                try:
                    found = self._take(request, stood, again=attempt > 0)
                    stood = LearnerSnapshot.take(found) if found else None
                    learner, event = decide(found, request, expected)
                except Refused:
                    # The cached learner may not know what another process recorded: look again.
                    if attempt == 0:
                        stood = None
                        continue
                    self.journal.ensure_durable()  # a refusal is an answer too
                    first = self._first_answer(request, digest)
                    if first is not None:
                        return first
                    raise
                try:
                    return self._append(request, learner, event, digest, since)
                except IntegrityError:
                    if opens_record(type(request.command)):
                        there = self.fresh([request.learner]).get(request.learner)
                        raise already(request.command, there) from None
                    # The cached learner may only have been out of date; the record is read on.
                    # From then on somebody was first while this command was under way: what does
                    # not touch what they changed goes ahead.
                    if attempt > 0 and expected is None:
                        expected = event.originator_version - 1
        raise StaleVersion(expected or 0, expected or 0, ())

    def do_many(
        self, requests: Sequence[Request], *, known: Collection[UUID] | None = None
    ) -> list[Recorded | Refused]:
        """Record many commands in one append; the answer to each, in order.

        A refused command stops none of the others. Commands recorded before give their first
        answer; `known` are their ids, where the caller has just asked the journal. Raises
        `IntegrityError` or `CommandIdReused` where another writer met the batch: nothing of it
        was recorded then, and it can be given again.
        """
        since = self.journal.losses
        digests = [self.sealer.digest(body_of(r)) for r in requests]
        if known is None:
            known = self.journal.find_commands([r.context.command_id for r in requests])
        answers: dict[int, Recorded | Refused] = {}
        fresh: list[tuple[int, Event]] = []
        learners = self.fresh({r.learner for r in requests if r.context.command_id not in known})
        given: set[UUID] = set()
        for n, request in enumerate(requests):
            command_id = request.context.command_id
            if command_id in known or command_id in given:
                continue
            try:
                learner, event = decide(learners.get(request.learner), request, request.expected)
            except Refused as refused:
                answers[n] = refused
                continue
            learners[request.learner] = learner
            given.add(command_id)
            fresh.append((n, event))
        if fresh:
            self._append_batch(fresh, requests, digests, answers, since)
            if all(n in answers for n, _ in fresh):
                self._keep_states(learners, [event for _, event in fresh])
        no = [requests[n].context.command_id for n, a in answers.items() if isinstance(a, Refused)]
        # What was refused may be a repeat of what another process recorded meanwhile.
        meanwhile = self.journal.find_commands(no) if no else {}
        if len(fresh) < len(requests):
            self.journal.ensure_durable()  # refusals and repeats are answers too
        again = [
            n
            for n, request in enumerate(requests)
            if n not in answers or request.context.command_id in meanwhile
        ]
        if again:
            first = self._repeats([requests[n] for n in again], [digests[n] for n in again])
            answers.update(zip(again, first, strict=True))
        return [answers[n] for n in range(len(requests))]

    def note(self, accesses: Sequence[AccessRecorded]) -> int:
        """Record what somebody saw, durably; the position of the last. Nothing is decided here."""
        return self.journal.append(
            self.sealer.seal(accesses), command_ids=(), digests=(), since=None
        ).last_position

    def learner(self, learner: UUID) -> Learner:
        """The learner's decision state, shared with nobody. Raises `UnknownLearner`."""
        found = self._stored(learner)
        self.journal.ensure_durable()
        return found

    def fresh(self, learners: Collection[UUID]) -> dict[UUID, Learner]:
        """Learners from the store by one query, shared with nobody; unknown ones are left out."""
        found: dict[UUID, Learner] = {}
        stored = self.journal.select_streams(learners)
        for event in self.sealer.open(stored, content=False):
            learner = event.mutate(found.get(event.originator_id))
            found[event.originator_id] = cast(Learner, learner)
        return found

    # -- parts of the way -------------------------------------------------------------------

    def _take(
        self, request: Request, stood: LearnerSnapshot | None, *, again: bool
    ) -> Learner | None:
        """The learner, out of the cache until what it decides is on disk, and all it stands on.

        Of one who is to be registered it is not asked before there was a refusal. `stood` is the
        state that was overtaken: reading only what came since gives a writer the better chance
        against one who writes without a pause.
        """
        if stood is not None:
            learner = cast(Learner, stood.mutate(None))
            since = self.journal.select_events(request.learner, gt=learner.version)
            for event in self.sealer.open(since, content=False):
                event.mutate(learner)
            return learner
        if opens_record(type(request.command)):
            return self.fresh([request.learner]).get(request.learner) if again else None
        with suppress(KeyError):
            return self.cache.get(request.learner, evict=True)
        try:
            return self._stored(request.learner)
        except UnknownLearner:
            raise unknown(request.command) from None

    def _stored(self, learner: UUID) -> Learner:
        try:
            found = cast(Learner, self.repository.get(learner))
        except AggregateNotFoundError:
            raise UnknownLearner from None
        with suppress(KeyError):
            self.cache.get(learner, evict=True)
        return found

    def _append(
        self, request: Request, learner: Learner, event: Event, digest: bytes, since: int
    ) -> Recorded:
        try:
            appended = self.journal.append(
                self.sealer.seal([event]),
                command_ids=[request.context.command_id],
                digests=[digest],
                since=since,
            )
        except CommandIdReused:
            raise CommandReused from None
        learner.collect_events()
        if appended.repeated:
            return self._repeat(request, digest)
        self.cache.put(request.learner, learner)
        recorded = placed(event, appended.last_position, appended.recorded_at)
        self._keep_states({request.learner: learner}, [recorded])
        return Recorded(recorded, appended.last_position, appended.recorded_at)

    def _append_batch(
        self,
        fresh: Sequence[tuple[int, Event]],
        requests: Sequence[Request],
        digests: Sequence[bytes],
        answers: dict[int, Recorded | Refused],
        since: int,
    ) -> None:
        events = [event for _, event in fresh]
        appended = self.journal.append(
            self.sealer.seal(events),
            command_ids=[requests[n].context.command_id for n, _ in fresh],
            digests=[digests[n] for n, _ in fresh],
            since=since,
        )
        if appended.repeated:
            return  # another process gave the same batch: each answer is read back
        for offset, (n, event) in enumerate(fresh):
            position = appended.first_position + offset
            answers[n] = Recorded(
                placed(event, position, appended.recorded_at), position, appended.recorded_at
            )

    def _keep_states(self, learners: Mapping[UUID, Learner], events: Sequence[Event]) -> None:
        """Take a snapshot of each of the learners for whom it is time, as the events left them."""
        every = self.snapshot_interval
        due = {e.originator_id for e in events if e.originator_version % every == 0}
        for learner in due:
            learners[learner].modified_on = events[-1].recorded_at
        if due and self.snapshots:
            self.snapshots.put([LearnerSnapshot.take(learners[learner]) for learner in due])

    def _first_answer(self, request: Request, digest: bytes) -> Recorded | None:
        """The answer given before, where this command was recorded before."""
        if request.context.command_id not in self.journal.find_commands(
            [request.context.command_id]
        ):
            return None
        return self._repeat(request, digest)

    def _repeat(self, request: Request, digest: bytes) -> Recorded:
        [answer] = self._repeats([request], [digest])
        if isinstance(answer, Refused):
            raise answer
        return answer

    def _repeats(
        self, requests: Sequence[Request], digests: Sequence[bytes]
    ) -> list[Recorded | Refused]:
        """The first answers of commands that were recorded before, by two queries."""
        ids = [request.context.command_id for request in requests]
        known = self.journal.find_commands(ids)
        if len(known) < len(set(ids)):
            raise IntegrityError("What was recorded before was lost in a crash of the server.")
        stored = self.journal.read_positions({position for _, position in known.values()})
        events = {event.position: event for event in self.sealer.open(stored)}
        answers: list[Recorded | Refused] = []
        for request, digest in zip(requests, digests, strict=True):
            recorded_digest, position = known[request.context.command_id]
            event = events[position]
            # Who comes by a colleague's key is not told what the colleague recorded with it.
            own = event.entered_by == request.context.entered_by
            if own and digest == recorded_digest:
                answers.append(Recorded(event, position, event.recorded_at, repeated=True))
            else:
                answers.append(CommandReused())
        return answers


def decide(
    learner: Learner | None, request: Request, expected: int | None
) -> tuple[Learner, Event]:
    """Let the learner decide; a registration opens the learner's record, or the person's."""
    if opens_record(type(request.command)):
        if learner is not None:
            raise already(request.command, learner)
        opened = open_record(request.learner, request.command, request.context, expected=expected)
        return opened, cast(Event, opened.pending_events[-1])
    if learner is None:
        raise unknown(request.command)
    return learner, learner.do(request.command, request.context, expected=expected)


def already(command: Command, there: Learner | None) -> Refused:
    """The refusal of a registration where there is a record, of the same kind or another."""
    if there is not None:
        check_kind(there, command)
    if command.EVENT.SPEC.record == PERSON:
        return Refused("person", "person-registered", "This person is already registered.")
    return Refused("learner", "learner-exists", "This learner is already registered.")


def unknown(command: Command) -> Refused:
    """The refusal of a command for a record that is not there."""
    return UnknownPerson() if command.EVENT.SPEC.record == PERSON else UnknownLearner()


def body_of(request: Request) -> bytes:
    """What makes two commands the same: the learner, the command and the fields that were given.

    Ids and dates that were made for the writer are left out, so that a repeat has the same body.
    """
    command = request.command
    values = vars(command)
    given = {name: values[name] for name in command.model_fields_set}
    return to_json([request.learner, command_name(type(command)), given])


def placed(event: Event, position: int, recorded_at: datetime) -> Event:
    """The event with what the database gave it."""
    values = vars(event)
    values["position"] = position
    values["timestamp"] = recorded_at
    return event
