"""A record opened beyond one's assignment in an emergency, and the officer who reviews it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID, uuid4

import httpx
import pytest

import api.sight
from api.pages import words
from domain.access.words import Action
from tests.integration.disclosures.conftest import District
from tests.integration.pages.browsing import text_of

WHY = "Ran from school upset; looking for whom to call."


@contextmanager
def hours_later(hours: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock of requests, ahead; that of the database stays."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz or UTC) + timedelta(hours=hours)

    with monkeypatch.context() as patched:
        patched.setattr(api.sight, "datetime", Later)
        yield


def fill(client: httpx.Client, learner: UUID, why: str = WHY) -> httpx.Response:
    """Send the form of an emergency as a browser does."""
    page = client.get(f"/learners/{learner}/emergency")
    assert page.status_code == 200, page.text
    command_id = re.search(r'name="command_id" value="([^"]+)"', page.text)
    assert command_id
    fields = {"command_id": command_id[1], "why": why}
    return client.post(f"/learners/{learner}/emergency", data=fields)


@pytest.mark.law("FERPA-99.36", "expires")
def test_a_teacher_opens_a_record_in_an_emergency_for_four_hours_and_no_longer(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher, ana = district.as_("teacher"), district.learner("Ana")
    district.system.projector.catch_up()
    refused = teacher.get(f"/learners/{ana}")
    assert refused.status_code == 403
    assert 'href="?emergency=1"' in refused.text
    led = teacher.get(f"/learners/{ana}?emergency=1")
    assert (led.status_code, led.headers["Location"]) == (303, f"/learners/{ana}/emergency")

    sent = fill(teacher, ana)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/learners/{ana}")
    opened = teacher.get(f"/learners/{ana}")
    assert opened.status_code == 200
    assert "Ana led the group." in opened.text
    last = district.noted(ana)[-1]
    assert (last.allowed, last.code, last.action) == (True, "FERPA-99.36-opening", Action.OPENED)
    assert last.entered_by == district.people["teacher"].id

    with hours_later(3.9, monkeypatch):
        assert teacher.get(f"/learners/{ana}").status_code == 200
    with hours_later(4.1, monkeypatch):
        closed = teacher.get(f"/learners/{ana}")
    assert closed.status_code == 403
    assert "led the group" not in closed.text
    assert district.noted(ana)[-1].allowed is False


def test_an_opening_lets_one_look_and_not_write(district: District) -> None:
    teacher, ana = district.as_("teacher"), district.learner("Ana")
    assert fill(teacher, ana).status_code == 303
    said = {"area": "strengths", "text": "Waits for others."}
    answer = teacher.post(f"/v1/learners/{ana}/record-observation", json=said)
    assert answer.status_code == 403


def test_an_opening_is_for_one_learner_and_one_person(district: District) -> None:
    teacher, ana, ben = district.as_("teacher"), district.learner("Ana"), district.learner("Ben")
    assert fill(teacher, ana).status_code == 303
    assert teacher.get(f"/learners/{ben}").status_code == 403


def test_a_family_opens_nothing_in_an_emergency(district: District) -> None:
    parent, ben = district.as_("parent"), uuid4()
    refused = parent.get(f"/learners/{ben}")
    assert refused.status_code == 403
    assert "emergency" not in refused.text
    form = parent.get(f"/learners/{ben}/emergency")
    assert form.status_code == 403
    assert "local-staff-only" in form.text
    sent = parent.post(f"/v1/learners/{ben}/open-in-emergency", json={"why": WHY})
    assert sent.status_code == 403
    assert parent.get("/emergencies").status_code == 403


def test_an_emergency_needs_a_few_words_and_a_learner(district: District) -> None:
    teacher, ana = district.as_("teacher"), district.learner("Ana")
    wordless = fill(teacher, ana, "  ")
    assert wordless.status_code == 422
    assert "Say in a few words what the emergency is." in text_of(wordless.text)
    assert teacher.get(f"/learners/{ana}").status_code == 403
    nobody = uuid4()
    assert fill(teacher, nobody).status_code == 404
    [access] = district.noted(nobody)
    assert (access.allowed, access.code) == (False, "learner-unknown")


def test_the_page_that_refuses_is_the_same_whether_or_not_there_is_such_a_learner(
    district: District,
) -> None:
    teacher, ana = district.as_("teacher"), district.learner("Ana")
    there, nowhere = (teacher.get(f"/learners/{one}") for one in (ana, uuid4()))
    assert there.text == nowhere.text
    forms = [teacher.get(f"/learners/{one}/emergency").text for one in (ana, uuid4())]
    made = r'name="command_id" value="[0-9a-f-]{36}"'
    assert re.sub(made, "", forms[0]) == re.sub(made, "", forms[1])
    assert str(ana) not in forms[0]


def test_a_form_sent_twice_opens_once(district: District) -> None:
    teacher, ana = district.as_("teacher"), district.learner("Ana")
    fields = {"command_id": str(uuid4()), "why": WHY}
    sent = [teacher.post(f"/learners/{ana}/emergency", data=fields) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    found = district.system.recorder.select_notifications(None, 1000, topics=["emergency-opened"])
    assert len([one for one in found if one.originator_id == ana]) == 1
    other = teacher.post(f"/learners/{ana}/emergency", data={**fields, "why": "Something else."})
    assert other.status_code == 409


def test_the_officer_reviews_each_opening_and_nobody_their_own(district: District) -> None:
    teacher, officer = district.as_("teacher"), district.as_("officer")
    ana = district.learner("Zoe")
    assert fill(teacher, ana).status_code == 303
    page = district.as_("officer").get("/emergencies")
    assert page.status_code == 200
    assert WHY in text_of(page.text)
    assert "Zoe Lopez" in page.text
    assert "Mr Okafor" in page.text
    action = re.search(rf'action="(/learners/{ana}/openings/[^"]+/review)"', page.text)
    assert action
    empty = officer.post(action[1], data={"finding": "", "justified": "yes"})
    assert empty.status_code == 422
    done = officer.post(action[1], data={"finding": "It was urgent.", "justified": "yes"})
    assert (done.status_code, done.headers["Location"]) == (303, "/emergencies")
    assert f'action="{action[1]}"' not in district.as_("officer").get("/emergencies").text
    again = officer.post(action[1], data={"finding": "It was urgent.", "justified": "yes"})
    assert again.status_code == 422
    assert "already been reviewed" in text_of(again.text)

    fill(officer, ana, "I looked myself.")
    own = district.as_("officer").get("/emergencies")
    assert "somebody else has to review it" in text_of(own.text)
    [found] = re.findall(rf'id="opening-([0-9a-f-]+)".{{0,400}}/learners/{ana}"', own.text, re.S)
    path = f"/learners/{ana}/openings/{found}/review"
    refused = officer.post(path, data={"finding": "Fine.", "justified": "yes"})
    assert refused.status_code == 422
    assert "somebody else has to look at it" in text_of(refused.text)
    second = district.as_("second").post(path, data={"finding": "Fine.", "justified": "no"})
    assert second.status_code == 303


def test_what_the_officer_decided_on_an_opening_stood_on_no_page(district: District) -> None:
    officer = district.as_("officer")
    for name, justified in (("Ida", "yes"), ("Ivo", "no")):
        done = {"finding": f"Looked at {name}.", "justified": justified}
        assert officer.post(to_review(district, name), data=done).status_code == 303
    html = district.as_("officer").get("/emergencies").text
    latest, before = html.split("<h2>Reviewed</h2>")[1].split("</article>")[:2]
    for part, name, said in (
        (latest, "Ivo", "No, there was no"),
        (before, "Ida", "Yes, there was"),
    ):
        told = text_of(part)
        assert f"{name} Lopez" in told
        assert f"{said} emergency" in told or f"{said} an emergency" in told
        assert "Marcus Ellery reviewed it on" in told
        assert f"Looked at {name}." in told
        assert WHY in told


def test_a_record_stayed_open_after_the_officer_found_no_emergency(district: District) -> None:
    teacher, officer = district.as_("teacher"), district.as_("officer")
    for name, justified, status in (("Una", "yes", 200), ("Uwe", "no", 403)):
        action = to_review(district, name)
        learner = action.split("/")[2]
        assert teacher.get(f"/learners/{learner}").status_code == 200
        done = {"finding": "Looked.", "justified": justified}
        assert officer.post(action, data=done).status_code == 303
        assert district.as_("teacher").get(f"/learners/{learner}").status_code == status, name


def to_review(district: District, name: str) -> str:
    """The address to which the review of a new opening is sent."""
    learner = district.learner(name)
    assert fill(district.as_("teacher"), learner).status_code == 303
    page = district.as_("officer").get("/emergencies").text
    found = re.search(rf'action="(/learners/{learner}/openings/[^"]+/review)"', page)
    assert found
    return found[1]


def form_at(html: str, action: str) -> str:
    return html.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]


def test_a_no_without_words_does_not_become_a_yes(district: District) -> None:
    """It was sent again as it came back, and stands for ever as justified."""
    officer, action = district.as_("officer"), to_review(district, "Noa")
    blank = form_at(officer.get("/emergencies").text, action)
    assert re.search(r'<select [^>]*name="justified" required>\s*<option value="">Choose', blank)
    assert "selected" not in blank
    answer = officer.post(action, data={"finding": " ", "justified": "no"})
    assert answer.status_code == 422
    form = form_at(answer.text, action)
    assert re.findall(r'<option value="(\w*)" selected', form) == ["no"]
    assert "Please correct: Write a few words first." in text_of(form)
    kept = district.system.recorder.select_notifications(
        None, 1000, topics=["emergency-opening-reviewed"]
    )
    assert not [one for one in kept if str(one.originator_id) in action]


@pytest.mark.parametrize("sent", [{}, {"justified": ""}, {"justified": "perhaps"}])
def test_a_review_that_does_not_say_whether_it_was_an_emergency_is_no_no(
    district: District, sent: dict[str, str]
) -> None:
    officer, action = district.as_("officer"), to_review(district, "Nell")
    answer = officer.post(action, data={"finding": "Nobody was hurt.", **sent})
    assert answer.status_code == 422
    form = form_at(answer.text, action)
    assert "Choose whether there was an emergency that asked for it." in text_of(form)
    assert "Nobody was hurt." in form
    assert "selected" not in form
    assert officer.post(action, data={"finding": "None.", "justified": "no"}).status_code == 303


def test_the_address_of_a_review_leads_to_the_list_when_it_is_opened(district: District) -> None:
    led = district.as_("officer").get(to_review(district, "Nick"))
    assert (led.status_code, led.headers["Location"]) == (303, "/emergencies")


def test_an_opening_is_on_the_audit_log_for_the_officer_alone(district: District) -> None:
    teacher, ana = district.as_("teacher"), district.learner("Ana")
    assert fill(teacher, ana).status_code == 303
    for name, told in (("officer", True), ("counselor", False), ("parent", False)):
        page = district.as_(name).get(f"/learners/{ana}/audit")
        assert page.status_code == 200, name
        assert ("opened the record in an emergency" in text_of(page.text)) is told, name
        assert (WHY in text_of(page.text)) is told, name


# -- the way there, and paper ---------------------------------------------------------------------

HELP = (
    "Only learners whose record is open to you are found here, and the schools have others. "
    "If somebody’s health or safety is in danger, ask the school office or the privacy officer "
    "for the address of the learner’s page: there you can open the record in an emergency."
)


def test_an_empty_search_was_a_dead_end_for_who_needs_a_child_in_an_emergency(
    district: District,
) -> None:
    name = "Quentin"
    learner = district.learner(name)
    for who, told in (("teacher", True), ("parent", False), ("officer", False)):
        client = district.as_(who)
        for sought in (name, "Nobody At All"):
            page = client.get(client.post("/search", data={"name": sought}).headers["Location"])
            found = who != "teacher" and sought == name
            assert (HELP in text_of(page.text)) is told, (who, sought)
            assert (f"/learners/{learner}" in page.text) is found, (who, sought)


def test_the_list_of_emergencies_did_not_say_as_of_when(district: District) -> None:
    told = text_of(district.as_("officer").get("/emergencies").text)
    assert re.search(r"not complete; as known now, \d+ \w+ \d{4}, \d+:\d\d [ap]m", told)


def test_a_printed_page_did_not_say_to_whom_it_was_shown_and_when(district: District) -> None:
    learner = district.learner("Rosa")
    day = words.day(district.system.context().today)
    for who, pages in (
        ("officer", ("/emergencies", "/audit", f"/learners/{learner}")),
        ("teacher", ("/", f"/learners/{learner}", "/no-such-page")),
    ):
        persona = district.people[who]
        for page in pages:
            found = re.search(r'<p class="paper">(.*)</p>', district.as_(who).get(page).text)
            assert found, page
            line = re.escape(f"Shown to {persona.name}, {persona.role}, on {day}, ")
            assert re.fullmatch(line + r"\d+:\d\d [ap]m\.", re.sub("<[^>]+>", "", found[1]))
