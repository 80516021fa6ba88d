"""`bench asof`: a profile now and on a past date, of learners with short and long histories.

current  what holds today, as known now
q1       what holds on a day half-way through the history, as known now
q2       what held on that day, as known half-way through the history
library   the library's `repository.get(version=…)` half-way through the same history in an
          aggregate of its own, in plain text, which is then asked what held on that day
snapshot  the same with a snapshot every 100 events
"""

from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import Any, ClassVar
from uuid import UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from api.bench import Result
from api.bench.ground import engine, ratio
from api.bench.histories import AT_ONCE, PERIOD, STEPS, TEXT, history, record
from api.compose import System
from domain.changes import ConfirmFact, CorrectFact, SupersedeFact
from domain.event import Command
from domain.facts import EndSupport, StartSupport
from projections.reading import Reader

ASKED = ("current", "q1", "q2")


def measure(
    sizes: tuple[int, ...] = (100, 1000, 10_000), rounds: int = 9, times: int = 10
) -> Result:
    """Ask each learner the three questions, `times` in a row in each round."""
    with engine() as system:
        today = system.context().today
        learners = {n: record(system, str(n), history(str(n), n, today)) for n in sizes}
        system.projector.catch_up()
        library = Library(system, sizes[-1], middle(sizes[-1], today))
        questions: dict[str, Callable[[], Any]] = {}
        for size, learner in learners.items():
            for name, ask in asked(system, learner, size, today).items():
                questions[f"{name}_{size}"] = ask
        questions |= {"library": library.get, "snapshot": library.get_with_snapshots}
        milliseconds: dict[str, list[float]] = {name: [] for name in questions}
        answers = {name: len(ask()) for name, ask in questions.items()}
        for _ in range(rounds):
            for name, ask in questions.items():
                milliseconds[name].append(timed(ask, 1 if name == "library" else times))
    short, long = sizes[0], sizes[-1]
    at = milliseconds
    return {
        "bench": "asof",
        "entries": answers,
        "milliseconds": at,
        "median": {name: round(median(values), 3) for name, values in at.items()},
        "past_to_current": max(
            ratio(at[f"{q}_{n}"], at[f"current_{n}"]) for q in ("q1", "q2") for n in sizes
        ),
        "long_to_short": max(ratio(at[f"{q}_{long}"], at[f"{q}_{short}"]) for q in ASKED),
        "library_to_ours": ratio(at["library"], at[f"q2_{long}"]),
        "library_snapshot_to_ours": ratio(at["snapshot"], at[f"q2_{long}"]),
    }


def asked(system: System, learner: UUID, size: int, today: date) -> dict[str, Callable[[], Any]]:
    """The three questions about a learner; each begins with where the projections stand."""
    reader = Reader(system.datastore, system.mapper, keep=0)  # every answer opens its events
    day = middle(size, today)
    with system.datastore.get_connection() as conn:
        row = conn.execute(
            "SELECT position FROM event WHERE tenant = %s AND stream = %s AND version = %s",
            (reader.tenant, learner, version_of(size)),
        ).fetchone()
    position = row["position"] if row else 0
    return {
        "current": lambda: reader.profile(learner, today, reader.standing(learner)),
        "q1": lambda: reader.profile(learner, day, reader.standing(learner)),
        "q2": lambda: reader.profile(learner, day, reader.standing(learner, position)),
    }


def middle(size: int, today: date) -> date:
    """A day of the round in the middle, on which the newer values hold."""
    rounds = max(1, size // (AT_ONCE * STEPS))
    return today - timedelta(days=rounds * PERIOD - rounds // 2 * PERIOD - 10)


def version_of(size: int) -> int:
    """The learner's version when all that holds on that day had been told."""
    rounds = max(1, size // (AT_ONCE * STEPS))
    return 1 + (rounds // 2 * STEPS + 4) * AT_ONCE


def timed(ask: Callable[[], Any], times: int) -> float:
    """Milliseconds that asking takes, of so many times in a row."""
    began = perf_counter()
    for _ in range(times):
        ask()
    return round((perf_counter() - began) / times * 1000, 4)


class Supported(Aggregate):
    """The library's aggregate of the same history, which can tell what held on any day."""

    def __init__(self) -> None:
        self.supports: dict[str, dict[str, str]] = {}

    @event("Started")
    def start(self, support: str, title: str, text: str, start: str) -> None:
        told = {"title": title, "text": text, "from": start}
        self.supports[support] = told

    @event("Corrected")
    def correct(self, support: str, text: str, ground: str) -> None:
        self.supports[support]["text"] = text

    @event("Superseded")
    def supersede(self, support: str, value: str, text: str, start: str) -> None:
        old = self.supports[support]
        self.supports[value] = {**old, "text": text, "from": start}
        old["until"] = start

    @event("Confirmed")
    def confirm(self, value: str, on: str) -> None:
        self.supports[value]["confirmed"] = on

    @event("Ended")
    def end(self, value: str, reason: str, until: str) -> None:
        self.supports[value]["until"] = until

    def holding(self, on: str) -> list[dict[str, str]]:
        """What holds on a day."""
        return [s for s in self.supports.values() if s["from"] <= on < s.get("until", "9999")]


class Plain(Application[UUID]):
    """Kept without snapshots."""


class Snapshotting(Application[UUID]):
    """Kept with a snapshot every hundred events."""

    is_snapshotting_enabled = True
    snapshotting_intervals: ClassVar = {Supported: 100}


class Library:
    """The library's own applications on the same server, with one long learner each."""

    def __init__(self, system: System, events: int, day: date) -> None:
        parts: dict[str, Any] = conninfo_to_dict(system.databases.owner)
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts["dbname"],
            "POSTGRES_HOST": parts["host"],
            "POSTGRES_PORT": str(parts.get("port", "5432")),
            "POSTGRES_USER": parts["user"],
            "POSTGRES_PASSWORD": "none",
            "POSTGRES_SCHEMA": "public",
        }
        self.day = day.isoformat()
        self.version = version_of(events)
        apps: list[Application[UUID]] = [Plain(environment), Snapshotting(environment)]
        self.plain, self.snapshotting = apps
        self.ids = {app: fill(app, events) for app in apps}

    def get(self) -> list[dict[str, str]]:
        return self._get(self.plain)

    def get_with_snapshots(self) -> list[dict[str, str]]:
        return self._get(self.snapshotting)

    def _get(self, app: Application[UUID]) -> list[dict[str, str]]:
        found: Supported = app.repository.get(self.ids[app], version=self.version)
        return found.holding(self.day)


def fill(app: Application[UUID], events: int) -> UUID:
    """The same history in the library's application; a save for every hundred events."""
    supported = Supported()
    today = date.today()  # noqa: DTZ011 - the day does not matter
    for n, command in enumerate(history(str(events), events, today)):
        match command:
            case StartSupport():
                supported.start(str(command.fact), command.title, TEXT, starts(command))
            case CorrectFact():
                supported.correct(str(command.fact), command.changes["text"], command.ground)
            case SupersedeFact():
                value = str(command.successor)
                supported.supersede(str(command.fact), value, TEXT, starts(command))
            case ConfirmFact():
                supported.confirm(str(command.fact), starts(command))
            case EndSupport():
                value = str(uuid5(command.support, "value"))
                supported.end(value, command.reason, starts(command))
        if n % 100 == 99:
            app.save(supported)
    app.save(supported)
    return supported.id


def starts(command: Command) -> str:
    return str(command.effective.start) if command.effective else ""
