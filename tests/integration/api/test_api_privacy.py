"""Personal data never reaches a log line, an exception's text or a URL."""

import io
import json
import logging
import sys
import traceback
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from api import app, logs, middleware
from api.compose import System
from api.problems import Stopped, stopped
from api.routers import bulk
from tests.integration.api.test_api_bad_input import problem

CANARY = "Quetzalcoatl"  # stands for whatever somebody may type about a child
# What stands in addresses: ids, codes, dates and opaque texts.
ADDRESSED = {
    "learner", "attachment", "group", "on", "cursor", "limit", "after", "school", "grade",
    "person", "type", "known", "viewer", "entry", "token", "other_on", "other_known",
    "kind", "from", "until", "days", "state", "notice",
}  # fmt: skip
SAID = {"area": "strengths", "text": f"{CANARY} led the group."}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """All that the process writes to its log, errors of libraries included."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(sys, "stdout", written)
    logs.configure_logs(logging.DEBUG)
    for name in logs.QUIET:
        logging.getLogger(name).setLevel(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # the client's own
        logging.getLogger(name).setLevel(logging.WARNING)
    return written


def everything(client: httpx.Client, learner: str) -> Iterator[httpx.Response]:
    """Requests right and wrong, each with the canary wherever a client could put it."""
    record = f"/v1/learners/{learner}/record-observation"
    json_type = {"Content-Type": "application/json"}
    ndjson = {"Content-Type": "application/x-ndjson"}
    yield client.post("/v1/learners", json={"given_name": CANARY, "family_name": CANARY})
    yield client.post(record, json=SAID)
    yield client.post(record, json=SAID, headers={"Idempotency-Key": CANARY})
    yield client.post(record, json={**SAID, "text": "x"}, headers={"Idempotency-Key": CANARY})
    for field in ("area", "effective", "author", "custodian", "language", "data_class", "fact",
                  "received_on", "source_recorded_at", "gdpr_art9", "subjects", "parts",
                  "attachments", CANARY):  # fmt: skip
        yield client.post(record, json={**SAID, field: CANARY})
    yield client.post(record, json={**SAID, "text": CANARY + "\x00"})
    yield client.post(record, json={**SAID, "text": CANARY * 20_000})
    yield client.post(record, json=[CANARY])
    yield client.post(record, content=f'{{"text": "{CANARY}'.encode(), headers=json_type)
    yield client.post(record, content=CANARY.encode(), headers={"Content-Type": CANARY})
    yield client.post(record, json=SAID, headers={"If-Match": CANARY})
    yield client.post(f"/v1/learners/{learner}/reach-goal",
                      json={"goal": learner, "text": CANARY})  # fmt: skip
    fact = client.post(record, json=SAID).json()["ids"]["fact"]
    for changes in ({CANARY: "x"}, {"text": 7}, {"text": CANARY + "\x00"}):
        yield client.post(f"/v1/learners/{learner}/correct-fact",
                          json={"fact": fact, "ground": CANARY, "changes": changes})  # fmt: skip
    yield client.post("/v1/learners/search", json={"name": CANARY})
    yield client.post("/v1/learners/search", json={"name": CANARY, "school": CANARY})
    lines = [
        {"learner": learner, "command": "record-observation", "command_id": CANARY, **SAID},
        {"learner": CANARY, "command": CANARY, "command_id": CANARY},
        {"learner": learner, "command": "record-observation", "command_id": "x", CANARY: CANARY},
    ]
    body = "\n".join([*map(json.dumps, lines), f'{{"{CANARY}'])
    yield client.post("/v1/commands", content=body.encode(), headers=ndjson)
    # What a client must not do, and what the log must bear all the same.
    yield client.get(f"/v1/learners/{CANARY}")
    yield client.get(f"/{CANARY}")
    yield client.get("/v1/learners", params={"school": CANARY, "name": CANARY})
    yield client.get("/v1/learners", params={CANARY: CANARY})
    yield client.get("/v1/audit", params={"type": CANARY, "person": CANARY})
    yield client.get(f"/v1/learners/{learner}/timeline", params={"cursor": CANARY})
    yield client.request(CANARY, "/v1/learners")
    yield client.get("/v1/learners", headers={"Host": CANARY})
    yield client.get("/v1/learners", headers={"X-Request-ID": CANARY, "User-Agent": CANARY})


def logged(said: io.StringIO, word: str, times: int) -> list[str]:
    """The lines of the log, once so many have a word: a request's own follows its answer."""
    ends = monotonic() + 60
    while True:
        lines = said.getvalue().splitlines()
        if sum(word in line for line in lines) >= times or monotonic() > ends:
            return lines
        sleep(0.01)


