"""Every answer that shows a learner has its entry in the log, on every route and for every role.

schemathesis writes the requests from the OpenAPI document, right and wrong ones; who sends each of
them changes all the time. The pages, which are in no such document, are asked one by one.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from api.app import create_app
from api.signin.signed_in import ASKING
from domain.identity import RegisterLearner
from domain.people import RegisterPerson
from domain.reads import AccessRecorded
from store.embedded import EmbeddedPostgres
from tests.integration.access.routes import paths, queries, shown_routes
from tests.integration.access.twins import ANA, CLEA, CLEO, FAR, HIDINGS, ZED, Twin, named, twin

ROLES = (
    "counselor", "teacher", "officer", "mother", "student", "provider", "untrained", "stranger",
)  # fmt: skip
LEARNERS = (ANA, CLEO, CLEA, ZED, FAR)
# By what a learner is recognised in an answer.
WORDS = {re.compile(rf"\b{name}\b"): one for name, one in
         (("Ana", ANA), ("Cleo", CLEO), ("Clea", CLEA), ("Zed", ZED), ("Away", FAR))}  # fmt: skip
# Two records of one child: an entry of one of them may name the other.
SAME = {CLEO: CLEA, CLEA: CLEO}
WRITTEN, EMPLOYED = named("written"), named("employed")  # what the requests may change
OFTEN = 100  # a read is tried so many times as a command


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[Twin]:
    """A district with everything in it that can be hidden from somebody."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="throughline-")))

        def everything(here: Any) -> None:
            for name in ("everything", "an entry on a closed record"):
                HIDINGS[name](here)
            here.tell(WRITTEN, RegisterLearner(given_name="Wren", family_name="Lopez"))
            here.tell(EMPLOYED, RegisterPerson(name="Somebody New"))

        yield stack.enter_context(
            twin(postgres, home, everything, hides=True, jurisdiction="US-CA")
        )


@dataclass
class Watch:
    """Sends requests as one person or another, and looks into the log after each."""

    district: Twin
    chance: Random
    tried: int = 0
    shown: int = 0  # answers that showed a learner
    seen: int = 0  # the last position of the log that was looked at
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen = self.district.system.recorder.max_notification_id() or 0

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        if self.tried % 20 == 0:
            self.district.system.projector.catch_up()
        self.tried += 1
        answer = self.district.ask(who, method, path, **more)
        where = f"{who} {method} {path[:120]}: {answer.status_code}"
        if answer.status_code >= 500:
            self.wrong.append(f"{where} {answer.text[:200]}")
        entries = self._entries()
        if answer.status_code == 200 and "version" not in _receipt(answer):
            self.wrong += [f"{where}: {what}" for what in self._missing(who, answer, entries)]
        return answer

    def _entries(self) -> list[AccessRecorded]:
        """What came into the log since it was last looked at."""
        system = self.district.system
        found = system.recorder.select_notifications(
            self.seen + 1, 10_000, topics=["access-recorded"]
        )
        events = cast(list[AccessRecorded], system.mapper.open(list(found)))
        self.seen = max([self.seen, *(e.position for e in events)])
        return events

    def _missing(
        self, who: str, answer: httpx.Response, entries: list[AccessRecorded]
    ) -> Iterator[str]:
        """What an answer shows and the log does not have."""
        own = [
            e
            for e in entries
            if str(e.correlation_id) == answer.headers["x-request-id"]
            and e.entered_by == self.district.people[who].id
        ]
        noted = {e.learner for e in own if e.allowed}
        shows = learners_in(answer)
        self.shown += bool(shows)
        noted |= {two for one in noted if (two := SAME.get(one))}
        yield from (f"shows {one} and has no entry" for one in shows - noted)
        positions = {self.district.cursors.position_from(p, "p") for p in positions_in(answer)}
        facts = {p for e in own for p in e.facts}
        if missing := positions - facts:
            yield f"shows the positions {sorted(missing)} and its entries do not"


def learners_in(answer: httpx.Response) -> set[UUID]:
    """The learners of whom an answer tells something.

    A page that only has the id from its own address, such as a blank form, tells nothing.
    """
    text, page = answer.text, "text/html" in answer.headers.get("content-type", "")
    by_name = {one for word, one in WORDS.items() if word.search(text)}
    # An entry about several learners says by id on whose record it stands, and no more of them.
    by_id = {one for one in LEARNERS if one != FAR and str(one) in text}
    asked = {one for one in by_id if str(one) in str(answer.url)}
    return by_name | (by_id - asked if page else by_id)


def positions_in(answer: httpx.Response) -> set[str]:
    """The positions of events that a JSON answer tells of; its coordinates are none of them."""
    if "application/json" not in answer.headers.get("content-type", ""):
        return set()
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            of_a_person = value.get("learner") not in (None, *map(str, LEARNERS), str(WRITTEN))
            if isinstance(value.get("provenance"), dict) and not of_a_person:
                found.add(value["provenance"]["position"])
            for name, inner in value.items():
                if name not in ("coordinates", "other_coordinates"):
                    look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(answer.json())
    return found


