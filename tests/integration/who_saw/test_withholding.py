"""A line of the log withheld from the family by the officer, and released again."""

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from domain.access.words import Action, Assurance
from domain.identity import MergeRecords
from domain.oversight import LineReleased, LineWithheld
from domain.reads import RecordAccess, noted
from tests.integration.pages.browsing import text_of
from tests.integration.who_saw.conftest import District, learner_of
from tests.people import tell
from tests.varied import of_kind

JSON = {"Accept": "application/json"}


def look(district: District, learner: UUID, name: str = "counselor", **more: Any) -> int:
    """An access as somebody's request leaves it in the log; its number."""
    system, person = district.system, district.people[name]
    given: dict[str, Any] = {
        "learner": learner,
        "action": Action.OPENED,
        "purpose": "counseling",
        "allowed": True,
        "code": "FERPA-99.31-a-1-i-A",
        "how": "session",
        "assurance": Assurance.STRONG,
        "place": "/learners/{learner}",
    }
    context = replace(system.context(), entered_by=person.id, entered_by_name=person.name)
    return system.profiles.note([noted(RecordAccess(**{**given, **more}), context)])


def give(district: District, learner: UUID) -> int:
    """Something given to a court, which the record of 99.32 has."""
    return look(
        district, learner, action=Action.DISCLOSED, code="FERPA-99.31-a-9-ii",
        recipient=uuid4(), purpose="legal-process",
    )  # fmt: skip


def lines(district: District, learner: UUID) -> dict[int, dict[str, Any]]:
    """The officer's log over HTTP, by number."""
    answer = district.as_("officer").get(f"/v1/learners/{learner}/accesses", headers=JSON)
    assert answer.status_code == 200, answer.text
    return {line["number"]: line for line in answer.json()["accesses"]}


def send(district: District, learner: UUID, number: int, name: str = "officer", **more: Any) -> Any:
    """Withhold a line over HTTP, or release it where there is no code."""
    line = lines(district, learner)[number]
    command = "withhold-line" if "code" in more else "release-line"
    body = {"number": number, "access": line["id"], **more}
    return district.as_(name).post(f"/v1/learners/{learner}/{command}", json=body, headers=JSON)


def child(district: District, name: str) -> UUID:
    return learner_of(district.system, name, district.people["parent"].id)


def told(district: District, learner: UUID) -> list[Any]:
    """All that the family is told of who looked, but for what they themselves did to be told."""
    client, path = district.as_("parent"), f"/learners/{learner}"
    pages: list[Any] = []
    cursor = None
    while True:
        asked = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = client.get(f"/v1{path}/accesses/days", params=asked, headers=JSON).json()
        pages.append([day["sentence"] for day in page["days"] if day["name"] != "Maria Lopez"])
        cursor = page["next"]
        if cursor is None:
            break
    for place in ("access", "access/family", "disclosures"):
        html = district.page("parent", f"{path}/{place}")
        found = re.findall(r'<p class="entry" dir="auto">.*?</p>|<tr>.*?</tr>', html, re.DOTALL)
        pages.append([line for line in found if "Maria Lopez" not in line])
    return pages


def in_pdf(district: District, learner: UUID, name: str) -> bool:
    """Whether the family's copy of the record of disclosures, as a PDF, names somebody."""
    pdf = district.as_("parent").get(f"/learners/{learner}/disclosures.pdf")
    assert pdf.status_code == 200, pdf.text
    sheets = PdfReader(io.BytesIO(pdf.content)).pages
    return name in "".join("".join(sheet.extract_text().split()) for sheet in sheets)


def acts(district: District) -> list[LineWithheld | LineReleased]:
    return [*of_kind(district.system, LineWithheld), *of_kind(district.system, LineReleased)]


