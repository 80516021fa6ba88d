"""`bench import`: CSV to sealed, ordered, durable events, against COPY of the same bytes.

import   `exchange.csv_import.import_csv` of a made table: four yearly scores per pupil
copy     COPY of the stored rows that came of it into an empty table with the same indexes
"""

from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import psycopg

from api.bench import Result
from api.bench.ground import engine, ratio
from api.bench.project import timed
from api.compose import System
from exchange.csv_import import import_csv
from exchange.mapping import read_mapping

YEARS = (2022, 2023, 2024, 2025)

MAPPING = """
source: bench
learner:
  columns: [pupil]
rows:
  - command: register-learner
    source_id: "{pupil}"
    fields:
      given_name: Pupil
      family_name: "{pupil}"
  - command: score-assessment
    source_id: "{pupil}/{day}"
    effective:
      from: "{day}"
      precision: year
    fields:
      measure: Mathematics
      score: "{score}"
      scale: IRT scale score
"""


def measure(pupils: int = 20_000, rounds: int = 3) -> Result:
    """Bring in `pupils` x 4 rows, each round on a server of its own.

    As many as a district of that size has: starting the import's processes is measured with it.
    """
    figures: dict[str, list[float]] = {"import": [], "copy": []}
    events = rows = 0
    for _ in range(rounds):
        with engine() as system, TemporaryDirectory() as directory:
            table, mapping = made(Path(directory), pupils)

            def bring(
                system: System = system, table: Path = table, mapping: Path = mapping
            ) -> None:
                report = import_csv(
                    system.profiles,
                    system.settings.tenant,
                    table,
                    read_mapping(mapping),
                    system.context,
                )
                if report.errors:
                    raise RuntimeError("the made table was not taken whole")

            seconds = timed(bring)
            events, rows = system.reader.head()[0], pupils * len(YEARS)
            figures["import"].append(round(events / seconds, 1))
            figures["copy"].append(round(events / copied(system), 1))
    return {
        "bench": "import",
        "rows": rows,
        "events": events,
        "events_per_second": figures,
        "median": {name: round(median(values)) for name, values in figures.items()},
        "ratio_to_copy": ratio(figures["import"], figures["copy"]),
    }


def made(directory: Path, pupils: int) -> tuple[Path, Path]:
    """A table and its mapping, the same every time."""
    chance = Random(7)  # noqa: S311 - made-up scores
    lines = ["pupil,day,score"]
    for pupil in range(pupils):
        score = chance.gauss(-1, 1)
        for year in YEARS:
            score += chance.gauss(0.8, 0.3)
            lines.append(f"{100000 + pupil},{date(year, 6, 1)},{score:.3f}")
    table, mapping = directory / "scores.csv", directory / "scores.yaml"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    return table, mapping


def copied(system: System) -> float:
    """Seconds that COPY takes for the same rows into the same table, indexes and all."""
    with psycopg.connect(system.databases.owner, autocommit=True) as conn:
        conn.execute("SET search_path = throughline, public")
        conn.execute("CREATE TABLE copied (LIKE event INCLUDING ALL)")
        with conn.cursor() as cursor, cursor.copy("COPY event TO STDOUT (FORMAT binary)") as out:
            data = [bytes(piece) for piece in out]

        def copy() -> None:
            with (
                conn.cursor() as cursor,
                cursor.copy("COPY copied FROM STDIN (FORMAT binary)") as to,
            ):
                for piece in data:
                    to.write(piece)

        return timed(copy)
