"""The audit log narrowed: by kind, person, type of entry and days, over HTTP and on the pages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api import audit_reading
from api.audit_reading import KINDS
from domain.access.words import Action
from domain.consent import SetDirectoryOptOut
from domain.event import EVENTS
from domain.people import district_id
from domain.reviews import ScheduleReview
from tests.integration.pages.browsing import text_of
from tests.integration.who_saw.conftest import District, learner_of, observe
from tests.people import SCHOOL, TEACHER, appoint, tell

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def eve(district: District) -> UUID:
    """A learner with something of every kind on the record, looked at by several people."""
    system = district.system
    learner = learner_of(system, "Eve")
    tell(system, learner, SetDirectoryOptOut(scope="photographs"))
    tell(system, learner, ScheduleReview(review=uuid4(), due=system.context().today))
    district.page("counselor", f"/learners/{learner}")
    assert district.as_("untrained").get(f"/learners/{learner}").status_code == 403
    export = f"/v1/learners/{learner}/accesses.csv"
    assert district.as_("officer").get(export).status_code == 200
    return learner


def entries(client: httpx.Client, url: str, **asked: Any) -> list[dict[str, Any]]:
    """All entries of a log, from all of its pages."""
    return list(_entries(client, url, asked))


def _entries(client: httpx.Client, url: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        params = {**asked, **({"cursor": cursor} if cursor else {})}
        answer = client.get(url, params=params, headers=JSON)
        assert answer.status_code == 200, answer.text
        yield from answer.json()["entries"]
        cursor = answer.json()["next"]
        if cursor is None:
            return


def types(found: list[dict[str, Any]]) -> set[str]:
    return {entry["type"] for entry in found}


def test_every_group_of_events_is_of_one_kind() -> None:
    for topic, event in EVENTS.items():
        of = [code for code, kind in KINDS.items() if event.SPEC.group in kind.groups]
        assert len(of) == (3 if event.SPEC.group == "access" else 1), topic


@pytest.mark.parametrize(
    ("kind", "group"),
    [("changes", {"learner", "facts"}), ("consents", {"consent"}), ("reviews", {"reviews"})],
)
def test_a_kind_gives_the_events_of_its_groups_alone(
    district: District, eve: UUID, kind: str, group: set[str]
) -> None:
    found = entries(district.as_("officer"), f"/v1/learners/{eve}/audit", kind=kind)
    assert {entry["group"] for entry in found} == group


def test_reads_refusals_and_exports_are_told_apart(district: District, eve: UUID) -> None:
    client, url = district.as_("officer"), f"/v1/learners/{eve}/audit"
    for kind, allowed, actions in (
        ("reads", True, set(Action) - {Action.EXPORTED}),
        ("refusals", False, set(Action)),
        ("exports", True, {Action.EXPORTED}),
    ):
        found = entries(client, url, kind=kind, limit=2)
        assert found, kind
        assert types(found) == {"access-recorded"}
        assert {entry["body"]["allowed"] for entry in found} == {allowed}
        assert {entry["body"]["action"] for entry in found} <= set(map(str, actions))
    [refused] = entries(client, url, kind="refusals")
    assert refused["body"]["code"] == "local-recertification"
    assert "tried to open the profile and was refused" in refused["body"]["sentence"]
    assert refused["record"] == str(eve)


def test_who_looked_is_told_only_where_it_is_asked_for(district: District, eve: UUID) -> None:
    client, url = district.as_("officer"), f"/v1/learners/{eve}/audit"
    assert "access-recorded" not in types(entries(client, url))
    both = types(entries(client, url, kind="all"))
    assert {"access-recorded", "observation-recorded", "review-scheduled"} <= both


def test_the_districts_people_and_rules_are_a_kind(district: District) -> None:
    found = entries(district.as_("officer"), "/v1/audit", kind="roles")
    assert {"role-granted", "person-registered", "policy-set"} <= types(found)
    assert {e["group"] for e in found} <= {"people", "district", "rules"}


def test_filters_are_combined(district: District, eve: UUID) -> None:
    client, url = district.as_("officer"), f"/v1/learners/{eve}/audit"
    counselor, officer = (district.people[one].id for one in ("counselor", "officer"))
    assert entries(client, url, kind="reads", person=str(counselor))
    assert entries(client, url, kind="refusals", person=str(counselor)) == []
    assert entries(client, url, kind="changes", person=str(officer)) == []
    types_of_kind = entries(client, url, kind="consents", type="observation-recorded")
    assert types_of_kind == []
    two = ["observation-recorded", "directory-opt-out-set"]
    assert types(entries(client, url, type=two)) == set(two)
    assert types(entries(client, url, type=two, kind="consents")) == {two[1]}


def test_days_are_those_of_recording_the_last_one_included(district: District, eve: UUID) -> None:
    client, url = district.as_("officer"), f"/v1/learners/{eve}/audit"
    today = district.system.context().today
    before, after = str(today - timedelta(days=1)), str(today + timedelta(days=1))
    whole = entries(client, url)
    assert entries(client, url, **{"from": str(today), "until": str(today)}) == whole
    assert entries(client, url, **{"from": after}) == []
    assert entries(client, url, until=before) == []
    assert entries(client, url, kind="reads", until=before) == []


@pytest.mark.parametrize("asked", [
    {"kind": "reads"}, {"kind": "refusals"}, {"kind": "exports"}, {"kind": "all"},
    {"type": "access-recorded"}, {"type": "access-recorded", "kind": "reads"},
])  # fmt: skip
@pytest.mark.parametrize("name", ["teacher", "parent"])
def test_who_looked_is_told_nobody_but_the_officer_and_the_attempt_is_noted(
    district: District, name: str, asked: dict[str, str]
) -> None:
    """A parent could read lines that the family's view withholds, by asking for their type."""
    own, whole = f"/v1/learners/{district.ana}/audit", "/v1/audit"
    records = {own: district.ana, whole: district_id(district.system.settings.tenant)}
    for url, record in records.items():
        before = len(district.noted())
        answer = district.as_(name).get(url, params=asked, headers=JSON)
        assert answer.status_code == 403, answer.text
        [noted] = district.noted()[before:]
        assert (noted.learner, noted.entered_by) == (record, district.people[name].id)
        assert (noted.allowed, noted.facts) == (False, ())
        page = district.as_(name).get(url.removeprefix("/v1"), params=asked)
        assert (page.status_code, "is not open to you" in page.text) == (403, True)


