"""Facts: what somebody saw, said, scored, made or was given; and what every entry carries."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.changes import CorrectFact, SupersedeFact
from domain.event import Command, Part
from domain.facts import (
    CommentMade,
    EndSupport,
    MakeComment,
    ObservationRecorded,
    RecordObservation,
    ReviewSupport,
    SummariseAttendance,
    SupportEnded,
    SupportReviewed,
)
from domain.vocabulary import EVENTS
from domain.words import RECORD_CLASSES, Area, DataClass, Retention
from tests.unit.decider import (
    ANA,
    BEN,
    CLEO,
    CONTEXT,
    NEXT_TERM,
    SINCE_NOBODY_KNOWS_WHEN,
    TODAY,
    TOMORROW,
    given,
    since,
)
from tests.unit.plain import (
    CHANGES,
    FACT,
    FACTS,
    GOAL,
    NOTE,
    OBSERVE,
    SET_GOAL,
    START_SUPPORT,
    SUPPORT,
    WRITE_PRIVATELY,
    Plain,
)

NEW_FACTS = [plain for plain in FACTS if EVENTS[plain.topic].SPEC.fact and not plain.before]
MAY_BE_PLANNED = {"accommodation-recorded", "support-started"}
REVIEW = ReviewSupport(support=SUPPORT, text="80 words a minute.")
END = EndSupport(support=SUPPORT, reason="Goal reached.")
COMMENT = MakeComment(fact=FACT, text="Same at home.")
RETRACT = next(p.command for p in CHANGES if p.topic == "fact-retracted")


@pytest.mark.parametrize("plain", FACTS, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    given(*plain.before).when(plain.command).then(EVENTS[plain.topic])


def test_an_event_says_who_entered_it_when_and_where() -> None:
    event = given().when(OBSERVE).then(ObservationRecorded, text="Led the group.")

    assert event.originator_id == ANA
    assert event.originator_version == 2
    assert event.timestamp == CONTEXT.now
    assert event.zone == "America/Chicago"
    assert event.entered_by == CONTEXT.entered_by
    assert event.entered_by_name == "Ms Rivera"
    assert event.command_id == CONTEXT.command_id
    assert (event.position, event.erased) == (0, False)


@pytest.mark.parametrize("plain", NEW_FACTS, ids=lambda plain: plain.topic)
def test_an_entry_id_is_used_once(plain: Plain) -> None:
    given(plain.command).when(plain.command).refused("fact", "fact-exists")


def test_an_entry_without_an_id_is_given_one() -> None:
    first = RecordObservation(area=Area.NEEDS, text="Seemed tired.")
    second = RecordObservation(area=Area.NEEDS, text="Seemed tired.")

    given(first).when(second).then(ObservationRecorded, text="Seemed tired.")


# -- when -----------------------------------------------------------------------------------


def test_an_entry_without_a_date_is_of_today() -> None:
    given().when(OBSERVE).then(ObservationRecorded, effective=since(TODAY))


def test_an_entry_may_be_of_a_day_that_nobody_knows() -> None:
    command = OBSERVE.model_copy(update={"effective": SINCE_NOBODY_KNOWS_WHEN})

    given().when(command).then(ObservationRecorded, effective=SINCE_NOBODY_KNOWS_WHEN)


@pytest.mark.parametrize(
    "plain", [p for p in FACTS if p.topic not in MAY_BE_PLANNED], ids=lambda p: p.topic
)
def test_what_has_happened_is_not_dated_after_today(plain: Plain) -> None:
    command = plain.command.model_copy(update={"effective": since(TOMORROW)})

    given(*plain.before).when(command).refused("effective", "effective-in-future")


@pytest.mark.parametrize(
    "plain", [p for p in FACTS if p.topic in MAY_BE_PLANNED], ids=lambda p: p.topic
)
def test_what_is_promised_may_begin_next_term(plain: Plain) -> None:
    command = plain.command.model_copy(update={"effective": since(NEXT_TERM)})

    given().when(command).then(EVENTS[plain.topic], effective=since(NEXT_TERM))


def test_nothing_was_received_tomorrow() -> None:
    command = OBSERVE.model_copy(update={"received_on": TOMORROW})

    given().when(command).refused("received_on", "received-in-future")


# -- what kind of record --------------------------------------------------------------------


@pytest.mark.parametrize("data_class", DataClass)
def test_an_observation_may_be_of_any_data_class(data_class: DataClass) -> None:
    command = OBSERVE.model_copy(update={"data_class": data_class})

    given().when(command).then(ObservationRecorded, data_class=data_class)


def test_an_accommodation_is_a_special_education_record_unless_said_otherwise() -> None:
    plain = next(p for p in FACTS if p.topic == "accommodation-recorded")

    given().when(plain.command).then(
        EVENTS[plain.topic],
        data_class=DataClass.SPECIAL_ED,
        retention=Retention.SPECIAL_ED,
    )


@pytest.mark.parametrize("data_class", sorted(set(DataClass) - RECORD_CLASSES))
def test_a_goal_cannot_be_of_a_data_class_that_goals_do_not_have(data_class: DataClass) -> None:
    command = SET_GOAL.model_copy(update={"data_class": data_class})

    refusal = given().when(command).refused("data_class", "data-class-not-allowed")
    assert str(refusal) == (
        f"An entry of this type cannot be '{data_class}'; "
        "it can be: directory, education, special_ed."
    )


def test_a_score_is_kept_for_good_and_an_observation_is_not() -> None:
    score = next(p for p in FACTS if p.topic == "assessment-scored")

    given().when(score.command).then(EVENTS[score.topic], retention=Retention.PERMANENT)
    given().when(OBSERVE).then(ObservationRecorded, retention=Retention.PROFILE)


# -- about several learners -----------------------------------------------------------------


def about(*subjects: object, parts: tuple[object, ...]) -> Command:
    made = tuple({"learner": learner, "text": "Helped."} for learner in parts)
    return RecordObservation.model_validate(
        {"area": "strengths", "text": "Led the group.", "subjects": subjects, "parts": made}
    )


def test_an_entry_about_two_learners_says_of_each_what_concerns_them() -> None:
    given().when(about(BEN, parts=(BEN,))).then(
        ObservationRecorded, subjects=(BEN,), parts=(Part(learner=BEN, text="Helped."),)
    )


@pytest.mark.parametrize(
    ("subjects", "parts"),
    [
        ((BEN,), ()),
        ((), (BEN,)),
        ((BEN,), (CLEO,)),
        ((BEN, CLEO), (BEN,)),
        ((BEN,), (BEN, CLEO)),
        ((BEN,), (BEN, BEN)),
        ((BEN, BEN), (BEN,)),
        ((BEN, BEN), (BEN, BEN)),
        ((BEN,), (ANA,)),
    ],
    ids=[
        "no part for a learner named",
        "a part for a learner not named",
        "a part for somebody else",
        "one part too few",
        "one part too many",
        "two parts for one learner",
        "one learner named twice",
        "one learner named twice with two parts",
        "a part for the learner whose record it is",
    ],
)
def test_no_content_is_kept_under_another_learners_key(
    subjects: tuple[object, ...], parts: tuple[object, ...]
) -> None:
    given().when(about(*subjects, parts=parts)).refused("parts", "content-under-another-key")


def test_the_learner_is_always_a_subject_and_never_named_as_another() -> None:
    given().when(about(ANA, parts=(ANA,))).refused("subjects", "subject-is-self")


# -- supports -------------------------------------------------------------------------------


def test_a_support_can_be_reviewed_again_and_again() -> None:
    given(START_SUPPORT, REVIEW).when(REVIEW).then(SupportReviewed, support=SUPPORT)


@pytest.mark.parametrize("command", [REVIEW, END], ids=["review", "end"])
def test_nothing_happens_to_a_support_that_is_not_there(command: Command) -> None:
    given().when(command).refused("support", "fact-unknown")


@pytest.mark.parametrize("command", [REVIEW, END], ids=["review", "end"])
def test_an_observation_is_not_a_support(command: Command) -> None:
    wrong = command.model_copy(update={"support": FACT})

    given(OBSERVE).when(wrong).refused("support", "not-a-support")


@pytest.mark.parametrize("command", [REVIEW, END], ids=["review", "end"])
def test_nothing_happens_to_a_support_that_has_ended(command: Command) -> None:
    given(START_SUPPORT, END).when(command).refused("support", "support-ended")


def test_a_support_does_not_end_before_it_began() -> None:
    """It was taken, and the record held a support that ended nine days before its first."""
    early = END.model_copy(update={"effective": since(TODAY - timedelta(days=1))})
    never = END.model_copy(update={"effective": since(TODAY)})
    better = SupersedeFact(fact=SUPPORT, successor=NOTE, changes={"title": "Reading pairs"})

    given(START_SUPPORT).when(early).refused("effective", "end-before-start")
    given(START_SUPPORT).when(never).then(SupportEnded)
    follower = early.model_copy(update={"support": NOTE})
    given(START_SUPPORT, better).when(follower).refused("effective", "end-before-start")


def test_a_support_was_reviewed_before_it_began() -> None:
    early = REVIEW.model_copy(update={"effective": since(TODAY - timedelta(days=1))})
    better = SupersedeFact(fact=SUPPORT, successor=NOTE, changes={"title": "Reading pairs"})
    follower = early.model_copy(update={"support": NOTE})

    given(START_SUPPORT).when(early).refused("effective", "step-before-start")
    given(START_SUPPORT, better).when(follower).refused("effective", "step-before-start")
    given(START_SUPPORT).when(REVIEW).then(SupportReviewed)


def test_a_support_whose_start_was_corrected_ends_by_the_right_one() -> None:
    began, ends = (since(TODAY - timedelta(days=days)) for days in (30, 20))
    end = END.model_copy(update={"effective": ends})
    moved = CorrectFact(fact=SUPPORT, effective=began, ground="Typing error.")

    given(START_SUPPORT, moved).when(end).then(SupportEnded, effective=ends)
    back = START_SUPPORT.model_copy(update={"effective": began})
    moved = CorrectFact(fact=SUPPORT, effective=since(TODAY), ground="Typing error.")
    given(back, moved).when(end).refused("effective", "end-before-start")


def test_a_support_that_was_planned_can_be_called_off_before_it_begins() -> None:
    planned = START_SUPPORT.model_copy(update={"effective": since(NEXT_TERM)})

    given(planned).when(END).then(SupportEnded)
    given(planned).when(END.model_copy(update={"effective": since(TODAY)})).then(SupportEnded)


@pytest.mark.parametrize("command", [REVIEW, END], ids=["review", "end"])
def test_nothing_happens_to_a_support_that_was_retracted(command: Command) -> None:
    retract = RETRACT.model_copy(update={"fact": SUPPORT})

    given(START_SUPPORT, retract).when(command).refused("support", "fact-retracted")


def test_a_support_of_special_education_stays_there_to_its_end() -> None:
    start = START_SUPPORT.model_copy(update={"data_class": DataClass.SPECIAL_ED})

    given(start).when(END).then(
        EVENTS["support-ended"],
        data_class=DataClass.SPECIAL_ED,
        retention=Retention.SPECIAL_ED,
    )


# -- attendance, comments -------------------------------------------------------------------


def test_nobody_attends_more_days_than_there_were() -> None:
    command = SummariseAttendance(days_enrolled=180, days_attended=Decimal("180.5"))

    given().when(command).refused("days_attended", "attended-more-than-enrolled")


def test_somebody_may_attend_every_day() -> None:
    command = SummariseAttendance(days_enrolled=180, days_attended=Decimal(180))

    given().when(command).then(EVENTS["attendance-summarised"], days_attended=Decimal(180))


def test_an_entry_that_is_not_there_is_not_commented_on() -> None:
    given().when(COMMENT).refused("fact", "fact-unknown")


def test_a_goal_is_not_an_entry_to_comment_on() -> None:
    wrong = MakeComment(fact=GOAL, text="Same at home.")

    given(SET_GOAL).when(wrong).refused("fact", "fact-unknown")


def test_a_retracted_entry_is_not_commented_on() -> None:
    given(OBSERVE, RETRACT).when(COMMENT).refused("fact", "fact-retracted")


def test_a_comment_on_a_private_note_is_as_private() -> None:
    command = MakeComment(fact=NOTE, text="Again today.")

    given(WRITE_PRIVATELY).when(command).then(CommentMade, data_class=DataClass.SOLE_POSSESSION)


def test_a_special_education_comment_is_kept_with_special_education() -> None:
    command = COMMENT.model_copy(update={"data_class": DataClass.SPECIAL_ED})

    given(OBSERVE).when(command).then(CommentMade, retention=Retention.SPECIAL_ED)
