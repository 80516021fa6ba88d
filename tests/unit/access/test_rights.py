"""Who holds the rights over a learner's records: ages, leap days, states, colleges, courts."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import identity
from domain.access.evidence import (
    Attendance,
    Dependency,
    Emancipation,
    Guardianship,
    RightsStopped,
)
from domain.access.jurisdictions import JURISDICTIONS, US, LeapRule
from domain.access.rights import (
    Custodian,
    Holder,
    Holding,
    RightsEvidence,
    acts_as_parent,
    age_on,
    birthday,
    holder_on,
    is_dependent,
    rights_holder,
)
from domain.access.words import Capacity, CustodianKind, Regime

SCHOOL = Custodian("north-high")
COLLEGE = Custodian("city-college", CustodianKind.COLLEGE)
MOTHER, FATHER = uuid5(NAMESPACE_OID, "mother"), uuid5(NAMESPACE_OID, "father")
BORN = date(2010, 3, 14)
ANA = RightsEvidence(born=BORN)


def holder(
    evidence: RightsEvidence,
    day: date,
    *,
    custodian: Custodian = SCHOOL,
    regime: Regime = Regime.FERPA,
    state: str = "US",
) -> Holding:
    """Who holds the rights that day."""
    return holder_on(evidence, custodian, regime, day, JURISDICTIONS[state])


def test_rights_pass_on_the_eighteenth_birthday_and_the_answer_says_since_when() -> None:
    assert holder(ANA, date(2028, 3, 13)) == Holding(Holder.PARENT, "FERPA-99.4")
    assert holder(ANA, date(2028, 3, 14)) == Holding(
        Holder.STUDENT, "FERPA-99.5-a-age", date(2028, 3, 14)
    )


@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Auckland", "America/St_Johns"])
def test_they_pass_at_the_schools_midnight_whatever_the_clock_in_london(zone: str) -> None:
    midnight = datetime(2028, 3, 14, 0, 0, tzinfo=ZoneInfo(zone))

    def at(instant: datetime) -> Holder:
        return rights_holder(
            evidence=ANA,
            custodian=SCHOOL,
            regime=Regime.FERPA,
            at=instant.astimezone(ZoneInfo("UTC")),
            zone=ZoneInfo(zone),
            law=US,
        ).holder

    assert at(midnight - timedelta(microseconds=1)) is Holder.PARENT
    assert at(midnight) is Holder.STUDENT


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(LeapRule.MARCH_1, date(2026, 3, 1)), (LeapRule.FEBRUARY_28, date(2026, 2, 28))],
)
def test_who_is_born_on_a_leap_day_turns_eighteen_as_the_place_says(
    rule: LeapRule, expected: date
) -> None:
    born = RightsEvidence(born=date(2008, 2, 29))
    law = replace(US, leap_birthday=rule)

    assert birthday(date(2008, 2, 29), 18, rule) == expected
    before = holder_on(born, SCHOOL, Regime.FERPA, expected - timedelta(days=1), law)
    assert before.holder is Holder.PARENT
    assert holder_on(born, SCHOOL, Regime.FERPA, expected, law).holder is Holder.STUDENT


def test_a_leap_day_birthday_in_a_leap_year_is_the_day_itself() -> None:
    assert birthday(date(2008, 2, 29), 20, LeapRule.MARCH_1) == date(2028, 2, 29)


@given(
    born=st.dates(date(1990, 1, 1), date(2020, 12, 31)),
    day=st.dates(date(2021, 1, 1), date(2060, 12, 31)),
    rule=st.sampled_from(LeapRule),
)
def test_an_age_is_the_number_of_birthdays_that_have_come(
    born: date, day: date, rule: LeapRule
) -> None:
    age = age_on(born, day, rule)
    assert birthday(born, age, rule) <= day < birthday(born, age + 1, rule)


@given(
    born=st.dates(date(1990, 1, 1), date(2020, 12, 31)),
    first=st.dates(date(2021, 1, 1), date(2060, 12, 31)),
    later=st.integers(0, 5000),
    state=st.sampled_from(sorted(JURISDICTIONS)),
    regime=st.sampled_from(Regime),
    attends=st.booleans(),
)
def test_rights_that_have_passed_never_come_back(
    *, born: date, first: date, later: int, state: str, regime: Regime, attends: bool
) -> None:
    evidence = RightsEvidence(
        born=born,
        left_school=date(2030, 6, 1),
        attendances=(Attendance(custodian="city-college", effective=date(2030, 9, 1)),)
        if attends
        else (),
    )
    for custodian in (SCHOOL, COLLEGE):
        days = (first, first + timedelta(days=later))
        before, after = (
            holder(evidence, day, custodian=custodian, regime=regime, state=state).holder
            for day in days
        )
        assert before is not Holder.STUDENT or after is Holder.STUDENT


@pytest.mark.parametrize(
    ("state", "age"), [("US", 18), ("US-TX", 18), ("US-AL", 19), ("US-CO", 21)]
)
def test_rights_over_special_education_pass_as_the_state_says(state: str, age: int) -> None:
    passes = birthday(BORN, age, LeapRule.MARCH_1)
    before = holder(ANA, passes - timedelta(days=1), regime=Regime.IDEA, state=state)
    assert before.holder is Holder.PARENT
    assert holder(ANA, passes, regime=Regime.IDEA, state=state).code == "IDEA-300.625"


def test_a_state_may_leave_rights_over_special_education_with_the_parents() -> None:
    grown = date(2040, 1, 1)
    assert holder(ANA, grown, regime=Regime.IDEA, state="US-NY").holder is Holder.PARENT
    assert holder(ANA, grown, state="US-NY").holder is Holder.STUDENT


ATTENDS = Attendance(custodian="city-college", effective=date(2026, 9, 1))


def test_at_college_while_at_school_the_rights_over_the_colleges_records_pass_alone() -> None:
    sixteen = replace(ANA, attendances=(ATTENDS,))

    assert holder(sixteen, date(2026, 8, 31), custodian=COLLEGE).holder is Holder.PARENT
    at_college = holder(sixteen, date(2026, 9, 1), custodian=COLLEGE)
    assert at_college == Holding(Holder.STUDENT, "FERPA-99.5-a-attendance", date(2026, 9, 1))
    assert holder(sixteen, date(2026, 9, 1)).holder is Holder.PARENT
    another = Custodian("other-college", CustodianKind.COLLEGE)
    assert holder(sixteen, date(2026, 9, 1), custodian=another).holder is Holder.PARENT


def test_who_left_school_for_college_holds_the_rights_over_the_schools_records_too() -> None:
    left = replace(ANA, attendances=(ATTENDS,), left_school=date(2027, 1, 15))
    assert holder(left, date(2027, 1, 14)).holder is Holder.PARENT
    assert holder(left, date(2027, 1, 15)).since == date(2027, 1, 15)
    early = replace(left, left_school=date(2026, 6, 1))
    assert holder(early, date(2026, 9, 1)).since == date(2026, 9, 1)


def test_attendance_counts_from_the_day_itself_though_the_school_hears_later() -> None:
    heard = replace(ATTENDS, received=date(2026, 10, 1))
    evidence = replace(ANA, attendances=(heard,))
    assert holder(evidence, date(2026, 9, 2), custodian=COLLEGE).holder is Holder.STUDENT


def test_emancipation_passes_rights_only_where_the_state_says_so() -> None:
    freed = replace(ANA, emancipations=(Emancipation(effective=date(2026, 1, 5)),))
    assert holder(freed, date(2026, 1, 5)).holder is Holder.PARENT
    in_california = holder(freed, date(2026, 1, 5), state="US-CA")
    assert in_california == Holding(Holder.STUDENT, "STATE-emancipated", date(2026, 1, 5))
    assert holder(freed, date(2026, 1, 4), state="US-CA").holder is Holder.PARENT


def test_without_a_date_of_birth_nobody_is_said_to_hold_the_rights() -> None:
    assert holder(RightsEvidence(born=None), date(2026, 1, 1)).holder is Holder.UNKNOWN


LINK = Guardianship(
    person=MOTHER, capacity=Capacity.GUARDIAN, evidence="certificate", effective=BORN
)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (LINK, True),
        (replace(LINK, evidence=None), False),
        (replace(LINK, until=date(2025, 9, 10)), False),
        (replace(LINK, until=date(2025, 9, 11)), True),
        (replace(LINK, received=date(2025, 9, 11)), False),
        (replace(LINK, capacity=Capacity.FOSTER), True),
        (replace(LINK, capacity=Capacity.EDUCATION_RIGHTS_HOLDER), True),
        (replace(LINK, capacity=Capacity.SURROGATE), False),
        (replace(LINK, person=FATHER), False),
    ],
)
def test_a_parent_in_law_is_who_a_paper_in_force_says(link: Guardianship, expected: bool) -> None:
    evidence = replace(ANA, guardianships=(link,))
    day = date(2025, 9, 10)
    assert acts_as_parent(evidence, MOTHER, Regime.FERPA, day) is expected


def test_a_surrogate_is_a_parent_for_special_education() -> None:
    evidence = replace(ANA, guardianships=(replace(LINK, capacity=Capacity.SURROGATE),))
    assert acts_as_parent(evidence, MOTHER, Regime.IDEA, date(2025, 9, 10))


@pytest.mark.parametrize(
    ("day", "stopped"),
    [(date(2025, 3, 3), False), (date(2025, 3, 4), True), (date(2025, 6, 1), False)],
)
def test_an_order_stops_a_parent_from_receipt_until_rights_are_restored(
    day: date, stopped: bool
) -> None:
    order = RightsStopped(
        person=MOTHER,
        effective=date(2025, 3, 1),
        received=date(2025, 3, 4),
        until=date(2025, 6, 1),
    )
    evidence = replace(ANA, guardianships=(LINK,), stopped=(order,))
    assert acts_as_parent(evidence, MOTHER, Regime.FERPA, day) is not stopped


@pytest.mark.parametrize(
    ("tax_year", "expected"), [(2022, False), (2023, False), (2024, True), (2025, True)]
)
def test_evidence_of_dependency_is_for_this_tax_year_or_the_last(
    tax_year: int, expected: bool
) -> None:
    shown = Dependency(person=MOTHER, tax_year=tax_year, effective=date(2025, 4, 15))
    evidence = replace(ANA, dependencies=(shown,))
    assert is_dependent(evidence, MOTHER, date(2025, 9, 10), 1) is expected
    assert not is_dependent(evidence, FATHER, date(2025, 9, 10), 1)
    assert not is_dependent(evidence, MOTHER, date(2025, 4, 14), 1)


def test_the_capacities_are_those_of_the_events() -> None:
    assert {c.value for c in Capacity} == {c.value for c in identity.Capacity}


def test_every_jurisdiction_says_where_it_comes_from() -> None:
    assert {j.code for j in JURISDICTIONS.values() if not j.sources} == set()
    assert {code: j.online_consent_age for code, j in JURISDICTIONS.items() if j.gdpr} == {
        "GB": 13,
        "FR": 15,
        "DE": 16,
        "IE": 16,
    }
