"""The stories that only one learner has; `cast` says whose they are."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import UUID

from api.demo_district.around import PAPER, grant
from api.demo_district.book import Book, Elsewhere
from api.demo_district.calendar import SchoolYear, school_day_from
from api.demo_district.cast import (
    AWAY,
    COUSIN,
    COUSIN_TOO,
    ENTERED_TWICE,
    LATE_CONSENT,
    MOVED_HERE,
    PLAN,
    PRIVATE_NOTE,
    RIGHTS,
    SENIOR,
    THE_OTHER,
    TUTORS,
    TWO_OF_US,
    WRONG_LEARNER,
)
from api.demo_district.mistakes import tell_mistakes
from api.demo_district.people import Adult, Person, everybody
from api.demo_district.scans import late_paper
from api.demo_district.seeds import uid
from api.demo_district.staff import (
    OFFICER,
    REGISTRAR,
    Staff,
    counselor,
    grade_code,
    homeroom,
    principal,
    school_of,
)
from api.demo_district.year import Pages, Told, Year, observe
from domain.changes import (
    ReclassifyFact,
    ShareNote,
)
from domain.consent import ConfirmConsent, GiveAssent, SetDirectoryOptOut
from domain.event import Part
from domain.facts import RecordInterview, RecordObservation, RecordOutcome
from domain.identity import (
    Capacity,
    EndEnrolment,
    EnrolLearner,
    EvidenceKind,
    LinkResponsiblePerson,
    MergeRecords,
    RecordRightsEvidence,
    RegisterLearner,
    RestoreRights,
    RevokeRights,
    SetProtectedContact,
    SplitRecords,
    UnlinkResponsiblePerson,
)
from domain.words import Area, DataClass

Story = Callable[[Pages, Sequence[Year]], None]
LAKESIDE_STAFF = tuple(
    Staff(uid("staff", name), name, role, "lakeside-usd")
    for name, role in (
        ("Mr Pittman", "counselor, Lakeside"),
        ("Ms Holloway", "teacher, Lakeside"),
        ("Mr Sandoval", "teacher, Lakeside"),
        ("Ms Crewe", "teacher, Lakeside"),
    )
)


def elsewhere(person: Person, schools: Sequence[SchoolYear]) -> Elsewhere | None:
    """The other district's file, for the learner who came from one."""
    if person.number != MOVED_HERE:
        return None
    return Elsewhere(schools[2].first, "lakeside-usd", LAKESIDE_STAFF)


def second_record(person: Person, today: date, schools: Sequence[SchoolYear]) -> Book | None:
    """The record that another office opened for the learner who was entered twice."""
    if person.number != ENTERED_TWICE:
        return None
    book = Book(person, today, record=double_of(person))
    school, book.grade = schools[2], person.grade - 1
    days = school.semesters[0]
    day = days[1]
    enrolment, teacher = book.id("enrolment"), homeroom(book.grade, person.section)
    book.put(
        RegisterLearner,
        day,
        REGISTRAR,
        given_name="Itzel",
        family_name="Renteria",
        home_language=person.language,
        local_id=f"{person.local_id}-B",
    )
    book.put(
        EnrolLearner,
        day,
        REGISTRAR,
        enrolment=enrolment,
        school=school_of(book.grade),
        grade=grade_code(book.grade),
        classes=(f"{grade_code(book.grade)}-{person.section}",),
    )
    for n, text in (
        (4, "First day in my class list twice, once with the accent and once without. I asked."),
        (9, "Itzel drew the way from the bus to the classroom for the other new children."),
    ):
        area = Area.STRENGTHS if n == 9 else Area.BACKGROUND
        book.put(RecordObservation, days[n], teacher, fact=book.id(text), area=area, text=text)
    reason = "Entered twice: once by the school and once by the language office."
    book.put(EndEnrolment, days[17], REGISTRAR, enrolment=enrolment, reason=reason)
    return book


def double_of(person: Person) -> UUID:
    """The id of a learner's second record."""
    return uid("learner", person.number, "entered again")


def _late_consent(pages: Pages, years: Sequence[Year]) -> None:
    today = pages.book.today
    year = next(y for y in reversed(years) if date(y.school.start, 9, 10) < today)
    start, pages.book.grade = year.school.start, year.grade
    book, consent = pages.book, pages.book.id("late consent")
    mother = pages.person.adults[0]
    book.put(
        SetDirectoryOptOut,
        date(start, 8, 26),
        mother,
        opt_out=book.id("no photographs"),
        scope="photograph",
        received_on=date(start, 8, 27),
        received_how="a note in the folder",
    )
    grant(
        pages,
        year,
        consent,
        date(start, 9, 1),
        (0, 12, ("education records", "attendance"), "tutoring", TUTORS),
        method=PAPER,
        entered=date(start, 9, 10),
        received_on=date(start, 9, 3),
        received_how="a paper form, in the folder",
        received_by=homeroom(year.grade, pages.person.section).id,
    )
    text = "I want help with fractions, and I want to know what they are told about me."
    book.put(GiveAssent, date(start, 9, 1), pages.person, consent=consent, text=text)
    book.put(
        ConfirmConsent,
        date(start, 9, 11),
        OFFICER,
        consent=consent,
        attachments=(late_paper(start),),
    )


def _plan(pages: Pages, years: Sequence[Year]) -> None:
    needs = (t for t in pages.told if t.area is Area.NEEDS and t.kind == "observation")
    seen = next(t for t in needs if t.day >= pages.book.began)
    year = next(y for y in years if y.school.first <= seen.day <= y.school.last)
    pages.book.grade = year.grade
    pages.book.put(
        ReclassifyFact,
        school_day_from(seen.day + timedelta(days=40)),
        principal(year.grade),
        fact=seen.fact,
        becomes=DataClass.SPECIAL_ED,
        reason="Used in the evaluation, and so part of the special education file.",
    )


