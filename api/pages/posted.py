"""What a form sends, read within bounds.

There is no token in the forms. Before sign-in there is no session that another site could
borrow, and the application (`api.middleware.Guarded`) refuses what comes from another site's
page: browsers say so in `Sec-Fetch-Site` and `Origin`, which no page can set.
"""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.pages.answer import NOT_UNDERSTOOD, Trouble

LARGEST = 4 * 2**20  # bytes as sent, where a letter can take up to twelve
FIELDS = 20

TOO_LARGE = Trouble(
    413,
    "This is too long to be taken in",
    "Nothing was recorded. Go back, shorten the text, and send it again.",
)


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
