"""What held on a day, as known at a moment, over HTTP; and the five answers that are no value."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.answers import Viewer
from api.compose import System
from domain.words import Retention
from store.keys import KeyId
from tests.integration.api.desk import Desk, fact_of, texts
from tests.integration.api.test_api_bad_input import NOBODY, problem
from tests.served import serving


@pytest.fixture
def desk(client: httpx.Client, district: System) -> Desk:
    return Desk(client, district)


# -- Q1 and Q2 ----------------------------------------------------------------------------------


def test_what_we_know_today_and_what_our_file_said_are_two_answers(desk: Desk, ana: str) -> None:
    on_time = desk.observe(ana, "2025-01-15", text="Likes chess.")
    late = desk.observe(ana, "2025-01-10", text="Reads to his brother.")
    change = {"fact": fact_of(on_time), "ground": "Misheard.", "changes": {"text": "Likes go."}}
    corrected = desk.tell(ana, "correct-fact", **change)

    on = "2025-02-01"
    assert texts(desk.facts(ana, on=on)) == ["Likes go.", "Reads to his brother."]
    assert texts(desk.facts(ana, on=on, known=late["position"])) == [
        "Likes chess.", "Reads to his brother.",
    ]  # fmt: skip
    assert texts(desk.facts(ana, on=on, known=on_time["position"])) == ["Likes chess."]
    assert texts(desk.facts(ana, on="2025-01-12")) == ["Reads to his brother."]
    assert desk.facts(ana, on="2025-01-12", known=on_time["position"]) == []
    assert desk.facts(ana, on=on, known=corrected["position"]) == desk.facts(ana, on=on)


def test_an_answer_states_the_position_that_an_instant_came_to(desk: Desk, ana: str) -> None:
    first = desk.observe(ana)
    desk.observe(ana)
    found = desk.read(ana, on="2025-02-01", known=first["recorded_at"])
    assert found["coordinates"] == {
        "effective_at": "2025-02-01",
        "known_at": {"position": first["position"], "recorded_at": first["recorded_at"]},
        "zone": "America/Chicago",
        "viewer": "custodian",
    }
    assert found["version"] == 2
    again = desk.read(ana, on="2025-02-01", known=first["position"])
    assert {**again, "token": found["token"]} == found


def test_a_day_as_known_stands_for_its_end_and_today_for_now(desk: Desk, ana: str) -> None:
    desk.observe(ana)
    today = desk.district.context().today
    assert desk.facts(ana, known=today.isoformat()) == desk.facts(ana)
    yesterday = (today - timedelta(days=1)).isoformat()
    assert desk.read(ana, known=yesterday)["answer"] == "before-our-file-began"


def test_what_a_file_said_stays_whatever_is_recorded_later(desk: Desk, ana: str) -> None:
    fact = fact_of(desk.observe(ana))
    receipt = desk.observe(ana, "2025-03-01", text="Asks for more.")
    place = {"on": "2025-04-01", "known": receipt["position"]}
    urls = [f"learners/{ana}/{what}" for what in ("profile", "timeline", "goals", "consents")]
    before = [desk.ask(url, **place).content for url in urls]
    desk.tell(ana, "supersede-fact", fact=fact, changes={"text": "Go."}, effective="2025-02-01")
    desk.tell(ana, "make-comment", fact=fact, text="At home too.")
    desk.observe(ana, "2025-03-15")
    assert [desk.ask(url, **place).content for url in urls] == before


def test_a_position_that_begins_with_four_digits_was_taken_for_a_year(
    desk: Desk,
) -> None:
    """One in 1,700 does; one is searched for that stands for a position which exists."""
    head = desk.district.reader.head()[0]
    cursors = cursors_of(desk)
    positions = (cursors.position(n) for n in count(head + 100))
    text = next(p for p in positions if p[:4].isdecimal())
    # It lies ahead, and is refused as that: as a position, and not as a torn day.
    ana = desk.register()["learner"]
    answer = desk.ask(f"learners/{ana}/profile", known=text)
    problem(answer, 422, "position-unknown", "known")


# -- goals, consents, timeline ------------------------------------------------------------------


def test_a_goal_stands_as_it_did_on_the_day_and_as_it_was_known(desk: Desk, ana: str) -> None:
    goal = {"text": "Read more.", "horizon": "short_term", "kind": "academic"}
    made = desk.tell(ana, "set-goal", effective="2025-01-10", **goal)
    named = made["ids"]["goal"]
    reached = desk.tell(ana, "reach-goal", goal=named, text="94 words.", effective="2025-03-01")

    def status(**asked: Any) -> list[str]:
        return [e["status"] for e in desk.read(ana, "goals", **asked)["entries"]]

    assert status(on="2025-02-01") == ["open"]
    assert status(on="2025-04-01") == ["reached"]
    assert status(on="2025-04-01", known=made["position"]) == ["open"]
    assert status(on="2025-01-01", known=reached["position"]) == []


def test_a_consent_that_was_entered_late_is_known_only_from_then_on(desk: Desk, ana: str) -> None:
    before = desk.observe(ana)
    granted = desk.tell(
        ana, "grant-consent", records=["attendance"], purpose="tutoring", recipient="Bright Path",
        signer_name="Maria Lopez", capacity="mother", method="paper", effective="2025-01-10",
        received_on="2025-01-12",
    )  # fmt: skip
    withdrawn = desk.tell(ana, "withdraw-consent", consent=granted["ids"]["consent"])
    on = "2025-02-01"
    assert desk.read(ana, "consents", on=on, known=before["position"])["entries"] == []
    for known in (granted["position"], withdrawn["position"]):
        [consent] = desk.read(ana, "consents", on=on, known=known)["entries"]
        assert (consent["status"], consent["provenance"]["received_on"]) == (
            "granted", "2025-01-12",
        )  # fmt: skip
    assert [e["status"] for e in desk.read(ana, "consents")["entries"]] == ["withdrawn"]


def test_pages_of_a_timeline_stay_at_one_position_while_events_arrive(desk: Desk, ana: str) -> None:
    *_, last = [desk.observe(ana, f"2025-03-{day:02}") for day in range(1, 8)]
    page = desk.read(ana, "timeline", limit=2)
    pages = [page]
    while page["next"] is not None:
        desk.observe(ana, "2025-03-04", text="It came in between.")
        page = desk.read(ana, "timeline", limit=2, cursor=page["next"])
        pages.append(page)
    found = [e for p in pages for e in p["entries"]]
    assert [e["effective"][0]["from"] for e in found] == [f"2025-03-0{d}" for d in range(1, 8)]
    assert {p["coordinates"]["known_at"]["position"] for p in pages} == {last["position"]}
    assert {p["version"] for p in pages} == {last["version"]}


def test_a_cursor_of_the_time_when_a_day_had_no_order_skips_nothing(desk: Desk, ana: str) -> None:
    observed = [desk.observe(ana, "2025-03-01") for _ in range(3)]
    item = fact_of(observed[0])
    position = cursors_of(desk).position_from(observed[-1]["position"], "known")
    which = f"timeline {ana} None None {Viewer.CUSTODIAN}"
    old = cursors_of(desk).give(which, "2025-03-01", item, position)
    problem(desk.ask(f"learners/{ana}/timeline", cursor=old), 400, "cursor-not-valid", "cursor")


def test_a_timeline_up_to_a_day_has_nothing_that_began_later(desk: Desk, ana: str) -> None:
    *_, last = [desk.observe(ana, f"2025-03-{day:02}") for day in (1, 2, 3)]
    asked = {"on": "2025-03-02", "known": last["position"], "limit": 1}
    found = desk.read(ana, "timeline", **asked)
    rest = desk.read(ana, "timeline", **asked, cursor=found["next"])
    assert rest["next"] is None
    assert [e["effective"][0]["from"] for e in found["entries"] + rest["entries"]] == [
        "2025-03-01", "2025-03-02",
    ]  # fmt: skip


# -- the five answers that are no value ---------------------------------------------------------


def what_of(desk: Desk, learner: str, entry: str, **asked: Any) -> tuple[str, Any]:
    found = desk.read(learner, f"entries/{entry}", **asked)
    return found["answer"], found["entry"]


def test_the_five_answers_that_are_no_value_are_told_apart(desk: Desk) -> None:
    nobody = desk.register("Ben")
    registered = desk.register()
    ana = registered["learner"]
    first = desk.observe(ana)
    second = desk.observe(ana, text="Asks for more.")
    on = {"on": "2025-02-01"}
    known = {**on, "known": first["position"]}
    early = {**on, "known": nobody["position"]}
    fact, later = fact_of(first), fact_of(second)

    assert what_of(desk, ana, fact, **known)[0] == "value"
    assert what_of(desk, ana, str(uuid4()), **on) == ("never-existed", None)
    assert what_of(desk, ana, later, **on)[0] == "value"
    assert what_of(desk, ana, later, **known) == ("not-known-then", None)
    assert what_of(desk, ana, fact, **early) == ("before-our-file-began", None)

    desk.tell(ana, "retract-fact", fact=fact, reason="Another learner.", wrong_learner=True)
    answer, entry = what_of(desk, ana, fact, **known, viewer="recipient")
    assert (answer, entry["body"], entry["withheld"]) == ("withheld", {}, True)
    answer, entry = what_of(desk, ana, fact, **known)
    assert (answer, entry["removed"]["how"]) == ("value", "wrong-learner")
    # What was entered in error is, as we know now, no part of this record and never was.
    assert what_of(desk, ana, fact, **on) == ("never-existed", None)

    desk.district.mapper.keys.destroy(
        KeyId(desk.district.mapper.tenant, UUID(ana), Retention.PROFILE)
    )
    answer, entry = what_of(desk, ana, later, **on)
    assert (answer, entry["body"]) == ("erased", {})


def test_before_our_file_began_the_source_is_heard_and_named(desk: Desk) -> None:
    nobody = desk.register("Ben")
    ana = desk.register()["learner"]
    brought = {"source": "import: Maple County SIS", "source_id": "R-1"}
    desk.observe(ana, text="Told there.", source_recorded_at="2025-01-20T15:00:00Z", **brought)
    desk.observe(ana, text="Written there later.", source_recorded_at="2026-02-01T15:00:00Z",
                 **brought)  # fmt: skip
    desk.observe(ana, text="Entered here.")

    found = desk.read(ana, on="2025-02-01", known="2025-06-01")
    assert (found["answer"], found["entries"], found["version"]) == (
        "before-our-file-began", [], 0,
    )  # fmt: skip
    [told] = found["source_says"]
    assert told["body"]["text"] == "Told there."
    assert told["provenance"]["source"] == "import: Maple County SIS"
    assert told["provenance"]["source_recorded_at"] == "2025-01-20T15:00:00Z"
    found = desk.read(ana, on="2025-01-01", known=nobody["position"])
    assert (found["answer"], found["source_says"]) == ("before-our-file-began", [])
    found = desk.read(ana, "timeline", known=nobody["position"])
    assert (found["answer"], found["entries"]) == ("before-our-file-began", [])
    assert desk.read(ana)["source_says"] == []


def test_a_learner_whom_nobody_registered_is_unknown_at_every_position(desk: Desk) -> None:
    known = desk.register("Ben")["position"]
    for what in ("profile", "goals", "consents", "timeline", "compare", f"entries/{NOBODY}"):
        problem(desk.ask(f"learners/{NOBODY}/{what}", known=known), 404, "learner-unknown")


# -- bad input ----------------------------------------------------------------------------------

WRONG = [
    ({"on": "2100-01-01"}, "on-after-today", "on"),
    ({"on": "1899-12-31"}, "on-too-early", "on"),
    ({"on": "2011-06-30"}, "on-before-birth", "on"),
    ({"on": "2025-02-29"}, "not-a-date", "on"),
    ({"known": "2026-03-08T02:30"}, "known-skipped", "known"),
    ({"known": "2025-11-02T01:30"}, "known-twice", "known"),
    ({"known": "2100-01-01"}, "known-in-future", "known"),
    ({"known": "2100-01-01T12:00:00Z"}, "known-in-future", "known"),
    ({"known": "2025-02-30"}, "known-not-understood", "known"),
    ({"known": "2025-03-14T25:00"}, "known-not-understood", "known"),
]


@pytest.fixture(scope="module")
def born(client: httpx.Client) -> str:
    """A learner born on 1 July 2011."""
    names = {"given_name": "Ana", "family_name": "Lopez", "birth_date": "2011-07-01"}
    return str(client.post("/v1/learners", json=names).json()["learner"])


@pytest.mark.parametrize("what", ["profile", "goals", "consents", "timeline", "entries"])
@pytest.mark.parametrize(("asked", "rule", "field"), WRONG)
def test_a_place_in_time_that_cannot_be_asked_about_is_refused_by_its_rule(
    desk: Desk, born: str, what: str, *, asked: dict[str, str], rule: str, field: str
) -> None:
    where = f"entries/{uuid4()}" if what == "entries" else what
    found = problem(desk.ask(f"learners/{born}/{where}", **asked), 422, rule, field)
    assert found["detail"].startswith(f"{field} ")


def test_the_first_day_of_life_can_be_asked_about(desk: Desk, born: str) -> None:
    assert desk.read(born, on="2011-07-01")["answer"] == "value"


@pytest.mark.parametrize(
    ("known", "instant"),
    [
        ("2025-11-02T01:30-05:00", "2025-11-02T06:30:00Z"),
        ("2025-11-02T01:30-06:00", "2025-11-02T07:30:00Z"),
        ("2026-03-08T01:59", "2026-03-08T07:59:00Z"),
        ("2026-03-08T03:00", "2026-03-08T08:00:00Z"),
    ],
)
def test_around_the_change_of_clocks_an_offset_or_another_hour_is_taken(
    desk: Desk, born: str, known: str, instant: str
) -> None:
    for text in (known, instant):
        assert desk.read(born, known=text)["answer"] == "before-our-file-began"


def test_a_position_that_does_not_exist_yet_is_refused(desk: Desk, ana: str) -> None:
    """One that was given, and then lost with the server's disk."""
    ahead = desk.district.reader.head()[0] + 100  # what is asked here is noted
    lost = cursors_of(desk).position(ahead)
    for what in ("profile", "timeline", f"entries/{uuid4()}", "compare"):
        problem(
            desk.ask(f"learners/{ana}/{what}", known=lost), 422, "position-unknown", "known"
        )  # fmt: skip
    asked = {"school": "north-high", "known": lost}
    answer = desk.client.post("/v1/cohorts/profile", json=asked)
    problem(answer, 422, "position-unknown", "known")


