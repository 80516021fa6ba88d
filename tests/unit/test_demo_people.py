"""Who may see what in the demo district, by its own rules: roles, papers, and the looks so far."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from api.demo_district import STAFF, Line, happened, in_order, whole
from api.demo_district.cast import TUTORS, TUTORS_ID
from api.demo_district.entering import LOCAL
from api.demo_district.looked import CONSENT, looked
from api.demo_district.outsiders import TUTORED, grown, outsiders
from api.demo_district.parts import parts
from api.demo_district.scans import scans
from api.demo_district.staffing import LAPSED, TENANT, classes_of, role_of, staffing
from api.pages.personas import check
from domain.access.decision import RECORD_ITSELF, decide
from domain.access.emergency import OPENING
from domain.access.facts import Party, Principal
from domain.access.facts import Request as Asked
from domain.access.filing import district_file, facts, learner_file, person_file, word
from domain.access.grounds import TABLE
from domain.access.words import Action, Assurance, PartyKind, Role
from domain.application import Request
from domain.application import decide as command
from domain.event import Event
from domain.facts import ScoreAssessment, SummariseAttendance
from domain.learner import Learner
from domain.people import district_id
from domain.reads import AccessRecorded

TODAY = date(2026, 11, 21)
OTHER_DAYS = [
    date(2024, 2, 29),
    date(2026, 7, 4),  # between two school years
    date(2026, 8, 20),  # nobody is of age yet
    date(2026, 9, 9),  # the day before the late consent is keyed in
    date(2026, 9, 11),  # the day after it
]


TUTORS_PARTY = Party(
    id=TUTORS_ID,
    kinds=frozenset({PartyKind.PROVIDER}),
    classes=frozenset({word(TUTORS)}),
    assurance=Assurance.STRONG,
)


@pytest.fixture(scope="module")
def line() -> list[Line]:
    return whole(in_order(TODAY), TODAY)


@pytest.fixture(scope="module")
def events(line: list[Line]) -> dict[UUID, list[Event]]:
    """The events of each record, each with its position and the time at which it was entered."""
    records: dict[UUID, Learner] = {}
    found: dict[UUID, list[Event]] = {}
    for position, one in enumerate(line, 1):
        if isinstance(one, Request):
            records[one.learner], event = command(records.get(one.learner), one, None)
            vars(event).update(position=position, timestamp=one.context.now)
            found.setdefault(one.learner, []).append(event)
    return found


def looks(line: Sequence[Line]) -> list[tuple[int, AccessRecorded]]:
    return [(at, one) for at, one in enumerate(line, 1) if isinstance(one, AccessRecorded)]


def before(events: dict[UUID, list[Event]], record: UUID, position: int) -> list[Event]:
    return [event for event in events.get(record, []) if event.position < position]


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS], ids=str)
def test_the_record_is_in_order_of_time_and_before_today_and_each_look_shows_what_was_there(
    today: date,
) -> None:
    entered = in_order(today)
    found = whole(entered, today)
    assert [one for one in found if isinstance(one, Request)] == entered
    times = [happened(one) for one in found]
    assert times == sorted(times)
    assert times[-1].astimezone(LOCAL).date() < today
    for position, look in looks(found):
        assert all(fact < position for fact in look.facts)
        for fact in look.facts:
            shown = found[fact - 1]
            assert isinstance(shown, Request)
            assert shown.learner == look.learner


def test_the_same_day_gives_the_same_looks(line: list[Line]) -> None:
    entered = [one for one in line if isinstance(one, Request)]
    found = [one for _, one in looks(line)]
    for one, again in zip(found, looked(TODAY, entered), strict=True):
        assert vars(one) | {"event_id": None} == vars(again[1]) | {"event_id": None}
    assert 40 < len(found) < 100


def test_everybody_who_works_there_has_a_role_and_an_assignment(
    events: dict[UUID, list[Event]],
) -> None:
    for one in STAFF:
        file = person_file(one.id, events[one.id])
        assert file.name == one.name
        assert file.roles_on(TODAY) == {role_of(one)}
        assert any(posting.holds(TODAY) for posting in file.assignments)
        trained = max(training.effective for training in file.certifications)
        assert ((TODAY - trained).days > 400) == (one is LAPSED)
    roles = Counter(role_of(one) for one in STAFF)
    assert set(roles) == set(Role) - {Role.LEARNER, Role.GUARDIAN, Role.OUTSIDE_PROVIDER}
    assert any(classes_of(one) == ["04-a"] for one in STAFF)


def test_the_looks_are_such_as_the_districts_rules_allowed_and_refused_on_their_day(
    line: list[Line], events: dict[UUID, list[Event]]
) -> None:
    differ = []
    for position, look in looks(line):
        if look.action is Action.DISCLOSED and look.allowed:
            continue  # by phone, on a paper that nobody had entered
        person = person_file(look.entered_by, before(events, look.entered_by, position))
        district = district_file(before(events, district_id(TENANT), position))
        learner = learner_file(look.learner, before(events, look.learner, position))
        principal = Principal(
            id=look.entered_by,
            roles=person.roles_on(look.timestamp.astimezone(LOCAL).date()),
            district=TENANT,
            assurance=Assurance.STRONG,
        )
        assert look.purpose is not None
        asked = Asked(
            principal=principal,
            action=look.action,
            purpose=look.purpose,
            at=look.timestamp,
            asked=(RECORD_ITSELF,),
            recipient=TUTORS_PARTY if look.recipient else None,
        )
        people = [(look.entered_by, person)]
        found = facts(asked, look.learner, learner, people, district, LOCAL, TENANT)
        decision = decide(found, TABLE)
        ground = None if decision.allowed else decision.withheld[0].ground
        if (decision.allowed, decision.code, ground) != (look.allowed, look.code, look.ground):
            differ.append((look.entered_by_name, look.code, decision.code, ground))
    assert differ == []


def test_records_were_given_by_phone_between_the_signature_and_the_entry_of_the_consent(
    line: list[Line], events: dict[UUID, list[Event]]
) -> None:
    disclosed = [(at, x) for at, x in looks(line) if x.action is Action.DISCLOSED]
    [(position, given)] = [(at, x) for at, x in disclosed if x.allowed]
    assert (given.recipient, given.code, given.learner) == (TUTORS_ID, CONSENT, TUTORED.id)
    shown = {type(one.command) for at in given.facts if isinstance(one := line[at - 1], Request)}
    assert shown == {ScoreAssessment, SummariseAttendance}
    on = given.timestamp.astimezone(LOCAL).date()
    late = next(
        consent
        for consent in learner_file(TUTORED.id, events[TUTORED.id]).consents
        if consent.signed_on == date(2026, 9, 1)
    )
    assert late.received is not None
    assert late.recorded is not None
    assert late.received < on == date(2026, 9, 5) < late.recorded.date() == date(2026, 9, 10)
    then = learner_file(TUTORED.id, before(events, TUTORED.id, position)).consents
    assert late.id not in {consent.id for consent in then}


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS], ids=str)
def test_there_are_people_to_be_on_any_day(today: date) -> None:
    found = parts(today)
    assert len({part.persona.id for part in found}) == len(found) == 8 + bool(grown(today))
    assert found[0].persona.name == "Ms Rivera"
    assert all(part.sees and part.start.startswith("/") for part in found)
    registered = {request.learner for request in [*staffing(today), *outsiders(today)]}
    assert all(part.persona.id in registered for part in found)


def test_whoever_works_at_the_machine_is_no_part_to_play() -> None:
    found = parts(TODAY)
    part = replace(found[0], persona=replace(found[0].persona, at_the_machine=True))
    with pytest.raises(ValueError, match="at the machine"):
        check(found[1].persona, [part])
    with pytest.raises(ValueError, match="at the machine"):
        check(part.persona, found)
    check(part.persona, [])
    check(found[0].persona, found)


def test_an_emergency_opening_is_looked_at_while_it_lasts_and_one_is_not_reviewed_yet(
    line: list[Line], events: dict[UUID, list[Event]]
) -> None:
    opened = [look for _, look in looks(line) if look.code == OPENING]
    assert len({look.entered_by for look in opened}) == len(opened) == 2
    found = {one.learner: learner_file(one.learner, events[one.learner]).openings for one in opened}
    for look in opened:
        [opening] = found[look.learner]
        assert timedelta(0) < look.timestamp - opening.opened < timedelta(hours=4)
    newest = max(opened, key=lambda look: look.timestamp)
    waiting = [one for [one] in found.values() if one.reviewed is None]
    assert [one.person for one in waiting] == [newest.entered_by]
    assert (TODAY - newest.timestamp.astimezone(LOCAL).date()).days < 5


def test_the_late_consent_was_compared_with_its_scan_by_a_second_person(
    line: list[Line], events: dict[UUID, list[Event]]
) -> None:
    requests = [one for one in line if isinstance(one, Request)]
    [(learner, group, file, content)] = list(scans(requests))
    assert (learner, group, file.sha256) == (TUTORED.id, "consent", sha256(content).hexdigest())
    assert content.startswith(b"%PDF-")
    assert TUTORED.name.encode("cp1252") in content
    [late] = [c for c in learner_file(TUTORED.id, events[TUTORED.id]).consents if c.scan]
    assert late.signed_on == date(2026, 9, 1)
    assert late.confirmed_by not in (None, late.entered_by)
