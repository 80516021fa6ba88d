"""Consents to collect online, entered, read and withdrawn on their pages."""

from uuid import UUID, uuid4

import httpx
import pytest

from domain.access.words import Role, Term
from domain.district import SignAgreement
from domain.online import (
    OnlineConsentWithdrawn,
    ParentalConsentVerified,
    SchoolAuthorisationRecorded,
)
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import Files, beside, command_id, hidden, scan
from tests.integration.consents.test_scans import files_kept
from tests.integration.consents.test_waiting_answers import words
from tests.people import CASELOAD, appoint, since
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
    fields, before = filled(family), len(of_kind(family.system, ParentalConsentVerified))
    for _ in range(2):  # a double click
        assert send(family, fields).status_code == 303
    [given] = of_kind(family.system, ParentalConsentVerified)[before:]
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
    kept = files_kept(family)
    assert send(family, fields, "school").status_code == 403
    assert files_kept(family) == kept, "a file is taken in from nobody who may not give it"
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


def given(family: Family) -> UUID:
    """A parent's consent that a counselor has just entered; its id."""
    assert send(family, filled(family)).status_code == 303
    return of_kind(family.system, ParentalConsentVerified)[-1].online_consent


def withdraw(family: Family, who: str, consent: UUID, **fields: str) -> httpx.Response:
    sent = {"command_id": str(uuid4()), **fields}
    return family.as_(who).post(there(family, f"/{consent}/withdraw"), data=sent)


def form_of(page: httpx.Response, consent: UUID) -> str:
    """The form by which one consent is withdrawn."""
    return page.text.split(f"/{consent}/withdraw")[1].split("</form>")[0]


def test_who_may_see_no_such_consent_was_told_that_there_never_was_one(family: Family) -> None:
    given(family)
    tutor = appoint(family.system, "Bright Path", Role.OUTSIDE_PROVIDER, CASELOAD,
                    learner=family.learners["ana"])  # fmt: skip
    family.people["tutor of ana"] = tutor
    family.of_district(SignAgreement(
        party=tutor.id, purposes=("support",), records=("record", "observation"),
        terms=(Term.OUTSOURCED_SERVICE, Term.DIRECT_CONTROL, Term.BOUND_BY_99_33),
        effective=since(family.system),
    ))  # fmt: skip
    page = family.as_("tutor of ana").get(there(family))
    assert page.status_code == 200
    assert "No consent to collect online is open to you here." in words(page)
    assert "ever" not in words(page).split("Consents to collect online")[1].split("(16 CFR")[0]
    assert "No consent to collect online was ever recorded." not in words(page)
    whole = words(family.as_("counselor").get(there(family)))
    assert "Every one there ever was, the last entered first" in whole
    other = f"/learners/{family.learners['gia']}/online-consents"
    mother = words(family.as_("officer").get(other))
    assert "No consent to collect online was ever recorded." in mother


def test_staff_could_not_say_on_which_day_a_withdrawal_had_reached_the_school(
    family: Family,
) -> None:
    consent, told = given(family), family.days_ago(2)
    form = form_of(family.as_("counselor").get(there(family)), consent)
    assert f'name="received" type="date" max="{family.today}" value="{family.today}"' in form
    assert "from today" not in form
    answer = withdraw(family, "counselor", consent, received=told.isoformat(), reason="A letter.")
    assert answer.status_code == 303, answer.text
    ended = of_kind(family.system, OnlineConsentWithdrawn)[-1]
    assert ended.effective is not None
    assert (ended.effective.start, ended.received_on) == (told, told)
    page = family.as_("counselor").get(there(family)).text
    entry = page.split(f'id="online-{consent}"')[1].split("</article>")[0]
    assert f"Withdrawn from {told.day} " in entry


def test_a_withdrawal_that_staff_give_no_day_counts_from_today(family: Family) -> None:
    consent = given(family)
    assert withdraw(family, "counselor", consent, received=" ").status_code == 303
    ended = of_kind(family.system, OnlineConsentWithdrawn)[-1]
    assert ended.effective is not None
    assert (ended.effective.start, ended.received_on) == (family.today, family.today)


@pytest.mark.parametrize("day", ["2999-01-01", "last week"])
def test_the_day_of_a_withdrawal_is_a_day_and_no_later_than_today(family: Family, day: str) -> None:
    consent, before = given(family), len(of_kind(family.system, OnlineConsentWithdrawn))
    answer = withdraw(family, "counselor", consent, received=day, reason="A letter.")
    assert answer.status_code == 422
    assert "no later than today" in form_of(answer, consent)
    assert 'aria-invalid="true"' in form_of(answer, consent)
    assert 'value="A letter."' in form_of(answer, consent)
    assert len(of_kind(family.system, OnlineConsentWithdrawn)) == before


def test_what_a_parent_withdraws_online_ends_the_day_it_is_sent(family: Family) -> None:
    consent = given(family)
    form = form_of(family.as_("mother").get(there(family)), consent)
    assert "received" not in form
    assert "Withdraw from today" in form
    earlier = family.days_ago(2).isoformat()
    assert withdraw(family, "mother", consent, received=earlier).status_code == 303
    ended = of_kind(family.system, OnlineConsentWithdrawn)[-1]
    assert ended.effective is not None
    assert ended.effective.start == family.today
