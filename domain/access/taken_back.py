"""What was taken back on one record: whose words only the school itself may still read. Pure.

The projections say the same of an entry (`projections.fold.removal`). Here it is said of events,
as the audit log tells them one by one.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from domain.changes import FactAmended, FactCorrected, FactRetracted, FactSuperseded
from domain.event import EVENTS, LEARNER, Event

GROUPS = ("facts", "changes")
TOPICS = [
    topic
    for topic, event in EVENTS.items()
    if event.SPEC.record == LEARNER and event.SPEC.group in GROUPS
]
TAKING = (FactAmended, FactRetracted)


def taken_back(events: Iterable[Event]) -> frozenset[int]:
    """The positions of the events whose words were taken back, from those of one record in order.

    An amendment takes back the words that it replaces, and a retraction those of the entry with
    what was said about it; of the first of several values that followed each other, those of all.
    Why something was taken back is not told either: it may speak of somebody else.
    """
    words = defaultdict[UUID, set[int]](set)  # of each value
    about = defaultdict[UUID, set[int]](set)  # each value's words, and what was said about it
    lines = defaultdict[UUID, set[UUID]](set)  # the values that followed each other
    gone: set[int] = set()
    for event in events:
        at, fact = event.position, _fact_of(event)
        if fact is None:
            continue
        match event:
            case FactRetracted():
                for one in lines[event.line] if fact == event.line else {fact}:
                    gone |= about[one]
                gone.add(at)
                continue
            case FactAmended():
                gone |= words[fact]
                words[fact] = {at}
            case FactSuperseded():
                fact = event.successor
                words[fact].add(at)
            case FactCorrected():
                words[fact].add(at)
            case _ if fact not in words:
                words[fact].add(at)
            case _:
                pass
        about[fact].add(at)
        lines[getattr(event, "line", fact)].add(fact)
    return frozenset(gone)


def _fact_of(event: Event) -> UUID | None:
    """The entry that an event makes, changes or speaks of."""
    found: UUID | None = getattr(event, "fact", None) or getattr(event, "support", None)
    return found
