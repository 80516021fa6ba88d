"""`bench cohort`: the profiles of a school on a past date, at once and one by one.

cohort   `Reader.cohort`: who belonged to the school then, and what held of each
singles  `Reader.profile` of each of the same learners, in one process
"""

from datetime import timedelta
from statistics import median
from time import perf_counter

from api.bench import Result
from api.bench.ground import engine, ratio
from api.bench.histories import history, record

SUPPORTS = 4  # of a learner at any time; with the details and the enrolment, six entries


def measure(learners: int = 500, rounds: int = 5) -> Result:
    """Ask for `learners` learners, each with about sixty events, on a day half-way."""
    with engine() as system:
        reader, today = system.reader, system.context().today
        for n in range(learners):
            name = f"learner {n}"
            told = history(name, 60, today, SUPPORTS, school="north-high", grade="09")
            record(system, name, told)
        system.projector.catch_up()
        day = today - timedelta(days=30)
        head = reader.standing()
        ids = list(reader.cohort(day, head, {"school": "north-high"}))
        milliseconds: dict[str, list[float]] = {"cohort": [], "singles": []}
        entries = 0
        for _ in range(rounds):
            began = perf_counter()
            at = reader.standing(known=head.position - 1)
            found = reader.cohort(day, at, {"school": "north-high"})
            milliseconds["cohort"].append(round((perf_counter() - began) * 1000, 2))
            began = perf_counter()
            single = {
                one: reader.profile(one, day, reader.standing(one, head.position - 1))
                for one in ids
            }
            milliseconds["singles"].append(round((perf_counter() - began) * 1000, 2))
            if single != found:
                raise RuntimeError("the cohort and the single reads differ")
            entries = sum(map(len, found.values()))
    return {
        "bench": "cohort",
        "learners": len(ids),
        "entries": entries,
        "milliseconds": milliseconds,
        "median": {name: round(median(values), 2) for name, values in milliseconds.items()},
        "singles_to_cohort": ratio(milliseconds["singles"], milliseconds["cohort"]),
    }
