"""`make demo`: made once, whatever interrupts it, and then served."""

import json
import re
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import httpx
import psycopg
import pytest

from api.demo_district import FEATURED, in_order, past_day, whole
from api.demo_district.outsiders import TUTORED
from api.demo_district.staff import OFFICER
from store import embedded
from store.embedded import EmbeddedPostgres
from tests.running import SECONDS, throughline

WHEN_MADE = "events-when-made"  # a file of the home
HEAD = "SELECT position FROM throughline.head"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose demo was interrupted by Ctrl-C, and then made."""
    with TemporaryDirectory(prefix="throughline-") as name:
        home = Path(name)
        with throughline("demo", "--no-serve", "--home", name) as first:
            wait_until_recording(home)
            assert first.tell(signal.SIGINT) == 130
            assert "The next `throughline demo` goes on from here." in first.output
        with throughline("demo", "--no-serve", "--home", name) as second:
            assert second.ends(seconds=300) == 0
        # Whoever looks at it afterwards adds to its log, in whichever order the tests run.
        (home / WHEN_MADE).write_text(str(recorded(home)))
        yield home


def wait_until_recording(home: Path) -> None:
    server = EmbeddedPostgres(home / "postgres")
    ends = monotonic() + SECONDS
    while True:
        assert monotonic() < ends, "nothing was recorded"
        sleep(0.2)
        if server.running and (home / "demo.json").exists():
            with psycopg.connect(server.conninfo) as connection:
                head = connection.execute(HEAD).fetchone()
            if head is not None and head[0] > 0:
                return


def made_for(home: Path) -> date:
    return date.fromisoformat(json.loads((home / "demo.json").read_text())["day"])


def recorded(home: Path) -> int:
    with (
        embedded.start(home / "postgres") as server,
        psycopg.connect(server.conninfo) as connection,
    ):
        return int(connection.execute(HEAD).fetchall()[0][0])


def test_an_interrupted_demo_is_completed_without_recording_anything_twice(home: Path) -> None:
    day = made_for(home)
    assert int((home / WHEN_MADE).read_text()) == len(whole(in_order(day), day))


def test_a_second_demo_adds_nothing(home: Path) -> None:
    before = recorded(home)
    with throughline("demo", "--no-serve", "--home", str(home)) as again:
        assert again.ends() == 0
    assert "Recording" not in again.output
    assert recorded(home) == before


def test_the_demo_shows_what_to_look_at_and_stops_cleanly(home: Path) -> None:
    with throughline("demo", "--port", "0", "--home", str(home)) as demo:
        address = demo.says(r"The demo district is at (http://127\.0\.0\.1:\d+)")
        demo.says(f"({FEATURED[-1].learner})")
        past = past_day(made_for(home))
        demo.says(rf"(/learners/{past.learner}/replay\?on={past.on}&known=then)")
        demo.says(r"(/demo/people)")
        demo.says(rf"(/learners/{TUTORED.id}/access)")
        caseload = httpx.get(address, timeout=30)
        assert caseload.status_code == 200
        assert "Demo: nobody signs in here; every read is noted" in caseload.text
        for featured in FEATURED:
            page = httpx.get(f"{address}/learners/{featured.learner}", timeout=30)
            assert page.status_code == 200
            assert featured.name in page.text
        for on, told in (
            (past.on, "Taken back since"),
            (past.on.replace(year=past.on.year - 2), "Before our file began"),
        ):
            question = {"on": on.isoformat(), "known": "then"}
            page = httpx.get(
                f"{address}/learners/{past.learner}/replay", params=question, timeout=30
            )
            assert page.status_code == 200
            assert told in page.text
        counted = re.search(r"(\d+) learners as of today", caseload.text)
        assert counted is not None
        assert counted[1] == "241"  # one of the 240 was entered twice
        with httpx.Client(base_url=address, timeout=30) as officer:
            chosen = officer.post("/demo/people", data={"person": str(OFFICER.id)})
            assert chosen.status_code == 303
            log = officer.get(chosen.headers["location"])
        assert "tried to open the profile and was refused" in log.text
        assert "gave records to Bright Path Tutoring" in log.text
        assert demo.tell(signal.SIGINT) == 0
    assert not EmbeddedPostgres(home / "postgres").running