def test_to_the_family_a_withheld_line_was_never_there(district: District) -> None:
    learner = child(district, "Abe")
    look(district, learner, "teacher")
    told(district, learner)  # from now on they have looked today
    before = told(district, learner)
    number = give(district, learner)
    after = told(district, learner)
    assert after != before
    assert all(a != b for a, b in zip(after, before, strict=False))
    assert in_pdf(district, learner, "MsRivera")
    answer = send(district, learner, number, code="legal_process", note="The court forbids it.")
    assert answer.status_code == 201, answer.text
    seen = told(district, learner)
    officers = [line for page in seen for line in page if "Marcus Ellery" in line]
    without = [[line for line in page if line not in officers] for page in seen]
    assert [page for page in without if page] == [page for page in before if page]
    assert "withheld" not in json.dumps(officers).lower()
    assert not in_pdf(district, learner, "MsRivera")


def test_what_the_officer_looked_at_is_told_the_same_whether_or_not_it_is_withheld(
    district: District,
) -> None:
    sentences = []
    for name, code in (("Amos", None), ("Anne", "safety")):
        learner = child(district, name)
        number = look(district, learner)
        if code:
            assert send(district, learner, number, code=code).status_code == 201
        lines(district, learner)
        for path in ("", f"/{number}"):
            district.page("officer", f"/learners/{learner}/access{path}")
        seen = district.as_("parent").get(f"/v1/learners/{learner}/accesses/days", headers=JSON)
        days = seen.json()["days"]
        sentences.append([day["sentence"] for day in days if day["name"] == "Marcus Ellery"])
    assert sentences[0] == sentences[1]


def test_the_sentence_of_a_day_is_made_of_the_lines_that_are_left(district: District) -> None:
    learner = child(district, "Bo")
    first = look(district, learner)
    look(district, learner, place="/learners/{learner}/timeline")
    assert "opened the profile and opened the timeline" in str(told(district, learner))
    assert send(district, learner, first, code="confidence").status_code == 201
    assert "Ms Rivera, counselor, opened the timeline." in str(told(district, learner))
    assert "opened the profile and" not in str(told(district, learner))


def test_a_released_line_is_told_again(district: District) -> None:
    learner = child(district, "Cy")
    number = look(district, learner)
    send(district, learner, number, code="investigation")
    assert "Ms Rivera" not in str(told(district, learner))
    answer = send(district, learner, number, note="The investigation is over.")
    assert answer.status_code == 201, answer.text
    assert "Ms Rivera, counselor, opened the profile." in str(told(district, learner))
    again = send(district, learner, number)
    assert (again.status_code, rule(again)) == (422, "line-released")
    assert send(district, learner, number, code="safety").status_code == 201


def test_the_officer_sees_that_it_is_withheld_by_whom_since_when_and_why(
    district: District,
) -> None:
    learner = child(district, "Dot")
    number, sealed = give(district, learner), look(district, learner, code="USC-1232g-b-1-L")
    plain = look(district, learner, "teacher")
    send(district, learner, number, code="safety", note="The shelter asked us.")
    found = lines(district, learner)
    officer = district.people["officer"]
    line = found[number]
    assert (line["withheld_because"], line["withheld_by"]) == ("safety", str(officer.id))
    assert line["withheld_since"] > line["at"]
    assert [found[n]["family_told"] for n in (number, sealed, plain)] == [False, False, True]
    assert [found[n]["withheld_because"] for n in (sealed, plain)] == [None, None]
    log = text_of(district.page("officer", f"/learners/{learner}/access"))
    assert "Not told the family, by law" in log
    assert re.search(
        r"Withheld from the family Telling it would endanger the learner or somebody else – by "
        r"Marcus Ellery, compliance officer, since \d+ \w+ \d{4}, \d+:\d+ [ap]m",
        log,
    )
    page = text_of(district.page("officer", f"/learners/{learner}/access/{number}"))
    assert "The shelter asked us." in page
    record = text_of(district.page("officer", f"/learners/{learner}/disclosures"))
    assert "Withheld from the family." in record
    url = f"/v1/learners/{learner}/accesses"
    rows = csv.DictReader(io.StringIO(district.as_("officer").get(f"{url}.csv").text))
    assert [r["withheld_because"] for r in rows if r["number"] == str(number)] == ["safety"]


