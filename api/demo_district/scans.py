"""The scans of the demo district: one signed paper, made up like the rest, the same every time."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from uuid import UUID

from api.demo_district.cast import LATE_CONSENT, TUTORS
from api.demo_district.people import everybody
from api.demo_district.seeds import uid
from domain.application import Request
from domain.event import Attachment
from domain.words import Retention

NAME = "consent-tutoring-signed.pdf"
PAGE = (
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]/Contents 4 0 R"
    "/Resources<</Font<</F 5 0 R>>>>>>"
)
FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def late_paper(start: int) -> Attachment:
    """The scan of the paper of 1 September of that year."""
    content = _paper(start)
    return Attachment(
        id=uid("scan", start),
        name=NAME,
        media_type="application/pdf",
        sha256=sha256(content).hexdigest(),
    )


def scans(requests: Iterable[Request]) -> Iterator[tuple[UUID, Retention, Attachment, bytes]]:
    """The files that these entries name, each with its learner and retention group."""
    for request in requests:
        command = request.command
        for file in command.attachments:
            yield request.learner, command.EVENT.SPEC.retention, file, _paper(_year(request))


def _year(request: Request) -> int:
    return request.context.today.year


def _paper(start: int) -> bytes:
    """A page as a person signed it."""
    learner = everybody()[LATE_CONSENT]
    signed = date(start, 9, 1)
    return _pdf((
        "Maple County Schools. Consent to share records",
        f"Learner: {learner.name}",
        "Records: education records and attendance",
        f"For tutoring, to {TUTORS}",
        f"Signed: {learner.adults[0].name}, {learner.adults[0].relation}",
        f"Date: {signed.day} September {start}",
    ))  # fmt: skip


def _pdf(lines: Iterable[str]) -> bytes:
    """A page of text as the smallest PDF that every reader opens."""
    said = " ".join(f"({line}) Tj 0 -28 Td" for line in lines)
    text = f"BT /F 14 Tf 40 250 Td {said} ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        PAGE,
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        FONT,
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return body + (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("ascii")
