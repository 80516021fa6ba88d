"""`throughline import csv` as a person sees it: what was recorded, and which rows are wrong."""

import json
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
