"""What the codes of the log stand for: titles and sections, from the table of grounds itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from api.desk import OPERATOR
from api.seen import NOT_SHOWN
from domain.access.by_hand import NO_GROUND, REFUSED
from domain.access.conditions import CONDITIONS
from domain.access.decision import TO_PERSON
from domain.access.grounds import NOT_MODELLED, TABLE
from domain.access.words import Action
from domain.words import DataClass


@dataclass(frozen=True, slots=True)
class Title:
    """A code in words. `section`: of the law; empty where it is a rule of this system alone."""

    text: str
    section: str

    @property
    def cited(self) -> str:
        """`The student (34 CFR 99.31(a)(12))`, as part of a sentence."""
        told = self.text.rstrip(".")
        where = "the district’s own rule" if self.section == "local" else self.section
        return f"{told} ({where})" if where else told


GROUNDS = MappingProxyType({ground.code: ground for ground in TABLE.grounds})
_OWN = {
    OPERATOR: Title("Whoever works at the server itself, where no rule is asked", ""),
    TO_PERSON: Title(
        "No ground that this system knows covers this; the privacy officer decides",
        "34 CFR 99.31(d)",
    ),
    "FERPA-99.32-c": Title(
        "The log of a learner is read by the parent or eligible student and by the privacy officer",
        "34 CFR 99.32(c)",
    ),
    "FERPA-99.32-c-officer": Title(
        "The whole log is read by the privacy officer alone", "34 CFR 99.32(c)"
    ),
    "FERPA-99.31-c-asker": Title("Sign in again first", "34 CFR 99.31(c)"),
    "local-staff-only": Title("This is recorded by the school’s own staff", "local"),
    "local-officer-only": Title("This is recorded by the privacy officer", "local"),
    "people-not-yours": Title("Kept by administrators and the privacy officer", "local"),
    NOT_SHOWN: Title("Nothing was shown: it is not there, or could not be made", ""),
    "learner-unknown": Title("There is no learner with this id here", ""),
    REFUSED: Title("The school refused the request", "34 CFR 99.32(a)"),
    NO_GROUND: Title("Given without a ground", "34 CFR 99.32(a)"),
}
TITLES: Mapping[str, Title] = MappingProxyType(
    {
        **{c.code: Title(c.sentence, c.section) for row in TABLE.rows for c in row.conditions},
        **{c.code: Title(c.sentence, c.section) for c in CONDITIONS.values()},
        **{code: Title(text, section) for code, (section, text) in NOT_MODELLED.items()},
        **{ground.code: Title(ground.title, ground.section) for ground in TABLE.grounds},
        **_OWN,
    }
)


def title(code: str) -> Title:
    """A code in words; one that today's table does not have stands for itself."""
    return TITLES.get(code, Title(code, ""))


CLASSES: Mapping[DataClass, str] = MappingProxyType(
    {
        DataClass.DIRECTORY: "directory information",
        DataClass.EDUCATION: "education records",
        DataClass.SPECIAL_ED: "special education records",
        DataClass.SOLE_POSSESSION: "private notes",
        DataClass.COUNSELOR_CONFIDENTIAL: "what was told a counselor in confidence",
        DataClass.TREATMENT: "treatment records",
        DataClass.LAW_ENFORCEMENT: "law enforcement records",
        DataClass.PROTECTED_SURVEY: "answers to protected surveys",
        DataClass.DERIVED: "values worked out from others",
    }
)

