"""PPRA (20 U.S.C. 1232h): whether a survey may be offered.

The gate stands where a survey is offered, once per version of the instrument: when somebody
answers it is too late. Which answers are set aside, `domain.access.offering` says.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.access.evidence import Dated, Ended
from domain.access.jurisdictions import Jurisdiction
from domain.access.rights import RightsEvidence, acts_as_parent, birthday
from domain.access.words import Regime

PROTECTED_AREAS = {
    1: "political affiliations or beliefs",
    2: "mental or psychological problems",
    3: "sex behavior or attitudes",
    4: "illegal, anti-social, self-incriminating or demeaning behavior",
    5: "critical appraisals of close family",
    6: "privileged relationships, as with a lawyer, doctor or minister",
    7: "religious practices, affiliations or beliefs",
    8: "income",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One version of a survey, by its digest. `areas`: those of `PROTECTED_AREAS` it touches.

    `position`: where it was published so; the same version may be published anew, as more is known.
    """

    digest: str
    position: int = 0
    areas: frozenset[int] = frozenset()
    required: bool = False
    ed_funded: bool = False
    marketing: bool = False  # collected to be sold or for marketing
    physical_exam: bool = False

    def __post_init__(self) -> None:
        if not self.areas <= PROTECTED_AREAS.keys():
            raise ValueError("a protected area has a number from 1 to 8")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyConsent(Dated):
    """Prior written consent to one version of an instrument; `effective` is the day of signing."""

    instrument: str
    signer: UUID
    withdrawn: Ended | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyNotice(Dated):
    """The family was told of one version of an instrument and of the right to opt out."""

    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOptOut(Dated):
    """The family said no to one version of an instrument."""

    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentInspection:
    """A parent asked to see the instrument before it is used; `shown` null: not yet."""

    instrument: str
    asked: date
    shown: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFile:
    """What is on file about one learner and surveys. `notice_days`: the time to say no."""

    consents: tuple[SurveyConsent, ...] = ()
    notices: tuple[SurveyNotice, ...] = ()
    opt_outs: tuple[SurveyOptOut, ...] = ()
    inspections: tuple[InstrumentInspection, ...] = ()
    notice_days: int = 10


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a survey may be offered to this learner, and why or what is missing."""

    passed: bool
    code: str
    section: str
    sentence: str


def may_offer(
    instrument: Instrument,
    file: SurveyFile,
    *,
    learner: UUID,
    rights: RightsEvidence,
    law: Jurisdiction,
    day: date,
) -> Gate:
    """The gate for one learner and one version of an instrument on a local day."""
    this = instrument.digest
    if not (instrument.areas or instrument.marketing or instrument.physical_exam):
        return Gate(True, "PPRA-not-protected", "20 U.S.C. 1232h", "It touches nothing protected.")
    if any(
        i.instrument == this and i.asked <= day and (i.shown is None or day < i.shown)
        for i in file.inspections
    ):
        return Gate(
            False,
            "PPRA-1232h-c-1-A",
            "20 U.S.C. 1232h(c)(1)(A), (C)",
            "A parent asked to see the survey before it is used. Show it first.",
        )
    if any(o.instrument == this and o.holds(day) for o in file.opt_outs):
        return Gate(
            False,
            "PPRA-1232h-c-2-A-ii",
            "20 U.S.C. 1232h(c)(2)(A)(ii)",
            "The family opted out of this survey.",
        )
    if instrument.areas and instrument.required and instrument.ed_funded:
        consented = any(
            c.instrument == this
            and c.holds(day)
            and (c.withdrawn is None or not c.withdrawn.by(day))
            and _decides(c.signer, learner, rights, law, c.effective)
            for c in file.consents
        )
        return Gate(
            consented,
            "PPRA-1232h-b",
            "20 U.S.C. 1232h(b)",
            "Prior written consent is on file."
            if consented
            else "This survey is required, paid for by the Department and touches a protected "
            "area. Ask for a written consent first.",
        )
    told = any(
        n.instrument == this and n.counts_from + timedelta(days=file.notice_days) <= day
        for n in file.notices
    )
    return Gate(
        told,
        "PPRA-1232h-c-2",
        "20 U.S.C. 1232h(c)(2)",
        "The family was told and did not opt out."
        if told
        else "The family has to be told first, with time to say no.",
    )


def _decides(
    signer: UUID, learner: UUID, rights: RightsEvidence, law: Jurisdiction, day: date
) -> bool:
    """True for a parent; at 18, or emancipated in any state, for the student alone."""
    of_age = rights.born is not None and birthday(rights.born, 18, law.leap_birthday) <= day
    if of_age or any(e.effective <= day for e in rights.emancipations):
        return signer == learner
    return acts_as_parent(rights, signer, Regime.FERPA, day)
