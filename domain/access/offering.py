"""Whether a survey may be offered to a learner, and which of its answers are set aside (PPRA).

The gate itself is `surveys.may_offer`; here it is put what is on file.
"""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.access.files_learners import LearnerFile
from domain.access.files_people import DistrictFile
from domain.access.named import word
from domain.access.surveys import Answer, Instrument, may_offer, quarantined
from domain.consent import OfferSurvey
from domain.errors import Refused

NOBODY = UUID(int=0)
# The rule of a refusal by the code of the gate that stays shut.
MISSING = {
    "PPRA-1232h-b": "consent-missing",
    "PPRA-1232h-c-1-A": "inspection-waiting",
    "PPRA-1232h-c-2": "notice-missing",
    "PPRA-1232h-c-2-A-ii": "opted-out",
}


def check_offer(
    command: OfferSurvey, learner: UUID, file: LearnerFile, district: DistrictFile, today: date
) -> None:
    """Raise `Refused` where the gate of this survey has not been passed for this learner."""
    instrument = published(command.instrument, district)
    if instrument is None:
        raise Refused(
            "instrument",
            "survey-not-published",
            "The district has not published this survey, so nobody has said which protected "
            "areas it touches. Publish it first, under this very name and version.",
        )
    effective = command.effective
    day = effective.start if effective and effective.start else today
    rules = district.rules_on(day)
    gate = may_offer(
        instrument,
        replace(file.surveys.file, notice_days=rules.policy.days_to_object),
        learner=learner,
        rights=file.rights,
        law=rules.law,
        day=day,
    )
    if not gate.passed:
        sentence = f"{gate.sentence.removesuffix('.')} ({gate.section})."
        raise Refused("instrument", f"survey-{MISSING[gate.code]}", sentence)


def set_aside(
    named: str, collected: date | None, file: LearnerFile, district: DistrictFile
) -> bool:
    """True for an answer that nobody but the officer sees: its survey's gate was never passed.

    It was passed where the survey touches nothing protected, or was offered by the day of the
    answer and not said no to.
    """
    code, day = word(named), collected or date.max
    instrument = published(named, district)
    papers = file.surveys
    refused = any(o.instrument == code and o.holds(day) for o in papers.file.opt_outs)
    offered = any(o.instrument == code and o.effective <= day for o in papers.offers)
    plain = instrument is not None and not _gated(instrument)
    answer = Answer(
        id=NOBODY,
        instrument=code,
        item="",
        collected=day,
        gate_passed=plain or (offered and not refused),
    )
    return quarantined(answer, ())


def published(named: str, district: DistrictFile) -> Instrument | None:
    """The survey of this name and version, as the district published it last."""
    code = word(named)
    return next((one for one in reversed(district.instruments) if one.digest == code), None)


def _gated(instrument: Instrument) -> bool:
    return bool(instrument.areas) or instrument.marketing or instrument.physical_exam
