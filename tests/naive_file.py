"""The naive model of a district's file: several records, those of one person together, at any time.

What the file said at a position is what the same commands make when they end there: they are
given again, to a file that has nothing in it yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tests.naive_view import NaiveView, Rests, Shown

REMOVES = {"amend-fact": "amended", "retract-fact": "retracted"}


@dataclass(frozen=True)
class Said:
    """An accepted command and the day it was given on; its event's type and position."""

    learner: UUID
    name: str
    fields: Mapping[str, Any]
    today: date
    topic: str
    position: int


class NaiveFile:
    """Some records, each made by what was said on it.

    `later` is what has been said since, where the file stands at an earlier position.
    """

    def __init__(self, said: Iterable[Said] = (), later: Iterable[Said] = ()) -> None:
        self.records: dict[UUID, NaiveView] = {}
        self.said: list[Said] = []
        self.later = list(later)
        for one in said:
            self.take(one)

    def take(self, one: Said) -> None:
        self.said.append(one)
        record = self.records.setdefault(one.learner, NaiveView(one.learner))
        record.happen(one.name, one.fields, one.today, one.topic, one.position)

    def after(self, position: int) -> "NaiveFile":
        """The file as it stood at a position."""
        return NaiveFile(
            [one for one in self.said if one.position <= position],
            [one for one in self.said if one.position > position],
        )

    def same(self, learner: UUID) -> set[UUID]:
        """The records of one person: two that were merged, on whichever of them that was said."""
        pairs = [{record, o} for record, view in self.records.items() for o in view.merged]
        found = {learner}
        for _ in pairs:
            found |= {one for pair in pairs if pair & found for one in pair}
        return found

    def told_of(self, learner: UUID) -> list[tuple[NaiveView, UUID]]:
        """Which records tell of a person, and about which of the person's records.

        One of them that mentions another of them says nothing of its own.
        """
        same = self.same(learner)
        return [
            (view, about)
            for record, view in self.records.items()
            for about in same
            if about == record or record not in same
        ]

    def profile(self, learner: UUID, on: date) -> list[tuple[Shown, str | None]]:
        """What holds of a person on a day, and how each of it was taken away since."""
        return sorted(
            (
                (shown, self._taken_away(view.learner, rests))
                for view, about in self.told_of(learner)
                for shown, rests in view.profile(on, about)
            ),
            key=str,
        )

    def timeline(self, learner: UUID) -> list[tuple[date, str, str]]:
        """What happened, by date, and how each of it was taken away since ("": it stands).

        What happened on one day stands in the order in which it was recorded.
        """
        found = sorted(
            (start, position, topic, self._taken_away(view.learner, rests) or "")
            for view, about in self.told_of(learner)
            for start, position, topic, rests in view.timeline(about)
        )
        return [(start, topic, how) for start, _, topic, how in found]

    def _taken_away(self, record: UUID, rests: Rests) -> str | None:
        """How the latest of what took away something that this rests on, or itself, did so."""
        line, values = rests
        how = None
        for one in self.later:
            if one.learner == record and one.name in REMOVES:
                fact = one.fields["fact"]
                retracted = one.name == "retract-fact" and fact in (line, values[-1])
                if retracted or fact in values:
                    how = REMOVES[one.name]
                    how = "wrong-learner" if one.fields.get("wrong_learner") else how
                if retracted:
                    break
        return how

    def days(self) -> set[date]:
        """The days on which something begins or ends."""
        return {day for view in self.records.values() for day in view.days()}
