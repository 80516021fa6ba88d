"""Nothing leaves before all it read is on disk: reads, refusals, conflicts and repeats too."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import httpx
import pytest
from eventsourcing.persistence import OperationalError

from api.compose import System
from domain.application import Profiles
from domain.reads import AccessRecorded
from store.recorder import TenantRecorder
from tests.integration.api.test_api_bad_input import NOBODY, SAID, problem
from tests.served import serving

NDJSON = {"Content-Type": "application/x-ndjson"}


@dataclass
class Flushes:
    """Counts the flushes; `fails` makes them fail."""

    flush: Callable[[TenantRecorder], None]
    count: int = 0
    fails: bool = field(default=False)

    def __call__(self, recorder: TenantRecorder) -> None:
        self.count += 1
        if self.fails:
            raise OperationalError("the disk does not answer")
        self.flush(recorder)


@pytest.fixture
def flushes(monkeypatch: pytest.MonkeyPatch) -> Flushes:
    found = Flushes(TenantRecorder.ensure_durable)

    def counted(recorder: TenantRecorder) -> None:
        found(recorder)

    def noted(profiles: Profiles, accesses: Sequence[AccessRecorded]) -> int:
        found(cast(TenantRecorder, profiles.recorder))  # an append has its own flush
        return note(profiles, accesses)

    note = Profiles.note
    monkeypatch.setattr(TenantRecorder, "ensure_durable", counted)
    monkeypatch.setattr(Profiles, "note", noted)
    return found


@pytest.fixture
def watched(flushes: Flushes, district: System) -> Iterator[httpx.Client]:
    """A client of a server whose flushes are counted."""
    with serving(district) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield found


def test_every_answer_that_tells_of_the_record_is_flushed_first(
    watched: httpx.Client, flushes: Flushes, district: System, ana: str
) -> None:
    record = f"/v1/learners/{ana}/record-observation"
    key = {"Idempotency-Key": "durable"}
    fresh = watched.post(record, json=SAID, headers=key)
    assert (fresh.status_code, flushes.count) == (201, 0)  # the append has its own flush
    fact = fresh.json()["ids"]["fact"]
    district.projector.catch_up()
    profile = f"/v1/learners/{ana}/profile"
    have = {"If-None-Match": watched.get(profile).headers["ETag"]}
    line = f'{{"learner": "{ana}", "command": "praise", "command_id": "x"}}'.encode()
    asked: list[tuple[int, Callable[[], httpx.Response]]] = [
        (200, lambda: watched.get(profile)),
        (304, lambda: watched.get(profile, headers=have)),
        (200, lambda: watched.get("/v1/learners")),
        (200, lambda: watched.post("/v1/learners/search", json={"name": "ana"})),
        (200, lambda: watched.get(f"/v1/learners/{ana}/timeline")),
        (200, lambda: watched.get("/v1/audit")),
        (404, lambda: watched.get(f"/v1/learners/{NOBODY}")),
        (200, lambda: watched.post(record, json=SAID, headers=key)),
        (422, lambda: watched.post(record, json={**SAID, "text": "x"}, headers=key)),
        (422, lambda: watched.post(record, json={**SAID, "fact": fact})),
        (412, lambda: watched.post(record, json=SAID, headers={"If-Match": '"99"'})),
        (200, lambda: watched.post("/v1/commands", content=line, headers=NDJSON)),
    ]
    for status, ask in asked:
        before = flushes.count
        answer = ask()
        assert answer.status_code == status, answer.text
        assert flushes.count > before, str(answer.request.url)


def test_what_cannot_be_flushed_is_withheld(
    watched: httpx.Client, flushes: Flushes, district: System, ana: str
) -> None:
    district.projector.catch_up()
    flushes.fails = True
    for answer in (
        watched.get(f"/v1/learners/{ana}"),
        watched.get(f"/v1/learners/{NOBODY}"),
    ):
        problem(answer, 503, "database-away")
        assert "ETag" not in answer.headers
        assert "Lopez" not in answer.text
