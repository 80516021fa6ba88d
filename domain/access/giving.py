"""In which roles somebody who may write on a record may give which commands.

The school's own staff gives all but a few; families and providers give those that are named here,
and no other: who holds rights, whose consent counts and where a learner is enrolled is recorded by
the school. An emergency opening needs no more than the role: it is how one comes to a record beyond
one's assignment.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.access.words import STAFF, Role
from domain.changes import ConfirmFact, PlaceContestStatement
from domain.consent import (
    AllowSurvey,
    AskToSeeSurvey,
    ConfirmConsent,
    DeclineAssent,
    GiveAssent,
    GrantConsent,
    LiftDirectoryOptOut,
    OptOutOfSurvey,
    RefuseSurvey,
    SetDirectoryOptOut,
    WithdrawConsent,
)
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
from domain.facts import (
    AddWorkSample,
    AnswerSurvey,
    GiveFamilyInput,
    MakeComment,
    RecordInterview,
    RecordObservation,
    RecordOutcome,
    ReviewSupport,
    ScoreAssessment,
    WriteReflection,
)
from domain.goals import ProgressGoal, ReachGoal, ReviseGoal, SetGoal, SetGoalAside
from domain.online import RecordSchoolAuthorisation, WithdrawOnlineConsent
from domain.oversight import ReleaseLine, ReviewAccess, ReviewSurveyAnswer, WithholdLine

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
        RecordSchoolAuthorisation: OFFICER | {Role.ADMINISTRATOR},
        **dict.fromkeys(
            (
                RecordLegalProcess,
                EndPaper,
                ReviewEmergencyOpening,
                ReviewAccess,
                WithholdLine,
                ReleaseLine,
                ReviewSurveyAnswer,
            ),
            OFFICER,
        ),
    }
)
# Given by role alone, whoever the learner is.
BEYOND_ASSIGNMENT = frozenset({OpenInEmergency})


# What the learner and the family say for themselves, and what a provider sees at work.
FAMILY: frozenset[type[Command]] = frozenset(
    {
        GiveFamilyInput,
        RecordObservation,
        WriteReflection,
        AddWorkSample,
        AnswerSurvey,
        MakeComment,
        ConfirmFact,
        PlaceContestStatement,
        SetGoal,
        ReviseGoal,
        ProgressGoal,
        ReachGoal,
        SetGoalAside,
        GrantConsent,
        WithdrawConsent,
        GiveAssent,
        DeclineAssent,
        SetDirectoryOptOut,
        LiftDirectoryOptOut,
        OptOutOfSurvey,
        AllowSurvey,
        AskToSeeSurvey,
        RefuseSurvey,
    }
)
PROVIDER: frozenset[type[Command]] = frozenset(
    {
        RecordObservation,
        RecordInterview,
        RecordOutcome,
        ScoreAssessment,
        AddWorkSample,
        MakeComment,
        ConfirmFact,
        ProgressGoal,
        ReviewSupport,
    }
)
OUTSIDE: Mapping[Role, frozenset[type[Command]]] = MappingProxyType(
    {
        Role.LEARNER: FAMILY,
        # A child does not end what a parent allowed.
        Role.GUARDIAN: FAMILY | {WithdrawOnlineConsent},
        Role.OUTSIDE_PROVIDER: PROVIDER,
    }
)


def check_role(command: type[Command], roles: frozenset[Role]) -> None:
    """Raise `Denied` where somebody of these roles may not give such a command."""
    if STAFF.isdisjoint(roles) and not any(command in OUTSIDE.get(role, ()) for role in roles):
        raise staff_only()
    wanted = GIVEN_BY.get(command)
    if wanted is None or not wanted.isdisjoint(roles):
        return
    if wanted == OFFICER:
        raise Denied("local-officer-only", "This is recorded by the privacy officer. Ask them.")
    raise staff_only()


def staff_only() -> Denied:
    """The refusal of what the school's own people record."""
    return Denied(
        "local-staff-only", "This is recorded by the school's own staff. Ask the school to do it."
    )
