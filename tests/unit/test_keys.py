"""The key store in files: one key per id, for ever the same, until it is destroyed."""

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.words import Retention
from store.keys import FileKeyStore, KeyDestroyed, KeyId, KeyStoreError

NONCE = b"n" * 12
LEARNER = UUID("6f1f0a52-4b0e-4e55-9c39-0d1f0e6d8d11")
PROFILE = KeyId("north", LEARNER, "profile")

MAKE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from store.keys import FileKeyStore, KeyId
made = FileKeyStore(Path(sys.argv[1])).create([KeyId("north", UUID(sys.argv[2]), "profile")])
(key,) = made.values()
sys.stdout.write(key.encrypt(b"n" * 12, b"", None).hex())
sys.stdout.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""

# In a process of its own: that of the tests may have threads, which a fork does not carry over.
FORK = """
import os, sys
from pathlib import Path
from uuid import UUID, uuid4
from store.keys import FileKeyStore, KeyId
keys, kept = FileKeyStore(Path(sys.argv[1])), KeyId("north", UUID(sys.argv[2]), "profile")
keys.create([kept])
child = os.fork()
if child == 0:
    try:
        keys.create([KeyId("north", uuid4(), "profile")])
        os._exit(0 if len(keys.get([kept])) == 1 else 1)
    finally:
        os._exit(2)
assert os.waitpid(child, 0)[1] == 0
assert keys.create([kept]).keys() == {kept}
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keys(directory: Path) -> FileKeyStore:
    return FileKeyStore(directory)


def some(count: int) -> list[KeyId]:
    return [KeyId("north", uuid4(), "profile") for _ in range(count)]


def marks(keys: FileKeyStore, ids: list[KeyId]) -> list[bytes]:
    """What tells one key from another, in the order of the ids: the tag of an empty message."""
    found = keys.get(ids)
    return [found[i].encrypt(NONCE, b"", None) for i in ids]


def make(arguments: tuple[Path, list[KeyId]]) -> list[bytes]:
    directory, ids = arguments
    store = FileKeyStore(directory)
    store.create(ids)
    return marks(store, ids)


# -- one key per id ---------------------------------------------------------------------------


def test_a_key_is_made_once_and_found_again(keys: FileKeyStore, directory: Path) -> None:
    ids = some(3)
    assert keys.get(ids) == {}
    keys.create(ids[:2])
    first = marks(keys, ids[:2])
    keys.create(ids)
    assert marks(keys, ids)[:2] == first
    assert marks(FileKeyStore(directory), ids) == marks(keys, ids)


@pytest.mark.parametrize(
    "other",
    [
        PROFILE._replace(tenant="south"),
        PROFILE._replace(owner=uuid4()),
        PROFILE._replace(group="consent"),
    ],
)
def test_another_id_has_another_key(keys: FileKeyStore, other: KeyId) -> None:
    keys.create([PROFILE, other])
    assert len(set(marks(keys, [PROFILE, other]))) == 2


def test_a_group_is_its_word_however_it_is_typed(keys: FileKeyStore, directory: Path) -> None:
    keys.create([KeyId("north", LEARNER, Retention.PROFILE)])
    plain = KeyId("north", LEARNER, Retention.PROFILE.value)
    assert marks(FileKeyStore(directory), [plain]) == marks(keys, [plain])


def test_processes_that_create_the_same_ids_at_once_get_the_same_keys(directory: Path) -> None:
    ids = some(200)
    with get_context("spawn").Pool(4) as pool:
        answers = pool.map(make, [(directory, ids[n::-1] + ids[n:]) for n in (0, 50, 100, 199)])
    by_id = [
        dict(zip(ids[n::-1] + ids[n:], answer, strict=True))
        for n, answer in zip((0, 50, 100, 199), answers, strict=True)
    ]
    assert by_id[0] == by_id[1] == by_id[2] == by_id[3]
    assert len(set(by_id[0].values())) == 200


def test_threads_share_a_store(keys: FileKeyStore) -> None:
    ids = some(40)

    def work(n: int) -> list[bytes]:
        keys.create(ids[n:] + ids[:n])
        return marks(keys, ids)

    with ThreadPoolExecutor(8) as pool:
        assert len({tuple(answer) for answer in pool.map(work, range(40))}) == 1


def run(program: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, on this store and this learner."""
    return subprocess.run(
        [sys.executable, "-c", program, str(directory), str(LEARNER)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_a_forked_process_has_a_connection_of_its_own(directory: Path) -> None:
    done = run(FORK, directory)
    assert done.returncode == 0, done.stderr


def test_a_key_is_there_after_its_maker_was_killed(directory: Path) -> None:
    FileKeyStore(directory)
    done = run(MAKE_AND_DIE, directory)
    assert marks(FileKeyStore(directory), [PROFILE]) == [bytes.fromhex(done.stdout)]


def test_every_write_waits_for_the_disk_and_overwrites_what_it_removes(
    keys: FileKeyStore,
) -> None:
    with keys._files.reading() as db:
        settings = [
            db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert settings == ["delete", 3, 1]


# -- destroying -------------------------------------------------------------------------------


def test_a_destroyed_key_is_gone_and_stays_gone(keys: FileKeyStore, directory: Path) -> None:
    other = PROFILE._replace(group="consent")
    keys.create([PROFILE, other])
    before = keys.epoch()
    keys.destroy(PROFILE)
    for store in (keys, FileKeyStore(directory)):
        assert store.get([PROFILE, other]).keys() == {other}
        with pytest.raises(KeyDestroyed):
            store.create([PROFILE])
        with pytest.raises(KeyDestroyed):
            store.create([*some(1), PROFILE])
    assert keys.epoch() == before + 1
    assert keys.known([PROFILE, other, *some(1)]) == {PROFILE, other}


def test_a_key_that_never_was_can_be_ruled_out(keys: FileKeyStore) -> None:
    keys.destroy(PROFILE)
    with pytest.raises(KeyDestroyed):
        keys.create([PROFILE])


def test_what_another_process_destroyed_is_seen_by_the_next_question(directory: Path) -> None:
    ours, theirs = FileKeyStore(directory), FileKeyStore(directory)
    for key in some(60):  # quicker than the file system's clock ticks
        ours.create([key])
        assert ours.get([key]).keys() == {key}
        theirs.destroy(key)
        assert ours.get([key]) == {}


def test_nothing_in_the_directory_holds_a_copy_of_a_destroyed_key(
    keys: FileKeyStore, directory: Path
) -> None:
    keys.create([PROFILE, *some(300)])
    with closing(sqlite3.connect(directory / "keys.sqlite")) as db, db:
        statement = "SELECT wrapped FROM wrapped_key WHERE owner = ?"
        wrapped = bytes(db.execute(statement, (LEARNER.bytes,)).fetchone()[0])
    assert any(wrapped in file.read_bytes() for file in directory.iterdir())
    keys.destroy(PROFILE)
    assert not any(wrapped[12:28] in file.read_bytes() for file in directory.iterdir())


# -- a tenant's own secrets -------------------------------------------------------------------


def test_a_digest_is_keyed_per_tenant_and_lasts(keys: FileKeyStore, directory: Path) -> None:
    ours = keys.digest("north", b"body")
    assert ours == FileKeyStore(directory).digest("north", b"body")
    assert len({ours, keys.digest("north", b"other"), keys.digest("south", b"body")}) == 3


def test_secrets_of_different_names_differ(keys: FileKeyStore, directory: Path) -> None:
    names = ["digest", "search", "cursor"]
    found = [keys.secret("north", name) for name in names]
    assert found == [FileKeyStore(directory).secret("north", name) for name in names]
    assert len(set(found)) == 3
    assert {len(secret) for secret in found} == {32}


def test_a_fingerprint_tells_two_stores_apart(directory: Path, tmp_path: Path) -> None:
    one = FileKeyStore(directory).fingerprint()
    assert one == FileKeyStore(directory).fingerprint()
    assert one != FileKeyStore(tmp_path / "other").fingerprint()


# -- a directory that cannot be used ----------------------------------------------------------


def test_the_directory_and_its_key_are_for_the_owner_alone(directory: Path) -> None:
    FileKeyStore(directory)
    assert directory.stat().st_mode & 0o777 == 0o700
    assert (directory / "kek").stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in directory.iterdir()) == ["kek", "keys.sqlite"]


def test_keys_without_their_kek_are_not_given_a_new_one(directory: Path) -> None:
    FileKeyStore(directory).create([PROFILE])
    (directory / "kek").unlink()
    with pytest.raises(KeyStoreError, match="holds keys but not the file kek"):
        FileKeyStore(directory)
    assert not (directory / "kek").exists()


def test_the_kek_of_another_store_is_refused(directory: Path, tmp_path: Path) -> None:
    FileKeyStore(directory).create([PROFILE])
    FileKeyStore(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "kek", directory / "kek")
    with pytest.raises(KeyStoreError, match="belongs to another key store"):
        FileKeyStore(directory)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_kek_of_another_length_is_refused(directory: Path, content: bytes) -> None:
    FileKeyStore(directory)
    (directory / "kek").write_bytes(content)
    with pytest.raises(KeyStoreError, match="must hold 32 bytes"):
        FileKeyStore(directory)


def test_a_damaged_database_is_told(directory: Path) -> None:
    FileKeyStore(directory).create([PROFILE])
    (directory / "keys.sqlite").write_bytes(b"not a database, but long enough to be one" * 100)
    with pytest.raises(KeyStoreError, match="it is damaged"):
        FileKeyStore(directory)


def test_a_path_that_is_no_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(KeyStoreError, match="cannot be used: "):
            FileKeyStore(path)


def test_a_directory_that_went_away_is_told(keys: FileKeyStore, directory: Path) -> None:
    shutil.rmtree(directory)
    with pytest.raises(KeyStoreError, match="is gone"):
        keys.get([PROFILE])


def test_a_full_disk_is_told_and_leaves_nothing_half_made(
    keys: FileKeyStore, directory: Path
) -> None:
    ids = some(2000)
    with keys._files.reading() as db:
        db.execute("PRAGMA max_page_count = 8")  # SQLite's own limit gives the disk's own error
    with pytest.raises(KeyStoreError, match="the disk is full"):
        keys.create(ids)
    assert FileKeyStore(directory).get(ids) == {}


def test_a_key_that_was_moved_to_another_id_does_not_open(
    keys: FileKeyStore, directory: Path
) -> None:
    keys.create([PROFILE])
    stolen = PROFILE._replace(owner=uuid4())
    with closing(sqlite3.connect(directory / "keys.sqlite")) as db, db:
        db.execute("UPDATE wrapped_key SET owner = ?", (stolen.owner.bytes,))
    with pytest.raises(KeyStoreError, match="does not open with the file kek") as refused:
        FileKeyStore(directory).get([stolen])
    assert str(stolen.owner) not in str(refused.value)
    assert refused.value.__cause__ is None
