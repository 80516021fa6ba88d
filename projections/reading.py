"""Reading the projections: a few queries, then the events that the rows point at are opened.

Every answer carries the position it was read at, and leaves only after `ensure_durable`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from eventsourcing.persistence import DatabaseError
from eventsourcing.postgres import PostgresDatastore
from psycopg.errors import UndefinedTable

from domain.event import Event
from projections.caseload import NAME_FIELDS, in_order, named_so, query_tokens, words
from projections.cells import cells
from projections.entries import Entry, entry
from projections.kept import KEPT, Kept, row_id
from projections.places import Place, enrolled_in, place
from projections.projector import AT, NAMES, read
from projections.queries import (
    AHEAD,
    AUDIT,
    AUDIT_ASKED,
    AUDIT_ORDER,
    CASELOAD,
    CASELOAD_OF,
    HEAD,
    LINKED,
    MEMBERS,
    NAMED,
    OF_TYPES,
    PARKED,
    POSITION_AT,
    PROFILE,
    PROGRESS,
    SHOWN,
    TIMELINE,
    UNTOLD,
    about,
)
from projections.standing import Standing, beginnings, standing
from projections.tables import Conn
from store.mapper import SealingMapper

FIRST = UUID(int=0)
# A place in a timeline: the day, the position of the event that began the entry, and its id.
Spot = tuple[date, int, UUID]
BEGINNING: Spot = (date.min, 0, FIRST)
# Of what somebody saw there is far more than of what was done.
READS = ["access-recorded"]


class InstantAhead(ValueError):
    """The instant asked about is still to come: what will be known then, nobody knows yet."""


@dataclass(frozen=True)
class AuditLine:
    """One event of the audit log, opened, as told on a learner's record.

    `removed`: its words were taken back since; `withheld`: so they are not told.
    """

    position: int
    learner: UUID
    event: Event
    removed: bool = False
    withheld: bool = False


def place_in_time(entry: Entry) -> Spot:
    """An entry's place in the timeline."""
    start = entry.effective[0].start if entry.effective else None
    return (start or date.min, entry.provenance.position, entry.id)


