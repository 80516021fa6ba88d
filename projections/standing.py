"""Where the projections stand: what every answer is read from, and which version of a learner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore

from projections.schema import VERSION

# The positions are of one moment and of one generation. `began` tells a learner who was registered
# after the position from one who is not here at all.
STANDING = """
SELECT p.generation, p.version, p.reached, p.position,
    (SELECT position FROM head WHERE tenant = %(tenant)s) AS head,
    (SELECT recorded_at FROM event
     WHERE tenant = %(tenant)s AND position = p.position) AS recorded_at,
    version_at(%(tenant)s, %(learner)s, p.position) AS learner_version,
    b.position AS began, b.recorded_at AS began_at
FROM (
    SELECT generation, version, min(position) AS reached,
        least(%(known)s::bigint, min(position)) AS position
    FROM standing WHERE tenant = %(tenant)s GROUP BY generation, version
) AS p
LEFT JOIN LATERAL (
    SELECT position, recorded_at FROM event
    WHERE tenant = %(tenant)s AND stream = %(learner)s AND version = 1
) AS b ON true
"""

BEGINNINGS = """
SELECT stream, position FROM event WHERE tenant = %s AND stream = ANY(%s) AND version = 1
"""

LAG = """
SELECT s.projection, h.position - s.position AS behind,
    extract(epoch FROM clock_timestamp() - (
        SELECT recorded_at FROM event WHERE tenant = h.tenant AND position = s.position + 1
    ))::float AS seconds,
    (SELECT count(*) FROM parked AS p
     WHERE p.tenant = h.tenant AND p.projection = s.projection) AS parked
FROM head AS h JOIN standing AS s ON s.tenant = h.tenant
WHERE h.tenant = %(tenant)s AND s.projection = ANY(%(projections)s) ORDER BY s.projection
"""


class OtherVersion(RuntimeError):
    """The tables that serve are of another version of this program."""


@dataclass(frozen=True)
class Standing:
    """What an answer is read from: everything up to `position`, in the tables of `generation`.

    `position` is the last that every projection has taken in (`reached`), or the earlier one that
    was asked for; `recorded_at` when it was recorded, None for position 0. `head` is the newest of
    all. Of the learner asked about: the version there (None: none yet), and where the learner's
    record began, None where there is none at all.
    """

    generation: int
    position: int
    recorded_at: datetime | None
    reached: int
    head: int
    learner_version: int | None = None
    began: int | None = None
    began_at: datetime | None = None


VERSION_AT = "SELECT version_at(%s, %s, %s) AS version"


@dataclass(frozen=True)
class Lag:
    """How far a projection is behind: in events, and in seconds since the first it lacks."""

    projection: str
    behind: int
    seconds: float
    parked: int


def standing(
    datastore: PostgresDatastore,
    tenant: str,
    learner: UUID | None = None,
    known: int | None = None,
) -> Standing:
    """Where the projections stand now, or at an earlier position. Raises `OtherVersion`."""
    asked = {"tenant": tenant, "learner": learner, "known": known}
    with datastore.get_connection() as conn:
        row = conn.execute(STANDING, asked, prepare=True).fetchone()
    if row is None:
        return Standing(0, 0, None, 0, 0)
    if row.pop("version") != VERSION:
        raise OtherVersion(
            "What people read was made by another version of Throughline. Run `throughline "
            "migrate`: it builds this version's tables beside the others, and switches to them."
        )
    return Standing(**row)


def version_at(
    datastore: PostgresDatastore, tenant: str, learner: UUID, position: int
) -> int | None:
    """The version of a learner's record at a position; None where there is no such record."""
    with datastore.get_connection() as conn:
        row = conn.execute(VERSION_AT, (tenant, learner, position), prepare=True).fetchone()
    found: int | None = row["version"] if row else None
    return found


def beginnings(
    datastore: PostgresDatastore, tenant: str, learners: Sequence[UUID]
) -> dict[UUID, int]:
    """The position at which each of these learners' records began; who has none is left out."""
    with datastore.get_connection() as conn:
        rows = conn.execute(BEGINNINGS, (tenant, list(learners)), prepare=True).fetchall()
    return {row["stream"]: row["position"] for row in rows}


def lags(datastore: PostgresDatastore, tenant: str, projections: Sequence[str]) -> list[Lag]:
    """How far each projection is behind."""
    asked = {"tenant": tenant, "projections": list(projections)}
    with datastore.get_connection() as conn:
        rows = conn.execute(LAG, asked).fetchall()
    return [Lag(**{**row, "seconds": row["seconds"] or 0.0}) for row in rows]