def test_reading_that_a_line_is_withheld_is_noted(district: District) -> None:
    learner = child(district, "Eli")
    number = look(district, learner)
    send(district, learner, number, code="safety")
    [event] = [e for e in of_kind(district.system, LineWithheld) if e.number == number]
    for path in (f"/learners/{learner}/access", f"/v1/learners/{learner}/accesses"):
        assert district.as_("officer").get(path).status_code == 200
        assert event.position in district.noted(learner)[-1].facts
    told(district, learner)
    of_parent = [a for a in district.noted(learner)
                 if a.entered_by == district.people["parent"].id]  # fmt: skip
    assert all(event.position not in a.facts and number not in a.facts for a in of_parent)


@pytest.mark.parametrize("name", ["teacher", "counselor", "parent"])
def test_nobody_but_the_officer_withholds_or_releases(district: District, name: str) -> None:
    learner = child(district, f"Fay {name}")
    number, hidden = look(district, learner, "untrained"), look(district, learner, "untrained")
    send(district, learner, hidden, code="safety")
    before = len(acts(district))
    for answer in (
        send(district, learner, number, name, code="safety"),
        send(district, learner, hidden, name),
    ):
        assert answer.status_code == 403
        expected = "local-staff-only" if name == "parent" else "local-officer-only"
        assert rule(answer) == expected
        last = district.noted(learner)[-1]
        assert (last.entered_by, last.allowed) == (district.people[name].id, False)
        assert last.code == expected
    form = {"code": "safety"}
    for act in ("withhold", "release", "review"):
        path = f"/learners/{learner}/access/{number}/{act}"
        assert district.as_(name).post(path, data=form).status_code == 403
        last = district.noted(learner)[-1]
        assert (last.entered_by, last.allowed) == (district.people[name].id, False)
    assert len(acts(district)) == before


def test_the_words_for_the_places_of_these_forms_give_nothing_away(district: District) -> None:
    """The family reads of a refused attempt at what it was."""
    learner = child(district, "Gus")
    number = look(district, learner, "untrained")
    for act in ("withhold", "release", "review"):
        district.as_("teacher").post(f"/learners/{learner}/access/{number}/{act}", data={})
    sentence = str(told(district, learner))
    assert "tried to open the explanation of an access and was refused" in sentence
    assert "withh" not in sentence
    assert "release" not in sentence


def test_the_acts_are_in_the_audit_log_for_officers_alone(district: District) -> None:
    learner = child(district, "Hei")
    number = look(district, learner)
    send(district, learner, number, code="abuse_report", note="A teacher reported it.")
    for name, shown in (("officer", True), ("teacher", False), ("counselor", False),
                        ("parent", False)):  # fmt: skip
        for query in ("", "?kind=disclosures", "?type=line-withheld"):
            answer = district.as_(name).get(f"/v1/learners/{learner}/audit{query}", headers=JSON)
            assert answer.status_code == 200
            assert ("line-withheld" in answer.text) is shown
            assert ("A teacher reported it." in answer.text) is shown
        page = district.page(name, f"/learners/{learner}/audit")
        assert ("withheld a line of the log from the family" in page) is shown


def test_a_line_is_withheld_once(district: District) -> None:
    learner = child(district, "Ivo")
    number = look(district, learner)
    assert send(district, learner, number, code="safety").status_code == 201
    again = send(district, learner, number, code="investigation")
    assert (again.status_code, rule(again)) == (422, "line-withheld")
    assert lines(district, learner)[number]["withheld_because"] == "safety"


