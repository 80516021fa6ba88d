"""What a family is told of an officer's and a counselor's work on what is kept from it."""

from uuid import UUID

from tests.integration.disclosures.conftest import District
from tests.integration.disclosures.test_disclosure_form import filled, send
from tests.integration.pages.browsing import text_of


def family_reads(district: District, learner: UUID) -> str:
    answer = district.as_("parent").get(f"/learners/{learner}/access/family")
    assert answer.status_code == 200
    return text_of(answer.text)


def test_saving_a_disclosure_was_told_as_opening_the_record_of_disclosures(
    district: District,
) -> None:
    """Whoever found nothing new on that record knew that something is kept from it."""
    noa = district.learner("Noa")
    assert send(district, noa, filled(district, noa)).status_code == 303
    told = family_reads(district, noa)
    assert "Ms Rivera, counselor, opened the record." in told
    assert "disclosures." not in told.split("Ms Rivera", 1)[1].split("Why", 1)[0]


def test_a_look_at_the_list_of_emergencies_was_told_as_a_look_at_the_record(
    district: District,
) -> None:
    nia = district.learner("Nia")
    opened = district.as_("teacher").post(f"/learners/{nia}/emergency", data={"why": "Fainted."})
    assert opened.status_code == 303
    assert district.as_("officer").get("/emergencies").status_code == 200
    told = family_reads(district, nia)
    assert "Marcus Ellery, compliance officer, opened a list that the privacy officer keeps" in told
    assert "Marcus Ellery, compliance officer, opened the record" not in told
