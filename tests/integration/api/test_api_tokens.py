"""An answer handed on as a token is the same bytes later, or says why it cannot be."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.compose import Databases, System
from api.cursors import Cursors
from domain.words import Retention
from store.keys import KeyId
from tests.integration.api.desk import Answer, Desk, fact_of
from tests.integration.api.test_api_bad_input import problem
from tests.running import throughline
from tests.served import serving


@pytest.fixture
def desk(client: httpx.Client, district: System) -> Desk:
    return Desk(client, district)


def repeat(desk: Desk, token: str) -> httpx.Response:
    return desk.ask(f"answers/{token}")


def answer_bytes(answer: httpx.Response) -> bytes:
    """The bytes of `answer` in what a token was answered with: it comes last."""
    _, _, rest = answer.content.partition(b'"answer":{')
    return b"{" + rest[:-1]


def without(answer: Answer, *names: str) -> Answer:
    return {name: value for name, value in answer.items() if name not in names}


PLACES: list[tuple[str, dict[str, str]]] = [
    ("profile", {"on": "2025-02-01"}),
    ("profile", {"on": "2025-02-01", "known": "then"}),
    ("profile", {"on": "2025-02-01", "known": "then", "viewer": "recipient"}),
    ("profile", {"on": "2025-02-01", "known": "2020-01-01"}),  # before our file began
    ("goals", {"on": "2025-02-01"}),
    ("consents", {"known": "then"}),
]


@pytest.mark.parametrize(("what", "place"), PLACES)
def test_an_answer_is_the_same_bytes_whatever_was_recorded_since(
    desk: Desk, ana: str, what: str, place: dict[str, str]
) -> None:
    fact = fact_of(desk.observe(ana, source="import: SIS", text="Zoë plays 围棋."))
    goal = {"text": "Read more.", "horizon": "short_term", "kind": "academic"}
    known = desk.tell(ana, "set-goal", effective="2025-01-10", **goal)["position"]
    asked = {**place, "known": known} if place.get("known") == "then" else place
    given = desk.read(ana, what, **asked)
    first = repeat(desk, given["token"])
    assert first.json()["same"] is True
    assert first.json()["answer"] == without(given, "token")
    assert sha256(answer_bytes(first)).hexdigest() == first.json()["sha256"]

    desk.tell(ana, "supersede-fact", fact=fact, changes={"text": "Go."}, effective="2025-01-20")
    desk.tell(ana, "correct-fact", fact=fact, changes={"text": "Draughts."}, ground="Misheard.")
    desk.observe(ana, "2025-01-01", source="import: SIS")
    assert repeat(desk, given["token"]).content == first.content


def test_an_answer_is_the_same_bytes_in_another_process_and_after_a_rebuild(
    desk: Desk, databases: Databases, ana: str
) -> None:
    known = desk.observe(ana)["position"]
    desk.observe(ana)
    given = desk.read(ana, on="2025-02-01", known=known)
    first = repeat(desk, given["token"])
    environment = {
        "DATABASE_URL": databases.app,
        "MIGRATE_URL": databases.owner,
        "THROUGHLINE_HOME": str(desk.district.settings.home),
        "THROUGHLINE_TENANT": desk.district.settings.tenant,
    }
    with throughline("serve", "--port", "0", **environment) as other:
        address = other.says(r"(http://127\.0\.0\.1:\d+)")
        there = httpx.get(f"{address}/v1/answers/{given['token']}", timeout=30)
        assert there.content == first.content
    desk.district.projector.rebuild()
    again = repeat(desk, given["token"])
    assert again.content == first.content
    assert desk.read(ana, on="2025-02-01", known=known) == given


def test_an_answer_whose_content_was_erased_says_so(desk: Desk, ana: str) -> None:
    desk.observe(ana)
    given = desk.read(ana, on="2025-02-01")
    tenant = desk.district.mapper.tenant
    desk.district.mapper.keys.destroy(KeyId(tenant, UUID(ana), Retention.PROFILE))
    found = repeat(desk, given["token"]).json()
    assert (found["same"], found["because"]) == (False, ["erased"])
    [entry] = [e for e in found["answer"]["entries"] if e["kind"] == "fact"]
    assert (entry["body"], entry["provenance"]["erased"]) == ({}, True)
    assert found["sha256"] != sha256(json.dumps(found["answer"]).encode()).hexdigest()


@pytest.mark.parametrize("viewer", ["custodian", "recipient"])
@pytest.mark.parametrize(
    ("command", "more", "how"),
    [
        ("retract-fact", {"reason": "Meant for Ben.", "wrong_learner": True}, "wrong-learner"),
        ("retract-fact", {"reason": "Another day."}, "retracted"),
        ("amend-fact", {"changes": {"text": "Plays go."}, "ground": "Granted."}, "amended"),
    ],
)
def test_what_was_taken_away_since_is_told_and_shown_to_the_custodian_alone(
    desk: Desk, ana: str, *, viewer: str, command: str, more: dict[str, Any], how: str
) -> None:
    fact = fact_of(desk.observe(ana, text="A word that was struck out."))
    given = desk.read(ana, on="2025-02-01", viewer=viewer)
    assert repeat(desk, given["token"]).json()["removed_since"] == {}
    gone = desk.tell(ana, command, fact=fact, **more)
    again = repeat(desk, given["token"])
    found = again.json()
    [entry] = [e for e in found["answer"]["entries"] if e["kind"] == "fact"]
    mark = {"position": gone["position"], "how": how}
    assert found["removed_since"] == {fact: mark}
    if viewer == "custodian":
        assert (found["same"], found["because"]) == (True, [])
        assert found["answer"] == without(given, "token")
        assert sha256(answer_bytes(again)).hexdigest() == found["sha256"]
    else:
        assert (found["same"], found["because"]) == (False, [how])
        assert (entry["withheld"], entry["body"]) == (True, {})
        assert "struck out" not in again.text


# -- tokens that cannot be answered -------------------------------------------------------------


@pytest.fixture
def elsewhere(open_district: Callable[[], System]) -> Iterator[Desk]:
    """The desk of another district in the same database."""
    other = open_district()
    with serving(other) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield Desk(found, other)


def test_a_token_of_another_district_is_refused(desk: Desk, elsewhere: Desk, ana: str) -> None:
    token = desk.read(ana)["token"]
    elsewhere.register()
    problem(repeat(elsewhere, token), 400, "cursor-not-valid", "token")


def test_a_torn_token_is_refused(desk: Desk, ana: str) -> None:
    found = desk.read(ana)
    token, position = found["token"], found["coordinates"]["known_at"]["position"]
    changed = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    for torn in (token[:-1], token[1:], changed, f"{token}A", position, "token"):
        problem(repeat(desk, torn), 400, "cursor-not-valid", "token")


def test_a_token_of_an_older_fold_is_refused_with_what_to_do(
    desk: Desk, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("api.routers.repeated.VERSION", "0123456789ab")
        token = desk.read(ana)["token"]
        assert repeat(desk, token).json()["same"] is True
    tenant = desk.district.settings.tenant
    cursors = Cursors(lambda: desk.district.mapper.keys.secret(tenant, "cursor"))
    shorter = cursors.give("token", "0123456789ab", ana)
    for older_one in (token, shorter):
        found = problem(repeat(desk, older_one), 410, "token-of-older-fold", "token")
        assert "Ask the question again." in found["detail"]


def test_a_token_holds_no_words_of_the_record(desk: Desk, ana: str) -> None:
    desk.observe(ana)
    token = desk.read(ana)["token"]
    assert ana not in token
    assert len(token) <= 400