def test_personal_data_never_reaches_a_log_line(
    said: io.StringIO, client: httpx.Client, ana: str
) -> None:
    answers = list(everything(client, ana))
    assert len(answers) >= 40
    assert all(a.status_code < 500 for a in answers)
    assert not any("X-Request-ID" in a.headers and CANARY in str(a.headers) for a in answers)
    lines = logged(said, '"event": "request"', len(answers))
    assert sum('"event": "request"' in line for line in lines) >= len(answers)
    assert [line for line in lines if CANARY in line] == []
    assert [line for line in lines if ana in line] == []


def test_personal_data_never_reaches_the_text_of_an_exception(
    client: httpx.Client, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []

    def noted(error: Exception) -> Stopped | None:
        texts.extend(traceback.format_exception(error))
        return stopped(error)

    for module in (app, middleware, bulk):
        monkeypatch.setattr(module, "stopped", noted)
    list(everything(client, ana))
    assert len(texts) >= 30
    assert [text for text in texts if CANARY in text] == []


def test_personal_data_never_reaches_a_url(
    client: httpx.Client, district: System, document: Any
) -> None:
    """Names go in bodies alone; what a client gets to put into an address holds none."""
    for path, item in document["paths"].items():
        for route in item.values():
            parameters = {p["name"] for p in route.get("parameters", []) if p["in"] != "header"}
            assert parameters <= ADDRESSED, path
    for family in (CANARY, f"{CANARY} Second", f"{CANARY} Third"):
        client.post("/v1/learners", json={"given_name": CANARY, "family_name": family})
    district.projector.catch_up()
    page = client.post("/v1/learners/search", json={"name": CANARY, "limit": 1})
    cursor = page.json()["next"]
    assert cursor is not None
    for text in (cursor, page.json()["coordinates"]["known_at"]["position"]):
        padded = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        assert CANARY.encode() not in padded
    for answer in (page, client.get("/v1/learners"), client.get("/v1/audit")):
        assert CANARY not in str(answer.headers)


def test_what_a_problem_says_never_repeats_what_was_sent(client: httpx.Client, ana: str) -> None:
    """But for the name of a field that does not belong: a name of the client's, not a value."""
    unknown = (f'"field":"{CANARY}","rule":"field-unknown"', f"The body has no field '{CANARY}'.")
    for answer in everything(client, ana):
        if answer.status_code >= 400 or "ndjson" in answer.headers["Content-Type"]:
            text = answer.text
            for told in unknown:
                text = text.replace(told, "")
            assert CANARY not in text


def test_an_error_nobody_expected_is_logged_without_its_text(
    said: io.StringIO, client: httpx.Client, district: System, ana: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise LookupError(CANARY)

    monkeypatch.setattr(type(district.reader), "profile", broken)
    district.projector.catch_up()
    found = problem(client.get(f"/v1/learners/{ana}/profile"), 500, "unexpected")
    assert CANARY not in json.dumps(found)
    assert "Traceback" not in json.dumps(found)
    [line] = [line for line in logged(said, "LookupError", 1) if "LookupError" in line]
    assert json.loads(line)["request_id"] in found["detail"]
    assert CANARY not in said.getvalue()
