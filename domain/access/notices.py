"""The notice that goes with what leaves the school (99.33(d)), with its digest for the record."""

from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that is served with a disclosure. `digest`: SHA-256 of the text, hex."""

    version: str
    text: str
    digest: str


def _notice(version: str, text: str) -> Notice:
    return Notice(version, text, sha256(text.encode()).hexdigest())


REDISCLOSURE = _notice(
    "FERPA-99.33-1",
    "These records are protected by the Family Educational Rights and Privacy Act. You may use "
    "them only for the purpose for which you received them, and may not pass them on to anybody "
    "without the prior written consent of the parent or eligible student (34 CFR 99.33(a)).",
)
# Every version there ever was: the log names the one that was served, so its words never change.
NOTICES = MappingProxyType({notice.version: notice for notice in (REDISCLOSURE,)})
