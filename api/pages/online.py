"""Consents to collect online from a child: the list, the forms to enter one, and its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages import scans
from api.pages.answer import Answers
from api.pages.consent_typed import NOT_A_DAY, NOT_YET, Signer, said_of
from api.pages.consents import (
    AGAIN,
    ERASED,
    NOT_TOLD_ON,
    Form,
    UniqueIds,
    may_give,
    told_on,
)
from api.pages.learner import find, find_to_write, known_at
from api.pages.observation import known_id, read_date
from api.pages.online_kept import METHODS, RULES, kept_online
from api.pages.opt_outs import DAYS, REUSED
from api.pages.posted import Posted, PostedWithFile, Upload
from api.pages.typed import Typed
from api.problems import CANNOT_WORK
from api.sight import current
from domain.access.giving import check_role
from domain.access.words import CoppaMode, Role
from domain.effective import Effective
from domain.errors import CommandReused, Denied, Refused
from domain.event import Command
from domain.online import (
    NOT_FOR_THIRD_PARTIES,
    AllowThirdPartyDisclosure,
    Method,
    OnlineConsentCommand,
    RecordSchoolAuthorisation,
    VerifyParentalConsent,
    WithdrawOnlineConsent,
)
from domain.words import Retention
from store.keys import KeyDestroyed

# The forms, by the last word of their address.
Kind = Literal["collecting", "passing-on", "school"]
KINDS: Mapping[Kind, type[OnlineConsentCommand]] = MappingProxyType(
    {
        "collecting": VerifyParentalConsent,
        "passing-on": AllowThirdPartyDisclosure,
        "school": RecordSchoolAuthorisation,
    }
)
HEADINGS: Mapping[Kind, str] = MappingProxyType(
    {
        "collecting": "A parent allows to collect",
        "passing-on": "A parent allows to pass on",
        "school": "The school authorises to collect",
    }
)
# The field of a form for a field of its command.
SHOWN_AT = {
    "effective": "received",
    "received_on": "received",
    "attachments": "scan",
    "evidence_digest": "scan",
}
FIELDS = frozenset({"parent", "method", "recipients", "official_name", "use"})
REQUIRED = {
    "parent": "Choose which parent.",
    "method": "Choose how it was found out that it is a parent.",
    "recipients": "Name to whom, one on a line.",
    "official_name": "Write who decided it.",
    "use": "Write for which educational use.",
}


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The list, the forms, and the button that ends one."""
    page = OnlinePages(system, answers)

    @router.get("/learners/{learner}/online-consents")
    def every(learner: UUID, recorded: int | None = None) -> Response:
        return page.listed(learner, recorded=recorded)

    @router.get("/learners/{learner}/online-consents/{kind}")
    def blank(learner: UUID, kind: Kind) -> Response:
        received = system.context().today.isoformat()
        shown = page.form(learner, kind, Typed({"received": received}))
        shown.headers["Cache-Control"] = "private, no-cache"  # see the form of a consent
        return shown

    @router.post("/learners/{learner}/online-consents/{kind}")
    def send(learner: UUID, kind: Kind, sent: PostedWithFile) -> Response:
        typed = Typed(sent.fields, known_id(sent.fields.get("command_id")))
        try:
            return page.give(learner, kind, typed, sent.file)
        except CANNOT_WORK:
            typed = typed.wrong("scan", scans.CHOOSE_AGAIN) if sent.file else typed
            return page.form(learner, kind, typed.wrong("form", AGAIN), 503, unread=True)

    @router.post("/learners/{learner}/online-consents/{consent}/withdraw")
    def withdraw(learner: UUID, consent: UUID, fields: Posted) -> Response:
        return page.end(learner, consent, Typed(fields, known_id(fields.get("command_id"))))

    @router.get("/learners/{learner}/online-consents/{consent}/withdraw")
    def nothing_sent(learner: UUID) -> Response:
        return answers.go(f"/learners/{learner}/online-consents")


