"""An access looked at again: by what was on file that moment, and by what is on file now."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from api.desk import desk_of
from api.who_saw import Access
from api.who_saw_coverage import Explained, explain
from api.who_saw_reading import People
from domain.access.words import Action, Assurance, Role
from domain.consent import GrantConsent, VoidConsent
from domain.effective import Effective
from domain.event import Context
from domain.identity import MergeRecords
from domain.people import (
    Assign,
    CompleteTraining,
    EndAssignment,
    EndRole,
    GrantRole,
    RegisterPerson,
)
from domain.reads import RecordAccess, noted
from projections.reading import READS
from tests.integration.pages.browsing import text_of
from tests.integration.who_saw.conftest import District, learner_of
from tests.people import CASELOAD, COUNSELOR, SCHOOL, appoint, since, tell

OPINION = "This is a check against the district's rules, not a legal opinion."


def last_access(district: District, learner: UUID) -> Access:
    """The latest line of a learner's log."""
    system = district.system
    system.projector.catch_up()
    [line] = system.reader.audit(learner=learner, topics=READS, limit=1)
    return People(system, desk_of(system)).access(line)


def explained(district: District, access: Access) -> Explained:
    return explain(district.system, desk_of(district.system), access)


def texts(explained: Explained) -> str:
    assert explained.coverage is not None
    return explained.coverage.text


def noted_access(
    district: District, learner: UUID, person: UUID, purpose: str, **more: object
) -> Access:
    """An access as somebody's request leaves it in the log."""
    now = district.system.context()
    context = Context(
        today=now.today, zone=now.zone, now=now.now, entered_by=person, entered_by_name="Somebody"
    )
    given: dict[str, object] = {
        "learner": learner,
        "action": Action.OPENED,
        "purpose": purpose,
        "allowed": True,
        "code": "FERPA-99.31-a-1-i-A",
        "table": "2026-1",
        "how": "session",
        "assurance": Assurance.STRONG,
        "place": "/learners/{learner}",
    }
    access = RecordAccess(**{**given, **more})  # type: ignore[arg-type]
    district.system.profiles.note([noted(access, context)])
    return last_access(district, learner)


def test_an_access_that_was_in_order_still_is(district: District) -> None:
    learner = learner_of(district.system, "Eve")
    district.page("counselor", f"/learners/{learner}")
    access = last_access(district, learner)
    found = explained(district, access)
    assert found.coverage is not None
    assert not found.coverage.differs
    assert texts(found).startswith(
        "Allowed by what was on file that day? Yes. Covered by what is on file now? Yes"
    )
    assert texts(found).endswith(OPINION)
    assert found.coverage.then.code == access.event.code
    assert found.limits == ()


def test_the_page_of_a_line_says_both_answers(district: District) -> None:
    learner = learner_of(district.system, "Flo")
    district.page("teacher", f"/learners/{learner}")
    position = last_access(district, learner).position
    told = text_of(district.page("officer", f"/learners/{learner}/access/{position}"))
    assert "Allowed by what was on file that day? Yes. Covered by what is on file now? Yes" in told
    assert OPINION in told
    listed = district.page("officer", f"/learners/{learner}/access")
    assert f'/learners/{learner}/access/{position}"' in listed


def test_a_line_of_another_learner_is_none(district: District) -> None:
    first, second = learner_of(district.system, "Gil"), learner_of(district.system, "Hal")
    district.page("teacher", f"/learners/{first}")
    position = last_access(district, first).position
    answer = district.as_("officer").get(f"/learners/{second}/access/{position}")
    assert answer.status_code == 404
    assert "There is no such line" in answer.text


def test_an_assignment_entered_late_covers_what_was_not_allowed_that_day(
    district: District,
) -> None:
    system, learner = district.system, learner_of(district.system, "Ida")
    newcomer = appoint(system, "Ms Newcomer", COUNSELOR)
    access = noted_access(
        district, learner, newcomer.id, "counseling", allowed=False, ground=None,
        code="FERPA-99.31-a-1-i-A-assigned",
    )  # fmt: skip
    before = explained(district, access)
    assert "that day? No. Covered by what is on file now? No" in texts(before)
    assign = Assign(role=COUNSELOR, kind=CASELOAD, learner=learner, effective=since(system, 10))
    tell(system, newcomer.id, assign)
    after = explained(district, access)
    assert "that day? No. Covered by what is on file now? Yes" in texts(after)
    assert after.coverage is not None
    assert after.coverage.differs


def test_a_merge_that_stands_on_the_other_record_counts_for_that_day_too(
    district: District,
) -> None:
    """The file of that day was made of the records alone that name another themselves."""
    system = district.system
    learner, other = (learner_of(system, name) for name in ("Kim", "Kimberly"))
    assigned = appoint(system, "Ms Caseload", COUNSELOR, CASELOAD, learner=other)
    before = explained(district, noted_access(district, learner, assigned.id, "counseling"))
    tell(system, other, MergeRecords(other=learner, reason="Same birth certificate."))
    after = explained(district, noted_access(district, learner, assigned.id, "counseling"))
    assert "that day? No. Covered by what is on file now? No" in texts(before)
    assert "that day? Yes. Covered by what is on file now? Yes" in texts(after)


