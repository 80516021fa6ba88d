"""Reading the projections: a few queries, then the events that the rows point at are opened.

Every answer carries the position it was read at, and leaves only after `ensure_durable`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore

from domain.event import Event
from projections.caseload import query_tokens, words
from projections.entries import Entry, entry
from projections.projector import AT, NAMES, read
from projections.tables import Conn
from store.mapper import SealingMapper

HEAD = "SELECT position, zone FROM head WHERE tenant = %s"

# What holds on a day, as known now.
PROFILE = """
SELECT *, lower(known) AS known_from FROM profile
WHERE tenant = %s AND learner = %s AND upper_inf(known) AND effective @> %s::date
ORDER BY kind, area, said_from DESC NULLS LAST, item
"""

# What happened, in the order in which it was true, after a place in that order.
TIMELINE = """
SELECT *, lower(known) AS known_from FROM timeline
WHERE tenant = %s AND learner = %s AND upper_inf(known)
  AND (coalesce(said_from, '-infinity'::date), item) > (%s::date, %s::uuid)
ORDER BY coalesce(said_from, '-infinity'::date), item LIMIT %s
"""

# What was done, the latest first, before a position; only the conditions that were asked for.
AUDIT = "SELECT position FROM audit WHERE tenant = %(tenant)s AND position < %(before)s"
AUDIT_ASKED = {
    "learner": " AND learner = %(learner)s",
    "person": " AND (entered_by = %(person)s OR author = %(person)s)",
    "topics": " AND topic = ANY(%(topics)s)",
}
AUDIT_ORDER = " ORDER BY position DESC LIMIT %(limit)s"

# Learners whose name has all of some beginnings. The names only filter: see decision 0005.
CASELOAD = """
SELECT learner, enrolments, reviews, details, position FROM caseload
WHERE tenant = %(tenant)s AND names @> %(names)s::bytea[]
"""
CASELOAD_OF = " AND learner = ANY(%(learners)s)"

PROGRESS = """
SELECT projection, position FROM checkpoint WHERE tenant = %s
"""
PARKED = """
SELECT projection, position, error, parked_at FROM parked WHERE tenant = %s ORDER BY position
"""

BEGINNING = (date.min, UUID(int=0))


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
    """One event of the audit log, opened."""

    position: int
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

    def profile(self, learner: UUID, on: date) -> list[Entry]:
        """What holds on a day, as known now."""
        with self.datastore.get_connection() as conn:
            rows = list(conn.execute(PROFILE, (self.tenant, learner, on)))
            return self._entries(conn, rows)

    def timeline(
        self, learner: UUID, after: tuple[date, UUID] = BEGINNING, limit: int = 200
    ) -> list[Entry]:
        """What happened, in effective order; at most `limit` entries after a place in it."""
        day = "-infinity" if after[0] == date.min else after[0].isoformat()
        with self.datastore.get_connection() as conn:
            rows = list(conn.execute(TIMELINE, (self.tenant, learner, day, after[1], limit)))
            return self._entries(conn, rows)

    def audit(
        self,
        *,
        learner: UUID | None = None,
        person: UUID | None = None,
        topics: Sequence[str] | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditLine]:
        """What was done, the latest first; at most `limit` lines before a position."""
        asked = {
            "tenant": self.tenant,
            "learner": learner,
            "person": person,
            "topics": list(topics) if topics is not None else None,
            "before": before if before is not None else 2**62,
            "limit": limit,
        }
        query = AUDIT + "".join(c for n, c in AUDIT_ASKED.items() if asked[n] is not None)
        with self.datastore.get_connection() as conn:
            found = conn.execute((query + AUDIT_ORDER).encode(), asked)
            positions = [r["position"] for r in found]
            opened = self._open(conn, positions)
        return [AuditLine(p, opened[p]) for p in positions]

    def caseload(
        self,
        on: date,
        *,
        search: str = "",
        school: str | None = None,
        grade: str | None = None,
        learners: Sequence[UUID] | None = None,
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
            found = list(conn.execute(query.encode(), asked))
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
