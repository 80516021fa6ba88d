"""The replay page as people meet it: by eye, by keyboard, on a phone, on paper, without script."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from store.embedded import EmbeddedPostgres
from tests.browser.conftest import Window
from tests.browser.test_pages_in_a_browser import enter, press_until, violations
from tests.replayed import brought_in, mention, merge, story
from tests.served import RIVERA, new_district, serving

pytestmark = pytest.mark.browser

Served = tuple[str, UUID, UUID]  # the address, the learner of the story, the one brought in
PLACES = {
    "form": "/replay",
    "what our file said": "/replay?on=2025-03-14&known=then",
    "what we know today": "/replay?on=2025-03-14&known=now",
    "two days compared": "/replay?on=2025-06-01&known=then&since=2025-03-14",
    "growth across scales": "/replay?on=2025-03-14&known=now&since=2024-11-01",
    "compared with before our file": "/replay?on=2025-03-14&known=then&since=2024-08-20",
    "before anything was recorded": "/replay?on=2024-08-20&known=then",
    "wrong days": "/replay?on=2001-01-01&known=maybe&since=last+year",
    "merged learner": "",
    "merged timeline": "/timeline",
    "log of a merged record": "/audit",
}
BEFORE = "/replay?on=2025-03-14&known={}"


@pytest.fixture(scope="module")
def served(postgres: EmbeddedPostgres) -> Iterator[Served]:
    with new_district(postgres, RIVERA) as district:
        nadia = story(district)
        merge(nadia, "2025-06-02", "2025-05-25")
        mention(nadia, "2025-06-03", "Carried the wood.")
        khoi = brought_in(district)
        district.projector.catch_up()
        with serving(district) as address:
            yield address, nadia.learner, khoi.learner


def opened(browser: Browser, served: Served, *, width: int = 1200, script: bool = True) -> Window:
    context: BrowserContext = browser.new_context(
        base_url=served[0],
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
    )
    return Window(context)


@pytest.fixture
def window(browser: Browser, served: Served) -> Iterator[Window]:
    found = opened(browser, served)
    yield found
    found.page.context.close()


@pytest.mark.parametrize("place", PLACES)
def test_a_page_of_a_past_day_can_be_used_by_everybody(
    window: Window, served: Served, place: str
) -> None:
    answer = window.page.goto(f"/learners/{served[1]}{PLACES[place]}")
    assert answer is not None
    wrong = place == "wrong days"
    assert answer.status == (422 if wrong else 200)
    assert [e for e in window.errors if not (wrong and "422" in e)] == []
    assert violations(window.page) == []
    expect(window.page.get_by_text("Demo: nobody signs in here")).to_be_visible()


@pytest.mark.parametrize("known", ["then", "now"])
def test_a_page_from_before_our_file_can_be_used_by_everybody(
    window: Window, served: Served, known: str
) -> None:
    window.page.goto(f"/learners/{served[2]}{BEFORE.format(known)}")
    assert violations(window.page) == []


@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_a_past_day_runs_off_a_small_screen(
    browser: Browser, served: Served, place: str
) -> None:
    page = opened(browser, served, width=320).page
    page.goto(f"/learners/{served[1]}{PLACES[place]}")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter(e => !e.closest('.hidden, .skip, svg, thead')"
        " && e.getBoundingClientRect().right > 321).map(e => e.outerHTML.slice(0, 120))"
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.context.close()


def test_from_the_profile_to_both_questions_by_keyboard_alone(
    window: Window, served: Served
) -> None:
    page = window.page
    page.goto(f"/learners/{served[1]}")
    press_until(page, "Tab", "On a past day")
    enter(page)
    press_until(page, "Tab", "On which day?")
    page.keyboard.type("03142025")
    press_until(page, "Tab", "What we know today about that day")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("What our file said on that day")).to_be_checked()
    press_until(page, "Tab", "Show")
    enter(page)
    expect(page).to_have_url(re.compile(r"replay\?on=2025-03-14&known=then&since=$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nadia Flores on 14 March 2025")
    expect(page.get_by_label("On which day?")).to_have_value("2025-03-14")
    expect(page.get_by_label("What our file said on that day")).to_be_checked()
    press_until(page, "Tab", "What we know today about this day")
    enter(page)
    expect(page.get_by_label("What we know today about that day")).to_be_checked()
    assert window.errors == []


def test_a_difference_leads_to_its_entry(window: Window, served: Served) -> None:
    page = window.page
    page.goto(f"/learners/{served[1]}/replay?on=2025-03-14&known=then")
    page.get_by_role("link", name=re.compile("See it.*Leads the robotics")).click()
    expect(page).to_have_url(re.compile("known=now#entry-"))
    expect(page.locator(".entry:target")).to_contain_text("Leads the robotics team.")
    expect(page.locator(".entry:target")).to_contain_text("Learnt late: our file did not say this")


def test_as_of_when_stays_in_sight(window: Window, served: Served) -> None:
    page = window.page
    for path in ("", "/timeline", "/audit", "/replay?on=2025-03-14&known=then"):
        page.goto(f"/learners/{served[1]}{path}")
        page.evaluate("window.scrollTo({top: 400, behavior: 'instant'})")
        box = page.locator(".asof").bounding_box()
        assert box is not None
        assert box["y"] == 0, path
        assert box["height"] < 60, path


def test_wrong_days_are_told_at_their_fields(window: Window, served: Served) -> None:
    page = window.page
    page.goto(f"/learners/{served[1]}/replay?on=2001-01-01&known=then&since=last+year")
    expect(page.get_by_role("alert")).to_contain_text("This cannot be answered yet")
    on = page.get_by_label("On which day?")
    expect(on).to_have_value("2001-01-01")
    expect(on).to_have_attribute("aria-invalid", "true")
    expect(on).to_have_accessible_description(re.compile("before the learner was born"))
    since = page.get_by_label("Compare with an earlier day")
    expect(since).to_have_value("last year")
    page.get_by_role("alert").get_by_role("link", name="This is not a date.").click()
    expect(since).to_be_focused()


def test_paper_has_the_coordinates_on_every_sheet_and_no_cut_tables(
    window: Window, served: Served
) -> None:
    page = window.page
    page.goto(f"/learners/{served[1]}/replay?on=2025-06-01&known=then&since=2025-03-14")
    page.emulate_media(media="print")
    for part in (".tabs", "header.top", "form", ".contents", ".foot"):
        assert page.locator(part).is_hidden(), part
    shown = "(name) => getComputedStyle(document.querySelector('.asof'))[name]"
    # A table's head is what a browser repeats at the beginning of every sheet.
    assert page.evaluate(shown, "display") == "table-header-group"
    expect(page.locator(".asof")).to_contain_text("as it stood on 1 June 2025")
    cut = page.evaluate(
        "[...document.querySelectorAll('.page tr, .entry, .differences li')]"
        ".filter(e => getComputedStyle(e).breakInside !== 'avoid').length"
    )
    assert cut == 0
    folded = page.locator("details > :not(summary)").all()
    assert folded
    assert all(part.bounding_box() for part in folded), "what is folded is printed too"
    assert page.pdf(format="Letter").count(b"/Type /Page\n") > 2


def test_on_paper_the_sentence_about_a_merged_record_lost_its_end(
    window: Window, served: Served
) -> None:
    page = window.page
    page.goto(f"/learners/{served[1]}/replay?on=2024-08-20&known=then")
    page.emulate_media(media="print")
    told = page.locator("#differs").inner_text()
    assert re.search(r"merged with this one later: see what .+ said on that day\.", told)
    assert "What we know today" not in told, "it only leads on"


def test_a_past_day_is_asked_about_without_script(browser: Browser, served: Served) -> None:
    page = opened(browser, served, script=False).page
    page.goto(f"/learners/{served[1]}")
    page.get_by_role("link", name="Look at another day").click()
    page.get_by_label("On which day?").fill("2025-06-01")
    page.get_by_label("What our file said on that day").check()
    page.get_by_label("Compare with an earlier day").fill("2025-03-14")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="From 14 March 2025 to 1 June 2025")).to_be_visible()
    page.context.close()
