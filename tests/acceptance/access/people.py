"""Who and what the cases are made of: Ana Lopez, 15, on 10 September 2025 in Chicago."""

from dataclasses import replace
from datetime import date, datetime
from uuid import NAMESPACE_OID, UUID, uuid5
from zoneinfo import ZoneInfo

from domain.access.evidence import (
    Agreement,
    AnnualNotice,
    Assignment,
    Certification,
    Consent,
    FamilyTold,
    Guardianship,
    LegalProcess,
)
from domain.access.facts import Facts, File, LearnerFacts, Party, Principal, Records, Request
from domain.access.jurisdictions import US
from domain.access.policy import PURPOSES, LocalPolicy
from domain.access.rights import RightsEvidence
from domain.access.words import (
    Action,
    AssignmentKind,
    Assurance,
    Capacity,
    PartyKind,
    ProcessKind,
    Role,
    Term,
)
from domain.words import DataClass

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2025, 9, 10, 10, 0, tzinfo=ZONE)
TODAY, YESTERDAY, TOMORROW = date(2025, 9, 10), date(2025, 9, 9), date(2025, 9, 11)
AUGUST, NEXT_AUGUST = date(2025, 8, 1), date(2026, 8, 1)
BORN, BORN_ADULT = date(2010, 3, 14), date(2006, 3, 14)
DISTRICT = "lakeside"


def named(name: str) -> UUID:
    """The same id for the same name, in every test."""
    return uuid5(NAMESPACE_OID, name)


ANA, MOTHER, FATHER = named("Ana"), named("Mrs Lopez"), named("Mr Lopez")
RIVERA, OKAFOR, CHEN, PARK = (
    named(name) for name in ("Ms Rivera", "Mr Okafor", "Mr Chen", "Ms Park")
)
TUTOR, EAST, AUDITOR, STUDY, COURT, MEDIC, YEARBOOK, CASEWORKER, UNIVERSITY = (
    named(name)
    for name in (
        "Bright Path Tutoring",
        "East High",
        "State auditor's firm",
        "Reading study",
        "County court",
        "Ambulance",
        "Yearbook company",
        "Caseworker",
        "University",
    )
)


def records(data_class: DataClass = DataClass.EDUCATION, kind: str = "observation") -> Records:
    """Some entries that are alike."""
    return Records(data_class=data_class, kind=kind)


def duty(person: UUID, role: Role, kind: AssignmentKind) -> Assignment:
    """An assignment for this school year."""
    return Assignment(person=person, role=role, kind=kind, effective=AUGUST, until=NEXT_AUGUST)


def agreement(party: UUID, purpose: str, *terms: Term) -> Agreement:
    """A signed agreement about attendance, for this school year."""
    return Agreement(
        id=named("agreement"),
        party=party,
        terms=frozenset(terms),
        purposes=frozenset({purpose}),
        records=frozenset({"attendance"}),
        effective=AUGUST,
        until=NEXT_AUGUST,
        destroy_by=NEXT_AUGUST,
    )


LINK = Guardianship(
    person=MOTHER, capacity=Capacity.GUARDIAN, evidence="birth certificate", effective=BORN
)
CONSENT = Consent(
    id=named("consent"),
    records=frozenset({"attendance"}),
    purpose="support",
    recipient=TUTOR,
    signer=MOTHER,
    signed_on=date(2025, 9, 1),
    effective=date(2025, 9, 1),
    received=date(2025, 9, 3),
    recorded=datetime(2025, 9, 4, 9, 0, tzinfo=ZONE),
    until=NEXT_AUGUST,
)
TRAINED = tuple(Certification(person=who, effective=AUGUST) for who in (RIVERA, OKAFOR, CHEN, PARK))
NOTICE = AnnualNotice(version="2025", criteria="officials-2025", effective=AUGUST)


def facts(
    who: tuple[UUID, Role],
    purpose: str,
    asked: Records,
    to: Party | None = None,
    *,
    born: date = BORN,
    **on_file: object,
) -> Facts:
    """A request about Ana; what is on file beside it is given by field."""
    person, role = who
    rights = RightsEvidence(born=born, guardianships=(LINK,))
    file = File(rights=rights, annual_notices=(NOTICE,), certifications=TRAINED)
    return Facts(
        request=Request(
            principal=Principal(
                id=person,
                roles=frozenset({role}),
                district=DISTRICT,
                assurance=Assurance.STRONG,
            ),
            action=Action.DISCLOSED if to else Action.OPENED,
            purpose=purpose,
            at=NOW,
            asked=(asked,),
            recipient=to,
        ),
        learner=LearnerFacts(id=ANA, district=DISTRICT),
        file=replace(file, **on_file),  # type: ignore[arg-type]
        law=US,
        policy=LocalPolicy(),
        purposes=PURPOSES,
        zone=ZONE,
    )


def party(who: UUID, kind: PartyKind) -> Party:
    """Somebody outside whose identity was checked."""
    return Party(id=who, kinds=frozenset({kind}), assurance=Assurance.BASIC)


COUNSELOR, COORDINATOR, OFFICER, TEACHER = (
    (RIVERA, Role.COUNSELOR),
    (CHEN, Role.TRANSITION_COORDINATOR),
    (PARK, Role.COMPLIANCE_OFFICER),
    (OKAFOR, Role.TEACHER),
)
CASELOAD = (duty(*COUNSELOR, AssignmentKind.CASELOAD),)
COORDINATES = (duty(*COORDINATOR, AssignmentKind.SCHOOL),)
OVERSEES = (duty(*OFFICER, AssignmentKind.DISTRICT),)
STUDY_TERMS = (
    Term.FOR_THE_SCHOOL,
    Term.PURPOSE_SCOPE_DURATION,
    Term.USE_LIMITED,
    Term.NO_IDENTIFICATION,
    Term.DESTRUCTION,
)
CONTRACT_TERMS = (Term.OUTSOURCED_SERVICE, Term.DIRECT_CONTROL, Term.BOUND_BY_99_33)


def process(kind: ProcessKind, *, silence: bool = False, general: bool = False) -> LegalProcess:
    """A paper by which the county court asks for attendance."""
    return LegalProcess(
        id=named("paper"),
        kind=kind,
        recipient=COURT,
        records=frozenset({"attendance"}),
        silence=silence,
        for_attorney_general=general,
        effective=AUGUST,
    )


def in_court(paragraph: str, paper: LegalProcess, *told: FamilyTold) -> Facts:
    """The officer gives attendance to the court and names this ground on the form."""
    found = facts(
        OFFICER,
        "legal-process",
        records(kind="attendance"),
        party(COURT, PartyKind.COURT),
        assignments=OVERSEES,
        processes=(paper,),
        family_told=told,
    )
    return replace(found, request=replace(found.request, ground=f"FERPA-99.31-a-9-{paragraph}"))
