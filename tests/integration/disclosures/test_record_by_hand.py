"""What was given or refused by hand stands in the record of disclosures of 99.32."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.words import PartyKind
from domain.disclosures import Channel, RecordDisclosure, RecordRequestRefused
from domain.identity import EvidenceKind, RecordRightsEvidence, RevokeRights
from domain.words import DataClass
from tests.integration.disclosures.conftest import District
from tests.people import enrol, make_guardian, since, tell


def record_of(district: District, who: str, learner: object) -> str:
    answer = district.as_(who).get(f"/learners/{learner}/disclosures")
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_disclosure_by_mail_and_a_refusal_stand_in_the_record(district: District) -> None:
    system, ana = district.system, district.learner("Ana")
    given = RecordDisclosure(
        disclosure=uuid4(),
        kinds=(PartyKind.AUTHORITY,),
        party_name="State Audit Office",
        records=("attendance",),
        purpose="evaluation",
        interest="Checks the program.",
        how=Channel.MAIL,
        ground="FERPA-99.31-a-3",
        effective=since(system, 3),
        may_redisclose_to=("The federal auditor",),
    )
    refused = RecordRequestRefused(
        disclosure=uuid4(),
        kinds=(PartyKind.OTHER,),
        party_name="Daily Herald",
        records=("grades",),
        purpose="study",
        how=Channel.PHONE,
        reason="No ground.",
        effective=since(system, 2),
    )
    tell(system, ana, given)
    tell(system, ana, refused)
    for who in ("officer", "parent"):
        told = record_of(district, who, ana)
        assert told.index("State Audit Office") < told.index("Daily Herald")
        assert "Checks the program." in told
        assert "May be passed on to: The federal auditor." in told
        assert "No, refused" in told


def refuse(district: District, learner: UUID, **more: Any) -> None:
    """Something that was refused by phone, as it is entered by hand."""
    asked: dict[str, Any] = {
        "kinds": (PartyKind.OTHER,),
        "party_name": "A neighbor",
        "records": ("bus times",),
        "purpose": "study",
        "how": Channel.PHONE,
        "reason": "No consent.",
    }
    tell(district.system, learner, RecordRequestRefused(**{**asked, **more}))


def test_the_hyphen_of_a_typed_purpose_was_lost_and_only_codes_are_made_readable(
    district: District,
) -> None:
    ana = district.learner("Ana")
    refuse(district, ana, purpose="pick-up list")
    refuse(district, ana, purpose="legal-process")
    told = record_of(district, "officer", ana)
    assert "pick-up list" in told
    assert "legal process" in told
    assert "legal-process" not in told


def rows_of(district: District, who: str, learner: UUID) -> str:
    """The lines of the record alone."""
    page = district.as_(who).get(f"/learners/{learner}/disclosures").text
    return " ".join(re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL))


@pytest.mark.law("FERPA-99.32", "exempt")
def test_a_refused_request_of_the_parent_stood_in_the_record_that_says_it_does_not(
    district: District,
) -> None:
    ana, other = district.learner("Ana"), enrol(district.system, "Ben")
    parent = district.people["parent"].id
    for learner in (ana, other):
        form = f"/learners/{learner}/disclosures/new"
        assert district.as_("parent").get(form).status_code == 403
    refuse(district, ana, party=parent, party_name="Maria Lopez")
    refuse(district, ana)
    for who in ("officer", "parent"):
        assert "Maria Lopez" not in rows_of(district, who, ana)
        assert "A neighbor" in rows_of(district, who, ana)
        assert "also where they were refused" in record_of(district, who, ana)
    # Of another child she is nobody's parent, and whose rights were taken is on the record too.
    assert "Maria Lopez" in rows_of(district, "officer", other)
    order = RecordRightsEvidence(kind=EvidenceKind.COURT_ORDER, person=parent, text="No contact.")
    tell(district.system, ana, order)
    when = since(district.system, 1)
    tell(district.system, ana, RevokeRights(person=parent, evidence=order.evidence, effective=when))
    assert "Maria Lopez" in rows_of(district, "officer", ana)


@pytest.mark.law("FERPA-99.32", "exempt")
def test_a_refused_request_of_the_eligible_student_is_exempt_and_of_the_parent_no_longer(
    district: District,
) -> None:
    system = district.system
    grown = enrol(system, "Gia", age=18)
    make_guardian(system, grown, district.people["parent"].id)
    refuse(district, grown, party=grown, party_name="Gia Lopez herself")
    refuse(district, grown, party=district.people["parent"].id, party_name="Her mother")
    told = rows_of(district, "officer", grown)
    assert "Her mother" in told
    assert "Gia Lopez herself" not in told


def test_a_refusal_in_the_record_is_told_in_words_and_not_by_its_code(district: District) -> None:
    other = enrol(district.system, "Ben")
    assert district.as_("parent").get(f"/learners/{other}/access").status_code == 403
    body = {"disclosure": str(uuid4()), "party_name": "X", "kinds": ["other"], "how": "mail",
            "records": ["grades"], "purpose": "y", "reason": "z"}  # fmt: skip
    sent = district.as_("parent").post(f"/v1/learners/{other}/record-disclosure", json=body)
    assert sent.status_code == 403
    told = rows_of(district, "officer", other)
    assert "No, refused: This is recorded by the school’s own staff" in told
    assert not re.search(r"refused: (local|FERPA)-", told)


def test_special_education_given_by_hand_stands_in_both_records(district: District) -> None:
    system, ben = district.system, district.learner("Ben")
    given = RecordDisclosure(
        disclosure=uuid4(),
        kinds=(PartyKind.OTHER,),
        party_name="County Clinic",
        records=("support plan",),
        record_classes=(DataClass.SPECIAL_ED,),
        purpose="study",
        interest="Plans the therapy.",
        how=Channel.PHONE,
        reason="Asked by phone; a mistake.",
    )
    tell(system, ben, given)
    told = record_of(district, "officer", ben)
    assert told.count("County Clinic") == 2
    assert "Given without a ground" in told
