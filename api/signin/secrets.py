"""What a browser or a client holds, and what is derived from it.

The database has the SHA-256 of a secret, and text that only the secret opens: who reads the tables
can neither use a session nor read the name in it.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from os import urandom
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
LONGEST = 200  # characters; ours have about 50


def new_secret() -> str:
    """256 random bits, as text for a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """What the database keeps of a secret. It is random, so nothing is gained by a slow hash."""
    return sha256(secret.encode()).digest()


def derived(secret: str, use: str) -> bytes:
    """32 bytes for one use that tell nothing of the secret or of those for another use."""
    return hmac.digest(secret.encode(), use.encode(), "sha256")


def csrf_of(secret: str) -> str:
    """The token that forms of this session carry."""
    return urlsafe_b64encode(derived(secret, "csrf")).decode().rstrip("=")


def seal(secret: str, content: dict[str, Any]) -> bytes:
    """JSON that only the secret opens."""
    nonce = urandom(NONCE)
    cipher = AESGCM(derived(secret, "content"))
    return nonce + cipher.encrypt(nonce, orjson.dumps(content), None)


def unseal(secret: str, sealed: bytes) -> dict[str, Any]:
    """What was sealed. Raises `ValueError` where it was sealed with another secret."""
    cipher = AESGCM(derived(secret, "content"))
    try:
        found: dict[str, Any] = orjson.loads(cipher.decrypt(sealed[:NONCE], sealed[NONCE:], None))
    except InvalidTag:
        raise ValueError("sealed with another secret") from None
    return found
