"""The one projector: batches in position order, rows and checkpoint in one transaction.

One process at a time works on a tenant's projection (a lock held for the batch); any other finds
it taken and moves on, so a second projector does no harm and takes over when the first is gone.
A poison event is parked with its error, visible, and the projector goes on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
from eventsourcing.postgres import PostgresDatastore
from psycopg.rows import args_row

from domain.event import Event
from projections import fold
from projections.audit import AuditProjection
from projections.caseload import CaseloadProjection
from projections.schema import PROJECTIONS
from projections.tables import Conn, RowProjection
from store.keys import KeyStoreError
from store.mapper import SealingMapper
from store.recorder import RecordedEvent

BATCH = 1000

TAKE = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)) AS taken"
CHECKPOINT = "SELECT position FROM checkpoint_{g} WHERE tenant = %s AND projection = %s"
MOVE = """
INSERT INTO checkpoint_{g} (tenant, projection, position) VALUES (%s, %s, %s)
ON CONFLICT (tenant, projection) DO UPDATE SET position = excluded.position
"""
PARK = """
INSERT INTO parked_{g} (tenant, projection, position, error) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
EMPTY = "DELETE FROM {table} WHERE tenant = %s"
FORGET = "DELETE FROM {table} WHERE tenant = %s AND projection = %s"
# The columns as `RecordedEvent` takes them.
AFTER = """
SELECT stream, version, topic, state, position, recorded_at FROM event
WHERE tenant = %s AND position > %s ORDER BY position LIMIT %s
"""
AT = """
SELECT stream, version, topic, state, position, recorded_at FROM event
WHERE tenant = %s AND position = ANY(%s) ORDER BY position
"""


NAMES = PROJECTIONS


class Projection(Protocol):
    """Something people read, kept up to date event by event."""

    name: str
    table: str

    def lines(self, events: Iterable[Event]) -> Any: ...
    def load(self, conn: Conn, tenant: str, lines: Any) -> Any: ...
    def take(self, state: Any, event: Event) -> Any: ...
    def write(self, conn: Conn, tenant: str, batch: Sequence[tuple[int, Any]]) -> None: ...


@dataclass
class _Step:
    """What one step read after a position, and its events once they are opened.

    Another step reads anew: what was read before a crash may be gone, and its position given to
    another.
    """

    after: int = -1
    stored: list[RecordedEvent] = field(default_factory=list)
    events: list[Event] | None = None


