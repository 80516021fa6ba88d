"""Parents and the student: 99.4, 99.5, 99.31(a)(8) and (12)."""

from domain.access.conditions.registry import condition
from domain.access.facts import Facts, Records
from domain.access.rights import Holder, is_dependent, is_stopped, links
from domain.access.words import Capacity, Regime


@condition(
    "FERPA-99.31-c",
    "34 CFR 99.31(c)",
    "It is not on record how the recipient was identified. "
    "Check who it is, for example by calling the number on file, and say how you did.",
)
def recipient_identified(facts: Facts, records: Records) -> bool:
    return facts.recipient.assurance >= facts.policy.recipient_assurance


@condition(
    "FERPA-99.4-link",
    "34 CFR 99.3, parent; 99.4",
    "Nothing on file shows that this person is a parent or guardian of this learner today. "
    "Ask for a paper that does.",
)
def linked_as_parent(facts: Facts, records: Records) -> bool:
    return bool(links(facts.file.rights.guardianships, facts.recipient.id, facts.today))


@condition(
    "IDEA-300.519",
    "34 CFR 300.519",
    "A surrogate parent stands in for special education alone.",
)
def more_than_surrogate(facts: Facts, records: Records) -> bool:
    linked = links(facts.file.rights.guardianships, facts.recipient.id, facts.today)
    # Where there is no link at all, that is what is missing, and `linked_as_parent` says so.
    return not linked or any(
        g.capacity is not Capacity.SURROGATE or records.regime is Regime.IDEA for g in linked
    )


@condition(
    "FERPA-99.4-order",
    "34 CFR 99.4",
    "A court order or another binding paper on file takes this person's rights over the records.",
)
def rights_not_stopped(facts: Facts, records: Records) -> bool:
    return not is_stopped(facts.file.rights.stopped, facts.recipient.id, facts.today)


@condition(
    "birth-date-unknown",
    "34 CFR 99.5(a)",
    "The date of birth is not on file, so nobody can say whose rights these are. Add it first.",
)
def holder_known(facts: Facts, records: Records) -> bool:
    return facts.holder(records).holder is not Holder.UNKNOWN


@condition(
    "FERPA-99.5",
    "34 CFR 99.5(a)",
    "The rights over these records have passed to the student. Ask the student for a consent, or "
    "for evidence that a parent claims the student as a dependent for tax.",
)
def rights_with_parent(facts: Facts, records: Records) -> bool:
    return facts.holder(records).holder is not Holder.STUDENT


@condition(
    "FERPA-99.31-a-12-self",
    "34 CFR 99.31(a)(12)",
    "This is not your own record.",
)
def is_the_student(facts: Facts, records: Records) -> bool:
    return facts.recipient.id == facts.learner.id


@condition(
    "FERPA-99.31-a-8-evidence",
    "34 CFR 99.31(a)(8)",
    "No evidence is on file that this parent claims the student as a dependent for tax. "
    "Ask for the first page of the return, without the figures.",
)
def dependent_for_tax(facts: Facts, records: Records) -> bool:
    return is_dependent(
        facts.file.rights,
        facts.recipient.id,
        facts.today,
        facts.policy.dependency_years_back,
    )
