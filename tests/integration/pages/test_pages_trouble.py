"""Pages that cannot be shown: addresses that lead nowhere, and a database that is away."""

import re
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from jinja2 import Environment

from api.compose import System, system
from domain.identity import RegisterLearner
from store.embedded import EmbeddedPostgres
from tests.installation import database, record
from tests.integration.pages.browsing import form, send
from tests.served import BROWSER, RIVERA, make_district, serving
from tests.varied import changes_of

NOBODY = "/learners/0d9a5a3e-6f0f-4a7e-9d53-0c9d2d9d5b11"


@pytest.mark.parametrize(
    "path",
    [
        NOBODY,
        f"{NOBODY}/timeline",
        f"{NOBODY}/audit",
        f"{NOBODY}/observations/new",
        "/learners/nobody",
        "/audit?before=yesterday",
        "/no/such/page",
        "/static/../answer.py",
    ],
)
def test_an_address_that_leads_nowhere_leads_back(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert '<a class="button" href="/">To the caseload</a>' in answer.text


def test_each_page_of_an_error_compiled_its_template_anew(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = client.get("/no/such/page")

    def compiled(*_: object, **__: object) -> None:
        raise AssertionError("compiled once more")

    monkeypatch.setattr(Environment, "compile", compiled)
    assert client.get("/no/such/page").text == told.text
    assert told.status_code == 404


@pytest.mark.parametrize(
    ("path", "leads_to"), [("/search", "/"), ("{ana}/observations", "{ana}/observations/new")]
)
def test_an_address_of_a_form_that_is_opened_by_hand_leads_on(
    client: httpx.Client, ana: UUID, path: str, leads_to: str
) -> None:
    answer = client.get(path.format(ana=f"/learners/{ana}"))
    assert answer.status_code == 303
    assert answer.headers["location"] == leads_to.format(ana=f"/learners/{ana}")


def test_no_page_needs_script_or_inline_style(client: httpx.Client, ana: UUID) -> None:
    for path in ("/", f"/learners/{ana}", f"/learners/{ana}/timeline", "/audit", "/nowhere"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert not re.search(r"<script|<style|<[^>]*\s(style|on\w+)=", answer.text), path
        assert answer.headers["cache-control"] == "no-store"
        assert "Demo: nobody signs in here; every read is noted" in answer.text


def test_no_page_leaves_before_what_it_read_is_durable(
    district: System, client: httpx.Client, ana: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = form(client, ana)

    def away(_: object = None) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(district.recorder, "ensure_durable", away)
    monkeypatch.setattr(district.profiles, "note", away)
    for path in ("/", f"/learners/{ana}", f"/learners/{ana}/timeline", "/audit",
                 f"/learners/{uuid4()}"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "Ana" not in answer.text, path
    assert send(client, ana, fields).status_code == 503


def test_a_database_that_is_away_is_told_and_what_was_typed_is_kept(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    with database(postgres) as found:
        settings = make_district(found, tmp_path)
        with (
            system(settings, found, RIVERA) as district,
            serving(district) as address,
            httpx.Client(base_url=address, headers=BROWSER, timeout=60) as client,
        ):
            learner = uuid4()
            record(district, learner, RegisterLearner(given_name="Ana", family_name="Lopez"))
            district.projector.catch_up()
            fields = form(client, learner)
            district.datastore.pool.timeout = 1
            name = psycopg.conninfo.conninfo_to_dict(found.owner)["dbname"]
            with psycopg.connect(postgres.conninfo, autocommit=True) as superuser:
                superuser.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
                superuser.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (name,),
                )
                page = client.get(f"/learners/{learner}")
                assert page.status_code == 503
                assert "The records cannot be reached right now" in page.text
                answer = send(client, learner, fields)
                assert answer.status_code == 503
                assert f"{fields['text']}</textarea>" in answer.text
                assert fields["command_id"] in answer.text
                superuser.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
            ends = monotonic() + 30
            while (answer := send(client, learner, fields)).status_code == 503:
                assert monotonic() < ends, "the database is back, and was not noticed"
                sleep(0.5)
            assert answer.status_code == 303
            assert changes_of(district) == 2, "it was recorded once"
