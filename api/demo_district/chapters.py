"""What runs across school years: goals, supports, accommodations, reviews."""

from collections.abc import Iterator, Sequence
from datetime import date

from api.demo_district import stories
from api.demo_district.calendar import SchoolYear, school_year
from api.demo_district.seeds import chance
from api.demo_district.staff import counselor, helper, homeroom
from api.demo_district.stories import INTERESTS, NEEDS, Arc, band, titled
from api.demo_district.year import Pages, Year
from domain.facts import EndSupport, RecordAccommodation, ReviewSupport, StartSupport
from domain.goals import ProgressGoal, ReachGoal, ReviseGoal, SetGoal, SetGoalAside
from domain.reviews import HoldReview, Participant, ScheduleReview
from domain.words import DataClass, GoalKind, Horizon

ARRIVED = "Six rooms and one lock in five weeks, and never the wrong door twice. It is done."
OVERDUE_EVERY = 11  # one learner in so many has not had the last review that was due


def tell_goals(pages: Pages, years: Sequence[Year]) -> None:
    """One or two goals a school year, and one for the long run."""
    for year in years:
        arcs = _arcs(pages, year)
        for number in range(1 + chance(pages.rng, 0.25)):
            arc = next(arcs, None)
            if arc:
                _goal(pages, year, arc, number)
    _long_goal(pages, years)


def _arcs(pages: Pages, year: Year) -> Iterator[Arc]:
    rng, traits, ages = pages.rng, pages.traits, band(year.grade)
    sources = [(NEEDS[n][f"goal {ages}"], False) for n in traits.needs]
    sources += [(INTERESTS[i][f"goal {ages}"], True) for i in traits.interests]
    sources += [(arc.texts, arc.personal) for arc in stories.ARCS if arc.suits(year.grade)]
    rng.shuffle(sources)
    for texts, personal in sources:
        arc = pages.tell.arc(texts, personal=personal)
        if arc:
            yield arc


def _goal(pages: Pages, year: Year, arc: Arc, number: int) -> None:
    book, rng, school = pages.book, pages.rng, year.school
    by = homeroom(year.grade, pages.person.section)
    by = counselor(year.grade) if arc.personal and chance(rng, 0.5) else by
    goal = book.id(f"goal {school.label} {number}")
    book.grade = year.grade
    start = year.joins * 0.06
    days = [
        school.between(rng, year.joins, 0.10 + start, 0.25 + start),
        school.between(rng, year.joins, 0.40, 0.50),
        school.between(rng, year.joins, 0.60, 0.72),
        school.between(rng, 1, 0.75 if year.joins else 0.15, 0.80 if year.joins else 0.30),
        school.between(rng, 1, 0.82 if year.joins else 0.45, 0.84 if year.joins else 0.60),
        school.between(rng, 1, 0.86, 0.97),
    ]
    due = school.semesters[1][-10]
    book.put(
        SetGoal,
        days[0],
        by,
        goal=goal,
        text=arc.goal,
        horizon=Horizon.SHORT_TERM,
        kind=GoalKind.PERSONAL if arc.personal else GoalKind.ACADEMIC,
        due=due,
    )
    if chance(rng, 0.6):
        book.put(ReviseGoal, days[1], by, goal=goal, text=arc.revised, due=due)
    gives_up = chance(rng, 0.2)
    steps = arc.steps[: 1 if gives_up else rng.randint(1, 3)]
    for step, (text, day) in enumerate(zip(steps, days[2:5], strict=False)):
        percent = min(95, 20 + 25 * step + 5 * rng.randrange(4))
        book.put(ProgressGoal, day, by, goal=goal, text=text, percent=percent)
    if gives_up:
        book.put(SetGoalAside, days[4], by, goal=goal, reason=arc.aside)
    elif year.ago or chance(rng, 0.8):
        book.put(ReachGoal, days[5], by, goal=goal, text=arc.reached)


def _long_goal(pages: Pages, years: Sequence[Year]) -> None:
    book, rng = pages.book, pages.rng
    started = next((y for y in years if y.grade >= 2), None)
    text = pages.tell.pick(stories.LONG[band(started.grade)]) if started else None
    if started is None or text is None or not chance(rng, 0.6):
        return
    goal = book.id("goal for the long run")
    day = started.school.between(rng, started.joins, 0.3, 0.6)
    book.grade = started.grade
    by = counselor(started.grade)
    kind = GoalKind.PERSONAL
    if book.put(SetGoal, day, by, goal=goal, text=text, horizon=Horizon.LONG_TERM, kind=kind):
        for year in years[years.index(started) + 1 :]:
            if year.grade >= 6 and "middle school" in text:
                book.grade = year.grade
                day = year.school.semesters[year.joins][24]
                book.put(ReachGoal, day, counselor(year.grade), goal=goal, text=ARRIVED)
                return
            step = pages.tell.pick(stories.STEPS)
            if step:
                book.grade = year.grade
                day = year.school.between(rng, year.joins, 0.5, 0.9)
                book.put(ProgressGoal, day, counselor(year.grade), goal=goal, text=step)


