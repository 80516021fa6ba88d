"""An OpenID Connect provider that a test can make lie, rotate its keys, hang, or go away.

It checks what a provider checks: client secret, redirect address, single use of a code, PKCE.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Flag
from threading import Thread
from time import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "throughline", "a client secret"
Sign = Callable[["FakeProvider", dict[str, Any]], str]


def rightly(provider: "FakeProvider", claims: dict[str, Any]) -> str:
    """The ID token, signed with the provider's present key."""
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key)


@dataclass
class FakeProvider:
    """Its state; a test sets what it should do. `told` has the fields of each token request."""

    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    claims: dict[str, Any] = field(default_factory=dict)  # of whoever signs in, over the usual ones
    without: set[str] = field(default_factory=set)  # claims that are left out
    sign: Sign = rightly
    metadata: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)  # fields added to the way back
    going: Flag = field(default_factory=Flag)  # it hangs where this is cleared
    down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[dict[str, str]] = field(default_factory=list)
    looks: int = 0  # at its keys

    def rotate(self) -> None:
        """Sign with a new key, and know only that."""
        self.key = RSAKey.generate_key(2048, auto_kid=True)

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.metadata,
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Let the person in; the address to send the browser back to."""
        code = uuid4().hex
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], **self.answers}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def redeem(self, given: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint."""
        self.told.append(given)
        asked = self.codes.pop(given.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if asked is None or given.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked.get("code_challenge_method") != "S256" or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        now = int(time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "rivera",
            "name": "Ms Rivera",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without}
        return 200, {
            "access_token": "an access token",
            "token_type": "Bearer",
            "id_token": self.sign(self, claims),
        }


def with_the_secret(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Signed with the client secret, as an attacker who has it could."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])


def with_the_public_key_as_secret(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """The old trick: the public key, which everybody has, taken for a shared secret."""
    pem = provider.key.as_pem(private=False)
    header = {"alg": "HS256", "kid": provider.key.kid}
    segments = [_segment(header), _segment(claims)]
    signature = hmac.digest(pem, ".".join(segments).encode(), "sha256")
    return ".".join([*segments, base64.urlsafe_b64encode(signature).decode().rstrip("=")])


def with_nothing(provider: FakeProvider, claims: dict[str, Any]) -> str:
    return f"{_segment({'alg': 'none'})}.{_segment(claims)}."


def with_another_key(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Signed by somebody who names the provider's key and does not have it."""
    other = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, other)


def with_its_own_key_inside(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Signed by somebody who sends along the key to check it with."""
    other = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "jwk": other.as_dict(private=False)}
    return jwt.encode(header, claims, other)


def changed_afterwards(provider: FakeProvider, claims: dict[str, Any]) -> str:
    header, _, signature = rightly(provider, claims).split(".")
    return f"{header}.{_segment({**claims, 'sub': 'the-superintendent'})}.{signature}"


def no_token_at_all(provider: FakeProvider, claims: dict[str, Any]) -> str:
    return "not a token"


def _segment(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@contextmanager
def provider() -> Iterator[FakeProvider]:
    """A provider that answers on loopback."""
    found = FakeProvider()
    found.going.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path)
            match path.path:
                case "/.well-known/openid-configuration":
                    self.answer(200, found.about())
                case "/keys":
                    found.looks += 1
                    self.answer(200, {"keys": [found.key.as_dict(private=False)]})
                case "/authorize":
                    self.send_response(303)
                    self.send_header("Location", found.authorize(dict(parse_qsl(path.query))))
                    self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = dict(parse_qsl(body))
            if self.path == "/token":
                self.answer(*found.redeem(given, self.headers.get("Authorization", "")))
            else:
                found.told.append(given)
                self.answer(200, {})

        def answer(self, status: int, value: dict[str, Any]) -> None:
            found.going.wait()
            if found.down:
                self.send_error(502)
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests' own output stays readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # closing it waits for what it still answers
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        found.going.set()
        server.shutdown()
        thread.join()
        server.server_close()
