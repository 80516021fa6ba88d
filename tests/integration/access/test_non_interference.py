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
from tests.integration.access.twins import (
    ANA,
    CLEA,
    CLEO,
    HIDINGS,
    ZED,
    Builder,
    Twin,
    named,
    observe,
    twin,
)

STAFF = ("counselor", "untrained", "teacher")
OTHERS = ("mother", "student", "provider", "stranger")
# What is hidden, where, and from whom. California lets a counselor keep a confidence. One by one
# they take minutes; all together they show that something is told, if not what.
Case = tuple[str, str, tuple[str, ...]]
CASES: list[Case] = [
    ("everything", "US", ("counselor", "teacher", "mother", "stranger")),
    ("silent entries", "US-CA", ("teacher", "student")),
    ("an entry on a closed record", "US", ("teacher",)),
]
ONE_BY_ONE: list[Case] = [
    ("silent entries", "US-CA", ("teacher", *OTHERS)),
    ("an entry on a closed record", "US", ("teacher", "stranger")),
    *((name, "US", (*STAFF, *OTHERS)) for name in (
        "silent entries", "a private note", "a silent remark", "a reclassified entry",
        "an answer that waits", "a withheld line", "another learner",
    )),
]  # fmt: skip
PAGES = 30  # of one list, before something is wrong

Twins = tuple[Twin, Twin]


@pytest.fixture(
    scope="module",
    params=[*CASES, *(pytest.param(case, marks=pytest.mark.soak) for case in ONE_BY_ONE)],
    ids=lambda case: f"{case[0]} in {case[1]}",
)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def twins(case: Case, postgres: EmbeddedPostgres) -> Iterator[Twins]:
    """A district with something hidden, and the same without it; both were looked at before."""
    hiding, jurisdiction, _ = case
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
    form: dict[str, str] | None = None

    def of(self, made: Twin, who: str) -> httpx.Response:
        return made.ask(who, self.method, self.path, json=self.json, data=self.form)


def questions(made: Twin) -> list[Question]:
    """Every route with every learner, entry and place there is to ask for, and with its filters."""
    asked: dict[Question, None] = {}
    for route in shown_routes(create_app(made.system)):
        every = list(paths(route.path, made))
        asked |= dict.fromkeys(Question("GET", path) for path in every)
        for query in queries(route, made):  # the first is of Ana, and of an entry that is open
            asked[Question("GET", f"{every[0]}?{urlencode(query)}")] = None
    return [*asked, *searches(made)]


def searches(made: Twin) -> Iterator[Question]:
    """What is asked by POST: lists by name and by group."""
    for body in ({"name": "lopez"}, {"name": "lopez", "limit": 1}, {"name": "zed"}):
        yield Question("POST", "/v1/learners/search", json=body)
    known = made.cursors.position(made.hidden[0])
    for cohort in (
        {"school": "north-high"},
        {"school": "north-high", "limit": 1},
        {"school": "south-high"},
        {"class": "9b"},
        {"grade": "9", "kinds": ["fact"]},
        {"learners": [str(ANA)], "known": known},
        {"learners": [str(ANA), str(ZED)]},
    ):
        yield Question("POST", "/v1/cohorts/profile", json=cohort)
    for form in ({"name": "Lopez"}, {"name": "Zed"}, {"name": "", "school": "south-high"}):
        yield Question("POST", "/search", form=form)


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


def test_what_is_hidden_changes_no_answer(twins: Twins, case: Case) -> None:
    wrong: list[str] = []
    asked = questions(twins[0])
    assert len(asked) > 100
    for who in case[2]:
        for question in asked:
            # A page says what time it is: the two may be asked before and after a full minute.
            if compare(twins, who, question):
                wrong += compare(twins, who, question)
    assert wrong == [], f"{len(wrong)} differences:\n" + "\n".join(wrong[:60])


# -- merged records ------------------------------------------------------------------------------


def on_the_other_record(here: Builder) -> None:
    """The merge and the order stand on Clea's record, and this on Cleo's."""
    here.hide(CLEO, observe("cleos", "Nobody may tell her mother."))


def test_an_order_on_a_merged_record_closes_the_log_of_the_other(
    postgres: EmbeddedPostgres,
) -> None:
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="throughline-")))
        made = stack.enter_context(
            twin(postgres, home, on_the_other_record, hides=True, jurisdiction="US")
        )
        assert made.ask("mother", "GET", f"/v1/learners/{CLEO}/profile").status_code == 403
        assert made.ask("mother", "GET", f"/v1/learners/{CLEA}/audit").status_code == 403
        assert made.ask("mother", "GET", f"/v1/learners/{CLEO}/audit").status_code == 403


def test_an_entry_on_a_closed_record_changes_nothing_of_the_one_merged_with_it(
    postgres: EmbeddedPostgres,
) -> None:
    """Only where entries of the closed record would be shown was it noticed that it is closed."""
    hide = HIDINGS["an entry on a closed record"]
    share = f"/learners/{CLEO}/notes/{named('nobody')}/share"
    statuses = []
    for hides in (True, False):
        with ExitStack() as stack:
            home = Path(stack.enter_context(TemporaryDirectory(prefix="throughline-")))
            made = stack.enter_context(twin(postgres, home, hide, hides=hides, jurisdiction="US"))
            statuses.append(made.ask("mother", "GET", share).status_code)
    assert statuses == [403, 403]
