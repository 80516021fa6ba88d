"""A person's words for what the engine names by codes; every page takes them from here."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from api import plain
from domain.access.annual_notice import NO_NOTICE
from projections.entries import Entry, Stretch

count, listed = plain.count, plain.listed

AREAS: Mapping[str, tuple[str, str]] = {
    "strengths": ("Strengths", "What goes well, and what others can build on."),
    "interests": ("Interests", "Likes and dislikes."),
    "aspirations": ("Aspirations", "What the learner hopes for."),
    "knowledge": ("Knowledge and skills", "What the learner has shown they know and can do."),
    "achievement": ("Achievement", "Scores, course results and attendance."),
    "portfolio": ("Portfolio", "Work the learner has made."),
    "learning_preferences": (
        "Ways of learning",
        "What the learner says works for them. This is not a diagnosis.",
    ),
    "social_emotional": ("Social and emotional", "How the learner is doing, and with others."),
    "needs": ("Needs", "Challenges and barriers. Supports and accommodations stand above."),
    "background": ("Background", "Culture, family and life history."),
}

# For each event type: what an entry of it is called, and what was done when it was recorded.
TYPES: Mapping[str, tuple[str, str]] = {
    "learner-registered": ("Record opened", "opened the record"),
    "learner-details-changed": ("Details changed", "changed the learner’s details"),
    "learner-enrolled": ("Enrolled", "recorded an enrollment"),
    "enrolment-ended": ("Enrollment ended", "recorded the end of an enrollment"),
    "records-merged": ("Records joined", "joined two records as one person’s"),
    "records-split": ("Records parted", "parted two records again"),
    "protected-contact-set": ("Contact protection", "changed the protection of contact details"),
    "responsible-person-linked": ("Responsible person", "linked a responsible person"),
    "responsible-person-unlinked": (
        "Responsible person unlinked",
        "recorded that somebody is no longer responsible",
    ),
    "rights-evidence-recorded": ("Evidence about rights", "recorded evidence about rights"),
    "rights-revoked": ("Rights revoked", "recorded that somebody’s rights were revoked"),
    "rights-restored": ("Rights restored", "recorded that somebody’s rights were restored"),
    "observation-recorded": ("Observation", "recorded an observation"),
    "survey-answered": ("Survey answer", "recorded a survey answer"),
    "assessment-scored": ("Assessment", "recorded an assessment score"),
    "interview-recorded": ("Interview", "recorded an interview"),
    "work-sample-added": ("Work sample", "added a work sample"),
    "reflection-written": ("Reflection", "recorded a reflection"),
    "family-input-given": ("Family’s word", "recorded what the family says"),
    "accommodation-recorded": ("Accommodation", "recorded an accommodation"),
    "support-started": ("Support", "recorded that a support starts"),
    "support-reviewed": ("Support reviewed", "reviewed a support"),
    "support-ended": ("Support ended", "recorded that a support ends"),
    "attendance-summarised": ("Attendance", "recorded attendance"),
    "course-result-recorded": ("Course result", "recorded a course result"),
    "proficiency-shown": ("Proficiency", "recorded a proficiency"),
    "outcome-recorded": ("Outcome", "recorded an outcome"),
    "comment-made": ("Comment", "commented on an entry"),
    "fact-superseded": ("New value", "gave an entry a new value from a date"),
    "fact-corrected": ("Correction", "corrected an entry"),
    "fact-retracted": ("Taken back", "took back an entry made in error"),
    "fact-amended": ("Amendment", "amended an entry at the family’s request"),
    "fact-confirmed": ("Confirmed as still true", "confirmed that an entry is still true"),
    "contest-statement-placed": (
        "The family’s statement",
        "placed a family’s statement beside an entry",
    ),
    "note-shared": ("Note shared", "recorded that a private note was shared"),
    "fact-reclassified": ("Kind of record changed", "changed what kind of record an entry is"),
    "goal-set": ("Goal set", "set a goal"),
    "goal-revised": ("Goal revised", "revised a goal"),
    "goal-progressed": ("Progress", "recorded progress on a goal"),
    "goal-reached": ("Goal reached", "recorded that a goal was reached"),
    "goal-set-aside": ("Goal set aside", "set a goal aside"),
    "consent-notice-sent": ("Consent notice", "recorded that a consent notice was sent"),
    "consent-granted": ("Consent", "recorded a consent"),
    "consent-withdrawn": ("Consent withdrawn", "recorded that a consent was withdrawn"),
    "consent-voided": ("Consent void", "recorded that a consent was never valid"),
    "consent-confirmed": ("Consent confirmed", "compared a consent with its scan"),
    "assent-given": ("Assent", "recorded that the learner agrees"),
    "assent-declined": ("Assent declined", "recorded that the learner does not agree"),
    "directory-opt-out-set": ("Directory opt-out", "recorded a directory opt-out"),
    "directory-opt-out-lifted": ("Opt-out lifted", "recorded that an opt-out no longer holds"),
    "survey-offered": ("Survey offered", "recorded that a survey was offered"),
    "survey-opted-out": ("Survey opt-out", "recorded that the family opted out of a survey"),
    "survey-notice-sent": ("Survey notice", "recorded that the family was told of a survey"),
    "survey-allowed": ("Survey allowed", "recorded a consent to be asked a survey"),
    "survey-view-asked": ("Survey to be seen", "recorded that a parent asked to see a survey"),
    "survey-shown": ("Survey shown", "recorded that a survey was shown to a parent"),
    "survey-refused": ("Survey refused", "recorded that the family said no to a survey"),
    "parental-consent-verified": (
        "Consent to answer online",
        "recorded a parent’s verified consent to answers given online",
    ),
    "school-authorisation-recorded": (
        "School’s word on answers online",
        "recorded that the school authorised answers given online",
    ),
    "third-party-disclosure-allowed": (
        "Consent to passing on",
        "recorded a parent’s consent to passing on answers given online",
    ),
    "online-consent-withdrawn": (
        "Online consent withdrawn",
        "recorded that a consent about answers given online was withdrawn",
    ),
    "disclosure-recorded": ("Records given", "recorded that records were given to somebody"),
    "disclosure-completed": ("Disclosure completed", "completed the record of a disclosure"),
    "request-refused": ("Request refused", "recorded that a request for records was refused"),
    "legal-process-recorded": ("Legal process", "recorded an order, a subpoena or a lawsuit"),
    "placement-recorded": ("In care", "recorded that a child-welfare agency is responsible"),
    "enrolment-elsewhere-sought": (
        "Another school",
        "recorded that the learner seeks another school",
    ),
    "family-told": ("Family told", "recorded that the family was told"),
    "paper-ended": ("Paper ended", "recorded that a paper no longer holds"),
    "emergency-opened": ("Opened in an emergency", "opened the record in an emergency"),
    "emergency-opening-reviewed": ("Opening reviewed", "reviewed an emergency opening"),
    "emergency-declared": ("Emergency", "declared an emergency"),
    "emergency-ended": ("Emergency over", "recorded that an emergency is over"),
    "access-reviewed": ("Access reviewed", "reviewed an access"),
    "survey-answer-reviewed": ("Survey answer reviewed", "looked at an answer to a survey"),
    "line-withheld": ("Line withheld", "withheld a line of the log from the family"),
    "line-released": ("Line released", "let the family see a line of the log again"),
    "review-scheduled": ("Review planned", "scheduled a review"),
    "review-held": ("Review", "recorded a review"),
    "access-recorded": ("Access", "looked, or tried to look"),
    "person-registered": ("Person registered", "registered a person"),
    "person-details-changed": ("Person’s details changed", "changed a person’s details"),
    "role-granted": ("Role given", "gave somebody a role"),
    "role-ended": ("Role ended", "ended somebody’s role"),
    "person-assigned": ("Assignment", "assigned somebody"),
    "assignment-ended": ("Assignment ended", "ended an assignment"),
    "training-completed": ("Training", "recorded a privacy training"),
    "annual-notice-published": ("Annual notice", "recorded the annual notice of rights"),
    "directory-information-designated": (
        "Directory information",
        "recorded the notice about directory information",
    ),
    "instrument-published": ("Survey published", "recorded that a survey was published"),
    "agreement-signed": ("Agreement", "recorded a signed agreement"),
    "agreement-ended": ("Agreement ended", "recorded the end of an agreement"),
    "purpose-declared": ("Purpose declared", "declared a purpose"),
    "policy-set": ("District’s rules", "set the district’s rules"),
}

# What is told to the privacy officer, by the code of the rule.
WARNINGS = {
    NO_NOTICE: "No annual notice of rights that says who is a school official is on file for this "
    "school year (34 CFR 99.7). Staff still see what they saw before, and every such access stands "
    "in the log without a notice of its year. Publish the notice, then have it recorded: "
    "“publish-annual-notice”, on the district’s record.",
}

# What came of reviewing an access.
OUTCOMES = {
    "lawful_as_relied_on": "It was lawful by what was on file that day; nothing follows",
    "allowed_since": "It was refused that day, and has been allowed since",
    "recipient_told": "Whoever received it was told, and asked to use it no more",
    "family_told": "The family was told",
    "staff_instructed": "Whoever looked was instructed again",
    "to_be_reported": "It is to be reported as an incident",
    "entry_was_wrong": "The later entry was wrong, and is to be corrected",
}

# What came of looking at an answer to a survey.
ANSWER_OUTCOMES = {"shown": "It may be shown", "kept_aside": "It stays aside"}

# Why a family is not told of a line of the log.
WITHHELD = {
    "legal_process": "A court or a law forbids to tell of it (34 CFR 99.31(a)(9)(ii))",
    "child_welfare": "It belongs to a child-welfare case (20 U.S.C. 1232g(b)(1)(L))",
    "abuse_report": "It would tell of a report of suspected abuse, or who made it",
    "safety": "Telling it would endanger the learner or somebody else",
    "investigation": "Telling it would harm an investigation that is under way",
    "other_student": "It would tell of another student (34 CFR 99.12(a))",
    "confidence": "It would betray what the learner told in confidence",
}

CAPACITIES = {
    "guardian": "guardian",
    "foster": "foster parent",
    "surrogate": "surrogate parent",
    "education_rights_holder": "holder of education rights",
}
EVIDENCE = {
    "court_order": "Court order",
    "dependency": "Dependency",
    "postsecondary_attendance": "Attends college",
}
HORIZONS = {"short_term": "Short-term", "long_term": "Long-term"}
GOAL_KINDS = {"academic": "academic goal", "personal": "personal goal"}
DATA_CLASSES = {
    "special_ed": "Special education record",
    "sole_possession": "Private note",
    "counselor_confidential": "Counselor confidential",
    "treatment": "Treatment record",
    "law_enforcement": "Law enforcement record",
    "protected_survey": "Protected survey",
    "derived": "Derived",
}
# The same where one is to be chosen: with the two that an entry does not have to be marked with.
CLASSES_TO_CHOOSE = {
    "education": "Ordinary education record",
    "directory": "Directory information",
    **DATA_CLASSES,
}

MONTHS = tuple(date(2000, month, 1).strftime("%B") for month in range(1, 13))


def noun(topic: str) -> str:
    """What an entry of this event type is called."""
    return TYPES[topic][0]


def done(topic: str) -> str:
    """What somebody did when they recorded an event of this type."""
    return TYPES[topic][1]


def day(value: date) -> str:
    """`14 March 2025`, which reads the same in every country."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """`14 March 2025, 4:05 pm`, in the district's zone."""
    return f"{day(value.astimezone(zone).date())}, {clock(value, zone)}"


