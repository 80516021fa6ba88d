"""One school year of one learner, semester by semester."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.demo_district import growth, stories
from api.demo_district.book import Book
from api.demo_district.calendar import DAY, SchoolYear, school_day_from
from api.demo_district.cast import SENIOR
from api.demo_district.people import Person
from api.demo_district.seeds import chance
from api.demo_district.staff import (
    REGISTRAR,
    Staff,
    any_teacher,
    counselor,
    course_teacher,
    grade_code,
    grade_name,
    helper,
    homeroom,
    school_of,
    who_sees,
)
from api.demo_district.stories import INTERESTS, NEEDS, Persona, Teller, band
from api.demo_district.texts import catalog, sections
from domain.changes import ShareNote
from domain.consent import OfferSurvey, OptOutOfSurvey
from domain.effective import Effective
from domain.facts import (
    AddWorkSample,
    AnswerSurvey,
    RecordCourseResult,
    RecordInterview,
    RecordObservation,
    RecordOutcome,
    ScoreAssessment,
    ShowProficiency,
    SummariseAttendance,
    WriteReflection,
)
from domain.identity import EndEnrolment, EnrolLearner
from domain.words import Area, DataClass, Precision

EVIDENCE = sections(catalog.EVIDENCE)[""]
SEASONS = ("Fall", "Spring")


@dataclass
class Told:
    """An entry that later ones can speak about."""

    fact: UUID
    day: date
    area: Area
    kind: str
    by: Staff | None = None


@dataclass
class Pages:
    """What the chapters of a learner's history share."""

    book: Book
    person: Person
    traits: Persona
    tell: Teller
    told: list[Told] = field(default_factory=list)
    opted_out: bool = False  # of the district's own survey
    turns: SchoolYear | None = None  # when another interest becomes the favorite

    def __post_init__(self) -> None:
        self.rng = self.book.rng

    def turn_to(self, year: "Year") -> None:
        """Tell from now on of this school year."""
        self.book.grade = year.grade
        later = self.turns is not None and year.school.start >= self.turns.start
        self.tell.words["interest"] = self.traits.interests[later]


@dataclass(frozen=True)
class Year:
    """A school year as a learner lives it. `ago` counts years back from the present one."""

    school: SchoolYear
    grade: int
    ago: int
    joins: int  # the first semester here, 0 or 1
    leaves: str = ""  # why the learner left the district at the end of it

    @property
    def semesters(self) -> range:
        return range(self.joins, 2)

    @property
    def arrives(self) -> date:
        return self.school.semesters[self.joins][0]


def tell_year(pages: Pages, year: Year) -> None:
    """Everything of a year that needs no other year: classes, tests, observations, courses."""
    pages.turn_to(year)
    _enrolment(pages, year)
    for semester in year.semesters:
        _survey(pages, year, semester)
        _assessments(pages, year, semester)
        _observations(pages, year, semester)
        _proficiencies(pages, year, semester)
        _reflections(pages, year, semester)
        _work(pages, year, semester)
        _summary(pages, year, semester)
    _outcome(pages, year)


def _enrolment(pages: Pages, year: Year) -> None:
    book, label = pages.book, year.school.label
    section = pages.person.section
    classes: tuple[str, ...] = (f"{grade_code(year.grade)}-{section}",)
    if year.grade >= 6:
        classes += tuple(f"{code}-{section}" for code, _ in catalog.COURSES[year.grade])
    away = book.elsewhere is not None and year.arrives < book.elsewhere.until
    school = book.elsewhere.school if book.elsewhere and away else school_of(year.grade)
    book.put(
        EnrolLearner,
        year.arrives,
        REGISTRAR,
        enrolment=book.id(f"enrolment {label}"),
        school=school,
        grade=grade_code(year.grade),
        classes=classes,
    )
    done = "Graduated." if year.grade == 12 else f"Completed {grade_name(year.grade)}."
    book.put(
        EndEnrolment,
        year.school.last,
        REGISTRAR,
        enrolment=book.id(f"enrolment {label}"),
        effective=Effective(start=year.school.last + DAY),
        reason=year.leaves or done,
    )


def _survey(pages: Pages, year: Year, semester: int) -> None:
    book, rng = pages.book, pages.rng
    form = "k-2" if year.grade <= 2 else "3-5" if year.grade <= 5 else "6-12"
    instrument = f"Maple SEL check-in, form {form}"
    key, offer = f"survey {year.school.label} {semester}", book.id(f"survey {year.school.label}")
    day = year.school.between(rng, semester, 0.30, 0.40)
    by = homeroom(year.grade, pages.person.section)
    if pages.opted_out:
        return  # who said no once is not asked again
    if semester == year.joins:
        book.put(OfferSurvey, day, by, survey=offer, instrument=instrument)
        pages.opted_out = chance(rng, 0.04)
        if pages.opted_out:
            book.put(OptOutOfSurvey, day + DAY, _family(pages), survey=offer)
            return
    scale = catalog.FACES if year.grade <= 2 else catalog.OFTEN
    for number, question in enumerate(catalog.SURVEY[form]):
        given = growth.answer(rng, pages.traits.able, len(scale), number, year.ago)
        if chance(rng, 0.02):
            continue  # a question left out
        book.put(
            AnswerSurvey,
            day,
            pages.person,
            fact=book.id(f"{key} {number}"),
            area=Area.SOCIAL_EMOTIONAL,
            instrument=instrument,
            question=question,
            answer=scale[given - 1],
            score=Decimal(given),
            scale=f"1–{len(scale)}",
        )


