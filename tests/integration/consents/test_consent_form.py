"""A consent is entered once, and what is wrong with it is told beside the field."""

import json
import re
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import pytest

from domain.consent import ConsentWithdrawn
from domain.effective import Effective
from domain.identity import MergeRecords
from domain.words import DataClass
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import beside, command_id, entry_of, filled, send
from tests.integration.pages.browsing import text_of
from tests.people import enrol, since, tell, years_ago
from tests.varied import of_kind


def test_a_form_sent_twice_is_one_consent_and_leads_to_its_receipt(family: Family) -> None:
    before = len(family.granted())
    fields = {**filled(family), "wording": "I agree.", "records": "course results, goals"}
    answers = [send(family, fields) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303], answers[0].text
    assert len({a.headers["location"] for a in answers}) == 1
    [consent] = family.granted()[before:]
    assert consent.records == ("attendance", "course results", "goals")
    assert (consent.signer, consent.signer_name) == (family.people["mother"].id, "Maria Lopez")
    assert (consent.capacity, consent.language) == ("mother", "es")
    assert consent.effective == Effective(start=family.days_ago(9))
    assert (consent.received_on, consent.expires) == (family.days_ago(7), None)
    assert consent.text_digest == f"sha256:{sha256(b'I agree.').hexdigest()}"
    receipt = family.as_("teacher").get(answers[0].headers["location"])
    assert "The consent was recorded" in text_of(receipt.text)


def rule_of(problem: Any) -> tuple[str, str]:
    [one] = problem["errors"]
    return one["field"], one["rule"]


