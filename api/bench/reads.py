"""`bench read`: a counselor's read of a profile over HTTP, decided on and noted, by 16 clients.

audited    `GET /v1/learners/{id}/profile` as it is served: the decision, and the log on disk
unaudited  the same server, without the decision and without the log; what was read is flushed
bare       FastAPI and a psycopg pool: a `SELECT` of the same bytes by their id

Each is a server process of its own on one database; the clients are one more. `decision_us` is the
decision with the files at hand, `gathering_us` to look whether they still are what is on file.
"""

import http.client
import logging
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Event as Signal
from queue import Queue
from statistics import median
from threading import Thread
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from fastapi import FastAPI, Response
from psycopg_pool import ConnectionPool
from starlette.types import ASGIApp

from api.app import create_app
from api.bench import Result
from api.bench.ground import engine, ratio
from api.bench.histories import history, learner_of, record
from api.compose import Databases, Persona, System, system
from api.desk import desk_of
from api.in_law import kinds_of
from api.logs import configure_logs
from api.running import behind, settle_heap
from api.serving import address_of, listen, serve
from api.sight import Sight
from api.viewing import persona_viewer
from domain.access.words import Action, AssignmentKind, Role
from domain.application import Request
from domain.district import PublishAnnualNotice
from domain.effective import Effective
from domain.event import Command
from domain.people import Assign, CompleteTraining, GrantRole, RegisterPerson, district_id
from projections.entries import Entry
from store.settings import Settings

CLIENTS = 16
SCHOOL = "north-high"
RIVERA = Persona(learner_of("Ms Rivera"), "Ms Rivera", "counselor")
KEEP = """
CREATE TABLE bench_answer (id uuid PRIMARY KEY, body bytea NOT NULL);
GRANT SELECT ON bench_answer TO PUBLIC
"""


def measure(learners: int = 40, requests: int = 400, rounds: int = 5) -> Result:
    """Read `learners` profiles in turns, `requests` in a round of each variant."""
    with engine() as built, ExitStack() as stack:
        staff(built)
        today = built.context().today
        told = [f"learner {n}" for n in range(learners)]
        for name in told:
            record(built, name, history(name, 100, today, 10, school=SCHOOL, grade="09"))
        built.projector.catch_up()
        wanted = [learner_of(name) for name in told]
        paths = [f"/v1/learners/{learner}/profile" for learner in wanted]
        serving = {
            name: stack.enter_context(apart(built, name)) for name in ("audited", "unaudited")
        }
        answers = [get(serving["unaudited"], path) for path in paths]
        keep(built, dict(zip(wanted, answers, strict=True)))
        serving["bare"] = stack.enter_context(apart(built, "bare"))
        asked = dict.fromkeys(("audited", "unaudited"), paths)
        asked["bare"] = [f"/{learner}" for learner in wanted]
        for name, where in serving.items():
            load(where, asked[name], CLIENTS * 4)  # warm
        per_second: dict[str, list[float]] = {name: [] for name in serving}
        for _ in range(rounds):
            for name, where in serving.items():
                per_second[name].append(load(where, asked[name], requests))
        decided = decisions(built, wanted)
    return {
        "bench": "read",
        "clients": CLIENTS,
        "bytes": int(median(map(len, answers))),
        "answers_per_second": per_second,
        "median": {name: round(median(values), 1) for name, values in per_second.items()},
        "ratio_to_unaudited": ratio(per_second["audited"], per_second["unaudited"]),
        "ratio_to_bare": ratio(per_second["audited"], per_second["bare"]),
        **decided,
    }


def staff(built: System) -> None:
    """A counselor of the school, and the notice that says who is an official."""
    when = Effective(start=built.context().today - timedelta(days=60))
    district = district_id(built.settings.tenant)
    told: list[tuple[UUID, Command]] = [
        (district, RegisterPerson(name="Bench")),
        (district, PublishAnnualNotice(version="n-1", criteria="c-1", effective=when)),
        (RIVERA.id, RegisterPerson(name=RIVERA.name)),
        (RIVERA.id, GrantRole(role=Role.COUNSELOR, effective=when)),
        (
            RIVERA.id,
            Assign(role=Role.COUNSELOR, kind=AssignmentKind.SCHOOL, code=SCHOOL, effective=when),
        ),
        (RIVERA.id, CompleteTraining(course="Privacy", effective=when)),
    ]
    for whose, command in told:
        built.profiles.do(Request(whose, command, built.context()))


