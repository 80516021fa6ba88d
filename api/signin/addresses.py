"""Addresses: which need no sign-in, and where somebody may be sent after it."""

from urllib.parse import urlsplit

# What whoever runs the server asks, and what leads to a sign-in. `/metrics` takes a token.
OPEN = frozenset({"/healthz", "/readyz", "/openapi.json", "/sign-in", "/sign-out", "/favicon.ico"})
OPEN_BELOW = ("/static/", "/sign-in/")
START, CALLBACK = "/sign-in/start", "/sign-in/callback"
LONGEST = 1000


def is_open(path: str) -> bool:
    """Whether an address is answered without a sign-in."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def local(text: str | None) -> str:
    """The path to go on to, with its query; `/` for one that is not ours.

    Browsers take `//other.example`, `/\\other.example` and a tab within as another site.
    """
    if text is None or len(text) > LONGEST or not text.isascii() or not text.isprintable():
        return "/"
    if not text.startswith("/") or text.startswith("//") or "\\" in text or " " in text:
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or is_open(parts.path) or parts.path.startswith("/v1/"):
        return "/"
    return text
