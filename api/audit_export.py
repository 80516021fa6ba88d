"""The audit log as a file of any length, in constant memory.

The lines of each piece are noted as exported, durably, before the piece leaves.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from api.access_export import BOM, cell, table
from api.answers import AuditEntry
from api.answers_accesses import AccessLine
from api.audit_reading import Narrow, is_learners, is_read, kind_of, pieces
from api.compose import System
from api.cursors import Cursors
from api.sight import Sight, seeing
from api.who_saw_reading import People
from projections.reading import AuditLine
from projections.standing import Standing

Write = Callable[[Sequence[AuditLine], Sequence[AuditEntry]], bytes]
SAID_BESIDE = frozenset({"position", "learner", "at", "person"})  # of a read, outside its body
COLUMNS = (
    "position",
    "recorded_at",
    "kind",
    "type",
    "learner",
    "record",
    "person",
    "name",
    "author",
    "author_name",
    "from",
    "until",
    "received_on",
    "source",
    "data_class",
    "erased",
    "allowed",
    "action",
    "code",
    "sentence",
    "body",
)


def told(lines: Sequence[AuditLine], people: People, cursors: Cursors) -> list[AuditEntry]:
    """The lines as the API tells them. Of a read, the body says what the log of accesses says."""
    return [_told(line, people, cursors) for line in lines]


def _told(line: AuditLine, people: People, cursors: Cursors) -> AuditEntry:
    entry = AuditEntry.of(line, cursors)
    if not is_read(line):
        return entry
    [access] = people.accesses([line])
    said = AccessLine.of(access, cursors).model_dump(mode="json")
    body = {k: v for k, v in said.items() if k not in SAID_BESIDE and v not in (None, [])}
    return entry.model_copy(update={"record": line.learner, "body": body})


def exported(
    system: System,
    people: People,
    *,
    cursors: Cursors,
    sight: Sight,
    asked: Narrow,
    at: Standing,
    write: Write,
    head: bytes = b"",
) -> Iterator[bytes]:
    """The file in pieces, for a sight that notes an export. The first is made at once, so that a
    fault is still an answer.
    """
    batches = pieces(system, asked, at)

    def made(found: Sequence[AuditLine], before: bytes = b"") -> bytes:
        # What was looked up is let go of with each piece: a log can be about every learner.
        sight.asker = people.desk.asker(sight.asker.viewer, sight.asker.at)
        with seeing(sight):
            shown = sight.lines(found)
            body = before + write(shown, told(shown, people, cursors))
            sight.settle(body)
        return body

    first = made(next(batches, []), head)
    return chain([first], (made(found) for found in batches))


def ndjson(lines: Sequence[AuditLine], entries: Sequence[AuditEntry]) -> bytes:
    """One JSON object a line, as in `entries` of a page."""
    return b"".join(e.model_dump_json(by_alias=True).encode() + b"\n" for e in entries)


def rows(lines: Sequence[AuditLine], entries: Sequence[AuditEntry]) -> bytes:
    """Rows of a CSV table (RFC 4180), with nothing that a spreadsheet would run."""
    found = (_row(line, entry) for line, entry in zip(lines, entries, strict=True))
    return table([cell(row[name]) for name in COLUMNS] for row in found)


def header() -> bytes:
    """The first row, after the mark that says UTF-8."""
    return BOM.encode() + table([COLUMNS])


def _row(line: AuditLine, entry: AuditEntry) -> dict[str, Any]:
    source, when, body = entry.provenance, entry.effective, entry.body
    of_read = body if is_read(line) else {}
    written = json.dumps(body, ensure_ascii=False, default=str) if body else None
    return {
        "position": source.position,
        "recorded_at": source.recorded_at,
        "kind": kind_of(line),
        "type": entry.type,
        "learner": entry.learner if is_learners(line) else None,
        "record": entry.record,
        "person": source.entered_by,
        "name": source.entered_by_name,
        "author": source.author,
        "author_name": source.author_name,
        "from": when and when.start,
        "until": when and when.until,
        "received_on": source.received_on,
        "source": source.source,
        "data_class": entry.data_class,
        "erased": source.erased,
        **{name: of_read.get(name) for name in ("allowed", "action", "code", "sentence")},
        "body": written,
    }
