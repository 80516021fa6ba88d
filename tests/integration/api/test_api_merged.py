"""Records entered twice: merged and split again, with both histories answerable at any position."""

import json
from uuid import uuid4

import httpx
import pytest

from api.compose import System
from tests.integration.api.desk import Desk, fact_of, texts
from tests.integration.api.test_api_bad_input import problem


@pytest.fixture
def desk(client: httpx.Client, district: System) -> Desk:
    return Desk(client, district)


class Twice:
    """One person entered twice, with an entry on either record; then merged, then split."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ana = desk.register()["learner"]
        self.annie = desk.register("Annie")["learner"]
        desk.observe(self.ana, text="On Ana's record.")
        self.fact = fact_of(desk.observe(self.annie, "2025-01-10", text="On Annie's record."))
        self.before = desk.observe(self.ana, "2025-06-01", text="Later.")["position"]
        other = {"other": self.annie, "reason": "Same birth certificate."}
        self.merged = desk.tell(self.ana, "merge-records", **other)["position"]
        self.between = desk.observe(self.annie, "2025-01-20", text="Since merged.")["position"]
        self.split = desk.tell(self.ana, "split-records", **other)["position"]
        self.after = desk.observe(self.ana, "2025-01-25", text="Since split.")["position"]

    def says(self, learner: str, known: str, what: str = "profile") -> set[str]:
        found = self.desk.read(learner, what, on="2025-02-01", known=known)["entries"]
        return set(texts([e for e in found if e["type"] == "observation-recorded"]))


@pytest.fixture
def twice(desk: Desk) -> Twice:
    return Twice(desk)


ANA, ANNIE, MERGED, SPLIT = (
    "On Ana's record.",
    "On Annie's record.",
    "Since merged.",
    "Since split.",
)


def merging(desk: Desk, one: str, other: str, what: str = "merge") -> httpx.Response:
    body = {"other": other, "reason": "Same birth certificate."}
    return desk.client.post(f"/v1/learners/{one}/{what}-records", json=body)


def test_two_records_were_merged_from_both_sides_and_came_apart_on_one_alone(desk: Desk) -> None:
    ana, annie = (desk.register(name)["learner"] for name in ("Ana", "Annie"))
    desk.observe(annie, text=ANNIE)
    assert merging(desk, ana, annie).status_code == 201
    problem(merging(desk, annie, ana), 422, "already-merged", "other")
    problem(merging(desk, annie, ana, "split"), 422, "merged-on-the-other", "other")
    assert texts(desk.facts(ana)) == [ANNIE]
    assert merging(desk, ana, annie, "split").status_code == 201
    assert desk.facts(ana) == []
    assert merging(desk, annie, ana).status_code == 201
    problem(merging(desk, ana, annie), 422, "already-merged", "other")
    assert merging(desk, annie, ana, "split").status_code == 201
    assert desk.facts(ana) == []


def test_a_record_was_merged_with_one_that_is_no_learner_s(desk: Desk) -> None:
    ana = desk.register()["learner"]
    registered = desk.client.post("/v1/people", json={"name": "Ms Rivera"})
    assert registered.status_code == 201, registered.text
    for other in (str(uuid4()), registered.json()["learner"]):
        problem(merging(desk, ana, other), 422, "learner-unknown", "other")
    line = {"learner": ana, "command": "merge-records", "command_id": str(uuid4())}
    line |= {"other": str(uuid4()), "reason": "Same birth certificate."}
    said = desk.client.post(
        "/v1/commands", content=json.dumps(line), headers={"Content-Type": "application/x-ndjson"}
    )
    assert "learner-unknown" in said.text
    assert not [e for e in desk.read(ana)["entries"] if e["kind"] == "merge"]


@pytest.mark.parametrize("what", ["profile", "timeline"])
def test_both_histories_are_answered_before_between_and_after(twice: Twice, what: str) -> None:
    for known in (twice.before, twice.merged, twice.between, twice.split, twice.after):
        said = {who: twice.says(who, known, what) for who in (twice.ana, twice.annie)}
        if known == twice.before:
            assert said == {twice.ana: {ANA}, twice.annie: {ANNIE}}
        elif known == twice.merged:
            assert said == {twice.ana: {ANA, ANNIE}, twice.annie: {ANA, ANNIE}}
        elif known == twice.between:
            both = {ANA, ANNIE, MERGED}
            assert said == {twice.ana: both, twice.annie: both}
        elif known == twice.split:
            assert said == {twice.ana: {ANA}, twice.annie: {ANNIE, MERGED}}
        else:
            assert said == {twice.ana: {ANA, SPLIT}, twice.annie: {ANNIE, MERGED}}


def test_an_entry_of_merged_records_says_on_whose_record_it_stands(twice: Twice) -> None:
    asked = {"on": "2025-02-01", "known": twice.between}
    found = twice.desk.facts(twice.ana, **asked)
    assert {(e["body"]["text"], e["record"]) for e in found} == {
        (ANA, twice.ana), (ANNIE, twice.annie), (MERGED, twice.annie),
    }  # fmt: skip


def test_entries_of_merged_records_that_have_one_id_keep_their_order(desk: Desk) -> None:
    """A learner's own details have the same id on every record."""
    ids = [desk.register(name)["learner"] for name in ("Ana", "Annie", "Anna", "Anne")]
    for other in ids[1:]:
        desk.tell(ids[0], "merge-records", other=other, reason="Same birth certificate.")
    for learner in ids:
        found = desk.read(learner)["entries"]
        assert [e["record"] for e in found if e["kind"] == "details"] == sorted(ids)


