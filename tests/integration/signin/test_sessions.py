"""A session: begun anew by each sign-in, over at once when it ends, and worth nothing elsewhere."""

import re

import httpx
import pytest

from tests.integration.signin.conftest import (
    Place,
    csrf,
    is_signed_in,
    query,
    rule,
    sign_in,
)
from tests.integration.signin.provider import CLIENT, FakeProvider

COOKIE = "throughline"
JSON = {"Accept": "application/json"}


def searched(browser: httpx.Client, **headers: str) -> httpx.Response:
    """A request of the JSON API that is sent with POST."""
    return browser.post("/v1/learners/search", json={"name": "ana"}, headers={**JSON, **headers})


def refusal(answer: httpx.Response) -> str:
    return rule(answer) if answer.status_code >= 400 else ""


def test_without_a_session_json_is_refused_and_a_page_leads_to_the_sign_in(
    browser: httpx.Client,
) -> None:
    answer = browser.get("/v1/learners", headers=JSON)
    assert (answer.status_code, rule(answer)) == (401, "sign-in-required")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert rule(browser.get("/v1/learners")) == "sign-in-required"  # a browser that asks for JSON
    assert browser.get("/").headers["location"] == "/sign-in"
    assert browser.head("/").status_code == 303


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/sign-in"])
def test_some_addresses_need_nobody(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 200


def test_the_stylesheet_of_the_sign_in_needs_nobody(browser: httpx.Client) -> None:
    address = re.search(r'href="(/static/[^"]+)"', browser.get("/sign-in").text)
    assert address is not None
    assert browser.get(address[1]).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/metrics", "//healthz", "/healthz/", "/static", "/sign-inn", "/v1/learners/", "/nowhere"],
)
def test_nothing_else_is_answered_to_nobody(browser: httpx.Client, path: str) -> None:
    assert browser.get(path, headers=JSON).status_code == 401


def test_with_a_session_requests_are_let_in(browser: httpx.Client) -> None:
    sign_in(browser)
    assert browser.get("/v1/learners", headers=JSON).status_code != 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Role": "administrator"},
        {"X-User": "rivera", "X-Forwarded-User": "rivera", "Remote-User": "rivera"},
        {"Authorization": "Basic cml2ZXJhOnJpdmVyYQ=="},
        {"Cookie": "role=administrator; throughline-role=administrator"},
    ],
)
def test_what_a_header_claims_lets_nobody_in(
    browser: httpx.Client, headers: dict[str, str]
) -> None:
    assert browser.get("/v1/learners", headers={**JSON, **headers}).status_code == 401


def test_a_role_that_a_claim_or_a_header_gives_is_no_role(
    place: Place, browser: httpx.Client, provider: FakeProvider
) -> None:
    sign_in(browser)
    plain = browser.get("/v1/audit", headers=JSON)
    provider.claims = {"role": "administrator", "roles": ["administrator"], "groups": ["admin"]}
    with place.browser() as claiming:
        sign_in(claiming)
        for headers in (JSON, {**JSON, "X-Role": "administrator", "X-Roles": "administrator"}):
            answer = claiming.get("/v1/audit", headers=headers)
            assert answer.status_code == plain.status_code
            assert answer.json().get("entries") == plain.json().get("entries")


def test_the_cookie_is_kept_from_scripts_and_from_other_sites_requests(
    browser: httpx.Client,
) -> None:
    said = [c for c in sign_in(browser).headers.get_list("set-cookie") if f"{COOKIE}=" in c]
    assert len(said) == 1
    parts = {part.strip().lower() for part in said[0].split(";")}
    assert {"httponly", "samesite=lax", "path=/", "max-age=36000"} <= parts
    assert not any(part.startswith("domain") for part in parts)


def test_the_database_holds_neither_the_secret_nor_the_name_nor_the_id_token(
    place: Place, browser: httpx.Client
) -> None:
    sign_in(browser)
    [row] = place.execute(
        "SELECT row_to_json(s)::text, s.sealed FROM session AS s WHERE tenant = %s",
        place.system.settings.tenant,
    )
    assert browser.cookies[COOKIE] not in row[0]
    assert b"Rivera" not in row[1]
    assert b"eyJ" not in row[1]  # as an ID token begins


