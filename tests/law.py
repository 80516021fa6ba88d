"""`make law`: the rules of law.md by name, and the tests that hold each way to see that it holds.

A test says `@pytest.mark.law("FERPA-99.4", "order-received")`. This runs every such test and prints
rule and test. It fails where a way has no test and is not pending, and where a test fails.
"""

import sys
from collections import defaultdict

import pytest
from rich.console import Console
from rich.markup import escape

# Rule, then each way to see that it holds, from the ACC of law.md.
RULES: dict[str, dict[str, str]] = {
    "FERPA-99.3": {
        "private-note": "a private note is open to its author alone until it was shared once",
        "package": "it is absent from an inspection package until then, and present after",
    },
    "FERPA-99.4": {
        "order-received": "a court order stops a parent from the day the school received it",
    },
    "FERPA-99.5": {
        "midnight": "rights pass at local midnight of the 18th birthday, with reason 99.5",
        "dependent": "a parent with dependency evidence stays allowed under 99.31(a)(8), logged",
        "early-college": "at 16 rights over the college's records pass, over the school's do not",
    },
    "FERPA-99.7": {
        "criteria": "decisions under (a)(1) cite the criteria version in force",
        "warning": "without a notice for the current year a warning appears",
        "criteria-noted": "the log of an access has that version",
        "warning-shown": "and the officer is shown the warning on a page",
    },
    "FERPA-99.30": {
        "one-fault": "one valid consent, and one fault a row: each denial names its paragraph",
    },
    "FERPA-99.31": {
        "matrix": "every ground, all conditions met and each single one missing",
        "mutation": "each condition dropped or negated fails a row",
        "oracle": "an oracle of its own agrees on the whole product",
        "identified": "every recipient is identified (99.31(c))",
        "document": "the table as a page counsel can read, made from the code",
    },
    "FERPA-99.32": {
        "denied": "(1) a denied request appears",
        "exempt": "(2) for each exempt class the statutory view omits what the full view has",
        "kill": "(3) kill -9 between decision and answer: no answer without its line",
        "outlives": "(4) a line is not destroyed before the record it documents",
        "own-child": "(5) a parent reads only the own child's log",
        "reading-logged": "(5) reading the log is itself logged",
        "one-line-each": "(6) one line for each learner",
        "bulk-routes": "(6) also on every search, count and bulk route",
        "threat": "(7) an emergency disclosure without the threat is refused",
    },
    "FERPA-99.33": {
        "notice": "what is given to an outside party carries the notice and its digest",
        "barred": "a barred recipient is refused on all paths",
        "every-route": "every export and API answer to an outside party carries the notice",
    },
    "FERPA-99.36": {
        "expires": "(a) an emergency opening ends by itself",
        "unreviewed": "(a) openings nobody reviewed are listed after the district's days",
        "incomplete": "(b) an entry incomplete after a school day is on the officer's list",
    },
    "FERPA-99.37": {
        "former-student": "an opt-out in force when the student left is honoured later",
        "in-class": "it does not reach name and identifier in class",
        "ssn": "a social security number is never directory information",
    },
    "PPRA": {
        "matrix": "required or not, funded or not, 0 to 8 areas, consent, none or opt-out",
        "import": "imported answers without a passed gate are set aside",
        "reclassified": "an item marked as protected later hides its answers until reviewed",
    },
    "COPPA": {
        "under-13": "a child of 12 without a parent's consent: the answer is refused",
        "nothing-kept": "and nothing is kept but the refusal",
        "gate-chosen": "the gate is the district's choice, and stands where it made none",
        "kept-apart": "a school's word is told from a parent's and does not stand for it",
        "withdrawn": "nothing is collected from the day of a withdrawal on",
        "third-party": "passing on to a third party without the separate consent is refused",
        "retention": "every data class has a finite retention rule",
    },
    "GDPR-6": {
        "no-fallback": "no silent fallback from a withdrawn consent to another basis",
        "basis-dated": "a purpose's basis is a dated entry; the one in force that day decides",
        "basis-event": "changing the basis is an event",
    },
    "GDPR-7": {
        "as-easy": "withdrawing needs no more fields than granting",
        "as-easy-on-pages": "and no more steps on the pages",
        "not-retroactive": "uses before a withdrawal stay covered, and after it are denied",
    },
}

# What the product does not do yet. Each goes when its test is there; a way that has both fails.
PENDING: dict[tuple[str, str], str] = {
    ("FERPA-99.3", "package"): "there are no inspection packages yet",
    ("FERPA-99.32", "outlives"): "needs erasure",
    ("COPPA", "retention"): "there are no retention rules yet",
}


class Held:
    """Collects the tests that carry a rule's name, and how each ended."""

    def __init__(self) -> None:
        self.tests: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the rules of each test that was collected."""
        for item in items:
            for mark in item.iter_markers("law"):
                rule, *ways = mark.args
                for way in ways:
                    self.tests[rule, way].add(item.nodeid.partition("[")[0])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended; one that was skipped shows nothing, so it did not pass."""
        test = report.nodeid.partition("[")[0]
        if report.outcome != "passed":
            self.failed.add(test)
        elif report.when == "call":
            self.passed.add(test)

    def holds(self, test: str) -> bool:
        """True where a test ran and passed, with every parameter it has."""
        return test in self.passed and test not in self.failed


def told(held: Held) -> tuple[list[str], list[str]]:
    """What to print, and what is wrong."""
    lines: list[str] = []
    wrong: list[str] = []
    for rule, ways in RULES.items():
        lines.append(rule)
        for way, sentence in ways.items():
            tests, reason = sorted(held.tests.get((rule, way), ())), PENDING.get((rule, way))
            lines.append(f"  {sentence}")
            if reason:
                lines.append(f"    PENDING: {reason}")
            if tests and reason:
                wrong.append(f"{rule}: “{way}” has a test and is still listed as pending")
            if not tests and not reason:
                wrong.append(f"{rule}: “{way}” has no test")
            for test in tests:
                holds = held.holds(test)
                lines.append(f"    {'holds' if holds else 'DID NOT PASS'}: {test}")
                if not holds:
                    wrong.append(f"{rule}: {test} did not pass")
        if all((rule, way) in PENDING for way in ways):
            wrong.append(f"{rule} has no test at all")
    known = {(rule, way) for rule, ways in RULES.items() for way in ways}
    unknown = sorted((set(held.tests) | set(PENDING)) - known)
    wrong += [f"{rule}: “{way}” is in no list of ways" for rule, way in unknown]
    return lines, wrong


def main(paths: list[str]) -> int:
    """Run the tests that carry a rule's name, print rule and test, and say what is wrong."""
    held = Held()
    pytest.main(
        ["-q", "-n0", "--no-header", "-m", "law and not soak", *(paths or ["tests"])],
        plugins=[held],
    )
    lines, wrong = told(held)
    console = Console(highlight=False, soft_wrap=True)
    console.print(escape("\n".join(lines)))
    pending = len(PENDING)
    console.print(
        f"\n{len(RULES)} rules; {pending} ways still pending, each with its reason above."
    )
    for line in dict.fromkeys(wrong):
        console.print(escape(f"WRONG: {line}"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
