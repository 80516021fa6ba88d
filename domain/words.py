"""The closed lists of the domain: areas, data classes, retention groups, precisions."""

from enum import StrEnum


class Area(StrEnum):
    """Where in the profile a fact belongs."""

    KNOWLEDGE = "knowledge"
    STRENGTHS = "strengths"
    INTERESTS = "interests"
    ASPIRATIONS = "aspirations"
    LEARNING_PREFERENCES = "learning_preferences"
    NEEDS = "needs"
    BACKGROUND = "background"
    SOCIAL_EMOTIONAL = "social_emotional"
    ACHIEVEMENT = "achievement"
    PORTFOLIO = "portfolio"


class DataClass(StrEnum):
    """What kind of record an event is in law; chosen per event within its type's bounds."""

    DIRECTORY = "directory"
    EDUCATION = "education"
    SPECIAL_ED = "special_ed"
    SOLE_POSSESSION = "sole_possession"
    COUNSELOR_CONFIDENTIAL = "counselor_confidential"
    TREATMENT = "treatment"
    LAW_ENFORCEMENT = "law_enforcement"
    PROTECTED_SURVEY = "protected_survey"
    DERIVED = "derived"


class Retention(StrEnum):
    """What is kept and destroyed together: one data key per learner and group."""

    PERMANENT = "permanent"  # the field set that IDEA 300.624(b) lets a school keep for ever
    PROFILE = "profile"
    SPECIAL_ED = "special_ed"
    CONSENT = "consent"


class Precision(StrEnum):
    """How exactly the effective date is known."""

    DAY = "day"
    MONTH = "month"
    TERM = "term"
    YEAR = "year"
    UNKNOWN = "unknown"


class Horizon(StrEnum):
    SHORT_TERM = "short_term"
    LONG_TERM = "long_term"


class GoalKind(StrEnum):
    ACADEMIC = "academic"
    PERSONAL = "personal"


# The kinds of record that any profile fact may be, whatever its type.
FACT_CLASSES = frozenset(DataClass)
RECORD_CLASSES = frozenset({DataClass.DIRECTORY, DataClass.EDUCATION, DataClass.SPECIAL_ED})
