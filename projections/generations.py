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
BUILD = """
INSERT INTO serving AS s (tenant, generation, building) VALUES (%s, %s, %s)
ON CONFLICT (tenant) DO UPDATE SET building = excluded.building
"""
SWITCH = """
UPDATE serving SET previous = generation, generation = %s, building = NULL,
    switched_at = clock_timestamp()
WHERE tenant = %s AND generation <> %s
"""


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
            row = conn.execute(SERVED, (VERSION, self.tenant)).fetchone()
        if row is None:
            return Served(0, None, None, None, ())
        return Served(**{**row, "ours": tuple(row["ours"])})

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
        return sum(self.projector(number).step() for number in self.served().known)

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

        Every worker fills them from then on.
        """
        now = self.served()
        if now.building is not None and now.building in now.ours:
            return now.building
        unused = max(now.ours, default=0)
        if unused <= max(now.generation, now.previous or 0):
            with self.datastore.transaction(commit=True) as cursor:
                unused = _one(cursor.connection, "SELECT make_generation()")
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(BUILD, (self.tenant, now.generation, unused))
        return unused

    def fill(self, generation: int, progress: Progress = lambda reached: None) -> int:
        """Fold all that was recorded into a generation, with whatever workers run.

        Returns when every projection has come to what was the newest position on the way;
        `progress` is told how many events all of them together have taken in.
        """
        projector = self.projector(generation)
        while True:
            projector.step()
            with self.datastore.get_connection() as conn:
                head = int(_one(conn, HEAD, self.tenant))
            reached = self.reached(generation)
            progress(sum(reached.values()))
            if min(reached.values()) >= head:
                return head
            if not projector.step():
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
        now = self.served()
        if generation not in now.ours or generation not in now.known:
            raise GenerationRefused(
                f"Generation {generation} cannot serve: it is not kept up to date by this version."
            )
        with self.datastore.transaction(commit=True) as cursor:
            if now.generation in now.ours:
                # Held still: nobody who read from the old one finds the new one behind it.
                self.serving.hold(cursor.connection)
                self._overtake(generation, max(self.reached(now.generation).values()))
            cursor.execute(SWITCH, (generation, self.tenant, generation))

    def _overtake(self, generation: int, position: int) -> None:
        if min(self.reached(generation).values()) < position - NEAR:
            raise GenerationRefused(
                f"Generation {generation} has not read as far as the one that serves. Let it "
                "catch up first."
            )
        while min(self.reached(generation).values()) < position:
            if not self.projector(generation).step():
                sleep(0.02)  # a worker holds it just now

    def roll_back(self) -> int:
        """Let the generation before serve again; its number. Raises `GenerationRefused`."""
        previous = self.served().previous
        if previous is None:
            raise GenerationRefused("There is no generation to go back to.")
        self.fill(previous)
        self.switch(previous)
        return previous

    def rebuild(self, progress: Progress = lambda reached: None) -> int:
        """Fold the whole history into a new generation beside the old, and switch; its number."""
        generation = self.build()
        self.fill(generation, progress)
        self.switch(generation)
        self.tidy()
        return generation

    def tidy(self) -> None:
        """Drop the tables of generations that nobody uses."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT drop_generations()")


def _one(conn: Conn, query: str, *values: Any) -> Any:
    row = conn.execute(query.encode(), values).fetchone()
    return next(iter(row.values())) if row else 0
