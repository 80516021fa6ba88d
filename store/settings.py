"""The settings of a process, read from the environment; `docs/settings.md` has one heading each."""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

OLDEST_SERVER = 18
PREFIX = "THROUGHLINE_"


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


ConnectionString = Annotated[str, AfterValidator(_connection_string)]


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
        description="Time zone of the district's calendar days, by its IANA name.",
    )
    port: int = Field(
        default=8000, ge=1, le=65535, description="TCP port that `throughline serve` listens on."
    )
    host: str = Field(
        default="127.0.0.1", description="Address that `throughline serve` listens on."
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