def test_a_line_is_named_by_its_number_and_its_id_on_its_own_record(district: District) -> None:
    learner, other = child(district, "Jo"), child(district, "Kit")
    number, another = look(district, learner), look(district, other)
    line, client = lines(district, learner)[number], district.as_("officer")
    for path, body in (
        (learner, {"number": number, "access": str(uuid4())}),
        (learner, {"number": another, "access": line["id"]}),
        (other, {"number": number, "access": line["id"]}),
        (learner, {"number": 1, "access": line["id"]}),
        (learner, {"number": 2**53, "access": line["id"]}),
    ):
        url = f"/v1/learners/{path}/withhold-line"
        answer = client.post(url, json={**body, "code": "safety"}, headers=JSON)
        assert (answer.status_code, rule(answer)) == (422, "line-unknown")
    for number in (0, -1, 2**64):
        url = f"/v1/learners/{learner}/withhold-line"
        body = {"number": number, "access": line["id"], "code": "safety"}
        assert client.post(url, json=body, headers=JSON).status_code == 422


def test_nobody_withholds_what_they_did_themselves(district: District) -> None:
    learner = child(district, "Lou")
    number = look(district, learner, "officer", purpose="oversight")
    answer = send(district, learner, number, code="investigation")
    assert (answer.status_code, rule(answer)) == (422, "second-person-needed")
    page = text_of(district.page("officer", f"/learners/{learner}/access/{number}"))
    assert "It was you, so only another privacy officer can withhold it." in page
    assert "Withhold this line" not in page


def test_the_officer_withholds_and_releases_on_the_page_of_a_line(district: District) -> None:
    learner = child(district, "Mo")
    number = look(district, learner)
    client, path = district.as_("officer"), f"/learners/{learner}/access/{number}"
    wrong = client.post(f"{path}/withhold", data={"code": "because", "note": "Mind this."})
    assert wrong.status_code == 422
    assert "Choose from the list why the family is not told." in text_of(wrong.text)
    assert "Mind this." in wrong.text
    sent = client.post(f"{path}/withhold", data={"code": "safety", "note": ""})
    assert (sent.status_code, sent.headers["location"]) == (303, path)
    told_so = text_of(district.page("officer", path))
    assert "Withheld from the family. Telling it would endanger" in told_so
    again = client.post(f"{path}/withhold", data={"code": "safety"})
    assert again.status_code == 422
    assert "This line is withheld already." in text_of(again.text)
    sent = client.post(f"{path}/release", data={"note": "Over."})
    assert sent.status_code == 303
    assert "Withhold this line" in text_of(district.page("officer", path))


@pytest.mark.parametrize("act", ["withhold", "release", "review"])
def test_the_address_of_a_form_leads_to_its_line_when_it_is_opened(
    district: District, act: str
) -> None:
    """After something was wrong the form's address stands in the browser, and answered 405."""
    path = f"/learners/{district.ana}/access/{look(district, district.ana)}"
    led = district.as_("officer").get(f"{path}/{act}")
    assert (led.status_code, led.headers["location"]) == (303, path)


def test_a_form_that_is_sent_twice_is_one_act(district: District) -> None:
    learner = child(district, "Ned")
    number = look(district, learner)
    client, path = district.as_("officer"), f"/learners/{learner}/access/{number}/withhold"
    form = {"code": "safety", "command_id": str(uuid4())}
    assert [client.post(path, data=form).status_code for _ in range(2)] == [303, 303]
    assert [e.number for e in of_kind(district.system, LineWithheld)].count(number) == 1


def test_a_line_stays_withheld_where_records_are_merged(district: District) -> None:
    learner, other = child(district, "Ola"), child(district, "Olaf")
    number = look(district, learner)
    send(district, learner, number, code="other_student")
    tell(district.system, other, MergeRecords(other=learner, reason="Same birth certificate."))
    assert "Ms Rivera" not in str(told(district, learner))
    assert lines(district, learner)[number]["family_told"] is False


def rule(answer: Any) -> str:
    found: str = answer.json()["errors"][0]["rule"]
    return found
