"""The pages of who saw a learner: the officer's, the family's, and whom they are closed to."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from api.pages import pages
from api.pages.answer import Answers
from api.routers import accesses, attachments, compare, learners, replay
from api.who_saw_titles import RECORD, place
from domain.access.words import Action, Assurance
from domain.event import Context
from domain.reads import RecordAccess, noted
from tests.integration.pages.browsing import text_of
from tests.integration.who_saw.conftest import District, learner_of

LOG = "/learners/{ana}/access"
FAMILY = f"{LOG}/family"


@pytest.fixture(autouse=True)
def looked_at(district: District) -> None:
    """Two people look, one of them twice at the list; a third is refused."""
    if any(e.entered_by == district.people["teacher"].id for e in district.noted()):
        return
    district.page("counselor", "/learners/{ana}")
    for _ in range(3):
        district.page("counselor", "/")
    district.page("teacher", "/learners/{ana}/timeline")
    assert district.as_("untrained").get(f"/learners/{district.ana}").status_code == 403


def test_the_officer_reads_who_saw_what_and_why(district: District) -> None:
    told = text_of(district.page("officer", LOG))
    assert "Who saw Ana Lopez" in told
    assert re.search(
        r"Ms Rivera, counselor , opened the profile \(\d+ entries, directory information and "
        r"education records\) — allowed: "
        r"School officials with a legitimate educational interest "
        r"\(34 CFR 99\.31\(a\)\(1\)\(i\)\(A\)\), for counseling\.",
        told,
    )
    assert "Mr Okafor, teacher , opened the timeline" in told
    assert "listed this learner on the caseload 3 times" in told
    assert "Ms Tan, counselor , tried to open the profile and was refused: Your yearly" in told
    assert told.index("opened the timeline") < told.rindex("opened the profile (")


def test_each_line_has_what_stands_behind_it(district: District) -> None:
    html = district.page("officer", f"{LOG}?kind=opened&person={district.people['teacher'].id}")
    access = next(
        e for e in district.noted() if e.entered_by == district.people["teacher"].id and e.allowed
    )
    assert access.digest is not None
    for behind in (
        access.code, access.digest, str(access.correlation_id), access.table, access.place,
        ", ".join(map(str, access.facts)),
    ):  # fmt: skip
        assert behind is not None
        assert behind in html


@pytest.mark.law("FERPA-99.32", "reading-logged")
def test_reading_the_log_is_a_line_of_the_log(district: District) -> None:
    district.page("officer", LOG)
    last = district.noted()[-1]
    assert (last.entered_by, last.place) == (
        district.people["officer"].id,
        "/learners/{learner}/access",
    )
    assert last.allowed
    assert len(last.facts) > 2
    assert "opened the log of who saw this learner" in text_of(district.page("officer", LOG))


@pytest.mark.parametrize(
    ("query", "here", "gone"),
    [
        ("kind=refused", "Ms Tan", "opened the profile ("),
        ("kind=listed", "3 times", "Ms Tan"),
        ("kind=opened", "opened the profile (", "Ms Tan"),
        ("until=2001-01-01", "Nobody, as far as this page was asked.", "Ms Rivera, counselor"),
        ("from=2001-01-01", "Ms Rivera, counselor", "Nobody, as far"),
    ],
)
def test_the_log_is_narrowed(district: District, query: str, here: str, gone: str) -> None:
    told = text_of(district.page("officer", f"{LOG}?{query}"))
    assert here in told
    assert gone not in told


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "Every look, every list and every refusal."),
        ("?kind=refused&until=2026-09-30", "Only refusals, noted until the end of 30 September"),
        ("?kind=opened&from=2025-01-02", "Only what was opened, noted from 2 January 2025 on."),
        ("?person={teacher}", "Every look, every list and every refusal, by Mr Okafor."),
        (
            "?person=6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01",
            "Every look, every list and every refusal, by somebody without a name on file.",
        ),
    ],
)
def test_a_narrowed_log_did_not_say_on_paper_that_it_is_narrowed(
    district: District, query: str, shown: str
) -> None:
    asked = query.replace("{teacher}", str(district.people["teacher"].id))
    page = district.page("officer", LOG + asked)
    assert f"Shown: {shown}" in text_of(page).replace(" : ", ": ")
    assert ("Without any filter" in page) == bool(query)
    assert "Every look" not in page.partition('<p id="shown">')[0]
    if "person" not in query:
        own = f"/people/{district.people['counselor'].id}/access{query}"
        assert f"Shown: {shown}" in text_of(district.page("officer", own))


def test_a_page_among_others_says_that_it_is_one(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.who_saw.PER_PAGE", 2)
    first = district.page("officer", LOG)
    assert "Earlier lines are on the pages after this one." in first
    assert "Later lines" not in first
    [older] = re.findall(r'\?before=(\d+)">Earlier', first)
    assert "Later lines are on the pages before" in district.page(
        "officer", f"{LOG}?before={older}"
    )


def test_what_is_filtered_out_is_not_noted_as_shown(district: District) -> None:
    district.page("officer", f"{LOG}?kind=refused")
    shown = district.noted()[-1].facts
    refused = [e.position for e in district.noted() if e.learner == district.ana and not e.allowed]
    assert set(shown) == set(refused)


def test_a_page_names_the_next_where_there_is_more(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.who_saw.PER_PAGE", 2)
    for _ in range(3):
        district.page("counselor", f"/learners/{district.ana}")
    first = district.page("officer", f"{LOG}?kind=opened")
    [more] = re.findall(r'href="([^"]+)">Earlier', first)
    assert "kind=opened" in more
    second = district.page("officer", more.replace("&amp;", "&"))
    numbers = [
        re.findall(r"Line of the log</dt><dd>no\. ([\d,]+)", page) for page in (first, second)
    ]
    assert not set(numbers[0]) & set(numbers[1])


@pytest.mark.parametrize(
    "query",
    [
        "person=ana",
        "kind=all",
        "from=yesterday",
        "until=31.12.",
        "from=2026-05-02&until=2026-05-01",
    ],
)
def test_a_filter_that_is_none_says_what_to_do(district: District, query: str) -> None:
    answer = district.as_("officer").get(f"/learners/{district.ana}/access?{query}")
    assert answer.status_code == 400
    assert "Go back" in answer.text


@pytest.mark.parametrize("path", [LOG, FAMILY, "/learners/{ana}/disclosures", f"{LOG}/1"])
@pytest.mark.parametrize("name", ["teacher", "counselor"])
def test_staff_do_not_read_the_log_and_the_attempt_is_noted(
    district: District, name: str, path: str
) -> None:
    answer = district.as_(name).get(path.format(ana=district.ana))
    assert answer.status_code == 403
    assert "FERPA-99.32-c" in answer.text
    last = district.noted()[-1]
    assert (last.entered_by, last.allowed) == (district.people[name].id, False)
    assert (last.code, last.facts, last.digest) == ("FERPA-99.32-c", (), None)


def test_what_one_person_saw_is_for_the_officer_alone(district: District) -> None:
    ben = learner_of(district.system, "Ben")
    counselor = district.people["counselor"]
    district.page("counselor", f"/learners/{ben}")
    told = text_of(district.page("officer", f"/people/{counselor.id}/access"))
    assert "What Ms Rivera saw" in told
    assert "Ben Lopez" in told
    assert "Ana Lopez" in told
    assert "Mr Okafor" not in told
    seen = {e.learner for e in district.noted()[-2:]}
    assert seen == {ben, district.ana}
    for name in ("teacher", "counselor", "parent"):
        answer = district.as_(name).get(f"/people/{counselor.id}/access")
        assert answer.status_code == 403
        assert "Lopez" not in answer.text.replace("Maria Lopez", "")


def test_everywhere_that_a_learner_is_shown_has_a_name(district: District) -> None:
    readers = (accesses, attachments, compare, learners, replay)
    routers = [pages(Answers(district.system)), *(part.router for part in readers)]
    found = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    shown = {r.path for r in found if "{learner}" in r.path and "GET" in (r.methods or ())}
    assert len(shown) > 20
    # That somebody used this form, the family must not be told: of some of it nothing follows.
    kept = {"/learners/{learner}/disclosures/new"}
    assert {path for path in shown if place(path) == RECORD} == kept


# -- the family's view ----------------------------------------------------------------------------


def test_a_parent_reads_one_line_for_each_person_and_day(district: District) -> None:
    told = text_of(district.page("parent", LOG))
    assert told.count("Ms Rivera, counselor,") == 1
    assert "Mr Okafor, teacher, opened the timeline." in told
    assert "Ms Tan, counselor, tried to open the profile and was refused." in told
    assert "yearly privacy training" not in told
    assert "What stands behind this line" not in told
    answer = district.as_("parent").get(f"/learners/{district.ana}/access/1")
    assert answer.status_code == 403
    assert "their own view of it" in text_of(answer.text)


def test_the_officer_sees_what_the_family_sees(district: District) -> None:
    told = text_of(district.page("officer", FAMILY))
    assert "This is what the family sees." in told
    assert "Mr Okafor, teacher, opened the timeline." in told


@pytest.mark.parametrize("query", ["before=0001-01-01", "before=9999-12-31", "before="])
def test_the_familys_pages_begin_at_any_day(district: District, query: str) -> None:
    told = text_of(district.page("parent", f"{FAMILY}?{query}"))
    assert ("Nobody has looked before this." in told) is ("0001" in query)


@pytest.mark.parametrize(
    "query", ["from=0001-01-01&until=9999-12-31", "until=0001-01-01", "before=9" + "9" * 30]
)
def test_the_ends_of_the_calendar_are_days_too(district: District, query: str) -> None:
    district.page("officer", f"{LOG}?{query}")


@pytest.mark.law("FERPA-99.32", "own-child")
def test_a_parent_does_not_read_the_log_of_another_child(district: District) -> None:
    other = learner_of(district.system, "Dan")
    answer = district.as_("parent").get(f"/learners/{other}/access")
    assert answer.status_code == 403
    assert "Dan" not in answer.text


def disclose(district: District, code: str, days: int = 0, recipient: bool = True) -> int:
    """Something given to somebody outside, as the log has it; its position."""
    counselor, system = district.people["counselor"], district.system
    now = system.context()
    context = Context(
        today=now.today,
        zone=now.zone,
        now=now.now - timedelta(days=days),
        entered_by=counselor.id,
        entered_by_name=counselor.name,
    )
    access = RecordAccess(
        learner=district.ana,
        action=Action.DISCLOSED,
        allowed=True,
        purpose="legal-process",
        code=code,
        recipient=uuid4() if recipient else None,
        how="session",
        assurance=Assurance.STRONG,
        place="/v1/learners/{learner}/disclosures",
    )
    return system.profiles.note([noted(access, context)])


@pytest.mark.parametrize("sealed", ["FERPA-99.31-a-9-ii-A", "USC-1232g-b-1-L"])
def test_what_is_sealed_is_told_the_officer_and_not_the_family(
    district: District, sealed: str
) -> None:
    pages = (LOG, "/learners/{ana}/disclosures")
    before = [lines_of(district.page("parent", page)) for page in pages]
    disclose(district, sealed)
    assert sealed in district.page("officer", f"{LOG}?kind=disclosed")
    assert [lines_of(district.page("parent", page)) for page in pages] == before


def lines_of(html: str) -> list[str]:
    """The lines of a page, but those of whoever looks at it in these tests."""
    found = re.findall(r'<p class="entry" dir="auto">.*?</p>|<tr>.*?</tr>', html, re.DOTALL)
    return [line for line in found if not re.search("Maria Lopez|Marcus Ellery", line)]


# -- the record of 99.32 --------------------------------------------------------------------------


@pytest.mark.law("FERPA-99.32", "exempt")
def test_the_record_of_disclosures_leaves_out_who_is_exempt(district: District) -> None:
    disclose(district, "FERPA-99.31-a-9-ii")
    html = district.page("officer", "/learners/{ana}/disclosures")
    told = text_of(html)
    assert "A court’s order" in told or "A court's order" in told
    assert "from Ms Rivera, counselor" in told
    assert "Mr Okafor" not in told
    assert "99.32(d)" in told
    assert "A court's order" in text_of(
        district.page("parent", "/learners/{ana}/disclosures")
    ).replace("’", "'")


def test_a_learner_nobody_knows_has_no_log(district: District) -> None:
    answer = district.as_("operator").get(f"/learners/{uuid4()}/access")
    assert answer.status_code == 404


def test_whoever_works_at_the_server_reads_all_of_it(district: District) -> None:
    assert "Ms Rivera, counselor" in text_of(district.page("operator", LOG))
