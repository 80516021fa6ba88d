"""What each kind of change does to the rows of a profile and a timeline."""

from datetime import date
from uuid import UUID

import pytest

from domain.changes import CorrectFact, PlaceContestStatement, RetractFact, ShareNote, SupersedeFact
from domain.consent import GrantConsent, VoidConsent, WithdrawConsent
from domain.effective import Effective
from domain.event import LEARNER, Part
from domain.facts import EndSupport, RecordObservation, ReviewSupport, StartSupport
from domain.goals import ProgressGoal, ReachGoal, SetGoal
from domain.identity import EndEnrolment, EnrolLearner
from domain.vocabulary import EVENTS
from domain.words import Area, DataClass, GoalKind, Horizon
from projections import fold
from projections.rows import Row, subtract
from tests.history import History, fold_all, holding

F, G, H = (UUID(int=n) for n in (1, 2, 3))
JAN, MAR, APR, MAY = (date(2026, m, 1) for m in (1, 3, 4, 5))
LATE = date(2026, 6, 1)


def since(day: date) -> Effective:
    return Effective(start=day)


def observation(on: date = JAN, text: str = "Likes chess.") -> RecordObservation:
    return RecordObservation(fact=F, area=Area.INTERESTS, text=text, effective=since(on))


def shown(history: History, on: date) -> list[Row]:
    return [r for r in holding(fold.profile, history.events, on) if r.kind != "details"]


def test_a_fact_holds_from_its_date_on() -> None:
    history = History()
    history.do(observation())
    assert [r.item for r in shown(history, MAR)] == [F]
    assert shown(history, date(2025, 12, 31)) == []


def test_every_event_type_has_a_rule_and_every_rule_an_event_type() -> None:
    of_learners = {topic for topic, event in EVENTS.items() if event.SPEC.record == LEARNER}
    assert set(fold.LINES) == of_learners
    assert set(fold.profile.actions) | {"comment-made"} <= set(EVENTS)


def test_superseding_a_stretch_leaves_two_pieces() -> None:
    history = History()
    history.do(observation())
    history.do(
        SupersedeFact(
            fact=F, successor=G, changes={"text": "Prefers go."},
            effective=Effective(start=MAR, until=APR),
        ),
        today=LATE,
    )  # fmt: skip
    assert [r.item for r in shown(history, JAN)] == [F]
    assert [r.item for r in shown(history, MAR)] == [G]
    assert [r.item for r in shown(history, APR)] == [F]
    piece = next(r for r in shown(history, JAN))
    assert piece.effective == ((JAN, MAR), (APR, None))


@pytest.mark.parametrize("first", [G, H])
def test_what_supersedes_from_a_later_date_wins_in_any_order_of_arrival(first: UUID) -> None:
    history = History()
    history.do(observation())
    starts = {G: MAR, H: MAY}
    for successor in (first, H if first == G else G):
        history.do(
            SupersedeFact(
                fact=F,
                successor=successor,
                changes={"text": "New."},
                effective=since(starts[successor]),
            ),
            today=LATE,
        )
    assert [r.item for r in shown(history, JAN)] == [F]
    assert [r.item for r in shown(history, APR)] == [G]
    assert [r.item for r in shown(history, LATE)] == [H]


def test_retracting_what_superseded_brings_the_earlier_value_back() -> None:
    history = History()
    history.do(observation())
    history.do(SupersedeFact(fact=F, successor=G, changes={"text": "New."}, effective=since(MAR)))
    history.do(RetractFact(fact=G, reason="Wrong."))
    assert [r.item for r in shown(history, MAY)] == [F]


def test_retracting_the_first_value_takes_the_whole_line_away() -> None:
    history = History()
    history.do(observation())
    history.do(SupersedeFact(fact=F, successor=G, changes={"text": "New."}, effective=since(MAR)))
    history.do(RetractFact(fact=F, reason="Wrong learner.", wrong_learner=True))
    assert shown(history, MAY) == []


def test_a_correction_closes_the_row_and_opens_it_again_at_its_position() -> None:
    history = History()
    recorded = history.do(observation())
    corrected = history.do(
        CorrectFact(
            fact=F, changes={"text": "Likes go."}, ground="Misheard.", effective=since(APR)
        ),
        today=LATE,
    )
    rows = [(r, u) for r, u in fold_all(fold.profile, history.events) if r.item == F]
    before, after = sorted(rows, key=lambda pair: pair[0].known_from)
    assert (before[0].known_from, before[1]) == (recorded.position, corrected.position)
    assert (after[0].known_from, after[1]) == (corrected.position, None)
    assert after[0].content == (recorded.position, corrected.position)
    assert after[0].effective == ((APR, None),)


