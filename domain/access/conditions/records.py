"""What must be so for a kind of record, whatever the ground."""

from domain.access.conditions.registry import condition
from domain.access.consents import covering
from domain.access.facts import Facts, Records
from domain.access.policy import Basis
from domain.access.words import Role


@condition(
    "PPRA-1232h-quarantine",
    "20 U.S.C. 1232h(b), (c)",
    "These answers are set aside: the gate for their survey was not passed, or an item was marked "
    "as protected since. The privacy officer reviews them.",
    to_person=True,
)
def not_quarantined(facts: Facts, records: Records) -> bool:
    if not records.quarantined:
        return True
    request = facts.request
    return Role.COMPLIANCE_OFFICER in request.principal.roles and facts.purposes.within(
        request.purpose, "oversight"
    )


@condition(
    "GDPR-6",
    "GDPR 6(1)",
    "The purpose has no basis of its own today. Where it rested on a consent that was withdrawn, "
    "no other basis takes its place by itself.",
)
def lawful_basis_stands(facts: Facts, records: Records) -> bool:
    if not facts.law.gdpr:
        return True
    basis = facts.purposes.basis_on(facts.request.purpose, facts.today)
    if basis is Basis.CONSENT:
        return covering(facts, records) is not None
    return basis is not None


@condition(
    "STATE-counselor-confidential-unknown",
    "state law",
    "This state knows no record of what a counselor was told in confidence. "
    "The privacy officer has to class it anew.",
    to_person=True,
)
def confidences_known_here(facts: Facts, records: Records) -> bool:
    return facts.law.counselor_confidential_from is not None


@condition(
    "STATE-treatment-unknown",
    "state law; 34 CFR 99.3, education records (b)(4)",
    "Treatment records are not kept apart here. The privacy officer has to class it anew.",
    to_person=True,
)
def treatment_kept_apart_here(facts: Facts, records: Records) -> bool:
    return facts.law.treatment_allowed
