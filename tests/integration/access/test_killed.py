"""kill -9 between the decision and the answer: nobody has an answer that the log does not have."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from random import Random
from signal import SIGKILL
from tempfile import TemporaryDirectory
from threading import Event as Flag
from time import monotonic, sleep
from uuid import UUID

import httpx
import pytest
from psycopg.conninfo import make_conninfo

from api.compose import Databases, System
from api.preparing import prepare
from domain.reads import AccessRecorded
from store import embedded
from store.embedded import EmbeddedPostgres
from store.migrate import APP
from store.settings import Settings
from tests.installation import TENANT, Installation, register
from tests.running import throughline
from tests.varied import of_kind

CYCLES = pytest.mark.parametrize("cycles", [3, pytest.param(60, marks=pytest.mark.soak)])
READERS = 4
ANSWERS = 25  # that all of them have between two kills
LEARNERS = 3
PATHS = ("/v1/learners/{}", "/v1/learners/{}/profile", "/learners/{}", "/learners/{}/timeline")

Answer = tuple[UUID, str, str]  # of which request, to which address, and the digest of its body


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    """A server that waits long before it writes to disk of its own accord."""
    with (
        TemporaryDirectory(prefix="throughline-") as directory,
        embedded.start(Path(directory), {"wal_writer_delay": "10s"}) as running,
    ):
        yield running


@pytest.fixture
def place(server: EmbeddedPostgres, tmp_path: Path) -> Installation:
    found = Databases(make_conninfo(server.conninfo, user=APP), server.conninfo)
    prepare(Settings(tenant=TENANT), found)
    return Installation(tmp_path, found)


def read_on(address: str, paths: list[str], ended: Flag, whole: list[Answer]) -> None:
    """Read until the server is gone; keep every answer that came whole."""
    with httpx.Client(base_url=address, timeout=30) as client:
        for path in cycle(paths):
            if ended.is_set():
                return
            try:
                answer = client.get(path)
            except httpx.TransportError:
                ended.wait(0.01)
                continue
            if answer.status_code == 503:  # the database is away: nothing of a learner leaves
                assert "Lopez" not in answer.text
                continue
            # httpx raises where a body is shorter than its length says: this one came whole.
            assert answer.status_code == 200, answer.text
            digest = sha256(answer.content).hexdigest()
            whole.append((UUID(answer.headers["x-request-id"]), path, digest))


def log_of(system: System) -> dict[UUID, AccessRecorded]:
    """The log by request."""
    return {e.correlation_id: e for e in of_kind(system, AccessRecorded) if e.correlation_id}


@pytest.mark.law("FERPA-99.32", "kill")
@CYCLES
def test_no_answer_outlives_a_kill_without_its_entry(
    server: EmbeddedPostgres, place: Installation, cycles: int
) -> None:
    """The server process is killed in two of three cycles, PostgreSQL itself in the third."""
    chance = Random(cycles)
    with place.system() as system:
        learners = [register(system) for _ in range(LEARNERS)]
        system.projector.catch_up()
    whole: list[Answer] = []
    for number in range(cycles):
        ended = Flag()
        with (
            throughline("serve", "--port", "0", **place.environment) as serving,
            ThreadPoolExecutor(READERS) as readers,
        ):
            address = serving.says(r"(http://127\.0\.0\.1:\d+)")
            paths = [path.format(learner) for path in PATHS for learner in learners]
            reading = [
                readers.submit(read_on, address, chance.sample(paths, len(paths)), ended, whole)
                for _ in range(READERS)
            ]
            try:
                enough, ends = len(whole) + ANSWERS, monotonic() + 60
                while len(whole) < enough:
                    assert monotonic() < ends, "the server hardly answers"
                    sleep(0.01)
                sleep(chance.uniform(0, 0.2))  # wherever they are by then
                if number % 3 == 2:
                    server.kill()
                serving.tell(SIGKILL)
            finally:
                ended.set()
            for one in reading:
                one.result()
        if number % 3 == 2:
            server.start()
    with place.system() as system:
        log = log_of(system)
    missing = [answer for answer in whole if answer[0] not in log]
    assert missing == [], f"{len(missing)} of {len(whole)} answers are not in the log"
    for request, path, digest in whole:
        entry = log[request]
        assert str(entry.learner) in path
        assert (entry.allowed, entry.digest) == (True, digest)
