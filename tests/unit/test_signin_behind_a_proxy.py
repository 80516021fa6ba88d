"""Behind a proxy that ends TLS, the address that people open decides."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.metrics import Metrics
from api.middleware import Guarded, Observed
from api.problems import Stopped

PUBLIC = "https://throughline.example.org"


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """What is guarded: it tells which host it was asked as."""
    await PlainTextResponse(Request(scope).headers["host"])(scope, receive, send)


def respond(scope: Scope, problem: Stopped) -> Response:
    return problem.response()


def asked(application: ASGIApp, method: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
            return await client.request(method, "/", headers=headers)

    # In a thread of its own: a browser's driver may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


def guarded() -> Guarded:
    hosts = {"throughline.example.org", "10.0.0.7"}
    return Guarded(inner, hosts, respond, public=PUBLIC)


@pytest.mark.parametrize("host", ["throughline.example.org", "10.0.0.7:8000"])
def test_a_form_of_our_own_pages_is_taken_whatever_the_proxy_makes_of_the_host(host: str) -> None:
    answer = asked(guarded(), "POST", Host=host, Origin=PUBLIC)
    assert (answer.status_code, answer.text) == (200, host)


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "https://throughline.example.org.elsewhere.example", "null",
     "http://[", "https://throughline.example.org:8443"],
)  # fmt: skip
def test_a_form_of_another_site_is_not(origin: str) -> None:
    answer = asked(guarded(), "POST", Origin=origin)
    assert (answer.status_code, "other-site" in answer.text) == (403, True)


def test_a_host_that_nobody_named_is_not_answered_for() -> None:
    assert asked(guarded(), "GET", Host="elsewhere.example").status_code == 421


@pytest.mark.parametrize("secure", [True, False])
def test_a_browser_that_came_over_tls_is_told_to_stay_there(secure: bool) -> None:
    application = Observed(inner, Metrics(), respond, secure=secure)
    assert ("strict-transport-security" in asked(application, "GET").headers) is secure
