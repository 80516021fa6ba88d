"""The key directory on disk: the key-encryption key in `kek`, and `keys.sqlite` beside it.

SQLite because it is crash-safe, works for several processes, and overwrites what it deletes
(`secure_delete`).
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import RLock

KEY_BYTES = 32
BUSY_SECONDS = 30.0

TABLES = """
CREATE TABLE IF NOT EXISTS wrapped_key (
    tenant TEXT NOT NULL, owner BLOB NOT NULL, "group" TEXT NOT NULL,
    wrapped BLOB,  -- nonce and ciphertext; NULL once destroyed
    PRIMARY KEY (tenant, owner, "group")
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO state VALUES ('epoch', 0);
"""

# What SQLite's errors mean for a person; any other is told by its name.
SENTENCES = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk reports an error",
    "SQLITE_BUSY": "another process has held it for too long",
    "SQLITE_READONLY": "it is not writable",
    "SQLITE_CANTOPEN": "it cannot be opened, or its directory is not writable",
    "SQLITE_NOTADB": "it is damaged; restore kek and keys.sqlite from the same backup",
    "SQLITE_CORRUPT": "it is damaged; restore kek and keys.sqlite from the same backup",
}


class KeyStoreError(RuntimeError):
    """The key store cannot be used; the text says why and how to mend it, and holds no key."""


class KeyDirectory:
    """One connection to `keys.sqlite`, for one thread at a time; a forked process opens its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "keys.sqlite"
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def open(self) -> bytes:
        """The key-encryption key; directory, key and tables are made where there are none."""
        kek = self.path / "kek"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
            if not kek.exists():
                if self.database.exists():
                    raise KeyStoreError(
                        f"The key directory {self.path} holds keys but not the file kek that "
                        "opens them. Restore kek from the backup of this directory."
                    )
                _write_once(kek, os.urandom(KEY_BYTES))
            # SQLite would make it readable for all; its journal takes the same mode.
            os.close(os.open(self.database, os.O_CREAT | os.O_RDWR, 0o600))
            key = kek.read_bytes()
        except OSError as error:
            raise KeyStoreError(
                f"The key directory {self.path} cannot be used: {error.strerror}."
            ) from None
        if len(key) != KEY_BYTES:
            raise KeyStoreError(f"The file {kek} is not a key: it must hold {KEY_BYTES} bytes.")
        with self.writing() as db:
            for statement in TABLES.split(";\n"):
                db.execute(statement)
        return key

    def facts(self) -> os.stat_result:
        """The facts of `keys.sqlite`. Raises `KeyStoreError` where it is gone."""
        try:
            return self.database.stat()
        except OSError as error:
            raise KeyStoreError(
                f"The key store {self.database} is gone: {error.strerror}. Restore the key "
                "directory from its backup."
            ) from None

    def close(self) -> None:
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._sentences():
            yield self._open_connection()

    @contextmanager
    def reading_many(self) -> Iterator[sqlite3.Connection]:
        """Reading in one transaction, so that the file is not locked anew for each row."""
        with self.reading() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db.in_transaction:  # SQLite ends it itself after some errors
                    db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction; what it wrote is on disk when this ends without an error."""
        with self._lock, self._sentences():
            db = self._open_connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None or self._process != os.getpid():
            self._process = os.getpid()
            db = sqlite3.connect(
                self.database, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection = db
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA synchronous = EXTRA")
            db.execute("PRAGMA secure_delete = ON")
        return self._connection

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            why = next((text for kind, text in SENTENCES.items() if name.startswith(kind)), name)
            raise KeyStoreError(f"The key store {self.database} cannot be used: {why}.") from None


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, and is on disk when this returns."""
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.") as draft:  # mode 0600
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):  # another process was first: its key stands
            os.link(draft.name, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
