"""One row that cannot be recorded stops no other, whatever stands in its way."""

from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError

from api.compose import System
from domain.application import Profiles, Recorded, Request
from domain.identity import RegisterLearner
from domain.words import Retention
from exchange.csv_import import Report, import_csv
from exchange.csv_reading import Problem
from exchange.mapping import parse_mapping
from store.keys import KeyId
from tests.installation import Installation

MAPPING = """
source: spring-list
learner: {columns: [number]}
rows:
  - command: register-learner
    source_id: "{number}"
    fields: {given_name: "{given}", family_name: Lopez}
  - command: record-observation
    source_id: "{number}/{day}"
    effective: {from: "{day}"}
    fields: {area: strengths, text: "{remark}"}
"""
HEADER = "number,given,day,remark\n"


def bring_in(system: System, path: Path, lines: list[str]) -> Report:
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return import_csv(
        system.profiles, system.settings.tenant, path, parse_mapping(MAPPING), system.context
    )


def rules(problems: list[Problem]) -> list[tuple[int, str]]:
    return [(problem.line, problem.rule) for problem in problems]


def test_the_rows_of_an_erased_learner_stop_none_of_the_others(
    installation: Installation, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    with installation.system() as system:
        first = [f"{n},Ana,2024-09-0{n},Reads aloud." for n in range(1, 10)]
        assert bring_in(system, table, first).errors == []
        stored = system.recorder.select_notifications(1, 100)
        erased = system.mapper.open(stored)[8].originator_id
        for group in Retention:
            system.mapper.keys.destroy(KeyId(system.settings.tenant, erased, group))
        more = [f"{n},Ana,2024-10-0{n},Reads more." for n in range(1, 10)]
        report = bring_in(system, table, [*first, *more])
        again = bring_in(system, table, [*first, *more])
    assert rules(report.errors) == rules(again.errors) == [(15, "content-erased")]
    assert "erased" in report.errors[0].sentence
    assert (report.recorded, report.repeated, report.refused) == (8, 18, 1)
    assert (again.recorded, again.repeated) == (0, 26)


class Contended(Profiles):
    """An application in which one learner's commands meet another writer every time."""

    name = Profiles.name
    meets: Any = None

    def do_many(self, requests: Any, **options: Any) -> Any:
        if any(self.meets(request) for request in requests):
            raise IntegrityError("another writer was first")
        return super().do_many(requests, **options)


def test_a_row_that_meets_another_writer_every_time_stops_none_of_the_others(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_bea(request: Request) -> bool:
        return isinstance(request.command, RegisterLearner) and request.command.given_name == "Bea"

    monkeypatch.setattr(Contended, "meets", staticmethod(is_bea))
    monkeypatch.setattr("api.compose.Profiles", Contended)
    names = ["Ana", "Ana", "Bea", "Ana", "Ana"]
    lines = [f"{n},{name},2024-09-01,Reads aloud." for n, name in enumerate(names)]
    with installation.system() as system:
        report = bring_in(system, tmp_path / "table.csv", lines)
    assert rules(report.errors) == [(4, "many-writers"), (4, "learner-unknown")]
    assert report.recorded == 8
    assert not any("Bea" in problem.sentence for problem in report.errors)


def test_a_row_that_differs_from_what_was_recorded_is_told_so_without_its_values(
    installation: Installation, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    with installation.system() as system:
        bring_in(system, table, ["1,Ana,2024-09-01,Reads aloud."])
        report = bring_in(system, table, ["1,Ana,2024-09-01,Reads in silence."])
    [problem] = report.errors
    assert (problem.line, problem.column, problem.rule) == (2, "number, day", "source-changed")
    assert problem.sentence.startswith("The row's values differ from what was recorded")
    assert not any(word in problem.sentence for word in ("Ana", "2024", "silence", "aloud"))


def test_what_was_recorded_before_is_read_back_in_two_queries(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation.system() as system:
        learner = RegisterLearner(given_name="Ana", family_name="Lopez")
        asked = [Request(system.context().command_id, learner, system.context()) for _ in range(30)]
        first = system.profiles.do_many(asked)
        queries: list[str] = []
        for name in ("find_commands", "read_positions", "read_position"):
            real = getattr(system.recorder, name)

            def counted(*given: Any, name: str = name, real: Any = real) -> Any:
                queries.append(name)
                return real(*given)

            monkeypatch.setattr(system.recorder, name, counted)
        again = system.profiles.do_many(asked)
    assert queries == ["find_commands", "find_commands", "read_positions"]
    for one, other in zip(first, again, strict=True):
        assert isinstance(one, Recorded)
        assert isinstance(other, Recorded)
        assert (one.position, one.recorded_at, False) == (other.position, other.recorded_at, False)
        assert other.repeated