def test_each_sign_in_begins_a_session_of_its_own_and_ends_the_one_before(
    place: Place, browser: httpx.Client
) -> None:
    browser.cookies.set(COOKIE, "chosen-by-somebody-else", domain="127.0.0.1", path="/")
    sign_in(browser)
    first = browser.cookies.get(COOKIE, domain="127.0.0.1")
    assert first != "chosen-by-somebody-else"
    sign_in(browser)
    assert browser.cookies[COOKIE] != first
    with place.browser() as other:
        other.cookies.set(COOKIE, str(first))
        assert not is_signed_in(other)
    assert is_signed_in(browser)


def test_after_sign_out_the_session_is_refused_whoever_kept_its_cookie(
    place: Place, browser: httpx.Client
) -> None:
    sign_in(browser)
    kept = browser.cookies[COOKIE]
    answer = browser.post("/sign-out", data={"csrf": csrf(browser)})
    assert answer.status_code == 200
    assert "signed out of Throughline" in answer.text
    assert COOKIE not in browser.cookies
    with place.browser() as other:
        other.cookies.set(COOKIE, kept)
        assert rule(other.get("/v1/learners", headers=JSON)) == "sign-in-required"
        assert not is_signed_in(other)


def test_sign_out_leads_to_the_providers_own_with_the_id_token_in_a_form(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    sign_in(browser)
    answer = browser.post("/sign-out", data={"csrf": csrf(browser)})
    assert f'action="{provider.address}/end"' in answer.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
    assert fields["id_token_hint"].count(".") == 2
    assert fields["client_id"] == CLIENT
    assert fields["post_logout_redirect_uri"].endswith("/sign-in/ended")
    policy = answer.headers["content-security-policy"]
    assert f"form-action {provider.address};" in policy
    assert browser.get("/sign-in/ended").status_code == 200


def test_sign_out_works_where_the_provider_offers_none_or_is_away(
    browser: httpx.Client, provider: FakeProvider
) -> None:
    provider.metadata = {"end_session_endpoint": None}
    sign_in(browser)
    answer = browser.post("/sign-out", data={"csrf": csrf(browser)})
    assert (answer.status_code, is_signed_in(browser)) == (200, False)
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert browser.post("/sign-out").status_code == 200  # once more, signed out already


@pytest.mark.parametrize(
    "change",
    ["seen_at = now() - interval '31 minutes'", "expires_at = now() - interval '1 s'"],
)
def test_a_session_ends_by_itself(place: Place, browser: httpx.Client, change: str) -> None:
    sign_in(browser)
    place.execute(f"UPDATE session SET {change} WHERE tenant = %s", place.system.settings.tenant)
    assert not is_signed_in(browser)


def test_a_session_that_is_used_goes_on(place: Place, browser: httpx.Client) -> None:
    sign_in(browser)
    place.execute("UPDATE session SET seen_at = now() - interval '29 minutes'")
    assert is_signed_in(browser)
    [(fresh,)] = place.execute(
        "SELECT seen_at > now() - interval '1 minute' FROM session WHERE tenant = %s",
        place.system.settings.tenant,
    )
    assert fresh


def test_a_session_that_ended_is_gone_with_the_next_sign_in(
    place: Place, browser: httpx.Client
) -> None:
    sign_in(browser)
    place.execute("UPDATE session SET expires_at = now()")
    with place.browser() as other:
        sign_in(other)
    rows = place.execute(
        "SELECT count(*) FROM session WHERE tenant = %s", place.system.settings.tenant
    )
    assert rows == [(1,)]


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "ä", "a;b", "../../etc/passwd"])
def test_a_cookie_that_is_none_of_ours_is_nobodys(browser: httpx.Client, cookie: str) -> None:
    sent = f"{COOKIE}={cookie}".encode()
    answer = browser.get("/v1/learners", headers={b"Accept": b"application/json", b"Cookie": sent})
    assert rule(answer) == "sign-in-required"


# -- the token against other sites' forms ------------------------------------------------------


def test_a_change_without_the_sessions_token_is_refused(browser: httpx.Client) -> None:
    sign_in(browser)
    assert refusal(searched(browser)) == "csrf-missing"
    assert browser.post("/sign-out").status_code == 403
    assert browser.post("/sign-out", data={"csrf": ""}).status_code == 403
    assert is_signed_in(browser)