def test_a_statement_stands_beside_the_contested_entry() -> None:
    history = History()
    history.do(observation())
    statement = history.do(PlaceContestStatement(fact=F, text="We do not agree."))
    assert shown(history, MAY)[0].content[-1] == statement.position


def test_on_the_timeline_a_statement_is_carried_to_what_followed_it_and_no_further() -> None:
    """Also where what stood between was taken back, or the order of the values changed since."""
    history = History()
    history.do(observation())
    first = history.do(PlaceContestStatement(fact=F, text="We do not agree.")).position
    for item, start in ((G, MAR), (H, APR)):
        changes = {"fact": F, "successor": item, "changes": {"text": "New."}}
        history.do(SupersedeFact.model_validate({**changes, "effective": since(start)}), LATE)
    second = history.do(PlaceContestStatement(fact=G, text="Nor with this.")).position

    def standing() -> dict[UUID, set[int]]:
        rows = [r for r, until in fold_all(fold.timeline, history.events) if until is None]
        return {r.item: set(r.content) - set(r.own) for r in rows}

    assert standing() == {F: {first}, G: {first, second}, H: {first, second}}
    late = {"fact": G, "changes": {"text": "Newer."}, "ground": "Later.", "effective": since(MAY)}
    history.do(CorrectFact.model_validate(late), LATE)
    assert standing() == {F: {first}, G: {first, second}, H: {first}}
    back = {**late, "effective": since(MAR)}
    history.do(CorrectFact.model_validate(back), LATE)
    assert standing() == {F: {first}, G: {first, second}, H: {first, second}}
    history.do(RetractFact(fact=G, reason="Wrong."))
    assert standing() == {F: {first}, H: {first}}


def test_an_ended_support_holds_until_its_end() -> None:
    history = History()
    history.do(StartSupport(fact=F, title="Reading group", effective=since(JAN)))
    history.do(ReviewSupport(support=F, text="Going well.", effective=since(MAR)))
    history.do(EndSupport(support=F, reason="Reached.", effective=since(date(2026, 3, 10))))
    assert [r.status for r in shown(history, MAR)] == ["ended"]
    assert shown(history, date(2026, 3, 10)) == []


def test_a_goal_shows_the_state_it_had_on_each_day() -> None:
    history = History()
    history.do(
        SetGoal(
            goal=G,
            text="Read.",
            horizon=Horizon.SHORT_TERM,
            kind=GoalKind.ACADEMIC,
            effective=since(JAN),
        )
    )
    history.do(ReachGoal(goal=G, text="Done.", effective=since(date(2026, 3, 15))))
    assert [r.status for r in shown(history, MAR)] == ["open"]
    assert [r.status for r in shown(history, MAY)] == ["reached"]


def test_late_progress_takes_its_place_in_effective_order() -> None:
    history = History()
    history.do(
        SetGoal(
            goal=G,
            text="Read.",
            horizon=Horizon.SHORT_TERM,
            kind=GoalKind.ACADEMIC,
            effective=since(JAN),
        )
    )
    second = history.do(
        ProgressGoal(goal=G, text="Half.", percent=50, effective=since(date(2026, 3, 10)))
    )
    first = history.do(
        ProgressGoal(goal=G, text="A bit.", percent=20, effective=since(date(2026, 2, 1)))
    )
    assert shown(history, date(2026, 2, 2))[0].content == (2, first.position)
    assert shown(history, MAY)[0].content == (2, first.position, second.position)


def test_a_withdrawn_consent_held_until_its_withdrawal_and_a_voided_one_never() -> None:
    history = History()
    consent = GrantConsent(
        consent=G, records=("attendance",), purpose="tutoring", recipient="Bright Path",
        signer_name="Ana", capacity="mother", method="paper", effective=since(JAN),
    )  # fmt: skip
    history.do(consent)
    history.do(WithdrawConsent(consent=G))
    assert [r.status for r in shown(history, MAR)] == ["granted"]
    assert [r.status for r in shown(history, MAY)] == ["withdrawn"]
    history.do(VoidConsent(consent=G, reason="Not the mother."))
    assert [r.status for r in shown(history, MAR)] == ["voided"]


