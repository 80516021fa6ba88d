"""Where the keys live: apart from the events, so that destroying a key erases what it sealed.

A learner has one data key per retention group, wrapped by a key-encryption key. The default is
the file store: see store/key_directory.py.
"""

import hmac
import os
import sqlite3
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.key_directory import KEY_BYTES, KeyDirectory, KeyStoreError

__all__ = ["FileKeyStore", "KeyDestroyed", "KeyId", "KeyStore", "KeyStoreError"]

NONCE_BYTES = 12
TENANT = UUID(int=0)  # owner of a tenant's own secrets
CHECK = b"throughline key store"
CACHED_KEYS = 50_000  # about 50 MB
# A file that was left alone for this long gets another time of change at its next change: the
# kernel's clock for files ticks every 10 ms or faster.
SETTLED_NS = 100_000_000


class KeyId(NamedTuple):
    """Whose key it is, and for which retention group."""

    tenant: str
    owner: UUID
    group: str

    def row(self) -> tuple[str, bytes, str]:
        return (self.tenant, self.owner.bytes, self.group)

    def associated(self) -> bytes:
        """What a wrapped key is bound to: moved to another id it does not open."""
        return "\0".join((self.tenant, self.owner.hex, self.group)).encode()


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


class FileKeyStore:
    """Keys in a directory of their own (mode 0700), for one machine; safe for many threads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files = KeyDirectory(directory)
        self._kek = AESGCM(self._files.open())
        self._check_kek()
        # The cache is replaced, never emptied: who read an older epoch fills the older cache.
        self._cache: tuple[int, dict[KeyId, AESGCM]] = (-1, {})
        self._seen: tuple[tuple[int, int, int], int] | None = None
        self._secrets: dict[tuple[str, str], bytes] = {}

    def close(self) -> None:
        self._files.close()

    # -- the interface ------------------------------------------------------------------------

    def get(self, ids: Collection[KeyId]) -> dict[KeyId, AESGCM]:
        cache = self._fresh_cache()
        missing = [i for i in ids if i not in cache]
        if missing:
            with self._files.reading_many() as db:
                cache.update(self._load(db, missing))
        return {i: cache[i] for i in ids if i in cache}

    def create(self, ids: Collection[KeyId]) -> dict[KeyId, AESGCM]:
        found = self.get(ids)
        missing = [i for i in ids if i not in found]
        if missing:
            with self._files.writing() as db:
                db.executemany(
                    "INSERT OR IGNORE INTO wrapped_key VALUES (?, ?, ?, ?)",
                    [(*i.row(), self._wrap(i, os.urandom(KEY_BYTES))) for i in missing],
                )
            found.update(self.get(missing))
            if len(found) < len(set(ids)):
                raise KeyDestroyed(
                    "This learner's key was destroyed by an erasure; nothing more can be recorded "
                    "for the erased group."
                )
        return found

    def destroy(self, key: KeyId) -> None:
        with self._files.writing() as db:
            db.execute(
                "INSERT INTO wrapped_key VALUES (?, ?, ?, NULL) "
                'ON CONFLICT (tenant, owner, "group") DO UPDATE SET wrapped = NULL',
                key.row(),
            )
            db.execute("UPDATE state SET value = value + 1 WHERE name = 'epoch'")

    def epoch(self) -> int:
        # Asking SQLite takes 20 microseconds, asking the file system 2: an untouched file holds
        # the epoch that was read from it.
        facts = self._files.facts()
        signature = (facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
        seen = self._seen
        if seen is not None and seen[0] == signature:
            return seen[1]
        settled = time.time_ns() - facts.st_mtime_ns > SETTLED_NS
        with self._files.reading() as db:
            epoch = int(db.execute("SELECT value FROM state WHERE name = 'epoch'").fetchone()[0])
        self._seen = (signature, epoch) if settled else None
        return epoch

    def secret(self, tenant: str, name: str) -> bytes:
        known = self._secrets.get((tenant, name))
        if known is None:
            key = KeyId(tenant, TENANT, f"secret:{name}")
            with self._files.writing() as db:
                db.execute(
                    "INSERT OR IGNORE INTO wrapped_key VALUES (?, ?, ?, ?)",
                    (*key.row(), self._wrap(key, os.urandom(KEY_BYTES))),
                )
                known = self._unwrap(key, self._rows(db, [key])[key])
            self._secrets[tenant, name] = known
        return known

    def digest(self, tenant: str, data: bytes) -> bytes:
        return hmac.digest(self.secret(tenant, "digest"), data, "sha256")

    def known(self, ids: Collection[KeyId]) -> set[KeyId]:
        """Those of the ids that have a key, or had one that was destroyed."""
        statement = 'SELECT 1 FROM wrapped_key WHERE tenant = ? AND owner = ? AND "group" = ?'
        with self._files.reading() as db:
            return {i for i in ids if db.execute(statement, i.row()).fetchone()}

    def fingerprint(self) -> str:
        """Tells two key stores apart without telling anything about a key."""
        with self._files.reading() as db:
            row = db.execute("SELECT value FROM state WHERE name = 'check'").fetchone()
        return hmac.digest(CHECK, bytes(row[0]), "sha256").hex()[:16]

    # -- keys in and out of the database --------------------------------------------------------

    def _fresh_cache(self) -> dict[KeyId, AESGCM]:
        epoch = self.epoch()
        held, cache = self._cache
        if held != epoch or len(cache) > CACHED_KEYS:
            cache = {}
            self._cache = (epoch, cache)
        return cache

    def _load(self, db: sqlite3.Connection, ids: Collection[KeyId]) -> dict[KeyId, AESGCM]:
        rows = self._rows(db, ids)
        return {key: AESGCM(self._unwrap(key, wrapped)) for key, wrapped in rows.items()}

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
        return nonce + self._kek.encrypt(nonce, plain, key.associated())

    def _unwrap(self, key: KeyId, wrapped: bytes) -> bytes:
        try:
            return self._kek.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key.associated())
        except InvalidTag:
            raise KeyStoreError(
                f"A key in {self.directory} does not open with the file kek beside it: one of the "
                "two was changed. Restore both from the same backup of the key directory."
            ) from None

    def _check_kek(self) -> None:
        """A value that only this kek opens: a kek of another store is told at once."""
        nonce = os.urandom(NONCE_BYTES)
        with self._files.writing() as db:
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
