"""A district with a story for every module of tests of the replay page."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from api.compose import system
from domain.consent import SetDirectoryOptOut
from domain.identity import EvidenceKind, RecordRightsEvidence, RegisterLearner
from scheduler.worker import Worker
from store.embedded import EmbeddedPostgres
from tests.installation import database
from tests.integration.api.conftest import RIVERA, make_district, serving
from tests.integration.pages.browsing import BROWSER
from tests.integration.pages_replay.browsing import District
from tests.replayed import File, brought_in, mention, merge, on, story


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[District]:
    with TemporaryDirectory(prefix="throughline-") as home, database(postgres) as found:
        settings = make_district(found, Path(home))
        with system(settings, found, RIVERA) as opened:
            nadia = story(opened)
            double = merge(nadia, "2025-06-02", "2025-05-25")
            mention(nadia, "2025-06-03", "Carried the wood.")
            khoi, bea = brought_in(opened), File(opened)
            details = RegisterLearner(given_name="Bea", family_name="Moreno")
            bea.day("2025-09-15", details, bea.saw("gone", "To forget.", "2025-09-14"))
            ivo = File(opened)
            ivo.day(
                "2025-09-16",
                RegisterLearner(given_name="Ivo", family_name="Brandt", effective=on("2025-09-16")),
                SetDirectoryOptOut(scope="photographs", effective=on("2025-09-16")),
                RecordRightsEvidence(
                    kind=EvidenceKind.COURT_ORDER, text="A guardian is to be named.",
                    effective=on("2025-09-16"),
                ),
            )  # fmt: skip
            opened.projector.catch_up()
            with (
                Worker(opened.projector, found.app),
                serving(opened) as address,
                httpx.Client(base_url=address, headers=BROWSER, timeout=30) as client,
            ):
                yield District(opened, client, nadia, double, khoi, bea, ivo)