def test_a_torn_position_and_one_of_another_district_are_refused(
    desk: Desk, elsewhere: Desk, ana: str
) -> None:
    foreign = elsewhere.register()["position"]
    own = desk.observe(ana)["position"]
    for known in (foreign, own[:-1], "position", "-1"):
        rule = (400, "cursor-not-valid")
        if known[:4].isdecimal():  # then it may as well have been meant for a day
            rule = (422, "known-not-understood")
        problem(desk.ask(f"learners/{ana}/profile", known=known), *rule, "known")
    found = desk.ask(f"learners/{ana}/profile", known="17")
    problem(found, 422, "known-not-understood", "known")


@pytest.fixture
def elsewhere(open_district: Callable[[], System]) -> Iterator[Desk]:
    """The desk of another district in the same database."""
    other = open_district()
    with serving(other) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield Desk(found, other)


def cursors_of(desk: Desk) -> Any:
    """What makes the opaque positions of a district."""
    from api.cursors import Cursors

    tenant = desk.district.settings.tenant
    return Cursors(lambda: desk.district.mapper.keys.secret(tenant, "cursor"))


@pytest.mark.parametrize("named", ["fact", "successor"])
def test_a_correction_of_a_correction_of_a_retracted_fact_is_refused_clearly(
    desk: Desk, ana: str, named: str
) -> None:
    ids = {"fact": fact_of(desk.observe(ana)), "successor": str(uuid4())}
    desk.tell(ana, "supersede-fact", **ids, changes={"text": "Go."}, effective="2025-03-01")
    change = {"fact": ids[named], "ground": "Misheard.", "changes": {"text": "Likes go."}}
    desk.tell(ana, "correct-fact", **change)
    gone = desk.tell(ana, "retract-fact", fact=ids["fact"], reason="Another learner.")
    for command in ("correct-fact", "amend-fact"):
        answer = desk.client.post(f"/v1/learners/{ana}/{command}", json=change)
        found = problem(answer, 422, "fact-retracted", "fact")
        assert "entered in error" in found["detail"]
    assert desk.read(ana)["version"] == gone["version"]


def test_every_day_up_to_today_can_be_asked_about(desk: Desk, ana: str) -> None:
    today = desk.district.context().today
    assert desk.read(ana, on=today.isoformat())["answer"] == "value"
    tomorrow = (today + timedelta(days=1)).isoformat()
    problem(desk.ask(f"learners/{ana}/profile", on=tomorrow), 422, "on-after-today", "on")
    assert desk.read(ana, on=date(1900, 1, 1).isoformat())["answer"] == "value"
