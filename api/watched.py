"""The application's reader and system: what they give is seen by the sight of the request."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from api.compose import NOBODY, System
from api.desk import desk_of
from api.sight import Sight, current, looking, seeing
from api.viewing import persona_viewer
from domain.access.words import Action
from domain.event import Context
from projections.caseload import named_so
from projections.entries import Entry
from projections.places import Place, enrolment
from projections.reading import BEGINNING, FIRST, AuditLine, Reader, Spot, place_in_time
from projections.standing import Standing


class Watched(Reader):
    """A reader that shows what the request's sight may see."""

    def standing(self, learner: UUID | None = None, known: int | None = None) -> Standing:
        if learner is not None:
            current().admit(learner)
        found = super().standing(learner, known)
        if sight := looking():
            sight.known = max(sight.known, found.position)
        return found

    def profile(
        self,
        learner: UUID,
        on: date,
        at: Standing | None = None,
        kinds: Sequence[str] | None = None,
    ) -> list[Entry]:
        current().admit(learner)
        return super().profile(learner, on, at, kinds)

    def profiles(
        self,
        learners: Sequence[UUID],
        on: date,
        at: Standing | None = None,
        kinds: Sequence[str] | None = None,
    ) -> dict[UUID, list[Entry]]:
        sight = current()
        sight.on = on
        shown = sight.entries(super().profiles(learners, on, at, kinds))
        for learner in learners:  # named one by one, and not found by a list: told which is closed
            if learner not in shown:
                raise sight.denials[learner]
        return shown

    def cohort(
        self,
        on: date,
        at: Standing,
        groups: Mapping[str, str | Collection[str]],
        kinds: Sequence[str] | None = None,
        *,
        after: UUID = FIRST,
        limit: int = 1000,
    ) -> dict[UUID, list[Entry]]:
        """As many learners as asked for, of those that may be seen."""
        sight, shown = current(), dict[UUID, list[Entry]]()
        sight.on = on
        while len(shown) < limit:
            wanted = limit - len(shown)
            found = super().cohort(on, at, groups, kinds, after=after, limit=wanted)
            shown |= sight.entries(found, named=False)
            if len(found) < wanted:
                break
            after = max(found)
        return shown

    def timeline(
        self,
        learner: UUID,
        after: Spot = BEGINNING,
        limit: int = 200,
        at: Standing | None = None,
        on: date | None = None,
        **asked: Any,
    ) -> list[Entry]:
        """As many entries as asked for, of those that may be seen."""
        sight, shown = current(), list[Entry]()
        sight.admit(learner)
        while len(shown) < limit:
            wanted = limit - len(shown)
            found = super().timeline(learner, after, wanted, at, on, **asked)
            allowed = sight.entries({learner: found})
            if learner not in allowed:
                raise sight.denials[learner]
            shown += allowed[learner]
            if len(found) < wanted:
                break
            after = place_in_time(found[-1])
        return shown

    def audit(
        self,
        *,
        learner: UUID | None = None,
        before: int | None = None,
        limit: int = 100,
        **asked: Any,
    ) -> list[AuditLine]:
        """As many lines as asked for, of those that may be seen."""
        sight, shown = current(), list[AuditLine]()
        if learner is not None:
            sight.admit(learner)
        while len(shown) < limit:
            wanted = limit - len(shown)
            found = super().audit(learner=learner, before=before, limit=wanted, **asked)
            shown += sight.lines(found)
            if len(found) < wanted:
                break
            before = found[-1].position
        return shown

    def caseload(self, on: date, **asked: Any) -> list[Place]:
        """Who may be on this person's lists. What is shown of it must be `listed`."""
        asker = current().asker
        family = set() if asker.is_custodian else {*self.linked(asker.viewer.person), asker.own}

        def within(row: dict[str, Any]) -> bool:
            here = enrolment(row, on)
            return row["learner"] in family or asker.reaches(
                here.get("school"), here.get("classes", ()), row["learner"]
            )

        found = super().caseload(on, within=within, **asked)
        search = asked.get("search", "")
        if not search:
            return found
        known = current().knows_details(found)
        # Who may not know a learner's number does not find the learner by it.
        return [
            p
            for p in found
            if p.learner in known
            or named_so(search, (p.given_name, p.family_name, p.preferred_name))
        ]

    def listed(self, places: Sequence[Place]) -> list[Place]:
        return current().places(places)

    def learner(self, learner: UUID, on: date) -> Place | None:
        sight = current()
        sight.admit(learner)
        found = Reader.caseload(self, on, learners=[learner])
        return sight.named(found[0]) if found else None


class Attended(System):
    """The system as a request uses it: commands are given by whoever is signed in."""

    def context(self, command_id: UUID | None = None) -> Context:
        sight = looking()
        if sight is None:
            return super().context(command_id)
        return replace(sight.context, command_id=command_id or uuid4())


def attended(system: System) -> System:
    """The system with a reader that is watched."""
    own = {f.name: getattr(system, f.name) for f in fields(system)}
    return Attended(**{**own, "reader": Watched(system.reader.datastore, system.reader.mapper)})


@contextmanager
def at_the_machine(system: System, command: str) -> Iterator[System]:
    """The system as a command of the shell reads it: see `leave`."""
    own, viewer = attended(system), persona_viewer(NOBODY)
    context = system.context()
    asker = desk_of(system).asker(viewer, context.now)
    with seeing(Sight(asker, Action.OPENED, f"/terminal/{command}", context, system.profiles)):
        yield own


def leave(system: System) -> None:
    """Note what was read, durably, before any of it is printed."""
    if not current().settle():
        system.recorder.ensure_durable()
