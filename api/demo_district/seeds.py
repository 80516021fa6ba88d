"""Ids and chance that come out the same every time."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar
from uuid import UUID, uuid5

DISTRICT = UUID("6f1c1c52-7d0b-5a43-9c5e-3f6a5b1d2e90")
_T = TypeVar("_T")


def uid(*parts: object) -> UUID:
    """The id that stands for these parts in the demo district."""
    return uuid5(DISTRICT, "/".join(map(str, parts)))


def seeded(*parts: object) -> Random:
    """A generator of its own for these parts, so that one story never moves another."""
    return Random("/".join(map(str, ("maple-county", *parts))))  # noqa: S311 - made-up data


def chance(rng: Random, share: float) -> bool:
    """True in this share of the cases."""
    return rng.random() < share


def some(rng: Random, of: Sequence[_T], count: int) -> list[_T]:
    """Several different ones, in random order."""
    return rng.sample(of, min(count, len(of)))
