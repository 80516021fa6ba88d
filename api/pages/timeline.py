"""The growth timeline: everything in the order in which it was true, and measures as series."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response

from api.compose import System
from api.pages import words
from api.pages.answer import Answers
from api.pages.charts import chart
from api.pages.learner import find, known_at
from api.pages.paging import Pages, paged
from api.pages.records import merged
from api.pages.said import Fact, Said, brought_in, said, short
from api.pages.series import ASSESSMENT, ATTENDANCE, SURVEY, answer_tables, series_of
from projections.entries import Entry
from projections.reading import BEGINNING, Reader, place_in_time
from projections.standing import Standing

PER_PAGE = 60
BATCH = 5000

# What a timeline can be narrowed to beside the areas of the profile.
OTHERS = {
    "goals": "Goals",
    "reviews": "Reviews",
    "consents": "Consents",
    "school": "School and enrollment",
}
GROUPS = {
    "goal": "goals",
    "review": "reviews",
    "consent": "consents",
    "directory": "consents",
    "survey": "consents",
    "learner": "school",
    "enrolment": "school",
}
# What became of something that has an entry of its own, and what that is called.
NAMES_ITS = {
    "goal-progressed": "Goal",
    "goal-reached": "Goal",
    "goal-set-aside": "Goal",
    "support-reviewed": "Support",
    "support-ended": "Support",
    "consent-withdrawn": "Consent",
    "consent-voided": "Consent",
    "enrolment-ended": "School",
    "directory-opt-out-lifted": "Opt-out",
}


@dataclass(frozen=True)
class Year:
    """The entries of one school year on one page."""

    name: str
    entries: Sequence[Said]


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The timeline of a learner."""

    @router.get("/learners/{learner}/timeline")
    def timeline(
        learner: UUID, area: str = "", year: str = "", order: str = "", page: int = 1
    ) -> Response:
        today, starts = system.context().today, system.settings.school_year_starts
        schools = system.settings.schools
        place = find(system, learner, today)
        at = system.reader.standing(learner)
        entries = completed(list(everything(system.reader, learner, at)))
        joined = merged(system.reader, learner, today, at, system.zone)
        narrowed = [e for e in entries if area in ("", section(e))]
        begun = sorted({words.first_year(day, starts) for day in days(narrowed)})
        years = {str(y): words.year_name(y) for y in begun}
        kept = [e for e in narrowed if year in ("", *in_year(e, starts))]
        if order == "newest":
            kept.reverse()
        pages: Pages[Entry] = paged(kept, page, PER_PAGE)
        measures = series_of(narrowed, starts)
        imports = brought_in(entries, system.zone)
        return answers.page(
            "timeline.html",
            here="timeline",
            place=place,
            today=today,
            known=known_at(system, at),
            merged=joined,
            records={one.learner: one.name for one in joined},
            area=area,
            year=year,
            order=order,
            years=years,
            sections=present(entries),
            pages=pages,
            by_year=by_year(pages.items, starts, schools, named(entries, schools)),
            places=places(kept, pages.number, area=area, year=year, order=order),
            charted=[s for s in measures if len(s.points) > 1 and s.kind != SURVEY],
            surveys=answer_tables([s for s in measures if s.kind == SURVEY]),
            once=[s for s in measures if len(s.points) == 1 and s.kind != SURVEY],
            chart=chart,
            note_names={ASSESSMENT: "Instrument", ATTENDANCE: "Days attended"},
            total=len(entries),
            brought_in=imports,
            told=frozenset(one.source for one in imports),
        )


def everything(reader: Reader, learner: UUID, at: Standing) -> Iterator[Entry]:
    """The whole timeline at one standing: in one read, but for a very long one."""
    after = BEGINNING
    while batch := reader.timeline(learner, after, BATCH, at):
        yield from batch
        if len(batch) < BATCH:
            return
        after = place_in_time(batch[-1])


def completed(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, each new value with what it keeps of the entry it follows."""
    lines: dict[tuple[UUID, UUID], Entry] = {}
    whole = []
    for entry in entries:
        before = lines.get((entry.record, entry.line))
        if entry.type == "fact-superseded" and before is not None:
            body = {**before.body, **entry.body}
            entry = replace(entry, type=before.type, body=body)  # noqa: PLW2901
        lines[entry.record, entry.line] = entry
        whole.append(entry)
    return whole


def named(entries: Sequence[Entry], schools: Mapping[str, str]) -> dict[UUID, Fact]:
    """What became of which goal, support or consent, in its words then; by the later entry's id."""
    latest: dict[tuple[UUID, UUID], Entry] = {}
    found = {}
    for entry in entries:
        line = (entry.record, entry.line)
        if entry.type not in NAMES_ITS:
            latest[line] = entry
        elif line in latest:
            told = said(latest[line], schools)
            if name := told.title or told.text:
                found[entry.id] = (NAMES_ITS[entry.type], short(name))
    return found


def section(entry: Entry) -> str:
    """What part of the timeline an entry belongs to: its area, or one of `OTHERS`."""
    return entry.area or GROUPS.get(entry.type.split("-")[0], "school")


def present(entries: Sequence[Entry]) -> dict[str, str]:
    """The parts that this timeline has, by name, in the order of the pages."""
    found = {section(e) for e in entries}
    named = {code: name for code, (name, _) in words.AREAS.items()}
    return {code: name for code, name in {**named, **OTHERS}.items() if code in found}


def places(kept: Sequence[Entry], shown: int, **asked: str) -> dict[UUID, str]:
    """Where each entry is: on the page that is shown, or on another one of the same question."""
    found = {}
    for index, entry in enumerate(kept):
        page = index // PER_PAGE + 1
        query = urlencode({**{k: v for k, v in asked.items() if v}, "page": page})
        found[entry.id] = f"{'' if page == shown else '?' + query}#entry-{entry.id}"
    return found


def days(entries: Sequence[Entry]) -> list[date]:
    return [day for e in entries if (day := words.starts(e))]


def in_year(entry: Entry, starts: str) -> tuple[str, ...]:
    """The year an entry is found under; none where its date is not known."""
    day = words.starts(entry)
    return (str(words.first_year(day, starts)),) if day else ()


def by_year(
    entries: Sequence[Entry],
    starts: str,
    schools: Mapping[str, str],
    names: Mapping[UUID, Fact],
) -> list[Year]:
    """The entries of a page under their school years, with the schools by name."""

    def told(entry: Entry) -> Said:
        found = said(entry, schools)
        name = names.get(entry.id)
        return replace(found, facts=(name, *found.facts)) if name else found

    grouped = groupby(entries, key=lambda e: words.school_year(words.starts(e), starts))
    return [Year(name, [told(e) for e in group]) for name, group in grouped]
