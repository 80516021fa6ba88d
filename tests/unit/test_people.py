"""People who are no learners: their record, their roles, assignments and trainings."""

from datetime import date
from uuid import UUID, uuid4

import orjson
import pytest
from pydantic import ValidationError

from domain.access.words import AssignmentKind, Role
from domain.application import Request, decide
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Part
from domain.learner import open_record
from domain.people import (
    Assign,
    ChangePersonDetails,
    CompleteTraining,
    EndAssignment,
    EndRole,
    GrantRole,
    PersonAssigned,
    PersonRegistered,
    RegisterPerson,
    RoleEnded,
    RoleGranted,
    TrainingCompleted,
    district_id,
    person_id,
)
from domain.snapshot import LearnerSnapshot
from domain.vocabulary import EVENTS
from domain.words import DataClass, Retention
from tests.unit import decider
from tests.unit.decider import (
    ANA,
    CONTEXT,
    NEXT_TERM,
    REGISTER,
    SINCE_NOBODY_KNOWS_WHEN,
    TODAY,
    TOMORROW,
    since,
)
from tests.unit.plain import OBSERVE, Plain
from tests.unit.plain_people import (
    ALL_PEOPLE,
    ASSIGNMENT,
    GRANT,
    GRANT_COUNSELOR,
    PEOPLE,
    REGISTER_PERSON,
    RIVERA,
    TO_SCHOOL,
    TRAIN,
    person,
)

END_ROLE = EndRole(grant=GRANT)
DISTRICT_OF_CEDAR = "f634b190-d2c5-5c0d-abf2-ecde55c8147d"
ON_RECORD = [plain for plain in ALL_PEOPLE if plain.topic != "person-registered"]


@pytest.mark.parametrize("plain", PEOPLE, ids=lambda plain: plain.topic)
def test_it_is_recorded_and_kept_for_ever(plain: Plain) -> None:
    event = person(*plain.before).when(plain.command).then(EVENTS[plain.topic])

    assert event.originator_id == RIVERA
    assert event.retention is Retention.PERMANENT


def test_a_registration_opens_the_record() -> None:
    opened, event = decide(None, Request(RIVERA, REGISTER_PERSON, CONTEXT), None)

    assert isinstance(event, PersonRegistered)
    assert (event.name, opened.record) == ("Ms Rivera", "person")


def refusal(found: object, request: Request) -> str:
    with pytest.raises(Refused) as refused:
        decide(found, request, None)  # type: ignore[arg-type]
    return refused.value.rule


def test_a_person_is_registered_once() -> None:
    opened = open_record(RIVERA, REGISTER_PERSON, CONTEXT)

    assert refusal(opened, Request(RIVERA, REGISTER_PERSON, CONTEXT)) == "person-registered"


@pytest.mark.parametrize("plain", ON_RECORD, ids=lambda plain: plain.topic)
def test_nothing_is_recorded_of_somebody_who_is_not_registered(plain: Plain) -> None:
    assert refusal(None, Request(RIVERA, plain.command, CONTEXT)) == "person-not-registered"


@pytest.mark.parametrize("plain", ON_RECORD, ids=lambda plain: plain.topic)
def test_what_belongs_on_a_persons_record_is_refused_on_a_learners(plain: Plain) -> None:
    decider.given().when(plain.command).refused("person", "record-of-another-kind")


def test_what_belongs_on_a_learners_record_is_refused_on_a_persons() -> None:
    person().when(OBSERVE).refused("learner", "record-of-another-kind")


def test_a_learners_record_is_not_opened_as_a_persons_nor_the_other_way_round() -> None:
    learner = open_record(ANA, REGISTER, CONTEXT)
    someone = open_record(RIVERA, REGISTER_PERSON, CONTEXT)

    assert refusal(learner, Request(ANA, REGISTER_PERSON, CONTEXT)) == "record-of-another-kind"
    assert refusal(someone, Request(RIVERA, REGISTER, CONTEXT)) == "record-of-another-kind"


def test_a_snapshot_knows_whose_record_it_is() -> None:
    opened = open_record(RIVERA, REGISTER_PERSON, CONTEXT)
    opened.do(GRANT_COUNSELOR, CONTEXT)
    taken = LearnerSnapshot.take(opened)
    stored = orjson.loads(orjson.dumps(taken.as_json()))
    again = LearnerSnapshot.from_json(RIVERA, 2, stored).mutate(None)

    assert again.record == "person"  # type: ignore[attr-defined]
    again.do(TO_SCHOOL, CONTEXT)  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="has that role already"):
        again.do(GrantRole(role=Role.COUNSELOR), CONTEXT)  # type: ignore[attr-defined]


