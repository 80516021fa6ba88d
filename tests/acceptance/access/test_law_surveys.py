"""PPRA and COPPA, each ACC of law.md by name."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from domain.access.decision import decide
from domain.access.evidence import Emancipation, Ended
from domain.access.grounds import TABLE
from domain.access.jurisdictions import US
from domain.access.policy import coppa_mode
from domain.access.rights import RightsEvidence
from domain.access.surveys import (
    PROTECTED_AREAS,
    Gate,
    Instrument,
    InstrumentInspection,
    SurveyConsent,
    SurveyFile,
    SurveyNotice,
    SurveyOptOut,
    may_offer,
)
from domain.access.words import CoppaMode
from domain.errors import Refused
from tests.acceptance.access.baselines import BASELINES
from tests.acceptance.access.people import (
    ANA,
    AUGUST,
    BORN,
    BORN_ADULT,
    FATHER,
    LINK,
    MOTHER,
    TODAY,
    TOMORROW,
    YESTERDAY,
)
from tests.acceptance.access.phrases_outside import PHRASES

SURVEY = "sha256:5e1"
RIGHTS = RightsEvidence(born=BORN, guardianships=(LINK,))
CONSENT = SurveyConsent(instrument=SURVEY, signer=MOTHER, effective=AUGUST)
OPT_OUT = SurveyOptOut(instrument=SURVEY, effective=AUGUST)
TOLD = SurveyNotice(instrument=SURVEY, effective=AUGUST)


def gate(
    instrument: Instrument, file: SurveyFile, rights: RightsEvidence = RIGHTS, day: date = TODAY
) -> Gate:
    """The gate for Ana."""
    return may_offer(instrument, file, learner=ANA, rights=rights, law=US, day=day)


@pytest.mark.law("PPRA", "matrix")
@pytest.mark.parametrize(
    ("required", "ed_funded", "areas", "answer"),
    list(
        product(
            (True, False),
            (True, False),
            [frozenset[int](), *(frozenset({n}) for n in PROTECTED_AREAS)],
            ("consent", "none", "opt-out"),
        )
    ),
)
def test_a_survey_is_offered_only_past_its_gate(
    required: bool, ed_funded: bool, areas: frozenset[int], answer: str
) -> None:
    instrument = Instrument(digest=SURVEY, areas=areas, required=required, ed_funded=ed_funded)
    file = SurveyFile(
        notices=(TOLD,),
        consents=(CONSENT,) if answer == "consent" else (),
        opt_outs=(OPT_OUT,) if answer == "opt-out" else (),
    )
    if not areas:
        expected = True
    elif required and ed_funded:
        expected = answer == "consent"
    else:
        expected = answer != "opt-out"
    assert gate(instrument, file).passed is expected


RULE_A = Instrument(digest=SURVEY, areas=frozenset({2}), required=True, ed_funded=True)
RULE_B = Instrument(digest=SURVEY, areas=frozenset({2}))


@pytest.mark.parametrize(
    "consent",
    [
        replace(CONSENT, instrument="sha256:another version"),
        replace(CONSENT, received=TOMORROW),
        replace(CONSENT, effective=TOMORROW),
        replace(CONSENT, withdrawn=Ended(effective=YESTERDAY)),
        replace(CONSENT, signer=FATHER),
        replace(CONSENT, signer=ANA),
    ],
    ids=["another version", "not received", "later", "withdrawn", "a stranger's", "the child's"],
)
def test_a_consent_with_one_fault_does_not_open_a_required_survey(consent: SurveyConsent) -> None:
    assert gate(RULE_A, SurveyFile(consents=(consent,))).code == "PPRA-1232h-b"
    assert not gate(RULE_A, SurveyFile(consents=(consent,))).passed


@pytest.mark.parametrize(
    "rights",
    [
        RightsEvidence(born=BORN_ADULT, guardianships=(LINK,)),
        replace(RIGHTS, emancipations=(Emancipation(effective=date(2025, 7, 1)),)),
    ],
    ids=["18", "emancipated"],
)
def test_at_eighteen_or_emancipated_the_student_alone_consents(rights: RightsEvidence) -> None:
    own = SurveyFile(consents=(replace(CONSENT, signer=ANA),))
    assert gate(RULE_A, own, rights).passed
    assert not gate(RULE_A, SurveyFile(consents=(CONSENT,)), rights).passed


def test_a_family_is_told_early_enough_and_of_this_version() -> None:
    short = replace(TOLD, effective=date(2025, 9, 1))
    assert not gate(RULE_B, SurveyFile(notices=(short,))).passed
    assert gate(RULE_B, SurveyFile(notices=(short,)), day=date(2025, 9, 11)).passed
    other = replace(TOLD, instrument="sha256:another version")
    assert gate(RULE_B, SurveyFile(notices=(other,))).code == "PPRA-1232h-c-2"


def test_a_parent_who_asked_to_see_the_survey_sees_it_first() -> None:
    asked = InstrumentInspection(instrument=SURVEY, asked=AUGUST)
    waiting = SurveyFile(notices=(TOLD,), inspections=(asked,))
    assert gate(RULE_B, waiting).code == "PPRA-1232h-c-1-A"
    shown = replace(waiting, inspections=(replace(asked, shown=YESTERDAY),))
    assert gate(RULE_B, shown).passed


@pytest.mark.parametrize("field", ["marketing", "physical_exam"])
def test_marketing_and_physical_examinations_need_a_notice_too(field: str) -> None:
    instrument = replace(Instrument(digest=SURVEY), **{field: True})  # type: ignore[arg-type]
    assert not gate(instrument, SurveyFile()).passed
    assert gate(instrument, SurveyFile(notices=(TOLD,))).passed


def test_there_are_eight_protected_areas_and_no_ninth() -> None:
    with pytest.raises(ValueError, match="from 1 to 8"):
        Instrument(digest=SURVEY, areas=frozenset({9}))


@pytest.mark.law("PPRA", "import")
def test_answers_that_are_set_aside_are_shown_to_nobody_but_who_reviews_them() -> None:
    facts = PHRASES["answers that are set aside"](BASELINES["FERPA-99.31-a-1-i-A"])
    decision = decide(facts, TABLE)
    assert (decision.code, decision.to_person) == ("PPRA-1232h-quarantine", True)


@pytest.mark.law("COPPA", "under-13")
def test_a_child_of_twelve_without_a_parents_consent_is_not_collected_from() -> None:
    online = PHRASES["Ana answers online"](BASELINES["FERPA-99.31-a-12-student"])
    assert decide(online, TABLE).allowed
    twelve = PHRASES["Ana is 12"](online)
    decision = decide(twelve, TABLE)
    assert (decision.allowed, decision.code) == (False, "COPPA-312.5-a")
    assert decide(PHRASES["a parent consented online"](twelve), TABLE).allowed


@pytest.mark.law("COPPA", "third-party")
def test_passing_on_to_a_third_party_needs_the_separate_consent() -> None:
    sync = PHRASES["it passes on what Ana gave online"](BASELINES["FERPA-99.30"])
    twelve = PHRASES["a parent consented online"](PHRASES["Ana is 12"](sync))
    assert decide(twelve, TABLE).code == "COPPA-312.5-a-2"
    assert decide(PHRASES["a parent consented to passing it on"](twelve), TABLE).allowed


def test_a_hosted_service_asks_parents_unless_the_district_says_why_not() -> None:
    assert coppa_mode(None, "", hosted=True) is CoppaMode.PARENTAL
    with pytest.raises(Refused, match="Choose how COPPA applies"):
        coppa_mode(None, "", hosted=False)
    with pytest.raises(Refused, match="Say why"):
        coppa_mode(CoppaMode.NOT_APPLICABLE, " ", hosted=False)
    chosen = coppa_mode(CoppaMode.NOT_APPLICABLE, "The school itself collects.", hosted=False)
    assert chosen is CoppaMode.NOT_APPLICABLE
