"""A consent that was entered late covers the days before with its scan and a second person."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import httpx

from api.desk import Desk
from domain.access.filing import LearnerFile
from domain.consent import ConsentConfirmed, ConsentGranted, VoidConsent
from domain.effective import Effective
from domain.words import DataClass
from store.filed import Filed
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import (
    PDF,
    Files,
    command_id,
    entry_of,
    filled,
    scan,
    send_with,
)
from tests.varied import of_kind

BUTTON = "I have compared it with its scan"
OWN = "You entered it yourself, so a colleague who may see this record has to compare it"
NO_FILE: Files = {"scan": ("", b"", "application/octet-stream")}


def late(family: Family, days: int = 7, **fields: Any) -> UUID:
    """A consent that reached the school some days before it was entered, without a scan."""
    signed = Effective(start=family.days_ago(days + 2))
    return family.consent(effective=signed, received_on=family.days_ago(days), **fields)


def ledger(family: Family, who: str) -> str:
    answer = family.as_(who).get(f"/learners/{family.learners['ana']}/consents")
    assert answer.status_code == 200
    return answer.text


def confirm(family: Family, who: str, consent: UUID, files: Files, **fields: str) -> httpx.Response:
    url = f"/learners/{family.learners['ana']}/consents/{consent}/confirm"
    return family.as_(who).post(url, data={"command_id": str(uuid4()), **fields}, files=files)


def file_of(family: Family) -> LearnerFile:
    system, ana = family.system, family.learners["ana"]
    desk = Desk(Filed(system.recorder, system.mapper), system.settings.tenant, system.zone)
    return desk.filed.learners([ana])[ana]


def test_a_late_consent_says_what_it_lacks_and_takes_scan_and_second_person_at_once(
    family: Family,
) -> None:
    consent = late(family)
    told = entry_of(ledger(family, "teacher"), consent)
    assert "It was entered 7 days after it counts from." in told
    assert "only with its scan and a second person" in told
    answer = confirm(family, "teacher", consent, scan())
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].endswith(f"#consent-{consent}")
    done = entry_of(family.as_("teacher").get(answer.headers["location"]).text, consent)
    assert "Compared with its scan by Mr Okafor" in done
    assert "Scan of the paper, to save: Lopez, consent.pdf" in done
    assert BUTTON not in done
    [kept] = [c for c in file_of(family).consents if c.id == consent]
    assert (kept.scan, kept.confirmed_by) == (sha256(PDF).hexdigest(), family.people["teacher"].id)


def test_who_entered_a_consent_is_not_its_second_person(family: Family) -> None:
    answer = send_with(family, filled(family), scan())
    assert answer.status_code == 303
    consent = family.granted()[-1].consent
    told = entry_of(ledger(family, "teacher"), consent)
    assert OWN in told
    assert BUTTON not in told
    refused = confirm(family, "teacher", consent, NO_FILE)
    assert refused.status_code == 422
    assert "You entered this yourself" in entry_of(refused.text, consent)
    assert BUTTON in entry_of(ledger(family, "officer"), consent)
    assert confirm(family, "officer", consent, NO_FILE).is_redirect
    assert "Compared with its scan by Marcus Ellery" in entry_of(ledger(family, "teacher"), consent)


def test_nothing_is_confirmed_without_a_scan(family: Family) -> None:
    consent, before = late(family), len(of_kind(family.system, ConsentConfirmed))
    for files, sentence in (
        (NO_FILE, "Choose the scan: the second person compares what was entered with it."),
        (scan(b"<html>"), "The scan is no PDF, JPEG, PNG or TIFF."),
    ):
        answer = confirm(family, "teacher", consent, files)
        assert answer.status_code == 422
        assert sentence in entry_of(answer.text, consent)
    assert len(of_kind(family.system, ConsentConfirmed)) == before


def test_a_confirmation_sent_twice_is_one(family: Family) -> None:
    consent, before = late(family), len(of_kind(family.system, ConsentConfirmed))
    html = ledger(family, "teacher").split(f"/consents/{consent}/confirm")[1]
    sent = {"command_id": command_id(html)}
    answers = [confirm(family, "teacher", consent, scan(), **sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303], answers[1].text
    assert len({a.headers["location"] for a in answers}) == 1
    assert len(of_kind(family.system, ConsentConfirmed)) == before + 1


def test_a_consent_entered_on_its_day_needs_nobody(family: Family) -> None:
    today = family.consent()
    ahead = family.consent(effective=Effective(start=family.today))
    html = ledger(family, "teacher")
    assert "after it counts from" not in entry_of(html, today) + entry_of(html, ahead)


def test_a_voided_consent_and_one_of_an_import_need_nobody(family: Family) -> None:
    void, brought = late(family), late(family, source_recorded_at=family.system.context().now)
    family.ana(VoidConsent(consent=void, reason="Signed by the aunt."))
    html = ledger(family, "teacher")
    assert "after it counts from" not in entry_of(html, void) + entry_of(html, brought)


def test_a_family_confirms_nothing_and_leaves_no_file(family: Family) -> None:
    consent = late(family)
    assert "second person" not in entry_of(ledger(family, "mother"), consent)
    assert confirm(family, "mother", consent, scan()).status_code == 403


def test_the_scan_of_a_special_education_consent_is_kept_in_its_group(family: Family) -> None:
    consent = late(family, data_class=DataClass.SPECIAL_ED)
    assert confirm(family, "counselor", consent, scan()).status_code == 303
    event = of_kind(family.system, ConsentConfirmed)[-1]
    assert event.retention == of_kind(family.system, ConsentGranted)[-1].retention == "special_ed"
    address = f"/learners/{family.learners['ana']}/scans/{event.attachments[0].id}"
    assert family.as_("counselor").get(address).content == PDF
    assert family.as_("teacher").get(address).status_code == 404


def test_a_consent_that_is_not_there_is_not_confirmed(family: Family) -> None:
    assert confirm(family, "teacher", uuid4(), scan()).status_code == 404