def test_an_entry_on_a_persons_record_tells_of_no_learner() -> None:
    about_ana = GrantRole(
        role=Role.TEACHER, subjects=(ANA,), parts=(Part(learner=ANA, text="Her class."),)
    )
    person().when(about_ana).refused("subjects", "person-without-subjects")


@pytest.mark.parametrize("plain", ON_RECORD, ids=lambda plain: plain.topic)
def test_the_day_from_which_it_holds_is_needed(plain: Plain) -> None:
    undated = plain.command.model_copy(update={"effective": SINCE_NOBODY_KNOWS_WHEN})

    person(*plain.before).when(undated).refused("effective", "start-unknown")


def test_the_record_of_staff_is_no_special_education_record() -> None:
    marked = GrantRole(role=Role.TEACHER, data_class=DataClass.SPECIAL_ED)

    person().when(marked).refused("data_class", "data-class-not-allowed")


@pytest.mark.parametrize("text", ["", "rivera", "a b@maple.example", "a@b@c.example"])
def test_an_address_for_mail_looks_like_one(text: str) -> None:
    with pytest.raises(ValidationError):
        RegisterPerson(name="Ms Rivera", email=text)


def test_a_change_of_details_changes_something() -> None:
    with pytest.raises(ValidationError):
        ChangePersonDetails()


# -- roles ------------------------------------------------------------------------------------


def test_a_role_is_given_for_a_time() -> None:
    term = since(TOMORROW, NEXT_TERM)
    command = GrantRole(grant=GRANT, role=Role.TEACHER, effective=term)

    person().when(command).then(RoleGranted, role=Role.TEACHER, effective=term)


def test_an_id_of_a_grant_is_used_once() -> None:
    person(GRANT_COUNSELOR).when(GRANT_COUNSELOR).refused("grant", "grant-exists")


def test_a_role_that_was_never_given_does_not_end() -> None:
    refused = person().when(END_ROLE).refused("grant", "grant-unknown")

    assert str(refused) == "There is no grant of a role with this id on this person's record."


def test_a_role_ends_once() -> None:
    person(GRANT_COUNSELOR).when(END_ROLE).then(RoleEnded)
    person(GRANT_COUNSELOR, END_ROLE).when(END_ROLE).refused("grant", "grant-ended")


def test_a_role_that_was_given_twice_went_on_when_one_of_the_two_was_ended() -> None:
    again = GrantRole(role=Role.COUNSELOR)
    person(GRANT_COUNSELOR).when(again).refused("role", "role-held")
    person(GRANT_COUNSELOR).when(GrantRole(role=Role.TEACHER)).then(RoleGranted)
    person(GRANT_COUNSELOR, END_ROLE).when(again).then(RoleGranted)
    # What follows without a gap is another stretch of days.
    until = GrantRole(role=Role.COUNSELOR, effective=since(TODAY, NEXT_TERM))
    person(until).when(again).refused("role", "role-held")
    following = GrantRole(role=Role.COUNSELOR, effective=since(NEXT_TERM))
    person(until).when(following).then(RoleGranted, effective=since(NEXT_TERM))
    person(following).when(until).then(RoleGranted)
    person(following).when(again).refused("role", "role-held")


def test_who_is_a_learner_says_whose_record_is_their_own() -> None:
    person().when(GrantRole(role=Role.LEARNER)).refused("own_record", "role-own-record")
    person().when(GrantRole(role=Role.TEACHER, own_record=ANA)).refused(
        "own_record", "role-own-record"
    )
    person().when(GrantRole(role=Role.LEARNER, own_record=ANA)).then(RoleGranted, own_record=ANA)


# -- assignments ------------------------------------------------------------------------------

RIGHT = {
    AssignmentKind.DISTRICT: Assign(role=Role.COUNSELOR, kind=AssignmentKind.DISTRICT),
    AssignmentKind.SCHOOL: TO_SCHOOL,
    AssignmentKind.CLASS: Assign(
        role=Role.COUNSELOR, kind=AssignmentKind.CLASS, code="9b", school="north-high"
    ),
    AssignmentKind.CASELOAD: Assign(role=Role.COUNSELOR, kind=AssignmentKind.CASELOAD, learner=ANA),
    AssignmentKind.TREATMENT: Assign(
        role=Role.COUNSELOR, kind=AssignmentKind.TREATMENT, learner=ANA
    ),
}


@pytest.mark.parametrize("kind", AssignmentKind)
def test_somebody_is_assigned(kind: AssignmentKind) -> None:
    person(GRANT_COUNSELOR).when(RIGHT[kind]).then(PersonAssigned, kind=kind)


