"""What the clock's jobs counted, as metrics; read from `job_run`, so every process shows them."""

from collections.abc import Iterable, Iterator

import psycopg
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import PostgresDatastore
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from scheduler import runs
from scheduler.jobs import HEALTH_JOB, REVIEWS_JOB


class JobMetrics(Collector):
    """Gauges of the last run of each job. Labels are jobs and districts, never people.

    Without an answer of the database there is none of them.
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        self._datastore = datastore

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        try:
            with self._datastore.get_connection() as connection:
                found = runs.last_runs(connection, (REVIEWS_JOB, HEALTH_JOB))
        except (PersistenceError, psycopg.Error):
            return
        done = GaugeMetricFamily(
            "throughline_job_last_done_seconds",
            "When a job was last done, as a Unix time.",
            labels=("job",),
        )
        for job, run in found.items():
            done.add_metric([job], run.finished_at.timestamp())
        yield done
        if REVIEWS_JOB in found:
            yield _reviews(found[REVIEWS_JOB])


def _reviews(run: runs.Run) -> Metric:
    due = GaugeMetricFamily(
        "throughline_reviews_due",
        "Learners whose next review is overdue, or falls due within 14 days (soon).",
        labels=("tenant", "when"),
    )
    for tenant, counts in run.detail.items():
        for when, count in counts.items():
            due.add_metric([tenant, when], count)
    return due
