"""What is left of the pages on paper: whole sentences, and nothing that only leads on."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from api.demo_district import staff
from tests.browser.conftest import Window
from tests.browser.test_people_in_a_browser import be

pytestmark = pytest.mark.browser

PAGES = {
    "who saw": "/learners/{learner}/access",
    "what the family sees": "/learners/{learner}/access/family",
    "record of disclosures": "/learners/{learner}/disclosures",
    "audit log of the district": "/audit",
    "audit log with looks": "/learners/{learner}/audit?kind=all",
    "what one person saw": "/people/{person}/access",
    "narrowed log": "/learners/{learner}/access?kind=refused&until=2030-09-30&person={person}",
    "timeline": "/learners/{learner}/timeline",
    "consents": "/learners/{learner}/consents",
    "profile": "/learners/{learner}",
    "a past day": "/learners/{learner}/replay?on={day}&known=then",
    "before our file": "/learners/{learner}/replay?on=2016-01-05&known=now",
}
# A sentence that lost its words: a stop after another, after a blank, or at the start of a line.
BROKEN = re.compile(r"(?:[.:,;] ?[.,;](?!\.)| [.,;:](?=\s|$)|^ *[.,;]| · *$)")
LEADS_ON = ("CSV", "to print", "Is it covered", "Without any filter", "Look at another day",
            "Enter what was given", "The whole log")  # fmt: skip


def on_paper(page: Page) -> list[str]:
    """The lines that a browser would print."""
    page.emulate_media(media="print")
    return page.locator("body").inner_text().splitlines()


@pytest.mark.parametrize("place", PAGES)
def test_the_words_of_links_were_missing_from_the_sentences_on_paper(
    window: Window, learner: UUID, place: str
) -> None:
    page = window.page
    page.goto("/")
    be(page, "Marcus Ellery")
    page.goto(f"/learners/{learner}")  # so that there is a line of the log
    page.goto(PAGES[place].format(learner=learner, person=staff.OFFICER.id, day="2025-10-01"))
    lines = on_paper(page)
    assert [line for line in lines if BROKEN.search(line.strip())] == []
    assert [line for line in lines if any(words in line for words in LEADS_ON)] == []


def test_what_is_left_on_paper_says_what_it_is(window: Window, learner: UUID) -> None:
    page = window.page
    page.goto("/")
    be(page, "Marcus Ellery")
    page.goto(f"/learners/{learner}/disclosures")
    told = " ".join(on_paper(page))
    assert "Who saw this learner tells of those who are not listed here too." in told
    page.goto(f"/learners/{learner}/access?kind=refused&until=2030-09-30")
    told = " ".join(on_paper(page))
    assert "Shown: Only refusals, noted until the end of 30 September 2030." in told
    assert "as a file" not in told


def test_what_stands_behind_each_line_filled_most_sheets_of_a_printed_log(
    window: Window, learner: UUID
) -> None:
    page = window.page
    page.goto("/")
    be(page, "Marcus Ellery")
    for _ in range(2):
        page.goto(f"/learners/{learner}/timeline")
    page.goto(f"/learners/{learner}/access")
    sentence = "What stands behind a line is printed only where it was opened before printing."
    expect(page.get_by_text(sentence)).to_be_hidden()
    assert page.locator("details").count() > 1
    page.locator("details summary").first.click()
    told = on_paper(page)
    assert sentence in told
    assert [told.count("What stands behind this line"), told.count("Signed in by")] == [1, 1]
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Is it covered, and told?").first.click()
    assert "Signed in by" in on_paper(page), "a page about one line tells all of it"


def test_paper_says_to_whom_it_was_shown_and_the_screen_twice_did_not_need_to(
    window: Window, learner: UUID
) -> None:
    page = window.page
    page.goto("/")
    be(page, "Marcus Ellery")
    for url in (f"/learners/{learner}", "/emergencies", "/audit"):
        page.emulate_media(media="screen")
        page.goto(url)
        expect(page.get_by_text("Shown to Marcus Ellery")).to_be_hidden()
        shown = [line for line in on_paper(page) if line.startswith("Shown to Marcus Ellery, ")]
        assert len(shown) == 1
