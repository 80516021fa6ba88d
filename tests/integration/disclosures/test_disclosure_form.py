"""Disclosures by hand over the form and the API: who records them, and who is told."""

import io
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from domain.consent import GrantConsent
from domain.disclosures import DisclosureRecorded, RequestRefused
from domain.event import Event
from tests.integration.disclosures.conftest import District
from tests.integration.pages.browsing import text_of

GIVEN = {
    "outcome": "given",
    "party_name": "Lakeside Youth Fund",
    "kind": "other",
    "records": "attendance,\r\ngrades",
    "record_class": "education",
    "purpose": "a grant",
    "interest": "Checks who may have the grant.",
    "how": "phone",
    "ground": "FERPA-99.31-a-4",
    "decided_by": "Marcus Ellery",
    "reason": "The family applied for it.",
}


def filled(district: District, learner: UUID, **changes: str) -> dict[str, str]:
    """The form as a browser gets it, filled in."""
    page = district.as_("counselor").get(f"/learners/{learner}/disclosures/new")
    assert page.status_code == 200, page.text
    found = dict(re.findall(r'name="(command_id|date)"[^>]* value="([^"]+)"', page.text))
    return {**found, **GIVEN, **changes}


def send(district: District, learner: UUID, fields: dict[str, str], who: str = "counselor") -> Any:
    return district.as_(who).post(f"/learners/{learner}/disclosures", data=fields)


def last(district: District, topic: str) -> Event:
    system = district.system
    found = list(system.recorder.select_notifications(None, 10_000, topics=[topic]))
    return system.mapper.open(found[-1:])[0]


def test_what_was_given_by_phone_is_recorded_with_who_decided(district: District) -> None:
    ana = district.learner("Ana")
    fields = filled(district, ana)
    sent = send(district, ana, fields)
    assert sent.status_code == 303, text_of(sent.text)
    event = last(district, "disclosure-recorded")
    assert isinstance(event, DisclosureRecorded)
    assert event.originator_id == ana
    assert (event.party_name, event.ground) == ("Lakeside Youth Fund", "FERPA-99.31-a-4")
    assert (event.records, event.decided_by) == (("attendance", "grades"), "Marcus Ellery")
    assert event.entered_by == district.people["counselor"].id
    again = send(district, ana, fields)
    assert again.status_code == 303
    assert last(district, "disclosure-recorded").position == event.position
    timeline = district.as_("counselor").get(f"/learners/{ana}/timeline?order=newest")
    assert "Lakeside Youth Fund" in text_of(timeline.text)


def after(district: District, sent: Any, name: str = "counselor") -> str:
    """The page to which somebody is sent after saving."""
    there = sent.headers["Location"]
    assert re.fullmatch(r"/learners/[0-9a-f-]{36}/disclosures/new\?recorded=\d+", there)
    answer = district.as_(name).get(there)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_after_saving_nothing_said_that_it_was_recorded_nor_where(district: District) -> None:
    ana = district.learner("Ana")
    page = after(district, send(district, ana, filled(district, ana)))
    number = last(district, "disclosure-recorded").position
    assert "The disclosure was recorded" in text_of(page)
    assert f"as number {number:,} of this district" in text_of(page)
    assert f'href="/learners/{ana}/timeline?order=newest"' in page
    assert "It is also in the record of disclosures" in text_of(page)
    assert "<form" not in page.partition("<main")[2]
    refused = filled(district, ana, outcome="refused", reason="No consent.", ground="")
    assert "The refusal was recorded" in text_of(after(district, send(district, ana, refused)))


