"""The demo district: the same every time, accepted by the domain, and fit to be read."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from api.demo_district import FEATURED, SCHOOLS, STAFF, in_order, past_day, requests, whole
from api.demo_district.calendar import is_school_day, last_years, school_year
from api.demo_district.entering import LOCAL, file_began
from api.demo_district.people import everybody
from domain import vocabulary
from domain.application import Request, decide
from domain.changes import (
    AmendFact,
    CorrectFact,
    PlaceContestStatement,
    RetractFact,
    ShareNote,
)
from domain.event import PERSON, Event, command_name
from domain.facts import (
    GiveFamilyInput,
    RecordObservation,
    ScoreAssessment,
    SummariseAttendance,
)
from domain.goals import SetGoal
from domain.identity import EnrolLearner, MergeRecords, RegisterLearner
from domain.learner import Learner
from domain.reads import AccessRecorded
from domain.reviews import HoldReview, ScheduleReview
from domain.words import Area, DataClass
from projections.entries import late_by

TODAY = date(2026, 11, 21)
OTHER_DAYS = [
    date(2024, 2, 29),
    date(2026, 7, 4),  # between two school years
    date(2026, 9, 9),  # the day before the late consent is keyed in
]
TEXTS = ("text", "agreed", "evidence", "ground", "reason", "note")

District = list[list[Request]]


@pytest.fixture(scope="module")
def district() -> District:
    return list(requests(TODAY))


@pytest.fixture(scope="module")
def events(district: District) -> dict[UUID, list[Event]]:
    return recorded(every(district))


@pytest.fixture(scope="module")
def line() -> list[Request]:
    """All requests in the order in which they were entered."""
    return in_order(TODAY)


def recorded(requests: Iterable[Request]) -> dict[UUID, list[Event]]:
    """What the domain makes of the requests, by learner; it raises where one is refused."""
    learners: dict[UUID, Learner] = {}
    events: dict[UUID, list[Event]] = {}
    for request in requests:
        found = learners.get(request.learner)
        learners[request.learner], event = decide(found, request, None)
        events.setdefault(request.learner, []).append(event)
    return events


def every(district: District) -> Iterator[Request]:
    for history in district:
        yield from history


def of(district: District, kind: type) -> list[Request]:
    return [r for r in every(district) if isinstance(r.command, kind)]


def starts(request: Request) -> date:
    effective = request.command.effective
    assert effective is not None
    assert effective.start is not None
    return effective.start


def test_it_is_the_same_every_time(district: District) -> None:
    assert list(requests(TODAY)) == district


def test_a_repeat_adds_nothing_since_every_command_has_an_id_of_its_own(
    district: District,
) -> None:
    ids = Counter(r.context.command_id for r in every(district))
    assert len(ids) == sum(map(len, district))


def test_there_are_240_learners_in_all_grades_of_three_schools(district: District) -> None:
    assert len(district) == 240
    assert len({history[-1].learner for history in district}) == 240
    enrolled = [r.command for r in of(district, EnrolLearner)]
    schools = {c.school for c in enrolled if isinstance(c, EnrolLearner)}
    assert schools == {*SCHOOLS, "lakeside-usd"}
    assert len({c.grade for c in enrolled if isinstance(c, EnrolLearner)}) == 13


def test_it_has_the_size_of_a_district(district: District) -> None:
    assert 25_000 <= sum(map(len, district)) <= 31_000
    assert max(map(len, district)) < 300


UNTOLD = ("online", "oversight")
SEALED = {"legal-process-recorded", "placement-recorded", "paper-ended"}


def test_every_type_of_event_is_there(line: list[Request]) -> None:
    found = {one.command.EVENT.TOPIC for one in whole(line, TODAY) if isinstance(one, Request)}
    # The demo tells of no child who is asked online, and of no court and no agency.
    untold = {t for t, e in vocabulary.EVENTS.items() if e.SPEC.group in UNTOLD} | SEALED
    assert found.isdisjoint(untold), "it is told of by now"
    assert found | {AccessRecorded.TOPIC} | untold == set(vocabulary.EVENTS)


def test_every_area_is_there(events: dict[UUID, list[Event]]) -> None:
    found = {getattr(e, "area", None) for history in events.values() for e in history}
    assert set(Area) <= found


@pytest.mark.parametrize("today", OTHER_DAYS, ids=str)
def test_any_day_makes_a_district_that_the_domain_accepts(today: date) -> None:
    sizes = {learner: len(events) for learner, events in recorded(in_order(today)).items()}
    learners = {request.learner for history in requests(today) for request in history}
    assert len(learners) == 241
    assert learners < set(sizes)
    assert sum(sizes.values()) > 20_000


def test_nobody_reads_the_same_sentence_twice_on_one_page(
    events: dict[UUID, list[Event]],
) -> None:
    for history in events.values():
        said = Counter(
            text for e in history for n in TEXTS if isinstance(text := getattr(e, n, None), str)
        )
        again = {text: times for text, times in said.items() if times > 1}
        assert sum(again.values()) - len(again) <= 2, again


def test_no_blank_is_left_open(events: dict[UUID, list[Event]]) -> None:
    for history in events.values():
        for event in history:
            for name in (*TEXTS, "title"):
                assert "{" not in str(getattr(event, name, ""))
                assert "|" not in str(getattr(event, name, ""))


def test_what_is_seen_is_seen_on_a_school_day_and_after_birth(district: District) -> None:
    for history in district:
        register = next(
            r.command
            for r in history
            if isinstance(r.command, RegisterLearner) and r.command.birth_date
        )
        assert isinstance(register, RegisterLearner)
        assert register.birth_date is not None
        five = register.birth_date + timedelta(days=4 * 365)
        for request in of([history], RecordObservation):
            assert is_school_day(starts(request))
            assert starts(request) > five


def test_a_learner_is_the_age_of_the_grade(district: District) -> None:
    for person, history in zip(everybody(), district, strict=True):
        registers = [r.command for r in of([history], RegisterLearner)]
        born = max(
            r.birth_date for r in registers if isinstance(r, RegisterLearner) and r.birth_date
        )
        first_of_september = date(last_years(TODAY)[-1].start, 9, 1)
        assert 5 + person.grade <= (first_of_september - born).days / 365.2 < 7.1 + person.grade


# -- when it was entered ------------------------------------------------------------------------


def test_all_learners_are_entered_in_one_order_of_time_and_each_in_its_own(
    district: District, line: list[Request]
) -> None:
    times = [r.context.now for r in line]
    assert times == sorted(times)
    entered: dict[UUID, list[Request]] = {}
    for request in line:
        entered.setdefault(request.learner, []).append(request)
    for history in district:
        for learner in {r.learner for r in history}:
            assert entered.pop(learner) == [r for r in history if r.learner == learner]
    assert all(r.command.EVENT.SPEC.record == PERSON for rest in entered.values() for r in rest)


def test_everything_is_entered_before_today_and_nothing_before_it_happened(
    district: District,
) -> None:
    for request in every(district):
        command, entered = request.command, request.context.today
        assert request.context.now.astimezone(LOCAL).date() == entered < TODAY
        assert command.received_on is None or command.received_on <= entered
        if not command.MAY_LIE_AHEAD and command.effective and command.effective.start:
            assert command.effective.start <= entered


def test_what_lies_before_the_file_began_was_brought_in_that_morning(district: District) -> None:
    began = file_began(TODAY)
    assert began == date(2024, 8, 19)
    sources = Counter(r.command.source for r in every(district))
    assert set(sources) == {None, "import: Maple County SIS", "import: Lakeside SIS"}
    for request in every(district):
        told = request.command.source_recorded_at
        assert (told is None) == (request.command.source is None)
        if request.command.source == "import: Maple County SIS":
            assert told is not None
            assert told.date() < began == request.context.today
            assert request.context.now.astimezone(LOCAL).hour < 8
        elif told is None:
            assert request.context.today > began
    for history in district:  # each learner by one append
        imports = {r.context.now for r in history if r.context.today == began}
        assert len(imports) <= 1


def test_most_things_are_entered_within_days_and_a_few_of_them_weeks_later(
    district: District,
) -> None:
    own = [r for r in every(district) if r.command.source is None]
    late = 0
    for request in own:
        effective = request.command.effective
        if effective and effective.start and effective.precision == "day":
            late += bool(late_by(effective.start, effective.until, request.context.today))
    assert 0.002 < late / len(own) < 0.01
    seen = [r for r in own if isinstance(r.command, RecordObservation)]
    lags = Counter((r.context.today - starts(r)).days for r in seen)
    assert sum(lags[days] for days in range(8)) > 0.9 * len(seen)
    assert lags[0] < 0.6 * len(seen)


def test_on_the_past_day_to_ask_about_the_file_was_wrong_in_every_way(
    district: District,
) -> None:
    asked = past_day(TODAY)
    assert asked.on == date(2026, 3, 14)
    history = next(h for h in district if h[-1].learner == asked.learner)
    entered: dict[UUID, date] = {}
    mended = set()
    for request in history:
        fact = getattr(request.command, "fact", None)
        changes = (AmendFact, CorrectFact, RetractFact, PlaceContestStatement)
        if isinstance(request.command, changes) and request.context.today > asked.on:
            assert entered[request.command.fact] <= asked.on
            mended.add(type(request.command))
        elif isinstance(fact, UUID):
            entered.setdefault(fact, request.context.today)
    assert mended == {AmendFact, CorrectFact, RetractFact, PlaceContestStatement}
    assert any(
        starts(r) <= asked.on < r.context.today for r in history
        if isinstance(r.command, RecordObservation)
    )  # fmt: skip


def test_one_history_begins_in_another_district(district: District) -> None:
    [moved] = [
        history
        for history in district
        if any(r.command.source == "import: Lakeside SIS" for r in history)
    ]
    lakeside = [r.command.source == "import: Lakeside SIS" for r in moved]
    assert lakeside == sorted(lakeside, reverse=True)
    assert not all(lakeside)


def test_scores_grow_on_one_scale_and_carry_their_error(district: District) -> None:
    scores = [r.command for r in of(district, ScoreAssessment)]
    assert len({c.scale for c in scores if isinstance(c, ScoreAssessment)}) == 1
    grown = []
    for history in district:
        reading = [
            c.score
            for r in of([history], ScoreAssessment)
            if isinstance(c := r.command, ScoreAssessment) and c.measure == "Reading"
        ]
        assert all(100 < score < 300 for score in reading)
        if len(reading) >= 6:
            grown.append(reading[-1] - reading[0])
    assert sum(g > 0 for g in grown) / len(grown) > 0.9
    assert all(isinstance(c, ScoreAssessment) and c.standard_error for c in scores)


def test_whoever_is_away_a_lot_has_gaps(district: District) -> None:
    shares = []
    for request in of(district, SummariseAttendance):
        command = request.command
        assert isinstance(command, SummariseAttendance)
        shares.append(command.days_attended / command.days_enrolled)
    assert min(shares) < 0.9
    assert sum(shares) / len(shares) > 0.9
    expected = 2 * sum(2 for _ in of(district, EnrolLearner))
    assert len(of(district, ScoreAssessment)) < expected


def test_families_speak_their_own_languages(district: District) -> None:
    languages = Counter(r.command.language for r in of(district, GiveFamilyInput))
    assert set(languages) == {"en", "es", "ar", "vi"}


def test_some_reviews_are_overdue_and_most_are_not(district: District) -> None:
    overdue = 0
    for history in district:
        held = {r.command.review for r in history if isinstance(r.command, HoldReview)}
        due = [r.command for r in history if isinstance(r.command, ScheduleReview)]
        assert len({c.review for c in due}) == len(due)
        overdue += any(c.due < TODAY and c.review not in held for c in due)
    assert 10 <= overdue <= 40


def test_a_consent_was_signed_received_and_keyed_in_on_three_days(district: District) -> None:
    late = [
        r
        for r in every(district)
        if r.command.received_on == date(2026, 9, 3) and starts(r) == date(2026, 9, 1)
    ]
    assert [command_name(type(r.command)) for r in late] == ["grant-consent"]
    assert late[0].context.today == date(2026, 9, 10)


def test_one_observation_has_a_part_for_another_learner_who_is_registered_before(
    line: list[Request],
) -> None:
    seen: set[UUID] = set()
    shared = []
    for request in line:
        seen.add(request.learner)
        if request.command.subjects:
            shared.append(request)
            assert set(request.command.subjects) <= seen
    assert len(shared) == 1


def test_a_private_note_is_the_counselors_own(district: District) -> None:
    private = [
        r
        for r in of(district, RecordObservation)
        if r.command.data_class is DataClass.SOLE_POSSESSION
    ]
    assert private
    assert {r.command.author_role for r in private} == {"school counselor"}
    assert 1 <= len(of(district, ShareNote)) < len(private)


def test_two_records_of_one_learner_come_in_one_list(district: District) -> None:
    doubles = [history for history in district if len({r.learner for r in history}) == 2]
    assert len(doubles) == 1
    [merge] = of(doubles, MergeRecords)
    assert isinstance(merge.command, MergeRecords)
    assert {r.learner for r in doubles[0]} == {merge.learner, merge.command.other}
    assert doubles[0][0].learner == merge.command.other
    others = [r for r in doubles[0] if r.learner == merge.command.other]
    assert all(r.context.now < merge.context.now for r in others)


def test_goals_have_an_end_that_lies_ahead_of_their_beginning(district: District) -> None:
    for request in of(district, SetGoal):
        assert isinstance(request.command, SetGoal)
        assert request.command.due is None or request.command.due > starts(request)


def test_authors_are_people_of_the_school_or_of_the_family(district: District) -> None:
    staff = {s.id for s in STAFF}
    for request in every(district):
        assert request.context.entered_by in staff
        assert request.command.author_name
        assert request.command.author_role


def test_the_featured_learners_are_in_the_district(district: District) -> None:
    there = {r.learner for r in every(district)}
    assert 5 <= len(FEATURED) <= 15
    assert {f.learner for f in FEATURED} <= there
    assert all(f.why and f.name for f in FEATURED)


def test_a_school_year_has_about_180_days_and_its_days_off() -> None:
    for start in range(2020, 2032):
        year = school_year(start)
        assert 175 <= sum(map(len, year.semesters)) <= 192
        assert not is_school_day(date(start, 12, 25))
        assert not is_school_day(date(start, 11, 11))
        assert not is_school_day(date(start, 7, 4))
        assert year.last < school_year(start + 1).first
