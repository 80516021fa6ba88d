"""What the officer records of an access to review, and what that does to the worklist."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api import review_list
from domain.consent import VoidConsent, WithdrawConsent
from domain.effective import Effective
from domain.identity import EvidenceKind, RecordRightsEvidence, RevokeRights
from domain.oversight import AccessReviewed
from tests.integration.audit.test_review_list import (
    JSON,
    URL,
    consent_to,
    family,
    note,
    papers,
    tutor_of,
)
from tests.integration.pages.browsing import text_of
from tests.integration.who_saw.conftest import District
from tests.people import tell
from tests.varied import of_kind

VOID = "Signed by somebody else."


def voided(district: District, name: str, accesses: int = 1) -> tuple[UUID, list[int], UUID]:
    """A learner of whom a tutor saw something by a consent that was void; and the consent."""
    system, learner, tutor = district.system, family(district, name), tutor_of(district)
    consent = consent_to(district, tutor)
    tell(system, learner, consent)
    numbers = [note(district, learner, tutor, consents=(consent.consent,)) for _ in range(accesses)]
    tell(system, learner, VoidConsent(consent=consent.consent, reason=VOID))
    return learner, numbers, consent.consent


def body(paper: dict[str, Any], number: int, outcome: str = "recipient_told", **more: Any) -> Any:
    """The command that reviews an access because of a paper, as the list tells of both."""
    [one] = [a["access"] for a in paper["accesses"] if a["access"]["number"] == number]
    return {
        "number": number,
        "access": one["id"],
        "late_entry": paper["number"],
        "outcome": outcome,
        **more,
    }


def send(
    district: District, learner: UUID, command: Any, name: str = "officer", **headers: str
) -> Any:
    url = f"/v1/learners/{learner}/review-access"
    return district.as_(name).post(url, json=command, headers={**JSON, **headers})


def numbers_of(paper: dict[str, Any]) -> list[int]:
    return [one["access"]["number"] for one in paper["accesses"]]


def reviewed(district: District, learner: UUID) -> list[dict[str, Any]]:
    return papers(district, learner, state="reviewed")


def rule(answer: Any) -> str:
    found: str = answer.json()["errors"][0]["rule"]
    return found


def test_a_reviewed_access_leaves_the_list_and_stands_with_what_was_reviewed(
    district: District,
) -> None:
    learner, [first, second], _ = voided(district, "Ada", accesses=2)
    [paper] = papers(district, learner)
    assert numbers_of(paper) == [second, first]
    assert [one["review"] for one in paper["accesses"]] == [None, None]
    assert reviewed(district, learner) == []
    command = body(paper, first, note="They deleted it.", effective=str(paper["recorded_at"])[:10])
    answer = send(district, learner, command)
    assert answer.status_code == 201, answer.text
    [paper] = papers(district, learner)
    assert numbers_of(paper) == [second]
    [done] = reviewed(district, learner)
    assert (done["number"], numbers_of(done)) == (paper["number"], [first])
    review = done["accesses"][0]["review"]
    assert (review["outcome"], review["note"]) == ("recipient_told", "They deleted it.")
    assert (review["name"], review["person"]) == (
        "Marcus Ellery", str(district.people["officer"].id),
    )  # fmt: skip
    assert review["on"] == command["effective"]
    assert review["recorded_at"] > paper["recorded_at"]
    assert done["accesses"][0]["explanation"].startswith("Allowed by what was on file that day? ")


def test_another_entry_about_the_same_access_puts_it_on_the_list_again(district: District) -> None:
    learner, [number], consent = voided(district, "Ben")
    [paper] = papers(district, learner)
    system = district.system
    assert send(district, learner, body(paper, number)).status_code == 201
    assert papers(district, learner) == []
    other, tutor = consent_to(district, tutor_of(district)), tutor_of(district)
    tell(system, learner, other)
    both = note(district, learner, tutor, consents=(consent, other.consent))
    tell(system, learner, WithdrawConsent(
        consent=other.consent, received_on=system.context().today,
        effective=Effective(start=system.context().today),
    ))  # fmt: skip
    [paper] = papers(district, learner)
    assert numbers_of(paper) == [both]
    assert send(district, learner, body(paper, both)).status_code == 201
    assert papers(district, learner) == []
    tell(system, learner, VoidConsent(consent=other.consent, reason=VOID))
    [again] = papers(district, learner)
    assert (again["type"], numbers_of(again)) == ("consent-voided", [both])
    assert again["accesses"][0]["review"] is None
    assert {p["type"] for p in reviewed(district, learner)} == {
        "consent-voided", "consent-withdrawn",
    }  # fmt: skip


def test_an_access_is_reviewed_once_for_the_same_entry(district: District) -> None:
    learner, [number], _ = voided(district, "Cid")
    [paper] = papers(district, learner)
    command, key = body(paper, number), {"Idempotency-Key": str(uuid4())}
    first, repeat = (send(district, learner, command, **key) for _ in range(2))
    assert (first.status_code, repeat.status_code) == (201, 200)
    assert first.json()["position"] == repeat.json()["position"]
    again = send(district, learner, {**command, "outcome": "to_be_reported"})
    assert (again.status_code, rule(again)) == (422, "access-reviewed")
    [done] = reviewed(district, learner)
    assert done["accesses"][0]["review"]["outcome"] == "recipient_told"


@pytest.mark.parametrize("name", ["teacher", "counselor", "parent"])
def test_nobody_but_the_officer_reviews_and_an_attempt_is_noted(
    district: District, name: str
) -> None:
    learner, [number], _ = voided(district, f"Dee {name}")
    [paper] = papers(district, learner)
    answer = send(district, learner, body(paper, number), name)
    assert answer.status_code == 403
    last = district.noted(learner)[-1]
    assert (last.entered_by, last.allowed) == (district.people[name].id, False)
    assert last.code == ("local-staff-only" if name == "parent" else "local-officer-only")
    assert papers(district, learner) != []


def test_what_is_reviewed_is_an_access_that_a_later_entry_is_about(district: District) -> None:
    learner, [number], _ = voided(district, "Eve")
    other, [another], _ = voided(district, "Eva")
    [paper], [of_other] = papers(district, learner), papers(district, other)
    later = note(district, learner, tutor_of(district))
    command = body(paper, number)
    for wrong, expected in (
        ({**command, "late_entry": of_other["number"]}, "late-entry-unknown"),
        ({**command, "late_entry": number}, "late-entry-unknown"),
        ({**command, "late_entry": paper["number"] - 1}, "late-entry-unknown"),
        ({**command, "late_entry": 2**53}, "late-entry-unknown"),
        ({**command, "number": another}, "line-unknown"),
        ({**command, "number": later}, "line-unknown"),
        ({**command, "access": str(uuid4())}, "line-unknown"),
    ):
        answer = send(district, learner, wrong)
        assert (answer.status_code, rule(answer)) == (422, expected), wrong
    log = district.as_("officer").get(f"/v1/learners/{learner}/accesses", headers=JSON).json()
    [line] = [one for one in log["accesses"] if one["number"] == later]
    after = {**command, "number": later, "access": line["id"]}  # an access after the entry
    assert rule(send(district, learner, after)) == "late-entry-unknown"
    assert numbers_of(papers(district, learner)[0]) == [number]


def test_an_order_on_another_childs_record_is_no_entry_about_this_one(district: District) -> None:
    """It names the same parent, so it might say something about what the parent saw."""
    system, parent = district.system, district.people["parent"].id
    learner, sibling = family(district, "Fee"), family(district, "Fia")
    number = note(district, learner, parent, purpose="family", code="FERPA-99.31-a-12-parent")
    order = RecordRightsEvidence(kind=EvidenceKind.COURT_ORDER, person=parent, text="No contact.")
    tell(system, sibling, order)
    revoked = tell(system, sibling, RevokeRights(person=parent, evidence=order.evidence))
    log = district.as_("officer").get(f"/v1/learners/{learner}/accesses", headers=JSON).json()
    [line] = [one for one in log["accesses"] if one["number"] == number]
    command = {"number": number, "access": line["id"], "late_entry": revoked,
               "outcome": "entry_was_wrong"}  # fmt: skip
    answer = send(district, learner, command)
    assert (answer.status_code, rule(answer)) == (422, "late-entry-unknown")


def test_nobody_reviews_what_they_did_themselves(district: District) -> None:
    system, learner = district.system, family(district, "Fin")
    consent, officer = consent_to(district, tutor_of(district)), district.people["officer"].id
    tell(system, learner, consent)
    number = note(district, learner, officer, consents=(consent.consent,))
    tell(system, learner, VoidConsent(consent=consent.consent, reason=VOID))
    [paper] = papers(district, learner)
    answer = send(district, learner, body(paper, number))
    assert (answer.status_code, rule(answer)) == (422, "second-person-needed")
    page = text_of(district.page("officer", f"/learners/{learner}/access/{number}"))
    assert "This was you, so another privacy officer has to review it." in page
    assert "Record the review" not in page


def test_what_was_reviewed_takes_no_time_of_the_open_list(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner, numbers, _ = voided(district, "Gil", accesses=3)
    monkeypatch.setattr(review_list, "JUDGED", 1)
    for number in reversed(numbers):
        [paper] = papers(district, learner)
        assert numbers_of(paper) == [number]
        assert send(district, learner, body(paper, number)).status_code == 201
    assert papers(district, learner) == []


def test_the_officer_reviews_on_the_page_of_the_access(district: District) -> None:
    learner, [number], _ = voided(district, "Hal")
    client, path = district.as_("officer"), f"/learners/{learner}/access/{number}"
    listed = district.page("officer", "/review")
    assert f'href="{path}"' in listed
    assert f"Look at no. {number:,}, and record what came of it" in text_of(listed)
    [paper] = papers(district, learner)
    page = text_of(district.page("officer", path))
    assert "A consent that was relied on was never valid" in page
    form = {"late_entry": str(paper["number"]), "note": "Asked them to delete it."}
    for wrong, sentence in (
        ({**form, "outcome": ""}, "Choose from the list what came of it."),
        ({**form, "outcome": "recipient_told", "day": "soon"}, "A day is written as 2025-09-03."),
        ({**form, "outcome": "recipient_told", "day": "9999-01-01"}, "cannot lie after today"),
        ({**form, "outcome": "recipient_told", "late_entry": "x"}, "Load the page again."),
        ({**form, "outcome": "recipient_told", "note": "\x00"}, "control character"),
    ):
        answer = client.post(f"{path}/review", data=wrong)
        assert answer.status_code == 422
        assert sentence in text_of(answer.text)
    assert "Asked them to delete it." in client.post(f"{path}/review", data=form).text
    sent = client.post(f"{path}/review", data={**form, "outcome": "recipient_told", "day": ""})
    assert (sent.status_code, sent.headers["location"]) == (303, path)
    done = text_of(district.page("officer", path))
    today = district.system.context().today
    assert f"Reviewed on {today.day} " in done
    assert "by Marcus Ellery" in done
    assert "Whoever received it was told, and asked to use it no more. Asked them" in done
    assert "Record the review" not in done
    assert f'href="{path}"' not in district.page("officer", "/review")
    told = district.page("officer", "/review?state=reviewed")
    assert f'href="{path}"' in told
    assert "Asked them to delete it." in text_of(told)
    [event] = [e for e in of_kind(district.system, AccessReviewed) if e.number == number]
    shown = [a for a in district.noted(learner) if a.place == "/review"][-1]
    assert event.position in shown.facts


def test_no_access_is_reviewed_before_it_happened(district: District) -> None:
    learner, [number], _ = voided(district, "Jo")
    [paper] = papers(district, learner)
    today = district.system.context().today
    the_day_before = str(today - timedelta(days=1))
    answer = send(district, learner, body(paper, number, effective=the_day_before))
    assert (answer.status_code, rule(answer)) == (422, "review-before-access")
    assert answer.json()["errors"][0]["field"] == "effective"
    form = {
        "late_entry": str(paper["number"]), "outcome": "recipient_told", "day": the_day_before,
    }  # fmt: skip
    path = f"/learners/{learner}/access/{number}"
    sent = district.as_("officer").post(f"{path}/review", data=form)
    assert sent.status_code == 422
    at_field = sent.text.split('type="date"')[0].rsplit("Day of the review", 1)[1]
    assert "The day of the review was before the access itself." in at_field
    assert f'name="day" type="date" min="{today}"' in sent.text
    assert papers(district, learner) != []
    assert send(district, learner, body(paper, number, effective=str(today))).status_code == 201


def test_a_review_is_for_officers_alone_to_read(district: District) -> None:
    learner, [number], _ = voided(district, "Ivy")
    [paper] = papers(district, learner)
    send(district, learner, body(paper, number, note="The tutor was told off."))
    for name, shown in (("officer", True), ("teacher", False), ("parent", False)):
        audit = district.as_(name).get(f"/v1/learners/{learner}/audit", headers=JSON).text
        assert ("access-reviewed" in audit) is shown
        timeline = district.as_(name).get(f"/v1/learners/{learner}/timeline", headers=JSON).text
        assert "told off" not in timeline


def test_the_list_has_two_states(district: District) -> None:
    answer = district.as_("officer").get(URL, params={"state": "closed"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "state"
