"""What differs between two places in time: what happened is told apart from what we learnt."""

from datetime import date

import pytest

from domain.changes import (
    AmendFact,
    ConfirmFact,
    CorrectFact,
    PlaceContestStatement,
    ReclassifyFact,
    RetractFact,
    SupersedeFact,
)
from domain.consent import GrantConsent, VoidConsent
from domain.event import Command
from domain.facts import EndSupport, StartSupport
from domain.goals import ProgressGoal, SetGoal
from domain.identity import ChangeDetails
from domain.words import DataClass, GoalKind, Horizon
from projections.compare import OutOfOrder, What, compare
from projections.growth import WhyNot
from tests.unit.compared import (
    APR,
    FEB,
    JAN,
    MAR,
    MAY,
    F,
    File,
    G,
    at,
    ids,
    observation,
    only,
    score,
)
from tests.unit.decider import since


@pytest.fixture
def file() -> File:
    return File()


# -- what happened in the learner's life --------------------------------------------------------


def test_what_began_between_the_two_days_was_added(file: File) -> None:
    now = file.tell(observation(start=MAR))
    found = only(file.compare((FEB, now), (APR, now)))
    assert (found.what, ids(found), found.late) == (What.ADDED, (None, F), False)


def test_what_began_between_and_became_known_between_was_added_too(file: File) -> None:
    now = file.tell(observation(start=MAR))
    assert only(file.compare((FEB, 1), (APR, now))).what is What.ADDED


def test_what_no_longer_holds_ended(file: File) -> None:
    known = file.tell(StartSupport(fact=F, title="Reading group", effective=since(JAN)))
    now = file.tell(EndSupport(support=F, reason="Reached.", effective=since(APR)))
    for position in (known, now):
        found = only(file.compare((FEB, position), (MAY, now)))
        assert (found.what, ids(found), found.late) == (What.ENDED, (F, None), False)


def test_a_value_that_took_over_changed_it(file: File) -> None:
    file.tell(observation())
    now = file.tell(
        SupersedeFact(fact=F, successor=G, changes={"text": "Go."}, effective=since(MAR))
    )
    found = only(file.compare((FEB, now), (APR, now)))
    assert (found.what, ids(found), found.late) == (What.CHANGED, (F, G), False)


def test_of_a_stretch_in_the_middle_the_days_around_are_the_same(file: File) -> None:
    file.tell(observation())
    now = file.tell(
        SupersedeFact(fact=F, successor=G, changes={"text": "Go."}, effective=since(MAR, APR))
    )
    around = file.compare((FEB, now), (MAY, now))
    assert (around.differences, around.same) == ([], 2)  # the learner's details, and the entry
    assert ids(only(file.compare((MAR, now), (MAY, now)))) == (G, F)


def test_progress_on_a_goal_changed_it_and_is_told(file: File) -> None:
    file.tell(
        SetGoal(
            goal=G, text="Read.", horizon=Horizon.SHORT_TERM, kind=GoalKind.ACADEMIC,
            effective=since(JAN),
        )
    )  # fmt: skip
    now = file.tell(ProgressGoal(goal=G, text="Half.", percent=50, effective=since(MAR)))
    found = only(file.compare((FEB, now), (APR, now)))
    assert found.what is What.CHANGED
    assert [r.percent for r in found.remarks] == [50]


# -- what we learnt -----------------------------------------------------------------------------


@pytest.mark.parametrize("later", [FEB, MAY])
def test_what_held_already_and_was_not_known_was_learnt_late(file: File, later: date) -> None:
    now = file.tell(observation())
    found = only(file.compare((FEB, 1), (later, now)))
    assert (found.what, ids(found), found.late) == (What.LEARNT_LATE, (None, F), True)


def test_a_line_learnt_late_whose_value_changed_since_was_learnt_late(file: File) -> None:
    """What it shows began after the earlier day; the line held on it already."""
    file.tell(observation())
    now = file.tell(
        SupersedeFact(fact=F, successor=G, changes={"text": "Go."}, effective=since(MAR))
    )
    found = only(file.compare((FEB, 1), (MAY, now)))
    assert (found.what, ids(found)) == (What.LEARNT_LATE, (None, G))


