"""The words of the pages: everything the engine names by a code has some."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.pages import words
from api.pages.charts import specification
from api.pages.said import remark_line
from api.pages.series import Series
from domain.access.words import AnswerOutcome, ReviewOutcome, WithholdingCode
from domain.changes import ConfirmFact
from domain.effective import Effective
from domain.facts import EndSupport, StartSupport
from domain.identity import Capacity, EvidenceKind
from domain.vocabulary import EVENTS
from domain.words import Area, GoalKind, Horizon, Precision
from tests.unit.compared import JAN, F, File, observation
from tests.unit.decider import since


def test_every_code_that_a_page_meets_has_words() -> None:
    assert set(words.TYPES) == set(EVENTS)
    assert set(words.AREAS) == set(Area)
    assert set(words.CAPACITIES) == set(Capacity)
    assert set(words.EVIDENCE) == set(EvidenceKind)
    assert set(words.HORIZONS) == set(Horizon)
    assert set(words.GOAL_KINDS) == set(GoalKind)
    assert set(words.OUTCOMES) == set(ReviewOutcome)
    assert set(words.ANSWER_OUTCOMES) == set(AnswerOutcome)
    assert set(words.WITHHELD) == set(WithholdingCode)


@pytest.mark.parametrize(
    ("value", "precision", "shown"),
    [
        (date(2025, 3, 14), "day", "14 March 2025"),
        (date(2025, 3, 1), "month", "March 2025"),
        (date(2025, 1, 8), "term", "the term that began 8 January 2025"),
        (date(2025, 1, 1), "year", "2025"),
        (None, "unknown", "date not known"),
    ],
)
def test_a_date_is_told_as_exactly_as_it_is_known(
    value: date | None, precision: str, shown: str
) -> None:
    assert words.dated(value, precision) == shown


@pytest.mark.parametrize(
    ("start", "until", "precision", "shown"),
    [
        (date(2025, 3, 14), date(2025, 5, 4), "day", "14 March 2025 to 3 May 2025"),
        (date(2025, 3, 1), date(2025, 6, 1), "month", "March 2025 to May 2025"),
        (
            date(2025, 9, 2),
            date(2026, 2, 1),
            "term",
            "the term that began 2 September 2025 to about January 2026",
        ),
        (date(1977, 7, 1), date(1978, 7, 1), "year", "1977 to 1978"),
        (date(1977, 1, 1), date(1978, 1, 1), "year", "1977 to 1977"),
        (None, date(1978, 7, 1), "unknown", "date not known to 30 June 1978"),
    ],
)
def test_the_end_of_what_is_known_to_the_year_was_told_to_the_day(
    start: date | None, until: date, precision: str, shown: str
) -> None:
    file = File()
    when = Effective(start=start, until=until, precision=Precision(precision))
    file.tell(observation(effective=when))
    [found] = [e for e in file.profile(until - timedelta(days=1), 2) if e.kind == "fact"]
    assert words.when(found) == shown


def test_the_end_that_somebody_recorded_is_as_exact_as_they_knew_it() -> None:
    file = File()
    year = Effective(start=date(2024, 1, 1), precision=Precision.YEAR)
    file.tell(
        StartSupport(fact=F, title="Reading group", effective=year),
        EndSupport(support=F, reason="Fluent.", effective=since(date(2026, 3, 15))),
    )
    [found] = [e for e in file.profile(JAN, 3) if e.kind == "fact"]
    assert words.when(found) == "2024 to 14 March 2026"


def test_a_remark_of_which_the_month_is_known_was_told_to_the_day() -> None:
    file = File()
    march = Effective(start=date(2025, 3, 1), precision=Precision.MONTH)
    file.tell(observation(), ConfirmFact(fact=F, effective=march))
    [found] = [e for e in file.profile(date(2025, 4, 1), 3) if e.kind == "fact"]
    assert remark_line(found.remarks[0]).endswith(", March 2025")


def test_a_time_is_told_in_the_districts_zone() -> None:
    at = datetime(2025, 1, 1, 5, 5, tzinfo=UTC)
    assert words.moment(at, ZoneInfo("America/Chicago")) == "31 December 2024, 11:05 pm"


def test_a_school_year_turned_in_august_wherever_the_school_was() -> None:
    assert words.school_year(date(2025, 7, 31), "08-01") == "School year 2024–25"
    assert words.school_year(date(2025, 8, 1), "08-01") == "School year 2025–26"
    assert words.school_year(date(2025, 8, 1), "09-15") == "School year 2024–25"
    assert words.school_year(date(2025, 9, 15), "09-15") == "School year 2025–26"
    assert words.school_year(date(1999, 9, 1), "08-01") == "School year 1999–00"
    assert words.school_year(None, "08-01") == "Date not known"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("nv, ES ;q=0.5", "es"),
        ("zh-Hant-TW", "zh"),
        (";,;q=x,,-", "en"),
    ],
)
def test_the_language_of_a_form_is_the_first_that_the_browser_names(
    accepted: str, language: str
) -> None:
    assert words.preferred_language(accepted) == language


def test_an_axis_has_its_scale_in_full_over_several_lines() -> None:
    scale = "Maple growth scale, 100–300, one scale K–12"
    title = axis_title(scale)
    assert " ".join(title) == scale
    assert len(title) == 2
    assert len(axis_title("A very long scale " * 20)) == 3
    assert axis_title("IRT logits") == ["IRT logits"]


def axis_title(scale: str) -> list[str]:
    """The title of the value axis of a chart on this scale."""
    layers = specification(Series("assessment-scored", "Mathematics", scale, ()))["layer"]
    [title] = {tuple(layer["encoding"]["y"]["title"]) for layer in layers}
    return list(title)


def test_a_birthday_on_29_february_counts_from_the_day_after_in_other_years() -> None:
    born = date(2012, 2, 29)
    assert words.age(born, date(2025, 2, 28)) == 12
    assert words.age(born, date(2025, 3, 1)) == 13


def test_how_far_a_due_day_is_is_told_in_words() -> None:
    today = date(2025, 3, 14)
    assert words.apart(today, today) == "today"
    assert words.apart(today, date(2025, 3, 15)) == "in 1 day"
    assert words.apart(today, date(2025, 3, 2)) == "12 days overdue"


def test_numbers_read_as_a_person_writes_them() -> None:
    assert [words.number(n) for n in ("10", "1.50", "-0.304", "100")] == [
        "10", "1.5", "−0.304", "100",
    ]  # fmt: skip


def test_codes_of_schools_and_grades_are_spelled_out() -> None:
    names = {"alder-creek-es": "Alder Creek Elementary School"}
    assert words.school("alder-creek-es", names) == "Alder Creek Elementary School"
    assert words.school("north-high", names) == "North High"
    assert words.school(None, names) == "Not enrolled"
    assert [words.grade(g) for g in ("k", "09", "11", "transition", None)] == [
        "Kindergarten", "Grade 9", "Grade 11", "Transition", "no grade",
    ]  # fmt: skip
