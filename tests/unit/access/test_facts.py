"""The facts of a request: dates, scopes, purposes, and the file as it was known on a day."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

import pytest

from domain.access.conditions.registry import CONDITIONS, condition
from domain.access.emergency import complete_by
from domain.access.evidence import (
    Assignment,
    Consent,
    Dated,
    Ended,
    Guardianship,
    Opening,
    OptOut,
)
from domain.access.facts import File, Party, Principal, Records, Request, known_by, names
from domain.access.grounds import TABLE
from domain.access.policy import (
    PURPOSES,
    Basis,
    DeclaredBasis,
    LocalPolicy,
    Purpose,
    Purposes,
)
from domain.access.rights import RightsEvidence
from domain.access.words import Action, AssignmentKind, Capacity, Role, is_wildcard
from domain.words import DataClass

WHO = uuid5(NAMESPACE_OID, "who")
ZONE = ZoneInfo("America/Chicago")
MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)
THEN, LATER = datetime(2025, 6, 15, tzinfo=ZONE), datetime(2025, 6, 20, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("entry", "day", "expected"),
    [
        (Dated(effective=JUNE), JUNE - timedelta(days=1), False),
        (Dated(effective=JUNE), JUNE, True),
        (Dated(effective=JUNE, until=JULY), JULY, False),
        (Dated(effective=MAY, received=JUNE), MAY, False),
        (Dated(effective=MAY, received=JUNE), JUNE, True),
        (Dated(effective=JUNE, received=MAY), MAY, False),
    ],
)
def test_a_paper_counts_from_the_later_of_effective_and_received(
    entry: Dated, day: date, expected: bool
) -> None:
    assert entry.holds(day) is expected
    assert (entry.counts_from <= day and (entry.until is None or day < entry.until)) is expected


def test_a_recipient_is_given_for_a_disclosure_and_for_nothing_else() -> None:
    asker = Principal(id=WHO, roles=frozenset({Role.COUNSELOR}), district="lakeside")
    to = Party(id=WHO, kinds=frozenset())
    for action, recipient in ((Action.DISCLOSED, None), (Action.OPENED, to)):
        with pytest.raises(ValueError, match="a recipient is given for a disclosure"):
            Request(principal=asker, action=action, purpose="family", at=THEN, recipient=recipient)


@pytest.mark.parametrize(
    ("scope", "data_class", "kind", "expected"),
    [
        ({"attendance"}, DataClass.EDUCATION, "attendance", True),
        ({"attendance"}, DataClass.EDUCATION, "grades", False),
        ({"education"}, DataClass.EDUCATION, "grades", True),
        ({"education"}, DataClass.SPECIAL_ED, "grades", False),
        ({"observation"}, DataClass.SPECIAL_ED, "observation", False),
        ({"special_ed"}, DataClass.SPECIAL_ED, "observation", True),
        ({"observation"}, DataClass.PROTECTED_SURVEY, "observation", False),
        (set[str](), DataClass.EDUCATION, "attendance", False),
    ],
)
def test_a_scope_reaches_what_is_sensitive_only_by_its_own_name(
    scope: set[str], data_class: DataClass, kind: str, expected: bool
) -> None:
    assert names(scope, Records(data_class=data_class, kind=kind)) is expected


@pytest.mark.parametrize("text", ["", "*", "any", " ALL ", "Every-thing", "everyone"])
def test_a_wildcard_names_nothing(text: str) -> None:
    assert is_wildcard(text)
    assert not is_wildcard(f"{text} attendance")


def test_a_purpose_covers_its_children_and_not_its_parent() -> None:
    assert PURPOSES.within("goal-review", "education")
    assert PURPOSES.within("goal-review", "goal-review")
    assert not PURPOSES.within("education", "goal-review")
    assert not PURPOSES.within("curiosity", "curiosity")


def test_purposes_that_are_each_others_parent_do_not_hang() -> None:
    round_about = Purposes((Purpose("a", "b"), Purpose("b", "a")))
    assert round_about.within("a", "b")


def test_a_district_adds_a_purpose_and_changes_a_basis_by_a_new_entry() -> None:
    bases = (
        DeclaredBasis(basis=Basis.CONSENT, effective=MAY),
        DeclaredBasis(basis=Basis.PUBLIC_TASK, effective=JULY),
    )
    more = PURPOSES.with_([Purpose("reading-circle", "education", bases)])

    assert more.within("reading-circle", "education")
    assert more.basis_on("reading-circle", JUNE) is Basis.CONSENT
    assert more.basis_on("reading-circle", JULY) is Basis.PUBLIC_TASK
    assert more.basis_on("reading-circle", date(2025, 4, 1)) is None
    assert more.basis_on("counseling", JULY) is None


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        (date(2025, 7, 31), date(2024, 8, 1)),
        (date(2025, 8, 1), date(2025, 8, 1)),
        (date(2026, 2, 28), date(2025, 8, 1)),
        (date(2024, 2, 29), date(2023, 8, 1)),
    ],
)
def test_a_school_year_begins_where_the_district_says(day: date, starts: date) -> None:
    assert LocalPolicy().school_year(day) == starts


CONSENT = Consent(
    id=WHO,
    records=frozenset({"attendance"}),
    purpose="tutoring",
    effective=MAY,
    recorded=datetime(2025, 5, 2, tzinfo=ZONE),
)
FILE = File(
    rights=RightsEvidence(
        born=MAY,
        guardianships=(
            Guardianship(
                person=WHO,
                capacity=Capacity.GUARDIAN,
                evidence="paper",
                effective=MAY,
                recorded=LATER,
            ),
        ),
    ),
    consents=(
        replace(CONSENT, withdrawn=Ended(effective=JUNE, recorded=LATER)),
        replace(CONSENT, recorded=LATER),
    ),
    assignments=(
        Assignment(
            person=WHO,
            role=Role.COUNSELOR,
            kind=AssignmentKind.CASELOAD,
            effective=MAY,
            until=JUNE,
            until_recorded=LATER,
        ),
    ),
    opt_outs=(OptOut(effective=MAY, lifted=Ended(effective=JUNE, recorded=THEN)),),
    openings=(Opening(person=WHO, opened=LATER, words="…", recorded=LATER),),
)


def test_the_file_as_known_then_lacks_what_was_recorded_later() -> None:
    then = known_by(FILE, THEN)

    assert then.consents == (CONSENT,)
    assert then.rights.guardianships == ()
    assert then.rights.born == MAY
    assert then.assignments[0].until is None
    assert then.opt_outs == FILE.opt_outs
    assert then.openings == ()


def test_the_file_as_known_later_is_the_file() -> None:
    assert known_by(FILE, LATER) == FILE


def test_an_emergency_entry_waits_for_the_next_school_day() -> None:
    friday = date(2025, 9, 12)
    assert complete_by(friday, lambda day: day.weekday() < 5) == date(2025, 9, 15)
    assert complete_by(friday, lambda day: False) == date(2025, 9, 13)


def test_a_condition_is_declared_once_under_one_code() -> None:
    taken = CONDITIONS["assigned"]
    with pytest.raises(ValueError, match="declared twice"):
        condition(taken.code, "", "")(lambda facts, records: True)


def test_a_reason_for_yes_is_never_a_reason_for_no() -> None:
    assert {c.code for c in CONDITIONS.values()}.isdisjoint(g.code for g in TABLE.grounds)


def test_two_grounds_of_one_code_make_no_table() -> None:
    with pytest.raises(ValueError, match="same code"):
        replace(TABLE, grounds=(*TABLE.grounds, TABLE.grounds[0]))


def test_every_sentence_says_something_to_a_person() -> None:
    for found in CONDITIONS.values():
        assert found.sentence.endswith(".")
        assert "99." not in found.sentence or found.name == "bound_to_limits"
        assert found.section
