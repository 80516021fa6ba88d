"""Stored samples: one event of every type and version, as plain JSON of what was stored then.

A sample is never rewritten: it stands for events that lie in a database for ever. Where a type
has a new version, `python -m tests.unit.samples` writes the sample that is missing.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic.fields import FieldInfo

from domain.coding import build, chosen, clear_fields, from_json, sealed_fields, to_json
from domain.event import Event, Part
from domain.vocabulary import EVENTS
from store.mapper import upcast
from tests.unit.decider import ANA, BEN, CONTEXT, named

SAMPLES = Path(__file__).parents[1] / "samples" / "events"
SYSTEM = {"originator_id": ANA, "originator_version": 1, "timestamp": CONTEXT.now}
# A default is not stored, so a sample has another value in each field.
NOT_THE_DEFAULT = {
    "area": "strengths",
    "effective": {"from": "2025-03-01", "until": "2025-06-01", "precision": "month"},
    "entered_by_name": "Ms Rivera",
    "gdpr_art9": True,
    "language": "es",
    "parts": [{"learner": str(BEN), "text": "Wrote the program."}],
    "retention": "special_ed",
    "subjects": [str(BEN)],
    "wrong_learner": True,
    "zone": "America/Chicago",
}


@dataclass(frozen=True)
class Sample:
    """What was stored of one event: in clear, sealed, and sealed for each other learner."""

    topic: str
    version: int
    clear: dict[str, Any]
    sealed: dict[str, Any]
    parts: list[dict[str, Any]]

    @property
    def file(self) -> Path:
        return SAMPLES / f"{self.topic}-v{self.version}.json"

    def load(self, *, content: bool = True) -> Event:
        """The event as it loads today; without `content` from its clear fields alone."""
        cls = EVENTS[self.topic]
        state = {**self.clear, **(self.sealed if content else {})}
        upcast(cls, state)
        parts = tuple(Part.model_validate(part) for part in self.parts)
        return build(cls, {**from_json(cls, state), **SYSTEM, "parts": parts})


def read_samples() -> list[Sample]:
    """Every sample there is."""
    samples = []
    for file in sorted(SAMPLES.glob("*.json")):
        topic, _, version = file.stem.rpartition("-v")
        samples.append(Sample(topic, int(version), **json.loads(file.read_text())))
    return samples


def example(event_class: type[Event]) -> Event:
    """An event of this type with a value other than the default in every field."""
    names = {*clear_fields(event_class), *sealed_fields(event_class), "parts"}
    values = {name: _value(event_class, name) for name in names}
    return event_class.model_validate({**values, **SYSTEM})


def sample_of(event: Event) -> Sample:
    """What is stored of this event."""
    cls = type(event)
    clear = json.loads(to_json(chosen(event, clear_fields(cls))))
    if cls.class_version > 1:
        clear["v"] = cls.class_version
    sealed = json.loads(to_json(chosen(event, sealed_fields(cls))))
    parts = [json.loads(to_json(vars(part))) for part in event.parts]
    return Sample(cls.TOPIC, cls.class_version, clear, sealed, parts)


def _value(event_class: type[Event], name: str) -> Any:
    info: FieldInfo = event_class.model_fields[name]
    if name in NOT_THE_DEFAULT:
        return NOT_THE_DEFAULT[name]
    if name == "data_class":
        return event_class.SPEC.default
    if info.annotation in (UUID, UUID | None):
        return named(name)
    assert info.examples, f"{event_class.TOPIC}.{name} has no example"
    return info.examples[0]


def write_missing() -> list[Path]:
    """Write the samples of types and versions that have none; the files written."""
    missing = [
        sample
        for event_class in EVENTS.values()
        if not (sample := sample_of(example(event_class))).file.exists()
    ]
    for sample in missing:
        stored = {"clear": sample.clear, "sealed": sample.sealed, "parts": sample.parts}
        text = json.dumps(stored, indent=2, sort_keys=True, ensure_ascii=False)
        sample.file.write_text(f"{text}\n", encoding="utf-8")
    return [sample.file for sample in missing]


if __name__ == "__main__":
    write_missing()