def clock(value: datetime, zone: ZoneInfo) -> str:
    """`4:05 pm`, in the district's zone."""
    local = value.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def between(first: date | None, last: date | None) -> str:
    """`from 1 May 2026 until the end of 3 May 2026`, or on; one of the two is given."""
    start = f"from {day(first)} " if first else ""
    return start + (f"until the end of {day(last)}" if last else "on")


def dated(value: date | None, precision: str) -> str:
    """A date as exactly as it is known."""
    if value is None or precision == "unknown":
        return "date not known"
    if precision == "year":
        return str(value.year)
    if precision == "month":
        return f"{MONTHS[value.month - 1]} {value.year}"
    if precision == "term":
        return f"the term that began {day(value)}"
    return day(value)


def ended(value: date, precision: str) -> str:
    """A last day as exactly as it is known: of a term it is not even known when it began."""
    return f"about {dated(value, 'month')}" if precision == "term" else dated(value, precision)


def when(entry: Entry) -> str:
    """When an entry's own date is: its first day and, where it has an end, its last."""
    held = whole(entry)
    if held is None:
        return "date not known"
    start = dated(held.start, entry.precision)
    if held.until is None:
        return start
    return f"{start} to {ended(held.until - timedelta(days=1), held.known)}"


def whole(entry: Entry) -> Stretch | None:
    """From when an entry first held until it holds no more.

    In between another value may have held for a while: that makes the entry no younger.
    """
    if not entry.effective:
        return None
    return entry.effective[-1]._replace(start=entry.effective[0].start)


