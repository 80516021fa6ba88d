"""Emergencies and papers as events: what a decision makes of them."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.access.decision import decide
from domain.access.emergency import unreviewed
from domain.access.facts import Facts, Party, Records
from domain.access.filing import learner_file
from domain.access.grounds import TABLE
from domain.access.policy import LocalPolicy
from domain.access.words import AssignmentKind, Assurance, PartyKind, ProcessKind, Role
from domain.disclosures import (
    EndPaper,
    RecordLegalProcess,
    RecordPlacement,
    SeekEnrolmentElsewhere,
    TellFamily,
)
from domain.emergencies import (
    DeclareEmergency,
    EndEmergency,
    OpenInEmergency,
    ReviewEmergencyOpening,
)
from domain.identity import MergeRecords
from domain.words import DataClass
from tests.unit.access.filed import Entry, at, in_order, learner, on
from tests.unit.access.test_filing import ana, asked, staff
from tests.unit.decider import ANA, BEN, named
from tests.unit.plain import AGENCY, COURT, EMERGENCY, OPENING, OTHER_SCHOOL, PAPER
from tests.unit.plain_people import RIVERA

ATTENDANCE = Records(data_class=DataClass.EDUCATION, kind="attendance")
TEACHER = staff(Role.TEACHER, AssignmentKind.CLASS, code="south-9a")
COUNSELOR = staff(Role.COUNSELOR, AssignmentKind.SCHOOL, code="north-high")
OPEN = OpenInEmergency(opening=OPENING, why="Ran from school upset.")
DAY = "2025-09-10"


def to(party: object, kind: PartyKind) -> Party:
    return Party(id=party, kinds=frozenset({kind}), assurance=Assurance.BASIC)  # type: ignore[arg-type]


def given_to(party: Party, purpose: str, *entries: Entry, day: str = DAY) -> Facts:
    """The facts of giving Ana's attendance to somebody."""
    return asked(ana(*entries), COUNSELOR, day, purpose=purpose, to=party)


def answer(facts: Facts) -> tuple[bool, str]:
    decision = decide(facts, TABLE)
    return decision.allowed, decision.code


# -- emergencies ----------------------------------------------------------------------------------


def looked(*entries: Entry, hours: float = 0) -> tuple[bool, str]:
    """Ms Rivera, a teacher elsewhere, looks some hours after nine on the tenth."""
    found = asked(ana(*entries), TEACHER, DAY, purpose="instruction")
    request = found.request
    later = type(request)(
        principal=request.principal,
        action=request.action,
        purpose=request.purpose,
        at=request.at + timedelta(hours=hours),
        asked=request.asked,
    )
    kept = {n: getattr(found, n) for n in ("learner", "file", "law", "policy", "purposes", "zone")}
    return answer(Facts(request=later, **kept))


@pytest.mark.parametrize(
    ("entries", "hours", "allowed"),
    [
        ([], 0, False),
        ([(OPEN, DAY, RIVERA)], 0, True),
        ([(OPEN, DAY, RIVERA)], 3.99, True),
        ([(OPEN, DAY, RIVERA)], 4, False),
        ([(OPEN, DAY, named("Mr Okafor"))], 0, False),
        ([(OPEN, "2025-09-09", RIVERA)], 0, False),
    ],
)
def test_an_opening_lets_who_opened_look_for_four_hours(
    entries: list[Entry], hours: float, allowed: bool
) -> None:
    code = "FERPA-99.36-opening" if allowed else "FERPA-99.31-a-1-i-A-assigned"
    found, told = looked(*entries, hours=hours)
    assert found is allowed
    assert told == code or not allowed


def test_an_opening_on_one_record_opens_those_merged_with_it() -> None:
    merged = MergeRecords(other=BEN, reason="Same birth certificate.")
    ben = learner((OPEN, DAY, RIVERA), owner=BEN)
    every = in_order(learner((merged, "2025-09-01")), ben)
    [opening] = learner_file(ANA, every).openings
    assert (opening.person, opening.words, opening.opened) == (RIVERA, OPEN.why, at(DAY))
    assert learner_file(ANA, ben).openings == ()


def test_an_opening_nobody_reviewed_is_listed_after_the_days_given() -> None:
    review = ReviewEmergencyOpening(opening=OPENING, justified=True, finding="It was.")
    policy, later = LocalPolicy(), at(DAY) + timedelta(days=5)
    opened = (OPEN, DAY, RIVERA)
    waiting = learner_file(ANA, learner(opened)).openings
    assert unreviewed(waiting, later - timedelta(seconds=1), policy) == ()
    assert unreviewed(waiting, later, policy) == waiting
    seen = learner_file(ANA, learner(opened, (review, "2025-09-11", named("Mr Ellery")))).openings
    assert [one.reviewed for one in seen] == [at("2025-09-11")]
    assert unreviewed(seen, later, policy) == ()


def test_a_review_that_found_no_emergency_left_the_record_open_to_who_opened_it() -> None:
    """It had ended after four hours alone, whatever the officer found meanwhile."""

    def seen(justified: bool, hours: float) -> bool:
        review = ReviewEmergencyOpening(opening=OPENING, justified=justified, finding="Looked.")
        reviewed = (review, DAY, named("Mr Ellery"))
        return looked((OPEN, DAY, RIVERA), reviewed, hours=hours)[0]

    assert seen(True, 1)
    assert not seen(False, 1)


