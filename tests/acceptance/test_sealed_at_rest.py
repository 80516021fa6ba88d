"""A stolen disk tells nothing: every file of the cluster and of the key directory is searched."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.conninfo import make_conninfo

from api.compose import Databases, System
from api.preparing import prepare
from domain.application import Profiles
from domain.changes import CorrectFact, PlaceContestStatement, SupersedeFact
from domain.event import Attachment, Command, Part
from domain.facts import EndSupport, MakeComment, RecordObservation, StartSupport
from domain.identity import ChangeDetails, EndEnrolment, EnrolLearner
from domain.words import Area, DataClass
from store import embedded
from store.attachments import CHUNK_BYTES, Attachments
from store.embedded import EmbeddedPostgres
from store.keys import KeyId
from store.migrate import APP
from store.settings import Settings
from tests.installation import TENANT, Installation
from tests.unit.decider import TODAY
from tests.unit.plain import ALL, REGISTERED
from tests.varied import open_record, tell

# Words that nothing else in a cluster holds.
NAMES = ["Quillanthe", "Brocadello", "Kestrelune", "loc-77104-zq"]
SAID = [f"{word}-marmolade" for word in ("first", "part", "corrected", "superseded", "comment",
                                         "statement", "special", "title", "reason", "author",
                                         "source", "received", "file", "moved")]  # fmt: skip
FILE_TEXT = "Pangolin-in-the-attachment"
WORDS = [*NAMES, *SAID, FILE_TEXT]
CONTROL = "Control-word-written-in-clear"


@dataclass(frozen=True)
class Place:
    """A district in a cluster of its own."""

    server: EmbeddedPostgres
    installation: Installation
    system: System

    def found(self, words: Collection[str | bytes], under: str = "") -> set[str | bytes]:
        """Those of the words that stand in any file of the cluster, in any of its bytes."""
        return search(self.server.directory / under, words)


def search(directory: Path, words: Collection[str | bytes]) -> set[str | bytes]:
    found: set[str | bytes] = set()
    for file in directory.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found |= {w for w in words if (w.encode() if isinstance(w, str) else w) in content}
    return found


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory(prefix="throughline-") as home,
        TemporaryDirectory(prefix="throughline-") as directory,
        embedded.start(Path(directory), {"autovacuum": "off"}) as server,
    ):
        patch.setattr(Profiles, "snapshot_interval", 5)
        found = Databases(make_conninfo(server.conninfo, user=APP), server.conninfo)
        prepare(Settings(tenant=TENANT), found)
        installation = Installation(Path(home), found)
        with installation.system() as system:
            write(system)
            system.projector.catch_up()
            assert system.reader.parked() == []
            installation.execute("CREATE TABLE control AS SELECT %s AS word", (CONTROL,))
            yield Place(server, installation, system)


def write(system: System) -> None:
    """Entries with the words in every kind of place: names, texts, parts, changes, files."""
    ben = open_record(system, given_name=NAMES[0], family_name=NAMES[1], local_id=NAMES[3])
    ana = open_record(system, given_name=NAMES[0], family_name=NAMES[1], preferred_name=NAMES[2])
    for command in about(system, ana, ben):
        tell(system, ana, command)
    for plain in ALL:
        learner = uuid4() if plain is REGISTERED else open_record(system)
        for command in (*plain.before, plain.command):
            tell(system, learner, command)


def about(system: System, ana: UUID, ben: UUID) -> list[Command]:
    fact, successor, support, enrolment = (uuid4() for _ in range(4))
    (first, part, corrected, superseded, comment, statement, special, title, reason, author,
     source, received, file, moved) = SAID  # fmt: skip
    files = Attachments(system.datastore, tenant=TENANT, keys=system.mapper.keys)
    text = FILE_TEXT.encode() * (2 * CHUNK_BYTES // len(FILE_TEXT))
    kept = files.keep(ana, "profile", [text])
    attached = Attachment(id=kept.id, name=file, media_type="text/plain", sha256=kept.sha256)
    return [
        RecordObservation(
            fact=fact, area=Area.NEEDS, text=first, subjects=(ben,), attachments=(attached,),
            parts=(Part(learner=ben, text=part),), author_name=author, author_role=author,
            source=source, source_id=source, received_how=received, notice_shown=received,
        ),
        CorrectFact(fact=fact, changes={"text": corrected}, ground=reason),
        SupersedeFact(fact=fact, successor=successor, changes={"text": superseded}),
        MakeComment(fact=fact, text=comment),
        PlaceContestStatement(fact=fact, text=statement),
        RecordObservation(area=Area.NEEDS, text=special, data_class=DataClass.SPECIAL_ED),
        StartSupport(fact=support, title=title, text=title * 500),
        EndSupport(support=support, reason=reason),
        EnrolLearner(enrolment=enrolment, school="north", grade="09"),
        EndEnrolment(enrolment=enrolment, reason=moved),
        ChangeDetails(preferred_name=NAMES[2], home_language=moved),
    ]  # fmt: skip


def test_the_words_are_there_for_whoever_holds_the_keys(place: Place) -> None:
    """So that what follows does not look for words that were never written."""
    [ana] = place.system.reader.caseload(TODAY, search=NAMES[2])
    told = "".join(map(repr, place.system.reader.timeline(ana.learner)))
    told += "".join(e.event.model_dump_json() for e in place.system.reader.audit(limit=1000))
    assert [w for w in WORDS if w not in told] == [FILE_TEXT]
    assert place.installation.execute("SELECT count(*) > 0 FROM snapshot") == [(True,)]


def test_no_word_is_in_the_wal_or_in_any_other_file(place: Place) -> None:
    assert place.found([CONTROL], "data/pg_wal") == {CONTROL}
    assert place.found(WORDS) == set()


def test_no_word_is_in_the_data_after_a_checkpoint(place: Place) -> None:
    place.installation.execute("CHECKPOINT")
    assert place.found([CONTROL], "data/base") == {CONTROL}
    assert place.found(WORDS) == set()


def test_no_word_is_in_the_key_directory(place: Place) -> None:
    keys = place.installation.settings.keys_directory
    assert search(keys, ["wrapped_key"]) == {"wrapped_key"}
    assert search(keys, [*WORDS, CONTROL]) == set()


def test_no_key_is_in_the_cluster(place: Place) -> None:
    kek, wrapped, opened = key_bytes(place)
    assert len(opened) > len(ALL)
    place.installation.execute("CHECKPOINT")
    assert place.found([kek, *wrapped, *opened]) == set()
    # The search would find one.
    place.installation.execute("CREATE TABLE stray AS SELECT %s AS key", (opened[0],))
    assert place.found([opened[0]]) == {opened[0]}


def key_bytes(place: Place) -> tuple[bytes, list[bytes], list[bytes]]:
    """The key-encryption key, the wrapped keys, and the keys that it opens them to."""
    directory = place.installation.settings.keys_directory
    kek = (directory / "kek").read_bytes()
    wrapped, opened = [], []
    with closing(sqlite3.connect(directory / "keys.sqlite")) as db:
        for tenant, owner, group, sealed in db.execute("SELECT * FROM wrapped_key"):
            key = KeyId(tenant, UUID(bytes=owner), group)
            wrapped.append(sealed)
            opened.append(AESGCM(kek).decrypt(sealed[:12], sealed[12:], key.associated()))
    return kek, wrapped, opened
