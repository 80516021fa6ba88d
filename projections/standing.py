"""Where a projection stands, and which version of a learner it has taken in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore

# The projection's position, or an earlier one that is asked for. `kept` tells a learner who was
# registered after it from one who is not here at all.
STANDING = """
SELECT k.position,
    (SELECT recorded_at FROM event WHERE tenant = h.tenant AND position = k.position),
    (SELECT version FROM event
     WHERE tenant = h.tenant AND stream = %(learner)s AND position <= k.position
     ORDER BY version DESC LIMIT 1),
    EXISTS (SELECT FROM event WHERE tenant = h.tenant AND stream = %(learner)s) AS kept
FROM head AS h
LEFT JOIN checkpoint AS c ON c.tenant = h.tenant AND c.projection = %(projection)s
CROSS JOIN LATERAL (SELECT least(coalesce(c.position, 0), %(known)s::bigint) AS position) AS k
WHERE h.tenant = %(tenant)s
"""

LAG = """
SELECT c.projection, c.position, h.position - c.position AS behind,
    extract(epoch FROM clock_timestamp() - (
        SELECT recorded_at FROM event WHERE tenant = h.tenant AND position = c.position + 1
    ))::float AS seconds,
    (SELECT count(*) FROM parked AS p
     WHERE p.tenant = h.tenant AND p.projection = c.projection) AS parked
FROM head AS h JOIN checkpoint AS c USING (tenant) WHERE h.tenant = %s ORDER BY c.projection
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
    position: int
    behind: int
    seconds: float
    parked: int


def standing(
    datastore: PostgresDatastore,
    tenant: str,
    projection: str,
    learner: UUID | None = None,
    known: int | None = None,
) -> Standing:
    """Where a projection stands now, or at `known` where it is past that."""
    asked = {"tenant": tenant, "projection": projection, "learner": learner, "known": known}
    with datastore.get_connection() as conn:
        row = conn.execute(STANDING, asked).fetchone()
    return Standing(**row) if row else Standing(0, None, None, kept=False)


def lags(datastore: PostgresDatastore, tenant: str) -> list[Lag]:
    """How far each projection is behind."""
    with datastore.get_connection() as conn:
        rows = conn.execute(LAG, (tenant,)).fetchall()
    return [Lag(**{**row, "seconds": row["seconds"] or 0.0}) for row in rows]
