"""Two records of one person that were merged: what a page says of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from api.pages.said import by, known_on
from projections.entries import Entry
from projections.reading import Reader
from projections.standing import Standing

KINDS = ("merge", "details")


@dataclass(frozen=True)
class Merged:
    """Another record of the same person, and how we know. `on`: the day it was written down."""

    learner: UUID
    name: str
    on: date
    by: str
    reason: str | None
    language: str


def merged(
    reader: Reader, learner: UUID, today: date, at: Standing, zone: ZoneInfo
) -> list[Merged]:
    """The other records that are read together with this one, as known at a standing."""
    return others(reader.profile(learner, today, at, KINDS), learner, zone)


def others(entries: Iterable[Entry], learner: UUID, zone: ZoneInfo) -> list[Merged]:
    """The other records named by entries of the kinds `KINDS`, each once."""
    entries = list(entries)
    # An entry that only mentions somebody is not about that person's own records.
    own = [e for e in entries if e.record == e.learner]
    numbers = {e.record: e.body.get("local_id") for e in own if e.kind == "details"}
    found: dict[UUID, Merged] = {}
    for entry in own:
        if entry.kind != "merge" or entry.status != "merged":
            continue
        for other in {entry.record, entry.body["other"]} - {learner, *found}:
            source = entry.provenance
            found[other] = Merged(
                learner=other,
                name=name(numbers.get(other)),
                on=known_on(source, zone),
                by=by(source),
                reason=source.reason,
                language=source.language,
            )
    return list(found.values())


def name(number: str | None) -> str:
    """`the record with the local number 1234-B`."""
    return f"the record with the local number {number}" if number else "the other record"
