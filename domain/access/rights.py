"""Who holds the rights over a learner's records: a pure function of the day, never a nightly job.

Rights pass to the student at the age of transfer or with postsecondary attendance (FERPA 99.5),
under IDEA as the state says (300.625). Guardianship over an adult is not modelled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.evidence import (
    Attendance,
    Dependency,
    Emancipation,
    Guardianship,
    RightsStopped,
)
from domain.access.jurisdictions import Jurisdiction, LeapRule
from domain.access.words import Capacity, CustodianKind, Regime


class Holder(StrEnum):
    """Whose rights they are."""

    PARENT = "parent"
    STUDENT = "student"
    UNKNOWN = "unknown"  # no date of birth on file: a person decides


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds the rights, by which rule, and the day they passed where they did."""

    holder: Holder
    code: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Custodian:
    """Who keeps the records: a school or a college, by its code."""

    code: str
    kind: CustodianKind = CustodianKind.SCHOOL


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsEvidence:
    """What is on file about whose rights they are."""

    born: date | None
    left_school: date | None = None
    attendances: tuple[Attendance, ...] = ()
    emancipations: tuple[Emancipation, ...] = ()
    guardianships: tuple[Guardianship, ...] = ()
    stopped: tuple[RightsStopped, ...] = ()
    dependencies: tuple[Dependency, ...] = ()


def birthday(born: date, age: int, rule: LeapRule) -> date:
    """The local day on which somebody turns `age`."""
    year = born.year + age
    if born.month == 2 and born.day == 29:
        try:
            return date(year, 2, 29)
        except ValueError:
            return date(year, 3, 1) if rule is LeapRule.MARCH_1 else date(year, 2, 28)
    return born.replace(year=year)


def age_on(born: date, day: date, rule: LeapRule) -> int:
    """Whole years lived on a local day."""
    age = day.year - born.year
    return age if birthday(born, age, rule) <= day else age - 1


def rights_holder(
    *,
    evidence: RightsEvidence,
    custodian: Custodian,
    regime: Regime,
    at: datetime,
    zone: ZoneInfo,
    law: Jurisdiction,
) -> Holding:
    """Who holds the rights at an instant. They pass at the school's local midnight."""
    return holder_on(evidence, custodian, regime, at.astimezone(zone).date(), law)


def holder_on(
    evidence: RightsEvidence,
    custodian: Custodian,
    regime: Regime,
    day: date,
    law: Jurisdiction,
) -> Holding:
    """Who holds the rights on a local day."""
    if regime is Regime.IDEA:
        return _under_idea(evidence, day, law)
    attended = _attended(evidence, custodian, day)
    if attended is not None:
        return Holding(Holder.STUDENT, "FERPA-99.5-a-attendance", attended)
    if law.emancipation_transfers:
        freed = [e.effective for e in evidence.emancipations if e.effective <= day]
        if freed:
            return Holding(Holder.STUDENT, "STATE-emancipated", min(freed))
    return _by_age(evidence, day, law.age_of_transfer, "FERPA-99.5-a-age", law)


def _under_idea(evidence: RightsEvidence, day: date, law: Jurisdiction) -> Holding:
    if law.idea_transfer_age is None:
        return Holding(Holder.PARENT, "IDEA-300.520-no-transfer")
    return _by_age(evidence, day, law.idea_transfer_age, "IDEA-300.625", law)


def _by_age(evidence: RightsEvidence, day: date, age: int, code: str, law: Jurisdiction) -> Holding:
    if evidence.born is None:
        return Holding(Holder.UNKNOWN, "birth-date-unknown")
    passes = birthday(evidence.born, age, law.leap_birthday)
    if passes <= day:
        return Holding(Holder.STUDENT, code, passes)
    return Holding(Holder.PARENT, "FERPA-99.4")


def _attended(evidence: RightsEvidence, custodian: Custodian, day: date) -> date | None:
    """Since when attendance has passed the rights over this custodian's records, if it has.

    They pass by the fact itself, whenever the school hears of it, and do not come back. Who goes
    to college while still at school holds the rights over the college's records alone.
    """
    attending = [a for a in evidence.attendances if a.effective <= day]
    if custodian.kind is CustodianKind.COLLEGE:
        begun = [a.effective for a in attending if a.custodian == custodian.code]
        return min(begun, default=None)
    if not attending or evidence.left_school is None or evidence.left_school > day:
        return None
    return max(evidence.left_school, min(a.effective for a in attending))


def links(
    guardianships: Iterable[Guardianship], person: UUID, day: date
) -> tuple[Guardianship, ...]:
    """How a person is responsible for the learner that day, with evidence on file."""
    return tuple(g for g in guardianships if g.person == person and g.evidence and g.holds(day))


def is_stopped(stopped: Iterable[RightsStopped], person: UUID, day: date) -> bool:
    """True where an order the school has got took this person's rights over the records (99.4)."""
    return any(s.person == person and s.over_records and s.holds(day) for s in stopped)


def acts_as_parent(evidence: RightsEvidence, person: UUID, regime: Regime, day: date) -> bool:
    """True where somebody is a parent in law. A surrogate is one under IDEA alone (300.519)."""
    linked = links(evidence.guardianships, person, day)
    fitting = any(g.capacity is not Capacity.SURROGATE or regime is Regime.IDEA for g in linked)
    return fitting and not is_stopped(evidence.stopped, person, day)


def is_dependent(evidence: RightsEvidence, person: UUID, day: date, years_back: int) -> bool:
    """True with evidence, received by that day, for this tax year or one not too far back."""
    return any(
        d.person == person and d.holds(day) and 0 <= day.year - d.tax_year <= years_back
        for d in evidence.dependencies
    )