def _receipt(answer: httpx.Response) -> Any:
    """A receipt tells who recorded something what it was: the event is its own entry."""
    if "Idempotency-Replayed" in answer.headers or "ndjson" in answer.headers.get(
        "content-type", ""
    ):
        return {"version": None}
    return {}


@schemathesis.serializer("application/x-ndjson")
def one_line(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A bulk body of one line."""
    return json.dumps(value).encode() + b"\n"


def walk(watch: Watch, document: Any, cases: int) -> None:
    """About so many requests by the document; each role sends its share of every route."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=str(watch.district.client.base_url).rstrip("/"))
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    reads = [o for o in operations if o.method == "get" or o.path in ASKING]
    weight = cases / (OFTEN * len(reads) + len(operations) - len(reads))
    for operation in operations:
        reading = operation in reads
        share = max(1, round(weight * (OFTEN if reading else 1)))
        for mode, count in zip(GenerationMode, (share - share // 3, share // 3), strict=True):
            if not count or (mode is GenerationMode.NEGATIVE and not takes_anything(operation)):
                continue
            tries = operation.as_strategy(generation_mode=mode)

            run = settings(
                max_examples=count,
                derandomize=True,
                phases=(Phase.generate,),
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )(given(case=tries)(sender(watch, reading=reading)))
            try:
                run()
            except Unsatisfiable:
                continue


def sender(watch: Watch, *, reading: bool) -> Callable[[Case[Any]], None]:
    """Sends the requests of one route, each as somebody else."""

    def send(case: Case[Any]) -> None:
        aim(case, watch, reading=reading)
        sent = case.as_transport_kwargs()
        more = {k: sent[k] for k in ("json", "params") if sent.get(k) is not None}
        if sent.get("data") is not None:
            data = sent["data"]
            more["content" if isinstance(data, bytes | str) else "data"] = data
        headers = {k: v for k, v in dict(sent["headers"]).items() if k.lower() != "cookie"}
        watch.ask(watch.chance.choice(ROLES), sent["method"], sent["url"], headers=headers, **more)

    return send


def takes_anything(operation: Any) -> bool:
    """Whether a request to it could be wrong."""
    return bool(operation.query or operation.body)


def aim(case: Case[Any], watch: Watch, *, reading: bool) -> None:
    """Most requests are about somebody who is there; what is changed is nobody's who is read."""
    chance, given_ids = watch.chance, case.path_parameters or {}
    if "learner" in given_ids and chance.random() < 0.9:
        given_ids["learner"] = str(chance.choice([ANA, ANA, *LEARNERS]) if reading else WRITTEN)
    if "person" in given_ids and chance.random() < 0.9:
        people = [one.id for one in watch.district.people.values()]
        given_ids["person"] = str(chance.choice(people) if reading else EMPLOYED)
    if reading and case.query and chance.random() < 0.5:
        case.query = {k: v for k, v in case.query.items() if k in ("limit", "on")}
    if case.path.endswith("/cohorts/profile") and chance.random() < 0.8:
        case.body = {"school": "north-high"}
    if case.path.endswith("/learners/search") and chance.random() < 0.8:
        case.body = {"name": chance.choice(["ana", "cle", "zed", "lopez"])}


@pytest.mark.law("FERPA-99.32", "bulk-routes")
# Of some routes there are fewer different requests than their share: more are asked for than made.
@pytest.mark.parametrize("cases", [1_000, pytest.param(20_000, marks=pytest.mark.soak)])
def test_no_route_shows_a_learner_to_any_role_without_an_entry(district: Twin, cases: int) -> None:
    watch = Watch(district, Random(cases))
    document = district.client.get("/openapi.json").json()
    walk(watch, document, round(cases * 1.25))
    assert watch.wrong == [], f"{len(watch.wrong)} wrong:\n" + "\n".join(watch.wrong[:30])
    assert watch.tried >= cases
    assert watch.shown >= cases * 0.05  # the others were refused, wrong, or found nobody


@pytest.mark.parametrize("who", ROLES)
def test_no_page_shows_a_learner_to_any_role_without_an_entry(district: Twin, who: str) -> None:
    watch = Watch(district, Random(1))
    for route in shown_routes(create_app(district.system)):
        every = list(paths(route.path, district))
        for path in every:
            watch.ask(who, "GET", path)
        for query in queries(route, district):
            watch.ask(who, "GET", every[0], params=query)
    if not watch.tried:
        raise AssertionError("no page was asked for")
    for name in ("Lopez", "Cle"):
        watch.ask(who, "POST", "/search", data={"name": name})
    assert watch.wrong == [], "\n".join(watch.wrong[:30])
