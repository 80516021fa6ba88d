"""What the replay page is asked: the form as somebody filled it in, and what is wrong with it."""

from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from api.moments import MomentWrong, day_asked
from projections.places import Place

NOW, THEN = "now", "then"
QUESTIONS = {
    NOW: (
        "What we know today about that day",
        "With everything that was learnt, corrected or taken back since.",
    ),
    THEN: (
        "What our file said on that day",
        "Only what had been recorded here by the end of that day, right or wrong.",
    ),
}
LONGEST = 40  # letters of a date that are given back; no date has more

NO_DATE = "This is not a date. Write it as year-month-day: 2025-03-14."
RULES = {
    "on-after-today": "This day has not come yet. The latest is today.",
    "on-too-early": "We cannot go back so far. The earliest day is 1 January 1900.",
    "on-before-birth": "This day is before the learner was born.",
}


@dataclass(frozen=True)
class Typed:
    """The form as it was filled in: days as text, kept as they are. `since` is an earlier day."""

    on: str = ""
    known: str = NOW
    since: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def wrong(self, name: str, sentence: str) -> "Typed":
        return replace(self, errors={**self.errors, name: sentence})

    @property
    def swapped(self) -> str | None:
        """The same question with the two days the other way round, where only that is wrong."""
        backwards = self.errors.keys() == {"since"} and self.errors["since"] == BACKWARDS
        return query(self.since, self.known, self.on) if backwards else None


BACKWARDS = "The earlier day must come before the other one. These two are the other way round."
SAME = "This is the same day. Choose an earlier one, or leave this empty."


@dataclass(frozen=True)
class Asked:
    """A question that can be answered: a day, known when, compared with which earlier day."""

    on: date
    known: str
    since: date | None

    @property
    def then(self) -> bool:
        return self.known == THEN

    def other(self) -> str:
        """The address of the other question about the same days."""
        since = self.since.isoformat() if self.since else ""
        return query(self.on.isoformat(), NOW if self.then else THEN, since)

    def alone(self, on: date, known: str) -> str:
        """The address of a question about one day."""
        return query(on.isoformat(), known)


def query(on: str, known: str, since: str = "") -> str:
    """`?on=2025-03-14&known=then`."""
    return "?" + urlencode({"on": on, "known": known, **({"since": since} if since else {})})


def check(typed: Typed, place: Place, today: date) -> Asked | Typed:
    """The question; or what was typed, with a sentence for each wrong field."""
    if typed.known not in QUESTIONS:
        typed = typed.wrong("known", "Choose one of the two questions.")
    typed, on = checked_day(typed, "on", typed.on, place, today)
    since = None
    if typed.since.strip():
        typed, since = checked_day(typed, "since", typed.since, place, today)
    if on and since and since >= on:
        typed = typed.wrong("since", SAME if since == on else BACKWARDS)
    if typed.errors or on is None:
        return typed
    return Asked(on, typed.known, since)


def checked_day(
    typed: Typed, name: str, text: str, place: Place, today: date
) -> tuple[Typed, date | None]:
    """A day that can be asked about, or what is wrong with it."""
    if not text.strip():
        return typed.wrong(name, "Say which day you mean."), None
    try:
        return typed, day_asked(date.fromisoformat(text.strip()), today, place.birth_date)
    except MomentWrong as wrong:
        return typed.wrong(name, RULES[wrong.rule]), None
    except ValueError:
        return typed.wrong(name, NO_DATE), None


def is_day(text: str) -> bool:
    """Whether a date field can hold it; one that cannot would lose what was typed."""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
