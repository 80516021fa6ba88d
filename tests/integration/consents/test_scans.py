"""The scan of a signed paper comes with the form, is kept sealed, and opens beside its entry."""

import re
from hashlib import sha256
from secrets import token_bytes
from tempfile import SpooledTemporaryFile
from threading import Thread
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from api.pages import posted
from domain.consent import VoidConsent
from domain.reads import AccessRecorded
from store.attachments import LIMIT_BYTES
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import (
    PDF,
    beside,
    command_id,
    filled,
    hidden,
    scan,
    send,
    send_with,
)
from tests.integration.pages.browsing import text_of
from tests.varied import of_kind

JPEG, PNG, TIFF = b"\xff\xd8\xff\xe0 x", b"\x89PNG\r\n\x1a\n x", b"MM\0* x"


def files_kept(family: Family) -> int:
    """How many files the district has kept."""
    with family.system.datastore.transaction() as cursor:
        cursor.execute("SELECT count(*) AS files FROM attachment WHERE chunk = -1")
        return int(cursor.fetchall()[0]["files"])


def address_of_scan(family: Family, who: str = "teacher") -> str:
    """Where the ledger leads to the scan of the consent that was entered last."""
    ana, [file] = family.learners["ana"], family.granted()[-1].attachments
    address = f"/learners/{ana}/scans/{file.id}"
    assert f'href="{address}"' in family.as_(who).get(f"/learners/{ana}/consents").text
    return address


def test_a_scan_is_kept_with_its_consent_and_comes_back_as_it_was(family: Family) -> None:
    answer = send_with(family, filled(family), scan())
    assert answer.status_code == 303, answer.text
    [file] = family.granted()[-1].attachments
    assert (file.name, file.media_type) == ("Lopez, consent.pdf", "application/pdf")
    assert file.sha256 == sha256(PDF).hexdigest()
    opened = family.as_("teacher").get(address_of_scan(family))
    assert (opened.content, opened.headers["content-type"]) == (PDF, "application/pdf")
    saved_as = unquote(opened.headers["content-disposition"])
    assert saved_as == "attachment; filename*=UTF-8''Lopez, consent.pdf"
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert opened.headers["cache-control"] == "no-store"


def test_a_form_with_a_scan_sent_twice_is_one_consent_and_one_file(family: Family) -> None:
    fields, before, kept = filled(family), len(family.granted()), files_kept(family)
    answers = [send_with(family, fields, scan()) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303], answers[1].text
    assert len({a.headers["location"] for a in answers}) == 1
    assert (len(family.granted()), files_kept(family)) == (before + 1, kept + 1)


