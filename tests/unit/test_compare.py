"""What differs between two places in time: what happened is told apart from what we learnt."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.range import DateRange

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
from domain.facts import (
    EndSupport,
    RecordCourseResult,
    RecordObservation,
    ScoreAssessment,
    StartSupport,
    SummariseAttendance,
)
from domain.goals import ProgressGoal, SetGoal
from domain.identity import ChangeDetails
from domain.words import DataClass, GoalKind, Horizon
from projections import fold
from projections.cells import OPEN
from projections.compare import (
    Comparison,
    Coordinates,
    Difference,
    OutOfOrder,
    What,
    compare,
)
from projections.entries import Entry, entry, for_recipient
from projections.fold import Line
from projections.growth import Growth, WhyNot
from projections.rows import Row
from projections.tables import RowProjection
from tests.history import History
from tests.unit.decider import since

F, G, H = (UUID(int=n) for n in (1, 2, 3))
JAN, FEB, MAR, APR, MAY = (date(2025, month, 1) for month in range(1, 6))


def observation(fact: UUID = F, start: date = JAN, **more: Any) -> RecordObservation:
    told = {"fact": fact, "area": "interests", "text": "Likes chess.", "effective": since(start)}
    return RecordObservation.model_validate({**told, **more})


def score(value: str, on: date, **more: Any) -> ScoreAssessment:
    told = {"measure": "Mathematics", "score": value, "scale": "IRT logits", "effective": since(on)}
    return ScoreAssessment.model_validate({**told, **more})


class File(History):
    """A history that is read as the projections read it, at any position."""

    def tell(self, *commands: Command) -> int:
        """Record commands; the position reached."""
        for command in commands:
            self.do(command)
        return len(self.events)

    def profile(self, on: date, position: int) -> list[Entry]:
        """What held on a day, as known at a position."""
        found = [
            self.entry(row, gone)
            for row, until, gone in self.rows()
            if row.known_from <= position < until
            and any((s is None or s <= on) and (u is None or on < u) for s, u in row.effective)
        ]
        return sorted(found, key=lambda e: (e.kind, e.area or "", str(e.id)))

    def rows(self) -> Iterator[tuple[Row, int, tuple[int, str] | None]]:
        """Every row with the position at which it closed, and what later took it away for good."""
        table, state = RowProjection("profile", fold.profile, 1), dict[Line, list[Row]]()
        closed: list[tuple[Row, int]] = []
        marks: dict[tuple[Row, int], tuple[int, str]] = {}
        for event in self.events:
            changes = table.take(state, event)
            closed += [(row, event.position) for row in changes.close]
            if gone := changes.removed:
                hit = [(r, u) for r, u in closed if r.item in gone.items]
                marks |= {
                    one: (event.position, gone.how)
                    for one in hit
                    if not set(gone.own).isdisjoint(one[0].content)
                }
        yield from ((row, until, marks.get((row, until))) for row, until in closed)
        yield from ((row, OPEN, None) for rows in state.values() for row in rows)

    def entry(self, row: Row, gone: tuple[int, str] | None) -> Entry:
        return entry(
            {
                **{name: getattr(row, name) for name in Row.__slots__},
                "effective": [DateRange(start, until) for start, until in row.effective],
                "removed_at": gone and gone[0],
                "removed_how": gone and gone[1],
            },
            [self.events[p - 1] for p in row.content],
        )

    def compare(
        self, a: tuple[date, int], b: tuple[date, int], *, recipient: bool = False
    ) -> Comparison:
        before, after, between = (
            self.profile(*place) for place in (a, b, (a[0], b[1]))
        )  # fmt: skip
        if recipient:
            before, after, between = (
                [for_recipient(e) for e in entries] for entries in (before, after, between)
            )
        return compare(before, after, at(*a), at(*b), hindsight=between)


def at(on: date, position: int) -> Coordinates:
    return Coordinates(on, position, None)


def only(found: Comparison) -> Difference:
    [difference] = found.differences
    return difference


def ids(difference: Difference) -> tuple[UUID | None, UUID | None]:
    before, after = difference.before, difference.after
    return (before.id if before else None, after.id if after else None)


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


# -- measures -----------------------------------------------------------------------------------


def grown(file: File, known: int | None = None) -> list[Growth]:
    """The growth from 1 February to 1 May; the first as known at a position."""
    now = len(file.events)
    return file.compare((FEB, known or now), (MAY, now)).growth


def test_growth_has_its_difference_standard_error_and_days(file: File) -> None:
    file.tell(
        score("1.1", JAN, standard_error="0.3", instrument="Form B"),
        score("2.25", APR, standard_error="0.4", instrument="Form B"),
    )
    [found] = grown(file)
    assert (found.measure, found.difference, found.standard_error, found.days) == (
        "Mathematics", Decimal("1.15"), Decimal("0.5"), 90,
    )  # fmt: skip
    assert found.why_not is None
    assert found.then == found.first


def test_without_a_standard_error_on_both_none_is_made_up(file: File) -> None:
    file.tell(score("1.1", JAN, standard_error="0.3"), score("2.25", APR))
    [found] = grown(file)
    assert (found.difference, found.standard_error) == (Decimal("1.15"), None)


def test_decimals_are_counted_exactly(file: File) -> None:
    file.tell(score("0.1", JAN), score("0.3", APR))
    assert [g.difference for g in grown(file)] == [Decimal("0.2")]


@pytest.mark.parametrize(
    ("other", "why_not"),
    [
        ({"scale": "RIT"}, WhyNot.OTHER_SCALE),
        ({"instrument": "Form C"}, WhyNot.OTHER_INSTRUMENT),
        ({"scale": "RIT", "instrument": "Form C"}, WhyNot.OTHER_BOTH),
    ],
)
def test_scores_on_other_scales_or_instruments_are_not_compared(
    file: File, other: dict[str, str], why_not: WhyNot
) -> None:
    file.tell(
        score("1.1", JAN, instrument="Form B", standard_error="0.3"),
        score("215", APR, **{"instrument": "Form B", "standard_error": "3", **other}),
    )
    [found] = grown(file)
    assert (found.why_not, found.difference, found.standard_error) == (why_not, None, None)
    assert str(found.why_not).startswith("not comparable: other ")


def test_each_scale_is_compared_with_its_own(file: File) -> None:
    file.tell(
        score("1.1", JAN), score("200", JAN, scale="RIT"),
        score("1.5", APR), score("207", APR, scale="RIT"),
    )  # fmt: skip
    assert {(g.last.scale, g.difference) for g in grown(file)} == {
        ("IRT logits", Decimal("0.4")), ("RIT", Decimal(7)),
    }  # fmt: skip


def test_the_latest_score_of_each_day_counts_whatever_was_entered_last(file: File) -> None:
    file.tell(
        score("1.1", FEB), score("0.7", JAN), score("2.0", APR), score("1.4", MAR)
    )  # fmt: skip
    assert [g.difference for g in grown(file)] == [Decimal("0.9")]


def test_without_a_newer_score_nothing_grew(file: File) -> None:
    file.tell(score("1.1", JAN))
    [found] = grown(file)
    assert (found.why_not, found.difference, found.days) == (WhyNot.NO_NEWER, None, 0)


def test_a_corrected_score_is_no_growth_and_growth_is_counted_from_it(file: File) -> None:
    fact = uuid4()
    known = file.tell(score("2.3", JAN, fact=fact))
    file.tell(CorrectFact(fact=fact, changes={"score": "1.3"}, ground="Typing error."))
    now = len(file.events)
    [same_day] = file.compare((FEB, known), (FEB, now)).growth
    assert same_day.why_not is WhyNot.NO_NEWER
    file.tell(score("2.5", APR))
    [found] = grown(file, known)
    assert found.then
    assert (found.then.value, found.first.value, found.difference) == (
        Decimal("2.3"), Decimal("1.3"), Decimal("1.2"),
    )  # fmt: skip


def test_a_score_learnt_late_counts_and_is_told_as_unknown_then(file: File) -> None:
    file.tell(score("1.1", JAN), score("2.5", APR))
    [found] = grown(file, 1)
    assert (found.difference, found.then) == (Decimal("1.4"), None)


def test_attendance_is_compared_in_percent_of_school_days(file: File) -> None:
    for start, until, attended in ((JAN, FEB, "15"), (APR, MAY, "19.5")):
        file.tell(
            SummariseAttendance(
                days_enrolled=20, days_attended=Decimal(attended), effective=since(start, until)
            )
        )
    now = len(file.events)
    [found] = file.compare((date(2025, 1, 20), now), (date(2025, 4, 20), now)).growth
    assert (found.measure, found.difference) == ("Attendance", Decimal("22.50"))


def test_course_points_are_compared_on_a_stated_scale_alone(file: File) -> None:
    for on, points in ((JAN, "2.7"), (APR, "3.3")):
        for course, scale in (("Algebra I", "4.0"), ("Art", None)):
            file.tell(
                RecordCourseResult(
                    course=course, result="B", points=Decimal(points), scale=scale,
                    effective=since(on),
                )
            )  # fmt: skip
    assert [(g.measure, g.difference, g.why_not) for g in grown(file)] == [
        ("Algebra I", Decimal("0.6"), None), ("Art", None, WhyNot.NO_SCALE),
    ]  # fmt: skip


def test_what_is_no_measure_has_no_growth(file: File) -> None:
    file.tell(observation(), observation(G, MAR))
    assert grown(file) == []
