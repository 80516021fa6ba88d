"""The matrix of grounds: every ground, every single missing condition, and what a change breaks."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.access.conditions import Condition
from domain.access.facts import Facts, Records
from domain.access.grounds import TABLE
from domain.access.table import Row, Table
from domain.words import DataClass
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.matrix import Case, cases
from tests.acceptance.access.phrases_outside import PHRASES

CASES = [(case, case.facts()) for case in cases()]
BY_GROUND: dict[str, list[tuple[Case, Facts]]] = defaultdict(list)
for _case, _facts in CASES:
    BY_GROUND[_case.ground].append((_case, _facts))


def wrong(table: Table, rows: list[tuple[Case, Facts]]) -> Iterator[str]:
    """The rows that a table answers otherwise than expected."""
    for case, facts in rows:
        found, expected = case.found(table, facts), (case.answer, case.reason, case.section)
        if found != expected:
            yield f"{case.ground}: {case.different}: {found}, expected {expected}"


@pytest.mark.law("FERPA-99.31", "matrix")
@pytest.mark.parametrize("ground", BASELINES)
def test_every_row_is_answered_as_the_matrix_says(ground: str) -> None:
    assert list(wrong(TABLE, BY_GROUND[ground])) == []


@pytest.mark.law("FERPA-99.31", "matrix")
def test_every_ground_has_a_part_that_begins_with_a_case_that_is_allowed() -> None:
    assert list(BY_GROUND) == [ground.code for ground in TABLE.grounds]
    first = {ground: rows[0][0] for ground, rows in BY_GROUND.items()}
    assert {g for g, c in first.items() if (c.different, c.reason) != ("nothing", g)} == set()


@pytest.mark.law("FERPA-99.31", "matrix")
def test_every_condition_of_every_ground_is_missing_alone_in_some_row() -> None:
    def lacking(row: Row, facts: Facts) -> set[str]:
        (records,) = facts.request.asked
        return {c.name for c in row.conditions if not c.test(facts, records)}

    uncovered = {
        f"{row.ground.code}: {condition.name}"
        for row in TABLE.rows
        for condition in row.conditions
        if not any(
            lacking(row, facts) == {condition.name} for _, facts in BY_GROUND[row.ground.code]
        )
        and not condition.name.startswith("consent_on_file")
    }
    assert uncovered == set()


def test_every_gate_and_every_veto_is_the_reason_of_some_row() -> None:
    told = {case.reason for case, _ in CASES}
    names = {*TABLE.gates, *TABLE.always, *(n for held in TABLE.vetoes.values() for n in held)}
    assert {n for n in names if TABLE.conditions[n].code not in told} == set()


def test_the_matrix_is_short_and_leaves_no_phrase_unused() -> None:
    assert len(CASES) <= 300
    assert len({(c.ground, c.different) for c, _ in CASES}) == len(CASES)
    assert set(PHRASES) == {phrase for c, _ in CASES for phrase in c.different.split("; ")}


def negated(condition: Condition) -> Condition:
    """The condition, the other way round."""

    def test(facts: Facts, records: Records) -> bool:
        return not condition.test(facts, records)

    return replace(condition, test=test)


def changed_tables() -> Iterator[tuple[str, str, Table]]:
    """The table with one condition dropped or negated, in one place; what, and where to look."""

    def both(
        name: str, place: str, swap: dict[str, tuple[str, ...]]
    ) -> Iterator[tuple[str, Table]]:
        yield f"{place} without {name}", swap_in(place, swap["without"], TABLE)
        backwards = {**TABLE.conditions, f"not {name}": negated(TABLE.conditions[name])}
        yield (
            f"{place} negates {name}",
            swap_in(place, swap["negated"], replace(TABLE, conditions=backwards)),
        )

    places: dict[str, tuple[str, ...]] = {
        **{ground.code: ground.conditions for ground in TABLE.grounds},
        "gates": TABLE.gates,
        "always": TABLE.always,
        **{str(in_law): names for in_law, names in TABLE.vetoes.items()},
    }
    for place, names in places.items():
        for name in names:
            dropped = tuple(n for n in names if n != name)
            yield f"{place} without {name}", place, swap_in(place, dropped, TABLE)
            turned = tuple(f"not {n}" if n == name else n for n in names)
            backwards = {**TABLE.conditions, f"not {name}": negated(TABLE.conditions[name])}
            table = replace(TABLE, conditions=backwards)
            yield f"{place} with {name} negated", place, swap_in(place, turned, table)


def swap_in(place: str, names: tuple[str, ...], table: Table) -> Table:
    """The table with other conditions in one place."""
    if place == "gates":
        return replace(table, gates=names)
    if place == "always":
        return replace(table, always=names)
    if place in set(DataClass):
        return replace(table, vetoes={**table.vetoes, DataClass(place): names})
    grounds = (replace(g, conditions=names) if g.code == place else g for g in table.grounds)
    return replace(table, grounds=tuple(grounds))


def unnoticed(place: str, table: Table) -> bool:
    """True where no row notices the change; the rows of the place itself are asked first."""
    return not any(wrong(table, BY_GROUND.get(place, []))) and not any(
        wrong(table, [row for row in CASES if row[0].ground != place])
    )


@pytest.mark.law("FERPA-99.31", "mutation")
def test_a_condition_that_is_dropped_or_negated_fails_a_row() -> None:
    tables = list(changed_tables())
    assert len(tables) > 250
    assert [what for what, place, table in tables if unnoticed(place, table)] == []


@pytest.mark.law("FERPA-99.31", "mutation")
def test_a_ground_that_is_open_to_any_purpose_fails_a_row() -> None:
    def open_to_any(code: str) -> Table:
        grounds = (replace(g, purposes=frozenset()) if g.code == code else g for g in TABLE.grounds)
        return replace(TABLE, grounds=tuple(grounds))

    narrow = [ground.code for ground in TABLE.grounds if ground.purposes]
    assert len(narrow) == len(TABLE.grounds) - 1  # a consent states its purpose itself
    assert [code for code in narrow if unnoticed(code, open_to_any(code))] == []
