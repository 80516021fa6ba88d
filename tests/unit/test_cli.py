"""The command line's words: what a person is told, on which stream, with which exit code."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app

NOWHERE = "postgresql://throughline_app:open-sesame@127.0.0.1:1/throughline"
MAPPING = """
source: table
learner: {columns: [a]}
rows:
  - command: register-learner
    source_id: "{a}"
    fields: {given_name: Pupil, family_name: "{a}"}
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with a home of its own and no other setting."""
    for name in ("DATABASE_URL", "MIGRATE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, **environment: str) -> Result:
        given = {"THROUGHLINE_HOME": str(tmp_path / "home"), **environment}
        return CliRunner().invoke(app, arguments, env=given, catch_exceptions=False)

    return run


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def told(result: Result) -> str:
    """The one sentence on standard error; nothing else was said."""
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


@pytest.mark.parametrize(
    "command",
    ["demo", "serve", "worker", "migrate", "import", "replay", "cohort", "compare", "rebuild",
     "doctor", "bench", "token"],
)  # fmt: skip
def test_every_command_is_in_the_help(run: Run, command: str) -> None:
    assert f" {command} " in run("--help").stdout


@pytest.mark.parametrize("command", ["worker", "serve", "migrate", "rebuild"])
def test_a_wrong_setting_is_named_and_its_value_is_not(run: Run, command: str) -> None:
    result = run(command, THROUGHLINE_TENANT="Ana Lopez")
    assert result.exit_code == 2
    assert told(result).startswith("THROUGHLINE_TENANT: ")
    assert "Ana" not in result.output


@pytest.mark.parametrize("command", ["worker", "migrate", "rebuild"])
def test_a_postgresql_that_is_away_is_told_without_the_password(run: Run, command: str) -> None:
    result = run(command, DATABASE_URL=NOWHERE, MIGRATE_URL=NOWHERE)
    assert result.exit_code == 1
    assert told(result).startswith("PostgreSQL does not answer")
    assert "correct DATABASE_URL" in told(result)
    assert "open-sesame" not in result.output


def test_with_json_a_fault_leaves_standard_output_empty(run: Run) -> None:
    result = run("rebuild", "--json", DATABASE_URL=NOWHERE)
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("given", "missing"), [("DATABASE_URL", "MIGRATE_URL"), ("MIGRATE_URL", "DATABASE_URL")]
)
def test_migrate_wants_both_addresses_or_none(run: Run, given: str, missing: str) -> None:
    result = run("migrate", **{given: NOWHERE})
    assert result.exit_code == 2
    assert told(result).startswith(f"{given} is set and {missing} is not.")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])  # noqa: S104 - refused
def test_serve_refuses_any_address_but_loopback(run: Run, host: str) -> None:
    result = run("serve", "--host", host)
    assert result.exit_code == 2
    assert told(result).startswith(f"{host} is not a loopback address")
    assert "Use 127.0.0.1, or set up sign-in" in told(result)


def test_serve_names_an_address_that_is_not_known(run: Run) -> None:
    result = run("serve", "--host", "nowhere.invalid")
    assert result.exit_code == 2
    assert "nowhere.invalid is not known" in told(result)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_told_with_the_option_for_another(
    run: Run, taken: int, command: str
) -> None:
    result = run(command, "--port", str(taken))
    assert result.exit_code == 1
    assert f"Port {taken} is in use." in told(result)
    assert "--port" in told(result)


@pytest.mark.parametrize("absent", ["table.csv", "mapping.yaml"])
def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path, absent: str) -> None:
    files = {"table.csv": "a\n1\n", "mapping.yaml": MAPPING}
    for name, text in files.items():
        if name != absent:
            (tmp_path / name).write_text(text)
    result = run(
        "import", "csv", str(tmp_path / "table.csv"), "--mapping", str(tmp_path / "mapping.yaml")
    )
    assert result.exit_code == 2
    assert absent in told(result)


def test_a_mapping_that_cannot_be_used_is_refused_before_the_database_is_asked(
    run: Run, tmp_path: Path
) -> None:
    table, mapping = tmp_path / "table.csv", tmp_path / "mapping.yaml"
    table.write_text("a\n1\n")
    mapping.write_text("learner: [")
    result = run("import", "csv", str(table), "--mapping", str(mapping), DATABASE_URL=NOWHERE)
    assert result.exit_code == 2
    assert "mapping.yaml" in told(result)


SOMEBODY = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    "command",
    [
        f"replay {SOMEBODY}",
        f"compare {SOMEBODY} --on 2025-01-01",
        "cohort --school north-high",
        "rebuild",
        "generations status",
        "token list",
        f"person show {SOMEBODY}",
        "person add Nobody",
        "worker",
        "serve --port 0",
    ],
)
def test_a_command_in_the_wrong_home_made_a_whole_database_there(
    run: Run, tmp_path: Path, command: str
) -> None:
    """It said then that PostgreSQL does not answer, and told of a role that is not there."""
    result = run(*command.split())
    assert result.exit_code == 1
    assert f"There is no district in {tmp_path / 'home'}." in told(result)
    assert told(result).endswith("Set THROUGHLINE_HOME, or run `throughline migrate`.")
    assert not (tmp_path / "home").exists()


def test_looking_at_nothing_makes_no_database(run: Run, tmp_path: Path) -> None:
    result = run("doctor", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["ok"] is False
    [server] = [check for check in found["checks"] if check["check"] == "server"]
    assert "`throughline migrate`" in server["says"]
    assert not (tmp_path / "home").exists()


def test_every_command_waited_until_the_library_of_the_migrations_was_loaded() -> None:
    """A quarter of the time in which `throughline token list` starts; few commands migrate."""
    program = "import sys, api.faults, api.compose; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "store.migrate" in loaded
    assert not {"alembic", "sqlalchemy"} & set(loaded)
