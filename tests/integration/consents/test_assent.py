"""The learner's own word stands beside the consent, in the ledger and on the receipt."""

from uuid import UUID, uuid4

import httpx
import pytest

from domain.consent import AssentDeclined, AssentGiven
from domain.effective import Effective
from tests.integration.consents.conftest import Family
from tests.integration.consents.filling import command_id, entry_of
from tests.integration.pages.browsing import text_of
from tests.varied import of_kind


def say(family: Family, who: str, consent: UUID, **fields: str) -> httpx.Response:
    url = f"/learners/{family.learners['ana']}/consents/{consent}/assent"
    return family.as_(who).post(url, data={"command_id": str(uuid4()), **fields})


def ledger(family: Family, who: str = "teacher") -> str:
    return family.as_(who).get(f"/learners/{family.learners['ana']}/consents").text


def test_what_the_learner_says_is_recorded_once_and_told_in_ledger_and_receipt(
    family: Family,
) -> None:
    consent, asked = family.consent(), family.days_ago(3)
    form = ledger(family).split(f"/consents/{consent}/assent")[1]
    sent = {"agrees": "yes", "words": "Está bien.", "asked": asked.isoformat(),
            "command_id": command_id(form)}  # fmt: skip
    answers = [say(family, "teacher", consent, **sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303], answers[0].text
    given = of_kind(family.system, AssentGiven)[-1]
    assert (given.consent, given.text, given.author) == (
        consent, "Está bien.", family.learners["ana"],
    )  # fmt: skip
    assert given.effective == Effective(start=asked)
    assert len([e for e in of_kind(family.system, AssentGiven) if e.consent == consent]) == 1
    told = entry_of(family.as_("teacher").get(answers[0].headers["location"]).text, consent)
    assert "The learner agrees too" in told
    assert "Está bien." in told
    receipt = f"/learners/{family.learners['ana']}/consents/{consent}/receipt"
    told = text_of(family.as_("mother").get(receipt).text)
    assert f"Ana Lopez was asked too on {asked.day} {asked:%B %Y}, and agrees." in told
    assert "“Está bien.”" in told


def test_a_learner_who_says_no_is_told_so(family: Family) -> None:
    consent = family.consent()
    receipt = f"/learners/{family.learners['ana']}/consents/{consent}/receipt"
    assert "Ana Lopez was not asked yet" in text_of(family.as_("mother").get(receipt).text)
    assert say(family, "mother", consent, agrees="no").status_code == 303
    declined = of_kind(family.system, AssentDeclined)[-1]
    assert (declined.text, declined.entered_by) == (None, family.people["mother"].id)
    assert "The learner does not agree" in entry_of(ledger(family), consent)
    told = text_of(family.as_("mother").get(receipt).text)
    assert "and does not agree." in told
    assert "was not asked yet" not in told


WRONG = [
    ({}, "Choose whether the learner agrees."),
    ({"agrees": "perhaps"}, "Choose whether the learner agrees."),
    ({"agrees": "yes", "asked": "2199-01-01"}, "This day has not come yet."),
    ({"agrees": "yes", "asked": "soon"}, "This is not a date."),
    ({"agrees": "no", "words": "bell \x07"}, "control character U+0007"),
]


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_what_is_wrong_is_told_at_that_consent_and_nothing_is_lost(
    family: Family, typed: dict[str, str], sentence: str
) -> None:
    consent = family.consent()
    answer = say(family, "teacher", consent, **{"words": "I will try.", **typed})
    assert answer.status_code == 422
    assert sentence in entry_of(answer.text, consent)
    part = answer.text.split(f'id="consent-{consent}"')[1].split("</article>")[0]
    assert f'value="{typed.get("words", "I will try.")}"' in part
    assert answer.text.count("Not saved:") == 1


def test_nobody_is_asked_before_they_are_born(family: Family) -> None:
    consent, before = family.consent(), len(of_kind(family.system, AssentGiven))
    answer = say(family, "teacher", consent, agrees="yes", asked="1950-01-01")
    assert answer.status_code == 422
    assert "This day was before the learner’s birth." in entry_of(answer.text, consent)
    assert f'id="asked-{consent}-wrong"' in answer.text
    assert len(of_kind(family.system, AssentGiven)) == before
    earlier = say(family, "teacher", consent, agrees="yes", asked=family.days_ago(3).isoformat())
    assert earlier.status_code == 303, "the learner may be asked before it is signed"


def test_nobody_is_asked_about_their_own_consent(family: Family) -> None:
    gia = family.learners["gia"]
    consent = family.consent("gia", signer=gia, signer_name="Gia Lopez", capacity="the learner")
    html = family.as_("teacher").get(f"/learners/{gia}/consents").text
    assert "says about it" not in entry_of(html, consent)
    mothers = family.consent()
    assert "says about it" in entry_of(ledger(family), mothers)


def test_an_assent_to_a_consent_that_is_not_there_is_refused(family: Family) -> None:
    assert say(family, "teacher", family.learners["gia"], agrees="yes").status_code == 422
