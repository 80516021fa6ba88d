"""What became of a measure between two places in time, and when that is not told."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from api.pages import growing, words
from api.replay_tables import growth_of
from domain.changes import CorrectFact, SupersedeFact
from domain.effective import Effective
from domain.facts import RecordCourseResult, SummariseAttendance
from domain.words import Precision
from projections.growth import Growth, WhyNot
from tests.unit.compared import APR, FEB, JAN, MAR, MAY, File, G, observation, score
from tests.unit.decider import since


@pytest.fixture
def file() -> File:
    return File()


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


@pytest.mark.parametrize(
    ("precision", "first", "last", "between"),
    [
        ("year", "2023", "2025", "in about 2 years"),
        ("month", "January 2023", "January 2025", "in about 2 years"),
        ("term", "about January 2023", "about January 2025", "in about 2 years"),
    ],
)
def test_days_were_counted_between_scores_whose_days_are_not_known(
    file: File, precision: str, first: str, last: str, between: str
) -> None:
    days = (date(2023, 1, 1), date(2025, 1, 1))
    one, two = (Effective(start=day, precision=Precision(precision)) for day in days)
    file.tell(score("1.146", JAN, effective=one), score("2.3", JAN, effective=two))
    [found] = file.compare((date(2024, 6, 1), 3), (MAY, 3)).growth
    [line] = growing.grown([found])
    assert (line.first_on, line.last_on) == (first, last)
    assert growth_of(found) == f"1.154 {between}"


@pytest.mark.parametrize(
    ("days", "precision", "told"),
    [
        (3, "month", "within about a month"),
        (59, "month", "in about 2 months"),
        (120, "year", "within about a year"),
        (365, "term", "in about 1 year"),
    ],
)
def test_how_long_it_was_is_told_no_closer_than_it_is_known(
    days: int, precision: str, told: str
) -> None:
    assert words.about(days, precision) == told


def test_one_score_known_to_the_year_made_no_days_to_count_from_the_other(file: File) -> None:
    year = Effective(start=JAN, precision=Precision.YEAR)
    file.tell(score("1.1", JAN, effective=year), score("2.2", APR))
    assert [growth_of(g) for g in grown(file)] == ["1.1 within about a year"]


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
    now, ends = len(file.events), (date(2025, 1, 31), date(2025, 4, 30))
    [found] = file.compare((ends[0], now), (ends[1], now)).growth
    assert (found.measure, found.difference) == ("Attendance", Decimal("22.50"))
    assert (found.first.on, found.last.on) == ends
    # On a day in its midst nobody could know what the whole stretch came to.
    assert file.compare((date(2025, 1, 20), now), (ends[1], now)).growth == []
    assert file.compare((ends[0], now), (date(2025, 4, 20), now)).growth == []


def test_a_score_that_held_for_a_while_was_missing_while_it_held(file: File) -> None:
    first = uuid4()
    now = file.tell(
        score("200", JAN, fact=first),
        SupersedeFact(fact=first, changes={"score": "210"}, effective=since(MAR, MAY)),
    )
    [found] = file.compare((FEB, now), (APR, now)).growth
    assert (found.last.value, found.last.on, found.difference) == (Decimal(210), MAR, Decimal(10))


def test_a_score_that_holds_again_was_dated_to_the_eve_of_the_other(file: File) -> None:
    first = uuid4()
    now = file.tell(
        score("200", JAN, fact=first),
        SupersedeFact(fact=first, changes={"score": "210"}, effective=since(MAR, APR)),
    )
    [found] = file.compare((FEB, now), (MAY, now)).growth
    assert (found.first.on, found.last.on, found.why_not) == (JAN, JAN, WhyNot.NO_NEWER)


def test_the_points_of_a_term_count_from_its_last_day(file: File) -> None:
    for start, until, points in ((JAN, FEB, "2.7"), (MAR, MAY, "3.3")):
        file.tell(
            RecordCourseResult(
                course="Algebra I", result="B", points=Decimal(points), scale="4.0",
                effective=since(start, until),
            )
        )  # fmt: skip
    now, ends = len(file.events), (date(2025, 1, 31), date(2025, 4, 30))
    [found] = file.compare((ends[0], now), (ends[1], now)).growth
    assert (found.first.on, found.last.on) == ends
    assert file.compare((ends[0], now), (APR, now)).growth == []


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
