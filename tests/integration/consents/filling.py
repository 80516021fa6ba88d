"""What a browser does with the form of a consent."""

import re
from html import unescape
from uuid import UUID

import httpx

from tests.integration.consents.conftest import Family


def command_id(html: str) -> str:
    found = re.search(r'name="command_id" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def filled(family: Family, who: str = "teacher", learner: str = "ana") -> dict[str, str]:
    """A form as a browser gets it, filled in as it should be."""
    url = f"/learners/{family.learners[learner]}/consents/new"
    answer = family.as_(who).get(url)
    assert answer.status_code == 200, answer.text
    return {
        "command_id": command_id(answer.text),
        "records-0": "yes",
        "purpose": "tutoring",
        "recipient": "Bright Path Tutoring",
        "signer": str(family.people["mother"].id),
        "signed": family.days_ago(9).isoformat(),
        "received": family.days_ago(7).isoformat(),
        "method": "paper, signed and dated",
        "language": "es",
    }


def send(
    family: Family, fields: dict[str, str], who: str = "teacher", learner: str = "ana"
) -> httpx.Response:
    return family.as_(who).post(f"/learners/{family.learners[learner]}/consents", data=fields)


def beside(html: str, field: str) -> str:
    """What is told beside a field of the form; nothing where it is right."""
    found = re.search(rf'<p class="wrong" id="{field}-wrong"><span.*?</span>(.*?)</p>', html)
    return unescape(found[1]) if found else ""


def entry_of(html: str, consent: UUID) -> str:
    """The part of the ledger that is about one consent, as a person reads it."""
    part = html.split(f'id="consent-{consent}"')[1].split("</article>", maxsplit=1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


# -- scans ----------------------------------------------------------------------------------------

PDF = b"%PDF-1.4\n% a scan of the signed paper\n"
Files = dict[str, tuple[str, bytes, str]]


def scan(content: bytes = PDF, name: str = "Lopez, consent.pdf") -> Files:
    """A file as a browser sends it with a form."""
    return {"scan": (name, content, "application/octet-stream")}


def send_with(
    family: Family, fields: dict[str, str], files: Files, who: str = "teacher"
) -> httpx.Response:
    """The form with a file, as a browser sends it: the fields first, in the order of the page."""
    url = f"/learners/{family.learners['ana']}/consents"
    return family.as_(who).post(url, data=fields, files=files)


def hidden(html: str) -> dict[str, str]:
    """The fields that name a file which the form has taken in already."""
    found = re.findall(r'type="hidden" name="(scan-\w+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}