def _assessments(pages: Pages, year: Year, semester: int) -> None:
    book, rng = pages.book, pages.rng
    window = ((0.12, 0.18), (0.74, 0.80))[semester]
    absent = 1 - pages.traits.able.presence
    for measure in growth.TYPICAL:
        day = year.school.between(rng, semester, *window)
        # What a year adds is added by spring; in fall most of it is still to come.
        standing = pages.traits.able.standing(measure, year.ago + 0.6 * (1 - semester))
        score, error = growth.score(rng, standing, measure, year.grade, semester)
        note = None
        if chance(rng, absent * 1.3):
            if chance(rng, 0.55):
                continue  # away on the day and on the make-up day: a gap
            day = year.school.between(rng, semester, window[1], window[1] + 0.06)
            note = pages.tell.pick(catalog.MAKE_UP)
        fact = book.id(f"score {measure} {year.school.label} {semester}")
        taken = book.put(
            ScoreAssessment,
            day,
            homeroom(year.grade, pages.person.section),
            fact=fact,
            measure=measure,
            score=score,
            standard_error=error,
            scale=growth.SCALE,
            instrument=growth.INSTRUMENT,
            note=note,
        )
        if taken:
            pages.told.append(Told(fact, day, Area.ACHIEVEMENT, f"score {score}"))


def observe(
    pages: Pages, day: date, by: Staff, area: Area, text: str | None, **fields: Any
) -> UUID | None:
    """An observation, where there is a text left to tell."""
    if text is None:
        return None
    fact = pages.book.id(f"seen {text}")
    if not pages.book.put(RecordObservation, day, by, fact=fact, area=area, text=text, **fields):
        return None
    private = fields.get("data_class") is DataClass.SOLE_POSSESSION
    pages.told.append(Told(fact, day, area, "private" if private else "observation", by))
    return fact


def _observations(pages: Pages, year: Year, semester: int) -> None:
    rng, tell, traits, ages = pages.rng, pages.tell, pages.traits, band(year.grade)
    grade, section = year.grade, pages.person.section

    def day() -> date:
        return year.school.between(rng, semester, 0.05, 0.97)

    teacher = any_teacher(rng, grade, section)
    interest = traits.interests[chance(rng, 0.35)]
    by = who_sees(rng, grade, section, interest)
    observe(pages, day(), by, Area.INTERESTS, tell.seen(INTERESTS[interest][ages]))
    measure = rng.choice(tuple(growth.TYPICAL))
    level = "strong" if traits.able.standing(measure, year.ago) > 0 else "working"
    text = tell.seen(stories.LESSONS[f"{measure.lower()} {ages} {level}"])
    observe(pages, day(), _teacher_of(grade, section, measure), Area.KNOWLEDGE, text)
    if chance(rng, 0.7):
        strength = rng.choice(traits.strengths)
        text = tell.seen(stories.STRENGTHS[strength][ages])
        observe(pages, day(), any_teacher(rng, grade, section), Area.STRENGTHS, text)
    if traits.needs and chance(rng, 0.65):
        need = traits.needs[chance(rng, 0.3) and len(traits.needs) > 1]
        text = tell.seen(NEEDS[need]["seen"], in_order=True)
        by = helper(grade, need) if chance(rng, 0.5) else teacher
        observe(pages, day(), by, Area.NEEDS, text)
    if chance(rng, 0.4):
        text = tell.seen(stories.SOCIAL[ages])
        observe(pages, day(), homeroom(grade, section), Area.SOCIAL_EMOTIONAL, text)
    if chance(rng, 0.15):
        _counselor_note(pages, year, day(), tell.pick(stories.COUNSELOR[ages]))
    if chance(rng, 0.3):
        works = NEEDS[traits.needs[0]]["works"] if traits.needs else stories.WORKS
        observe(pages, day(), teacher, Area.LEARNING_PREFERENCES, tell.pick(works))


def _counselor_note(pages: Pages, year: Year, day: date, text: str | None) -> None:
    """A counselor's note: now and then a private one, and some of these are shared later."""
    private = chance(pages.rng, 0.25)
    by = counselor(year.grade)
    data_class = DataClass.SOLE_POSSESSION if private else None
    fact = observe(pages, day, by, Area.SOCIAL_EMOTIONAL, text, data_class=data_class)
    if fact and private and chance(pages.rng, 0.4):
        later = school_day_from(day + timedelta(days=21))
        with_whom = f"the {grade_name(year.grade)} team"
        pages.book.put(ShareNote, later, by, fact=fact, shared_with=with_whom)


def _teacher_of(grade: int, section: str, measure: str) -> Staff:
    if grade <= 5 or measure == "Reading":
        return homeroom(grade, section)
    return course_teacher(grade, catalog.COURSES[grade][2][0])


