"""`serve` and `worker` as processes: they start, work, take over from a killed one, and stop."""

import signal
from time import monotonic, sleep

import httpx
import pytest

from tests.installation import Installation, register
from tests.running import throughline

ADDRESS = r"Serving cedar on (http://\S+)"
RAN = "SELECT count(*) FROM job_run WHERE outcome = 'done' AND started_at > now() - interval '1 h'"


def wait_until_jobs_ran(installation: Installation) -> None:
    ends = monotonic() + 60
    while installation.execute(RAN) != [(2,)]:
        assert monotonic() < ends, "no clock leads"
        sleep(0.1)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_projects_what_is_recorded_and_stops_when_told(
    installation: Installation, told: signal.Signals
) -> None:
    with (
        installation.system() as system,
        throughline("worker", **installation.environment) as worker,
    ):
        worker.says("(Working for cedar)")
        register(system)
        assert system.reader.wait_for(1, timeout=30)
        assert worker.tell(told) == 0


def test_when_the_leader_is_killed_the_other_worker_takes_over(
    installation: Installation,
) -> None:
    with throughline("worker", **installation.environment) as first:
        wait_until_jobs_ran(installation)
        with throughline("worker", **installation.environment) as second:
            second.says("(Working for cedar)")
            sleep(1)
            assert "clock leads" not in second.output
            installation.execute("UPDATE job_run SET started_at = started_at - interval '1 day'")
            first.tell(signal.SIGKILL)
            wait_until_jobs_ran(installation)
            assert second.tell(signal.SIGTERM) == 0


def test_serve_answers_on_loopback_and_stops_when_told(installation: Installation) -> None:
    with throughline("serve", "--port", "0", **installation.environment) as serving:
        address = serving.says(ADDRESS)
        assert httpx.get(f"{address}/healthz", timeout=30).status_code == 200
        assert serving.tell(signal.SIGTERM) == 0


def test_serve_with_worker_shows_what_was_just_recorded(installation: Installation) -> None:
    arguments = ("serve", "--with-worker", "--port", "0")
    with (
        installation.system() as system,
        throughline(*arguments, **installation.environment) as serving,
    ):
        address = serving.says(ADDRESS)
        learner = register(system, "Maribel")
        assert system.reader.wait_for(1, timeout=30)
        assert "Maribel" in httpx.get(f"{address}/learners/{learner}", timeout=30).text
        wait_until_jobs_ran(installation)
        metrics = httpx.get(f"{address}/metrics", timeout=30).text
        assert 'throughline_reviews_due{tenant="cedar",when="overdue"} 0.0' in metrics
        assert serving.tell(signal.SIGINT) == 0
        assert "Maribel" not in serving.output
        assert str(learner) not in serving.output