def tell_supports(pages: Pages, years: Sequence[Year]) -> None:
    """For each need a support, with its reviews and its end; for a plan, accommodations."""
    semesters = [(year, semester) for year in years for semester in year.semesters]
    begin = 0
    for need in pages.traits.needs:
        planned = pages.traits.plan and need == pages.traits.needs[0]
        begin = _support(pages, semesters, begin, need, planned)
        if begin >= len(semesters):
            break
    if pages.traits.plan:
        _accommodations(pages, years)


def _support(
    pages: Pages,
    semesters: Sequence[tuple[Year, int]],
    begin: int,
    need: str,
    planned: bool,
) -> int:
    """Tell one support; the place in `semesters` where the next may begin."""
    book, rng, texts = pages.book, pages.rng, NEEDS[need]
    support = book.id(f"support {need}")
    data_class = DataClass.SPECIAL_ED if planned else None
    year, semester = semesters[begin]
    book.grade = year.grade
    started = book.put(
        StartSupport,
        year.school.between(rng, semester, 0.15, 0.35),
        helper(year.grade, need),
        fact=support,
        data_class=data_class,
        **titled(texts["support"][0]),
    )
    if not started:
        return len(semesters)
    for number, text in enumerate(texts["support"][1:], begin):
        if number >= len(semesters):
            return len(semesters)
        year, semester = semesters[number]
        book.grade = year.grade
        day = year.school.between(rng, semester, 0.75, 0.92)
        book.put(
            ReviewSupport,
            day,
            helper(year.grade, need),
            support=support,
            text=pages.tell.fill(text),
        )
    last = begin + len(texts["support"]) - 1
    if not planned and last < len(semesters):
        year, semester = semesters[last]
        book.grade = year.grade
        book.put(
            EndSupport,
            year.school.between(rng, semester, 0.2, 0.4),
            helper(year.grade, need),
            support=support,
            reason=pages.tell.fill(texts["ended"][0]),
        )
    return last + 1


def _accommodations(pages: Pages, years: Sequence[Year]) -> None:
    book, rng = pages.book, pages.rng
    need = pages.traits.needs[0]
    for number, text in enumerate(NEEDS[need]["given"]):
        year = years[min(number, len(years) - 1)]
        book.grade = year.grade
        book.put(
            RecordAccommodation,
            year.school.between(rng, year.joins, 0.15, 0.45),
            helper(year.grade, need),
            fact=book.id(f"given {number}"),
            text=text,
        )


def due_day(school: SchoolYear, semester: int) -> date:
    """When the district wants the review of a semester to be held by."""
    days = school.semesters[semester]
    return days[int(len(days) * 0.58)]


def tell_reviews(pages: Pages, years: Sequence[Year]) -> None:
    """A review each semester, the last one missing where it is overdue."""
    book, rng, person = pages.book, pages.rng, pages.person
    due_days = [due_day(y.school, s) for y in years for s in y.semesters]
    past = [due for due in due_days if due < book.today]
    late = person.number % OVERDUE_EVERY == OVERDUE_EVERY - 1
    for year in years:
        pages.turn_to(year)
        by = counselor(year.grade)
        for semester in year.semesters:
            due = due_day(year.school, semester)
            review = book.id(f"review {year.school.label} {semester}")
            book.put(
                ScheduleReview,
                year.school.between(rng, semester, 0.04, 0.12),
                by,
                review=review,
                due=due,
                note=pages.tell.pick(stories.PREPARE) if chance(rng, 0.4) else None,
            )
            agreed = pages.tell.pick(stories.AGREED)
            if agreed is None or (late and past and due == past[-1]):
                continue
            following = year.school if semester == 0 else school_year(year.school.start + 1)
            book.put(
                HoldReview,
                year.school.between(rng, semester, 0.44, 0.57),
                by,
                review=review,
                participants=_participants(pages, year),
                agreed=agreed,
                next_due=None
                if year.grade == 12 and semester
                else due_day(following, 1 - semester),
            )


def _participants(pages: Pages, year: Year) -> tuple[Participant, ...]:
    person, rng = pages.person, pages.rng
    adults = rng.sample(person.adults, rng.randint(1, len(person.adults)))
    teacher = homeroom(year.grade, person.section)
    by = counselor(year.grade)
    found = [Participant(name=a.name, role=a.relation) for a in adults]
    found += [Participant(name=s.name, role=s.role) for s in (teacher, by)]
    if year.grade >= 3:
        found.insert(0, Participant(name=person.name, role="learner"))
    if pages.traits.plan:
        special = helper(year.grade, pages.traits.needs[0])
        found.append(Participant(name=special.name, role=special.role))
    return tuple(found)