def test_a_voided_consent_is_told_of_the_same_days_to_whom_only_its_withdrawal_named() -> None:
    """Of whom the withdrawal had first named it was told only from the withdrawal's day on."""
    history, ben = History(), UUID(int=77)
    history.do(
        GrantConsent(
            consent=F, records=("attendance",), purpose="tutoring", recipient="Bright Path",
            signer_name="Maria Lopez", capacity="mother", method="paper", effective=since(JAN),
        )
    )  # fmt: skip
    history.do(
        WithdrawConsent(
            consent=F, effective=since(MAY), subjects=(ben,), parts=(Part(learner=ben, text="So"),)
        ),
        today=MAR,
    )
    history.do(VoidConsent(consent=F, reason="Not the mother."), today=APR)
    told = [(r.learner == ben, r.status) for r in shown(history, MAR)]
    assert sorted(told) == [(False, "voided"), (True, "voided")]


def test_an_expired_consent_no_longer_holds() -> None:
    history = History()
    history.do(
        GrantConsent(
            consent=G, records=("attendance",), purpose="tutoring", recipient="Bright Path",
            signer_name="Ana", capacity="mother", method="paper", effective=since(JAN), expires=APR,
        )
    )  # fmt: skip
    assert [r.item for r in shown(history, MAR)] == [G]
    assert shown(history, APR) == []


def test_an_entry_about_two_learners_makes_a_row_for_each_and_both_go_together() -> None:
    history = History()
    other = UUID(int=99)
    history.do(
        RecordObservation(
            fact=F, area=Area.SOCIAL_EMOTIONAL, text="Helped a classmate.", effective=since(JAN),
            subjects=(other,), parts=(Part(learner=other, text="Was helped."),),
        )
    )  # fmt: skip
    assert {r.learner for r in shown(history, MAR)} == {history.learner.id, other}
    history.do(RetractFact(fact=F, reason="Other day."))
    assert shown(history, MAR) == []


def test_a_shared_note_becomes_part_of_the_record() -> None:
    history = History()
    note = observation().model_copy(update={"data_class": DataClass.SOLE_POSSESSION})
    history.do(note)
    history.do(ShareNote(fact=F, shared_with="the team"))
    assert [r.data_class for r in shown(history, MAY)] == ["education"]


def test_the_timeline_keeps_each_happening_at_its_own_date() -> None:
    history = History()
    history.do(observation())
    history.do(SupersedeFact(fact=F, successor=G, changes={"text": "New."}, effective=since(MAR)))
    rows = [r for r, until in fold_all(fold.timeline, history.events) if until is None]
    assert sorted(r.said[0] for r in rows if r.said[0]) == [JAN, MAR]
    assert all(r.effective == (r.said,) for r in rows)


@pytest.mark.parametrize(
    ("spans", "hole", "left"),
    [
        ([(JAN, None)], (MAR, None), ((JAN, MAR),)),
        ([(JAN, None)], (MAR, APR), ((JAN, MAR), (APR, None))),
        ([(None, None)], (None, APR), ((APR, None),)),
        ([(JAN, MAR)], (MAR, APR), ((JAN, MAR),)),
        ([(JAN, APR)], (None, None), ()),
        ([(JAN, MAR), (APR, MAY)], (MAR, APR), ((JAN, MAR), (APR, MAY))),
    ],
)
def test_subtracting_a_stretch(spans: list[object], hole: object, left: tuple[object, ...]) -> None:
    assert subtract(spans, hole) == left  # type: ignore[arg-type]


@pytest.mark.parametrize("ends", [JAN, MAR])
def test_an_enrolment_that_ended_before_it_began_was_a_range_no_table_takes(ends: date) -> None:
    history = History()
    enrolled = EnrolLearner(enrolment=G, school="north-high", grade="09", effective=since(MAR))
    history.do(enrolled)
    history.do(EndEnrolment(enrolment=G, effective=since(ends)))
    rows = [r for r, until in fold_all(fold.membership, history.events) if until is None]
    assert {(r.kind, r.area, r.effective) for r in rows} == {
        ("school", "north-high", ()), ("grade", "09", ()),
    }  # fmt: skip


def test_who_stayed_on_past_the_day_an_enrolment_was_to_end_belongs_there_until_then() -> None:
    """A cohort lost the learner on the day first said, and the profile on the day of the end."""
    history = History()
    enrolled = EnrolLearner(
        enrolment=G, school="north-high", grade="09", effective=Effective(start=JAN, until=MAR)
    )
    history.do(enrolled)
    history.do(EndEnrolment(enrolment=G, effective=since(MAY)), today=LATE)
    for table in (fold.profile, fold.membership):
        held = [r for r in holding(table, history.events, APR) if r.kind != "details"]
        assert held, "in April, too"
        assert all(r.effective == ((JAN, MAY),) for r in held)