def _merge(pages: Pages, years: Sequence[Year]) -> None:
    year = years[2]
    pages.book.grade = year.grade
    pages.book.put(
        MergeRecords,
        year.school.semesters[0][18],
        REGISTRAR,
        other=double_of(pages.person),
        reason="Same birth certificate; the teacher noticed two lines in the class list.",
    )


def _two_of_us(pages: Pages, years: Sequence[Year]) -> None:
    other = everybody()[THE_OTHER]
    year = years[2]
    pages.book.grade = year.grade
    day, by = year.school.semesters[1][25], homeroom(year.grade, pages.person.section)
    mine = f"{pages.person.called} drew the orbit and let a partner find the mistake. Patient work."
    theirs = f"{other.called} found the mistake in the orbit and could say how. A quiet triumph."
    fact = pages.book.id("two of us")
    pages.book.put(
        RecordObservation,
        day,
        by,
        fact=fact,
        area=Area.STRENGTHS,
        text=mine,
        subjects=(other.id,),
        parts=(Part(learner=other.id, text=theirs),),
    )
    pages.told.append(Told(fact, day, Area.STRENGTHS, "two", by))


def _private_note(pages: Pages, years: Sequence[Year]) -> None:
    year = years[2]
    pages.book.grade = year.grade
    days, by = year.school.semesters[0], counselor(year.grade)
    text = "For myself: quiet since the move. Ask about the old friends before asking about grades."
    fact = observe(
        pages, days[30], by, Area.SOCIAL_EMOTIONAL, text, data_class=DataClass.SOLE_POSSESSION
    )
    pages.book.put(ShareNote, days[47], by, fact=fact, shared_with="the grade 7 team")
    text = "Told me that the move was not the family's choice, and asked me to keep it to myself."
    observe(
        pages,
        days[52],
        by,
        Area.SOCIAL_EMOTIONAL,
        text,
        data_class=DataClass.COUNSELOR_CONFIDENTIAL,
    )


def _senior(pages: Pages, years: Sequence[Year]) -> None:
    book, year = pages.book, years[2]
    book.grade = year.grade
    book.put(
        RecordOutcome,
        year.school.semesters[1][70],
        counselor(year.grade),
        fact=book.id("nursing assistant"),
        text="Certified nursing assistant course completed, 75 hours, with the practical exam.",
    )


def _rights(pages: Pages, years: Sequence[Year]) -> None:
    book, first, second = pages.book, years[0], years[1]
    book.grade = first.grade
    parent = pages.person.adults[0]
    foster = Adult(uid("adult", pages.person.number, "foster"), "Carol Whitlock", "foster mother")
    evidence, days = book.id("order"), first.school.semesters[0]
    book.put(
        LinkResponsiblePerson,
        days[40],
        REGISTRAR,
        person=foster.id,
        name=foster.name,
        relation=foster.relation,
        capacity=Capacity.FOSTER,
        received_how="the county's placement letter",
    )
    book.put(
        RecordRightsEvidence,
        days[41],
        OFFICER,
        evidence=evidence,
        kind=EvidenceKind.COURT_ORDER,
        person=parent.id,
        text="Order of the county court: educational decisions rest with the foster parent.",
    )
    book.put(RevokeRights, days[41], OFFICER, person=parent.id, evidence=evidence)
    reason = "The order says that the address must not be given out."
    book.put(SetProtectedContact, days[42], OFFICER, protected=True, reason=reason)
    book.grade, days = second.grade, second.school.semesters[0]
    reason = "The court lifted its order; the family lives together again."
    book.put(RestoreRights, days[20], OFFICER, person=parent.id, reason=reason)
    book.put(
        UnlinkResponsiblePerson, days[22], REGISTRAR, person=foster.id, reason="Placement ended."
    )
    book.put(SetProtectedContact, days[23], OFFICER, protected=False, reason="Order lifted.")


def _cousin(pages: Pages, years: Sequence[Year]) -> None:
    days, other = years[0].school.semesters[1], everybody()[COUSIN_TOO].id
    pages.book.grade = years[0].grade
    reason = "Same name, same street, same teacher's list."
    book = pages.book
    book.put(MergeRecords, days[12], REGISTRAR, other=other, reason=reason)
    reason = "Cousins of one name: two birth dates, two families, one street."
    book.put(SplitRecords, days[17], REGISTRAR, other=other, reason=reason)


def _back_again(pages: Pages, years: Sequence[Year]) -> None:
    year = years[1]
    pages.book.grade = year.grade
    by = counselor(year.grade)
    pages.book.put(
        RecordInterview,
        year.school.semesters[0][3],
        by,
        fact=pages.book.id("back again"),
        area=Area.BACKGROUND,
        text="Back after a year in Omaha. Says the school there was bigger and the music better; "
        "glad to be with the old friends, and a little behind in algebra.",
        participants=(by.name, pages.person.name),
    )


STORIES: dict[int, Story] = {
    LATE_CONSENT: _late_consent,
    PLAN: _plan,
    ENTERED_TWICE: _merge,
    WRONG_LEARNER: tell_mistakes,
    TWO_OF_US: _two_of_us,
    PRIVATE_NOTE: _private_note,
    SENIOR: _senior,
    RIGHTS: _rights,
    COUSIN: _cousin,
    AWAY: _back_again,
}
