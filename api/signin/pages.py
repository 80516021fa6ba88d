"""The pages of sign-in: to the provider, back from it, and out again."""

from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.pages.answer import HEADERS, Answers, Trouble
from api.signin import addresses
from api.signin.cookies import FLOW, SESSION
from api.signin.office import Office
from api.signin.provider import Away, NotBelieved
from api.signin.sessions import Flow
from api.viewing import signed_in

log = structlog.get_logger("throughline.sign_in")
ASKING_AT_ONCE = 8  # a provider that hangs holds up these threads, and no others
AGAIN_SECONDS = "10"

AWAY = Trouble(
    503,
    "The sign-in service does not answer",
    "Throughline itself works, but your district’s sign-in service cannot be reached right now. "
    "Wait a minute and try again. If that does not help, tell whoever runs this system.",
)
LOST = Trouble(
    400,
    "This sign-in cannot go on",
    "It took longer than ten minutes, was begun in another window, or this page was loaded twice. "
    "Nothing is wrong with your account: begin again.",
)
CANCELLED = Trouble(
    403,
    "You are not signed in",
    "The sign-in service did not let the sign-in go on, or it was cancelled there. Begin again, "
    "and if it says no once more, ask whoever gives out accounts.",
)
NOT_PROVEN = Trouble(
    403,
    "You are not signed in",
    "What the sign-in service answered could not be verified, so it was not accepted. Begin again; "
    "if it happens once more, tell whoever runs this system.",
)


def sign_in_pages(answers: Answers, office: Office) -> APIRouter:
    """The routes below `/sign-in`, and `/sign-out`."""
    router = APIRouter(include_in_schema=False)
    door = Door(office, answers)

    @router.get("/sign-in")
    async def sign_in(next: str | None = None) -> Response:  # noqa: A002 - its name in addresses
        return await run_in_threadpool(door.show, addresses.local(next))

    @router.get(addresses.START)
    async def start(next: str | None = None) -> Response:  # noqa: A002
        return await door.start(addresses.local(next))

    @router.get(addresses.CALLBACK)
    async def callback(request: Request) -> Response:
        return await door.callback(request)

    @router.get("/sign-in/ended")
    async def ended() -> Response:
        return await run_in_threadpool(door.page, "sign_in_ended.html", leave=None)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        return await door.sign_out(request)

    @router.get("/sign-out")
    async def nothing_sent() -> Response:
        return RedirectResponse("/sign-in", 303, headers=HEADERS)

    return router


class Door:
    """What happens at the door of one district."""

    def __init__(self, office: Office, answers: Answers) -> None:
        self.office = office
        self.answers = answers
        self.limiter: CapacityLimiter | None = None

    def show(self, wanted: str) -> Response:
        """The page that leads to the provider, or says who is signed in."""
        return self.page("sign_in.html", start=start_at(wanted), wanted=wanted, viewer=signed_in())

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        return self.answers.unread(name, status, **values)

    async def start(self, wanted: str) -> Response:
        """Send somebody to the provider, and keep what must be the same when they come back."""
        flow = Flow(
            state=token_urlsafe(32),
            nonce=token_urlsafe(32),
            verifier=token_urlsafe(48),
            next=wanted,
        )
        try:
            leads = await self._ask(self.office.provider.go, flow)
        except Away as away:
            return await self._trouble(AWAY, wanted, f"away: {away}")
        secret = await run_sync(self.office.sessions.begin_flow, flow)
        response = RedirectResponse(leads, 303, headers=HEADERS)
        self.office.cookies.set(response, FLOW, secret)
        return response

    async def callback(self, request: Request) -> Response:
        """Take somebody who comes back from the provider; a state is taken once."""
        cookies, sessions = self.office.cookies, self.office.sessions
        secret = cookies.read(request.headers, FLOW)
        flow = await run_sync(sessions.take_flow, secret) if secret else None
        said = request.query_params
        code = said.get("code")
        if code is None:  # some providers leave out the state when they say no
            return await self._trouble(CANCELLED, flow.next if flow else "/", "no code")
        if flow is None or said.get("state") != flow.state or len(said.getlist("state")) != 1:
            return await self._trouble(LOST, "/", "no such flow")
        try:
            person = await self._ask(self.office.provider.come_back, flow, code, said.get("iss"))
        except Away as away:
            return await self._trouble(AWAY, flow.next, f"away: {away}")
        except NotBelieved as doubt:
            return await self._trouble(NOT_PROVEN, flow.next, f"not believed: {doubt}")
        begun = await run_sync(sessions.begin, person, cookies.read(request.headers, SESSION))
        log.info("signed in", assurance=person.assurance.name.lower())
        response = RedirectResponse(flow.next, 303, headers=HEADERS)
        cookies.set(response, SESSION, begun)
        cookies.clear(response, FLOW)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session here at once, and lead to the end of the provider's own."""
        cookies = self.office.cookies
        secret = cookies.read(request.headers, SESSION)
        proof = await run_sync(self.office.sessions.end, secret) if secret else None
        leave = await self._ask(self.office.provider.sign_out, proof) if proof else None
        response = await run_in_threadpool(self.page, "sign_in_ended.html", leave=leave)
        if leave is not None:
            there = urlsplit(leave[0])
            policy = HEADERS["Content-Security-Policy"].replace(
                "form-action 'self'", f"form-action {there.scheme}://{there.netloc}"
            )
            response.headers["Content-Security-Policy"] = policy
        cookies.clear(response, SESSION)
        return response

    async def _ask(self, question: Any, *about: Any) -> Any:
        self.limiter = self.limiter or CapacityLimiter(ASKING_AT_ONCE)
        return await run_sync(question, *about, limiter=self.limiter)

    async def _trouble(self, told: Trouble, wanted: str, why: str) -> Response:
        """The page for a sign-in that cannot go on; the reason is for the log alone."""
        log.warning("sign-in stopped", reason=why)
        response = await run_in_threadpool(
            self.page, "sign_in_trouble.html", told.status, told=told, start=start_at(wanted)
        )
        if told is AWAY:
            response.headers["Retry-After"] = AGAIN_SECONDS
        self.office.cookies.clear(response, FLOW)
        return response


def start_at(wanted: str) -> str:
    """The address that begins a sign-in, to go on to a path afterwards."""
    return addresses.START if wanted == "/" else f"{addresses.START}?{urlencode({'next': wanted})}"
