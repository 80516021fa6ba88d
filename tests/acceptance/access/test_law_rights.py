"""FERPA 99.3, 99.4, 99.5 and 99.7, each ACC of law.md by name."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.access.annual_notice import NO_NOTICE
from domain.access.decision import Decision, decide
from domain.access.evidence import Attendance, Guardianship, RightsStopped
from domain.access.facts import Facts
from domain.access.ground import Keeping
from domain.access.grounds import TABLE
from domain.access.record import lines, statutory
from domain.access.rights import Custodian
from domain.access.words import Capacity, CustodianKind
from domain.words import DataClass
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.changes import asked, asker, file, request, rights
from tests.acceptance.access.people import (
    AUGUST,
    FATHER,
    LINK,
    MOTHER,
    NOTICE,
    OKAFOR,
    RIVERA,
    ZONE,
    records,
)

PARENT = BASELINES["FERPA-99.31-a-12-parent"]
COUNSELOR = BASELINES["FERPA-99.31-a-1-i-A"]


def at(facts: Facts, instant: datetime) -> Decision:
    """The same request at another instant."""
    return decide(request(at=instant)(facts), TABLE)


def noon(year: int, month: int, day: int) -> datetime:
    """Midday at the school."""
    return datetime(year, month, day, 12, 0, tzinfo=ZONE)


@pytest.mark.law("FERPA-99.3", "private-note")
def test_a_private_note_is_the_authors_alone_until_it_was_shared_once() -> None:
    note = replace(records(DataClass.SOLE_POSSESSION), author=RIVERA)
    entry = records()

    def shown(facts: Facts, *, shared: bool) -> tuple[object, ...]:
        both = (entry, replace(note, shared=shared))
        return decide(request(asked=both)(facts), TABLE).told().shown

    colleague = asker(id=OKAFOR)(COUNSELOR)
    colleague = file(assignments=(replace(COUNSELOR.file.assignments[0], person=OKAFOR),))(
        colleague
    )
    assert len(shown(COUNSELOR, shared=False)) == 2
    assert shown(colleague, shared=False) == shown(PARENT, shared=False) == (entry,)
    assert len(shown(colleague, shared=True)) == len(shown(PARENT, shared=True)) == 2


def test_a_hidden_note_leaves_no_mark_in_what_the_family_is_told() -> None:
    note = replace(records(DataClass.SOLE_POSSESSION), author=RIVERA)
    decision = decide(request(asked=(records(), note))(PARENT), TABLE)

    assert decision.told().withheld == ()
    assert decision.shown_as_absent == (note,)
    assert [w.code for w in decision.withheld] == ["route-to-person"]


@pytest.mark.law("FERPA-99.4", "order-received")
def test_a_court_order_stops_one_parent_from_the_day_the_school_received_it() -> None:
    father = Guardianship(
        person=FATHER, capacity=Capacity.GUARDIAN, evidence="certificate", effective=LINK.effective
    )
    order = RightsStopped(person=MOTHER, effective=date(2025, 3, 1), received=date(2025, 3, 4))
    facts = rights(guardianships=(LINK, father), stopped=(order,))(PARENT)

    assert at(facts, noon(2025, 3, 2)).allowed
    # Could she see it on 3 March? The answer stays yes, asked today.
    assert at(facts, noon(2025, 3, 3)).allowed
    refused = at(facts, noon(2025, 3, 4))
    assert (refused.allowed, refused.code) == (False, "FERPA-99.4-order")
    assert at(asker(id=FATHER)(facts), noon(2025, 3, 4)).allowed


@pytest.mark.law("FERPA-99.5", "midnight")
@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Honolulu", "Asia/Tokyo"])
def test_the_same_request_flips_at_local_midnight_of_the_birthday(zone: str) -> None:
    midnight = datetime(2028, 3, 14, 0, 0, tzinfo=ZoneInfo(zone))
    facts = replace(PARENT, zone=ZoneInfo(zone))

    assert at(facts, midnight - timedelta(seconds=1)).allowed
    refused = at(facts, midnight)
    assert (refused.allowed, refused.code) == (False, "FERPA-99.5")


@pytest.mark.law("FERPA-99.5", "dependent")
def test_a_parent_with_dependency_evidence_stays_allowed_and_is_logged_as_a_disclosure() -> None:
    facts = BASELINES["FERPA-99.31-a-8"]
    decision = decide(facts, TABLE)

    assert (decision.allowed, decision.code) == (True, "FERPA-99.31-a-8")
    (line,) = statutory(lines(facts, decision))
    assert (line.code, line.keeping, line.exemption) == ("FERPA-99.31-a-8", Keeping.RECORD, None)


@pytest.mark.law("FERPA-99.5", "early-college")
def test_at_sixteen_rights_over_the_colleges_records_pass_and_the_schools_stay() -> None:
    college = Custodian("city-college", CustodianKind.COLLEGE)
    facts = rights(
        born=date(2009, 3, 14),
        attendances=(Attendance(custodian="city-college", effective=AUGUST),),
    )(PARENT)

    assert decide(facts, TABLE).allowed
    refused = decide(asked(custodian=college)(facts), TABLE)
    assert (refused.allowed, refused.code) == (False, "FERPA-99.5")


@pytest.mark.law("FERPA-99.7", "criteria")
def test_an_officials_access_cites_the_criteria_in_force_that_day() -> None:
    older = replace(NOTICE, criteria="officials-2024", effective=date(2024, 8, 1))
    facts = file(annual_notices=(older, NOTICE))(COUNSELOR)

    assert decide(facts, TABLE).criteria == "officials-2025"
    earlier = replace(facts.file.assignments[0], effective=date(2024, 8, 1))
    trained = replace(facts.file.certifications[0], effective=date(2024, 8, 1))
    last_year = file(assignments=(earlier,), certifications=(trained,))(facts)
    assert at(last_year, noon(2025, 5, 5)).criteria == "officials-2024"
    assert decide(PARENT, TABLE).criteria is None


@pytest.mark.law("FERPA-99.7", "warning")
def test_without_a_notice_for_the_current_year_a_warning_appears() -> None:
    older = replace(NOTICE, effective=date(2024, 8, 1))

    assert decide(COUNSELOR, TABLE).warnings == ()
    decision = decide(file(annual_notices=(older,))(COUNSELOR), TABLE)
    assert (decision.allowed, decision.warnings) == (True, (NO_NOTICE,))
