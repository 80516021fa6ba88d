"""One decision over several kinds of records, roles and consents; and what is told of it."""

from dataclasses import replace
from datetime import date, timedelta

from domain.access.decision import RECORD_ITSELF, Decision, decide
from domain.access.evidence import Consent, Opening
from domain.access.facts import Facts
from domain.access.grounds import TABLE
from domain.access.jurisdictions import US
from domain.access.record import for_family, idea_record, lines
from domain.access.words import AssignmentKind, Role
from domain.words import DataClass
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.changes import also, asker, both, each, file, request, rights
from tests.acceptance.access.people import (
    CONSENT,
    LINK,
    NOW,
    OKAFOR,
    PARK,
    RIVERA,
    duty,
    named,
    records,
)
from tests.acceptance.access.phrases_outside import PHRASES

COUNSELOR = BASELINES["FERPA-99.31-a-1-i-A"]
GIVEN = BASELINES["FERPA-99.30"]
ENTRY, SPECIAL = records(), records(DataClass.SPECIAL_ED)
SECRET = replace(records(DataClass.SOLE_POSSESSION), author=named("somebody else"))
TEACHER = both(
    asker(id=OKAFOR, roles=frozenset({Role.TEACHER})),
    also("assignments", duty(OKAFOR, Role.TEACHER, AssignmentKind.CLASS)),
)


def asking(facts: Facts, *asked: object) -> Decision:
    """The decision on these records."""
    return decide(request(asked=asked)(facts), TABLE)


def test_what_a_role_has_no_interest_in_is_withheld_and_the_rest_is_shown() -> None:
    decision = asking(TEACHER(COUNSELOR), ENTRY, SPECIAL, SECRET)

    assert decision.allowed
    assert decision.told().shown == (ENTRY,)
    assert decision.told().withheld == ((SPECIAL, "FERPA-99.31-a-1-ii"),)
    assert decision.shown_as_absent == (SECRET,)
    assert [(w.records, w.code) for w in decision.withheld] == [
        (SPECIAL, "FERPA-99.31-a-1-ii"),
        (SECRET, "FERPA-99.3-maker"),
    ]


def test_who_never_opened_an_emergency_was_told_to_open_it_again() -> None:
    """For a teacher without class and training the ordinary ground lacks more than that one."""
    teacher = both(
        asker(id=OKAFOR, roles=frozenset({Role.TEACHER})),
        request(purpose="instruction"),
        file(certifications=()),
    )(COUNSELOR)

    decision = asking(teacher, ENTRY)

    assert decision.code == "FERPA-99.31-a-1-i-A-assigned"
    assert decision.withheld[0].ground == "FERPA-99.31-a-1-i-A"

    before = Opening(person=OKAFOR, opened=NOW - timedelta(hours=5), words="Fainted in the gym")
    assert asking(file(openings=(before,))(teacher), ENTRY).code == "FERPA-99.36-opening-declared"


def test_a_page_opens_though_all_its_entries_are_withheld() -> None:
    teacher = TEACHER(COUNSELOR)
    assert not asking(teacher, SPECIAL).allowed
    page = asking(teacher, RECORD_ITSELF, SPECIAL)
    assert (page.allowed, page.told().withheld) == (True, ((SPECIAL, "FERPA-99.31-a-1-ii"),))


def test_who_is_refused_is_not_told_which_records_there_are() -> None:
    decision = asking(each("assignments", person=OKAFOR)(COUNSELOR), ENTRY, SPECIAL)
    assert decision.told().withheld == ()
    assert {w.records for w in decision.withheld} == {ENTRY, SPECIAL}


def test_the_privacy_officer_on_duty_sees_the_true_reason() -> None:
    officer = both(
        asker(id=PARK, roles=frozenset({Role.COMPLIANCE_OFFICER})),
        request(purpose="oversight"),
    )
    on_duty = also("assignments", duty(PARK, Role.COMPLIANCE_OFFICER, AssignmentKind.DISTRICT))
    decision = asking(both(officer, on_duty)(COUNSELOR), ENTRY, SECRET)
    assert decision.shown_as_absent == ()
    assert decision.told().withheld == ((SECRET, "FERPA-99.3-maker"),)

    off_duty = asking(officer(COUNSELOR), ENTRY, SECRET)
    assert (off_duty.allowed, off_duty.shown_as_absent) == (False, (SECRET,))