def starts(entry: Entry) -> date | None:
    """The first day of an entry, as a date."""
    return entry.effective[0].start if entry.effective else None


def stretch(value: Stretch | None) -> str:
    """When a remark was true, as exactly as that is known."""
    return dated(value.start, value.known) if value else "date not known"


def first_year(value: date, starts: str) -> int:
    """The calendar year in which the school year of a day begins; `starts` is as `08-01`."""
    return value.year if f"{value:%m-%d}" >= starts else value.year - 1


def year_name(first: int) -> str:
    """`2024–25`."""
    return f"{first}–{(first + 1) % 100:02}"


def school_year(value: date | None, starts: str) -> str:
    """`School year 2024–25`."""
    return f"School year {year_name(first_year(value, starts))}" if value else "Date not known"


def school(code: str | None, names: Mapping[str, str]) -> str:
    """The school's name; where the district gave none, its code as words: `North High`."""
    if not code:
        return "Not enrolled"
    parts = code.replace("_", "-").split("-")
    return names.get(code) or " ".join(part.capitalize() for part in parts)


def source(text: str | None) -> str:
    """Where something came from; that it was an import is said beside it."""
    return "a form" if text == "form" else (text or "").removeprefix("import: ")


def grade(code: str | None) -> str:
    """`09` → `Grade 9`, `k` → `Kindergarten`."""
    if not code:
        return "no grade"
    named = {"k": "Kindergarten", "kg": "Kindergarten", "pk": "Pre-kindergarten"}
    if code in named:
        return named[code]
    return f"Grade {int(code)}" if code.isdigit() else code.title()


