"""The generations of one tenant's projections: which one serves, and how another takes over.

A new version of a projection, or the same one built anew, fills tables of its own beside those
that serve. Then one row changes, and every question that is asked from then on is answered from
the new tables; a question under way ends on those it began with. The ones before are kept up to
date, to go back to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Flag
from time import sleep
from typing import Any

import psycopg
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import PostgresDatastore

from projections.projector import Projector
from projections.schema import VERSION
from projections.tables import Conn
from store.mapper import SealingMapper

Progress = Callable[[int], None]
NEAR = 5000  # events that a generation may be behind when it is to take over

SERVED = """
SELECT s.generation, s.previous, s.building, s.switched_at,
       ARRAY(SELECT number FROM generation WHERE version = %s) AS ours
FROM served AS s WHERE s.tenant = %s
"""
POSITIONS = "SELECT projection, position FROM checkpoint_{g} WHERE tenant = %s"
HEAD = "SELECT position FROM head WHERE tenant = %s"
BUILD = "SELECT build_generation(%s, %s)"
OTHER_TABLES = "TL007"
TURN = "SELECT FROM serving WHERE tenant = %s FOR UPDATE"
SWITCH = """
UPDATE serving SET previous = generation, generation = %s, building = nullif(building, %s),
    switched_at = clock_timestamp()
