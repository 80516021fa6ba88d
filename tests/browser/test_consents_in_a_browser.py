"""The ledger as people use it: a scan with its consent, a second person, opt-outs, on a phone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.compose import System
from api.demo_district.cast import TUTORS
from api.demo_district.outsiders import PARENT, TUTORED
from api.demo_district.staff import OFFICER
from api.demo_district.staffing import COUNSELOR
from tests.browser.conftest import Window
from tests.browser.test_pages_in_a_browser import enter, press_until, violations
from tests.browser.test_people_in_a_browser import be

pytestmark = pytest.mark.browser

LEDGER = f"/learners/{TUTORED.id}/consents"
PDF = b"%PDF-1.4\n% signed\n"


@pytest.fixture
def page(window: Window) -> Iterator[Page]:
    yield window.page
    assert window.errors == []


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """A scan on the counselor's disk."""
    file = tmp_path / "signed form.pdf"
    file.write_bytes(PDF)
    return file


def fill_in(page: Page, district: System, recipient: str) -> None:
    """A consent that was signed nine days ago, and came a week ago."""
    today = district.context().today
    page.goto(LEDGER)
    page.get_by_role("link", name="Enter a consent").click()
    page.get_by_label("Attendance", exact=True).check()
    page.get_by_label("For what purpose").select_option("tutoring")
    page.get_by_label("To whom").fill(recipient)
    page.get_by_label("Who signed").select_option(str(PARENT.id))
    page.get_by_label("Signed on").fill((today - timedelta(days=9)).isoformat())
    page.get_by_label("Reached the school on").fill((today - timedelta(days=7)).isoformat())


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_scan_comes_with_its_consent_and_a_colleague_compares_the_two(
    browser: Browser, address: str, district: System, signed: Path, script: bool
) -> None:
    recipient = f"Tutors {'with' if script else 'without'} script"
    context = browser.new_context(base_url=address, java_script_enabled=script)
    page = context.new_page()
    be(page, COUNSELOR.name)
    fill_in(page, district, recipient)
    page.get_by_label("The scan of the signed paper").set_input_files(signed)
    page.get_by_role("button", name="Save the consent").click()
    expect(page.get_by_role("status")).to_contain_text("The consent was recorded")
    expect(page.locator("main")).to_contain_text("The signed paper is kept as a file, signed form")
    page.goto(LEDGER)
    entry = page.get_by_role("article").filter(has_text=recipient)
    expect(entry).to_contain_text("It was entered 7 days after it counts from.")
    expect(entry).to_contain_text("You entered it yourself, so a colleague who may see this record")
    be(page, OFFICER.name)
    page.goto(LEDGER)
    with page.expect_download() as saved:
        entry.get_by_role("link", name="signed form.pdf").click()
    assert saved.value.suggested_filename == "signed form.pdf"
    assert saved.value.path().read_bytes() == PDF
    entry.get_by_role("button", name="I have compared it with its scan").click()
    expect(entry).to_contain_text(f"Compared with its scan by {OFFICER.name}")
    context.close()


def test_a_file_that_is_no_scan_is_told_at_its_field_and_nothing_is_lost(
    browser: Browser, address: str, district: System, tmp_path: Path, signed: Path
) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    be(page, COUNSELOR.name)
    fill_in(page, district, "")
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"PK\3\4 a letter")
    scan = page.get_by_label("The scan of the signed paper")
    scan.set_input_files(letter)
    page.get_by_role("button", name="Save the consent").click()
    expect(page.get_by_role("alert")).to_contain_text("The scan is no PDF, JPEG, PNG or TIFF.")
    expect(scan).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Attendance", exact=True)).to_be_checked()
    assert violations(page) == []
    scan.set_input_files(signed)
    page.get_by_role("button", name="Save the consent").click()
    expect(page.get_by_role("alert")).not_to_contain_text("The scan")
    expect(page.locator("main")).to_contain_text("signed form.pdf was taken in")
    assert violations(page) == []
    page.get_by_label("To whom").fill("Nothing lost")
    page.get_by_role("button", name="Save the consent").click()
    expect(page.locator("main")).to_contain_text("The signed paper is kept as a file, signed form")
    context.close()


def test_what_the_learner_says_is_added_by_keyboard_alone(page: Page, district: System) -> None:
    be(page, COUNSELOR.name)
    fill_in(page, district, "Keyboard tutors")
    page.get_by_role("button", name="Save the consent").click()
    expect(page.get_by_role("status")).to_contain_text("The consent was recorded")
    page.goto(LEDGER)
    entry = page.get_by_role("article").filter(has_text="Keyboard tutors")
    entry.get_by_role("link", name="Receipt, to print").focus()
    press_until(page, "Tab", f"Add what {TUTORED.name} says about it")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "Yes, agrees")
    page.keyboard.press("ArrowDown")
    expect(entry.get_by_label("No, does not agree")).to_be_checked()
    press_until(page, "Tab", "In the learner’s own words, if there are any")
    page.keyboard.type("Not with them.")
    enter(page)
    expect(page.get_by_role("status")).to_contain_text("This was recorded")
    expect(entry).to_contain_text("The learner does not agree")
    expect(entry).to_contain_text("Not with them.")


def test_a_parent_sees_their_children_and_keeps_photographs_back(page: Page) -> None:
    be(page, PARENT.name)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your children")
    expect(page.get_by_role("navigation", name="Main")).not_to_contain_text("Caseload")
    expect(page.get_by_role("search")).to_have_count(0)
    assert violations(page) == []
    page.goto(LEDGER)
    page.get_by_role("link", name="Keep directory information back").click()
    page.get_by_label("What is kept back").select_option("award")
    expect(page.get_by_label("Who asks for it")).to_have_value(str(PARENT.id))
    assert violations(page) == []
    page.get_by_role("button", name="Keep it back").click()
    kept = page.get_by_role("article").filter(has_text="Kept back: award")
    expect(kept).to_contain_text(f"Asked for by {PARENT.name}")
    kept.get_by_role("button", name="Lift it").click()
    expect(kept).to_contain_text("Lifted")
    expect(kept.get_by_role("button")).to_have_count(0)


def test_a_provider_is_offered_no_form_of_a_consent(page: Page) -> None:
    be(page, TUTORS)
    page.goto(LEDGER)
    expect(page.locator("main")).to_contain_text("No consent is open to you here.")
    offered = page.get_by_role("link", name=re.compile("Give a consent|Keep directory"))
    expect(offered).to_have_count(0)


PLACES = [LEDGER, f"{LEDGER}/new", f"/learners/{TUTORED.id}/opt-outs/new", "/"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", [OFFICER.name, PARENT.name])
def test_a_page_of_the_ledger_can_be_used_by_everybody_also_on_a_phone(
    browser: Browser, address: str, name: str, place: str
) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 400, "height": 800})
    window = Window(context)
    be(window.page, name)
    window.page.goto(place)
    assert violations(window.page) == []
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert window.errors == []
    context.close()
