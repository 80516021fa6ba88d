"""Disclosures to others: transfer, audit, studies, emergencies, child welfare, release."""

from domain.access.conditions.registry import condition
from domain.access.evidence import Release
from domain.access.facts import Facts, Records, lasts, names
from domain.access.words import Term


@condition(
    "FERPA-99.31-a-2-enrolment",
    "34 CFR 99.31(a)(2)",
    "Nothing on file says that the learner seeks to enrol, or is enrolled, at this school.",
)
def enrolment_sought(facts: Facts, records: Records) -> bool:
    to, today = facts.recipient.id, facts.today
    return any(e.school == to and e.holds(today) for e in facts.file.enrolments)


@condition(
    "FERPA-99.34-a-1",
    "34 CFR 99.34(a)(1)",
    "The family was not told, did not ask for it, and the annual notice does not say that records "
    "are sent on. Write to the last address you have, and record it.",
)
def transfer_announced(facts: Facts, records: Records) -> bool:
    to, today, file = facts.recipient.id, facts.today, facts.file
    return (
        any(n.transfer_clause and n.holds(today) for n in file.annual_notices)
        or any(t.about == to and t.holds(today) for t in file.family_told)
        or any(e.school == to and e.asked_by_family and e.holds(today) for e in file.enrolments)
    )


def _agreement_says(facts: Facts, term: Term) -> bool:
    found = facts.agreement()
    return found is None or term in found.terms


@condition(
    "FERPA-99.35-a-3",
    "34 CFR 99.35(a)(3)",
    "The recipient is not an employee of the authority, and no written agreement names them as its "
    "representative today.",
)
def authority_or_representative(facts: Facts, records: Records) -> bool:
    if facts.recipient.employee:
        return True
    found = facts.agreement()
    return found is not None and found.holds(facts.today)


@condition(
    "FERPA-99.35-a-3-destruction",
    "34 CFR 99.35(a)(3), (b)(2)",
    "The agreement with the authority's representative does not say by when the records are "
    "destroyed.",
)
def representative_destroys(facts: Facts, records: Records) -> bool:
    if facts.recipient.employee:
        return True
    found = facts.agreement()
    return found is None or (Term.DESTRUCTION in found.terms and found.destroy_by is not None)


@condition(
    "FERPA-99.31-a-6-iii-C",
    "34 CFR 99.31(a)(6)(iii)(C)",
    "No written agreement with the organization doing the study is in force today.",
)
def study_agreed(facts: Facts, records: Records) -> bool:
    found = facts.agreement()
    return found is not None and found.holds(facts.today)


@condition(
    "FERPA-99.31-a-6-i",
    "34 CFR 99.31(a)(6)(i)",
    "The study is not for or on behalf of schools: to develop tests, administer aid or improve "
    "instruction.",
)
def study_for_the_school(facts: Facts, records: Records) -> bool:
    return _agreement_says(facts, Term.FOR_THE_SCHOOL)


@condition(
    "FERPA-99.31-a-6-iii-C-1",
    "34 CFR 99.31(a)(6)(iii)(C)(1)",
    "The agreement does not say purpose, scope, duration and which information.",
)
def study_described(facts: Facts, records: Records) -> bool:
    return _agreement_says(facts, Term.PURPOSE_SCOPE_DURATION)


@condition(
    "FERPA-99.31-a-6-iii-C-2",
    "34 CFR 99.31(a)(6)(iii)(C)(2)",
    "The agreement does not limit use to the purposes of the study.",
)
def study_use_limited(facts: Facts, records: Records) -> bool:
    return _agreement_says(facts, Term.USE_LIMITED)


@condition(
    "FERPA-99.31-a-6-iii-C-3",
    "34 CFR 99.31(a)(6)(iii)(C)(3)",
    "The agreement does not forbid that others than the study's own people identify anybody.",
)
def study_identifies_nobody(facts: Facts, records: Records) -> bool:
    return _agreement_says(facts, Term.NO_IDENTIFICATION)


