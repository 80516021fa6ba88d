"""Emergencies are two acts (99.36): staff opening beyond their assignment, and telling others.

Opening takes one tap and a few words, ends by itself and is reviewed. What is told to somebody
outside is never refused for want of a long text; the entry is completed within one school day.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from domain.access.evidence import Opening
from domain.access.policy import LocalPolicy

OPENING = "FERPA-99.36-opening"  # the code of the ground
PURPOSE = "emergency"


def lasts_until(opening: Opening, policy: LocalPolicy) -> datetime:
    """The instant from which an emergency opening no longer opens anything.

    A review that finds no emergency ends it; one that finds there was one leaves its hours.
    """
    ends = opening.opened + timedelta(hours=policy.opening_hours)
    return min(ends, opening.refuted) if opening.refuted else ends


def unreviewed(
    openings: Iterable[Opening], at: datetime, policy: LocalPolicy
) -> tuple[Opening, ...]:
    """The openings nobody reviewed in the days the district gives, oldest first."""
    limit = at - timedelta(days=policy.review_opening_days)
    waiting = (o for o in openings if o.reviewed is None and o.opened <= limit)
    return tuple(sorted(waiting, key=lambda o: o.opened))


def complete_by(disclosed: date, is_school_day: Callable[[date], bool]) -> date:
    """The last day on which the entry of an emergency disclosure may still be completed."""
    day = disclosed + timedelta(days=1)
    for _ in range(366):  # a calendar without any school day must not hold the page up
        if is_school_day(day):
            return day
        day += timedelta(days=1)
    return disclosed + timedelta(days=1)