WRONG = {
    "no records": ({"records-0": ""}, "records", "Say which records."),
    "all records": ({"records-0": "", "records": "all"}, "records", "is not a consent"),
    "any record": ({"records": "goals\n*"}, "records", "is not a consent"),
    "no purpose": ({"purpose": ""}, "purpose", "Choose what the records may be used for."),
    "another purpose": ({"purpose": "astrology"}, "purpose", "has not declared this purpose"),
    "any purpose": ({"purpose": "anything"}, "purpose", "is not a consent"),
    "no recipient": ({"recipient": " "}, "recipient", "Say who may receive them"),
    "any recipient": ({"recipient": "Anyone"}, "recipient", "is not a consent"),
    "a bell": ({"recipient": "bell \x07"}, "recipient", "control character U+0007"),
    "nobody": ({"signer": ""}, "signer", "Choose who signed."),
    "a stranger": ({"signer": "x"}, "signer", "Choose who signed."),
    "no date": ({"signed": ""}, "signed", "A consent needs its date."),
    "no such date": ({"signed": "2025-02-30"}, "signed", "This is not a date."),
    "a day to come": ({"signed": "2199-01-01"}, "signed", "This day has not come yet."),
    "received to come": ({"received": "2199-01-01"}, "received", "This day has not come yet."),
    "over before signed": ({"expires": "2001-01-01"}, "expires", "It has to end later than"),
    "not a day": ({"expires": "soon"}, "expires", "This is not a date."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    family: Family, wrong: str
) -> None:
    typed, field, sentence = WRONG[wrong]
    fields, before = {**filled(family), **typed}, len(family.granted())
    answer = send(family, fields)
    assert answer.status_code == 422
    assert sentence in beside(answer.text, field), answer.text
    assert command_id(answer.text) == fields["command_id"]
    assert f'value="{fields["received"]}"' in answer.text
    assert len(family.granted()) == before


def test_all_that_is_wrong_with_the_fields_is_told_at_once(family: Family) -> None:
    fields = {**filled(family), "records-0": "", "purpose": "", "recipient": "any", "signed": ""}
    html = send(family, fields).text
    assert all(beside(html, name) for name in ("records", "purpose", "recipient", "signed"))


def test_a_consent_does_not_reach_the_school_before_it_is_signed(family: Family) -> None:
    fields = {**filled(family), "received": family.days_ago(20).isoformat()}
    told = beside(send(family, fields).text, "received")
    assert told == "It cannot have reached the school before it was signed."


def test_somebody_without_evidence_of_a_right_does_not_sign_for_a_learner(family: Family) -> None:
    fields = filled(family)
    html = family.as_("teacher").get(f"/learners/{family.learners['ana']}/consents/new").text
    aunt = unescape(html).split(">Tia Rosa, aunt<")[0].rsplit('value="', 1)[1].split('"')[0]
    answer = send(family, {**fields, "signer": aunt})
    assert answer.status_code == 422
    assert "held no right over these records on the day of signing" in beside(answer.text, "signer")
    assert "Juan Lopez (father) and Maria Lopez (mother)" in unescape(answer.text)


def test_at_eighteen_the_learner_signs_and_before_the_parent_does(family: Family) -> None:
    gia, born = family.learners["gia"], years_ago(family.system, 19)
    fields = filled(family, learner="gia")
    answer = send(family, fields, learner="gia")
    assert "so the learner signs. Ask the learner." in beside(answer.text, "signer")
    assert "Gia Lopez (the learner)" in answer.text
    child = born.replace(year=born.year + 16).isoformat()
    assert send(family, {**fields, "signed": child}, learner="gia").status_code == 303
    own = {**filled(family, learner="gia"), "signer": str(gia)}
    assert send(family, own, learner="gia").status_code == 303


def test_a_parent_gives_a_consent_for_themselves_and_for_nobody_else(family: Family) -> None:
    mother, father = (str(family.people[one].id) for one in ("mother", "father"))
    fields = filled(family, "mother")
    assert "Juan Lopez" not in family.as_("mother").get(
        f"/learners/{family.learners['ana']}/consents/new"
    ).text.replace("Juan Lopez (father)", "")
    assert beside(send(family, {**fields, "signer": father}, "mother").text, "signer") == (
        "Choose who signed."
    )
    assert send(family, {**fields, "signer": mother}, "mother").status_code == 303
    assert family.granted()[-1].method == "online, signed in"
    said = {
        "records": ["attendance"], "purpose": "tutoring", "recipient": "Bright Path Tutoring",
        "signer": father, "signer_name": "Juan Lopez", "capacity": "father", "method": "paper",
    }  # fmt: skip
    url = f"/v1/learners/{family.learners['ana']}/grant-consent"
    answer = family.as_("mother").post(url, json=said)
    assert (answer.status_code, rule_of(answer.json())) == (422, ("signer", "signer-is-another"))


def test_who_signs_online_signs_today_and_on_no_earlier_day(family: Family) -> None:
    """A parent could date a consent back that was signed by pressing the button."""
    mother, earlier = family.people["mother"], family.days_ago(9).isoformat()
    page = family.as_("mother").get(f"/learners/{family.learners['ana']}/consents/new").text
    assert 'name="signed"' not in page
    assert "the day of signing is today" in text_of(page)
    fields = {**filled(family, "mother"), "signed": earlier, "received": earlier}
    assert send(family, {**fields, "signer": str(mother.id)}, "mother").status_code == 303
    granted = family.granted()[-1]
    assert (granted.effective, granted.received_on) == (Effective(start=family.today), None)
    url = f"/v1/learners/{family.learners['ana']}/grant-consent"
    said = {
        "records": ["attendance"], "purpose": "tutoring", "recipient": "Bright Path Tutoring",
        "signer": str(mother.id), "signer_name": mother.name, "capacity": "mother",
        "method": "online",
    }  # fmt: skip
    for field in ("effective", "received_on"):
        answer = family.as_("mother").post(url, json={**said, field: earlier})
        assert (answer.status_code, rule_of(answer.json())) == (422, (field, "signed-online-today"))
    today = {"effective": family.today.isoformat()}
    assert family.as_("mother").post(url, json={**said, **today}).status_code == 201


def test_a_consent_is_not_signed_before_the_learner_is_born(family: Family) -> None:
    fields = {**filled(family), "signed": "1950-01-01", "received": ""}
    assert "before the learner’s birth" in beside(send(family, fields).text, "signed")


BAD = {
    "purpose-undeclared": {"purpose": "astrology"},
    "signer-held-no-right": {"signer": "5f0c2f6a-7d59-4c09-8a51-1d6a0f6a7f10"},
    "expires-before-start": {"expires": "2001-01-01"},
}


@pytest.mark.parametrize("rule", BAD)
def test_the_same_is_refused_over_json_alone_and_in_bulk(family: Family, rule: str) -> None:
    said = {
        "records": ["attendance"], "purpose": "tutoring", "recipient": "Bright Path Tutoring",
        "signer": str(family.people["mother"].id), "signer_name": "Maria Lopez",
        "capacity": "mother", "method": "paper", **BAD[rule],
    }  # fmt: skip
    client, ana = family.as_("teacher"), family.learners["ana"]
    answer = client.post(f"/v1/learners/{ana}/grant-consent", json=said)
    wrong = (rule.split("-", maxsplit=1)[0], rule)
    assert (answer.status_code, rule_of(answer.json())) == (422, wrong)
    line = {"learner": str(ana), "command": "grant-consent", "command_id": rule, **said}
    of_lines = {"Content-Type": "application/x-ndjson"}
    sent = client.post("/v1/commands", content=json.dumps(line), headers=of_lines)
    bulk = json.loads(sent.text)
    assert (bulk["status"], rule_of(bulk["problem"])) == (422, wrong)


def test_special_education_records_are_signed_for_under_their_own_law(family: Family) -> None:
    fields = {**filled(family), "records-0": "", "records": "IEP"}
    assert send(family, fields).status_code == 303
    assert family.granted()[-1].data_class is DataClass.EDUCATION


def test_one_form_used_for_a_second_consent_asks_before_it_records(family: Family) -> None:
    fields = filled(family)
    send(family, fields)
    answer = send(family, {**fields, "recipient": "Somebody else"})
    assert answer.status_code == 409
    assert "already recorded from this form" in answer.text
    assert fields["command_id"] not in answer.text


# -- withdrawn ------------------------------------------------------------------------------------


@pytest.mark.law("GDPR-7", "as-easy-on-pages")
def test_a_withdrawal_takes_one_step_from_the_ledger_and_counts_once(family: Family) -> None:
    consent, ana = family.consent(), family.learners["ana"]
    client = family.as_("mother")
    html = client.get(f"/learners/{ana}/consents").text
    part = html.split(f"/consents/{consent}/withdraw")[1]
    fields = {"command_id": command_id(part)}
    url = f"/learners/{ana}/consents/{consent}/withdraw"
    answers = [client.post(url, data=fields) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303], answers[0].text
    assert len({a.headers["location"] for a in answers}) == 1
    receipt = text_of(family.as_("mother").get(answers[0].headers["location"]).text)
    assert "The withdrawal was recorded" in receipt
    shown = entry_of(client.get(f"/learners/{ana}/consents").text, consent)
    assert "Withdrawn from" in shown
    assert "It came earlier than today" not in shown


def test_a_withdrawal_counts_from_the_day_the_school_was_told(family: Family) -> None:
    consent, ana = family.consent(effective=Effective(start=family.days_ago(40))), "ana"
    told = family.days_ago(5)
    url = f"/learners/{family.learners[ana]}/consents/{consent}/withdraw"
    answer = family.as_("teacher").post(url, data={"received": told.isoformat(), "reason": "Moved"})
    assert answer.status_code == 303
    assert f"from {told.day} " in entry_of(
        family.as_("teacher").get(f"/learners/{family.learners[ana]}/consents").text, consent
    )


def test_a_family_does_not_withdraw_a_consent_on_an_earlier_day(family: Family) -> None:
    """What the school gave in between looked uncovered on the family's word alone."""
    signed = Effective(start=family.days_ago(40))
    consent, ana = family.consent(effective=signed), family.learners["ana"]
    client = family.as_("mother")
    form = client.get(f"/learners/{ana}/consents").text.split(f"/consents/{consent}/withdraw")[1]
    assert 'name="received"' not in form.split("</form>")[0]
    earlier = {"received": family.days_ago(30).isoformat(), "reason": "Moved"}
    url = f"/learners/{ana}/consents/{consent}/withdraw"
    assert client.post(url, data=earlier).status_code == 303
    withdrawn = of_kind(family.system, ConsentWithdrawn)[-1]
    assert (withdrawn.consent, withdrawn.reason) == (consent, "Moved")
    assert (withdrawn.effective, withdrawn.received_on) == (Effective(start=family.today), None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"received": "2199-01-01"}, "no later than today"),
        ({"received": "soon"}, "Write the day as year-month-day"),
        ({"reason": "bell \x07"}, "control character"),
    ],
)
def test_what_is_wrong_with_a_withdrawal_is_told_at_that_consent(
    family: Family, typed: dict[str, str], sentence: str
) -> None:
    consent = family.consent()
    url = f"/learners/{family.learners['ana']}/consents/{consent}/withdraw"
    answer = family.as_("teacher").post(url, data=typed)
    assert answer.status_code == 422
    assert sentence in entry_of(answer.text, consent)
    assert answer.text.count("Not withdrawn:") == 1


