"""FERPA 99.30 to 99.37, each ACC of law.md by name; the rest of 99.31 is in `test_matrix.py`."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.access.decision import decide
from domain.access.emergency import lasts_until, unreviewed
from domain.access.facts import LearnerFacts
from domain.access.ground import Keeping
from domain.access.grounds import TABLE
from domain.access.notices import REDISCLOSURE
from domain.access.record import due, lines, may_read_log, statutory
from domain.access.words import STAFF, Action, Assurance, Role
from domain.words import DataClass
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.changes import asker, request
from tests.acceptance.access.matrix import cases
from tests.acceptance.access.people import NOW, OKAFOR, ZONE, named, records
from tests.acceptance.access.phrases import BARRED
from tests.acceptance.access.phrases_outside import PHRASES

CONSENT_FAULTS = {
    "unsigned": ("not signed", "FERPA-99.30-a-signed"),
    "undated": ("no date", "FERPA-99.30-a-dated"),
    "wrong signer": (
        "signed by the father, of whom nothing is on file",
        "FERPA-99.30-a-signer",
    ),
    "expired": ("ran out today", "FERPA-99.30-expired"),
    "withdrawn": ("withdrawn yesterday", "FERPA-99.30-withdrawn"),
    "wider scope": ("grades", "FERPA-99.30-b-1-wider"),
    "other purpose": ("for another purpose", "FERPA-99.30-b-2-other-purpose"),
    "other party": ("for another party", "FERPA-99.30-b-3-other-party"),
    "signed after the disclosure": ("effective tomorrow", "FERPA-99.30-a-before"),
}


@pytest.mark.law("FERPA-99.30", "one-fault")
def test_one_valid_consent_allows_and_every_single_fault_names_its_paragraph() -> None:
    valid = BASELINES["FERPA-99.30"]
    assert decide(valid, TABLE).allowed

    for phrase, code in CONSENT_FAULTS.values():
        decision = decide(PHRASES[phrase](valid), TABLE)
        assert (decision.allowed, decision.code) == (False, code)


@pytest.mark.law("FERPA-99.31", "identified")
@pytest.mark.parametrize(
    "ground", [g.code for g in TABLE.grounds if "recipient_identified" in g.conditions]
)
def test_a_recipient_who_was_not_identified_gets_nothing(ground: str) -> None:
    facts = BASELINES[ground]
    if facts.request.recipient is None:
        decision = decide(asker(assurance=Assurance.NONE)(facts), TABLE)
        assert decision.code == "FERPA-99.31-c-asker"
    else:
        assert decide(PHRASES["nobody checked who the recipient is"](facts), TABLE).code == (
            "FERPA-99.31-c"
        )


def test_every_other_ground_is_for_staff_or_names_nobody() -> None:
    without = {g.code for g in TABLE.grounds if "recipient_identified" not in g.conditions}
    assert without - {g.code for g in TABLE.grounds if g.acts.isdisjoint({Action.DISCLOSED})} == {
        "FERPA-99.31-a-10",  # nobody asks an ambulance crew for a card
        "FERPA-99.31-a-11",
        "FERPA-99.31-b-1",
    }


@pytest.mark.law("FERPA-99.32", "denied")
def test_a_denied_request_leaves_a_line_with_its_reason() -> None:
    for case in cases():
        facts = case.facts()
        decision = decide(facts, TABLE)
        if decision.allowed:
            continue
        (line,) = lines(facts, decision)
        assert (line.allowed, line.code) == (False, decision.code)
        # A refused look by the school's own staff is no request of 99.32; the full log has it.
        own = line.exemption == "FERPA-99.32-d-2"
        assert (line in statutory([line])) is not own
        assert not own or facts.request.principal.roles <= STAFF


@pytest.mark.law("FERPA-99.32", "exempt")
def test_what_is_exempt_is_in_the_full_log_and_not_in_the_statutory_record() -> None:
    exempt = {}
    for code, facts in BASELINES.items():
        decision = decide(facts, TABLE)
        full = [one for one in lines(facts, decision) if one.code == code]
        assert len(full) == 1
        if not statutory(full):
            exempt[code] = full[0].exemption
            assert decision.exempt
    assert exempt == {
        "FERPA-99.31-a-1-i-A": "FERPA-99.32-d-2",
        "FERPA-99.31-a-1-i-B": "FERPA-99.32-d-2",
        "FERPA-99.31-a-12-parent": "FERPA-99.32-d-1",
        "FERPA-99.31-a-12-student": "FERPA-99.32-d-1",
        "FERPA-99.3-sole-possession": "FERPA-99.3",
        "STATE-counselor-confidential": "STATE-counselor-confidential",
        "FERPA-99.3-treatment": "FERPA-99.3",
        "FERPA-99.30": "FERPA-99.32-d-3",
        "FERPA-99.31-a-9-ii-A": "FERPA-99.32-d-5",
        "FERPA-99.31-a-9-ii-B": "FERPA-99.32-d-5",
        "FERPA-99.31-a-9-ii-C": "FERPA-99.32-d-5",
        "FERPA-99.31-a-11": "FERPA-99.32-d-4",
        "FERPA-99.31-b-1": "not personally identifiable",
    }


@pytest.mark.law("FERPA-99.32", "own-child")
def test_a_parent_reads_the_log_of_the_own_child_and_a_teacher_reads_none() -> None:
    mother = BASELINES["FERPA-99.31-a-12-parent"]
    assert may_read_log(mother).allowed

    ben = LearnerFacts(id=named("Ben"), district=mother.learner.district)
    nobody = replace(mother.file, rights=replace(mother.file.rights, guardianships=()))
    refused = may_read_log(replace(mother, learner=ben, file=nobody))
    assert (refused.allowed, refused.code) == (False, "FERPA-99.32-c")

    teacher = asker(id=OKAFOR, roles=frozenset({Role.TEACHER}))(mother)
    assert not may_read_log(teacher).allowed
    assert may_read_log(BASELINES["FERPA-99.31-a-3"]).code == "FERPA-99.32-c-2"


@pytest.mark.law("FERPA-99.32", "one-line-each")
def test_a_count_over_three_learners_leaves_a_line_for_each() -> None:
    counted = request(action=Action.COUNTED)(BASELINES["FERPA-99.31-a-1-i-A"])
    learners = [named("Ana"), named("Ben"), named("Cleo")]
    each = [replace(counted, learner=replace(counted.learner, id=one)) for one in learners]

    found = [line for facts in each for line in lines(facts, decide(facts, TABLE))]
    assert [line.learner for line in found] == learners


@pytest.mark.law("FERPA-99.32", "threat")
def test_an_emergency_disclosure_needs_the_threat_and_one_word_is_enough() -> None:
    facts = BASELINES["FERPA-99.31-a-10"]
    assert decide(PHRASES["the threat is left blank"](facts), TABLE).code == "FERPA-99.32-a-5"

    short = PHRASES["the threat is told in one word"](facts)
    (line,) = lines(short, decide(short, TABLE))
    assert (line.threat, line.told, line.incomplete) == ("Allergy", (facts.recipient.id,), ())


def test_a_line_names_who_asked_who_received_what_for_and_to_whom_it_may_go_on() -> None:
    facts = request(
        interest="checks the state's reading programme", may_redisclose_to=("State board",)
    )(BASELINES["FERPA-99.31-a-3"])
    (line,) = lines(facts, decide(facts, TABLE))

    assert (line.asked_by, line.recipient) == (facts.request.principal.id, facts.recipient.id)
    assert line.interest == "checks the state's reading programme"
    assert line.may_redisclose_to == ("State board",)
    assert line.classes == {DataClass.EDUCATION}


@pytest.mark.law("FERPA-99.33", "notice")
def test_what_goes_outside_carries_the_notice_and_its_digest() -> None:
    inside = {
        "FERPA-99.31-a-1-i-A",
        "FERPA-99.36-opening",
        "FERPA-99.31-a-12-parent",
        "FERPA-99.31-a-12-student",
        "FERPA-99.3-sole-possession",
        "STATE-counselor-confidential",
        "FERPA-99.3-treatment",
        "FERPA-99.31-a-11",
        "FERPA-99.31-b-1",
    }
    for code, facts in BASELINES.items():
        decision = decide(facts, TABLE)
        (line,) = [one for one in lines(facts, decision) if one.code == code]
        assert (decision.notice is None) == (code in inside)
        assert line.notice == (None if code in inside else REDISCLOSURE.digest)


@pytest.mark.law("FERPA-99.33", "barred")
@pytest.mark.parametrize("ground", BASELINES)
def test_a_barred_recipient_is_refused_on_every_path(ground: str) -> None:
    decision = decide(BARRED[0](BASELINES[ground]), TABLE)
    assert (decision.allowed, decision.code) == (False, "FERPA-99.33-e")


@pytest.mark.law("FERPA-99.36", "expires")
def test_an_emergency_opening_ends_by_itself() -> None:
    facts = BASELINES["FERPA-99.36-opening"]
    (opening,) = facts.file.openings
    ends = lasts_until(opening, facts.policy)

    assert ends == opening.opened + timedelta(hours=4)
    assert decide(request(at=ends - timedelta(seconds=1))(facts), TABLE).allowed
    assert decide(request(at=ends)(facts), TABLE).code == "FERPA-99.36-opening-declared"


@pytest.mark.law("FERPA-99.36", "unreviewed")
def test_openings_nobody_reviewed_are_listed_after_the_districts_days() -> None:
    facts = BASELINES["FERPA-99.36-opening"]
    (opening,) = facts.file.openings
    reviewed = replace(opening, reviewed=NOW)
    after = opening.opened + timedelta(days=facts.policy.review_opening_days)

    assert unreviewed([opening, reviewed], after - timedelta(seconds=1), facts.policy) == ()
    assert unreviewed([opening, reviewed], after, facts.policy) == (opening,)


@pytest.mark.law("FERPA-99.36", "incomplete")
def test_an_emergency_entry_without_the_threat_is_to_be_completed_within_a_school_day() -> None:
    facts = BASELINES["FERPA-99.31-a-10"]
    (line,) = lines(facts, decide(facts, TABLE))
    by_hand = replace(line, threat=None, at=NOW + timedelta(days=2))  # Friday 12 September

    def weekday(day: date) -> bool:
        return day.weekday() < 5

    assert (line.incomplete, by_hand.incomplete) == ((), ("threat",))
    assert due(by_hand, ZONE, weekday) == date(2025, 9, 15)


@pytest.mark.law("FERPA-99.37", "former-student")
def test_an_opt_out_of_2024_holds_for_a_student_who_left_in_2025_when_asked_in_2026() -> None:
    facts = PHRASES["an opt-out of 2024 ran out in July"](BASELINES["FERPA-99.31-a-11"])
    left = replace(facts, learner=replace(facts.learner, left_on=date(2025, 6, 13)))
    decision = decide(request(at=NOW.replace(year=2026, month=2))(left), TABLE)
    assert (decision.allowed, decision.code) == (False, "FERPA-99.37-b")


@pytest.mark.law("FERPA-99.37", "in-class")
def test_an_opt_out_does_not_reach_the_name_in_class() -> None:
    refused = PHRASES["the family opted out"](BASELINES["FERPA-99.31-a-11"])
    in_class = request(purpose="in-class")(refused)

    assert not decide(refused, TABLE).allowed
    assert decide(in_class, TABLE).allowed
    photograph = request(asked=(records(DataClass.DIRECTORY, "photograph"),))(in_class)
    assert decide(photograph, TABLE).code == "FERPA-99.37-b"


@pytest.mark.law("FERPA-99.37", "ssn")
def test_a_social_security_number_is_never_directory_information() -> None:
    facts = BASELINES["FERPA-99.31-a-11"]
    decision = decide(PHRASES["a social security number, by mistake designated"](facts), TABLE)
    assert (decision.allowed, decision.code) == (False, "FERPA-99.37-e")


def test_sealed_legal_process_and_child_welfare_are_not_in_the_familys_view() -> None:
    hidden = {
        code
        for code, facts in BASELINES.items()
        for line in lines(facts, decide(facts, TABLE))
        if line.code == code and not line.family_sees
    }
    assert {g.code for g in TABLE.grounds if g.keeping is Keeping.SEALED} < hidden
    assert "USC-1232g-b-1-L" in hidden
