"""What the API answers while something it needs is away, and that nothing is half recorded."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import make_conninfo

from api.compose import Databases, System, system
from api.preparing import prepare
from api.problems import stopped
from store import embedded
from store.embedded import EmbeddedPostgres
from store.migrate import APP
from store.settings import Settings
from tests.integration.api.conftest import RIVERA, make_district, serving
from tests.integration.api.test_api_bad_input import SAID, problem

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
    found = Databases(make_conninfo(own_server.conninfo, user=APP), own_server.conninfo)
    settings = Settings(home=home, tenant="alone")
    prepare(settings, found)
    with (
        system(settings, found, RIVERA) as district,
        serving(district) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        district.datastore.pool.timeout = 1
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
        again = client.post(url, json=SAID, headers={"Idempotency-Key": "one"})
        for _ in range(30):  # the pool looks again at growing intervals
            if again.status_code == 503:
                again = client.post(url, json=SAID, headers={"Idempotency-Key": "one"})
        assert again.status_code in (200, 201), again.text
        assert again.json()["version"] == 2


def test_a_read_only_database_takes_no_command(
    databases: Databases, open_district: Callable[[], System]
) -> None:
    district = open_district()
    with serving(district) as address, httpx.Client(base_url=address) as client:
        ana = register(client)
        district.projector.catch_up()
        with read_only(databases, district):
            answer = client.post(f"/v1/learners/{ana}/record-observation", json=SAID)
            problem(answer, 503, "database-read-only")
            assert client.get("/readyz").status_code == 503
        assert district.reader.head()[0] == 1


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
        httpx.Client(base_url=address) as client,
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
        assert district.reader.head()[0] == 1
