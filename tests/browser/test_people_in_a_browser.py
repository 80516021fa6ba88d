"""The demo's people: the way from one to another, and what each of them sees."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.compose import System
from api.demo_district.cast import TUTORS
from api.demo_district.outsiders import PARENT, TUTORED
from api.demo_district.parts import CLASSMATE, PUPIL
from api.demo_district.people import everybody
from api.demo_district.staff import OFFICER, homeroom
from api.pages.personas import Part
from domain.reads import AccessRecorded
from projections.reading import Reader
from tests.browser.conftest import Window
from tests.browser.test_pages_in_a_browser import enter, press_until, violations
from tests.varied import of_kind

pytestmark = pytest.mark.browser

TEACHER = homeroom(PUPIL.grade, PUPIL.section)
UNTRAINED = homeroom(CLASSMATE.grade, CLASSMATE.section)


@pytest.fixture
def page(window: Window) -> Iterator[Page]:
    yield window.page
    assert window.errors == []


def be(page: Page, name: str) -> None:
    """Be somebody else, from whatever page it is."""
    page.goto("/demo/people")
    page.get_by_label(re.compile(f"^{re.escape(name)}, ")).check()
    page.get_by_role("button", name="Be this person").click()
    expect(page.locator(".persona")).to_contain_text(name)


def last_noted(district: System) -> AccessRecorded:
    """The newest line of the log of reads."""
    return of_kind(district, AccessRecorded)[-1]


def test_one_becomes_somebody_else_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".persona")).to_contain_text("Ms Rivera, school counselor")
    press_until(page, "Tab", "Ms Rivera, school counselor Be somebody else")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Be somebody else")
    press_until(page, "Tab", "Ms Rivera, school counselor")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label(f"{TEACHER.name}, {TEACHER.role}")).to_be_checked()
    enter(page)
    expect(page.locator(".persona")).to_contain_text(f"{TEACHER.name}, {TEACHER.role}")
    assert violations(page) == []
    page.goto("/demo/people")
    expect(page.get_by_label(f"{TEACHER.name}, {TEACHER.role}")).to_be_checked()


def test_every_part_says_what_is_open_to_it(page: Page, people: list[Part]) -> None:
    page.goto("/demo/people")
    for part in people:
        choice = page.get_by_label(f"{part.persona.name}, {part.persona.role}")
        expect(choice).to_have_accessible_description(part.sees)


@pytest.mark.parametrize("person", ["nobody", "00000000-0000-0000-0000-000000000000"])
def test_an_id_in_the_cookie_that_is_not_on_offer_changes_nothing(
    browser: Browser, address: str, person: str
) -> None:
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": "throughline-demo-person", "value": person, "url": address}])
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".persona")).to_contain_text("Ms Rivera")
    context.close()


def test_nobody_off_the_list_can_be_chosen(page: Page, address: str) -> None:
    origin = {"Origin": address}
    wrong = page.request.post("/demo/people", form={"person": str(OFFICER.id)[:-1]}, headers=origin)
    assert wrong.status == 422
    assert "set-cookie" not in wrong.headers
    other_site = {"Origin": "http://elsewhere.example"}
    form: dict[str, str | float | bool] = {"person": str(OFFICER.id)}
    assert page.request.post("/demo/people", form=form, headers=other_site).status == 403
    chosen = page.request.post("/demo/people", form=form, headers=origin, max_redirects=0)
    assert chosen.status == 303
    cookie = chosen.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_teacher_sees_the_own_class_and_nobody_else(page: Page, district: System) -> None:
    be(page, TEACHER.name)
    page.goto("/")
    today = district.context().today
    places = Reader(district.datastore, district.mapper).caseload(today)
    own = f"{PUPIL.grade:02}-{PUPIL.section}"
    expected = {place.name for place in places if own in place.classes}
    shown = page.locator("main tbody th").all_inner_texts()
    assert {text.strip() for text in shown} == expected
    other = everybody()[0]
    answer = page.request.get(f"/learners/{other.id}", headers={"Accept": "text/html"})
    assert answer.status == 403
    assert "not assigned to you" in answer.text()
    assert other.family not in answer.text()
    assert not last_noted(district).allowed


def test_a_teacher_does_not_see_what_belongs_to_special_education(
    page: Page, district: System
) -> None:
    reader = Reader(district.datastore, district.mapper)
    special = [x for x in reader.timeline(PUPIL.id, limit=2000) if x.data_class == "special_ed"]
    assert special
    timeline = f"/v1/learners/{PUPIL.id}/timeline?limit=500"
    page.goto("/")
    told = page.request.get(timeline).text()
    assert all(str(entry.id) in told for entry in special)
    be(page, TEACHER.name)
    told = page.request.get(timeline).text()
    assert PUPIL.called in told
    assert not any(str(entry.id) in told for entry in special)
    assert last_noted(district).withheld == ("FERPA-99.31-a-1-ii",)


def test_whose_training_ran_out_is_told_so(browser: Browser, address: str) -> None:
    window = Window(browser.new_context(base_url=address))
    page = window.page
    be(page, UNTRAINED.name)
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not open to you")
    expect(page.locator("main")).to_contain_text("yearly privacy training")
    expect(page.locator("main")).not_to_contain_text(CLASSMATE.family)
    assert violations(page) == []
    page.context.close()


def test_the_officer_sees_who_saw_a_learner_and_why(page: Page) -> None:
    page.goto(f"/learners/{TUTORED.id}")
    be(page, OFFICER.name)
    expect(page).to_have_url(re.compile(f"/learners/{TUTORED.id}/access$"))
    expect(page.locator("main")).to_contain_text("Ms Rivera, counselor, opened the profile")
    expect(page.locator("main")).to_contain_text("legitimate educational interest")
    assert violations(page) == []


def test_the_tutors_see_what_their_agreement_names_of_one_learner(
    page: Page, district: System
) -> None:
    be(page, TUTORS)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TUTORED.name)
    page.goto(f"/learners/{TUTORED.id}/timeline")
    noted = last_noted(district)
    assert noted.code == "FERPA-99.31-a-1-i-B"
    topics = {event.topic for event in district.recorder.read_positions(noted.facts)}
    assert topics >= {"assessment-scored", "attendance-summarised"}
    # A change says something about what it changes.
    assert topics <= {"assessment-scored", "attendance-summarised", "fact-corrected"}
    page.goto("/")
    assert page.locator("main tbody th").count() == 1
    answer = page.request.get(f"/learners/{PUPIL.id}", headers={"Accept": "text/html"})
    assert answer.status == 403


def test_a_parent_sees_the_own_child_and_the_familys_log(page: Page) -> None:
    be(page, PARENT.name)
    expect(page).to_have_url(re.compile(r"/access/family$"))
    page.goto(f"/learners/{TUTORED.id}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TUTORED.name)
    answer = page.request.get(f"/learners/{PUPIL.id}", headers={"Accept": "text/html"})
    assert answer.status == 403


def test_an_observation_is_recorded_as_the_persons_own(page: Page, district: System) -> None:
    be(page, TEACHER.name)
    page.goto(f"/learners/{PUPIL.id}/observations/new?area=strengths")
    expect(page.get_by_text(f"recorded as yours, {TEACHER.name}")).to_be_visible()
    page.get_by_label("What you saw or heard").fill("Explained the map to a visitor.")
    page.get_by_role("button", name="Save the observation").click()
    expect(page.locator("#recorded")).to_contain_text(f"Observation by {TEACHER.name}")
