"""A record that was opened in an emergency: it may be looked at, and nothing is written on it."""

from uuid import UUID

import pytest

from domain.access.words import Action
from tests.integration.disclosures.conftest import District
from tests.integration.disclosures.test_emergency_pages import fill

FORMS = (
    "observations/new",
    "consents/new",
    "opt-outs/new",
    "online-consents/collecting",
    "disclosures/new",
)


def opened(district: District) -> UUID:
    """A learner whose record a teacher of another school has opened in an emergency."""
    learner = district.learner("Ana")
    assert fill(district.as_("teacher"), learner).status_code == 303
    district.system.projector.catch_up()
    return learner


@pytest.mark.parametrize("form", FORMS)
def test_a_form_was_shown_whose_words_were_refused_and_lost_in_the_end(
    district: District, form: str
) -> None:
    learner, teacher = opened(district), district.as_("teacher")
    before = len(district.noted(learner))
    answer = teacher.get(f"/learners/{learner}/{form}")
    assert answer.status_code == 403, answer.text
    [refused] = district.noted(learner)[before:]
    assert (refused.allowed, refused.entered_by) == (False, district.people["teacher"].id)
    said = {"area": "strengths", "text": "Waits for others."}
    assert teacher.post(f"/v1/learners/{learner}/record-observation", json=said).status_code == 403
    sent = district.noted(learner)[-1]
    assert (refused.code, sent.allowed, sent.action) == (sent.code, False, Action.WRITTEN)


@pytest.mark.parametrize("form", FORMS)
def test_whoever_may_write_still_gets_the_form(district: District, form: str) -> None:
    learner = opened(district)
    for name in ("counselor", "officer"):
        answer = district.as_(name).get(f"/learners/{learner}/{form}")
        assert answer.status_code == 200, answer.text
    of_school = form in ("online-consents/collecting", "disclosures/new")
    mother = district.as_("parent").get(f"/learners/{learner}/{form}")
    assert mother.status_code == (403 if of_school else 200)


def test_each_area_led_to_a_form_that_would_be_refused(district: District) -> None:
    learner = opened(district)
    link = f"/learners/{learner}/observations/new?area=strengths"
    page = district.as_("teacher").get(f"/learners/{learner}")
    assert page.status_code == 200
    assert "Ana led the group." in page.text
    assert f"/learners/{learner}/timeline?area=strengths" in page.text
    assert "observations/new" not in page.text
    for name in ("counselor", "parent"):
        assert link in district.as_(name).get(f"/learners/{learner}").text
