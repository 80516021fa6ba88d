"""The audit log: who did what, when; one row per event and learner it is about, never closed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.event import Event
from projections.tables import Conn

INSERT = """
INSERT INTO {table} (tenant, position, learner, own, topic, entered_by, author, recorded_at)
SELECT %s, * FROM unnest(%s::bigint[], %s::uuid[], %s::boolean[], %s::text[], %s::uuid[],
                         %s::uuid[], %s::timestamptz[])
"""


class AuditProjection:
    """Every change, consent and review in the order in which it was recorded."""

    name = "audit"

    def __init__(self, generation: int) -> None:
        self.table = f"{self.name}_{generation}"
        self._insert = INSERT.format(table=self.table).encode()

    def lines(self, events: Iterable[Event]) -> set[UUID]:
        return set()

    def load(self, conn: Conn, tenant: str, lines: set[UUID]) -> None:
        return None

    def take(self, state: None, event: Event) -> Event:
        return event

    def write(self, conn: Conn, tenant: str, batch: Sequence[tuple[int, Event]]) -> None:
        rows = [
            (
                position,
                learner,
                learner == e.about[0],
                e.TOPIC,
                e.entered_by,
                e.author,
                e.recorded_at,
            )
            for position, e in batch
            for learner in e.about
        ]
        conn.execute(self._insert, (tenant, *map(list, zip(*rows, strict=True))))
