"""Directory information is kept back by a form, with its scan, and given out again by a button."""

import json
import re
from dataclasses import replace
from html import unescape
from uuid import uuid4

import httpx
import pytest

from api.asking import command_id_of
from api.desk import Desk
from api.pages.words import day
from domain.access.evidence import OptOut
from domain.access.words import Role
from domain.application import Request
from domain.consent import DirectoryOptOutLifted, DirectoryOptOutSet, SetDirectoryOptOut
from domain.district import DesignateDirectoryInformation
from domain.effective import Effective
from store.filed import Filed
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import PDF, Files, beside, command_id, hidden, scan
from tests.integration.pages.browsing import text_of
from tests.people import appoint
from tests.varied import of_kind

NO_FILE: Files = {"scan": ("", b"", "application/octet-stream")}


@pytest.fixture(scope="module", autouse=True)
def designated(family: Family) -> None:
    """The district has named photographs and awards directory information."""
    family.of_district(
        DesignateDirectoryInformation(
            kinds=("photograph", "award"),
            refuse_by=family.days_ago(20),
            effective=Effective(start=family.days_ago(40)),
        )
    )


def address(family: Family, rest: str = "opt-outs") -> str:
    return f"/learners/{family.learners['ana']}/{rest}"


def filled(family: Family, who: str = "teacher") -> dict[str, str]:
    html = family.as_(who).get(address(family, "opt-outs/new")).text
    return {
        "command_id": command_id(html),
        "scope": "photograph",
        "signer": str(family.people["mother"].id),
        "received": family.days_ago(4).isoformat(),
        "how": "a phone call",
    }


def send(
    family: Family, fields: dict[str, str], files: Files = NO_FILE, who: str = "teacher"
) -> httpx.Response:
    return family.as_(who).post(address(family), data=fields, files=files)


def told(family: Family, who: str = "teacher") -> str:
    """What the ledger says of directory information."""
    html = family.as_(who).get(address(family, "consents")).text
    return text_of(html.split('id="opt-outs"')[1])


def filed(family: Family) -> OptOut:
    """The opt-out that was entered last, as a decision reads it."""
    system, ana = family.system, family.learners["ana"]
    desk = Desk(Filed(system.recorder, system.mapper), system.settings.tenant, system.zone)
    return desk.filed.learners([ana])[ana].opt_outs[-1]


def test_an_opt_out_is_recorded_once_with_its_scan_and_told_in_the_ledger(family: Family) -> None:
    fields, before = filled(family), len(of_kind(family.system, DirectoryOptOutSet))
    answers = [send(family, fields, scan()) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303], answers[1].text
    [opted] = of_kind(family.system, DirectoryOptOutSet)[before:]
    assert (opted.scope, opted.author_name, opted.author_role) == (
        "photograph", "Maria Lopez", "mother",
    )  # fmt: skip
    assert opted.effective == Effective(start=family.days_ago(4))
    assert (opted.received_on, opted.received_how) == (family.days_ago(4), "a phone call")
    assert filed(family).kinds == frozenset({"photograph"})
    shown = told(family)
    for words in (
        "Kept back: photograph",
        "Asked for by Maria Lopez, mother",
        f"Kept back from {day(family.days_ago(4))}",
        "by a phone call",
        "Scan of the paper, to save: Lopez, consent.pdf",
    ):
        assert words in shown
    file = address(family, f"scans/{opted.attachments[0].id}")
    assert family.as_("counselor").get(file).content == PDF


def test_an_opt_out_of_all_of_it_keeps_all_of_it_back(family: Family) -> None:
    assert send(family, {**filled(family), "scope": "all"}).is_redirect
    assert of_kind(family.system, DirectoryOptOutSet)[-1].scope is None
    assert filed(family).kinds is None
    assert "Kept back: all of it" in told(family)


