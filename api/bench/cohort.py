"""`bench cohort`: the profiles of a school on a past date, at once and one by one.

cohort   `Reader.cohort`: who belonged to the school then, and what held of each
singles  `Reader.profile` of each of the same learners, in one process

Both by a reader that has answered before, as a server's has; `first_…` by one that has not, and
opens every event anew.
"""

from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from api.bench import Result
from api.bench.ground import engine, ratio
from api.bench.histories import history, record
from projections.entries import Entry
from projections.reading import Reader

Profiles = dict[UUID, list[Entry]]
SUPPORTS = 4  # of a learner at any time; with the details and the enrolment, six entries


def measure(learners: int = 500, rounds: int = 5) -> Result:
    """Ask for `learners` learners, each with about sixty events, on a day half-way."""
    with engine() as system:
        today = system.context().today
        for n in range(learners):
            name = f"learner {n}"
            told = history(name, 60, today, SUPPORTS, school="north-high", grade="09")
            record(system, name, told)
        system.projector.catch_up()
        day = today - timedelta(days=30)
        known = system.reader.standing().position - 1
        milliseconds: dict[str, list[float]] = {}
        found: Profiles = {}

        def timed(name: str, ask: Callable[..., Profiles], *asked: Any) -> Profiles:
            began = perf_counter()
            found = ask(*asked)
            took = round((perf_counter() - began) * 1000, 2)
            milliseconds.setdefault(name, []).append(took)
            return found

        for _ in range(rounds):
            one, other = (Reader(system.datastore, system.mapper) for _ in range(2))
            for when in ("first_", ""):
                found = timed(f"{when}cohort", cohort, one, day, known)
                single = timed(f"{when}singles", singles, other, day, known, list(found))
                if single != found:
                    raise RuntimeError("the cohort and the single reads differ")
    return {
        "bench": "cohort",
        "learners": len(found),
        "entries": sum(map(len, found.values())),
        "milliseconds": milliseconds,
        "median": {name: round(median(values), 2) for name, values in milliseconds.items()},
        "singles_to_cohort": ratio(milliseconds["singles"], milliseconds["cohort"]),
        "first_singles_to_cohort": ratio(
            milliseconds["first_singles"], milliseconds["first_cohort"]
        ),
    }


def cohort(reader: Reader, day: date, known: int) -> Profiles:
    return reader.cohort(day, reader.standing(known=known), {"school": "north-high"})


def singles(reader: Reader, day: date, known: int, learners: list[UUID]) -> Profiles:
    return {one: reader.profile(one, day, reader.standing(one, known)) for one in learners}
