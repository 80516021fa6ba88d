"""The form for what was asked for or given by phone, on paper, by mail or in person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages import words
from api.pages.answer import Answers
from api.pages.emergencies import complete_by
from api.pages.learner import find, find_to_write
from api.pages.observation import AGAIN, known_id, read_date
from api.pages.posted import Posted
from api.pages.typed import Typed, items
from api.permitting import permit
from api.problems import CANNOT_WORK
from api.sight import current
from domain.access.by_hand import Entered, by_hand
from domain.access.giving import check_role
from domain.access.ground import Keeping
from domain.access.grounds import NOT_MODELLED
from domain.access.policy import PURPOSES
from domain.access.record import statutory
from domain.access.words import Action, PartyKind
from domain.application import Request
from domain.disclosures import (
    GROUNDS,
    UNTOLD,
    Channel,
    DisclosureRecorded,
    RecordDisclosure,
    RecordRequestRefused,
    RequestRefused,
    for_officer,
)
from domain.effective import EARLIEST
from domain.errors import CommandReused, Refused
from domain.words import DataClass
from projections.places import Place
from projections.reading import Reader
from store.keys import KeyDestroyed

KINDS: Mapping[PartyKind, str] = {
    PartyKind.PARENT: "A parent",
    PartyKind.STUDENT: "The student",
    PartyKind.SCHOOL: "Another school or college",
    PartyKind.PROVIDER: "A provider or contractor",
    PartyKind.TRANSITION_AGENCY: "An agency for transition services",
    PartyKind.CHILD_WELFARE: "A child-welfare agency",
    PartyKind.AUTHORITY: "An education authority or its representative",
    PartyKind.STUDY: "An organization doing a study",
    PartyKind.COURT: "A court, or whoever holds a subpoena",
    PartyKind.LAW_ENFORCEMENT: "The police or another law enforcement body",
    PartyKind.OTHER: "Somebody else",
}
CHANNELS = {
    Channel.PHONE: "By phone",
    Channel.PAPER: "On paper",
    Channel.MAIL: "By mail",
    Channel.IN_PERSON: "In person",
    Channel.ELECTRONIC: "By e-mail or online",
}
GIVEN = {c: g for c, g in GROUNDS.items() if Action.DISCLOSED in g.acts}
SILENT = [g for g in GIVEN.values() if g.keeping is Keeping.SEALED]
TEXTS = ("party_name", "purpose", "interest", "threat", "decided_by", "reason")
FIELDS = (*TEXTS, "outcome", "kind", "records", "how", "date", "ground", "consent", "emergency",
          "record_class", "silence")  # fmt: skip
REUSED = "This form was already sent, with other words. If this is another one, save again."
ERASED = "The content of this learner’s record was erased, and nothing can be added to it any more."
LACKING = {"interest": "their legitimate interest", "threat": "the threat", "told": "who was told"}
WHERE = {"kinds": "kind", "effective": "date", "party": "party_name"}


def shown_at(name: str) -> str:
    """The field of the form where what is wrong with a field of the command is told."""
    shown = WHERE.get(name, name)
    return shown if shown in FIELDS else "form"


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The form, and what happens when it is sent."""
    form = Form(system, answers)

    @router.get("/learners/{learner}/disclosures/new")
    def blank(learner: UUID, recorded: int | None = None) -> Response:
        if recorded is not None and (done := form.recorded(learner, recorded)):
            return done
        today = system.context().today
        place = find_to_write(system, learner, today, RecordDisclosure)
        return form.show(learner, place, Typed({"date": today.isoformat()}), today)

    @router.post("/learners/{learner}/disclosures")
    def send(learner: UUID, fields: Posted) -> Response:
        # This is no look at the record of disclosures, which has the same address.
        current().place = "/learners/{learner}/disclosures/new"
        values = {n: fields.get(n, "").replace("\r\n", "\n").strip() for n in FIELDS}
        typed = Typed(values, known_id(fields.get("command_id")))
        today = system.context().today
        try:
            return form.record(learner, typed, today)
        except CANNOT_WORK:
            return form.show(learner, None, typed.wrong("form", AGAIN), today, 503)


