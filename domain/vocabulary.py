"""The closed vocabulary: importing this module registers every event type."""

from domain import changes, consent, facts, goals, identity, reviews
from domain.event import COMMANDS, EVENTS

GROUPS = {
    "learner": identity,
    "facts": facts,
    "changes": changes,
    "goals": goals,
    "consent": consent,
    "reviews": reviews,
}

__all__ = ["COMMANDS", "EVENTS", "GROUPS"]
