"""What is added to a consent in the ledger: the learner's own word, and the second person's."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ValidationError

from api.compose import System
from api.pages import scans
from api.pages.answer import Answers
from api.pages.consent_typed import NOT_A_DAY, NOT_YET, said_of
from api.pages.consents import ERASED, UNKNOWN_CONSENT, Form
from api.pages.learner import find
from api.pages.ledger import Kept, of_id
from api.pages.observation import known_id, read_date
from api.pages.posted import Posted, PostedWithFile, Upload
from api.pages.typed import Typed
from api.permitting import permit
from domain.application import Request
from domain.consent import AssentCommand, ConfirmConsent, DeclineAssent, GiveAssent
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command
from store.keys import KeyDestroyed

SAY_WHICH = "Choose whether the learner agrees."
NEEDS_SCAN = "Choose the scan: the second person compares what was entered with it."


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """What the forms beside a consent send."""
    acts = Acts(system, answers)

    @router.post("/learners/{learner}/consents/{consent}/assent")
    def assent(learner: UUID, consent: UUID, fields: Posted) -> Response:
        typed = Typed(fields, known_id(fields.get("command_id")))
        return acts.assent(learner, consent, typed)

    @router.post("/learners/{learner}/consents/{consent}/confirm")
    def confirm(learner: UUID, consent: UUID, sent: PostedWithFile) -> Response:
        typed = Typed(sent.fields, known_id(sent.fields.get("command_id")))
        return acts.confirm(learner, consent, typed, sent.file)

    @router.get("/learners/{learner}/consents/{consent}/assent")
    @router.get("/learners/{learner}/consents/{consent}/confirm")
    def nothing_sent(learner: UUID, consent: UUID) -> Response:
        return answers.go(f"/learners/{learner}/consents#consent-{consent}")


class Acts(Form):
    """The forms of one system."""

    def assent(self, learner: UUID, consent: UUID, typed: Typed) -> Response:
        """Record what the learner says of a consent; or the ledger again, with what is wrong."""
        today = self.system.context().today
        kind: dict[str, type[AssentCommand]] = {"yes": GiveAssent, "no": DeclineAssent}
        asked = read_date(typed["asked"]) if typed["asked"].strip() else today
        if typed["agrees"] not in kind:
            typed = typed.wrong("agrees", SAY_WHICH)
        if asked is None or asked > today:
            typed = typed.wrong("asked", NOT_YET if asked else NOT_A_DAY)
        if typed.errors:
            return self.ledger(learner, typed, consent, "assent")
        place = find(self.system, learner, today)
        try:
            command = kind[typed["agrees"]](
                consent=consent,
                text=typed["words"].strip() or None,
                effective=Effective(start=asked),
                author=learner,
                author_name=place.name,
            )
        except ValidationError as error:
            return self.ledger(learner, typed.wrong("words", said_of(error)), consent, "assent")
        return self._add(learner, consent, typed, command, "assent")

    def confirm(self, learner: UUID, consent: UUID, typed: Typed, file: Upload | None) -> Response:
        """Record that a second person compared a consent with its scan; or what is wrong."""
        kept = of_id(self._begin(learner)["consents"], consent)
        if kept is None or kept.granted.erased:
            raise UNKNOWN_CONSENT
        bare = ConfirmConsent(consent=consent)
        permit(Request(learner, bare, self.system.context()))  # a file is taken from nobody else
        try:
            typed = self._with_scan(kept, typed, file)
        except KeyDestroyed:
            typed = typed.wrong("form", ERASED)
        if not typed.errors and not kept.scans and typed.scan is None:
            typed = typed.wrong("scan", NEEDS_SCAN)
        if typed.errors:
            return self.ledger(learner, typed, consent, "confirm")
        command = ConfirmConsent(consent=consent, attachments=(typed.scan,) if typed.scan else ())
        return self._add(learner, consent, typed, command, "confirm")

    def _with_scan(self, kept: Kept, typed: Typed, file: Upload | None) -> Typed:
        granted = kept.granted
        return scans.take(self.system, granted.originator_id, typed, file, granted.retention)

    def _add(
        self, learner: UUID, consent: UUID, typed: Typed, command: Command, act: str
    ) -> Response:
        try:
            _, position = self._record(learner, typed, command)
        except Refused as refused:
            where = "asked" if refused.field == "effective" else "form"
            return self.ledger(learner, typed.wrong(where, str(refused)), consent, act)
        except KeyDestroyed:
            return self.ledger(learner, typed.wrong("form", ERASED), consent, act)
        self.system.reader.wait_for(position)
        there = f"/learners/{learner}/consents"
        return self.answers.go(f"{there}?recorded={position}#consent-{consent}")