def _proficiencies(pages: Pages, year: Year, semester: int) -> None:
    rng = pages.rng
    reading, more_reading, maths, more_maths = catalog.STANDARDS[year.grade]
    for measure, item in (
        ("Reading", (reading, more_reading)[semester]),
        ("Mathematics", (maths, more_maths)[semester]),
    ):
        evidence = pages.tell.pick(EVIDENCE) if chance(rng, 0.45) else None
        if evidence is None:
            continue
        standing = pages.traits.able.standing(measure, year.ago) + rng.gauss(0, 0.5)
        level = 0 if standing < -1.3 else 1 if standing < -0.4 else 2 if standing < 1 else 3
        pages.book.put(
            ShowProficiency,
            year.school.between(rng, semester, 0.4, 0.98),
            _teacher_of(year.grade, pages.person.section, measure),
            fact=pages.book.id(f"item {item}"),
            item=item,
            level=catalog.LEVELS[level],
            evidence=evidence,
        )


def _reflections(pages: Pages, year: Year, semester: int) -> None:
    rng, traits, tell, ages = pages.rng, pages.traits, pages.tell, band(year.grade)
    general = ages if year.grade not in (6, 7, 8) else "middle"
    choices: list[tuple[Area, tuple[str, ...]]] = [
        (Area.SOCIAL_EMOTIONAL, stories.REFLECTIONS[general]),
        (Area.INTERESTS, INTERESTS[traits.interests[0]][f"says {ages}"]),
        (Area.ASPIRATIONS, INTERESTS[traits.interests[semester]][f"dream {ages}"]),
    ]
    if traits.needs:
        choices.append((Area.NEEDS, NEEDS[traits.needs[0]][f"says {ages}"]))
    for area, texts in rng.sample(choices, 1 + chance(rng, 0.2)):
        text = tell.pick(texts)
        day = year.school.between(rng, semester, 0.3, 0.95)
        if text:
            fact = pages.book.id(f"said {text}")
            if pages.book.put(WriteReflection, day, pages.person, fact=fact, area=area, text=text):
                pages.told.append(Told(fact, day, area, "reflection"))
    if semester == year.joins and (year.ago == 3 or chance(rng, 0.35)):
        text = tell.pick(stories.INTERVIEWS[ages])
        if text:
            by = counselor(year.grade)
            pages.book.put(
                RecordInterview,
                year.school.between(rng, semester, 0.05, 0.25),
                by,
                fact=pages.book.id(f"interview {year.school.label}"),
                area=Area.BACKGROUND,
                text=text,
                participants=(by.name, *(a.name for a in pages.person.adults)),
            )


def _work(pages: Pages, year: Year, semester: int) -> None:
    rng, ages = pages.rng, band(year.grade)
    if not chance(rng, 0.5):
        return
    interest = pages.traits.interests[chance(rng, 0.4)]
    made = pages.tell.made(INTERESTS[interest][f"made {ages}"])
    if made:
        pages.book.put(
            AddWorkSample,
            year.school.between(rng, semester, 0.3, 0.95),
            who_sees(rng, year.grade, pages.person.section, interest),
            fact=pages.book.id(f"work {made['title']}"),
            **made,
        )


def _summary(pages: Pages, year: Year, semester: int) -> None:
    book, rng, able = pages.book, pages.rng, pages.traits.able
    days = year.school.semesters[semester]
    dip = 0.12 if chance(rng, 0.04) else 0.0
    book.put(
        SummariseAttendance,
        days[-1],
        REGISTRAR,
        fact=book.id(f"attendance {year.school.label} {semester}"),
        days_enrolled=len(days),
        days_attended=growth.attended(rng, able, len(days), dip),
        effective=Effective(start=days[0], until=days[-1] + DAY),
    )
    if year.grade < (9, 6)[semester]:
        return  # middle school gives one result a year
    for number, (code, course) in enumerate(catalog.COURSES[year.grade]):
        result, points = growth.letter(rng, able, maths=number == 2, years_ago=year.ago)
        book.put(
            RecordCourseResult,
            days[-1],
            course_teacher(year.grade, code),
            fact=book.id(f"course {code} {year.school.label} {semester}"),
            course=course if year.grade < 9 else f"{course}, {SEASONS[semester].lower()}",
            result=result,
            points=points,
            scale="4.0",
            credits=Decimal("0.5") if year.grade >= 9 and points > 0 else None,
            effective=Effective(start=days[0], precision=Precision.TERM),
        )


def _outcome(pages: Pages, year: Year) -> None:
    rng = pages.rng
    if year.grade not in catalog.OUTCOMES or pages.person.number == SENIOR or not chance(rng, 0.4):
        return  # the senior's outcomes are told with the senior's story
    text = rng.choice(catalog.OUTCOMES[year.grade])
    pages.book.put(
        RecordOutcome,
        year.school.between(rng, 1, 0.5, 0.9),
        counselor(year.grade),
        fact=pages.book.id(f"outcome {year.school.label}"),
        text=text,
    )


def _family(pages: Pages) -> Any:
    return pages.rng.choice(pages.person.adults)
