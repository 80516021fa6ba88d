"""The whole way with another's provider, as a process of its own: `oidc-provider-mock`.

It is asked as a browser asks it, page by page; and `serve` runs as an operator starts it.
"""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app
from domain.people import RegisterPerson, person_id
from tests.installation import TENANT, Installation, record
from tests.integration.signin.conftest import csrf, is_signed_in, query, rule
from tests.running import throughline

RIVERA = {"sub": "rivera", "name": "Ms Rivera", "amr": ["pwd", "mfa"]}


@contextmanager
def kept_port() -> Iterator[int]:
    """A port for a process to listen on; the system gives it to nobody else meanwhile."""
    with closing(socket.socket()) as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield int(keeper.getsockname()[1])


@contextmanager
def provider_process(port: int) -> Iterator[str]:
    """The issuer of a provider that runs."""
    command = [
        str(Path(sys.executable).with_name("oidc-provider-mock")),
        *("--port", str(port), "--require-nonce", "true"),
        *("--user-claims", json.dumps(RIVERA)),
    ]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            ends = monotonic() + 60
            while not answers(address):
                assert process.poll() is None
                assert monotonic() < ends
                sleep(0.1)
            yield address
        finally:
            process.kill()


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/.well-known/openid-configuration").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def served(installation: Installation) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The address of `serve`, the issuer, and the environment of both."""
    with kept_port() as port, kept_port() as other, provider_process(other) as issuer:
        environment = {
            **installation.environment,
            "THROUGHLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "THROUGHLINE_OIDC_ISSUER": issuer,
            "THROUGHLINE_OIDC_CLIENT_ID": "throughline",
            "THROUGHLINE_OIDC_CLIENT_SECRET_FILE": str(installation.home / "secret"),
        }
        (installation.home / "secret").write_text("a client secret\n")
        arguments = ("serve", "--host", "0.0.0.0", "--port", str(port))  # noqa: S104 - beyond loopback
        with throughline(*arguments, **environment) as serving:
            serving.says(r"(Serving cedar)")
            yield f"http://127.0.0.1:{port}", issuer, environment
            assert serving.tell(signal.SIGTERM) == 0
            assert "Rivera" not in serving.output
            assert "a client secret" not in serving.output


def test_somebody_signs_in_and_out_again(served: tuple[str, str, dict[str, str]]) -> None:
    address, issuer, _ = served
    with httpx.Client(base_url=address, headers={"Accept": "text/html"}, timeout=30) as browser:
        assert browser.get("/").headers["location"] == "/sign-in"
        asked = browser.get("/sign-in/start").headers["location"]
        assert asked.startswith(f"{issuer}/oauth2/authorize?")
        agreed = browser.post(asked, data={"sub": "rivera"})
        assert agreed.is_redirect, agreed.text
        back = browser.get(agreed.headers["location"])
        assert (back.status_code, back.headers["location"]) == (303, "/")
        page = browser.get("/sign-in").text
        assert "Ms Rivera" in page
        assert str(person_id(TENANT, issuer, "rivera")) in page

        ended = browser.post("/sign-out", data={"csrf": csrf(browser)})
        leads = re.search(r'action="([^"]+)"', ended.text)
        assert leads is not None
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', ended.text))
        there = browser.post(leads[1], data=fields)
        assert "End Session" in there.text
        assert fields["post_logout_redirect_uri"] in there.text
        assert not is_signed_in(browser)


def test_who_says_no_at_the_provider_is_not_signed_in(
    served: tuple[str, str, dict[str, str]],
) -> None:
    address, _, _ = served
    with httpx.Client(base_url=address, headers={"Accept": "text/html"}, timeout=30) as browser:
        asked = browser.get("/sign-in/start").headers["location"]
        denied = browser.post(asked, data={"action": "deny"})
        assert query(denied.headers["location"])["error"] == "access_denied"
        assert browser.get(denied.headers["location"]).status_code == 403
        assert not is_signed_in(browser)


def test_a_token_is_made_listed_and_revoked_on_the_command_line(
    served: tuple[str, str, dict[str, str]], installation: Installation
) -> None:
    address, issuer, environment = served
    person = person_id(TENANT, issuer, "roster-sync")
    with installation.system() as system:
        record(system, person, RegisterPerson(name="Roster sync"))

    def asked(secret: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {secret}"}
        return httpx.get(f"{address}/v1/learners", headers=headers, timeout=30)

    def told(*arguments: str) -> dict[str, Any]:
        result = CliRunner().invoke(app, ["token", *arguments, "--json"], env=environment)
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    made = told(
        *("create", "--person", str(person), "--scope", "read", "--scope", "export"),
        *("--expires", later(), "--name", "Roster"),
    )
    assert asked(str(made["token"])).status_code != 401
    [listed] = told("list")["tokens"]
    assert (listed["state"], listed["scopes"]) == ("works", ["read", "export"])
    assert str(made["token"]) not in json.dumps(listed)
    assert told("revoke", str(made["id"]))["now"] is True
    assert rule(asked(str(made["token"]))) == "token-revoked"
    assert told("revoke", str(made["id"]))["now"] is False


def later() -> str:
    return (date.today() + timedelta(days=100)).isoformat()  # noqa: DTZ011 - a day will do


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--scope", "read", "--expires", "2020-01-01"), "--expires must be a day to come"),
        (("--scope", "read", "--expires", "2999-01-01"), "at most 400 days off"),
        (("--scope", "read", "--expires", "soon"), "--expires must be a day, as"),
        (("--scope", "everything", "--expires", later()), "--scope must be one of read, write"),
        (("--scope", "read", "--expires", later(), "--name", ""), "--name must have 1 to 100"),
        (("--scope", "read", "--expires", later()), "nobody with this id is registered"),
    ],
)
def test_a_token_that_cannot_be_made_says_why(
    installation: Installation, arguments: tuple[str, ...], sentence: str
) -> None:
    person = ("--person", "1b4e28ba-2fa1-11d2-883f-0016d3cca427")
    asked = ["token", "create", *person, *arguments]
    with installation.system():
        result = CliRunner().invoke(app, asked, env=installation.environment)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())
