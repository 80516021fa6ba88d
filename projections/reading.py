"""Reading the projections: a few queries, then the events that the rows point at are opened.

Every answer carries the position it was read at, and leaves only after `ensure_durable`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from eventsourcing.persistence import DatabaseError
from eventsourcing.postgres import PostgresDatastore

from domain.event import Event
from projections.caseload import query_tokens, words
from projections.cells import cells
from projections.entries import Entry, entry
from projections.projector import AT, NAMES, read
from projections.standing import Standing, standing
from projections.tables import Conn
from store.mapper import SealingMapper

HEAD = "SELECT position, zone FROM head WHERE tenant = %s"

# Of whom something is asked: some learners by id, or those who belong to all of some schools,
# grades and classes on a day, as known at a position.
NAMED = "SELECT unnest(%(learners)s::uuid[])"
MEMBERS = """
SELECT m.learner FROM unnest(%(groups)s::text[], %(codes)s::text[]) AS a (kind, code)
CROSS JOIN LATERAL (
    SELECT learner, line FROM membership_{g} AS m
    WHERE m.tenant = %(tenant)s AND m.kind = a.kind AND m.area = a.code AND m.cell = ANY(%(cells)s)
      AND m.known_from <= %(known)s AND %(known)s < m.known_until
      AND m.effective @> %(on)s::date AND m.learner > %(after)s
    OFFSET 0
) AS m
GROUP BY m.learner, m.line HAVING count(DISTINCT a.kind) = cardinality(%(groups)s::text[])
ORDER BY m.learner LIMIT %(limit)s
"""

# The records of one person, for each learner asked about: those that were merged, as known then.
# What one of them says about another is then no entry of its own.
SAME = """
WITH RECURSIVE same (asked, learner) AS (
    SELECT asked, asked FROM ({asked}) AS a (asked)
    UNION
    SELECT s.asked, m.learner FROM same AS s JOIN membership_{g} AS m
        ON m.tenant = %(tenant)s AND m.kind = 'person' AND m.area = s.learner::text
       AND m.cell = ANY(%(cells)s)
       AND m.known_from <= %(known)s AND %(known)s < m.known_until
)
"""

# What holds on a day, as known at a position, of one learner or of a thousand. The lateral query
# keeps the planner on one short search per learner, whatever it believes about the tables.
PROFILE = (
    SAME
    + """
SELECT s.asked, p.* FROM same AS s CROSS JOIN LATERAL (
    SELECT * FROM profile_{g} AS p
    WHERE p.tenant = %(tenant)s AND p.learner = s.learner AND p.cell = ANY(%(cells)s)
      AND p.known_from <= %(known)s AND %(known)s < p.known_until
      AND p.effective @> %(on)s::date
      AND (%(kinds)s::text[] IS NULL OR p.kind = ANY(%(kinds)s))
      AND (p.stream = p.learner OR NOT EXISTS (
          SELECT FROM same AS o WHERE o.asked = s.asked AND o.learner = p.stream))
    OFFSET 0
) AS p
ORDER BY s.asked, p.kind, p.area, p.said_from DESC NULLS LAST, p.item
"""
)

# What happened, as known at a position, in the order in which it was true, after a place in it.
TIMELINE = (
    SAME
    + """
