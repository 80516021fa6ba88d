"""What was taken back, as the audit log tells it: to the school, and to everybody else."""

import re
from decimal import Decimal
from html import unescape
from uuid import UUID, uuid4

import pytest

from domain.changes import AmendFact, RetractFact, SupersedeFact
from domain.event import Attachment
from domain.facts import RecordObservation, ScoreAssessment
from domain.words import Area, Retention
from store.attachments import Attachments
from tests.integration.who_saw.conftest import District, learner_of
from tests.people import tell

HOLLISTER = uuid4()
CHILD = "Score of Noah B., another child"


@pytest.fixture(scope="module")
def entries(district: District) -> dict[str, UUID]:
    """A score of another child, taken back, and words that were amended."""
    system, ana = district.system, district.ana
    made = {"score": uuid4(), "words": uuid4()}
    tell(system, ana, ScoreAssessment(
        fact=made["score"], measure="Reading of Noah", score=Decimal(141), scale="points",
        author=HOLLISTER, author_name="Ms Hollister",
    ))  # fmt: skip
    tell(system, ana, RetractFact(fact=made["score"], reason=CHILD, wrong_learner=True))
    tell(system, ana, RecordObservation(
        fact=made["words"], area=Area.NEEDS, text="Does not care.", source="Ms Rivera's notes"
    ))  # fmt: skip
    tell(system, ana, AmendFact(
        fact=made["words"], changes={"text": "Was tired."}, ground="The hearing of 3 May."
    ))  # fmt: skip
    system.projector.catch_up()
    return made


def seen(district: District, who: str) -> str:
    """The log of the learner as a person reads it, page and API."""
    ana, client = district.ana, district.as_(who)
    page = client.get(f"/learners/{ana}/audit?type=")
    api = client.get(f"/v1/learners/{ana}/audit")
    assert (page.status_code, api.status_code) == (200, 200)
    return unescape(re.sub(r"<[^>]+>", " ", page.text)) + api.text


@pytest.mark.usefixtures("entries")
def test_the_audit_log_told_a_family_what_was_taken_back(district: District) -> None:
    """A score of another child, the reason with that child's name, and words before an amendment
    stood in the audit log of the family, where profile and timeline kept them back."""
    family = seen(district, "parent")
    for words in ("Reading of Noah", CHILD, "Does not care.", "notes"):
        assert words not in family
    assert "Was tired." in family
    assert family.count("It was taken back since, so what it said is not told.") == 2
    assert "What it was, and why, is not told." in family


@pytest.mark.usefixtures("entries")
def test_the_schools_own_people_read_what_was_taken_back_with_a_mark(district: District) -> None:
    staff = seen(district, "counselor")
    for words in ("Reading of Noah", CHILD, "Does not care.", "Was tired."):
        assert words in staff
    assert staff.count("Its words were taken back since") == 2
    lines = district.as_("counselor").get(f"/v1/learners/{district.ana}/audit").json()
    marked = [e["type"] for e in lines["entries"] if e["removed"]]
    assert sorted(marked) == ["assessment-scored", "observation-recorded"]
    assert not any(e["withheld"] for e in lines["entries"])


def test_words_before_an_amendment_do_not_come_back_as_what_it_read_before(
    district: District,
) -> None:
    """A value that followed says what it read before, which the amendment has taken back."""
    system, first = district.system, uuid4()
    ben = learner_of(system, "Ben", district.people["parent"].id)
    tell(system, ben, RecordObservation(fact=first, area=Area.NEEDS, text="Was sent out."))
    tell(system, ben, SupersedeFact(fact=first, changes={"text": "Stays in class."}))
    amended = AmendFact(fact=first, changes={"text": "Was ill."}, ground="The hearing of 4 May.")
    tell(system, ben, amended)
    system.projector.catch_up()
    for who in ("parent", "counselor"):
        page = district.as_(who).get(f"/learners/{ben}")
        assert "Stays in class." in page.text
        assert "Was ill." in page.text, "that is what it read before"
        assert "Was sent out." not in page.text, who


@pytest.mark.usefixtures("entries")
def test_whose_words_were_taken_back_was_told_by_ids(district: District) -> None:
    log, ana = "/v1/learners/{}/audit", district.ana
    for who, told in (("parent", False), ("counselor", True)):
        client = district.as_(who)
        every = client.get(log.format(ana)).json()["entries"]
        score = next(one for one in every if one["type"] == "assessment-scored")
        assert (score["provenance"]["author"] == str(HOLLISTER)) is told
        assert (score["provenance"]["entered_by_name"] != "") is told
        found = client.get(f"{log.format(ana)}?person={HOLLISTER}").json()["entries"]
        assert bool(found) is told, "found under the person whose words they were"


def test_a_file_of_what_was_taken_back_stayed_open_to_the_family(district: District) -> None:
    cy = learner_of(district.system, "Cy", district.people["parent"].id)
    system, fact, content = district.system, uuid4(), b"the score of another child"
    files = Attachments(system.datastore, tenant=system.settings.tenant, keys=system.mapper.keys)
    kept = files.keep(cy, Retention.PROFILE, [content])
    named = Attachment(id=kept.id, name="s.txt", media_type="text/plain", sha256=kept.sha256)
    tell(system, cy, RecordObservation(
        fact=fact, area=Area.NEEDS, text="See the file.", attachments=(named,)
    ))  # fmt: skip
    district.system.projector.catch_up()
    url, page = f"/v1/learners/{cy}/attachments/{kept.id}", f"/learners/{cy}/scans/{kept.id}"
    for who in ("parent", "counselor"):
        assert district.as_(who).get(url).content == content
        assert district.as_(who).get(page).content == content
        assert page in district.as_(who).get(f"/learners/{cy}").text, "nobody knew of the file"
        entries = district.as_(who).get(f"/v1/learners/{cy}/profile").json()["entries"]
        assert [[f["name"] for f in e["attachments"]] for e in entries if e["attachments"]] == [
            ["s.txt"]
        ]
    tell(system, cy, RetractFact(fact=fact, reason=CHILD, wrong_learner=True))
    district.system.projector.catch_up()
    assert district.as_("parent").get(url).status_code == 404
    known = district.as_("parent").get(f"/v1/learners/{cy}/timeline").text
    assert "s.txt" not in known
    assert district.as_("counselor").get(url).content == content
