"""The log of a learner as a file of any length, in constant memory.

The lines of each piece are noted as exported, durably, before the piece leaves.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from api.answers_accesses import AccessLine
from api.compose import System
from api.cursors import Cursors
from api.sight import Sight, seeing
from api.viewing import need_scope
from api.who_saw_reading import Asked, People, pieces
from domain.access.words import Action
from projections.reading import AuditLine
from projections.standing import Standing

# The first letters by which a spreadsheet takes a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = tuple(AccessLine.model_fields)
BOM = "\ufeff"  # without it a spreadsheet reads UTF-8 as something else

Write = Callable[[Sequence[AccessLine]], bytes]


def exported(
    system: System,
    people: People,
    *,
    cursors: Cursors,
    sight: Sight,
    asked: Asked,
    at: Standing,
    write: Write,
    head: bytes = b"",
) -> Iterator[bytes]:
    """The file in pieces. The first is made at once, so that a refusal is still an answer."""
    need_scope(sight.asker.viewer, "export")
    sight.action = Action.EXPORTED
    batches = pieces(system, asked, at=at)

    def made(found: Sequence[AuditLine], before: bytes = b"") -> bytes:
        with seeing(sight):
            shown = people.accesses(sight.lines(found))
            body = before + write([AccessLine.of(access, cursors) for access in shown])
            sight.settle(body)
        return body

    first = made(next(batches, []), head)
    return chain([first], (made(found) for found in batches if found))


def ndjson(lines: Sequence[AccessLine]) -> bytes:
    """One JSON object a line."""
    return b"".join(line.model_dump_json().encode() + b"\n" for line in lines)


def rows(lines: Sequence[AccessLine]) -> bytes:
    """Rows of a CSV table (RFC 4180), with nothing that a spreadsheet would run."""
    return table([cell(getattr(line, name)) for name in COLUMNS] for line in lines)


def header() -> bytes:
    """The first row, after the mark that says UTF-8."""
    return BOM.encode() + table([COLUMNS])


def table(found: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(found)
    return out.getvalue().encode()


def cell(value: object) -> str:
    """A value as text: lists with blanks between, nothing for null; a formula gets a quote."""
    if value is None:
        return ""
    if isinstance(value, list):
        text = " ".join(map(str, value))
    elif isinstance(value, bool):
        text = str(value).lower()
    else:
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
