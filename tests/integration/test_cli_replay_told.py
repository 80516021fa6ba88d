"""`throughline replay`, `cohort` and `compare`: what is told of records made for one test each."""

import json
from datetime import date
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.compose import System
from domain.application import Profiles
from domain.changes import RetractFact
from domain.effective import Effective
from domain.facts import RecordCourseResult, RecordObservation
from domain.goals import ReachGoal, ReviseGoal, SetGoal
from domain.identity import ChangeDetails, EnrolLearner, RegisterLearner
from domain.reads import AccessRecorded
from domain.words import Area, GoalKind, Horizon, Precision
from store.recorder import TenantRecorder
from tests.installation import Installation, record
from tests.integration.test_cli_replay import FEB, JAN, MAY, since


def ask(installation: Installation, *arguments: object) -> Result:
    env = {**installation.environment, "COLUMNS": "200"}
    return CliRunner().invoke(app, list(map(str, arguments)), env=env, catch_exceptions=False)


def read(installation: Installation, *arguments: object) -> str:
    """What a person reads of a table."""
    return " ".join(ask(installation, *arguments).stdout.replace("│", " ").split())


def one_learner(system: System) -> tuple[UUID, UUID]:
    ana, fact = uuid4(), uuid4()
    record(system, ana, RegisterLearner(given_name="Ana", family_name="Lopez"))
    record(system, ana, RecordObservation(fact=fact, area=Area.INTERESTS, text="Likes chess."))
    return ana, fact


def test_what_was_not_taken_in_yet_is_said(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.commands_replay.WAIT_SECONDS", 0.1)
    with installation.system() as system:
        ana, _ = one_learner(system)
        system.projector.catch_up()
        behind = record(system, ana, ChangeDetails(preferred_name="Annie")).position
    result = ask(installation, "replay", ana, "--json")
    assert json.loads(result.stdout)["coordinates"]["known_at"]["position"] == behind - 1
    assert "throughline worker" in result.stderr
    result = ask(installation, "replay", ana, "--known", behind)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "throughline worker" in result.stderr


def test_the_look_before_is_not_waited_for(installation: Installation) -> None:
    """Without a worker every question after the first waited five seconds for its own trace."""
    with installation.system() as system:
        ana, _ = one_learner(system)
        system.projector.catch_up()
    first, second = (ask(installation, "replay", ana, "--json") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "throughline worker" not in first.stderr + second.stderr
    told = (json.loads(one.stdout)["entries"] for one in (first, second))
    assert next(told) == next(told)


def test_what_was_taken_back_since_is_marked(installation: Installation) -> None:
    with installation.system() as system:
        ana, fact = one_learner(system)
        known = system.reader.head()[0]
        record(system, ana, RetractFact(fact=fact, reason="Meant for Ben.", wrong_learner=True))
        system.projector.catch_up()
    found = json.loads(ask(installation, "replay", ana, "--known", known, "--json").stdout)
    [entry] = [e for e in found["entries"] if e["kind"] == "fact"]
    assert entry["removed"] == {"position": known + 1, "how": "wrong-learner"}
    assert "taken back" in read(installation, "replay", ana, "--known", known)


def test_a_closed_goal_was_shown_without_the_goal_and_with_another_date(
    installation: Installation,
) -> None:
    with installation.system() as system:
        ana, _ = one_learner(system)
        for text in ("Read.", "Swim."):
            goal = SetGoal(
                text=text, horizon=Horizon.SHORT_TERM, kind=GoalKind.ACADEMIC, effective=since(JAN)
            )
            record(system, ana, goal)
            if text == "Swim.":
                record(system, ana, ReviseGoal(goal=goal.goal, text="Dive.", effective=since(FEB)))
            done = ReachGoal(goal=goal.goal, text=f"Can {text}", effective=since(MAY))
            record(system, ana, done)
        system.projector.catch_up()
    said = read(installation, "replay", ana, "--kind", "goals")
    assert "Goal 1 January 2025 Read. [reached on 1 May 2025: Can Read.]" in said
    assert "Dive. [reached on 1 May 2025: Can Swim.]" in said
    said = read(installation, "compare", ana, "--on", "2025-03-01", "--other-on", "2025-06-01")
    assert "changed Goal Read. [open] Read. [reached on 1 May 2025: Can Read.]" in said


def test_what_was_known_to_the_year_was_told_to_the_day(installation: Installation) -> None:
    with installation.system() as system:
        ana, _ = one_learner(system)
        for first, points in ((1977, "1.1"), (1979, "2.2")):
            of_a_year = Effective(
                start=date(first, 7, 1), until=date(first + 1, 7, 1), precision=Precision.YEAR
            )
            record(system, ana, EnrolLearner(school="old", grade="09", effective=of_a_year))
            result = RecordCourseResult(
                course="Algebra I",
                result="B+",
                points=points,  # type: ignore[arg-type]
                scale="4.0",
                effective=of_a_year,
            )
            record(system, ana, result)
        system.projector.catch_up()
    said = read(installation, "replay", ana, "--kind", "timeline")
    assert "Enrolled 1977 to 1978" in said
    assert "Course result 1979 to 1980" in said
    assert "30 June" not in said
    said = read(installation, "compare", ana, "--on", "1978-08-01", "--other-on", "1981-01-01")
    assert "1.1 in 1978 (4.0)" in said
    assert "2.2 in 1980 (4.0)" in said
    assert "1.1 in about 2 years" in said


def test_nothing_is_printed_before_it_is_durable(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation.system() as system:
        ana, _ = one_learner(system)
        system.projector.catch_up()

    class NotFlushedError(Exception):
        pass

    def fails(_: object, accesses: object = None) -> None:
        raise NotFlushedError

    monkeypatch.setattr(TenantRecorder, "ensure_durable", fails)
    monkeypatch.setattr(Profiles, "note", fails)
    commands = (("replay", ana), ("cohort", "--school", "north-high"), ("compare", ana))
    for arguments in commands:
        for more in ((), ("--json",)):
            result = CliRunner().invoke(
                app, list(map(str, (*arguments, *more))), env=installation.environment
            )
            assert isinstance(result.exception, NotFlushedError)
            assert result.stdout == ""


def test_what_a_command_prints_is_in_the_log(installation: Installation) -> None:
    with installation.system() as system:
        ana, _ = one_learner(system)
        system.projector.catch_up()
        for arguments in (("replay", ana), ("compare", ana)):
            before = system.recorder.max_notification_id()
            CliRunner().invoke(app, list(map(str, arguments)), env=installation.environment)
            stored = system.recorder.select_notifications(before, 10, inclusive_of_start=False)
            [access] = system.mapper.open(list(stored))
            assert isinstance(access, AccessRecorded)
            assert (access.learner, access.code) == (ana, "local-operator")
            assert (access.place, access.how) == (f"/terminal/{arguments[0]}", "terminal")
            assert access.facts
