"""One valid case for each ground. A row of the matrix changes one thing in one of them."""

from dataclasses import replace
from datetime import date, timedelta

from domain.access.evidence import (
    Dependency,
    Designation,
    Emergency,
    Enrolment,
    FamilyTold,
    Opening,
    Placement,
    Release,
)
from domain.access.facts import Facts, File
from domain.access.jurisdictions import JURISDICTIONS
from domain.access.rights import RightsEvidence
from domain.access.words import (
    AssignmentKind,
    PartyKind,
    ProcessKind,
    Role,
    Term,
)
from domain.words import DataClass
from tests.acceptance.access.people import (
    ANA,
    AUDITOR,
    AUGUST,
    BORN_ADULT,
    CASELOAD,
    CASEWORKER,
    CONSENT,
    CONTRACT_TERMS,
    COORDINATES,
    COORDINATOR,
    COUNSELOR,
    EAST,
    LINK,
    MEDIC,
    MOTHER,
    NOTICE,
    NOW,
    OFFICER,
    OKAFOR,
    OVERSEES,
    RIVERA,
    STUDY,
    STUDY_TERMS,
    TEACHER,
    TUTOR,
    UNIVERSITY,
    YEARBOOK,
    agreement,
    duty,
    facts,
    in_court,
    named,
    party,
    process,
    records,
)

BASELINES: dict[str, Facts] = {
    "FERPA-99.31-a-1-i-A": facts(COUNSELOR, "counseling", records(), assignments=CASELOAD),
    "FERPA-99.36-opening": facts(
        TEACHER,
        "emergency",
        records(),
        openings=(
            Opening(person=OKAFOR, opened=NOW - timedelta(hours=1), words="Fainted in the gym"),
        ),
    ),
    "FERPA-99.31-a-1-i-B": facts(
        (TUTOR, Role.OUTSIDE_PROVIDER),
        "tutoring",
        records(kind="attendance"),
        assignments=(duty(TUTOR, Role.OUTSIDE_PROVIDER, AssignmentKind.CASELOAD),),
        agreements=(agreement(TUTOR, "support", *CONTRACT_TERMS),),
    ),
    "FERPA-99.31-a-12-parent": facts((MOTHER, Role.GUARDIAN), "family", records()),
    "FERPA-99.31-a-12-student": facts((ANA, Role.LEARNER), "family", records()),
    "FERPA-99.31-a-8": replace(
        facts((MOTHER, Role.GUARDIAN), "family", records(), born=BORN_ADULT),
        file=File(
            rights=RightsEvidence(
                born=BORN_ADULT,
                guardianships=(LINK,),
                dependencies=(Dependency(person=MOTHER, tax_year=2024, effective=AUGUST),),
            )
        ),
    ),
    "FERPA-99.3-sole-possession": facts(
        COUNSELOR,
        "counseling",
        replace(records(DataClass.SOLE_POSSESSION), author=RIVERA),
    ),
    "STATE-counselor-confidential": replace(
        facts(
            COUNSELOR,
            "counseling",
            records(DataClass.COUNSELOR_CONFIDENTIAL),
            assignments=CASELOAD,
        ),
        law=JURISDICTIONS["US-CA"],
    ),
    "FERPA-99.3-treatment": facts(
        COUNSELOR,
        "treatment",
        records(DataClass.TREATMENT),
        born=BORN_ADULT,
        assignments=(duty(*COUNSELOR, AssignmentKind.TREATMENT),),
    ),
    "FERPA-99.30": facts(
        COORDINATOR,
        "tutoring",
        records(kind="attendance"),
        party(TUTOR, PartyKind.OTHER),
        assignments=COORDINATES,
        consents=(CONSENT,),
    ),
    "FERPA-99.31-a-2": facts(
        COORDINATOR,
        "transfer",
        records(),
        party(EAST, PartyKind.SCHOOL),
        assignments=COORDINATES,
        annual_notices=(replace(NOTICE, transfer_clause=True),),
        enrolments=(Enrolment(school=EAST, effective=AUGUST),),
    ),
    "FERPA-99.31-a-3": facts(
        OFFICER,
        "evaluation",
        records(),
        replace(party(AUDITOR, PartyKind.AUTHORITY), employee=False),
        assignments=OVERSEES,
        agreements=(agreement(AUDITOR, "audit", Term.DESTRUCTION),),
    ),
    "FERPA-99.31-a-6": facts(
        OFFICER,
        "study",
        records(kind="attendance"),
        party(STUDY, PartyKind.STUDY),
        assignments=OVERSEES,
        agreements=(agreement(STUDY, "study", *STUDY_TERMS),),
    ),
    "FERPA-99.31-a-9-ii-A": in_court("ii-A", process(ProcessKind.GRAND_JURY, silence=True)),
    "FERPA-99.31-a-9-ii-B": in_court("ii-B", process(ProcessKind.LAW_ENFORCEMENT, silence=True)),
    "FERPA-99.31-a-9-ii-C": in_court("ii-C", process(ProcessKind.EX_PARTE, general=True)),
    "FERPA-99.31-a-9-ii": in_court(
        "ii",
        process(ProcessKind.SUBPOENA),
        FamilyTold(about=named("paper"), effective=date(2025, 8, 20)),
    ),
    "FERPA-99.31-a-9-iii": in_court("iii", process(ProcessKind.LITIGATION)),
    "FERPA-99.31-a-10": facts(
        TEACHER,
        "emergency",
        records(),
        party(MEDIC, PartyKind.OTHER),
        emergencies=(
            Emergency(
                id=named("emergency"),
                begins=NOW - timedelta(hours=1),
                threat="Fainted in the gym, may have an allergy",
                must_know=frozenset({MEDIC}),
            ),
        ),
    ),
    "FERPA-99.31-a-11": facts(
        COORDINATOR,
        "yearbook",
        records(DataClass.DIRECTORY, "name"),
        party(YEARBOOK, PartyKind.OTHER),
        assignments=COORDINATES,
        designations=(
            Designation(
                kinds=frozenset({"name", "photograph"}),
                effective=AUGUST,
                refuse_by=date(2025, 8, 31),
            ),
        ),
    ),
    "USC-1232g-b-1-L": facts(
        OFFICER,
        "child-welfare",
        records(),
        party(CASEWORKER, PartyKind.CHILD_WELFARE),
        assignments=OVERSEES,
        placements=(
            Placement(
                agency=named("County care"),
                caseworkers=frozenset({CASEWORKER}),
                effective=AUGUST,
            ),
        ),
    ),
    "FERPA-99.31-b-1": facts(
        OFFICER,
        "release",
        replace(records(), identifiers_removed=True),
        party(UNIVERSITY, PartyKind.OTHER),
        assignments=OVERSEES,
        releases=(
            Release(
                party=UNIVERSITY,
                other_releases_considered=True,
                code_from_identity=False,
                effective=AUGUST,
            ),
        ),
    ),
}
