"""`bench scale`: the same questions with ten thousand events stored, and with two million.

The district is recorded and projected as always, and asked. Then its events and rows are copied,
as other learners', until there are two million, and the same learners are asked the same again.
The copies are never opened (they are sealed under keys that are not theirs): they are there to
make the tables and their indexes as large as a large district's.
"""

from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import psycopg

from api.bench import Result
from api.bench.asof import timed
from api.bench.ground import engine
from api.bench.histories import history, record
from api.compose import System
from projections.reading import Reader

EVENTS_EACH = 100
SHIFT = 2**14  # from copy to copy: so a copied row is filed under its cell, and so many, again

# Not kept for the copies: the constraint is for writing, and takes most of the time to fill.
UNNEEDED = "ALTER TABLE {table} DROP CONSTRAINT {table}_known, ALTER known DROP EXPRESSION"
COPY_EVENTS = """
INSERT INTO event (tenant, position, stream, version, topic, state, recorded_at)
SELECT tenant, position + %(shift)s, md5(stream::text || %(nth)s::text)::uuid, version, topic,
       state, recorded_at + %(nth)s * interval '1 day'
FROM event WHERE tenant = %(tenant)s AND position <= %(base)s
"""
COPY_ROWS = """
INSERT INTO {table} (tenant, stream, learner, line, item, kind, status, area, data_class,
                     said_from, said_until, effective, own, content, known_from, known_until,
                     cell, known)
SELECT tenant, md5(stream::text || %(nth)s::text)::uuid, md5(learner::text || %(nth)s::text)::uuid,
       md5(line::text || %(nth)s::text)::uuid, md5(item::text || %(nth)s::text)::uuid, kind, status,
       CASE WHEN kind IN ('school', 'grade', 'class') THEN area || %(nth)s::text ELSE area END,
       data_class, said_from, said_until, effective,
       ARRAY(SELECT p + %(shift)s FROM unnest(own) AS p),
       ARRAY(SELECT p + %(shift)s FROM unnest(content) AS p),
       known_from + %(shift)s,
       CASE WHEN known_until < 9223372036854775807 THEN known_until + %(shift)s
            ELSE known_until END,
       CASE WHEN cell > 0 THEN cell + %(shift)s ELSE cell END, 'empty'
FROM {table} WHERE tenant = %(tenant)s AND known_from <= %(base)s
"""
TABLES = ("profile_1", "timeline_1", "membership_1")


def measure(events: int = 10_000, copies: int = 200, rounds: int = 9, times: int = 10) -> Result:
    """Ask a district of `events` events, then one of `copies` times as many."""
    with engine() as system:
        today = system.context().today
        for n in range(events // EVENTS_EACH):
            name = f"learner {n}"
            told = history(name, EVENTS_EACH, today, 5, school=f"school-{n % 4}", grade="09")
            record(system, name, told)
        system.projector.catch_up()
        questions = asked(system)
        small = ask_all(questions, rounds, times)
        stored = enlarge(system, copies - 1)
        large = ask_all(questions, rounds, times)
    ratios = {name: round(median(large[name]) / median(small[name]), 3) for name in questions}
    return {
        "bench": "scale",
        "events": stored,
        "milliseconds": {"small": small, "large": large},
        "median": {
            size: {name: round(median(values), 3) for name, values in found.items()}
            for size, found in (("small", small), ("large", large))
        },
        "ratios": ratios,
        "large_to_small": max(ratios.values()),
    }


def asked(system: System) -> dict[str, Callable[[], Any]]:
    """The questions; what they are answered by is the same before and after."""
    reader = Reader(system.datastore, system.mapper, keep=0)  # every answer opens its events
    today = system.context().today
    head = reader.standing()
    middle = reader.standing(known=head.position // 2)
    if middle.recorded_at is None:
        raise ValueError("nothing is recorded")
    instant = middle.recorded_at
    day = today - timedelta(days=30)
    [learner, *_] = reader.cohort(day, middle, {"school": "school-1"})
    return {
        "current": lambda: reader.profile(learner, today, reader.standing(learner)),
        "q1": lambda: reader.profile(learner, day, reader.standing(learner)),
        "q2": lambda: reader.profile(learner, day, reader.standing(learner, middle.position)),
        "timeline": lambda: reader.timeline(
            learner, limit=50, at=reader.standing(learner, middle.position), on=day
        ),
        "cohort": lambda: reader.cohort(
            day, reader.standing(known=middle.position), {"school": "school-1"}
        ),
        "q2_by_instant": lambda: reader.profile(
            learner, day, reader.standing(learner, reader.position_at(instant))
        ),
    }


def ask_all(
    questions: dict[str, Callable[[], Any]], rounds: int, times: int
) -> dict[str, list[float]]:
    milliseconds: dict[str, list[float]] = {name: [] for name in questions}
    for ask in questions.values():
        timed(ask, times)
    for _ in range(rounds):
        for name, ask in questions.items():
            milliseconds[name].append(timed(ask, times))
    return milliseconds


def enlarge(system: System, copies: int) -> dict[str, int]:
    """Copy the district's events and rows so many times; how many events there were and are."""
    tenant = system.settings.tenant
    base = system.reader.standing().position
    if base > SHIFT:
        raise ValueError(f"a district of more than {SHIFT} events cannot be copied so")
    with psycopg.connect(system.databases.owner, autocommit=True) as conn:
        conn.execute("SET search_path = throughline, public")
        conn.execute("SET synchronous_commit = off")
        for table in TABLES:
            conn.execute(UNNEEDED.format(table=table).encode())
        for nth in range(1, copies + 1):
            values = {"tenant": tenant, "base": base, "shift": nth * SHIFT, "nth": nth}
            conn.execute(COPY_EVENTS, values)
            for table in TABLES:
                conn.execute(COPY_ROWS.format(table=table).encode(), values)
        last = copies * SHIFT + base
        conn.execute("UPDATE head SET position = %s WHERE tenant = %s", (last, tenant))
        conn.execute("UPDATE checkpoint_1 SET position = %s WHERE tenant = %s", (last, tenant))
        conn.execute("VACUUM ANALYZE")
        row = conn.execute("SELECT count(*) FROM event WHERE tenant = %s", (tenant,)).fetchone()
    return {"small": base, "large": row[0] if row else 0}
