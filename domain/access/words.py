"""The closed lists of access: roles, acts, kinds of parties, of relationships and of custodians."""

import re
from enum import IntEnum, StrEnum
from functools import lru_cache

from domain.words import DataClass


class Role(StrEnum):
    """In what role somebody signs in."""

    LEARNER = "learner"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    COUNSELOR = "counselor"
    COMPLIANCE_OFFICER = "compliance_officer"
    TRANSITION_COORDINATOR = "transition_coordinator"
    ADMINISTRATOR = "administrator"
    OUTSIDE_PROVIDER = "outside_provider"


STAFF = frozenset(Role) - {Role.LEARNER, Role.GUARDIAN, Role.OUTSIDE_PROVIDER}


class Action(StrEnum):
    """What is done with the records. A look counts as a disclosure (99.3)."""

    LISTED = "listed"
    OPENED = "opened"
    EXPORTED = "exported"
    COUNTED = "counted"
    SEARCHED = "searched"
    WRITTEN = "written"
    DISCLOSED = "disclosed"  # given to somebody else: on screen, by phone, on paper, by mail


class Assurance(IntEnum):
    """How surely somebody was identified (99.31(c))."""

    NONE = 0
    BASIC = 1  # a password; a call back to the number on file
    STRONG = 2  # two factors; a photo card that was looked at


class PartyKind(StrEnum):
    """What a recipient is in law. One party may be several things."""

    OFFICIAL = "official"
    PROVIDER = "provider"
    PARENT = "parent"
    STUDENT = "student"
    SCHOOL = "school"
    AUTHORITY = "authority"
    STUDY = "study"
    COURT = "court"
    LAW_ENFORCEMENT = "law_enforcement"
    CHILD_WELFARE = "child_welfare"
    TRANSITION_AGENCY = "transition_agency"
    OTHER = "other"


ANYONE = frozenset(PartyKind)

KIND_OF_ROLE = {
    Role.LEARNER: PartyKind.STUDENT,
    Role.GUARDIAN: PartyKind.PARENT,
    Role.OUTSIDE_PROVIDER: PartyKind.PROVIDER,
    **dict.fromkeys(STAFF, PartyKind.OFFICIAL),
}


class AssignmentKind(StrEnum):
    """Through what somebody on duty is connected with a learner."""

    DISTRICT = "district"
    SCHOOL = "school"
    CLASS = "class"
    CASELOAD = "caseload"
    TREATMENT = "treatment"


class Capacity(StrEnum):
    """In what capacity somebody is responsible for a learner; the words of `domain.identity`."""

    GUARDIAN = "guardian"
    FOSTER = "foster"
    SURROGATE = "surrogate"
    EDUCATION_RIGHTS_HOLDER = "education_rights_holder"


class CustodianKind(StrEnum):
    """Who holds the records."""

    SCHOOL = "school"
    COLLEGE = "college"


class Regime(StrEnum):
    """Under which law rights over records pass."""

    FERPA = "ferpa"
    IDEA = "idea"


class Term(StrEnum):
    """What a written agreement says, where a ground asks for it."""

    OUTSOURCED_SERVICE = "outsourced_service"
    DIRECT_CONTROL = "direct_control"
    BOUND_BY_99_33 = "bound_by_99_33"
    FOR_THE_SCHOOL = "for_the_school"
    PURPOSE_SCOPE_DURATION = "purpose_scope_duration"
    USE_LIMITED = "use_limited"
    NO_IDENTIFICATION = "no_identification"
    DESTRUCTION = "destruction"


class ProcessKind(StrEnum):
    """What kind of legal process asks for records."""

    COURT_ORDER = "court_order"
    SUBPOENA = "subpoena"
    GRAND_JURY = "grand_jury"
    LAW_ENFORCEMENT = "law_enforcement"
    EX_PARTE = "ex_parte"
    LITIGATION = "litigation"


class ReviewOutcome(StrEnum):
    """What came of looking at an access again."""

    LAWFUL_AS_RELIED_ON = "lawful_as_relied_on"
    ALLOWED_SINCE = "allowed_since"
    RECIPIENT_TOLD = "recipient_told"
    FAMILY_TOLD = "family_told"
    STAFF_INSTRUCTED = "staff_instructed"
    TO_BE_REPORTED = "to_be_reported"
    ENTRY_WAS_WRONG = "entry_was_wrong"


class AnswerOutcome(StrEnum):
    """What came of looking at an answer to a survey that waited for the officer."""

    SHOWN = "shown"
    KEPT_ASIDE = "kept_aside"


class WithholdingCode(StrEnum):
    """Why the family is not told of a line."""

    LEGAL_PROCESS = "legal_process"
    CHILD_WELFARE = "child_welfare"
    ABUSE_REPORT = "abuse_report"
    SAFETY = "safety"
    INVESTIGATION = "investigation"
    OTHER_STUDENT = "other_student"
    CONFIDENCE = "confidence"


class CoppaMode(StrEnum):
    """How the deployment stands to COPPA; the district chooses, with a recorded reason."""

    NOT_APPLICABLE = "not_applicable"
    SCHOOL_AUTHORISED = "school_authorised"
    PARENTAL = "parental"


# What the law calls the education record. Private notes, treatment records, those of a law
# enforcement unit and, where a state says so, what was told a counselor in confidence are none.
EDUCATION_RECORD = frozenset(
    {
        DataClass.DIRECTORY,
        DataClass.EDUCATION,
        DataClass.SPECIAL_ED,
        DataClass.PROTECTED_SURVEY,
        DataClass.DERIVED,
    }
)

_WILDCARDS = {"", "all", "any", "anyone", "anything", "everyone", "everything"}


@lru_cache(maxsize=1000)
def is_wildcard(text: str) -> bool:
    """True for a word that names nothing in particular, such as `*` or "any"."""
    return re.sub(r"[\W_]+", "", text).casefold() in _WILDCARDS
