"""A browser, and a real server with a part of the demo district to look at."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import Request as Fetched

from api.compose import System, system
from api.demo_district import staff
from api.demo_district.history import history
from api.demo_district.outsiders import outsiders
from api.demo_district.parts import PERSONA, parts
from api.demo_district.people import everybody
from api.demo_district.staffing import staffing
from api.demo_home import keep_scans
from api.pages.personas import Part
from domain.application import Request
from domain.errors import Refused
from scheduler.worker import Worker
from store.embedded import EmbeddedPostgres
from tests.installation import database
from tests.served import make_district, serving

LEARNERS = 55  # more than a page of the caseload; the featured ones are among the first
CONTESTED, FAMILY_IN_ARABIC = 6, 9  # their numbers in the demo district
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A machine may stand still for some seconds while others work on it; nothing here times anything.
expect.set_options(timeout=20_000)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def district(postgres: EmbeddedPostgres) -> Iterator[System]:
    """The first learners of the demo district and all its people, as its counselor sees them."""
    with TemporaryDirectory(prefix="throughline-") as home, database(postgres) as found:
        settings = make_district(found, Path(home)).model_copy(update={"schools": staff.SCHOOLS})
        with system(settings, found, PERSONA) as opened:
            today, tenant = opened.context().today, settings.tenant
            record(opened, [*staffing(today, tenant), *outsiders(today, tenant)])
            for person in everybody()[:LEARNERS]:
                record(opened, history(person, today))
            opened.projector.catch_up()
            with Worker(opened.projector, found.app):
                yield opened


def record(opened: System, requests: list[Request]) -> None:
    keep_scans(opened, requests)
    answers = opened.profiles.do_many(requests)
    assert not [answer for answer in answers if isinstance(answer, Refused)]


@pytest.fixture(scope="session")
def people(district: System) -> list[Part]:
    """Whom to be, the counselor first."""
    return parts(district.context().today)


@pytest.fixture(scope="session")
def address(district: System, people: list[Part]) -> Iterator[str]:
    with serving(district, people) as found:
        yield found


@pytest.fixture(scope="session")
def learner() -> UUID:
    """A learner with a contested, an amended and a corrected entry."""
    return everybody()[CONTESTED].id


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert program is not None, "install Chromium, or leave these out: -m 'not browser'"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


class Window:
    """A tab that keeps what went wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def _failed(self, request: Fetched) -> None:
        """Going on to another page breaks off what the last one was still fetching."""
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(request.url)


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Window]:
    context = browser.new_context(base_url=address, viewport={"width": 1200, "height": 900})
    yield Window(context)
    context.close()