def test_what_was_recorded_under_silence_looked_lost_and_was_entered_again(
    district: District,
) -> None:
    ana = district.learner("Ana")
    silent = filled(
        district, ana, outcome="refused", reason="By order.", ground="", silence="yes",
        party_name="County Court", kind="court",
    )  # fmt: skip
    sent = send(district, ana, silent)
    told = text_of(after(district, sent))
    assert "The refusal was recorded" in told
    assert "It is kept off the timeline, because a court forbade to tell that it was asked" in told
    assert "the privacy officer alone sees it" in told
    assert "Do not enter it a second time" in told
    assert "County Court" not in told
    # Whoever did not record it is told nothing, and neither is anybody at another address.
    assert "was recorded" not in text_of(after(district, sent, "officer"))
    elsewhere = sent.headers["Location"].replace(str(ana), str(district.learner("Ben")))
    assert "was recorded" not in text_of(district.as_("counselor").get(elsewhere).text)
    again = {**silent, "command_id": str(uuid4())}
    mine = after(district, send(district, ana, again, "officer"), "officer")
    assert f'href="/learners/{ana}/audit?type=request-refused"' in mine


@pytest.mark.parametrize("number", ["0", "-1", "99999999999", "9" * 30])
def test_a_number_under_which_nothing_was_entered_by_hand_shows_the_form(
    district: District, number: str
) -> None:
    ana = district.learner("Ana")
    page = district.as_("counselor").get(f"/learners/{ana}/disclosures/new?recorded={number}")
    assert page.status_code == 200
    assert "Save it in the record" in page.text


def test_two_choices_of_the_kind_of_records_read_the_same(district: District) -> None:
    ana = district.learner("Ana")
    page = district.as_("counselor").get(f"/learners/{ana}/disclosures/new").text
    [kinds] = re.findall(r'<select id="record_class".*?</select>', page, re.DOTALL)
    shown = re.findall(r"<option[^>]*>([^<]+)</option>", kinds)
    assert len(shown) == len(set(shown)) == 5
    assert shown[:2] == ["Ordinary education record", "Directory information"]


