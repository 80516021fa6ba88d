"""What the officer does about the log, by keyboard or without script; what the parent reads."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from api.compose import System
from api.demo_district.cast import TUTORS, TUTORS_ID
from api.demo_district.outsiders import PARENT, TUTORED
from api.demo_district.people import everybody
from api.demo_district.staff import OFFICER, homeroom
from domain.access.words import Action, Assurance
from domain.consent import GrantConsent, VoidConsent
from domain.effective import Effective
from domain.reads import RecordAccess, noted
from tests.browser.conftest import Window
from tests.browser.test_pages_in_a_browser import enter, press_until, violations
from tests.browser.test_people_in_a_browser import be
from tests.people import tell

pytestmark = pytest.mark.browser

TEACHER = homeroom(TUTORED.grade, TUTORED.section)
ADULT = everybody()[40]  # whose consents no other test counts


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A tab without script."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    yield Window(context).page
    context.close()


def look(district: System, learner: UUID, person: UUID, name: str, **more: Any) -> int:
    """An access as a request leaves it in the log; its number."""
    context = replace(district.context(), entered_by=person, entered_by_name=name)
    given: dict[str, Any] = {
        "learner": learner,
        "action": Action.OPENED,
        "purpose": "instruction",
        "allowed": True,
        "code": "FERPA-99.31-a-1-i-A",
        "table": "2026-1",
        "how": "session",
        "assurance": Assurance.STRONG,
        "place": "/learners/{learner}/timeline",
    }
    number = district.profiles.note([noted(RecordAccess(**{**given, **more}), context)])
    district.projector.catch_up()
    return number


def test_the_officer_withholds_a_line_and_the_parent_reads_as_if_it_were_not_there(
    page: Page, window: Window, district: System
) -> None:
    number = look(district, TUTORED.id, TEACHER.id, TEACHER.name)
    log = f"/learners/{TUTORED.id}/access"
    family, path = f"{log}/family", f"{log}/{number}"
    sentence = f"{TEACHER.name}, teacher, opened the timeline."
    be(page, PARENT.name)
    page.goto(family)
    expect(page.locator("main")).to_contain_text(sentence)
    be(page, OFFICER.name)
    page.goto(path)
    page.get_by_label("Why the family must not be told of it").select_option("investigation")
    page.get_by_label("More about it (may be left empty)").fill("Ask the principal first.")
    page.get_by_role("button", name="Withhold this line").click()
    expect(page.locator("main")).to_contain_text("Withheld from the family.")
    expect(page.locator("main")).to_contain_text("by Marcus Ellery")
    expect(page.locator("main")).to_contain_text("Ask the principal first.")
    be(window.page, OFFICER.name)
    for place in (path, log):
        window.page.goto(place)
        expect(window.page.locator("main")).to_contain_text("Withheld from the family")
        assert violations(window.page) == []
    be(page, PARENT.name)
    page.goto(family)
    expect(page.locator("main")).not_to_contain_text(sentence)
    expect(page.locator("main")).not_to_contain_text("investigation")
    be(page, OFFICER.name)
    page.goto(path)
    page.get_by_role("button", name="Let the family see this line again").click()
    be(page, PARENT.name)
    page.goto(family)
    expect(page.locator("main")).to_contain_text(sentence)


def test_the_officer_reviews_an_access_by_keyboard_alone(window: Window, district: System) -> None:
    page, parent = window.page, ADULT.adults[0]
    day = district.context().today - timedelta(days=3)
    consent = GrantConsent(
        records=("attendance",), purpose="tutoring", recipient=str(TUTORS_ID),
        signer=parent.id, signer_name=parent.name, capacity=parent.relation,
        method="paper, signed and dated", effective=Effective(start=day), received_on=day,
    )  # fmt: skip
    tell(district, ADULT.id, consent)
    number = look(district, ADULT.id, TUTORS_ID, TUTORS, purpose="tutoring",
                  code="FERPA-99.30", consents=(consent.consent,))  # fmt: skip
    tell(district, ADULT.id, VoidConsent(consent=consent.consent, reason="Signed by a neighbor."))
    district.projector.catch_up()
    be(page, OFFICER.name)
    page.goto("/review")
    assert violations(page) == []
    press_until(page, "Tab", f"Look at no. {number:,}, and record what came of it")
    enter(page)
    expect(page.get_by_role("heading", level=3)).to_have_text(
        "A consent that was relied on was never valid"
    )
    assert violations(page) == []
    press_until(page, "Tab", "What came of it")
    page.keyboard.type("Whoever rec")
    press_until(page, "Tab", "What you found and did (may be left empty)")
    page.keyboard.type("They deleted the file.")
    press_until(page, "Tab", "Record the review")
    enter(page)
    expect(page.locator(".reviewed")).to_have_text(
        re.compile(r"Reviewed on .* by Marcus Ellery .*Whoever received it was told.*They deleted")
    )
    assert violations(page) == []
    page.goto("/review")
    expect(page.locator(f"a[href$='/access/{number}']")).to_have_count(0)
    page.get_by_role("link", name="Reviewed").click()
    expect(page.locator(f"a[href$='/access/{number}']")).to_have_count(1)
    assert violations(page) == []
    page.goto(f"/learners/{ADULT.id}/access/{number}")
    page.emulate_media(media="print")
    expect(page.locator(".reviewed")).to_be_visible()
    expect(page.get_by_role("button", name="Withhold this line")).to_be_hidden()
