"""The pages over the real engine: what they show, what they refuse, and what never leaves."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from api.compose import System, system
from api.pages.posted import LARGEST
from domain.changes import CorrectFact, PlaceContestStatement, RetractFact
from domain.effective import Effective
from domain.facts import RecordObservation, ScoreAssessment
from domain.goals import ProgressGoal, ReviseGoal, SetGoal
from domain.identity import EnrolLearner, RegisterLearner
from domain.words import Area, GoalKind, Horizon, Retention
from scheduler.worker import Worker
from store.embedded import EmbeddedPostgres
from store.keys import KeyId
from tests.installation import database, record
from tests.integration.api.conftest import RIVERA, make_district, serving

BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def district(postgres: EmbeddedPostgres) -> Iterator[System]:
    """An empty district with its projector at work."""
    with TemporaryDirectory(prefix="throughline-") as home, database(postgres) as found:
        settings = make_district(found, Path(home))
        with system(settings, found, RIVERA) as opened, Worker(opened.projector, found.app):
            yield opened


@pytest.fixture(scope="module")
def client(district: System) -> Iterator[httpx.Client]:
    with (
        serving(district) as address,
        httpx.Client(base_url=address, headers=BROWSER, timeout=30) as found,
    ):
        yield found


@pytest.fixture
def ana(district: System) -> UUID:
    return enrol(district, "Ana", "Lopez")


def enrol(
    district: System, given: str, family: str, school: str = "north-high", grade: str = "09"
) -> UUID:
    learner = uuid4()
    today = district.context().today
    details = RegisterLearner(
        given_name=given, family_name=family, birth_date=today.replace(year=today.year - 14, day=1)
    )
    record(district, learner, details)
    wait(district, record(district, learner, EnrolLearner(school=school, grade=grade)).position)
    return learner


def observe(district: System, learner: UUID, text: str, **more: object) -> UUID:
    """An observation among the strengths; its entry id."""
    command = RecordObservation(area=Area.STRENGTHS, text=text, **more)  # type: ignore[arg-type]
    wait(district, record(district, learner, command).position)
    return command.fact


def wait(district: System, position: int) -> None:
    assert district.reader.wait_for(position, timeout=30)


def text_of(html: str) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def form(client: httpx.Client, learner: UUID) -> dict[str, str]:
    """A form as a browser gets it, filled in."""
    html = client.get(f"/learners/{learner}/observations/new").text
    found = re.search(r'name="command_id" value="([^"]+)"', html)
    day = re.search(r'name="date" type="date" value="([^"]+)"', html)
    assert found is not None
    assert day is not None
    return {
        "command_id": found[1],
        "area": "strengths",
        "text": "Explained the game to a newcomer.",
        "date": day[1],
    }


def send(client: httpx.Client, learner: UUID, fields: dict[str, str]) -> httpx.Response:
    return client.post(f"/learners/{learner}/observations", data=fields)


# -- what pages show ----------------------------------------------------------------------------


def test_what_people_write_is_text_and_never_markup(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    observe(
        district,
        ana,
        "<script>alert(1)</script> & <b>bold</b>",
        source='"><img src=x onerror=y>',
        language="es",
        author_name="<i>Ms</i> Rivera",
    )
    for number in (1, 2):
        wait(
            district,
            record(
                district,
                ana,
                ScoreAssessment(
                    measure="</svg><script>m</script>", score=Decimal(number), scale='<s a="b">'
                ),
            ).position,
        )
    for page in ("", "/timeline", "/audit"):
        html = client.get(f"/learners/{ana}{page}").text
        assert "<script" not in html, page
        assert "<img" not in html, page
        assert "<i>Ms</i>" not in html, page
        assert "<script>alert(1)</script> & <b>bold</b>" in unescape(html), page


def test_right_to_left_text_and_emoji_keep_their_direction_and_language(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    observe(district, ana, "تحب القراءة لأخيها 📚👩‍🚀", language="ar")
    html = client.get(f"/learners/{ana}").text
    assert '<div class="spoken" lang="ar" dir="auto">تحب القراءة لأخيها 📚👩‍🚀</div>' in html


def test_an_entry_says_who_said_it_when_and_from_where_and_that_it_came_late(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    today = district.context().today
    observe(
        district,
        ana,
        "Led the group.",
        effective=today - timedelta(days=34),
        author_name="Ms Okafor",
        author_role="science teacher",
        received_on=today,
        received_how="a signed form",
        source="class notes",
    )
    for page in ("", "/timeline"):
        read = text_of(client.get(f"/learners/{ana}{page}").text)
        assert "Observation by Ms Okafor, science teacher ," in read
        assert "by a signed form · from class notes · recorded" in read
        assert "by Ms Rivera Recorded 34 days later" in read


def test_a_correction_and_a_familys_statement_stand_with_the_entry(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    fact = observe(district, ana, "Reads 32 words a minute.")
    record(
        district,
        ana,
        CorrectFact(fact=fact, changes={"text": "Reads 23 words."}, ground="Digits swapped."),
    )
    statement = PlaceContestStatement(
        fact=fact, text="We hear more at home.", author_name="Eva Lopez", author_role="mother"
    )
    wait(district, record(district, ana, statement).position)
    read = text_of(client.get(f"/learners/{ana}").text)
    assert "Reads 23 words." in read
    assert "Reads 32 words a minute." not in read
    assert re.search(r"Corrected on [\w ]+ by Ms Rivera, because: Digits swapped\.", read)
    assert "The family does not agree with this entry. Statement by Eva Lopez, mother ," in read
    assert "We hear more at home." in read


def test_what_was_entered_in_error_is_gone_from_the_profile_and_told_in_the_log(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    fact = observe(district, ana, "Meant for somebody else.")
    taken = record(district, ana, RetractFact(fact=fact, reason="Wrong learner."))
    wait(district, taken.position)
    for page in ("", "/timeline"):
        assert "Meant for somebody else." not in client.get(f"/learners/{ana}{page}").text
    log = text_of(client.get(f"/learners/{ana}/audit").text)
    assert "took back an entry made in error . Wrong learner." in log.replace("error.", "error .")


def test_a_goal_shows_its_first_wording_and_how_far_it_has_come(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    goal = SetGoal(text="Read 90 words.", horizon=Horizon.SHORT_TERM, kind=GoalKind.ACADEMIC)
    record(district, ana, goal)
    record(district, ana, ReviseGoal(goal=goal.goal, text="Read 80 words."))
    step = record(district, ana, ProgressGoal(goal=goal.goal, text="72 so far.", percent=60))
    wait(district, step.position)
    read = text_of(client.get(f"/learners/{ana}").text)
    assert "Goals Read 80 words. 60% 60% of the way Short-term academic goal" in read
    assert "When it was set it read: Read 90 words." in read
    assert "72 so far." in read


def test_a_series_never_mixes_scales_and_shows_its_gap(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    year = district.context().today.year
    position = 0
    for first, scale, score in (
        (year - 5, "RIT", "180"), (year - 4, "RIT", "190"), (year - 1, "RIT", "201"),
        (year - 2, "percentile", "55"),
    ):  # fmt: skip
        command = ScoreAssessment(
            measure="Reading",
            score=score,  # type: ignore[arg-type]
            scale=scale,
            standard_error="3.1",  # type: ignore[arg-type]
            effective=f"{first}-10-03",  # type: ignore[arg-type]
            source="import: Old system",
            source_recorded_at=f"{first}-10-04T12:00:00Z",  # type: ignore[arg-type]
        )
        position = record(district, ana, command).position
    wait(district, position)
    html = client.get(f"/learners/{ana}/timeline").text
    read = text_of(html)
    assert html.count("<svg") == 1
    assert "Scale: RIT . Bars show one standard error up and down." in read.replace("RIT.", "RIT .")
    gap = f"{year - 3}–{(year - 2) % 100:02} and {year - 2}–{(year - 1) % 100:02} no value"
    assert gap in read
    assert (
        f"Measured once Measure Scale Date Value Reading percentile 3 October {year - 2} 55" in read
    )
    told = f"4 entries brought in from Old system on {today_long(district)}"
    assert read.count("brought in from Old system") == 1
    assert told in read
    assert "later" not in read.partition("History")[2]


def today_long(district: System) -> str:
    today = district.context().today
    return f"{today.day} {today:%B} {today.year}"


def test_an_erased_entry_says_so(district: System, client: httpx.Client) -> None:
    bea = enrol(district, "Bea", "Moreno")
    observe(district, bea, "Something to forget.")
    district.mapper.keys.destroy(KeyId(district.settings.tenant, bea, Retention.PROFILE))
    for page in ("", "/timeline", "/audit"):
        answer = client.get(f"/learners/{bea}{page}")
        assert answer.status_code == 200
        assert "The content was erased." in answer.text
        assert "Something to forget." not in answer.text
    answer = send(client, bea, form(client, bea))
    assert answer.status_code == 409
    assert "was erased, and nothing can be added to it any more" in answer.text


def test_schools_were_named_by_their_codes_whatever_the_district_calls_them(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    """On every page that names one; and its school years turned on 1 August everywhere."""
    with database(postgres) as found:
        own = {"schools": {"nh": "Norte & Sur High"}, "school_year_starts": "10-01"}
        settings = make_district(found, tmp_path).model_copy(update=own)
        with (
            system(settings, found, RIVERA) as district,
            serving(district) as address,
            httpx.Client(base_url=address, headers=BROWSER) as client,
        ):
            learner = uuid4()
            record(district, learner, RegisterLearner(given_name="Ana", family_name="Lopez"))
            days = [Effective(start=date(2024, *day)) for day in ((9, 30), (10, 1))]
            record(district, learner, EnrolLearner(school="nh", grade="09", effective=days[0]))
            for on in days:
                command = RecordObservation(area=Area.NEEDS, text="Said.", effective=on)
                record(district, learner, command)
            district.projector.catch_up()
            for path in ("", "timeline", "audit"):
                page = text_of(client.get(f"/learners/{learner}/{path}".rstrip("/")).text)
                assert "Norte & Sur High" in page, path
            assert "Norte & Sur High" in text_of(client.get("/").text)
            timeline = text_of(client.get(f"/learners/{learner}/timeline").text)
            assert "School year 2023–24 " in timeline
            assert "School year 2024–25 " in timeline
            narrowed = client.get(f"/learners/{learner}/timeline?year=2024").text
            assert "School year 2024–25" in narrowed
            assert "School year 2023–24" not in narrowed


def test_the_caseload_finds_by_name_and_filters_by_school_and_grade(
    district: System, client: httpx.Client
) -> None:
    for number in range(51):
        enrol(district, f"Many{number:02}", "Zuñiga", "oak-ms", "06" if number else "07")
    first = client.get("/", params={"school": "oak-ms"})
    read = text_of(first.text)
    assert "51 learners, 0 reviews overdue. Showing 1 to 50." in read
    second = text_of(client.get("/", params={"school": "oak-ms", "page": 2}).text)
    assert "Many50 Zuñiga" in second
    assert "Many49 Zuñiga" not in second
    for grade in ("07", "7"):
        html = client.get(f"/?school=oak-ms&grade={grade}").text
        assert "1 learner, 0" in text_of(html)
        assert '<option value="07" selected>' in html
    found = client.post("/search", data={"name": "zuniga many07"})
    assert "Many07 Zuñiga" in found.text
    assert "1 learner found for" in text_of(found.text)
    assert str(found.url).endswith("/search"), "a name is no part of an address"
    assert "No learner found" in client.post("/search", data={"name": "nobody at all"}).text


def test_the_log_of_the_district_goes_back_to_its_first_entry(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    for number in range(50):
        record(district, ana, RecordObservation(area=Area.NEEDS, text=f"Note {number}."))
    observe(district, ana, "The last one.")
    html = client.get("/audit").text
    assert f"/learners/{ana}" in html
    seen = 0
    while older := re.search(r'href="(/audit\?before=\d+)">Earlier', html):
        html = client.get(older[1]).text
        seen += 1
    assert seen >= 1
    assert "no. 1</span>" in html


# -- the form -----------------------------------------------------------------------------------


def test_an_observation_is_on_the_page_that_follows_and_is_recorded_once(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    fields = form(client, ana)
    before, _ = district.reader.head()
    answers = [send(client, ana, fields) for _ in range(3)]
    assert [a.status_code for a in answers] == [303] * 3
    assert len({a.headers["location"] for a in answers}) == 1
    after, _ = district.reader.head()
    assert after == before + 1
    page = text_of(client.get(answers[0].headers["location"]).text)
    assert "Your observation was recorded" in page
    assert page.count("Explained the game to a newcomer.") == 1
    assert "Observation by Ms Rivera, counselor ," in page


WRONG = {
    "no area": ("area", "", "Choose the part of the profile it belongs to."),
    "another area": ("area", "horoscope", "Choose the part of the profile it belongs to."),
    "no text": ("text", " \n ", "Write what you saw or heard."),
    "1 MiB of text": (
        "text",
        "x" * 2**20,
        "This has 1,048,576 characters; an observation can have 20,000.",
    ),
    "a bell": ("text", "bell \x07", "The text contains the control character U+0007"),
    "no such language": ("language", "klingon", "Choose the language you wrote in."),
    "no code of a language": ("language_code", "Spanish, mostly", "This is not the code of a"),
    "no day": ("date", "", "Say on which day it was."),
    "no such day": ("date", "2025-02-30", "This is not a date."),
    "a day to come": ("date", "2999-01-01", "This day has not come yet."),
    "before birth": ("date", "1999-01-01", "This day is before the learner was born."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_field_is_told_beside_it_and_nothing_is_lost_or_recorded(
    district: System, client: httpx.Client, ana: UUID, wrong: str
) -> None:
    field, typed, sentence = WRONG[wrong]
    fields = {**form(client, ana), field: typed}
    before = district.reader.head()
    answer = send(client, ana, fields)
    assert answer.status_code == 422
    assert f'<p class="wrong" id="{field}-wrong">' in answer.text
    assert sentence in unescape(answer.text)
    assert f">\n{fields['text']}</textarea>" in answer.text
    assert f'value="{fields["date"]}"' in answer.text
    assert fields["command_id"] in answer.text
    assert district.reader.head() == before


@pytest.mark.parametrize(
    ("browser", "chosen", "recorded"),
    [
        ("en-US,en;q=0.9", {}, "en"),
        ("es-MX,es;q=0.9,en;q=0.8", {}, "es"),
        ("en-US", {"language": "ar"}, "ar"),
        ("en-US", {"language": "es", "language_code": " nv "}, "nv"),
        ("en-US", {"language": "es", "language_code": "pt-BR"}, "pt-BR"),
    ],
)
def test_every_observation_from_the_page_was_taken_for_english(
    client: httpx.Client, ana: UUID, browser: str, chosen: dict[str, str], recorded: str
) -> None:
    headers = {"Accept-Language": browser}
    html = client.get(f"/learners/{ana}/observations/new", headers=headers).text
    default = re.search(r'<option value="(\w+)" selected>', html)
    assert default is not None
    fields = {**form(client, ana), "language": default[1], "language_code": "", **chosen}
    assert send(client, ana, fields).status_code == 303
    html = client.get(f"/learners/{ana}").text
    assert f'<div class="spoken" lang="{recorded}" dir="auto">{fields["text"]}</div>' in html


def test_one_form_used_for_a_second_text_asks_before_it_records(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    fields = form(client, ana)
    send(client, ana, fields)
    answer = send(client, ana, {**fields, "text": "Something else."})
    assert answer.status_code == 409
    assert "already recorded from this form" in answer.text
    assert "Something else.</textarea>" in answer.text
    assert fields["command_id"] not in answer.text


def test_a_form_of_another_site_is_refused(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    before = district.reader.head()
    fields = form(client, ana)
    url = f"/learners/{ana}/observations"
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ):
        answer = client.post(url, data=fields, headers=headers)
        assert answer.status_code == 403
        assert "This was refused" in answer.text
    assert district.reader.head() == before


def test_a_form_too_large_to_take_in_is_told(client: httpx.Client, ana: UUID) -> None:
    answer = send(client, ana, {"text": "x" * (LARGEST + 1)})
    assert answer.status_code == 413
    assert "shorten the text" in answer.text


# -- pages that cannot be shown -----------------------------------------------------------------


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
        assert "Demo: reads are not logged yet" in answer.text


def test_no_page_leaves_before_what_it_read_is_durable(
    district: System, client: httpx.Client, ana: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = form(client, ana)

    def away() -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(district.recorder, "ensure_durable", away)
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
            assert district.reader.head()[0] == 2, "it was recorded once"
