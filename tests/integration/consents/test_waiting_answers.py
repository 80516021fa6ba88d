"""Answers that wait for the privacy officer: the list, and what comes of looking at one."""

import re
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest

from api import waiting_answers
from api.pages.surveys import NO_NOTE
from domain.changes import CorrectFact, RetractFact
from domain.district import PublishInstrument
from domain.effective import Effective
from domain.facts import AnswerSurvey
from domain.reads import AccessRecorded
from domain.words import Area
from tests.integration.consents.conftest import Family
from tests.integration.consents.test_surveys import shown_on
from tests.varied import of_kind

WAITS = "/v1/surveys/to-review"


def answer(family: Family, instrument: str, text: str) -> UUID:
    """An answer that an import brought, without a gate; its entry id."""
    fact = uuid4()
    family.ana(AnswerSurvey(
        fact=fact, area=Area.SOCIAL_EMOTIONAL, instrument=instrument, question="How are you?",
        answer=text, effective=Effective(start=family.days_ago(1)), source="spring export",
    ))  # fmt: skip
    return fact


def words(page: httpx.Response) -> str:
    """A page as a person reads it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def waiting(family: Family, state: str = "open") -> list[str]:
    """The answers on the officer's list, every page of it."""
    found, cursor = [], None
    while True:
        asked = {"state": state, **({"cursor": cursor} if cursor else {})}
        page = family.as_("officer").get(WAITS, params=asked).json()
        found += [one["answer"] for one in page["answers"]]
        if (cursor := page["next"]) is None:
            return found


def review(family: Family, who: str, fact: UUID, outcome: str = "shown") -> httpx.Response:
    """What somebody says of an answer, over HTTP."""
    url = f"/v1/learners/{family.learners['ana']}/review-survey-answer"
    told = {"fact": str(fact), "outcome": outcome, "note": "A recipe for a cake."}
    return family.as_(who).post(url, json=told)


@pytest.mark.law("PPRA", "import")
def test_what_waits_is_on_the_officers_list_until_it_may_be_shown(family: Family) -> None:
    fact = answer(family, "Kitchen 1", "Sponge cake")
    assert "Sponge cake" in waiting(family)
    assert shown_on(family, "teacher", "Sponge cake") == []
    assert review(family, "officer", fact).status_code == 201
    assert "Sponge cake" not in waiting(family)
    assert "Sponge cake" in waiting(family, "shown"), "the word can be taken back"
    for who in ("teacher", "counselor", "mother"):
        assert shown_on(family, who, "Sponge cake") != []


@pytest.mark.law("PPRA", "reclassified")
def test_answers_to_a_survey_that_is_found_to_be_protected_wait_until_reviewed(
    family: Family,
) -> None:
    family.of_district(PublishInstrument(instrument="Home 1"))
    fact = answer(family, "Home 1", "Grandmother prays")
    assert shown_on(family, "teacher", "Grandmother prays") != []
    family.of_district(PublishInstrument(instrument="Home 1", areas=(7,)))
    assert shown_on(family, "teacher", "Grandmother prays") == []
    assert "Grandmother prays" in waiting(family)
    assert review(family, "officer", fact).status_code == 201
    assert shown_on(family, "teacher", "Grandmother prays") != []


def test_what_the_officer_keeps_aside_is_on_a_list_of_its_own(family: Family) -> None:
    fact = answer(family, "Kitchen 2", "Her sister is ill")
    assert review(family, "officer", fact, "kept_aside").status_code == 201
    assert "Her sister is ill" not in waiting(family)
    assert "Her sister is ill" in waiting(family, "kept")
    family.of_district(PublishInstrument(instrument="Kitchen 2"))
    assert shown_on(family, "mother", "Her sister is ill") == [], "the officer said so"
    assert review(family, "officer", fact).status_code == 201
    assert shown_on(family, "mother", "Her sister is ill") != []


def test_an_answer_that_was_corrected_since_waits_again_and_one_taken_back_does_not(
    family: Family,
) -> None:
    fact = answer(family, "Kitchen 3", "Plum cake")
    assert review(family, "officer", fact).status_code == 201
    family.ana(CorrectFact(fact=fact, changes={"answer": "Father is away"}, ground="Wrong line."))
    assert shown_on(family, "mother", "Father is away") == []
    assert "Plum cake" in waiting(family)
    family.ana(RetractFact(fact=fact, reason="Another child's.", wrong_learner=True))
    assert "Plum cake" not in waiting(family)
    assert shown_on(family, "mother", "Plum cake") == []


@pytest.mark.parametrize("who", ["teacher", "counselor", "mother"])
def test_nobody_but_the_officer_sees_the_list_or_speaks_of_an_answer(
    family: Family, who: str
) -> None:
    fact = answer(family, f"Kitchen for {who}", f"Rhubarb, says {who}")
    client = family.as_(who)
    assert client.get(WAITS).status_code == 403
    page = client.get("/surveys")
    assert page.status_code == 403
    assert f"Rhubarb, says {who}" not in page.text
    assert review(family, who, fact).status_code == 403
    assert f"Rhubarb, says {who}" in waiting(family)


def test_the_list_has_a_form_for_each_and_a_double_click_records_once(family: Family) -> None:
    fact = answer(family, "Kitchen 4", "Cherry pie")
    officer = family.as_("officer")
    page = officer.get("/surveys")
    assert page.status_code == 200
    shown = words(page)
    assert "Cherry pie" in shown
    assert "from spring export" in shown
    url = f"/learners/{family.learners['ana']}/answers/{fact}/review"
    sent = {"outcome": "", "note": "", "command_id": str(uuid4())}
    refused = officer.post(url, data=sent)
    assert refused.status_code == 422
    assert "Choose whether it may be shown." in words(refused)
    assert NO_NOTE in words(refused)
    sent |= {"outcome": "kept_aside", "note": "Ask the mother first."}
    for _ in range(2):
        assert officer.post(url, data=sent).status_code == 303
    kept = words(officer.get("/surveys?state=kept"))
    assert "Kept aside , said Marcus Ellery on" in kept
    assert kept.count("Ask the mother first.") == 1
    typed = {**sent, "outcome": "shown", "note": "She said yes."}
    reused = officer.post(url, data=typed)
    assert reused.status_code == 422
    assert "This was already recorded from this form." in words(reused)
    assert "She said yes." in words(reused)


def test_a_look_at_the_list_is_noted_on_each_record_that_is_shown(family: Family) -> None:
    answer(family, "Kitchen 5", "Cold soup")
    before = len(looks(family))
    assert "Cold soup" in waiting(family)
    assert len(looks(family)) > before


def looks(family: Family) -> list[AccessRecorded]:
    found = of_kind(family.system, AccessRecorded)
    ana = family.learners["ana"]
    return [e for e in found if e.learner == ana and e.place == "/v1/surveys/to-review"]


def test_a_long_list_is_read_page_by_page_with_nothing_left_out(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        answer(family, f"Kitchen 6.{number}", f"Soup {number}")
    whole = waiting(family)
    monkeypatch.setattr(waiting_answers, "SHOWN", 2)
    monkeypatch.setattr(waiting_answers, "BATCH", 3)
    monkeypatch.setattr(waiting_answers, "LOOKED", 6)
    first = family.as_("officer").get(WAITS).json()
    assert len(first["answers"]) == 2
    assert waiting(family) == whole
