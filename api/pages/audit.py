"""The audit log: who recorded what, and who looked, when and from where, the latest first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.audit_reading import (
    ALL,
    KINDS,
    WITHOUT_READS,
    Found,
    Narrow,
    is_learners,
    is_read,
    keeps_log,
    look,
)
from api.compose import System
from api.pages import words
from api.pages.answer import Answers, Trouble
from api.pages.learner import find, known_at
from api.pages.records import merged
from api.pages.said import in_short
from api.pages.who_saw import BAD_FILTER, NOT_A_KIND, NOT_A_PERSON, days_of
from api.who_saw import Access, Told
from api.who_saw_reading import People
from domain.event import EVENTS, Event
from projections.entries import provenance
from projections.reading import AuditLine
from projections.recorders import recorders
from projections.standing import Standing

PER_PAGE = 50
HOW = {
    "session": "signed in",
    "token": "with a token",
    "terminal": "at the server",
    "demo": "as a demo person",
}


@dataclass(frozen=True)
class Line:
    """One line of the log, as told on a record: a learner's, a person's or the district's.

    `name` is that of whose record it is, on the district's log; `known`: whether it is a learner's
    that can be opened. `access`: of a read, with whom it names. `removed`: its words were taken
    back since; `withheld`: so neither they nor who said them is told.
    """

    position: int
    learner: UUID
    event: Event
    schools: Mapping[str, str]
    name: str | None = None
    known: bool = True
    access: Access | None = None
    removed: bool = False
    withheld: bool = False

    @property
    def done(self) -> str:
        """`recorded an observation`; of a read, the whole sentence with its ground."""
        if self.access is not None:
            return Told((self.access,)).said.removesuffix(".")
        return words.done(self.event.TOPIC)

    @property
    def true_on(self) -> str:
        """When it was true, which may be long before it was recorded."""
        if self.access is not None:
            return "the same moment"
        when = self.event.effective
        return words.dated(when.start, when.precision) if when else "not dated"

    @property
    def where(self) -> str:
        """`counselor’s notes, received 3 September 2025 by a signed form`; empty where entered.

        Of a read: how that person was signed in.
        """
        event = self.event
        if self.withheld:
            return "not told"
        if self.access is not None:
            return HOW.get(self.access.event.how, self.access.event.how)
        received = f"received {words.day(event.received_on)}" if event.received_on else ""
        how = f"by {event.received_how}" if event.received_how else ""
        came = " ".join(part for part in (received, how) if part)
        return ", ".join(part for part in (words.source(event.source), came) if part)

    @property
    def said(self) -> str | None:
        if self.access is not None or self.withheld:
            return None
        return in_short(self.event, self.learner, self.schools)

    @property
    def erased(self) -> bool:
        return self.access is None and provenance(self.event, self.learner).erased

    @property
    def elsewhere(self) -> bool:
        """Whether it was recorded on another learner's record, and is about this one too."""
        return self.access is None and self.event.originator_id != self.learner


async def narrowed(
    kind: str = "",
    person: str = "",
    type: Annotated[list[str], Query()] = [],  # noqa: A002, B006 (the name in the address)
    first: Annotated[str, Query(alias="from")] = "",
    until: str = "",
) -> Narrow:
    """What the form of the page asks for. Raises `Trouble`."""
    types = frozenset(one for one in type if one)
    if (kind and kind != ALL and kind not in KINDS) or types - set(EVENTS):
        raise Trouble(400, BAD_FILTER, NOT_A_KIND)
    try:
        somebody = UUID(person.strip()) if person.strip() else None
    except ValueError:
        raise Trouble(400, BAD_FILTER, NOT_A_PERSON) from None
    start, last = days_of(first, until)
    return Narrow(kind=kind, person=somebody, types=types, first=start, last=last)


Narrowed = Annotated[Narrow, Depends(narrowed)]


