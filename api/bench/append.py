"""`bench append`: events per second with a process per writer, against the library and the limit.

library   the library's default recorder, one event per call
bare      a psycopg INSERT into a table of the same columns and indexes: no order, the limit
ours      our recorder, one event per call: ordered, durable
save      the library's `Application.save()` of one event of the same length, unsealed
command   our whole command: load, decide, seal, append

All write the same number of bytes. A reader tails our events all the while and counts what it
missed; at the end every acknowledged position must hold its event.
"""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.context import SpawnProcess
from statistics import median
from typing import Any

import psycopg

from api.bench import Result
from api.bench.append_workers import OURS, VARIANTS, Report, Target, tail, work
from api.bench.ground import TENANT, ground, ratio
from api.compose import Databases

WARM_UP = 0.5  # seconds per variant, not counted


def measure(writers: int = 8, seconds: float = 3.0, rounds: int = 3) -> Result:
    """Measure with `writers` processes; `seconds` per variant and round."""
    with ground() as (settings, databases):
        prepare(databases)
        target = Target(databases.app, databases.owner, str(settings.keys_directory), TENANT)
        many = Crew(target, writers)
        with many:
            figures = many.rounds(rounds, seconds)
        with Crew(target, 1) as one:
            alone = one.rounds(rounds, min(seconds, 2.0), ("library", "ours"))
        seen, missed = many.tailed
        acknowledged = sorted(many.acknowledged + one.acknowledged)
        lost = count_lost(databases, acknowledged)
    return {
        "bench": "append",
        "writers": writers,
        "seconds": seconds,
        "events_per_second": figures,
        "one_writer_events_per_second": alone,
        "median": {name: round(median(values)) for name, values in figures.items()},
        "ratio_to_library": ratio(figures["ours"], figures["library"]),
        "ratio_to_bare": ratio(figures["ours"], figures["bare"]),
        "ratio_command_to_library": ratio(figures["command"], figures["save"]),
        "one_writer_ratio_to_library": ratio(alone["ours"], alone["library"]),
        "tailed": seen,
        "missed": missed,
        "acknowledged": len(acknowledged),
        "lost": lost,
    }


class Crew:
    """Writer processes that wait for the name of a variant, and a reader that tails them."""

    def __init__(self, target: Target, writers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.reports: Any = context.Queue()
        self.inboxes: list[Any] = [context.Queue() for _ in range(writers)]
        self.barrier = context.Barrier(writers)
        self.stop = context.Event()
        self.processes: list[SpawnProcess] = [
            context.Process(target=work, args=(target, inbox, self.reports, self.barrier))
            for inbox in self.inboxes
        ]
        self.tail_report: Any = context.Queue()
        self.reader = context.Process(target=tail, args=(target, self.stop, self.tail_report))
        self.acknowledged: list[int] = []
        self.tailed = (0, 0)

    def __enter__(self) -> "Crew":
        for process in (*self.processes, self.reader):
            process.start()
        for name in VARIANTS:
            self._run(name, WARM_UP)
        return self

    def __exit__(self, *_: object) -> None:
        for inbox in self.inboxes:
            inbox.put(None)
        for process in self.processes:
            process.join()
        self.stop.set()
        self.tailed = self.tail_report.get()
        self.reader.join()

    def rounds(
        self, rounds: int, seconds: float, variants: Sequence[str] = VARIANTS
    ) -> dict[str, list[float]]:
        """Events per second of each variant in each round; the order turns with the rounds."""
        figures: dict[str, list[float]] = {name: [] for name in variants}
        for n in range(rounds):
            for name in (*variants[n % len(variants) :], *variants[: n % len(variants)]):
                figures[name].append(self._run(name, seconds))
        return figures

    def _run(self, name: str, seconds: float) -> float:
        for inbox in self.inboxes:
            inbox.put((name, seconds))
        reports: list[Report] = [self.reports.get() for _ in self.processes]
        if name in OURS:
            self.acknowledged += [position for r in reports for position in r.positions]
        return round(sum(r.count / r.seconds for r in reports), 1)


def prepare(databases: Databases) -> None:
    """The tables of the other variants, and the rights to them."""
    with psycopg.connect(databases.owner, autocommit=True) as conn:
        conn.execute("CREATE SCHEMA library; CREATE SCHEMA bare")
        conn.execute(
            "CREATE TABLE bare.event (LIKE throughline.event INCLUDING ALL); "
            "GRANT USAGE ON SCHEMA bare TO throughline_app; "
            "GRANT INSERT ON bare.event TO throughline_app; "
            "CREATE SEQUENCE bare.position; GRANT USAGE ON bare.position TO throughline_app"
        )


def count_lost(databases: Databases, acknowledged: Sequence[int]) -> int:
    """Acknowledged positions that hold no event."""
    with psycopg.connect(databases.owner) as conn:
        found = conn.execute(
            "SELECT count(*) FROM unnest(%s::bigint[]) AS a (position) "
            "JOIN throughline.event AS e ON e.tenant = %s AND e.position = a.position",
            (list(acknowledged), TENANT),
        ).fetchone()
    return len(acknowledged) - (found[0] if found else 0)
