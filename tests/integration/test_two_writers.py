"""Two writers with a cache each, as two processes have, and commands that come again."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from api.compose import System
from domain.application import Profiles, Recorded, Request
from domain.changes import ConfirmFact, CorrectFact
from domain.coding import chosen, sealed_fields, to_json
from domain.errors import Change, CommandReused, Refused, StaleVersion, UnknownLearner
from domain.event import Command, Event
from domain.facts import MakeComment, RecordObservation
from domain.goals import ProgressGoal, ReachGoal, ReviseGoal
from domain.identity import ChangeDetails
from domain.words import Area, Retention
from store.embedded import EmbeddedPostgres
from store.keys import KeyDestroyed, KeyId
from tests.installation import Installation
from tests.unit.decider import CONTEXT, REGISTER
from tests.unit.plain import ALL, FACT, GOAL, GRANT, OBSERVE, SET_GOAL
from tests.varied import one_district, open_record, tell

REVISE = ReviseGoal(goal=GOAL, text="Read 100 words.")
REACH = ReachGoal(goal=GOAL, text="94 words on 3 June.")
SHE_IS_ANNIE = ChangeDetails(preferred_name="Annie")
COMMENT = MakeComment(fact=FACT, text="Same at home.")


@pytest.fixture(scope="module")
def a(postgres: EmbeddedPostgres) -> Iterator[System]:
    """One writer."""
    with one_district(postgres) as system:
        yield system


@pytest.fixture(scope="module")
def b(a: System) -> Iterator[System]:
    """Another writer to the same district."""
    with Installation(a.settings.home, a.databases).system() as system:
        yield system


@pytest.fixture
def ana(a: System, b: System) -> UUID:
    """A learner with a fact and a goal, whom both writers hold in their caches."""
    learner = open_record(a)
    for command in (OBSERVE, SET_GOAL):
        tell(a, learner, command)
    assert b.profiles.learner(learner).version == 3
    return learner


def request(learner: UUID, command: Command, expected: int | None = None) -> Request:
    return Request(learner, command, replace(CONTEXT, command_id=uuid4()), expected)


def stored_of(system: System, learner: UUID) -> Sequence[StoredEvent]:
    return system.recorder.select_events(learner)


def topics(system: System, learner: UUID) -> list[str]:
    return [e.topic for e in stored_of(system, learner)]


class Between:
    """A recorder before each of whose calls of one kind something else happens, some times."""

    def __init__(self, system: System, name: str, happens: list[Callable[[], Any]]) -> None:
        self._journal = system.profiles.journal
        self._name, self._happens = name, happens

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._happens:
            self._happens.pop(0)()
        return getattr(self._journal, name)


@pytest.fixture
def between(
    a: System, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, list[Callable[[], Any]]], None]:
    """Let these things happen, one each time, just before `a` calls its recorder."""

    def let(name: str, happens: list[Callable[[], Any]]) -> None:
        monkeypatch.setattr(a.profiles, "journal", Between(a, name, happens))

    return let


# -- two writers that meet ----------------------------------------------------------------------


def test_what_does_not_touch_what_the_other_changed_goes_ahead(
    a: System, b: System, ana: UUID, between: Any
) -> None:
    between("append", [lambda: tell(b, ana, REVISE)])
    assert a.profiles.do(request(ana, COMMENT, expected=3)).event.originator_version == 5
    progress = ProgressGoal(goal=GOAL, text="72 words.")  # adds to the goal, whatever it is now
    assert b.profiles.do(request(ana, progress, expected=3)).event.originator_version == 6


def test_what_the_other_changed_is_refused_with_what_changed(
    a: System, b: System, ana: UUID, between: Any
) -> None:
    between("append", [lambda: tell(b, ana, REVISE)])
    with pytest.raises(StaleVersion) as refused:
        a.profiles.do(request(ana, REACH, expected=3))
    assert refused.value.changed == (Change(4, "goal-revised", str(GOAL)),)
    assert "goal revised (version 4)" in str(refused.value)
    assert topics(a, ana)[3:] == ["goal-revised"]


def test_who_looked_at_nothing_is_refused_only_where_both_write_at_once(
    a: System, b: System, ana: UUID, between: Any
) -> None:
    """The first meeting may be due to an old cache; at the second the record was just read."""
    between("append", [lambda: tell(b, ana, REVISE)] * 2)
    with pytest.raises(StaleVersion) as refused:
        a.profiles.do(request(ana, REVISE))
    assert [c.version for c in refused.value.changed] == [5]
    between("append", [lambda: tell(b, ana, REVISE)] * 3)
    assert a.profiles.do(request(ana, COMMENT)).event.originator_version == 9


def test_a_registration_by_who_looked_at_a_record_that_is_not_there_is_refused(a: System) -> None:
    """It was registered, as though nobody had looked at anything."""
    nobody = uuid4()
    with pytest.raises(StaleVersion) as refused:
        a.profiles.do(request(nobody, REGISTER, expected=1))
    assert (refused.value.expected, refused.value.current) == (1, 0)
    [answer] = a.profiles.do_many([request(nobody, REGISTER, expected=1)])
    assert isinstance(answer, StaleVersion)
    assert a.profiles.do(request(nobody, REGISTER, expected=0)).event.originator_version == 1


CORRECT = CorrectFact(fact=FACT, changes={"text": "Led the team."}, ground="Typing error.")


@pytest.mark.parametrize("command", [REACH, REVISE, CORRECT])
def test_an_old_cache_never_refuses(a: System, b: System, ana: UUID, command: Command) -> None:
    tell(a, ana, REVISE)
    tell(a, ana, ConfirmFact(fact=FACT))
    assert not tell(b, ana, command).repeated
    goal, fact = uuid4(), uuid4()
    tell(a, ana, SET_GOAL.model_copy(update={"goal": goal}))
    tell(b, ana, ReachGoal(goal=goal, text="Done."))  # b has never seen this goal
    a.profiles.do_many([request(ana, OBSERVE.model_copy(update={"fact": fact}))])
    tell(a, ana, MakeComment(fact=fact, text="Yes."))


def test_an_old_cache_never_accepts_what_is_refused(a: System, b: System, ana: UUID) -> None:
    tell(a, ana, REACH)
    with pytest.raises(Refused, match="already been reached"):
        tell(b, ana, REVISE)


def test_many_writers_at_once_lose_nothing(a: System, b: System, ana: UUID) -> None:
    def write(n: int) -> Recorded:
        return tell((a, b)[n % 2], ana, MakeComment(fact=FACT, text=f"Comment {n}."))

    with ThreadPoolExecutor(8) as pool:
        versions = {r.event.originator_version for r in pool.map(write, range(60))}
    assert versions == set(range(4, 64))


# -- commands that come again -------------------------------------------------------------------


def test_a_command_whose_answer_was_lost_gets_its_first_answer(
    a: System, b: System, ana: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(ana, REACH)
    append = a.recorder.append

    def lose(*args: Any, **kwargs: Any) -> Any:
        append(*args, **kwargs)
        raise OperationalError("The answer was lost.")

    with monkeypatch.context() as patched:
        patched.setattr(a.recorder, "append", lose)
        with pytest.raises(OperationalError):
            a.profiles.do(asked)
    answers = [a.profiles.do(asked), b.profiles.do(asked), a.profiles.do_many([asked])[0]]
    [recorded] = a.recorder.select_events(ana, gt=3)
    first = a.mapper.open([recorded])[0]
    for answer in answers:
        assert isinstance(answer, Recorded)
        assert answer.repeated
        assert (answer.position, answer.recorded_at) == (first.position, first.recorded_at)
        assert vars(answer.event) == vars(first)


@pytest.mark.parametrize(
    "other",
    [
        ReachGoal(goal=GOAL, text="Another text."),
        REVISE,
        ReachGoal(goal=uuid4(), text="94 words on 3 June."),
    ],
)
def test_the_same_id_with_another_body_is_refused(
    a: System, b: System, ana: UUID, other: Command
) -> None:
    asked = request(ana, REACH)
    a.profiles.do(asked)
    changed = replace(asked, command=other)
    for profiles in (a.profiles, b.profiles):
        with pytest.raises(CommandReused):
            profiles.do(changed)
        [answer] = profiles.do_many([changed])
        assert isinstance(answer, CommandReused)
    elsewhere = replace(asked, learner=open_record(b))
    with pytest.raises(CommandReused):
        b.profiles.do(elsewhere)
    assert topics(a, ana)[3:] == ["goal-reached"]


@pytest.mark.parametrize("command", [COMMENT, REACH, OBSERVE.model_copy(update={"fact": uuid4()})])
@pytest.mark.parametrize("writers", [1, 2])
def test_a_double_click_records_once(
    a: System, b: System, ana: UUID, command: Command, writers: int
) -> None:
    asked = request(ana, command)
    barrier = Barrier(4)

    def click(n: int) -> Recorded:
        barrier.wait()
        return (a, b)[n % writers].profiles.do(asked)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(click, range(4)))
    assert sorted(r.repeated for r in answers) == [False, True, True, True]
    assert len({(r.position, r.recorded_at, r.event.event_id) for r in answers}) == 1
    assert len(topics(a, ana)) == 4


@pytest.mark.parametrize("writers", [1, 2])
def test_a_registration_clicked_twice_is_one(a: System, b: System, writers: int) -> None:
    asked = request(uuid4(), REGISTER)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: (a, b)[n % writers].profiles.do(asked), range(4)))
    assert len({r.position for r in answers}) == 1
    for profiles in (a.profiles, b.profiles):
        with pytest.raises(Refused, match="already registered"):
            profiles.do(request(asked.learner, REGISTER))


def test_a_batch_mixes_fresh_repeated_and_refused(a: System, b: System, ana: UUID) -> None:
    known, reused, twice = request(ana, COMMENT), request(ana, COMMENT), request(ana, REVISE)
    first = b.profiles.do(known)
    b.profiles.do(reused)
    new = uuid4()
    answers = a.profiles.do_many(
        [
            request(ana, REACH, expected=3),
            known,
            request(ana, REACH),
            replace(reused, command=REVISE),
            request(uuid4(), COMMENT),
            request(new, REGISTER),
            request(new, SET_GOAL),
            request(new, REGISTER),
            twice,
            request(ana, SHE_IS_ANNIE),
        ]
    )
    kinds = [a.rule if isinstance(a, Refused) else a.repeated for a in answers]
    assert kinds == [
        False, True, "goal-reached", "command-id-reused", "learner-unknown", False, False,
        "learner-exists", "goal-reached", False,
    ]  # fmt: skip
    assert isinstance(answers[4], UnknownLearner)
    assert isinstance(answers[1], Recorded)
    assert answers[1].position == first.position
    fresh = [a.position for a in answers if isinstance(a, Recorded) and not a.repeated]
    assert fresh == list(range(fresh[0], fresh[0] + 4))
    assert topics(a, ana)[5:] == ["goal-reached", "learner-details-changed"]
    assert b.profiles.do(request(ana, COMMENT)).event.originator_version == 8


def test_a_command_given_twice_in_a_batch_is_recorded_once(a: System, ana: UUID) -> None:
    asked = request(ana, COMMENT)
    first, second, other = a.profiles.do_many([asked, asked, replace(asked, command=REVISE)])
    assert isinstance(first, Recorded)
    assert isinstance(second, Recorded)
    assert (first.repeated, second.repeated) == (False, True)
    assert first.position == second.position
    assert isinstance(other, CommandReused)


def test_what_another_recorded_meanwhile_is_a_repeat_and_no_refusal(
    a: System, b: System, ana: UUID, between: Any
) -> None:
    asked = request(ana, REACH)
    between("select_streams", [lambda: b.profiles.do(asked)])
    [answer] = a.profiles.do_many([asked])
    assert isinstance(answer, Recorded)
    assert answer.repeated


# -- snapshots ----------------------------------------------------------------------------------


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Profiles, "snapshot_interval", 5)


def snapshots(system: System, learner: UUID) -> list[tuple[int, bytes]]:
    with system.datastore.get_connection() as conn:
        query = "SELECT version, state FROM snapshot WHERE stream = %s ORDER BY version"
        return [(r["version"], bytes(r["state"])) for r in conn.execute(query, (learner,))]


@pytest.mark.usefixtures("often")
def test_a_learner_loads_from_the_latest_snapshot(
    a: System, ana: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        tell(a, ana, MakeComment(fact=FACT, text=f"Comment {n}."))
    a.profiles.do_many([request(ana, COMMENT) for _ in range(5)])
    tell(a, ana, REACH)
    assert [version for version, _ in snapshots(a, ana)] == [5, 12]
    with Installation(a.settings.home, a.databases).system() as other:
        asked: list[Any] = []
        select = other.recorder.select_events

        def watched(**asking: Any) -> Any:
            asked.append(asking.get("gt"))
            return select(**asking)

        monkeypatch.setattr(other.recorder, "select_events", watched)
        loaded = other.profiles.learner(ana)
        assert asked == [12]
        assert (loaded.version, loaded.items) == (13, other.profiles.fresh([ana])[ana].items)
        with pytest.raises(Refused, match="already been reached"):
            tell(other, ana, REVISE)


@pytest.mark.usefixtures("often")
def test_a_snapshot_holds_no_content(a: System) -> None:
    for plain in ALL:
        learner = uuid4()
        for command in (REGISTER, *plain.before, plain.command):
            if command is not REGISTER or not topics(a, learner):
                tell(a, learner, command)
        tell(a, learner, SHE_IS_ANNIE)
        while not (kept := snapshots(a, learner)):
            tell(a, learner, SHE_IS_ANNIE)
        texts = {text for e in a.mapper.open(list(stored_of(a, learner))) for text in sealed_in(e)}
        assert {"Lopez", "Annie"} <= texts
        assert [text for text in texts if text.encode() in kept[-1][1]] == []


def sealed_in(event: Event) -> Iterator[str]:
    """Every text of some length that is sealed in an event, however deep it lies."""
    rest: list[Any] = [orjson.loads(to_json(chosen(event, sealed_fields(type(event)))))]
    while rest:
        value = rest.pop()
        if isinstance(value, str) and len(value) > 4:
            yield value
        elif isinstance(value, list | dict):
            rest += value.values() if isinstance(value, dict) else value


# -- an erased learner --------------------------------------------------------------------------


def test_an_erased_learner_still_loads_and_decides(a: System, b: System, ana: UUID) -> None:
    tell(a, ana, GRANT)
    for group in (Retention.PROFILE, Retention.PERMANENT):
        a.mapper.keys.destroy(KeyId(a.mapper.tenant, ana, group))
    with Installation(a.settings.home, a.databases).system() as other:
        assert other.profiles.learner(ana).items == a.profiles.learner(ana).items
        with pytest.raises(Refused, match="no goal with this id"):
            tell(other, ana, ReachGoal(goal=uuid4(), text="Done."))
        consent = GRANT.model_copy(update={"consent": uuid4()})
        assert tell(other, ana, consent).event.originator_version == 5
    opened = a.mapper.open(list(a.recorder.select_events(ana)))
    assert [e.erased for e in opened] == [True, True, True, False, False]


@pytest.mark.parametrize("command", [COMMENT, REACH, RecordObservation(area=Area.NEEDS, text="X.")])
def test_nothing_more_is_recorded_for_an_erased_group(
    a: System, b: System, ana: UUID, command: Command
) -> None:
    before = a.recorder.max_notification_id()
    b.mapper.keys.destroy(KeyId(a.mapper.tenant, ana, Retention.PROFILE))
    for profiles in (a.profiles, b.profiles):
        with pytest.raises(KeyDestroyed, match="nothing more can be recorded"):
            profiles.do(request(ana, command))
        with pytest.raises(KeyDestroyed):
            profiles.do_many([request(ana, SHE_IS_ANNIE), request(ana, command)])
    assert a.recorder.max_notification_id() == before
    tell(a, ana, SHE_IS_ANNIE)
    assert topics(a, ana)[3:] == ["learner-details-changed"]
