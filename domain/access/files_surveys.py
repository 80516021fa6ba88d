"""What is on file about surveys and one learner, folded from the events of all its records. Pure.

A survey is known by its name with its version, as a code: `SEL-4 spring` is `sel-4-spring`.
"""

from dataclasses import dataclass, field, replace
from uuid import UUID

from domain import consent as given
from domain.access.evidence import Dated
from domain.access.files_people import dated
from domain.access.named import word
from domain.access.surveys import (
    InstrumentInspection,
    SurveyConsent,
    SurveyFile,
    SurveyNotice,
    SurveyOptOut,
)
from domain.effective import EARLIEST
from domain.event import Event

Key = tuple[UUID, UUID]  # a record and an id on it: ids mean nothing beyond their record


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOffer(Dated):
    """One version of an instrument was offered: its gate had been passed."""

    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPapers:
    """What the gate looks at, and the offers that were made."""

    file: SurveyFile = field(default_factory=SurveyFile)
    offers: tuple[SurveyOffer, ...] = ()


class Surveys:
    """The papers of a learner's records about surveys, in the making."""

    def __init__(self) -> None:
        self._named: dict[Key, str] = {}  # the survey that an entry is about
        self._consents: list[SurveyConsent] = []
        self._notices: list[SurveyNotice] = []
        self._offers: list[SurveyOffer] = []
        self._opt_outs: list[SurveyOptOut] = []
        self._inspections: dict[Key, InstrumentInspection] = {}

    @property
    def papers(self) -> SurveyPapers:
        file = SurveyFile(
            consents=tuple(self._consents),
            notices=tuple(self._notices),
            opt_outs=tuple(self._opt_outs),
            inspections=tuple(self._inspections.values()),
        )
        return SurveyPapers(file=file, offers=tuple(self._offers))

    def take(self, event: Event, *, about: bool) -> None:
        """Add what an event says. `about`: it is about the learner, on whose record ever."""
        if event.erased:
            return
        match event:
            case given.SurveyOffered() | given.AheadOfSurvey():
                code = word(event.instrument)
                self._named[event.originator_id, event.survey] = code
                if about:
                    self._add(event, code)
            case given.SurveyOptedOut() if about:
                code = self._named.get((event.originator_id, event.survey), "")
                self._no(event, code)
            case given.SurveyShown() if (event.originator_id, event.survey) in self._inspections:
                key = (event.originator_id, event.survey)
                asked = self._inspections[key]
                self._inspections[key] = replace(asked, shown=dated(event)["effective"])
            case _:
                pass

    def _add(self, event: Event, code: str) -> None:
        match event:
            case given.SurveyOffered():
                self._offers.append(SurveyOffer(**dated(event), instrument=code))
            case given.SurveyNoticeSent():
                self._notices.append(SurveyNotice(**dated(event), instrument=code))
            case given.SurveyAllowed():
                consent = SurveyConsent(**dated(event), instrument=code, signer=event.signer)
                self._consents.append(consent)
            case given.SurveyViewAsked():
                self._inspections[event.originator_id, event.survey] = InstrumentInspection(
                    instrument=code, asked=dated(event)["effective"]
                )
            case _:
                self._no(event, code)

    def _no(self, event: Event, code: str) -> None:
        self._opt_outs.append(SurveyOptOut(**dated(event, unknown=EARLIEST), instrument=code))
