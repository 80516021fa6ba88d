"""The pages as people meet them: by eye, by keyboard, on a phone, on paper, without script."""

import re
from uuid import UUID, uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from api.compose import System
from api.demo_district.people import everybody
from tests.browser.conftest import FAMILY_IN_ARABIC, Window

pytestmark = pytest.mark.browser

PLACES = {
    "caseload": "/",
    "second page of the caseload": "/?page=2",
    "learner": "/learners/{learner}",
    "learner of a family who write in Arabic": f"/learners/{everybody()[FAMILY_IN_ARABIC].id}",
    "timeline": "/learners/{learner}/timeline",
    "timeline of one area": "/learners/{learner}/timeline?area=achievement",
    "audit log of a learner": "/learners/{learner}/audit",
    "audit log of the district": "/audit",
    "form": "/learners/{learner}/observations/new",
    "people to be": "/demo/people",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, everything unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes'][:3]]}"
        for v in found.response["violations"]
    ]


def enter(page: Page) -> None:
    """Press Enter, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press_until(page: Page, key: str, name: str) -> None:
    """Press a key until the element of this label, button or link text has the focus."""
    seen = []
    for _ in range(60):
        page.keyboard.press(key)
        seen.append(
            page.evaluate(
                "(() => { const e = document.activeElement;"
                " return e.labels?.[0]?.innerText ?? e.innerText ?? '' })()"
            )
        )
        if seen[-1] == name:
            return
    raise AssertionError(f"the focus never came to {name!r}, but to {seen}")


@pytest.mark.parametrize("place", PLACES)
def test_a_page_opens_cleanly_and_can_be_used_by_everybody(
    window: Window, learner: UUID, place: str
) -> None:
    answer = window.page.goto(PLACES[place].format(learner=learner))
    assert answer is not None
    assert answer.status == 200
    assert window.errors == []
    assert violations(window.page) == []
    expect(window.page.get_by_text("Demo: nobody signs in here")).to_be_visible()


def test_a_page_for_what_cannot_be_shown_can_be_used_by_everybody(window: Window) -> None:
    window.page.goto(f"/learners/{uuid4()}")
    assert violations(window.page) == []
    window.page.get_by_role("link", name="To the caseload").click()
    expect(window.page).to_have_url(re.compile(r"/$"))


def test_from_a_search_to_a_new_observation_by_keyboard_alone(
    window: Window, district: System
) -> None:
    page, person = window.page, everybody()[1]
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    press_until(page, "Tab", "Name or local number")
    page.keyboard.type(person.name.split()[-1])
    enter(page)
    expect(page).to_have_url(re.compile(r"/search\?sealed="))
    press_until(page, "Tab", person.name)
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(person.name)
    press_until(page, "Tab", "Add an observation")
    enter(page)
    press_until(page, "Tab", "Part of the profile")
    page.keyboard.type("Strengths")
    press_until(page, "Tab", "What you saw or heard")
    page.keyboard.type("Waited for the slowest runner, unasked.")
    press_until(page, "Tab", "Save the observation")
    enter(page)
    expect(page.get_by_role("status").first).to_contain_text("Your observation was recorded")
    expect(page.locator("#recorded")).to_contain_text("Waited for the slowest runner, unasked.")
    expect(page.locator("#recorded")).to_contain_text("Observation by Ms Rivera")
    assert violations(page) == []
    assert window.errors == []


def test_back_to_a_search_shows_its_list_and_not_that_the_form_is_to_be_sent_again(
    window: Window, district: System
) -> None:
    page, person = window.page, everybody()[1]
    family = person.name.split()[-1]
    page.goto("/")
    page.get_by_label("Name or local number").fill(family.lower())
    page.keyboard.press("Enter")
    page.get_by_role("link", name=person.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(person.name)
    page.go_back()
    expect(page.get_by_role("link", name=person.name)).to_be_visible()
    expect(page.get_by_label("Name or local number")).to_have_value(family.lower())
    assert family.casefold() not in page.url.casefold()
    page.reload()
    expect(page.get_by_role("link", name=person.name)).to_be_visible()
    assert window.errors == []


def test_what_is_wrong_is_told_at_the_field_and_what_was_typed_stays(
    window: Window, learner: UUID
) -> None:
    page = window.page
    page.goto(f"/learners/{learner}/observations/new")
    page.get_by_label("What you saw or heard").fill("Kept <b>this</b>.")
    page.get_by_label("On which day").fill("")
    page.get_by_role("button", name="Save the observation").click()
    expect(page.get_by_role("alert")).to_contain_text("This was not recorded")
    expect(page.get_by_label("What you saw or heard")).to_have_value("Kept <b>this</b>.")
    area = page.get_by_label("Part of the profile")
    expect(area).to_have_attribute("aria-invalid", "true")
    expect(area).to_have_accessible_description(re.compile("Choose the part of the profile"))
    page.get_by_role("alert").get_by_role("link", name="Say on which day it was.").click()
    expect(page.get_by_label("On which day")).to_be_focused()
    assert violations(page) == []


@pytest.mark.parametrize(
    ("form", "button"),
    [
        ("/learners/{learner}/observations/new", "Save the observation"),
        ("/learners/{learner}/replay?on=2999-01-01&known=now", None),
        ("/learners/{learner}/emergency", "Open"),
    ],
)
def test_a_refused_form_left_the_focus_far_from_what_was_wrong(
    window: Window, learner: UUID, form: str, button: str | None
) -> None:
    page = window.page
    page.goto(form.format(learner=learner))
    if button:
        send = page.locator(".entry-form button[type=submit]").last
        expect(send).to_contain_text(button)
        send.focus()
        page.keyboard.press("Enter")
    box = page.locator(".errors")
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    expect(box.get_by_role("link").first).to_be_focused()
    assert violations(page) == []


def test_the_language_of_an_observation_can_be_said_also_where_it_is_not_in_the_list(
    window: Window, learner: UUID
) -> None:
    page = window.page
    page.goto(f"/learners/{learner}/observations/new?area=interests")
    language = page.get_by_label("Language you wrote in")
    expect(language).to_have_value("en")
    expect(language).to_have_accessible_description(re.compile("read aloud"))
    code = page.get_by_label("Code of the language")
    expect(code).to_be_hidden()
    page.get_by_text("It is not in the list").click()
    code.fill("Navajo, I think")
    page.get_by_role("button", name="Save the observation").click()
    expect(code).to_be_visible()
    expect(code).to_have_accessible_description(re.compile("not the code of a language"))
    page.get_by_role("alert").get_by_role("link", name=re.compile("code of a language")).click()
    expect(code).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Write what you saw or heard.")
    assert violations(page) == []
    code.fill("nv")
    page.get_by_label("What you saw or heard").fill("Yá’át’ééh.")
    page.get_by_role("button", name="Save the observation").click()
    expect(page.locator("#recorded .spoken")).to_have_attribute("lang", "nv")


def test_a_double_click_and_a_resent_form_record_once(
    window: Window, district: System, learner: UUID
) -> None:
    page = window.page
    before = district.recorder.latest([learner])[0][learner]
    page.goto(f"/learners/{learner}/observations/new?area=interests")
    page.get_by_label("What you saw or heard").fill("Asked for a second atlas.")
    page.get_by_role("button", name="Save the observation").dblclick(no_wait_after=True)
    expect(page.locator("#recorded")).to_contain_text("Asked for a second atlas.")
    page.go_back()
    page.get_by_role("button", name="Save the observation").click()
    expect(page.get_by_role("status").first).to_contain_text("Your observation was recorded")
    assert district.recorder.latest([learner])[0][learner] == before + 1


@pytest.mark.parametrize("place", PLACES)
def test_nothing_runs_off_a_small_screen(
    browser: Browser, address: str, learner: UUID, place: str
) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(PLACES[place].format(learner=learner))
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter(e => !e.closest('.hidden, .skip, svg, thead')"
        " && e.getBoundingClientRect().right > 321).map(e => e.outerHTML.slice(0, 120))"
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()


def test_targets_can_be_hit_on_a_small_screen(
    browser: Browser, address: str, learner: UUID
) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"/learners/{learner}/observations/new")
    for control in page.locator(
        "form :is(input:not([type=hidden]), select, textarea, button)"
    ).all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 24
    context.close()


def test_paper_has_the_whole_learner_and_none_of_the_navigation(
    window: Window, learner: UUID
) -> None:
    page = window.page
    page.goto(f"/learners/{learner}")
    page.emulate_media(media="print")
    assert page.locator(".tabs").is_hidden()
    assert page.locator("header.top").is_hidden()
    expect(page.locator(".asof")).to_contain_text("as of today")
    folded = page.locator("details > :not(summary)").all()
    assert folded, "the page has folded parts"
    assert all(part.bounding_box() for part in folded), "what is folded is printed too"
    pdf = page.pdf(format="Letter")
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") > 3


def test_everything_works_without_script(browser: Browser, address: str, learner: UUID) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Name or local number").fill(everybody()[2].name)
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name=everybody()[2].name).click()
    page.get_by_role("link", name="Timeline").first.click()
    expect(page.locator("svg").first).to_be_visible()
    page.get_by_role("navigation", name="This learner").get_by_role(
        "link", name="Add an observation"
    ).click()
    page.get_by_label("Part of the profile").select_option("Strengths")
    page.get_by_label("What you saw or heard").fill("No script needed.")
    page.get_by_role("button", name="Save the observation").click()
    expect(page.locator("#recorded")).to_contain_text("No script needed.")
    context.close()


def test_every_link_of_a_page_leads_somewhere(window: Window, learner: UUID) -> None:
    page = window.page
    for place in ("learner", "timeline", "audit log of a learner", "form"):
        page.goto(PLACES[place].format(learner=learner))
        for link in {a.get_attribute("href") or "" for a in page.locator("a[href]").all()}:
            path, _, part = link.partition("#")
            if part and not path:
                assert page.locator(f"[id='{part}']").count() == 1, (place, link)
            elif not path.startswith("?"):
                # Who saw a learner is told the officer and the family, and a counselor is told so.
                expected = 403 if path.endswith("/access") else 200
                assert page.request.get(path).status == expected, (place, link)
