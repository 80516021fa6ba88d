"""What is on file about people and the district, from the events of their records."""

from datetime import date

from domain.access.evidence import Agreement, AnnualNotice, Designation
from domain.access.filing import DistrictFile, PersonFile, district_file, known_at, person_file
from domain.access.jurisdictions import JURISDICTIONS, US
from domain.access.policy import PURPOSES, Basis, LocalPolicy
from domain.access.words import AssignmentKind, Role, Term
from domain.district import (
    DesignateDirectoryInformation,
    EndAgreement,
    PublishAnnualNotice,
    SignAgreement,
)
from domain.effective import Effective
from domain.people import (
    Assign,
    ChangePersonDetails,
    CompleteTraining,
    EndAssignment,
    EndRole,
    GrantRole,
)
from domain.rules import DeclarePurpose, SetPolicy
from tests.unit.access.filed import Entry, at, district, on, person
from tests.unit.decider import ANA, named
from tests.unit.plain_people import AGREEMENT, ASSIGNMENT, GRANT, RIVERA, TRAINING, TUTOR

YEAR = on("2025-08-01", "2026-08-01")
AUTUMN = "2025-09-01"


def file(*entries: Entry) -> PersonFile:
    return person_file(RIVERA, person(*entries))


def roles(found: PersonFile, day: str) -> set[str]:
    return {str(role) for role in found.roles_on(date.fromisoformat(day))}


def test_a_stranger_has_an_empty_file() -> None:
    assert person_file(RIVERA, []) == PersonFile()
    assert PersonFile().roles_on(date(2025, 9, 10)) == frozenset()


def test_a_person_has_the_name_that_was_told_last() -> None:
    renamed = file((ChangePersonDetails(name="Ms Rivera-Lopez"), "2025-01-10"))
    reached = file((ChangePersonDetails(email="r@maple.example"), "2025-01-10"))

    assert (renamed.name, renamed.email) == ("Ms Rivera-Lopez", None)
    assert (reached.name, reached.email) == ("Ms Rivera", "r@maple.example")


def test_a_role_is_held_from_its_first_day_to_the_day_before_its_end() -> None:
    grant = GrantRole(grant=GRANT, role=Role.COUNSELOR, effective=YEAR)
    found = file((grant, "2025-07-01"))

    assert [
        roles(found, day) for day in ("2025-07-31", "2025-08-01", "2026-07-31", "2026-08-01")
    ] == [set(), {"counselor"}, {"counselor"}, set()]


def test_a_role_that_ends_early_is_over_from_that_day() -> None:
    grant = GrantRole(grant=GRANT, role=Role.COUNSELOR, effective=YEAR)
    end = EndRole(grant=GRANT, effective=on("2026-01-12"))
    found = file((grant, "2025-07-01"), (end, "2025-12-01"))
    [held] = found.roles

    assert (roles(found, "2026-01-11"), roles(found, "2026-01-12")) == ({"counselor"}, set())
    assert (held.recorded, held.until_recorded) == (at("2025-07-01"), at("2025-12-01"))
    assert held.positions == (2, 3)


def test_an_end_after_the_end_lengthens_nothing() -> None:
    grant = GrantRole(grant=GRANT, role=Role.COUNSELOR, effective=YEAR)
    late = EndRole(grant=GRANT, effective=on("2027-01-01"))
    [held] = file((grant, "2025-07-01"), (late, "2025-12-01")).roles

    assert held.until == date(2026, 8, 1)


def test_a_role_given_and_taken_for_the_same_day_was_never_held() -> None:
    grant = GrantRole(grant=GRANT, role=Role.COUNSELOR, effective=on("2025-08-01"))
    end = EndRole(grant=GRANT, effective=on("2025-08-01"))

    assert roles(file((grant, "2025-07-01"), (end, "2025-07-02")), "2025-08-01") == set()


def test_several_roles_are_held_at_once() -> None:
    found = file(
        (GrantRole(role=Role.COUNSELOR), "2025-08-01"),
        (GrantRole(role=Role.TEACHER), "2025-08-02"),
        (GrantRole(role=Role.LEARNER, own_record=ANA), "2025-08-03"),
    )

    assert roles(found, "2025-09-01") == {"counselor", "teacher", "learner"}
    assert found.own_record_on(date(2025, 9, 1)) == ANA
    assert found.own_record_on(date(2025, 8, 2)) is None


