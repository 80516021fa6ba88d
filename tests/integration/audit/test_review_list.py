"""The worklist: accesses of which a paper that was entered later says something else."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api import review_list
from domain.access.late import UNLESS_REFUSED
from domain.access.words import Action, Assurance, Role
from domain.application import Request
from domain.consent import (
    ConfirmConsent,
    GrantConsent,
    SetDirectoryOptOut,
    VoidConsent,
    WithdrawConsent,
)
from domain.district import DesignateDirectoryInformation
from domain.effective import Effective
from domain.event import Attachment, Context
from domain.identity import EvidenceKind, RecordRightsEvidence, RevokeRights
from domain.people import district_id
from domain.reads import RecordAccess, noted
from tests.integration.pages.browsing import text_of
from tests.integration.who_saw.conftest import District, learner_of
from tests.people import appoint, since, tell

URL = "/v1/accesses/to-review"
JSON = {"Accept": "application/json"}


def note(district: District, learner: UUID, person: UUID, **more: Any) -> int:
    """An access as a request leaves it in the log; its position."""
    now = district.system.context()
    context = Context(
        today=now.today, zone=now.zone, now=now.now, entered_by=person, entered_by_name="Somebody"
    )
    given: dict[str, Any] = {
        "learner": learner,
        "action": Action.OPENED,
        "purpose": "tutoring",
        "allowed": True,
        "code": "FERPA-99.30",
        "how": "session",
        "table": "2026-1",
        "assurance": Assurance.STRONG,
        "place": "/learners/{learner}",
    }
    district.system.profiles.note([noted(RecordAccess(**{**given, **more}), context)])
    return district.system.reader.head()[0]


def tutor_of(district: District) -> UUID:
    return appoint(district.system, "Bright Path", Role.OUTSIDE_PROVIDER, trained=False).id


def consent_to(district: District, tutor: UUID, days: int = 6, **more: Any) -> GrantConsent:
    day = district.system.context().today - timedelta(days=days)
    return GrantConsent(
        records=("education records",),
        purpose="tutoring",
        recipient=str(tutor),
        signer=district.people["parent"].id,
        signer_name="Maria Lopez",
        capacity="mother",
        method="paper, signed and dated",
        effective=Effective(start=day),
        received_on=day,
        **more,
    )


def papers(district: District, learner: UUID, **asked: Any) -> list[dict[str, Any]]:
    """The papers of the worklist that are about a learner, from all pages."""
    return [paper for paper in _papers(district, asked) if paper["learner"] == str(learner)]


def _papers(district: District, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    client, cursor = district.as_("officer"), None
    while True:
        params = {**asked, **({"cursor": cursor} if cursor else {})}
        answer = client.get(URL, params=params, headers=JSON)
        assert answer.status_code == 200, answer.text
        yield from answer.json()["papers"]
        cursor = answer.json()["next"]
        if cursor is None:
            return


def told(paper: dict[str, Any]) -> list[tuple[bool | None, bool | None]]:
    return [(one["allowed_then"], one["covered_now"]) for one in paper["accesses"]]


def family(district: District, name: str) -> UUID:
    return learner_of(district.system, name, district.people["parent"].id)


def test_an_access_that_relied_on_a_consent_voided_since_is_to_review(district: District) -> None:
    system, learner, tutor = district.system, family(district, "Vic"), tutor_of(district)
    consent, other = consent_to(district, tutor), consent_to(district, tutor)
    tell(system, learner, consent)
    tell(system, learner, other)
    note(district, learner, tutor, consents=(consent.consent,))
    note(district, learner, tutor, consents=(other.consent,))
    assert papers(district, learner) == []
    tell(system, learner, VoidConsent(consent=consent.consent, reason="Signed by somebody else."))
    note(district, learner, tutor, consents=(consent.consent,))  # after it: no longer late
    [paper] = papers(district, learner)
    assert (paper["type"], paper["counts_from"], paper["whole"]) == ("consent-voided", None, True)
    [one] = paper["accesses"]
    assert one["access"]["consents"] == [str(consent.consent)]
    assert one["explanation"].startswith("Allowed by what was on file that day? ")


def test_a_withdrawal_entered_late_leaves_the_accesses_of_its_days(district: District) -> None:
    system, learner, tutor = district.system, family(district, "Wim"), tutor_of(district)
    consent = consent_to(district, tutor)
    tell(system, learner, consent)
    note(district, learner, tutor, consents=(consent.consent,))
    received = system.context().today - timedelta(days=1)
    tell(system, learner, WithdrawConsent(
        consent=consent.consent, received_on=received, effective=Effective(start=received)
    ))  # fmt: skip
    [paper] = papers(district, learner)
    assert (paper["type"], paper["counts_from"]) == ("consent-withdrawn", str(received))
    assert told(paper) == [(True, False)]


def test_a_withdrawal_that_counts_from_tomorrow_leaves_nothing(district: District) -> None:
    system, learner, tutor = district.system, family(district, "Xia"), tutor_of(district)
    consent = consent_to(district, tutor)
    tell(system, learner, consent)
    note(district, learner, tutor, consents=(consent.consent,))
    ahead = Effective(start=system.context().today + timedelta(days=1))
    tell(system, learner, WithdrawConsent(consent=consent.consent, effective=ahead))
    assert papers(district, learner) == []


def test_an_order_entered_late_leaves_what_that_person_saw_meanwhile(district: District) -> None:
    system, learner = district.system, family(district, "Yan")
    parent, counselor = district.people["parent"].id, district.people["counselor"].id
    note(district, learner, parent, purpose="family", code="FERPA-99.31-a-12-parent")
    note(district, learner, counselor, purpose="counseling", code="FERPA-99.31-a-1-i-A")
    order = RecordRightsEvidence(kind=EvidenceKind.COURT_ORDER, person=parent, text="No contact.")
    tell(system, learner, order)
    revoked = RevokeRights(person=parent, evidence=order.evidence, effective=since(system, 2))
    tell(system, learner, revoked)
    [paper] = papers(district, learner)
    assert paper["type"] == "rights-revoked"
    assert [one["access"]["person"] for one in paper["accesses"]] == [str(parent)]
    assert told(paper) == [(True, False)]


def test_an_opt_out_entered_late_says_nothing_of_school_officials(district: District) -> None:
    system, learner = district.system, family(district, "Zoe")
    district.page("counselor", f"/learners/{learner}")
    tell(system, learner, SetDirectoryOptOut(effective=since(system, 5)))
    assert papers(district, learner) == []


def test_an_opt_out_entered_late_leaves_what_was_given_out_meanwhile(district: District) -> None:
    """The record itself is asked about too, and is never directory information."""
    system, learner = district.system, family(district, "Zac")
    tell(system, district_id(system.settings.tenant), DesignateDirectoryInformation(
        kinds=("photograph", "learner"), refuse_by=system.context().today - timedelta(days=20),
        effective=since(system, 40),
    ))  # fmt: skip
    [registered] = system.recorder.select_events(learner, lte=1)
    given = {"action": Action.DISCLOSED, "purpose": "directory", "code": "FERPA-99.31-a-11"}
    position = registered.position  # type: ignore[attr-defined]
    counselor, known, unknown = district.people["counselor"].id, tutor_of(district), uuid4()
    for recipient in (known, unknown):
        note(district, learner, counselor, recipient=recipient, facts=(position,), **given)
    tell(system, learner, SetDirectoryOptOut(scope="photograph", effective=since(system, 5)))
    [paper] = papers(district, learner)
    recipients = [one["access"]["recipient"] for one in paper["accesses"]]
    assert recipients == [str(unknown)], "what is not covered now, whatever it was before"
    tell(system, learner, SetDirectoryOptOut(scope="learner", effective=since(system, 5)))
    note(district, learner, counselor, recipient=known, facts=(position,), **given)
    [paper, _] = papers(district, learner)
    assert (paper["type"], paper["counts_from"]) == (
        "directory-opt-out-set",
        day_text(district, 5),
    )
    recipients = [one["access"]["recipient"] for one in paper["accesses"]]
    assert recipients == [str(unknown), str(known)]


def test_an_opt_out_concerns_what_was_given_as_directory_information() -> None:
    assert {"FERPA-99.31-a-11"} == UNLESS_REFUSED


def test_a_refusal_that_a_late_consent_covers_is_to_review(district: District) -> None:
    system, learner = district.system, family(district, "Amy")
    tutor = tutor_of(district)
    for who in (tutor, tutor_of(district)):
        note(district, learner, who, allowed=False, code="FERPA-99.30-a", ground="FERPA-99.30")
    scan = scanned(district, learner)
    consent = consent_to(district, tutor, attachments=(scan,))
    tell(system, learner, consent)
    assert papers(district, learner) == [], "one person's word"
    second = Context(**{
        **{f: getattr(system.context(), f) for f in ("today", "zone", "now")},
        "entered_by": district.people["officer"].id, "entered_by_name": "Marcus Ellery",
    })  # fmt: skip
    tell_as(district, learner, ConfirmConsent(consent=consent.consent), second)
    [paper] = papers(district, learner)
    assert (paper["type"], paper["counts_from"]) == ("consent-confirmed", day_text(district, 6))
    assert told(paper) == [(False, True)]
    assert paper["accesses"][0]["access"]["person"] == str(tutor), "it names nobody else"


def test_a_refusal_before_the_consent_was_received_stays_one(district: District) -> None:
    system, learner, tutor = district.system, family(district, "Bea"), tutor_of(district)
    note(district, learner, tutor, allowed=False, code="FERPA-99.30-a", ground="FERPA-99.30")
    scan = scanned(district, learner)
    consent = consent_to(district, tutor, attachments=(scan,)).model_copy(
        update={"effective": Effective(start=system.context().today + timedelta(days=1)),
                "received_on": None}
    )  # fmt: skip
    tell(system, learner, consent)
    second = Context(**{
        **{f: getattr(system.context(), f) for f in ("today", "zone", "now")},
        "entered_by": district.people["officer"].id,
    })  # fmt: skip
    tell_as(district, learner, ConfirmConsent(consent=consent.consent), second)
    assert papers(district, learner) == []


def test_the_page_tells_each_and_leads_to_its_explanation(district: District) -> None:
    system, learner, tutor = district.system, family(district, "Cleo"), tutor_of(district)
    consent = consent_to(district, tutor)
    tell(system, learner, consent)
    position = note(district, learner, tutor, consents=(consent.consent,))
    tell(system, learner, VoidConsent(consent=consent.consent, reason="Signed by somebody else."))
    html = district.page("officer", "/review")
    read = text_of(html)
    assert "A consent that was relied on was never valid: Cleo Lopez" in read
    assert "It covered nothing at any time. 1 access to review:" in read
    assert "Covered by what is on file now? No" in read
    link = f"/learners/{learner}/access/{position}"
    assert f'href="{link}"' in html
    assert district.as_("officer").get(link).status_code == 200
    shown = next(e for e in reversed(district.noted()) if e.learner == learner and e.facts
                 and e.place == "/review")  # fmt: skip
    assert position in shown.facts


def test_a_page_that_runs_out_of_time_goes_on_where_it_stopped(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, learner = district.system, family(district, "Dan")
    made = []
    for _ in range(3):
        tutor = tutor_of(district)
        consent = consent_to(district, tutor)
        tell(system, learner, consent)
        made += [note(district, learner, tutor, consents=(consent.consent,)) for _ in range(2)]
        tell(system, learner, VoidConsent(consent=consent.consent, reason="Not theirs."))
    whole = papers(district, learner)
    assert [len(paper["accesses"]) for paper in whole] == [2, 2, 2]
    for name, value in (("PAPERS", 1), ("JUDGED", 2), ("BATCH", 1), ("LOOKED", 9)):
        with monkeypatch.context() as patched:
            patched.setattr(review_list, name, value)
            assert papers(district, learner) == whole, name
    monkeypatch.setattr(review_list, "JUDGED", 1)
    cut = papers(district, learner)
    assert [(len(paper["accesses"]), paper["whole"]) for paper in cut] == [(1, False)] * 3
    assert "Not all accesses of this learner" in district.page("officer", "/review")


def test_only_the_days_asked_for_are_looked_at(district: District) -> None:
    answer = district.as_("officer").get(URL, params={"days": 30}, headers=JSON).json()
    today = district.system.context().today
    assert date.fromisoformat(answer["first"]) == today - timedelta(days=30)
    assert district.as_("officer").get(URL, params={"days": 0}).status_code == 422


@pytest.mark.parametrize("name", ["teacher", "counselor", "parent"])
@pytest.mark.parametrize("path", ["/review", URL])
def test_the_worklist_is_the_officers_and_an_attempt_is_noted(
    district: District, name: str, path: str
) -> None:
    before = len(district.noted())
    answer = district.as_(name).get(path)
    assert answer.status_code == 403
    assert "FERPA-99.32-c-officer" in answer.text
    [refused] = district.noted()[before:]
    assert refused.learner == district_id(district.system.settings.tenant)
    assert (refused.entered_by, refused.allowed) == (district.people[name].id, False)


def day_text(district: District, days: int) -> str:
    return str(district.system.context().today - timedelta(days=days))


def tell_as(district: District, learner: UUID, command: Any, context: Context) -> None:
    district.system.profiles.do(Request(learner, command, context))


def scanned(district: District, learner: UUID) -> Any:
    """A scan of the signed paper, kept for the learner."""
    answer = district.as_("operator").post(
        f"/v1/learners/{learner}/attachments",
        params={"group": "consent"},
        content=b"%PDF signed",
        headers={"Content-Type": "application/octet-stream"},
    )
    assert answer.is_success, answer.text
    kept = answer.json()
    return Attachment(
        id=kept["id"], name="signed.pdf", media_type="application/pdf", sha256=kept["sha256"]
    )
