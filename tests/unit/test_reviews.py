"""Reviews: the profile is looked at together at least once a semester."""

from datetime import date, timedelta

import pytest

from domain.reviews import ReviewHeld, ReviewScheduled
from domain.vocabulary import EVENTS
from tests.unit.decider import TODAY, TOMORROW, given, named, since
from tests.unit.plain import FACT, HOLD, OBSERVE, REVIEW, REVIEWS, SCHEDULE, Plain


@pytest.mark.parametrize("plain", REVIEWS, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    given(*plain.before).when(plain.command).then(EVENTS[plain.topic])


def test_a_review_id_is_scheduled_once() -> None:
    given(SCHEDULE).when(SCHEDULE).refused("review", "review-exists")


def test_a_review_may_be_held_that_was_not_scheduled() -> None:
    given().when(HOLD).then(ReviewHeld, review=REVIEW)


def test_a_review_is_not_held_without_participants() -> None:
    command = HOLD.model_copy(update={"participants": ()})

    refusal = given(SCHEDULE).when(command).refused("participants", "review-without-participants")
    assert str(refusal) == "A review needs at least one participant: say who took part."


def test_a_review_is_not_held_twice() -> None:
    given(SCHEDULE, HOLD).when(HOLD).refused("review", "review-held")


def test_a_review_that_was_held_is_not_scheduled_again() -> None:
    given(HOLD).when(SCHEDULE).refused("review", "review-exists")


def test_an_entry_is_not_a_review() -> None:
    wrong = HOLD.model_copy(update={"review": FACT})

    given(OBSERVE).when(wrong).refused("review", "review-unknown")


@pytest.mark.parametrize("next_due", [TODAY, TODAY - timedelta(days=1)])
def test_the_next_review_is_due_after_this_one(next_due: date) -> None:
    command = HOLD.model_copy(update={"next_due": next_due})

    given(SCHEDULE).when(command).refused("next_due", "next-before-review")


def test_a_review_held_last_week_may_have_its_next_due_today() -> None:
    last_week = since(TODAY - timedelta(days=7))
    command = HOLD.model_copy(update={"effective": last_week, "next_due": TODAY})

    given(SCHEDULE).when(command).then(ReviewHeld, effective=last_week, next_due=TODAY)


def test_a_review_was_not_held_tomorrow() -> None:
    command = HOLD.model_copy(update={"effective": since(TOMORROW)})

    given(SCHEDULE).when(command).refused("effective", "effective-in-future")


def test_the_next_review_can_be_scheduled_after_one_was_held() -> None:
    again = SCHEDULE.model_copy(update={"review": named("the next one")})

    given(SCHEDULE, HOLD).when(again).then(ReviewScheduled, review=named("the next one"))
