"""The answers to surveys on one record, as they stand after all that changed them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.changes import FactAmended, FactCorrected, FactRetracted, FactSuperseded
from domain.event import Event
from domain.facts import SurveyAnswered

TELLING = (SurveyAnswered, FactSuperseded, FactCorrected, FactAmended, FactRetracted)


@dataclass(frozen=True, slots=True)
class Answered:
    """To which survey an answer belongs, from which day on, and the answer it all began with.

    `position`: of the event that made it as it stands. `gone`: it was taken back.
    """

    line: UUID
    instrument: str
    day: date | None
    position: int
    gone: bool = False


def answered(events: Sequence[Event]) -> dict[UUID, Answered]:
    """The answers by their id, from the events of one record in position order.

    What follows an answer is an answer to the same survey, unless it names another. What was
    erased is left out.
    """
    found: dict[UUID, Answered] = {}
    for event in events:
        if event.erased:
            continue
        start, now = event.effective.start if event.effective else None, event.position
        match event:
            case SurveyAnswered():
                found[event.fact] = Answered(event.fact, event.instrument, start, now)
            case FactSuperseded() if event.fact in found:
                before = found[event.fact]
                named = event.changes.get("instrument", before.instrument)
                found[event.successor] = Answered(before.line, named, start, now)
            case FactCorrected() | FactAmended() if event.fact in found:
                before = found[event.fact]
                named = event.changes.get("instrument", before.instrument)
                day = start if event.effective else before.day
                found[event.fact] = Answered(before.line, named, day, now)
            case FactRetracted() if event.fact in found:
                found[event.fact] = replace(found[event.fact], gone=True)
            case _:
                pass
    return found
