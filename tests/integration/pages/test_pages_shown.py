"""What the pages over the real engine show, and what never leaves."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import System, system
from domain.changes import CorrectFact, PlaceContestStatement, RetractFact
from domain.effective import Effective
from domain.facts import RecordObservation, ScoreAssessment
from domain.goals import ProgressGoal, ReviseGoal, SetGoal
from domain.identity import EnrolLearner, RegisterLearner
from domain.words import Area, GoalKind, Horizon, Retention
from store.embedded import EmbeddedPostgres
from store.keys import KeyId
from tests.installation import database, record
from tests.integration.pages.browsing import enrol, form, observe, send, text_of, wait
from tests.served import BROWSER, RIVERA, make_district, serving


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
    found = searched(client, name="zuniga many07")
    assert "Many07 Zuñiga" in found.text
    assert "1 learner found for" in text_of(found.text)
    nobody = text_of(searched(client, name="nobody at all").text)
    assert "No learner found for “ nobody at all ”. Each word has to begin a word" in nobody
    assert "Caseload 0 learners" not in nobody, "there are learners, and none of them is called so"
    assert "All schools Grade All grades" not in nobody, "another school can still be chosen"


def searched(client: httpx.Client, **fields: str) -> httpx.Response:
    """The page that a browser comes to with the form of the caseload."""
    sent = client.post("/search", data=fields)
    assert sent.status_code == 303
    return client.get(sent.headers["location"])


def test_back_from_a_learner_to_a_search_asked_to_send_the_form_again(
    district: System, client: httpx.Client
) -> None:
    """A search has an address that can be opened again, and the name does not stand in it."""
    for number in range(51):
        enrol(district, f"Again{number:02}", "Ellerbe", "elm-ms", "08")
    sent = client.post("/search", data={"name": "ellerbe", "school": "elm-ms", "grade": "8"})

    address = sent.headers["location"]
    assert sent.status_code == 303
    assert address.startswith("/search?sealed=")
    assert address.endswith("&school=elm-ms&grade=8")
    html = client.get(address).text
    assert client.get(address).text == html
    assert "51 learners found for “ ellerbe ”" in text_of(html)
    assert "Showing 1 to 50." in text_of(html)
    assert '<option value="elm-ms" selected>' in html
    [following] = re.findall(r'href="(/search[^"]+)">Next page', html)
    last = client.get(unescape(following)).text
    assert "Again50 Ellerbe" in last
    assert "Again49 Ellerbe" not in last
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]+)"', html + last)) + address
    assert "ellerbe" not in addresses.casefold()


def test_a_search_without_a_name_leads_to_an_address_that_says_what_was_chosen(
    client: httpx.Client,
) -> None:
    fields = {"name": " ", "school": "oak-ms", "grade": "", "overdue": "true"}
    answer = client.post("/search", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/?school=oak-ms&overdue=true",
    )
    assert client.post("/search", data={"name": ""}).headers["location"] == "/"


@pytest.mark.parametrize("sealed", ["Ellerbe", "é", "A" * 3000, "{torn}"])
def test_an_address_of_a_search_that_was_changed_finds_nobody(
    client: httpx.Client, sealed: str
) -> None:
    whole = client.post("/search", data={"name": "ellerbe"}).headers["location"]
    torn = whole.partition("=")[2][:-1]
    answer = client.get("/search", params={"sealed": sealed.format(torn=torn)})
    assert answer.status_code == 400
    assert "This search cannot be shown again" in answer.text
    assert 'href="/">To the caseload' in answer.text


def test_the_longest_name_can_be_searched_for(client: httpx.Client) -> None:
    for letter in ("é", "學", "👩", "\x01"):
        found = searched(client, name=letter * 500)
        assert found.status_code == 200, letter
        assert "No learner found for" in text_of(found.text)


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