def test_one_entry_of_the_other_record_is_found_while_they_were_merged(twice: Twice) -> None:
    def answer(known: str) -> str:
        path = f"entries/{twice.fact}"
        found: str = twice.desk.read(twice.ana, path, on="2025-02-01", known=known)["answer"]
        return found

    assert [answer(known) for known in (twice.merged, twice.between)] == ["value"] * 2
    assert answer(twice.after) == "never-existed"


def test_a_merge_is_told_of_every_day_also_of_those_before_it(twice: Twice) -> None:
    assert twice.says(twice.ana, twice.merged) == {ANA, ANNIE}
    found = twice.desk.facts(twice.ana, on="2025-01-12", known=twice.merged)
    assert texts(found) == [ANNIE]


def test_three_records_merged_one_by_one_are_one(desk: Desk) -> None:
    ids = [desk.register(name)["learner"] for name in ("Ana", "Annie", "Anna")]
    for learner in ids:
        desk.observe(learner, text=learner)
    first, second, third = ids
    desk.tell(first, "merge-records", other=second, reason="Same birth certificate.")
    desk.tell(third, "merge-records", other=second, reason="Same birth certificate.")
    for learner in ids:
        assert set(texts(desk.facts(learner))) == set(ids)
    desk.tell(first, "split-records", other=second, reason="Cousins of one name.")
    assert [set(texts(desk.facts(learner))) for learner in ids] == [
        {first}, {second, third}, {second, third},
    ]  # fmt: skip


def test_what_the_file_said_while_merged_stays_so_after_the_split(desk: Desk) -> None:
    twice = Twice(desk)
    urls = [f"learners/{who}/{what}" for who in (twice.ana, twice.annie)
            for what in ("profile", "timeline")]  # fmt: skip
    asked = {"on": "2025-07-01", "known": twice.between}
    before = [desk.ask(url, **asked).content for url in urls]
    other = {"other": twice.annie, "reason": "Same person after all."}
    desk.tell(twice.ana, "merge-records", **other)
    desk.observe(twice.annie)
    assert [desk.ask(url, **asked).content for url in urls] == before


def test_a_comparison_across_a_merge_and_a_split_tells_of_both(twice: Twice) -> None:
    on = {"on": "2025-02-01", "other_on": "2025-02-01"}

    def told(known: str, other_known: str) -> dict[str, str]:
        found = twice.desk.read(
            twice.ana, "compare", **on, known=known, other_known=other_known
        )  # fmt: skip
        entries = [(d["what"], d["after"] or d["before"]) for d in found["differences"]]
        return {e["body"]["text"]: what for what, e in entries if e["kind"] == "fact"}

    assert told(twice.before, twice.between) == {ANNIE: "learnt-late", MERGED: "learnt-late"}
    assert told(twice.between, twice.after) == {
        ANNIE: "taken-back", MERGED: "taken-back", SPLIT: "learnt-late",
    }  # fmt: skip


def test_a_learner_of_a_cohort_is_told_with_the_record_that_was_merged(desk: Desk) -> None:
    twice = Twice(desk)
    place = {"school": "merged-high", "grade": "09", "effective": "2024-08-19"}
    desk.tell(twice.ana, "enrol-learner", **place)
    found = desk.cohort(school="merged-high", on="2025-02-01")
    assert {e["body"].get("text") for e in found["learners"][0]["entries"]} >= {ANA, SPLIT}
    other = {"other": twice.annie, "reason": "Same person after all."}
    desk.tell(twice.ana, "merge-records", **other)
    found = desk.cohort(school="merged-high", on="2025-02-01", kinds=["fact"])
    [line] = found["learners"]
    assert line["learner"] == twice.ana
    assert set(texts(line["entries"])) == {ANA, SPLIT, ANNIE, MERGED}


def test_a_cohort_lists_once_who_is_enrolled_by_two_records_that_were_merged(desk: Desk) -> None:
    ids = sorted(desk.register(name)["learner"] for name in ("Ana", "Annie", "Anna", "Ben"))
    place = {"school": "twice-high", "grade": "09", "effective": "2024-08-19"}
    for learner in (ids[0], ids[2], ids[3]):  # the one between them is enrolled nowhere
        desk.tell(learner, "enrol-learner", **place)
    for one, other in ((ids[0], ids[1]), (ids[2], ids[1])):
        desk.tell(one, "merge-records", other=other, reason="Same birth certificate.")
    asked = {"school": "twice-high", "on": "2025-02-01"}
    assert [line["learner"] for line in desk.cohort(**asked)["learners"]] == [ids[0], ids[3]]
    # A page ends where it is full of people, not of records.
    page = desk.cohort(**asked, limit=1)
    assert [line["learner"] for line in page["learners"]] == [ids[0]]
    page = desk.cohort(**asked, limit=1, cursor=page["next"])
    assert ([line["learner"] for line in page["learners"]], page["next"]) == ([ids[3]], None)
