"""The clock: one leader, take-over, what was missed, and what the jobs leave."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from threading import Thread
from time import monotonic, sleep
from uuid import uuid4

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from api.compose import System
from domain.effective import Effective
from domain.reviews import HoldReview, Participant, ScheduleReview
from projections.projector import NAMES, standard
from scheduler import runs
from scheduler.clock import Clock
from scheduler.jobs import Job, health_of, jobs, reviews_due, reviews_of
from scheduler.metrics import JobMetrics
from scheduler.session import Session, name_tenant, open_session
from tests.installation import TENANT, Installation, record, register

ASK = timedelta(milliseconds=50)
WAIT = "SELECT pg_advisory_lock(hashtextextended('clock throughline', 0))"
LOCKS = """
FROM pg_locks JOIN pg_database AS d ON d.oid = database
WHERE locktype = 'advisory' AND datname = current_database()
"""
WAITING = f"SELECT count(*) {LOCKS} AND NOT granted"
END_LEADER = f"SELECT pg_terminate_backend(pid) {LOCKS} AND granted"


@pytest.fixture
def session(installation: Installation) -> Iterator[Session]:
    with open_session(installation.databases.app) as opened:
        yield opened


@pytest.fixture
def system(installation: Installation) -> Iterator[System]:
    with installation.system() as built:
        yield built


@contextmanager
def clock(installation: Installation, *what: Job) -> Iterator[Clock]:
    with Clock(installation.databases.app, what, ask=ASK) as running:
        yield running


def eventually(true: Callable[[], bool], seconds: float = 60) -> None:
    ends = monotonic() + seconds
    while not true():
        assert monotonic() < ends, "it did not come true"
        sleep(0.01)


def counting(every: timedelta = timedelta(hours=1)) -> tuple[Job, list[datetime]]:
    """A job that notes when it ran."""
    ran: list[datetime] = []

    def note(session: Session) -> dict[str, int]:
        ran.append(datetime.now(UTC))
        return {"times": len(ran)}

    return Job("counting", every, note), ran


def ran_before(installation: Installation, ago: str) -> None:
    installation.execute(
        "INSERT INTO job_run VALUES ('counting', now() - %s::interval, "
        "now() - %s::interval, 'done', '{}')",
        (ago, ago),
    )


def test_of_two_clocks_one_leads(installation: Installation) -> None:
    (job, ran), (other, other_ran) = counting(), counting()
    with clock(installation, job) as first:
        eventually(lambda: len(ran) == 1)
        with clock(installation, other) as second:
            sleep(5 * ASK.total_seconds())
            assert (first.leads, second.leads) == (True, False)
    assert (len(ran), len(other_ran)) == (1, 0)


def test_a_clock_that_stops_lets_the_other_lead(installation: Installation) -> None:
    job, _ = counting()
    with ExitStack() as stack:
        with clock(installation, job) as first:
            eventually(lambda: first.leads)
            second = stack.enter_context(clock(installation, job))
        eventually(lambda: second.leads)


def test_a_leader_whose_session_is_ended_steps_down_and_another_takes_over(
    installation: Installation,
) -> None:
    job, _ = counting()
    with ExitStack() as stack:
        first = stack.enter_context(clock(installation, job))
        eventually(lambda: first.leads)
        with psycopg.connect(installation.databases.app) as rival:
            # The rival waits for the lock, so it has it before the first can ask again.
            rival.execute("SET lock_timeout = '60s'")
            wait = Thread(target=rival.execute, args=(WAIT,))
            wait.start()
            eventually(lambda: installation.execute(WAITING) == [(1,)])
            installation.execute(END_LEADER)
            wait.join()
            eventually(lambda: not first.leads)
        eventually(lambda: first.leads)


def test_a_missed_run_is_caught_up_once(installation: Installation) -> None:
    ran_before(installation, "10 hours")
    job, ran = counting()
    with clock(installation, job):
        eventually(lambda: len(ran) == 1)
        sleep(0.3)
    assert len(ran) == 1


def test_a_run_that_is_not_due_yet_waits(installation: Installation) -> None:
    ran_before(installation, "59 minutes")
    job, ran = counting()
    with clock(installation, job) as running:
        eventually(lambda: running.leads)
        sleep(0.3)
    assert ran == []


def test_a_job_runs_every_so_often(installation: Installation) -> None:
    every = timedelta(milliseconds=200)
    job, ran = counting(every)
    with clock(installation, job):
        eventually(lambda: len(ran) >= 3)
    assert all(later - earlier > every / 2 for earlier, later in pairwise(ran))


def test_a_run_is_recorded_with_its_figures(session: Session) -> None:
    job, _ = counting()
    assert runs.run(session, job) == "done"
    run = runs.last_runs(session, ["counting"])["counting"]
    assert run.detail == {"times": 1}
    assert run.finished_at >= run.started_at
    assert runs.overdue({"counting": run}, [job]) == []


def test_a_job_that_fails_leaves_the_kind_of_error_and_no_text(
    installation: Installation, session: Session
) -> None:
    def fail(session: Session) -> dict[str, int]:
        raise ValueError("Ana Lopez")

    job = Job("failing", timedelta(hours=1), fail)
    assert runs.run(session, job) == "failed"
    [(outcome, detail)] = installation.execute("SELECT outcome, detail FROM job_run")
    assert (outcome, detail) == ("failed", '{"error": "ValueError"}')
    assert runs.overdue(runs.last_runs(session, ["failing"]), [job]) == [job]


def test_old_runs_are_forgotten(installation: Installation, session: Session) -> None:
    ran_before(installation, "31 days")
    ran_before(installation, "29 days")
    job, _ = counting()
    runs.run(session, job)
    assert installation.execute("SELECT count(*) FROM job_run") == [(2,)]


def test_reviews_due_are_counted_as_the_caseload_shows_them(
    system: System, session: Session
) -> None:
    today = date(2026, 3, 20)
    held = Effective(start=date(2026, 3, 2))
    for due in ("2026-03-19", "2026-03-20", "2026-04-03", "2026-04-04"):
        record(system, register(system), ScheduleReview(due=date.fromisoformat(due)))
    done = register(system)  # the review that was due has been held
    scheduled = uuid4()
    record(system, done, ScheduleReview(review=scheduled, due=date(2026, 3, 1)))
    mother = Participant(name="Rosa Lopez", role="mother")
    record(
        system,
        done,
        HoldReview(
            review=scheduled,
            effective=held,
            participants=(mother,),
            agreed="More maps.",
            next_due=date(2026, 3, 25),
        ),
    )
    register(system)  # nothing scheduled
    system.projector.catch_up()
    counts = reviews_of(session, TENANT, today)
    places = system.reader.caseload(today)
    overdue = [p for p in places if p.review_due and p.review_due < today]
    soon = [p for p in places if p.review_due and 0 <= (p.review_due - today).days <= 14]
    assert counts == {"overdue": len(overdue), "soon": len(soon)}
    assert counts == {"overdue": 1, "soon": 3}


def test_reviews_fall_due_by_the_districts_own_day(system: System, session: Session) -> None:
    record(system, register(system), ScheduleReview(due=date(2026, 3, 20)))
    system.projector.catch_up()
    late_evening = datetime(2026, 3, 21, 4, 0, tzinfo=UTC)  # still 20 March in Chicago
    assert reviews_due(session, late_evening)[TENANT]["overdue"] == 0
    assert reviews_due(session, late_evening + timedelta(hours=2))[TENANT]["overdue"] == 1


def test_every_district_is_counted(installation: Installation, session: Session) -> None:
    name_tenant(session, "birch")
    session.execute("SELECT create_tenant('birch', 'America/Chicago')")
    assert set(reviews_due(session)) == {TENANT, "birch"}


def test_projection_health_tells_lag_and_parked_events(
    installation: Installation, system: System, session: Session
) -> None:
    register(system)
    assert health_of(session, TENANT, NAMES)["profile"] == {"lag": 1, "parked": 0}
    system.projector.catch_up()
    installation.execute("INSERT INTO parked_1 VALUES (%s, 'audit', 1, 'ValueError')", (TENANT,))
    assert health_of(session, TENANT, NAMES) == {
        "profile": {"lag": 0, "parked": 0},
        "timeline": {"lag": 0, "parked": 0},
        "membership": {"lag": 0, "parked": 0},
        "audit": {"lag": 0, "parked": 1},
        "caseload": {"lag": 0, "parked": 0},
    }


def test_the_names_of_the_projections_are_those_that_are_built(system: System) -> None:
    assert tuple(p.name for p in standard(system.mapper, 1)) == NAMES


def test_what_the_jobs_counted_is_a_metric(system: System, session: Session) -> None:
    record(system, register(system), ScheduleReview(due=date(2020, 1, 1)))
    system.projector.catch_up()
    for job in jobs(NAMES):
        assert runs.run(session, job) == "done"
    registry = CollectorRegistry()
    registry.register(JobMetrics(system.datastore))
    overdue = {"tenant": TENANT, "when": "overdue"}
    assert registry.get_sample_value("throughline_reviews_due", overdue) == 1
    for job in jobs(NAMES):
        done = registry.get_sample_value("throughline_job_last_done_seconds", {"job": job.name})
        assert done is not None
        assert abs(done - datetime.now(UTC).timestamp()) < 60
