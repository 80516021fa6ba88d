"""Who saw this learner: the officer's pages of the access log, and the family's view of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.asking import cursors_of
from api.compose import System
from api.pages import words
from api.pages.answer import Answers, Trouble
from api.pages.disclosures_pdf import as_export, printed
from api.pages.disclosures_said import COLUMNS, LAW, TITLE, parts
from api.pages.learner import find, known_at
from api.problems import Stopped
from api.who_saw import KINDS, Told, by_day, folded
from api.who_saw_reading import (
    Asked,
    People,
    family_days,
    log_open_as_officer,
    look,
    need_any_officer,
    silent_of,
)
from api.who_saw_record import disclosures
from domain.access.evidence import Withheld
from projections.standing import Standing

PER_PAGE = 100
VISITS = 50  # of the family's view, and the rest of their day
NO_PDF = "There is no PDF of this record"
BAD_FILTER = "What was filled in to narrow this page was not understood"
NOT_A_DAY = "A day is written as 2025-09-03. Go back, and choose it or leave it empty."
REVERSED = "“Until” lies before “From”. Go back, and exchange the two days, or leave one empty."
NOT_A_PERSON = (
    "The id of a person has 32 letters and digits in five groups. Go back, and copy it from a "
    "line of this page."
)
NOT_A_KIND = "Go back, and choose what was done from the list."
EVERYTHING = "Every look, every list and every refusal"
ONLY = {
    "opened": "Only what was opened",
    "listed": "Only what was listed, searched or counted",
    "exported": "Only exports",
    "refused": "Only refusals",
    "disclosed": "Only what was given to somebody else",
}


@dataclass(frozen=True)
class LineView:
    """A line on a page. `name`: of the learner, where lines are of several.

    `withheld`: why and by whom its accesses are withheld from the family, by their number.
    """

    told: Told
    times: str
    name: str | None = None
    withheld: Mapping[int, str] = field(default_factory=dict)

    @property
    def kept_back(self) -> str:
        """In short, whether the family is told of it; empty where it is."""
        if self.told.latest.withheld_by_law:
            return "Not told the family, by law"
        if not self.withheld:
            return ""
        part, all_of_it = len(self.withheld), len(self.told.accesses)
        return "Withheld from the family" + (f": {part} of {all_of_it}" if part < all_of_it else "")


async def narrowed(
    first: Annotated[str, Query(alias="from")] = "",
    until: str = "",
    person: str = "",
    kind: str = "",
) -> Asked:
    """What the form of a page asks for. Raises `Trouble`."""
    try:
        somebody = UUID(person.strip()) if person.strip() else None
    except ValueError:
        raise Trouble(400, BAD_FILTER, NOT_A_PERSON) from None
    if kind and kind not in KINDS:
        raise Trouble(400, BAD_FILTER, NOT_A_KIND)
    start, last = days_of(first, until)
    return Asked(person=somebody, first=start, last=last, kind=kind)


Narrowed = Annotated[Asked, Depends(narrowed)]


def days_of(first: str, until: str) -> tuple[date | None, date | None]:
    """Two days of a form, in their order. Raises `Trouble`."""
    start, last = day_of(first), day_of(until)
    if start and last and last < start:
        raise Trouble(400, BAD_FILTER, REVERSED)
    return start, last


def day_of(text: str) -> date | None:
    """A day of a form; null where it was left empty. Raises `Trouble`."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Trouble(400, BAD_FILTER, NOT_A_DAY) from None


def shown(asked: Asked, person: str = "") -> str:
    """What the page shows, in words: `Only refusals, by Mr Stone, noted from 1 May 2026 on.`

    `person`: the name of the one to whom it is narrowed.
    """
    parts = [ONLY.get(asked.kind, EVERYTHING)]
    if person:
        parts.append(f"by {person}")
    if asked.first or asked.last:
        parts.append(f"noted {words.between(asked.first, asked.last)}")
    return f"{', '.join(parts)}."


def name_of(person: UUID | None, today: date, people: People, lines: Sequence[Told]) -> str:
    """To whom a page of `lines` is narrowed, by the name on file or the one that the lines have."""
    if person is None:
        return ""
    noted = lines[0].who.name if lines else ""
    return people.who(person, today, noted).name or "somebody without a name on file"


