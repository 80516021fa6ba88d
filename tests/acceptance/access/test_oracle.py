"""The table and an oracle of its own agree on the whole product; what is silent stays silent."""

from dataclasses import replace

import pytest

from domain.access.decision import Decision, decide
from domain.access.grounds import TABLE
from domain.access.words import Role
from domain.words import DataClass
from tests.acceptance.access.oracle import expected
from tests.acceptance.access.scenarios import facts, ordinary, scenarios


def grounds(decision: Decision) -> dict[DataClass, str]:
    """The ground relied on for each class that is shown."""
    return {r.data_class: part.ground.code for part in decision.parts for r in part.records}


@pytest.mark.law("FERPA-99.31", "oracle")
def test_the_table_and_the_oracle_agree_on_every_combination() -> None:
    wrong = []
    checked = 0
    for scenario in scenarios():
        found = grounds(decide(facts(scenario), TABLE))
        for asked in DataClass:
            checked += 1
            if found.get(asked) != expected(scenario, asked):
                wrong.append((scenario, asked, found.get(asked), expected(scenario, asked)))
    assert wrong[:20] == []
    assert checked > 400_000


def test_what_the_asker_may_not_see_changes_nothing_that_is_told() -> None:
    seen = 0
    for scenario in scenarios():
        if scenario.consent not in {"none", "valid"} or scenario.age not in {"15", "19"}:
            continue
        if scenario.role is Role.COMPLIANCE_OFFICER:
            continue  # who keeps the record is told the true reason
        with_all = facts(scenario)
        told = decide(with_all, TABLE).told()
        shown = set(told.shown)
        rest = tuple(r for r in with_all.request.asked if ordinary(r) or r in shown)
        without = replace(with_all, request=replace(with_all.request, asked=rest))
        assert decide(without, TABLE).told() == told, scenario
        seen += 1
    assert seen > 3_000


def test_a_record_with_nothing_but_secrets_is_answered_like_an_empty_one() -> None:
    for scenario in scenarios():
        if scenario.consent != "none" or scenario.age != "15":
            continue
        if scenario.role is Role.COMPLIANCE_OFFICER:
            continue
        whole = facts(scenario)
        secret = tuple(r for r in whole.request.asked if not ordinary(r))
        told = [
            decide(replace(whole, request=replace(whole.request, asked=asked)), TABLE).told()
            for asked in (secret, ())
        ]
        if not told[0].shown:
            assert told[0] == told[1], scenario
