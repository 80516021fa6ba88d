"""The first page: the learners who are open to somebody, by name, with the reviews that are due."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Response

from api.asking import spellings
from api.compose import System
from api.pages import words
from api.pages.answer import Answers
from api.pages.paging import Pages, paged
from api.pages.posted import Posted
from api.sight import current
from projections.places import Place

PER_PAGE = 50
LONGEST_NAME = 200


@dataclass(frozen=True)
class Asked:
    """What the caseload is narrowed to. A name is never part of an address."""

    name: str = ""
    school: str = ""
    grade: str = ""
    overdue: bool = False
    page: int = 1

    @property
    def grades(self) -> set[str]:
        """The spellings of the grade that is asked for."""
        return spellings(self.grade)


@dataclass(frozen=True)
class Line:
    """One learner's line."""

    place: Place
    today: date

    @property
    def overdue(self) -> bool:
        return self.place.review_due is not None and self.place.review_due < self.today

    @property
    def due(self) -> str:
        """`3 days overdue`, `in 12 days`; empty where none is planned."""
        planned = self.place.review_due
        return words.apart(self.today, planned) if planned else ""


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The caseload, and the search on it."""

    @router.get("/")
    def caseload(
        school: str = "", grade: str = "", overdue: bool = False, page: int = 1
    ) -> Response:
        return show(Asked("", school, grade, overdue, page))

    @router.post("/search")
    def search(form: Posted) -> Response:
        page = form.get("page", "1")
        asked = Asked(
            name=form.get("name", "").strip()[:LONGEST_NAME],
            school=form.get("school", ""),
            grade=form.get("grade", ""),
            overdue=form.get("overdue") == "true",
            page=int(page) if page.isascii() and page.isdigit() else 1,
        )
        return show(asked)

    @router.get("/search")
    def nothing_sent() -> Response:
        return answers.go("/")

    def show(asked: Asked) -> Response:
        today = system.context().today
        everybody = system.reader.caseload(today)
        found = system.reader.caseload(today, search=asked.name) if asked.name else everybody
        lines = [line for place in found if keep(line := Line(place, today), asked)]
        pages: Pages[Line] = paged(lines, asked.page, PER_PAGE)
        open_to = {place.learner for place in system.reader.listed([x.place for x in pages.items])}
        if not open_to and not asked.page > 1:  # what cannot be opened is not counted either
            everybody, lines = [], []
            pages = paged(lines, 1, PER_PAGE)
        pages = replace(pages, items=[x for x in pages.items if x.place.learner in open_to])
        return answers.page(
            "caseload.html",
            asked=asked,
            pages=pages,
            total=len(everybody),
            overdue=sum(line.overdue for line in lines),
            today=today,
            staff=current().asker.is_custodian,
            **choices(everybody),
        )


def keep(line: Line, asked: Asked) -> bool:
    place = line.place
    return (
        asked.school in ("", place.school)
        and (not asked.grade or place.grade in asked.grades)
        and (line.overdue or not asked.overdue)
    )


def choices(places: Sequence[Place]) -> dict[str, Any]:
    """The schools and grades there are, in a school's order: K before 1, 9 before 10."""
    grades = {p.grade for p in places if p.grade}
    return {
        "schools": sorted({p.school for p in places if p.school}),
        "grades": sorted(grades, key=lambda g: (g.isdigit(), int(g) if g.isdigit() else 0, g)),
    }
