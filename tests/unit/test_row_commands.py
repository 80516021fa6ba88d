"""Rows to commands: what a mapping makes of the cells, and how a wrong cell is told."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from api.sentences import said
from domain.facts import ScoreAssessment
from domain.words import Precision
from exchange.csv_reading import FileRefused, Problem, Row, open_table
from exchange.mapping import parse_mapping
from exchange.row_commands import EVERYONE, Ids, Part, RowCommand, RowRefused, TableReader

MAPPING = """
source: SIS
zone: America/Chicago
learner: {columns: [school, number]}
when: {equals: {state: ["", active]}}
maps:
  terms: {T1: 2024-08-15, T2: 2025-01-06}
  schools: {North High: north-high, "": unknown}
rows:
  - command: score-assessment
    source_id: "{school}-{number}/{term}"
    when: {present: [score]}
    effective: {from: {text: "{term}", map: terms}, precision: term}
    fields:
      measure: "Mathematics {{form}} {form}"
      score: "{score}"
      scale: points
      custodian: {text: "{school}", map: schools}
      note: "{note}"
      source_recorded_at: {text: "{at}", format: "%d.%m.%Y %H:%M"}
      received_on: {text: "{day}", format: "%d/%m/%y"}
  - command: enrol-learner
    source_id: "{school}-{number}"
    fields: {school: north-high, grade: "{grade}", classes: "{class}"}
