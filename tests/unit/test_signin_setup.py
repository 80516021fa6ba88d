"""Sign-in is set up whole or not at all, and its secret is read and never shown."""

from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from api.signin.addresses import is_open, local
from api.signin.cookies import SESSION, Cookies
from api.signin.secrets import csrf_of, digest_of, new_secret, seal, unseal
from api.signin.setup import set_up
from store.settings import Settings, SettingsError

PUBLIC, ISSUER = "https://throughline.example.org", "https://accounts.example.org"


def given(**more: object) -> Settings:
    whole = {"public_url": PUBLIC, "oidc_issuer": ISSUER, "oidc_client_id": "throughline"}
    return Settings.model_validate({**whole, **more})


def test_without_a_provider_there_is_no_sign_in() -> None:
    assert set_up(Settings()) is None
    assert set_up(Settings(public_url=PUBLIC)) is None


@pytest.mark.parametrize("missing", ["public_url", "oidc_issuer", "oidc_client_id"])
def test_a_part_of_it_is_refused_with_the_name_of_what_is_missing(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"THROUGHLINE_{missing.upper()} must be given"):
        set_up(given(**{missing: None}))


def test_a_secret_alone_is_a_part_too() -> None:
    with pytest.raises(SettingsError, match="THROUGHLINE_OIDC_ISSUER, THROUGHLINE_OIDC_CLIENT_ID"):
        set_up(Settings(oidc_client_secret="hunter2"))


def test_the_secret_is_read_from_its_file_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2\n")
    found = set_up(given(oidc_client_secret_file=tmp_path / "secret"))
    assert found is not None
    assert found.secret == "hunter2"
    assert "hunter2" not in repr(found)


def test_a_secret_in_two_places_in_none_or_out_of_reach_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with pytest.raises(SettingsError, match="cannot be read"):
        set_up(given(oidc_client_secret_file=path))
    path.write_text(" \n")
    with pytest.raises(SettingsError, match="is empty"):
        set_up(given(oidc_client_secret_file=path))
    with pytest.raises(SettingsError, match="not both") as refusal:
        set_up(given(oidc_client_secret_file=path, oidc_client_secret="hunter2"))
    assert "hunter2" not in str(refusal.value)


def test_over_tls_the_cookie_is_for_this_host_and_tls_alone() -> None:
    found = set_up(given())
    assert found is not None
    response = Response()
    Cookies(found).set(response, SESSION, "secret")
    said = response.headers["set-cookie"]
    assert said.startswith("__Host-throughline=secret; ")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(said.split("; "))
    plain = Headers({"cookie": "throughline=secret"})
    assert Cookies(found).read(plain, SESSION) is None
    assert Cookies(found).read(Headers({"cookie": said}), SESSION) == "secret"


@pytest.mark.parametrize(
    "path", ["/", "/audit?type=goal-set", "/learners/1b4e28ba/replay?on=2025-03-14&known=then"]
)
def test_a_path_of_ours_is_gone_on_to(path: str) -> None:
    assert local(path) == path


@pytest.mark.parametrize(
    "path",
    [None, "", "a", "//e.example", "///e.example", "/\\e.example", "https:/e.example", "/a b",
     "/%0d%0aSet-Cookie:a=b\r\n", "/sign-in", "/sign-in/start?next=/", "/healthz", "/v1/learners"],
)  # fmt: skip
def test_no_other_path_is(path: str | None) -> None:
    assert local(path) == "/"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/callback", "/static/pages.css", "/readyz"])
def test_what_leads_to_a_sign_in_is_open(path: str) -> None:
    assert is_open(path)


@pytest.mark.parametrize("path", ["/", "/sign-inn", "/static", "/v1/learners", "/healthz/x", ""])
def test_all_else_is_closed(path: str) -> None:
    assert not is_open(path)


def test_what_is_derived_from_a_secret_tells_nothing_of_it() -> None:
    secret = new_secret()
    sealed = seal(secret, {"name": "Ms Rivera"})
    assert unseal(secret, sealed) == {"name": "Ms Rivera"}
    with pytest.raises(ValueError, match="another secret"):
        unseal(new_secret(), sealed)
    assert len({secret, csrf_of(secret), digest_of(secret).hex()}) == 3
    assert seal(secret, {}) != seal(secret, {})
