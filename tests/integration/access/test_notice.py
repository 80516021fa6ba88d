"""Who is outside the school is told with every answer what they may do with it (99.33), and the log
says so, with the criteria for school officials that a look relied on (99.7).
"""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
import pytest

from api.app import create_app
from domain.access.grounds import TABLE
from domain.access.notices import NOTICES, REDISCLOSURE
from domain.access.words import Action, Role
from domain.consent import GrantConsent
from domain.district import PublishAnnualNotice
from domain.identity import (
    EvidenceKind,
    RecordRightsEvidence,
    RegisterLearner,
)
from domain.people import district_id
from domain.reads import AccessRecorded
from domain.rules import SetPolicy
from store.embedded import EmbeddedPostgres
from tests.integration.access.conftest import District
from tests.integration.access.routes import paths, queries, shown_routes
from tests.integration.access.test_bad_askers import Child
from tests.integration.access.test_roles_and_routes import Watch
from tests.integration.access.twins import ANA, HIDINGS, Builder, Twin, named, twin
from tests.people import appoint, make_guardian, publish, since, staff_of, tell, years_ago
from tests.served import clients, new_district

HEADER = f"FERPA-99.33-1; sha256={REDISCLOSURE.digest}"
LINK = '</v1/notices/FERPA-99.33-1>; rel="terms-of-service"'
WITH_NOTICE = {ground.code for ground in TABLE.grounds if ground.notice}


def carried(answer: httpx.Response) -> bool:
    """Whether an answer carries the notice, in full: a page in its words, all else in headers."""
    if "text/html" in answer.headers.get("content-type", ""):
        return REDISCLOSURE.text in answer.text
    told = (answer.headers.get("throughline-notice"), answer.headers.get("link"))
    assert told in ((HEADER, LINK), (None, None))
    return told == (HEADER, LINK)


def last(district: District) -> AccessRecorded:
    return district.noted()[-1]


@pytest.fixture(scope="module")
def tutored(district: District) -> Child:
    """A learner with a tutor who looks by a consent."""
    child = Child(district, "Nora")
    child.consent(child.mother)
    return child


SHOWN = ["/v1/learners/{}", "/v1/learners/{}/profile", "/v1/learners/{}/timeline",
         "/learners/{}", "/learners/{}/timeline", "/v1/learners", "/"]  # fmt: skip


@pytest.mark.law("FERPA-99.33", "every-route")
@pytest.mark.parametrize("path", SHOWN)
def test_a_tutor_is_told_what_they_may_do_with_what_they_read(
    district: District, tutored: Child, path: str
) -> None:
    answer = district.as_(tutored.who).get(path.format(tutored.learner))
    assert answer.status_code == 200, answer.text
    assert carried(answer)
    assert (last(district).learner, last(district).notice) == (tutored.learner, "FERPA-99.33-1")


@pytest.mark.law("FERPA-99.33", "every-route")
@pytest.mark.parametrize("path", SHOWN)
def test_the_schools_own_people_are_not_told_it(
    district: District, tutored: Child, path: str
) -> None:
    answer = district.as_("counselor").get(path.format(tutored.learner))
    assert answer.status_code == 200, answer.text
    assert not carried(answer)
    assert last(district).notice is None


def test_who_is_refused_is_told_nothing_of_records_they_did_not_get(
    district: District, tutored: Child
) -> None:
    client, ben = district.as_(tutored.who), district.learners["ben"]
    for path in ("/v1/learners/{}/profile", "/learners/{}"):
        answer = client.get(path.format(ben))
        assert (answer.status_code, carried(answer)) == (403, False)
        assert (last(district).allowed, last(district).notice) == (False, None)


def test_a_receipt_of_what_one_wrote_carries_no_notice(district: District, tutored: Child) -> None:
    said, before = {"area": "strengths", "text": "Asks good questions."}, len(district.noted())
    answer = district.as_(tutored.who).post(
        f"/v1/learners/{tutored.learner}/record-observation", json=said
    )
    assert (answer.status_code, carried(answer)) == (201, False)
    assert len(district.noted()) == before  # the entry is its own note