def age(born: date, today: date) -> int:
    """Full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def apart(today: date, due: date) -> str:
    """How far a day is from today: `in 12 days`, `3 days overdue`, `today`."""
    days = (due - today).days
    if days == 0:
        return "today"
    if days < 0:
        return f"{count(-days, 'day')} overdue"
    return f"in {count(days, 'day')}"


def span(days: int) -> str:
    """A number of days as a person says it: `34 days`, `7 months`, `2 years`."""
    if days <= 90:
        return count(days, "day")
    return count(days // 30, "month") if days < 730 else count(days // 365, "year")


def about(days: int, precision: str) -> str:
    """How long it is between two days of which one or both are not known to the day.

    `in about 2 years`, `in about 5 months`; `precision` is that of the less exact one.
    """
    months = precision == "month" and days < 730
    told = round(days / (30.44 if months else 365.25))
    unit = "month" if months else "year"
    return f"in about {count(told, unit)}" if told else f"within about a {unit}"


def number(value: object) -> str:
    """A decimal without needless zeros, a minus sign that reads as one."""
    text = str(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−", 1) if text.startswith("-") else text


def role(text: str | None) -> str:
    return (text or "").replace("_", " ")


LANGUAGES = {
    "ar": "Arabic", "en": "English", "es": "Spanish", "fr": "French", "hmn": "Hmong",
    "ht": "Haitian Creole", "ko": "Korean", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "so": "Somali", "tl": "Tagalog", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def preferred_language(accepted: str) -> str:
    """The first of `LANGUAGES` that a browser's Accept-Language names; English where none is."""
    codes = (part.split(";")[0].split("-")[0].strip().lower() for part in accepted.split(","))
    return next((code for code in codes if code in LANGUAGES), "en")


def language(code: str) -> str:
    """`es` → `Spanish`; what is no known code stays as it was written."""
    return LANGUAGES.get(code.split("-", maxsplit=1)[0].lower(), code)
