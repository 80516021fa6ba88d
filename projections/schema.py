"""The tables of the projections as one SQL text that may run any number of times.

`VERSION` tells the tables, the fold and the index of names apart from those of other versions of
this program. Where a migration finds no tables of it, it makes them beside the ones that serve.
"""

from hashlib import sha256
from pathlib import Path

from projections import caseload, fold

HERE = Path(__file__).parent
TABLES = (HERE / "schema.sql").read_text(encoding="utf-8")
GENERATIONS = (HERE / "generations.sql").read_text(encoding="utf-8")

PROJECTIONS = ("profile", "timeline", "membership", "audit", "caseload")
VERSION = sha256(f"{fold.VERSION}\0{caseload.VERSION}\0{TABLES}".encode()).hexdigest()[:12]


def schema_sql() -> str:
    """SQL for `store.migrate.migrate(extra=…)`."""
    told = {
        "{tables}": ", ".join(f"'{name}'" for name in (*PROJECTIONS, "checkpoint", "parked")),
        "{projections}": ", ".join(f"'{name}'" for name in PROJECTIONS),
        "{version}": VERSION,
        "{ddl}": TABLES,
    }
    text = GENERATIONS
    for name, value in told.items():
        text = text.replace(name, value)
    return text
