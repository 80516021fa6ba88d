"""`throughline import csv` as a person sees it: what was recorded, and which rows are wrong."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.installation import Installation

MAPPING = """
source: spring-list
learner: {columns: [number]}
rows:
  - command: register-learner
    source_id: "{number}"
    fields: {given_name: "{given}", family_name: "{family}", local_id: "{number}"}
"""
TABLE = "number,given,family,bus\n1,Ana,Lopez,4\n2,,Marsh,4\n3,Cy,Novak,7\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return path


def bring_in(installation: Installation, table: Path, *options: str) -> Result:
    mapping = str(table.with_name("mapping.yaml"))
    return CliRunner().invoke(
        app,
        ["import", "csv", str(table), "--mapping", mapping, *options],
        env=installation.environment,
        catch_exceptions=False,
    )


def events(installation: Installation) -> int:
    return int(installation.execute("SELECT count(*) FROM event")[0][0])


def test_a_wrong_row_is_told_by_line_column_and_rule_and_stops_nothing(
    installation: Installation, table: Path
) -> None:
    result = bring_in(installation, table, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["rows"], report["recorded"]) == (3, 2)
    [error] = report["errors"]
    assert (error["line"], error["column"]) == (3, "given")
    assert error["rule"]
    assert error["sentence"]
    assert events(installation) == 2


def test_a_second_run_adds_nothing(installation: Installation, table: Path) -> None:
    table.write_text(TABLE.replace("2,,Marsh", "2,Bea,Marsh"))
    assert bring_in(installation, table).exit_code == 0
    result = bring_in(installation, table)
    assert result.exit_code == 0
    assert result.stdout.startswith("3 rows: 0 entries recorded, 3 were here already")
    assert "Columns not used: bus." in result.stdout
    assert events(installation) == 3


def test_a_dry_run_records_nothing(installation: Installation, table: Path) -> None:
    result = bring_in(installation, table, "--dry-run")
    assert "2 entries would be recorded" in result.stdout
    assert events(installation) == 0


def test_a_person_sees_the_wrong_rows_without_what_they_say(
    installation: Installation, table: Path
) -> None:
    result = bring_in(installation, table)
    assert "given" in result.stdout
    assert "Marsh" not in result.output


def test_two_torn_quotes_gave_one_child_the_rows_of_others(
    installation: Installation, table: Path
) -> None:
    table.write_text(
        'number,given,family,bus\n1,"Torn,A,4\n2,Bea,Marsh,4\n3,Cy,Novak,7\n4,Torn",D,1\n5,Eve,F,1\n'
    )
    result = bring_in(installation, table, "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["recorded"]) == (1, 1)
    [error] = report["errors"]
    assert (error["line"], error["column"], error["rule"]) == (2, "given", "not-one-line")
    assert "lines 2 to 5" in error["sentence"]
    assert events(installation) == 1


ROSTER = """
source: roster
learner: {columns: [student]}
rows:
  - command: register-learner
    source_id: "{student}"
    fields: {given_name: "{given}", family_name: Lopez}
  - command: enrol-learner
    source_id: "{student}/{school}/{begin}"
    effective: {from: "{begin}"}
    fields: {school: "{school}", grade: "{grade}"}
  - command: end-enrolment
    source_id: "{student}/{school}/{begin}"
    when: {present: [end]}
    effective: {from: "{end}"}
    fields:
      enrolment: {made_by: enrol-learner, source_id: "{student}/{school}/{begin}"}
"""
PUPILS = "student,given,school,grade,begin,end\n1,Ana,north-high,09,2024-08-15,{}\n"


def test_an_end_that_a_later_export_added_could_not_be_brought_in(
    installation: Installation, table: Path
) -> None:
    table.with_name("mapping.yaml").write_text(ROSTER)
    table.write_text(PUPILS.format(""))
    assert bring_in(installation, table).stdout.startswith("1 rows: 2 entries recorded")
    table.write_text(PUPILS.format("2025-01-31"))
    assert bring_in(installation, table, "--dry-run").exit_code == 0
    again = bring_in(installation, table)
    assert again.stdout.startswith("1 rows: 1 entries recorded, 2 were here already")
    third = bring_in(installation, table)
    assert third.stdout.startswith("1 rows: 0 entries recorded, 3 were here already")
    assert (again.exit_code, third.exit_code, events(installation)) == (0, 0, 3)
    with installation.system() as system:
        system.projector.catch_up()
        [pupil] = system.reader.caseload(date(2025, 1, 30))
        [before, after] = [
            [e for e in system.reader.profile(pupil.learner, day) if e.kind == "enrolment"]
            for day in (date(2025, 1, 30), date(2025, 1, 31))
        ]
    assert (len(before), after) == (1, [])


def test_an_enrolment_was_told_to_be_superseded(installation: Installation, table: Path) -> None:
    table.with_name("mapping.yaml").write_text(ROSTER)
    table.write_text(PUPILS.format("2025-01-31"))
    assert bring_in(installation, table).exit_code == 0
    for old, new, advice in (
        (",09,", ",10,", "end this enrolment and enrol the learner anew"),
        ("Ana", "Anna", "change the learner's details here"),
        ("01-31", "02-01", "record here what has changed since, as an entry of its own"),
    ):
        table.write_text(PUPILS.format("2025-01-31").replace(old, new))
        result = bring_in(installation, table, "--json")
        [error] = json.loads(result.stdout)["errors"]
        assert error["rule"] == "source-changed"
        assert advice in error["sentence"]
        assert "supersede" not in error["sentence"]


def test_a_folder_was_called_no_file(
    installation: Installation, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(table.parent)
    mapping = str(table.with_name("mapping.yaml"))
    result = bring_in(installation, table.parent, "--mapping", mapping)
    told = f"{table.parent} is a folder; name the table in it.\n"
    assert (result.exit_code, result.stderr) == (2, told)
    result = bring_in(installation, table, "--mapping", ".")
    told = ".: the file: is a folder; name a file in it. (mapping-unreadable)\n"
    assert (result.exit_code, result.stderr) == (2, told)