"""
HEADER = "school,number,state,term,form,score,note,at,day,grade,class"
GOOD = {
    "school": "North High",
    "number": "17",
    "term": "T1",
    "form": "B",
    "score": "1.50",
    "at": "05.09.2024 14:30",
    "day": "06/09/24",
    "grade": "09",
    "class": "9b",
}


def digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def reader(
    tmp_path: Path, mapping: str = MAPPING, tenant: str = "demo", part: Part = EVERYONE
) -> TableReader:
    path = tmp_path / "table.csv"
    path.write_text(HEADER + "\n")
    parsed = parse_mapping(mapping)
    table = open_table(path, parsed)
    return TableReader(table, Ids(tenant, parsed, digest), ZoneInfo("UTC"), part)


def row(line: int = 2, **cells: str) -> Row:
    given = {**GOOD, **cells}
    return Row(line, [given.get(name, "") for name in HEADER.split(",")], line)


def made(table: TableReader, given: Row) -> list[RowCommand]:
    commands = table.commands(given)
    assert commands is not None
    return commands


def problems(table: TableReader, given: Row) -> list[Problem]:
    with pytest.raises(RowRefused) as refused:
        table.commands(given)
    return list(refused.value.problems)


def test_cells_become_the_fields_of_a_command(tmp_path: Path) -> None:
    score, enrolment = made(reader(tmp_path), row(score=" 1.50 "))
    values: dict[str, Any] = score.command.model_dump(exclude_unset=True)
    assert values["score"] == Decimal("1.50")
    assert str(values["score"]) == "1.50"
    assert values["measure"] == "Mathematics {form} B"
    assert values["custodian"] == "north-high"
    assert values["received_on"] == date(2024, 9, 6)
    assert values["source_recorded_at"].astimezone(UTC) == datetime(2024, 9, 5, 19, 30, tzinfo=UTC)
    assert (values["source"], values["source_id"]) == ("SIS", "North High-17/T1")
    assert score.command.effective is not None
    assert score.command.effective.start == date(2024, 8, 15)
    assert score.command.effective.precision is Precision.TERM
    assert enrolment.command.model_dump()["classes"] == ("9b",)


def test_a_field_whose_cells_are_empty_is_left_out(tmp_path: Path) -> None:
    empty = {"class": "", "day": " "}
    score, enrolment = made(reader(tmp_path), row(2, **empty))
    assert {"note", "received_on"}.isdisjoint(score.command.model_fields_set)
    assert "classes" not in enrolment.command.model_fields_set


def test_a_command_without_its_condition_is_left_out(tmp_path: Path) -> None:
    commands = made(reader(tmp_path), row(score=""))
    assert [c.rule.name for c in commands] == ["enrol-learner"]


def test_a_row_without_the_mappings_condition_is_not_read(tmp_path: Path) -> None:
    table = reader(tmp_path)
    assert table.commands(row(state="left", score="wrong")) is None
    assert table.commands(row(state=" active ")) is not None


def test_ids_are_those_of_the_sources_keys(tmp_path: Path) -> None:
    first, again = made(reader(tmp_path), row()), made(reader(tmp_path), row(line=9, note="new"))
    assert [c.command_id for c in first] == [c.command_id for c in again]
    assert len({c.command_id for c in first}) == 2
    assert {c.learner for c in first} == {c.learner for c in again}
    assert all(c.learner.version == 8 for c in first)
    other = made(reader(tmp_path), row(number="18"))[0]
    assert other.learner != first[0].learner
    assert other.command_id != first[0].command_id


def test_an_entry_has_the_id_of_its_command(tmp_path: Path) -> None:
    score, enrolment = made(reader(tmp_path), row())
    assert score.command.model_dump()["fact"] == score.command_id
    assert enrolment.command.model_dump()["enrolment"] == enrolment.command_id


def test_another_district_or_source_means_other_learners(tmp_path: Path) -> None:
    here = made(reader(tmp_path), row())[0]
    there = made(reader(tmp_path, tenant="other"), row())[0]
    elsewhere = made(reader(tmp_path, MAPPING.replace("source: SIS", "source: LMS")), row())[0]
    assert len({here.learner, there.learner, elsewhere.learner}) == 3
    assert len({here.command_id, there.command_id, elsewhere.command_id}) == 3


def test_two_tables_of_one_issuer_mean_the_same_learners(tmp_path: Path) -> None:
    survey = MAPPING.replace("source: SIS", "source: Survey").replace(
        "learner: {", "learner: {issuer: SIS, "
    )
    here, there = made(reader(tmp_path), row())[0], made(reader(tmp_path, survey), row())[0]
    assert here.learner == there.learner
    assert here.command_id != there.command_id


def test_a_learners_cells_are_not_run_together(tmp_path: Path) -> None:
    ids = Ids("demo", parse_mapping(MAPPING), digest)
    assert ids.learner("1", "17") != ids.learner("11", "7")


def test_what_a_row_repeats_is_said_once(tmp_path: Path) -> None:
    table = reader(tmp_path)
    assert len(made(table, row())) == 2
    assert made(table, row(line=3)) == []
    assert [c.rule.name for c in made(table, row(line=4, term="T2"))] == ["score-assessment"]


def test_rows_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    table = reader(tmp_path)
    made(table, row())
    assert [(p.line, p.column, p.rule) for p in problems(table, row(line=3, score="2"))] == [
        (3, "school, number, term", "source-id-twice")
    ]


def test_a_source_id_is_the_first_learners_it_is_given_for(tmp_path: Path) -> None:
    table = reader(tmp_path, MAPPING.replace("{school}-{number}/{term}", "{term}"))
    assert [p.column for p in problems(table, row(score="many"))] == ["score"]
    of_another = problems(table, row(line=3, number="18"))
    assert [(p.column, p.rule) for p in of_another] == [("term", "source-id-twice")]
    assert len(made(table, row(line=4))) == 2


def test_an_empty_source_id_is_nobodys(tmp_path: Path) -> None:
    table = reader(tmp_path, MAPPING.replace("{school}-{number}/{term}", "{note}"))
    for number in ("17", "18"):
        found = problems(table, row(number=number))
        assert [(p.column, p.rule) for p in found] == [("note", "too-short")]


def test_each_learners_rows_belong_to_one_part(tmp_path: Path) -> None:
    parts = [reader(tmp_path, part=Part(number, 3)) for number in range(3)]
    rows = [row(line, number=str(line % 40)) for line in range(2, 200)]
    whole = reader(tmp_path)
    for each in rows:
        together = [c for part in parts for c in made(part, each)]
        alone = made(whole, each)
        assert [c.command_id for c in together] == [c.command_id for c in alone]
        assert {part.remembered for part in parts} == {whole.remembered}


def test_a_wrong_row_gives_no_command_at_all(tmp_path: Path) -> None:
    table = reader(tmp_path)
    assert [p.column for p in problems(table, row(score="many"))] == ["score"]
    assert len(made(table, row(line=3))) == 2


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"number": " "}, "number", "learner-missing"),
        ({"score": "many"}, "score", "not-a-number"),
        ({"score": "1,5"}, "score", "not-a-number"),
        ({"score": "NaN"}, "score", "not-a-number"),
        ({"score": "1" * 20}, "score", "too-many-digits"),
        ({"term": "T9"}, "term", "map-unknown"),
        ({"term": ""}, "term", "value-not-allowed"),
        ({"school": "South High"}, "school", "map-unknown"),
        ({"at": "2024-09-05"}, "at", "not-an-instant"),
        ({"day": "31/02/24"}, "day", "not-a-date"),
        ({"day": "06/09/2024"}, "day", "not-a-date"),
        ({"form": "B\n18"}, "form", "not-one-line"),
        ({"grade": ""}, "grade", "required"),
        ({"grade": "Ninth Grade"}, "grade", "not-a-code"),
        ({"note": "a" * 20_001}, "note", "too-long"),
        ({"note": "bell \x07"}, "note", "value-not-allowed"),
    ],
)
def test_a_wrong_cell_is_told_by_line_column_and_rule(
    tmp_path: Path, cells: dict[str, str], column: str, rule: str
) -> None:
    (problem,) = problems(reader(tmp_path), row(line=7, **cells))
    assert (problem.line, problem.column, problem.rule) == (7, column, rule)
    assert problem.sentence.endswith(".")
    assert not any(cell.strip() and cell in problem.sentence for cell in cells.values())


def test_a_wrong_cell_and_a_wrong_field_of_the_api_have_one_rule_and_one_sentence(
    tmp_path: Path,
) -> None:
    with pytest.raises(ValidationError) as refused:
        ScoreAssessment.model_validate({"measure": "M", "scale": "S", "score": "many"})
    [in_the_api] = [said(error, ScoreAssessment) for error in refused.value.errors()]
    [in_a_table] = problems(reader(tmp_path), row(score="many"))
    assert ("score", in_a_table.rule, in_a_table.sentence) == in_the_api


def test_rows_that_ran_together_became_a_learner_of_their_own(tmp_path: Path) -> None:
    together = row(number="17\n18")._replace(last=4)
    (problem,) = problems(reader(tmp_path), together)
    assert (problem.line, problem.column, problem.rule) == (2, "number", "not-one-line")
    assert "lines 2 to 4" in problem.sentence


def test_every_wrong_cell_of_a_row_is_told(tmp_path: Path) -> None:
    found = problems(reader(tmp_path), row(score="many", day="never", grade="Ninth Grade"))
    assert {p.column for p in found} == {"day", "grade"}
    found = problems(reader(tmp_path), row(score="many", note="a" * 20_001))
    assert {p.column for p in found} == {"score", "note"}


def test_a_column_that_the_header_lacks_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="'remark'") as refused:
        reader(tmp_path, MAPPING.replace('note: "{note}"', 'note: "{remark}"'))
    assert refused.value.problem.rule == "column-missing"


def test_the_columns_that_are_not_read_are_known(tmp_path: Path) -> None:
    assert reader(tmp_path).unused == ()
    assert reader(tmp_path, MAPPING.replace('      note: "{note}"\n', "")).unused == ("note",)


OTHERS = (
    MAPPING[: MAPPING.index("rows:")]
    + """