WRONG = [
    ({"scope": ""}, "scope", "Choose what is to be kept back."),
    ({"scope": "astrology"}, "scope", "Choose what is to be kept back."),
    ({"signer": ""}, "signer", "Choose who asked for it."),
    ({"received": "soon"}, "received", "This is not a date."),
    ({"received": ""}, "received", "This is not a date."),
    ({"received": "2199-01-01"}, "received", "This day has not come yet."),
    ({"received": "1950-01-01"}, "received", "This day was before the learner’s birth."),
    ({"how": "bell \x07"}, "how", "control character U+0007"),
]


@pytest.mark.parametrize(("typed", "field", "sentence"), WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    family: Family, typed: dict[str, str], field: str, sentence: str
) -> None:
    fields, before = {**filled(family), **typed}, len(of_kind(family.system, DirectoryOptOutSet))
    answer = send(family, fields, scan())
    assert answer.status_code == 422
    assert sentence in beside(answer.text, field)
    assert command_id(answer.text) == fields["command_id"]
    assert f'name="how" value="{fields["how"]}"' in unescape(answer.text)
    assert hidden(answer.text)["scan-name"] == "Lopez, consent.pdf"
    assert len(of_kind(family.system, DirectoryOptOutSet)) == before


def test_a_file_that_is_no_scan_is_told_beside_its_field(family: Family) -> None:
    answer = send(family, filled(family), scan(b"PK\3\4"))
    assert answer.status_code == 422
    assert "The scan is no PDF" in beside(answer.text, "scan")


def test_one_form_used_for_a_second_opt_out_asks_before_it_records(family: Family) -> None:
    fields = filled(family)
    assert send(family, fields).is_redirect
    answer = send(family, {**fields, "scope": "award"})
    assert answer.status_code == 409
    assert "This was already recorded from this form." in answer.text
    assert fields["command_id"] not in answer.text


def test_a_parent_keeps_back_in_their_own_name_and_lifts_it(family: Family) -> None:
    father = str(family.people["father"].id)
    fields = {**filled(family, "mother"), "scope": "award"}
    wrong = send(family, {**fields, "signer": father}, who="mother")
    assert beside(wrong.text, "signer") == "Choose who asked for it."
    assert send(family, fields, who="mother").is_redirect
    assert of_kind(family.system, DirectoryOptOutSet)[-1].received_how == "online, signed in"
    html = family.as_("mother").get(address(family, "consents")).text
    lift = re.findall(r'action="([^"]+/opt-outs/[^"]+/lift)"', html)[0]
    sent = {"command_id": command_id(html.split(lift)[1])}
    before = len(of_kind(family.system, DirectoryOptOutLifted))
    answers = [family.as_("mother").post(lift, data=sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303], answers[1].text
    assert len(of_kind(family.system, DirectoryOptOutLifted)) == before + 1
    assert "Kept back: award Lifted" in told(family, "mother")
    again = family.as_("mother").post(lift, data={"command_id": str(uuid4())})
    assert again.status_code == 422
    assert "This opt-out has already been lifted." in again.text


def test_what_a_family_keeps_back_online_was_not_kept_back_before_today(family: Family) -> None:
    """A mother could write months ago into the form, and the record gave it as fact."""
    page = family.as_("mother").get(address(family, "opt-outs/new")).text
    assert 'name="received"' not in page
    assert "it counts from today" in text_of(page)
    fields = {**filled(family, "mother"), "received": family.days_ago(90).isoformat()}
    assert send(family, fields, who="mother").is_redirect
    opted = of_kind(family.system, DirectoryOptOutSet)[-1]
    assert (opted.effective, opted.received_on) == (Effective(start=family.today), None)
    assert f"Kept back from {day(family.today)}" in told(family, "mother")
    assert "it came by online, signed in" in told(family, "mother")


@pytest.mark.parametrize("field", ["effective", "received_on"])
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("set-directory-opt-out", {"scope": "award"}),
        ("lift-directory-opt-out", {"opt_out": str(uuid4())}),
        ("withdraw-consent", {"consent": str(uuid4())}),
        ("refuse-survey", {"instrument": "Mood 9"}),
        ("opt-out-of-survey", {"survey": str(uuid4())}),
    ],
)
def test_a_family_tells_the_school_today_over_json_and_in_bulk(
    family: Family, command: str, said: dict[str, str], field: str
) -> None:
    client, ana = family.as_("mother"), str(family.learners["ana"])
    said = {**said, field: family.days_ago(90).isoformat()}
    answer = client.post(address(family, command).replace("/", "/v1/", 1), json=said)
    sent = {**said, "learner": ana, "command": command, "command_id": str(uuid4())}
    of_lines = {"Content-Type": "application/x-ndjson"}
    bulk = client.post("/v1/commands", content=json.dumps(sent), headers=of_lines).json()
    for problem in (answer.json(), bulk["problem"]):
        [one] = problem["errors"]
        assert (problem["status"], one["field"], one["rule"]) == (422, field, "told-online-today")


