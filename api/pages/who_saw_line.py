"""One line of the log: why it is as it is, and what the privacy officer does about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response

from api.compose import System
from api.pages import words
from api.pages.answer import Answers, Trouble
from api.pages.emergencies import sentence_of
from api.pages.observation import known_id
from api.pages.posted import Posted
from api.pages.review_list import counting
from api.pages.who_saw import Logs
from api.permitting import permit
from api.review_list import Turned, opened, turned_by
from api.sight import current
from api.who_saw import Access, Told
from api.who_saw_coverage import explain
from api.who_saw_reading import need_officer, one_line
from domain.access.words import ReviewOutcome, WithholdingCode
from domain.application import Request as Asked
from domain.effective import EARLIEST
from domain.errors import Refused
from domain.event import Command
from domain.oversight import LineWithheld, ReleaseLine, ReviewAccess, WithholdLine
from projections.standing import Standing

NO_SUCH_LINE = Trouble(
    404,
    "There is no such line",
    "The address may have been cut off, or the line is of another learner’s log. “Who saw this "
    "learner” on the learner’s page lists every line.",
)
NO_OUTCOME = "Choose from the list what came of it."
NO_CODE = "Choose from the list why the family is not told."
NO_DAY = "A day is written as 2025-09-03. Choose it, or leave it empty for today."
NOT_THAT_DAY = "The day of the review cannot lie after today, or so long ago. Choose another one."
NO_ENTRY = "The entry because of which this was reviewed was not understood. Load the page again."
# The field of a form for a field of its command. The note is all that is left to be misformed.
SHOWN_AT = {"outcome": "outcome", "effective": "day", "code": "code"}

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Typed:
    """What was sent of one of the forms, kept until it was recorded.

    `form`: its id on the page. `wrong`: what is wrong with it; `at`: with which field, if with one.
    """

    form: str = ""
    fields: Fields = field(default_factory=dict)
    wrong: str = ""
    at: str = ""

    def of(self, form: str) -> Fields:
        return self.fields if form == self.form else {}


@dataclass(frozen=True)
class LateView:
    """An entry that came after the access, in words."""

    turned: Turned

    @property
    def form(self) -> str:
        return f"review-{self.turned.line.position}"

    @property
    def done(self) -> str:
        return words.done(self.turned.line.event.TOPIC)

    @property
    def counts(self) -> str:
        return counting(self.turned.line.event.TOPIC, self.turned.counts_from)


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The page of a line, and its forms."""
    page = LinePage(Logs(system), answers)

    @router.get("/learners/{learner}/access/{position}")
    def why(request: Request, learner: UUID, position: int) -> Response:
        return page.show(request, learner, position)

    @router.post("/learners/{learner}/access/{position}/review")
    def review(request: Request, learner: UUID, position: int, fields: Posted) -> Response:
        typed = Typed(f"review-{fields.get('late_entry', '')}", fields)
        make = partial(reviewed, today=system.context().today)
        return page.record(request, learner, position, typed, make)

    @router.post("/learners/{learner}/access/{position}/withhold")
    def withhold(request: Request, learner: UUID, position: int, fields: Posted) -> Response:
        return page.record(request, learner, position, Typed("withhold", fields), withheld)

    @router.post("/learners/{learner}/access/{position}/release")
    def release(request: Request, learner: UUID, position: int, fields: Posted) -> Response:
        return page.record(request, learner, position, Typed("release", fields), released)

    @router.get("/learners/{learner}/access/{position}/review")
    @router.get("/learners/{learner}/access/{position}/withhold")
    @router.get("/learners/{learner}/access/{position}/release")
    def nothing_sent(learner: UUID, position: int) -> Response:
        return answers.go(f"/learners/{learner}/access/{position}")


