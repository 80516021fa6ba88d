"""The facts of a request, made from what is on file; and how assignments are resolved."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.covered import covered
from domain.access.decision import decide
from domain.access.evidence import Assignment, Barred, Emergency, Opening
from domain.access.facts import Facts, File, Party, Principal, Records, Request, known_by
from domain.access.filing import (
    LearnerFile,
    PersonFile,
    Posting,
    Schooling,
    district_file,
    facts,
    known_at,
    learner_file,
    person_file,
    resolved,
)
from domain.access.grounds import TABLE
from domain.access.rights import RightsEvidence
from domain.access.words import Action, AssignmentKind, Assurance, PartyKind, Role
from domain.consent import ConfirmConsent, GrantConsent, SetDirectoryOptOut
from domain.district import DesignateDirectoryInformation, PublishAnnualNotice
from domain.event import Attachment, Event
from domain.identity import Capacity, EnrolLearner, LinkResponsiblePerson
from domain.people import Assign, CompleteTraining, GrantRole
from domain.rules import SetPolicy
from domain.words import DataClass
from tests.unit.access.filed import ZONE, at, district, learner, on, person
from tests.unit.decider import ANA, BEN, named
from tests.unit.plain import CONSENT, MOTHER
from tests.unit.plain_people import RIVERA, TUTOR

CEDAR = "cedar"
ATTENDANCE = Records(data_class=DataClass.EDUCATION, kind="attendance")

PAPERS = district(
    (
        PublishAnnualNotice(
            version="notice-2025", criteria="officials-2025", effective=on("2025-08-01")
        ),
        "2025-08-01",
    ),
    (
        DesignateDirectoryInformation(
            kinds=("name", "photograph"), refuse_by=date(2025, 8, 31), effective=on("2025-08-01")
        ),
        "2025-08-01",
    ),
    (SetPolicy(version="p-2026", jurisdiction="US-CA", effective=on("2026-08-01")), "2026-05-01"),
)


def staff(role: Role, kind: AssignmentKind, **to: Any) -> list[Event]:
    """Ms Rivera, trained, in a role, assigned."""
    return person(
        (GrantRole(role=role, effective=on("2025-08-01")), "2025-08-01"),
        (CompleteTraining(course="Privacy", effective=on("2025-08-01")), "2025-08-01"),
        (Assign(role=role, kind=kind, effective=on("2025-08-01"), **to), "2025-08-01"),
    )


def ana(*entries: Any) -> list[Event]:
    """Ana, at North High since August, with her mother."""
    return learner(
        (
            EnrolLearner(
                school="north-high", grade="09", classes=("9b",), effective=on("2025-08-18")
            ),
            "2025-08-18",
        ),
        (
            LinkResponsiblePerson(
                person=MOTHER,
                name="Maria Lopez",
                relation="mother",
                capacity=Capacity.GUARDIAN,
                effective=on("2024-08-19"),
                received_how="birth certificate",
            ),
            "2025-08-18",
        ),
        *entries,
    )


def request(
    when: datetime,
    roles: frozenset[Role],
    purpose: str = "counseling",
    to: Party | None = None,
    asked: tuple[Records, ...] = (ATTENDANCE,),
) -> Request:
    return Request(
        principal=Principal(id=RIVERA, roles=roles, district=CEDAR, assurance=Assurance.STRONG),
        action=Action.DISCLOSED if to else Action.OPENED,
        purpose=purpose,
        at=when,
        asked=asked,
        recipient=to,
    )


def asked(
    of: Sequence[Event],
    by: Sequence[Event],
    day: str,
    papers: Sequence[Event] = PAPERS,
    **more: Any,
) -> Facts:
    """The facts of a request about Ana by Ms Rivera on a day."""
    file = person_file(RIVERA, by)
    when = at(day)
    wanted = request(when, file.roles_on(when.astimezone(ZONE).date()), **more)
    people = [(RIVERA, file)]
    return facts(wanted, ANA, learner_file(ANA, of), people, district_file(papers), ZONE, CEDAR)


# -- from events to a decision ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "kind", "to", "purpose"),
    [
        (Role.COUNSELOR, AssignmentKind.SCHOOL, {"code": "north-high"}, "counseling"),
        (Role.COUNSELOR, AssignmentKind.CASELOAD, {"learner": ANA}, "counseling"),
        (Role.TEACHER, AssignmentKind.CLASS, {"code": "9b"}, "instruction"),
        (Role.TEACHER, AssignmentKind.CLASS, {"code": "9b", "school": "north-high"}, "instruction"),
        (Role.COMPLIANCE_OFFICER, AssignmentKind.DISTRICT, {}, "oversight"),
    ],
)
def test_who_is_assigned_to_the_learner_is_a_school_official(
    role: Role, kind: AssignmentKind, to: dict[str, Any], purpose: str
) -> None:
    decision = decide(asked(ana(), staff(role, kind, **to), "2025-09-10", purpose=purpose), TABLE)

    assert (decision.allowed, decision.code) == (True, "FERPA-99.31-a-1-i-A")


@pytest.mark.parametrize(
    ("role", "kind", "to"),
    [
        (Role.COUNSELOR, AssignmentKind.SCHOOL, {"code": "south-high"}),
        (Role.COUNSELOR, AssignmentKind.CASELOAD, {"learner": BEN}),
        (Role.TEACHER, AssignmentKind.CLASS, {"code": "9a"}),
        (Role.TEACHER, AssignmentKind.CLASS, {"code": "north-high"}),
        (Role.TEACHER, AssignmentKind.CLASS, {"code": "9b", "school": "south-high"}),
    ],
)
def test_who_is_assigned_elsewhere_is_none(
    role: Role, kind: AssignmentKind, to: dict[str, Any]
) -> None:
    found = asked(ana(), staff(role, kind, **to), "2025-09-10", purpose="instruction")

    assert found.file.assignments == ()
    assert not decide(found, TABLE).allowed


def test_a_school_reaches_only_who_is_enrolled_there_that_day() -> None:
    counselor = staff(Role.COUNSELOR, AssignmentKind.SCHOOL, code="north-high")

    assert not decide(asked(ana(), counselor, "2025-08-17"), TABLE).allowed
    assert decide(asked(ana(), counselor, "2025-08-18"), TABLE).allowed


def test_a_caseload_reaches_what_stands_on_a_merged_record() -> None:
    posting = Posting(
        id=named("posting"),
        role=Role.COUNSELOR,
        kind=AssignmentKind.CASELOAD,
        learner=BEN,
        effective=date(2025, 8, 1),
    )
    merged = LearnerFile(rights=RightsEvidence(born=None), merged=frozenset({BEN}))

    assert len(list(resolved(RIVERA, posting, ANA, merged))) == 1
    assert list(resolved(RIVERA, posting, ANA, LearnerFile.empty())) == []


def test_the_rules_are_those_of_the_day_of_the_request() -> None:
    counselor = staff(Role.COUNSELOR, AssignmentKind.SCHOOL, code="north-high")
    before = asked(ana(), counselor, "2026-07-31")
    after = asked(ana(), counselor, "2026-08-01")

    assert (before.policy.version, before.law.code) == ("default", "US")
    assert (after.policy.version, after.law.code) == ("p-2026", "US-CA")
    assert (after.learner.district, after.zone) == (CEDAR, ZONE)


def test_everything_on_file_reaches_the_decision() -> None:
    """Each field of the file is filled from the learner's, the people's or the district's."""
    when = at("2025-09-10")
    opening = Opening(person=RIVERA, opened=when, words="Fainted")
    emergency = Emergency(id=CONSENT, begins=when, threat="Fainted", must_know=frozenset({TUTOR}))
    file = replace(
        learner_file(
            ANA,
            ana((SetDirectoryOptOut(), "2025-09-01"), (granted(), "2025-09-10")),
        ),
        openings=(opening,),
        emergencies=(emergency,),
    )
    papers = replace(
        district_file(PAPERS), barred=(Barred(party=TUTOR, effective=date(2025, 1, 1)),)
    )
    me = person_file(RIVERA, staff(Role.COUNSELOR, AssignmentKind.SCHOOL, code="north-high"))
    found = facts(request(when, frozenset()), ANA, file, [(RIVERA, me)], papers, ZONE, CEDAR).file
    filled = {f.name for f in fields(File) if getattr(found, f.name)}

    assert filled == {
        "rights", "assignments", "certifications", "annual_notices", "designations", "opt_outs",
        "consents", "openings", "emergencies", "barred",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "kinds"),
    [
        (None, None),
        ("photographs", {"photograph"}),
        ("name", {"name"}),
        ("name and grade in the yearbook", None),  # in no notice: all is kept back
    ],
)
def test_an_opt_out_keeps_back_what_it_names_and_all_where_nobody_can_tell(
    scope: str | None, kinds: set[str] | None
) -> None:
    opted = ana((SetDirectoryOptOut(scope=scope), "2025-09-01"))
    [found] = asked(opted, person(), "2025-09-10").file.opt_outs

    assert found.kinds == kinds


