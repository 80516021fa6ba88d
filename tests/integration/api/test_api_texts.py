"""Answers that are put together from the texts of their entries are what their models say."""

from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from api.answers_replay import CohortPage, ProfileAnswer, RepeatedAnswer, TimelinePage
from api.compose import System
from tests.integration.api.desk import Desk

SAID = 'Said "no" — ليلى, 名前, \u2028 \t\\ and €'


@pytest.fixture(scope="module")
def desk(client: httpx.Client, district: System) -> Desk:
    return Desk(client, district)


@pytest.fixture(scope="module")
def told(desk: Desk) -> str:
    """A learner with entries of several kinds, remarks, a change and odd letters."""
    ana: str = desk.register()["learner"]
    fact = desk.observe(ana, text=SAID)["ids"]["fact"]
    desk.tell(ana, "make-comment", fact=fact, text=SAID)
    desk.tell(ana, "correct-fact", fact=fact, changes={"text": SAID + "!"}, ground="Misheard.")
    goal = desk.tell(
        ana, "set-goal", text=SAID, kind="academic", horizon="short_term",
        effective="2025-01-15",
    )["ids"]["goal"]  # fmt: skip
    desk.tell(ana, "progress-goal", goal=goal, percent=60, text=SAID, effective="2025-02-01")
    return ana


def same(text: bytes, model: type[BaseModel]) -> None:
    """The text is the JSON that its model would have been written as."""
    by_name = text.replace(b'"from":', b'"start":')  # the models are made for writing alone
    assert text == model.model_validate_json(by_name).model_dump_json(by_alias=True).encode()


@pytest.mark.parametrize("what", ["profile", "goals", "consents"])
def test_a_profile_is_what_its_model_says(desk: Desk, told: str, what: str) -> None:
    answer = desk.ask(f"learners/{told}/{what}")
    same(answer.content, ProfileAnswer)
    again: dict[str, Any] = desk.ask(f"learners/{told}/{what}").json()
    assert again["entries"] == answer.json()["entries"]
    assert bool(again["entries"]) == (what != "consents")


def test_a_timeline_is_what_its_model_says(desk: Desk, told: str) -> None:
    same(desk.ask(f"learners/{told}/timeline", limit=2).content, TimelinePage)


def test_a_cohort_is_what_its_model_says(desk: Desk, told: str) -> None:
    desk.district.projector.catch_up()
    answer = desk.client.post("/v1/cohorts/profile", json={"learners": [told]})
    same(answer.content, CohortPage)
    assert answer.json()["learners"][0]["entries"]


def test_an_answer_by_its_token_is_what_its_model_says(desk: Desk, told: str) -> None:
    token = desk.read(told)["token"]
    answer = desk.ask(f"answers/{token}")
    same(answer.content, RepeatedAnswer)
    assert answer.json()["same"] is True


def test_an_answer_of_bytes_keeps_its_tag(desk: Desk, told: str) -> None:
    """The tag is put into the head of another answer than the one that leaves."""
    answer = desk.ask(f"learners/{told}/profile")
    assert answer.headers["content-type"] == "application/json"
    given = {"If-None-Match": answer.headers["etag"]}
    again = desk.client.get(f"/v1/learners/{told}/profile", headers=given)
    assert again.status_code == 304
