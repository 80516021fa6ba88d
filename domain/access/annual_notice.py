"""The annual notice of rights (99.7): which one holds, and what is missing where none is new."""

from collections.abc import Iterable
from datetime import date

from domain.access.evidence import AnnualNotice
from domain.access.policy import LocalPolicy

NO_NOTICE = "FERPA-99.7-a-1"


def notice_on(day: date, notices: Iterable[AnnualNotice]) -> AnnualNotice | None:
    """The newest notice on a local day that states the criteria for school officials."""
    held = [n for n in notices if n.criteria and n.holds(day)]
    return max(held, key=lambda n: n.effective, default=None)


def warnings_on(day: date, notices: Iterable[AnnualNotice], policy: LocalPolicy) -> tuple[str, ...]:
    """What the privacy officer is told beside what is allowed: no notice of this school year."""
    notice = notice_on(day, notices)
    return () if notice and notice.effective >= policy.school_year(day) else (NO_NOTICE,)