@condition(
    "FERPA-99.31-a-6-iii-C-4",
    "34 CFR 99.31(a)(6)(iii)(C)(4)",
    "The agreement does not say that the records are destroyed, and by when.",
)
def study_destroys(facts: Facts, records: Records) -> bool:
    found = facts.agreement()
    return found is None or (Term.DESTRUCTION in found.terms and found.destroy_by is not None)


@condition(
    "agreement-names-records",
    "34 CFR 99.31(a)(1)(ii), (a)(6)(iii)(C)(1)",
    "The agreement does not name these records.",
)
def agreement_names_records(facts: Facts, records: Records) -> bool:
    found = facts.agreement()
    return found is None or names(found.records, records)


@condition(
    "FERPA-99.36-a-period",
    "34 CFR 99.36(a)",
    "No emergency is declared for this learner now. Declare it with a few words.",
)
def emergency_lasts(facts: Facts, records: Records) -> bool:
    found = facts.emergency
    return found is not None and lasts(found, facts.request.at)


@condition(
    "FERPA-99.32-a-5",
    "34 CFR 99.32(a)(5)(i), 99.36(c)",
    "Say in a few words what the threat is; you can add the rest within a school day.",
)
def threat_named(facts: Facts, records: Records) -> bool:
    return facts.emergency is None or bool(facts.emergency.threat.strip())


@condition(
    "FERPA-99.36-a-necessary",
    "34 CFR 99.36(a), (c)",
    "The recipient is not among those who must know for somebody to be safe. Add them if they are.",
)
def must_know(facts: Facts, records: Records) -> bool:
    return facts.emergency is None or facts.recipient.id in facts.emergency.must_know


@condition(
    "USC-1232g-b-1-L-placement",
    "20 U.S.C. 1232g(b)(1)(L)",
    "Nothing on file says that this agency is legally responsible for the learner's care.",
)
def in_care_of_agency(facts: Facts, records: Records) -> bool:
    return any(p.holds(facts.today) for p in facts.file.placements)


@condition(
    "USC-1232g-b-1-L-caseworker",
    "20 U.S.C. 1232g(b)(1)(L)",
    "The recipient is not the agency or a caseworker with a right to the learner's case plan.",
)
def caseworker_of_learner(facts: Facts, records: Records) -> bool:
    to = facts.recipient.id
    held = [p for p in facts.file.placements if p.holds(facts.today)]
    return not held or any(to == p.agency or to in p.caseworkers for p in held)


def _release(facts: Facts) -> Release | None:
    to, today = facts.recipient.id, facts.today
    held = (r for r in facts.file.releases if r.party == to and r.holds(today))
    return max(held, key=lambda r: r.effective, default=None)


@condition(
    "FERPA-99.31-b-1-determined",
    "34 CFR 99.31(b)(1)",
    "Nobody has determined and recorded that what is released names nobody.",
)
def deidentification_determined(facts: Facts, records: Records) -> bool:
    return _release(facts) is not None


@condition(
    "FERPA-99.31-b-1-removed",
    "34 CFR 99.31(b)(1)",
    "These records still say who they are about.",
)
def identifiers_removed(facts: Facts, records: Records) -> bool:
    return records.identifiers_removed


@condition(
    "FERPA-99.31-b-1-other-releases",
    "34 CFR 99.31(b)(1)",
    "The determination does not look at what else was released and could be put together with it.",
)
def other_releases_considered(facts: Facts, records: Records) -> bool:
    found = _release(facts)
    return found is None or found.other_releases_considered


@condition(
    "FERPA-99.31-b-2-ii",
    "34 CFR 99.31(b)(2)(ii)",
    "The record code was made from something personal, such as a name or a number.",
)
def code_says_nothing(facts: Facts, records: Records) -> bool:
    found = _release(facts)
    return found is None or not found.code_from_identity