@pytest.mark.parametrize(
    ("days", "rule", "sentence"),
    [
        (10, "received-before-signing", "This day was before the consent was signed"),
        (30_000, "received-before-birth", "This day was before the learner’s birth."),
    ],
)
def test_a_consent_is_not_withdrawn_before_it_was_signed(
    family: Family, days: int, rule: str, sentence: str
) -> None:
    signed, received = family.days_ago(9), family.days_ago(days).isoformat()
    consent, client = family.consent(effective=Effective(start=signed)), family.as_("teacher")
    ana = family.learners["ana"]
    url = f"/learners/{ana}/consents/{consent}/withdraw"
    answer = client.post(url, data={"received": received})
    assert answer.status_code == 422
    assert sentence in entry_of(answer.text, consent)
    assert f'id="received-{consent}-wrong"' in answer.text
    said = {"consent": str(consent), "received_on": received}
    told = client.post(f"/v1/learners/{ana}/withdraw-consent", json=said)
    assert (told.status_code, rule_of(told.json())) == (422, ("received_on", rule))
    assert client.post(url, data={"received": signed.isoformat()}).status_code == 303


def test_a_consent_is_withdrawn_once(family: Family) -> None:
    consent = family.consent()
    url = f"/learners/{family.learners['ana']}/consents/{consent}/withdraw"
    assert family.as_("teacher").post(url).status_code == 303
    again = family.as_("teacher").post(url)
    assert again.status_code == 422
    assert "This consent has already been withdrawn." in entry_of(again.text, consent)


