"""Consent: notices, grants and their end, the learner's own assent, opt-outs, surveys."""

from datetime import date, timedelta

import pytest

from domain.consent import (
    AssentGiven,
    ConsentGranted,
    ConsentVoided,
    ConsentWithdrawn,
    DeclineAssent,
    DirectoryOptOutSet,
    GiveAssent,
    LiftDirectoryOptOut,
    OptOutOfSurvey,
    SendConsentNotice,
    SetDirectoryOptOut,
    SurveyOptedOut,
    VoidConsent,
    WithdrawConsent,
)
from domain.event import Command
from domain.vocabulary import EVENTS
from domain.words import Retention
from tests.unit.decider import (
    NEXT_TERM,
    SINCE_NOBODY_KNOWS_WHEN,
    TODAY,
    TOMORROW,
    given,
    named,
    since,
)
from tests.unit.plain import (
    ALLOW_SURVEY,
    CONSENT,
    CONSENTS,
    FACT,
    GRANT,
    OBSERVE,
    OFFER_SURVEY,
    OPT_OUT,
    OPT_OUT_OF_DIRECTORY,
    REFUSE_SURVEY,
    SURVEY,
    TELL_OF_SURVEY,
    Plain,
)

WITHDRAW = WithdrawConsent(consent=CONSENT)
VOID = VoidConsent(consent=CONSENT, reason="Signed by someone without the right.")
ASSENT, DECLINE = GiveAssent(consent=CONSENT), DeclineAssent(consent=CONSENT)
LIFT = LiftDirectoryOptOut(opt_out=OPT_OUT)
OPT_OUT_SURVEY = OptOutOfSurvey(survey=SURVEY)
MAY_BE_PLANNED = {"consent-granted", "consent-withdrawn"}


