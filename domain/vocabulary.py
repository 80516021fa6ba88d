"""The closed vocabulary: importing this module registers every event type."""

from domain import (
    changes,
    consent,
    disclosures,
    district,
    emergencies,
    facts,
    goals,
    identity,
    online,
    oversight,
    people,
    reads,
    reviews,
    rules,
)
from domain.event import COMMANDS, EVENTS, PEOPLE

GROUPS = {
    "learner": identity,
    "facts": facts,
    "changes": changes,
    "goals": goals,
    "consent": consent,
    "online": online,
    "disclosures": disclosures,
    "emergencies": emergencies,
    "oversight": oversight,
    "reviews": reviews,
    "people": people,
    "district": district,
    "rules": rules,
    "access": reads,
}

__all__ = ["COMMANDS", "EVENTS", "GROUPS", "PEOPLE"]
