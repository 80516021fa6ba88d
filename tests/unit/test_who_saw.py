"""Who saw a learner, in words: what the officer reads, and what the family reads."""

import ast
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from api.desk import OPERATOR
from api.who_saw import Access, Told, Visit, Who, by_day, first_days, folded, lines_of, visits
from api.who_saw_reading import OFFICER
from api.who_saw_titles import DID, GROUNDS, TITLES, title
from domain.access.conditions import CONDITIONS
from domain.access.decision import TO_PERSON
from domain.access.evidence import Withheld
from domain.access.grounds import NOT_MODELLED
from domain.access.jurisdictions import US
from domain.access.record import idea_record, statutory
from domain.access.words import Action, Assurance, Role, WithholdingCode
from domain.event import Context
from domain.reads import RecordAccess, noted
from domain.words import DataClass

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("America/Chicago")
NOON = datetime(2025, 9, 3, 17, tzinfo=UTC)  # noon in Chicago
ANA = UUID("6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01")
OFFICIALS, CONFIDED = "FERPA-99.31-a-1-i-A", "STATE-counselor-confidential"
GRAND_JURY, WELFARE = "FERPA-99.31-a-9-ii-A", "USC-1232g-b-1-L"
RIVERA = Who(uuid4(), "Ms Rivera", frozenset({Role.COUNSELOR}))
STONE = Who(uuid4(), "Mr Stone", frozenset({Role.TEACHER}))
COURT = Who(uuid4(), "County Court")


def access(
    who: Who = RIVERA, *, after: timedelta = timedelta(), to: Who | None = None, **more: Any
) -> Access:
    given: dict[str, Any] = {
        "learner": ANA,
        "action": Action.OPENED,
        "purpose": "counseling",
        "allowed": True,
        "code": OFFICIALS,
        "classes": (DataClass.EDUCATION,),
        "facts": tuple(range(1, 15)),
        "how": "session",
        "assurance": Assurance.STRONG,
        "place": "/learners/{learner}",
        "recipient": to.id if to else None,
    }
    context = Context(
        today=date(2025, 9, 3),
        zone="America/Chicago",
        now=NOON + after,
        entered_by=who.id,
        entered_by_name=who.name,
    )
    event = noted(RecordAccess(**{**given, **more}), context)
    return Access(int((NOON + after).timestamp()), event, who, to)


def refused(who: Who = STONE, code: str = "local-recertification", **more: Any) -> Access:
    return access(who, allowed=False, code=code, classes=(), facts=(), **more)


def said(*accesses: Access) -> str:
    return Told(accesses).sentence


def family(*accesses: Access) -> list[Visit]:
    """The family's lines; the accesses are given the latest first."""
    return list(visits(accesses, US.silent, ZONE))


def sentences(*accesses: Access) -> list[str]:
    return [visit.sentence for visit in family(*accesses)]


# -- the officer's line ---------------------------------------------------------------------------


def test_a_look_is_told_with_who_what_why_and_for_what() -> None:
    assert said(access()) == (
        "Ms Rivera, counselor, opened the profile (14 entries, education records) — allowed: "
        "School officials with a legitimate educational interest (34 CFR 99.31(a)(1)(i)(A)), "
        "for counseling."
    )


def test_a_refusal_names_what_was_missing() -> None:
    assert said(refused()) == (
        "Mr Stone, teacher, tried to open the profile and was refused: Your yearly privacy "
        "training is missing or has run out. Finish it and come back (the district’s own rule)."
    )


def test_several_grounds_are_all_named() -> None:
    line = said(access(grounds=(CONFIDED,)))
    assert "School officials with a legitimate educational interest" in line
    assert " and A counselor of the learner, for what was told in confidence" in line


def test_a_disclosure_names_to_whom() -> None:
    given = access(action=Action.DISCLOSED, to=COURT, code="FERPA-99.31-a-9-ii", facts=())
    assert said(given).startswith(
        "Ms Rivera, counselor, gave records to County Court (education records) — allowed: A court"
    )


def test_who_received_it_and_has_no_name_on_file_is_told_so() -> None:
    given = access(action=Action.DISCLOSED, to=Who(uuid4(), ""), code="FERPA-99.31-a-9-ii")
    assert "gave records to somebody without a name on file" in said(given)


def test_who_has_no_role_and_no_name_is_somebody() -> None:
    assert said(access(Who(uuid4(), ""))).startswith("Somebody opened the profile")


