"""Opening a record in an emergency, and the officer's list of what is to be looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages.answer import UNKNOWN_LEARNER, Answers
from api.pages.learner import known_at
from api.pages.observation import AGAIN, known_id
from api.pages.posted import Posted
from api.pages.typed import Typed
from api.permitting import permit
from api.plain import count
from api.problems import CANNOT_WORK
from api.seen import Seen
from api.sight import current
from domain.access.by_hand import ByHand, by_hand
from domain.access.giving import OFFICER, check_role
from domain.access.policy import LocalPolicy
from domain.access.record import Line, due
from domain.access.words import Action
from domain.application import Request
from domain.disclosures import CompleteDisclosure
from domain.emergencies import (
    EmergencyOpened,
    EmergencyOpeningReviewed,
    OpenInEmergency,
    ReviewEmergencyOpening,
)
from domain.errors import CommandReused, Refused, UnknownLearner
from domain.event import Command
from domain.fields import LONG
from projections.reading import AuditLine
from projections.standing import Standing

_C = TypeVar("_C", bound=Command)
OPENINGS = ("emergency-opened", "emergency-opening-reviewed")
DISCLOSURES = ("disclosure-recorded", "disclosure-completed", "request-refused")
BATCH = 500
SHOWN = 2_000  # lines looked through; what waits longer than that is told by its number
LISTED = 100  # reviews that are shown; the audit log has those before
WEEKEND = 5


@dataclass(frozen=True)
class Filled:
    """What somebody typed into a form of one text, kept until it was recorded."""

    text: str = ""
    command_id: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """An emergency opening on the officer's list."""

    learner: UUID
    name: str
    event: EmergencyOpened
    due: datetime
    late: bool
    own: bool  # opened by who looks at the list: somebody else has to review it


@dataclass(frozen=True)
class Incomplete:
    """What was given or refused by hand, and its entry still lacks something."""

    learner: UUID
    name: str
    entry: ByHand
    on: date  # the day on which it was given or refused
    due: date
    late: bool


