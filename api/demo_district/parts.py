"""The people one can be in the demo, and what each of them sees."""

from datetime import date
from uuid import UUID

from api.compose import Persona
from api.demo_district import staff
from api.demo_district.cast import ENTERED_TWICE, PLAN, TUTORS, TUTORS_ID
from api.demo_district.outsiders import PARENT, TUTORED, Grown, grown
from api.demo_district.people import everybody
from api.demo_district.staff import OFFICER, SCHOOLS, Staff
from api.demo_district.staffing import COUNSELOR
from api.pages.personas import Part

PUPIL, CLASSMATE = everybody()[PLAN], everybody()[ENTERED_TWICE]


def persona(one: Staff) -> Persona:
    """Somebody of the district's staff."""
    return Persona(one.id, one.name, one.role)


PERSONA = persona(COUNSELOR)


def parts(today: date) -> list[Part]:
    """Whom to be in a demo that was made for this day; the counselor first."""
    class_teacher = staff.homeroom(PUPIL.grade, PUPIL.section)
    untrained = staff.homeroom(CLASSMATE.grade, CLASSMATE.section)
    specialist = staff.helper(PUPIL.grade, "keeping track of work")
    principal = staff.principal(TUTORED.grade)
    found = [
        Part(
            PERSONA,
            "All learners of the three schools, special education too, and what she was told in "
            "confidence. Other people’s private notes stay closed.",
        ),
        Part(
            persona(class_teacher),
            f"Her own class, and of it nothing that belongs to special education: {PUPIL.name} "
            "has an entry that she does not see.",
        ),
        Part(
            persona(untrained),
            "Nothing. He has a class, and his yearly privacy training ran out: the page says so.",
            page_of(CLASSMATE.id),
        ),
        Part(
            persona(specialist),
            f"All of {SCHOOLS[specialist.school]}, special education too.",
            page_of(PUPIL.id),
        ),
        Part(
            persona(principal),
            f"All of {SCHOOLS[principal.school]}, without special education.",
        ),
        Part(
            persona(OFFICER),
            "Every learner, and who saw whom: each line of the log with the reason why it was "
            "allowed, and whether what is on file today would cover it.",
            f"{page_of(TUTORED.id)}/access",
        ),
        Part(
            Persona(TUTORS_ID, TUTORS, "tutoring company"),
            f"Of {TUTORED.name} alone: scores and attendance, which the agreement with the "
            "district names.",
            page_of(TUTORED.id),
        ),
        Part(
            Persona(PARENT.id, PARENT.name, f"{PARENT.relation} of {TUTORED.name}"),
            "Her own child’s record, and who saw it: one line for each person and day.",
            f"{page_of(TUTORED.id)}/access/family",
        ),
    ]
    came = grown(today)
    return [*found, _of_age(came)] if came else found


def _of_age(came: Grown) -> Part:
    learner = came.person
    return Part(
        Persona(came.signs_in_as.record, learner.name, "learner, of age"),
        f"{learner.called}’s own record. The rights over it passed from the parents on the "
        "eighteenth birthday.",
        page_of(learner.id),
    )


def page_of(learner: UUID) -> str:
    """The address of a learner's page."""
    return f"/learners/{learner}"
