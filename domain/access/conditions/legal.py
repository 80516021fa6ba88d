"""Court orders, subpoenas and lawsuits: 99.31(a)(9)."""

from datetime import timedelta

from domain.access.conditions.registry import condition
from domain.access.facts import Facts, Records, names
from domain.access.words import ProcessKind


def _is(facts: Facts, kind: ProcessKind) -> bool:
    return facts.process is None or facts.process.kind is kind


@condition(
    "FERPA-99.31-a-9-served",
    "34 CFR 99.31(a)(9)",
    "No order or subpoena by which this recipient asks is on file. Keep the paper first.",
)
def process_served(facts: Facts, records: Records) -> bool:
    return facts.process is not None


@condition(
    "FERPA-99.31-a-9-i",
    "34 CFR 99.31(a)(9)(i)",
    "What is on file is neither a court's order nor a lawfully issued subpoena.",
)
def is_order_or_subpoena(facts: Facts, records: Records) -> bool:
    return facts.process is None or facts.process.kind is not ProcessKind.LITIGATION


@condition(
    "FERPA-99.31-a-9-records",
    "34 CFR 99.31(a)(9)(i)",
    "The paper does not ask for these records.",
)
def process_names_records(facts: Facts, records: Records) -> bool:
    return facts.process is None or names(facts.process.records, records)


@condition(
    "FERPA-99.31-a-9-ii-notice",
    "34 CFR 99.31(a)(9)(ii)",
    "The family has to be told first, early enough to go to court about it. "
    "Write to them, record it, and wait out the days the district gives.",
)
def family_told_in_advance(facts: Facts, records: Records) -> bool:
    process = facts.process
    if process is None:
        return True
    latest = facts.today - timedelta(days=facts.policy.days_to_object)
    return any(t.about == process.id and t.effective <= latest for t in facts.file.family_told)


@condition(
    "FERPA-99.31-a-9-ii-A-kind",
    "34 CFR 99.31(a)(9)(ii)(A)",
    "It is not a subpoena of a federal grand jury.",
)
def is_grand_jury(facts: Facts, records: Records) -> bool:
    return _is(facts, ProcessKind.GRAND_JURY)


@condition(
    "FERPA-99.31-a-9-ii-B-kind",
    "34 CFR 99.31(a)(9)(ii)(B)",
    "It is not a subpoena issued for law enforcement.",
)
def is_law_enforcement_subpoena(facts: Facts, records: Records) -> bool:
    return _is(facts, ProcessKind.LAW_ENFORCEMENT)


@condition(
    "FERPA-99.31-a-9-ii-silence",
    "34 CFR 99.31(a)(9)(ii)(A), (B)",
    "Nobody forbade to tell the family, so the family has to be told first.",
)
def silence_ordered(facts: Facts, records: Records) -> bool:
    return facts.process is None or facts.process.silence


@condition(
    "FERPA-99.31-a-9-ii-C-kind",
    "34 CFR 99.31(a)(9)(ii)(C)",
    "It is not an order a court made without hearing the other side.",
)
def is_ex_parte(facts: Facts, records: Records) -> bool:
    return _is(facts, ProcessKind.EX_PARTE)


@condition(
    "FERPA-99.31-a-9-ii-C-attorney-general",
    "34 CFR 99.31(a)(9)(ii)(C)",
    "The order was not obtained by the Attorney General of the United States.",
)
def for_attorney_general(facts: Facts, records: Records) -> bool:
    return facts.process is None or facts.process.for_attorney_general


@condition(
    "FERPA-99.31-a-9-iii-lawsuit",
    "34 CFR 99.31(a)(9)(iii)",
    "No lawsuit between the school and the family is on file.",
)
def school_and_family_in_court(facts: Facts, records: Records) -> bool:
    return _is(facts, ProcessKind.LITIGATION)