@pytest.mark.law("GDPR-7", "as-easy-on-pages")
def test_a_grant_takes_no_fewer_steps_than_a_withdrawal(family: Family) -> None:
    """From the ledger: a page and a form to grant, one button to withdraw, no field required."""
    consent = family.consent(expires=family.today + timedelta(days=9))
    html = family.as_("mother").get(f"/learners/{family.learners['ana']}/consents").text
    form = html.split(f"/consents/{consent}/withdraw")[1].split("</form>")[0]
    assert "required" not in form
    assert 'type="submit"' in form


def test_a_consent_on_a_merged_record_is_withdrawn_from_the_ledger_of_either(
    family: Family,
) -> None:
    """The form once went to the record whose ledger it was on, which knew of no such consent."""
    years = since(family.system, 4000)
    mia, twice = (enrol(family.system, "Mia", age=12, effective=years) for _ in range(2))
    family.learners |= {"mia": mia, "twice": twice}
    consent = family.consent("twice")
    tell(family.system, mia, MergeRecords(other=twice, reason="Entered twice."))
    client = family.as_("teacher")
    html = client.get(f"/learners/{mia}/consents").text
    [action] = re.findall(rf'action="([^"]+/consents/{consent}/withdraw)"', html)
    answer = client.post(action, data={"command_id": command_id(html.split(action)[1])})
    assert answer.status_code == 303, answer.text
    assert "The withdrawal was recorded" in text_of(client.get(answer.headers["location"]).text)
    assert "Withdrawn from" in entry_of(client.get(f"/learners/{mia}/consents").text, consent)
