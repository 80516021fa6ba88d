"""Whether a survey may be offered to a learner, and which of its answers are set aside (PPRA).

The gate itself is `surveys.may_offer`; here it is put what is on file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.access.answered import Answered
from domain.access.evidence import AnswerReview
from domain.access.files_learners import LearnerFile
from domain.access.files_people import DistrictFile
from domain.access.named import word
from domain.access.surveys import Instrument, may_offer
from domain.access.words import AnswerOutcome
from domain.consent import OfferSurvey
from domain.errors import Refused

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


class Aside(StrEnum):
    """Why nobody but the officer sees an answer."""

    KEPT_ASIDE = "kept_aside"  # the officer said so
    SAID_NO = "said_no"
    NOT_PUBLISHED = "not_published"  # so nobody knows what its survey touches
    NOT_OFFERED = "not_offered"  # by the day of the answer, to this learner


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of the answers on one record: the ids of those that are set aside, why each line of answers
    is, and the last words of the officer that count; by the answer that the line began with.
    """

    ids: frozenset[UUID] = frozenset()
    why: Mapping[UUID, Aside] = field(default_factory=dict)
    said: Mapping[UUID, AnswerReview] = field(default_factory=dict)


def waiting(
    record: UUID, answers: Mapping[UUID, Answered], file: LearnerFile, district: DistrictFile
) -> Waiting:
    """Which answers on a record are set aside.

    Answers that followed each other are set aside together: each tells of the others.
    """
    said: dict[UUID, AnswerReview] = {}
    for (on, answer), word_of in file.answers_reviewed.items():
        if on == record and answer in answers:
            line = answers[answer].line
            said[line] = max(said.get(line, word_of), word_of, key=lambda one: one.position)
    changed: dict[UUID, int] = {}
    for told in answers.values():
        changed[told.line] = max(changed.get(told.line, 0), told.position)
    # What was changed since was not looked at yet; what is kept aside stays so all the same.
    said = {
        line: one
        for line, one in said.items()
        if one.outcome is AnswerOutcome.KEPT_ASIDE or changed[line] < one.position
    }
    why = {
        told.line: aside
        for told in answers.values()
        if (aside := set_aside(told.instrument, told.day, file, district, said.get(told.line)))
    }
    return Waiting(frozenset(one for one, told in answers.items() if told.line in why), why, said)


def set_aside(
    named: str,
    collected: date | None,
    file: LearnerFile,
    district: DistrictFile,
    said: AnswerReview | None = None,
) -> Aside | None:
    """Why an answer is seen by nobody but the officer; None where it is not: its gate was passed.

    It was passed where the survey touches nothing protected, or was offered by the day of the
    answer and not said no to. `said`: what the officer found who looked at this answer. That
    counts until the survey is published anew, or the family says no to it.
    """
    code, day = word(named), collected or date.max
    instrument = published(named, district)
    if said and said.outcome is AnswerOutcome.KEPT_ASIDE:
        return Aside.KEPT_ASIDE
    if instrument is not None and not _gated(instrument):
        return None
    papers = file.surveys
    last = instrument.position if instrument else 0
    looked_at = said if said and last < said.position else None
    refused = [o for o in papers.file.opt_outs if o.instrument == code and o.holds(day)]
    if any(not looked_at or (o.recorded and o.recorded > looked_at.recorded) for o in refused):
        return Aside.SAID_NO
    if looked_at or any(o.instrument == code and o.effective <= day for o in papers.offers):
        return None
    return Aside.NOT_OFFERED if instrument else Aside.NOT_PUBLISHED


def published(named: str, district: DistrictFile) -> Instrument | None:
    """The survey of this name and version, as the district published it last."""
    code = word(named)
    return next((one for one in reversed(district.instruments) if one.digest == code), None)


def _gated(instrument: Instrument) -> bool:
    return bool(instrument.areas) or instrument.marketing or instrument.physical_exam