@pytest.mark.parametrize("kind", AssignmentKind)
def test_what_an_assignment_is_to_was_called_too_much_where_it_was_missing(
    kind: AssignmentKind,
) -> None:
    right = RIGHT[kind]
    other_code = None if right.code else "9b"
    other_learner = None if right.learner else ANA
    given = person(GRANT_COUNSELOR)

    wrong = right.model_copy(update={"code": other_code, "school": None})
    refusal = given.when(wrong).refused("code", "assignment-code")
    assert ("needs its code" in str(refusal)) == (other_code is None)  # it was missing
    assert ("leave code out" in str(refusal)) == (other_code is not None)
    wrong = right.model_copy(update={"learner": other_learner})
    refusal = given.when(wrong).refused("learner", "assignment-learner")
    assert ("needs its learner" in str(refusal)) == (other_learner is None)
    assert ("leave learner out" in str(refusal)) == (other_learner is not None)


def test_a_school_beside_the_code_is_that_of_a_class() -> None:
    twice = TO_SCHOOL.model_copy(update={"school": "north-high"})

    person(GRANT_COUNSELOR).when(twice).refused("school", "assignment-school")


def test_somebody_is_assigned_only_in_a_role_they_were_given() -> None:
    person().when(TO_SCHOOL).refused("role", "role-not-held")
    as_teacher = TO_SCHOOL.model_copy(update={"role": Role.TEACHER})
    person(GRANT_COUNSELOR).when(as_teacher).refused("role", "role-not-held")
    person(GRANT_COUNSELOR, END_ROLE).when(TO_SCHOOL).refused("role", "role-not-held")


def test_an_assignment_that_was_given_twice_went_on_when_one_of_the_two_was_ended() -> None:
    again = TO_SCHOOL.model_copy(update={"assignment": uuid4()})
    given = person(GRANT_COUNSELOR, TO_SCHOOL)
    given.when(again).refused("assignment", "assignment-held")
    given.when(again.model_copy(update={"code": "south-high"})).then(PersonAssigned)
    end = EndAssignment(assignment=ASSIGNMENT)
    person(GRANT_COUNSELOR, TO_SCHOOL, end).when(again).then(PersonAssigned)


def test_an_assignment_ends_once() -> None:
    end = EndAssignment(assignment=ASSIGNMENT)

    person().when(end).refused("assignment", "assignment-unknown")
    person(GRANT_COUNSELOR, TO_SCHOOL, end).when(end).refused("assignment", "assignment-ended")
    person(GRANT_COUNSELOR, TO_SCHOOL).when(TO_SCHOOL).refused("assignment", "assignment-exists")


# -- training ---------------------------------------------------------------------------------


def test_a_training_is_renewed_by_another_one() -> None:
    again = CompleteTraining(course="Student privacy 2026", effective=since(TODAY))

    person(TRAIN).when(again).then(TrainingCompleted, course="Student privacy 2026")
    person(TRAIN).when(TRAIN).refused("certification", "certification-exists")


def test_a_training_was_not_finished_tomorrow() -> None:
    tomorrow = CompleteTraining(course="Student privacy 2026", effective=since(TOMORROW))

    person().when(tomorrow).refused("effective", "effective-in-future")


# -- who is changed by whom, and ids ------------------------------------------------------------


def test_a_role_that_somebody_else_ended_is_not_ended_by_who_did_not_see_that() -> None:
    given = person(GRANT_COUNSELOR, END_ROLE)

    given.when(END_ROLE, looked_at=2).refused("If-Match", "version-stale")
    given.when(TRAIN, looked_at=2).then(TrainingCompleted)


def test_ids_are_the_same_every_time_and_for_nobody_else() -> None:
    ids: set[UUID] = {
        person_id("cedar", "https://id.example", "17"),
        person_id("cedar", "https://id.example", "18"),
        person_id("cedar", "https://id.example/1", "7"),
        person_id("maple", "https://id.example", "17"),
        district_id("cedar"),
        district_id("maple"),
    }

    assert len(ids) == 6
    assert person_id("cedar", "https://id.example", "17") in ids
    # Stored for ever: another namespace would lose everybody.
    assert str(district_id("cedar")) == DISTRICT_OF_CEDAR


def test_a_role_of_the_past_is_told_with_its_end() -> None:
    past = Effective(start=date(2020, 8, 1), until=date(2021, 8, 1))

    person().when(GrantRole(role=Role.TEACHER, effective=past)).then(RoleGranted, effective=past)
