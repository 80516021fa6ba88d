"""A snapshot of a learner's decision state: ids, codes and statuses, nothing to seal."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import BaseAggregate, CanSnapshotAggregate
from eventsourcing.utils import register_topic

from domain.learner import Item, Learner
from domain.words import DataClass, Retention


@dataclass(frozen=True)
class LearnerSnapshot(CanSnapshotAggregate[UUID]):
    """The items of one learner at one version."""

    TOPIC: ClassVar[str] = "learner-snapshot"

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    items: dict[UUID, Item]

    @classmethod
    def take(cls, aggregate: Any) -> "LearnerSnapshot":
        """The state of a learner as it stands."""
        return cls(aggregate.id, aggregate.version, aggregate.modified_on, dict(aggregate.items))

    def as_json(self) -> dict[str, Any]:
        """The state as plain values."""
        items = {str(item): asdict(state) for item, state in self.items.items()}
        return {"at": self.timestamp, "items": items}

    @classmethod
    def from_json(cls, learner: UUID, version: int, state: Any) -> "LearnerSnapshot":
        """The snapshot whose `as_json` is `state`."""
        items = {
            UUID(item): Item(
                **{
                    **values,
                    "data_class": DataClass(values["data_class"]),
                    "retention": Retention(values["retention"]),
                    "subjects": tuple(map(UUID, values["subjects"])),
                    "line": UUID(values["line"]) if values["line"] else None,
                    "since": _day(values.get("since")),
                    "until": _day(values.get("until")),
                    "by": UUID(values["by"]) if values.get("by") else None,
                }
            )
            for item, values in state["items"].items()
        }
        return cls(learner, version, datetime.fromisoformat(state["at"]), items)

    def mutate(self, _: None) -> BaseAggregate[UUID]:
        learner = Learner.__new__(Learner)
        learner.__base_init__(self.originator_id, self.originator_version, self.timestamp)
        learner.items = dict(self.items)
        return learner


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


register_topic(LearnerSnapshot.TOPIC, LearnerSnapshot)
