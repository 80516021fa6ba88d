"""The gate before a survey, from what is on file; and answers that came without it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.access.answered import answered
from domain.access.filing import DistrictFile, LearnerFile, district_file, learner_file
from domain.access.offering import Aside, check_offer, published, set_aside, waiting
from domain.access.words import AnswerOutcome
from domain.application import placed
from domain.changes import CorrectFact, SupersedeFact
from domain.consent import (
    AllowSurvey,
    AskToSeeSurvey,
    OfferSurvey,
    OptOutOfSurvey,
    RefuseSurvey,
    SendSurveyNotice,
    ShowSurvey,
)
from domain.district import PublishInstrument
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command, Event
from domain.facts import AnswerSurvey
from domain.identity import RegisterLearner
from domain.learner import open_record
from domain.oversight import ReviewSurveyAnswer
from domain.people import RegisterPerson
from domain.words import Area
from tests.unit.decider import ANA, CONTEXT, TODAY, named, since
from tests.unit.plain import LINK, MOTHER, OBSERVE, SURVEY
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
    asked = AskToSeeSurvey(survey=SURVEY, instrument="SEL 4, spring", effective=LONG_AGO)
    late = ShowSurvey(survey=SURVEY, effective=since(date(2025, 9, 3)))
    before = since(date(2025, 9, 2))
    assert rule(on_file(NOTICE, asked), of_district(PROTECTED)) == "survey-inspection-waiting"
    shown = on_file(NOTICE, asked, late)
    assert rule(shown, of_district(PROTECTED), before) == "survey-inspection-waiting"
    assert rule(shown, of_district(PROTECTED), late.effective) == ""
    assert rule(on_file(NOTICE, asked), of_district(PLAIN)) == "", "it touches nothing protected"


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
        ((), None, date(2025, 9, 1), Aside.NOT_PUBLISHED),
        ((), PROTECTED, date(2025, 9, 1), Aside.NOT_OFFERED),
        ((), PLAIN, date(2025, 9, 1), None),
        ((OFFER,), None, date(2025, 9, 1), None),
        ((OFFER,), None, date(2025, 8, 31), Aside.NOT_PUBLISHED),
        ((OFFER, TOLD_NO), None, date(2025, 9, 2), None),
        ((OFFER, TOLD_NO), None, date(2025, 9, 3), Aside.SAID_NO),
        ((OFFER, NO), PROTECTED, date(2025, 9, 2), Aside.SAID_NO),
        ((OFFER,), None, None, None),
    ],
)
def test_an_answer_is_set_aside_unless_its_survey_was_offered_or_touches_nothing_protected(
    before: tuple[Command, ...], paper: Command | None, day: date | None, expected: Aside | None
) -> None:
    district = of_district(paper) if paper else of_district()
    assert set_aside("SEL 4 (spring)", day, on_file(*before), district) is expected


# -- what the officer says of them ----------------------------------------------------------------

FIRST, LATER = named("answer"), named("later answer")
ANSWERED = AnswerSurvey(
    fact=FIRST, area=Area.SOCIAL_EMOTIONAL, instrument=SEL, question="Money at home?",
    answer="Seldom", effective=since(date(2025, 9, 1)),
)  # fmt: skip
FOLLOWED = SupersedeFact(fact=FIRST, successor=LATER, changes={"answer": "Often"})
CORRECTED = CorrectFact(fact=FIRST, changes={"answer": "Never"}, ground="The wrong line.")
MAY_BE_SHOWN = ReviewSurveyAnswer(fact=FIRST, outcome=AnswerOutcome.SHOWN, note="A cake recipe.")
KEEP = ReviewSurveyAnswer(fact=FIRST, outcome=AnswerOutcome.KEPT_ASIDE, note="A sister's illness.")


def waits(*commands: Command, published: Sequence[int] = ()) -> set[UUID]:
    """The answers that wait after these commands; the survey was published at these positions."""
    record = open_record(ANA, BORN, CONTEXT)
    for command in commands:
        record.do(command, CONTEXT)
    told = [placed(e, 10 * n, at_noon(n)) for n, e in enumerate(events(record.collect_events()), 1)]
    papers = [(n, told_of_district(PROTECTED, n)) for n in published]
    found = waiting(
        ANA, answered(told), learner_file(ANA, told), district_file([e for _, e in papers])
    )
    return set(found.ids)


def at_noon(day: int) -> datetime:
    return datetime(2025, 9, day, 12, tzinfo=UTC)


def told_of_district(command: Command, position: int) -> Event:
    record = open_record(DISTRICT, RegisterPerson(name="Maple County Schools"), CONTEXT)
    record.do(command, CONTEXT)
    return placed(events(record.collect_events())[-1], position, at_noon(1))


def test_an_answer_that_the_officer_lets_be_shown_waits_no_more() -> None:
    assert waits(ANSWERED) == {FIRST}
    assert waits(ANSWERED, MAY_BE_SHOWN) == set()
    assert waits(ANSWERED, KEEP, MAY_BE_SHOWN) == set()
    assert waits(ANSWERED, MAY_BE_SHOWN, KEEP) == {FIRST}


def test_what_is_kept_aside_stays_so_whatever_is_recorded_about_its_survey() -> None:
    assert waits(ANSWERED, OFFER) == set()
    assert waits(ANSWERED, KEEP, OFFER) == {FIRST}


@pytest.mark.law("PPRA", "reclassified")
def test_a_survey_that_is_found_to_be_protected_later_hides_its_answers_until_reviewed() -> None:
    looked_at = 30  # the position of the word that it may be shown
    assert waits(ANSWERED, MAY_BE_SHOWN, published=[looked_at - 1]) == set()
    assert waits(ANSWERED, MAY_BE_SHOWN, published=[looked_at + 1]) == {FIRST}
    assert waits(ANSWERED, MAY_BE_SHOWN, MAY_BE_SHOWN, published=[looked_at + 1]) == set()


@pytest.mark.parametrize("change", [FOLLOWED, CORRECTED])
def test_what_was_changed_since_the_officer_looked_waits_again(change: Command) -> None:
    assert FIRST in waits(ANSWERED, MAY_BE_SHOWN, change)
    assert waits(ANSWERED, change, MAY_BE_SHOWN) == set(), "the whole line was looked at"


@pytest.mark.parametrize("change", [FOLLOWED, CORRECTED])
def test_a_change_did_not_show_what_the_officer_keeps_aside(change: Command) -> None:
    """Its survey was offered, so that nothing but the officer's word stood before it."""
    assert FIRST in waits(ANSWERED, OFFER, KEEP, change)


def test_a_no_that_comes_after_the_officers_word_counts() -> None:
    assert waits(ANSWERED, NO, MAY_BE_SHOWN) == set()
    assert waits(ANSWERED, MAY_BE_SHOWN, NO) == {FIRST}


def test_the_officer_speaks_of_answers_to_surveys_alone() -> None:
    record = open_record(ANA, BORN, CONTEXT)
    record.do(OBSERVE, CONTEXT)
    with pytest.raises(Refused) as refused:
        record.do(MAY_BE_SHOWN.model_copy(update={"fact": OBSERVE.fact}), CONTEXT)
    assert (refused.value.field, refused.value.rule) == ("fact", "fact-not-an-answer")
