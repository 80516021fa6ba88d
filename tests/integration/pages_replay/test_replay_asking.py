"""The replay page: another day, wrong days, and what is not answered."""

import re
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from api.pages import charts
from api.watched import Watched
from domain.event import Command
from domain.facts import SummariseAttendance
from domain.goals import ProgressGoal, ReachGoal, ReviseGoal, SetGoal, SetGoalAside
from domain.identity import RegisterLearner
from domain.words import GoalKind, Horizon
from projections.reading import InstantAhead, Reader
from tests.installation import record
from tests.integration.pages_replay.browsing import District, part
from tests.replayed import on

# -- another day --------------------------------------------------------------------------------


def test_two_days_are_compared_by_what_our_file_said(district: District) -> None:
    html = district.get("/replay?on=2025-06-01&known=then&since=2025-03-14").text
    told = part(html, "compared")
    for words_of_it in (
        "From 14 March 2025 to 1 June 2025 What our file said at the end of either day.",
        "New 1 It began between the two days. Assessment : Reading: 197 Since 14 May 2025.",
        "Ended 1",
        "Support : Reading group: Twice a week. It held until 15 May 2025.",
        "It read before Teaches chess to younger children. after Runs the chess club.",
        "Goal : Read 90 words a minute.",
        "How far before 40% after 70%",
        "It was before in force after withdrawn",
        "Corrected 2",
        "Learnt late 2",
        "Taken back 1",
        "Said about it since 1",
    ):
        assert words_of_it in told


def opened(district: District, *commands: Command) -> UUID:
    """A learner of whom something was recorded just now."""
    learner = uuid4()
    told = (RegisterLearner(given_name="Itzel", family_name="Moss"), *commands)
    last = [record(district.system, learner, command).position for command in told][-1]
    # A worker takes it in: who asked for it here as well would go on while that is under way.
    assert district.system.reader.wait_for(last, timeout=60)
    return learner


def aim(text: str) -> SetGoal:
    return SetGoal(
        text=text, horizon=Horizon.SHORT_TERM, kind=GoalKind.ACADEMIC, effective=on("2025-09-17")
    )


def compared(district: District, learner: UUID, day: str, since: str) -> str:
    """What became, as we know it today, of what held on one day by another."""
    html = district.get(f"/replay?on={day}&known=now&since={since}", learner).text
    return part(html, "compared")


def test_a_new_goal_was_dated_by_its_last_step(district: District) -> None:
    goal = aim("Read ten books.")
    step = ProgressGoal(goal=goal.goal, text="Four.", effective=on("2025-11-24"))
    told = compared(district, opened(district, goal, step), "2026-03-14", "2025-03-14")
    assert "Goal : Read ten books. Since 17 September 2025." in told


def test_a_closed_goal_was_named_in_words_that_had_been_replaced(district: District) -> None:
    swim, sing, draw = aim("Swim."), aim("Sing."), aim("Draw.")
    autumn, winter = on("2025-10-15"), on("2026-02-03")
    learner = opened(
        district, swim, sing, draw,
        ReviseGoal(goal=swim.goal, text="Swim. Daily.", effective=autumn),
        ReviseGoal(goal=sing.goal, text="Sing. Daily.", effective=autumn),
        SetGoalAside(goal=swim.goal, reason="No pool.", effective=winter),
        ReachGoal(goal=sing.goal, text="In the choir.", effective=winter),
        ReachGoal(goal=draw.goal, text="A portrait.", effective=winter),
    )  # fmt: skip
    told = compared(district, learner, "2026-03-14", "2025-03-14")
    set_on = "Set on 17 September 2025, and"
    assert f"Goal : Swim. Daily. {set_on} set aside since." in told
    assert f"Goal : Draw. {set_on} reached since." in told
    assert f"Goal : Sing. Daily. {set_on} reached since." in told
    told = compared(district, learner, "2026-03-14", "2025-12-01")
    assert "Changed 3" in told
    assert told.count("It was before open after reached") == 2
    assert "It read" not in told


def test_attendance_had_one_day_on_the_timeline_and_another_one_compared(
    district: District,
) -> None:
    learner = opened(
        district,
        *(
            SummariseAttendance(
                days_enrolled=80, days_attended=Decimal(present), effective=on(start, until)
            )
            for start, until, present in (
                ("2024-08-21", "2025-01-18", 76), ("2025-01-21", "2025-06-07", 78),
            )
        ),
    )  # fmt: skip
    told = compared(district, learner, "2025-07-01", "2025-03-14")
    assert "95 17 January 2025" in told
    assert "97.5 6 June 2025" in told
    told = district.read("/timeline", learner)
    table = told[told.index("Attendance") :]
    assert "17 January 2025 95.0%" in table
    assert "6 June 2025 97.5%" in table
    assert "21 August 2024 95.0%" not in table


def test_growth_is_told_with_how_certain_it_is_and_not_across_scales(district: District) -> None:
    told = part(district.get("/replay?on=2025-06-01&known=then&since=2025-03-14").text, "compared")
    assert (
        "Reading 190 5 February 2025, RIT 197 14 May 2025, RIT +7 on the scale RIT Give or take "
        "4.4 (one standard error). That is too little to tell from chance. On the earlier day our "
        "file had 170." in told
    )
    assert "There is no newer score." in told
    told = part(district.get("/replay?on=2025-03-14&known=now&since=2024-11-01").text, "compared")
    assert "+9 on the scale RIT Give or take 4.4 (one standard error)." in told
    assert (
        "Mathematics 42 2 October 2024, percentile 204 5 February 2025, RIT The two scores are on "
        "different scales, so they cannot be compared." in told
    )