WHERE tenant = %s
"""


ALL = "SELECT number, made_at, version = %s AS ours FROM generation ORDER BY number DESC"
PARKED = "SELECT count(DISTINCT position) FROM parked_{g} WHERE tenant = %s"


class GenerationRefused(ValueError):
    """A switch that cannot be: the text says why."""


@dataclass(frozen=True)
class Served:
    """The generations of a tenant by number; `ours` are those whose tables this program knows."""

    generation: int
    previous: int | None
    building: int | None
    switched_at: datetime | None
    ours: tuple[int, ...]

    @property
    def known(self) -> list[int]:
        """Those that are to be kept up to date by this program, the serving one first."""
        used = (self.generation, self.building, self.previous)
        return [n for n in used if n is not None and n in self.ours]


@dataclass(frozen=True)
class Generation:
    """One generation, and how far it is for a district.

    `use` is `serves`, `before` (to go back to), `building`, or empty: other districts' or nobody's.
    `reached` and `parked` are 0 where another version of this program made it (not `ours`).
    """

    number: int
    made_at: datetime
    ours: bool
    use: str
    reached: int
    parked: int


class Generations:
    """Keeps every generation of one tenant's projections up to date, and switches among them."""

    def __init__(self, datastore: PostgresDatastore, mapper: SealingMapper) -> None:
        self.datastore = datastore
        self.mapper = mapper
        self.tenant = mapper.tenant
        self._projectors: dict[int, Projector] = {}

    def served(self) -> Served:
        """The generations as they are now."""
        with self.datastore.get_connection() as conn:
            return self._served(conn)

    def _served(self, conn: Conn) -> Served:
        row = conn.execute(SERVED, (VERSION, self.tenant)).fetchone()
        if row is None:
            return Served(0, None, None, None, ())
        return Served(**{**row, "ours": tuple(row["ours"])})

    def all(self) -> list[Generation]:
        """Every generation of the database, the newest first."""
        now = self.served()
        uses = {now.building: "building", now.previous: "before", now.generation: "serves"}
        with self.datastore.get_connection() as conn:
            found = conn.execute(ALL, (VERSION,)).fetchall()
            return [
                Generation(
                    **row,
                    use=uses.get(row["number"], ""),
                    reached=min(self.reached(row["number"]).values()) if row["ours"] else 0,
                    parked=_one(conn, PARKED.format(g=row["number"]), self.tenant)
                    if row["ours"]
                    else 0,
                )
                for row in found
            ]

    def projector(self, generation: int) -> Projector:
        """The projector of a generation."""
        if generation not in self._projectors:
            made = Projector(self.datastore, self.mapper, generation)
            self._projectors[generation] = made
        return self._projectors[generation]

    @property
    def serving(self) -> Projector:
        """The projector of the generation that serves."""
        return self.projector(self.served().generation)

    def step(self) -> int:
        """Project one batch into every projection of every generation; the events taken in."""
        return sum(map(self._step, self.served().known))

    def _step(self, generation: int) -> int:
        try:
            return self.projector(generation).step()
        except PersistenceError as error:
            # Its tables may have been dropped since we looked: then there is nothing to do.
            gone = isinstance(error.__cause__, psycopg.errors.UndefinedTable)
            if not gone or generation in self.served().known:
                raise
            return 0

    def catch_up(self, progress: Progress = lambda taken: None) -> int:
        """Step until nothing is left; calls `progress` with the events taken in per step."""
        total = 0
        while taken := self.step():
            total += taken
            progress(taken)
        return total

    def run(self, stop: Flag, wait: Callable[[], None]) -> None:
        """Catch up, wait to be woken, and again until told to stop."""
        while not stop.is_set():
            if not self.step():
                wait()

    # -- a new generation ---------------------------------------------------------------------

    def build(self) -> int:
        """Make the tables of a new generation, or find those that are being filled already.

        Every worker fills them from then on. Raises `GenerationRefused`.
        """
        try:
            with self.datastore.transaction(commit=True) as cursor:
                return int(_one(cursor.connection, BUILD, self.tenant, VERSION))
        except PersistenceError as error:
            if getattr(error.__cause__, "sqlstate", None) != OTHER_TABLES:
                raise
            raise GenerationRefused(
                "The database was migrated by another version of Throughline, and makes the "
                "tables of that one. Run `throughline migrate` with this version first."
            ) from None

    def fill(self, generation: int, progress: Progress = lambda reached: None) -> None:
        """Fold all that was recorded into a generation, beside whatever workers run.

        Returns when what it lacks was recorded during its last batch. `progress` is told how many
        events all its projections together have taken in.
        """
        while True:
            with self.datastore.get_connection() as conn:
                head = int(_one(conn, HEAD, self.tenant))
            taken = self.projector(generation).step()
            reached = self.reached(generation)
            progress(sum(reached.values()))
            if min(reached.values()) >= head:
                return
            if not taken:
                sleep(0.02)  # a worker holds it just now

    def reached(self, generation: int) -> dict[str, int]:
        """How far each projection of a generation has read."""
        text = POSITIONS.format(g=generation).encode()
        with self.datastore.get_connection() as conn:
            found = {r["projection"]: r["position"] for r in conn.execute(text, (self.tenant,))}
        return {p.name: found.get(p.name, 0) for p in self.projector(generation).projections}

    def switch(self, generation: int) -> None:
        """Let a generation serve from this moment. Raises `GenerationRefused`.

        One that is behind the one that serves would take back what was read: it is refused.
        """
        with self.datastore.transaction(commit=True) as cursor:
            conn = cursor.connection
            conn.execute(TURN, (self.tenant,))  # one switch at a time
            now = self._served(conn)
            if generation not in now.known:
                raise GenerationRefused(
                    f"Generation {generation} cannot serve: this version of Throughline does not "
                    "keep it up to date. Build one first."
                )
            if generation == now.generation:
                return
            if now.generation in now.ours:
                # Held still: nobody who read from the old one finds the new one behind it.
                self.projector(now.generation).hold(conn)
                position = max(self.reached(now.generation).values())
            else:
                position = int(_one(conn, HEAD, self.tenant))
            self._overtake(generation, position)
            cursor.execute(SWITCH, (generation, generation, self.tenant))

    def _overtake(self, generation: int, position: int) -> None:
        if min(self.reached(generation).values()) < position - NEAR:
            raise GenerationRefused(
                f"Generation {generation} has not read as far as the one that serves. Let it "
                "catch up first."
            )
        while min(self.reached(generation).values()) < position:
            if not self.projector(generation).step():
                sleep(0.02)  # a worker holds it just now

    def roll_back(self, progress: Progress = lambda reached: None) -> int:
        """Let the generation before serve again; its number. Raises `GenerationRefused`."""
        now = self.served()
        previous = now.previous
        if previous is None:
            raise GenerationRefused("There is no generation to go back to.")
        if previous not in now.ours:
            raise GenerationRefused(
                f"Generation {previous}, which served before, was made by another version of "
                "Throughline: install that version, and run its `throughline migrate`."
            )
        self.fill(previous, progress)
        self.switch(previous)
        return previous

    def rebuild(self, progress: Progress = lambda reached: None) -> int:
        """Fold the whole history into a new generation beside the old, and switch; its number."""
        generation = self.build()
        self.fill(generation, progress)
        self.switch(generation)
        self.tidy()
        return generation

    def renew(self, progress: Progress = lambda reached: None) -> int | None:
        """Let tables of this version serve, where another version's do: a generation's number.

        None where they serve already. What served before this version did is brought up to date;
        where there is none, one is built.
        """
        now = self.served()
        if now.generation in now.ours:
            return None
        if now.previous in now.ours:
            return self.roll_back(progress)
        return self.rebuild(progress)

    def tidy(self) -> None:
        """Drop the tables of generations that nobody uses."""
        with self.datastore.get_connection() as conn:
            conn.execute("SELECT drop_generations()")
            while _one(conn, "SELECT drop_table_unused()"):
                pass  # each table in a transaction of its own


def _one(conn: Conn, query: str, *values: Any) -> Any:
    row = conn.execute(query.encode(), values).fetchone()
    return next(iter(row.values())) if row else 0
