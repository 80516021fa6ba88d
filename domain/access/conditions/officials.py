"""School officials and those who act as one: 99.31(a)(1), private notes, treatment, confidences."""

from datetime import timedelta

from domain.access.conditions.registry import condition
from domain.access.emergency import lasts_until
from domain.access.evidence import Opening
from domain.access.facts import Facts, Records
from domain.access.rights import Holder, age_on
from domain.access.words import Action, AssignmentKind, Role, Term


@condition(
    "FERPA-99.7-a-3-iii",
    "34 CFR 99.7(a)(3)(iii)",
    "No annual notice that says who is a school official is on file. "
    "The privacy officer has to publish one.",
)
def criteria_published(facts: Facts, records: Records) -> bool:
    return facts.notice is not None


@condition(
    "FERPA-99.31-a-1-i-A-assigned",
    "34 CFR 99.31(a)(1)(i)(A)",
    "This learner is not assigned to you through a class, a caseload or a school. If that is "
    "wrong, ask the office; in an emergency, open with a few words why.",
)
def assigned(facts: Facts, records: Records) -> bool:
    return bool(facts.on_duty_as)


@condition(
    "FERPA-99.31-a-1-giver",
    "34 CFR 99.31(a)(1)(i)(A)",
    "This learner is not assigned to you, so you cannot give the records to anybody. "
    "Ask the learner's counselor or the privacy officer to do it.",
)
def giver_on_duty(facts: Facts, records: Records) -> bool:
    return facts.request.action is not Action.DISCLOSED or bool(facts.on_duty_as)


@condition(
    "local-recertification",
    "local",
    "Your yearly privacy training is missing or has run out. Finish it and come back.",
    local=True,
)
def recertified(facts: Facts, records: Records) -> bool:
    asker, today = facts.request.principal.id, facts.today
    since = today - timedelta(days=facts.policy.recertify_days)
    return any(
        c.person == asker and since < c.effective and c.holds(today)
        for c in facts.file.certifications
    )


@condition(
    "FERPA-99.31-a-1-ii",
    "34 CFR 99.31(a)(1)(ii)",
    "Your role has no educational interest in this kind of record. "
    "Ask the learner's counselor what you need to know.",
)
def role_has_interest(facts: Facts, records: Records) -> bool:
    in_law, interests = records.in_law, facts.policy.interests
    roles = facts.on_duty_as
    return not roles or any(in_law in interests.get(role, ()) for role in roles)


def opening_of(facts: Facts) -> Opening | None:
    """The asker's last emergency opening of this record."""
    asker, at = facts.request.principal.id, facts.request.at
    mine = (o for o in facts.file.openings if o.person == asker and o.opened <= at)
    return max(mine, key=lambda o: o.opened, default=None)


@condition(
    "FERPA-99.36-opening-declared",
    "34 CFR 99.36",
    "You have not opened this record as an emergency, or the time for it is over. "
    "Open it again with a few words why.",
)
def opening_lasts(facts: Facts, records: Records) -> bool:
    found = opening_of(facts)
    return found is not None and lasts_until(found, facts.policy) > facts.request.at


@condition(
    "FERPA-99.36-opening-words",
    "34 CFR 99.32(a)(5)",
    "Say in a few words what the emergency is.",
)
def opening_says_why(facts: Facts, records: Records) -> bool:
    found = opening_of(facts)
    return found is None or bool(found.words.strip())


@condition(
    "FERPA-99.31-a-1-i-B-agreement",
    "34 CFR 99.31(a)(1)(i)(B)",
    "No agreement with you is in force today. Ask the district to renew it.",
)
def agreement_in_force(facts: Facts, records: Records) -> bool:
    found = facts.agreement()
    return found is not None and found.holds(facts.today)


def _says(facts: Facts, term: Term) -> bool:
    found = facts.agreement()
    return found is None or term in found.terms


@condition(
    "FERPA-99.31-a-1-i-B-1",
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    "The agreement is not about a service the school would otherwise give by its own staff.",
)
def outsourced_service(facts: Facts, records: Records) -> bool:
    return _says(facts, Term.OUTSOURCED_SERVICE)


@condition(
    "FERPA-99.31-a-1-i-B-2",
    "34 CFR 99.31(a)(1)(i)(B)(2)",
    "The agreement does not put your use of the records under the district's direct control.",
)
def direct_control(facts: Facts, records: Records) -> bool:
    return _says(facts, Term.DIRECT_CONTROL)


@condition(
    "FERPA-99.31-a-1-i-B-3",
    "34 CFR 99.31(a)(1)(i)(B)(3)",
    "The agreement does not bind you to the limits on using and passing on records.",
)
def bound_to_limits(facts: Facts, records: Records) -> bool:
    return _says(facts, Term.BOUND_BY_99_33)


@condition(
    "FERPA-99.31-a-1-i-B-agreement-purpose",
    "34 CFR 99.31(a)(1)(i)(B)",
    "The agreement does not name this purpose.",
)
def agreement_names_purpose(facts: Facts, records: Records) -> bool:
    found, wanted = facts.agreement(), facts.request.purpose
    return found is None or any(facts.purposes.within(wanted, p) for p in found.purposes)


@condition(
    "FERPA-99.31-a-1-i-B-assigned",
    "34 CFR 99.31(a)(1)(ii)",
    "This learner is not among those you work with for the school. "
    "Ask the school to add the learner to your list.",
)
def provider_assigned(facts: Facts, records: Records) -> bool:
    return Role.OUTSIDE_PROVIDER in facts.on_duty_as


@condition(
    "FERPA-99.3-maker",
    "34 CFR 99.3, education records (b)(1)",
    "A private note that was never shared is opened by the person who wrote it, and nobody else.",
)
def is_author(facts: Facts, records: Records) -> bool:
    return records.author == facts.request.principal.id


@condition(
    "STATE-counselor-confidential-caseload",
    "state law",
    "What was told a counselor in confidence is open to a counselor of this learner alone.",
)
def counselor_of_learner(facts: Facts, records: Records) -> bool:
    return Role.COUNSELOR in facts.on_duty_as


@condition(
    "STATE-counselor-confidential-age",
    "state law",
    "The learner is younger than the age from which this state keeps such talks apart. "
    "Ask the privacy officer.",
    to_person=True,
)
def old_enough_to_confide(facts: Facts, records: Records) -> bool:
    since, born = facts.law.counselor_confidential_from, facts.file.rights.born
    if since is None:
        return True  # not known here at all, which `confidences_known_here` says
    return born is not None and age_on(born, facts.today, facts.law.leap_birthday) >= since


@condition(
    "FERPA-99.3-treating",
    "34 CFR 99.3, education records (b)(4)",
    "Treatment records are open to those who treat this student, and you are not listed as one.",
)
def treats_learner(facts: Facts, records: Records) -> bool:
    asker, today = facts.request.principal, facts.today
    return any(
        a.person == asker.id
        and a.kind is AssignmentKind.TREATMENT
        and a.role in asker.roles
        and a.holds(today)
        for a in facts.file.assignments
    )


@condition(
    "FERPA-99.3-treatment-of-adult",
    "34 CFR 99.3, education records (b)(4)(i)",
    "Only the records of a student of 18 or at college can be treatment records. "
    "Ask the privacy officer to class these anew.",
    to_person=True,
)
def student_is_eligible(facts: Facts, records: Records) -> bool:
    return facts.holder(records).holder is Holder.STUDENT
