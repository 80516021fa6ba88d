"""What is left of the pages on paper: whole sentences, and nothing that only leads on."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page

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
