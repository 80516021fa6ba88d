"""An access explained: allowed by what was on file, covered by what is on file now (Q3, Q3′).

Both use the rules in force at the access. It is a check against the district's rules, no legal
opinion, and the text says so.
"""

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from domain.access.decision import Decision, decide
from domain.access.evidence import Consent
from domain.access.facts import Facts
from domain.access.table import Table

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOT_AN_OPINION = "This is a check against the district's rules, not a legal opinion."


@dataclass(frozen=True, slots=True)
class Dates:
    """The three dates of a consent, as the school's local days."""

    signed: date | None
    received: date | None
    entered: date | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """An access, judged twice. `consent`: the one relied on now, or that comes closest now."""

    then: Decision
    now: Decision
    accessed: date
    consent: Consent | None
    dates: Dates | None

    @property
    def differs(self) -> bool:
        """True where what is on file now gives another answer: an access to review."""
        return _whole(self.then) != _whole(self.now)

    @property
    def text(self) -> str:
        """The explanation in a person's words."""
        return (
            f"Allowed by what was on file that day? {_yes(self.then)}. "
            f"Covered by what is on file now? {_yes(self.now)}{self._because()} {NOT_AN_OPINION}"
        )

    def _because(self) -> str:
        if self.dates is None:
            reason = self.now.sentence if self.now.allowed else self._missing()
            return f": {reason.rstrip('.')}."
        told = [
            f"{word} {_day(day, self.accessed)}"
            for word, day in (
                ("signed", self.dates.signed),
                ("received", self.dates.received),
                ("entered", self.dates.entered),
            )
            if day is not None
        ]
        dated = f": {', '.join(told)}."
        if _whole(self.now):
            return dated
        return f"{dated} The access was on {_day(self.accessed, self.accessed)}. {self._missing()}"

    def _missing(self) -> str:
        if not self.now.allowed:
            return self.now.sentence
        return next(w.sentence for w in self.now.withheld)


def covered(then: Facts, now: Facts, table: Table) -> Coverage:
    """Judge one access by the file as known then and as known now, under the rules of that day.

    `then` and `now` differ in their `file` alone; `facts.known_by` makes the one from the other.
    """
    if then.request != now.request:
        raise ValueError("an access is judged twice, not two accesses once")
    now = replace(now, law=then.law, policy=then.policy, purposes=then.purposes)
    first, second = decide(then, table), decide(now, table)
    consent = _consent(second, now)
    return Coverage(first, second, now.today, consent, _dates(consent, now.zone))


def _consent(decision: Decision, facts: Facts) -> Consent | None:
    named = (*decision.consents, *(w.consent for w in decision.withheld if w.consent))
    return next((c for c in facts.file.consents if c.id in named[:1]), None)


def _dates(consent: Consent | None, zone: ZoneInfo) -> Dates | None:
    if consent is None:
        return None
    entered = consent.recorded.astimezone(zone).date() if consent.recorded else None
    return Dates(consent.signed_on, consent.received, entered)


def _whole(decision: Decision) -> bool:
    """True where all that was asked for is covered."""
    return decision.allowed and not decision.withheld


def _yes(decision: Decision) -> str:
    if not decision.allowed:
        return "No"
    return "In part" if decision.withheld else "Yes"


def _day(day: date, accessed: date) -> str:
    """A day as people write it; the year where it is not that of the access."""
    short = f"{day.day} {_MONTHS[day.month - 1]}"
    return short if day.year == accessed.year else f"{short} {day.year}"
