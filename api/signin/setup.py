"""How sign-in is set up: read from the settings once, when the server starts."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from store.settings import Settings, SettingsError, setting_name


@dataclass(frozen=True)
class SetUp:
    """Where people sign in, and how long that lasts. `public` is our own address, no slash after.

    `strong` are the values of `acr` and `amr` that mean two factors; times are in seconds.
    """

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    public: str
    strong: frozenset[str]
    idle: int
    lifetime: int
    requests_per_minute: int

    @property
    def secure(self) -> bool:
        """Whether people come over TLS: on loopback alone they may come without."""
        return self.public.startswith("https://")

    @property
    def host(self) -> str:
        """The host that is answered for."""
        return urlsplit(self.public).hostname or ""

    @property
    def callback(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.public}/sign-in/callback"

    @property
    def ended(self) -> str:
        """Where the provider sends people after they signed out there."""
        return f"{self.public}/sign-in/ended"


def set_up(settings: Settings) -> SetUp | None:
    """How sign-in is set up; None where it is not.

    Raises `SettingsError` where only a part of it is given, or the secret cannot be read.
    """
    parts = {name: getattr(settings, name) for name in ("oidc_issuer", "oidc_client_id")}
    secret = secret_of(settings)
    if not any(parts.values()) and secret is None:
        return None
    missing = [setting_name(name) for name, value in parts.items() if not value]
    if settings.public_url is None:
        missing.append(setting_name("public_url"))
    if missing or settings.public_url is None:
        raise SettingsError(
            f"Sign-in is set up in part: {', '.join(missing)} must be given as well. "
            "See docs/sign-in.md."
        )
    return SetUp(
        issuer=parts["oidc_issuer"],
        client_id=parts["oidc_client_id"],
        secret=secret,
        public=settings.public_url,
        strong=frozenset(settings.oidc_strong.split()),
        idle=settings.session_minutes * 60,
        lifetime=settings.session_hours * 3600,
        requests_per_minute=settings.requests_per_minute,
    )


def secret_of(settings: Settings) -> str | None:
    """The client secret, from its variable or its file."""
    given, path = settings.oidc_client_secret, settings.oidc_client_secret_file
    if path is None:
        return given
    name = setting_name("oidc_client_secret_file")
    if given is not None:
        raise SettingsError(
            f"{name}: give the secret here or as {setting_name('oidc_client_secret')}, not both."
        )
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{name}: the file cannot be read by this user.") from None
    if not found:
        raise SettingsError(f"{name}: the file is empty.")
    return found


def is_loopback(host: str) -> bool:
    """Whether a name or an address means this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
