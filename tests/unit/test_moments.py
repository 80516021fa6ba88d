"""Days and instants as people ask about them: what they mean, and which are none."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.cursors import Cursors
from api.moments import MomentWrong, day_asked, instant_asked, names_moment
from domain.effective import EARLIEST

CHICAGO = ZoneInfo("America/Chicago")
# With a summer time of half an hour, at midnight, of none; far west and east; a day skipped.
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/Chicago", "Australia/Lord_Howe", "America/Asuncion", "America/Phoenix", "UTC",
        "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "Africa/Cairo",
    )
]  # fmt: skip
TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
LATER = datetime(2101, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
TIMES = st.datetimes(datetime(1901, 1, 1), datetime(2100, 12, 30))  # noqa: DTZ001


def rule_of(ask: Callable[[], object]) -> str:
    with pytest.raises(MomentWrong) as wrong:
        ask()
    return wrong.value.rule


def asked(text: str, now: datetime = NOW, zone: ZoneInfo = CHICAGO) -> datetime:
    return instant_asked(text, zone, now)


# -- days ---------------------------------------------------------------------------------------


@given(st.dates(EARLIEST, TODAY), st.none() | st.dates(EARLIEST, TODAY))
def test_a_day_is_asked_about_from_1900_and_from_birth_until_today(
    on: date, born: date | None
) -> None:
    if born is None or on >= born:
        assert day_asked(on, TODAY, born) == on
    else:
        assert rule_of(lambda: day_asked(on, TODAY, born)) == "on-before-birth"


@pytest.mark.parametrize(
    ("on", "born", "rule"),
    [
        (TODAY + timedelta(days=1), None, "on-after-today"),
        (date.max, None, "on-after-today"),
        (TODAY + timedelta(days=1), date.max, "on-after-today"),
        (EARLIEST - timedelta(days=1), None, "on-too-early"),
        (date.min, date(2012, 2, 29), "on-too-early"),
        (date(2012, 2, 28), date(2012, 2, 29), "on-before-birth"),
    ],
)
def test_a_day_that_cannot_be_asked_about(on: date, born: date | None, rule: str) -> None:
    assert rule_of(lambda: day_asked(on, TODAY, born)) == rule


@pytest.mark.parametrize("on", [TODAY, EARLIEST, date(2012, 2, 29), date(2024, 2, 29)])
def test_the_first_and_the_last_day_and_the_day_of_birth_can_be_asked_about(on: date) -> None:
    assert day_asked(on, TODAY, on) == on


# -- instants that are a day --------------------------------------------------------------------


@given(st.dates(date(1901, 1, 1), date(2100, 12, 30)), st.sampled_from(ZONES))
@example(date(2026, 3, 8), CHICAGO)
@example(date(2026, 11, 1), CHICAGO)
@example(date(1995, 1, 1), ZoneInfo("Pacific/Kiritimati"))
def test_a_day_means_its_last_moment_in_the_district_s_zone(day: date, zone: ZoneInfo) -> None:
    found = asked(day.isoformat(), LATER, zone)
    assert found.tzinfo is UTC
    assert (found + MOMENT).astimezone(zone).date() > day
    assert (
        found.astimezone(zone).date() <= day
    )  # of a day that was skipped: the end of the one before


@given(st.dates(date(1901, 1, 1), date(2100, 12, 29)), st.sampled_from(ZONES))
def test_a_later_day_means_a_later_moment(day: date, zone: ZoneInfo) -> None:
    one, two = (asked((day + timedelta(days=n)).isoformat(), LATER, zone) for n in (0, 1))
    assert one <= two


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-01", 24), ("2024-02-29", 24)],
)
def test_a_day_on_which_the_clocks_change_has_23_or_25_hours(day: str, hours: int) -> None:
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    assert asked(day, LATER) - asked(before, LATER) == timedelta(hours=hours)


@given(TIMES, st.sampled_from(ZONES))
def test_the_end_of_today_is_now(now: datetime, zone: ZoneInfo) -> None:
    instant = now.replace(tzinfo=UTC)
    today = instant.astimezone(zone).date()
    assert asked(today.isoformat(), instant, zone) == instant
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert rule_of(lambda: asked(tomorrow, instant, zone)) == "known-in-future"


def test_which_day_is_today_is_told_in_the_district_s_zone() -> None:
    evening = datetime(2026, 3, 21, 2, 0, tzinfo=UTC)  # 9 pm of the 20th in Chicago
    assert asked("2026-03-20", evening) == evening
    assert rule_of(lambda: asked("2026-03-21", evening)) == "known-in-future"
    assert asked("2026-03-21", evening, ZoneInfo("Asia/Kathmandu")) == evening


# -- instants that are a time -------------------------------------------------------------------


@given(TIMES, st.sampled_from(ZONES), st.booleans())
@example(datetime(2026, 3, 8, 2, 30), CHICAGO, False)  # noqa: DTZ001
@example(datetime(2026, 11, 1, 1, 30), CHICAGO, True)  # noqa: DTZ001
@example(datetime(2026, 4, 5, 1, 45), ZoneInfo("Australia/Lord_Howe"), False)  # noqa: DTZ001
def test_a_local_time_names_the_one_instant_at_which_clocks_showed_it(
    local: datetime, zone: ZoneInfo, with_fold: bool
) -> None:
    """Looked for the slow way: in the two days around it, which instants show this local time?"""
    guess = local.replace(tzinfo=UTC)
    offsets = {
        (guess + timedelta(minutes=15 * n)).astimezone(zone).utcoffset()
        for n in range(-4 * 28, 4 * 28)
    }
    showing = {
        guess - offset
        for offset in offsets
        if offset is not None
        and (guess - offset).astimezone(zone).replace(tzinfo=None, fold=0) == local
    }
    text = local.replace(fold=int(with_fold)).isoformat()
    if len(showing) == 1:
        assert {asked(text, LATER, zone)} == showing
    else:
        rule = "known-twice" if showing else "known-skipped"
        assert rule_of(lambda: asked(text, LATER, zone)) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2026-03-08T02:00", "known-skipped"),
        ("2026-03-08T02:30", "known-skipped"),
        ("2026-03-08T02:59:59.999999", "known-skipped"),
        ("2026-11-01T01:00", "known-twice"),
        ("2026-11-01T01:30", "known-twice"),
        ("2026-11-01T01:59:59.999999", "known-twice"),
    ],
)
def test_an_hour_that_was_skipped_or_shown_twice_names_no_instant(text: str, rule: str) -> None:
    assert rule_of(lambda: asked(text, LATER)) == rule


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-08T01:59:59", datetime(2026, 3, 8, 7, 59, 59, tzinfo=UTC)),
        ("2026-03-08T03:00", datetime(2026, 3, 8, 8, 0, tzinfo=UTC)),
        ("2026-11-01T00:59:59", datetime(2026, 11, 1, 5, 59, 59, tzinfo=UTC)),
        ("2026-11-01T02:00", datetime(2026, 11, 1, 8, 0, tzinfo=UTC)),
        ("2026-11-01T01:30-05:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ("2026-11-01T01:30-06:00", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
        ("2026-03-14 15:00", datetime(2026, 3, 14, 20, 0, tzinfo=UTC)),
        ("2026-03-14T15:00Z", datetime(2026, 3, 14, 15, 0, tzinfo=UTC)),
        ("2026-03-14T15:00:00.5+05:45", datetime(2026, 3, 14, 9, 15, 0, 500000, tzinfo=UTC)),
    ],
)
def test_a_time_beside_a_change_of_clocks_or_with_its_offset(text: str, instant: datetime) -> None:
    assert asked(text, LATER) == instant


@given(TIMES, st.integers(-14 * 60, 14 * 60))
def test_a_time_with_its_offset_means_itself_in_every_zone(local: datetime, minutes: int) -> None:
    offset = timedelta(minutes=minutes)
    sign, whole = "-" if minutes < 0 else "+", abs(minutes)
    text = f"{local.isoformat()}{sign}{whole // 60:02}:{whole % 60:02}"
    found = {asked(text, LATER, zone) for zone in ZONES}
    assert found == {local.replace(tzinfo=UTC) - offset}
    assert all(each.tzinfo is UTC for each in found)


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_an_instant_ahead_is_refused_and_now_is_not(ahead: timedelta) -> None:
    text = (NOW + ahead).isoformat()
    if ahead:
        assert rule_of(lambda: asked(text)) == "known-in-future"
    else:
        assert asked(text) == NOW


# -- what is no moment at all -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29", "2026-13-01", "2026-3-14", "2026-03-14T25:00", "2026-03-14T15:00+25:00",
        "14.3.2026", "yesterday", "", " ", "２０２６-03-14x", "0000-01-01", "10000-01-01",
        "2026-03-14T15:00 Chicago", "0001-01-01T00:00+14:00",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_to_be_so(text: str) -> None:
    assert rule_of(lambda: asked(text)) == "known-not-understood"


@given(st.text(max_size=30))
def test_nothing_that_is_typed_leads_astray(text: str) -> None:
    rules = ("known-not-understood", "known-in-future", "known-skipped", "known-twice")
    assert outcome(text, CHICAGO) in ("understood", *rules)


def outcome(text: str, zone: ZoneInfo) -> str:
    """`understood` where it is an instant until now, else the rule."""
    try:
        assert asked(text, zone=zone) <= NOW
    except MomentWrong as wrong:
        return wrong.rule
    return "understood"


@pytest.mark.parametrize("text", ["2026-99-99 Ana Lopez", "2026-03-14T15:00 and more"])
def test_what_was_typed_is_not_repeated(text: str) -> None:
    with pytest.raises(MomentWrong) as wrong:
        asked(text)
    assert text not in str(wrong.value)
    assert wrong.value.__cause__ is None


@pytest.mark.parametrize("zone", ZONES)
def test_the_ends_of_the_calendar_break_nothing(zone: ZoneInfo) -> None:
    for text in ("0001-01-01", "0001-01-02", "0001-01-01T00:00", "0001-01-01T00:00+14:00"):
        assert outcome(text, zone) in ("understood", "known-not-understood")
    for text in ("9999-12-31", "9999-12-31T23:59", "9999-12-31T23:59-14:00"):
        assert outcome(text, zone) in ("known-in-future", "known-not-understood")


# -- a moment, or a position --------------------------------------------------------------------


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
@example(51, b"\0" * 32)
def test_a_position_is_never_taken_for_a_moment(position: int, secret: bytes) -> None:
    given = Cursors(lambda: secret).position(position)
    assert not names_moment(given)
    assert not names_moment(f"2026{given}")  # one in 1,678 begins with four digits
    assert not names_moment(f"2026-03-14{given}")


@given(TIMES, st.sampled_from([None, UTC, CHICAGO]))
def test_a_moment_is_never_taken_for_a_position(local: datetime, zone: ZoneInfo | None) -> None:
    moment = local.replace(tzinfo=zone)
    texts = [moment.date().isoformat(), moment.isoformat(), moment.isoformat(" "),
             moment.isoformat(timespec="minutes"), moment.strftime("%Y%m%dT%H%M%S%z")]  # fmt: skip
    assert all(names_moment(text) for text in texts)