class Reader:
    """Reads one tenant's projections. `keep`: how many entries it may keep for the next answer."""

    def __init__(
        self, datastore: PostgresDatastore, mapper: SealingMapper, keep: int = KEPT
    ) -> None:
        self.datastore = datastore
        self.mapper = mapper
        self.tenant = mapper.tenant
        self._kept = Kept(mapper.keys.epoch, keep)

    def head(self) -> tuple[int, str]:
        """The newest position, and the district's time zone."""
        with self.datastore.get_connection() as conn:
            row = conn.execute(HEAD, (self.tenant,)).fetchone()
        return (row["position"], row["zone"]) if row else (0, "UTC")

    def progress(self) -> dict[str, int]:
        """How far each projection has read."""
        with self.datastore.get_connection() as conn:
            return {r["projection"]: r["position"] for r in conn.execute(PROGRESS, (self.tenant,))}

    def parked(self) -> list[dict[str, Any]]:
        """Events that a projection could not take, with the kind of error."""
        with self.datastore.get_connection() as conn:
            return list(conn.execute(PARKED, (self.tenant,)))

    def wait_for(self, position: int, timeout: float = 2.0) -> bool:
        """Wait until every projection has taken in a position; false where it takes too long."""
        ends = monotonic() + timeout
        while True:
            progress = self.progress()
            if all(progress.get(name, 0) >= position for name in NAMES):
                return True
            if monotonic() > ends:
                return False
            sleep(0.01)

    def standing(self, learner: UUID | None = None, known: int | None = None) -> Standing:
        """Where the projections stand now, or at an earlier position."""
        return standing(self.datastore, self.tenant, learner, known)

    def beginnings(self, learners: Sequence[UUID]) -> dict[UUID, int]:
        """The position at which each learner's record began; who has none is left out."""
        return beginnings(self.datastore, self.tenant, learners)

    def position_at(self, instant: datetime) -> int:
        """The last position recorded by an instant, once all appends in flight have ended.

        It stays the answer for ever. Raises `InstantAhead` for one that is to come.
        """
        try:
            with self.datastore.transaction(commit=True) as cursor:
                cursor.execute(POSITION_AT, (self.tenant, instant))
                row = cursor.fetchone()
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) == AHEAD:
                raise InstantAhead from None
            raise
        return int(row["position"]) if row else 0

    def profile(
        self,
        learner: UUID,
        on: date,
        at: Standing | None = None,
        kinds: Sequence[str] | None = None,
    ) -> list[Entry]:
        """What holds on a day, as known now or at a standing; of some kinds only, or of all."""
        return self.profiles([learner], on, at, kinds)[learner]

    def profiles(
        self,
        learners: Sequence[UUID],
        on: date,
        at: Standing | None = None,
        kinds: Sequence[str] | None = None,
    ) -> dict[UUID, list[Entry]]:
        """What holds of each of some learners on a day, in two queries for all of them."""
        asked = {"learners": list(learners)}
        found: dict[UUID, list[Entry]] = {learner: [] for learner in learners}
        return found | self._profiles(NAMED, asked, on, at or self.standing(), kinds)

    def cohort(
        self,
        on: date,
        at: Standing,
        groups: Mapping[str, str | Collection[str]],
        kinds: Sequence[str] | None = None,
        *,
        after: UUID = FIRST,
        limit: int = 1000,
    ) -> dict[UUID, list[Entry]]:
        """What holds of the learners of a `school`, `grade` and `class` (of all that are given).

        A group is named by its code, or by several spellings of that. Who belongs to it is told
        for the same day and standing. In the order of the learners' ids, after one of them, in
        two queries.
        """
        named = [
            (kind, code)
            for kind, codes in groups.items()
            for code in ([codes] if isinstance(codes, str) else codes)
        ]
        asked = {
            "groups": [kind for kind, _ in named],
            "codes": [code for _, code in named],
            "kinds_of_groups": len(groups),
            "after": after,
            "limit": limit,
        }
        return self._profiles(MEMBERS, asked, on, at, kinds)

    def _profiles(
        self,
        seed: str,
        asked: dict[str, Any],
        on: date,
        at: Standing,
        kinds: Sequence[str] | None,
    ) -> dict[UUID, list[Entry]]:
        values = {
            "tenant": self.tenant,
            "on": on,
            "known": at.position,
            "cells": cells(on, at.position, at.head),
            "kinds": list(kinds) if kinds is not None else None,
            **asked,
        }
        with self.datastore.get_connection() as conn:
            every = self._rows(conn, about(PROFILE, seed), at, values)
            rows = [row for row in every if row["item"] is not None]
            found: dict[UUID, list[Entry]] = {row["asked"]: [] for row in every}
            made = self._entries(conn, "profile", at, rows)
            for row, one in zip(rows, made, strict=True):
                found[row["asked"]].append(one)
        return found

    def timeline(
        self,
        learner: UUID,
        after: Spot = BEGINNING,
        limit: int = 200,
        at: Standing | None = None,
        on: date | None = None,
        *,
        topics: Sequence[str] | None = None,
        as_first_said: bool = False,
    ) -> list[Entry]:
        """What happened, by day, then as recorded; at most `limit` entries after a place in it.

        As known now or at a standing; where a day is given, nothing that began after it; where
        event types are given, only what began with one of them. `as_first_said`: each entry in its
        first words, whatever was said about it later.
        """
        at = at or self.standing()
        asked = {
            "tenant": self.tenant,
            "learners": [learner],
            "known": at.position,
            "cells": cells(date.min, at.position, at.head),
            "day": "-infinity" if after[0] == date.min else after[0].isoformat(),
            "number": after[1],
            "item": after[2],
            "on": on,
            "topics": list(topics or ()),
            "limit": limit,
        }
        only = "" if topics is None else OF_TYPES
        query = about(TIMELINE, NAMED, only)
        with self.datastore.get_connection() as conn:
            rows = self._rows(conn, query, at, asked)
            if as_first_said:
                first = [{**r, "own": r["own"][:1], "content": r["own"][:1]} for r in rows]
                return self._made(conn, first)
            return self._entries(conn, "timeline", at, rows)

    def audit(
        self,
        *,
        learner: UUID | None = None,
        person: UUID | None = None,
        topics: Sequence[str] | None = None,
        before: int | None = None,
        limit: int = 100,
        at: Standing | None = None,
    ) -> list[AuditLine]:
        """What was done, the latest first; at most `limit` lines before a position.

        Of one learner: what was done on this record, and on others' that are about it too. Who saw
        something is told where its event type is asked for.
        """
        at = at or self.standing()
        asked = {
            "everyone": True if learner is None else None,
            "tenant": self.tenant,
            "learner": learner,
            "person": person,
            "topics": list(topics) if topics is not None else None,
            "left_out": READS if topics is None else None,
            "before": min(before if before is not None else 2**62, at.position + 1),
            "limit": limit,
        }
        query = AUDIT + "".join(c for n, c in AUDIT_ASKED.items() if asked[n] is not None)
        with self.datastore.get_connection() as conn:
            found = self._rows(conn, query + AUDIT_ORDER, at, asked)
            opened = self._open(conn, [r["position"] for r in found])
        return [AuditLine(r["position"], r["learner"], opened[r["position"]]) for r in found]

    def caseload(
        self,
        on: date,
        *,
        search: str = "",
        school: str | None = None,
        grade: str | None = None,
        learners: Sequence[UUID] | None = None,
        at: Standing | None = None,
        within: Callable[[dict[str, Any]], bool] = lambda _: True,
    ) -> list[Place]:
        """Learners by name, in name order; `search` holds words or beginnings of a name.

        Of rows that are not `within`, no name is opened.
        """
        names = query_tokens(self.mapper.keys.secret(self.tenant, "search"), search)
        if search and not words(search):
            return []
        asked = {
            "tenant": self.tenant,
            "names": names,
            "learners": list(learners) if learners is not None else None,
        }
        query = CASELOAD if learners is None else CASELOAD + CASELOAD_OF
        with self.datastore.get_connection() as conn:
            found = self._rows(conn, query, at or self.standing(), asked)
            rows = [r for r in found if enrolled_in(r, on, school, grade) and within(r)]
            opened = self._open(conn, [p for r in rows for p in r["details"]])
        places = (place(r, [opened[p] for p in r["details"]], on) for r in rows)
        if search:  # the index passes over words of one letter, and its hashes are short
            places = (p for p in places if named_so(search, [getattr(p, f) for f in NAME_FIELDS]))
        return sorted(places, key=in_order)

    def untold(self, at: Standing) -> bool:
        """Whether something was recorded, other than who looked, that a standing does not tell."""
        if at.reached >= at.head:
            return False
        asked = (self.tenant, at.reached, at.head, READS)
        with self.datastore.get_connection() as conn:
            row = conn.execute(UNTOLD, asked, prepare=True).fetchone()
        return bool(row and row["untold"])

    def linked(self, person: UUID) -> list[UUID]:
        """The learners on whose records somebody stands as a responsible person."""
        at = self.standing()
        asked = {"tenant": self.tenant, "person": person}
        with self.datastore.get_connection() as conn:
            return [r["learner"] for r in self._rows(conn, LINKED, at, asked)]

    def listed(self, places: Sequence[Place]) -> list[Place]:
        """Those lines of a caseload that are shown, as a list or a page of one."""
        return list(places)

    def learner(self, learner: UUID, on: date) -> Place | None:
        """One learner's line, or None where there is no such learner here."""
        found = self.caseload(on, learners=[learner])
        return found[0] if found else None

    # -- the shared end of every read ---------------------------------------------------------

    def _rows(
        self, conn: Conn, query: str, at: Standing, asked: dict[str, Any]
    ) -> list[dict[str, Any]]:
        text = query.format(g=at.generation, shown=SHOWN).encode()
        try:
            return conn.execute(text, asked, prepare=True, binary=True).fetchall()
        except UndefinedTable:
            # Dropped since, after two switches. What serves now has the same rows, and more.
            now = standing(self.datastore, self.tenant)
            if now.generation == at.generation:
                raise
            return self._rows(conn, query, replace(at, generation=now.generation), asked)

    def _entries(
        self, conn: Conn, table: str, at: Standing, rows: list[dict[str, Any]]
    ) -> list[Entry]:
        """The entries that rows make: those at hand, and the others made anew."""
        kept = self._kept.at_hand()
        named = [row_id(table, at.generation, row) for row in rows]
        new = {one: row for one, row in zip(named, rows, strict=True) if one not in kept}
        kept |= zip(new, self._made(conn, list(new.values())), strict=True)
        return [kept[one] for one in named]

    def _made(self, conn: Conn, rows: list[dict[str, Any]]) -> list[Entry]:
        opened = self._open(conn, [p for r in rows for p in r["content"]])
        return [entry(r, [opened[p] for p in r["content"]]) for r in rows]

    def _open(self, conn: Conn, positions: Iterable[int]) -> dict[int, Event]:
        wanted = sorted(set(positions))
        if not wanted:
            return {}
        stored = read(conn, AT, (self.tenant, wanted))
        return {e.position: e for e in self.mapper.open(stored)}