@dataclass(frozen=True)
class Logs:
    """The log as its pages tell it."""

    system: System

    def people(self, request: Request) -> People:
        return People(self.system, request.app.state.desk)

    def learner(self, learner: UUID) -> tuple[Standing, dict[str, Any]]:
        """What every page of a learner's log begins with."""
        today = self.system.context().today
        place = find(self.system, learner, today)
        at = self.system.reader.standing(learner)
        told = {"place": place, "today": today, "known": known_at(self.system, at)}
        return at, {"here": "access", **told}

    def days(
        self, lines: Sequence[Told], people: People, names: Mapping[UUID, str] | None = None
    ) -> list[tuple[date, list[LineView]]]:
        """The lines by day."""
        grouped = by_day(lines, self.system.zone)
        return [(day, [self.view(line, people, names) for line in found]) for day, found in grouped]

    def view(self, told: Told, people: People, names: Mapping[UUID, str] | None = None) -> LineView:
        zone = self.system.zone
        first, last = (words.clock(told.accesses[n].event.recorded_at, zone) for n in (-1, 0))
        times = last if first == last else f"{first} to {last}"
        name = names.get(told.event.learner, "(no name)") if names is not None else None
        withheld = {
            access.position: self.why_withheld(access.withheld, people)
            for access in told.accesses
            if access.withheld
        }
        return LineView(told, times, name, withheld)

    def why_withheld(self, withheld: Withheld, people: People) -> str:
        """`Telling it would endanger … – by Marcus Ellery, since 3 September 2025, 4:05 pm`."""
        by = people.who(withheld.by, self.system.context().today, "").told
        since = words.moment(withheld.since, self.system.zone)
        return f"{words.WITHHELD[withheld.code]} – by {by}, since {since}"


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """Who saw a learner, and what a person saw."""
    logs = Logs(system)

    @router.get("/learners/{learner}/access")
    def of_learner(
        request: Request, learner: UUID, narrow: Narrowed, before: int | None = None
    ) -> Response:
        at, told = logs.learner(learner)
        if not log_open_as_officer(learner):
            return family(request, learner)
        asked, people = replace(narrow, learner=learner), logs.people(request)
        found = look(system, asked, before=before, limit=PER_PAGE, at=at)
        lines = folded(people.accesses(found.lines), system.zone)
        return answers.page(
            "who_saw.html",
            looker=None,
            shown=shown(asked, name_of(asked.person, told["today"], people, lines)),
            days=logs.days(lines, people),
            asked=asked,
            kinds=KINDS,
            merged=sorted(people.desk.filed.learners([learner])[learner].merged - {learner}),
            base=f"/learners/{learner}/access",
            before=before,
            older=found.next,
            **told,
        )

    @router.get("/learners/{learner}/access/family")
    def family(request: Request, learner: UUID, before: str = "") -> Response:
        at, told = logs.learner(learner)
        officer = log_open_as_officer(learner)
        seen, more = family_days(
            system, logs.people(request), learner, before=day_of(before), limit=VISITS, at=at
        )
        days: dict[date, list[str]] = {}
        for visit in seen:
            days.setdefault(visit.day, []).append(visit.sentence)
        return answers.page(
            "who_saw_family.html", days=days, before=before, older=more, officer=officer, **told
        )

    @router.get("/people/{person}/access")
    def of_person(
        request: Request, person: UUID, narrow: Narrowed, before: int | None = None
    ) -> Response:
        need_any_officer()
        today, at, people = system.context().today, system.reader.standing(), logs.people(request)
        asked = replace(narrow, person=person)
        found = look(system, asked, before=before, limit=PER_PAGE, at=at)
        lines = folded(people.accesses(found.lines), system.zone)
        learners = list({line.event.learner for line in lines})
        named = system.reader.listed(system.reader.caseload(today, learners=learners))
        return answers.page(
            "who_saw.html",
            here="",
            place=None,
            looker=people.who(person, today, lines[0].who.name if lines else ""),
            shown=shown(narrow),
            today=today,
            known=known_at(system, at),
            days=logs.days(lines, people, {place.learner: place.name for place in named}),
            asked=asked,
            kinds=KINDS,
            merged=[],
            base=f"/people/{person}/access",
            before=before,
            older=found.next,
        )

    record_routes(router, logs, answers)


def record_routes(router: APIRouter, logs: Logs, answers: Answers) -> None:
    """The record of 99.32, to read and to print."""
    system = logs.system

    @router.get("/learners/{learner}/disclosures")
    def record(request: Request, learner: UUID) -> Response:
        at, told = logs.learner(learner)
        silent = None if log_open_as_officer(learner) else silent_of(learner)
        found = disclosures(system, logs.people(request), learner, silent, at)
        return answers.page(
            "who_saw_record.html",
            parts=parts(found, whole=silent is None),
            title=TITLE,
            law=LAW,
            columns=COLUMNS,
            whole=silent is None,
            **{**told, "here": "record"},
        )

    @router.get("/learners/{learner}/disclosures.pdf")
    def record_as_pdf(request: Request, learner: UUID) -> Response:
        as_export()
        at, told = logs.learner(learner)
        position = cursors_of(request).position(at.position)
        try:
            return printed(system, logs.people(request), told["place"], at, position=position)
        except Stopped as stopped:
            raise Trouble(stopped.status, NO_PDF, stopped.detail) from None
