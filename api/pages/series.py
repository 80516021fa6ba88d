"""Measures over time, as series: one for each measure on each scale, never across scales.

Two scores stand in one series only where measure and scale are the same words; nothing is
converted. A school year without a score between two that have one is a gap, and is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.pages import words
from projections.entries import Entry
from projections.growth import counted_on, scored_on

ASSESSMENT, SURVEY, ATTENDANCE = "assessment-scored", "survey-answered", "attendance-summarised"


@dataclass(frozen=True)
class Point:
    """One value. `on` is the day from which it counts, as for growth between two days.

    `year` is the one in which its school year began; `error` is its standard error, where the
    instrument gives one.
    """

    entry: Entry
    on: date
    year: int
    value: Decimal
    shown: str
    error: Decimal | None = None
    note: str = ""

    @property
    def precision(self) -> str:
        """How exactly `on` is known; of the end of a term it is not known when the term began."""
        if self.on == words.starts(self.entry):
            return self.entry.precision
        known = counted_on(self.entry)[1]
        return "month" if known == "term" else known


@dataclass(frozen=True)
class Gap:
    """School years without a value between two values."""

    years: tuple[int, ...]

    @property
    def shown(self) -> str:
        return words.listed([words.year_name(y) for y in self.years])


@dataclass(frozen=True)
class Series:
    """The values of one measure on one scale, in date order."""

    kind: str
    measure: str
    scale: str
    points: tuple[Point, ...]

    @property
    def has_errors(self) -> bool:
        return any(p.error is not None for p in self.points)

    @property
    def has_notes(self) -> bool:
        return any(p.note for p in self.points)

    @property
    def stretches(self) -> list[list[Point]]:
        """The points in runs without a gap between them."""
        runs: list[list[Point]] = []
        for row in self.rows:
            if isinstance(row, Gap) or not runs:
                runs.append([])
            if isinstance(row, Point):
                runs[-1].append(row)
        return runs

    @property
    def rows(self) -> Sequence[Point | Gap]:
        """The points with the gaps between them."""
        return list(_with_gaps(self.points))

    @property
    def has_gaps(self) -> bool:
        return any(isinstance(row, Gap) for row in self.rows)


def series_of(entries: Iterable[Entry], year_starts: str) -> list[Series]:
    """Every series of a timeline: assessments first, then attendance, then survey scores."""
    found: dict[tuple[str, str, str], list[Point]] = {}
    for entry in entries:
        read = _point(entry, year_starts)
        if read:
            key, point = read
            found.setdefault(key, []).append(point)
    order = {ASSESSMENT: 0, ATTENDANCE: 1, SURVEY: 2}
    ready = [
        Series(*key, points=tuple(sorted(points, key=lambda p: p.on)))
        for key, points in found.items()
    ]
    return sorted(ready, key=lambda s: (order[s.kind], s.measure.casefold(), s.scale))


@dataclass(frozen=True)
class AnswerTable:
    """The answers to one survey over time: a row for each question, a column for each day."""

    survey: str
    days: tuple[date, ...]
    rows: tuple[tuple[str, tuple[Point | None, ...]], ...]


def answer_tables(surveys: Sequence[Series]) -> list[AnswerTable]:
    """One table for each survey and scale, whose columns can be compared."""
    tables = []
    for name in dict.fromkeys(s.scale for s in surveys):
        asked = [s for s in surveys if s.scale == name]
        on = tuple(sorted({p.on for s in asked for p in s.points}))
        rows = tuple((s.measure, tuple(_on(s, day) for day in on)) for s in asked)
        tables.append(AnswerTable(name, on, rows))
    return tables


def _on(series: Series, day: date) -> Point | None:
    return next((p for p in series.points if p.on == day), None)


def _point(entry: Entry, year_starts: str) -> tuple[tuple[str, str, str], Point] | None:
    """An entry as a point, and the series it belongs to; None where it is no measure."""
    body, on = entry.body, scored_on(entry)
    if entry.provenance.erased or on is None:
        return None
    year = words.first_year(on, year_starts)
    if entry.type == ASSESSMENT and "score" in body:
        key = (ASSESSMENT, body["measure"], body["scale"])
        value, error = _decimal(body["score"]), body.get("standard_error")
        return key, Point(
            entry,
            on,
            year,
            value,
            words.number(body["score"]),
            _decimal(error) if error is not None else None,
            body.get("instrument") or "",
        )
    if entry.type == ATTENDANCE and body.get("days_enrolled"):
        attended, enrolled = _decimal(body["days_attended"]), int(body["days_enrolled"])
        share = 100 * attended / enrolled
        counted = f"{words.number(attended)} of {enrolled} days"
        key = (ATTENDANCE, "Attendance", "percent of school days")
        return key, Point(entry, on, year, share, f"{share:.1f}%", note=counted)
    if entry.type == SURVEY and body.get("score") is not None and body.get("scale"):
        # The instrument, version and all, is part of the scale: another version is another series.
        key = (SURVEY, body["question"], f"{body['instrument']}, scale {body['scale']}")
        return key, Point(
            entry,
            on,
            year,
            _decimal(body["score"]),
            words.number(body["score"]),
            note=body["answer"],
        )
    return None


def _with_gaps(points: Sequence[Point]) -> Iterator[Point | Gap]:
    before: int | None = None
    for point in points:
        if before is not None and point.year > before + 1:
            yield Gap(tuple(range(before + 1, point.year)))
        before = point.year
        yield point


def _decimal(value: object) -> Decimal:
    """A score as it is counted with: a correction lays a JSON value over the typed one."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
