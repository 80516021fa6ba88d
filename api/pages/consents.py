"""The consent ledger as pages: all consents, the form to enter one, withdrawal, the receipt."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages import words
from api.pages.answer import Answers, Trouble
from api.pages.learner import find, known_at
from api.pages.ledger import ledger, of_id
from api.pages.observation import AcceptLanguage, known_id, read_date
from api.pages.posted import Posted
from api.problems import CANNOT_WORK
from api.sight import current, permit
from domain.access.signing import Signers, regimes_of
from domain.access.words import is_wildcard
from domain.application import Request
from domain.consent import GrantConsent, WithdrawConsent
from domain.effective import Effective
from domain.errors import CommandReused, Refused
from domain.event import Command
from projections.places import Place
from store.keys import KeyDestroyed

# What the form offers to tick. Each is a word by which `kinds_named` knows its records.
RECORDS = (
    "attendance", "course results", "assessments", "observations", "goals", "supports",
    "special education records",
)  # fmt: skip
ONLINE = "online, signed in"
AGAIN = (
    "The records could not be reached, so it is not certain that this was recorded. Send it again "
    "in a minute: it will be recorded once, however often you send."
)
REUSED = (
    "A consent was already recorded from this form. If this is another one, send it again; if not, "
    "it is in the ledger already."
)
WILDCARD = "Name something in particular. A word such as “all” or “anyone” is not a consent."
ERASED = "The content of this learner’s record was erased, and nothing can be added to it any more."
UNKNOWN_CONSENT = Trouble(
    404,
    "There is no such consent here",
    "Part of the address may be missing. The learner’s consents lead to every receipt.",
)
# The field of the form for a field of the command.
SHOWN_AT = {"effective": "signed", "received_on": "received"}


@dataclass(frozen=True)
class Typed:
    """What somebody typed, kept as it is until it was recorded."""

    fields: dict[str, str] = field(default_factory=dict)
    command_id: str = field(default_factory=lambda: str(uuid4()))
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def wrong(self, name: str, sentence: str) -> "Typed":
        return replace(self, errors={**self.errors, name: sentence})


@dataclass(frozen=True)
class Signer:
    """Somebody who can be named as signer: `capacity` is what the paper would say."""

    id: UUID
    name: str
    capacity: str


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The ledger, the form, the receipt, and what is sent."""
    form = Form(system, answers)

    @router.get("/learners/{learner}/consents")
    def every(learner: UUID) -> Response:
        return form.ledger(learner)

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
    def send(learner: UUID, fields: Posted) -> Response:
        typed = Typed(fields, known_id(fields.get("command_id")))
        try:
            return form.grant(learner, typed)
        except CANNOT_WORK:
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
        self, learner: UUID, typed: Typed | None = None, consent: UUID | None = None
    ) -> Response:
        """The ledger; with what was typed to withdraw `consent`, where that was wrong."""
        told = self._begin(learner)
        return self.answers.page(
            "consents.html",
            200 if typed is None else 422,
            typed=typed,
            wrong_at=consent,
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
        values["place"] = place = find(self.system, learner, today)
        signers = self.signers(learner, place)
        values |= {
            "purposes": purposes(),
            "signers": signers,
            "may_sign": self._who_may(learner, signers, typed, today),
            "staff": current().asker.is_custodian,
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
        own = learner if asker.file.own_record == learner else asker.viewer.person
        return [one for one in found if one.id == own]

    def _who_may(self, learner: UUID, signers: list[Signer], typed: Typed, today: date) -> str:
        """Who of them holds the rights on the day that was typed; nothing where it is nobody."""
        asker, day = current().asker, read_date(typed["signed"]) or today
        rights = Signers(learner, asker.look([learner]).learners[learner], asker.district)
        regimes = regimes_of(named_in(typed)) or regimes_of(["attendance"])
        able = [s for s in signers if all(rights.includes(s.id, r, day) for r in regimes)]
        return words.listed([f"{one.name} ({one.capacity})" for one in able])

    # -- what is sent -------------------------------------------------------------------------

    def grant(self, learner: UUID, typed: Typed) -> Response:
        """Record the consent and lead to its receipt; or the form again, with what is wrong."""
        today = self.system.context().today
        place = find(self.system, learner, today)
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
        received = read_date(typed["received"]) if typed["received"].strip() else today
        if received is None or received > today:
            sentence = "Write the day as year-month-day: 2025-03-14; no later than today."
            return self.ledger(learner, typed.wrong("received", sentence), consent)
        try:
            command = WithdrawConsent(
                consent=consent,
                effective=Effective(start=received),
                received_on=received,
                reason=typed["reason"].strip() or None,
                author=current().asker.viewer.person,
                author_name=current().asker.viewer.name,
            )
            _, position = self._record(learner, typed, command)
        except ValidationError as error:
            return self.ledger(learner, typed.wrong("reason", said_of(error)), consent)
        except Refused as refused:
            return self.ledger(learner, typed.wrong("received", str(refused)), consent)
        except KeyDestroyed:
            return self.ledger(learner, typed.wrong("received", ERASED), consent)
        return self._to_receipt(learner, consent, position)

    def _record(self, learner: UUID, typed: Typed, command: Command) -> tuple[Any, int]:
        permit(learner, command)
        context = self.system.context(UUID(typed.command_id))
        recorded = self.system.profiles.do(Request(learner, command, context))
        return recorded.event, recorded.position

    def _to_receipt(self, learner: UUID, consent: UUID, position: int) -> Response:
        self.system.reader.wait_for(position)
        there = f"/learners/{learner}/consents/{consent}/receipt"
        return self.answers.go(f"{there}?recorded={position}")


class UniqueIds:
    """A new command id for each form of a page."""

    def __str__(self) -> str:
        return str(uuid4())


def purposes() -> list[tuple[str, str]]:
    """The declared purposes, by code and in words."""
    declared = current().asker.district.purposes.declared
    return [(one.code, one.code.replace("-", " ")) for one in declared]


def named_in(typed: Typed) -> list[str]:
    """The records that were ticked, and those in words: one on a line or between commas."""
    ticked = [one for n, one in enumerate(RECORDS) if typed[f"records-{n}"]]
    more = typed["records"].replace("\r", "\n").replace(",", "\n").split("\n")
    return ticked + [one.strip() for one in more if one.strip()]


def check(typed: Typed, signers: list[Signer], today: date) -> GrantConsent | Typed:
    """The command; or what was typed, with a sentence for each wrong field."""
    records = named_in(typed)
    if not records:
        typed = typed.wrong("records", "Say which records. A consent without them covers nothing.")
    elif any(is_wildcard(one) for one in records):
        typed = typed.wrong("records", WILDCARD)
    for name, sentence in (
        ("purpose", "Choose what the records may be used for."),
        ("recipient", "Say who may receive them: a person, an office, or a class of parties."),
    ):
        if not typed[name].strip():
            typed = typed.wrong(name, sentence)
        elif is_wildcard(typed[name]):
            typed = typed.wrong(name, WILDCARD)
    signer = next((one for one in signers if str(one.id) == typed["signer"]), None)
    if signer is None:
        typed = typed.wrong("signer", "Choose who signed.")
    typed = check_days(typed, today)
    if typed.errors or signer is None:
        return typed
    return made(typed, records, signer)


def check_days(typed: Typed, today: date) -> Typed:
    """What was typed, with what is wrong with its days."""
    days: dict[str, date] = {}
    for name in ("signed", "received", "expires"):
        if not typed[name].strip():
            continue
        day = read_date(typed[name])
        if day is None:
            typed = typed.wrong(name, "This is not a date. Write it as year-month-day: 2025-03-14.")
        elif day > today and name != "expires":
            typed = typed.wrong(name, "This day has not come yet. The latest is today.")
        else:
            days[name] = day
    if not typed["signed"].strip():
        typed = typed.wrong("signed", "Say on which day it was signed. A consent needs its date.")
    signed = days.get("signed")
    if signed and days.get("received", signed) < signed:
        typed = typed.wrong("received", "It cannot have reached the school before it was signed.")
    if signed and days.get("expires") and days["expires"] <= signed:
        typed = typed.wrong("expires", "It has to end later than the day on which it was signed.")
    return typed


def made(typed: Typed, records: list[str], signer: Signer) -> GrantConsent | Typed:
    """The command of what was typed; or what was typed, with what the form refuses."""
    asker = current().asker
    wording = typed["wording"].strip().replace("\r\n", "\n")
    digest = hashlib.sha256(wording.encode()).hexdigest()
    try:
        return GrantConsent(
            records=tuple(records),
            purpose=typed["purpose"].strip(),
            recipient=typed["recipient"].strip(),
            signer=signer.id,
            signer_name=signer.name,
            capacity=signer.capacity,
            method=(typed["method"].strip() or "not stated") if asker.is_custodian else ONLINE,
            text_digest=f"sha256:{digest}" if wording else None,
            expires=read_date(typed["expires"]),
            effective=Effective(start=read_date(typed["signed"])),
            received_on=read_date(typed["received"]) if typed["received"].strip() else None,
            language=typed["language"] if typed["language"] in words.LANGUAGES else "en",
            author=signer.id,
            author_name=signer.name,
        )
    except ValidationError as error:
        where = str(error.errors()[0]["loc"][0])
        return typed.wrong(SHOWN_AT.get(where, where), said_of(error))


def said_of(error: ValidationError) -> str:
    """The first thing that is wrong, as a sentence."""
    said = error.errors()[0]["msg"].removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}."


def shown_at(refused: Refused) -> str:
    """The field of the form beside which a refusal is told."""
    name = SHOWN_AT.get(refused.field, refused.field)
    return name if name in ("records", "purpose", "recipient", "signer", "expires",
                            "signed", "received") else "form"  # fmt: skip
