"""Days that cannot be: before the learner's birth, before what an entry is about, before today.

Pure. A learner's record keeps no days to decide by, so a command is held against what is on file
before it goes there.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.access.files_learners import LearnerFile
from domain.consent import ConsentCommand, GrantConsent
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command, Event
from domain.oversight import ReviewAccess
from domain.words import Precision

# The groups of a family's consents and refusals. None of them is older than the learner.
OF_A_FAMILY = frozenset({"consent", "online"})
# A month, a term or a year is given by its first day, and may well end after the day in question.
LASTS = {Precision.DAY: 1, Precision.MONTH: 31, Precision.TERM: 366, Precision.YEAR: 366}
BEFORE_BIRTH = (
    "This day was before the learner’s birth. Look at the year, and at whose record it is."
)


def check_birth(command: Command, file: LearnerFile) -> None:
    """Raise `Refused` where one of `OF_A_FAMILY` would have been before the learner's birth."""
    born = file.rights.born
    if born is None:
        return
    if command.received_on is not None and command.received_on < born:
        raise Refused("received_on", "received-before-birth", BEFORE_BIRTH)
    if is_before(command.effective, born):
        raise Refused("effective", "effective-before-birth", BEFORE_BIRTH)


def check_ending(command: ConsentCommand, file: LearnerFile) -> None:
    """Raise `Refused` where a consent would have been ended before it was signed."""
    received = command.received_on
    consent = next((one for one in file.consents if one.id == command.consent), None)
    if consent is None or consent.signed_on is None or received is None:
        return
    if received < consent.signed_on:
        raise Refused(
            "received_on",
            "received-before-signing",
            "This day was before the consent was signed, so the school cannot have been told then "
            "that it ends.",
        )


def check_review(command: ReviewAccess, line: Event, zone: ZoneInfo) -> None:
    """Raise `Refused` where an access would have been reviewed before it happened."""
    if is_before(command.effective, line.recorded_at.astimezone(zone).date()):
        raise Refused(
            "effective",
            "review-before-access",
            "The day of the review was before the access itself. Choose a later day.",
        )


def check_signed_online(command: GrantConsent, today: date) -> None:
    """Raise `Refused` where who signs by sending gives an earlier day; a later one may be."""
    given = command.effective
    if given and (given.precision is not Precision.DAY or is_before(given, today)):
        raise _signed_today("effective")
    if command.received_on is not None and command.received_on < today:
        raise _signed_today("received_on")


def _signed_today(field: str) -> Refused:
    return Refused(
        field,
        "signed-online-today",
        "Whoever is signed in signs by sending this, so it is signed and received today. Leave the "
        "day out.",
    )


def is_before(given: Effective | None, day: date) -> bool:
    """True where all of the day, month, term or year that is given lies before a day."""
    if given is None or given.start is None:
        return False
    return given.start + timedelta(days=LASTS[given.precision]) <= day
