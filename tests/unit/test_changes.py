"""Changes to facts: superseded, corrected, retracted, amended, and what stands beside them."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.changes import (
    AmendFact,
    ConfirmFact,
    CorrectFact,
    FactAmended,
    FactCorrected,
    FactRetracted,
    FactSuperseded,
    NoteShared,
    ReclassifyFact,
    RetractFact,
    ShareNote,
    SupersedeFact,
)
from domain.effective import Effective
from domain.event import Command
from domain.facts import EndSupport, ReviewSupport
from domain.vocabulary import EVENTS
from domain.words import DataClass, Precision, Retention
from tests.unit.decider import ANA, TODAY, TOMORROW, given, named, since
from tests.unit.plain import (
    CHANGES,
    FACT,
    FACTS,
    GOAL,
    NEW_TEXT,
    NOTE,
    OBSERVE,
    SET_GOAL,
    START_SUPPORT,
    SUCCESSOR,
    SUPPORT,
    WRITE_PRIVATELY,
    Plain,
)

SUPERSEDE = SupersedeFact(fact=FACT, successor=SUCCESSOR, changes=NEW_TEXT)
CORRECT = CorrectFact(fact=FACT, changes=NEW_TEXT, ground="Typing error.")
RETRACT = RetractFact(fact=FACT, reason="Meant for another learner.")
EARLIER = OBSERVE.model_copy(update={"effective": since(TODAY - timedelta(days=30))})
SHARE = ShareNote(fact=NOTE, shared_with="the grade team")


BETTER_TITLE = {"title": "Reading, every day"}
NOT_ITS_CONTENT = ("colour", "fact", "area", "data_class", "subjects", "author_name")

every_change = pytest.mark.parametrize(
    "change", [plain.command for plain in CHANGES], ids=lambda c: type(c).__name__
)


@pytest.mark.parametrize("plain", CHANGES, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    given(*plain.before).when(plain.command).then(EVENTS[plain.topic])


@every_change
def test_an_entry_that_is_not_there_does_not_change(change: Command) -> None:
    given().when(change).refused("fact", "fact-unknown")


@every_change
def test_a_goal_is_not_an_entry_to_change(change: Command) -> None:
    wrong = change.model_copy(update={"fact": GOAL})

    given(SET_GOAL).when(wrong).refused("fact", "fact-unknown")


@every_change
def test_a_retracted_entry_does_not_change(change: Command) -> None:
    again = change.model_copy(update={"fact": FACT})

    given(OBSERVE, RETRACT).when(again).refused("fact", "fact-retracted")


@every_change
def test_a_change_keeps_the_entrys_data_class(change: Command) -> None:
    other = change.model_copy(update={"fact": FACT, "data_class": DataClass.TREATMENT})

    given(OBSERVE).when(other).refused("data_class", "change-keeps-class")


@every_change
def test_a_change_that_lies_ahead_has_not_happened(change: Command) -> None:
    note = OBSERVE.model_copy(update={"data_class": DataClass.SOLE_POSSESSION})
    ahead = change.model_copy(update={"fact": FACT, "effective": since(TOMORROW)})

    given(note).when(ahead).refused("effective", "effective-in-future")


# -- new values -----------------------------------------------------------------------------


every_new_value = pytest.mark.parametrize(
    "change", [SUPERSEDE, CORRECT, AmendFact(fact=FACT, changes=NEW_TEXT, ground="Granted.")]
)


@every_new_value
@pytest.mark.parametrize("field", NOT_ITS_CONTENT)
def test_only_the_entrys_own_content_takes_a_new_value(change: Command, field: str) -> None:
    wrong = change.model_copy(update={"changes": {field: "blue"}})

    refusal = given(OBSERVE).when(wrong).refused("changes", "not-a-field")
    assert str(refusal) == "changes names a field that this entry does not have; it has: text."


@pytest.mark.parametrize(
    ("topic", "field", "value"),
    [
        ("observation-recorded", "text", 5),
        ("observation-recorded", "text", ""),
        ("observation-recorded", "text", None),
        ("observation-recorded", "text", "x" * 20_001),
        ("observation-recorded", "text", "a\x00b"),
        ("observation-recorded", "text", "a\ud800b"),
        ("assessment-scored", "score", "very good"),
        ("assessment-scored", "score", "NaN"),
        ("assessment-scored", "score", float("inf")),
        ("assessment-scored", "score", None),
        ("assessment-scored", "score", "1_0"),
        ("attendance-summarised", "days_enrolled", -1),
        ("attendance-summarised", "days_enrolled", 0),
        ("attendance-summarised", "days_attended", 1001),
        ("interview-recorded", "participants", "Ms Rivera"),
        ("interview-recorded", "participants", ["x"] * 21),
    ],
)
def test_a_new_value_keeps_the_rule_of_its_field(topic: str, field: str, value: Any) -> None:
    plain = next(p for p in FACTS if p.topic == topic)
    wrong = CORRECT.model_copy(update={"changes": {field: value}})

    refusal = given(plain.command).when(wrong).refused(f"changes.{field}", "value-not-allowed")
    assert str(refusal).startswith(f"{field}: ")


ATTENDED = next(p for p in FACTS if p.topic == "attendance-summarised").command


@every_new_value
@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"days_attended": 180}, "changes.days_enrolled", "days-go-together"),
        ({"days_enrolled": 90}, "changes.days_attended", "days-go-together"),
        ({"days_enrolled": 90, "days_attended": "90.5"}, "changes.days_attended",
         "attended-more-than-enrolled"),
    ],
)  # fmt: skip
def test_one_of_two_counts_of_days_was_corrected_past_the_other(
    change: Command, changes: dict[str, Any], field: str, rule: str
) -> None:
    wrong = change.model_copy(update={"changes": changes})

    given(ATTENDED).when(wrong).refused(field, rule)


@every_new_value
def test_both_counts_of_days_take_new_values_together(change: Command) -> None:
    both = change.model_copy(update={"changes": {"days_enrolled": 90, "days_attended": 90}})

    kept = {"days_enrolled": 90, "days_attended": "90"}
    given(ATTENDED).when(both).then(both.EVENT, changes=kept)


def test_attendance_is_moved_to_another_day_without_its_counts() -> None:
    moved = CORRECT.model_copy(update={"changes": {}, "effective": since(TODAY)})

    given(ATTENDED).when(moved).then(FactCorrected, changes={})


def test_a_new_value_is_kept_as_plain_json() -> None:
    plain = next(p for p in FACTS if p.topic == "assessment-scored")
    command = CORRECT.model_copy(update={"changes": {"score": 2.25, "note": None}})

    given(plain.command).when(command).then(FactCorrected, changes={"score": "2.25", "note": None})


def test_a_new_value_is_trimmed_like_a_first_one() -> None:
    command = CORRECT.model_copy(update={"changes": {"text": "  Led the group twice.\n"}})

    given(OBSERVE).when(command).then(FactCorrected, changes={"text": "Led the group twice."})


def test_a_field_that_may_be_empty_can_be_emptied() -> None:
    plain = next(p for p in FACTS if p.topic == "survey-answered")
    command = CORRECT.model_copy(update={"changes": {"score": None}})

    given(plain.command).when(command).then(FactCorrected, changes={"score": None})


# -- superseded -----------------------------------------------------------------------------


def test_a_new_value_holds_from_today_unless_said_otherwise() -> None:
    given(OBSERVE).when(SUPERSEDE).then(
        FactSuperseded, effective=since(TODAY), fact=FACT, successor=SUCCESSOR, line=FACT
    )


def test_a_successor_has_an_id_of_its_own() -> None:
    onto_itself = SUPERSEDE.model_copy(update={"successor": FACT})

    given(OBSERVE).when(onto_itself).refused("successor", "fact-exists")


def test_an_entry_can_be_superseded_for_several_stretches() -> None:
    second = SupersedeFact(fact=FACT, successor=named("second"), changes=NEW_TEXT)

    given(OBSERVE, SUPERSEDE).when(second).then(FactSuperseded, fact=FACT, line=FACT)


def test_a_successor_can_be_corrected_and_knows_where_it_began() -> None:
    command = CORRECT.model_copy(update={"fact": SUCCESSOR})

    given(OBSERVE, SUPERSEDE).when(command).then(FactCorrected, fact=SUCCESSOR, line=FACT)


def test_a_successors_successor_belongs_to_the_same_line() -> None:
    third = SupersedeFact(fact=SUCCESSOR, successor=named("third"), changes=NEW_TEXT)

    given(OBSERVE, SUPERSEDE).when(third).then(FactSuperseded, fact=SUCCESSOR, line=FACT)


def test_a_successor_has_the_fields_of_the_entry_it_follows() -> None:
    command = CORRECT.model_copy(update={"fact": SUCCESSOR, "changes": {"score": 3}})

    given(OBSERVE, SUPERSEDE).when(command).refused("changes", "not-a-field")


def test_a_retracted_successor_leaves_the_entry_it_followed() -> None:
    retract = RETRACT.model_copy(update={"fact": SUCCESSOR})

    given(OBSERVE, SUPERSEDE, retract).when(CORRECT).then(FactCorrected, fact=FACT)


def test_a_running_support_that_took_a_new_value_still_runs() -> None:
    supersede = SupersedeFact(fact=SUPPORT, successor=SUCCESSOR, changes=BETTER_TITLE)
    review = ReviewSupport(support=SUCCESSOR, text="90 words a minute.")

    given(START_SUPPORT, supersede).when(review).then(EVENTS["support-reviewed"])


def test_an_ended_support_that_took_a_new_value_has_still_ended() -> None:
    between = since(TODAY - timedelta(days=5))
    supersede = SupersedeFact(
        fact=SUPPORT, successor=SUCCESSOR, changes=BETTER_TITLE, effective=between
    )
    review = ReviewSupport(support=SUCCESSOR, text="90 words a minute.")

    given(*ENDED, supersede).when(review).refused("support", "support-ended")


# Began twenty days ago, ended two days ago.
ENDED = (
    START_SUPPORT.model_copy(update={"effective": since(TODAY - timedelta(days=20))}),
    EndSupport(support=SUPPORT, reason="Goal reached.", effective=since(TODAY - timedelta(days=2))),
)


@pytest.mark.parametrize(
    ("days_ago", "until", "rule"),
    [
        (None, None, "support-ended"),
        (2, None, "support-ended"),
        (1, TOMORROW, "support-ended"),
        (5, TOMORROW, "support-ended"),
        (5, TODAY - timedelta(days=2), None),
        (5, None, None),
    ],
)
def test_a_support_took_a_new_value_after_its_end(
    days_ago: int | None, until: date | None, rule: str | None
) -> None:
    """It held on no day, or the support was told as running again. What held before may come."""
    when = None if days_ago is None else since(TODAY - timedelta(days=days_ago), until)
    new = SupersedeFact(fact=SUPPORT, successor=SUCCESSOR, changes=BETTER_TITLE, effective=when)
    came = given(*ENDED).when(new)

    came.refused("fact", rule) if rule else came.then(new.EVENT)


@pytest.mark.parametrize("change", [CorrectFact, AmendFact])
@pytest.mark.parametrize(
    ("days_ago", "until", "rule"),
    [
        (1, None, "end-before-start"),
        (2, None, "end-before-start"),
        (3, None, None),
        (1, TODAY, None),  # the end was wrong as well
    ],
)
def test_a_support_was_moved_to_after_its_end(
    change: type[CorrectFact | AmendFact], days_ago: int, until: date | None, rule: str | None
) -> None:
    """It held on no day from then on, and was gone from every day of the past."""
    when = since(TODAY - timedelta(days=days_ago), until)
    moved = change(fact=SUPPORT, changes=BETTER_TITLE, ground="Typing error.", effective=when)
    came = given(*ENDED).when(moved)

    came.refused("effective", rule) if rule else came.then(moved.EVENT)


def test_a_support_that_ended_on_the_day_it_began_is_corrected_without_moving() -> None:
    end = EndSupport(support=SUPPORT, reason="Goal reached.")
    same = CorrectFact(
        fact=SUPPORT, changes=BETTER_TITLE, ground="Typing error.", effective=since(TODAY)
    )

    given(START_SUPPORT, end).when(same).then(FactCorrected)


def test_what_was_corrected_to_end_later_may_be_moved_to_a_later_day() -> None:
    later = CorrectFact(
        fact=SUPPORT, ground="Typing error.", effective=since(TODAY - timedelta(days=20), TODAY)
    )
    moved = later.model_copy(update={"effective": since(TODAY - timedelta(days=1))})

    given(*ENDED, later).when(moved).then(FactCorrected)


# -- corrected, retracted, confirmed --------------------------------------------------------


def test_a_correction_leaves_the_entrys_date_alone_unless_it_gives_one() -> None:
    dated = CORRECT.model_copy(update={"effective": since(TODAY)})

    given(OBSERVE).when(CORRECT).then(FactCorrected, effective=None)
    given(OBSERVE).when(dated).then(FactCorrected, effective=since(TODAY))


def test_a_correction_can_be_corrected() -> None:
    given(OBSERVE, CORRECT).when(CORRECT).then(FactCorrected)


def test_an_amendment_names_the_request_it_answers() -> None:
    command = AmendFact(fact=FACT, request=named("request"), changes=NEW_TEXT, ground="Granted.")

    given(OBSERVE).when(command).then(FactAmended, request=named("request"))


def test_an_entry_on_the_wrong_learner_is_marked_so() -> None:
    command = RETRACT.model_copy(update={"wrong_learner": True})

    given(OBSERVE).when(command).then(FactRetracted, wrong_learner=True, originator_id=ANA)


def test_an_entry_can_be_confirmed_again_and_again() -> None:
    confirm = ConfirmFact(fact=FACT)

    given(OBSERVE, confirm).when(confirm).then(EVENTS["fact-confirmed"], effective=since(TODAY))


def test_an_entry_was_confirmed_on_a_day_on_which_another_value_had_followed_it() -> None:
    confirm = ConfirmFact(fact=FACT, effective=since(TODAY))
    turned = TODAY - timedelta(days=15)
    before = confirm.model_copy(update={"effective": since(turned - timedelta(days=1))})
    planes = SUPERSEDE.model_copy(update={"effective": since(turned)})
    again = SupersedeFact(
        fact=FACT, successor=named("third"), changes=NEW_TEXT, effective=since(TODAY)
    )
    told = (EARLIER, planes)

    refusal = given(*told).when(confirm).refused("fact", "fact-superseded")
    assert str(SUCCESSOR) in str(refusal)  # so that whoever reads it knows which one to confirm
    given(*told).when(ConfirmFact(fact=FACT)).refused("fact", "fact-superseded")
    given(*told).when(before).then(EVENTS["fact-confirmed"])
    newer = confirm.model_copy(update={"fact": SUCCESSOR})
    given(*told).when(newer).then(EVENTS["fact-confirmed"])
    refusal = given(*told, again).when(newer).refused("fact", "fact-superseded")
    assert str(named("third")) in str(refusal)


def test_an_entry_that_holds_again_is_confirmed() -> None:
    confirm = ConfirmFact(fact=FACT)
    start, end = TODAY - timedelta(days=15), TODAY - timedelta(days=5)
    for_a_while = SUPERSEDE.model_copy(update={"effective": since(start, end)})
    taken_back = RetractFact(fact=SUCCESSOR, reason="Her sister's.")

    given(EARLIER, for_a_while).when(confirm).then(EVENTS["fact-confirmed"])
    given(EARLIER, SUPERSEDE, taken_back).when(confirm).then(EVENTS["fact-confirmed"])
    unknown = confirm.model_copy(update={"effective": Effective(precision=Precision.UNKNOWN)})
    given(EARLIER, SUPERSEDE).when(unknown).then(EVENTS["fact-confirmed"])


def test_the_later_of_two_values_from_one_day_on_is_the_one_to_confirm() -> None:
    third = SUPERSEDE.model_copy(update={"successor": named("third")})
    refusal = (
        given(OBSERVE, SUPERSEDE, third)
        .when(ConfirmFact(fact=SUCCESSOR))
        .refused("fact", "fact-superseded")
    )

    assert str(named("third")) in str(refusal)
    given(OBSERVE, SUPERSEDE, third).when(ConfirmFact(fact=named("third"))).then(
        EVENTS["fact-confirmed"]
    )


def test_an_entry_was_confirmed_before_it_began() -> None:
    early = since(TODAY - timedelta(days=60))
    confirm = ConfirmFact(fact=FACT, effective=early)
    correct = CorrectFact(fact=FACT, ground="Wrong date.", effective=early)
    year = Effective(start=TODAY.replace(month=1, day=1), precision=Precision.YEAR)

    given(EARLIER).when(confirm).refused("effective", "step-before-start")
    given(EARLIER, correct).when(confirm).then(EVENTS["fact-confirmed"])
    given(EARLIER).when(confirm.model_copy(update={"effective": year})).then(
        EVENTS["fact-confirmed"]
    )
    newer = confirm.model_copy(update={"fact": SUCCESSOR})
    given(EARLIER, SUPERSEDE).when(newer).refused("effective", "step-before-start")


# -- what kind of record --------------------------------------------------------------------


def test_only_a_private_note_is_shared() -> None:
    wrong = SHARE.model_copy(update={"fact": FACT})

    given(OBSERVE).when(wrong).refused("fact", "not-a-private-note")


def test_a_shared_note_is_part_of_the_record() -> None:
    event = given(WRITE_PRIVATELY).when(SHARE).then(NoteShared, data_class=DataClass.EDUCATION)

    assert event.shared_with == "the grade team"


def test_a_shared_note_cannot_be_told_to_stay_private() -> None:
    command = SHARE.model_copy(update={"data_class": DataClass.SOLE_POSSESSION})

    given(WRITE_PRIVATELY).when(command).refused("data_class", "shared-note-is-education")


def test_a_note_is_shared_once() -> None:
    given(WRITE_PRIVATELY, SHARE).when(SHARE).refused("fact", "not-a-private-note")


def test_an_entry_is_not_reclassified_to_what_it_is() -> None:
    command = ReclassifyFact(fact=FACT, becomes=DataClass.EDUCATION, reason="A slip.")

    given(OBSERVE).when(command).refused("becomes", "class-unchanged")


def test_what_is_part_of_the_record_never_becomes_a_private_note() -> None:
    command = ReclassifyFact(fact=FACT, becomes=DataClass.SOLE_POSSESSION, reason="Hide it.")

    given(OBSERVE).when(command).refused("becomes", "never-private-again")


def test_a_change_after_a_reclassification_has_the_new_class_and_is_kept_with_the_entry() -> None:
    reclassify = ReclassifyFact(fact=FACT, becomes=DataClass.SPECIAL_ED, reason="Part of the IEP.")

    # Were the correction sealed under another key than the entry, one could be erased and the
    # wrong value would stand again.
    given(OBSERVE, reclassify).when(CORRECT).then(
        FactCorrected, data_class=DataClass.SPECIAL_ED, retention=Retention.PROFILE
    )


@pytest.mark.parametrize(
    "plain", [p for p in FACTS if EVENTS[p.topic].SPEC.fact and not p.before], ids=lambda p: p.topic
)
def test_a_change_is_kept_under_the_key_of_the_entry(plain: Plain) -> None:
    first = given().when(plain.command).then(EVENTS[plain.topic])
    fact = plain.command.model_dump()["fact"]
    confirm = ConfirmFact(fact=fact)

    given(plain.command).when(confirm).then(
        EVENTS["fact-confirmed"], retention=first.retention, data_class=first.data_class
    )
