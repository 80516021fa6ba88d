"""The OpenID Connect provider: where it is, what it answers, and whether to believe it.

Nothing is fetched before somebody signs in. Whatever is asked of it ends within seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from api.signin.sessions import Flow, Person
from api.signin.setup import SetUp, is_loopback
from domain.access.words import Assurance
from domain.people import person_id

SECONDS = 5.0  # for each request to the provider
METADATA_SECONDS = 3600.0  # after which what it said about itself is asked for again
AGAIN_SECONDS = 10.0  # between two fetches of its keys because of a key nobody knows
AWAY_SECONDS = 3.0  # in which who comes next is told at once that it is away
LEEWAY = 60  # seconds that its clock and ours may differ
LARGEST = 1024 * 1024  # bytes of an answer
LONGEST_NAME = 200
NO_NAME = "Signed-in person"
# Signatures with a secret shared by two, or with none, prove nothing here.
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512",
              "EdDSA", "Ed25519")  # fmt: skip
# Providers add headers of their own; one that must be understood (`crit`) is refused still.
SIGNED = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
SCOPE = "openid profile"


class Away(Exception):
    """The provider does not answer, or not as a provider does."""


class NotBelieved(Exception):
    """What came back does not prove who it is; the text is a word for the log, no content."""


class Provider:
    """The provider of one set-up. Its methods wait for the network: call them in a thread."""

    def __init__(self, set_up: SetUp, tenant: str) -> None:
        self.set_up = set_up
        self.tenant = tenant
        self._lock = Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: KeySet | None = None
        self._asked_again = -inf
        self._away_until = -inf

    def go(self, flow: Flow) -> str:
        """The address at which somebody signs in. Raises `Away`."""
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self.metadata()["authorization_endpoint"],
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return str(address)

    def come_back(self, flow: Flow, code: str, issuer: str | None) -> Person:
        """Who signed in. `issuer` is `iss` of the address. Raises `Away` or `NotBelieved`."""
        metadata = self.metadata()
        named = metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.set_up.issuer and (named or issuer is not None):
            raise NotBelieved("other-issuer")
        token = self._redeem(metadata, flow, code)
        proof = token.get("id_token")
        if not isinstance(proof, str):
            raise NotBelieved("no-id-token")
        claims = self._believed(proof, flow.nonce, token.get("access_token"))
        return self._person(claims, proof)

    def sign_out(self, proof: str) -> tuple[str, dict[str, str]] | None:
        """Where to sign out there too, and the fields to send; None where it offers none.

        They are sent in a form: the ID token names a person, and does not belong in an address.
        """
        try:
            address = self.metadata().get("end_session_endpoint")
        except Away:
            return None
        if not isinstance(address, str) or not self._reachable(address):
            return None
        return address, {
            "id_token_hint": proof,
            "client_id": self.set_up.client_id,
            "post_logout_redirect_uri": self.set_up.ended,
        }

    # -- what it says about itself ----------------------------------------------------------------

    def metadata(self) -> dict[str, Any]:
        """Its metadata, an hour old at most. Raises `Away`."""
        with self._lock:
            if self._metadata and monotonic() - self._metadata[0] < METADATA_SECONDS:
                return self._metadata[1]
            if monotonic() < self._away_until:
                raise Away("it was away a moment ago")
            try:
                found = self._fetch_metadata()
            except Away:
                self._away_until = monotonic() + AWAY_SECONDS
                raise
            self._metadata, self._keys = (monotonic(), found), None
            return found

    def _fetch_metadata(self) -> dict[str, Any]:
        found = self._get(f"{self.set_up.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.set_up.issuer:
            raise Away("its metadata are of another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._reachable(found.get(name)):
                raise Away(f"its metadata have no {name} that can be used")
        return found

    def _reachable(self, address: object) -> bool:
        """Whether it is asked over TLS, or on this machine."""
        try:
            parts = urlsplit(address if isinstance(address, str) else "")
        except ValueError:
            return False
        host = parts.hostname or ""
        return bool(host) and (
            parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
        )

    def _key_set(self, *, again: bool = False) -> KeySet | None:
        """Its keys; `again` fetches them anew, or gives None where that was done just now."""
        address = self.metadata()["jwks_uri"]
        with self._lock:
            if again:
                if monotonic() - self._asked_again < AGAIN_SECONDS:
                    return None
                self._asked_again = monotonic()
            if again or self._keys is None:
                try:
                    self._keys = KeySet.import_key_set(self._get(address))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError):
                    raise Away("its keys cannot be read") from None
            return self._keys

    # -- what it says about somebody --------------------------------------------------------------

    def _redeem(self, metadata: dict[str, Any], flow: Flow, code: str) -> dict[str, Any]:
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        with self._client() as client, asking():
            if self.set_up.secret and "client_secret_basic" not in methods:
                client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - its name
            try:
                found: dict[str, Any] = client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=flow.verifier,
                )
            except AuthlibBaseError:  # its description may hold anything
                raise NotBelieved("code-refused") from None
        return found

    def _believed(self, proof: str, nonce: str, access_token: object) -> dict[str, Any]:
        """The claims of an ID token that is signed by it, for us, now, and for this sign-in."""
        try:
            found = self._opened(proof)
            claims = CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": self.set_up.issuer},
                    # The library looks at `aud` only where it is told to.
                    "aud": {"essential": True, "value": self.set_up.client_id},
                    "exp": {"essential": True},
                },
                {"nonce": nonce, "client_id": self.set_up.client_id, "access_token": access_token},
            )
            claims.validate(leeway=LEEWAY)
        except JoseError as error:
            raise NotBelieved(error.error) from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise NotBelieved("not-an-id-token") from None
        return dict(claims)

    def _opened(self, proof: str) -> jwt.Token:
        keys = self._key_set()
        assert keys is not None  # noqa: S101 - only a second look can be refused
        try:
            return jwt.decode(proof, keys, registry=SIGNED)
        except (InvalidKeyIdError, BadSignatureError, ValueError):
            # It signs with a new key since: its keys are looked at once more, and not too often.
            fresh = self._key_set(again=True)
            if fresh is None:
                raise
            return jwt.decode(proof, fresh, registry=SIGNED)

    def _person(self, claims: dict[str, Any], proof: str) -> Person:
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise NotBelieved("no-subject")
        said = claims.get("name") or claims.get("preferred_username")
        name = said.strip()[:LONGEST_NAME] if isinstance(said, str) else ""
        ways = claims.get("amr") or []
        ways = {way for way in [claims.get("acr"), *ways] if isinstance(way, str)}
        strong = bool(ways & self.set_up.strong)
        return Person(
            id=person_id(self.tenant, self.set_up.issuer, subject),
            name=name if name.isprintable() and name else NO_NAME,
            assurance=Assurance.STRONG if strong else Assurance.BASIC,
            proof=proof,
        )

    # -- the network ------------------------------------------------------------------------------

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            client_id=self.set_up.client_id,
            client_secret=self.set_up.secret,
            scope=SCOPE,
            redirect_uri=self.set_up.callback,
            code_challenge_method="S256",
            timeout=SECONDS,
            follow_redirects=False,
        )

    def _get(self, address: str) -> dict[str, Any]:
        """A JSON object of the provider. Raises `Away`."""
        with asking(), httpx2.Client(timeout=SECONDS, follow_redirects=False) as client:
            answer = client.get(address, headers={"Accept": "application/json"})
            answer.raise_for_status()
            found = answer.json() if len(answer.content) <= LARGEST else None
        if not isinstance(found, dict):
            raise Away("it answers something else than JSON")
        return found


@contextmanager
def asking() -> Iterator[None]:
    """Raises `Away` for whatever the network or an unlikely answer comes to."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise Away(type(error).__name__) from None
