"""What is on file about emergencies and papers of a learner, folded from the events. Pure.

An act on one record counts for all records of the same person.
"""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import disclosures, emergencies, oversight
from domain.access.evidence import (
    AnswerReview,
    Emergency,
    Enrolment,
    FamilyTold,
    LegalProcess,
    Opening,
    Placement,
    Withheld,
)
from domain.access.files_people import dated, ended, entered_on
from domain.access.named import kinds_named
from domain.event import Event

Key = tuple[UUID, UUID]  # a record and an id on it: ids mean nothing beyond their record
Paper = LegalProcess | Placement | Enrolment


class Acts:
    """The acts on a learner's records, in the making."""

    def __init__(self) -> None:
        self._openings: dict[Key, Opening] = {}
        self._emergencies: dict[Key, Emergency] = {}
        self._papers: dict[Key, Paper] = {}
        self._told: list[tuple[Key, FamilyTold]] = []
        self._withheld: dict[int, Withheld] = {}
        self._reviewed: dict[tuple[int, int], int] = {}
        self._answers: dict[Key, AnswerReview] = {}

    @property
    def evidence(self) -> dict[str, Any]:
        """What a learner's file holds of it, by field."""
        papers = self._papers.values()
        return {
            "openings": tuple(self._openings.values()),
            "emergencies": tuple(self._emergencies.values()),
            "processes": tuple(p for p in papers if isinstance(p, LegalProcess)),
            "family_told": tuple(told for _, told in self._told),
            "elsewhere": tuple(p for p in papers if isinstance(p, Enrolment)),
            "placements": tuple(p for p in papers if isinstance(p, Placement)),
            "withheld": self._withheld,
            "reviewed": self._reviewed,
            "answers_reviewed": self._answers,
        }

    def take(self, event: Event) -> None:
        """Add what an event on one of the learner's records says."""
        stream = event.originator_id
        match event:
            case emergencies.EmergencyOpened() if not event.erased:
                self._openings[stream, event.opening] = Opening(
                    person=event.entered_by,
                    opened=event.recorded_at,
                    words=event.why,
                    recorded=event.recorded_at,
                )
            case emergencies.EmergencyOpeningReviewed():
                at = event.recorded_at
                _set(
                    self._openings,
                    (stream, event.opening),
                    reviewed=at,
                    refuted=None if event.justified else at,
                )
            case emergencies.EmergencyDeclared() if not event.erased:
                self._emergencies[stream, event.emergency] = Emergency(
                    id=event.emergency,
                    begins=_instant(event),
                    threat=event.threat,
                    must_know=frozenset(event.must_know),
                    ends=_end(event),
                    recorded=event.recorded_at,
                )
            case emergencies.EmergencyEnded():
                _set(self._emergencies, (stream, event.emergency), ends=_instant(event))
            case oversight.LineWithheld():
                self._withheld[event.number] = Withheld(
                    position=event.position,
                    code=event.code,
                    by=event.entered_by,
                    since=event.recorded_at,
                )
            case oversight.LineReleased():
                self._withheld.pop(event.number, None)
            case oversight.AccessReviewed():
                self._reviewed[event.number, event.late_entry] = event.position
            case oversight.SurveyAnswerReviewed():
                self._answers[stream, event.fact] = AnswerReview(
                    position=event.position, outcome=event.outcome, recorded=event.recorded_at
                )
            case _:
                self._paper(event, stream)

    def _paper(self, event: Event, stream: UUID) -> None:
        match event:
            case disclosures.LegalProcessRecorded() if not event.erased:
                self._papers[stream, event.paper] = LegalProcess(
                    **dated(event),
                    id=event.paper,
                    kind=event.kind,
                    recipient=event.party,
                    records=frozenset(kind for text in event.records for kind in kinds_named(text)),
                    silence=event.silence,
                    for_attorney_general=event.for_attorney_general,
                )
            case disclosures.PlacementRecorded():
                self._papers[stream, event.paper] = Placement(
                    **dated(event), agency=event.agency, caseworkers=frozenset(event.caseworkers)
                )
            case disclosures.EnrolmentElsewhereSought():
                self._papers[stream, event.paper] = Enrolment(
                    **dated(event),
                    school=event.other_school,
                    asked_by_family=event.asked_by_family,
                )
            case disclosures.FamilyWasTold():
                self._tell(event, (stream, event.paper))
            case disclosures.PaperEnded() if (stream, event.paper) in self._papers:
                paper = self._papers[stream, event.paper]
                self._papers[stream, event.paper] = replace(paper, **ended(paper, event))
            case _:
                pass

    def _tell(self, event: disclosures.FamilyWasTold, key: Key) -> None:
        """Told of an enrolment, the family was told of its school: conditions ask for that."""
        paper = self._papers.get(key)
        about = paper.school if isinstance(paper, Enrolment) else event.paper
        self._told.append((key, FamilyTold(**dated(event), about=about)))


def _set(found: dict[Key, Any], key: Key, **values: Any) -> None:
    if key in found:
        found[key] = replace(found[key], **values)


def _instant(event: Event) -> datetime:
    """When it happened: as it was recorded or, told of an earlier day, as that day began."""
    start = event.effective.start if event.effective else None
    if start is None or start >= entered_on(event):
        return event.recorded_at
    return _midnight(start, event.zone)


def _end(event: Event) -> datetime | None:
    until = event.effective.until if event.effective else None
    return _midnight(until, event.zone) if until else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
