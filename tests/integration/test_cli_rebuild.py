"""`throughline rebuild` gives the same rows again."""

import json
from datetime import date

from typer.testing import CliRunner

from api.cli import app
from domain.facts import RecordObservation
from domain.identity import EnrolLearner
from domain.reviews import ScheduleReview
from domain.words import Area
from projections.projector import NAMES
from scheduler.worker import Worker
from tests.installation import Installation, record, register


def rows(installation: Installation) -> dict[str, list[str]]:
    return {
        name: sorted(str(row) for row in installation.execute(f"SELECT * FROM {name}"))
        for name in NAMES
    }


def test_rebuild_gives_the_same_rows(installation: Installation) -> None:
    with installation.system() as system:
        for name in ("Ana", "Bo"):
            learner = register(system, name)
            text = f"{name} draws maps."
            record(system, learner, RecordObservation(area=Area.STRENGTHS, text=text))
            record(system, learner, ScheduleReview(due=date(2030, 1, 1)))
            record(system, learner, EnrolLearner(school="north-high", grade="09"))
        system.projector.catch_up()
    before = rows(installation)
    assert all(before.values())
    installation.execute("DELETE FROM profile_1 WHERE area = 'strengths'")
    result = CliRunner().invoke(app, ["rebuild", "--json"], env=installation.environment)
    assert result.exit_code == 0
    done = json.loads(result.stdout)
    assert (done["events"], done["parked"]) == (8, 0)
    assert done["projections"] == list(NAMES)
    assert rows(installation) == before


def test_rebuild_and_a_worker_share_the_work(installation: Installation) -> None:
    with installation.system() as system:
        for _ in range(20):
            register(system)
        system.projector.catch_up()
        before = rows(installation)
        with Worker(system.projector, installation.databases.app, poll=0.01):
            result = CliRunner().invoke(app, ["rebuild"], env=installation.environment)
    assert result.exit_code == 0
    assert "from 20 events" in result.stdout
    assert rows(installation) == before
