"""Settings are read from the environment, and a wrong one is named with its rule."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import psycopg
import pytest

from store.settings import (
    ServerTooOldError,
    Settings,
    SettingsError,
    read_settings,
    server_version_check,
    setting_name,
)

NAMES = [setting_name(field) for field in Settings.model_fields]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def server_of_version(number: int) -> psycopg.Connection[Any]:
    """Only the version number of a connection; no older server is at hand to ask."""
    return cast(
        "psycopg.Connection[Any]", SimpleNamespace(info=SimpleNamespace(server_version=number))
    )


def test_without_an_environment_the_defaults_make_a_demo_on_this_machine() -> None:
    settings = read_settings()

    assert settings.database_url is None
    assert settings.migrate_url is None
    assert settings.tenant == "demo"
    assert settings.zone == ZoneInfo("America/Chicago")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.postgres_directory == Path(".throughline/postgres")
    assert settings.keys_directory == Path(".throughline/keys")


def test_every_setting_is_read_from_the_variable_of_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = {
        "DATABASE_URL": "postgresql://app@db/throughline",
        "MIGRATE_URL": "postgresql://owner@db/throughline",
        "THROUGHLINE_HOME": "/srv/throughline",
        "THROUGHLINE_KEYS": "/keys",
        "THROUGHLINE_TENANT": "lincoln-12",
        "THROUGHLINE_ZONE": "Europe/Berlin",
        "THROUGHLINE_SCHOOL_YEAR_STARTS": "09-15",
        "THROUGHLINE_SCHOOLS": "oak-ms=Oak Middle School",
        "THROUGHLINE_PORT": "8080",
        "THROUGHLINE_HOST": "::1",
        "THROUGHLINE_PUBLIC_URL": "https://throughline.example.org",
        "THROUGHLINE_OIDC_ISSUER": "https://accounts.example.org/oak/",
        "THROUGHLINE_OIDC_CLIENT_ID": "throughline",
        "THROUGHLINE_OIDC_CLIENT_SECRET": "hunter2",
        "THROUGHLINE_OIDC_CLIENT_SECRET_FILE": "/run/secrets/oidc",
        "THROUGHLINE_OIDC_STRONG": "mfa hwk",
        "THROUGHLINE_SESSION_MINUTES": "15",
        "THROUGHLINE_SESSION_HOURS": "8",
        "THROUGHLINE_REQUESTS_PER_MINUTE": "600",
    }
    assert sorted(values) == sorted(NAMES)
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    settings = read_settings()

    read = {setting_name(field): str(value) for field, value in settings}
    assert read == {**values, "THROUGHLINE_SCHOOLS": str({"oak-ms": "Oak Middle School"})}
    assert settings.keys_directory == Path("/keys")


def test_the_home_of_the_user_is_not_the_home_of_throughline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("PORT", "9")

    assert read_settings().home == Path(".throughline")
    assert read_settings().port == 8000


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHLINE_PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")

    assert read_settings().port == 8000
    assert read_settings().database_url is None


def test_the_schools_are_pairs_of_code_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "THROUGHLINE_SCHOOLS", " north-high=North High, “the Hill”; oak=Oak = Middle School ;"
    )

    names = {"north-high": "North High, “the Hill”", "oak": "Oak = Middle School"}
    assert read_settings().schools == names


def test_settings_can_be_given_by_name() -> None:
    settings = Settings(database_url="host=/run dbname=x", home=Path("/h"), tenant="north")

    assert settings.database_url == "host=/run dbname=x"
    assert settings.keys_directory == Path("/h/keys")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("THROUGHLINE_PORT", "0", "greater than or equal to 1"),
        ("THROUGHLINE_PORT", "web", "valid integer"),
        ("THROUGHLINE_TENANT", "Lincoln High", "match pattern"),
        ("THROUGHLINE_ZONE", "Chicago", "timezone"),
        ("THROUGHLINE_SCHOOL_YEAR_STARTS", "August", "match pattern"),
        ("THROUGHLINE_SCHOOL_YEAR_STARTS", "02-29", "that every year has, as 08-01"),
        ("THROUGHLINE_SCHOOLS", "hunter2", "code=name"),
        ("THROUGHLINE_SCHOOLS", "oak=Oak; oak=hunter2", "once for each code"),
        ("THROUGHLINE_SCHOOLS", "hunter2 high=Oak", "match pattern"),
        ("THROUGHLINE_SCHOOLS", "oak=", "at least 1 character"),
        ("DATABASE_URL", "postgresql+psycopg://app:hunter2@db/x", "connection string"),
        ("MIGRATE_URL", "hunter2", "connection string"),
        ("THROUGHLINE_PUBLIC_URL", "http://hunter2.example.org", "begins with https://"),
        ("THROUGHLINE_PUBLIC_URL", "https://hunter2.example.org/app", "without a path"),
        ("THROUGHLINE_PUBLIC_URL", "https://ana:hunter2@example.org", "without a password"),
        ("THROUGHLINE_PUBLIC_URL", "https://hunter2.example.org:port", "begins with https://"),
        ("THROUGHLINE_OIDC_ISSUER", "hunter2.example.org", "begins with https://"),
        ("THROUGHLINE_OIDC_ISSUER", "https://hunter2.example.org/?a", "a question mark"),
        ("THROUGHLINE_SESSION_MINUTES", "0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_named_with_its_rule(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, rule: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refusal:
        read_settings()

    text = str(refusal.value)
    assert text.startswith(f"{name}: ")
    assert rule in text
    assert "hunter2" not in text


def test_every_wrong_setting_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHLINE_PORT", "0")
    monkeypatch.setenv("THROUGHLINE_TENANT", "7")

    with pytest.raises(SettingsError) as refusal:
        read_settings()

    assert len(str(refusal.value).splitlines()) == 2


def test_a_password_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:hunter2@db/throughline")
    monkeypatch.setenv("THROUGHLINE_OIDC_CLIENT_SECRET", "hunter2")

    assert "hunter2" not in repr(read_settings())


def test_every_setting_is_described_in_its_field_and_on_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    headings = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]

    assert headings == NAMES
    assert all(field.description for field in Settings.model_fields.values())


def test_a_server_older_than_18_is_refused_with_a_sentence() -> None:
    with pytest.raises(ServerTooOldError) as refusal:
        server_version_check(server_of_version(170_006))

    assert str(refusal.value) == "PostgreSQL 18 or newer is needed, and this server is 17.6."


def test_a_server_of_18_or_newer_is_accepted() -> None:
    server_version_check(server_of_version(180_000))
    server_version_check(server_of_version(190_001))
