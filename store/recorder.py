"""The recorder: one append for every event, and the library's interface around it.

An append commits without waiting for the disk (the order's lock is held for microseconds), then
waits for the flush outside the lock. Nothing is answered before that: see `ensure_durable`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    Notification,
    OperationalError,
    PersistenceError,
    StoredEvent,
    Subscription,
)
from eventsourcing.postgres import (
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresRecorder,
)
from psycopg import Connection

from domain.application import CommandIdReused
from store import wire
from store.subscription import TenantSubscription
from store.wire import Appended, ConnectionLost

ATTEMPTS = 5  # of a call whose connection was lost

# A transactional message: its commit waits for the WAL, and for a synchronous standby. What can
# be read on a standby is on its disk already.
FLUSH = """
SELECT CASE WHEN NOT pg_is_in_recovery()
    THEN pg_logical_emit_message(true, 'throughline', '') IS NULL END AS unflushed
"""

EVENT = "SELECT stream, version, topic, state, position, recorded_at FROM event"
# The events of one stream.
OF_STREAM = EVENT + " WHERE tenant = %s AND stream = %s"
# The latest version of each of some streams; without a stream, the position of the latest tie.
LATEST = """
SELECT s.stream, e.version::bigint FROM unnest(%s::uuid[]) AS s (stream)
CROSS JOIN LATERAL (
    SELECT version FROM event WHERE tenant = %s AND stream = s.stream
    ORDER BY version DESC LIMIT 1
) AS e
UNION ALL
(SELECT NULL, position FROM tie WHERE tenant = %s ORDER BY position DESC LIMIT 1)
"""
TIES = """
SELECT stream, version, topic, state, position, recorded_at FROM tie
WHERE tenant = %s AND position > %s ORDER BY position LIMIT %s
"""
# The events of one tenant.
OF_TENANT = EVENT + " WHERE tenant = %s"
# The snapshots of one stream.
SNAPSHOTS = "SELECT stream, version, topic, state FROM snapshot WHERE tenant = %s AND stream = %s"
KEEP_SNAPSHOT = """
INSERT INTO snapshot (tenant, stream, version, topic, state) VALUES (%s, %s, %s, %s, %s)
"""
# Which of these commands were recorded, with their digests and positions.
COMMANDS = """
SELECT command_id, digest, first_position FROM command
WHERE tenant = %s AND command_id = ANY(%s)
"""
HEAD = "SELECT position FROM head WHERE tenant = %s"

# What append_events refuses with codes of its own: store/schema.sql.
REUSED, NO_TENANT, FOREIGN_TENANT, GAP, PARTLY_KNOWN = "TL001", "TL002", "TL003", "TL004", "TL005"


# psycopg's errors by kind, and the library's; the special before the general.
KINDS = (
    (psycopg.IntegrityError, IntegrityError),
    (psycopg.errors.ReadOnlySqlTransaction, OperationalError),
    (psycopg.OperationalError, OperationalError),
    (psycopg.DataError, DataError),
    (psycopg.InterfaceError, InterfaceError),
)


class TenantRefused(PersistenceError):
    """The tenant does not exist, or is not the one the connection has named."""


@dataclass(frozen=True)
class RecordedEvent(StoredEvent):
    """A stored event with what the database gave it."""

    position: int
    recorded_at: datetime


@dataclass(frozen=True)
class RecordedNotification(Notification):
    """The library's notification, with the time of recording."""

    recorded_at: datetime

    @property
    def position(self) -> int:
        return self.id


