"""One learner's history, from the first school year told to today."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from api.demo_district import around, chapters
from api.demo_district.beyond import beyond
from api.demo_district.book import Book
from api.demo_district.calendar import SchoolYear, last_years
from api.demo_district.cast import AWAY, CAST, RIGHTS, SENIOR
from api.demo_district.featured import STORIES, elsewhere, second_record
from api.demo_district.people import Person
from api.demo_district.seeds import chance, seeded
from api.demo_district.staff import REGISTRAR
from api.demo_district.stories import Teller, persona
from api.demo_district.year import Pages, Year, tell_year
from domain.application import Request
from domain.effective import Effective
from domain.identity import Capacity, ChangeDetails, LinkResponsiblePerson, RegisterLearner

LEFT = "Moved to Omaha with the family."


def history(person: Person, today: date) -> list[Request]:
    """Every request about one learner, in the order it was entered."""
    schools = last_years(today)
    years = lived(person, schools)
    book = Book(person, today, elsewhere=elsewhere(person, schools))
    traits = persona(person)
    pages = Pages(book, person, traits, Teller(book.rng, person, traits))
    if len(years) >= 3 and (person.number == SENIOR or chance(book.rng, 0.25)):
        pages.turns = years[2].school
    _opening(pages, years[0], birth_date(person, schools[-1]))
    for year in years:
        tell_year(pages, year)
        around.tell_family(pages, year)
        around.tell_consents(pages, year)
    chapters.tell_goals(pages, years)
    chapters.tell_supports(pages, years)
    chapters.tell_reviews(pages, years)
    around.tell_opt_outs(pages, years)
    around.tell_survey(pages, years)
    around.tell_screener(pages, years)
    around.tell_changes(pages, years)
    if person.number in STORIES:
        STORIES[person.number](pages, years)
    double = second_record(person, today, schools)
    own = sorted([*book.requests(), *beyond(person, today)], key=lambda one: one.context.now)
    return (double.requests() if double else []) + own


def lived(person: Person, schools: Sequence[SchoolYear]) -> list[Year]:
    """The school years the learner spent here, of those told."""
    rng = seeded("years", person.number)
    newest = len(schools) - 1
    began, semester = 0, 0
    if person.number not in CAST and chance(rng, 0.3):
        began, semester = rng.randint(1, newest), rng.randint(0, 1)
        if began == newest:
            semester = 0  # the second half of this year may still lie ahead
    gap = (
        1
        if person.number == AWAY or (person.number not in CAST and began == 0 and chance(rng, 0.02))
        else None
    )
    found: list[Year] = []
    for place, school in enumerate(schools):
        ago = newest - place
        grade = person.grade - ago
        if grade < 0 or place < began or place == gap:
            continue
        joins = semester if place == began > 0 else 0
        leaves = LEFT if gap is not None and place == gap - 1 else ""
        found.append(Year(school, grade, ago, joins, leaves))
    return found


def birth_date(person: Person, newest: SchoolYear) -> date:
    """Five by the first of September of kindergarten; now and then a year older."""
    rng: Random = seeded("birth", person.number)
    year = newest.start - person.grade - 6 - chance(rng, 0.04)
    return date(year, 9, 2) + timedelta(days=rng.randrange(364))


def _opening(pages: Pages, year: Year, born: date) -> None:
    book, person, rng = pages.book, pages.person, pages.rng
    book.grade = year.grade
    day = year.arrives
    wrong_language = person.language != "en" and chance(rng, 0.08)
    book.put(
        RegisterLearner,
        day,
        REGISTRAR,
        given_name=person.given,
        family_name=person.family,
        birth_date=born,
        local_id=person.local_id,
        home_language="en" if wrong_language else person.language,
    )
    for adult in person.adults:
        book.put(
            LinkResponsiblePerson,
            day,
            REGISTRAR,
            person=adult.id,
            name=adult.name,
            relation=adult.relation,
            received_how="the birth certificate, shown at registration",
            capacity=Capacity.GUARDIAN
            if person.number == RIGHTS or adult.relation != "grandmother"
            else Capacity.EDUCATION_RIGHTS_HOLDER,
        )
    later = year.school.between(rng, year.joins, 0.08, 0.2)
    changed = Effective(start=later)
    if person.preferred:
        book.put(
            ChangeDetails, later, REGISTRAR, effective=changed, preferred_name=person.preferred
        )
    if wrong_language:
        book.put(ChangeDetails, later, REGISTRAR, effective=changed, home_language=person.language)
