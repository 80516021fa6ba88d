"""docs/api.md has every rule by which something can be refused, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from api.problems import HTTP_RULES
from exchange.sentences import KINDS, PATTERNS

ROOT = Path(__file__).parents[2]
# Where in a call the rule stands.
PLACE = {
    "Refused": 1,
    "Stopped": 1,
    "wrong_field": 2,
    "away": 0,
    "MomentWrong": 0,
    "Unfit": 0,
}  # of the rule in a call
TABLES = [rule for rule, _ in (*KINDS.values(), *PATTERNS.values(), *HTTP_RULES.values())]


def documented() -> list[str]:
    """The rules in the tables of the page."""
    rows = [line for line in (ROOT / "docs/api.md").read_text().splitlines() if line[:3] == "| `"]
    return [rule for row in rows for rule in re.findall(r"`([a-z0-9-]+)`", row.split("|")[1])]


def patterns() -> Iterator[str]:
    """The rules in the code, as regular expressions: some are put together."""
    yield from TABLES
    for folder in ("domain", "api"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and (rule := rule_of(node)) is not None:
                    yield rule
    yield from ("field-unknown", "value-not-allowed", "form-not-allowed")


def rule_of(call: ast.Call) -> str | None:
    """The rule that a call gives, where it makes a refusal."""
    name = getattr(call.func, "id", None)
    arguments = call.args
    if ast.unparse(call.func) == "super().__init__" and len(arguments) == 3:
        name = "Refused"  # one of its kinds
    if name not in PLACE or len(arguments) <= PLACE[name]:
        return None
    match arguments[PLACE[name]]:
        case ast.Constant(value=str(rule)):
            return rule
        case ast.JoinedStr(values=parts):
            return "".join(
                str(p.value) if isinstance(p, ast.Constant) else "[a-z-]+" for p in parts
            )
    return None


def test_every_rule_has_its_place_on_the_page() -> None:
    listed = documented()
    assert len(listed) == len(set(listed))
    found = set(patterns())
    assert len(found) > 80
    assert {p for p in found if not any(re.fullmatch(p, rule) for rule in listed)} == set()


def test_the_page_lists_no_rule_that_is_gone() -> None:
    found = set(patterns())
    assert [r for r in documented() if not any(re.fullmatch(p, r) for p in found)] == []
