"""A mapping's texts, conditions and values, made ready for the columns of one header."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from exchange.command_fields import Kind
from exchange.mapping import Column, ValueFrom, When, columns_of, pieces

Cells = Sequence[str]
ReadText = Callable[[Cells], str]
# None where the cells are empty: the field is then left out.
ReadValue = Callable[[Cells], str | date | datetime | tuple[str, ...] | None]
Holds = Callable[[Cells], bool]
EXAMPLE = datetime(2024, 8, 15, 9, 30, tzinfo=UTC)  # of a form, for people who read no strptime
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class CellWrong(ValueError):
    """A cell that the mapping cannot turn into a value. Never holds the cell's content."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule = rule


def read_text(text: str, index: Mapping[str, int]) -> ReadText:
    """The text filled from a row; empty where it has columns and all of their cells are empty."""
    parts = pieces(text)
    if not columns_of(text):
        constant = "".join(str(part) for part in parts)
        return lambda cells: constant
    if len(parts) == 1:
        return read_cell(index, columns_of(text)[0])
    places = [index[part.name] for part in parts if isinstance(part, Column)]
    form = "".join("%s" if isinstance(p, Column) else p.replace("%", "%%") for p in parts)

    def mixed(cells: Cells) -> str:
        filled = [cells[place].strip() for place in places]
        return (form % tuple(filled)).strip() if any(filled) else ""

    return mixed


def read_cell(index: Mapping[str, int], column: str) -> ReadText:
    """One cell, without the blanks around it."""
    place = index[column]
    return lambda cells: cells[place].strip()


def read_value(
    value: ValueFrom,
    kind: Kind,
    index: Mapping[str, int],
    maps: Mapping[str, Mapping[str, str]],
    zone: ZoneInfo,
) -> ReadValue:
    """The value a row gives; what the text stands for is worked out once per text."""
    text = read_text(value.text, index)
    table = maps[value.map] if value.map is not None else None
    format_ = value.format

    @lru_cache(maxsize=4096)
    def made(given: str) -> str | date | datetime | tuple[str, ...] | None:
        if table is not None and (given or "" in table):
            if given not in table:
                raise CellWrong("map-unknown", f"is not in the mapping's table '{value.map}'.")
            given = table[given]
        if not given:
            return None
        if kind is Kind.DATE:
            return _date(given, format_, zone)
        if kind is Kind.TIME:
            return _time(given, format_, zone)
        return (given,) if kind is Kind.LIST else given

    if kind is Kind.TEXT and table is None:
        return lambda cells: text(cells) or None
    return lambda cells: made(text(cells))


def condition(when: When, index: Mapping[str, int]) -> Holds | None:
    """Whether a row meets the condition; None where every row does."""
    equals = [(index[column], frozenset(texts)) for column, texts in when.equals.items()]
    present = [index[column] for column in when.present]
    if not equals and not present:
        return None
    return lambda cells: (
        all(cells[n].strip() in texts for n, texts in equals)
        and all(cells[n].strip() for n in present)
    )


def _date(text: str, format_: str | None, zone: ZoneInfo) -> date:
    try:
        if format_ is not None:
            time = datetime.strptime(text, format_)  # noqa: DTZ007 - mostly without a time of day
            # A moment somewhere else can be another day here.
            return time.astimezone(zone).date() if time.tzinfo else time.date()
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except (ValueError, OverflowError):
        pass
    form = f"{format_ or 'YYYY-MM-DD'}, such as {EXAMPLE.strftime(format_ or '%Y-%m-%d')}"
    raise CellWrong("not-a-date", f"is not a date of the form {form}.")


def _time(text: str, format_: str | None, zone: ZoneInfo) -> datetime:
    try:
        if format_ is not None:
            time = datetime.strptime(text, format_)  # noqa: DTZ007 - its zone may come below
        else:
            time = datetime.fromisoformat(text)
    except ValueError:
        example = EXAMPLE.strftime(format_ or "%Y-%m-%dT%H:%M:%S")
        form = f"{format_ or 'YYYY-MM-DDTHH:MM:SS'}, such as {example}"
        raise CellWrong("not-an-instant", f"is not a time of the form {form}.") from None
    return time if time.tzinfo else time.replace(tzinfo=zone)
