"""What stands before a command besides who may give it: what is on file must allow it."""

from uuid import UUID

from api.desk import Asker
from domain.access.days import (
    OF_A_FAMILY,
    check_birth,
    check_ending,
    check_review,
    check_sent_online,
)
from domain.access.late import check_line
from domain.access.offering import check_offer
from domain.access.signing import check_consent, check_parent
from domain.application import Profiles
from domain.consent import ConsentCommand, GrantConsent, OfferSurvey
from domain.errors import Refused
from domain.event import Command
from domain.identity import LearnerRegistered, MergeRecords, SplitRecords
from domain.online import ParentsConsent
from domain.oversight import LineCommand, ReviewAccess
from domain.people import Assign, GrantRole


def pass_gates(asker: Asker, learner: UUID, command: Command) -> None:
    """Raise `Refused` where what is on file stands in the way of a command."""
    if isinstance(command, LineCommand):
        _of_the_log(asker, learner, command)
    if isinstance(command, MergeRecords | SplitRecords):
        _of_one_person(asker, learner, command)
    if command.EVENT.SPEC.group not in OF_A_FAMILY:
        return
    today = asker.at.astimezone(asker.desk.zone).date()
    file, district = asker.look([learner]).learners[learner], asker.district
    check_birth(command, file)
    if not asker.is_custodian:
        check_sent_online(command, today)
    match command:
        case ConsentCommand():
            check_ending(command, file)
        case OfferSurvey():
            check_offer(command, learner, file, district, today)
        case ParentsConsent():
            check_parent(command, file, today)
        case GrantConsent():
            _sign_for_oneself(asker, learner, command)
            check_consent(command, learner, file, district, today)
        case _:
            pass


def _of_the_log(asker: Asker, learner: UUID, command: LineCommand) -> None:
    """What is said about a line of the log is about one that is there."""
    filed = asker.desk.filed
    found, records = filed.at(command.numbers), filed.records(learner)
    check_line(command, learner, found, records, asker.viewer.person)
    if isinstance(command, ReviewAccess):
        check_review(command, found[command.number], asker.desk.zone)


def _of_one_person(asker: Asker, learner: UUID, command: MergeRecords | SplitRecords) -> None:
    """Two records are merged once, and parted on the record on which the merge stands.

    Each record decides by what stands on itself. The file is read anew: one request can bring
    many commands.
    """
    other = command.other
    files = asker.desk.filed.learners([learner, other])
    own, reverse = (pair in files[learner].merges for pair in ((learner, other), (other, learner)))
    if isinstance(command, SplitRecords):
        if reverse and not own:
            raise Refused(
                "other",
                "merged-on-the-other",
                "The merge of these two records stands on the other record. Split them there, and "
                "name this one.",
            )
    elif not files[other].registered:
        raise _no_learner("other")
    elif reverse:
        raise Refused("other", "already-merged", "These two records are already merged.")


def _sign_for_oneself(asker: Asker, learner: UUID, command: GrantConsent) -> None:
    """Of a family nobody enters what another of them signed."""
    if asker.is_custodian:
        return
    own = learner if asker.own == learner else asker.viewer.person
    if command.signer != own:
        raise Refused(
            "signer",
            "signer-is-another",
            "You can sign for yourself alone. Whoever else has to sign does so themselves, or on "
            "paper that the school enters.",
        )


def check_learner(profiles: Profiles, command: Command) -> None:
    """Raise `Refused` where a role or an assignment names a learner of whom there is no record."""
    match command:
        case Assign(learner=UUID() as learner):
            field = "learner"
        case GrantRole(own_record=UUID() as learner):
            field = "own_record"
        case _:
            return
    opening = profiles.recorder.select_events(learner, limit=1)
    if not opening or opening[0].topic != LearnerRegistered.TOPIC:
        raise _no_learner(field)


def _no_learner(field: str) -> Refused:
    return Refused(field, "learner-unknown", "There is no learner with this id in this district.")
