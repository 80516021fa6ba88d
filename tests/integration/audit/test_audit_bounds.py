"""How much of a district's log one page looks through for somebody who may see little of it."""

import re
from uuid import UUID

import pytest

from api import audit_reading
from api.desk import Asker, Judged
from domain.access.facts import Records
from domain.access.filing import LearnerFile
from domain.access.words import Action
from domain.application import Request
from domain.errors import Refused
from domain.facts import RecordObservation
from domain.words import Area
from tests.integration.audit.test_audit_filters import JSON, entries
from tests.integration.pages.browsing import text_of
from tests.integration.who_saw.conftest import District, learner_of
from tests.people import enrol

LEARNERS, EACH = 4, 100
LOOKED = 150


@pytest.fixture(scope="module")
def closed(district: District) -> list[UUID]:
    """Learners of another school, of whom there is much in the log, in turns."""
    system = district.system
    learner_of(system, "Bo")  # of the teacher's class
    far = [enrol(system, f"Zed{n}", school="south-high", classes=("z",)) for n in range(LEARNERS)]
    said = [
        Request(one, RecordObservation(area=Area.STRENGTHS, text=f"No. {n}."), system.context())
        for n in range(EACH)
        for one in far
    ]
    assert not [one for one in system.profiles.do_many(said) if isinstance(one, Refused)]
    learner_of(system, "Cy")
    return far


@pytest.fixture
def bounded(closed: list[UUID], monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    monkeypatch.setattr(audit_reading, "MOST", LOOKED)
    return closed


@pytest.mark.parametrize("asked", [{}, {"type": "observation-recorded"}, {"kind": "changes"}])
def test_a_page_looked_through_the_whole_log_for_who_sees_little_of_it(
    district: District, closed: list[UUID], asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = district.as_("teacher")
    whole = entries(teacher, "/v1/audit", **asked)
    monkeypatch.setattr(audit_reading, "MOST", LOOKED)
    before = len(district.noted())
    first = teacher.get("/v1/audit", params=asked, headers=JSON).json()
    assert 0 < len(first["entries"]) < len(whole)
    assert first["next"] is not None
    # What the reads since then came to is no part of what is asked for: nothing was left out.
    assert entries(teacher, "/v1/audit", **asked) == whole
    seen = {line.learner for line in district.noted()[before:]}
    assert seen.isdisjoint(closed)


def test_where_a_page_stops_follows_from_numbers_alone(
    district: District, bounded: list[UUID]
) -> None:
    """Counted lines would tell how many there are that are not shown, and the last one's place."""
    parent = district.as_("parent")
    for asked in ("", "?type=observation-recorded", "?type=goal-set"):
        html = parent.get(f"/audit{asked}{'&' if asked else '?'}before=400").text
        assert "before=250" in html, asked
        assert "This page looks back to number 250 of the district’s record" in text_of(html)
    last = parent.get("/audit?before=151").text
    assert "Earlier</a>" not in last
    assert "looks back to number" not in last


def test_the_page_leads_on_to_lines_that_lie_behind_many_hidden_ones(
    district: District, bounded: list[UUID]
) -> None:
    teacher = district.as_("teacher")
    url, pages = "/audit", []
    while url:
        answer = teacher.get(url)
        assert answer.status_code == 200
        pages.append(answer.text)
        found = re.search(r'href="([^"]+)">Earlier</a>', answer.text)
        url = found[1].replace("&amp;", "&") if found else ""
    assert "Cy Lopez" in pages[0]
    assert any("Nothing that is open to you so far back." in page for page in pages)
    assert "Bo Lopez" in "".join(pages[1:])
    assert len(pages) < 12


def test_from_a_day_on_a_page_does_not_lead_on_to_the_days_before(
    district: District, bounded: list[UUID]
) -> None:
    today = district.system.context().today
    teacher, asked = district.as_("teacher"), {"type": "observation-recorded"}
    whole = entries(teacher, "/v1/audit", **asked)
    assert entries(teacher, "/v1/audit", **asked, **{"from": str(today)}) == whole
    assert entries(teacher, "/v1/audit", **asked, **{"from": "2020-01-01"}) == whole
    none = {"from": "2999-01-01", "until": "2999-01-02"}
    answer = teacher.get("/v1/audit", params={**asked, **none}, headers=JSON).json()
    assert (answer["entries"], answer["next"]) == ([], None)


def test_the_log_of_one_learner_is_not_cut_off_by_numbers(
    district: District, bounded: list[UUID]
) -> None:
    learner = learner_of(district.system, "Di")
    url = f"/v1/learners/{learner}/audit"
    answer = district.as_("teacher").get(url, headers=JSON).json()
    assert (len(answer["entries"]), answer["next"]) == (3, None)


def test_a_hidden_record_was_decided_on_again_for_every_few_of_its_lines(
    district: District, closed: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[UUID] = []
    decide = Asker.decide

    def counted(
        self: Asker, learner: UUID, file: LearnerFile, kinds: tuple[Records, ...], act: Action
    ) -> Judged:
        asked.append(learner)
        return decide(self, learner, file, kinds, act)

    monkeypatch.setattr(Asker, "decide", counted)
    for one in ("/v1/audit", "/audit"):
        asked.clear()
        assert district.as_("teacher").get(one, headers=JSON).status_code == 200
        assert max(asked.count(learner) for learner in closed) <= 4
