"""Days that cannot be: before the learner's birth, before what an entry is about, before today.

Pure. A learner's record keeps no days to decide by, so a command is held against what is on file
before it goes there.
"""

from datetime import date
from zoneinfo import ZoneInfo

from domain.access.files_learners import LearnerFile
from domain.consent import AllowSurvey, AssentCommand, ConsentCommand, GrantConsent
from domain.effective import is_before
from domain.errors import Refused
from domain.event import Command, Event
from domain.oversight import ReviewAccess
from domain.words import Precision

# The groups of a family's consents and refusals. None of them is older than the learner.
OF_A_FAMILY = frozenset({"consent", "online"})
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


def check_sent_online(command: Command, today: date) -> None:
    """Raise `Refused` where what a family sends, one of `OF_A_FAMILY`, is given an earlier day.

    A later one may be. An assent may say on which day the learner was asked.
    """
    given = None if isinstance(command, AssentCommand) else command.effective
    if given and (given.precision is not Precision.DAY or is_before(given, today)):
        raise _sent_today(command, "effective")
    if command.received_on is not None and command.received_on < today:
        raise _sent_today(command, "received_on")


def _sent_today(command: Command, field: str) -> Refused:
    if isinstance(command, GrantConsent | AllowSurvey):
        return Refused(
            field,
            "signed-online-today",
            "Whoever is signed in signs by sending this, so it is signed and received today. Leave "
            "the day out.",
        )
    return Refused(
        field,
        "told-online-today",
        "Whoever is signed in tells the school by sending this, so the school is told today. Leave "
        "the day out; what the school was told before, the school enters.",
    )
