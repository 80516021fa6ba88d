"""What must be so whatever the ground: who asks, for what, and who may not receive at all."""

from domain.access.conditions.registry import condition
from domain.access.facts import Facts, Records
from domain.access.policy import LocalPolicy
from domain.access.rights import age_on
from domain.access.words import STAFF, Action, CoppaMode, Role


@condition(
    "learner-unknown",
    "20 U.S.C. 1232g",
    "There is no learner with this id in this district.",
)
def same_district(facts: Facts, records: Records) -> bool:
    return facts.request.principal.district == facts.learner.district


@condition(
    "FERPA-99.31-c-asker",
    "34 CFR 99.31(c)",
    "You are not signed in surely enough for this. Sign in again, with your second factor.",
)
def signed_in(facts: Facts, records: Records) -> bool:
    return facts.request.principal.assurance >= facts.policy.asker_assurance


@condition(
    "law-not-modelled",
    "local",
    "The rules here are those of United States law and this school is not under it. "
    "Ask the privacy officer, who can decide and record it.",
    to_person=True,
)
def law_is_modelled(facts: Facts, records: Records) -> bool:
    return facts.law.ferpa


@condition(
    "purpose-undeclared",
    "34 CFR 99.32(a)(3)",
    "The district has not declared this purpose. Choose one from the list, or ask the privacy "
    "officer to declare it.",
)
def purpose_declared(facts: Facts, records: Records) -> bool:
    return facts.purposes.knows(facts.request.purpose)


@condition(
    "disclosure-by-staff",
    "34 CFR 99.30(a)",
    "Only the school's own staff can give records to somebody else. Ask the school to do it.",
)
def staff_discloses(facts: Facts, records: Records) -> bool:
    request = facts.request
    return request.action is not Action.DISCLOSED or not STAFF.isdisjoint(request.principal.roles)


@condition(
    "FERPA-99.33-e",
    "34 CFR 99.33(e), 99.67",
    "The recipient broke the rules on passing records on and gets nothing until the bar ends.",
)
def not_barred(facts: Facts, records: Records) -> bool:
    if not facts.file.barred:
        return True
    to, today = facts.recipient.id, facts.today
    return not any(b.party == to and b.holds(today) for b in facts.file.barred)


def _gate_applies(facts: Facts, policy: LocalPolicy) -> bool:
    """True where COPPA's gate stands and the learner is, or may be, too young."""
    if policy.coppa is CoppaMode.NOT_APPLICABLE:
        return False
    born = facts.file.rights.born
    if born is None:
        return True
    return age_on(born, facts.today, facts.law.leap_birthday) < facts.law.online_consent_age


@condition(
    "COPPA-312.5-a",
    "16 CFR 312.5(a)",
    "Nothing can be taken from this learner online before a parent's verified consent is on file: "
    "they are too young, or no date of birth is known. Ask the family first; nothing was kept.",
)
def online_collection_consented(facts: Facts, records: Records) -> bool:
    request = facts.request
    if request.action is not Action.WRITTEN or Role.LEARNER not in request.principal.roles:
        return True
    if not _gate_applies(facts, facts.policy):
        return True
    needs_parent = facts.policy.coppa is CoppaMode.PARENTAL
    return any(
        c.holds(facts.today) and c.method and (c.by_parent or not needs_parent)
        for c in facts.file.online_consents
        if c.passing_on_to is None
    )


@condition(
    "COPPA-312.5-a-2",
    "16 CFR 312.5(a)(2)",
    "Passing on what a child gave online needs a parent's own, separate consent to that. "
    "Ask the family for it.",
)
def third_party_consented(facts: Facts, records: Records) -> bool:
    if not facts.request.online_sync or not _gate_applies(facts, facts.policy):
        return True
    to = facts.recipient
    named = {str(to.id), *to.classes}
    return any(
        c.by_parent and c.method and c.holds(facts.today) and not named.isdisjoint(c.passing_on_to)
        for c in facts.file.online_consents
        if c.passing_on_to is not None
    )