class Projector:
    """Keeps the projections of one tenant up to date, in the tables of one generation."""

    def __init__(
        self,
        datastore: PostgresDatastore,
        mapper: SealingMapper,
        generation: int,
        projections: Sequence[Projection] | None = None,
    ) -> None:
        self.datastore = datastore
        self.mapper = mapper
        self.tenant = mapper.tenant
        self.generation = generation
        self.projections = tuple(projections or standard(mapper, generation))
        self._checkpoint, self._move, self._park = (
            text.format(g=generation).encode() for text in (CHECKPOINT, MOVE, PARK)
        )

    def step(self) -> int:
        """Project one batch into each projection; the number of events taken in."""
        step = _Step()
        return sum(self._batch(projection, step) for projection in self.projections)

    def catch_up(self, progress: Callable[[int], None] = lambda taken: None) -> int:
        """Step until nothing is left; calls `progress` with the events taken in per step."""
        total = 0
        while taken := self.step():
            total += taken
            progress(taken)
        return total

    def hold(self, conn: Conn) -> None:
        """Wait for the batches under way, and let none begin while the transaction lasts."""
        for projection in self.projections:
            conn.execute(TAKE.replace("try_", ""), (self._lock(projection),))

    def clear(self) -> None:
        """Drop every row, so that the whole history is folded again."""
        emptied = [projection.table for projection in self.projections]
        with self.datastore.transaction(commit=True) as cursor:
            conn = cursor.connection
            self.hold(conn)
            for table in emptied:
                conn.execute(EMPTY.format(table=table).encode(), (self.tenant,))
            for table in ("checkpoint", "parked"):
                for projection in self.projections:
                    forget = FORGET.format(table=f"{table}_{self.generation}").encode()
                    conn.execute(forget, (self.tenant, projection.name))

    # -- one batch of one projection ----------------------------------------------------------

    def _batch(self, projection: Projection, step: _Step) -> int:
        with self.datastore.transaction(commit=True) as cursor:
            conn = cursor.connection
            taken = conn.execute(TAKE, (self._lock(projection),)).fetchone()
            if not taken or not taken["taken"]:
                return 0
            row = conn.execute(self._checkpoint, (self.tenant, projection.name)).fetchone()
            stored = self._read(conn, row["position"] if row else 0, step)
            if not stored:
                return 0
            try:
                self._apply(conn, projection, stored, step)
            except Exception as error:
                if not event_at_fault(error):
                    raise
                self._one_by_one(conn, projection, stored)
            conn.execute(self._move, (self.tenant, projection.name, stored[-1].position))
            return len(stored)

    def _apply(
        self, conn: Conn, projection: Projection, stored: list[RecordedEvent], step: _Step
    ) -> None:
        with conn.transaction():
            events = self._opened(stored, step)
            state = projection.load(conn, self.tenant, projection.lines(events))
            batch = [(event.position, projection.take(state, event)) for event in events]
            projection.write(conn, self.tenant, batch)

    def _one_by_one(self, conn: Conn, projection: Projection, stored: list[RecordedEvent]) -> None:
        for one in stored:
            try:
                self._apply(conn, projection, [one], _Step())
            except Exception as error:
                if not event_at_fault(error):
                    raise
                # The type alone: an error's text may hold a person's data.
                kind = f"{type(error).__module__}.{type(error).__qualname__} ({one.topic})"
                conn.execute(self._park, (self.tenant, projection.name, one.position, kind))

    def _read(self, conn: Conn, after: int, step: _Step) -> list[RecordedEvent]:
        """The batch after a position; the projections of one step read it once."""
        if step.after != after:
            stored = read(conn, AFTER, (self.tenant, after, BATCH + 1))
            step.after, step.stored, step.events = after, whole_appends(stored, BATCH), None
        return step.stored

    def _opened(self, stored: list[RecordedEvent], step: _Step) -> list[Event]:
        """The clear fields of the events; the projections of one step open a batch once."""
        if step.stored is not stored:
            return self.mapper.open(stored, content=False)
        if step.events is None:
            step.events = self.mapper.open(stored, content=False)
        return step.events

    def _lock(self, projection: Projection) -> str:
        return f"projection {self.tenant} {projection.table}"


def event_at_fault(error: Exception) -> bool:
    """Whether an error is the event's own: the same wherever and whenever it is projected.

    A database or a key store that is away, full or not migrated is no event's fault.
    """
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.DataError | psycopg.IntegrityError)
    return not isinstance(error, KeyStoreError | OSError | MemoryError)


def standard(mapper: SealingMapper, generation: int) -> tuple[Projection, ...]:
    """The projections of the product, in the tables of one generation."""

    def names_at(conn: Conn, positions: Sequence[int]) -> list[Event]:
        return mapper.open(read(conn, AT, (mapper.tenant, list(positions))))

    def secret() -> bytes:
        return mapper.keys.secret(mapper.tenant, "search")

    return (
        RowProjection("profile", fold.profile, generation),
        RowProjection("timeline", fold.timeline, generation),
        RowProjection("membership", fold.membership, generation),
        AuditProjection(generation),
        CaseloadProjection(secret, names_at, generation),
    )


def whole_appends(stored: list[RecordedEvent], most: int) -> list[RecordedEvent]:
    """At most so many of the events, and none of an append without the others.

    The events of one append have one time. An append that is larger than that comes in parts.
    """
    if len(stored) <= most:
        return stored
    cut = most
    while cut and stored[cut - 1].recorded_at == stored[cut].recorded_at:
        cut -= 1
    return stored[: cut or most]


def read(conn: Conn, query: str, values: Sequence[Any]) -> list[RecordedEvent]:
    """Stored events by one of the queries above."""
    with conn.cursor(binary=True, row_factory=args_row(RecordedEvent)) as cursor:
        return cursor.execute(query.encode(), values, prepare=True).fetchall()