def test_a_request_that_was_refused_is_recorded_too(district: District) -> None:
    ana = district.learner("Ana")
    sent = send(
        district, ana, filled(district, ana, outcome="refused", reason="No consent.", ground="")
    )
    assert sent.status_code == 303, text_of(sent.text)
    event = last(district, "request-refused")
    assert isinstance(event, RequestRefused)
    assert (event.originator_id, event.reason) == (ana, "No consent.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"party_name": ""}, "Say who asked or received."),
        ({"records": "all"}, "Say which records"),
        ({"records": " , "}, "Say which records"),
        ({"purpose": "any"}, "Say for what purpose"),
        ({"kind": "wizard"}, "Choose what they are."),
        ({"outcome": ""}, "Choose whether it was given or refused."),
        ({"date": "2999-01-01"}, "This day has not come yet"),
        ({"date": "soon"}, "Say on which day it was"),
        ({"decided_by": ""}, "A person has to decide on this ground"),
        ({"ground": "FERPA-99.31-a-2", "kind": "court"}, "This ground is for others"),
        ({"ground": "FERPA-99.98"}, "There is no ground with this code"),
        ({"ground": "FERPA-99.30"}, "Say on which consent you relied"),
        ({"ground": "", "reason": ""}, "say in reason what happened"),
        ({"outcome": "refused", "reason": ""}, "Say why it was refused."),
        ({"consent": "none of them"}, "What is written"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(
    district: District, changes: dict[str, str], sentence: str
) -> None:
    ana = district.learner("Ana")
    sent = send(district, ana, filled(district, ana, interest="Kept as typed.", **changes))
    assert sent.status_code == 422
    assert sentence in text_of(sent.text)
    assert "Kept as typed." in sent.text


def test_neither_a_stranger_nor_the_family_records_a_disclosure(district: District) -> None:
    ana = district.learner("Ana")
    fields = filled(district, ana)
    for name in ("teacher", "parent"):
        browser = district.as_(name)
        assert browser.get(f"/learners/{ana}/disclosures/new").status_code == 403
        assert browser.post(f"/learners/{ana}/disclosures", data=fields).status_code == 403
        body = {"party_name": "X", "kinds": ["other"], "records": ["grades"], "purpose": "y",
                "how": "mail", "reason": "z"}  # fmt: skip
        sent = browser.post(f"/v1/learners/{ana}/record-disclosure", json=body)
        assert sent.status_code == 403, name


def test_a_sealed_paper_is_recorded_by_the_officer_and_known_to_the_officer_alone(
    district: District,
) -> None:
    ana, court = district.learner("Ana"), str(uuid4())
    paper = {"kind": "grand_jury", "party": court, "records": ["attendance"], "silence": True}
    path = f"/v1/learners/{ana}/record-legal-process"
    for name in ("counselor", "parent"):
        assert district.as_(name).post(path, json=paper).status_code == 403
    assert district.as_("officer").post(path, json=paper).status_code == 201
    given = {
        "party": court,
        "kinds": ["court"],
        "records": ["attendance"],
        "purpose": "legal-process",
        "how": "mail",
        "ground": "FERPA-99.31-a-9-ii-A",
    }
    sent = district.as_("counselor").post(f"/v1/learners/{ana}/record-disclosure", json=given)
    assert sent.status_code == 201
    topics = {"legal-process-recorded", "disclosure-recorded"}
    for name in ("officer", "counselor", "parent"):
        browser = district.as_(name)
        lines = browser.get(f"/v1/learners/{ana}/audit")
        assert lines.status_code == 200
        found = {one["type"] for one in lines.json()["entries"]} & topics
        assert found == (topics if name == "officer" else set()), name
        timeline = browser.get(f"/v1/learners/{ana}/timeline").text
        assert "disclosure-recorded" not in timeline


def test_a_consent_is_confirmed_by_a_second_person(district: District) -> None:
    ana = district.learner("Ana")
    grant = GrantConsent(
        records=("attendance",), purpose="tutoring", recipient="Bright Path", method="paper",
        signer_name="Maria Lopez", capacity="mother",
    )  # fmt: skip
    body = {**grant.model_dump(mode="json", exclude_unset=True), "consent": str(grant.consent)}
    counselor = district.as_("counselor")
    assert counselor.post(f"/v1/learners/{ana}/grant-consent", json=body).status_code == 201
    path, confirm = f"/v1/learners/{ana}/confirm-consent", {"consent": str(grant.consent)}
    own = counselor.post(path, json=confirm)
    assert own.status_code == 422
    assert own.json()["type"].endswith("second-person-needed")
    assert district.as_("parent").post(path, json=confirm).status_code == 403
    assert district.as_("officer").post(path, json=confirm).status_code == 201
    event = last(district, "consent-confirmed")
    assert event.entered_by == district.people["officer"].id


@pytest.mark.law("FERPA-99.36", "incomplete")
def test_an_entry_that_lacks_something_is_on_the_officers_list_until_it_is_completed(
    district: District,
) -> None:
    ana = district.learner("Yara")
    fields = filled(
        district, ana, ground="FERPA-99.31-a-10", interest="", date=day_back(district, 7)
    )
    assert send(district, ana, fields).status_code == 303
    page = district.as_("officer").get("/emergencies").text
    assert "Yara Lopez" in page
    assert "Overdue : it was to be completed by" in text_of(entry_of(page, "Yara"))
    for what, text in (("interest", "Treats her."), ("threat", "Swallowed pills.")):
        [path] = set(re.findall(rf'action="(/learners/{ana}/disclosures/[^"]+/complete)"', page))
        done = district.as_("officer").post(path, data={"what": what, "text": text})
        assert done.status_code == 303
        page = district.as_("officer").get("/emergencies").text
    assert "Yara Lopez" not in page
    record = district.as_("officer").get(f"/learners/{ana}/disclosures").text
    assert "Threat: Swallowed pills.<" in record  # and not: pills..


def entry_of(page: str, name: str) -> str:
    """What the officer's list says of the one entry of a learner."""
    [found] = [one for one in page.split("</article>") if f"{name} Lopez" in one]
    return found


def test_what_an_entry_lacks_could_be_added_only_once_it_was_overdue(district: District) -> None:
    ana = district.learner("Yola")
    page = district.as_("counselor").get(f"/learners/{ana}/disclosures/new").text
    assert "the privacy officer adds it within a school day" in text_of(page)
    mine = district.as_("officer").get(f"/learners/{ana}/disclosures/new").text
    assert "add it within a school day, under “Emergencies to review”" in text_of(mine)
    fields = filled(district, ana, interest="")
    told = text_of(after(district, send(district, ana, fields)))
    assert "It still lacks their legitimate interest, to be added by" in told
    assert "The privacy officer adds it" in told
    record = district.as_("officer").get(f"/learners/{ana}/disclosures").text
    assert 'href="/emergencies#complete"' in record
    listed = entry_of(district.as_("officer").get("/emergencies").text, "Yola")
    assert "To be completed by" in text_of(listed)
    assert "Overdue" not in listed


def test_a_refused_request_that_lacked_the_interest_never_reached_the_list(
    district: District,
) -> None:
    ana = district.learner("Yuri")
    fields = filled(
        district, ana, outcome="refused", reason="No consent.", ground="", interest="",
        date=day_back(district, 7),
    )  # fmt: skip
    assert send(district, ana, fields).status_code == 303
    officer = district.as_("officer")
    listed = entry_of(officer.get("/emergencies").text, "Yuri")
    assert "Refused to Lakeside Youth Fund" in text_of(listed)
    [path] = re.findall(rf'action="(/learners/{ana}/disclosures/[^"]+/complete)"', listed)
    assert officer.post(path, data={"what": "interest", "text": "Grants."}).status_code == 303
    assert "Yuri Lopez" not in district.as_("officer").get("/emergencies").text


COURT = "Cook County Grand Jury"
INQUIRY = "a sealed inquiry"


@pytest.mark.parametrize("ground", ["FERPA-99.31-a-9-ii", "FERPA-99.31-a-5", ""])
def test_the_family_read_of_records_given_though_a_court_forbade_to_tell(
    district: District, ground: str
) -> None:
    """The form took a Yes for refused requests alone, and asked it of all."""
    ana = district.learner("Sia")
    fields = filled(
        district, ana, party_name=COURT, kind="court", purpose=INQUIRY, ground=ground,
        silence="yes",
    )  # fmt: skip
    told = send(district, ana, fields)
    assert told.status_code == 422
    [wrong] = re.findall(r'id="ground-wrong">(.*?)</p>', told.text)
    assert "A federal grand jury’s subpoena" in wrong.replace("&#39;", "’")
    assert "ask the privacy officer" in wrong
    assert re.findall(r'<option value="(\w*)" selected', told.text.split('id="silence"')[1]) == [
        "yes"
    ]

    sent = send(district, ana, {**fields, "ground": "FERPA-99.31-a-9-ii-A"})
    assert sent.status_code == 303, text_of(sent.text)
    after(district, sent)
    paths = ("", "/timeline", "/audit", "/access", "/disclosures", "/disclosures.pdf")
    every = [f"/learners/{ana}{path}" for path in paths] + [
        f"/v1/learners/{ana}/{path}" for path in ("audit", "timeline", "disclosures.pdf")
    ]
    for path in every:
        answer = district.as_("parent").get(path)
        assert answer.status_code == 200, path
        seen = said_by(answer)
        assert COURT not in seen, path
        assert INQUIRY not in seen, path
    assert COURT in district.as_("officer").get(f"/learners/{ana}/audit").text


def said_by(answer: Any) -> str:
    """The words of a page, of JSON or of a PDF."""
    if answer.headers["Content-Type"] != "application/pdf":
        return str(answer.text)
    sheets = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(sheet.extract_text() for sheet in sheets).replace("\xa0", " ")


def day_back(district: District, days: int) -> str:
    today = district.system.context().today
    return today.fromordinal(today.toordinal() - days).isoformat()
