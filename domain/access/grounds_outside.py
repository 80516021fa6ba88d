"""Grounds to give records to others, and consent, on which an outside party looks as well."""

from dataclasses import replace

from domain.access.conditions.consent import CONSENT
from domain.access.ground import GIVE, GIVER, GIVERS, LOOK_AND_WRITE, Ground, Keeping
from domain.access.words import ANYONE, STAFF, PartyKind, Role
from domain.words import DataClass


def _given(
    code: str,
    section: str,
    title: str,
    to: frozenset[PartyKind],
    purpose: str,
    *conditions: str,
) -> Ground:
    """A ground on which the school's staff give records to somebody outside."""
    return Ground(
        code=code,
        section=section,
        title=title,
        by=GIVERS,
        to=to,
        acts=GIVE,
        purposes=frozenset({purpose}),
        conditions=(*GIVER, *conditions),
    )


def _legal(paragraph: str, title: str, *conditions: str) -> Ground:
    return _given(
        f"FERPA-99.31-a-9-{paragraph}",
        "34 CFR 99.31(a)(9)" + "".join(f"({part})" for part in paragraph.split("-")),
        title,
        frozenset({PartyKind.COURT, PartyKind.LAW_ENFORCEMENT}),
        "legal-process",
        "process_served",
        *conditions,
        "process_names_records",
    )


def _sealed(paragraph: str, title: str, *conditions: str) -> Ground:
    return replace(
        _legal(paragraph, title, *conditions),
        keeping=Keeping.SEALED,
        exemption="FERPA-99.32-d-5",
        family_sees=False,
    )


OUTSIDE = (
    Ground(
        code="FERPA-99.30",
        section="34 CFR 99.30",
        title="Anybody named in a written consent",
        by=GIVERS | {Role.OUTSIDE_PROVIDER},
        to=ANYONE - {PartyKind.OFFICIAL},
        acts=LOOK_AND_WRITE | GIVE,
        purposes=frozenset(),
        conditions=(*GIVER, *CONSENT),
        keeping=Keeping.EXEMPT,
        exemption="FERPA-99.32-d-3",
    ),
    _given(
        "FERPA-99.31-a-2",
        "34 CFR 99.31(a)(2), 99.34",
        "A school where the student seeks to enrol or is enrolled",
        frozenset({PartyKind.SCHOOL}),
        "transfer",
        "enrolment_sought",
        "transfer_announced",
    ),
    _given(
        "FERPA-99.31-a-3",
        "34 CFR 99.31(a)(3), 99.35",
        "Federal, state and local authorities, for audit, evaluation or enforcement",
        frozenset({PartyKind.AUTHORITY}),
        "audit",
        "authority_or_representative",
        "representative_destroys",
    ),
    _given(
        "FERPA-99.31-a-6",
        "34 CFR 99.31(a)(6)",
        "Organizations doing a study for schools",
        frozenset({PartyKind.STUDY}),
        "study",
        "study_agreed",
        "study_for_the_school",
        "study_described",
        "study_use_limited",
        "study_identifies_nobody",
        "study_destroys",
        "agreement_names_records",
    ),
    _sealed(
        "ii-A",
        "A federal grand jury's subpoena that must stay unknown",
        "is_grand_jury",
        "silence_ordered",
    ),
    _sealed(
        "ii-B",
        "A law enforcement subpoena that must stay unknown",
        "is_law_enforcement_subpoena",
        "silence_ordered",
    ),
    _sealed(
        "ii-C",
        "A court's order for the Attorney General, made without hearing the other side",
        "is_ex_parte",
        "for_attorney_general",
    ),
    _legal(
        "ii",
        "A court's order or a lawful subpoena, after the family was told",
        "is_order_or_subpoena",
        "family_told_in_advance",
    ),
    _legal(
        "iii",
        "The court, in a lawsuit between the school and the family",
        "school_and_family_in_court",
    ),
    Ground(
        code="FERPA-99.31-a-10",
        section="34 CFR 99.31(a)(10), 99.36",
        title="Whoever must know in a health or safety emergency",
        by=STAFF,
        to=ANYONE,
        acts=GIVE,
        purposes=frozenset({"emergency"}),
        conditions=("emergency_lasts", "threat_named", "must_know"),
    ),
    Ground(
        code="FERPA-99.31-a-11",
        section="34 CFR 99.31(a)(11), 99.37",
        title="Anybody, for directory information",
        by=STAFF,
        to=ANYONE,
        acts=GIVE,
        purposes=frozenset({"directory"}),
        conditions=(
            "never_a_social_security_number",
            "designated",
            "time_to_refuse_over",
            "not_opted_out",
            "within_directory_limits",
        ),
        reaches=frozenset({DataClass.DIRECTORY}),
        keeping=Keeping.EXEMPT,
        exemption="FERPA-99.32-d-4",
        notice=False,
    ),
    replace(
        _given(
            "USC-1232g-b-1-L",
            "20 U.S.C. 1232g(b)(1)(L)",
            "The child-welfare agency responsible for a learner in foster care",
            frozenset({PartyKind.CHILD_WELFARE}),
            "child-welfare",
            "in_care_of_agency",
            "caseworker_of_learner",
        ),
        family_sees=False,
    ),
    Ground(
        code="FERPA-99.31-b-1",
        section="34 CFR 99.31(b)",
        title="Anybody, for what no longer names anybody",
        by=GIVERS,
        to=ANYONE,
        acts=GIVE,
        purposes=frozenset({"release"}),
        conditions=(
            "giver_on_duty",
            "deidentification_determined",
            "identifiers_removed",
            "other_releases_considered",
            "code_says_nothing",
        ),
        keeping=Keeping.RELEASE,
        exemption="not personally identifiable",
        idea_exempt=True,
        notice=False,
    ),
)