def test_an_author_no_longer_on_duty_sees_the_own_note_and_nothing_else() -> None:
    own = replace(SECRET, author=RIVERA)
    decision = asking(PHRASES["the assignment ended yesterday"](COUNSELOR), ENTRY, own)
    assert (decision.allowed, decision.code) == (True, "FERPA-99.3-sole-possession")
    assert decision.told().shown == (own,)
    assert decision.told().withheld == ((ENTRY, "FERPA-99.31-a-1-i-A-assigned"),)


def test_a_teacher_who_is_a_parent_too_is_one_or_the_other_by_purpose() -> None:
    both_roles = both(
        asker(roles=frozenset({Role.COUNSELOR, Role.GUARDIAN})),
        rights(guardianships=(replace(LINK, person=RIVERA),)),
    )(COUNSELOR)
    assert asking(both_roles, ENTRY).code == "FERPA-99.31-a-1-i-A"
    at_home = request(purpose="family")(both_roles)
    assert asking(at_home, ENTRY).code == "FERPA-99.31-a-12-parent"
    assert asking(at_home, ENTRY).criteria is None


def consent(name: str, **changed: object) -> Consent:
    """Another consent of the mother's."""
    return replace(CONSENT, id=named(name), **changed)  # type: ignore[arg-type]


def test_two_consents_cover_two_kinds_and_both_are_relied_on() -> None:
    grades = consent("grades", records=frozenset({"grades"}))
    facts = file(consents=(CONSENT, grades))(GIVEN)
    decision = asking(facts, records(kind="attendance"), records(kind="grades"))
    assert decision.consents == (CONSENT.id, grades.id)
    assert len(decision.parts) == 1


def test_of_two_consents_that_cover_the_one_signed_last_is_relied_on() -> None:
    newer = consent("newer", effective=date(2025, 9, 4), signed_on=date(2025, 9, 4))
    for order in ((CONSENT, newer), (newer, CONSENT)):
        assert decide(file(consents=order)(GIVEN), TABLE).consents == (newer.id,)


def test_a_refusal_tells_of_the_consent_that_lacks_least() -> None:
    far = consent("far", recipient=named("Other"), purpose="study", signed_on=None)
    near = consent("near", until=date(2025, 9, 10))
    decision = decide(file(consents=(far, near))(GIVEN), TABLE)
    assert decision.code == "FERPA-99.30-expired"
    assert decision.withheld[0].consent == near.id


def test_special_education_goes_into_the_record_of_access_though_a_consent_exempts_the_other() -> (
    None
):
    special = consent("special", records=frozenset({"special_ed", "attendance"}))
    facts = request(asked=(SPECIAL,))(file(consents=(special,))(GIVEN))
    kept = lines(facts, decide(facts, TABLE))
    assert (len(idea_record(kept)), kept[0].exemption) == (1, "FERPA-99.32-d-3")
    ordinary = lines(COUNSELOR, asking(COUNSELOR, SPECIAL))
    assert idea_record(ordinary) == ()


def test_a_familys_view_has_no_word_of_what_nobody_is_to_know_of() -> None:
    refused = request(asked=(ENTRY, SECRET))(each("assignments", person=OKAFOR)(COUNSELOR))
    own_note = request(asked=(replace(SECRET, author=RIVERA),))(COUNSELOR)
    kept = [line for f in (refused, own_note) for line in lines(f, decide(f, TABLE))]

    assert any(DataClass.SOLE_POSSESSION in line.classes for line in kept)
    (seen,) = for_family(kept, US.silent)
    assert seen.classes == {DataClass.EDUCATION}


def test_the_same_facts_give_the_same_decision() -> None:
    for facts in BASELINES.values():
        assert decide(facts, TABLE) == decide(replace(facts), TABLE)
