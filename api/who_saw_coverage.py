"""An access looked at again: by what was on file at that moment, and by what is on file now.

The files of that moment are folded from the events that stood before the access in the record, so
nothing has to be remembered for this. Roles are those that either file gives for the day; an
assignment counts where its own file gives the role too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from uuid import UUID

from api.compose import System
from api.desk import Desk
from api.in_law import NAMES, records_of_line
from api.who_saw import FOLDED, Access
from api.who_saw_titles import GROUNDS
from domain.access.covered import Coverage, covered
from domain.access.decision import RECORD_ITSELF
from domain.access.facts import Facts, Party, Principal, Records, Request
from domain.access.filing import (
    DistrictFile,
    LearnerFile,
    PersonFile,
    district_file,
    facts,
    learner_file,
    person_file,
    word,
)
from domain.access.grounds import TABLE
from domain.access.words import KIND_OF_ROLE, Action
from domain.event import Event
from domain.people import district_id
from domain.words import DataClass
from projections.reading import AuditLine
from store.filed import Streams

NO_DECISION = (
    "Whoever works at the server itself is not decided on, so there is no decision to be made "
    "again."
)
NO_RECIPIENT = "Who received the records was not noted, so nothing can be asked again."


@dataclass(frozen=True, slots=True)
class Explained:
    """A judgement with what it cannot say. `coverage` is null where nothing can be asked again."""

    coverage: Coverage | None
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """What was on file about learner, asker and district, at one moment."""

    learner: LearnerFile
    person: PersonFile
    district: DistrictFile


class Earlier(Streams):
    """Streams as they stood before a position."""

    def __init__(self, system: System, position: int) -> None:
        super().__init__(system.recorder, system.mapper)
        self.position = position

    def events(self, streams: Collection[UUID]) -> dict[UUID, list[Event]]:
        found = super().events(streams)
        return {
            stream: [event for event in events if event.position < self.position]
            for stream, events in found.items()
        }


def explain(system: System, desk: Desk, access: Access) -> Explained:
    """What the rules say of an access, then and now."""
    event = access.event
    if event.purpose is None:
        return Explained(None, (NO_DECISION,))
    if event.action is Action.DISCLOSED and event.recipient is None:
        return Explained(None, (NO_RECIPIENT,))
    then, now = files_before(system, desk, access), files_now(desk, access)
    asked, limits = asked_about(system, access)
    coverage = _judged(access, *facts_of(system, access, asked, then, now))
    return Explained(coverage, (*limits, *_remarks(system, access, coverage, then, now)))


def _judged(access: Access, then: Facts, now: Facts) -> Coverage:
    """The judgement; where nothing covers the access, told of the ground it turned on that day."""
    found = covered(then, now, TABLE)
    named = access.event.code if access.event.allowed else access.event.ground
    if found.now.allowed or named not in GROUNDS:
        return found
    request = replace(then.request, ground=named)
    told = covered(replace(then, request=request), replace(now, request=request), TABLE)
    return told if told.then.allowed == found.then.allowed else found


def files_before(system: System, desk: Desk, access: Access) -> Files:
    """The files as they stood when the access was noted."""
    event, earlier = access.event, Earlier(system, access.position)
    district = district_id(system.settings.tenant)
    told = chain.from_iterable(earlier.events(desk.filed.records(event.learner)).values())
    return Files(
        learner_file(event.learner, sorted(told, key=lambda one: one.position)),
        person_file(event.entered_by, earlier.events([event.entered_by])[event.entered_by]),
        district_file(earlier.events([district])[district]),
    )


def files_now(desk: Desk, access: Access) -> Files:
    """The files as they stand now."""
    event = access.event
    return Files(
        desk.filed.learners([event.learner])[event.learner],
        desk.filed.person(event.entered_by),
        desk.filed.district(),
    )


def facts_of(
    system: System, access: Access, asked: tuple[Records, ...], then: Files, now: Files
) -> tuple[Facts, Facts]:
    """The facts of the same request, with the file of then and with that of now."""
    event, day = access.event, access.day(system.zone)
    own = event.learner in (then.person.own_record_on(day), now.person.own_record_on(day))
    recipient = None
    if event.action is Action.DISCLOSED and event.recipient is not None and access.recipient:
        kinds = frozenset(KIND_OF_ROLE[role] for role in access.recipient.roles)
        # A consent may name the party in words: as the district calls it, so it is matched.
        name = access.recipient.name
        recipient = Party(
            id=event.recipient,
            kinds=kinds,
            classes=frozenset({word(name)} if name else ()),
            assurance=event.assurance,
        )
    request = Request(
        principal=Principal(
            id=event.learner if own else event.entered_by,
            roles=then.person.roles_on(day) | now.person.roles_on(day),
            district=system.settings.tenant,
            assurance=event.assurance,
        ),
        action=event.action,
        purpose=event.purpose or "",
        at=event.recorded_at,
        asked=asked,
        recipient=recipient,
    )

    def of(files: Files) -> Facts:
        return facts(
            request,
            event.learner,
            files.learner,
            [(event.entered_by, _in_role(files.person, day))],
            files.district,
            system.zone,
            system.settings.tenant,
        )

    return of(then), of(now)


def asked_about(system: System, access: Access) -> tuple[tuple[Records, ...], tuple[str, ...]]:
    """What the access showed, as a decision asks about it; and what the log does not say."""
    event = access.event
    found: dict[Records, None] = {RECORD_ITSELF: None}
    if event.action in FOLDED:
        found[NAMES] = None
    for record in shown_records(system, access):
        found[record] = None
    limits = []
    if not event.allowed:
        limits.append(
            "Of a refusal the log keeps no entries, so this asks whether the record itself may be "
            "opened."
        )
    elif event.withheld:
        limits.append(
            "A part was withheld that day. The log keeps the reasons and not the entries, so this "
            "asks about what was shown."
        )
    return tuple(found), tuple(limits)


def shown_records(system: System, access: Access) -> list[Records]:
    """The kinds of records among the entries that were shown; changes go with what they change."""
    stored = system.recorder.read_positions(access.event.facts)
    events = list(system.mapper.open(stored, content=False))
    shared = {getattr(e, "fact", None) for e in events if e.TOPIC == "note-shared"}
    own = [e for e in events if e.SPEC.group != "changes"]
    found = [
        replace(
            records_of_line(AuditLine(e.position, access.event.learner, e)),
            shared=e.data_class is DataClass.SOLE_POSSESSION and getattr(e, "fact", None) in shared,
        )
        for e in own
    ]
    classes = {record.data_class for record in found}
    changes = [e for e in events if e.SPEC.group == "changes" and e.data_class not in classes]
    return found + [
        records_of_line(AuditLine(e.position, access.event.learner, e)) for e in changes
    ]


def _in_role(person: PersonFile, day: date) -> PersonFile:
    """The file with the assignments alone whose role it gives for the day."""
    roles = person.roles_on(day)
    kept = tuple(posting for posting in person.assignments if posting.role in roles)
    return replace(person, assignments=kept)


def _remarks(
    system: System, access: Access, coverage: Coverage, then: Files, now: Files
) -> Sequence[str]:
    """Where the answer of that day was made from something else than this one."""
    event, day, told = access.event, access.day(system.zone), []
    if coverage.then.allowed != event.allowed:
        decided = "allowed" if event.allowed else "refused"
        told.append(
            f"That day it was {decided}, as the line above says. Asked again, the rules give "
            "another answer for what was on file; the officer should find out why."
        )
    if event.table and event.table != TABLE.version:
        told.append(
            f"That day the table of grounds {event.table} was used. This is table {TABLE.version}."
        )
    if then.person.roles_on(day) != now.person.roles_on(day):
        told.append("Which roles this person had on that day was recorded differently later.")
    return told