def test_a_kind_of_no_lines_and_days_the_wrong_way_round_are_refused(district: District) -> None:
    client = district.as_("officer")
    for params, rule in (
        ({"kind": "gossip"}, "audit-kind-unknown"),
        ({"type": "gossip"}, "type-unknown"),
        ({"from": "2026-03-02", "until": "2026-03-01"}, "range-ends-before-it-starts"),
    ):
        answer = client.get("/v1/audit", params=params, headers=JSON)
        assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (422, rule)
        assert client.get("/audit", params=params).status_code == 400
    assert client.get("/audit", params={"person": "Ms Rivera"}).status_code == 400
    assert client.get("/audit", params={"from": "soon"}).status_code == 400


def test_a_cursor_belongs_to_its_filters(district: District, eve: UUID) -> None:
    client, url = district.as_("officer"), f"/v1/learners/{eve}/audit"
    cursor = client.get(url, params={"limit": 1, "kind": "changes"}).json()["next"]
    for other in ({"kind": "reads"}, {"kind": "changes", "from": "2020-01-01"}):
        assert client.get(url, params={**other, "cursor": cursor}).status_code == 400


def test_what_a_filter_left_out_is_not_noted_as_shown(district: District) -> None:
    learner = learner_of(district.system, "Fay")
    district.page("counselor", f"/learners/{learner}")
    district.page("counselor", f"/learners/{learner}/timeline")
    assert district.as_("untrained").get(f"/learners/{learner}").status_code == 403
    district.page("officer", f"/learners/{learner}/audit?kind=refusals")
    noted = district.noted()[-1]
    refusal = next(e for e in district.noted() if e.learner == learner and not e.allowed)
    assert (noted.entered_by, noted.learner) == (district.people["officer"].id, learner)
    assert refusal.position in noted.facts
    reads = {e.position for e in district.noted() if e.learner == learner and e.allowed}
    assert reads.isdisjoint(noted.facts)


