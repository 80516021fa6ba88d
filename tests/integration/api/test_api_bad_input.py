"""What people and programs get wrong: a clear problem each, and nothing recorded."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.compose import System
from tests.served import serving
from tests.varied import changes_of

SAID = {"area": "strengths", "text": "Led the group."}
NOBODY = "77777777-7777-4777-8777-777777777777"


def problem(answer: httpx.Response, status: int, rule: str, field: str | None = None) -> Any:
    """The problem of an answer, held to its form and to what is expected of it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["type"] == f"urn:throughline:problem:{rule}"
    assert found["status"] == status
    assert found["title"]
    assert found["detail"].endswith((".", "?"))
    if field is not None:
        assert [e["field"] for e in found["errors"]] == [field]
    return found


@pytest.fixture
def elsewhere(open_district: Callable[[], System]) -> System:
    """Another district in the same database."""
    return open_district()


@pytest.fixture
def there(elsewhere: System) -> Iterator[httpx.Client]:
    with serving(elsewhere) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield found


@pytest.fixture
def observe(client: httpx.Client, ana: str) -> Callable[..., httpx.Response]:
    def given(headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        url = f"/v1/learners/{ana}/record-observation"
        return client.post(url, json={**SAID, **more}, headers=headers)

    return given


FORM: list[tuple[dict[str, Any], str, str]] = [
    ({"text": 5}, "not-text", "text"),
    ({"text": None}, "not-text", "text"),
    ({"text": ["a"]}, "not-text", "text"),
    ({"text": ""}, "too-short", "text"),
    ({"text": "   "}, "too-short", "text"),
    ({"text": "a" * 20_001}, "too-long", "text"),
    ({"text": "a" * 1_000_000}, "too-long", "text"),
    ({"text": "bell \x07"}, "value-not-allowed", "text"),
    ({"text": "nul \x00"}, "value-not-allowed", "text"),
    ({"author_name": "Ana\nBen"}, "not-one-line", "author_name"),
    ({"area": "hobbies"}, "not-in-list", "area"),
    ({"area": 7}, "not-in-list", "area"),
    ({"effective": "2025-02-30"}, "not-a-date", "effective.from"),
    ({"effective": "yesterday"}, "value-not-allowed", "effective.from"),
    ({"effective": "1776-07-04"}, "value-not-allowed", "effective"),
    ({"effective": {"from": "2025-03-14", "until": "2025-03-14"}}, "value-not-allowed",
     "effective"),
    ({"effective": {"from": "2025-03-14", "to": "2025-03-15"}}, "field-unknown",
     "effective.to"),
    ({"effective": 7}, "not-an-object", "effective"),
    ({"received_on": "14/03/2025"}, "value-not-allowed", "received_on"),
    ({"received_on": "2025-02-30"}, "not-a-date", "received_on"),
    ({"received_on": 20250314}, "value-not-allowed", "received_on"),
    ({"source_recorded_at": "noon"}, "value-not-allowed", "source_recorded_at"),
    ({"source_recorded_at": "2025-03-14 noon"}, "not-an-instant", "source_recorded_at"),
    ({"gdpr_art9": "perhaps"}, "not-true-or-false", "gdpr_art9"),
    ({"author": "Ms Rivera"}, "not-an-id", "author"),
    ({"fact": "1"}, "not-an-id", "fact"),
    ({"data_class": "secret"}, "not-in-list", "data_class"),
    ({"custodian": "North High"}, "not-a-code", "custodian"),
    ({"language": "English, mostly"}, "not-a-language", "language"),
    ({"subjects": [NOBODY] * 21}, "too-many", "subjects"),
    ({"parts": [{"learner": NOBODY}]}, "required", "parts[0].text"),
    ({"parts": [{"learner": NOBODY, "text": "x", "txet": "y"}]}, "field-unknown", "parts[0].txet"),
    ({"txet": "Led."}, "field-unknown", "txet"),
    ({"": "Led."}, "field-unknown", "body"),
    ({"te\x00\u202ext\n!": "Led."}, "field-unknown", "text!"),
    ({"a" * 61: "Led."}, "field-unknown", "a" * 60),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "rule", "field"), FORM)
def test_a_wrong_field_is_named_with_its_rule(
    observe: Callable[..., httpx.Response],
    district: System,
    wrong: dict[str, Any],
    rule: str,
    field: str,
) -> None:
    before = changes_of(district)
    found = problem(observe(**wrong), 422, rule, field)
    for value in wrong.values():
        if isinstance(value, str) and len(value) > 6:
            assert value not in json.dumps(found)
    assert changes_of(district) == before


