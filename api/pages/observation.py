"""The form to add an observation: a few fields, and an id that makes a second sending harmless."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Response
from pydantic import TypeAdapter, ValidationError

from api.compose import Persona, System
from api.pages import words
from api.pages.answer import Answers
from api.pages.learner import find, find_to_write
from api.pages.posted import Posted
from api.permitting import permit
from api.problems import CANNOT_WORK
from api.sight import current
from domain.application import Request
from domain.effective import EARLIEST, Effective
from domain.errors import CommandReused, Refused
from domain.facts import RecordObservation
from domain.fields import LONG, Language
from domain.words import Area, DataClass
from projections.places import Place
from store.keys import KeyDestroyed

AGAIN = (
    "The records could not be reached, so it is not certain that this was recorded. What you "
    "typed is kept here: save again in a minute. It will be recorded once, however often you send."
)
REUSED = (
    "An observation was already recorded from this form. If this is another one, save again; if "
    "not, it is already on the learner’s page."
)
NO_CODE = "This is not the code of a language. Write it like nv, hmn or pt-BR."
ERASED = "The content of this learner’s record was erased, and nothing can be added to it any more."


@dataclass(frozen=True)
class Typed:
    """What somebody typed, kept as it is until it was recorded."""

    area: str = ""
    text: str = ""
    language: str = ""
    language_code: str = ""  # of a language that is not in the list
    date: str = ""
    private: bool = False
    command_id: str = field(default_factory=lambda: str(uuid4()))
    errors: dict[str, str] = field(default_factory=dict)

    def wrong(self, name: str, sentence: str) -> "Typed":
        return replace(self, errors={**self.errors, name: sentence})


AcceptLanguage = Annotated[str, Header()]
LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The form, and what happens when it is sent."""
    form = Form(system, answers)

    @router.get("/learners/{learner}/observations/new")
    def blank(learner: UUID, area: str = "", accept_language: AcceptLanguage = "") -> Response:
        today = system.context().today
        place = find_to_write(system, learner, today, RecordObservation)
        language = words.preferred_language(accept_language)
        typed = Typed(area=area, language=language, date=today.isoformat())
        shown = form.show(learner, place, typed, today)
        # Who goes back to a form finds the same one, with its id: saving again records nothing.
        # So it is sent to another address: a browser forgets a page that was posted to.
        shown.headers["Cache-Control"] = "private, no-cache"
        return shown

    @router.get("/learners/{learner}/observations")
    def nothing_sent(learner: UUID) -> Response:
        return answers.go(f"/learners/{learner}/observations/new")

    @router.post("/learners/{learner}/observations")
    def send(learner: UUID, fields: Posted, accept_language: AcceptLanguage = "") -> Response:
        typed = Typed(
            area=fields.get("area", ""),
            text=fields.get("text", "").replace("\r\n", "\n"),
            language=fields.get("language") or words.preferred_language(accept_language),
            language_code=fields.get("language_code", "").strip(),
            date=fields.get("date", ""),
            private=bool(fields.get("private")),
            command_id=known_id(fields.get("command_id")),
        )
        today = system.context().today
        try:
            return form.record(learner, typed, today)
        except CANNOT_WORK:
            return form.show(learner, None, typed.wrong("form", AGAIN), today, status=503)


@dataclass(frozen=True)
class Form:
    """The form of one system."""

    system: System
    answers: Answers

    def record(self, learner: UUID, typed: Typed, today: date) -> Response:
        """Record what was typed and lead to it; or the form again, with what is wrong."""
        place = find(self.system, learner, today)
        checked = check(typed, place, today, self.answers.acting())
        if not isinstance(checked, RecordObservation):
            return self.show(learner, place, checked, today, status=422)
        context = self.system.context(UUID(typed.command_id))
        asked = permit(Request(learner, checked, context))
        try:
            recorded = self.system.profiles.do(asked)
        except CommandReused:
            fresh = replace(typed, command_id=str(uuid4())).wrong("form", REUSED)
            return self.show(learner, place, fresh, today, status=409)
        except Refused as refused:
            where = "date" if refused.field == "effective" else refused.field
            where = where if where in ("area", "text", "language", "date") else "form"
            return self.show(learner, place, typed.wrong(where, str(refused)), today, status=422)
        except KeyDestroyed:
            return self.show(learner, place, typed.wrong("form", ERASED), today, status=409)
        self.system.reader.wait_for(recorded.position)
        return self.answers.go(f"/learners/{learner}?recorded={recorded.position}#recorded")

    def show(
        self, learner: UUID, place: Place | None, typed: Typed, today: date, status: int = 200
    ) -> Response:
        """The form; without `place`, as far as it can be shown while nothing can be read."""
        values = {
            "here": "observation",
            "learner_id": learner,
            "place": place,
            "today": today,
            "typed": typed,
            "areas": {code: name for code, (name, _) in words.AREAS.items()},
            "languages": dict(sorted(words.LANGUAGES.items(), key=lambda item: item[1])),
            "staff": current().asker.is_custodian if place else typed.private,
            "earliest": place.birth_date if place and place.birth_date else EARLIEST,
        }
        leave = self.answers.page if place else self.answers.unread
        return leave("observation.html", status, **values)


def check(typed: Typed, place: Place, today: date, who: Persona) -> RecordObservation | Typed:
    """The command, said by `who`; or what was typed, with a sentence for each wrong field."""
    if typed.area not in set(Area):
        typed = typed.wrong("area", "Choose the part of the profile it belongs to.")
    text = typed.text.strip()
    if not text:
        typed = typed.wrong("text", "Write what you saw or heard.")
    elif len(text) > LONG:
        typed = typed.wrong(
            "text", f"This has {len(text):,} characters; an observation can have {LONG:,}."
        )
    typed = checked_language(typed)
    on = read_date(typed.date)
    if wrong := wrong_date(typed, on, place, today):
        typed = typed.wrong("date", wrong)
    if typed.errors:
        return typed
    try:
        return RecordObservation(
            area=Area(typed.area),
            text=text,
            language=typed.language_code or typed.language,
            effective=Effective(start=on),
            author=who.id,
            author_name=who.name,
            author_role=who.role or roles_held(),
            data_class=DataClass.SOLE_POSSESSION if typed.private else None,
        )
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        return typed.wrong("text", f"The text {said}.")


def roles_held() -> str | None:
    """In what role somebody speaks who signed in."""
    roles = sorted(current().asker.roles)
    return words.listed([words.role(role) for role in roles]) if roles else None


def checked_language(typed: Typed) -> Typed:
    """What was typed, with what is wrong with its language."""
    if typed.language_code:
        try:
            LANGUAGE.validate_python(typed.language_code)
        except ValidationError:
            return typed.wrong("language_code", NO_CODE)
    elif typed.language not in words.LANGUAGES:
        return typed.wrong("language", "Choose the language you wrote in.")
    return typed


def wrong_date(typed: Typed, on: date | None, place: Place, today: date) -> str | None:
    """What is wrong with the date, if anything."""
    if not typed.date.strip():
        return "Say on which day it was."
    if on is None:
        return "This is not a date. Write it as year-month-day: 2025-03-14."
    if on > today:
        return "This day has not come yet. The latest is today."
    if on < (place.birth_date or EARLIEST):
        return "This day is before the learner was born."
    return None


def read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def known_id(text: str | None) -> str:
    """The form's id; a form that lost it gets another."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return str(uuid4())