def test_a_change_with_another_sessions_token_is_refused(
    place: Place, browser: httpx.Client
) -> None:
    sign_in(browser)
    with place.browser() as other:
        sign_in(other)
        foreign = csrf(other)
    assert refusal(searched(browser, **{"X-CSRF-Token": foreign})) == "csrf-wrong"
    assert browser.post("/sign-out", data={"csrf": foreign}).status_code == 403
    assert browser.post("/sign-out", data={"csrf": "ä"}).status_code == 403
    assert is_signed_in(browser)


def test_a_token_given_twice_or_in_the_address_does_not_count(browser: httpx.Client) -> None:
    sign_in(browser)
    token = csrf(browser)
    assert browser.post("/sign-out", data={"csrf": ["x", token]}).status_code == 403
    assert browser.post("/sign-out", params={"csrf": token}).status_code == 403
    assert is_signed_in(browser)


def test_a_change_with_the_sessions_token_is_let_in(browser: httpx.Client) -> None:
    sign_in(browser)
    answer = searched(browser, **{"X-CSRF-Token": csrf(browser)})
    assert refusal(answer) not in ("csrf-missing", "csrf-wrong")


def test_a_form_with_files_has_its_token_first(browser: httpx.Client) -> None:
    sign_in(browser)
    token = csrf(browser)

    def sent(order: str) -> httpx.Response:
        parts = {"csrf": (None, token.encode()), "file": ("a.pdf", b"%PDF" * 50_000)}
        return browser.post("/sign-out", files={name: parts[name] for name in order.split()})

    assert sent("file csrf").status_code == 403
    assert is_signed_in(browser)
    assert sent("csrf file").status_code == 200
    assert not is_signed_in(browser)


def test_what_a_form_sends_arrives_whole(browser: httpx.Client) -> None:
    sign_in(browser)
    page = browser.post("/search", data={"csrf": csrf(browser), "name": "Änne " * 3000})
    assert page.status_code < 500
    assert page.status_code != 413


def test_a_form_that_is_too_large_is_refused(browser: httpx.Client) -> None:
    sign_in(browser)
    answer = browser.post("/search", data={"csrf": csrf(browser), "name": "a" * 5_000_000})
    assert answer.status_code == 413


def test_a_form_of_another_site_is_refused_before_anybody_looks_at_its_token(
    browser: httpx.Client,
) -> None:
    sign_in(browser)
    answer = browser.post(
        "/sign-out",
        data={"csrf": csrf(browser)},
        headers={**JSON, "Origin": "https://elsewhere.example"},
    )
    assert rule(answer) == "other-site"


def test_a_form_sent_after_the_session_ended_says_that_nothing_was_recorded(
    place: Place, browser: httpx.Client
) -> None:
    sign_in(browser)
    token = csrf(browser)
    place.execute("DELETE FROM session")
    answer = browser.post("/search", data={"csrf": token, "name": "ana"})
    assert answer.status_code == 401
    assert "Nothing was recorded" in answer.text


def test_the_address_holds_no_token_of_the_session(browser: httpx.Client) -> None:
    answer = sign_in(browser, "/audit")
    assert query(answer.headers["location"]) == {}


def test_the_openapi_document_says_how_to_be_known_and_where_nobody_needs_to_be(
    browser: httpx.Client,
) -> None:
    document = browser.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    assert document["security"] == [{"token": []}, {"session": []}]
    nobody = {
        path
        for path, item in document["paths"].items()
        for operation in item.values()
        if operation.get("security") == []
    }
    assert nobody == {"/healthz", "/readyz"}
    answers = document["paths"]["/v1/learners"]["get"]["responses"]
    assert {"401", "403", "429"} <= set(answers)


def test_a_form_of_the_session_before_was_said_not_to_come_from_here(browser: httpx.Client) -> None:
    """It came from here; and what was typed is still in the browser, which nobody said."""
    sign_in(browser)
    before = csrf(browser)
    browser.post("/sign-out", data={"csrf": before})
    sign_in(browser)
    answer = browser.post("/search", data={"csrf": before, "name": "ana"})
    assert answer.status_code == 403
    assert "Nothing was recorded. The form was opened before you last signed in, or" in answer.text
    assert "go back to what you typed, copy it, and send it from a new form" in answer.text