def test_a_page_of_few_among_many_stops_and_goes_on(
    district: District, eve: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = district.as_("officer"), f"/v1/learners/{eve}/audit"
    for _ in range(5):
        district.page("counselor", f"/learners/{eve}")
    whole = entries(client, url, kind="refusals")
    monkeypatch.setattr(audit_reading, "MOST", 2)
    monkeypatch.setattr(audit_reading, "BATCH", 2)
    first = client.get(url, params={"kind": "refusals"}, headers=JSON).json()
    assert (first["entries"], first["next"] is not None) == ([], True)
    assert entries(client, url, kind="refusals")[-len(whole) :] == whole
    told = text_of(district.page("officer", f"/learners/{eve}/audit?kind=refusals"))
    assert "Nothing of this kind so far back; there is more before it." in told


# -- the pages ------------------------------------------------------------------------------------


def test_the_page_says_in_words_what_it_shows(district: District, eve: UUID) -> None:
    counselor = district.people["counselor"].id
    today = district.system.context().today
    url = f"/learners/{eve}/audit?kind=reads&person={counselor}&from=2026-01-05"
    told = text_of(district.page("officer", url))
    assert "Shown: Reads, by Ms Rivera, recorded from 5 January 2026 on." in told
    url = f"/audit?kind=refusals&until={today}"
    told = text_of(district.page("officer", url))
    assert "Shown: Refusals, recorded until the end of " in told
    told = text_of(district.page("officer", "/audit?type=policy-set"))
    assert "Shown: Everything that was recorded, of the type “District’s rules”." in told
    told = text_of(district.page("officer", "/audit"))
    assert "Shown: Everything that was recorded, but not who looked." in told


def test_a_read_is_a_sentence_with_its_ground_and_leads_to_its_explanation(
    district: District, eve: UUID
) -> None:
    district.page("counselor", f"/learners/{eve}")  # the last to look: others fill a page
    html = district.page("officer", f"/learners/{eve}/audit?kind=reads")
    told = text_of(html)
    assert "Ms Rivera, counselor , opened the profile" in told
    assert "34 CFR 99.31(a)(1)(i)(A)" in told
    assert "On another learner’s record" not in told
    reads = [e.position for e in district.noted() if e.learner == eve and e.allowed]
    assert any(f'/learners/{eve}/access/{position}"' in html for position in reads)


def test_people_are_chosen_by_id_from_those_who_appear(district: District, eve: UUID) -> None:
    system = district.system
    idle = appoint(system, "Ms Idle", TEACHER, SCHOOL, code="north-high")
    html = district.page("officer", f"/learners/{eve}/audit")
    offered = dict(re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>([^<]+)</option>', html))
    assert offered[str(district.people["counselor"].id)] == "Ms Rivera"
    assert str(idle.id) not in offered
    assert "Rivera" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', html))
    teachers = district.page("teacher", f"/learners/{eve}/audit")
    offered = dict(re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>([^<]+)</option>', teachers))
    assert str(district.people["counselor"].id) not in offered, "she only looked"


def test_links_keep_the_filters(district: District) -> None:
    system = district.system
    learner = learner_of(system, "Gil")
    for number in range(60):
        observe(system, learner, f"Note {number}.")
    today = system.context().today
    who = f"person={system.persona.id}&amp;type=observation-recorded"
    narrowed = f"kind=changes&amp;{who}&amp;from={today}&amp;until={today}"
    url = f"/learners/{learner}/audit"
    html = district.page("officer", f"{url}?{narrowed.replace('&amp;', '&')}")
    older = re.search(rf'href="{url}\?({re.escape(narrowed)}&amp;before=\d+)">Earlier', html)
    assert older is not None
    assert html.count("<tr>") == 51
    last = district.page("officer", f"{url}?{older[1].replace('&amp;', '&')}")
    assert last.count("<tr>") == 12
    assert "Earlier</a>" not in last
    # On paper the links are not there, and one page said that it was everything.
    earlier, later = ("lines are on the pages after this one", "lines are on the pages before this")
    assert (earlier in html, later in html) == (True, False)
    assert (earlier in last, later in last) == (False, True)
    assert f'href="{url}?{narrowed}">The latest' in last
    export = district.page("officer", "/audit?kind=consents")
    assert 'href="/v1/audit.csv?kind=consents"' in export


def test_who_may_not_know_who_looked_is_not_offered_it(district: District) -> None:
    mine = district.page("officer", "/audit")
    theirs = district.page("teacher", "/audit")
    for offered in ('value="reads"', 'value="all"', 'value="access-recorded"', "/v1/audit.csv",
                    "/review"):  # fmt: skip
        assert (offered in mine, offered in theirs) == (True, False), offered


def test_a_line_on_a_persons_record_names_the_person_and_leads_to_no_learner(
    district: District,
) -> None:
    html = district.page("officer", "/audit?kind=roles")
    assert f"/learners/{district.people['teacher'].id}" not in html
    assert "(no name)" not in html
    assert "Maple County Schools" in html