class TenantRecorder(PostgresApplicationRecorder):
    """Records the events of one tenant, in one order."""

    def __init__(self, datastore: PostgresDatastore, *, tenant: str) -> None:
        PostgresRecorder.__init__(self, datastore)  # the rest prepares the library's own tables
        self.tenant = tenant
        self.channel_name = f"throughline_{datastore.schema}"

    # -- appending ----------------------------------------------------------------------------

    def append(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command_ids: Sequence[UUID | None] = (),
        digests: Sequence[bytes | None] = (),
        since: int | None = None,
    ) -> Appended:
        """Append events in one piece, durably; one command id and digest per event, or none.

        An event with the version `wire.ANY_VERSION` takes the next of its stream. `since` is
        `losses` as it was before the events were read that these stand on: a crash may have
        taken those away.

        Raises `IntegrityError` where a version is taken, or where some of the commands were
        recorded before and some not; `CommandIdReused` where one was recorded with another
        body; `TenantRefused`; `OperationalError` where the database is away, full or read-only.
        A call whose connection was lost is repeated where a repeat can do no harm.
        """
        if not stored_events:
            raise ValueError("There is nothing to append.")
        values = wire.parameters(self.tenant, stored_events, command_ids, digests)
        named = all(command_ids) and bool(command_ids)
        stood = self.losses if since is None else since
        try:
            return self._call(values, stored_events, stood, named=named)
        except (IntegrityError, CommandIdReused):
            self.ensure_durable()  # a refusal is an answer too
            raise

    @property
    def losses(self) -> int:
        """How often this process lost its connection: after a crash what was read may be gone."""
        return cast(Any, self.datastore).losses  # type: ignore[no-any-return]

    def _call(
        self, values: list[bytes | None], events: Sequence[StoredEvent], since: int, *, named: bool
    ) -> Appended:
        """Call until there is an answer. `named`: the commands make a repeat harmless.

        So do versions: a repeat of what was saved meets itself, and every seal is unique.
        """
        lost = False
        for _ in range(ATTEMPTS):
            try:
                answer = self._call_once(values, events, since)
            except ConnectionLost:
                if not named and any(e.originator_version == wire.ANY_VERSION for e in events):
                    break
                lost = True
            except IntegrityError:
                if lost and (ours := self._ours(events)):
                    return ours
                raise
            else:
                return (lost and answer.repeated and self._ours(events, answer)) or answer
        raise OperationalError(
            "The connection to the database was lost; it is not known whether the events were "
            "recorded."
        )

    def _call_once(
        self, values: list[bytes | None], events: Sequence[StoredEvent], since: int
    ) -> Appended:
        # What `datastore.get_connection` does, in a quarter of its time.
        pool = self.datastore.pool
        pool.open()
        try:
            connection = pool.getconn()
            try:
                if self.losses != since:
                    self._check_ground(connection, events)
                return wire.call(connection, values)
            finally:
                pool.putconn(connection)
        except ConnectionLost:
            cast(Any, self.datastore).lost()
            raise
        except psycopg.Error as error:
            raise _translated(error) from error

    def _check_ground(
        self, connection: Connection[dict[str, Any]], events: Sequence[StoredEvent]
    ) -> None:
        """Raise `IntegrityError` where a crash took away the version before a single event.

        The database looks by itself where there are several.
        """
        before = events[0].originator_version - 1
        if len(events) > 1 or before < 1:
            return
        query = OF_STREAM + " AND version = %s"
        try:
            found = connection.execute(query, [self.tenant, events[0].originator_id, before])
        except psycopg.OperationalError as error:
            raise ConnectionLost(wire.LOST) from error
        if not found.fetchone():
            raise IntegrityError("What these events stand on was lost in a crash of the server.")

    def _ours(
        self, events: Sequence[StoredEvent], answer: Appended | None = None
    ) -> Appended | None:
        """The answer to exactly these events, where it was they that were recorded."""
        if answer is None:
            first = events[0]
            version = first.originator_version
            found = self.select_events(first.originator_id, gt=version - 1, lte=version)
            start = cast(RecordedEvent, found[0]).position if found else 0
        else:
            start = answer.first_position
        rows = self._read(
            OF_TENANT + " AND position BETWEEN %s AND %s ORDER BY position",
            [self.tenant, start, start + len(events) - 1],
        )
        if [row["state"] for row in rows] != [e.state for e in events]:
            return None
        self.ensure_durable()
        return Appended(start, start + len(events) - 1, rows[0]["recorded_at"], repeated=False)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        if not stored_events:
            return []
        appended = self.append(stored_events)
        return list(range(appended.first_position, appended.last_position + 1))

    def ensure_durable(self) -> None:
        """Return when everything read so far is on disk, here and on a synchronous standby."""
        self._read(FLUSH, [])

    # -- reading ------------------------------------------------------------------------------

    def find_commands(self, command_ids: Sequence[UUID]) -> dict[UUID, tuple[bytes, int]]:
        """Digest and first position of those of these commands that were recorded."""
        rows = self._read(COMMANDS, [self.tenant, list(command_ids)])
        return {r["command_id"]: (r["digest"], r["first_position"]) for r in rows}

    def read_position(self, position: int) -> RecordedEvent:
        """The event at a position. Raises `KeyError` where there is none."""
        found = self.read_positions([position])
        if not found:
            raise KeyError(position)
        return found[0]

    def read_positions(self, positions: Collection[int]) -> Sequence[RecordedEvent]:
        """The events at these positions, in their order; where there is none, none."""
        query = OF_TENANT + " AND position = ANY(%s) ORDER BY position"
        return [recorded(row) for row in self._read(query, [self.tenant, list(positions)])]

    def select_streams(
        self, streams: Collection[UUID], topics: Sequence[str] | None = None
    ) -> Sequence[RecordedEvent]:
        """All events of some streams, or those of some topics; each stream in its order."""
        query, values = OF_TENANT + " AND stream = ANY(%s)", [self.tenant, list(streams)]
        if topics is not None:
            query += " AND topic = ANY(%s)"
            values.append(list(topics))
        query += " ORDER BY stream, version"
        return [recorded(row) for row in self._read(query, values)]

    def latest(self, streams: Collection[UUID]) -> tuple[dict[UUID, int], int]:
        """The latest version of each of these streams, and the position of the latest tie.

        Streams that are empty are left out; the position is 0 where there is no tie.
        """
        rows = self._read(LATEST, [list(streams), self.tenant, self.tenant])
        versions = {r["stream"]: r["version"] for r in rows}
        return versions, versions.pop(None, 0)

    def select_ties(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        """The first events after a position that name another record: see `domain.access.ties`."""
        return [recorded(row) for row in self._read(TIES, [self.tenant, after, limit])]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        query, values = bounded(
            OF_STREAM, [self.tenant, originator_id], gt=gt, lte=lte, desc=desc, limit=limit
        )
        return [recorded(row) for row in self._read(query, values)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        values: list[Any] = [self.tenant]
        query = OF_TENANT
        for condition, value in (
            (f" AND position {'>=' if inclusive_of_start else '>'} %s", start),
            (" AND position <= %s", stop),
            (" AND topic = ANY(%s)", list(topics) or None),
        ):
            if value is not None:
                query += condition
                values.append(value)
        rows = self._read(query + " ORDER BY position LIMIT %s", [*values, limit])
        return [
            RecordedNotification(
                originator_id=row["stream"],
                originator_version=row["version"],
                topic=row["topic"],
                state=row["state"],
                id=row["position"],
                recorded_at=row["recorded_at"],
            )
            for row in rows
        ]

    def max_notification_id(self) -> int | None:
        rows = self._read(HEAD, [self.tenant])
        return rows[0]["position"] or None if rows else None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """The library's subscription; what it yields may not be on disk: see `ensure_durable`."""
        return TenantSubscription(self, self.tenant, gt=gt, topics=topics)

    def _read(self, query: str, values: list[Any]) -> list[dict[str, Any]]:
        return read(self.datastore, query, values)


class SnapshotRecorder(PostgresRecorder, AggregateRecorder):
    """Keeps the snapshots of one tenant, each version once.

    A lost snapshot is only slower, so nothing waits for the disk.
    """

    def __init__(self, datastore: PostgresDatastore, *, tenant: str) -> None:
        super().__init__(datastore)
        self.tenant = tenant

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.executemany(
                KEEP_SNAPSHOT,
                [
                    (self.tenant, e.originator_id, e.originator_version, e.topic, e.state)
                    for e in stored_events
                ],
            )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        query, values = bounded(
            SNAPSHOTS, [self.tenant, originator_id], gt=gt, lte=lte, desc=desc, limit=limit
        )
        return [
            StoredEvent(row["stream"], row["version"], row["topic"], row["state"])
            for row in read(self.datastore, query, values)
        ]


def read(datastore: PostgresDatastore, query: str, values: list[Any]) -> list[dict[str, Any]]:
    """The rows, in binary; asked a second time where the pool gave a connection that was dead."""
    for last in (False, True):
        with datastore.get_connection() as connection:
            try:
                return connection.execute(query, values, prepare=True, binary=True).fetchall()
            except psycopg.OperationalError:
                if last or not connection.closed:
                    raise
    raise AssertionError("unreachable")  # pragma: no cover


def bounded(
    query: str,
    values: list[Any],
    *,
    gt: int | None,
    lte: int | None,
    desc: bool,
    limit: int | None,
) -> tuple[str, list[Any]]:
    """The query of a stream with bounds of the version, in order, limited."""
    for condition, value in ((" AND version > %s", gt), (" AND version <= %s", lte)):
        if value is not None:
            query += condition
            values.append(value)
    query += f" ORDER BY version {'DESC' if desc else 'ASC'}"
    if limit is not None:
        query += " LIMIT %s"
        values.append(limit)
    return query, values


def recorded(row: dict[str, Any]) -> RecordedEvent:
    """A stored event from a row of the table `event`."""
    return RecordedEvent(
        originator_id=row["stream"],
        originator_version=row["version"],
        topic=row["topic"],
        state=bytes(row["state"]),
        position=row["position"],
        recorded_at=row["recorded_at"],
    )


def _translated(error: psycopg.Error) -> Exception:
    """The store's or the library's exception for an error of the server or the pool."""
    sentence = error.diag.message_primary or str(error)
    if error.sqlstate == REUSED:
        return CommandIdReused(sentence)
    if error.sqlstate in (NO_TENANT, FOREIGN_TENANT):
        return TenantRefused(sentence)
    if error.sqlstate in (GAP, PARTLY_KNOWN):
        return IntegrityError(sentence)
    return next((ours for theirs, ours in KINDS if isinstance(error, theirs)), DatabaseError)(
        sentence
    )
