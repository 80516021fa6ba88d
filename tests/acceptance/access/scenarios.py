"""The product of roles, relationships, classes, grounds, consent states and ages, as facts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import product
from uuid import UUID

from domain.access.evidence import Assignment, Consent, Ended, Guardianship, RightsStopped
from domain.access.facts import Facts, File, Records, Request
from domain.access.words import AssignmentKind, Role
from domain.words import DataClass
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.people import (
    ANA,
    AUGUST,
    CHEN,
    CONSENT,
    FATHER,
    LINK,
    MOTHER,
    OKAFOR,
    PARK,
    RIVERA,
    TODAY,
    TOMORROW,
    TUTOR,
    YESTERDAY,
    duty,
    named,
)

PERSON = {
    Role.LEARNER: ANA,
    Role.GUARDIAN: MOTHER,
    Role.TEACHER: OKAFOR,
    Role.COUNSELOR: RIVERA,
    Role.COMPLIANCE_OFFICER: PARK,
    Role.TRANSITION_COORDINATOR: CHEN,
    Role.ADMINISTRATOR: named("Mr Adeyemi"),
    Role.OUTSIDE_PROVIDER: TUTOR,
}
DUTY = {
    Role.TEACHER: AssignmentKind.CLASS,
    Role.COUNSELOR: AssignmentKind.CASELOAD,
    Role.COMPLIANCE_OFFICER: AssignmentKind.DISTRICT,
    Role.TRANSITION_COORDINATOR: AssignmentKind.SCHOOL,
    Role.ADMINISTRATOR: AssignmentKind.SCHOOL,
    Role.OUTSIDE_PROVIDER: AssignmentKind.CASELOAD,
}
RELATIONS = ("none", "in force", "ended", "not yet", "stopped by a court")
CONSENTS: dict[str, dict[str, object] | None] = {
    "none": None,
    "valid": {},
    "by the student": {"signer": ANA},
    "by a stranger": {"signer": named("Stranger")},
    "undated": {"signed_on": None},
    "expired": {"until": TODAY},
    "withdrawn": {"withdrawn": Ended(effective=YESTERDAY)},
    "void": {"voided": Ended(effective=YESTERDAY)},
    "not received yet": {"received": TOMORROW},
    "for another party": {"recipient": named("Somebody else")},
    "for another purpose": {"purpose": "study"},
}
AGES = {
    "11": date(2014, 3, 14),
    "15": date(2010, 3, 14),
    "18 tomorrow": date(2007, 9, 11),
    "18 today": date(2007, 9, 10),
    "19": date(2006, 3, 14),
}


@dataclass(frozen=True)
class Scenario:
    """One point of the product; all data classes are asked about at once."""

    role: Role
    relation: str
    path: str  # the ground whose evidence is on file, with its purpose and recipient
    consent: str
    age: str


def scenarios() -> Iterator[Scenario]:
    """Every combination there is."""
    for point in product(Role, RELATIONS, BASELINES, CONSENTS, AGES):
        yield Scenario(*point)


@cache
def request(role: Role, path: str) -> Request:
    """What is asked: everything, by the purpose and to the recipient of the ground."""
    given = BASELINES[path].request
    (like,) = given.asked
    asked = tuple(replace(like, data_class=c, author=RIVERA, shared=False) for c in DataClass)
    asker = replace(given.principal, id=PERSON[role], roles=frozenset({role}))
    return replace(given, principal=asker, asked=asked)


@cache
def file(role: Role, relation: str, path: str, age: str) -> File:
    """What is on file but for the consent."""
    base = BASELINES[path].file
    when = {
        "none": {"person": named("Somebody else")},
        "in force": {},
        "ended": {"until": TODAY},
        "not yet": {"effective": TOMORROW},
        "stopped by a court": {"person": named("Somebody else")},
    }[relation]
    links: tuple[Guardianship, ...] = (replace(LINK, person=FATHER),)
    stopped: tuple[RightsStopped, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    if role is Role.GUARDIAN:
        if relation == "stopped by a court":
            stopped = (RightsStopped(person=MOTHER, effective=AUGUST),)
            when = {}
        links = (*links, replace(LINK, **when))  # type: ignore[arg-type]
    elif role in DUTY:
        treats = path == "FERPA-99.3-treatment"
        kind = AssignmentKind.TREATMENT if treats else DUTY[role]
        assignments = (replace(duty(PERSON[role], role, kind), **when),)  # type: ignore[arg-type]
    rights = replace(base.rights, born=AGES[age], guardianships=links, stopped=stopped)
    certifications = tuple(
        replace(base.certifications[0], person=person)
        for person in PERSON.values()
        if base.certifications
    )
    return replace(base, rights=rights, assignments=assignments, certifications=certifications)


@cache
def consents(state: str, purpose: str, recipient: UUID) -> tuple[Consent, ...]:
    """A consent the father signed for education and special education, or what is wrong with it."""
    wrong = CONSENTS[state]
    if wrong is None:
        return ()
    right = replace(
        CONSENT,
        signer=FATHER,
        records=frozenset({"education", "special_ed"}),
        purpose=purpose,
        recipient=recipient,
    )
    return (replace(right, **wrong),)  # type: ignore[arg-type]


def facts(s: Scenario) -> Facts:
    """The facts of a scenario."""
    base, asked = BASELINES[s.path], request(s.role, s.path)
    to = asked.recipient.id if asked.recipient else asked.principal.id
    # A consent to a study, where the scenario wants another purpose, must not be to this one.
    other = s.consent == "for another purpose" and asked.purpose == "study"
    held = consents("for another party" if other else s.consent, asked.purpose, to)
    on_file = replace(file(s.role, s.relation, s.path, s.age), consents=held)
    return Facts(asked, base.learner, on_file, base.law, base.policy, base.purposes, base.zone)


def ordinary(records: Records) -> bool:
    """True for classes whose existence is no secret."""
    return records.data_class not in {
        DataClass.SOLE_POSSESSION,
        DataClass.COUNSELOR_CONFIDENTIAL,
        DataClass.TREATMENT,
        DataClass.LAW_ENFORCEMENT,
    }