def test_a_double_click_on_a_form_with_a_scan_is_one_consent_and_one_file(family: Family) -> None:
    fields, before, kept = filled(family), len(family.granted()), files_kept(family)
    client, answers = family.as_("teacher"), list[httpx.Response]()
    large = scan(PDF + b"x" * 2_000_000)
    url = f"/learners/{family.learners['ana']}/consents"
    clicks = [
        Thread(target=lambda: answers.append(client.post(url, data=fields, files=large)))
        for _ in range(3)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert [a.status_code for a in answers] == [303] * 3, [a.text for a in answers]
    assert (len(family.granted()), files_kept(family)) == (before + 1, kept + 1)


WRONG = {
    "a web page": (scan(b"<!doctype html><script>"), "The scan is no PDF, JPEG, PNG or TIFF."),
    "called a pdf": (scan(b"PK\3\4 a letter", "a.pdf"), "The scan is no PDF, JPEG, PNG or TIFF."),
    "nothing": (scan(b""), "The scan is an empty file."),
    "too large": (scan(PDF + b"x" * LIMIT_BYTES), "The scan has more than 25 MB."),
    "larger than is held": (scan(PDF + b"x" * posted.HELD), "The scan has more than 25 MB."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_a_scan_is_told_beside_it_and_nothing_is_lost(
    family: Family, wrong: str
) -> None:
    files, sentence = WRONG[wrong]
    fields, before, kept = filled(family), len(family.granted()), files_kept(family)
    answer = send_with(family, {**fields, "wording": "I agree; né à Liège."}, files)
    assert answer.status_code == 422
    assert sentence in beside(answer.text, "scan")
    assert f'<a href="#scan">{sentence}' in answer.text
    assert command_id(answer.text) == fields["command_id"]
    assert "I agree; né à Liège." in answer.text
    assert f'value="{fields["received"]}"' in answer.text
    assert re.search(r'name="records-0" value="yes" checked', answer.text)
    assert (len(family.granted()), files_kept(family)) == (before, kept)


def test_a_file_beyond_all_bounds_is_refused(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posted, "READ_AT_MOST", 100_000)
    answer = send_with(family, filled(family), scan(PDF + b"x" * 200_000))
    assert answer.status_code == 413
    assert "This file is far too large" in answer.text


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (TIFF, "image/tiff"),
        (b"\n" * 9 + PDF, "application/pdf"),
    ],
)
def test_what_a_file_is_follows_from_its_beginning(
    family: Family, content: bytes, media_type: str
) -> None:
    assert send_with(family, filled(family), scan(content, "C:\\scans\\né.html")).is_redirect
    [file] = family.granted()[-1].attachments
    assert (file.name, file.media_type) == ("né.html", media_type)


def test_a_good_scan_is_not_lost_where_another_field_is_wrong(family: Family) -> None:
    fields = {**filled(family), "recipient": ""}
    answer = send_with(family, fields, scan())
    assert answer.status_code == 422
    assert "Lopez, consent.pdf was taken in and is saved with the rest." in text_of(answer.text)
    again = {**fields, **hidden(answer.text), "recipient": "Bright Path Tutoring"}
    assert send_with(family, again, {"scan": ("", b"", "application/octet-stream")}).is_redirect
    [file] = family.granted()[-1].attachments
    assert (file.name, file.sha256) == ("Lopez, consent.pdf", sha256(PDF).hexdigest())


def test_another_scan_takes_the_place_of_the_first(family: Family) -> None:
    fields = {**filled(family), "recipient": ""}
    again = {**fields, **hidden(send_with(family, fields, scan()).text), "recipient": "Clinic"}
    assert send_with(family, again, scan(JPEG, "other.jpg")).is_redirect
    assert [f.name for f in family.granted()[-1].attachments] == ["other.jpg"]


def test_a_file_whose_consent_is_refused_is_open_to_nobody(family: Family) -> None:
    fields = {**filled(family), "signer": str(family.people["mother"].id), "purpose": "astrology"}
    before, kept = len(family.granted()), files_kept(family)
    answer = send_with(family, fields, scan(PDF + b"orphan"))
    assert "has not declared this purpose" in beside(answer.text, "purpose")
    assert (len(family.granted()), files_kept(family)) == (before, kept + 1)
    scan_id, ana = hidden(answer.text)["scan-id"], family.learners["ana"]
    for url in (f"/learners/{ana}/scans/{scan_id}",
                f"/v1/learners/{ana}/attachments/{scan_id}?group=consent"):  # fmt: skip
        assert family.as_("officer").get(url).status_code == 404


def test_a_form_cannot_name_a_file_of_somebody_else(family: Family) -> None:
    before = len(family.granted())
    named = {"scan-id": str(family.learners["ana"]), "scan-name": "a", "scan-sha256": "0" * 64,
             "scan-media_type": "text/html"}  # fmt: skip
    answer = send_with(family, {**filled(family), **named}, {"none": ("", b"", "text/plain")})
    assert (answer.status_code, len(family.granted())) == (422, before)
    assert "There is no such file" in beside(answer.text, "scan")


def test_a_form_without_a_file_goes_both_ways(family: Family) -> None:
    assert send(family, filled(family)).is_redirect
    none = {"scan": ("", b"", "application/octet-stream")}
    assert send_with(family, filled(family), none).is_redirect
    assert family.granted()[-1].attachments == ()


def test_no_file_is_taken_from_a_family(family: Family) -> None:
    kept = files_kept(family)
    fields = filled(family, "mother")
    assert (
        'type="file"'
        not in family.as_("mother").get(f"/learners/{family.learners['ana']}/consents/new").text
    )
    assert send_with(family, fields, scan(), "mother").is_redirect
    assert (files_kept(family), family.granted()[-1].attachments) == (kept, ())


# -- opened ---------------------------------------------------------------------------------------


def test_a_scan_opens_for_those_to_whom_its_consent_is_open_and_each_time_is_noted(
    family: Family,
) -> None:
    assert send_with(family, filled(family), scan(PNG, "signed.png")).is_redirect
    address = address_of_scan(family)
    for who in ("counselor", "mother", "officer"):
        assert family.as_(who).get(address).content == PNG
        noted = of_kind(family.system, AccessRecorded)[-1]
        assert (noted.entered_by, str(noted.action)) == (family.people[who].id, "exported")
        assert noted.place == "/learners/{learner}/scans/{scan}"
        assert noted.facts == (family.granted()[-1].position,)
        assert noted.digest == sha256(PNG).hexdigest()


def test_a_scan_of_one_record_is_not_opened_by_way_of_another(family: Family) -> None:
    assert send_with(family, filled(family), scan()).is_redirect
    ana, gia = (str(family.learners[name]) for name in ("ana", "gia"))
    address = address_of_scan(family)
    assert family.as_("officer").get(address.replace(ana, gia)).status_code == 404
    refused = family.as_("counselor").get(address.replace(ana, gia))
    assert refused.status_code == 403
    assert not of_kind(family.system, AccessRecorded)[-1].allowed


def test_the_receipt_tells_of_the_file_and_a_voided_consent_keeps_it(family: Family) -> None:
    answer = send_with(family, filled(family), scan())
    receipt = text_of(family.as_("mother").get(answer.headers["location"]).text)
    assert "The signed paper is kept as a file, Lopez, consent.pdf ." in receipt
    family.ana(VoidConsent(consent=family.granted()[-1].consent, reason="Signed by the aunt."))
    assert family.as_("officer").get(address_of_scan(family, "officer")).content == PDF


def test_a_scan_is_never_written_to_a_disk_in_the_clear(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    spooled, roll = list[bytes](), SpooledTemporaryFile.rollover

    def rolled(spool: Any) -> None:
        spooled.append(spool._file.getvalue())
        roll(spool)

    monkeypatch.setattr(SpooledTemporaryFile, "rollover", rolled)
    content = PDF + token_bytes(3_000_000)
    assert send_with(family, filled(family), scan(content)).is_redirect
    assert len(spooled) == 1, "what is sealed waits on the disk"
    assert PDF not in spooled[0]
