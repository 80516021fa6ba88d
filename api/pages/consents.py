"""The consent ledger as pages: all consents, the form to enter one, withdrawal, the receipt."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages import scans, words
from api.pages.answer import Answers, Trouble
from api.pages.consent_typed import (
    RECORDS,
    Signer,
    check,
    named_in,
    purposes,
    said_of,
    shown_at,
)
from api.pages.learner import find, find_to_write, known_at
from api.pages.ledger import ledger, of_id, opt_outs
from api.pages.observation import AcceptLanguage, known_id, read_date
from api.pages.posted import Posted, PostedWithFile, Upload
from api.pages.typed import Typed
from api.permitting import permit
from api.problems import CANNOT_WORK
from api.sight import current
from domain.access.signing import Signers, regimes_of
from domain.access.words import Role
from domain.application import Request
from domain.consent import GrantConsent, WithdrawConsent
from domain.effective import Effective
from domain.errors import CommandReused, Refused
from domain.event import Command
from domain.words import Retention
from projections.places import Place
from store.keys import KeyDestroyed

AGAIN = (
    "The records could not be reached, so it is not certain that this was recorded. Send it again "
    "in a minute: it will be recorded once, however often you send."
)
REUSED = (
    "A consent was already recorded from this form. If this is another one, send it again; if not, "
    "it is in the ledger already."
)
ERASED = "The content of this learner’s record was erased, and nothing can be added to it any more."
NOT_TOLD_ON = "Write the day as year-month-day: 2025-03-14; no later than today."
FAMILY_ROLES = frozenset({Role.GUARDIAN, Role.LEARNER})
UNKNOWN_CONSENT = Trouble(
    404,
    "There is no such consent here",
    "Part of the address may be missing. The learner’s consents lead to every receipt.",
)


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The ledger, the form, the receipt, and what is sent."""
    form = Form(system, answers)

    @router.get("/learners/{learner}/consents")
    def every(learner: UUID, recorded: int | None = None) -> Response:
        return form.ledger(learner, recorded=recorded)

    @router.get("/learners/{learner}/consents/new")
    def blank(learner: UUID, accept_language: AcceptLanguage = "") -> Response:
        today = system.context().today.isoformat()
        language = words.preferred_language(accept_language)
        fields = {"language": language, "signed": today, "method": "paper, signed and dated"}
        shown = form.show(learner, Typed(fields))
        # Who goes back to the form finds the same one, with its id: sending it again records
        # nothing. So it is sent to another address: a browser forgets a page that was posted to.
        shown.headers["Cache-Control"] = "private, no-cache"
        return shown

    @router.post("/learners/{learner}/consents")
    def send(learner: UUID, sent: PostedWithFile) -> Response:
        typed = Typed(sent.fields, known_id(sent.fields.get("command_id")))
        try:
            return form.grant(learner, typed, sent.file)
        except CANNOT_WORK:
            typed = typed.wrong("scan", scans.CHOOSE_AGAIN) if sent.file else typed
            return form.show(learner, typed.wrong("form", AGAIN), status=503, unread=True)

    @router.get("/learners/{learner}/consents/{consent}/withdraw")
    def nothing_sent(learner: UUID, consent: UUID) -> Response:
        return answers.go(f"/learners/{learner}/consents")

    @router.post("/learners/{learner}/consents/{consent}/withdraw")
    def withdraw(learner: UUID, consent: UUID, fields: Posted) -> Response:
        return form.withdraw(learner, consent, Typed(fields, known_id(fields.get("command_id"))))

    @router.get("/learners/{learner}/consents/{consent}/receipt")
    def receipt(learner: UUID, consent: UUID, recorded: int | None = None) -> Response:
        return form.receipt(learner, consent, recorded)