SELECT t.* FROM same AS s CROSS JOIN LATERAL (
    SELECT * FROM timeline_{g} AS t
    WHERE t.tenant = %(tenant)s AND t.learner = s.learner
      AND t.known_from <= %(known)s AND %(known)s < t.known_until
      AND (coalesce(t.said_from, '-infinity'::date), t.item) > (%(day)s::date, %(item)s::uuid)
      AND (%(on)s::date IS NULL OR t.said_from IS NULL OR t.said_from <= %(on)s)
      AND (t.stream = t.learner OR NOT EXISTS (
          SELECT FROM same AS o WHERE o.asked = s.asked AND o.learner = t.stream))
    ORDER BY coalesce(t.said_from, '-infinity'::date), t.item LIMIT %(limit)s
) AS t
ORDER BY coalesce(t.said_from, '-infinity'::date), t.item LIMIT %(limit)s
"""
)

# What was done, the latest first, before a position; only the conditions that were asked for.
AUDIT = """
SELECT position, learner FROM audit_{g}
WHERE tenant = %(tenant)s AND position < %(before)s"""
AUDIT_ASKED = {
    "learner": " AND learner = %(learner)s",
    "everyone": " AND own",
    "person": " AND (entered_by = %(person)s OR author = %(person)s)",
    "topics": " AND topic = ANY(%(topics)s)",
}
AUDIT_ORDER = " ORDER BY position DESC LIMIT %(limit)s"

# Learners whose name has all of some beginnings. The names only filter: see decision 0005.
CASELOAD = """
SELECT learner, enrolments, reviews, details, position FROM caseload_{g}
WHERE tenant = %(tenant)s AND names @> %(names)s::bytea[]
"""
CASELOAD_OF = " AND learner = ANY(%(learners)s)"

PROGRESS = """
SELECT projection, position FROM standing WHERE tenant = %s
"""
PARKED = """
SELECT projection, position, error, parked_at FROM parked WHERE tenant = %s ORDER BY position
"""

POSITION_AT = "SELECT position_at(%s, %s) AS position"
AHEAD = "TL006"

FIRST = UUID(int=0)
BEGINNING = (date.min, FIRST)


class InstantAhead(ValueError):
    """The instant asked about is still to come: what will be known then, nobody knows yet."""


@dataclass(frozen=True)
class Place:
    """One learner on a caseload, in words. `school`, `grade` as enrolled on the day asked."""

    learner: UUID
    given_name: str
    family_name: str
    preferred_name: str | None
    local_id: str | None
    birth_date: date | None
    school: str | None
    grade: str | None
    classes: tuple[str, ...]
    review_due: date | None
    last_review: date | None
    erased: bool

    @property
    def name(self) -> str:
        """The name as a page shows it."""
        if self.erased:
            return "(erased)"
        given = self.preferred_name or self.given_name
        return f"{given} {self.family_name}"


@dataclass(frozen=True)
class AuditLine:
    """One event of the audit log, opened, as told on a learner's record."""

    position: int
    learner: UUID
    event: Event