def test_a_grant_that_was_ended_no_longer_says_whose_record_is_the_own() -> None:
    """A second grant, made by mistake and ended, opened another child's record for good."""
    slip = GrantRole(grant=GRANT, role=Role.LEARNER, own_record=named("Ben"), effective=on(AUTUMN))
    until = Effective(start=date(2025, 8, 1), until=date.fromisoformat(AUTUMN))
    found = file(
        (GrantRole(role=Role.LEARNER, own_record=ANA, effective=until), "2025-08-01"),
        (slip, "2025-08-03"),
        (EndRole(grant=GRANT, effective=on(AUTUMN)), "2025-08-04"),
    )
    assert found.own_record_on(date(2025, 8, 4)) == ANA
    assert found.own_record_on(date.fromisoformat(AUTUMN)) is None


def test_an_assignment_says_to_what_and_for_how_long() -> None:
    found = file(
        (GrantRole(role=Role.TEACHER), "2025-08-01"),
        (
            Assign(
                assignment=ASSIGNMENT,
                role=Role.TEACHER,
                kind=AssignmentKind.CLASS,
                code="9b",
                school="north-high",
                effective=YEAR,
                received_on=date(2025, 8, 2),
            ),
            "2025-08-02",
        ),
        (EndAssignment(assignment=ASSIGNMENT, effective=on("2026-02-01")), "2026-01-30"),
    )
    [posting] = found.assignments

    assert (posting.role, posting.kind, posting.code, posting.school, posting.learner) == (
        Role.TEACHER,
        AssignmentKind.CLASS,
        "9b",
        "north-high",
        None,
    )
    assert (posting.effective, posting.until) == (date(2025, 8, 1), date(2026, 2, 1))
    assert posting.received == date(2025, 8, 2)
    assert posting.until_recorded == at("2026-01-30")


def test_a_training_counts_from_the_day_on_which_it_was_finished() -> None:
    training = CompleteTraining(
        certification=TRAINING, course="Privacy", effective=on("2025-08-04")
    )
    [found] = file((training, "2025-08-10")).certifications

    assert (found.person, found.effective, found.until) == (RIVERA, date(2025, 8, 4), None)
    assert (found.course, found.recorded) == ("Privacy", at("2025-08-10"))


def test_what_was_known_at_an_instant_comes_of_the_events_until_then() -> None:
    events = person(
        (GrantRole(grant=GRANT, role=Role.COUNSELOR, effective=YEAR), "2025-09-10"),
        (EndRole(grant=GRANT, effective=on("2025-09-05")), "2025-09-20"),
    )

    def known(day: str) -> PersonFile:
        return person_file(RIVERA, known_at(events, at(day)))

    assert roles(known("2025-09-09"), "2025-09-06") == set()
    assert roles(known("2025-09-12"), "2025-09-06") == {"counselor"}
    assert roles(known("2025-09-20"), "2025-09-06") == set()


# -- the district -----------------------------------------------------------------------------


def test_a_district_that_filed_nothing_has_the_usual_rules() -> None:
    found = district_file([])

    assert found == DistrictFile()
    assert (found.policy, found.law, found.purposes) == (LocalPolicy(), US, PURPOSES)


