"""What differs between two places in time, over HTTP: differences, statements and growth."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import System
from domain.words import Retention
from store.keys import KeyId
from tests.integration.api.desk import Answer, Desk, fact_of
from tests.integration.api.test_api_bad_input import problem


@pytest.fixture
def desk(client: httpx.Client, district: System) -> Desk:
    return Desk(client, district)


def compared(desk: Desk, learner: str, a: tuple[str, str], b: tuple[str, str], **more: Any) -> Any:
    """The comparison of two places, each a day and a position."""
    asked = {"on": a[0], "known": a[1], "other_on": b[0], "other_known": b[1], **more}
    return desk.read(learner, "compare", **asked)


def told(found: Answer) -> list[tuple[str, bool]]:
    return [(d["what"], d["late"]) for d in found["differences"]]


def score(desk: Desk, learner: str, value: str, on: str, **more: Any) -> Answer:
    body = {"measure": "Mathematics", "score": value, "scale": "IRT logits", "effective": on}
    return desk.tell(learner, "score-assessment", **{**body, **more})


def test_a_comparison_states_both_its_places_and_what_became_of_each_entry(
    desk: Desk, ana: str
) -> None:
    kept = desk.observe(ana)
    wrong = desk.observe(ana, text="Misheard.")
    known = desk.observe(ana, text="Meant for Ben.")
    late = desk.observe(ana, "2025-01-20", text="Learnt late.")
    new = desk.observe(ana, "2025-03-20", text="New.")
    change = {"fact": fact_of(wrong), "changes": {"text": "Heard well."}, "ground": "Misheard."}
    corrected = desk.tell(ana, "correct-fact", **change)
    last = desk.tell(ana, "retract-fact", fact=fact_of(known), reason="Meant for Ben.")

    found = compared(
        desk, ana, ("2025-02-01", known["position"]), ("2025-04-01", last["position"])
    )  # fmt: skip
    assert found["coordinates"] == {
        "effective_at": "2025-02-01",
        "known_at": {"position": known["position"], "recorded_at": known["recorded_at"]},
        "zone": "America/Chicago",
        "viewer": "custodian",
    }
    assert found["other_coordinates"]["effective_at"] == "2025-04-01"
    assert found["other_coordinates"]["known_at"]["position"] == last["position"]
    assert (found["answer"], found["other_answer"]) == ("value", "value")
    assert found["version"] == last["version"]
    assert {
        (d["before"] or d["after"])["id"]: (d["what"], d["late"]) for d in found["differences"]
    } == {
        fact_of(wrong): ("corrected", True),
        fact_of(known): ("taken-back", True),
        fact_of(late): ("learnt-late", True),
        fact_of(new): ("added", False),
    }
    assert found["same"] == 2  # the learner's details, and what was kept
    assert fact_of(kept) not in repr(found["differences"])
    [mended] = [d for d in found["differences"] if d["what"] == "corrected"]
    assert mended["before"]["body"] == {"text": "Misheard."}
    assert mended["after"]["body"] == {"text": "Heard well."}
    assert mended["after"]["changed_by"][0]["position"] == corrected["position"]


def test_left_out_places_are_today_as_known_now(desk: Desk, ana: str) -> None:
    known = desk.observe(ana)["position"]
    last = desk.observe(ana, "2025-03-01")
    today = desk.district.context().today.isoformat()
    found = desk.read(ana, "compare", on="2025-02-01", known=known)
    assert found["other_coordinates"]["effective_at"] == today
    assert found["other_coordinates"]["known_at"]["position"] == last["position"]
    assert told(found) == [("added", False)]
    found = desk.read(ana, "compare", on="2025-02-01")
    assert found["coordinates"]["known_at"] == found["other_coordinates"]["known_at"]
    assert told(found) == [("added", False)]
    assert told(desk.read(ana, "compare")) == []


def test_what_our_file_said_is_compared_with_what_we_know_of_one_day(desk: Desk, ana: str) -> None:
    fact = fact_of(desk.observe(ana))
    known = desk.observe(ana, "2025-03-01")["position"]
    change = {"fact": fact, "changes": {"text": "Go."}, "effective": "2025-01-20"}
    last = desk.tell(ana, "supersede-fact", **change)["position"]
    on = "2025-02-01"
    assert told(compared(desk, ana, (on, known), (on, last))) == [("changed", True)]


def test_a_statement_placed_since_is_told_as_a_remark(desk: Desk, ana: str) -> None:
    told_at = desk.observe(ana)
    words = "We do not agree with this."
    last = desk.tell(ana, "place-contest-statement", fact=fact_of(told_at), text=words)
    place = ("2025-02-01", told_at["position"])
    found = compared(desk, ana, place, ("2025-02-01", last["position"]))
    [remarked] = found["differences"]
    assert remarked["what"] == "remarked"
    assert [r["text"] for r in remarked["remarks"]] == [words]


def test_before_our_file_began_nothing_was_known_and_the_answer_says_so(desk: Desk) -> None:
    nobody = desk.register("Ben")
    ana = desk.register()["learner"]
    last = desk.observe(ana)
    found = compared(
        desk, ana, ("2025-02-01", nobody["position"]), ("2025-02-01", last["position"])
    )  # fmt: skip
    assert (found["answer"], found["other_answer"]) == ("before-our-file-began", "value")
    assert told(found) == [("learnt-late", True)] * 2
    place = ("2025-02-01", nobody["position"])
    found = compared(desk, ana, place, place)
    assert (found["other_answer"], found["differences"], found["version"]) == (
        "before-our-file-began", [], 0,
    )  # fmt: skip


def test_a_recipient_is_told_what_became_of_it_and_none_of_its_words(desk: Desk, ana: str) -> None:
    receipts = [desk.observe(ana, text="A word that was struck out.") for _ in range(2)]
    known = receipts[1]["position"]
    gone, amended = map(fact_of, receipts)
    desk.tell(ana, "retract-fact", fact=gone, reason="It was struck out.")
    last = desk.tell(ana, "amend-fact", fact=amended, changes={"text": "Go."}, ground="Granted.")
    places = (("2025-02-01", known), ("2025-02-01", last["position"]))
    asked = {"on": places[0][0], "known": places[0][1], "other_on": places[1][0],
             "other_known": places[1][1], "viewer": "recipient"}  # fmt: skip
    answer = desk.ask(f"learners/{ana}/compare", **asked)
    assert sorted(told(answer.json())) == [("corrected", True), ("taken-back", True)]
    assert "struck out" not in answer.text
    found = compared(desk, ana, *places)
    assert sorted(told(found)) == [("corrected", True), ("taken-back", True)]
    assert "struck out" in repr(found)


def test_what_was_erased_is_told_without_its_words(desk: Desk, ana: str) -> None:
    known = desk.observe(ana)
    change = {"fact": fact_of(known), "changes": {"text": "Go."}, "effective": "2025-03-01"}
    last = desk.tell(ana, "supersede-fact", **change)
    tenant = desk.district.mapper.tenant
    desk.district.mapper.keys.destroy(KeyId(tenant, UUID(ana), Retention.PROFILE))
    found = compared(
        desk, ana, ("2025-02-01", known["position"]), ("2025-04-01", last["position"])
    )  # fmt: skip
    [changed] = found["differences"]
    for side in ("before", "after"):
        assert (changed[side]["body"], changed[side]["provenance"]["erased"]) == ({}, True)


# -- growth -------------------------------------------------------------------------------------


def test_growth_is_told_with_its_error_and_in_exact_decimals(desk: Desk, ana: str) -> None:
    form = {"instrument": "Form B", "standard_error": "0.3"}
    first = score(desk, ana, "1.1", "2025-01-15", **form)
    last = score(desk, ana, "2.2", "2025-05-15", **form)
    known = last["position"]
    found = compared(desk, ana, ("2025-02-01", known), ("2025-06-01", known))
    [grown] = found["growth"]
    assert grown == {
        "kind": "assessment-scored",
        "measure": "Mathematics",
        "first": {"entry": fact_of(first), "on": "2025-01-15", "value": "1.1", "error": "0.3",
                  "instrument": "Form B", "scale": "IRT logits", "precision": "day"},
        "last": {"entry": fact_of(last), "on": "2025-05-15", "value": "2.2", "error": "0.3",
                 "instrument": "Form B", "scale": "IRT logits", "precision": "day"},
        "then": grown["first"],
        "difference": "1.1",
        "standard_error": "0.424264",
        "days": 120,
        "why_not": None,
    }  # fmt: skip


def test_scores_on_other_scales_are_shown_side_by_side_and_never_subtracted(
    desk: Desk, ana: str
) -> None:
    score(desk, ana, "1.1", "2025-01-15")
    known = score(desk, ana, "215", "2025-05-15", scale="RIT")["position"]
    [grown] = compared(desk, ana, ("2025-02-01", known), ("2025-06-01", known))["growth"]
    assert grown["why_not"] == "not comparable: other scale"
    assert (grown["difference"], grown["standard_error"]) == (None, None)
    assert (grown["first"]["value"], grown["last"]["value"]) == ("1.1", "215")


def test_growth_is_counted_from_the_score_as_corrected_and_tells_what_the_file_had(
    desk: Desk, ana: str
) -> None:
    typed = score(desk, ana, "2.3", "2025-01-15")
    change = {"fact": fact_of(typed), "changes": {"score": "1.3"}, "ground": "Typing error."}
    desk.tell(ana, "correct-fact", **change)
    last = score(desk, ana, "2.5", "2025-05-15")["position"]
    [grown] = compared(desk, ana, ("2025-02-01", typed["position"]), ("2025-06-01", last))["growth"]
    assert (grown["then"]["value"], grown["first"]["value"], grown["difference"]) == (
        "2.3", "1.3", "1.2",
    )  # fmt: skip


def test_attendance_of_a_term_that_is_over_counts_on_the_days_after_it(
    desk: Desk, ana: str
) -> None:
    """It holds for its own stretch alone, so the profile of a later day does not have it."""
    terms = (("2024-08-19", "2024-12-20", "72"), ("2025-01-06", "2025-06-06", "78"))
    receipts = [
        desk.tell(
            ana, "summarise-attendance", days_enrolled=80, days_attended=attended,
            effective={"from": start, "until": until},
        )
        for start, until, attended in terms
    ]  # fmt: skip
    known = receipts[-1]["position"]
    found = compared(desk, ana, ("2024-12-31", known), ("2025-07-01", known))
    assert found["differences"] == []
    [grown] = found["growth"]
    assert (grown["first"]["value"], grown["last"]["value"], grown["difference"]) == (
        "90.00", "97.50", "7.50",
    )  # fmt: skip


def test_a_score_that_took_over_another_counts_with_all_its_fields(desk: Desk, ana: str) -> None:
    first = score(desk, ana, "1.1", "2025-01-15", standard_error="0.3")
    new = {"fact": fact_of(first), "changes": {"score": "1.9"}, "effective": "2025-05-01"}
    known = desk.tell(ana, "supersede-fact", **new)["position"]
    [grown] = compared(desk, ana, ("2025-02-01", known), ("2025-06-01", known))["growth"]
    assert (grown["difference"], grown["standard_error"]) == ("0.8", "0.424264")


def test_a_score_that_held_for_a_month_was_passed_over_in_that_month(desk: Desk, ana: str) -> None:
    first = score(desk, ana, "200", "2025-03-15")
    month = {"from": "2025-04-01", "until": "2025-05-01"}
    new = {"fact": fact_of(first), "changes": {"score": "210"}, "effective": month}
    known = desk.tell(ana, "supersede-fact", **new)["position"]

    def grown(day: str) -> tuple[str, str, str]:
        [found] = compared(desk, ana, ("2025-03-20", known), (day, known))["growth"]
        return found["first"]["on"], found["last"]["on"], found["last"]["value"]

    assert grown("2025-04-15") == ("2025-03-15", "2025-04-01", "210")
    assert grown("2025-05-15") == ("2025-03-15", "2025-03-15", "200")


# -- bad input ----------------------------------------------------------------------------------


def test_a_range_that_ends_before_it_starts_is_refused_by_its_own_rule(
    desk: Desk, ana: str
) -> None:
    early, late = desk.observe(ana)["position"], desk.observe(ana)["position"]
    rule = "range-ends-before-it-starts"
    for asked, field in (
        ({"on": "2025-02-01", "other_on": "2025-01-31"}, "other_on"),
        ({"on": "2025-02-01", "known": early, "other_on": "2025-01-31"}, "other_on"),
        ({"known": late, "other_known": early}, "other_known"),
        ({"other_known": early}, "other_known"),
    ):
        found = problem(desk.ask(f"learners/{ana}/compare", **asked), 422, rule, field)
        assert field in found["detail"]


WRONG = [
    ({"on": "2100-01-01"}, "on-after-today", "on"),
    ({"known": "2100-01-01"}, "known-in-future", "known"),
    ({"known": "2026-03-08T02:30"}, "known-skipped", "known"),
    ({"on": "2011-06-30", "known": "2025-01-01"}, "on-before-birth", "on"),
    ({"other_on": "2100-01-01"}, "on-after-today", "other_on"),
    ({"other_on": "2025-02-30"}, "not-a-date", "other_on"),
    ({"other_known": "2100-01-01"}, "known-in-future", "other_known"),
    ({"other_known": "2025-11-02T01:30"}, "known-twice", "other_known"),
    ({"other_known": "soon"}, "cursor-not-valid", "other_known"),
    ({"on": "2011-06-01", "other_on": "2011-06-30"}, "on-before-birth", "on"),
]


@pytest.fixture(scope="module")
def born(client: httpx.Client) -> str:
    """A learner born on 1 July 2011."""
    names = {"given_name": "Ana", "family_name": "Lopez", "birth_date": "2011-07-01"}
    return str(client.post("/v1/learners", json=names).json()["learner"])


@pytest.mark.parametrize(("asked", "rule", "field"), WRONG)
def test_what_is_wrong_with_either_place_is_told_by_its_own_field(
    desk: Desk, born: str, *, asked: dict[str, str], rule: str, field: str
) -> None:
    status = 400 if rule == "cursor-not-valid" else 422
    found = problem(desk.ask(f"learners/{born}/compare", **asked), status, rule, field)
    assert found["detail"].startswith(f"{field} ")


def test_a_position_that_does_not_exist_yet_is_refused_at_either_place(
    desk: Desk, ana: str
) -> None:
    from api.cursors import Cursors

    tenant = desk.district.settings.tenant
    cursors = Cursors(lambda: desk.district.mapper.keys.secret(tenant, "cursor"))
    lost = cursors.position(desk.district.reader.head()[0] + 100)
    for field in ("known", "other_known"):
        answer = desk.ask(f"learners/{ana}/compare", **{field: lost})
        problem(answer, 422, "position-unknown", field)


def test_the_answer_that_a_client_has_is_not_sent_again(desk: Desk, ana: str) -> None:
    known = desk.observe(ana)["position"]
    url = f"/v1/learners/{ana}/compare?on=2025-02-01&known={known}"
    desk.district.projector.catch_up()
    first = desk.client.get(url)
    again = desk.client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["ETag"].startswith(f'"{first.json()["version"]}-')
    assert desk.client.get(f"/v1/learners/{uuid4()}/compare").status_code == 404