def test_our_file_cannot_be_compared_with_a_day_before_it_began(district: District) -> None:
    html = district.get("/replay?on=2025-03-14&known=then&since=2024-08-20").text
    told = part(html, "compared")
    assert "On 20 August 2024 our file on Nadia Flores did not exist yet" in told
    assert 'href="?on=2025-03-14&amp;known=now&amp;since=2024-08-20"' in html
    known = part(district.get("/replay?on=2025-03-14&known=now&since=2024-08-20").text, "compared")
    assert "Both days as we know them today." in known


# -- wrong days ---------------------------------------------------------------------------------

WRONG = {
    "none": ("on", {"on": ""}, "Say which day you mean."),
    "no date": ("on", {"on": "last March"}, "This is not a date."),
    "no such day": ("on", {"on": "2025-02-29"}, "This is not a date."),
    "before birth": ("on", {"on": "2011-05-01"}, "This day is before the learner was born."),
    "after today": ("on", {"on": "2999-01-01"}, "This day has not come yet."),
    "no such question": ("known", {"known": "maybe"}, "Choose one of the two questions."),
    "no earlier date": ("since", {"since": "2024"}, "This is not a date."),
    "earlier than birth": ("since", {"since": "2001-01-01"}, "before the learner was born."),
    "the same day": ("since", {"since": "2025-03-14"}, "This is the same day."),
    "backwards": ("since", {"since": "2025-03-15"}, "These two are the other way round."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_day_is_told_at_its_field_and_nothing_typed_is_lost(
    district: District, wrong: str
) -> None:
    name, given, sentence = WRONG[wrong]
    asked = {"on": "2025-03-14", "known": "then", "since": "2024-11-01", **given}
    answer = district.client.get(f"/learners/{district.nadia.learner}/replay", params=asked)
    assert answer.status_code == 422
    told = re.search(rf'<p class="wrong" id="{name}-wrong">(.*?)</p>', answer.text)
    assert told is not None
    assert sentence in told[1]
    for day in ("on", "since"):
        field = re.search(rf'<input id="{day}"[^>]*>', answer.text)
        assert field is not None
        assert f'value="{asked[day]}"' in field[0]
        # A date field shows nothing of what is no date: then it is a text field.
        shows = re.fullmatch(r"\d{4}-\d\d-\d\d", asked[day]) and asked[day] != "2025-02-29"
        assert ('type="date"' in field[0]) == bool(shows or not asked[day])
    if asked["known"] == "then":
        assert 'value="then" checked' in answer.text
    assert '<h2 id="h-goals">' not in answer.text


def test_two_days_the_wrong_way_round_are_turned_by_one_click(district: District) -> None:
    answer = district.get("/replay?on=2025-03-14&known=then&since=2025-06-01")
    link = re.search(r'<a href="([^"]+)">Ask with the two days', answer.text)
    assert link is not None
    assert "From 14 March 2025 to 1 June 2025" in district.read(f"/replay{unescape(link[1])}")


def test_what_is_typed_is_no_markup_and_a_learner_nobody_knows_is_told(district: District) -> None:
    answer = district.get('/replay?on="><script>alert(1)</script>')
    assert answer.status_code == 422
    assert "<script" not in answer.text
    nobody = district.client.get("/learners/0d9a5a3e-6f0f-4a7e-9d53-0c9d2d9d5b11/replay")
    assert nobody.status_code == 404


# -- how the pages work -------------------------------------------------------------------------


def test_no_replay_leaves_before_what_it_read_is_durable(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(district.system.profiles, "note", away)
    answer = district.get("/replay?on=2025-03-14&known=then")
    assert answer.status_code == 503
    assert "Nadia" not in answer.text


def test_the_timeline_is_read_once_and_its_charts_are_drawn_once(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each view read everything in several queries and drew every chart again."""
    reads: list[Any] = []
    timeline = Watched.timeline

    def counted(*args: Any, **more: Any) -> Any:
        reads.append(args)
        return timeline(*args, **more)

    assert "<svg" in district.get("/timeline").text
    monkeypatch.setattr(Watched, "timeline", counted)
    drawn = charts.drawn.cache_info().misses
    assert "<svg" in district.get("/timeline").text
    assert len(reads) == 1
    assert charts.drawn.cache_info().misses == drawn


def test_what_cannot_be_answered_exactly_yet_is_not_answered(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database's clock has not passed the day's end, or the reading is behind."""
    path = "/replay?on=2025-03-14&known=then"

    def ahead(*_: object) -> int:
        raise InstantAhead

    with monkeypatch.context() as patched:
        patched.setattr(Reader, "wait_for", lambda *_: False)
        answer = district.get(path)
        assert answer.status_code == 503
        assert "The latest entries are still being read in" in answer.text
    monkeypatch.setattr(Reader, "position_at", ahead)
    answer = district.get(path)
    assert answer.status_code == 503
    assert "That day has only just ended" in answer.text