@pytest.mark.parametrize("bulk", [False, True])
def test_what_a_family_sent_yesterday_gives_its_first_answer_today(
    family: Family, bulk: bool
) -> None:
    """The day that was given was today when it was sent; sent again, it was refused as earlier."""
    system, client, ana = family.system, family.as_("mother"), family.learners["ana"]
    key, day = str(uuid4()), family.days_ago(1).isoformat()
    said = {"opt_out": str(uuid4()), "scope": "award", "effective": day, "received_on": day}
    mother = family.people["mother"]
    context = replace(
        system.context(command_id_of(system.settings.tenant, key)),
        entered_by=mother.id,
        entered_by_name=mother.name,
    )
    command = SetDirectoryOptOut.model_validate(said)
    system.profiles.do(Request(ana, command, context))
    if bulk:
        sent = {**said, "learner": str(ana), "command": "set-directory-opt-out", "command_id": key}
        of_lines = {"Content-Type": "application/x-ndjson"}
        again = client.post("/v1/commands", content=json.dumps(sent), headers=of_lines).json()
        assert (again["status"], again["receipt"]["ids"]) == (200, {"opt_out": said["opt_out"]})
        return
    url = address(family, "set-directory-opt-out").replace("/", "/v1/", 1)
    again_answer = client.post(url, json=said, headers={"Idempotency-Key": key})
    assert again_answer.status_code == 200, again_answer.text
    assert again_answer.headers["Idempotency-Replayed"] == "true"
    fresh = client.post(url, json=said, headers={"Idempotency-Key": str(uuid4())})
    assert fresh.status_code == 422


def test_the_school_enters_that_a_family_told_it_before(family: Family) -> None:
    said = {"scope": "award", "received_on": family.days_ago(5).isoformat()}
    url = address(family, "set-directory-opt-out").replace("/", "/v1/", 1)
    assert family.as_("teacher").post(url, json=said).status_code == 201
    today = {**said, "received_on": family.today.isoformat()}
    assert family.as_("mother").post(url, json=today).status_code == 201


def test_lifting_takes_no_field_to_fill_in(family: Family) -> None:
    assert send(family, filled(family)).is_redirect
    html = family.as_("mother").get(address(family, "consents")).text
    form = re.split(r"/opt-outs/[^\"]+/lift", html)[1].split("</form>")[0]
    assert re.findall(r'<input(?! type="hidden")', form) == []
    assert 'type="submit"' in form


@pytest.mark.parametrize("page", ["opt-outs/new", "consents/new"])
def test_a_provider_neither_consents_nor_keeps_anything_back(family: Family, page: str) -> None:
    if "tutor" not in family.people:
        family.people["tutor"] = appoint(
            family.system, "Bright Path", Role.OUTSIDE_PROVIDER, trained=False
        )
    answer = family.as_("tutor").get(address(family, page))
    assert answer.status_code == 403
    assert "local-staff-only" in answer.text
