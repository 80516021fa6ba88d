"""What `throughline replay`, `cohort` and `compare` give with `--json`.

The names are those of the HTTP API; positions are plain numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from api.compose import System
from projections.compare import Comparison
from projections.entries import Entry, Stretch
from projections.replay import Answer, Question, Replay
from projections.standing import Standing


def replay_json(system: System, found: Replay, on: date | None) -> dict[str, Any]:
    """What held, with what our sources say where our file began later."""
    at = found.question.at
    return {
        "coordinates": coordinates(system, at, on),
        "answer": found.answer,
        "version": at.learner_version or 0,
        "entries": plain(found.entries),
        "source_says": plain(found.source_says),
    }


def cohort_json(
    system: System,
    found: Mapping[UUID, Sequence[Entry]],
    answers: Mapping[UUID, Answer],
    at: Standing,
    on: date,
) -> dict[str, Any]:
    """What held of each learner, in the order of the ids."""
    return {
        "coordinates": coordinates(system, at, on),
        "learners": [
            {"learner": str(learner), "answer": answers[learner], "entries": plain(entries)}
            for learner, entries in found.items()
        ],
    }


def comparison_json(
    system: System, found: Comparison, earlier: Question, later: Question
) -> dict[str, Any]:
    """What differs, line by line, and the growth in what was measured."""
    sides = [
        Answer.BEFORE_OUR_FILE if q.before_our_file else Answer.VALUE for q in (earlier, later)
    ]
    return {
        "coordinates": coordinates(system, earlier.at, earlier.on),
        "other_coordinates": coordinates(system, later.at, later.on),
        "answer": sides[0],
        "other_answer": sides[1],
        "version": later.at.learner_version or 0,
        "differences": plain(found.differences),
        "same": found.same,
        "growth": [{**plain(g), "days": g.days} for g in found.growth],
    }


def coordinates(system: System, at: Standing, on: date | None) -> dict[str, Any]:
    return {
        "effective_at": on.isoformat() if on else None,
        "known_at": {"position": at.position, "recorded_at": plain(at.recorded_at)},
        "zone": system.zone.key,
        "viewer": "custodian",
    }


def plain(value: Any) -> Any:
    """A value as JSON has it, with the names that the HTTP API uses."""
    if isinstance(value, Stretch):
        return {"from": plain(value.start), "until": plain(value.until)}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)  # decimals and ids
