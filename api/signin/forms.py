"""The token against forms of other sites: found in a header or in the body, which is given on."""

import hmac
import re
from urllib.parse import unquote_plus

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from api.problems import Stopped, wrong_field

HEADER = "x-csrf-token"
LARGEST = 4 * 2**20  # bytes of a form, as much as any page takes
FIRST_PART = 4096  # bytes in which a form with files has the token: it is the first field
PAIR = re.compile(rb"(?:\A|&)csrf=([^&]*)")
PART = re.compile(rb'\A--[^\r\n]+\r\n[^\r\n]*name="csrf"[^\r\n]*\r\n\r\n([^\r\n]*)\r\n', re.I)


async def check(headers: Headers, receive: Receive, expected: str) -> Receive:
    """Where the body is to be read from, once the token was found to be this session's.

    Raises `Stopped` (403) where there is none or another one, and (413) for too large a form.
    """
    given = headers.get(HEADER)
    if given is None:
        given, receive = await in_body(headers, receive)
    if not given:
        raise Stopped(
            403,
            "csrf-missing",
            "A change by somebody who is signed in needs the token of the session: as the field "
            "`csrf` of a form, or as the header X-CSRF-Token.",
        )
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise Stopped(
            403,
            "csrf-wrong",
            "The token against forms of other sites is not of this session. Open the form again.",
        )
    return receive


async def in_body(headers: Headers, receive: Receive) -> tuple[str | None, Receive]:
    """The token of a form, and where its body can be read from as if nobody had."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        read = await read_up_to(receive, LARGEST, whole=True)
        found = PAIR.findall(joined(read))
        given = unquote_plus(found[0].decode("ascii", "replace")) if len(found) == 1 else None
        return given, again(read, receive)
    if kind == "multipart/form-data":
        read = await read_up_to(receive, FIRST_PART, whole=False)
        part = PART.match(joined(read))
        return (part[1].decode("ascii", "replace") if part else None), again(read, receive)
    return None, receive


async def read_up_to(receive: Receive, limit: int, *, whole: bool) -> list[Message]:
    """Messages of the body, all of them or the first bytes."""
    read: list[Message] = []
    size = 0
    while True:
        message = await receive()
        read.append(message)
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return read
        if size > limit:
            if not whole:
                return read
            raise wrong_field(
                413, "body", "body-too-large", f"The form can have at most {limit // 1024} KiB."
            )


def joined(read: list[Message]) -> bytes:
    return b"".join(message.get("body", b"") for message in read)


def again(read: list[Message], receive: Receive) -> Receive:
    """The messages once more, then what follows them."""
    waiting = list(read)

    async def replayed() -> Message:
        return waiting.pop(0) if waiting else await receive()

    return replayed
