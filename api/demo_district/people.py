"""The learners' names, families and languages. Every name is put together by chance."""

from dataclasses import dataclass, replace
from functools import cache
from random import Random
from uuid import UUID

from api.demo_district.cast import CAST
from api.demo_district.seeds import chance, seeded, uid

COUNT = 240
PRONOUNS = {
    "she": ("she", "her", "her"),
    "he": ("he", "him", "his"),
    "they": ("they", "them", "their"),
}
# share, languages at home, girls, boys, family names, mothers, fathers
_GROUPS: tuple[tuple[int, str, str, str, str, str, str], ...] = (
    (
        28, "en",
        "Hazel Nora Clara Josie Maeve Tessa Ivy Willa Greta June Piper Elsie Freya Linnea Corinne",
        "Owen Caleb Silas Emmett Wyatt Theo Gus Levi Anders Rowan Callum Jonah Everett Finn",
        "Halloran Lindahl Whitcomb Brandt Pruett Ostby McAllen Tilden Hartwig Sorley Crandall",
        "Kristin Meredith Laurel Bethany Joanna Heather Colleen Dana",
        "Todd Garrett Brian Neil Scott Derek Russell Kurt",
    ),
    (
        16, "en",
        "Amari Imani Kiara Nyah Zuri Tamia Jada Simone Aniya Deja Laila Brielle",
        "Malik Isaiah Darius Xavier Jaylen Tyrese Micah Andre Kendrick Elijah Marquis Terrell",
        "Broadnax Gaines Pettway Rucker Sykes Tolliver Winfield Battle Dorsey Ellerbe Hairston",
        "Latoya Denise Monique Yolanda Keisha Rhonda",
        "Reggie Curtis Jerome Lamont Clifton Maurice",
    ),
    (
        25, "es",
        "Ximena Valeria Camila Lucía Renata Daniela Marisol Paola Itzel Jimena Araceli Yaretzi",
        "Mateo Santiago Emiliano Joaquín Iker Andrés Leonel Ulises Rodrigo Efraín Tadeo Gael",
        "Barragán Cisneros Escamilla Galindo Huerta Ibarra Ledezma Macías Olivares Quezada",
        "Rosario Verónica Leticia Guadalupe Maribel Alma Silvia Norma",
        "Ramiro Héctor Ignacio Arturo Gerardo Fidel Rubén Martín",
    ),
    (
        6, "vi",
        "Linh Thảo My Ngọc Vy Hân",
        "Minh Khôi Bảo Phúc Duy Khang",
        "Nguyễn Trần Phạm Đặng Huỳnh Bùi Võ",
        "Hương Lan Thu Hoa",
        "Tuấn Hùng Dũng Long",
    ),
    (
        6, "ar",
        "Salma Yasmin Noor Rania Dima Huda",
        "Karim Zaid Omar Bilal Tariq Sami",
        "Al-Khoury Haddadin Mansour Nasser Qabbani Sabbagh Zeitoun",
        "Hala Samira Nadia Rima",
        "Walid Fadi Nabil Ghassan",
    ),
    (
        4, "so",
        "Hodan Ifrah Sagal Ayaan",
        "Abdirahman Liban Guled Mahad",
        "Warsame Farah Jama Hersi Abdille",
        "Fadumo Hibo",
        "Yusuf Ismail",
    ),
    (
        4, "hmn",
        "Mai Pa-Nhia Kalia Gao",
        "Tou Pheng Kong Meng",
        "Xiong Moua Lor Thao Yang",
        "Bao Chue",
        "Nhia Cheng",
    ),
    (
        4, "hi",
        "Anjali Meera Kavya Ishani",
        "Arjun Rohan Vivaan Dev",
        "Raghavan Deshmukh Bhatia Kulkarni Menon",
        "Sunita Lakshmi",
        "Sanjay Prakash",
    ),
    (
        3, "uk",
        "Daryna Oksana Zlata",
        "Bohdan Taras Ostap",
        "Kovalenko Melnyk Tkachuk Hrytsenko",
        "Olena Iryna",
        "Petro Vasyl",
    ),
    (
        2, "ht",
        "Fabiola Nadège",
        "Wilner Jean-Robert",
        "Desrosiers Jean-Louis Pierre-Paul",
        "Marie-Ange",
        "Frantz",
    ),
    (
        2, "tl",
        "Maricel Althea",
        "Jericho Paolo",
        "Magbanua Dimaculangan Salonga",
        "Rowena",
        "Rodel",
    ),
    (
        2, "en",
        "Winona Aiyana Kimi",
        "Chayton Takoda Elan",
        "Redcloud Whitefeather Lonebear",
        "Charlene",
        "Vernon",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Adult:
    """Somebody responsible for a learner."""

    id: UUID
    name: str
    relation: str


@dataclass(frozen=True)
class Person:
    """A learner of the demo district. `grade` is this year's, 0 for kindergarten."""

    number: int
    given: str
    family: str
    preferred: str | None
    pronoun: str
    language: str
    grade: int
    section: str
    adults: tuple[Adult, ...]

    @property
    def id(self) -> UUID:
        return uid("learner", self.number)

    @property
    def local_id(self) -> str:
        return str(204_000 + self.number * 7)

    @property
    def called(self) -> str:
        return self.preferred or self.given

    @property
    def name(self) -> str:
        return f"{self.called} {self.family}"

    @property
    def words(self) -> dict[str, str]:
        """The blanks of the texts that stand for this learner."""
        they, them, their = PRONOUNS[self.pronoun]
        return {
            "n": self.called,
            "they": they,
            "them": them,
            "their": their,
            "They": they.capitalize(),
            "Their": their.capitalize(),
        }


@cache
def everybody() -> tuple[Person, ...]:
    """All learners by number, the same every time; 18 or 19 in each grade."""
    rng = seeded("people")
    taken: set[str] = set()
    found: list[Person] = []
    taken.update(f"{role.given} {role.family}" for role in CAST.values())
    while len(found) < COUNT:
        person = _person(rng, len(found))
        if person.number in CAST:
            found.append(_cast(person))
        elif f"{person.given} {person.family}" not in taken:
            taken.add(f"{person.given} {person.family}")
            found.append(person)
    return tuple(found)


def _cast(person: Person) -> Person:
    """The learner in their part; the family's given names are those drawn for this language."""
    role = CAST[person.number]
    rng = seeded("cast", person.number)
    group = next(g for g in _GROUPS if g[1] == role.language)
    return replace(
        person,
        given=role.given,
        family=role.family,
        preferred=None,
        pronoun=role.pronoun,
        language=role.language,
        adults=_adults(rng, person.number, role.family, group[5].split(), group[6].split()),
    )


def _person(rng: Random, number: int) -> Person:
    weights = [group[0] for group in _GROUPS]
    _, language, girls, boys, families, mothers, fathers = rng.choices(_GROUPS, weights)[0]
    pronoun = rng.choices(("she", "he", "they"), (49, 49, 2))[0]
    given = rng.choice((girls if pronoun == "she" else boys).split())
    if chance(rng, 0.07):  # families with more than one origin
        families = rng.choices(_GROUPS, weights)[0][4]
    family = rng.choice(families.split())
    return Person(
        number,
        given,
        family,
        rng.choice(NICKNAMES[given]) if given in NICKNAMES else None,
        pronoun,
        language if language == "en" or chance(rng, 0.85) else "en",
        number % 13,
        "ab"[number // 13 % 2],
        _adults(rng, number, family, mothers.split(), fathers.split()),
    )


NICKNAMES = {
    "Josie": ("Jo",), "Elijah": ("Eli",), "Santiago": ("Santi",), "Xavier": ("Xavi",),
    "Abdirahman": ("Abdi",), "Emiliano": ("Emi",), "Jean-Robert": ("Robi",), "Isaiah": ("Zay",),
    "Daniela": ("Dani",), "Everett": ("Rhett",), "Valeria": ("Vale",),
}  # fmt: skip


def _adults(
    rng: Random, number: int, family: str, mothers: list[str], fathers: list[str]
) -> tuple[Adult, ...]:
    kind = rng.choices(("two", "mother", "father", "grandmother"), (60, 25, 7, 8))[0]
    named = []
    if kind in ("two", "mother", "grandmother"):
        named.append((rng.choice(mothers), "grandmother" if kind == "grandmother" else "mother"))
    if kind in ("two", "father"):
        named.append((rng.choice(fathers), "father"))
    return tuple(
        Adult(uid("adult", number, relation), f"{given} {family}", relation)
        for given, relation in named
    )
