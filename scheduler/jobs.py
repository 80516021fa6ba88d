"""The jobs of the clock: what each does, how often, and the figures it leaves.

A job looks and counts; it changes nothing but its own row in `job_run`, so running it twice, late
or not at all does no harm. Figures are counts by district: no learner can be told from them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.session import Session, name_tenant

REVIEWS_JOB, HEALTH_JOB = "reviews-due", "projection-health"
SOON = timedelta(days=14)

Detail = dict[str, Any]

# The next review of a learner is the earliest that is due, not held, and later than the last held.
REVIEWS = """
WITH next AS (
    SELECT (
        SELECT min((value ->> 'due')::date) FROM jsonb_each(reviews)
        WHERE value ->> 'held' IS NULL
          AND (last.held IS NULL OR (value ->> 'due')::date > last.held)
    ) AS due
    FROM caseload, LATERAL (
        SELECT max((value ->> 'held')::date) AS held FROM jsonb_each(reviews)
    ) AS last
    WHERE tenant = %(tenant)s
)
SELECT count(*) FILTER (WHERE due < %(today)s) AS overdue,
       count(*) FILTER (WHERE due BETWEEN %(today)s AND %(soon)s) AS soon
FROM next
"""

HEALTH = """
SELECT name AS projection,
       (SELECT position FROM head WHERE tenant = %(tenant)s) - coalesce(c.position, 0) AS lag,
       (SELECT count(*) FROM parked
        WHERE tenant = %(tenant)s AND projection = name) AS parked
FROM unnest(%(projections)s::text[]) AS name
LEFT JOIN checkpoint AS c ON c.tenant = %(tenant)s AND c.projection = name
"""


@dataclass(frozen=True)
class Job:
    """Something done every so often. `run` returns its figures, which become JSON."""

    name: str
    every: timedelta
    run: Callable[[Session], Detail]


def jobs(projections: Sequence[str]) -> tuple[Job, ...]:
    """The jobs of the product; `projections` are the names of those whose health is looked at."""
    return (
        Job(REVIEWS_JOB, timedelta(hours=1), reviews_due),
        Job(HEALTH_JOB, timedelta(minutes=1), projection_health(projections)),
    )


def reviews_due(session: Session, now: datetime | None = None) -> Detail:
    """By district, how many learners' next review is overdue, and how many fall due in 14 days."""
    found: Detail = {}
    for tenant, zone in tenants(session):
        today = (now or datetime.now(UTC)).astimezone(zone).date()
        found[tenant] = reviews_of(session, tenant, today)
    return found


def reviews_of(session: Session, tenant: str, today: date) -> Detail:
    """The two counts of one district on a day: `overdue` and `soon`."""
    asked = {"tenant": tenant, "today": today, "soon": today + SOON}
    name_tenant(session, tenant)
    [counts] = session.execute(REVIEWS, asked)
    return counts


def projection_health(projections: Sequence[str]) -> Callable[[Session], Detail]:
    """By district and projection, how many events it is behind (`lag`) and has parked."""

    def look(session: Session) -> Detail:
        return {tenant: health_of(session, tenant, projections) for tenant, _ in tenants(session)}

    return look


def health_of(session: Session, tenant: str, projections: Sequence[str]) -> Detail:
    """`lag` and `parked` of each projection of one district, in events."""
    name_tenant(session, tenant)
    rows = session.execute(HEALTH, {"tenant": tenant, "projections": list(projections)})
    return {r["projection"]: {"lag": r["lag"], "parked": r["parked"]} for r in rows}


def tenants(session: Session) -> list[tuple[str, ZoneInfo]]:
    """Every district of the database, with its time zone."""
    return [(r["tenant"], ZoneInfo(r["zone"])) for r in session.execute("SELECT * FROM tenants()")]