@pytest.mark.law("FERPA-99.33", "every-route")
def test_a_file_carries_the_notice_in_its_headers(district: District, tutored: Child) -> None:
    client, learner = district.as_(tutored.who), tutored.learner
    kept = client.post(f"/v1/learners/{learner}/attachments", content=b"A drawing.").json()
    named = {
        "id": kept["id"],
        "sha256": kept["sha256"],
        "name": "a.txt",
        "media_type": "text/plain",
    }
    work = {"title": "A drawing", "attachments": [named]}
    added = client.post(f"/v1/learners/{learner}/add-work-sample", json=work)
    assert added.status_code == 201, added.text
    answer = client.get(f"/v1/learners/{learner}/attachments/{kept['id']}")
    assert (answer.content, carried(answer)) == (b"A drawing.", True)
    assert (last(district).action, last(district).notice) == (Action.EXPORTED, "FERPA-99.33-1")


def test_a_parent_who_looks_as_that_of_a_dependent_is_told_it_too(district: District) -> None:
    """Since the rights have passed, the record is not theirs: 99.31(a)(8)."""
    system, learner, father = district.system, uuid4(), uuid4()
    born = years_ago(system, 19)
    tell(system, learner, RegisterLearner(given_name="Olga", family_name="Lopez", birth_date=born))
    make_guardian(system, learner, father, "Ed Lopez", "father")
    tell(system, learner, RecordRightsEvidence(
        kind=EvidenceKind.DEPENDENCY, person=father, text="Tax return.", effective=since(system, 5)
    ))  # fmt: skip
    district.people["olgas father"] = appoint(system, "Ed Lopez", Role.GUARDIAN, person=father)
    answer = district.as_("olgas father").get(f"/v1/learners/{learner}/profile")
    assert (answer.status_code, carried(answer)) == (200, True)
    assert (last(district).code, last(district).notice) == ("FERPA-99.31-a-8", "FERPA-99.33-1")


@pytest.mark.law("FERPA-99.33", "notice")
def test_the_words_of_a_notice_stand_at_the_address_the_header_gives(district: District) -> None:
    client = district.as_("stranger")
    for version, notice in NOTICES.items():
        answer = client.get(f"/v1/notices/{version}")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert sha256(answer.content).hexdigest() == notice.digest
        assert answer.text == notice.text
    nowhere = client.get("/v1/notices/FERPA-99.33-0")
    assert nowhere.status_code == 404
    assert nowhere.json()["errors"] == []


# -- every route ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(postgres: EmbeddedPostgres) -> Iterator[Twin]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="throughline-")))
        yield stack.enter_context(
            twin(postgres, home, open_to_a_tutor, hides=True, jurisdiction="US")
        )


def open_to_a_tutor(here: Builder) -> None:
    """A consent opens the record to the tutor; of what is hidden there it opens nothing."""
    HIDINGS["everything"](here)
    here.tell(ANA, GrantConsent(
        purpose="support", records=("education records",), recipient=str(named("provider")),
        signer=named("mother"), signer_name="Maria Lopez", capacity="mother", method="paper",
        effective=since(here.system, 10),
    ))  # fmt: skip


@dataclass
class Noticed(Watch):
    """Asks, and looks whether the notice is there where the log has a ground that wants it."""

    told: int = 0

    def _missing(
        self, who: str, answer: httpx.Response, entries: list[AccessRecorded]
    ) -> Iterator[str]:
        own = [e for e in entries if str(e.correlation_id) == answer.headers["x-request-id"]]
        read = [e for e in own if e.allowed and e.action is not Action.WRITTEN]
        wanted = {e.learner for e in read if {e.code, *e.grounds} & WITH_NOTICE}
        noted = {e.learner for e in own if e.notice}
        self.told += carried(answer)
        if carried(answer) != bool(wanted):
            yield f"{'no notice' if wanted else 'a notice nobody wants'}"
        if noted != wanted:
            yield f"noted of {noted} and not of {wanted}"


