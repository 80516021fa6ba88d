"""Q3 and Q3′, the explanation of an access; and GDPR 6 and 7, each ACC of law.md by name."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.access.covered import NOT_AN_OPINION, Coverage, covered
from domain.access.decision import decide
from domain.access.evidence import Consent, Ended
from domain.access.facts import Facts, known_by
from domain.access.grounds import TABLE
from domain.access.policy import Basis, DeclaredBasis, Purpose
from domain.consent import GrantConsent, WithdrawConsent
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.changes import file, law, request
from tests.acceptance.access.people import CHEN, CONSENT, NOTICE, PARK, TODAY, YESTERDAY, ZONE
from tests.acceptance.access.phrases_outside import PHRASES

GIVEN = request(at=datetime(2025, 9, 5, 14, 0, tzinfo=ZONE))(BASELINES["FERPA-99.30"])
KEYED_IN = datetime(2025, 9, 10, 9, 0, tzinfo=ZONE)
LATE = replace(
    CONSENT,
    received=date(2025, 9, 3),
    recorded=KEYED_IN,
    scan="sha256:9f2c",
    entered_by=CHEN,
    confirmed_by=PARK,
)


def explained(*consents: Consent, of: Facts = GIVEN) -> Coverage:
    """The access of 5 September, by the file as known then and as known on 12 September."""
    now = file(consents=consents)(of)
    then = replace(now, file=known_by(now.file, of.request.at))
    return covered(then, now, TABLE)


def test_a_consent_received_before_and_entered_after_covers_now_and_did_not_then() -> None:
    found = explained(LATE)

    assert (found.then.allowed, found.now.allowed, found.differs) == (False, True, True)
    assert found.text == (
        "Allowed by what was on file that day? No. Covered by what is on file now? "
        "Yes: signed 1 Sep, received 3 Sep, entered 10 Sep. "
        "This is a check against the district's rules, not a legal opinion."
    )


def test_a_consent_received_after_the_access_covers_it_neither_then_nor_now() -> None:
    found = explained(replace(LATE, received=date(2025, 9, 8)))

    assert (found.then.allowed, found.now.allowed, found.differs) == (False, False, False)
    assert found.text == (
        "Allowed by what was on file that day? No. Covered by what is on file now? "
        "No: signed 1 Sep, received 8 Sep, entered 10 Sep. The access was on 5 Sep. "
        "The school did not have the consent yet on this day. "
        "This is a check against the district's rules, not a legal opinion."
    )


@pytest.mark.parametrize(
    "consent",
    [
        replace(LATE, scan=None),
        replace(LATE, confirmed_by=None),
        replace(LATE, confirmed_by=CHEN),
    ],
    ids=["no scan", "no second person", "the same person twice"],
)
def test_a_late_entry_covers_only_with_its_scan_and_a_second_person(consent: Consent) -> None:
    found = explained(consent)
    assert (found.now.allowed, found.now.code) == (False, "local-late-entry")


def test_a_consent_found_void_later_no_longer_covers_what_relied_on_it() -> None:
    void = Ended(effective=YESTERDAY, recorded=KEYED_IN)
    found = explained(replace(CONSENT, voided=void))

    assert (found.then.allowed, found.now.allowed) == (True, False)
    assert found.text.startswith(
        "Allowed by what was on file that day? Yes. Covered by what is on file now? No: signed"
    )
    assert "was never valid" in found.text
    assert found.text.endswith(NOT_AN_OPINION)


def test_an_access_without_any_consent_is_explained_by_its_ground() -> None:
    counselor = BASELINES["FERPA-99.31-a-1-i-A"]
    assert covered(counselor, counselor, TABLE).text == (
        "Allowed by what was on file that day? Yes. Covered by what is on file now? "
        "Yes: School officials with a legitimate educational interest. "
        "This is a check against the district's rules, not a legal opinion."
    )


def test_an_assignment_whose_end_was_entered_late_covered_it_then_and_not_now() -> None:
    counselor = BASELINES["FERPA-99.31-a-1-i-A"]
    (duty,) = counselor.file.assignments
    ended = replace(duty, until=date(2025, 9, 1), until_recorded=datetime(2025, 9, 12, tzinfo=ZONE))
    now = file(assignments=(ended,))(counselor)
    found = covered(replace(now, file=known_by(now.file, now.request.at)), now, TABLE)

    assert (found.then.allowed, found.now.allowed) == (True, False)


def test_both_answers_use_the_rules_in_force_at_the_access() -> None:
    stricter = PHRASES["no notice says who is a school official"](BASELINES["FERPA-99.31-a-1-i-A"])
    assert not decide(stricter, TABLE).allowed
    then = BASELINES["FERPA-99.31-a-1-i-A"]
    now = law("DE")(then)  # the school changed hands since
    assert covered(then, now, TABLE).now.allowed


def test_two_different_accesses_are_not_compared() -> None:
    with pytest.raises(ValueError, match="judged twice"):
        covered(GIVEN, BASELINES["FERPA-99.30"], TABLE)


def test_a_consent_of_another_year_is_told_with_its_year() -> None:
    signed = date(2024, 11, 2)
    old = replace(LATE, signed_on=signed, effective=signed, received=signed)
    assert "signed 2 Nov 2024, received 2 Nov 2024, entered 10 Sep." in explained(old).text


@pytest.mark.law("GDPR-7", "as-easy")
def test_withdrawing_asks_for_no_more_than_granting() -> None:
    def required(command: type[GrantConsent | WithdrawConsent]) -> set[str]:
        return {name for name, field in command.model_fields.items() if field.is_required()}

    assert required(WithdrawConsent) == {"consent"}
    assert len(required(WithdrawConsent)) < len(required(GrantConsent))


@pytest.mark.law("GDPR-7", "not-retroactive")
def test_uses_before_a_withdrawal_stay_covered_and_after_it_are_denied() -> None:
    withdrawn = replace(CONSENT, withdrawn=Ended(effective=date(2025, 9, 8), recorded=KEYED_IN))

    before = explained(withdrawn)
    assert (before.then.allowed, before.now.allowed) == (True, True)
    on_the_day = request(at=datetime(2025, 9, 8, 8, 0, tzinfo=ZONE))(GIVEN)
    denied = decide(file(consents=(withdrawn,))(on_the_day), TABLE)
    assert (denied.allowed, denied.code) == (False, "FERPA-99.30-withdrawn")


@pytest.mark.law("GDPR-6", "no-fallback")
def test_a_purpose_that_rests_on_a_withdrawn_consent_falls_back_on_nothing() -> None:
    phrases = ("the GDPR applies too", "the purpose rests on consent")
    facts = BASELINES["FERPA-99.31-a-1-i-A"]
    for phrase in (*phrases, "the family consented to this"):
        facts = PHRASES[phrase](facts)
    assert decide(facts, TABLE).allowed

    withdrawn = PHRASES["withdrawn yesterday"](facts)
    denied = decide(withdrawn, TABLE)
    # The counselor is still assigned, so under FERPA alone it would be allowed.
    assert decide(law("US")(withdrawn), TABLE).allowed
    assert (denied.allowed, denied.code) == (False, "GDPR-6")


@pytest.mark.law("GDPR-6", "basis-dated")
def test_the_basis_in_force_that_day_decides() -> None:
    bases = (
        DeclaredBasis(basis=Basis.CONSENT, effective=date(2024, 8, 1)),
        DeclaredBasis(basis=Basis.PUBLIC_TASK, effective=TODAY),
    )
    facts = law("US", gdpr=True)(BASELINES["FERPA-99.31-a-1-i-A"])
    purposes = facts.purposes.with_([Purpose("counseling", "education", bases)])
    facts = replace(facts, purposes=purposes)

    assert decide(facts, TABLE).allowed
    day_before = request(at=datetime(2025, 9, 9, 12, 0, tzinfo=ZONE))(facts)
    assert decide(day_before, TABLE).code == "GDPR-6"
    assert NOTICE.effective < YESTERDAY