@dataclass(frozen=True)
class Form:
    """The form of one system."""

    system: System
    answers: Answers

    def record(self, learner: UUID, typed: Typed, today: date) -> Response:
        """Record what was typed and say so; or the form again, with what is wrong."""
        place = find(self.system, learner, today)
        command = command_of(typed, place, today)
        if isinstance(command, Typed):
            return self.show(learner, place, command, today, 422)
        context = self.system.context(UUID(typed.command_id))
        asked = permit(Request(learner, command, context))
        try:
            recorded = self.system.profiles.do(asked)
        except CommandReused:
            fresh = replace(typed, command_id=str(uuid4())).wrong("form", REUSED)
            return self.show(learner, place, fresh, today, 409)
        except Refused as refused:
            wrong = typed.wrong(shown_at(refused.field), str(refused))
            return self.show(learner, place, wrong, today, 422)
        except KeyDestroyed:
            return self.show(learner, place, typed.wrong("form", ERASED), today, 409)
        self.system.reader.wait_for(recorded.position)
        there = f"/learners/{learner}/disclosures/new"
        return self.answers.go(f"{there}?recorded={recorded.position}")

    def recorded(self, learner: UUID, position: int) -> Response | None:
        """That something was recorded, and where it stands, for whoever recorded it.

        Nothing where they recorded no such thing: what is kept silent is told nobody else here.
        """
        place = find(self.system, learner, self.system.context().today)
        event = self._entered(learner, position)
        if event is None or event.entered_by != current().asker.viewer.person:
            return None
        current().note(learner, current().action, [position])
        file = current().asker.look([learner]).learners[learner]
        [told] = by_hand([event], file.emergencies)
        return self.answers.page(
            "disclosure_recorded.html",
            here="disclosure",
            place=place,
            today=self.system.context().today,
            event=event,
            number=position,
            refused=isinstance(event, RequestRefused),
            silent=isinstance(event, RequestRefused) and event.silence,
            kept_back=for_officer(event),
            on_record=bool(statutory([told.line])),
            lacking=" and ".join(LACKING[name] for name in told.line.incomplete),
            due=complete_by(self.system, told.line),
        )

    def _entered(self, learner: UUID, position: int) -> Entered | None:
        """What was entered by hand at a position, whoever may see it."""
        found = Reader.audit(
            self.system.reader,
            learner=learner,
            topics=[DisclosureRecorded.TOPIC, RequestRefused.TOPIC],
            before=position + 1,
            limit=1,
            at=self.system.reader.standing(learner),
        )
        return cast(Entered, found[0].event) if found and found[0].position == position else None

    def show(
        self, learner: UUID, place: Place | None, typed: Typed, today: date, status: int = 200
    ) -> Response:
        """The form; without `place`, as far as it can be shown while nothing can be read."""
        asker = current().asker
        if not asker.trusted and place:
            check_role(RecordDisclosure, asker.roles)
        file = asker.look([learner]).learners[learner] if place else None
        values = {
            "here": "disclosure",
            "learner_id": learner,
            "place": place,
            "today": today,
            "typed": typed,
            "kinds": KINDS,
            "channels": CHANNELS,
            "grounds": {code: (g.title, g.section) for code, g in GIVEN.items()},
            "decided": {code: (title, section) for code, (section, title) in NOT_MODELLED.items()},
            "consents": [c for c in file.consents if c.voided is None] if file else [],
            "emergencies": file.emergencies if file else [],
            "purposes": sorted(p.code for p in PURPOSES.declared),
            "classes": {c: words.CLASSES_TO_CHOOSE[c] for c in ASKED_FOR},
        }
        leave = self.answers.page if place else self.answers.unread
        return leave("disclosure.html", status, **values)


ASKED_FOR = (
    DataClass.EDUCATION,
    DataClass.DIRECTORY,
    DataClass.SPECIAL_ED,
    DataClass.PROTECTED_SURVEY,
    DataClass.TREATMENT,
)
SAID = {
    "party_name": "Say who asked or received.",
    "records": "Say which records, such as attendance. Words like “all” name nothing.",
    "purpose": "Say for what purpose.",
    "kind": "Choose what they are.",
    "how": "Choose how it was asked for or given.",
    "outcome": "Choose whether it was given or refused.",
}
NOT_SILENT = (
    "The family reads what was given on this ground, or on none. Where a court forbade to tell of "
    "it, choose the one of these grounds that it was given on: "
    + "; ".join(f"{ground.title} ({ground.section})" for ground in SILENT)
    + ". If none of them fits, save nothing here and ask the privacy officer what to do."
)


def command_of(
    typed: Typed, place: Place, today: date
) -> RecordDisclosure | RecordRequestRefused | Typed:
    """The command; or what was typed, with a sentence for each wrong field."""
    on = read_date(typed["date"])
    if on is None:
        typed = typed.wrong("date", "Say on which day it was: year-month-day, like 2025-03-14.")
    elif not (place.birth_date or EARLIEST) <= on <= today:
        typed = typed.wrong("date", "This day has not come yet, or was before the learner’s birth.")
    for name, sentence in SAID.items():
        typed = typed if typed[name] else typed.wrong(name, sentence)
    refused = typed["outcome"] == "refused"
    if refused and not typed["reason"]:
        typed = typed.wrong("reason", "Say why it was refused.")
    silence = typed["silence"] == "yes"
    if typed["outcome"] == "given" and silence and typed["ground"] not in UNTOLD:
        typed = typed.wrong("ground", NOT_SILENT)
    if typed.errors:
        return typed
    body: dict[str, Any] = {
        "disclosure": uuid5(UUID(typed.command_id), "disclosure"),
        "party_name": typed["party_name"],
        "kinds": [typed["kind"]],
        "records": items(typed["records"]),
        "purpose": typed["purpose"],
        "interest": typed["interest"] or None,
        "how": typed["how"],
        "reason": typed["reason"] or None,
        "effective": on,
    }
    model: type[RecordDisclosure | RecordRequestRefused] = RecordRequestRefused
    if refused:
        body["silence"] = silence
    else:
        model = RecordDisclosure
        optional = ("ground", "consent", "emergency", "threat", "decided_by")
        body |= {name: typed[name] or None for name in optional}
        body["record_classes"] = [typed["record_class"] or DataClass.EDUCATION]
    try:
        return model.model_validate(body)
    except ValidationError as error:
        for one in error.errors():
            name = shown_at(str(one["loc"][0]) if one["loc"] else "form")
            said = one["msg"].removeprefix("Value error, ")
            typed = typed.wrong(name, SAID.get(name, f"What is written {said}."))
        return typed
