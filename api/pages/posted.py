"""What a form sends, read within bounds.

There is no token in the forms. Before sign-in there is no session that another site could
borrow, and the application (`api.middleware.Guarded`) refuses what comes from another site's
page: browsers say so in `Sec-Fetch-Site` and `Origin`, which no page can set.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.pages.answer import NOT_UNDERSTOOD, Trouble
from store.attachments import LIMIT_BYTES

LARGEST = 4 * 2**20  # bytes as sent, where a letter can take up to twelve
FIELDS = 30
HELD = LIMIT_BYTES + LARGEST  # of a form with a file
READ_AT_MOST = 8 * LIMIT_BYTES  # of a form whose file is too large, so that it can be told so

TOO_LARGE = Trouble(
    413,
    "This is too long to be taken in",
    "Nothing was recorded. Go back, shorten the text, and send it again.",
)
FILE_TOO_LARGE = Trouble(
    413,
    "This file is far too large",
    f"Nothing was recorded. A file may have {LIMIT_BYTES // 2**20} MB at most. Go back, choose a "
    "smaller one, and send it again.",
)


@dataclass(frozen=True)
class Upload:
    """A file as it came with a form. `content` is null where it was too large to be kept."""

    name: str
    content: bytes | None


@dataclass(frozen=True)
class Sent:
    """A form's fields, the first value of each, and the file that was chosen in it, if any."""

    fields: dict[str, str]
    file: Upload | None = None


async def posted(request: Request) -> dict[str, str]:
    """The form's fields, the first value of each.

    Raises `Trouble` for one that is too large or no form at all.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TOO_LARGE
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS
        )
    except ValueError:  # UnicodeDecodeError is one
        raise NOT_UNDERSTOOD from None
    return dict(reversed(pairs))


Posted = Annotated[dict[str, str], Depends(posted)]


class _InMemory(MultiPartParser):
    """Holds a file in memory alone: a child's paper is not written to a disk in the clear."""

    spool_max_size = HELD


async def posted_with_file(request: Request) -> Sent:
    """The fields of a form, and its file. The file is the last field of the form, or there is none.

    Raises `Trouble` for a form that is far too large, or none at all.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        return Sent(await posted(request))
    pieces = _bounded(request, options.get(b"boundary", b""))
    parser = _InMemory(request.headers, pieces, max_files=1, max_fields=FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException:
        raise NOT_UNDERSTOOD from None
    fields: dict[str, str] = {}
    file = None
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            fields.setdefault(name, value)
        elif value.filename:  # where none was chosen, a browser sends one without a name
            content = await value.read()
            file = Upload(value.filename, content if len(content) <= LIMIT_BYTES else None)
    await form.close()
    if sum(map(len, fields.values())) > LARGEST:
        raise TOO_LARGE
    return Sent(fields, file)


PostedWithFile = Annotated[Sent, Depends(posted_with_file)]


async def _bounded(request: Request, boundary: bytes) -> AsyncGenerator[bytes, None]:
    """A form with a file, as much of it as is held in memory.

    Of a longer one the file is cut off, so that what was typed before it comes back.
    """
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > READ_AT_MOST:
            raise FILE_TOO_LARGE
        if size <= HELD:
            yield chunk
    if size > HELD:
        yield b"\r\n--" + boundary + b"--\r\n"