# -- a consent that was entered late --------------------------------------------------------------


def granted(received: str = "2025-09-03") -> GrantConsent:
    return GrantConsent(
        consent=CONSENT,
        records=("attendance",),
        purpose="tutoring",
        recipient="Bright Path Tutoring",
        signer=MOTHER,
        signer_name="Maria Lopez",
        capacity="mother",
        method="paper, signed and dated",
        effective=on("2025-09-01"),
        received_on=date.fromisoformat(received),
    )


SCAN = Attachment(
    id=named("scan"), name="signed.pdf", media_type="application/pdf", sha256="ab" * 32
)
TO_TUTOR = Party(
    id=TUTOR,
    kinds=frozenset({PartyKind.OTHER}),
    classes=frozenset({"bright-path-tutoring"}),
    assurance=Assurance.BASIC,
)
COORDINATOR = staff(Role.TRANSITION_COORDINATOR, AssignmentKind.SCHOOL, code="north-high")


def disclosed(of: Sequence[Event]) -> Facts:
    return asked(of, COORDINATOR, "2025-09-05", purpose="tutoring", to=TO_TUTOR)


@pytest.mark.parametrize(("received", "in_time"), [("2025-09-03", True), ("2025-09-08", False)])
def test_a_consent_entered_late_did_not_allow_and_covers_now_what_came_after_it_was_received(
    received: str, in_time: bool
) -> None:
    signed = granted(received).model_copy(update={"attachments": (SCAN,)})
    confirmed = (ConfirmConsent(consent=CONSENT), "2025-09-11", named("Mr Chen"))
    now = disclosed(ana((signed, "2025-09-10"), confirmed))
    then = replace(now, file=known_by(now.file, at("2025-09-05")))
    found = covered(then, now, TABLE)

    assert then.file.consents == ()
    assert (found.then.allowed, found.now.allowed) == (False, in_time)
    assert "signed 1 Sep" in found.text
    assert f"received {date.fromisoformat(received).day} Sep, entered 10 Sep" in found.text


