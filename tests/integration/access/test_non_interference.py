"""What somebody may not see changes nothing of what they are answered: not a byte, not a count.

Two districts are asked the same, address by address, over every route that answers a GET, the
questions that are asked by POST, and every page.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from api.app import create_app
from store.embedded import EmbeddedPostgres
from tests.integration.access.routes import paths, queries, shown_routes
from tests.integration.access.twins import ANA, HIDINGS, Twin, twin
from tests.integration.api.conftest import quiet

STAFF = ("counselor", "untrained", "teacher")
OTHERS = ("mother", "student", "provider", "stranger")
# What is hidden, where, and from whom. California lets a counselor keep a confidence.
CASES = {
    ("silent entries", "US"): (*STAFF, *OTHERS),
    ("silent entries", "US-CA"): ("teacher", *OTHERS),
    ("a private note", "US"): (*STAFF, *OTHERS),
    ("a silent remark", "US"): (*STAFF, *OTHERS),
    ("a reclassified entry", "US"): (*STAFF, *OTHERS),
    ("another learner", "US"): (*STAFF, *OTHERS),
    ("an entry on a closed record", "US"): ("teacher", "mother", "stranger"),
}
PAGES = 30  # of one list, before something is wrong

Twins = tuple[Twin, Twin]


@pytest.fixture(scope="module", params=CASES, ids=" in ".join)
def case(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


@pytest.fixture(scope="module")
def twins(case: tuple[str, str], postgres: EmbeddedPostgres) -> Iterator[Twins]:
    """A district with something hidden, and the same without it; both were looked at before."""
    quiet()
    hiding, jurisdiction = case
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="throughline-")))
        one, other = (
            stack.enter_context(
                twin(postgres, home, HIDINGS[hiding], hides=hides, jurisdiction=jurisdiction)
            )
            for hides in (True, False)
        )
        assert one.hidden == other.hidden
        for made in (one, other):
            for who in ("counselor", "author", "teacher", "officer", "mother", "stranger"):
                for path in (f"/v1/learners/{ANA}/profile", f"/learners/{ANA}/timeline"):
                    made.ask(who, "GET", path)
            made.settle()
            made.ask("author", "GET", f"/v1/learners/{ANA}")  # the log is ahead of what is read
        assert one.system.recorder.max_notification_id() == (
            other.system.recorder.max_notification_id()
        )
        yield one, other


@dataclass(frozen=True)
class Question:
    """A request."""

    method: str
    path: str
    json: dict[str, Any] | None = None

    def of(self, made: Twin, who: str) -> httpx.Response:
        return made.ask(who, self.method, self.path, json=self.json)


def questions(made: Twin) -> list[Question]:
    """Every route with every learner, entry and place there is to ask for, and with its filters."""
    asked: dict[Question, None] = {}
    for route in shown_routes(create_app(made.system)):
        every = list(paths(route.path, made))
        asked |= dict.fromkeys(Question("GET", path) for path in every)
        for query in queries(route, made):  # the first is of Ana, and of an entry that is open
            asked[Question("GET", f"{every[0]}?{urlencode(query)}")] = None
    return list(asked)


def compare(twins: Twins, who: str, question: Question) -> list[str]:
    """What differs of an answer, and of every page after it."""
    wrong = []
    for number in range(PAGES):
        answers = [question.of(made, who) for made in twins]
        one, other = (made.told(a) for made, a in zip(twins, answers, strict=True))
        what = ("status", "headers", "body")
        wrong += [
            f"{who} {question.path[:90]}, page {number}: {name} differs: {cut(a, b)}"
            for name, a, b in zip(what, one, other, strict=True)
            if a != b
        ]
        following = next_of(question, answers[0])
        if wrong or following is None:
            return wrong
        question = following
    raise AssertionError(f"{question.path} has no last page")


def cut(one: object, other: object) -> str:
    """The first place where two texts differ."""
    a, b = str(one), str(other)
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    return f"{a[max(at - 60, 0) : at + 60]!r} / {b[max(at - 60, 0) : at + 60]!r}"


def next_of(question: Question, answer: httpx.Response) -> Question | None:
    if "json" not in answer.headers.get("content-type", "") or answer.status_code != 200:
        return None
    cursor = answer.json().get("next") if isinstance(answer.json(), dict) else None
    if cursor is None:
        return None
    if question.json is not None:
        return Question(question.method, question.path, {**question.json, "cursor": cursor})
    path, _, query = question.path.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("cursor=")]
    return Question("GET", f"{path}?{'&'.join([*kept, f'cursor={cursor}'])}")


def test_what_is_hidden_changes_no_answer(twins: Twins, case: tuple[str, str]) -> None:
    wrong: list[str] = []
    asked = questions(twins[0])
    assert len(asked) > 100
    for who in CASES[case]:
        for question in asked:
            # A page says what time it is: the two may be asked before and after a full minute.
            if compare(twins, who, question):
                wrong += compare(twins, who, question)
    assert wrong == [], f"{len(wrong)} differences:\n" + "\n".join(wrong[:60])
