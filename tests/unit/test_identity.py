"""Who the learner is, where they are enrolled, who is responsible for them."""

from datetime import date

import pytest
from pydantic import ValidationError

from api.sentences import said
from domain.application import Request, decide
from domain.errors import Refused
from domain.event import Command
from domain.identity import (
    ChangeDetails,
    EndEnrolment,
    EnrolLearner,
    EnrolmentEnded,
    EvidenceKind,
    LearnerEnrolled,
    LearnerRegistered,
    MergeRecords,
    RecordRightsEvidence,
    RecordsMerged,
    RegisterLearner,
    ResponsiblePersonLinked,
    ResponsiblePersonUnlinked,
    RestoreRights,
    RevokeRights,
    RightsEvidenceRecorded,
    SplitRecords,
    UnlinkResponsiblePerson,
)
from domain.learner import open_record
from domain.vocabulary import EVENTS
from domain.words import DataClass, Retention
from tests.unit.decider import (
    ANA,
    BEN,
    CONTEXT,
    NEXT_TERM,
    REGISTER,
    TODAY,
    TOMORROW,
    given,
    named,
    since,
)
from tests.unit.plain import (
    ENROL,
    ENROLMENT,
    FACT,
    IDENTITY,
    LINK,
    MERGE,
    MOTHER,
    OBSERVE,
    ORDER,
    REVOKE,
    SHOW_ORDER,
    Plain,
)

END = EndEnrolment(enrolment=ENROLMENT)
SPLIT = SplitRecords(other=BEN, reason="Cousins of one name.")
UNLINK = UnlinkResponsiblePerson(person=MOTHER)
RESTORE = RestoreRights(person=MOTHER, reason="Order lifted.")


