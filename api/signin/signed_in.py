"""Finds out who sent a request, before anything else is done with it.

What it finds stands in the request's state as `viewer`: the person of a session or of a token, the
system's persona where no sign-in is set up, or whose part is played in the demo; None at the few
addresses that need nobody.
"""

from collections.abc import Callable, Collection
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.compose import Persona
from api.problems import Stopped
from api.signin import addresses, forms
from api.signin.cookies import PART, SESSION
from api.signin.limits import Limit
from api.signin.office import Office
from api.signin.secrets import digest_of
from api.viewing import VIEWER, Viewer, need_scope, persona_viewer, sign_in_required

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# They ask something, in a body because names and lists do not belong in an address.
ASKING = frozenset({"/v1/learners/search", "/v1/cohorts/profile"})
SIGN_INS_PER_MINUTE = 120  # from one address: a school's people all come from the same one
FAILURES_PER_MINUTE = 30  # tokens that were not good, from one address


class SignedIn:
    """Lets nobody in who is not known. Without an office, everybody is the persona, or one of
    `parts`: the one that a cookie names.
    """

    def __init__(
        self,
        app: ASGIApp,
        persona: Persona,
        office: Office | None,
        respond: Callable[[Scope, Stopped], Response],
        parts: Collection[Persona] = (),
    ) -> None:
        self.app = app
        self.persona = persona_viewer(persona)
        self.parts = {str(one.id): persona_viewer(one) for one in parts}
        self.office = office
        self.respond = respond
        self.sign_ins = Limit(SIGN_INS_PER_MINUTE)
        self.failures = Limit(FAILURES_PER_MINUTE)
        self.requests = Limit(office.set_up.requests_per_minute if office else 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        viewer: Viewer | None = self._player(scope)
        if self.office is not None:
            try:
                viewer, receive = await self._admit(self.office, scope, receive)
            except Stopped as problem:
                await self._refuse(problem, scope, receive, send)
                return
        scope.setdefault("state", {})["viewer"] = viewer
        token = VIEWER.set(viewer)
        try:
            await self.app(scope, receive, send)
        finally:
            VIEWER.reset(token)

    def _player(self, scope: Scope) -> Viewer:
        """Who it is where nobody signs in. An id that is not on offer changes nothing."""
        if not self.parts:
            return self.persona
        cookies = cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))
        return self.parts.get(cookies.get(PART, ""), self.persona)

    async def _admit(
        self, office: Office, scope: Scope, receive: Receive
    ) -> tuple[Viewer | None, Receive]:
        """Who it is, and where to read the body. Raises `Stopped` for who is not let in."""
        headers, path = Headers(scope=scope), scope["path"]
        place = address_of(scope)
        if path in (addresses.START, addresses.CALLBACK):
            self.sign_ins.take(place)
        given = headers.get("authorization")
        if given is not None and not addresses.is_open(path):
            viewer = await self._of_token(office, given, place)
            need_scope(viewer, "read" if asks(scope) else "write")
            return viewer, receive
        secret = office.cookies.read(headers, SESSION)
        found = None
        if secret is not None:
            self.requests.check(digest_of(secret))
            found = await run_sync(office.sessions.find, secret)
        if found is None:
            self.requests.take(place)
            if not addresses.is_open(path):
                raise sign_in_required()
            return None, receive
        self.requests.take(digest_of(secret or ""))
        if scope["method"] not in SAFE:
            receive = await forms.check(headers, receive, found.csrf or "")
        return found, receive

    async def _of_token(self, office: Office, given: str, place: str) -> Viewer:
        scheme, _, secret = given.partition(" ")
        secret = secret.strip() if scheme.lower() == "bearer" else ""
        self.requests.take(digest_of(secret))
        try:
            return await run_sync(office.tokens.find, secret)
        except Stopped:
            # A good token from the same address is served all the same.
            self.failures.take(place)
            raise

    async def _refuse(self, problem: Stopped, scope: Scope, receive: Receive, send: Send) -> None:
        response = self.respond(scope, problem)
        if problem.rule == "sign-in-required" and shows_a_page(scope):
            query = scope["query_string"].decode("latin-1")
            asked = addresses.local(quote(scope["path"]) + (query and f"?{query}"))
            leads = "/sign-in" if asked == "/" else f"/sign-in?next={quote(asked, safe='/')}"
            response = RedirectResponse(leads, 303)
        await response(scope, receive, send)


def asks(scope: Scope) -> bool:
    """Whether a request only asks: what a token needs the scope `read` for, and no other."""
    return scope["method"] in SAFE or scope["path"] in ASKING


def shows_a_page(scope: Scope) -> bool:
    """Whether a person waits for a page, and nothing that was typed is lost by another one."""
    wanted = Headers(scope=scope).get("accept", "")
    return (
        scope["method"] in ("GET", "HEAD")
        and "text/html" in wanted
        and not scope["path"].startswith("/v1/")
    )


def address_of(scope: Scope) -> str:
    """The address a request came from; behind a proxy, the one that the proxy vouches for."""
    client = scope.get("client")
    return str(client[0]) if client else ""
