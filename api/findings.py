"""What a check found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`ok` is None where it could not be looked at; `mend` says what to do about it."""

    check: str
    ok: bool | None
    says: str
    mend: str = ""