def test_a_field_of_another_name_is_met_with_the_likely_one(
    observe: Callable[..., httpx.Response],
) -> None:
    found = problem(observe(arae="needs"), 422, "field-unknown", "arae")
    assert found["detail"] == "The body has no field 'arae'. Did you mean 'area'?"
    found = problem(observe(Text="Led."), 422, "field-unknown", "Text")
    assert found["detail"] == "The body has no field 'Text'. Did you mean 'text'?"
    part = {"learner": NOBODY, "text": "x", "lerner": "y"}
    found = problem(observe(parts=[part]), 422, "field-unknown", "parts[0].lerner")
    assert found["detail"] == "parts[0] has no field 'lerner'. Did you mean 'learner'?"
    found = problem(observe(effective={"vom": "2025-03-14"}), 422, "field-unknown")
    assert found["detail"] == "effective has no field 'vom'. It has: from, until, precision."


def test_an_unknown_field_was_told_as_the_body_without_its_name(
    client: httpx.Client, ana: str, observe: Callable[..., httpx.Response]
) -> None:
    """Two of them, alone and on a line of many."""
    found = problem(observe(txet="Led.", notes="x"), 422, "form-not-valid")
    assert [(e["field"], e["rule"]) for e in found["errors"]] == [
        ("txet", "field-unknown"), ("notes", "field-unknown"),
    ]  # fmt: skip
    line = {"learner": ana, "command": "record-observation", "command_id": "x", "txet": "x", **SAID}
    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/v1/commands", content=json.dumps(line), headers=headers)
    [error] = json.loads(answer.text)["problem"]["errors"]
    assert error["field"] == "txet"
    assert error["detail"].endswith("Did you mean 'text'?")


def test_several_wrong_fields_are_told_at_once(observe: Callable[..., httpx.Response]) -> None:
    found = problem(observe(text=5, area="hobbies", effective="soon"), 422, "form-not-valid")
    assert {e["field"] for e in found["errors"]} == {"text", "area", "effective.from"}


def test_a_missing_field_is_named(client: httpx.Client, ana: str) -> None:
    answer = client.post(f"/v1/learners/{ana}/record-observation", json={"area": "needs"})
    assert problem(answer, 422, "required", "text")["detail"] == "text is required."


@pytest.mark.parametrize(
    "text", ["שלום, עולם", "\u202eright to left\u202c", "👩🏽‍🎓 first!", "tab\tand\nline", "Zoë ﷽"]
)
def test_text_of_every_script_is_kept_as_it_is(
    client: httpx.Client,
    district: System,
    observe: Callable[..., httpx.Response],
    ana: str,
    text: str,
) -> None:
    assert observe(text=text).status_code == 201
    district.projector.catch_up()
    told = client.get(f"/v1/learners/{ana}/timeline").json()["entries"]
    assert [e["body"]["text"] for e in told] == [text]


# -- the body and the request itself ----------------------------------------------------------

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        (b'{"area": "needs", "text": "torn', 400, "json-torn"),
        (b'{"area": "needs", "text": "\xff"}', 400, "json-torn"),
        (b'{"area": "needs", "text": "\\ud800"}', 400, "json-torn"),
        (b'{"area": NaN}', 400, "json-torn"),
        (b"[" * 100_000, 400, "json-torn"),
        (b"[]", 422, "not-an-object"),
        (b'"text"', 422, "not-an-object"),
        (b"null", 422, "not-an-object"),
        (b"", 422, "required"),
        (b'{"text": "' + b"a" * 1024 * 1024 + b'"}', 413, "body-too-large"),
    ],
)
def test_a_body_that_is_no_command_is_refused(
    client: httpx.Client, ana: str, body: bytes, status: int, rule: str
) -> None:
    url = f"/v1/learners/{ana}/record-observation"
    problem(client.post(url, content=body, headers=JSON), status, rule, "body")


