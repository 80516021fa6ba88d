"""Reading the matrix, and what a decision answers for the records a row asks about."""

from dataclasses import dataclass
from pathlib import Path

from domain.access.decision import Decision, decide
from domain.access.facts import Facts
from domain.access.table import Table
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.phrases_outside import PHRASES

MATRIX = Path(__file__).with_name("matrix.md")


@dataclass(frozen=True)
class Case:
    """One row: what is different from the case of its ground, and what is expected."""

    ground: str
    different: str
    answer: str
    reason: str
    section: str

    def facts(self) -> Facts:
        """The facts of the row."""
        facts = BASELINES[self.ground]
        for phrase in self.different.split("; "):
            facts = PHRASES[phrase](facts)
        return facts

    def found(self, table: Table, facts: Facts | None = None) -> tuple[str, str, str]:
        """Answer, reason and section as the table has it."""
        facts = facts or self.facts()
        return outcome(decide(facts, table))


def outcome(decision: Decision) -> tuple[str, str, str]:
    """Answer, reason and section for the one group of records that was asked about."""
    for withheld in decision.withheld:
        silent = withheld.records in decision.shown_as_absent
        answer = "nothing there" if silent else "refuse"
        return answer, withheld.code, withheld.section
    (part,) = decision.parts
    return "allow", part.ground.code, part.ground.section


def cases() -> list[Case]:
    """All rows, in order."""
    found: list[Case] = []
    ground = ""
    for line in MATRIX.read_text().splitlines():
        if line.startswith("## "):
            ground = line.removeprefix("## ").strip()
        elif line.startswith("| ") and not line.startswith("| what is different"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            different, answer, reason, section = cells
            found.append(Case(ground, different, answer, reason, section))
    return found