def decisions(built: System, learners: list[UUID], times: int = 20) -> dict[str, float]:
    """Microseconds of a decision about a whole profile, and of looking at the files."""
    desk = desk_of(built)
    context = built.context()
    entries = built.reader.profiles(learners, context.today)
    gathering, deciding = [], []
    for _ in range(times):
        for learner in learners:
            asker = desk.asker(persona_viewer(RIVERA), context.now)
            began = perf_counter()
            file = asker.look([learner]).learners[learner]
            gathering.append(perf_counter() - began)
            kinds = dict.fromkeys(kind for e in entries[learner] for kind in kinds_of(e))
            began = perf_counter()
            asker.decide(learner, file, tuple(kinds), Action.OPENED)
            deciding.append(perf_counter() - began)
    return {
        "decision_us": round(median(deciding) * 1e6, 1),
        "gathering_us": round(median(gathering) * 1e6, 1),
    }


# -- servers ---------------------------------------------------------------------------------


@contextmanager
def apart(built: System, name: str) -> Iterator[tuple[str, int]]:
    """A server of a variant in a process of its own; its host and port."""
    spawn = multiprocessing.get_context("spawn")
    told, stop = spawn.Queue(), spawn.Event()
    process = spawn.Process(target=run, args=(name, built.settings, built.databases, told, stop))
    process.start()
    try:
        yield "127.0.0.1", int(told.get(timeout=60))
    finally:
        stop.set()
        process.join(20)


def run(name: str, settings: Settings, databases: Databases, told: Any, stop: Signal) -> None:
    """The life of a server process."""
    configure_logs(logging.WARNING)
    with ExitStack() as stack:
        socket = stack.enter_context(closing(listen("127.0.0.1", 0)))
        if name == "bare":
            app = stack.enter_context(bare(databases))
        else:
            built = stack.enter_context(system(settings, databases, RIVERA))
            app = create_app(built)
            if name == "unaudited":
                look_away()
            else:
                stack.enter_context(behind(built))
        settle_heap()
        told.put(address_of(socket).rpartition(":")[2])
        serve(app, socket, stop)  # type: ignore[arg-type]  # it asks only whether it is set


def look_away() -> None:
    """Let nothing be decided on or noted, as it was before there was a log."""
    Sight.admit = lambda self, learner: None  # type: ignore[method-assign]
    Sight.entries = unsifted  # type: ignore[method-assign,assignment]
    Sight.accesses = lambda self, body: []  # type: ignore[method-assign]


def unsifted(_: Sight, found: Mapping[UUID, Sequence[Entry]]) -> dict[UUID, list[Entry]]:
    """All entries."""
    return {learner: list(entries) for learner, entries in found.items()}


@contextmanager
def bare(databases: Databases) -> Iterator[ASGIApp]:
    """A route that answers stored bytes."""
    with ConnectionPool(databases.app, min_size=4, max_size=16, open=True) as pool:
        app = FastAPI()

        @app.get("/{learner}")
        def answer(learner: UUID) -> Response:
            with pool.connection() as conn:
                row = conn.execute(
                    "SELECT body FROM throughline.bench_answer WHERE id = %s", (learner,)
                ).fetchone()
            return Response(row[0] if row else b"", media_type="application/json")

        yield app


def keep(built: System, answers: dict[UUID, bytes]) -> None:
    """Store the bytes that the bare server answers."""
    with psycopg.connect(built.databases.owner, autocommit=True) as owner:
        owner.execute("SET search_path TO throughline")
        owner.execute(KEEP)
        with owner.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_answer VALUES (%s, %s)", list(answers.items()))


# -- clients ---------------------------------------------------------------------------------


def get(where: tuple[str, int], path: str) -> bytes:
    """One answer. Raises `RuntimeError` where it is none."""
    with closing(http.client.HTTPConnection(*where, timeout=60)) as connection:
        return answered(connection, path)


def answered(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} instead of an answer")
    return body


def load(where: tuple[str, int], paths: list[str], requests: int) -> float:
    """Answers a second, `requests` of them asked by all clients together."""
    work: Queue[str] = Queue()
    for n in range(requests):
        work.put(paths[n % len(paths)])
    failures: list[BaseException] = []

    def client() -> None:
        with closing(http.client.HTTPConnection(*where, timeout=60)) as connection:
            while not work.empty() and not failures:
                try:
                    answered(connection, work.get())
                except Exception as error:  # noqa: BLE001 - told by the thread that waits
                    failures.append(error)

    threads = [Thread(target=client) for _ in range(CLIENTS)]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return round(requests / (perf_counter() - began), 1)
