"""A learner's persona, and the telling of it: no sentence twice for the same learner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from api.demo_district.cast import ABSENT, CAST, NEWCOMER, PLAN, SENIOR
from api.demo_district.growth import Abilities, abilities
from api.demo_district.people import Person
from api.demo_district.seeds import chance, seeded, some
from api.demo_district.texts import families, learning, sections, talk
from api.demo_district.texts.goals import GOALS, LONG_STEPS, LONG_TERM
from api.demo_district.texts.interests_a import INTERESTS_A
from api.demo_district.texts.interests_b import INTERESTS_B
from api.demo_district.texts.needs_a import NEEDS_A
from api.demo_district.texts.needs_b import NEEDS_B
from api.demo_district.texts.strengths import STRENGTHS as _STRENGTHS

Texts = Mapping[str, tuple[str, ...]]

INTERESTS = {name: sections(block) for name, block in {**INTERESTS_A, **INTERESTS_B}.items()}
NEEDS = {name: sections(block) for name, block in {**NEEDS_A, **NEEDS_B}.items()}
STRENGTHS = {name: sections(block) for name, block in _STRENGTHS.items()}
LESSONS = sections(learning.LESSONS)
SOCIAL, COUNSELOR = sections(learning.SOCIAL), sections(learning.COUNSELOR)
CLOSERS, WORKS = sections(learning.CLOSERS)[""], sections(learning.WORKS)[""]
REFLECTIONS, INTERVIEWS = sections(talk.REFLECTIONS), sections(talk.INTERVIEWS)
AGREED, PREPARE = sections(talk.AGREED)[""], sections(talk.PREPARE)[""]
COMMENTS, CONFIRMED = sections(talk.COMMENTS), sections(talk.CONFIRMED)[""]
ASSENT, FAMILY = sections(talk.ASSENT), sections(families.FAMILY)
LONG = sections(LONG_TERM)
STEPS = sections(LONG_STEPS)[""]

READING_NEEDS = {"sounding out words", "understanding what is read", "learning English"}
# Needs for which a learner may have a special education plan.
PLANNED = (
    "sounding out words",
    "keeping track of work",
    "clear speech",
    "getting ideas onto paper",
)
# Where the part asks for a course of its own: reading now, and what each year added.
COURSES_OF_GROWTH: dict[int, dict[str, float]] = {
    PLAN: {"reading": -0.3, "mathematics": 0.4, "yearly": 0.42},
    NEWCOMER: {"reading": -0.2, "mathematics": 0.3, "yearly": 0.45},
    SENIOR: {"reading": 0.3, "mathematics": 0.1, "yearly": 0.16},
    ABSENT: {"reading": -0.5, "yearly": -0.05, "presence": 0.84},
}


@dataclass(frozen=True)
class Persona:
    """What runs through everything that is told about one learner."""

    interests: tuple[str, ...]
    strengths: tuple[str, ...]
    needs: tuple[str, ...]
    plan: bool  # has a special education plan for the first need
    able: Abilities


@dataclass(frozen=True)
class Arc:
    """A goal from beginning to end."""

    goal: str
    revised: str
    steps: tuple[str, str, str]
    reached: str
    aside: str
    personal: bool


@dataclass(frozen=True)
class CommonGoal:
    """A goal that any learner of some grades might set."""

    texts: tuple[str, ...]
    first: int
    last: int
    personal: bool

    def suits(self, grade: int) -> bool:
        return self.first <= grade <= self.last


def _common(name: str, texts: tuple[str, ...]) -> CommonGoal:
    age, number, grades = name.split()
    first, last = map(int, grades.split("-"))
    return CommonGoal(texts, first, last, f"{age} {number}" in PERSONAL)


PERSONAL = {"young 3", "young 5", "older 4", "older 9"}
ARCS = tuple(_common(name, texts) for name, texts in sections(GOALS).items())


def band(grade: int) -> str:
    """The two ages of the texts."""
    return "young" if grade <= 5 else "older"


def persona(person: Person) -> Persona:
    """The same for a learner every time."""
    rng = seeded("persona", person.number)
    role = CAST.get(person.number)
    possible = [
        need
        for need in NEEDS
        if (need != "learning English" or person.language != "en")
        and (need != "clear speech" or person.grade <= 4)
    ]
    strengths = [s for s in STRENGTHS if s != "lives in two languages" or person.language != "en"]
    count = rng.choices((0, 1, 2), (22, 45, 33))[0]
    needs = tuple(some(rng, possible, count))
    if person.language != "en" and "learning English" not in needs and chance(rng, 0.35):
        needs = ("learning English", *needs[:1])
    interests = tuple(some(rng, tuple(INTERESTS), 2))
    if role:
        interests = role.interests or interests
        needs = needs if role.needs is None else role.needs
    plan = bool(needs) and needs[0] in PLANNED and (bool(role) or chance(rng, 0.6))
    able = abilities(
        rng,
        reads=bool(READING_NEEDS & set(needs)),
        counts="number facts and place value" in needs,
        absent="being here every day" in needs,
    )
    able = replace(able, **COURSES_OF_GROWTH.get(person.number, {}))
    return Persona(interests, tuple(some(rng, strengths, 3)), needs, plan, able)


class Teller:
    """Fills in texts for one learner and remembers what was told."""

    def __init__(self, rng: Random, person: Person, traits: Persona) -> None:
        self.rng = rng
        self.words = {
            **person.words,
            "interest": traits.interests[0],
            "strength": traits.strengths[0],
            "need": traits.needs[0] if traits.needs else "keeping up the pace",
        }
        self._told: set[str] = set()

    def fill(self, text: str) -> str:
        """The text with its blanks filled, its first letter large."""
        filled = text.format_map(self.words)
        return filled[0].upper() + filled[1:]

    def pick(self, texts: Sequence[str]) -> str | None:
        """One that was not told yet, by chance; nothing where all were."""
        left = [t for t in texts if t not in self._told]
        return self._tell(self.rng.choice(left)) if left else None

    def next(self, texts: Sequence[str]) -> str | None:
        """The first that was not told yet."""
        return next((self._tell(t) for t in texts if t not in self._told), None)

    def seen(self, texts: Sequence[str], *, in_order: bool = False) -> str | None:
        """What somebody saw, now and then with a remark of theirs."""
        text = self.next(texts) if in_order else self.pick(texts)
        closer = self.pick(CLOSERS) if text and chance(self.rng, 0.3) else None
        return f"{text} {closer}" if closer else text

    def made(self, texts: Sequence[str]) -> dict[str, Any] | None:
        """A `title | text` as the fields of an entry."""
        text = self.pick(texts)
        return titled(text) if text else None

    def arc(self, texts: Sequence[str], *, personal: bool) -> Arc | None:
        """A goal that was not set yet."""
        if not texts or texts[0] in self._told:
            return None
        goal, revised, one, two, three, reached, aside = map(self._tell, texts)
        return Arc(goal, revised, (one, two, three), reached, aside, personal)

    def _tell(self, text: str) -> str:
        self._told.add(text)
        return self.fill(text)


def titled(text: str) -> dict[str, Any]:
    """`title | text` as fields."""
    title, _, about = text.partition(" | ")
    return {"title": title, "text": about}
