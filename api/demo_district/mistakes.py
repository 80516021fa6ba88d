"""The learner whose file was wrong in every way on a day in March, and was put right since."""

from collections.abc import Sequence
from datetime import date

from api.demo_district.calendar import SchoolYear
from api.demo_district.seeds import uid
from api.demo_district.staff import OFFICER, homeroom
from api.demo_district.texts.families import CONTEST
from api.demo_district.year import Pages, Year, observe
from domain.changes import AmendFact, CorrectFact, PlaceContestStatement, RetractFact
from domain.words import Area


def asked_day(school: SchoolYear) -> date:
    """The day to ask about: just before spring break, with everything still as it was entered."""
    return date(school.start + 1, 3, 14)


def tell_mistakes(pages: Pages, years: Sequence[Year]) -> None:
    """What was entered before that day, and what became of it in the weeks after."""
    book, year, name = pages.book, years[2], pages.person.called
    book.grade = year.grade
    asked, by = asked_day(year.school), homeroom(year.grade, pages.person.section)
    before = [d for d in year.school.semesters[1] if d <= asked]
    after = [d for d in year.school.semesters[1] if d > asked]
    wrong = observe(
        pages,
        before[10],
        by,
        Area.STRENGTHS,
        "Played the cello solo at assembly without sheet music.",
    )
    text = f"{name} started an argument in the lunch line and was sent to the office."
    contested = observe(pages, before[-15], by, Area.SOCIAL_EMOTIONAL, text)
    text = f"{name} has missed four homework assignments and does not seem to care."
    amended = observe(pages, before[-5], by, Area.NEEDS, text, entered=before[-4])
    text = "Stayed behind with a younger child who had missed the bus, until her father came."
    observe(pages, before[-3], by, Area.SOCIAL_EMOTIONAL, text, entered=after[9])
    book.put(
        RetractFact,
        after[2],
        by,
        effective=None,
        fact=wrong,
        reason=f"Meant for another learner; {name} does not play the cello.",
        wrong_learner=True,
    )
    adult, statement = pages.person.adults[0], CONTEST.format(n=name)
    book.put(PlaceContestStatement, after[4], adult, fact=contested, text=statement)
    score = next(t for t in pages.told if t.kind.startswith("score") and t.day > year.school.first)
    book.put(
        CorrectFact,
        after[6],
        by,
        effective=None,
        fact=score.fact,
        changes={"score": str(int(score.kind.split()[1]) + 9)},
        ground="Read off the wrong line of the score sheet when it was typed in.",
    )
    due = f"{before[-5].day} March"
    book.put(
        AmendFact,
        after[18],
        OFFICER,
        effective=None,
        fact=amended,
        changes={"text": f"Four of {name}'s homework assignments were not handed in by {due}."},
        request=uid("request", "amend"),
        ground="Granted at the family's request (FERPA 99.20): the second half was a guess.",
    )
