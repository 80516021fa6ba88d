"""The processes of `bench append`: writers of each variant, and the reader that tails ours."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter, sleep
from typing import Any
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from domain.application import Profiles, Request
from domain.event import Context
from domain.facts import RecordObservation
from domain.identity import RegisterLearner
from domain.words import Area
from store.factory import TenantDatastore
from store.recorder import TenantRecorder

VARIANTS = ("library", "bare", "ours", "save", "command")
OURS = ("ours", "command")
TOPIC = "observation-recorded"
STATE = os.urandom(560)  # as long as a sealed observation of two sentences
TEXT = "Explained the fractions task to two classmates, and asked for a harder one. " * 2
STREAM_LENGTH = 100  # events per stream, then the next stream
LEARNERS = 20
LOOK = 0.002  # seconds between two looks of the reader that tails

Write = Callable[[], int]


@dataclass(frozen=True)
class Target:
    """What a writer needs to know to connect."""

    app: str
    owner: str
    keys: str
    tenant: str


@dataclass(frozen=True)
class Report:
    """What one writer did in one turn; positions only of our own variants."""

    count: int
    seconds: float
    positions: list[int]


def work(target: Target, inbox: Any, reports: Any, barrier: Any) -> None:
    """Write as told by the inbox (variant, seconds) until it says None."""
    makers: dict[str, Callable[[Target], Write]] = {
        "library": library,
        "bare": bare,
        "ours": ours,
        "save": save,
        "command": command,
    }
    writers: dict[str, Write] = {}
    for name, seconds in iter(inbox.get, None):
        if name not in writers:
            writers[name] = makers[name](target)
        write = writers[name]
        barrier.wait()
        positions = []
        began = perf_counter()
        while perf_counter() < began + seconds:
            positions.append(write())
        elapsed = perf_counter() - began
        reports.put(Report(len(positions), elapsed, positions if name in OURS else []))


def stored() -> Callable[[], StoredEvent]:
    """Events of one stream after the other, each with the next version."""
    stream, version = uuid4(), 0

    def following() -> StoredEvent:
        nonlocal stream, version
        if version == STREAM_LENGTH:
            stream, version = uuid4(), 0
        version += 1
        return StoredEvent(stream, version, TOPIC, STATE)

    return following


def library(target: Target) -> Write:
    parts: dict[str, Any] = conninfo_to_dict(target.owner)
    recorder = PostgresApplicationRecorder(
        PostgresDatastore(
            dbname=parts["dbname"], host=parts["host"], port=parts.get("port", "5432"),
            user=parts["user"], password="", schema="library", pool_size=1,
        )
    )  # fmt: skip
    _create_in_turn(target, recorder.create_table)
    following = stored()

    def write() -> int:
        recorder.insert_events([following()])
        return 0

    return write


def bare(target: Target) -> Write:
    conn = psycopg.connect(target.app, autocommit=True)
    following = stored()

    def write() -> int:
        e = following()
        conn.execute(
            "INSERT INTO bare.event VALUES "
            "(%s, nextval('bare.position'), %s, %s, %s, %b, clock_timestamp())",
            (target.tenant, e.originator_id, e.originator_version, e.topic, e.state),
            prepare=True,
        )
        return 0

    return write


def ours(target: Target) -> Write:
    datastore = TenantDatastore(target.app, tenant=target.tenant, pool_size=2)
    recorder = TenantRecorder(datastore, tenant=target.tenant)
    following = stored()
    return lambda: recorder.append([following()]).last_position


class Note(Aggregate):
    """The library's own aggregate, as its documentation writes one."""

    @event("Added")
    def add(self, text: str) -> None:
        self.text = text


def save(target: Target) -> Write:
    parts: dict[str, Any] = conninfo_to_dict(target.owner)
    made: list[Application[UUID]] = []
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts["dbname"],
        "POSTGRES_HOST": parts["host"],
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": parts["user"],
        "POSTGRES_PASSWORD": "none",
        "POSTGRES_SCHEMA": "library",
        "POSTGRES_POOL_SIZE": "1",
    }
    _create_in_turn(target, lambda: made.append(Application(environment)))
    app = made[0]
    notes = [Note() for _ in range(LEARNERS)]
    text = "x" * (len(STATE) - 100)
    turn = 0

    def write() -> int:
        nonlocal turn
        turn += 1
        note = notes[turn % LEARNERS]
        note.add(text)
        app.save(note)
        return 0

    return write


def command(target: Target) -> Write:
    profiles = Profiles(
        {"TENANT": target.tenant, "DATABASE_URL": target.app, "KEYS_DIR": target.keys}
    )
    writer = uuid4()

    def context() -> Context:
        now = datetime.now(UTC)
        return Context(now.date(), "America/Chicago", now, writer, "Ms Rivera")

    learners = [uuid4() for _ in range(LEARNERS)]
    for learner in learners:
        profiles.do(
            Request(learner, RegisterLearner(given_name="Ana", family_name="Lopez"), context())
        )
    turn = 0

    def write() -> int:
        nonlocal turn
        turn += 1
        observation = RecordObservation(area=Area.STRENGTHS, text=TEXT)
        request = Request(learners[turn % LEARNERS], observation, context())
        return profiles.do(request).position

    return write


def tail(target: Target, stop: Any, report: Any) -> None:
    """Follow our positions as a projector does; report how many were seen, and how many missed."""
    last, seen, empty = 0, 0, False
    with psycopg.connect(target.app, autocommit=True) as conn:
        conn.execute("SELECT set_config('throughline.tenant', %s, false)", (target.tenant,))
        statement = (
            "SELECT position FROM throughline.event WHERE tenant = %s AND position > %s "
            "ORDER BY position LIMIT 1000"
        )
        while not (stop.is_set() and empty):
            rows = conn.execute(statement, (target.tenant, last), prepare=True).fetchall()
            empty = not rows
            if rows:
                seen += len(rows)
                last = rows[-1][0]
            sleep(LOOK)  # rows or none: it takes as much from whatever is measured
        total = conn.execute(
            "SELECT count(*) FROM throughline.event WHERE tenant = %s AND position <= %s",
            (target.tenant, last),
        ).fetchone()
    report.put((seen, (total[0] if total else 0) - seen))


def _create_in_turn(target: Target, create: Callable[[], None]) -> None:
    """The library's CREATE TABLE races where several processes start at once: one at a time."""
    with psycopg.connect(target.owner, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(1)")
        create()
