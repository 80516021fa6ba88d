"""The settings of a process, read from the environment; `docs/settings.md` has one heading each."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.fields import Code, ShortText

OLDEST_SERVER = 18
PREFIX = "THROUGHLINE_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(ValueError):
    """One or more settings are wrong; the text has one sentence for each and no value."""


class ServerTooOldError(RuntimeError):
    """The PostgreSQL server is older than the oldest that can hold the store."""


def _connection_string(text: str) -> str:
    try:
        conninfo_to_dict(text)
    except psycopg.ProgrammingError:
        # The driver's own text can repeat the password.
        message = "must be a connection string, as postgresql://user@host:5432/database"
        raise ValueError(message) from None
    return text


def _day_of_every_year(text: str) -> str:
    try:
        date.fromisoformat(f"2001-{text}")  # no leap year
    except ValueError:
        message = "must be a month and day that every year has, as 08-01"
        raise ValueError(message) from None
    return text


def _pairs(given: Any) -> Any:
    """`north-high=North High School; oak-ms=Oak Middle School` as a mapping."""
    if not isinstance(given, str):
        return given
    pairs = [pair.partition("=") for pair in given.split(";") if pair.strip()]
    found = {code.strip(): name for code, _, name in pairs}
    if len(found) < len(pairs) or not all(equals for _, equals, _ in pairs):
        raise ValueError("must be code=name, once for each code, with semicolons between")
    return found


def _address(text: str) -> str:
    """An address that is asked over TLS, or on this machine."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    plain = parts.scheme == "http" and host in LOOPBACK
    whole = text.isascii() and text.isprintable() and " " not in text
    if not (whole and host and (parts.scheme == "https" or plain)):
        raise ValueError("must be an address that begins with https:// (http:// on loopback)")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be an address without a password, a question mark or a hash sign")
    return text


def _origin(text: str) -> str:
    if urlsplit(text).path not in ("", "/"):
        raise ValueError("must be an address without a path, as https://throughline.example.org")
    return text.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
Origin = Annotated[str, AfterValidator(_address), AfterValidator(_origin)]
ConnectionString = Annotated[str, AfterValidator(_connection_string)]
DayOfYear = Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_day_of_every_year)]
SchoolNames = Annotated[dict[Code, ShortText], NoDecode, BeforeValidator(_pairs)]


class Settings(BaseSettings):
    """What a process of Throughline needs to know before it starts. Frozen.

    Without DATABASE_URL the embedded PostgreSQL over `postgres_directory` serves.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        extra="forbid",
    )

    database_url: ConnectionString | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        repr=False,
        description="Connection string of the app role: appends events, reads, and no more. "
        "Unset: the embedded PostgreSQL.",
    )
    migrate_url: ConnectionString | None = Field(
        default=None,
        validation_alias="MIGRATE_URL",
        repr=False,
        description="Connection string of the owner role, used by `throughline migrate` alone. "
        "Unset: the embedded PostgreSQL.",
    )
    home: Path = Field(
        default=Path(".throughline"),
        description="Directory of what this machine keeps: the embedded PostgreSQL and the keys.",
    )
    keys: Path | None = Field(
        default=None,
        description="Directory of the key store, kept apart from the database and its backups. "
        "Unset: `keys` in THROUGHLINE_HOME.",
    )
    tenant: str = Field(
        default="demo",
        pattern=r"^[a-z][a-z0-9-]{0,30}$",
        description="Code of the district: a lower-case letter, then up to 30 lower-case letters, "
        "digits and hyphens.",
    )
    zone: ZoneInfo = Field(
        default=ZoneInfo("America/Chicago"),
        description="Time zone of the district's calendar days, by its IANA name. The district "
        "keeps the one it was made with, until `throughline migrate --change-zone`.",
    )
    school_year_starts: DayOfYear = Field(
        default="08-01",
        description="First day of a school year, as month and day: 08-01 is 1 August.",
    )
    schools: SchoolNames = Field(
        default={},
        description="Names of the district's schools by their codes: code=name, with semicolons "
        "between.",
    )
    port: int = Field(
        default=8000, ge=1, le=65535, description="TCP port that `throughline serve` listens on."
    )
    host: str = Field(
        default="127.0.0.1", description="Address that `throughline serve` listens on."
    )
    public_url: Origin | None = Field(
        default=None,
        description="Address at which people open this server: its scheme and host decide.",
    )
    oidc_issuer: Address | None = Field(
        default=None, description="Issuer of the OpenID Connect provider that people sign in with."
    )
    oidc_client_id: str | None = Field(
        default=None, description="Client id that the provider knows this server by."
    )
    oidc_client_secret: str | None = Field(
        default=None, repr=False, description="Client secret that goes with it, if there is one."
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="File that holds the client secret, instead of the variable."
    )
    oidc_strong: str = Field(
        default="mfa",
        description="Values of `acr` or `amr` that mean two factors, with spaces between.",
    )
    session_minutes: int = Field(
        default=30, ge=1, le=1440, description="Minutes without a request that end a session."
    )
    session_hours: int = Field(
        default=10, ge=1, le=24, description="Hours after which a session ends in any case."
    )
    requests_per_minute: int = Field(
        default=1200,
        ge=10,
        le=1_000_000,
        description="Requests that one session, token or unknown address may send in a minute.",
    )

    @property
    def postgres_directory(self) -> Path:
        """Where the embedded PostgreSQL keeps its cluster."""
        return self.home / "postgres"

    @property
    def keys_directory(self) -> Path:
        """Where the key store keeps its files."""
        return self.keys or self.home / "keys"


def setting_name(field: str) -> str:
    """The environment variable of a field of `Settings`: `port` → `THROUGHLINE_PORT`."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def read_settings() -> Settings:
    """Read the environment. Raises SettingsError, a line for each setting that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{_name_at(problem['loc'])}: {problem['msg']}." for problem in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def server_version_check(connection: psycopg.Connection[Any]) -> None:
    """Raises ServerTooOldError unless the server is PostgreSQL 18 or newer."""
    version = connection.info.server_version
    if version < OLDEST_SERVER * 10_000:
        raise ServerTooOldError(
            f"PostgreSQL {OLDEST_SERVER} or newer is needed, and this server is "
            f"{version // 10_000}.{version % 10_000}."
        )


def _name_at(location: tuple[int | str, ...]) -> str:
    first = str(location[0])
    return setting_name(first) if first in Settings.model_fields else first
