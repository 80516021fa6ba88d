"""Long lists in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Pages(Generic[_T]):
    """One page of a list: `first` and `last` are counted from 1."""

    items: Sequence[_T]
    number: int
    count: int
    total: int
    first: int
    last: int


def paged(items: Sequence[_T], number: int, size: int) -> Pages[_T]:
    """The page of this number; a number past either end gives the nearest page."""
    count = max(1, -(-len(items) // size))
    number = min(max(number, 1), count)
    start = (number - 1) * size
    shown = items[start : start + size]
    return Pages(shown, number, count, len(items), start + 1, start + len(shown))
