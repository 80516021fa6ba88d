"""The district's own papers, its rules and its purposes."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.access.policy import INTERESTS, LocalPolicy
from domain.access.words import AssignmentKind, Assurance, CoppaMode, Role, Term
from domain.district import (
    AgreementEnded,
    AgreementSigned,
    DesignateDirectoryInformation,
    EndAgreement,
    SignAgreement,
    check_place,
)
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command
from domain.people import district_id
from domain.rules import (
    DeclarePurpose,
    PolicySet,
    PurposeDeclared,
    RoleInterest,
    RoleRelation,
    SetPolicy,
)
from domain.vocabulary import EVENTS
from domain.words import DataClass
from tests.unit.decider import NEXT_TERM, TODAY
from tests.unit.plain import Plain
from tests.unit.plain_people import (
    AGREEMENT,
    DECLARE,
    DESIGNATE,
    INSTRUMENT,
    NOTICE,
    PAPERS,
    PEOPLE,
    POLICY,
    REGISTER_PERSON,
    RIVERA,
    SIGN,
    TUTOR,
    person,
)

SCHOOL, CLASS = AssignmentKind.SCHOOL, AssignmentKind.CLASS


@pytest.mark.parametrize("plain", PAPERS, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    person(*plain.before).when(plain.command).then(EVENTS[plain.topic])


def place_of(command: Command, person: UUID) -> str | None:
    try:
        check_place(type(command), person, "cedar")
    except Refused as refused:
        return refused.rule
    return None


def test_a_paper_of_the_district_stands_on_no_persons_record() -> None:
    for plain in PAPERS:
        assert place_of(plain.command, RIVERA) == "district-record-only"
        assert place_of(plain.command, district_id("maple")) == "district-record-only"
        assert place_of(plain.command, district_id("cedar")) is None


def test_the_district_has_a_name_and_no_role() -> None:
    for plain in PEOPLE:
        details = plain.topic == "person-details-changed"
        expected = None if details else "district-holds-no-role"
        assert place_of(plain.command, district_id("cedar")) == expected
        assert place_of(plain.command, RIVERA) is None
    assert place_of(REGISTER_PERSON, district_id("cedar")) is None


@pytest.mark.parametrize(
    ("command", "field", "rule"),
    [
        (NOTICE, "notice", "annual-notice-exists"),
        (INSTRUMENT, "survey", "instrument-exists"),
        (DESIGNATE, "designation", "designation-exists"),
        (SIGN, "agreement", "agreement-exists"),
        (POLICY, "policy", "policy-exists"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_id_is_used_once(command: Command, field: str, rule: str) -> None:
    person(command).when(command).refused(field, rule)


def test_a_social_security_number_is_never_directory_information() -> None:
    with_ssn = DesignateDirectoryInformation(kinds=("name", "ssn"), refuse_by=TODAY)

    person().when(with_ssn).refused("kinds", "never-directory")


@pytest.mark.parametrize("field", ["kinds", "only_to", "only_for"])
def test_directory_information_names_something_in_particular(field: str) -> None:
    body: dict[str, Any] = {"kinds": ("name",), "refuse_by": TODAY, field: ("all",)}

    with pytest.raises(ValidationError, match="must name something in particular"):
        DesignateDirectoryInformation(**body)


# -- agreements -------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["terms", "purposes", "records"])
def test_an_agreement_leaves_nothing_open(field: str) -> None:
    body: dict[str, Any] = {
        "party": TUTOR,
        "terms": (Term.DESTRUCTION,),
        "purposes": ("tutoring",),
        "records": ("attendance",),
        field: (),
    }
    with pytest.raises(ValidationError):
        SignAgreement(**body)
    if field != "terms":
        with pytest.raises(ValidationError):
            SignAgreement(**{**body, field: ("everything",)})


def test_an_agreement_does_not_end_before_it_was_signed_or_twice() -> None:
    end = EndAgreement(agreement=AGREEMENT, reason="Not renewed.")

    person().when(end).refused("agreement", "agreement-unknown")
    person(SIGN).when(end).then(AgreementEnded)
    person(SIGN, end).when(end).refused("agreement", "agreement-ended")


def test_what_was_given_is_not_destroyed_before_it_is_given() -> None:
    early = SIGN.model_copy(update={"destroy_by": date(2025, 9, 9)})
    ahead = early.model_copy(update={"effective": Effective(start=NEXT_TERM)})
    in_time = SIGN.model_copy(update={"destroy_by": TODAY})

    person().when(early).refused("destroy_by", "destroyed-before-start")
    person().when(ahead).refused("destroy_by", "destroyed-before-start")
    person().when(in_time).then(AgreementSigned)


# -- rules ------------------------------------------------------------------------------------


def test_what_a_policy_leaves_out_is_as_usual() -> None:
    plain = SetPolicy(version="default", jurisdiction="US")

    assert person().when(plain).then(PolicySet).local == LocalPolicy()


def test_a_policy_reads_as_it_was_set() -> None:
    chosen = SetPolicy(
        version="policy-2025",
        jurisdiction="US-CA",
        asker_assurance=Assurance.STRONG,
        recertify_days=180,
        school_year_starts="09-01",
        interests=(RoleInterest(role=Role.TEACHER, classes=(DataClass.DIRECTORY,)),),
        relationships=(RoleRelation(role=Role.TEACHER, kinds=(SCHOOL, CLASS)),),
    )
    local = person().when(chosen).then(PolicySet).local

    assert (local.version, local.recertify_days) == ("policy-2025", 180)
    assert local.asker_assurance is Assurance.STRONG
    assert local.school_year(date(2025, 8, 31)) == date(2024, 9, 1)
    assert local.interests[Role.TEACHER] == {DataClass.DIRECTORY}
    assert local.interests[Role.COUNSELOR] == INTERESTS[Role.COUNSELOR]
    assert local.relationships[Role.TEACHER] == {CLASS, SCHOOL}


def test_the_law_of_a_place_that_is_not_modelled_is_refused() -> None:
    somewhere = SetPolicy(version="p", jurisdiction="XX")

    person().when(somewhere).refused("jurisdiction", "jurisdiction-unknown")


def test_doing_without_a_parents_consent_under_coppa_is_explained() -> None:
    unexplained = SetPolicy(version="p", jurisdiction="US", coppa=CoppaMode.NOT_APPLICABLE)

    person().when(unexplained).refused("reason", "coppa-reason")


@pytest.mark.parametrize("field", ["interests", "relationships"])
def test_a_role_stands_in_a_policy_once(field: str) -> None:
    row = {"role": "teacher", "classes" if field == "interests" else "kinds": []}
    twice = SetPolicy.model_validate({"version": "p", "jurisdiction": "US", field: [row, row]})

    person().when(twice).refused(field, "role-twice")


@pytest.mark.parametrize(
    "wrong",
    [
        {"recertify_days": 0},
        {"opening_hours": 100},
        {"days_to_object": 0},
        {"school_year_starts": "02-29"},
        {"school_year_starts": "13-01"},
        {"asker_assurance": 3},
        {"jurisdiction": "california"},
    ],
)
def test_a_policy_has_possible_values(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SetPolicy.model_validate({"version": "p", "jurisdiction": "US", **wrong})


def test_a_purpose_lies_under_one_that_is_declared() -> None:
    blitz = DeclarePurpose(code="blitz", parent="chess-club")

    person().when(blitz).refused("parent", "purpose-undeclared")
    person(DECLARE).when(blitz).then(PurposeDeclared)


def test_a_purpose_for_anything_is_none() -> None:
    with pytest.raises(ValidationError, match="must name something in particular"):
        DeclarePurpose(code="any")