@pytest.mark.parametrize("later", [MAR, MAY])
def test_a_new_value_learnt_late_is_told_so(file: File, later: date) -> None:
    known = file.tell(observation())
    now = file.tell(
        SupersedeFact(fact=F, successor=G, changes={"text": "Go."}, effective=since(FEB))
    )
    found = only(file.compare((MAR, known), (later, now)))
    assert (found.what, ids(found), found.late) == (What.CHANGED, (F, G), True)


CORRECT = CorrectFact(fact=F, changes={"text": "Likes go."}, ground="Misheard.")
AMEND = AmendFact(fact=F, changes={"text": "Plays go."}, ground="Granted.")
RECLASSIFY = ReclassifyFact(fact=F, becomes=DataClass.SPECIAL_ED, reason="Part of the IEP.")


@pytest.mark.parametrize("change", [CORRECT, AMEND, RECLASSIFY])
@pytest.mark.parametrize("later", [FEB, MAY])
def test_what_the_file_had_wrong_was_corrected(file: File, change: Command, later: date) -> None:
    known = file.tell(observation())
    now = file.tell(change)
    found = only(file.compare((FEB, known), (later, now)))
    assert (found.what, ids(found), found.late) == (What.CORRECTED, (F, F), True)
    assert found.before
    assert found.before.body == {"text": "Likes chess."}


def test_a_consent_that_was_never_valid_was_corrected(file: File) -> None:
    consent = GrantConsent(
        consent=G, records=("attendance",), purpose="tutoring", recipient="Bright Path",
        signer_name="Maria", capacity="mother", method="paper", effective=since(JAN),
    )  # fmt: skip
    known = file.tell(consent)
    now = file.tell(VoidConsent(consent=G, reason="Not the mother."))
    assert only(file.compare((FEB, known), (FEB, now))).what is What.CORRECTED


def test_an_entry_whose_dates_were_put_right_did_not_end(file: File) -> None:
    known = file.tell(observation())
    moved = CorrectFact(fact=F, changes={}, ground="Typing error.", effective=since(APR))
    now = file.tell(moved)
    there, gone = file.compare((FEB, known), (MAY, now)), file.compare((FEB, known), (MAR, now))
    assert (only(there).what, ids(only(there))) == (What.CORRECTED, (F, F))
    assert (only(gone).what, ids(only(gone)), only(gone).late) == (
        What.CORRECTED, (F, None), True,
    )  # fmt: skip


def test_a_running_support_whose_start_was_put_right_was_corrected(file: File) -> None:
    known = file.tell(StartSupport(fact=F, title="Reading group", effective=since(FEB)))
    now = file.tell(CorrectFact(fact=F, changes={}, ground="Earlier.", effective=since(JAN)))
    assert only(file.compare((MAR, known), (APR, now))).what is What.CORRECTED


@pytest.mark.parametrize("later", [FEB, MAY])
def test_what_was_retracted_was_taken_back(file: File, later: date) -> None:
    known = file.tell(observation())
    now = file.tell(RetractFact(fact=F, reason="Another learner.", wrong_learner=True))
    found = only(file.compare((FEB, known), (later, now)))
    assert (found.what, ids(found), found.late) == (What.TAKEN_BACK, (F, None), True)


def test_a_retracted_value_gives_way_to_the_one_before_it(file: File) -> None:
    known = file.tell(
        observation(),
        SupersedeFact(fact=F, successor=G, changes={"text": "Go."}, effective=since(MAR)),
    )
    now = file.tell(RetractFact(fact=G, reason="Another day."))
    found = only(file.compare((APR, known), (MAY, now)))
    assert (found.what, ids(found)) == (What.TAKEN_BACK, (G, F))


def test_what_is_retracted_only_after_the_later_place_is_not_taken_back_yet(file: File) -> None:
    known = file.tell(observation())
    corrected = file.tell(CORRECT)
    file.tell(RetractFact(fact=F, reason="Another learner."))
    assert file.compare((FEB, known), (MAY, known)).differences == []
    assert only(file.compare((FEB, known), (MAY, corrected))).what is What.CORRECTED


