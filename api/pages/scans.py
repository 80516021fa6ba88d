"""The scan of a signed paper: taken in with a form, kept sealed, and opened beside its entry.

It is kept before its entry is recorded, under an id that follows from form and content: a form that
is sent twice names the same file. One whose entry is refused stays as every file that no entry
names: sealed under the learner's key, open to nobody, and erased with that key.
"""

from hashlib import sha256
from urllib.parse import quote
from uuid import UUID, uuid5

from fastapi import APIRouter, Response

from api.asking import carry
from api.compose import System
from api.pages.answer import HEADERS, Answers
from api.pages.posted import Upload
from api.pages.typed import Typed
from api.routers.attachments import BYTES, files_of, need_entry
from api.sight import current
from domain.access.decision import RECORD_ITSELF
from domain.access.words import Action
from domain.event import Attachment
from domain.words import Retention
from store.attachments import LIMIT_BYTES

PDF = "application/pdf"
# By what a file begins with: what a browser calls it is not asked.
PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
JUNK = 1024  # bytes that may stand before the beginning of a PDF
LONGEST_NAME = 100
EMPTY = "The scan is an empty file. Choose the file again."
TOO_LARGE = (
    f"The scan has more than {LIMIT_BYTES // 2**20} MB. Scan the paper with fewer dots or in black "
    "and white, and choose the smaller file."
)
NO_SCAN = (
    "The scan is no PDF, JPEG, PNG or TIFF. Save the paper as one of these, and choose that file."
)
CHOOSE_AGAIN = "Choose the scan again: a browser does not send it a second time by itself."


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """Opening a scan."""

    @router.get("/learners/{learner}/scans/{scan}")
    def read(learner: UUID, scan: UUID) -> Response:
        return opened(system, learner, scan)


def wrong(file: Upload) -> str | None:
    """What is wrong with a file as a scan, if anything."""
    if file.content is None:
        return TOO_LARGE
    if not file.content:
        return EMPTY
    return None if media_type(file.content) else NO_SCAN


def media_type(content: bytes) -> str | None:
    """What kind of file it is, of those that can be a scan."""
    if b"%PDF-" in content[:JUNK]:
        return PDF
    return next((kind for begins, kind in PICTURES.items() if content.startswith(begins)), None)


def take(
    system: System, learner: UUID, typed: Typed, file: Upload | None, group: Retention
) -> Typed:
    """What was typed, with its scan, which is kept from now on; or with what is wrong with it.

    Raises `Denied` for who may not write on the record, and `KeyDestroyed`.
    """
    if file is None:
        return typed
    if sentence := wrong(file):
        return typed.wrong("scan", sentence)
    current().may_write(learner, RECORD_ITSELF)
    content = file.content or b""
    attachment = uuid5(UUID(typed.command_id), f"{learner} {sha256(content).hexdigest()}")
    kept = files_of(system).keep(learner, group, [content], attachment)
    return typed.with_scan(
        Attachment(
            id=kept.id,
            name=plain_name(file.name) or "scan",
            media_type=media_type(content) or BYTES,
            sha256=kept.sha256,
        )
    )


def plain_name(name: str) -> str:
    """A file's name without folders and without what cannot be shown or stored."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[-LONGEST_NAME:]


def opened(system: System, learner: UUID, scan: UUID) -> Response:
    """The file to save: nothing of it runs or shows in the browser.

    Raises `AttachmentMissing` where no entry names it that is open to the asker.
    """
    sight = current()
    sight.admit(learner)
    entry = need_entry(system, learner, scan)
    [file] = [one for one in entry.attachments if one.id == scan]
    sight.note(learner, Action.EXPORTED)
    content = b"".join(files_of(system).open(scan, learner, entry.retention))
    known = file.media_type if file.media_type in {PDF, *PICTURES.values()} else BYTES
    saved_as = f"attachment; filename*=UTF-8''{quote(file.name)}"
    answer = Response(content, 200, {**HEADERS, "Content-Disposition": saved_as}, known)
    carry(answer, sight.serve())
    return answer