@dataclass(frozen=True)
class Form:
    """The pages of one system."""

    system: System
    answers: Answers

    # -- what is shown ------------------------------------------------------------------------

    def ledger(
        self,
        learner: UUID,
        typed: Typed | None = None,
        item: UUID | None = None,
        act: str = "",
        recorded: int | None = None,
    ) -> Response:
        """The ledger; with what was typed to do `act` to one of its items, where that was wrong."""
        told = self._begin(learner)
        return self.answers.page(
            "consents.html",
            200 if typed is None else 422,
            typed=typed,
            wrong_at=(act, item),
            recorded=recorded,
            opt_outs=opt_outs(self.system, current().asker, learner, told["standing"]),
            may_give=may_give(),
            me=current().asker.viewer.person,
            command_ids=UniqueIds(),
            **told,
        )

    def receipt(self, learner: UUID, consent: UUID, recorded: int | None) -> Response:
        told = self._begin(learner)
        kept = of_id(told["consents"], consent)
        if kept is None or kept.granted.erased:
            raise UNKNOWN_CONSENT
        return self.answers.page("consent_receipt.html", kept=kept, recorded=recorded, **told)

    def show(
        self, learner: UUID, typed: Typed, status: int = 200, *, unread: bool = False
    ) -> Response:
        """The form; `unread`: as far as it can be shown while nothing can be read."""
        today = self.system.context().today
        values: dict[str, Any] = {
            "here": "consents",
            "learner_id": learner,
            "place": None,
            "today": today,
            "typed": typed,
            "records_named": RECORDS,
            "languages": dict(sorted(words.LANGUAGES.items(), key=lambda item: item[1])),
            "purposes": [],
            "signers": [],
            "may_sign": "",
            "staff": True,
        }
        if unread:
            return self.answers.unread("consent_form.html", status, **values)
        asker = current().asker
        values["place"] = place = find_to_write(self.system, learner, today, GrantConsent)
        signers = self.signers(learner, place)
        values |= {
            "purposes": purposes(),
            "signers": signers,
            "may_sign": self._who_may(learner, signers, typed, today),
            "staff": asker.is_custodian,
        }
        return self.answers.page("consent_form.html", status, **values)

    def _begin(self, learner: UUID) -> dict[str, Any]:
        """What the ledger and a receipt begin with."""
        today = self.system.context().today
        place = find(self.system, learner, today)
        at = self.system.reader.standing(learner)
        return {
            "here": "consents",
            "place": place,
            "today": today,
            "standing": at,
            "known": known_at(self.system, at),
            "consents": ledger(self.system, current().asker, learner, at),
            "staff": current().asker.is_custodian,
        }

    def signers(self, learner: UUID, place: Place) -> list[Signer]:
        """Who stands on the record as responsible, and the learner; of a family oneself alone."""
        today = self.system.context().today
        found = [
            Signer(entry.line, entry.body["name"], entry.body.get("relation") or "guardian")
            for entry in self.system.reader.profile(learner, today, kinds=["person"])
            if entry.status != "unlinked" and "name" in entry.body
        ]
        found.sort(key=lambda one: one.name.casefold())
        found.append(Signer(learner, place.name, "the learner"))
        asker = current().asker
        if asker.is_custodian:
            return found
        own = learner if asker.own == learner else asker.viewer.person
        return [one for one in found if one.id == own]

    def _who_may(self, learner: UUID, signers: list[Signer], typed: Typed, today: date) -> str:
        """Who of them holds the rights on the day that was typed; nothing where it is nobody."""
        asker, day = current().asker, read_date(typed["signed"]) or today
        rights = Signers(learner, asker.look([learner]).learners[learner], asker.district)
        regimes = regimes_of(named_in(typed)) or regimes_of(["attendance"])
        able = [s for s in signers if all(rights.includes(s.id, r, day) for r in regimes)]
        return words.listed([f"{one.name} ({one.capacity})" for one in able])

    # -- what is sent -------------------------------------------------------------------------

    def grant(self, learner: UUID, typed: Typed, file: Upload | None) -> Response:
        """Record the consent and lead to its receipt; or the form again, with what is wrong."""
        today = self.system.context().today
        place = find(self.system, learner, today)
        if current().asker.is_custodian:
            try:
                typed = scans.take(self.system, learner, typed, file, Retention.CONSENT)
            except KeyDestroyed:
                return self.show(learner, typed.wrong("form", ERASED), 409)
        checked = check(typed, self.signers(learner, place), today)
        if isinstance(checked, Typed):
            return self.show(learner, checked, 422)
        return self._do(learner, typed, checked)

    def _do(self, learner: UUID, typed: Typed, command: GrantConsent) -> Response:
        try:
            event, position = self._record(learner, typed, command)
        except CommandReused:
            fresh = replace(typed, command_id=str(uuid4())).wrong("form", REUSED)
            return self.show(learner, fresh, 409)
        except Refused as refused:
            return self.show(learner, typed.wrong(shown_at(refused), str(refused)), 422)
        except KeyDestroyed:
            return self.show(learner, typed.wrong("form", ERASED), 409)
        return self._to_receipt(learner, event.consent, position)

    def withdraw(self, learner: UUID, consent: UUID, typed: Typed) -> Response:
        """Withdraw a consent and lead to its receipt; or the ledger again, with what is wrong."""
        today = self.system.context().today
        by_school, received = current().asker.is_custodian, told_on(typed, today)
        if received is None:
            return self.ledger(learner, typed.wrong("received", NOT_TOLD_ON), consent, "withdraw")
        over = of_id(self._begin(learner)["consents"], consent)
        if over is not None and over.ran_out and over.last_day and received > over.last_day:
            sentence = f"This consent ran out after {words.day(over.last_day)}. " + (
                "If it was withdrawn before, write the day on which the school was told."
                if by_school
                else "Nothing is given because of it any more."
            )
            return self.ledger(learner, typed.wrong("received", sentence), consent, "withdraw")
        try:
            command = WithdrawConsent(
                consent=consent,
                effective=Effective(start=received) if by_school else None,
                received_on=received if by_school else None,
                reason=typed["reason"].strip() or None,
                author=current().asker.viewer.person,
                author_name=current().asker.viewer.name,
            )
            _, position = self._record(learner, typed, command)
        except ValidationError as error:
            return self.ledger(learner, typed.wrong("reason", said_of(error)), consent, "withdraw")
        except Refused as refused:
            return self.ledger(learner, typed.wrong("received", str(refused)), consent, "withdraw")
        except KeyDestroyed:
            return self.ledger(learner, typed.wrong("received", ERASED), consent, "withdraw")
        return self._to_receipt(learner, consent, position)

    def _record(self, learner: UUID, typed: Typed, command: Command) -> tuple[Any, int]:
        context = self.system.context(UUID(typed.command_id))
        recorded = self.system.profiles.do(permit(Request(learner, command, context)))
        return recorded.event, recorded.position

    def _to_receipt(self, learner: UUID, consent: UUID, position: int) -> Response:
        self.system.reader.wait_for(position)
        there = f"/learners/{learner}/consents/{consent}/receipt"
        return self.answers.go(f"{there}?recorded={position}")


class UniqueIds:
    """A new command id for each form of a page."""

    def __str__(self) -> str:
        return str(uuid4())


def told_on(typed: Typed, today: date) -> date | None:
    """The day on which the school was told of a withdrawal; None where it is no such day.

    Of a family it is today, whatever else was sent: the school is told by what is sent.
    """
    day = typed["received"].strip() if current().asker.is_custodian else ""
    received = read_date(day) if day else today
    return received if received and received <= today else None


def may_give() -> bool:
    """True for who may give a consent here, or enter one: staff and the family."""
    asker = current().asker
    return asker.is_custodian or not FAMILY_ROLES.isdisjoint(asker.roles)
