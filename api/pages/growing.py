"""Growth between two days in words: how far, how certainly, and why not where it cannot be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from api.pages import words
from projections.growth import SHARE, Growth, Score, WhyNot

WHY_NOT: Mapping[WhyNot, str] = {
    WhyNot.OTHER_SCALE: "The two scores are on different scales, so they cannot be compared.",
    WhyNot.OTHER_INSTRUMENT: "The two scores come from different instruments, so they cannot be "
    "compared.",
    WhyNot.OTHER_BOTH: "The two scores come from different instruments with different scales, so "
    "they cannot be compared.",
    WhyNot.NO_SCALE: "The scale is not stated, so the two scores cannot be compared.",
    WhyNot.NO_NEWER: "There is no newer score.",
}


@dataclass(frozen=True)
class Grown:
    """One measure between two days. `told` is the growth, or why there is none.

    `first_on` and `last_on` are the days of the scores, each as exactly as it is known.
    """

    measure: str
    first: Score
    last: Score
    first_on: str
    last_on: str
    told: str
    sure: str
    learnt: str


def grown(found: Iterable[Growth]) -> list[Grown]:
    """Every measure that was scored by either day, those that can be compared first."""
    lines = [
        Grown(g.measure, g.first, g.last, on(g.first), on(g.last), told(g), sure(g), learnt(g))
        for g in found
    ]
    return sorted(lines, key=lambda line: line.told in WHY_NOT.values())


def on(score: Score) -> str:
    """The day of a score, as exactly as it is known."""
    return words.ended(score.on, score.precision)


def told(growth: Growth) -> str:
    """`+12.5 on the scale RIT`."""
    if growth.difference is None:
        return WHY_NOT[growth.why_not] if growth.why_not else ""
    if growth.last.scale == SHARE:
        return f"{signed(growth.difference)} percentage points"
    return f"{signed(growth.difference)} on the scale {growth.last.scale}"


def sure(growth: Growth) -> str:
    """How certain the growth is, where the instrument says so."""
    change, error = growth.difference, growth.standard_error
    if change is None:
        return ""
    if error is None:
        return "" if growth.last.scale == SHARE else "How certain this is, is not stated."
    within = f"Give or take {words.number(round(error, 1))} (one standard error)."
    # Two standard errors are the usual line: beyond it one in twenty is chance.
    return (
        f"{within} That is too little to tell from chance." if abs(change) < 2 * error else within
    )


def learnt(growth: Growth) -> str:
    """What our file said of the earlier day, where we have learnt better since."""
    then, first = growth.then, growth.first
    if then is None:
        return "The earlier score was not known on the earlier day."
    if (then.entry, then.value) == (first.entry, first.value):
        return ""
    return f"On the earlier day our file had {words.number(then.value)}."


def signed(value: Decimal) -> str:
    """`+3`, `−2`, `±0`."""
    if value == 0:
        return "±0"
    return words.number(value) if value < 0 else f"+{words.number(value)}"
