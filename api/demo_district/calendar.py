"""The demo district's school calendar: from mid-August to early June, with its days off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

DAY = timedelta(days=1)
MONDAY, WEDNESDAY, THURSDAY, FRIDAY = 0, 2, 3, 4


@dataclass(frozen=True)
class SchoolYear:
    """One school year by its school days; `semesters` splits them, `ends` are their last days."""

    start: int
    semesters: tuple[tuple[date, ...], tuple[date, ...]]

    @property
    def label(self) -> str:
        return f"{self.start}–{(self.start + 1) % 100:02}"

    @property
    def first(self) -> date:
        return self.semesters[0][0]

    @property
    def last(self) -> date:
        return self.semesters[1][-1]

    @property
    def ends(self) -> tuple[date, date]:
        return self.semesters[0][-1], self.semesters[1][-1]

    def between(self, rng: Random, semester: int, early: float, late: float) -> date:
        """A school day of a semester (0, 1) between two parts of it, `early` and `late` in 0–1."""
        days = self.semesters[semester]
        return days[int(rng.uniform(early, late) * (len(days) - 1))]


@cache
def school_year(start: int) -> SchoolYear:
    """The school year that starts in August of `start`."""
    new_year = start + 1
    first = nth(start, 8, WEDNESDAY, 3)
    last = nth(new_year, 6, THURSDAY, 1)
    semester_two = nth(new_year, 1, MONDAY, 3) + DAY
    thanks = nth(start, 11, THURSDAY, 4)
    spring = nth(new_year, 3, MONDAY, 3)
    off = {
        nth(start, 9, MONDAY, 1),
        nth(start, 10, MONDAY, 2),
        date(start, 11, 11),
        *stretch(thanks - DAY, thanks + DAY),
        *stretch(date(start, 12, 22), date(new_year, 1, 3)),
        nth(new_year, 1, MONDAY, 3),
        nth(new_year, 2, MONDAY, 3),
        *stretch(spring, spring + 4 * DAY),
        nth(new_year, 6, MONDAY, 1) - 7 * DAY,
    }
    days = [d for d in stretch(first, last) if d.weekday() <= FRIDAY and d not in off]
    return SchoolYear(
        start,
        (
            tuple(d for d in days if d < semester_two),
            tuple(d for d in days if d >= semester_two),
        ),
    )


def current(today: date) -> int:
    """The year in which the newest school year that has begun by `today` started."""
    return today.year if today >= school_year(today.year).first else today.year - 1


def last_years(today: date, count: int = 4) -> list[SchoolYear]:
    """The newest school years that have begun by `today`, oldest first."""
    newest = current(today)
    return [school_year(start) for start in range(newest - count + 1, newest + 1)]


def is_school_day(day: date) -> bool:
    """Whether the district's schools are open."""
    year = school_year(current(day))
    return day in year.semesters[0] or day in year.semesters[1]


def school_day_from(day: date) -> date:
    """The day itself, or the next one on which the schools are open."""
    while not is_school_day(day):
        day += DAY
    return day


def nth(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th such weekday of a month, 1-based."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def stretch(first: date, last: date) -> Sequence[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
