"""The gate before a survey, from what is on file; and answers that came without it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.access.filing import DistrictFile, LearnerFile, district_file, learner_file
from domain.access.offering import check_offer, published, set_aside
from domain.access.surveys import InstrumentInspection
from domain.consent import AllowSurvey, OfferSurvey, OptOutOfSurvey, RefuseSurvey, SendSurveyNotice
from domain.district import PublishInstrument
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command, Event
from domain.identity import RegisterLearner
from domain.learner import open_record
from domain.people import RegisterPerson
from tests.unit.decider import ANA, CONTEXT, TODAY, named, since
from tests.unit.plain import LINK, MOTHER, SURVEY
from tests.unit.plain_people import DISTRICT

SEL = "SEL-4 spring"
BORN = RegisterLearner(given_name="Ana", family_name="Lopez", birth_date=date(2012, 3, 1))
LINKED = LINK.model_copy(
    update={"received_how": "birth certificate", "effective": since(date(2012, 3, 1))}
)
LONG_AGO = since(date(2025, 8, 1))
PROTECTED = PublishInstrument(instrument="sel 4, Spring", areas=(2,))
REQUIRED = PublishInstrument(instrument=SEL, areas=(8,), required=True, ed_funded=True)
PLAIN = PublishInstrument(instrument=SEL)
NOTICE = SendSurveyNotice(
    instrument=SEL, text_version="ppra-1", recipient="both parents", effective=LONG_AGO
)
ALLOWED = AllowSurvey(
    instrument=SEL, signer=MOTHER, signer_name="Maria Lopez", method="paper", effective=LONG_AGO
)
NO = RefuseSurvey(instrument=SEL, effective=LONG_AGO)


def on_file(*commands: Command) -> LearnerFile:
    record = open_record(ANA, BORN, CONTEXT)
    for command in (LINKED, *commands):
        record.do(command, CONTEXT)
    return learner_file(ANA, events(record.collect_events()))


def of_district(*commands: Command) -> DistrictFile:
    record = open_record(DISTRICT, RegisterPerson(name="Maple County Schools"), CONTEXT)
    for command in commands:
        record.do(command, CONTEXT)
    return district_file(events(record.collect_events()))


def events(found: Sequence[object]) -> list[Event]:
    return [event for event in found if isinstance(event, Event)]


def rule(file: LearnerFile, district: DistrictFile, effective: Effective | None = None) -> str:
    """The rule by which the offer is refused; nothing where it is made."""
    offer = OfferSurvey(instrument=SEL, effective=effective)
    try:
        check_offer(offer, ANA, file, district, TODAY)
    except Refused as refused:
        return refused.rule
    return ""


@pytest.mark.parametrize(
    ("paper", "before", "expected"),
    [
        (None, (), "survey-not-published"),
        (PLAIN, (), ""),
        (PROTECTED, (), "survey-notice-missing"),
        (PROTECTED, (NOTICE,), ""),
        (PROTECTED, (NOTICE, NO), "survey-opted-out"),
        (REQUIRED, (NOTICE,), "survey-consent-missing"),
        (REQUIRED, (ALLOWED,), ""),
        (REQUIRED, (ALLOWED, NO), "survey-opted-out"),
        (REQUIRED, (ALLOWED.model_copy(update={"signer": ANA}),), "survey-consent-missing"),
        (REQUIRED, (ALLOWED.model_copy(update={"instrument": "SEL-5"}),), "survey-consent-missing"),
        (PublishInstrument(instrument=SEL, marketing=True), (), "survey-notice-missing"),
        (PublishInstrument(instrument=SEL, physical_exam=True), (), "survey-notice-missing"),
    ],
)
def test_an_offer_is_made_past_the_gate_of_this_survey(
    paper: Command | None, before: tuple[Command, ...], expected: str
) -> None:
    district = of_district(paper) if paper else of_district()
    assert rule(on_file(*before), district) == expected


def test_the_family_has_the_days_that_the_districts_rules_give_it() -> None:
    district = of_district(PROTECTED)
    told = NOTICE.model_copy(update={"effective": since(TODAY - timedelta(days=9))})
    assert rule(on_file(told), district) == "survey-notice-missing"
    assert rule(on_file(told), district, since(TODAY + timedelta(days=1))) == ""


def test_a_parent_who_asked_to_see_it_sees_it_first() -> None:
    file = on_file(NOTICE)
    asked = InstrumentInspection(instrument="sel-4-spring", asked=date(2025, 9, 1))
    papers = replace(file.surveys, file=replace(file.surveys.file, inspections=(asked,)))
    waiting = replace(file, surveys=papers)
    assert rule(waiting, of_district(PROTECTED)) == "survey-inspection-waiting"


def test_what_is_on_another_learners_record_opens_no_gate() -> None:
    record = open_record(named("Ben"), BORN, CONTEXT)
    record.do(NOTICE, CONTEXT)
    file = learner_file(ANA, events(record.collect_events()))
    assert rule(file, of_district(PROTECTED)) == "survey-notice-missing"


def test_the_publication_made_last_counts() -> None:
    found = published(SEL, of_district(PLAIN, PROTECTED))
    assert found is not None
    assert found.areas == {2}


# -- answers that came without it -----------------------------------------------------------------

OFFER = OfferSurvey(survey=SURVEY, instrument=SEL, effective=since(date(2025, 9, 1)))
TOLD_NO = OptOutOfSurvey(survey=SURVEY, effective=since(date(2025, 9, 3)))


@pytest.mark.parametrize(
    ("before", "paper", "day", "expected"),
    [
        ((), None, date(2025, 9, 1), True),
        ((), PROTECTED, date(2025, 9, 1), True),
        ((), PLAIN, date(2025, 9, 1), False),
        ((OFFER,), None, date(2025, 9, 1), False),
        ((OFFER,), None, date(2025, 8, 31), True),
        ((OFFER, TOLD_NO), None, date(2025, 9, 2), False),
        ((OFFER, TOLD_NO), None, date(2025, 9, 3), True),
        ((OFFER, NO), PROTECTED, date(2025, 9, 2), True),
        ((OFFER,), None, None, False),
    ],
)
def test_an_answer_is_set_aside_unless_its_survey_was_offered_or_touches_nothing_protected(
    before: tuple[Command, ...], paper: Command | None, day: date | None, expected: bool
) -> None:
    district = of_district(paper) if paper else of_district()
    assert set_aside("SEL 4 (spring)", day, on_file(*before), district) is expected
