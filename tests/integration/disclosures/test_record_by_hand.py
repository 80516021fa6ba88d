"""What was given or refused by hand stands in the record of disclosures of 99.32."""

import re
from uuid import uuid4

from domain.access.words import PartyKind
from domain.disclosures import Channel, RecordDisclosure, RecordRequestRefused
from domain.words import DataClass
from tests.integration.disclosures.conftest import District
from tests.people import since, tell


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