@pytest.mark.parametrize("plain", IDENTITY, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    given(*plain.before).when(plain.command).then(EVENTS[plain.topic])


def test_a_registration_opens_the_record() -> None:
    learner = open_record(ANA, REGISTER, CONTEXT)

    (event,) = learner.pending_events
    assert isinstance(event, LearnerRegistered)
    assert (event.originator_id, event.originator_version) == (ANA, 1)
    assert (event.given_name, event.family_name) == ("Ana", "Lopez")
    assert event.data_class is DataClass.DIRECTORY
    assert event.retention is Retention.PERMANENT


def test_a_learner_is_not_registered_twice() -> None:
    learner = open_record(ANA, REGISTER, CONTEXT)

    with pytest.raises(Refused) as refused:
        decide(learner, Request(ANA, REGISTER, CONTEXT), None)
    assert refused.value.rule == "learner-exists"


def test_nobody_is_registered_who_is_not_born_yet() -> None:
    unborn = RegisterLearner(given_name="Ana", family_name="Lopez", birth_date=TOMORROW)

    with pytest.raises(Refused) as refused:
        open_record(ANA, unborn, CONTEXT)
    assert (refused.value.field, refused.value.rule) == ("birth_date", "born-in-future")


def test_a_birth_date_is_not_changed_to_one_in_the_future() -> None:
    command = ChangeDetails(birth_date=TOMORROW)

    given().when(command).refused("birth_date", "born-in-future")


@pytest.mark.parametrize("born", ["0001-01-01", "1012-02-01", "1899-12-31"])
@pytest.mark.parametrize("model", [RegisterLearner, ChangeDetails])
def test_somebody_was_born_a_thousand_years_ago(model: type[Command], born: str) -> None:
    body = {"given_name": "Ana", "family_name": "Lopez", "birth_date": born}

    with pytest.raises(ValidationError) as refused:
        model.model_validate(body)
    (error,) = refused.value.errors()
    told = ("birth_date", "born-too-early", "birth_date must lie between 1900-01-01 and today.")
    assert said(error, model) == told
    model.model_validate(body | {"birth_date": "1900-01-01"})


def test_a_change_of_details_changes_at_least_one() -> None:
    with pytest.raises(ValueError, match="give at least one of: given_name, family_name"):
        ChangeDetails(source="a phone call")


# -- enrolment ------------------------------------------------------------------------------


def test_an_enrolment_may_be_planned() -> None:
    command = EnrolLearner(school="north-high", grade="10", effective=since(NEXT_TERM))

    given().when(command).then(LearnerEnrolled, effective=since(NEXT_TERM))


def test_an_enrolment_may_end_on_a_day_to_come() -> None:
    command = EndEnrolment(enrolment=ENROLMENT, effective=since(NEXT_TERM))

    given(ENROL).when(command).then(EnrolmentEnded, effective=since(NEXT_TERM))


def test_an_enrolment_id_is_used_once() -> None:
    given(ENROL).when(ENROL).refused("enrolment", "enrolment-exists")


def test_an_enrolment_that_is_not_there_does_not_end() -> None:
    given().when(END).refused("enrolment", "enrolment-unknown")


def test_an_enrolment_does_not_end_twice() -> None:
    given(ENROL, END).when(END).refused("enrolment", "enrolment-ended")


# -- merge and split ------------------------------------------------------------------------


def test_a_record_is_not_merged_with_itself() -> None:
    command = MergeRecords(other=ANA, reason="The same name.")

    given().when(command).refused("other", "merge-with-self")


def test_two_records_are_not_merged_twice() -> None:
    given(MERGE).when(MERGE).refused("other", "already-merged")


def test_records_that_were_split_can_be_merged_again() -> None:
    given(MERGE, SPLIT).when(MERGE).then(RecordsMerged, other=BEN)


def test_an_entry_is_not_taken_for_another_learner() -> None:
    command = MergeRecords(other=FACT, reason="A wrong id.")

    given(OBSERVE).when(command).refused("other", "merge-exists")


def test_records_that_were_never_merged_are_not_split() -> None:
    given().when(SPLIT).refused("other", "merge-unknown")


def test_records_are_not_split_twice() -> None:
    given(MERGE, SPLIT).when(SPLIT).refused("other", "not-merged")


# -- responsible people and their rights ----------------------------------------------------


def test_a_person_is_not_linked_twice() -> None:
    given(LINK).when(LINK).refused("person", "person-linked")


def test_a_person_whose_rights_were_revoked_is_still_linked() -> None:
    given(LINK, SHOW_ORDER, REVOKE).when(LINK).refused("person", "person-linked")


def test_a_person_who_was_unlinked_can_be_linked_again() -> None:
    given(LINK, UNLINK).when(LINK).then(ResponsiblePersonLinked, person=MOTHER)


def test_an_entry_is_not_taken_for_a_person() -> None:
    command = LINK.model_copy(update={"person": FACT})

    given(OBSERVE).when(command).refused("person", "person-exists")


@pytest.mark.parametrize("command", [UNLINK, RESTORE], ids=["unlink", "restore"])
def test_nothing_happens_to_a_person_who_was_never_linked(command: Command) -> None:
    given().when(command).refused("person", "person-unknown")


@pytest.mark.parametrize("command", [UNLINK, REVOKE, RESTORE], ids=["unlink", "revoke", "restore"])
def test_nothing_happens_to_a_person_who_was_unlinked(command: Command) -> None:
    given(LINK, SHOW_ORDER, UNLINK).when(command).refused("person", "person-unlinked")


def test_a_person_whose_rights_were_revoked_can_be_unlinked() -> None:
    given(LINK, SHOW_ORDER, REVOKE).when(UNLINK).then(ResponsiblePersonUnlinked, person=MOTHER)


def test_evidence_is_recorded_once_under_its_id() -> None:
    given(LINK, SHOW_ORDER).when(SHOW_ORDER).refused("evidence", "evidence-exists")


def test_evidence_names_a_person_on_the_record() -> None:
    given().when(SHOW_ORDER).refused("person", "person-unknown")


def test_evidence_may_concern_nobody_in_particular_and_begin_later() -> None:
    command = RecordRightsEvidence(
        kind=EvidenceKind.POSTSECONDARY_ATTENDANCE, text="Admitted.", effective=since(NEXT_TERM)
    )

    given().when(command).then(RightsEvidenceRecorded, person=None)


def test_rights_are_not_revoked_without_evidence() -> None:
    given(LINK).when(REVOKE).refused("evidence", "evidence-unknown")


def test_rights_of_somebody_who_was_never_linked_are_not_revoked() -> None:
    evidence = RecordRightsEvidence(evidence=ORDER, kind=EvidenceKind.DEPENDENCY, text="Order.")

    given(evidence).when(REVOKE).refused("person", "person-unknown")


def test_rights_are_not_revoked_twice() -> None:
    given(LINK, SHOW_ORDER, REVOKE).when(REVOKE).refused("person", "person-revoked")


def test_rights_that_were_not_revoked_are_not_restored() -> None:
    given(LINK).when(RESTORE).refused("person", "person-linked")


def test_rights_that_were_restored_can_be_revoked_again() -> None:
    again = RevokeRights(person=MOTHER, evidence=ORDER)

    given(LINK, SHOW_ORDER, REVOKE, RESTORE).when(again).then(EVENTS["rights-revoked"])


# -- dates ----------------------------------------------------------------------------------

MAY_BE_PLANNED = {"learner-enrolled", "enrolment-ended", "rights-evidence-recorded"}


@pytest.mark.parametrize(
    "plain", [p for p in IDENTITY if p.topic not in MAY_BE_PLANNED], ids=lambda p: p.topic
)
def test_what_has_happened_is_not_dated_after_today(plain: Plain) -> None:
    command = plain.command.model_copy(update={"effective": since(TOMORROW)})

    given(*plain.before).when(command).refused("effective", "effective-in-future")


def test_a_learner_born_on_29_february_is_registered() -> None:
    leap = RegisterLearner(given_name="Ana", family_name="Lopez", birth_date=date(2012, 2, 29))

    (event,) = open_record(ANA, leap, CONTEXT).pending_events
    assert isinstance(event, LearnerRegistered)
    assert event.birth_date == date(2012, 2, 29)
    assert event.effective == since(TODAY)


def test_a_new_item_takes_no_id_that_stands_for_something_else() -> None:
    taken = EnrolLearner(enrolment=named("fact"), school="north-high", grade="09")

    given(OBSERVE).when(taken).refused("enrolment", "enrolment-exists")