def test_a_notice_a_designation_and_an_agreement_are_on_file() -> None:
    found = district_file(
        district(
            (
                PublishAnnualNotice(
                    version="notice-2025",
                    criteria="officials-2025",
                    transfer_clause=True,
                    effective=on("2025-08-01"),
                ),
                "2025-08-01",
            ),
            (
                DesignateDirectoryInformation(
                    kinds=("name", "photograph"),
                    refuse_by=date(2025, 8, 31),
                    only_to=("yearbook-company",),
                    only_for=("yearbook",),
                    effective=YEAR,
                ),
                "2025-08-01",
            ),
            (
                SignAgreement(
                    agreement=AGREEMENT,
                    party=TUTOR,
                    terms=(Term.OUTSOURCED_SERVICE,),
                    purposes=("tutoring",),
                    records=("attendance",),
                    destroy_by=date(2026, 8, 1),
                    effective=YEAR,
                ),
                "2025-08-02",
            ),
            (EndAgreement(agreement=AGREEMENT, effective=on("2026-01-12")), "2026-01-10"),
        )
    )

    assert found.notices == (
        AnnualNotice(
            version="notice-2025",
            criteria="officials-2025",
            transfer_clause=True,
            effective=date(2025, 8, 1),
            recorded=at("2025-08-01"),
        ),
    )
    assert found.designations == (
        Designation(
            kinds=frozenset({"name", "photograph"}),
            refuse_by=date(2025, 8, 31),
            only_to=frozenset({"yearbook-company"}),
            only_for=frozenset({"yearbook"}),
            effective=date(2025, 8, 1),
            until=date(2026, 8, 1),
            recorded=at("2025-08-01"),
        ),
    )
    assert found.agreements == (
        Agreement(
            id=AGREEMENT,
            party=TUTOR,
            terms=frozenset({Term.OUTSOURCED_SERVICE}),
            purposes=frozenset({"tutoring"}),
            records=frozenset({"attendance"}),
            destroy_by=date(2026, 8, 1),
            effective=date(2025, 8, 1),
            until=date(2026, 1, 12),
            recorded=at("2025-08-02"),
            until_recorded=at("2026-01-10"),
        ),
    )


def policy(version: str, start: str, law: str = "US", until: str | None = None) -> SetPolicy:
    return SetPolicy(
        policy=named(version), version=version, jurisdiction=law, effective=on(start, until)
    )


def test_an_access_is_judged_by_the_rules_of_its_day() -> None:
    found = district_file(
        district(
            (policy("p-2025", "2025-08-01", "US-CA"), "2025-07-01"),
            (policy("p-2026", "2026-08-01", "US-NY"), "2026-05-01"),
            (policy("trial", "2026-01-01", "US-TX", "2026-02-01"), "2026-05-02"),
        )
    )

    def rules(day: str) -> tuple[str, str]:
        rules = found.rules_on(date.fromisoformat(day))
        return rules.policy.version, rules.law.code

    assert rules("2025-07-31") == ("default", "US")
    assert rules("2025-08-01") == ("p-2025", "US-CA")
    assert rules("2026-01-15") == ("trial", "US-TX")
    assert rules("2026-02-01") == ("p-2025", "US-CA")
    assert rules("2026-08-01") == ("p-2026", "US-NY")
    assert (found.policy.version, found.law) == ("p-2026", JURISDICTIONS["US-NY"])


def test_of_rules_for_the_same_day_those_recorded_last_hold() -> None:
    found = district_file(
        district(
            (policy("z-first", "2025-08-01"), "2025-07-01"),
            (policy("a-second", "2025-08-01"), "2025-07-02"),
        )
    )

    assert found.rules_on(date(2025, 9, 1)).policy.version == "a-second"


def test_a_declared_purpose_lies_under_another_and_keeps_what_a_later_word_leaves_out() -> None:
    found = district_file(
        district(
            (
                DeclarePurpose(
                    code="chess-club", parent="education", basis=Basis.CONSENT,
                    effective=Effective(start=date(2025, 8, 1)),
                ),
                "2025-08-01",
            ),
            (
                DeclarePurpose(
                    code="chess-club", basis=Basis.PUBLIC_TASK,
                    effective=Effective(start=date(2026, 1, 1)),
                ),
                "2025-12-01",
            ),
            (DeclarePurpose(code="tutoring", basis=Basis.PUBLIC_TASK), "2025-12-01"),
        )
    ).purposes  # fmt: skip

    assert found.within("chess-club", "education")
    assert found.within("tutoring", "support")
    assert found.basis_on("chess-club", date(2025, 12, 31)) is Basis.CONSENT
    assert found.basis_on("chess-club", date(2026, 1, 1)) is Basis.PUBLIC_TASK
    assert not PURPOSES.knows("chess-club")
