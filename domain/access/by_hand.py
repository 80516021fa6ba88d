"""The lines of disclosures and refusals that were recorded by hand, as 99.32 asks for them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.evidence import Emergency
from domain.access.ground import Keeping
from domain.access.record import EMERGENCY, Line
from domain.access.words import Action
from domain.disclosures import GROUNDS, DisclosureCompleted, DisclosureRecorded, RequestRefused
from domain.event import Event
from domain.words import DataClass

NO_GROUND = "no-ground"  # given out without one: it belongs in the record all the same
REFUSED = "request-refused"

Entered = DisclosureRecorded | RequestRefused


@dataclass(frozen=True, slots=True)
class ByHand:
    """An entry and its line. `party` names who asked or received, as the entry does."""

    event: Entered
    line: Line
    party: str
    records: tuple[str, ...]


def by_hand(events: Iterable[Event], emergencies: Iterable[Emergency] = ()) -> list[ByHand]:
    """The entries among a learner's events in position order, each with all that completes it."""
    entered: list[Entered] = []
    more: dict[tuple[UUID, UUID], list[DisclosureCompleted]] = {}
    for event in events:
        match event:
            case DisclosureRecorded() | RequestRefused():
                entered.append(event)
            case DisclosureCompleted():
                more.setdefault((event.originator_id, event.disclosure), []).append(event)
            case _:
                pass
    known = {emergency.id: emergency for emergency in emergencies}
    found = []
    for entry in entered:
        completed = more.get((entry.originator_id, entry.disclosure), [])
        found.append(ByHand(entry, line(entry, completed, known), _party(entry), entry.records))
    return found


def line(
    event: Entered,
    completed: Iterable[DisclosureCompleted] = (),
    emergencies: dict[UUID, Emergency] | None = None,
) -> Line:
    """The line of one entry. A party without an id here stands under the entry's own id."""
    interests = [event.interest, *(c.interest for c in completed)]
    to = event.party or event.disclosure
    given = isinstance(event, DisclosureRecorded)
    made = Line(
        learner=event.originator_id,
        at=when(event),
        asked_by=event.entered_by,
        recipient=to,
        action=Action.DISCLOSED,
        purpose=event.purpose,
        interest=next((text for text in interests if text), ""),
        allowed=given,
        code=REFUSED,
        classes=frozenset(),
        keeping=Keeping.RECORD,
        notice=event.notice_shown,
    )
    if isinstance(event, RequestRefused):
        if not event.silence:
            return made
        return replace(made, keeping=Keeping.SEALED, exemption="FERPA-99.32-d-5", family_sees=False)
    classes = frozenset(event.record_classes)
    made = replace(
        made,
        code=event.ground or NO_GROUND,
        classes=classes,
        consents=(event.consent,) if event.consent else (),
        may_redisclose_to=event.may_redisclose_to,
        idea=DataClass.SPECIAL_ED in classes,
    )
    ground = GROUNDS.get(event.ground or "")
    if ground is None:
        return made
    made = replace(
        made,
        keeping=ground.keeping,
        exemption=ground.exemption,
        idea=made.idea and not ground.idea_exempt,
        family_sees=ground.family_sees,
    )
    if ground.code != EMERGENCY:
        return made
    declared = (emergencies or {}).get(event.emergency) if event.emergency else None
    threats = [event.threat, *(c.threat for c in completed), declared.threat if declared else None]
    return replace(made, threat=next((text for text in threats if text), None), told=(to,))


def when(event: Entered) -> datetime:
    """The beginning of the day on which it was given; of an unknown day, when it was recorded."""
    day = event.effective.start if event.effective else None
    if day is None:
        return event.recorded_at
    return datetime.combine(day, time(), ZoneInfo(event.zone))


def _party(event: Entered) -> str:
    return event.party_name or str(event.party or "")
