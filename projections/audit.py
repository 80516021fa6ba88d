"""The audit log: one row per event, never closed: who did what, when, for whom."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.event import Event
from projections.tables import Conn

INSERT = """
INSERT INTO audit (tenant, position, learner, topic, entered_by, author, recorded_at)
SELECT %s, * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::uuid[], %s::uuid[],
                         %s::timestamptz[])
"""


class AuditProjection:
    """Every change, consent and review in the order in which it was recorded."""

    name = "audit"

    def lines(self, events: Iterable[Event]) -> set[UUID]:
        return set()

    def load(self, conn: Conn, tenant: str, lines: set[UUID]) -> None:
        return None

    def take(self, state: None, event: Event) -> Event:
        return event

    def write(self, conn: Conn, tenant: str, batch: Sequence[tuple[int, Event]]) -> None:
        rows = [
            (position, e.originator_id, e.TOPIC, e.entered_by, e.author, e.recorded_at)
            for position, e in batch
        ]
        conn.execute(INSERT, (tenant, *map(list, zip(*rows, strict=True))))

    def clear(self, conn: Conn, tenant: str) -> None:
        conn.execute("DELETE FROM audit WHERE tenant = %s", (tenant,))
