"""To which survey an answer belongs, after all that changed it."""

from dataclasses import replace
from datetime import date
from typing import cast

from domain.access.answered import Answered, answered
from domain.changes import AmendFact, CorrectFact, RetractFact, SupersedeFact
from domain.effective import Effective
from domain.event import Command, Event
from domain.facts import AnswerSurvey
from domain.identity import RegisterLearner
from domain.learner import open_record
from domain.words import Area
from tests.unit.decider import ANA, CONTEXT, named, since

FIRST, LATER = named("answer"), named("later")
MAY, JUNE, JULY = date(2025, 5, 5), date(2025, 6, 6), date(2025, 7, 7)
ANSWER = AnswerSurvey(
    fact=FIRST, area=Area.SOCIAL_EMOTIONAL, instrument="SEL-4", question="I ask for help.",
    answer="Never", effective=since(MAY),
)  # fmt: skip
FOLLOWED = SupersedeFact(
    fact=FIRST, successor=LATER, changes={"answer": "Often"}, effective=since(JUNE)
)


def told(*commands: Command) -> list[Event]:
    context = replace(CONTEXT, today=date(2025, 9, 1))
    record = open_record(ANA, RegisterLearner(given_name="Ana", family_name="Lopez"), context)
    for command in commands:
        record.do(command, context)
    events = cast(list[Event], list(record.collect_events()))
    for position, event in enumerate(events):
        vars(event)["position"] = position
    return events


def test_a_corrected_survey_is_the_one_that_counts() -> None:
    mend = CorrectFact(fact=FIRST, changes={"instrument": "SEL-5"}, ground="The wrong sheet.")
    assert answered(told(ANSWER, mend)) == {FIRST: Answered(FIRST, "SEL-5", MAY, 2)}


def test_a_corrected_day_is_the_one_that_counts_and_other_corrections_keep_it() -> None:
    moved = CorrectFact(fact=FIRST, effective=Effective(start=JULY), ground="A slip of the pen.")
    worded = AmendFact(fact=FIRST, changes={"answer": "Rarely"}, ground="Granted.")
    assert answered(told(ANSWER, moved, worded)) == {FIRST: Answered(FIRST, "SEL-4", JULY, 3)}


def test_what_follows_an_answer_belongs_to_its_survey_from_its_own_day() -> None:
    found = answered(told(ANSWER, FOLLOWED))
    assert found == {
        FIRST: Answered(FIRST, "SEL-4", MAY, 1),
        LATER: Answered(FIRST, "SEL-4", JUNE, 2),
    }
    named_anew = FOLLOWED.model_copy(update={"changes": {"instrument": "SEL-5"}})
    assert answered(told(ANSWER, named_anew))[LATER] == Answered(FIRST, "SEL-5", JUNE, 2)


def test_an_answer_that_was_taken_back_is_still_one() -> None:
    found = answered(told(ANSWER, FOLLOWED, RetractFact(fact=FIRST, reason="Meant for another.")))
    assert found[FIRST] == Answered(FIRST, "SEL-4", MAY, 1, gone=True)
    assert not found[LATER].gone


def test_changes_of_other_entries_and_erased_answers_are_no_answers() -> None:
    events = told(ANSWER, FOLLOWED, RetractFact(fact=LATER, reason="Meant for another."))
    for event in events:
        vars(event)["erased"] = True
    assert answered(events) == {}
    assert answered(events[:1]) == {}
