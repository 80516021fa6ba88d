"""Directory information: 99.31(a)(11), 99.37."""

from domain.access.conditions.registry import condition
from domain.access.evidence import Designation, OptOut
from domain.access.facts import Facts, Records

# 99.37(c): nobody can stay nameless in class. The records an opt-out does not reach there.
IN_CLASS = frozenset({"name", "identifier", "school-email"})
NEVER_DIRECTORY = frozenset({"ssn", "social-security-number"})


def _designation(facts: Facts) -> Designation | None:
    """The newest public notice about directory information that is in force."""
    held = (d for d in facts.file.designations if d.holds(facts.today))
    return max(held, key=lambda d: d.effective, default=None)


@condition(
    "FERPA-99.37-a",
    "34 CFR 99.37(a)",
    "The district's public notice does not name this as directory information.",
)
def designated(facts: Facts, records: Records) -> bool:
    found = _designation(facts)
    return found is not None and records.kind in found.kinds


@condition(
    "FERPA-99.37-a-3",
    "34 CFR 99.37(a)(3)",
    "Families still have time to refuse. Wait until the day in the notice has passed.",
)
def time_to_refuse_over(facts: Facts, records: Records) -> bool:
    found = _designation(facts)
    return found is None or found.refuse_by < facts.today


@condition(
    "FERPA-99.37-b",
    "34 CFR 99.37(a)(2), (b)",
    "The family refused that this is given out.",
)
def not_opted_out(facts: Facts, records: Records) -> bool:
    if facts.purposes.within(facts.request.purpose, "in-class") and records.kind in IN_CLASS:
        return True
    return not any(
        _refuses(facts, o)
        for o in facts.file.opt_outs
        if o.kinds is None or records.kind in o.kinds
    )


def _refuses(facts: Facts, opt_out: OptOut) -> bool:
    """Who has left stays refused by what held on the last day, run out or not, unless lifted."""
    today, left = facts.today, facts.learner.left_on
    if opt_out.lifted is not None and opt_out.lifted.by(today):
        return False
    if left is None or today < left:
        return opt_out.holds(today)
    if opt_out.counts_from < left:
        return opt_out.until is None or opt_out.until >= left
    return facts.policy.honour_later_opt_outs and opt_out.holds(today)


@condition(
    "FERPA-99.37-d",
    "34 CFR 99.37(d)",
    "The district gives directory information only to certain parties or for certain purposes, "
    "and this is neither.",
)
def within_directory_limits(facts: Facts, records: Records) -> bool:
    found = _designation(facts)
    if found is None:
        return True
    if found.only_to and found.only_to.isdisjoint(facts.recipient.classes):
        return False
    return not found.only_for or facts.purposes.within_any(facts.request.purpose, found.only_for)


@condition(
    "FERPA-99.37-e",
    "34 CFR 99.37(e), 99.3",
    "A social security number is never directory information.",
)
def never_a_social_security_number(facts: Facts, records: Records) -> bool:
    return records.kind not in NEVER_DIRECTORY
