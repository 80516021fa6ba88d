"""The form of an observation: recorded once, and what is wrong is told beside the field."""

import re
from html import unescape
from uuid import UUID

import httpx
import pytest

from api.compose import System
from api.pages.posted import LARGEST
from tests.integration.pages.browsing import form, send, text_of
from tests.varied import changes_of


def test_an_observation_is_on_the_page_that_follows_and_is_recorded_once(
    district: System, client: httpx.Client, ana: UUID
) -> None:
    fields = form(client, ana)
    before = changes_of(district)
    answers = [send(client, ana, fields) for _ in range(3)]
    assert [a.status_code for a in answers] == [303] * 3
    assert len({a.headers["location"] for a in answers}) == 1
    after = changes_of(district)
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
    before = changes_of(district)
    answer = send(client, ana, fields)
    assert answer.status_code == 422
    assert f'<p class="wrong" id="{field}-wrong">' in answer.text
    assert sentence in unescape(answer.text)
    assert f">\n{fields['text']}</textarea>" in answer.text
    assert f'value="{fields["date"]}"' in answer.text
    assert fields["command_id"] in answer.text
    assert changes_of(district) == before


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
    before = changes_of(district)
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
    assert changes_of(district) == before


def test_a_form_too_large_to_take_in_is_told(client: httpx.Client, ana: UUID) -> None:
    answer = send(client, ana, {"text": "x" * (LARGEST + 1)})
    assert answer.status_code == 413
    assert "shorten the text" in answer.text
