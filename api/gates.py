"""What stands before a command besides who may give it: what is on file must allow it."""

from uuid import UUID

from api.desk import Asker
from domain.access.late import check_line
from domain.access.offering import check_offer
from domain.access.signing import check_consent, check_parent
from domain.consent import GrantConsent, OfferSurvey
from domain.errors import Refused
from domain.event import Command
from domain.online import ParentsConsent
from domain.oversight import LineCommand


def pass_gates(asker: Asker, learner: UUID, command: Command) -> None:
    """Raise `Refused` where what is on file stands in the way of a command."""
    if isinstance(command, LineCommand):
        _of_the_log(asker, learner, command)
    if not isinstance(command, GrantConsent | OfferSurvey | ParentsConsent):
        return
    today = asker.at.astimezone(asker.desk.zone).date()
    file, district = asker.look([learner]).learners[learner], asker.district
    match command:
        case OfferSurvey():
            check_offer(command, learner, file, district, today)
        case ParentsConsent():
            check_parent(command, file, today)
        case _:
            _sign_for_oneself(asker, learner, command)
            check_consent(command, learner, file, district, today)


def _of_the_log(asker: Asker, learner: UUID, command: LineCommand) -> None:
    """What is said about a line of the log is about one that is there."""
    filed = asker.desk.filed
    found, records = filed.at(command.numbers), filed.records(learner)
    check_line(command, learner, found, records, asker.viewer.person)


def _sign_for_oneself(asker: Asker, learner: UUID, command: GrantConsent) -> None:
    """Of a family nobody enters what another of them signed."""
    own = learner if asker.file.own_record == learner else asker.viewer.person
    if not asker.is_custodian and command.signer != own:
        raise Refused(
            "signer",
            "signer-is-another",
            "You can sign for yourself alone. Whoever else has to sign does so themselves, or on "
            "paper that the school enters.",
        )
