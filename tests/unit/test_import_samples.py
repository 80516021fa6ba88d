"""Tables that other systems export, read as plain tables by the sample mappings."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.facts import AnswerSurvey
from exchange.csv_reading import Problem, open_table
from exchange.mapping import read_mapping
from exchange.row_commands import Ids, RowCommand, RowRefused, TableReader

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples"
MAPPINGS = ROOT / "tests" / "samples" / "mappings"

pytestmark = pytest.mark.skipif(
    not SAMPLES.exists(), reason="the sample tables are not beside this repository"
)


def read(table: Path, mapping: str) -> tuple[list[RowCommand], list[Problem]]:
    parsed = read_mapping(MAPPINGS / mapping)
    opened = open_table(table, parsed)
    ids = Ids("demo", parsed, lambda body: hashlib.sha256(body).digest())
    reader = TableReader(opened, ids, ZoneInfo("UTC"))
    made: list[RowCommand] = []
    problems: list[Problem] = []
    for row in opened.rows():
        assert not isinstance(row, Problem)
        try:
            made += reader.commands(row) or []
        except RowRefused as refused:
            problems += refused.problems
    return made, problems


def test_a_roster_and_its_enrolments_mean_the_same_pupils() -> None:
    roster = SAMPLES / "oneroster-1.1"
    pupils, wrong = read(roster / "users.csv", "oneroster-users.yaml")
    enrolments, also_wrong = read(roster / "enrollments.csv", "oneroster-enrollments.yaml")
    assert wrong == also_wrong == []
    assert (len(pupils), len(enrolments)) == (8, 20)
    assert {e.learner for e in enrolments} == {p.learner for p in pupils}
    names = [f"{v['given_name']} {v['family_name']}" for v in map(values, pupils)]
    assert names[:3] == ["Mary Archer", "Kyle Hughes", "Peter Ivan Nash"]
    first = values(enrolments[0])
    assert (first["school"], first["grade"], first["classes"]) == ("255901001", "09", ("eng-1",))
    assert first["effective"]["start"] == date(2020, 8, 17)
    assert first["effective"]["until"] == date(2020, 12, 18)


def test_a_survey_without_the_pupils_number_is_told() -> None:
    made, problems = read(SAMPLES / "qualtrics" / "sample.csv", "qualtrics.yaml")
    assert made == []
    assert [(p.line, p.column, p.rule) for p in problems] == [
        (4, "ExternalReference", "learner-missing")
    ]


def test_a_survey_with_the_pupils_number_is_read(tmp_path: Path) -> None:
    text = (SAMPLES / "qualtrics" / "sample.csv").read_text(encoding="utf-8")
    table = tmp_path / "sample.csv"
    table.write_text(text.replace("R_2YPOQ602ER1jkf1,,,,,", "R_2YPOQ602ER1jkf1,,,,604863,"))
    made, problems = read(table, "qualtrics.yaml")
    assert problems == []
    answers = [made_.command for made_ in made]
    assert all(isinstance(answer, AnswerSurvey) for answer in answers)
    choice, text_ = map(values, made)
    assert (choice["answer"], text_["answer"]) == ("No", "Hello World!")
    assert choice["effective"]["start"] == date(2017, 7, 18)
    recorded = choice["source_recorded_at"].astimezone(UTC)
    assert recorded == datetime(2017, 7, 18, 6, 28, 48, tzinfo=UTC)
    pupils, _ = read(SAMPLES / "oneroster-1.1" / "users.csv", "oneroster-users.yaml")
    assert made[0].learner == pupils[0].learner


def values(made: RowCommand) -> dict[str, Any]:
    return made.command.model_dump()
