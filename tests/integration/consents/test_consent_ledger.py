"""The ledger tells of every consent: what was agreed, its three dates, and how it stands."""

from datetime import timedelta

import pytest

from api.pages.words import day
from domain.consent import DeclineAssent, GiveAssent, VoidConsent, WithdrawConsent
from domain.effective import Effective
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import entry_of
from tests.integration.pages.browsing import text_of


def ledger(family: Family, who: str = "teacher") -> str:
    answer = family.as_(who).get(f"/learners/{family.learners['ana']}/consents")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_all_that_a_consent_says_is_in_the_ledger(family: Family) -> None:
    signed, received = family.days_ago(9), family.days_ago(7)
    consent = family.consent(
        records=("attendance", "course results"),
        effective=Effective(start=signed),
        received_on=received,
        expires=family.today + timedelta(days=100),
        text_digest="sha256:9f2c",
        language="es",
    )
    family.ana(GiveAssent(consent=consent, text="OK for me."))
    told = entry_of(ledger(family), consent)
    for words in (
        "For tutoring, to Bright Path Tutoring",
        "In force",
        "attendance and course results",
        "Maria Lopez, mother",
        "paper, signed and dated",
        "Spanish",
        "sha256:9f2c",
        f"Holds until {day(family.today + timedelta(days=99))}",
        f"Signed, and holds from {day(signed)}",
        f"Reached the school {day(received)}",
        f"Entered here {day(family.today)}",
        "The learner agrees too",
        "OK for me.",
    ):
        assert words in told


def test_the_ledger_keeps_what_no_profile_shows_any_more(family: Family) -> None:
    old = Effective(start=family.days_ago(90))
    gone = family.consent(effective=old, expires=family.days_ago(30))
    ahead = family.consent(effective=Effective(start=family.today + timedelta(days=30)))
    void = family.consent(effective=old)
    family.ana(VoidConsent(consent=void, reason="Signed by the aunt."))
    ended = family.consent(effective=old)
    family.ana(WithdrawConsent(consent=ended, reason="The tutoring stopped."))
    shown = ledger(family)
    assert f"Ran out after {day(family.days_ago(31))}" in entry_of(shown, gone)
    assert "Holds from" in entry_of(shown, ahead)
    assert "Never valid" in entry_of(shown, void)
    assert "Signed by the aunt." in entry_of(shown, void)
    assert f"Withdrawn from {day(family.today)}" in entry_of(shown, ended)
    assert "The tutoring stopped." in entry_of(shown, ended)


def test_a_consent_that_ran_out_is_not_withdrawn_from_today(family: Family) -> None:
    """One click made it “withdrawn from today”, and its receipt lost the last day."""
    old, last = Effective(start=family.days_ago(90)), family.days_ago(31)
    consent = family.consent(effective=old, expires=family.days_ago(30))
    ran_out, staff = f"Ran out after {day(last)}", family.as_("counselor")
    place = f"/learners/{family.learners['ana']}/consents/{consent}"
    refused = staff.post(f"{place}/withdraw", data={})
    assert refused.status_code == 422
    assert f"This consent ran out after {day(last)}." in refused.text
    assert ran_out in entry_of(ledger(family), consent)
    assert f"It held until {day(last)}, that day included." in staff.get(f"{place}/receipt").text
    told = family.days_ago(60)  # a paper that nobody had entered
    assert staff.post(f"{place}/withdraw", data={"received": told.isoformat()}).status_code == 303
    assert f"Withdrawn from {day(told)}" in entry_of(ledger(family), consent)
    assert f"It was to hold until {day(last)}." in staff.get(f"{place}/receipt").text


def test_a_withdrawal_to_come_leaves_a_consent_in_force_until_then(family: Family) -> None:
    consent, later = family.consent(), family.today + timedelta(days=10)
    family.ana(WithdrawConsent(consent=consent, effective=Effective(start=later)))
    assert f"In force until it is withdrawn on {day(later)}" in entry_of(ledger(family), consent)