@pytest.mark.parametrize(
    ("scan", "second", "covers"),
    [
        ("granted", True, True),
        ("confirmed", True, True),
        ("", True, False),
        ("granted", False, False),
    ],
)
def test_a_late_consent_covers_an_earlier_access_with_its_scan_and_a_second_person_alone(
    scan: str, second: bool, covers: bool
) -> None:
    files: dict[str, Any] = {"attachments": (SCAN,)}
    signed = granted().model_copy(update=files if scan == "granted" else {})
    confirm = ConfirmConsent(consent=CONSENT).model_copy(
        update=files if scan == "confirmed" else {}
    )
    entries: list[Any] = [(signed, "2025-09-10")]
    entries += [(confirm, "2025-09-11", named("Mr Chen"))] if second else []
    now = disclosed(ana(*entries))
    then = replace(now, file=known_by(now.file, at("2025-09-05")))
    found = covered(then, now, TABLE)

    assert (found.then.allowed, found.now.allowed) == (False, covers)
    assert covers or found.now.code == "local-late-entry"


def test_a_confirmation_without_a_scan_stood_in_the_way_of_one_that_had_it() -> None:
    bare = ConfirmConsent(consent=CONSENT)
    with_scan = bare.model_copy(update={"attachments": (SCAN,)})
    entries: list[Any] = [
        (granted(), "2025-09-10"),
        (bare, "2025-09-11", named("Mr Chen")),
        (with_scan, "2025-09-12", named("Ms Park")),
    ]
    now = disclosed(ana(*entries))
    then = replace(now, file=known_by(now.file, at("2025-09-05")))
    assert covered(then, now, TABLE).now.allowed
    [consent] = now.file.consents
    assert consent.confirmed_by == named("Ms Park")


