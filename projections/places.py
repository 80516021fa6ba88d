"""A learner's place on the caseload: present names, and where and when as of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.event import Event


@dataclass(frozen=True)
class Place:
    """One learner on a caseload, in words. `school`, `grade` as enrolled on the day asked."""

    learner: UUID
    given_name: str
    family_name: str
    preferred_name: str | None
    local_id: str | None
    birth_date: date | None
    school: str | None
    grade: str | None
    classes: tuple[str, ...]
    review_due: date | None
    last_review: date | None
    erased: bool

    @property
    def name(self) -> str:
        """The name as a page shows it."""
        if self.erased:
            return "(erased)"
        given = self.preferred_name or self.given_name
        return f"{given} {self.family_name}"


def enrolment(row: dict[str, Any], on: date) -> dict[str, Any]:
    """The enrolment in force on a day, the latest where there are several; empty for none."""
    day = on.isoformat()
    enrolled = [
        e
        for e in row["enrolments"].values()
        if (e.get("from") or "") <= day and (e.get("until") is None or day < e["until"])
    ]
    latest: dict[str, Any] = max(enrolled, key=lambda e: e.get("from") or "", default={})
    return latest


def enrolled_in(row: dict[str, Any], on: date, school: str | None, grade: str | None) -> bool:
    """Whether a caseload row is of this school and grade on a day; None is any."""
    current = enrolment(row, on)
    return school in (None, current.get("school")) and grade in (None, current.get("grade"))


def place(row: dict[str, Any], details: Sequence[Event], on: date) -> Place:
    """A caseload row with its details opened, as of a day."""
    now: dict[str, Any] = {}
    for event in details:
        if not event.erased:
            now.update(
                {
                    f: v
                    for f in (
                        "given_name",
                        "family_name",
                        "preferred_name",
                        "local_id",
                        "birth_date",
                    )
                    if (v := getattr(event, f, None)) is not None
                }
            )
    current = enrolment(row, on)
    held = [r["held"] for r in row["reviews"].values() if r.get("held")]
    last = max(held, default=None)
    due = [
        review["due"]
        for name, review in row["reviews"].items()
        if review.get("due")
        and not review.get("held")
        # What one review said about the next is settled by the next, early or late.
        and (not name.startswith("after ") or row["reviews"][name[6:]].get("held") == last)
    ]
    open_due = [d for d in due if last is None or d > last]
    return Place(
        learner=row["learner"],
        given_name=now.get("given_name", ""),
        family_name=now.get("family_name", ""),
        preferred_name=now.get("preferred_name"),
        local_id=now.get("local_id"),
        birth_date=now.get("birth_date"),
        school=current.get("school"),
        grade=current.get("grade"),
        classes=tuple(current.get("classes", ())),
        review_due=date.fromisoformat(min(open_due)) if open_due else None,
        last_review=date.fromisoformat(last) if last else None,
        erased=not now,
    )
