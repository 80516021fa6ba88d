"""The embedded PostgreSQL starts, is shared, recovers from a crash and keeps to itself."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from store import embedded
from store.embedded import EmbeddedPostgres, EmbeddedPostgresError

SMALL = {"shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def directory() -> Iterator[Path]:
    with TemporaryDirectory(prefix="throughline-") as name:
        try:
            yield Path(name) / "postgres"
        finally:
            EmbeddedPostgres(Path(name) / "postgres").kill()


def ask(server: EmbeddedPostgres, question: str) -> str:
    with psycopg.connect(server.conninfo) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def tell(server: EmbeddedPostgres, statements: str) -> None:
    with psycopg.connect(server.conninfo) as connection:
        connection.execute(statements.encode())


def started_at(server: EmbeddedPostgres) -> str:
    return ask(server, "SELECT pg_postmaster_start_time()")


def test_it_starts_a_postgresql_18_that_waits_for_the_disk(postgres: EmbeddedPostgres) -> None:
    assert int(ask(postgres, "SHOW server_version_num")) >= 180_000
    assert ask(postgres, "SHOW fsync") == "on"
    assert ask(postgres, "SHOW synchronous_commit") == "on"
    assert ask(postgres, "SHOW server_encoding") == "UTF8"


def test_nobody_else_can_reach_it(postgres: EmbeddedPostgres) -> None:
    assert ask(postgres, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(postgres.data.stat().st_mode) == 0o700


def test_a_second_start_joins_and_the_last_one_out_stops_it(directory: Path) -> None:
    first = embedded.start(directory, SMALL)
    second = embedded.start(directory, SMALL)
    assert started_at(first) == started_at(second)

    first.stop()
    assert second.running
    second.stop()
    assert not second.running
    with pytest.raises(EmbeddedPostgresError, match="No PostgreSQL is running"):
        _ = second.conninfo


def test_many_starting_at_once_make_one_server(directory: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        servers = list(pool.map(lambda _: embedded.start(directory, SMALL), range(8)))

    assert len({started_at(server) for server in servers}) == 1
    for server in servers:
        server.stop()
    assert not servers[0].running


def test_data_is_there_after_a_stop_and_a_start(directory: Path) -> None:
    with embedded.start(directory, SMALL) as server:
        tell(server, "CREATE TABLE kept AS SELECT 7 AS n")

    with embedded.start(directory, SMALL) as server:
        assert ask(server, "SELECT n FROM kept") == "7"


def test_a_killed_server_recovers_what_was_committed(directory: Path) -> None:
    with embedded.start(directory, SMALL) as server:
        for n in range(3):
            tell(server, f"CREATE TABLE kept_{n} AS SELECT {n} AS n")
            open_connection = psycopg.connect(server.conninfo)
            server.kill()
            assert not server.running
            with suppress(psycopg.OperationalError):
                open_connection.close()

            server.start()
            assert ask(server, f"SELECT n FROM kept_{n}") == str(n)


def test_a_server_left_over_by_a_killed_process_is_joined_and_stopped(directory: Path) -> None:
    program = (
        "import os, pathlib, signal, sys; from store import embedded;"
        "server = embedded.start(pathlib.Path(sys.argv[1]));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, directory], check=False)
    assert done.returncode == -9
    left_over = EmbeddedPostgres(directory)
    assert left_over.running
    since = started_at(left_over)

    with embedded.start(directory) as server:
        assert started_at(server) == since
    assert not left_over.running


def test_the_pid_of_a_stranger_in_the_pid_file_does_not_hold_up_the_start(directory: Path) -> None:
    with embedded.start(directory, SMALL) as server:
        lines = (server.data / "postmaster.pid").read_text().splitlines()
        server.kill()
        lines[0] = str(os.getpid())
        (server.data / "postmaster.pid").write_text("\n".join(lines) + "\n")

        server.start()
        assert ask(server, "SELECT 1") == "1"


def test_options_take_effect(directory: Path) -> None:
    options = {**SMALL, "wal_writer_delay": "10s", "search_path": 'it\'s, "a"'}
    with embedded.start(directory, options) as server:
        assert ask(server, "SHOW wal_writer_delay") == "10s"
        assert ask(server, "SHOW search_path") == options["search_path"]

    with embedded.start(directory, SMALL) as server:
        assert ask(server, "SHOW wal_writer_delay") == "200ms"


def test_two_servers_run_at_once(directory: Path) -> None:
    one, two = directory / "one", directory / "two"
    with embedded.start(one, SMALL) as first, embedded.start(two, SMALL) as second:
        tell(first, "CREATE TABLE mine AS SELECT 1 AS n")
        assert ask(second, "SELECT to_regclass('mine')") == "None"
        first.kill()
        assert ask(second, "SELECT 1") == "1"
        EmbeddedPostgres(two).kill()


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(directory: Path) -> None:
    with embedded.start(directory / ("long" * 30), SMALL) as server:
        assert ask(server, "SELECT 1") == "1"
        socket_directory = Path(ask(server, "SHOW unix_socket_directories"))
        assert stat.S_IMODE(socket_directory.stat().st_mode) == 0o700
    socket_directory.rmdir()


def test_a_server_that_cannot_start_says_why(directory: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match='"shared_buffers"'):
        embedded.start(directory, {"shared_buffers": "plenty"})


def test_a_place_that_cannot_be_a_directory_is_named(directory: Path) -> None:
    directory.write_text("a file")

    with pytest.raises(EmbeddedPostgresError, match=f"{directory} cannot hold a PostgreSQL"):
        embedded.start(directory)


def test_an_interrupted_first_start_is_begun_again(directory: Path) -> None:
    (directory / "data.new").mkdir(parents=True)
    (directory / "data.new" / "PG_VERSION").write_text("18\n")

    with embedded.start(directory, SMALL) as server:
        assert ask(server, "SELECT 1") == "1"


def test_the_log_holds_no_word_of_a_refused_row(directory: Path) -> None:
    with embedded.start(directory, SMALL) as server:
        tell(server, "CREATE TABLE t (w text PRIMARY KEY); INSERT INTO t VALUES ('SECRET')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            tell(server, "INSERT INTO t VALUES ('SECRET')")
        log = server.log.read_text()

    assert "unique constraint" in log
    assert "SECRET" not in log