# What somebody looks at, by the pattern of its address; the JSON API has the same ones under /v1.
RECORD = "the record"
LISTS = "a list that the privacy officer keeps"
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "/": "the caseload",
        "/search": "the search by name",
        "/learners": "the caseload",
        "/learners/search": "the search by name",
        "/audit": "the district’s audit log",
        "/audit.csv": "the district’s audit log",
        "/audit.ndjson": "the district’s audit log",
        "/review": "the accesses to review",
        "/accesses/to-review": "the accesses to review",
        "/surveys": LISTS,
        "/surveys/to-review": LISTS,
        "/emergencies": LISTS,
        "/people/{person}/access": "the log of what one person saw",
        "/cohorts/profile": "the profiles of a group",
        "/answers/{token}": "an answer that was handed on",
        "/learners/{learner}": "the profile",
        "/learners/{learner}/profile": "the profile",
        "/learners/{learner}/goals": "the goals",
        "/learners/{learner}/consents": "the consents",
        "/learners/{learner}/entries/{entry}": "one entry",
        "/learners/{learner}/timeline": "the timeline",
        "/learners/{learner}/replay": "the record as of a past day",
        "/learners/{learner}/compare": "a comparison of two days",
        "/learners/{learner}/audit": "the audit log",
        "/learners/{learner}/observations/new": "the form for an observation",
        "/learners/{learner}/observations": "the form for an observation",
        "/learners/{learner}/attachments": "the files",
        "/learners/{learner}/attachments/{attachment}": "a file",
        "/learners/{learner}/access": "the log of who saw this learner",
        "/learners/{learner}/access/family": "the family’s log of who saw this learner",
        "/learners/{learner}/access/{position}": "the explanation of an access",
        # The family reads these words: they must not give away that a line is withheld.
        "/learners/{learner}/access/{position}/review": "the explanation of an access",
        "/learners/{learner}/access/{position}/withhold": "the explanation of an access",
        "/learners/{learner}/access/{position}/release": "the explanation of an access",
        "/learners/{learner}/disclosures": "the record of disclosures",
        "/learners/{learner}/disclosures.pdf": "the record of disclosures",
        # Who enters what is kept from the family must not be told to have used its form.
        "/learners/{learner}/disclosures/new": RECORD,
        "/learners/{learner}/disclosures/{disclosure}/complete": LISTS,
        "/learners/{learner}/emergency": "the form for an emergency",
        "/learners/{learner}/openings/{opening}/review": LISTS,
        "/learners/{learner}/answers/{fact}/review": LISTS,
        "/learners/{learner}/online-consents": "the consents to collect online",
        "/learners/{learner}/online-consents/{kind}": "the form for a consent to collect online",
        "/learners/{learner}/online-consents/{consent}/withdraw": "the consents to collect online",
        "/learners/{learner}/consents/new": "the form for a consent",
        "/learners/{learner}/consents/{consent}/receipt": "the receipt of a consent",
        "/learners/{learner}/consents/{consent}/withdraw": "the form to withdraw a consent",
        "/learners/{learner}/consents/{consent}/assent": "the form for the learner’s own word",
        "/learners/{learner}/consents/{consent}/confirm": "the form to confirm a consent",
        "/learners/{learner}/opt-outs": "the form for an opt-out",
        "/learners/{learner}/opt-outs/new": "the form for an opt-out",
        "/learners/{learner}/opt-outs/{opt_out}/lift": "the form to lift an opt-out",
        "/learners/{learner}/scans/{scan}": "the scan of a signed paper",
        "/learners/{learner}/notes/{note}/share": "the form to share a note",
        "/learners/{learner}/accesses": "the log of who saw this learner",
        "/learners/{learner}/accesses/days": "the family’s log of who saw this learner",
        "/learners/{learner}/accesses.csv": "the log of who saw this learner",
        "/learners/{learner}/accesses.ndjson": "the log of who saw this learner",
        "/learners/{learner}/accesses/{position}": "the explanation of an access",
    }
)


def place(pattern: str) -> str:
    """What somebody looked at, by the address's pattern."""
    return PLACES.get(pattern.removeprefix("/v1") or "/", RECORD)


DID: Mapping[Action, tuple[str, str]] = MappingProxyType(
    {
        Action.LISTED: ("listed this learner on {}", "list this learner on {}"),
        Action.SEARCHED: ("found this learner by {}", "find this learner by {}"),
        Action.COUNTED: ("counted this learner in {}", "count this learner in {}"),
        Action.OPENED: ("opened {}", "open {}"),
        Action.EXPORTED: ("exported {}", "export {}"),
        Action.WRITTEN: ("added an entry", "add an entry"),
        Action.DISCLOSED: ("gave records", "give records"),
    }
)


def did(action: Action, pattern: str) -> str:
    """`opened the profile`."""
    return DID[action][0].format(place(pattern))


def wanted(action: Action, pattern: str) -> str:
    """`open the profile`, of what was refused."""
    return DID[action][1].format(place(pattern))
