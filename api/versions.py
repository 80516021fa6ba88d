"""The version of a learner's record, as it may be told.

It counts every event of the record: from a gap somebody would learn that there is something which
they may not see. So the number is told at the machine alone. Everybody else is given a position of
the district, which moves with whatever is recorded of anybody.
"""

import re
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from fastapi import Request

from api.compose import System
from api.cursors import Cursors
from api.problems import Stopped, wrong_field
from api.sight import current
from domain.errors import StaleVersion
from domain.event import LEARNER, PERSON
from projections.standing import version_at

# A version, or a position; then of which record, and what told one answer from another.
ETAG = re.compile(r'"(?:(\d{1,9})(?:-([0-9a-f]+))?|([A-Za-z0-9_-]{20,})(?:\.([0-9a-f]+))?)"')
OF_WHICH = 8  # letters that stand for the record
STALE = (
    "What you are changing has changed since you looked at it. Look again, then repeat if still "
    "right."
)


def told(version: int | None, record: str = LEARNER) -> int | None:
    """The version, to who works at the machine, or of a person's record; else null."""
    return (version or 0) if counted(record) else None


def counted(record: str) -> bool:
    """Whether the asker may know how many events there are: a person's are all open to them."""
    return current().asker.trusted or record == PERSON


def mark(
    cursors: Cursors,
    version: int | None,
    position: int,
    *,
    of: UUID | None,
    apart: str = "",
    record: str = LEARNER,
) -> str:
    """An ETag: what a change names as `If-Match`; `of` which record, null where it is of several;
    and what tells this answer `apart`.
    """
    end = which(of) + apart
    if counted(record):
        return f'"{version or 0}-{end}"' if apart else f'"{version or 0}"'
    return f'"{cursors.position(position)}.{end}"'


def which(of: UUID | None) -> str:
    """What stands in an ETag for a record: no secret, its id is in the address."""
    return sha256(of.bytes if of else b"").hexdigest()[:OF_WHICH]


def looked_at(
    system: System, cursors: Cursors, of: UUID, given: str | None, record: str = LEARNER
) -> int | None:
    """The version that an `If-Match` stands for. Raises `Stopped` where it is not one ETag."""
    if given is None or given.strip() == "*":
        return None
    found = ETAG.fullmatch(given.strip())
    number, one, position, other = found.groups() if found else (None,) * 4
    if not (one or other or "").startswith(which(of)) and (one or other):
        raise wrong_field(
            400,
            "If-Match",
            "if-match-not-valid",
            "This ETag was given with an answer about another record, or about several. Give the "
            "one of this record.",
        )
    if number is not None and counted(record):
        return int(number)
    if position is None:
        raise wrong_field(
            400,
            "If-Match",
            "if-match-not-valid",
            "If-Match must be one ETag, exactly as an answer about this record gave it.",
        )
    known = cursors.position_from(position, "If-Match")
    return version_at(system.datastore, system.settings.tenant, of, known)


def without_versions(problem: Stopped, error: Exception, request: Request) -> Stopped:
    """The problem as everybody but who works at the machine is told it."""
    viewer = request.scope.get("state", {}).get("viewer")
    at_the_machine = viewer is not None and viewer.how == "terminal"
    if not isinstance(error, StaleVersion) or at_the_machine or "person" in request.path_params:
        return problem
    errors = [one.model_copy(update={"detail": STALE}) for one in problem.errors]
    changed = [one.model_copy(update={"version": None}) for one in problem.changed or ()]
    return replace(problem, detail=STALE, errors=errors, changed=changed, headers={})
