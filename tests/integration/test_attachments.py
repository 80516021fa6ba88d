"""Files beside an entry: sealed, whole or not at all, and erased with their learner's key."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from store.attachments import (
    CHUNK_BYTES,
    LIMIT_BYTES,
    AttachmentErased,
    AttachmentMissing,
    Attachments,
    AttachmentTampered,
    AttachmentTooLarge,
)
from store.factory import TenantDatastore
from store.keys import FileKeyStore, KeyDestroyed, KeyId
from tests.integration.conftest import Database

LEARNER, OTHER = uuid4(), uuid4()


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")


@pytest.fixture
def files(database: Database, tenant: str, keys: FileKeyStore) -> Iterator[Attachments]:
    with TenantDatastore(database.app, tenant=tenant) as datastore:
        yield Attachments(datastore, tenant=tenant, keys=keys)


def in_pieces(content: bytes, size: int) -> Iterable[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def opened(files: Attachments, attachment: UUID, learner: UUID = LEARNER) -> bytes:
    return b"".join(files.open(attachment, learner, "profile"))


def rows(database: Database, tenant: str) -> int:
    with database.session(tenant) as session:
        row = session.execute("SELECT count(*) FROM attachment").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize(
    "size",
    [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7],
)
@pytest.mark.parametrize("piece", [1000, CHUNK_BYTES, 10 * CHUNK_BYTES])
def test_a_file_comes_back_as_it_was(files: Attachments, size: int, piece: int) -> None:
    content = os.urandom(size)
    kept = files.keep(LEARNER, "profile", in_pieces(content, piece))
    assert (kept.size, kept.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert opened(files, kept.id) == content
    assert all(len(c) <= CHUNK_BYTES for c in files.open(kept.id, LEARNER, "profile"))


def test_a_file_whose_id_is_given_is_kept_once_and_stays(
    files: Attachments, database: Database, tenant: str
) -> None:
    given, content = uuid4(), b"a signed paper"
    first = files.keep(LEARNER, "profile", [content], given)
    before = rows(database, tenant)
    assert files.keep(LEARNER, "profile", [content], given) == first
    files.keep(LEARNER, "profile", [b"something else, of more bytes"], given)
    assert rows(database, tenant) == before
    assert (first.id, opened(files, given)) == (given, content)
    assert files.digest(given, LEARNER, "profile") == first.sha256


def test_a_file_of_the_largest_size_is_kept(files: Attachments) -> None:
    content = bytes(LIMIT_BYTES)
    kept = files.keep(LEARNER, "profile", in_pieces(content, 1 << 20))
    assert opened(files, kept.id) == content


def test_a_larger_file_is_refused_before_it_was_read_to_its_end(
    files: Attachments, database: Database, tenant: str
) -> None:
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 1 << 20
            yield bytes(1 << 20)

    with pytest.raises(AttachmentTooLarge, match="at most 25 MiB"):
        files.keep(LEARNER, "profile", endless())
    assert given == LIMIT_BYTES + (1 << 20)
    assert rows(database, tenant) == 0


def test_an_upload_that_breaks_off_leaves_nothing(
    files: Attachments, database: Database, tenant: str
) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(3 * CHUNK_BYTES)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.keep(LEARNER, "profile", broken())
    assert rows(database, tenant) == 0


def test_what_is_stored_shows_nothing_of_the_file(
    files: Attachments, database: Database, tenant: str
) -> None:
    files.keep(LEARNER, "profile", [b"He was moved to foster care. " * 20_000])
    with database.session(tenant) as session:
        stored = session.execute("SELECT sealed FROM attachment").fetchall()
    assert len(stored) == 4, "three chunks and the digest"
    assert not any(b"foster" in sealed for (sealed,) in stored)


def test_the_digest_of_a_file_is_known_to_its_learner_and_group_alone_and_kept_sealed(
    files: Attachments, keys: FileKeyStore, database: Database, tenant: str
) -> None:
    kept = files.keep(LEARNER, "profile", [b"content"])
    files.keep(OTHER, "profile", [b"content"])
    files.keep(LEARNER, "consent", [b"content"])
    assert files.digest(kept.id, LEARNER, "profile") == kept.sha256
    assert files.digest(kept.id, OTHER, "profile") is None
    assert files.digest(kept.id, LEARNER, "consent") is None
    assert files.digest(uuid4(), LEARNER, "profile") is None
    with database.session(tenant) as session:
        stored = session.execute("SELECT sealed FROM attachment").fetchall()
    assert not any(bytes.fromhex(kept.sha256) in sealed for (sealed,) in stored)
    keys.destroy(KeyId(files.tenant, LEARNER, "profile"))
    assert files.digest(kept.id, LEARNER, "profile") is None


def test_a_file_is_erased_with_its_learners_key(files: Attachments, keys: FileKeyStore) -> None:
    ours = files.keep(LEARNER, "profile", [b"content"])
    theirs = files.keep(OTHER, "profile", [b"content"])
    keys.destroy(KeyId(files.tenant, LEARNER, "profile"))
    with pytest.raises(AttachmentErased):
        files.open(ours.id, LEARNER, "profile")
    with pytest.raises(KeyDestroyed):
        files.keep(LEARNER, "profile", [b"more"])
    assert opened(files, theirs.id, OTHER) == b"content"


def test_a_file_opens_for_its_learner_alone(files: Attachments) -> None:
    kept = files.keep(LEARNER, "profile", [b"content"])
    files.keep(OTHER, "profile", [b"content"])
    files.keep(LEARNER, "consent", [b"content"])
    for learner, group in ((OTHER, "profile"), (LEARNER, "consent")):
        with pytest.raises(AttachmentTampered):
            files.open(kept.id, learner, group)


def test_a_file_that_is_not_there_is_missing(files: Attachments, database: Database) -> None:
    with pytest.raises(AttachmentMissing):
        files.open(uuid4(), LEARNER, "profile")
    kept = files.keep(LEARNER, "profile", [b"content"])
    elsewhere = database.make_tenant(f"t{uuid4().hex[:12]}")
    with TenantDatastore(database.app, tenant=elsewhere) as datastore:
        theirs = Attachments(datastore, tenant=elsewhere, keys=files.keys)
        with pytest.raises(AttachmentMissing):
            theirs.open(kept.id, LEARNER, "profile")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("DELETE FROM attachment WHERE chunk = 2", id="cut short"),
        pytest.param("DELETE FROM attachment WHERE chunk = 1", id="a hole"),
        pytest.param("DELETE FROM attachment WHERE chunk = 0", id="without its beginning"),
        pytest.param(
            "UPDATE attachment SET chunk = (chunk + 1) % 2 + 10 WHERE chunk IN (0, 1); "
            "UPDATE attachment SET chunk = chunk - 10 WHERE chunk >= 10",
            id="reordered",
        ),
        pytest.param(
            "INSERT INTO attachment SELECT tenant, attachment, 3, sealed "
            "FROM attachment WHERE chunk = 2",
            id="lengthened",
        ),
        pytest.param(
            "UPDATE attachment SET sealed = set_byte(sealed, 100, "
            "255 - get_byte(sealed, 100)) WHERE chunk = 1",
            id="a byte changed",
        ),
        pytest.param("UPDATE attachment SET sealed = '' WHERE chunk = 1", id="emptied"),
    ],
)
def test_a_file_that_was_changed_does_not_open_to_its_end(
    files: Attachments, database: Database, tenant: str, change: str
) -> None:
    kept = files.keep(LEARNER, "profile", [os.urandom(2 * CHUNK_BYTES + 10)])
    with psycopg.connect(database.owner) as owner:
        owner.execute("SET search_path = throughline")
        # The superuser is not held by the policy, so a view keeps the change to this tenant.
        owner.execute(
            f"CREATE TEMPORARY VIEW ours AS SELECT * FROM attachment WHERE tenant = '{tenant}'"
        )
        owner.execute(change.replace("attachment ", "ours ").encode())
    with pytest.raises(AttachmentTampered):
        opened(files, kept.id)
