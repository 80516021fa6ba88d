"""What every request passes on its way in and out: guards, the flush, the log, the counters."""

import logging
import traceback
from collections.abc import Callable, Collection
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import Stopped, stopped, unexpected

log = structlog.get_logger("throughline.http")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",  # a child's record does not stay in a shared computer's cache
}

# A year, for this host: a browser that once came over TLS does not come without.
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}


class Observed:
    """Gives each request an id, logs and counts it, and answers for what nobody else caught.

    The log has the route's template, never the path, and of an error its type and its place,
    never its text: both could hold a person's data. `secure` says that people come over TLS.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        respond: Callable[[Scope, Stopped], Response],
        *,
        secure: bool = False,
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.respond = respond
        self.headers = {**HEADERS, **(OVER_TLS if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4()
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = perf_counter(), 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = str(request_id)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        failure: dict[str, Any] = {}
        try:
            await self.app(scope, receive, observed)
        except Exception as error:  # noqa: BLE001 - the one place that answers for the rest
            problem = stopped(error)
            if problem is None:
                failure = described(error)
                problem = unexpected(str(request_id))
            if status == 0:
                await self.respond(scope, problem)(scope, receive, observed)
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = template(scope)
        took = perf_counter() - began
        self.metrics.request(method, route, status, took)
        log.log(
            logging.ERROR if failure else logging.INFO,
            "request",
            method=method,
            route=route,
            status=status,
            duration_ms=round(took * 1000, 1),
            request_id=str(request_id),
            **failure,
        )


def template(scope: Scope) -> str:
    """The route's path with the names of its parameters, or (none)."""
    return getattr(scope.get("route"), "path", None) or "(none)"


def described(error: BaseException) -> dict[str, Any]:
    """An error without its text: what it is, what it came from, and where it happened."""
    chain: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 5:
        chain.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": chain, "where": [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-12:]]}


class Guarded:
    """Serves only the hosts it was told, and takes no change from another site's page.

    Without the first, any web page could reach a server on loopback by pointing a name of its
    own at 127.0.0.1. `public` is the address at which people open this server: its pages are our
    own, whatever a proxy between makes of the host.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        respond: Callable[[Scope, Stopped], Response],
        public: str | None = None,
    ) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.respond = respond
        self.public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._check(scope) if scope["type"] == "http" else None
        if problem is not None:
            await self.respond(scope, problem)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> Stopped | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if hostname(host) not in self.hosts:
            return Stopped(421, "host-not-served", "This server does not answer for that host.")
        if scope["method"] in SAFE:
            return None
        foreign = headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
        origin = headers.get("origin")
        ours = origin is None or origin == self.public or netloc(origin) == host
        if foreign or not ours:
            return Stopped(403, "other-site", "A change cannot come from another site's page.")
        return None


def netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


class Durable:
    """Lets nothing leave that is not safe on disk: the log is flushed before an answer starts.

    That holds for refusals, conflicts and repeats as well. A route that has flushed itself says
    so in `request.state.durable`.
    """

    def __init__(self, app: ASGIApp, flush: Callable[[], None], within: str) -> None:
        self.app = app
        self.flush = flush
        self.within = within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.within):
            await self.app(scope, receive, send)
            return
        dropped = False

        async def durable(message: Message) -> None:
            nonlocal dropped
            if message["type"] == "http.response.start" and self._must_flush(scope):
                try:
                    await run_sync(self.flush)
                except Exception as error:  # noqa: BLE001 - the answer is withheld
                    dropped = True
                    problem = stopped(error) or unexpected(str(scope["state"]["request_id"]))
                    await problem.response()(scope, receive, send)
            if not dropped:
                await send(message)

        await self.app(scope, receive, durable)

    def _must_flush(self, scope: Scope) -> bool:
        return "route" in scope and not scope["state"].get("durable", False)
