"""Schools and staff of the demo district. Nobody here is real."""

from dataclasses import dataclass
from random import Random
from uuid import UUID

from api.demo_district.seeds import uid

ZONE = "America/Chicago"
SCHOOLS = {
    "alder-creek-es": "Alder Creek Elementary School",
    "juniper-ridge-ms": "Juniper Ridge Middle School",
    "maple-county-hs": "Maple County High School",
}
ELEMENTARY, MIDDLE, HIGH = SCHOOLS


@dataclass(frozen=True)
class Staff:
    """Somebody who works for the district; `subject` is a course's stem or a kind of help."""

    id: UUID
    name: str
    role: str
    school: str
    subject: str = ""


def _staff(school: str, block: str) -> list[Staff]:
    people = []
    for line in block.strip().splitlines():
        name, role, *subject = (part.strip() for part in line.split("|"))
        people.append(Staff(uid("staff", name), name, role, school, *subject))
    return people


STAFF: tuple[Staff, ...] = (
    *_staff(
        ELEMENTARY,
        """
        Ms Halvorsen | kindergarten teacher | kg-a
        Ms Adeyemi | kindergarten teacher | kg-b
        Ms Park | grade 1 teacher | 01-a
        Mr Delgado | grade 1 teacher | 01-b
        Ms Thibodeaux | grade 2 teacher | 02-a
        Ms Kowalczyk | grade 2 teacher | 02-b
        Mr Osei | grade 3 teacher | 03-a
        Ms Lindgren | grade 3 teacher | 03-b
        Ms Baptiste | grade 4 teacher | 04-a
        Mr Ferrante | grade 4 teacher | 04-b
        Ms Nakagawa | grade 5 teacher | 05-a
        Mr Whitehorse | grade 5 teacher | 05-b
        Ms Rivera | school counselor | counselor
        Ms Whitfield | librarian | library
        Mr Abbott | music teacher | music
        Ms Sorensen | art teacher | art
        Coach Tran | PE teacher | pe
        Ms Gunderson | reading specialist | reading
        Mr Castellanos | EL teacher | language
        Ms Oyelaran | special education teacher | special
        Ms Brandvold | speech-language pathologist | speech
        Dr Mbeki-Larsen | principal | principal
        """,
    ),
    *_staff(
        MIDDLE,
        """
        Ms Ostrander | English teacher | ela
        Mr Yamada | mathematics teacher | mat
        Ms Farouk | science teacher | sci
        Mr Lindqvist | social studies teacher | soc
        Ms Quintana | art teacher | art
        Mr Beaulieu | technology teacher | tec
        Coach Dunleavy | health and PE teacher | hea
        Mr Achterberg | band director | music
        Ms Okonjo | school counselor | counselor
        Mr Steinmetz | special education teacher | special
        Ms Velasquez | EL teacher | language
        Ms Rasmussen | reading specialist | reading
        Ms Hollister | principal | principal
        """,
    ),
    *_staff(
        HIGH,
        """
        Ms Carmichael | English teacher | eng
        Mr Ndiaye | biology teacher | bio
        Ms Petrosyan | chemistry teacher | che
        Mr Vang | physics teacher | phy
        Ms Aldana | environmental science teacher | env
        Mr Gallagher | mathematics teacher | alg
        Ms Iyer | mathematics teacher | geom
        Mr Solheim | mathematics teacher | sta
        Ms Prudhomme | social studies teacher | geo9
        Mr Mendenhall | history teacher | wld
        Ms Tanaka-Reyes | history teacher | ush
        Mr Bergstrom | government teacher | gov
        Sra Montoya | Spanish teacher | spa
        Ms Eklund | business teacher | fin
        Mr Fontaine | senior seminar teacher | sem
        Ms Abernathy | choir and band director | music
        Coach Ramsey | PE teacher | pe
        Mr Okafor | school counselor | counselor
        Ms Dombrowski | school counselor | counselor
        Ms Fitzgibbon | special education teacher | special
        Mr Haddad | EL teacher | language
        Ms Leclair | college and career adviser | career
        Ms Zimmerman | principal | principal
        """,
    ),
)
REGISTRAR = Staff(uid("staff", "Denise Pruitt"), "Denise Pruitt", "district registrar", "")
OFFICER = Staff(uid("staff", "Marcus Ellery"), "Marcus Ellery", "compliance officer", "")
STAFF = (*STAFF, REGISTRAR, OFFICER)

_BY_SCHOOL = {
    school: {s.subject: s for s in reversed(STAFF) if s.school == school} for school in SCHOOLS
}
HELP = {
    "sounding out words": "reading",
    "understanding what is read": "reading",
    "learning English": "language",
    "clear speech": "speech",
    "keeping track of work": "special",
}


def school_of(grade: int) -> str:
    """The code of the school that teaches a grade, 0 for kindergarten."""
    return ELEMENTARY if grade <= 5 else MIDDLE if grade <= 8 else HIGH


def grade_code(grade: int) -> str:
    return f"{grade:02}" if grade else "kg"


def grade_name(grade: int) -> str:
    """How a grade is called in a sentence."""
    return f"grade {grade}" if grade else "kindergarten"


def counselor(grade: int) -> Staff:
    return _BY_SCHOOL[school_of(grade)]["counselor"]


def principal(grade: int) -> Staff:
    return _BY_SCHOOL[school_of(grade)]["principal"]


def homeroom(grade: int, section: str) -> Staff:
    """The class teacher in elementary school, the English teacher after it."""
    here = _BY_SCHOOL[school_of(grade)]
    if grade <= 5:
        return here[f"{grade_code(grade)}-{section}"]
    return here["ela" if grade <= 8 else "eng"]


def course_teacher(grade: int, course: str) -> Staff:
    """Who teaches a course, by the stem of its code."""
    here = _BY_SCHOOL[school_of(grade)]
    return next((s for stem, s in here.items() if course.startswith(stem)), here["counselor"])


def helper(grade: int, need: str) -> Staff:
    """Who gives support with a need: a specialist, else the counselor."""
    here = _BY_SCHOOL[school_of(grade)]
    return here.get(HELP.get(need, "counselor"), here["special"])


FITS = {
    "soccer": ("pe", "hea"),
    "running and staying fit": ("pe", "hea"),
    "music": ("music",),
    "drawing and comics": ("art",),
    "stories and writing": ("library", "ela", "eng"),
    "coding and games": ("tec", "sta"),
    "building and robotics": ("tec", "phy"),
    "dinosaurs and fossils": ("sci", "env"),
    "animals": ("sci", "bio"),
    "gardening and the outdoors": ("sci", "env"),
    "space and the sky": ("sci", "phy"),
}


def who_sees(rng: Random, grade: int, section: str, interest: str) -> Staff:
    """Who would notice something about an interest: often the teacher it belongs to."""
    here = _BY_SCHOOL[school_of(grade)]
    fitting = [here[s] for s in FITS.get(interest, ()) if s in here]
    if fitting and rng.random() < (0.6 if grade <= 5 else 0.9):
        return fitting[0]
    return homeroom(grade, section)


def any_teacher(rng: Random, grade: int, section: str) -> Staff:
    """Somebody who teaches the learner this year."""
    if grade <= 5 and rng.random() < 0.7:
        return homeroom(grade, section)
    here = _BY_SCHOOL[school_of(grade)]
    if grade <= 5:
        return here[rng.choice(("library", "music", "art", "pe"))]
    teachers = [s for s in here.values() if "teacher" in s.role or "director" in s.role]
    teachers = [s for s in teachers if s.subject not in ("special", "language")]
    return rng.choice(teachers)