HOSPITAL = named("hospital")
DECLARE = DeclareEmergency(emergency=EMERGENCY, threat="Swallowed pills.", must_know=(HOSPITAL,))
END = EndEmergency(emergency=EMERGENCY)


@pytest.mark.parametrize(
    ("entries", "who", "allowed"),
    [
        ([(DECLARE, DAY)], HOSPITAL, True),
        ([], HOSPITAL, False),
        ([(DECLARE, DAY)], COURT, False),
        ([(DECLARE, "2025-09-08"), (END, "2025-09-09")], HOSPITAL, False),
        ([(DECLARE, "2025-09-08"), (END, "2025-09-11")], HOSPITAL, True),
    ],
)
def test_who_must_know_is_told_while_the_emergency_lasts(
    entries: list[Entry], who: object, allowed: bool
) -> None:
    found = given_to(to(who, PartyKind.OTHER), "emergency", *entries)
    assert answer(found)[0] is allowed
    assert not allowed or answer(found)[1] == "FERPA-99.31-a-10"


def test_an_emergency_told_of_an_earlier_day_began_as_that_day_did() -> None:
    earlier = DECLARE.model_copy(update={"effective": on("2025-09-08", "2025-09-09")})
    [found] = learner_file(ANA, learner((earlier, DAY))).emergencies
    assert (found.begins, found.ends) == (
        datetime(2025, 9, 8, 5, tzinfo=UTC),
        datetime(2025, 9, 9, 5, tzinfo=UTC),
    )
    [now] = learner_file(ANA, learner((DECLARE, DAY))).emergencies
    assert (now.begins, now.ends) == (at(DAY), None)


# -- papers -----------------------------------------------------------------------------------


def process(kind: ProcessKind, **more: object) -> RecordLegalProcess:
    body = {"paper": PAPER, "kind": kind, "party": COURT, "records": ["attendance"], **more}
    return RecordLegalProcess.model_validate({"effective": "2025-08-20", **body})


TOLD_IN_TIME = (TellFamily(paper=PAPER), "2025-08-30")
TOLD_LATE = (TellFamily(paper=PAPER), "2025-09-05")


@pytest.mark.parametrize(
    ("paper", "entries", "code"),
    [
        (process(ProcessKind.SUBPOENA), [TOLD_IN_TIME], "FERPA-99.31-a-9-ii"),
        (process(ProcessKind.SUBPOENA), [TOLD_LATE], None),
        (process(ProcessKind.SUBPOENA), [], None),
        (process(ProcessKind.SUBPOENA, records=["grades"]), [TOLD_IN_TIME], None),
        (process(ProcessKind.GRAND_JURY, silence=True), [], "FERPA-99.31-a-9-ii-A"),
        (process(ProcessKind.GRAND_JURY), [], None),
        (process(ProcessKind.LAW_ENFORCEMENT, silence=True), [], "FERPA-99.31-a-9-ii-B"),
        (process(ProcessKind.EX_PARTE, for_attorney_general=True), [], "FERPA-99.31-a-9-ii-C"),
        (process(ProcessKind.LITIGATION), [], "FERPA-99.31-a-9-iii"),
        (
            process(ProcessKind.LITIGATION),
            [(EndPaper(paper=PAPER), "2025-09-09")],
            None,
        ),
    ],
)
def test_a_court_is_answered_as_its_paper_says(
    paper: RecordLegalProcess, entries: list[Entry], code: str | None
) -> None:
    court = to(COURT, PartyKind.COURT)
    found = given_to(court, "legal-process", (paper, "2025-08-20"), *entries)
    allowed, told = answer(found)
    assert allowed is (code is not None)
    assert code is None or told == code


CASEWORKER = named("caseworker")
PLACED = RecordPlacement(
    paper=PAPER, agency=AGENCY, agency_name="Child services", caseworkers=(CASEWORKER,)
)


@pytest.mark.parametrize(
    ("who", "ended", "allowed"),
    [
        (AGENCY, False, True),
        (CASEWORKER, False, True),
        (COURT, False, False),
        (AGENCY, True, False),
    ],
)
def test_the_agency_responsible_and_its_caseworkers_receive_records(
    who: object, ended: bool, allowed: bool
) -> None:
    end = [(EndPaper(paper=PAPER), "2025-09-09")] if ended else []
    agency = to(who, PartyKind.CHILD_WELFARE)
    found = given_to(agency, "child-welfare", (PLACED, "2025-09-01"), *end)
    assert answer(found)[0] is allowed


@pytest.mark.parametrize(
    ("asked_by_family", "told", "allowed"),
    [(True, False, True), (False, True, True), (False, False, False)],
)
def test_records_go_to_the_next_school_where_the_family_asked_or_was_told(
    asked_by_family: bool, told: bool, allowed: bool
) -> None:
    sought = SeekEnrolmentElsewhere(
        paper=PAPER,
        other_school=OTHER_SCHOOL,
        school_name="Lakeside Academy",
        asked_by_family=asked_by_family,
    )
    family = [(TellFamily(paper=PAPER), "2025-09-05")] if told else []
    school = to(OTHER_SCHOOL, PartyKind.SCHOOL)
    found = given_to(school, "transfer", (sought, "2025-09-01"), *family)
    assert answer(found)[0] is allowed
    assert not answer(given_to(school, "transfer"))[0]
