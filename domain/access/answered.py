"""The answers to surveys on one record, as they stand after all that changed them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.changes import FactAmended, FactCorrected, FactSuperseded
from domain.event import Event
from domain.facts import SurveyAnswered

TELLING = (SurveyAnswered, FactSuperseded, FactCorrected, FactAmended)


@dataclass(frozen=True, slots=True)
class Answered:
    """To which survey an answer belongs, from which day on, and the answer it all began with."""

    line: UUID
    instrument: str
    day: date | None


def answered(events: Sequence[Event]) -> dict[UUID, Answered]:
    """The answers by their id, from the events of one record in position order.

    What follows an answer is an answer to the same survey, unless it names another. What was
    erased is left out.
    """
    found: dict[UUID, Answered] = {}
    for event in events:
        if event.erased:
            continue
        start = event.effective.start if event.effective else None
        match event:
            case SurveyAnswered():
                found[event.fact] = Answered(event.fact, event.instrument, start)
            case FactSuperseded() if event.fact in found:
                before = found[event.fact]
                named = event.changes.get("instrument", before.instrument)
                found[event.successor] = Answered(before.line, named, start)
            case FactCorrected() | FactAmended() if event.fact in found:
                before = found[event.fact]
                named = event.changes.get("instrument", before.instrument)
                day = start if event.effective else before.day
                found[event.fact] = Answered(before.line, named, day)
            case _:
                pass
    return found