@dataclass(frozen=True)
class Log:
    """The log as its page tells it."""

    system: System
    people: People

    def page(self, asked: Narrow, before: int | None, at: Standing) -> dict[str, Any]:
        """What a page of it shows, and what its form offers."""
        found = look(self.system, asked, before=before, limit=PER_PAGE, at=at)
        names = self.names(found) if asked.learner is None else {}
        others = self.others(found, names) if asked.learner is None else {}
        offered = self.offered(found, asked, at)
        keeper = keeps_log()
        return {
            "asked": asked,
            "shown": shown(asked, offered),
            "lines": [self.line(line, asked.learner, names, others) for line in found.lines],
            "older": found.next,
            "before": before,
            "keeper": keeper,
            "people": offered,
            "kinds": {code: kind.name for code, kind in KINDS.items() if keeper or not kind.reads},
            "types": sorted(
                ((topic, words.noun(topic)) for topic in EVENTS if topic in words.TYPES),
                key=lambda one: one[1],
            ),
            "narrowed": address(asked),
        }

    def line(
        self,
        line: AuditLine,
        learner: UUID | None,
        names: Mapping[UUID, str],
        others: Mapping[UUID, str],
    ) -> Line:
        return Line(
            line.position,
            learner or line.learner,
            line.event,
            self.system.settings.schools,
            names.get(line.learner) or others.get(line.learner) or "(no name)",
            is_learners(line) and (learner is not None or line.learner in names),
            self.people.access(line) if is_read(line) else None,
            line.removed,
            line.withheld,
        )

    def names(self, found: Found) -> dict[UUID, str]:
        """The learners whom the lines are about, by name."""
        system = self.system
        learners = {line.learner for line in found.lines if is_learners(line)}
        places = system.reader.caseload(system.context().today, learners=list(learners))
        return {place.learner: place.name for place in system.reader.listed(places)}

    def others(self, found: Found, learners: Mapping[UUID, str]) -> dict[UUID, str]:
        """The people, and the district, on whose records lines stand, by name."""
        others = {line.learner for line in found.lines} - learners.keys()
        return {one: self.people.desk.filed.person(one).name or "" for one in others}

    def offered(self, found: Found, asked: Narrow, at: Standing) -> dict[UUID, str]:
        """Whom the form lets one choose: who appears on this page; for the officer, in the log."""
        people = dict(recorders(self.system.reader, at)) if keeps_log() else {}
        for line in found.lines:
            event = line.event
            if line.withheld:
                continue
            people.setdefault(event.entered_by, event.entered_by_name)
            if event.author and event.originator_id == line.learner:
                people.setdefault(event.author, event.author_name or "")
        if asked.person is not None:
            people.setdefault(asked.person, "")
        told = {one: name or f"Person {str(one)[:8]}" for one, name in people.items()}
        return dict(sorted(told.items(), key=lambda one: (one[1].casefold(), str(one[0]))))


def address(asked: Narrow) -> str:
    """The filters as the query of an address, without a name; empty where nothing is narrowed."""
    values: list[tuple[str, object]] = [
        ("kind", asked.kind),
        ("person", asked.person),
        *(("type", topic) for topic in sorted(asked.types)),
        ("from", asked.first),
        ("until", asked.last),
    ]
    return urlencode([(name, value) for name, value in values if value])


def shown(asked: Narrow, people: Mapping[UUID, str]) -> str:
    """What the page shows, in words: `Refusals, by Ms Rivera, recorded from 1 May 2026 on.`"""
    if asked.kind == ALL:
        what = f"{WITHOUT_READS}, and who looked"
    elif asked.kind:
        what = KINDS[asked.kind].name
    else:
        what = f"{WITHOUT_READS}, but not who looked" if not asked.types else WITHOUT_READS
    parts = [what]
    if asked.types:
        nouns = sorted(words.noun(topic) for topic in asked.types)
        parts.append(f"of the type {words.listed([f'“{noun}”' for noun in nouns])}")
    if asked.person is not None:
        parts.append(f"by {people[asked.person]}")
    if asked.first or asked.last:
        parts.append(f"recorded {words.between(asked.first, asked.last)}")
    sentence = ", ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The log of one learner, and of the whole district."""

    def log_of(request: Request) -> Log:
        return Log(system, People(system, request.app.state.desk))

    @router.get("/learners/{learner}/audit")
    def of_learner(
        request: Request, learner: UUID, narrow: Narrowed, before: int | None = None
    ) -> Response:
        today = system.context().today
        place = find(system, learner, today)
        at = system.reader.standing(learner)
        return answers.page(
            "audit.html",
            here="audit",
            place=place,
            today=today,
            known=known_at(system, at),
            merged=merged(system.reader, learner, today, at, system.zone),
            **log_of(request).page(replace(narrow, learner=learner), before, at),
        )

    @router.get("/audit")
    def of_district(request: Request, narrow: Narrowed, before: int | None = None) -> Response:
        at = system.reader.standing()
        return answers.page(
            "audit.html",
            here="audit",
            place=None,
            today=system.context().today,
            known=known_at(system, at),
            **log_of(request).page(narrow, before, at),
        )
