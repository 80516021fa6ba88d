"""The first page: the learners who are open to somebody, by name, with the reviews that are due.

A search by name has an address of its own, so that a browser can go back to it and load it again.
The name is sealed in it, for the one who asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response

from api.asking import CursorsDep, spellings
from api.compose import System
from api.cursors import Cursors
from api.desk import NOTHING, Asker
from api.pages import words
from api.pages.answer import Answers, Trouble
from api.pages.paging import Pages, paged
from api.pages.posted import Posted
from api.problems import Stopped
from api.sight import current
from domain.access.conditions import CONDITIONS
from domain.access.decision import RECORD_ITSELF
from domain.access.grounds import TABLE
from domain.access.words import Action
from projections.places import Place

PER_PAGE = 50
LONGEST_NAME = 200
LONGEST_SEALED = 2000  # the same, sealed: in characters of an address
# Of what the ground for school officials asks, what does not turn on the learner.
OWN = ("criteria_published", "recertified")
UNASSIGNED = "No class, caseload or school is assigned to you. If that is wrong, ask the office."
NOT_YOUR_SEARCH = Trouble(
    400,
    "This search cannot be shown again",
    "Its address was cut off, or it was somebody else who searched. Search again on the caseload.",
)


@dataclass(frozen=True)
class Asked:
    """What the caseload is narrowed to. `sealed` is the name as it stands in an address."""

    name: str = ""
    school: str = ""
    grade: str = ""
    overdue: bool = False
    page: int = 1
    sealed: str = ""

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
    def search(cursors: CursorsDep, form: Posted) -> Response:
        name = form.get("name", "").strip()[:LONGEST_NAME]
        asked = {
            "sealed": cursors.give(question(), name) if name else "",
            "school": form.get("school", "")[:LONGEST_NAME],
            "grade": form.get("grade", "")[:LONGEST_NAME],
            "overdue": "true" if form.get("overdue") == "true" else "",
        }
        narrowed = urlencode({k: v for k, v in asked.items() if v})
        return answers.go(f"{'/search' if name else '/'}{narrowed and '?'}{narrowed}")

    @router.get("/search")
    def found(
        cursors: CursorsDep,
        *,
        sealed: str = "",
        school: str = "",
        grade: str = "",
        overdue: bool = False,
        page: int = 1,
    ) -> Response:
        if not sealed:
            return answers.go("/")
        name = unsealed(cursors, sealed)
        return show(Asked(name, school, grade, overdue, page, sealed))

    def show(asked: Asked) -> Response:
        today = system.context().today
        everybody = system.reader.caseload(today)
        found = system.reader.caseload(today, search=asked.name) if asked.name else everybody
        lines = [line for place in found if keep(line := Line(place, today), asked)]
        pages: Pages[Line] = paged(lines, asked.page, PER_PAGE)
        open_to = {place.learner for place in system.reader.listed([x.place for x in pages.items])}
        if not open_to and not asked.page > 1:  # what cannot be opened is not counted either
            lines = []
            pages = paged(lines, 1, PER_PAGE)
            if not current().knows_details(everybody[:PER_PAGE]):
                everybody = []
        pages = replace(pages, items=[x for x in pages.items if x.place.learner in open_to])
        return answers.page(
            "caseload.html",
            asked=asked,
            pages=pages,
            total=len(everybody),
            overdue=sum(line.overdue for line in lines),
            today=today,
            staff=current().asker.is_custodian,
            keeper=current().asker.keeps_log,
            missing=None if everybody else missing(current().asker),
            **choices(everybody),
        )


def question() -> str:
    """What a sealed name is bound to: this page, and whoever asks."""
    return f"caseload of {current().asker.viewer.person}"


def unsealed(cursors: Cursors, sealed: str) -> str:
    """The name that is sealed in an address. Raises `Trouble` for a torn or another's address."""
    try:
        if len(sealed) <= LONGEST_SEALED:
            [name] = cursors.take(sealed, question())
            return str(name)
    except Stopped:
        pass
    raise NOT_YOUR_SEARCH


def missing(asker: Asker) -> str | None:
    """What keeps every record closed to one of the staff, whoever the learner is, in a sentence.

    It is asked about nobody's record, so it tells nothing of who is at the school.
    """
    if asker.trusted or not asker.is_custodian:
        return None
    asked = asker.decide(UUID(int=0), NOTHING, (RECORD_ITSELF,), Action.LISTED).facts
    if gate := TABLE.gate_failing(asked, RECORD_ITSELF):
        return gate.sentence
    lacking = [one for one in OWN if not CONDITIONS[one].test(asked, RECORD_ITSELF)]
    held = {one.role for one in asker.file.assignments if one.holds(asked.today)} & asker.roles
    if not (held or lacking):
        return UNASSIGNED
    interests = asked.policy.interests
    if not any(RECORD_ITSELF.in_law in interests.get(role, ()) for role in held):
        lacking.append("role_has_interest")
    return CONDITIONS[lacking[0]].sentence if lacking else None


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