def test_a_body_without_a_stated_length_is_cut_off_too(client: httpx.Client, ana: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(20):
            yield b"a" * 100_000

    answer = client.post(f"/v1/learners/{ana}/set-goal", content=endless(), headers=JSON)
    problem(answer, 413, "body-too-large", "body")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_another_media_type_is_refused(
    client: httpx.Client, ana: str, headers: dict[str, str]
) -> None:
    url = f"/v1/learners/{ana}/record-observation"
    answer = client.post(url, content=json.dumps(SAID).encode(), headers=headers)
    problem(answer, 415, "media-type-not-supported", "Content-Type")


def test_an_address_nobody_knows_and_a_method_it_does_not_take(client: httpx.Client) -> None:
    problem(client.get("/v1/pupils"), 404, "route-unknown")
    problem(client.post(f"/v1/learners/{NOBODY}/praise-learner", json={}), 404, "route-unknown")
    problem(client.delete("/v1/learners"), 405, "method-not-allowed")
    problem(client.get("/v1/learners/"), 404, "route-unknown")


@pytest.mark.parametrize("path", ["profile", "timeline", "compare"])
def test_of_a_day_that_was_given_twice_one_was_taken_without_a_word(
    client: httpx.Client, ana: str, path: str
) -> None:
    days = {"on": ["2025-03-14", "2026-03-14"]}
    answer = client.get(f"/v1/learners/{ana}/{path}", params=days)
    problem(answer, 422, "query-twice", "on")


def test_a_query_parameter_it_does_not_take_is_not_passed_over(
    client: httpx.Client, ana: str
) -> None:
    url = f"/v1/learners/{ana}/profile"
    problem(client.get(url, params={"dwarf": "1"}), 422, "query-unknown", "query")
    problem(client.get(url, params={"on": "2025-02-29"}), 422, "not-a-date", "on")
    problem(client.get(url, params={"on": "0001-01-01"}), 422, "on-too-early", "on")
    url = f"/v1/learners/{ana}/timeline"
    problem(client.get(url, params={"limit": "0"}), 422, "too-small", "limit")
    problem(client.get(url, params={"limit": "all"}), 422, "not-a-whole-number", "limit")
    url = f"/v1/learners/{ana}/audit"
    problem(client.get(url, params={"known": "2025-03-14"}), 422, "query-unknown", "query")
    problem(client.get("/v1/audit", params={"type": "reads"}), 422, "type-unknown", "type")
    problem(client.get("/v1/learners", params={"school": "\x00"}), 422, "not-a-code", "school")


def test_only_the_cursor_of_the_same_question_is_taken(
    client: httpx.Client, district: System, observe: Callable[..., httpx.Response], ana: str
) -> None:
    other = client.post("/v1/learners", json={"given_name": "Bo", "family_name": "Li"}).json()
    for _ in range(3):
        observe()
    district.projector.catch_up()
    url = f"/v1/learners/{ana}/timeline"
    cursor = client.get(url, params={"limit": 1}).json()["next"]
    for where, given in [
        (url, cursor[:-2]),
        (url, ("B" if cursor[0] == "A" else "A") + cursor[1:]),
        (url, cursor + "!"),
        (url, cursor + "="),
        (url, "ключ"),
        (url, ""),
        (f"/v1/learners/{ana}/audit", cursor),
        (f"/v1/learners/{other['learner']}/timeline", cursor),
        ("/v1/learners", cursor),
    ]:
        problem(client.get(where, params={"cursor": given}), 400, "cursor-not-valid", "cursor")
    problem(client.get(url, params={"after": cursor}), 400, "cursor-not-valid", "after")
    problem(client.get(url, params={"cursor": "a" * 401}), 422, "too-long", "cursor")


def test_a_page_of_another_site_cannot_record(client: httpx.Client, ana: str) -> None:
    url = f"/v1/learners/{ana}/record-observation"
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://example.org"},
        {"Origin": "null"},
    ):
        problem(client.post(url, json=SAID, headers=headers), 403, "other-site")
    own = {"Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert client.post(url, json=SAID, headers=own).status_code == 201


def test_a_name_that_merely_points_here_is_not_served(client: httpx.Client) -> None:
    for host in ("rebound.example.org", "", "127.0.0.1.example.org"):
        problem(client.get("/v1/learners", headers={"Host": host}), 421, "host-not-served")


# -- the domain's word ------------------------------------------------------------------------


def test_nothing_is_recorded_for_a_learner_of_another_district(
    there: httpx.Client, elsewhere: System, ana: str
) -> None:
    bodies = {
        "record-observation": SAID,
        "set-goal": {"text": "Read.", "horizon": "short_term", "kind": "academic"},
    }
    for name, body in bodies.items():
        problem(there.post(f"/v1/learners/{ana}/{name}", json=body), 404, "learner-unknown")
    assert changes_of(elsewhere) == 0


def test_a_learner_of_another_district_is_as_unknown_as_one_who_never_was(
    there: httpx.Client, district: System, ana: str
) -> None:
    district.projector.catch_up()
    for part in ("", "/profile", "/timeline", "/audit"):
        foreign = there.get(f"/v1/learners/{ana}{part}")
        nobody = there.get(f"/v1/learners/{NOBODY}{part}")
        problem(foreign, 404, "learner-unknown", "learner")
        assert foreign.content == nobody.content
    problem(there.get("/v1/learners/ana"), 422, "not-an-id", "learner")


def test_a_stale_version_is_told_what_changed(client: httpx.Client, ana: str) -> None:
    goal = {"text": "Read more.", "horizon": "short_term", "kind": "academic"}
    made = client.post(f"/v1/learners/{ana}/set-goal", json=goal)
    seen, mine = made.headers["ETag"], made.json()["ids"]["goal"]
    body = {"goal": mine, "text": "94 words."}
    assert client.post(f"/v1/learners/{ana}/reach-goal", json=body).status_code == 201
    answer = client.post(f"/v1/learners/{ana}/revise-goal", json=body, headers={"If-Match": seen})
    found = problem(answer, 412, "version-stale", "If-Match")
    assert found["changed"] == [{"version": 3, "type": "goal-reached", "subject": mine}]
    assert answer.headers["ETag"] == '"3"'


@pytest.mark.parametrize("given", ["17", '"a"', 'W/"1"', '"1", "2"', '"-1"', '"99999999999"'])
def test_an_if_match_that_is_no_etag_is_refused(
    observe: Callable[..., httpx.Response], given: str
) -> None:
    problem(observe({"If-Match": given}), 400, "if-match-not-valid", "If-Match")


def test_a_version_that_is_not_there_yet_is_stale(observe: Callable[..., httpx.Response]) -> None:
    problem(observe({"If-Match": '"99"'}), 412, "version-stale", "If-Match")


def test_a_key_used_for_something_else_is_refused(
    observe: Callable[..., httpx.Response], district: System
) -> None:
    key = {"Idempotency-Key": "one"}
    before = changes_of(district)
    assert observe(key).status_code == 201
    problem(observe(key, text="Another."), 422, "command-id-reused", "Idempotency-Key")
    assert changes_of(district) == before + 1


@pytest.mark.parametrize("key", ["", "a" * 201, "tab\there"])
def test_a_key_that_cannot_be_one_is_refused(
    observe: Callable[..., httpx.Response], key: str
) -> None:
    problem(observe({"Idempotency-Key": key}), 422, "key-not-valid", "Idempotency-Key")


def test_what_the_record_does_not_allow_is_refused_with_its_rule(
    client: httpx.Client, ana: str
) -> None:
    ghost = str(uuid4())
    for name, body, rule, field in [
        ("reach-goal", {"goal": ghost, "text": "Done."}, "goal-unknown", "goal"),
        ("withdraw-consent", {"consent": ghost}, "consent-never-granted", "consent"),
        ("retract-fact", {"fact": ghost, "reason": "Mistake."}, "fact-unknown", "fact"),
        ("hold-review", {"participants": [], "agreed": "x"}, "review-without-participants",
         "participants"),
        ("record-observation", {**SAID, "effective": "2199-01-01"}, "effective-in-future",
         "effective"),
        ("record-observation", {**SAID, "subjects": [ghost]}, "content-under-another-key",
         "parts"),
    ]:  # fmt: skip
        problem(client.post(f"/v1/learners/{ana}/{name}", json=body), 422, rule, field)


# -- many at once -----------------------------------------------------------------------------


def test_a_wrong_line_stops_none_of_the_others(
    client: httpx.Client, district: System, ana: str
) -> None:
    def line(**more: Any) -> bytes:
        command = {"learner": ana, "command": "record-observation", "command_id": str(uuid4())}
        return json.dumps({**command, **SAID, **more}).encode()

    wrong = [
        b'{"torn',
        b"\xff\xfe",
        b"[1]",
        b"{}",
        line(learner="ana"),
        line(command="praise"),
        line(command_id="a" * 201),
        line(command_id="bell \x07"),
        line(txet="x"),
        line(text="a" * 1024 * 1024),
        line(text="a" * 30_000),
    ]
    rules = [
        "json-torn", "json-torn", "not-an-object", "form-not-valid", "not-an-id",
        "command-unknown", "too-long", "key-not-valid", "field-unknown", "body-too-large",
        "too-long",
    ]  # fmt: skip
    before = changes_of(district)
    body = b"\n".join(piece for bad in wrong for piece in (bad, line()))
    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/v1/commands", content=body, headers=headers)
    answers = [json.loads(text) for text in answer.text.splitlines()]
    assert [a["line"] for a in answers] == list(range(1, 2 * len(wrong) + 1))
    assert [a["problem"]["type"].rpartition(":")[2] for a in answers[::2]] == rules
    assert [a["status"] for a in answers[1::2]] == [201] * len(wrong)
    assert changes_of(district) == before + len(wrong)


def test_a_bulk_body_of_another_media_type_is_refused(client: httpx.Client) -> None:
    problem(client.post("/v1/commands", json=[]), 415, "media-type-not-supported")


def test_a_field_that_stands_twice_is_refused(client: httpx.Client, ana: str) -> None:
    body = b'{"area": "strengths", "area": "needs", "text": "Led the group."}'
    answer = client.post(
        f"/v1/learners/{ana}/record-observation",
        content=body,
        headers={"Content-Type": "application/json"},
    )
    problem(answer, 400, "field-twice", "body")


def test_a_form_around_a_file_is_refused_since_it_would_be_kept_with_it(
    client: httpx.Client, ana: str
) -> None:
    answer = client.post(
        f"/v1/learners/{ana}/attachments", files={"file": ("a.txt", b"abc", "text/plain")}
    )
    problem(answer, 415, "media-type-not-supported", "Content-Type")
