"""Scores that grow as scores do: a vertical scale, a slope of one's own, noise, summer, gaps."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

SCALE = "Maple growth scale, 100–300, one scale K–12"
INSTRUMENT = "Maple growth check"  # one for all grades, so that its scores can be compared
# Typical scores at the start (fall) and the end (spring) of each grade, K to 12.
TYPICAL = {
    "Reading": (
        (137, 153), (156, 171), (172, 185), (187, 197), (197, 204), (204, 210), (210, 215),
        (214, 218), (218, 222), (219, 221), (221, 224), (224, 225), (225, 226),
    ),
    "Mathematics": (
        (140, 157), (160, 176), (175, 189), (188, 201), (200, 211), (209, 219), (215, 223),
        (220, 227), (225, 230), (226, 229), (229, 232), (232, 234), (233, 235),
    ),
}  # fmt: skip
LETTERS = (
    (0.93, "A", "4.0"), (0.90, "A-", "3.7"), (0.87, "B+", "3.3"), (0.83, "B", "3.0"),
    (0.80, "B-", "2.7"), (0.77, "C+", "2.3"), (0.73, "C", "2.0"), (0.70, "C-", "1.7"),
    (0.65, "D+", "1.3"), (0.60, "D", "1.0"), (0.0, "F", "0.0"),
)  # fmt: skip


@dataclass(frozen=True)
class Abilities:
    """Where a learner stands: in standard deviations of the grade, and what a year adds to it."""

    reading: float
    mathematics: float
    yearly: float
    presence: float  # share of school days attended in an ordinary year
    mood: float  # the usual survey answer, 0 to 1

    def standing(self, measure: str, years_ago: float) -> float:
        now = self.reading if measure == "Reading" else self.mathematics
        return now - self.yearly * years_ago


def abilities(rng: Random, *, reads: bool, counts: bool, absent: bool) -> Abilities:
    """Somebody's abilities; each flag says that this is hard for them."""
    general = rng.gauss(0, 0.7)
    return Abilities(
        general + rng.gauss(0, 0.4) - 0.9 * reads,
        general + rng.gauss(0, 0.4) - 0.9 * counts,
        rng.gauss(0.08 + 0.07 * (reads or counts), 0.08),
        0.87 if absent else min(0.995, rng.gauss(0.955, 0.02)),
        min(0.9, max(0.2, rng.gauss(0.62, 0.13))),
    )


def score(
    rng: Random, standing: float, measure: str, grade: int, season: int
) -> tuple[Decimal, Decimal]:
    """A score and its standard error; `season` is 0 in fall, 1 in spring.

    `standing` is in standard deviations of the grade.
    """
    typical = TYPICAL[measure][grade][season]
    deviation = 12 + grade / 3
    true = typical + deviation * standing
    error = round(rng.uniform(2.8, 3.6), 1)
    # The noise drawn is smaller than the error: only part of the error is day to day.
    seen = min(295.0, max(102.0, true + rng.gauss(0, error * 0.6)))
    return Decimal(round(seen)), Decimal(str(error))


def attended(rng: Random, able: Abilities, days: int, dip: float) -> Decimal:
    """Days attended in a semester, in half days; `dip` is the share lost to one illness."""
    share = min(1.0, max(0.4, able.presence - dip + rng.gauss(0, 0.012)))
    return Decimal(round(days * share * 2)) / 2


def letter(rng: Random, able: Abilities, *, maths: bool, years_ago: float) -> tuple[str, Decimal]:
    """A course's letter and its grade points on 4.0."""
    standing = able.standing("Mathematics" if maths else "Reading", years_ago)
    share = 0.845 + 0.06 * standing + (able.presence - 0.95) + rng.gauss(0, 0.035)
    for least, name, points in LETTERS:
        if share >= least:
            return name, Decimal(points)
    return "F", Decimal("0.0")


def answer(rng: Random, able: Abilities, steps: int, item: int, years_ago: float) -> int:
    """A survey answer, 1 to `steps`: a usual level, items of their own, and the day."""
    level = able.mood + 0.06 * ((item * 7919) % 5 - 2) / 2 - 0.02 * years_ago + rng.gauss(0, 0.14)
    return min(steps, max(1, 1 + int(level * steps)))
