"""An import that is shared among processes is the import that one process makes."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psutil
import pytest

from api.bench.importing import made
from api.compose import System
from api.faults import explain
from exchange import csv_import, csv_processes
from exchange.csv_import import Report, import_csv
from exchange.mapping import parse_mapping, read_mapping
from tests.installation import Installation
from tests.running import throughline

PUPILS = 60
MAPPING = """
source: list
learner: {columns: [number]}
rows:
  - command: register-learner
    source_id: "{number}"
    fields: {given_name: Pupil, family_name: "{number}"}
  - command: enrol-learner
    source_id: "{number}/{day}"
    effective: {from: "{day}"}
    fields: {school: "{school}", grade: "09"}
  - command: record-observation
    source_id: "{remark_id}"
    when: {present: [remark_id]}
    effective: {from: "{day}"}
    fields: {area: strengths, text: Reads aloud.}
"""
HEADER = "number,day,school,remark_id\n"


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every table is long enough for three processes; none of them is there at the end."""
    monkeypatch.setattr(csv_import, "LINES_SHARED", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    yield
    assert multiprocessing.active_children() == []


def bring_in(system: System, table: Path, mapping: str = MAPPING, **options: Any) -> Report:
    return import_csv(
        system.profiles,
        system.settings.tenant,
        table,
        parse_mapping(mapping),
        system.context,
        **options,
    )


def rows(path: Path, days: int = 3) -> Path:
    """A table with one wrong row of each kind among the good ones."""
    lines = [
        f"{number},2024-09-0{day},north-high,"
        for day in range(1, days + 1)
        for number in range(PUPILS)
    ]
    lines[7] += ",,too many"
    lines[11] = lines[11].replace("north-high", "North High")
    lines[20] = ",2024-09-01,north-high,"
    lines[70] = lines[10].replace("north", "south")  # another school on the same day
    lines[80] += "r-1"
    lines[81] += "r-1"  # another learner's
    lines[100:100] = ['5,"2024', ""]
    path.write_text(HEADER + "\n".join(lines) + "\n")
    return path


def streams(system: System) -> dict[Any, list[str]]:
    """The events of each learner, in their order."""
    found: dict[Any, list[str]] = {}
    for event in system.mapper.open(system.recorder.select_notifications(1, 100_000)):
        said = f"{event.TOPIC} {event.source_id} {event.effective and event.effective.start}"
        found.setdefault(event.originator_id, []).append(said)
    return found


def test_it_records_and_reports_what_one_process_does(
    installation: Installation, tmp_path: Path, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = rows(tmp_path / "table.csv")
    other = MAPPING.replace("source: list", "source: other")
    with installation.system() as system:
        dry = bring_in(system, table, dry_run=True)
        assert system.recorder.max_notification_id() is None
        report = bring_in(system, table)
        by_learner = streams(system)
        again = bring_in(system, table)
        assert system.recorder.max_notification_id() == report.recorded
        monkeypatch.setattr(csv_import, "LINES_SHARED", 10_000)
        alone = bring_in(system, table, other)
        both = streams(system)
    assert alone.rows == 3 * PUPILS + 1
    assert report == alone
    assert Counter(p.rule for p in report.errors) == {
        "row-ragged": 1,
        "not-a-code": 1,
        "learner-missing": 1,
        "source-id-twice": 2,
        "quote-torn": 1,
    }
    assert [p.line for p in report.errors] == sorted(p.line for p in report.errors)
    assert (dry.recorded, dry.errors) == (alone.recorded, alone.errors)
    assert (again.recorded, again.repeated, again.errors) == (0, alone.recorded, alone.errors)
    assert sorted(by_learner.values()) == sorted(
        said for learner, said in both.items() if learner not in by_learner
    )


def test_a_table_too_long_to_hold_in_memory_is_let_go_of_by_all_at_once(
    installation: Installation, tmp_path: Path, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_import, "BATCH", 20)
    monkeypatch.setattr(csv_import, "REMEMBERED", 70)
    table = rows(tmp_path / "table.csv")
    with installation.system() as system:
        report = bring_in(system, table)
        monkeypatch.undo()
        dry = bring_in(system, table, dry_run=True)
    assert (report.recorded, report.repeated) == (dry.repeated, 0)
    # What contradicts a row that was let go of contradicts the record instead.
    assert {p.line for p in report.errors} == {p.line for p in dry.errors}


def test_its_progress_reaches_the_end(
    installation: Installation, tmp_path: Path, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_import, "BATCH", 20)
    told: list[tuple[int, int]] = []
    table = rows(tmp_path / "table.csv")
    with installation.system() as system:
        bring_in(system, table, progress=lambda *reached: told.append(reached))
    lines = len(table.read_text().splitlines())
    assert told == sorted(told)
    assert told[-1] == (lines, lines)
    assert len(told) > 6


def test_an_error_in_one_process_is_told_as_it_is_told_by_one_alone(
    installation: Installation, tmp_path: Path, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = rows(tmp_path / "table.csv")
    installation.execute("REVOKE EXECUTE ON PROCEDURE append_durably FROM throughline_app")
    faults = []
    with installation.system() as system:
        for lines in (0, 10_000):
            monkeypatch.setattr(csv_import, "LINES_SHARED", lines)
            with pytest.raises(Exception) as raised:  # noqa: PT011 - it is compared below
                bring_in(system, table)
            faults.append((type(raised.value), str(explain(raised.value))))
    assert faults[0] == faults[1]
    assert faults[0][1].startswith("PostgreSQL refuses this")


def test_a_process_that_was_ended_from_outside_ends_the_import(
    installation: Installation, tmp_path: Path, shared: None
) -> None:
    table = rows(tmp_path / "table.csv")
    with installation.system() as system:

        def kill(line: int, lines: int) -> None:
            for child in multiprocessing.active_children():
                child.kill()

        with pytest.raises(csv_processes.PartEnded) as raised:
            bring_in(system, table, progress=kill)
        assert str(explain(raised.value)).endswith("run the import again.")
        again = bring_in(system, table)
        assert again.recorded + again.repeated == system.recorder.max_notification_id()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_one_that_began_it(
    installation: Installation, tmp_path: Path, number: signal.Signals
) -> None:
    if len(os.sched_getaffinity(0)) == 1:
        pytest.skip("one processor: nothing is shared")
    table, mapping = made(tmp_path, csv_import.LINES_SHARED // 4 + 1000)
    arguments = ("import", "csv", str(table), "--mapping", str(mapping), "--json")
    with throughline(*arguments, **installation.environment) as run:
        began = psutil.Process(run.process.pid)
        ends = monotonic() + 60
        while not installation.execute("SELECT 1 FROM event LIMIT 1"):
            assert monotonic() < ends, "nothing was recorded"
            sleep(0.005)
        processes = began.children(recursive=True)
        assert len(processes) >= 2
        if number is signal.SIGINT:  # a terminal tells every process of it
            for process in processes:
                process.send_signal(number)
        run.tell(number)
        _, left = psutil.wait_procs(processes, timeout=60)
    assert left == []
    assert "Traceback" not in run.output
    with installation.system() as system:
        report = import_csv(
            system.profiles, system.settings.tenant, table, read_mapping(mapping), system.context
        )
        head = system.recorder.max_notification_id()
    assert report.errors == []
    assert report.repeated > 0
    assert report.recorded + report.repeated == head == 5 * (csv_import.LINES_SHARED // 4 + 1000)
