"""Entries that came after an access and say something else about it; what may be said of its line.

Pure. Whether such an entry changes how an access is judged, `to_review` tells.
"""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from domain.access.covered import Coverage
from domain.access.decision import Decision
from domain.access.facts import Records
from domain.access.files_learners import LearnerFile
from domain.access.grounds import TABLE
from domain.consent import (
    ConsentConfirmed,
    ConsentVoided,
    ConsentWithdrawn,
    DirectoryOptOutSet,
)
from domain.effective import EARLIEST
from domain.errors import Refused
from domain.event import Event
from domain.identity import RightsRevoked
from domain.oversight import LineCommand, ReleaseLine, ReviewAccess
from domain.reads import AccessRecorded

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "consent-voided": "A consent that was relied on was never valid",
        "consent-withdrawn": "A consent that was relied on had been withdrawn",
        "directory-opt-out-set": "The family had opted out of directory information",
        "rights-revoked": "Somebody’s rights over the record had been taken away",
        "consent-confirmed": "Refused that day, and covered now by a consent that came late",
    }
)
# Grounds under which something is given out unless the family refused it.
UNLESS_REFUSED = frozenset(g.code for g in TABLE.grounds if "not_opted_out" in g.conditions)


def counts_from(event: Event, file: LearnerFile) -> date | None:
    """The first day of accesses that an entry says something about; null for all of them."""
    start = event.effective.start if event.effective else None
    match event:
        case ConsentVoided():
            return None
        case ConsentConfirmed():
            consent = next((c for c in file.consents if c.id == event.consent), None)
            return consent.counts_from if consent else None
        case _:
            return max(start or EARLIEST, event.received_on or EARLIEST)


def concerns(event: Event, read: AccessRecorded) -> bool:
    """Whether an entry can say something about an access."""
    match event:
        case ConsentVoided() | ConsentWithdrawn():
            return read.allowed and event.consent in read.consents
        case DirectoryOptOutSet():
            return read.allowed and not UNLESS_REFUSED.isdisjoint((read.code, *read.grounds))
        case RightsRevoked():
            about = event.person in (read.entered_by, read.recipient)
            return read.allowed and (about or bool(read.consents))
        case ConsentConfirmed():
            return not read.allowed
        case _:
            return False


def to_review(event: Event, coverage: Coverage | None) -> bool:
    """Whether an access that an entry concerns is to be reviewed because of it."""
    match event:
        case ConsentVoided() | ConsentWithdrawn():
            return True  # it relied on that very consent, whatever else covers it now
        case ConsentConfirmed():
            return (
                coverage is not None and coverage.differs and event.consent in coverage.now.consents
            )
        case DirectoryOptOutSet():
            # It was given out as directory information; what that covers still is in order.
            return coverage is None or not coverage.now.allowed or lost(coverage)
        case _:
            # What was not covered that day either is told elsewhere: this is about the entry.
            return coverage is not None and lost(coverage)


def lost(coverage: Coverage) -> bool:
    """Whether something was covered by what was on file that day, and is not by what is now."""
    then, now = coverage.then, coverage.now
    return (then.allowed and not now.allowed) or not _covered(then) <= _covered(now)


def _covered(decision: Decision) -> set[Records]:
    return {records for part in decision.parts for records in part.records}


def whole(decision: Decision) -> bool:
    """Whether all that was asked for is covered."""
    return decision.allowed and not decision.withheld


def check_line(
    command: LineCommand,
    learner: UUID,
    found: Mapping[int, Event],
    records: Collection[UUID],
    giver: UUID,
) -> None:
    """Raise `Refused` for a line that is not of this learner's log, or is the giver's own.

    `found`: the events that the command names by number. `records`: those of the same person.
    """
    line = found.get(command.number)
    if not isinstance(line, AccessRecorded) or (line.learner, line.event_id) != (
        learner,
        command.access,
    ):
        raise Refused(
            "number",
            "line-unknown",
            "There is no line with this number and id in the log of this learner.",
        )
    if line.entered_by == giver and not isinstance(command, ReleaseLine):
        raise Refused(
            "number",
            "second-person-needed",
            "This line is about what you did yourself, so another privacy officer has to see to "
            "it.",
        )
    if isinstance(command, ReviewAccess):
        late = found.get(command.late_entry)
        if (
            late is None
            or late.position < line.position
            or not concerns(late, line)
            or set(records).isdisjoint(late.about)
        ):
            raise Refused(
                "late_entry",
                "late-entry-unknown",
                "There is no entry with this number that came after the access and says "
                "something about it. The list of accesses to review names them.",
            )