def test_known_by_and_the_events_until_then_give_the_same_file() -> None:
    events = ana((granted(), "2025-09-10"), (SetDirectoryOptOut(), "2025-09-12"))
    instant = at("2025-09-11")

    assert known_by(disclosed(events).file, instant) == disclosed(known_at(events, instant)).file


# -- assignments, resolved ----------------------------------------------------------------------

FIRST = date(2025, 8, 1)
DAYS = st.integers(0, 12).map(lambda n: FIRST + timedelta(days=n))
CODES = st.sampled_from(["north-high", "south-high", "9b", "9a"])


@st.composite
def stretches(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "effective": draw(DAYS),
        "until": draw(st.none() | DAYS),
        "received": draw(st.none() | DAYS),
    }


@st.composite
def postings(draw: st.DrawFn) -> Posting:
    kind = draw(st.sampled_from([AssignmentKind.SCHOOL, AssignmentKind.CLASS]))
    return Posting(
        id=named("posting"),
        role=Role.TEACHER,
        kind=kind,
        code=draw(CODES),
        school=draw(st.none() | CODES) if kind is AssignmentKind.CLASS else None,
        **draw(stretches()),
    )


@st.composite
def schoolings(draw: st.DrawFn) -> Schooling:
    return Schooling(
        school=draw(CODES),
        classes=frozenset(draw(st.lists(CODES, max_size=2))),
        **draw(stretches()),
    )


def connected(posting: Posting, enrolled: Sequence[Schooling], day: date) -> bool:
    """Said as plainly as can be: the posting holds, and so does an enrolment that it names."""
    for schooling in enrolled:
        named_by_it = (
            posting.code == schooling.school
            if posting.kind is AssignmentKind.SCHOOL
            else posting.code in schooling.classes
            and (posting.school is None or posting.school == schooling.school)
        )
        if named_by_it and posting.holds(day) and schooling.holds(day):
            return True
    return False


@given(posting=postings(), enrolled=st.lists(schoolings(), max_size=3))
def test_somebody_is_connected_on_the_days_on_which_posting_and_enrolment_both_hold(
    posting: Posting, enrolled: list[Schooling]
) -> None:
    file = replace(LearnerFile.empty(), enrolled=tuple(enrolled))
    found: list[Assignment] = list(resolved(RIVERA, posting, ANA, file))

    for n in range(-1, 14):
        day = FIRST + timedelta(days=n)
        assert any(a.holds(day) for a in found) is connected(posting, enrolled, day), day
    assert all((a.person, a.role, a.kind) == (RIVERA, Role.TEACHER, posting.kind) for a in found)


def test_a_connection_was_known_when_both_its_halves_were() -> None:
    counselor = staff(Role.COUNSELOR, AssignmentKind.SCHOOL, code="north-high")
    [found] = asked(ana(), counselor, "2025-09-10").file.assignments
    file = known_by(asked(ana(), counselor, "2025-09-10").file, at("2025-08-10"))

    assert found.recorded == at("2025-08-18")  # the enrolment came after the assignment
    assert file.assignments == ()


def test_a_stranger_with_an_empty_file_is_told_nothing() -> None:
    stranger: tuple[UUID, PersonFile] = (named("a stranger"), PersonFile())
    found = facts(
        request(at("2025-09-10"), frozenset()),
        ANA,
        learner_file(ANA, ana()),
        [stranger],
        district_file(PAPERS),
        ZONE,
        CEDAR,
    )

    assert not decide(found, TABLE).allowed
