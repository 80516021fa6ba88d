"""The caseload's search by beginnings of names, and the audit log's filters."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.compose import System
from domain.facts import MakeComment, RecordObservation
from domain.identity import ChangeDetails, EndEnrolment, EnrolLearner
from domain.reviews import HoldReview, Participant, ScheduleReview
from domain.words import Area
from store.embedded import EmbeddedPostgres
from tests.unit.decider import CONTEXT, SINCE_NOBODY_KNOWS_WHEN, TODAY, since
from tests.varied import FEB, JAN, MAR, one_district, open_record, tell

JUN, NEXT_YEAR = date(2025, 6, 1), date(2026, 1, 1)


@pytest.fixture(scope="module")
def system(postgres: EmbeddedPostgres) -> Iterator[System]:
    """One district for all; each test has learners of its own."""
    with one_district(postgres) as built:
        yield built


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("zoé", True),
        ("ZOE", True),
        ("zo", True),
        ("Núñez", True),
        ("nunez-ostrow", True),
        ("ostr nun", True),
        ("zoe nunez", True),
        ("kit", True),
        ("Kitten", True),
        ("kittens", False),
        ("990417", True),
        ("9904", True),
        ("0417", False),
        ("oe", False),
        ("zoe kowalski", False),
        ("wolfeschlegelsteinhausen", True),
        ("wolfeschlege", True),
        ("!?", False),
    ],
)
def test_a_learner_is_found_by_beginnings_of_names(
    system: System, finding: UUID, search: str, found: bool
) -> None:
    places = system.reader.caseload(TODAY, search=search)
    assert [p.learner for p in places] == ([finding] if found else [])


@pytest.mark.parametrize(
    ("given", "family", "search"),
    [
        ("An", "Đặng", "Dang"),
        ("An", "Đặng", "đặng an"),
        ("Wojciech", "Łukasik", "lukasik"),
        ("Søren", "Østergård", "soren ostergard"),
        ("Aynur", "Yıldız", "Yildiz"),
        ("Ægir", "Þórðarson", "aegir thordarson"),
        ("Jörg", "Großmann", "GROSSMANN"),
        ("Chloë", "Lacœur", "lacoeur"),
        ("Ħal", "Ŧeŋŋes", "hal tennes"),
        ("Leilani", "Kaʻahumanu", "ka'ahumanu"),
    ],
)
def test_a_name_was_not_found_by_the_letters_that_a_keyboard_has(
    system: System, given: str, family: str, search: str
) -> None:
    learner = open_record(system, given_name=given, family_name=family)
    system.projector.catch_up()
    for typed in (search, family, f"{given[0]} {family}"):
        assert learner in {p.learner for p in system.reader.caseload(TODAY, search=typed)}, typed


def test_words_of_one_letter_found_nobody(system: System) -> None:
    darius = open_record(system, given_name="Darius", family_name="Ellerbe")
    other = open_record(system, given_name="Darius", family_name="Underhill")
    system.projector.catch_up()

    def found(search: str) -> set[UUID]:
        return {p.learner for p in system.reader.caseload(TODAY, search=search)} & {darius, other}

    assert found("Darius E") == {darius}
    assert found("d e") == {darius}
    assert found("E") == {darius}
    assert found("D") == {darius, other}
    assert found("Darius z") == set()


def test_names_with_letters_of_their_own_were_sorted_after_z(system: System) -> None:
    for family in ("Zyxsort", "Đyxsort", "Eyxsort", "Cyxsort", "Øyxsort"):
        open_record(system, given_name="Wyxsort", family_name=family)
    system.projector.catch_up()
    found = system.reader.caseload(TODAY, search="wyxsort")
    assert [p.family_name[0] for p in found] == ["C", "Đ", "E", "Ø", "Z"]


@pytest.fixture(scope="module")
def finding(system: System) -> UUID:
    """A learner with names that need care."""
    learner = open_record(
        system, given_name="Zoé", family_name="Núñez-Ostrow Wolfeschlegelsteinhausen",
        preferred_name="Old", local_id="990417",
    )  # fmt: skip
    tell(system, learner, ChangeDetails(preferred_name="Kitten"))
    system.projector.catch_up()
    return learner


def test_a_name_that_was_changed_is_found_no_more(system: System, finding: UUID) -> None:
    assert system.reader.caseload(TODAY, search="Old") == []
    [place] = system.reader.caseload(TODAY, search="kitten")
    assert place.name == "Kitten Núñez-Ostrow Wolfeschlegelsteinhausen"


def test_the_caseload_says_where_a_learner_is_and_what_is_due(system: System) -> None:
    learner = open_record(system, family_name="Placed")
    first, second, review = uuid4(), uuid4(), uuid4()
    for command in (
        EnrolLearner(enrolment=first, school="south", grade="08", effective=since(JAN)),
        EndEnrolment(enrolment=first, effective=since(MAR)),
        EnrolLearner(
            enrolment=second, school="north", grade="09", classes=("9b",), effective=since(MAR)
        ),
        ScheduleReview(review=review, due=JUN),
    ):
        tell(system, learner, command)
    system.projector.catch_up()

    def place(on: date) -> tuple[str | None, ...]:
        [found] = system.reader.caseload(on, search="Placed")
        return (found.school, found.grade, *found.classes)

    assert place(FEB) == ("south", "08")
    assert place(MAR) == ("north", "09", "9b")
    [due] = system.reader.caseload(TODAY, school="north", search="placed")
    assert (due.review_due, due.last_review) == (JUN, None)
    assert system.reader.caseload(TODAY, school="south", search="placed") == []
    assert system.reader.caseload(TODAY, grade="08", search="placed") == []

    people = (Participant(name="Maria Lopez", role="mother"),)
    held = HoldReview(
        review=review, participants=people, agreed="Two goals.", next_due=NEXT_YEAR,
        effective=since(JUN),
    )  # fmt: skip
    tell(system, learner, held)
    tell(system, learner, EndEnrolment(enrolment=second, effective=SINCE_NOBODY_KNOWS_WHEN))
    system.projector.catch_up()
    [done] = system.reader.caseload(date(2100, 1, 1), search="placed")
    assert (done.review_due, done.last_review, done.school) == (NEXT_YEAR, JUN, None)


# -- the audit log ------------------------------------------------------------------------------


def test_the_audit_log_is_filtered_by_learner_person_and_type_and_paged(
    system: System,
) -> None:
    teacher, ana, ben = uuid4(), open_record(system), open_record(system)
    fact = uuid4()
    seen = {"area": Area.STRENGTHS, "text": "Led.", "author": teacher}
    by_teacher = tell(system, ana, RecordObservation.model_validate({**seen, "fact": fact}))
    comment = tell(system, ana, MakeComment(fact=fact, text="Yes."))
    other = tell(system, ben, RecordObservation.model_validate(seen))
    system.projector.catch_up()

    def found(**asked: Any) -> list[int]:
        return [line.position for line in system.reader.audit(**asked)]

    assert found(learner=ana)[:2] == [comment.position, by_teacher.position]
    assert found(person=teacher) == [other.position, by_teacher.position]
    assert found(person=CONTEXT.entered_by, limit=2) == [other.position, comment.position]
    assert found(learner=ana, topics=["comment-made"]) == [comment.position]
    assert found(learner=ana, topics=[]) == []
    assert found(learner=ana, before=comment.position, limit=1) == [by_teacher.position]
    [line] = system.reader.audit(learner=ana, topics=["comment-made"])
    assert getattr(line.event, "text", None) == "Yes."
    assert (line.event.entered_by_name, line.event.position) == ("Ms Rivera", comment.position)