def test_a_learner_who_declined_is_told_beside_the_consent(family: Family) -> None:
    consent = family.consent()
    family.ana(DeclineAssent(consent=consent, text="Not with them."))
    assert "The learner does not agree" in entry_of(ledger(family), consent)


def test_words_that_name_no_records_are_said_to_cover_nothing(family: Family) -> None:
    consent = family.consent(records=("attendance", "reading scores"))
    told = entry_of(ledger(family), consent)
    assert "“ reading scores ” is not the name of any kind of record here" in told
    assert "“ attendance ”" not in told
    assert "In force" in told
    nothing = family.consent(records=("reading scores",))
    assert "Covers nothing" in entry_of(ledger(family), nothing)


def test_a_signature_of_nobody_knows_whom_covers_nothing(family: Family) -> None:
    consent = family.consent(signer=None)
    assert "Covers nothing" in entry_of(ledger(family), consent)


def test_a_parents_consent_is_suspended_once_the_rights_are_the_learners_own(
    family: Family,
) -> None:
    consent = family.consent("gia", effective=Effective(start=family.days_ago(3000)))
    answer = family.as_("teacher").get(f"/learners/{family.learners['gia']}/consents")
    assert "Suspended" in entry_of(answer.text, consent)


@pytest.mark.parametrize("days", [None, 1])
def test_the_learners_page_had_a_suspended_consent_in_force(
    family: Family, days: int | None
) -> None:
    """So had the page of a past day. Pages and ledger say the same of every consent."""
    old, gia = Effective(start=family.days_ago(200)), family.learners["gia"]
    own = family.consent("gia", signer=gia, signer_name="Gia Lopez", effective=old)
    idle = {
        family.consent("gia", effective=Effective(start=family.days_ago(3000))): "Suspended: a",
        family.consent("gia", signer=None, effective=old): "Covers nothing: who signed",
        family.consent(
            "gia", signer=gia, effective=old, records=("reading scores",)
        ): "Covers nothing: it names no kind of record",
    }
    past = f"/replay?on={family.days_ago(days)}&known=now" if days else ""
    staff = family.as_("teacher")
    ledger = staff.get(f"/learners/{gia}/consents").text
    page = staff.get(f"/learners/{gia}{past}").text
    in_force, others = page.split("Consents not in force", maxsplit=1)
    assert "In force" in entry_of(ledger, own)
    assert f'id="entry-{own}"' in in_force
    for consent, why in idle.items():
        assert why in entry_of(ledger, consent)
        before, shown = others.split(f'id="entry-{consent}"')
        assert why in before.rpartition("</article>")[2]
        assert "For tutoring" in shown


@pytest.mark.parametrize("who", ["mother", "counselor", "officer"])
def test_the_ledger_opens_for_the_family_and_for_staff(family: Family, who: str) -> None:
    consent = family.consent()
    assert "Maria Lopez, mother" in entry_of(ledger(family, who), consent)


def test_a_receipt_is_in_simple_words_and_says_how_to_take_it_back(family: Family) -> None:
    consent = family.consent(effective=Effective(start=family.days_ago(3)))
    url = f"/learners/{family.learners['ana']}/consents/{consent}/receipt"
    told = text_of(family.as_("mother").get(url).text)
    assert "Maria Lopez ( mother ) agreed that the school may give these records" in told
    assert f"Signed on {day(family.days_ago(3))}" in told
    assert "At any time, in one step, without a reason" in told
    family.ana(WithdrawConsent(consent=consent))
    told = text_of(family.as_("mother").get(url).text)
    assert "From then on nothing more is given because of this consent." in told
    assert "in one step" not in told


def test_there_is_no_receipt_of_a_consent_that_is_not_there(family: Family) -> None:
    nowhere = f"/learners/{family.learners['ana']}/consents/{family.learners['gia']}/receipt"
    assert family.as_("teacher").get(nowhere).status_code == 404


def test_what_the_ledger_shows_is_noted(family: Family) -> None:
    family.consent()
    ledger(family, "counselor")
    access = family.noted()[-1]
    assert access.entered_by == family.people["counselor"].id
    stored = family.system.recorder.read_positions(access.facts)
    assert "consent-granted" in {one.topic for one in stored}