rows:
  - command: correct-fact
    source_id: "{number}/{note}"
    effective:
      from: {text: "{day}", format: "%d/%m/%y"}
      until: {text: "{at}", format: "%d.%m.%y"}
    fields: {ground: Moved., fact: {made_by: score-assessment, source_id: "{note}"}}
  - command: end-support
    source_id: "{number}/{note}"
    fields: {reason: Reached., support: {made_by: start-support, source_id: "{note}"}}
"""
)


def test_an_entry_of_another_export_could_not_be_named(tmp_path: Path) -> None:
    ids = Ids("demo", parse_mapping(OTHERS), digest)
    corrected, ended = made(reader(tmp_path, OTHERS), row(note="n-17", at=""))
    assert corrected.command.model_dump()["fact"] == ids.command("score-assessment", "n-17")
    assert ended.command.model_dump()["support"] == ids.command("start-support", "n-17")


def test_an_id_whose_cells_are_empty_is_left_out(tmp_path: Path) -> None:
    found = problems(reader(tmp_path, OTHERS), row(note="", at=""))
    assert ("note", "required") in {(p.column, p.rule) for p in found}


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"day": "soon", "at": "07.09.24"}, "day", "not-a-date"),
        ({"at": "soon"}, "at", "not-a-date"),
        ({"day": "", "at": "07.09.24"}, "day", "value-not-allowed"),
        ({"day": "07/09/24", "at": "06.09.24"}, "day, at", "value-not-allowed"),
    ],
)
def test_a_wrong_day_of_two_was_told_as_both(
    tmp_path: Path, cells: dict[str, str], column: str, rule: str
) -> None:
    (problem,) = problems(reader(tmp_path, OTHERS), row(2, note="n-17", **cells))
    assert (problem.column, problem.rule) == (column, rule)


def test_the_form_of_a_date_was_told_in_letters_alone(tmp_path: Path) -> None:
    day, time = problems(reader(tmp_path), row(day="soon", at="soon"))[::-1]
    assert day.sentence == "The cell is not a date of the form %d/%m/%y, such as 15/08/24."
    form = "%d.%m.%Y %H:%M, such as 15.08.2024 09:30."
    assert time.sentence == f"The cell is not a time of the form {form}"
    plain = reader(tmp_path, MAPPING.replace(', format: "%d/%m/%y"', ""))
    (problem,) = problems(plain, row())
    assert problem.sentence == "The cell is not a date of the form YYYY-MM-DD, such as 2024-08-15."


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2024-09-05T23:30:00-0500", date(2024, 9, 5)),
        ("2024-09-05T04:30:00+0000", date(2024, 9, 4)),
        ("2024-09-05T23:30:00-0700", date(2024, 9, 6)),
        ("0001-01-01T00:30:00+0000", None),
    ],
)
def test_a_moment_with_an_offset_became_the_wrong_day(
    tmp_path: Path, at: str, day: date | None
) -> None:
    time = '{text: "{at}", format: "%Y-%m-%dT%H:%M:%S%z"}'
    begun = OTHERS.replace('{text: "{day}", format: "%d/%m/%y"}', time)
    table = reader(tmp_path, begun.replace('until: {text: "{at}", format: "%d.%m.%y"}', ""))
    if day is None:
        assert [p.rule for p in problems(table, row(note="n-17", at=at))] == ["not-a-date"]
    else:
        command = made(table, row(note="n-17", at=at))[0].command
        assert command.effective is not None
        assert command.effective.start == day