@pytest.mark.law("FERPA-99.33", "every-route")
@pytest.mark.parametrize(("who", "outside"), [("provider", True), ("officer", False)])
def test_every_route_carries_the_notice_to_who_is_outside_and_to_nobody_else(
    made: Twin, who: str, outside: bool
) -> None:
    watch = Noticed(made, Random(1))
    for route in shown_routes(create_app(made.system)):
        every = list(paths(route.path, made))
        for path in every:
            watch.ask(who, "GET", path)
        for query in queries(route, made):
            watch.ask(who, "GET", every[0], params=query)
    watch.ask(who, "POST", "/v1/learners/search", json={"name": "ana"})
    watch.ask(who, "POST", "/v1/cohorts/profile", json={"school": "north-high"})
    watch.ask(who, "POST", "/search", data={"name": "Ana"})
    assert watch.wrong == [], "\n".join(watch.wrong[:30])
    assert (watch.told > 20, watch.told > 0) == (outside, outside)


# -- the criteria ---------------------------------------------------------------------------------


@pytest.mark.law("FERPA-99.7", "criteria-noted")
def test_the_log_has_the_criteria_that_were_in_force_at_each_look(district: District) -> None:
    system, ana = district.system, district.learners["ana"]
    client = district.as_("counselor")
    client.get(f"/v1/learners/{ana}")
    before = last(district)
    newer = PublishAnnualNotice(version="n-2", criteria="officials-2", effective=since(system, 1))
    tell(system, district_id(system.settings.tenant), newer)
    client.get(f"/learners/{ana}")
    assert (before.criteria, last(district).criteria) == ("officials-1", "officials-2")
    client.get(f"/v1/learners/{district.learners['ben']}")
    assert (last(district).allowed, last(district).criteria) == (False, None)


@pytest.mark.law("FERPA-99.7", "criteria-noted")
def test_a_look_that_turned_on_no_criteria_names_none(district: District, tutored: Child) -> None:
    district.as_(tutored.who).get(f"/v1/learners/{tutored.learner}")
    assert (last(district).code, last(district).criteria) == ("FERPA-99.30", None)


def test_the_officer_reads_criteria_and_notice_of_a_line(
    district: District, tutored: Child
) -> None:
    district.as_("counselor").get(f"/v1/learners/{tutored.learner}")
    district.as_(tutored.who).get(f"/v1/learners/{tutored.learner}")
    officer, place = district.as_("officer"), f"/v1/learners/{tutored.learner}/accesses"
    table = officer.get(f"{place}.csv").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    lines = [json.loads(line) for line in officer.get(f"{place}.ndjson").text.splitlines()]
    for found in (rows, lines, officer.get(place).json()["accesses"]):
        by = {one["person"]: one for one in reversed(found)}
        counselor = by[str(district.people["counselor"].id)]
        assert counselor["criteria"].startswith("officials-")
        assert not counselor["notice"]
        tutor = by[str(tutored.tutor.id)]
        assert (tutor["criteria"] or None, tutor["notice"]) == (None, "FERPA-99.33-1")
    page = officer.get(f"/learners/{tutored.learner}/access").text
    assert "<dt>Criteria for school officials</dt><dd>version officials-" in page
    assert "<dt>Notice served (99.33)</dt><dd>version FERPA-99.33-1</dd>" in page


def test_the_words_of_a_version_never_change() -> None:
    """The log of years ago names the version alone: other words are another version."""
    assert {version: notice.digest for version, notice in NOTICES.items()} == {
        "FERPA-99.33-1": "efde6d9209e8088f6e4eeb801208a16a4c03b89c3a610d481953381b4ccb6e99",
    }


@pytest.mark.law("FERPA-99.7", "warning-shown")
def test_without_a_notice_of_this_year_the_officer_is_warned_and_nobody_else(
    postgres: EmbeddedPostgres,
) -> None:
    with new_district(postgres) as system:
        publish(system)
        people, record = staff_of(system), district_id(system.settings.tenant)
        yesterday = system.context().today - timedelta(days=1)
        began = yesterday.replace(day=min(yesterday.day, 28))  # every year has that day
        policy = SetPolicy(version="p-2", jurisdiction="US", school_year_starts=f"{began:%m-%d}")
        tell(system, record, policy)
        with clients(system, people) as client:

            def warned(who: str, at: str) -> bool:
                return "No annual notice of rights" in client(who).get(at).text

            assert [warned("officer", at) for at in ("/", "/audit", "/review")] == [True] * 3
            assert [warned("counselor", at) for at in ("/", "/audit")] == [False] * 2
            tell(system, record, PublishAnnualNotice(version="n-2", criteria="officials-1"))
            assert [warned("officer", at) for at in ("/", "/audit", "/review")] == [False] * 3
