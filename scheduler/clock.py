"""One leader per database runs the jobs; when it is gone, another process takes over.

The leader holds a session advisory lock. When its process or machine dies, PostgreSQL ends the
session and with it the lock, and whoever asks next has it. What was missed meanwhile is seen in
`job_run` and made good once. A pooler in front of PostgreSQL must keep sessions whole.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from types import TracebackType
from typing import Self

import psycopg
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler import runs
from scheduler.jobs import Job
from scheduler.session import SCHEMA, Session, open_session

ASK = timedelta(seconds=5)
TAKE = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS taken"
ELECTION = "election"

log = structlog.get_logger(__name__)


class Clock:
    """Runs jobs at their times for as long as this process leads.

    `conninfo` is the app role's; `ask` is how often a process that does not lead asks whether it
    can, and one that does looks whether it still may.
    """

    def __init__(
        self,
        conninfo: str,
        jobs: Sequence[Job],
        schema: str = SCHEMA,
        ask: timedelta = ASK,
    ) -> None:
        self.jobs = tuple(jobs)
        self._conninfo = conninfo
        self._schema = schema
        self._ask = ask
        self._session: Session | None = None
        self._leads = False
        self._turn = Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(len(self.jobs) + 1)},
            # However late a run is, it happens, and happens once.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    def __enter__(self) -> Self:
        self._schedule(ELECTION, self._elect, self._ask, timedelta())
        self._scheduler.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the job under way, and let another process lead."""
        self._scheduler.shutdown(wait=True)
        self._step_down()

    @property
    def leads(self) -> bool:
        """True while this process runs the jobs."""
        return self._leads

    def _elect(self) -> None:
        with self._turn:
            try:
                if self._session is None:
                    self._session = open_session(self._conninfo, self._schema)
                if self._leads:
                    self._session.execute("SELECT 1")  # the lock lasts as long as the session
                    return
                row = self._session.execute(TAKE, (f"clock {self._schema}",)).fetchone()
                if row is not None and row["taken"]:
                    self._take_office(self._session)
            except psycopg.Error as error:
                log.warning("clock has no database", error=type(error).__name__)
                self._step_down()

    def _take_office(self, session: Session) -> None:
        found = runs.last_runs(session, [job.name for job in self.jobs])
        for job in self.jobs:
            last = found.get(job.name)
            due = job.every - last.age if last else timedelta()
            self._schedule(job.name, lambda job=job: self._run(job), job.every, due)
        self._leads = True
        log.info("clock leads", jobs=[job.name for job in self.jobs])

    def _step_down(self) -> None:
        self._leads = False
        for job in self._scheduler.get_jobs():
            if job.id != ELECTION:
                job.remove()
        if self._session is not None:
            self._session.close()
            self._session = None

    def _run(self, job: Job) -> None:
        if not self._leads:
            return
        try:
            with open_session(self._conninfo, self._schema) as session:
                outcome = runs.run(session, job)
        except psycopg.Error as error:
            log.warning("job not run", job=job.name, error=type(error).__name__)
        else:
            log.info("job run", job=job.name, outcome=outcome)

    def _schedule(self, name: str, do: object, every: timedelta, due: timedelta) -> None:
        """First when it is due, at once where that has passed, and from then on every so often."""
        self._scheduler.add_job(
            do,
            IntervalTrigger(seconds=every.total_seconds(), timezone=UTC),
            id=name,
            next_run_time=datetime.now(UTC) + max(due, timedelta()),
            replace_existing=True,
        )
