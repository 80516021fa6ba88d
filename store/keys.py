"""Where the keys live: apart from the events, so that destroying a key erases what it sealed.

A learner has one data key per retention group, wrapped by the key-encryption key in the file
`kek`. The wrapped keys stand in `keys.sqlite` beside it: SQLite because it is crash-safe, works
for several processes, and overwrites what it deletes (`secure_delete`).
"""

import hmac
import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock, local
from typing import NamedTuple, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12
TENANT = UUID(int=0)  # owner of a tenant's own secrets
CHECK = b"throughline key store"


class KeyId(NamedTuple):
    """Whose key it is, and for which retention group."""

    tenant: str
    owner: UUID
    group: str

    def row(self) -> tuple[str, bytes, str]:
        return (self.tenant, self.owner.bytes, self.group)


class KeyStoreError(RuntimeError):
    """The key store cannot be used; the text says why and how to mend it, and holds no key."""


class KeyDestroyed(KeyStoreError):
    """A key that was destroyed cannot be made again: what it sealed stays erased."""


class KeyStore(Protocol):
    """What the mapper needs of a key store."""

    def get(self, ids: Collection[KeyId]) -> dict[KeyId, AESGCM]:
        """The keys that exist; a destroyed one is left out."""

    def create(self, ids: Collection[KeyId]) -> dict[KeyId, AESGCM]:
        """The keys, made where there were none; durable before it returns.

        Two callers that create one id get one key. Raises `KeyDestroyed`.
        """

    def destroy(self, key: KeyId) -> None:
        """Destroy a key for good, leaving no copy."""

    def epoch(self) -> int:
        """Grows by one with every destroyed key; a cache filled at another epoch is void."""

    def secret(self, tenant: str, name: str) -> bytes:
        """32 bytes of a tenant's own, made at first use: for digests, search and cursors."""

    def digest(self, tenant: str, data: bytes) -> bytes:
        """HMAC-SHA-256 of the data under the tenant's secret `digest`."""


SCHEMA = """
CREATE TABLE IF NOT EXISTS wrapped_key (
    tenant TEXT NOT NULL, owner BLOB NOT NULL, "group" TEXT NOT NULL,
    wrapped BLOB,  -- nonce and ciphertext; NULL once destroyed
    PRIMARY KEY (tenant, owner, "group")
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO state VALUES ('epoch', 0);
"""


