"""Too many requests are told to wait, and a provider that hangs holds nobody else up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import Databases
from api.signin import provider as provider_module
from api.signin import signed_in
from api.signin.pages import ASKING_AT_ONCE
from api.signin.tokens import Tokens
from tests.integration.signin.conftest import (
    Place,
    go_to_provider,
    is_signed_in,
    rule,
    served,
    sign_in,
)
from tests.integration.signin.provider import FakeProvider

JSON = {"Accept": "application/json"}


@pytest.fixture
def narrow(databases: Databases, home: Path, provider: FakeProvider) -> Iterator[Place]:
    """A district where ten requests a minute are all."""
    with served(databases, home, provider.address, requests_per_minute=10) as found:
        yield found


def refused(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """The first answer that tells to wait, within thirty."""
    for _ in range(30):
        answer = client.get(path, headers={**JSON, **headers})
        if answer.status_code == 429:
            return answer
    raise AssertionError("nobody was told to wait")


def test_a_session_that_asks_too_often_is_told_to_wait_and_another_is_not(narrow: Place) -> None:
    with narrow.browser() as one, narrow.browser() as other:
        sign_in(one)
        sign_in(other)
        answer = refused(one, "/v1/learners")
        assert rule(answer) == "too-many-requests"
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert is_signed_in(other)


def test_a_token_that_asks_too_often_is_told_to_wait(narrow: Place) -> None:
    tokens = Tokens(narrow.system.datastore, narrow.system.settings.tenant)
    later = datetime.now(UTC) + timedelta(days=1)
    one, other = (
        tokens.make(uuid4(), "Roster", frozenset({"read"}), later, UUID(int=0)) for _ in range(2)
    )
    with narrow.browser() as client:
        answer = refused(client, "/v1/learners", Authorization=f"Bearer {one.secret}")
        assert rule(answer) == "too-many-requests"
        fresh = client.get(
            "/v1/learners", headers={**JSON, "Authorization": f"Bearer {other.secret}"}
        )
        assert fresh.status_code != 429


def test_an_address_that_asks_too_often_without_either_is_told_to_wait(narrow: Place) -> None:
    with narrow.browser() as client:
        assert rule(refused(client, "/v1/learners")) == "too-many-requests"


def test_an_address_that_tries_tokens_is_told_to_wait_and_a_good_one_is_served(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(place.system.datastore, place.system.settings.tenant)
    later = datetime.now(UTC) + timedelta(days=1)
    good = tokens.make(uuid4(), "Roster", frozenset({"read"}), later, UUID(int=0))
    with place.browser() as client:
        statuses = [
            client.get(
                "/v1/learners", headers={**JSON, "Authorization": f"Bearer throughline_{number}"}
            ).status_code
            for number in range(signed_in.FAILURES_PER_MINUTE + 5)
        ]
        assert statuses[0] == 401
        assert statuses[-1] == 429
        served = client.get(
            "/v1/learners", headers={**JSON, "Authorization": f"Bearer {good.secret}"}
        )
        assert served.status_code not in (401, 429)


def test_sign_ins_from_one_address_are_limited_and_who_is_signed_in_goes_on(
    databases: Databases, home: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_in, "SIGN_INS_PER_MINUTE", 10)
    with (
        served(databases, home, provider.address) as place,
        place.browser() as one,
        place.browser() as other,
    ):
        sign_in(one)
        answer = refused(other, "/sign-in/start")
        assert rule(answer) == "too-many-requests"
        assert is_signed_in(one)
        page = other.get("/sign-in/start")
        assert "Too many requests came from here" in page.text


def test_a_provider_that_hangs_holds_up_nobody_else(
    place: Place, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "SECONDS", 60.0)

    def come_in() -> int:
        with place.browser() as client:
            return sign_in(client).status_code

    with place.browser() as signed, ThreadPoolExecutor(12) as pool:
        sign_in(signed)
        provider.going.clear()
        try:
            waiting = [pool.submit(come_in) for _ in range(12)]
            ends = monotonic() + 30
            while len(provider.told) <= ASKING_AT_ONCE:  # the first has signed in
                assert monotonic() < ends, "they never came to the provider"
                sleep(0.01)
            assert is_signed_in(signed)
            assert len(provider.told) == 1 + ASKING_AT_ONCE
            assert not any(each.done() for each in waiting)
        finally:
            provider.going.set()
        assert [each.result() for each in waiting] == [303] * 12


def test_a_provider_that_hangs_is_away(
    place: Place, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.browser() as client:
        back = go_to_provider(client).headers["location"]
        monkeypatch.setattr(provider_module, "SECONDS", 0.5)
        provider.going.clear()
        assert client.get(back).status_code == 503


def test_a_server_starts_and_says_so_while_the_provider_is_away(
    databases: Databases, home: Path
) -> None:
    with served(databases, home, "http://127.0.0.1:9") as place, place.browser() as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/sign-in").status_code == 200
        assert client.get("/sign-in/start").status_code == 503
