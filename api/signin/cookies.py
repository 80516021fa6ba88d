"""The cookies of sign-in: one for a session, one for a sign-in on its way."""

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from api.signin.secrets import LONGEST
from api.signin.sessions import FLOW_SECONDS
from api.signin.setup import SetUp

SESSION = "throughline"
FLOW = "throughline-sign-in"
PART = "throughline-demo-person"  # whose part is played in the demo; no secret


class Cookies:
    """Reads, sets and clears them as a set-up needs it.

    Over TLS their names begin with `__Host-`: then browsers take them from this host alone, over
    TLS alone, and not from a neighbour under the same domain.
    """

    def __init__(self, set_up: SetUp) -> None:
        self.secure = set_up.secure
        self.lifetime = set_up.lifetime

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

    def read(self, headers: Headers, name: str) -> str | None:
        """The secret in a cookie; None where there is none, or one that cannot be ours."""
        found = cookie_parser("; ".join(headers.getlist("cookie"))).get(self._named(name))
        return found if found and len(found) <= LONGEST and found.isascii() else None

    def set(self, response: Response, name: str, secret: str) -> None:
        """Lax: the provider sends people back from its own site."""
        response.set_cookie(
            self._named(name),
            secret,
            max_age=self.lifetime if name == SESSION else FLOW_SECONDS,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response, name: str) -> None:
        response.delete_cookie(
            self._named(name), path="/", secure=self.secure, httponly=True, samesite="lax"
        )
