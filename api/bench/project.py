"""`bench project`: the three projections of a demo district, against the library's runner.

ours     `Projector.catch_up`: batches, rows and checkpoint in one transaction
runner   the library's `ProjectionRunner` doing the same work event by event
write    writing the same finished rows alone, in batches of the same size
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any, ClassVar, cast

import psycopg
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from api.bench import Result
from api.bench.ground import TENANT, engine, ratio
from api.compose import System
from api.demo_district.district import requests
from domain.application import Profiles, Request
from domain.event import Event
from projections import audit, projector, tables
from projections.projector import BATCH, Projector, standard

THREE = ("profile", "timeline", "audit")


def measure(learners: int = 100, runner_events: int = 1500, rounds: int = 3) -> Result:
    """Project the history of some learners of the demo district."""
    with engine() as system:
        for history in histories(learners):
            system.profiles.do_many(history)
        three = [p for p in standard(system.mapper, 1) if p.name in THREE]
        ours = Projector(system.datastore, system.mapper, 1, three)

        def rebuild() -> None:
            ours.clear()
            ours.catch_up()

        events = system.reader.head()[0]
        rows: Rows = {}
        figures: dict[str, list[float]] = {"ours": [], "runner": [], "write": []}
        for _ in range(rounds):
            figures["ours"].append(round(events / timed(rebuild), 1))
            rows = finished_rows(system)
            figures["write"].append(round(events / timed(lambda: write(system, rows)), 1))  # noqa: B023
            with runner(system, ours) as run:
                figures["runner"].append(
                    round(runner_events / timed(lambda: run(runner_events)), 1)
                )
    return {
        "bench": "project",
        "events": events,
        "rows": {name: len(found) for name, found in rows.items()},
        "runner_events": runner_events,
        "events_per_second": figures,
        "median": {name: round(median(values)) for name, values in figures.items()},
        "ratio_to_runner": ratio(figures["ours"], figures["runner"]),
        "ratio_to_write": ratio(figures["ours"], figures["write"]),
    }


def histories(learners: int) -> Iterator[list[Request]]:
    """What is recorded of each, without the scans that the demo keeps: they are not projected."""
    for history in islice(requests(date(2026, 3, 20)), learners):
        yield [
            replace(one, command=one.command.model_copy(update={"attachments": ()}))
            for one in history
        ]


def timed(action: Any) -> float:
    began = perf_counter()
    action()
    return perf_counter() - began


Rows = dict[str, list[tuple[Any, ...]]]

FINISHED = """
SELECT stream, learner, line, item, kind, status, area, data_class, said_from, said_until,
       effective::text, own::text, content::text, known_from, known_until, cell
FROM {}_1 WHERE tenant = %s ORDER BY known_from
"""


def finished_rows(system: System) -> Rows:
    """Every row as the inserts take it."""
    with system.datastore.get_connection() as conn:
        rows: Rows = {
            name: [tuple(r.values()) for r in conn.execute(FINISHED.format(name), (TENANT,))]
            for name in ("profile", "timeline")
        }
        rows["audit"] = [
            tuple(r.values())
            for r in conn.execute(
                "SELECT position, learner, own, topic, entered_by, author, recorded_at "
                "FROM audit_1 WHERE tenant = %s ORDER BY position",
                (TENANT,),
            )
        ]
    return rows


def write(system: System, rows: Rows) -> None:
    """Empty the tables and write the finished rows, as many at a time as the projector does."""
    for name in THREE:
        insert = (audit.INSERT if name == "audit" else tables.INSERT).format(table=f"{name}_1")
        with system.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                SQL("DELETE FROM {} WHERE tenant = %s").format(Identifier(f"{name}_1")),
                (TENANT,),
            )
        for start in range(0, len(rows[name]), BATCH):
            with system.datastore.transaction(commit=True) as cursor:
                columns = map(list, zip(*rows[name][start : start + BATCH], strict=True))
                cursor.execute(insert.encode(), (TENANT, *columns))


class View(PostgresTrackingRecorder):
    """The library's view: rows and tracking in one transaction per event."""

    projections: ClassVar[tuple[projector.Projection, ...]] = ()

    def take(self, event: Event, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            for projection in self.projections:
                state = projection.load(cursor.connection, TENANT, projection.lines([event]))
                taken = [(event.position, projection.take(state, event))]
                projection.write(cursor.connection, TENANT, taken)
            self._insert_tracking(cursor, tracking)


class EventByEvent(Projection[View]):
    """The same folds, driven by the library."""

    name = "eventbyevent"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.take(cast(Event, domain_event), tracking)


@contextmanager
def runner(system: System, ours: Projector) -> Iterator[Any]:
    """A function that runs the library's runner over the first so many events."""
    parts: dict[str, Any] = conninfo_to_dict(system.databases.owner)
    with psycopg.connect(system.databases.owner, autocommit=True) as conn:
        conn.execute(f"ALTER ROLE {parts['user']} SET search_path = throughline, public".encode())
        conn.execute("DROP TABLE IF EXISTS public.eventbyevent_tracking")
        for name in THREE:
            conn.execute(f"TRUNCATE throughline.{name}_1".encode())
    View.projections = ours.projections
    environment = {
        "TENANT": TENANT,
        "DATABASE_URL": system.databases.app,
        "KEYS_DIR": str(system.settings.keys_directory),
        "EVENTBYEVENT_PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts["dbname"],
        "POSTGRES_HOST": parts["host"],
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": parts["user"],
        "POSTGRES_PASSWORD": "none",
    }

    def run(events: int) -> None:
        with ProjectionRunner(
            application_class=Profiles,
            projection_class=EventByEvent,
            view_class=View,
            env=environment,
        ) as running:
            running.wait(events, timeout=600)

    yield run