@pytest.mark.parametrize("plain", CONSENTS, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    given(*plain.before).when(plain.command).then(EVENTS[plain.topic], retention=Retention.CONSENT)


@pytest.mark.parametrize(
    "plain", [p for p in CONSENTS if p.topic not in MAY_BE_PLANNED], ids=lambda p: p.topic
)
def test_what_has_happened_is_not_dated_after_today(plain: Plain) -> None:
    command = plain.command.model_copy(update={"effective": since(TOMORROW)})

    given(*plain.before).when(command).refused("effective", "effective-in-future")


def test_a_notice_id_is_used_once() -> None:
    notice = SendConsentNotice(notice=named("notice"), text_version="2025-2", recipient="parents")

    given(notice).when(notice).refused("notice", "notice-exists")


# -- granted --------------------------------------------------------------------------------


def test_a_consent_id_is_used_once() -> None:
    given(GRANT).when(GRANT).refused("consent", "consent-exists")


def test_a_consent_may_begin_on_a_day_to_come() -> None:
    command = GRANT.model_copy(update={"effective": since(NEXT_TERM)})

    given().when(command).then(ConsentGranted, effective=since(NEXT_TERM))


@pytest.mark.parametrize("expires", [TODAY, TODAY - timedelta(days=1)])
def test_a_consent_does_not_expire_before_it_begins(expires: date) -> None:
    command = GRANT.model_copy(update={"expires": expires})

    given().when(command).refused("expires", "expires-before-start")


def test_a_planned_consent_does_not_expire_before_it_begins() -> None:
    command = GRANT.model_copy(update={"effective": since(NEXT_TERM), "expires": NEXT_TERM})

    given().when(command).refused("expires", "expires-before-start")


def test_a_consent_signed_on_1_september_and_received_on_3_is_keyed_in_on_10() -> None:
    signed, received = date(2025, 9, 1), date(2025, 9, 3)
    command = GRANT.model_copy(update={"effective": since(signed), "received_on": received})

    given().when(command).then(ConsentGranted, effective=since(signed), received_on=received)


# -- withdrawn, voided ----------------------------------------------------------------------


@pytest.mark.parametrize("command", [WITHDRAW, VOID], ids=["withdraw", "void"])
def test_a_consent_that_was_never_granted_does_not_end(command: Command) -> None:
    given().when(command).refused("consent", "consent-never-granted")


@pytest.mark.parametrize("command", [WITHDRAW, VOID], ids=["withdraw", "void"])
def test_an_entry_is_not_a_consent(command: Command) -> None:
    wrong = command.model_copy(update={"consent": FACT})

    given(OBSERVE).when(wrong).refused("consent", "consent-never-granted")


def test_a_consent_is_not_withdrawn_twice() -> None:
    given(GRANT, WITHDRAW).when(WITHDRAW).refused("consent", "consent-withdrawn")


def test_a_consent_that_was_void_is_not_withdrawn() -> None:
    given(GRANT, VOID).when(WITHDRAW).refused("consent", "consent-voided")


def test_a_consent_that_was_withdrawn_may_turn_out_void() -> None:
    given(GRANT, WITHDRAW).when(VOID).then(ConsentVoided, consent=CONSENT)


def test_a_consent_is_not_voided_twice() -> None:
    given(GRANT, VOID).when(VOID).refused("consent", "consent-voided")


def test_a_withdrawal_is_never_retroactive() -> None:
    command = WITHDRAW.model_copy(update={"effective": since(TODAY - timedelta(days=1))})

    refusal = given(GRANT).when(command).refused("effective", "withdrawal-retroactive")
    assert "void it instead" in str(refusal)


def test_a_withdrawal_of_nobody_knows_when_would_be_retroactive() -> None:
    command = WITHDRAW.model_copy(update={"effective": SINCE_NOBODY_KNOWS_WHEN})

    given(GRANT).when(command).refused("effective", "withdrawal-retroactive")


def test_a_withdrawal_takes_effect_from_the_day_it_was_received() -> None:
    received = TODAY - timedelta(days=3)
    from_then = WITHDRAW.model_copy(update={"received_on": received, "effective": since(received)})
    earlier = since(received - timedelta(days=1))
    before_then = WITHDRAW.model_copy(update={"received_on": received, "effective": earlier})

    given(GRANT).when(from_then).then(ConsentWithdrawn, effective=since(received))
    given(GRANT).when(before_then).refused("effective", "withdrawal-retroactive")


def test_a_withdrawal_may_take_effect_on_a_day_to_come() -> None:
    command = WITHDRAW.model_copy(update={"effective": since(NEXT_TERM)})

    given(GRANT).when(command).then(ConsentWithdrawn, effective=since(NEXT_TERM))


# -- the learner's own word, opt-outs, surveys ----------------------------------------------


@pytest.mark.parametrize("command", [ASSENT, DECLINE], ids=["give", "decline"])
def test_the_learner_assents_to_a_consent_that_is_there(command: Command) -> None:
    given().when(command).refused("consent", "consent-unknown")


def test_a_learner_who_declined_may_assent_later() -> None:
    given(GRANT, DECLINE).when(ASSENT).then(AssentGiven, consent=CONSENT)


def test_an_opt_out_id_is_used_once() -> None:
    given(OPT_OUT_OF_DIRECTORY).when(OPT_OUT_OF_DIRECTORY).refused("opt_out", "opt-out-exists")


def test_an_opt_out_that_is_not_there_is_not_lifted() -> None:
    given().when(LIFT).refused("opt_out", "opt-out-unknown")


def test_an_opt_out_is_not_lifted_twice() -> None:
    given(OPT_OUT_OF_DIRECTORY, LIFT).when(LIFT).refused("opt_out", "opt-out-lifted")


def test_a_family_that_lifted_its_opt_out_may_set_a_new_one() -> None:
    again = SetDirectoryOptOut(opt_out=named("another"))

    given(OPT_OUT_OF_DIRECTORY, LIFT).when(again).then(DirectoryOptOutSet)


def test_a_survey_offer_has_an_id_of_its_own() -> None:
    given(OFFER_SURVEY).when(OFFER_SURVEY).refused("survey", "survey-exists")


AHEAD = [TELL_OF_SURVEY, ALLOW_SURVEY, REFUSE_SURVEY]


@pytest.mark.parametrize("command", AHEAD, ids=lambda c: type(c).__name__)
def test_what_goes_before_a_survey_has_an_id_of_its_own(command: Command) -> None:
    given(OFFER_SURVEY).when(command).refused("survey", "survey-exists")


@pytest.mark.parametrize("command", [TELL_OF_SURVEY, ALLOW_SURVEY], ids=["told", "allowed"])
def test_a_family_that_was_told_or_allowed_it_may_say_no(command: Command) -> None:
    given(command).when(OPT_OUT_SURVEY).then(SurveyOptedOut, survey=SURVEY)


def test_a_family_says_no_once() -> None:
    given(REFUSE_SURVEY).when(OPT_OUT_SURVEY).refused("survey", "survey-opted-out")


def test_nobody_opts_out_of_a_survey_that_was_not_offered() -> None:
    given().when(OPT_OUT_SURVEY).refused("survey", "survey-unknown")


def test_nobody_opts_out_of_a_survey_twice() -> None:
    given(OFFER_SURVEY, OPT_OUT_SURVEY).when(OPT_OUT_SURVEY).refused("survey", "survey-opted-out")
