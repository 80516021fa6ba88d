"""The table `job_run`: which job ran when, how it ended, and the figures it left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.types.json import Json

from scheduler.jobs import Job
from scheduler.session import Session

DONE, FAILED = "done", "failed"
KEPT = timedelta(days=30)

BEGIN = "INSERT INTO job_run (job, started_at) VALUES (%s, clock_timestamp()) RETURNING started_at"
END = """
UPDATE job_run SET finished_at = clock_timestamp(), outcome = %s, detail = %s
WHERE job = %s AND started_at = %s
"""
FORGET = "DELETE FROM job_run WHERE job = %s AND started_at < clock_timestamp() - %s"
LAST = """
SELECT DISTINCT ON (job) job, started_at, finished_at, detail::jsonb AS detail,
       clock_timestamp() - started_at AS age
FROM job_run WHERE outcome = 'done' AND job = ANY(%s) ORDER BY job, started_at DESC
"""


@dataclass(frozen=True)
class Run:
    """The last run of a job that was done; `age` since it started, by the database's clock."""

    job: str
    started_at: datetime
    finished_at: datetime
    age: timedelta
    detail: dict[str, Any]


def run(session: Session, job: Job) -> str:
    """Run a job, keep the run, and say how it ended; runs older than 30 days are forgotten.

    A job that raises leaves a run that failed, with the kind of error alone: its text may hold a
    person's data. Raises `psycopg.Error` where the run cannot be kept.
    """
    [begun] = session.execute(BEGIN, (job.name,))
    try:
        outcome, detail = DONE, job.run(session)
    except Exception as error:  # noqa: BLE001 - kept, and visible in `throughline doctor`
        outcome, detail = FAILED, {"error": type(error).__name__}
    session.execute(END, (outcome, Json(detail), job.name, begun["started_at"]))
    session.execute(FORGET, (job.name, KEPT))
    return outcome


def last_runs(connection: Connection[dict[str, Any]], names: Iterable[str]) -> dict[str, Run]:
    """The last run of each job that was done; a job that never was is absent."""
    return {r["job"]: Run(**r) for r in connection.execute(LAST, (list(names),))}


def overdue(found: dict[str, Run], jobs: Sequence[Job]) -> list[Job]:
    """Jobs whose last run lies more than two of their intervals, and a minute, back."""
    grace = timedelta(minutes=1)
    return [j for j in jobs if j.name not in found or found[j.name].age > 2 * j.every + grace]
