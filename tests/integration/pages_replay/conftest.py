"""A district with a story for every module of tests of the replay page."""

from collections.abc import Iterator

import httpx
import pytest

from domain.consent import SetDirectoryOptOut
from domain.identity import EvidenceKind, RecordRightsEvidence, RegisterLearner
from scheduler.worker import Worker
from store.embedded import EmbeddedPostgres
from tests.integration.pages_replay.browsing import District
from tests.replayed import File, brought_in, mention, merge, on, story
from tests.served import BROWSER, RIVERA, new_district, serving


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[District]:
    with new_district(postgres, RIVERA) as opened:
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
            Worker(opened.projector, opened.databases.app),
            serving(opened) as address,
            httpx.Client(base_url=address, headers=BROWSER, timeout=30) as client,
        ):
            yield District(opened, client, nadia, double, khoi, bea, ivo)
