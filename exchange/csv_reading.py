"""Reading a table of any size, row by row, whatever its rows are like.

What is wrong with the file as a whole refuses it before anything is recorded; what is wrong with
a row is told with the row's line, and the next row is read. A quote that is never closed would
swallow what follows: the row it opens in is given up, and reading goes on at the next line.
"""

import codecs
import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from exchange.mapping import TableMapping

CHUNK = 1 << 20
LONGEST_CELL = 131_072  # characters; also how far a quote is followed that may be torn
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a line (from 1) and column of a table, by which rule. No cell's content.

    `line` is 0 and `column` empty where it concerns the whole file or the whole row.
    """

    line: int
    column: str | None
    rule: str
    sentence: str


class FileRefused(ValueError):
    """The file cannot be imported at all; nothing of it was recorded."""

    def __init__(self, file: str, problem: Problem) -> None:
        place = f"line {problem.line}: " if problem.line else ""
        super().__init__(f"{file}: {place}{problem.sentence} ({problem.rule})")
        self.file = file
        self.problem = problem


class Row(NamedTuple):
    """The cells of one row, as many as the header has, and the lines it begins and ends on."""

    line: int
    cells: Sequence[str]
    last: int

    def problem(self, column: str | None, rule: str, sentence: str) -> Problem:
        """What is wrong in this row; of a row of several lines it says which they are."""
        if self.last > self.line:
            sentence += (
                f" The row goes over lines {self.line} to {self.last}: if these are several rows, "
                "look for a quote that is not closed."
            )
        return Problem(self.line, column, rule, sentence)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: its encoding holds and its header names each column once."""

    path: Path
    mapping: TableMapping
    header: tuple[str, ...]
    lines: int

    def rows(self) -> Iterator[Row | Problem]:
        """The rows after the header; blank lines are passed over."""
        with _text(self.path, self.mapping.encoding) as file:
            records = _records(file, self.mapping.delimiter)
            next(records)
            skip = self.mapping.skip_rows
            for record in records:
                if skip:
                    skip -= 1
                elif isinstance(record, Row):
                    yield self._whole(record)
                else:
                    yield record

    def _whole(self, row: Row) -> Row | Problem:
        """The row with a cell for each column, or what is wrong with it."""
        wanted, cells = len(self.header), row.cells
        if len(cells) > wanted and not any(cells[wanted:]):  # a delimiter too many at the end
            cells = cells[:wanted]
        if len(cells) != wanted:
            sentence = f"The row has {len(cells)} cells and the header has {wanted}."
            return row.problem(None, "row-ragged", sentence)
        if "\0" in "".join(cells):
            column = next(n for n, c in zip(self.header, cells, strict=True) if "\0" in c)
            return row.problem(column, "nul", "The cell holds a NUL character.")
        return Row(row.line, cells, row.last)


def open_table(path: Path, mapping: TableMapping) -> Table:
    """Look at the whole file once, its text and its header. Raises FileRefused."""
    try:
        lines = _check_text(path, mapping.encoding)
        with _text(path, mapping.encoding) as file:
            first = next(_records(file, mapping.delimiter), None)
    except OSError as error:
        why = error.strerror or "of an error"
        raise _refused(path, 0, "file-unreadable", f"The file cannot be read: {why}.") from None
    if first is None:
        raise _refused(path, 0, "file-empty", "The file is empty; a header was expected.")
    if isinstance(first, Problem):
        raise FileRefused(path.name, first)
    header = tuple(cell.strip() for cell in first.cells)
    if any("\0" in name for name in header):
        sentence = "The header holds NUL characters: the file is not a text, or is UTF-16."
        raise _refused(path, first.line, "nul", sentence)
    for name, times in Counter(header).items():
        if name and times > 1:  # columns without a name cannot be mapped, and do no harm
            sentence = f"The header names the column '{name}' {times} times."
            raise _refused(path, first.line, "header-duplicate", sentence)
    return Table(path, mapping, header, lines)


def _text(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")


def _refused(path: Path, line: int, rule: str, sentence: str) -> FileRefused:
    return FileRefused(path.name, Problem(line, None, rule, sentence))


def _check_text(path: Path, encoding: str) -> int:
    """The number of lines. Raises FileRefused where the bytes are not text in this encoding."""
    lines = 0
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        start = file.read(4)
        marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
        if marked and not encoding.startswith(marked):
            sentence = f"The file is marked as {marked}; name that encoding in the mapping."
            raise _refused(path, 1, "encoding-wrong", sentence)
        file.seek(0)
        while True:
            chunk = file.read(CHUNK)
            try:
                lines += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, errors="replace")
                sentence = (
                    f"The line is not text in the encoding {encoding.removesuffix('-sig')}. Name "
                    "the encoding the file was saved in under 'encoding' in the mapping."
                )
                raise _refused(
                    path, lines + before.count("\n") + 1, "encoding-wrong", sentence
                ) from None
            if not chunk:
                return lines


class _Lines:
    """Lines with their numbers, that can be given back."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = enumerate(file, 1)
        self._back: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._file)
        self.taken.append(line)
        return line[1]

    def give_back(self, lines: Sequence[tuple[int, str]]) -> None:
        self._back.extendleft(reversed(lines))


def _records(file: Iterable[str], delimiter: str) -> Iterator[Row | Problem]:
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            first, *rest = lines.taken
            lines.give_back(rest)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield _torn(first)
            continue
        if cells:
            yield Row(lines.taken[0][0], cells, lines.taken[-1][0])


def _torn(line: tuple[int, str]) -> Problem:
    number, text = line
    if len(text) > LONGEST_CELL:
        sentence = f"A cell is longer than {LONGEST_CELL} characters."
        return Problem(number, None, "cell-too-long", sentence)
    return Problem(
        number,
        None,
        "quote-torn",
        "A quote is not closed, or more follows a closing quote than a delimiter; a quote inside "
        "a quoted cell is written twice.",
    )