class Reader:
    """Reads one tenant's projections."""

    def __init__(self, datastore: PostgresDatastore, mapper: SealingMapper) -> None:
        self.datastore = datastore
        self.mapper = mapper
        self.tenant = mapper.tenant

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

    def wait_for(self, position: int, timeout: float = 5.0) -> bool:
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
        groups: Mapping[str, str],
        kinds: Sequence[str] | None = None,
        after: UUID = FIRST,
        limit: int = 1000,
    ) -> dict[UUID, list[Entry]]:
        """What holds of the learners of a `school`, `grade` and `class` (of all that are given).

        Who belongs to it is told for the same day and standing. In the order of the learners'
        ids, after one of them, in two queries.
        """
        asked = {
            "groups": list(groups),
            "codes": list(groups.values()),
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
        found: dict[UUID, list[Entry]] = {}
        with self.datastore.get_connection() as conn:
            rows = self._rows(conn, PROFILE.replace("{asked}", seed), at, values)
            for row, made in zip(rows, self._entries(conn, rows), strict=True):
                found.setdefault(row["asked"], []).append(made)
        return found

    def timeline(
        self,
        learner: UUID,
        after: tuple[date, UUID] = BEGINNING,
        limit: int = 200,
        at: Standing | None = None,
        on: date | None = None,
    ) -> list[Entry]:
        """What happened, in effective order; at most `limit` entries after a place in it.

        As known now or at a standing; where a day is given, nothing that began after it.
        """
        at = at or self.standing()
        asked = {
            "tenant": self.tenant,
            "learners": [learner],
            "known": at.position,
            "cells": cells(date.min, at.position, at.head),
            "day": "-infinity" if after[0] == date.min else after[0].isoformat(),
            "item": after[1],
            "on": on,
            "limit": limit,
        }
        with self.datastore.get_connection() as conn:
            return self._entries(conn, self._rows(conn, TIMELINE.replace("{asked}", NAMED), at, asked))

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

        Of one learner: what was done on this record, and on others' that are about it too.
        """
        at = at or self.standing()
        asked = {
            "everyone": True if learner is None else None,
            "tenant": self.tenant,
            "learner": learner,
            "person": person,
            "topics": list(topics) if topics is not None else None,
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
    ) -> list[Place]:
        """Learners by name, in name order; `search` holds words or beginnings of a name."""
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
            rows = [r for r in found if enrolled_in(r, on, school, grade)]
            opened = self._open(conn, [p for r in rows for p in r["details"]])
        places = (place(r, [opened[p] for p in r["details"]], on) for r in rows)
        return sorted(
            places,
            key=lambda p: (p.family_name.casefold(), p.given_name.casefold(), str(p.learner)),
        )

    def learner(self, learner: UUID, on: date) -> Place | None:
        """One learner's line, or None where there is no such learner here."""
        found = self.caseload(on, learners=[learner])
        return found[0] if found else None

    # -- the shared end of every read ---------------------------------------------------------

    def _rows(
        self, conn: Conn, query: str, at: Standing, asked: dict[str, Any]
    ) -> list[dict[str, Any]]:
        text = query.format(g=at.generation).encode()
        return conn.execute(text, asked, prepare=True, binary=True).fetchall()

    def _entries(self, conn: Conn, rows: list[dict[str, Any]]) -> list[Entry]:
        opened = self._open(conn, [p for r in rows for p in r["content"]])
        return [entry(r, [opened[p] for p in r["content"]]) for r in rows]

    def _open(self, conn: Conn, positions: Iterable[int]) -> dict[int, Event]:
        wanted = sorted(set(positions))
        if not wanted:
            return {}
        stored = read(conn.execute(AT, (self.tenant, wanted)))
        return {e.position: e for e in self.mapper.open(stored)}


def enrolment(row: dict[str, Any], on: date) -> dict[str, Any]:
    """The enrolment in force on a day, the latest where there are several; empty for none."""
    day = on.isoformat()
    enrolled = [
        e
        for e in row["enrolments"].values()
        if (e.get("from") or "") <= day and (e.get("until") is None or day < e["until"])
    ]
    latest: dict[str, Any] = max(enrolled, key=lambda e: e.get("from") or "", default={})
    return latest


def enrolled_in(row: dict[str, Any], on: date, school: str | None, grade: str | None) -> bool:
    """Whether a caseload row is of this school and grade on a day; None is any."""
    current = enrolment(row, on)
    return school in (None, current.get("school")) and grade in (None, current.get("grade"))


def place(row: dict[str, Any], details: Sequence[Event], on: date) -> Place:
    """A caseload row with its details opened, as of a day."""
    now: dict[str, Any] = {}
    for event in details:
        if not event.erased:
            now.update(
                {
                    f: v
                    for f in (
                        "given_name",
                        "family_name",
                        "preferred_name",
                        "local_id",
                        "birth_date",
                    )
                    if (v := getattr(event, f, None)) is not None
                }
            )
    current = enrolment(row, on)
    held = [r["held"] for r in row["reviews"].values() if r.get("held")]
    last = max(held, default=None)
    due = [
        review["due"]
        for name, review in row["reviews"].items()
        if review.get("due")
        and not review.get("held")
        # What one review said about the next is settled by the next, early or late.
        and (not name.startswith("after ") or row["reviews"][name[6:]].get("held") == last)
    ]
    open_due = [d for d in due if last is None or d > last]
    return Place(
        learner=row["learner"],
        given_name=now.get("given_name", ""),
        family_name=now.get("family_name", ""),
        preferred_name=now.get("preferred_name"),
        local_id=now.get("local_id"),
        birth_date=now.get("birth_date"),
        school=current.get("school"),
        grade=current.get("grade"),
        classes=tuple(current.get("classes", ())),
        review_due=date.fromisoformat(min(open_due)) if open_due else None,
        last_review=date.fromisoformat(last) if last else None,
        erased=not now,
    )
