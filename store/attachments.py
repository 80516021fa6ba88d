"""Files beside an entry: sealed in chunks under the learner's key, and erased with it.

A chunk is nonce (12 bytes) and AES-256-GCM ciphertext of up to 256 KiB. Its place, and whether it
is the last, are associated data: a file that was cut short, reordered or mixed does not open. The
digest of the whole is sealed like a chunk, so that naming a file does not mean reading all of it.
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import IntegrityError, StoredEvent, Transcoder
from eventsourcing.postgres import PostgresDatastore

from domain.errors import UnknownAttachment
from domain.event import Event
from domain.snapshot import LearnerSnapshot
from store.keys import KeyId, KeyStore
from store.mapper import SealingMapper
from store.recorder import read

CHUNK_BYTES = 256 * 1024
LIMIT_BYTES = 25 * 1024 * 1024
NONCE_BYTES = 12
SPOOL_BYTES = 4 * CHUNK_BYTES  # of one upload in memory; what is beyond waits, sealed, on disk
DIGEST = -1  # the number of the digest among the chunks

# Keeps one chunk.
KEEP = "INSERT INTO attachment (tenant, attachment, chunk, sealed) VALUES (%s, %s, %s, %b)"
# The number of the last chunk.
LAST = "SELECT max(chunk) AS last FROM attachment WHERE tenant = %s AND attachment = %s"
# One chunk.
CHUNK = "SELECT sealed FROM attachment WHERE tenant = %s AND attachment = %s AND chunk = %s"

_length = struct.Struct(">I")
_number = struct.Struct(">i?")


class AttachmentTooLarge(Exception):
    """The file is larger than 25 MiB; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(f"A file may hold at most {LIMIT_BYTES // 2**20} MiB.")


class AttachmentMissing(Exception):
    """There is no such file in this tenant."""


class AttachmentErased(Exception):
    """The file's key was destroyed: it cannot be opened any more."""


class AttachmentTampered(Exception):
    """The file's chunks are not those that were kept, in their number and order."""


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """A file that was kept: its id, the SHA-256 of its content in hex, its size in bytes."""

    id: UUID
    sha256: str
    size: int


class Attachments:
    """Keeps and opens the files of one tenant."""

    def __init__(self, datastore: PostgresDatastore, *, tenant: str, keys: KeyStore) -> None:
        self.datastore = datastore
        self.tenant = tenant
        self.keys = keys

    def keep(
        self, learner: UUID, group: str, content: Iterable[bytes], attachment: UUID | None = None
    ) -> StoredAttachment:
        """Seal and keep a file, read piece by piece; whole or not at all, on disk at the end.

        `group` is the retention group of its entry. A file whose id is given is kept once, however
        often: the first stays. Raises `AttachmentTooLarge`, `KeyDestroyed`.
        """
        owner = KeyId(self.tenant, learner, group)
        key = self.keys.create([owner])[owner]
        given, digest, size = attachment is not None, hashlib.sha256(), 0
        attachment = attachment or uuid4()
        with SpooledTemporaryFile(max_size=SPOOL_BYTES) as spool:
            for number, (chunk, last) in enumerate(_chunks(content)):
                digest.update(chunk)
                size += len(chunk)
                sealed = _seal(key, chunk, _place(owner, attachment, number, last=last))
                spool.write(_length.pack(len(sealed)) + sealed)
            spool.seek(0)
            whole = _seal(key, digest.digest(), _place(owner, attachment, DIGEST, last=False))
            try:
                self._write(attachment, spool, whole)
            except IntegrityError:  # this id is taken, and all of its file is there
                if not given:
                    raise
        return StoredAttachment(attachment, digest.hexdigest(), size)

    def _write(self, attachment: UUID, spool: IO[bytes], whole: bytes) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            for number, sealed in enumerate(_pieces(spool)):
                cursor.execute(KEEP, (self.tenant, attachment, number, sealed))
            cursor.execute(KEEP, (self.tenant, attachment, DIGEST, whole))

    def digest(self, attachment: UUID, learner: UUID, group: str) -> str | None:
        """SHA-256 of a file in hex; None where it was not kept for this learner and group."""
        owner = KeyId(self.tenant, learner, group)
        key = self.keys.get([owner]).get(owner)
        if key is None:
            return None
        try:
            return self._open_chunk(key, owner, attachment, DIGEST, last=0).hex()
        except AttachmentTampered:  # also another's file, which is sealed under another key
            return None

    def open(self, attachment: UUID, learner: UUID, group: str) -> Iterator[bytes]:
        """The content, chunk by chunk.

        Raises `AttachmentMissing` or `AttachmentErased` at once, and `AttachmentTampered` at
        once where the first chunk does not open, later where another does not.
        """
        owner = KeyId(self.tenant, learner, group)
        last = read(self.datastore, LAST, [self.tenant, attachment])[0]["last"]
        if last is None:
            raise AttachmentMissing("There is no such file.")
        key = self.keys.get([owner]).get(owner)
        if key is None:
            raise AttachmentErased("This file was erased with its learner's key.")
        first = self._open_chunk(key, owner, attachment, 0, last)
        return self._rest(first, key, owner, attachment, last)

    def _rest(
        self, first: bytes, key: AESGCM, owner: KeyId, attachment: UUID, last: int
    ) -> Iterator[bytes]:
        yield first
        for number in range(1, last + 1):
            yield self._open_chunk(key, owner, attachment, number, last)

    def _open_chunk(
        self, key: AESGCM, owner: KeyId, attachment: UUID, number: int, last: int
    ) -> bytes:
        rows = read(self.datastore, CHUNK, [self.tenant, attachment, number])
        sealed = rows[0]["sealed"] if rows else b""
        place = _place(owner, attachment, number, last=number == last)
        try:
            return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            raise AttachmentTampered(
                "This file does not open under its learner's key: it was changed, or is torn."
            ) from None


class CheckingMapper(SealingMapper):
    """Seals an event once every file that it names is found kept as it says.

    Only here is it known, for every way in alike, whose the entry is and in which group it is kept.
    """

    def __init__(self, transcoder: Transcoder, *, files: Attachments) -> None:
        super().__init__(transcoder, tenant=files.tenant, keys=files.keys)
        self.files = files

    def seal(self, events: Sequence[Event | LearnerSnapshot]) -> list[StoredEvent]:
        """Raises `UnknownAttachment` for the first file that is not there."""
        sealed = super().seal(events)  # an erased learner is told first
        for event in events:
            if not isinstance(event, Event):
                continue
            for number, named in enumerate(event.attachments):
                kept = self.files.digest(named.id, event.originator_id, event.retention)
                if kept != named.sha256:
                    raise UnknownAttachment(number)
        return sealed


def _seal(key: AESGCM, content: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, content, place)


def _place(owner: KeyId, attachment: UUID, number: int, *, last: bool) -> bytes:
    return b"\0".join((owner.associated(), attachment.bytes, _number.pack(number, last)))


def _chunks(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The content in chunks of one size, each with whether it is the last; at least one."""
    held, total = bytearray(), 0
    for piece in content:
        total += len(piece)
        if total > LIMIT_BYTES:
            raise AttachmentTooLarge
        held += piece
        while len(held) > CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES]), False
            del held[:CHUNK_BYTES]
    yield bytes(held), True


def _pieces(spool: IO[bytes]) -> Iterator[bytes]:
    while head := spool.read(_length.size):
        yield spool.read(_length.unpack(head)[0])
