"""Row tables: load the open rows of some lines, and write what a batch of events changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.multirange import Multirange

from domain.event import Event
from projections.cells import OPEN, cell
from projections.fold import Fold, Line, removal
from projections.rows import Changes, Removed, Row, Span, difference

Conn = Connection[Any]

# Also the lines of other records that happen to have the same id: `load` leaves them out.
LOAD = """
SELECT stream, learner, line, item, kind, status, area, data_class, said_from, said_until,
       effective, own, content, known_from
FROM {table}
WHERE tenant = %s AND line = ANY(%s) AND known_until = 9223372036854775807
"""

# The lines are named once more by themselves: a planner without statistics would take one tenant's
# open rows for one row, and go through all of them for each that is to be closed.
CLOSE = """
UPDATE {table} AS t SET known_until = c.until, cell = c.cell
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[])
     AS c (stream, line, item, until, cell)
WHERE t.tenant = %s AND t.line = ANY(%s::uuid[])
  AND t.stream = c.stream AND t.line = c.line AND t.item = c.item
  AND t.known_until = 9223372036854775807
"""

INSERT = """
INSERT INTO {table} (tenant, stream, learner, line, item, kind, status, area, data_class, said_from,
                     said_until, effective, own, content, known_from, known_until, cell)
SELECT %s, stream, learner, line, item, kind, status, area, data_class, said_from, said_until,
       effective::datemultirange, own::bigint[], content::bigint[], known_from, known_until, cell
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::date[], %s::date[], %s::text[], %s::text[], %s::text[], %s::bigint[],
            %s::bigint[], %s::bigint[])
     AS r (stream, learner, line, item, kind, status, area, data_class, said_from, said_until,
           effective, own, content, known_from, known_until, cell)
"""

# What was said before is gone for good, wherever it was part of what was known.
REMOVE = """
UPDATE {table} AS t SET removed_at = %s, removed_how = %s
WHERE t.tenant = %s AND t.stream = %s AND t.item = ANY(%s) AND t.content && %s::bigint[]
  AND t.known_until <= %s
"""


class RowProjection:
    """A projection kept as bitemporal rows in the table of its name, of one generation."""

    def __init__(self, name: str, fold: Fold, generation: int) -> None:
        self.name = name
        self.fold = fold
        self.table = f"{name}_{generation}"
        self._load, self._close, self._insert, self._remove = (
            statement.format(table=self.table).encode()
            for statement in (LOAD, CLOSE, INSERT, REMOVE)
        )

    def lines(self, events: Iterable[Event]) -> set[Line]:
        """The lines whose open rows must be loaded before these events are folded."""
        return {line for e in events if (line := self.fold.line(e)) is not None}

    def load(self, conn: Conn, tenant: str, lines: set[Line]) -> dict[Line, list[Row]]:
        """The open rows of the lines."""
        found: dict[Line, list[Row]] = defaultdict(list)
        if lines:
            for r in conn.execute(self._load, (tenant, list({line for _, line in lines}))):
                found[r["stream"], r["line"]].append(row_from(r))
        return found

    def take(self, state: dict[Line, list[Row]], event: Event) -> Changes:
        """Fold one event into the state; pure but for `state`, which it brings up to date."""
        line = self.fold.line(event)
        if line is None:
            return Changes()
        old = state.get(line, [])
        changes = difference(old, self.fold(old, event), event.position)
        closed = {r.key for r in changes.close}
        state[line] = [r for r in old if r.key not in closed] + list(changes.open)
        return replace(changes, removed=removal(old, event))

    def write(self, conn: Conn, tenant: str, batch: Sequence[tuple[int, Changes]]) -> None:
        """Write the changes of many events, each given with its position, at once.

        A row that opens and closes within the batch is written once, closed.
        """
        fresh: dict[tuple[UUID, UUID], Row] = {}
        finished: list[tuple[Row, int]] = []
        closed: list[tuple[UUID, UUID, UUID, int, int]] = []
        removed: list[tuple[int, Removed]] = []
        for position, changes in batch:
            if changes.removed is not None:
                removed.append((position, changes.removed))
            for row in changes.close:
                opened = fresh.pop(row.key, None)
                if opened is not None:
                    finished.append((opened, position))
                else:
                    filed = cell(row.effective, row.known_from, position)
                    closed.append((row.stream, row.line, row.item, position, filed))
            for row in changes.open:
                fresh[row.key] = row
        if closed:
            given = [list(column) for column in zip(*closed, strict=True)]
            conn.execute(self._close, (*given, tenant, given[1]))
        rows = [columns(r, until) for r, until in finished]
        rows += [columns(r, OPEN) for r in fresh.values()]
        if rows:
            conn.execute(self._insert, (tenant, *map(list, zip(*rows, strict=True))))
        for position, gone in removed:  # one by one, for the latest to win; there are few
            conn.execute(
                self._remove,
                (
                    position,
                    gone.how,
                    tenant,
                    gone.stream,
                    list(gone.items),
                    list(gone.own),
                    position,
                ),
            )


def row_from(r: dict[str, Any]) -> Row:
    """A row as the database holds it."""
    effective: Multirange[date] = r["effective"]
    return Row(
        stream=r["stream"],
        learner=r["learner"],
        line=r["line"],
        item=r["item"],
        kind=r["kind"],
        status=r["status"],
        said=(r["said_from"], r["said_until"]),
        own=tuple(r["own"]),
        area=r["area"],
        data_class=r["data_class"],
        effective=tuple((piece.lower, piece.upper) for piece in effective),
        content=tuple(r["content"]),
        known_from=r["known_from"],
    )


def columns(row: Row, until: int) -> tuple[Any, ...]:
    """The row's columns, ranges and arrays as PostgreSQL writes them."""
    return (
        row.stream,
        row.learner,
        row.line,
        row.item,
        row.kind,
        row.status,
        row.area,
        row.data_class,
        row.said[0],
        row.said[1],
        "{" + ",".join(map(_span, row.effective)) + "}",
        _array(row.own),
        _array(row.content),
        row.known_from,
        until,
        cell(row.effective, row.known_from, until),
    )


def _span(span: Span) -> str:
    start, until = span
    return f"[{start},{until or ''})" if start else f"(,{until or ''})"


def _array(positions: tuple[int, ...]) -> str:
    return "{" + ",".join(map(str, positions)) + "}"