class OnlinePages(Form):
    """The pages of one system."""

    def listed(
        self,
        learner: UUID,
        typed: Typed | None = None,
        item: UUID | None = None,
        recorded: int | None = None,
    ) -> Response:
        """Every such consent; with what was typed to withdraw one, where that was wrong."""
        today, asker = self.system.context().today, current().asker
        place = find(self.system, learner, today)
        at = self.system.reader.standing(learner)
        rules = asker.district.rules_on(today)
        writes = current().could("write", learner)
        return self.answers.page(
            "online_consents.html",
            200 if typed is None else 422,
            here="consents",
            place=place,
            today=today,
            known=known_at(self.system, at),
            kept=kept_online(self.system, asker, learner, at),
            rule=RULES[rules.policy.coppa].format(age=rules.law.online_consent_age),
            asked_for=rules.policy.coppa is not CoppaMode.NOT_APPLICABLE,
            kinds={k: heading for k, heading in HEADINGS.items() if writes and may(KINDS[k])},
            may_withdraw=writes and may(WithdrawOnlineConsent),
            may_give=may_give(),
            staff=asker.is_custodian,
            typed=typed,
            wrong_at=("withdraw", item),
            recorded=recorded,
            command_ids=UniqueIds(),
        )

    def form(
        self, learner: UUID, kind: Kind, typed: Typed, status: int = 200, *, unread: bool = False
    ) -> Response:
        """The form; `unread`: as far as it can be shown while nothing can be read."""
        today = self.system.context().today
        values: dict[str, Any] = {
            "here": "consents",
            "learner_id": learner,
            "place": None,
            "today": today,
            "typed": typed,
            "kind": kind,
            "heading": HEADINGS[kind],
            "methods": methods(kind),
            "parents": [],
        }
        if unread:
            return self.answers.unread("online_form.html", status, **values)
        place = find_to_write(self.system, learner, today, KINDS[kind])
        values |= {"place": place, "parents": self.parents(learner, place)}
        return self.answers.page("online_form.html", status, **values)

    def parents(self, learner: UUID, place: Any) -> list[Signer]:
        """Who stands on the record as responsible."""
        return [one for one in self.signers(learner, place) if one.id != learner]

    def give(self, learner: UUID, kind: Kind, typed: Typed, file: Upload | None) -> Response:
        """Record it and lead to the list; or the form again, with what is wrong.

        A file is taken in from nobody who may not give such a consent.
        """
        today = self.system.context().today
        place = find_to_write(self.system, learner, today, KINDS[kind])
        try:
            typed = scans.take(self.system, learner, typed, file, Retention.CONSENT)
            checked = check(kind, typed, self.parents(learner, place), today)
            if isinstance(checked, Typed):
                return self.form(learner, kind, checked, 422)
            return self._to_list(learner, self._record(learner, typed, checked)[1])
        except CommandReused:
            fresh = replace(typed, command_id=str(uuid4())).wrong("form", REUSED)
            return self.form(learner, kind, fresh, 409)
        except Refused as refused:
            where = SHOWN_AT.get(refused.field, refused.field)
            where = where if where in {*SHOWN_AT.values(), *FIELDS} else "form"
            return self.form(learner, kind, typed.wrong(where, str(refused)), 422)
        except KeyDestroyed:
            return self.form(learner, kind, typed.wrong("form", ERASED), 409)

    def end(self, learner: UUID, consent: UUID, typed: Typed) -> Response:
        """Record that one no longer holds; or the list, with why that cannot be."""
        who, by_school = current().asker.viewer, current().asker.is_custodian
        received = told_on(typed, self.system.context().today)
        if received is None:
            return self.listed(learner, typed.wrong("received", NOT_TOLD_ON), consent)
        try:
            command = WithdrawOnlineConsent(
                online_consent=consent,
                effective=Effective(start=received) if by_school else None,
                received_on=received if by_school else None,
                reason=typed["reason"].strip() or None,
                author=who.person,
                author_name=who.name,
            )
            return self._to_list(learner, self._record(learner, typed, command)[1])
        except ValidationError as error:
            return self.listed(learner, typed.wrong("reason", said_of(error)), consent)
        except Refused as refused:
            where = "received" if refused.field in DAYS else "form"
            return self.listed(learner, typed.wrong(where, str(refused)), consent)
        except KeyDestroyed:
            return self.listed(learner, typed.wrong("form", ERASED), consent)

    def _to_list(self, learner: UUID, position: int) -> Response:
        self.system.reader.wait_for(position)
        return self.answers.go(f"/learners/{learner}/online-consents?recorded={position}")


def may(command: type[Command]) -> bool:
    """Whether the asker's role lets them give such a command."""
    asker = current().asker
    try:
        if not asker.trusted:
            check_role(command, asker.roles)
    except Denied:
        return False
    return asker.is_custodian or Role.GUARDIAN in asker.roles


def methods(kind: Kind) -> dict[Method, str]:
    """The ways in which it can be found out that it is a parent, of those that are enough."""
    passing = kind == "passing-on"
    return {m: text for m, text in METHODS.items() if not (passing and m in NOT_FOR_THIRD_PARTIES)}


def check(
    kind: Kind, typed: Typed, parents: list[Signer], today: date
) -> OnlineConsentCommand | Typed:
    """The command; or what was typed, with a sentence for each wrong field."""
    fields: dict[str, Any] = {}
    if kind == "school":
        fields |= {name: typed[name].strip() for name in ("official_name", "use")}
    else:
        parent = next((one for one in parents if str(one.id) == typed["parent"]), None)
        method = typed["method"] if typed["method"] in set(methods(kind)) else ""
        fields |= {"parent": parent and parent.id, "method": method}
        fields["parent_name"] = parent and parent.name
    if kind == "passing-on":
        named = (line.strip() for line in typed["recipients"].splitlines())
        fields["recipients"] = [line for line in named if line]
    for name, sentence in REQUIRED.items():
        if name in fields and not fields[name]:
            typed = typed.wrong(name, sentence)
    received = read_date(typed["received"])
    if received is None or received > today:
        typed = typed.wrong("received", NOT_YET if received else NOT_A_DAY)
    if not typed.scan:
        typed = typed.wrong("scan", "Choose the file that shows it.")
    if typed.errors or received is None or typed.scan is None:
        return typed
    try:
        return KINDS[kind].model_validate(
            {
                **fields,
                "effective": Effective(start=received),
                "received_on": received,
                "attachments": (typed.scan,),
            }
        )
    except ValidationError as error:
        where = str(error.errors()[0]["loc"][0])
        return typed.wrong(where if where in FIELDS else "form", said_of(error))