@dataclass(frozen=True)
class Reviewed:
    """An emergency opening and what came of looking at it."""

    learner: UUID
    name: str
    event: EmergencyOpened
    review: EmergencyOpeningReviewed


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The form to open a record, and the list."""
    page = Emergencies(system, answers)

    @router.get("/learners/{learner}/emergency")
    def blank(learner: UUID) -> Response:
        return page.form(Filled(command_id=known_id(None)))

    @router.post("/learners/{learner}/emergency")
    def send(learner: UUID, fields: Posted) -> Response:
        typed = Filled(fields.get("why", "").strip(), known_id(fields.get("command_id")))
        try:
            return page.open(learner, typed)
        except CANNOT_WORK:
            return page.form(_wrong(typed, AGAIN), 503)

    @router.get("/emergencies")
    def listed() -> Response:
        return page.listed()

    @router.post("/learners/{learner}/openings/{opening}/review")
    def review(learner: UUID, opening: UUID, fields: Posted) -> Response:
        return page.review(learner, opening, Typed({**fields, "entry": str(opening)}))

    @router.post("/learners/{learner}/disclosures/{disclosure}/complete")
    def complete(learner: UUID, disclosure: UUID, fields: Posted) -> Response:
        what = "threat" if fields.get("what") == "threat" else "interest"
        entry = f"{disclosure}-{what}"
        return page.complete(learner, disclosure, what, Typed({**fields, "entry": entry}))

    @router.get("/learners/{learner}/openings/{opening}/review")
    @router.get("/learners/{learner}/disclosures/{disclosure}/complete")
    def nothing_sent() -> Response:
        return answers.go("/emergencies")


@dataclass(frozen=True)
class Emergencies:
    """The pages of one system."""

    system: System
    answers: Answers

    # -- opening ----------------------------------------------------------------------------------

    def form(self, typed: Filled, status: int = 200) -> Response:
        """The form. It tells nothing of the learner, not even whether there is one."""
        may_open()
        policy = self.policy()
        return self.answers.page(
            "emergency.html",
            status,
            typed=typed,
            hours=count(policy.opening_hours, "hour"),
            days=count(policy.review_opening_days, "day"),
        )

    def open(self, learner: UUID, typed: Filled) -> Response:
        """Open the record and lead to it; or the form again, with what is wrong."""
        may_open()
        if wrong := wrong_text(typed.text, "Say in a few words what the emergency is."):
            return self.form(_wrong(typed, wrong, "why"), 422)
        command_id = UUID(typed.command_id)
        command = checked(OpenInEmergency, opening=uuid5(command_id, "opening"), why=typed.text)
        if isinstance(command, str):
            return self.form(_wrong(typed, command, "why"), 422)
        asked = permit(Request(learner, command, self.system.context(command_id)))
        try:
            self.system.profiles.do(asked)
        except UnknownLearner:
            current().seen[learner] = Seen(Action.OPENED, False, "learner-unknown")
            raise UNKNOWN_LEARNER from None
        except CommandReused:
            return self.form(_wrong(Filled(typed.text, known_id(None)), SENT_BEFORE), 409)
        except Refused as refused:
            return self.form(_wrong(typed, str(refused)), 422)
        return self.answers.go(f"/learners/{learner}")

    def policy(self) -> LocalPolicy:
        today = self.system.context().today
        return current().asker.district.rules_on(today).policy

    # -- the officer's list -----------------------------------------------------------------------

    def listed(self, status: int = 200, typed: Typed | None = None) -> Response:
        """What waits for the officer; `typed` is what was sent of one entry, where it was wrong."""
        need_officer()
        at = self.system.reader.standing()
        waiting, reviewed, more = self.openings(at)
        incomplete, more_given = self.incomplete(at)
        return self.answers.page(
            "emergency_list.html",
            status,
            known=known_at(self.system, at),
            waiting=waiting,
            reviewed=reviewed[:LISTED],
            earlier=len(reviewed) > LISTED,
            incomplete=incomplete,
            more=more or more_given,
            typed=typed or Typed(),
            days=count(self.policy().review_opening_days, "day"),
        )

    def review(self, learner: UUID, opening: UUID, typed: Typed) -> Response:
        """Record what the officer found, and whether it was an emergency: neither is assumed."""
        need_officer()
        typed = with_words(typed, "finding")
        if typed["justified"] not in ("yes", "no"):
            typed = typed.wrong("justified", NOT_CHOSEN)

        def command() -> Command:
            return ReviewEmergencyOpening(
                opening=opening,
                finding=typed["finding"].strip(),
                justified=typed["justified"] == "yes",
            )

        return self.record(learner, typed, "finding", command)

    def complete(self, learner: UUID, disclosure: UUID, what: str, typed: Typed) -> Response:
        """Record the words that a disclosure lacked: its `threat`, or their `interest`."""
        need_officer()
        typed = with_words(typed, "text")
        body = {"disclosure": disclosure, what: typed["text"].strip()}
        return self.record(learner, typed, "text", lambda: CompleteDisclosure.model_validate(body))

    def record(
        self, learner: UUID, typed: Typed, name: str, command: Callable[[], Command]
    ) -> Response:
        """Record a command and show the list again; `name`: the field of the form with words."""
        if typed.errors:
            return self.listed(422, typed)
        try:
            asked = permit(Request(learner, command(), self.system.context()))
            recorded = self.system.profiles.do(asked)
        except Refused as refused:
            return self.listed(422, typed.wrong("form", str(refused)))
        except ValidationError as error:
            return self.listed(422, typed.wrong(name, sentence_of(error)))
        self.system.reader.wait_for(recorded.position)
        return self.answers.go("/emergencies")

    def openings(self, at: Standing) -> tuple[list[Waiting], list[Reviewed], bool]:
        """The openings nobody has reviewed, the oldest first; the reviews, the latest first."""
        lines, more = self.lines(OPENINGS, at)
        events = [line.event for line in lines]
        opened = {(e.originator_id, e.opening): e for e in events if isinstance(e, EmergencyOpened)}
        reviews = {
            (e.originator_id, e.opening): e
            for e in events
            if isinstance(e, EmergencyOpeningReviewed)
        }
        names = self.names(list({learner for learner, _ in opened}))
        left = timedelta(days=self.policy().review_opening_days)
        now, me = self.system.context().now, current().asker.viewer.person
        waiting = [
            Waiting(
                learner,
                names.get(learner, ""),
                event,
                event.recorded_at + left,
                event.recorded_at + left <= now,
                event.entered_by == me,
            )
            for (learner, opening), event in reversed(opened.items())
            if (learner, opening) not in reviews
        ]
        reviewed = [
            Reviewed(key[0], names.get(key[0], ""), opened[key], review)
            for key, review in reviews.items()
            if key in opened
        ]
        return waiting, reviewed, more

    def incomplete(self, at: Standing) -> tuple[list[Incomplete], bool]:
        """What was given or refused by hand and still lacks something, the first due first."""
        lines, more = self.lines(DISCLOSURES, at)
        learners = {line.event.originator_id for line in lines}
        files = current().asker.look(learners).learners
        declared = [e for one in learners for e in files[one].emergencies]
        found = [
            entry
            for entry in by_hand([line.event for line in reversed(lines)], declared)
            if entry.line.incomplete and not entry.event.erased
        ]
        names = self.names([entry.line.learner for entry in found])
        today = self.system.context().today
        told = []
        for entry in found:
            learner, until = entry.line.learner, complete_by(self.system, entry.line)
            on = entry.line.at.astimezone(self.system.zone).date()
            name = names.get(learner, "")
            told.append(Incomplete(learner, name, entry, on, until, late=until < today))
        return sorted(told, key=lambda one: one.due), more

    def lines(self, topics: Sequence[str], at: Standing) -> tuple[list[AuditLine], bool]:
        """Lines of the audit log, the latest first; whether there are more than are looked at."""
        found: list[AuditLine] = []
        before: int | None = None
        while len(found) < SHOWN:
            batch = self.system.reader.audit(topics=topics, before=before, limit=BATCH, at=at)
            found += [line for line in batch if line.learner == line.event.originator_id]
            if len(batch) < BATCH:
                return found, False
            before = batch[-1].position
        return found, True

    def names(self, learners: Sequence[UUID]) -> dict[UUID, str]:
        today = self.system.context().today
        places = self.system.reader.caseload(today, learners=learners) if learners else []
        return {place.learner: place.name for place in self.system.reader.listed(places)}


NOT_CHOSEN = "Choose whether there was an emergency that asked for it."
SENT_BEFORE = "Another record was opened from this form. If this one is needed too, send it again."


def complete_by(system: System, line: Line) -> date:
    """The last day to add what a line lacks. Weekends are left out; holidays are not known."""
    return due(line, system.zone, lambda day: day.weekday() < WEEKEND)


def may_open() -> None:
    """Raise `Denied` for who does not work for the school."""
    asker = current().asker
    if not asker.trusted:
        check_role(OpenInEmergency, asker.roles)


def need_officer() -> None:
    """Raise `Denied` for anybody but a privacy officer; each learner is decided on later."""
    asker = current().asker
    if not asker.trusted and OFFICER.isdisjoint(asker.roles):
        check_role(ReviewEmergencyOpening, asker.roles)


def with_words(typed: Typed, name: str) -> Typed:
    """What was typed, with what is wrong with its words."""
    wrong = wrong_text(typed[name].strip(), "Write a few words first.")
    return typed.wrong(name, wrong) if wrong else typed


def wrong_text(text: str, empty: str) -> str | None:
    """What is wrong with a text, if anything."""
    if not text:
        return empty
    if len(text) > LONG:
        return f"This has {len(text):,} characters; it can have {LONG:,}."
    return None


def checked(command: type[_C], **fields: Any) -> _C | str:
    """The command, or a sentence about what its form does not take."""
    try:
        return command(**fields)
    except ValueError as error:
        return sentence_of(error)


def sentence_of(error: ValueError) -> str:
    """The first thing that is wrong, in words."""
    if not isinstance(error, ValidationError):
        return "What was typed could not be understood."
    return f"What was typed {error.errors()[0]['msg'].removeprefix('Value error, ')}."


def _wrong(typed: Filled, sentence: str, name: str = "form") -> Filled:
    return Filled(typed.text, typed.command_id, {**typed.errors, name: sentence})
