"""Who may sign a consent on a day, and for which purposes."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.access.evidence import Guardianship, RightsStopped
from domain.access.filing import DistrictFile, LearnerFile
from domain.access.rights import RightsEvidence
from domain.access.signing import check_consent, regimes_of, signed_on
from domain.access.words import Capacity, Regime
from domain.consent import GrantConsent
from domain.effective import Effective
from domain.errors import Refused
from domain.words import Precision
from tests.unit.decider import ANA, TODAY, named, since
from tests.unit.plain import GRANT

MOTHER, SURROGATE = named("mother"), named("surrogate")
EIGHTEEN = date(2025, 3, 1)


def guardian(person: UUID, capacity: Capacity = Capacity.GUARDIAN) -> Guardianship:
    return Guardianship(
        person=person, capacity=capacity, evidence="birth certificate", effective=date(2010, 1, 1)
    )


CHILD = RightsEvidence(
    born=date(2012, 3, 1),
    guardianships=(guardian(MOTHER), guardian(SURROGATE, Capacity.SURROGATE)),
)
GROWN = replace(CHILD, born=date(2007, 3, 1))


def rule(rights: RightsEvidence = CHILD, **fields: Any) -> str | None:
    """The rule by which such a consent is refused; none where it is taken down."""
    command = GrantConsent.model_validate({**dict(GRANT), "signer": MOTHER, **fields})
    try:
        check_consent(command, ANA, LearnerFile(rights=rights), DistrictFile(), TODAY)
    except Refused as refused:
        return f"{refused.field}: {refused.rule}"
    return None


NO_RIGHT = "signer: signer-held-no-right"


def test_a_guardian_signs_for_a_child_and_the_child_does_not() -> None:
    assert rule() is None
    assert rule(signer=ANA) == NO_RIGHT
    assert rule(signer=named("a stranger")) == NO_RIGHT


def test_the_day_of_signing_decides_and_not_the_day_of_entry() -> None:
    before, after = date(2025, 2, 28), EIGHTEEN
    assert rule(GROWN, effective=since(before)) is None
    assert rule(GROWN, effective=since(after)) == NO_RIGHT
    assert rule(GROWN, signer=ANA, effective=since(after)) is None
    assert rule(GROWN, signer=ANA, effective=since(before)) == NO_RIGHT


def test_who_lost_the_rights_by_an_order_does_not_sign_from_the_day_the_school_had_it() -> None:
    order = RightsStopped(person=MOTHER, effective=date(2025, 3, 1), received=date(2025, 3, 4))
    stopped = replace(CHILD, stopped=(order,))
    assert rule(stopped, effective=since(date(2025, 3, 3))) is None
    assert rule(stopped, effective=since(date(2025, 3, 4))) == NO_RIGHT


@pytest.mark.parametrize(
    ("records", "expected"),
    [(("IEP",), None), (("attendance",), NO_RIGHT), (("IEP", "attendance"), NO_RIGHT)],
)
def test_a_surrogate_signs_for_special_education_records_alone(
    records: tuple[str, ...], expected: str | None
) -> None:
    assert rule(signer=SURROGATE, records=records) == expected


def test_without_a_date_of_birth_nobody_knows_who_signs() -> None:
    assert rule(replace(CHILD, born=None)) == "signer: rights-holder-unknown"


@pytest.mark.parametrize("fields", [{"signer": None}, {"effective": "2025-03"}])
def test_a_paper_without_signer_or_day_is_taken_down_as_it_is(fields: dict[str, Any]) -> None:
    assert rule(RightsEvidence(born=None), **fields) is None


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("tutoring", None),
        ("Goal review", None),
        ("astrology", "purpose: purpose-undeclared"),
        ("tutoring and astrology", "purpose: purpose-undeclared"),
    ],
)
def test_a_purpose_is_one_that_the_district_declared(purpose: str, expected: str | None) -> None:
    assert rule(purpose=purpose) == expected


def test_the_day_of_signing_is_no_later_than_its_arrival_or_its_entry() -> None:
    def day(**fields: Any) -> date | None:
        return signed_on(GrantConsent.model_validate({**dict(GRANT), **fields}), TODAY)

    assert day() == TODAY
    assert day(effective=since(date(2026, 1, 1))) == TODAY
    assert day(effective=since(TODAY), received_on=date(2025, 9, 1)) == date(2025, 9, 1)
    assert day(effective=Effective(start=date(2025, 9, 1), precision=Precision.MONTH)) is None


def test_the_law_of_the_records_follows_from_their_names() -> None:
    assert regimes_of(["IEP"]) == [Regime.IDEA]
    assert regimes_of(["attendance", "reading scores"]) == [Regime.FERPA]
    assert regimes_of(["special ed", "goals"]) == [Regime.IDEA, Regime.FERPA]
