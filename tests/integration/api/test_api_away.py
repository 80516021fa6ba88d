"""What the API answers while something it needs is away, and that nothing is half recorded."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import httpx
import psutil
import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import make_conninfo

from api.app import WAIT_SECONDS
from api.compose import Databases, System, system
from api.preparing import prepare
from api.problems import stopped
from store import embedded
from store.embedded import EmbeddedPostgres
from store.migrate import APP
from store.settings import Settings
from tests.integration.api.test_api_bad_input import SAID, problem
from tests.served import RIVERA, make_district, serving
from tests.varied import changes_of

JSON = {"given_name": "Ana", "family_name": "Lopez"}


def register(client: httpx.Client) -> str:
    return str(client.post("/v1/learners", json=JSON).json()["learner"])


@pytest.fixture
def own_server() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that may be stopped."""
    with (
        TemporaryDirectory(prefix="throughline-") as directory,
        embedded.start(Path(directory) / "postgres") as server,
    ):
        yield server


def test_a_database_that_is_away_is_told_and_its_return_is_noticed(
    own_server: EmbeddedPostgres, home: Path
) -> None:
    with alone(own_server, home) as client:
        ana = register(client)
        url = f"/v1/learners/{ana}/record-observation"
        own_server.stop()
        for answer in (
            client.post(url, json=SAID, headers={"Idempotency-Key": "one"}),
            client.get(f"/v1/learners/{ana}/profile"),
        ):
            problem(answer, 503, "database-away")
            assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, len(ready.json()["reasons"])) == (503, 1)
        own_server.start()
        ends = monotonic() + 60  # the pool looks again at growing intervals
        while (again := client.post(url, json=SAID, headers={"Idempotency-Key": "one"})).is_error:
            assert monotonic() < ends, again.text
            sleep(0.1)
        assert again.json()["version"] == 2


@contextmanager
def alone(server: EmbeddedPostgres, home: Path) -> Iterator[httpx.Client]:
    """A client of a district on a server of its own."""
    found = Databases(make_conninfo(server.conninfo, user=APP), server.conninfo)
    settings = Settings(home=home, tenant="alone")
    prepare(settings, found)
    with (
        system(settings, found, RIVERA) as district,
        serving(district) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def timed(send: Callable[[], httpx.Response]) -> tuple[int, float]:
    """The status of an answer, and the seconds it took."""
    began = monotonic()
    return send().status_code, monotonic() - began


BUSY = 16
SLACK = 2.5  # seconds that a busy machine may take beside the wait


@pytest.mark.parametrize("learners", [1, BUSY])
def test_each_request_waited_ten_seconds_to_say_that_the_database_was_away(
    own_server: EmbeddedPostgres, home: Path, learners: int
) -> None:
    """Also where many write on one record, and so wait for one another; and twice in a row."""
    with alone(own_server, home) as client, ThreadPoolExecutor(BUSY) as clients:
        found = [register(client) for _ in range(learners)]

        def write(n: int) -> httpx.Response:
            return client.post(f"/v1/learners/{found[n % learners]}/record-observation", json=SAID)

        assert {a.status_code for a in clients.map(write, range(4 * BUSY))} == {201}
        own_server.stop()
        for _ in range(2):
            asked = [clients.submit(timed, partial(write, n)) for n in range(BUSY)]
            sleep(0.2)
            ready = timed(lambda: client.get("/readyz"))
            answers = [one.result() for one in asked]
            assert {status for status, _ in answers} == {503}
            assert max(seconds for _, seconds in answers) < WAIT_SECONDS + SLACK
            assert ready[0] == 503
            assert ready[1] < SLACK
        own_server.start()


def test_a_server_that_hung_left_readyz_without_an_answer(
    own_server: EmbeddedPostgres, home: Path
) -> None:
    with alone(own_server, home) as client:
        assert client.get("/readyz").status_code in (200, 503)
        pid = int((own_server.data / "postmaster.pid").read_text().splitlines()[0])
        postmaster = psutil.Process(pid)
        postmaster.send_signal(SIGSTOP)
        try:
            status, seconds = timed(lambda: client.get("/readyz"))
            assert status == 503
            assert seconds < 5
        finally:
            postmaster.send_signal(SIGCONT)
        ends = monotonic() + 60
        while len(client.get("/readyz").json()["projections"]) < 4:
            assert monotonic() < ends
            sleep(0.1)


def test_a_read_only_database_takes_no_command(
    databases: Databases, open_district: Callable[[], System]
) -> None:
    district = open_district()
    with serving(district) as address, httpx.Client(base_url=address, timeout=30) as client:
        ana = register(client)
        district.projector.catch_up()
        with read_only(databases, district):
            answer = client.post(f"/v1/learners/{ana}/record-observation", json=SAID)
            problem(answer, 503, "database-read-only")
            assert client.get("/readyz").status_code == 503
        assert changes_of(district) == 1


class read_only:  # noqa: N801 - reads as a block
    """The database takes no changes, for as long as the block lasts."""

    def __init__(self, databases: Databases, district: System) -> None:
        self.databases, self.district = databases, district

    def __enter__(self) -> None:
        self._set("on")

    def __exit__(self, *_: object) -> None:
        self._set("off")

    def _set(self, value: str) -> None:
        with psycopg.connect(self.databases.owner, autocommit=True) as connection:
            name = connection.info.dbname
            statement = f"ALTER DATABASE {name} SET default_transaction_read_only = {value}"
            connection.execute(b"SET default_transaction_read_only = off")
            connection.execute(statement.encode())
        # Connections of before keep what they had.
        self.district.datastore.pool.drain()


def test_a_full_disk_is_told(district: System) -> None:
    with pytest.raises(OperationalError) as full, district.datastore.get_connection():
        raise psycopg.errors.DiskFull("no space left on device")
    found = stopped(full.value)
    assert found is not None
    assert (found.status, found.rule) == (503, "disk-full")
    assert "Retry-After" in found.headers


def test_a_key_store_that_is_gone_is_told(databases: Databases, tmp_path: Path) -> None:
    settings = make_district(databases, tmp_path)
    with (
        system(settings, databases, RIVERA) as district,
        serving(district) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        ana = register(client)
        district.projector.catch_up()
        (tmp_path / "keys" / "keys.sqlite").write_bytes(b"no key store" * 1000)
        body = {**JSON, "given_name": "Bo"}
        problem(client.post("/v1/learners", json=body), 503, "keys-away")
        problem(client.get(f"/v1/learners/{ana}"), 503, "keys-away")
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert str(tmp_path) not in ready.text
        assert changes_of(district) == 1
