"""Cursors and positions as clients see them: opaque, sealed, and bound to one question.

Sealing (AES-SIV) signs them too, and the same cursor has the same text every time.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import cached_property
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from api.problems import wrong_field

LONGEST = 400
POSITION = "position"


class Cursors:
    """Gives and takes the cursors of one tenant; `secret` is asked for at first use."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret

    @cached_property
    def _cipher(self) -> AESSIV:
        return AESSIV(hashlib.sha512(self._secret()).digest())

    def give(self, question: str, *place: Any) -> str:
        """A cursor for a place in the answer to a question: a route with its filters."""
        return written(self._cipher.encrypt(orjson.dumps(place), [question.encode()]))

    def take(self, text: str, question: str, field: str = "cursor") -> list[Any]:
        """The place in a cursor. Raises `Stopped` for one that is torn or another question's."""
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            if written(sealed) != text:
                raise ValueError  # the decoder passes over what does not belong
            place: list[Any] = orjson.loads(self._cipher.decrypt(sealed, [question.encode()]))
        except (ValueError, InvalidTag):
            raise wrong_field(
                400,
                field,
                "cursor-not-valid",
                f"{field} must be exactly as an earlier answer to the same question gave it.",
            ) from None
        return place

    def position(self, position: int) -> str:
        """A position in the district's order of events."""
        return self.give(POSITION, position)

    def position_from(self, text: str, field: str) -> int:
        """The position that `position` made into a text."""
        return int(self.take(text, POSITION, field)[0])


def written(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")
