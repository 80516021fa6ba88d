"""Where a projection stands, and which version of a learner it has taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore

# `kept` tells a learner who was registered after the position from one who is not here at all.
STANDING = """
SELECT k.position,
    (SELECT recorded_at FROM event WHERE tenant = h.tenant AND position = k.position),
    (SELECT version FROM event
     WHERE tenant = h.tenant AND stream = %(learner)s AND position <= k.position
     ORDER BY version DESC LIMIT 1),
    EXISTS (SELECT FROM event WHERE tenant = h.tenant AND stream = %(learner)s) AS kept
FROM head AS h
LEFT JOIN checkpoint AS c ON c.tenant = h.tenant AND c.projection = %(projection)s
CROSS JOIN LATERAL (SELECT coalesce(c.position, 0) AS position) AS k
WHERE h.tenant = %(tenant)s
"""

LAG = """
SELECT name AS projection, h.position - k.position AS behind,
    extract(epoch FROM clock_timestamp() - (
        SELECT recorded_at FROM event WHERE tenant = h.tenant AND position = k.position + 1
    ))::float AS seconds,
    (SELECT count(*) FROM parked WHERE tenant = h.tenant AND projection = name) AS parked
FROM head AS h
CROSS JOIN unnest(%(projections)s::text[]) AS name
LEFT JOIN checkpoint AS c ON c.tenant = h.tenant AND c.projection = name
CROSS JOIN LATERAL (SELECT coalesce(c.position, 0) AS position) AS k
WHERE h.tenant = %(tenant)s ORDER BY name
"""


@dataclass(frozen=True)
class Standing:
    """The last position a projection took in (0: none yet), and when it was recorded.

    `version` is the learner's version there: None where it has none at that position.
    """

    position: int
    recorded_at: datetime | None
    version: int | None
    kept: bool


@dataclass(frozen=True)
class Lag:
    """How far a projection is behind: in events, and in seconds since the first it lacks."""

    projection: str
    behind: int
    seconds: float
    parked: int


def standing(
    datastore: PostgresDatastore, tenant: str, projection: str, learner: UUID | None = None
) -> Standing:
    """Where a projection stands now; what is read from it afterwards has at least this."""
    asked = {"tenant": tenant, "projection": projection, "learner": learner}
    with datastore.get_connection() as conn:
        row = conn.execute(STANDING, asked).fetchone()
    return Standing(**row) if row else Standing(0, None, None, kept=False)


def lags(datastore: PostgresDatastore, tenant: str, projections: Sequence[str]) -> list[Lag]:
    """How far each projection is behind."""
    asked = {"tenant": tenant, "projections": list(projections)}
    with datastore.get_connection() as conn:
        rows = conn.execute(LAG, asked).fetchall()
    return [Lag(**{**row, "seconds": row["seconds"] or 0.0}) for row in rows]
