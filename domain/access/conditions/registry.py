"""How a condition is declared: a named function over the facts, and what to say where it fails.

One missing thing is told once: where there is no agreement at all, the conditions on what it says
hold, and the one that asks for an agreement fails.
"""

from collections.abc import Callable
from dataclasses import dataclass

from domain.access.facts import Facts, Records

Test = Callable[[Facts, Records], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be so. `sentence` tells a person what is missing.

    `local` marks what the district chose, not the law. `to_person`: nobody is refused for good, a
    person decides and records the outcome by hand.
    """

    name: str
    code: str
    section: str
    sentence: str
    test: Test
    local: bool = False
    to_person: bool = False


CONDITIONS: dict[str, Condition] = {}


def condition(
    code: str, section: str, sentence: str, *, local: bool = False, to_person: bool = False
) -> Callable[[Test], Test]:
    """Declare the function below as a condition; grounds name it by the function's name."""

    def declare(test: Test) -> Test:
        name = test.__name__
        if name in CONDITIONS or any(found.code == code for found in CONDITIONS.values()):
            raise ValueError(f"the condition {name} or its code {code} is declared twice")
        CONDITIONS[name] = Condition(name, code, section, sentence, test, local, to_person)
        return test

    return declare
