"""A private note is its maker's: nobody else sees it, on any page or route, until it is shared."""

import re
from uuid import UUID

import httpx
import pytest

from domain.facts import ObservationRecorded
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import command_id
from tests.integration.pages.browsing import text_of
from tests.varied import of_kind

NOTE = "Cried after lunch; ask again on Friday."
SHOWN = [
    "/learners/{ana}",
    "/learners/{ana}/timeline",
    "/learners/{ana}/audit",
    "/learners/{ana}/replay?on={today}",
    "/v1/learners/{ana}/profile",
    "/v1/learners/{ana}/timeline",
    "/v1/learners/{ana}/audit",
    "/v1/learners/{ana}/compare?on={today}",
]


def write(family: Family, who: str, **more: str) -> httpx.Response:
    ana = family.learners["ana"]
    html = family.as_(who).get(f"/learners/{ana}/observations/new").text
    fields = {
        "command_id": command_id(html),
        "area": "social_emotional",
        "text": NOTE,
        "language": "en",
        "date": family.today.isoformat(),
        **more,
    }
    return family.as_(who).post(f"/learners/{ana}/observations", data=fields)


@pytest.fixture(scope="module")
def note(family: Family) -> UUID:
    """A private note of the teacher's."""
    answer = write(family, "teacher", private="yes")
    assert answer.status_code == 303, answer.text
    return of_kind(family.system, ObservationRecorded)[-1].fact


def get(family: Family, who: str, path: str) -> httpx.Response:
    url = path.format(ana=family.learners["ana"], today=family.today.isoformat())
    return family.as_(who).get(url)


def test_staff_are_offered_a_private_note_and_told_that_it_may_have_to_be_produced(
    family: Family,
) -> None:
    shown = text_of(get(family, "teacher", "/learners/{ana}/observations/new").text)
    assert "This is a private note" in shown
    assert "It may still have to be produced, for instance on a subpoena." in shown
    family_form = text_of(get(family, "mother", "/learners/{ana}/observations/new").text)
    assert "private note" not in family_form


def test_a_family_makes_no_private_notes(family: Family) -> None:
    assert write(family, "mother", private="yes").status_code == 403


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.parametrize("who", ["counselor", "officer", "mother"])
@pytest.mark.law("FERPA-99.3", "private-note")
def test_a_private_note_is_shown_to_nobody_else(
    family: Family, note: UUID, who: str, path: str
) -> None:
    answer = get(family, who, path)
    assert answer.status_code == 200
    assert "Cried after lunch" not in answer.text
    assert str(note) not in answer.text


@pytest.mark.parametrize("path", SHOWN[:-1])
def test_its_maker_sees_it(family: Family, note: UUID, path: str) -> None:
    assert "Cried after lunch" in get(family, "teacher", path).text


def test_its_maker_is_told_beside_it_who_opens_it(family: Family, note: UUID) -> None:
    shown = get(family, "teacher", "/learners/{ana}").text
    assert "Only who wrote it can open it. It may still have to be produced" in shown
    assert f"/notes/{note}/share" in shown


def test_nobody_shares_or_changes_anothers_note(family: Family, note: UUID) -> None:
    ana, client = family.learners["ana"], family.as_("counselor")
    page = f"/learners/{ana}/notes/{note}/share"
    assert client.get(page).status_code == 404
    assert client.post(page, data={"shared_with": "me"}).status_code == 404
    for name, said in (
        ("share-note", {"shared_with": "me"}),
        ("make-comment", {"text": "Same here."}),
        ("reclassify-fact", {"becomes": "education", "reason": "Not private."}),
    ):
        url = f"/v1/learners/{ana}/{name}"
        anothers = client.post(url, json={"fact": str(note), **said})
        nobodys = client.post(url, json={"fact": str(ana), **said})
        assert anothers.json()["errors"] == nobodys.json()["errors"]
        assert anothers.json()["type"].endswith(":fact-unknown")
    assert "Cried after lunch" not in get(family, "counselor", "/learners/{ana}").text


@pytest.mark.law("FERPA-99.3", "private-note")
def test_a_note_that_is_shared_becomes_part_of_the_record(family: Family) -> None:
    answer = write(family, "teacher", private="yes", text="Is good at chess.")
    shown = get(family, "teacher", answer.headers["location"]).text
    share = re.findall(r"/learners/[^/]+/notes/[^/]+/share", shown.split("Is good at chess.")[0])[
        -1
    ]
    form = family.as_("teacher").get(share)
    assert "Once it is shared it is part of the education record for good" in text_of(form.text)
    fields = {"command_id": command_id(form.text)}
    empty = family.as_("teacher").post(share, data={**fields, "shared_with": " "})
    assert (empty.status_code, "Say with whom" in empty.text) == (422, True)
    fields["shared_with"] = "the grade 9 team"
    answers = [family.as_("teacher").post(share, data=fields) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    for who in ("counselor", "mother", "officer"):
        page = get(family, who, "/learners/{ana}").text
        assert "Is good at chess." in page
        assert "Cried after lunch" not in page
    assert family.as_("teacher").get(share).status_code == 404
