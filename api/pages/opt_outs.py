"""The form by which directory information is kept back, and its end."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages import scans
from api.pages.answer import Answers
from api.pages.consent_typed import NOT_A_DAY, NOT_YET, ONLINE, Signer, said_of
from api.pages.consents import AGAIN, ERASED, Form
from api.pages.learner import find, find_to_write
from api.pages.observation import known_id, read_date
from api.pages.posted import Posted, PostedWithFile, Upload
from api.pages.typed import Typed
from api.problems import CANNOT_WORK
from api.sight import current
from domain.consent import LiftDirectoryOptOut, SetDirectoryOptOut
from domain.effective import Effective
from domain.errors import CommandReused, Refused
from domain.event import Command
from domain.words import Retention
from store.keys import KeyDestroyed

ALL = "all"  # of the form: no scope stands for all directory information
PAPER = "a paper form, signed and dated"
DAYS = ("effective", "received_on")  # of the command: the form has one day for both
REUSED = (
    "This was already recorded from this form. If this is another one, send it again; if not, it "
    "is in the ledger already."
)


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The form, what it sends, and the button that lifts an opt-out."""
    form = OptOuts(system, answers)

    @router.get("/learners/{learner}/opt-outs/new")
    def blank(learner: UUID) -> Response:
        fields = {"received": system.context().today.isoformat(), "how": PAPER}
        shown = form.form(learner, Typed(fields))
        shown.headers["Cache-Control"] = "private, no-cache"  # see the form of a consent
        return shown

    @router.post("/learners/{learner}/opt-outs")
    def send(learner: UUID, sent: PostedWithFile) -> Response:
        typed = Typed(sent.fields, known_id(sent.fields.get("command_id")))
        try:
            return form.keep_back(learner, typed, sent.file)
        except CANNOT_WORK:
            typed = typed.wrong("scan", scans.CHOOSE_AGAIN) if sent.file else typed
            return form.form(learner, typed.wrong("form", AGAIN), 503, unread=True)

    @router.post("/learners/{learner}/opt-outs/{opt_out}/lift")
    def lift(learner: UUID, opt_out: UUID, fields: Posted) -> Response:
        return form.lift(learner, opt_out, Typed(fields, known_id(fields.get("command_id"))))

    @router.get("/learners/{learner}/opt-outs")
    @router.get("/learners/{learner}/opt-outs/{opt_out}/lift")
    def nothing_sent(learner: UUID) -> Response:
        return answers.go(f"/learners/{learner}/consents#opt-outs")


class OptOuts(Form):
    """The pages of one system."""

    def form(
        self, learner: UUID, typed: Typed, status: int = 200, *, unread: bool = False
    ) -> Response:
        """The form; `unread`: as far as it can be shown while nothing can be read."""
        today = self.system.context().today
        values = {
            "here": "consents",
            "learner_id": learner,
            "place": None,
            "today": today,
            "typed": typed,
            "kinds": [],
            "signers": [],
            "staff": True,
        }
        if unread:
            return self.answers.unread("opt_out_form.html", status, **values)
        asker = current().asker
        place = find_to_write(self.system, learner, today, SetDirectoryOptOut)
        values["place"] = place
        values |= {
            "kinds": kinds(today),
            "signers": self.signers(learner, place),
            "staff": asker.is_custodian,
        }
        return self.answers.page("opt_out_form.html", status, **values)

    def keep_back(self, learner: UUID, typed: Typed, file: Upload | None) -> Response:
        """Record the opt-out and lead to it; or the form again, with what is wrong."""
        today = self.system.context().today
        place = find(self.system, learner, today)
        try:
            if current().asker.is_custodian:
                typed = scans.take(self.system, learner, typed, file, Retention.CONSENT)
            checked = check(typed, self.signers(learner, place), today)
            if isinstance(checked, Typed):
                return self.form(learner, checked, 422)
            return self._done(learner, *self._record(learner, typed, checked))
        except CommandReused:
            fresh = replace(typed, command_id=str(uuid4())).wrong("form", REUSED)
            return self.form(learner, fresh, 409)
        except Refused as refused:
            where = "received" if refused.field in DAYS else "form"
            return self.form(learner, typed.wrong(where, str(refused)), 422)
        except KeyDestroyed:
            return self.form(learner, typed.wrong("form", ERASED), 409)

    def lift(self, learner: UUID, opt_out: UUID, typed: Typed) -> Response:
        """Record that an opt-out no longer holds; or the ledger, with why that cannot be."""
        who = current().asker.viewer
        command: Command = LiftDirectoryOptOut(
            opt_out=opt_out, author=who.person, author_name=who.name
        )
        try:
            return self._done(learner, *self._record(learner, typed, command))
        except Refused as refused:
            return self.ledger(learner, typed.wrong("form", str(refused)), opt_out, "lift")
        except KeyDestroyed:
            return self.ledger(learner, typed.wrong("form", ERASED), opt_out, "lift")

    def _done(self, learner: UUID, _: object, position: int) -> Response:
        self.system.reader.wait_for(position)
        return self.answers.go(f"/learners/{learner}/consents?recorded={position}#opt-outs")


def kinds(today: date) -> list[str]:
    """What the district calls directory information."""
    named = (d.kinds for d in current().asker.district.designations if d.holds(today))
    return sorted({kind for kinds in named for kind in kinds})


def check(typed: Typed, signers: list[Signer], today: date) -> SetDirectoryOptOut | Typed:
    """The command; or what was typed, with a sentence for each wrong field."""
    if typed["scope"] not in (ALL, *kinds(today)):
        typed = typed.wrong("scope", "Choose what is to be kept back.")
    signer = next((one for one in signers if str(one.id) == typed["signer"]), None)
    if signer is None:
        typed = typed.wrong("signer", "Choose who asked for it.")
    # Online the record gives the day: the school is told by what is sent.
    online = not current().asker.is_custodian
    received = None if online else read_date(typed["received"])
    if not online and (received is None or received > today):
        typed = typed.wrong("received", NOT_YET if received else NOT_A_DAY)
    if typed.errors or signer is None:
        return typed
    try:
        return SetDirectoryOptOut(
            scope=None if typed["scope"] == ALL else typed["scope"],
            effective=Effective(start=received) if received else None,
            received_on=received,
            received_how=ONLINE if online else typed["how"].strip() or None,
            author=signer.id,
            author_name=signer.name,
            author_role=signer.capacity,
            attachments=(typed.scan,) if typed.scan else (),
        )
    except ValidationError as error:
        return typed.wrong("how", said_of(error))