def test_whoever_works_at_the_server_is_told_as_such() -> None:
    line = said(access(Who(UUID(int=0), "Local operator"), code=OPERATOR, purpose=None))
    assert line.endswith("allowed: Whoever works at the server itself, where no rule is asked.")


@pytest.mark.parametrize(
    ("action", "done"),
    [
        (Action.LISTED, "listed this learner on the caseload"),
        (Action.SEARCHED, "found this learner by the caseload"),
        (Action.EXPORTED, "exported the caseload"),
    ],
)
def test_each_act_has_its_word(action: Action, done: str) -> None:
    assert f"Ms Rivera, counselor, {done}" in said(access(action=action, place="/"))
    assert set(DID) == set(Action)


def test_every_code_of_a_decision_has_a_title() -> None:
    codes = {c.code for c in CONDITIONS.values()} | set(GROUNDS) | {TO_PERSON, OPERATOR, OFFICER}
    assert codes <= set(TITLES)
    assert all(title(code).text != code for code in codes)
    assert title("FERPA-99.31-a-10-purpose").section == "34 CFR 99.31(a)(10), 99.36"


def codes_of_denials() -> set[str]:
    """Every code with which the program refuses outside of the table of grounds."""
    modules = [file for room in ("domain", "api") for file in (ROOT / room).rglob("*.py")]
    calls = (
        node
        for module in modules
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    first = {"Denied": 0, "MayRead": 1}  # the place of the code among what each is given
    given = [
        call.args[first[call.func.id]]
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in first
    ]
    return {str(code.value) for code in given if isinstance(code, ast.Constant)}


def test_the_record_printed_the_bare_code_of_a_refusal_instead_of_words() -> None:
    codes = codes_of_denials()
    assert {"local-staff-only", "local-officer-only", "FERPA-99.32-c"} <= codes
    allowed = {code for code in codes if re.fullmatch("FERPA-99.32-c-[12]", code)}
    assert [code for code in sorted(codes - allowed) if title(code).text == code] == []


def test_the_record_printed_the_bare_code_of_a_ground_that_a_person_decides_on() -> None:
    assert [code for code in NOT_MODELLED if title(code).text == code] == []
    assert title("FERPA-99.31-a-4").cited == "Financial aid (34 CFR 99.31(a)(4))"


def test_a_code_of_another_table_stands_for_itself() -> None:
    assert title("FERPA-99.31-z").cited == "FERPA-99.31-z"


# -- folding and days -----------------------------------------------------------------------------


def test_listings_of_a_day_that_say_the_same_are_one_line() -> None:
    hours = (timedelta(hours=4), timedelta(hours=2), timedelta())
    listed = [access(action=Action.LISTED, place="/", after=hour) for hour in hours]
    [line] = folded(listed, ZONE)
    assert line.sentence.startswith("Ms Rivera, counselor, listed this learner on the caseload 3 t")
    assert [one.position for one in line.accesses] == [one.position for one in listed]


def test_what_was_opened_is_never_folded() -> None:
    assert len(folded([access(after=timedelta(hours=1)), access()], ZONE)) == 2


def test_listings_by_another_person_on_another_day_or_refused_are_lines_of_their_own() -> None:
    listed: dict[str, Any] = {"action": Action.LISTED, "place": "/"}
    several = [
        access(**listed),
        access(STONE, **listed),
        refused(RIVERA, **listed),
        access(after=-timedelta(days=1), **listed),
    ]
    assert len(folded(several, ZONE)) == 4


def test_a_day_is_the_schools_own() -> None:
    late, early = access(after=timedelta(hours=11)), access(after=timedelta(hours=13))
    grouped = by_day(folded([early, late], ZONE), ZONE)
    assert [day for day, _ in grouped] == [date(2025, 9, 4), date(2025, 9, 3)]


# -- the record of disclosures --------------------------------------------------------------------


def test_staff_are_exempt_and_whoever_got_it_outside_is_on_the_record() -> None:
    assert statutory(lines_of(access())) == ()
    assert statutory(lines_of(refused())) == ()
    [line] = statutory(
        lines_of(access(action=Action.DISCLOSED, to=COURT, code="FERPA-99.31-a-9-ii"))
    )
    assert (line.recipient, line.code) == (COURT.id, "FERPA-99.31-a-9-ii")
    [denied] = statutory(lines_of(refused(Who(uuid4(), "A stranger"))))
    assert not denied.allowed


def test_each_ground_has_a_line_with_the_classes_that_it_reaches() -> None:
    special = (DataClass.EDUCATION, DataClass.SPECIAL_ED, DataClass.COUNSELOR_CONFIDENTIAL)
    first, second = lines_of(access(grounds=(CONFIDED,), classes=special))
    assert first.classes == {DataClass.EDUCATION, DataClass.SPECIAL_ED}
    assert second.classes == {DataClass.COUNSELOR_CONFIDENTIAL}
    [provider] = idea_record(
        lines_of(access(code="FERPA-99.31-a-1-i-B", classes=(DataClass.SPECIAL_ED,)))
    )
    assert provider.idea
    assert idea_record(lines_of(access(classes=special))) == ()


def test_who_works_at_the_server_is_exempt_as_the_districts_own() -> None:
    assert statutory(lines_of(access(code=OPERATOR, purpose=None))) == ()


# -- the family's view ----------------------------------------------------------------------------


def test_the_family_has_one_line_for_each_person_and_day() -> None:
    hour = timedelta(hours=1)
    told = sentences(
        access(after=3 * hour, place="/learners/{learner}/timeline"),
        access(STONE, after=2 * hour, purpose="instruction"),
        access(after=hour),
        access(),
        access(after=-timedelta(days=1)),
    )
    seen = "What was seen: education records. Why: School officials with a legitimate educational"
    why = f"{seen} interest (34 CFR 99.31(a)(1)(i)(A)), for"
    assert told == [
        f"Ms Rivera, counselor, opened the profile and opened the timeline. {why} counseling.",
        f"Mr Stone, teacher, opened the profile. {why} instruction.",
        f"Ms Rivera, counselor, opened the profile. {why} counseling.",
    ]


@pytest.mark.parametrize("sealed", [GRAND_JURY, WELFARE, CONFIDED, "FERPA-99.3-sole-possession"])
def test_what_is_withheld_by_default_is_no_line_for_the_family(sealed: str) -> None:
    given = access(action=Action.DISCLOSED, to=COURT, code=sealed)
    assert family(given) == []
    assert family(given, access(STONE)) == family(access(STONE))


@pytest.mark.parametrize("sealed", [GRAND_JURY, WELFARE])
def test_a_refusal_on_a_sealed_ground_is_no_line_for_the_family(sealed: str) -> None:
    assert family(refused(ground=sealed, action=Action.DISCLOSED, to=COURT)) == []


def test_what_is_kept_silent_leaves_the_familys_line_as_it_was() -> None:
    confided = access(
        grounds=(CONFIDED,),
        classes=(DataClass.COUNSELOR_CONFIDENTIAL, DataClass.EDUCATION),
        withheld=("STATE-confidences",),
        facts=(1, 2, 3, 99),
    )
    plain = access(facts=(1, 2, 3))
    assert sentences(confided) == sentences(plain)


def test_the_family_learns_of_a_refusal_and_not_of_its_reason() -> None:
    [told] = sentences(refused())
    assert told == "Mr Stone, teacher, tried to open the profile and was refused."
    [both] = sentences(refused(RIVERA, place="/learners/{learner}/audit"), access())
    assert both.endswith("The same person tried to open the audit log and was refused.")


def test_a_page_of_the_family_has_whole_days_and_none_that_is_empty() -> None:
    days = [timedelta(days=-n) for n in range(4)]
    hidden = access(action=Action.DISCLOSED, to=COURT, code=GRAND_JURY, after=days[3])
    log = [access(after=days[0]), access(STONE, after=days[0]), access(after=days[1])]
    told, more = first_days(family(*log), 1)
    assert ([visit.who for visit in told], more) == ([RIVERA, STONE], date(2025, 9, 3))
    told, more = first_days(family(*log[2:], hidden), 1)
    assert ([visit.who for visit in told], more) == ([RIVERA], None)


def test_a_day_of_lines_that_an_officer_withholds_is_no_day_and_no_page() -> None:
    first, alone, last = (access(STONE, after=timedelta(days=-n)) for n in range(3))
    beside = access(STONE, place="/learners/{learner}/timeline")
    kept = Withheld(position=9, code=WithholdingCode.SAFETY, by=RIVERA.id, since=NOON)
    hidden = [replace(one, withheld=kept) for one in (alone, beside)]
    told = family(hidden[1], first, hidden[0], last)
    assert told == family(first, last)
    assert first_days(told, 1) == first_days(family(first, last), 1)
    assert first_days(family(first, hidden[0]), 1)[1] is None
    assert said(hidden[0]) == said(alone)
    assert not any(one.withheld_by_law for one in hidden)
