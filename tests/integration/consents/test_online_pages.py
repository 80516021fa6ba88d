"""Consents to collect online, entered, read and withdrawn on their pages."""

from uuid import uuid4

import httpx
import pytest

from domain.online import ParentalConsentVerified, SchoolAuthorisationRecorded
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import Files, beside, command_id, hidden, scan
from tests.integration.consents.test_waiting_answers import words
from tests.varied import of_kind

NOTHING: Files = {"scan": ("", b"", "application/octet-stream")}


def there(family: Family, more: str = "") -> str:
    return f"/learners/{family.learners['ana']}/online-consents{more}"


def filled(family: Family, kind: str = "collecting", **more: str) -> dict[str, str]:
    """A form as a browser gets it, filled in as it should be."""
    page = family.as_("counselor").get(there(family, f"/{kind}"))
    assert page.status_code == 200, page.text
    return {
        "command_id": command_id(page.text),
        "parent": str(family.people["mother"].id),
        "method": "signed_form",
        "received": family.days_ago(3).isoformat(),
        **more,
    }


def send(
    family: Family,
    fields: dict[str, str],
    kind: str = "collecting",
    *,
    who: str = "counselor",
    files: Files | None = None,
) -> httpx.Response:
    sent = scan() if files is None else files
    return family.as_(who).post(there(family, f"/{kind}"), data=fields, files=sent)


def test_a_parents_consent_is_entered_listed_and_withdrawn_by_the_parent(family: Family) -> None:
    fields = filled(family)
    for _ in range(2):  # a double click
        assert send(family, fields).status_code == 303
    [given] = of_kind(family.system, ParentalConsentVerified)
    assert (given.parent_name, given.method, len(given.attachments)) == (
        "Maria Lopez", "signed_form", 1,
    )  # fmt: skip
    shown = words(family.as_("counselor").get(there(family)))
    assert "A parent allowed to collect In force Maria Lopez, by a signed form" in shown
    mother = family.as_("mother").get(there(family))
    assert mother.status_code == 200
    assert "Enter:" not in mother.text
    url = there(family, f"/{given.online_consent}/withdraw")
    sent = {"command_id": str(uuid4()), "reason": "We changed our mind."}
    assert family.as_("mother").post(url, data=sent).status_code == 303
    ended = words(family.as_("mother").get(there(family)))
    assert f"Withdrawn from {family.today.day} " in ended
    assert "We changed our mind." in ended
    again = family.as_("mother").post(url, data={**sent, "command_id": str(uuid4())})
    assert again.status_code == 422
    assert "This consent has already been withdrawn." in words(again)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("parent", "", "Choose which parent."),
        ("method", "", "Choose how it was found out that it is a parent."),
        ("method", "by heart", "Choose how it was found out that it is a parent."),
        ("received", "", "This is not a date."),
        ("received", "2999-01-01", "This day has not come yet."),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_nothing_is_recorded(
    family: Family, field: str, value: str, sentence: str
) -> None:
    before = len(of_kind(family.system, ParentalConsentVerified))
    answer = send(family, filled(family, **{field: value}))
    assert answer.status_code == 422
    assert sentence in beside(answer.text, field)
    assert "Lopez, consent.pdf" in words(answer), "the file was taken in"
    assert hidden(answer.text)
    assert len(of_kind(family.system, ParentalConsentVerified)) == before


def test_what_shows_it_is_asked_for(family: Family) -> None:
    answer = send(family, filled(family), files=NOTHING)
    assert answer.status_code == 422
    assert beside(answer.text, "scan") == "Choose the file that shows it."


def test_passing_on_is_a_consent_of_its_own_and_names_to_whom(family: Family) -> None:
    page = family.as_("counselor").get(there(family, "/passing-on"))
    assert "email_and_more" not in page.text, "not sure enough to pass on"
    missing = send(family, filled(family, "passing-on", recipients=" \n"), "passing-on")
    assert beside(missing.text, "recipients") == "Name to whom, one on a line."
    named = filled(family, "passing-on", recipients="Bright Path Tutoring\nReading app\n")
    assert send(family, named, "passing-on").status_code == 303
    shown = words(family.as_("officer").get(there(family)))
    assert "A parent allowed to pass on, to Bright Path Tutoring and Reading app" in shown


def test_the_schools_word_is_the_officers_to_enter_and_allows_nothing_where_parents_are_asked(
    family: Family,
) -> None:
    fields = {
        "command_id": str(uuid4()),
        "official_name": "Ms Park",
        "use": "reading reflections",
        "received": family.today.isoformat(),
    }
    assert send(family, fields, "school").status_code == 403
    assert "The school authorises" not in family.as_("counselor").get(there(family)).text
    assert of_kind(family.system, SchoolAuthorisationRecorded) == []
    assert send(family, fields, "school", who="officer").status_code == 303
    shown = words(family.as_("officer").get(there(family)))
    assert "The school authorised to collect, for reading reflections" in shown
    assert "Allows nothing: this district asks a parent" in shown


def test_the_ledger_leads_there_and_a_wrong_address_is_told(family: Family) -> None:
    ledger = family.as_("counselor").get(f"/learners/{family.learners['ana']}/consents")
    assert there(family) in ledger.text
    assert family.as_("counselor").get(there(family, "/nonsense")).status_code in (400, 404, 422)
