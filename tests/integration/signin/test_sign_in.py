"""The way to the provider and back, and everything on it that is not believed."""

from typing import Any

import httpx
import pytest

from domain.people import person_id
from tests.integration.signin import provider as lies
from tests.integration.signin.conftest import (
    Place,
    go_to_provider,
    is_signed_in,
    query,
    sign_in,
)
from tests.integration.signin.provider import FakeProvider


def test_who_signs_in_is_known_by_the_id_that_issuer_and_subject_give(
    place: Place, browser: httpx.Client, provider: FakeProvider
) -> None:
    answer = sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = browser.get("/sign-in").text
    assert "Ms Rivera" in page
    assert str(person_id(place.system.settings.tenant, provider.address, "rivera")) in page


def test_the_request_has_a_state_a_nonce_and_a_challenge_and_no_secret(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    begun = browser.get("/sign-in/start")
    sent = query(begun.headers["location"])
    assert sent["response_type"] == "code"
    assert sent["scope"] == "openid profile"
    assert sent["code_challenge_method"] == "S256"
    assert min(len(sent[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert lies.SECRET not in begun.headers["location"]
    other = query(browser.get("/sign-in/start").headers["location"])
    assert all(sent[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_the_code_is_redeemed_with_the_verifier_of_its_challenge(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    sign_in(browser)
    assert len(provider.told) == 1
    assert len(provider.told[0]["code_verifier"]) >= 43
    assert is_signed_in(browser)


def test_a_page_leads_through_the_sign_in_and_on_to_itself(browser: httpx.Client) -> None:
    sent_away = browser.get("/audit?type=goal-set")
    assert sent_away.status_code == 303
    page = browser.get(sent_away.headers["location"]).text
    assert "Sign in with your account" in page
    assert "/sign-in/start?next=%2Faudit%3Ftype%3Dgoal-set" in page
    answer = sign_in(browser, "/audit?type=goal-set")
    assert answer.headers["location"] == "/audit?type=goal-set"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "javascript:alert(1)",
        "elsewhere.example",
        "/sign-out",
        "/v1/learners",
        "/ä",
        "/" + "a" * 2000,
    ],
)
def test_nobody_is_sent_to_another_site_after_a_sign_in(browser: httpx.Client, wanted: str) -> None:
    assert sign_in(browser, wanted).headers["location"] == "/"


def test_a_state_is_taken_once(place: Place, browser: httpx.Client) -> None:
    back = go_to_provider(browser).headers["location"]
    kept = dict(browser.cookies)
    assert browser.get(back).status_code == 303
    with place.browser() as other:
        other.cookies.update(kept)  # somebody who copied all that the browser had
        answer = other.get(back)
        assert (answer.status_code, is_signed_in(other)) == (400, False)
        assert "This sign-in cannot go on" in answer.text


def test_a_way_back_that_another_browser_began_is_refused(
    place: Place, browser: httpx.Client, provider: FakeProvider
) -> None:
    back = go_to_provider(browser).headers["location"]
    with place.browser() as victim:
        assert victim.get(back).status_code == 400
        go_to_provider(victim)  # has a sign-in of its own under way
        assert victim.get(back).status_code == 400
        assert not is_signed_in(victim)
    assert provider.told == []


def test_a_sign_in_that_took_too_long_is_refused(place: Place, browser: httpx.Client) -> None:
    back = go_to_provider(browser).headers["location"]
    place.execute("UPDATE sign_in SET expires_at = now() - interval '1 s'")
    assert browser.get(back).status_code == 400
    assert not is_signed_in(browser)


def test_what_is_kept_of_a_sign_in_opens_with_the_cookie_alone(
    place: Place, browser: httpx.Client
) -> None:
    begun = browser.get("/sign-in/start", params={"next": "/audit"})
    [(digest, sealed)] = place.execute(
        "SELECT digest, sealed FROM sign_in WHERE tenant = %s", place.system.settings.tenant
    )
    for secret in (*browser.cookies.values(), query(begun.headers["location"])["state"], "/audit"):
        assert secret.encode() not in digest + sealed


@pytest.mark.parametrize(
    "sign",
    [
        lies.with_the_secret,
        lies.with_the_public_key_as_secret,
        lies.with_nothing,
        lies.with_another_key,
        lies.with_its_own_key_inside,
        lies.changed_afterwards,
        lies.no_token_at_all,
    ],
)
def test_a_forged_id_token_is_refused(
    browser: httpx.Client, provider: FakeProvider, sign: lies.Sign
) -> None:
    provider.sign = sign
    answer = sign_in(browser)
    assert (answer.status_code, is_signed_in(browser)) == (403, False)
    assert "could not be verified" in answer.text


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_000_000_000},
        {"exp": "never"},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": lies.CLIENT},
        {"aud": ["another-client"], "azp": lies.CLIENT},
        {"aud": [lies.CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "of another sign-in"},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"at_hash": "of another token"},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    browser: httpx.Client, provider: FakeProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert sign_in(browser).status_code == 403
    assert not is_signed_in(browser)


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "nonce", "iat"])
def test_an_id_token_without_a_claim_it_needs_is_refused(
    browser: httpx.Client, provider: FakeProvider, claim: str
) -> None:
    provider.without = {claim}
    assert sign_in(browser).status_code == 403
    assert not is_signed_in(browser)


def test_a_clock_that_differs_by_half_a_minute_is_forgiven(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    from time import time

    provider.claims = {"exp": int(time()) - 30}
    sign_in(browser)
    assert is_signed_in(browser)


def test_a_way_back_from_another_issuer_is_refused(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    provider.answers = {"iss": "https://elsewhere.example"}
    assert sign_in(browser).status_code == 403
    assert provider.told == []  # the code is not shown to anybody


def test_a_provider_that_names_itself_must_do_so(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert sign_in(browser).status_code == 403
    provider.answers = {"iss": provider.address}
    assert sign_in(browser).status_code == 303


def test_keys_that_were_changed_are_fetched_anew(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    sign_in(browser)
    provider.rotate()
    assert sign_in(browser).status_code == 303
    assert provider.looks == 2


def test_unknown_keys_let_the_keys_be_fetched_once_in_a_while(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    sign_in(browser)
    provider.sign = lies.with_another_key
    for _ in range(4):
        assert sign_in(browser).status_code == 403
    assert provider.looks == 2


def test_a_cancelled_sign_in_is_told_and_leads_to_another(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    state = query(browser.get("/sign-in/start").headers["location"])["state"]
    answer = browser.get("/sign-in/callback", params={"error": "access_denied", "state": state})
    assert (answer.status_code, is_signed_in(browser)) == (403, False)
    assert 'href="/sign-in/start"' in answer.text


def test_a_provider_that_is_away_is_told_and_the_rest_works(
    place: Place, browser: httpx.Client, provider: FakeProvider
) -> None:
    provider.down = True
    answer = browser.get("/sign-in/start")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "sign-in service does not answer" in answer.text
    assert browser.get("/healthz").status_code == 200


def test_a_provider_that_goes_away_on_the_way_is_told(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    back = go_to_provider(browser).headers["location"]
    provider.down = True
    assert browser.get(back).status_code == 503


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"authorization_endpoint": "http://elsewhere.example/authorize"},
        {"token_endpoint": "ftp://elsewhere.example"},
        {"jwks_uri": None},
    ],
)
def test_metadata_that_are_not_the_providers_are_not_used(
    browser: httpx.Client, provider: FakeProvider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert browser.get("/sign-in/start").status_code == 503


@pytest.mark.parametrize(
    ("claims", "assurance"),
    [
        ({}, 1),
        ({"amr": ["pwd"]}, 1),
        ({"amr": ["pwd", "mfa"]}, 2),
        ({"acr": "mfa"}, 2),
        ({"amr": "mfa"}, None),
    ],
)
def test_two_factors_count_where_the_provider_says_so(
    place: Place,
    browser: httpx.Client,
    provider: FakeProvider,
    claims: dict[str, Any],
    assurance: int | None,
) -> None:
    provider.claims = claims
    sign_in(browser)
    found = place.execute(
        "SELECT assurance FROM session WHERE tenant = %s", place.system.settings.tenant
    )
    assert found == ([] if assurance is None else [(assurance,)])