def test_an_assignment_whose_end_was_entered_late_no_longer_covers(district: District) -> None:
    system, learner = district.system, learner_of(district.system, "Jan")
    leaver = appoint(system, "Ms Leaver", COUNSELOR)
    assign = Assign(role=COUNSELOR, kind=CASELOAD, learner=learner, effective=since(system, 10))
    tell(system, leaver.id, assign)
    access = noted_access(district, learner, leaver.id, "counseling")
    end = EndAssignment(assignment=assign.assignment, effective=since(system, 2))
    tell(system, leaver.id, end)
    assert "that day? Yes. Covered by what is on file now? No" in texts(explained(district, access))


def test_a_role_whose_end_was_entered_late_no_longer_covers_and_the_page_says_so(
    district: District,
) -> None:
    system, learner, person = district.system, learner_of(district.system, "Kim"), uuid4()
    when = since(system, 10)
    grant = GrantRole(role=COUNSELOR, effective=when)
    for command in (
        RegisterPerson(name="Ms Former"),
        grant,
        Assign(role=COUNSELOR, kind=SCHOOL, code="north-high", effective=when),
        CompleteTraining(course="Privacy", effective=when),
    ):
        tell(system, person, command)
    access = noted_access(district, learner, person, "counseling")
    tell(system, person, EndRole(grant=grant.grant, effective=since(system, 2)))
    found = explained(district, access)
    assert "that day? Yes. Covered by what is on file now? No" in texts(found)
    assert any("recorded differently later" in limit for limit in found.limits)


def provider_of(district: District, learner: UUID) -> UUID:
    """A tutor with a role, who may see a learner where a parent consents."""
    return appoint(
        district.system, "Bright Path", Role.OUTSIDE_PROVIDER, CASELOAD, learner=learner
    ).id


@pytest.mark.parametrize("has_receipt", [True, False])
def test_a_late_consent_is_told_with_its_three_dates(
    district: District, *, has_receipt: bool
) -> None:
    system, parent = district.system, district.people["parent"].id
    learner = learner_of(system, "Lia", parent)
    tutor = provider_of(district, learner)
    today = system.context().today
    access = noted_access(district, learner, tutor, "tutoring", code="FERPA-99.30")
    signed = today - timedelta(days=6)
    received = today if has_receipt else None
    consent = GrantConsent(
        records=("education records",),
        purpose="tutoring",
        recipient=str(tutor),
        signer=parent,
        signer_name="Maria Lopez",
        capacity="mother",
        method="paper, signed and dated",
        effective=Effective(start=signed),
        received_on=received,
    )
    tell(system, learner, consent)
    found = explained(district, access)
    assert found.coverage is not None
    told = texts(found)
    assert "Allowed by what was on file that day? No." in told
    assert found.coverage.consent is not None
    assert found.coverage.consent.id == consent.consent
    assert f"signed {signed.day} " in told
    assert f"entered {today.day} " in told
    assert ("received" in told) is has_receipt
    assert "Covered by what is on file now? No" in told  # without its scan and a second person


def test_a_consent_that_was_void_covers_nothing_now(district: District) -> None:
    system, parent = district.system, district.people["parent"].id
    learner = learner_of(system, "Mia", parent)
    tutor = provider_of(district, learner)
    consent = GrantConsent(
        records=("education records",),
        purpose="tutoring",
        recipient=str(tutor),
        signer=parent,
        signer_name="Maria Lopez",
        capacity="mother",
        method="paper, signed and dated",
        effective=since(system, 6),
        received_on=system.context().today - timedelta(days=6),
    )
    tell(system, learner, consent)
    access = noted_access(
        district, learner, tutor, "tutoring", code="FERPA-99.30", consents=(consent.consent,)
    )
    assert "that day? Yes. Covered by what is on file now? Yes" in texts(
        explained(district, access)
    )
    tell(system, learner, VoidConsent(consent=consent.consent, reason="Signed by somebody else."))
    assert "that day? Yes. Covered by what is on file now? No" in texts(explained(district, access))
    html = district.page("officer", f"/learners/{learner}/access")
    assert f'/learners/{learner}#entry-{consent.consent}"' in html


def test_who_works_at_the_server_is_not_decided_on(district: District) -> None:
    learner = learner_of(district.system, "Ned")
    district.page("operator", f"/learners/{learner}")
    access = last_access(district, learner)
    found = explained(district, access)
    assert found.coverage is None
    told = district.page("officer", f"/learners/{learner}/access/{access.position}")
    assert "This cannot be asked again." in told


def test_a_decision_that_the_rules_do_not_give_again_is_pointed_out(district: District) -> None:
    learner = learner_of(district.system, "Ola")
    stranger = appoint(district.system, "Ms Stranger", COUNSELOR)
    access = noted_access(district, learner, stranger.id, "counseling")
    found = explained(district, access)
    assert any("the officer should find out why" in limit for limit in found.limits)
