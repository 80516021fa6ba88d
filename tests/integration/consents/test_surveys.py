"""PPRA at work: a survey is offered past its gate alone, and other answers wait for the officer."""

from typing import Any

import httpx
import pytest

from domain.consent import AllowSurvey, OfferSurvey, RefuseSurvey, SendSurveyNotice
from domain.district import PublishInstrument
from domain.effective import Effective
from domain.facts import AnswerSurvey
from domain.words import Area
from tests.integration.consents.conftest import Family

PAGES = ["/learners/{ana}", "/learners/{ana}/timeline", "/learners/{ana}/audit"]
ROUTES = ["/v1/learners/{ana}/profile", "/v1/learners/{ana}/timeline", "/v1/learners/{ana}/audit"]


def publish(family: Family, instrument: str, *areas: int, **more: Any) -> None:
    family.of_district(PublishInstrument(instrument=instrument, areas=areas, **more))


def offer(family: Family, instrument: str) -> httpx.Response:
    url = f"/v1/learners/{family.learners['ana']}/offer-survey"
    return family.as_("teacher").post(url, json={"instrument": instrument})


def told(answer: httpx.Response) -> tuple[str, str, str]:
    [error] = answer.json()["errors"]
    return error["field"], error["rule"], error["detail"]


def test_a_survey_that_nobody_published_is_not_offered(family: Family) -> None:
    field, rule, sentence = told(offer(family, "Mood 1"))
    assert (field, rule) == ("instrument", "survey-not-published")
    assert "Publish it first" in sentence


def test_a_survey_that_touches_nothing_protected_is_offered(family: Family) -> None:
    publish(family, "Favourite books 1")
    assert offer(family, "favourite books 1").status_code == 201


def test_a_family_is_told_first_with_time_to_say_no(family: Family) -> None:
    publish(family, "Mood 2", 2)
    field, rule, sentence = told(offer(family, "Mood 2"))
    assert (field, rule) == ("instrument", "survey-notice-missing")
    assert sentence == (
        "The family has to be told first, with time to say no (20 U.S.C. 1232h(c)(2))."
    )
    late = Effective(start=family.days_ago(9))
    told_of: dict[str, Any] = {
        "text_version": "ppra-1",
        "recipient": "both parents",
        "instrument": "Mood 2",
    }
    family.ana(SendSurveyNotice(**told_of, effective=late))
    assert offer(family, "Mood 2").status_code == 422
    family.ana(SendSurveyNotice(**told_of, effective=Effective(start=family.days_ago(10))))
    assert offer(family, "Mood 2").status_code == 201
    family.ana(RefuseSurvey(instrument="Mood 2"))
    assert told(offer(family, "Mood 2"))[1] == "survey-opted-out"


def test_a_required_survey_paid_for_by_the_department_needs_a_written_consent(
    family: Family,
) -> None:
    publish(family, "Income 1", 8, required=True, ed_funded=True)
    asked = told(offer(family, "Income 1"))
    assert asked[1] == "survey-consent-missing"
    assert "Ask for a written consent first (20 U.S.C. 1232h(b))." in asked[2]
    mother, teacher = family.people["mother"], family.people["teacher"]
    for signer, instrument, status in (
        (mother, "Mood 2", 422),
        (teacher, "Income 1", 422),
        (mother, "Income 1", 201),
    ):
        family.ana(AllowSurvey(
            instrument=instrument, signer=signer.id, signer_name=signer.name, method="paper",
        ))  # fmt: skip
        assert offer(family, "Income 1").status_code == status


def test_a_parent_sees_a_survey_first_who_asked_to_see_it(family: Family) -> None:
    publish(family, "Mood 4", 2)
    told_of: dict[str, Any] = {
        "text_version": "ppra-1",
        "recipient": "both parents",
        "instrument": "Mood 4",
    }
    family.ana(SendSurveyNotice(**told_of, effective=Effective(start=family.days_ago(20))))
    url = f"/v1/learners/{family.learners['ana']}"
    asked = family.as_("mother").post(f"{url}/ask-to-see-survey", json={"instrument": "Mood 4"})
    assert asked.status_code == 201
    assert told(offer(family, "Mood 4"))[1] == "survey-inspection-waiting"
    request = {"survey": asked.json()["ids"]["survey"]}
    assert family.as_("mother").post(f"{url}/show-survey", json=request).status_code == 403
    assert family.as_("teacher").post(f"{url}/show-survey", json=request).status_code == 201
    again = family.as_("teacher").post(f"{url}/show-survey", json=request)
    assert told(again)[:2] == ("survey", "survey-not-asked")
    assert offer(family, "Mood 4").status_code == 201


def test_nobody_says_no_to_a_survey_before_they_are_born(family: Family) -> None:
    url = f"/v1/learners/{family.learners['ana']}/refuse-survey"
    said = {"instrument": "Mood 3", "received_on": "1950-01-01"}
    refused = family.as_("mother").post(url, json=said)
    assert refused.status_code == 422
    assert told(refused)[:2] == ("received_on", "received-before-birth")
    today = {**said, "received_on": family.today.isoformat()}
    assert family.as_("mother").post(url, json=today).status_code == 201


# -- answers --------------------------------------------------------------------------------------


def answer(family: Family, instrument: str, said: str, days: int = 1) -> None:
    """An answer as an import brings it: nobody asks it for a gate."""
    family.ana(AnswerSurvey(
        area=Area.SOCIAL_EMOTIONAL, instrument=instrument, question="How are you?", answer=said,
        effective=Effective(start=family.days_ago(days)),
    ))  # fmt: skip


def shown_on(family: Family, who: str, said: str) -> list[str]:
    """The pages and routes on which somebody is shown an answer."""
    client, ana = family.as_(who), family.learners["ana"]
    return [p for p in (*PAGES, *ROUTES) if said in client.get(p.format(ana=ana)).text]


@pytest.mark.law("PPRA", "import")
def test_answers_without_a_passed_gate_wait_for_the_officer(family: Family) -> None:
    answer(family, "Unheard of", "Quite alone")
    for who in ("teacher", "counselor", "mother"):
        assert shown_on(family, who, "Quite alone") == []
    assert shown_on(family, "officer", "Quite alone") != []


@pytest.mark.parametrize("who", ["teacher", "mother"])
def test_answers_open_once_it_is_known_that_the_gate_was_passed(family: Family, who: str) -> None:
    answer(family, f"Club 1 {who}", f"Chess, says {who}")
    assert shown_on(family, who, f"Chess, says {who}") == []
    publish(family, f"Club 1 {who}")
    assert shown_on(family, who, f"Chess, says {who}") != []

    answer(family, f"Club 2 {who}", f"Sewing, says {who}", days=3)
    family.ana(OfferSurvey(instrument=f"Club 2 {who}"))
    assert shown_on(family, who, f"Sewing, says {who}") == [], "the offer came after the answer"
    family.ana(
        OfferSurvey(instrument=f"Club 2 {who}", effective=Effective(start=family.days_ago(3)))
    )
    assert shown_on(family, who, f"Sewing, says {who}") != []
    no = Effective(start=family.days_ago(3))
    family.ana(RefuseSurvey(instrument=f"Club 2 {who}", effective=no))
    assert shown_on(family, who, f"Sewing, says {who}") == []