class FileKeyStore:
    """Keys in a directory of their own (mode 0700), for one machine."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._connections = local()
        self._cache: dict[KeyId, AESGCM] = {}
        self._secrets: dict[tuple[str, str], bytes] = {}
        self._cached_at = -1
        self._lock = Lock()
        self._kek = AESGCM(self._open_directory())
        self._check_kek()

    # -- the interface ------------------------------------------------------------------------

    def get(self, ids: Collection[KeyId]) -> dict[KeyId, AESGCM]:
        with self._lock:
            self._refresh()
            missing = [i for i in ids if i not in self._cache]
            if missing:
                with self._reading() as db:
                    self._load(db, missing)
            return {i: self._cache[i] for i in ids if i in self._cache}

    def create(self, ids: Collection[KeyId]) -> dict[KeyId, AESGCM]:
        with self._lock:
            self._refresh()
            missing = [i for i in ids if i not in self._cache]
            if missing:
                with self._writing() as db:
                    db.executemany(
                        "INSERT OR IGNORE INTO wrapped_key VALUES (?, ?, ?, ?)",
                        [(*i.row(), self._wrap(i, os.urandom(KEY_BYTES))) for i in missing],
                    )
                with self._reading() as db:
                    self._load(db, missing)
            try:
                return {i: self._cache[i] for i in ids}
            except KeyError:
                raise KeyDestroyed(
                    "This learner's key was destroyed by an erasure; nothing more can be recorded "
                    "for the erased group."
                ) from None

    def destroy(self, key: KeyId) -> None:
        with self._lock, self._writing() as db:
            db.execute(
                "INSERT INTO wrapped_key VALUES (?, ?, ?, NULL) "
                'ON CONFLICT (tenant, owner, "group") DO UPDATE SET wrapped = NULL',
                key.row(),
            )
            db.execute("UPDATE state SET value = value + 1 WHERE name = 'epoch'")
            self._cache.pop(key, None)

    def epoch(self) -> int:
        with self._reading() as db:
            return int(db.execute("SELECT value FROM state WHERE name = 'epoch'").fetchone()[0])

    def secret(self, tenant: str, name: str) -> bytes:
        known = self._secrets.get((tenant, name))
        if known is not None:
            return known
        key = KeyId(tenant, TENANT, f"secret:{name}")
        with self._lock:
            with self._writing() as db:
                db.execute(
                    "INSERT OR IGNORE INTO wrapped_key VALUES (?, ?, ?, ?)",
                    (*key.row(), self._wrap(key, os.urandom(KEY_BYTES))),
                )
            with self._reading() as db:
                secret = self._unwrap(key, self._rows(db, [key])[key])
            self._secrets[tenant, name] = secret
            return secret

    def digest(self, tenant: str, data: bytes) -> bytes:
        return hmac.digest(self.secret(tenant, "digest"), data, "sha256")

    def known(self, ids: Collection[KeyId]) -> set[KeyId]:
        """Those of the ids that have a key, or had one that was destroyed."""
        statement = 'SELECT 1 FROM wrapped_key WHERE tenant = ? AND owner = ? AND "group" = ?'
        with self._reading() as db:
            return {i for i in ids if db.execute(statement, i.row()).fetchone()}

    def fingerprint(self) -> str:
        """Tells two key stores apart without telling anything about a key."""
        with self._reading() as db:
            row = db.execute("SELECT value FROM state WHERE name = 'check'").fetchone()
        return hmac.digest(CHECK, bytes(row[0]), "sha256").hex()[:16]

    # -- keys in and out of the database --------------------------------------------------------

    def _refresh(self) -> None:
        epoch = self.epoch()
        if epoch != self._cached_at:
            self._cache.clear()
            self._cached_at = epoch

    def _load(self, db: sqlite3.Connection, ids: Collection[KeyId]) -> None:
        for key, wrapped in self._rows(db, ids).items():
            self._cache[key] = AESGCM(self._unwrap(key, wrapped))

    def _rows(self, db: sqlite3.Connection, ids: Collection[KeyId]) -> dict[KeyId, bytes]:
        found = {}
        for key in ids:
            row = db.execute(
                "SELECT wrapped FROM wrapped_key "
                'WHERE tenant = ? AND owner = ? AND "group" = ? AND wrapped IS NOT NULL',
                key.row(),
            ).fetchone()
            if row is not None:
                found[key] = bytes(row[0])
        return found

    def _wrap(self, key: KeyId, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._kek.encrypt(nonce, plain, repr(key).encode())

    def _unwrap(self, key: KeyId, wrapped: bytes) -> bytes:
        try:
            return self._kek.decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], repr(key).encode()
            )
        except InvalidTag:
            raise KeyStoreError(
                f"A key in {self.directory} does not open with the file kek beside it: one of the "
                "two was changed. Restore both from the same backup of the key directory."
            ) from None

    # -- files --------------------------------------------------------------------------------

    def _open_directory(self) -> bytes:
        kek, database = self.directory / "kek", self.directory / "keys.sqlite"
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.directory.chmod(0o700)
            if not kek.exists():
                if database.exists():
                    raise KeyStoreError(
                        f"The key directory {self.directory} holds keys but not the file kek that "
                        "opens them. Restore kek from the backup of this directory."
                    )
                _write_once(kek, os.urandom(KEY_BYTES))
            # SQLite would make it readable for all; its journal takes the same mode.
            os.close(os.open(database, os.O_CREAT | os.O_RDWR, 0o600))
            key = kek.read_bytes()
        except OSError as error:
            raise KeyStoreError(
                f"The key directory {self.directory} cannot be used: {error.strerror}."
            ) from None
        if len(key) != KEY_BYTES:
            raise KeyStoreError(f"The file {kek} is not a key: it must hold {KEY_BYTES} bytes.")
        with self._reading() as db:
            db.executescript(SCHEMA)
        return key

    def _check_kek(self) -> None:
        nonce = os.urandom(NONCE_BYTES)
        with self._writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO state VALUES ('check', ?)",
                (nonce + self._kek.encrypt(nonce, CHECK, None),),
            )
            sealed = bytes(db.execute("SELECT value FROM state WHERE name = 'check'").fetchone()[0])
        try:
            self._kek.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except InvalidTag:
            raise KeyStoreError(
                f"The file kek in {self.directory} belongs to another key store. Restore kek and "
                "keys.sqlite from the same backup."
            ) from None

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._connections, "db", None)
        if db is None:
            db = sqlite3.connect(self.directory / "keys.sqlite", timeout=30, isolation_level=None)
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA synchronous = EXTRA")
            db.execute("PRAGMA secure_delete = ON")
            self._connections.db = db
        return db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with _sentences(self.directory):
            yield self._connection()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with _sentences(self.directory):
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise


@contextmanager
def _sentences(directory: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise KeyStoreError(
            f"The key store {directory / 'keys.sqlite'} cannot be used "
            f"({error.sqlite_errorname}): is the disk full, or the directory not writable?"
        ) from None


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, and is on disk when this returns."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(draft, "xb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # another process may have been first: then its key stands
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    with closing(_Directory(path.parent)) as directory:
        os.fsync(directory.descriptor)


class _Directory:
    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDONLY)

    def close(self) -> None:
        os.close(self.descriptor)