@dataclass(frozen=True)
class LinePage:
    """The page of a line, for the privacy officer alone."""

    logs: Logs
    answers: Answers

    def show(
        self, request: Request, learner: UUID, position: int, typed: Typed | None = None
    ) -> Response:
        """The page; with what was typed, where that could not be recorded."""
        at, told = self.logs.learner(learner)
        access = self.access(request, learner, position, at)
        system, people = self.logs.system, self.logs.people(request)
        explained = explain(system, people.desk, access)
        turned = turned_by(system, people.desk, access, explained, at)
        when = words.moment(access.event.recorded_at, system.zone)
        return self.answers.page(
            "who_saw_why.html",
            422 if typed else 200,
            line=replace(self.logs.view(Told((access,)), people), times=when),
            day=access.day(system.zone),
            explained=explained,
            late=[LateView(one) for one in turned],
            withheld=self.withheld(access),
            own=access.event.entered_by == current().asker.viewer.person,
            outcomes=words.OUTCOMES,
            codes=words.WITHHELD,
            typed=typed or Typed(),
            command_id=uuid4,
            **told,
        )

    def access(self, request: Request, learner: UUID, position: int, at: Standing) -> Access:
        """The line, noted as shown. Raises `Denied`, and `Trouble` where there is none."""
        need_officer(learner)
        line = one_line(self.logs.system, learner, position, at)
        if line is None:
            raise NO_SUCH_LINE
        return self.logs.people(request).accesses([line])[0]

    def withheld(self, access: Access) -> LineWithheld | None:
        """What an officer said when withholding it; with the line it was noted as shown.

        As an entry of the audit log it would be noted with its class, and the family would read
        of other records in the officer's look than where nothing is withheld.
        """
        if access.withheld is None:
            return None
        position = access.withheld.position
        return cast(LineWithheld, opened(self.logs.system, [position])[position])

    def record(
        self,
        request: Request,
        learner: UUID,
        position: int,
        typed: Typed,
        make: Callable[[dict[str, Any], Fields], Command],
    ) -> Response:
        """Record what a form says, and show the page again."""
        system = self.logs.system
        at, _ = self.logs.learner(learner)
        event = self.access(request, learner, position, at).event
        about = {"number": position, "access": event.event_id}
        note = typed.fields.get("note", "").strip()
        try:
            command = make({**about, "note": note or None}, typed.fields)
            context = system.context(UUID(known_id(typed.fields.get("command_id"))))
            recorded = system.profiles.do(permit(Asked(learner, command, context)))
        except Refused as refused:
            typed = replace(typed, wrong=str(refused), at=SHOWN_AT.get(refused.field, ""))
            return self.show(request, learner, position, typed)
        except ValueError as error:
            typed = replace(typed, wrong=sentence_of(error), at="note")
            return self.show(request, learner, position, typed)
        system.reader.wait_for(recorded.position)
        return self.answers.go(f"/learners/{learner}/access/{position}")


def reviewed(about: dict[str, Any], fields: Fields, today: date) -> Command:
    """The command of a review. Raises `Refused` with a sentence for the form, and `ValueError`."""
    if not fields.get("late_entry", "").isdecimal():
        raise Refused("late_entry", "required", NO_ENTRY)
    if fields.get("outcome") not in set(ReviewOutcome):
        raise Refused("outcome", "required", NO_OUTCOME)
    try:
        day = date.fromisoformat(fields.get("day", "").strip() or str(today))
    except ValueError:
        raise Refused("effective", "form-not-allowed", NO_DAY) from None
    if not EARLIEST <= day <= today:
        raise Refused("effective", "effective-in-future", NOT_THAT_DAY)
    more = {"late_entry": int(fields["late_entry"]), "outcome": fields["outcome"]}
    return ReviewAccess.model_validate({**about, **more, "effective": day})


def withheld(about: dict[str, Any], fields: Fields) -> Command:
    """The command that withholds a line. Raises as `reviewed` does."""
    if fields.get("code") not in set(WithholdingCode):
        raise Refused("code", "required", NO_CODE)
    return WithholdLine.model_validate({**about, "code": fields["code"]})


def released(about: dict[str, Any], fields: Fields) -> Command:
    """The command that releases it. Raises `ValueError`."""
    return ReleaseLine.model_validate(about)