def test_a_changed_name_is_a_change(file: File) -> None:
    now = file.tell(ChangeDetails(preferred_name="Annie"))
    found = only(file.compare((FEB, 1), (FEB, now)))
    assert (found.what, found.entry.body["preferred_name"]) == (What.CHANGED, "Annie")


# -- what was said about it ---------------------------------------------------------------------


def test_a_statement_placed_since_is_told_and_changes_nothing_else(file: File) -> None:
    known = file.tell(observation())
    now = file.tell(PlaceContestStatement(fact=F, text="We do not agree."))
    for later in (FEB, MAY):
        found = only(file.compare((FEB, known), (later, now)))
        assert (found.what, found.late) == (What.REMARKED, False)
        assert [r.text for r in found.remarks] == ["We do not agree."]
    assert file.compare((FEB, now), (MAY, now)).differences == []


def test_a_statement_stands_in_both_entries_of_what_changed_since_it_was_placed(file: File) -> None:
    file.tell(observation())
    known = file.tell(PlaceContestStatement(fact=F, text="We do not agree."))
    now = file.tell(
        SupersedeFact(fact=F, successor=G, changes={"text": "Go."}, effective=since(MAR)),
        CORRECT,
    )
    found = only(file.compare((FEB, known), (APR, now)))
    assert ids(found) == (F, G)
    for shown in (found.before, found.after):
        assert shown
        assert [r.text for r in shown.remarks] == ["We do not agree."]
    assert found.remarks == ()


def test_a_correction_and_a_confirmation_are_told_together(file: File) -> None:
    known = file.tell(observation())
    now = file.tell(CORRECT, ConfirmFact(fact=F, note="Seen again."))
    found = only(file.compare((FEB, known), (MAY, now)))
    assert (found.what, [r.text for r in found.remarks]) == (What.CORRECTED, ["Seen again."])


# -- what a recipient is not told ---------------------------------------------------------------


def test_a_recipient_is_told_that_it_was_amended_and_not_what_it_said(file: File) -> None:
    known = file.tell(observation(text="A word that was struck out."))
    now = file.tell(AMEND)
    found = file.compare((FEB, known), (MAY, now), recipient=True)
    assert only(found).what is What.CORRECTED
    assert "struck out" not in repr(found)
    assert "struck out" in repr(file.compare((FEB, known), (MAY, now)))


def test_a_recipient_is_told_that_it_was_taken_back_and_not_what_it_said(file: File) -> None:
    known = file.tell(observation(text="A word that was struck out."))
    now = file.tell(RetractFact(fact=F, reason="Another learner."))
    found = file.compare((FEB, known), (MAY, now), recipient=True)
    assert only(found).what is What.TAKEN_BACK
    assert "struck out" not in repr(found)


# -- places in time -----------------------------------------------------------------------------


def test_a_place_compared_with_itself_has_no_difference(file: File) -> None:
    now = file.tell(observation(), CORRECT, score("1.0", JAN))
    found = file.compare((FEB, now), (FEB, now))
    assert (found.differences, found.same) == ([], 3)
    assert [g.why_not for g in found.growth] == [WhyNot.NO_NEWER]


@pytest.mark.parametrize(
    ("a", "b", "field"),
    [((FEB, 2), (JAN, 2), "on"), ((FEB, 2), (MAR, 1), "known"), ((FEB, 1), (JAN, 2), "on")],
)
def test_a_range_that_ends_before_it_starts_is_refused(
    a: tuple[date, int], b: tuple[date, int], field: str
) -> None:
    with pytest.raises(OutOfOrder) as refused:
        compare([], [], at(*a), at(*b), hindsight=[])
    assert refused.value.field == field


def test_hindsight_is_asked_for_where_it_cannot_be_told_from_the_two_places() -> None:
    assert compare([], [], at(FEB, 1), at(FEB, 2)).differences == []
    assert compare([], [], at(FEB, 1), at(MAR, 1)).differences == []
    with pytest.raises(ValueError, match="hindsight"):
        compare([], [], at(FEB, 1), at(MAR, 2))
