"""In which roles somebody may give a command that is not for everybody who may write.

Whoever may write on a record may give any other command. An emergency opening needs no more than
the role: it is how one comes to a record beyond one's assignment.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.access.words import STAFF, Role
from domain.consent import ConfirmConsent
from domain.disclosures import (
    CompleteDisclosure,
    EndPaper,
    RecordDisclosure,
    RecordLegalProcess,
    RecordPlacement,
    RecordRequestRefused,
    SeekEnrolmentElsewhere,
    TellFamily,
)
from domain.emergencies import (
    DeclareEmergency,
    EndEmergency,
    OpenInEmergency,
    ReviewEmergencyOpening,
)
from domain.errors import Denied
from domain.event import Command

OFFICER = frozenset({Role.COMPLIANCE_OFFICER})
GIVEN_BY: Mapping[type[Command], frozenset[Role]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                RecordDisclosure,
                CompleteDisclosure,
                RecordRequestRefused,
                SeekEnrolmentElsewhere,
                TellFamily,
                DeclareEmergency,
                EndEmergency,
                OpenInEmergency,
                ConfirmConsent,
            ),
            STAFF,
        ),
        RecordPlacement: OFFICER | {Role.COUNSELOR, Role.ADMINISTRATOR},
        **dict.fromkeys((RecordLegalProcess, EndPaper, ReviewEmergencyOpening), OFFICER),
    }
)
# Given by role alone, whoever the learner is.
BEYOND_ASSIGNMENT = frozenset({OpenInEmergency})


def check_role(command: type[Command], roles: frozenset[Role]) -> None:
    """Raise `Denied` where somebody of these roles may not give such a command."""
    wanted = GIVEN_BY.get(command)
    if wanted is None or not wanted.isdisjoint(roles):
        return
    if wanted == OFFICER:
        raise Denied("local-officer-only", "This is recorded by the privacy officer. Ask them.")
    raise Denied(
        "local-staff-only", "This is recorded by the school's own staff. Ask the school to do it."
    )
