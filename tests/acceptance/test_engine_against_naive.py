"""The whole engine answers and shows what the naive models say, command by command."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from hypothesis.strategies import DrawFn

from api.compose import System
from domain.application import Recorded, Request
from domain.errors import CommandReused, Refused
from domain.event import Command, command_name
from domain.vocabulary import COMMANDS
from projections.entries import Entry
from store.embedded import EmbeddedPostgres
from tests.installation import Installation
from tests.naive import STEPS, Naive
from tests.naive_view import LAID, WORDS, NaiveView, plain
from tests.strategies import commands, versions_seen
from tests.unit.decider import CONTEXT, SINCE_NOBODY_KNOWS_WHEN, TODAY, since
from tests.unit.test_decider_against_naive import TO_BEGIN_WITH
from tests.varied import one_district

UNKNOWN = SINCE_NOBODY_KNOWS_WHEN
FACES = [timedelta(days=d) for d in (-500, 0, 1, 500)]


@pytest.fixture(scope="module")
def systems(postgres: EmbeddedPostgres) -> Iterator[tuple[System, System]]:
    """One district, and two processes' worth of engine on it, each with its own cache."""
    with (
        one_district(postgres) as one,
        Installation(one.settings.home, one.databases).system() as other,
    ):
        yield one, other


class EngineAgainstNaive(RuleBasedStateMachine):
    """Every command goes to one of two engines and to the models; all agree on what is read."""

    systems: ClassVar[tuple[System, System]]

    def __init__(self) -> None:
        super().__init__()
        self.learner, self.ben, self.cleo = uuid4(), uuid4(), uuid4()
        self.naive = Naive(self.learner)
        self.view = NaiveView(self.learner)
        self.today = TODAY
        self.last: tuple[Request, Recorded] | None = None
        self.accepted: list[Command] = []

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        for command in TO_BEGIN_WITH:
            self.give(command)

    def give(self, command: Command, seen: int | None = None, engine: int = 0) -> None:
        name = command_name(type(command))
        fields = command.model_dump()
        predicted = self.naive.do(name, fields, self.today, seen)
        context = replace(CONTEXT, today=self.today, command_id=uuid4())
        request = Request(self.learner, command, context, seen)
        answer, refused = outcome(self.systems[engine], request)
        assert refused == predicted
        if answer is None:
            return
        assert not answer.repeated
        assert answer.event.originator_version == self.naive.version
        self.view.happen(name, fields, self.today, answer.event.TOPIC, answer.position)
        self.last = request, answer
        self.accepted.append(command)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(engine=st.integers(0, 1))
    def the_last_command_comes_again(self, engine: int) -> None:
        assert self.last
        request, answer = self.last
        again = self.systems[engine].profiles.do(request)
        assert again.repeated
        assert (again.position, again.recorded_at) == (answer.position, answer.recorded_at)
        with pytest.raises(CommandReused):
            self.systems[engine].profiles.do(replace(request, learner=uuid4()))

    @rule(on=st.integers(-500, 100))
    def somebody_looks(self, on: int) -> None:
        self.systems[0].projector.catch_up()
        self.look(TODAY + timedelta(days=on))

    def look(self, on: date) -> None:
        """Compare the profile on a day, each learner's own."""
        reader = self.systems[1].reader
        for learner in (self.learner, self.ben, self.cleo):
            expected = self.view.profile(on, learner)
            own = learner == self.learner
            found = sorted((shown(e, own=own) for e in reader.profile(learner, on)), key=str)
            assert found == expected, self.what_differs(on, found, expected)
        for entry in reader.profile(self.learner, on):
            if entry.kind == "fact":
                thing = self.naive.things[entry.id]
                assert entry.data_class == thing.data_class

    def what_differs(self, on: date, found: Sequence[Any], expected: Sequence[Any]) -> str:
        """The entries that differ, with the commands that name them."""
        differ = [
            *(e for e in found if e not in expected),
            *(e for e in expected if e not in found),
        ]
        ids = {str(e[1]) for e in differ}
        about = []
        for command in self.accepted:
            told = f"{type(command).__name__} {command.model_dump_json(exclude_defaults=True)}"
            if any(i in told for i in ids):
                about.append(told)
                ids.add(str(getattr(command, "successor", differ[0][1])))
        return "\n".join([f"on {on} found", *map(str, differ), "after", *about])

    def teardown(self) -> None:
        if not self.view.done:
            return
        self.systems[0].projector.catch_up()
        reader = self.systems[1].reader
        assert reader.parked() == []
        for day in sorted({*self.view.days(), *(self.today + face for face in FACES)}):
            self.look(day)
        for learner in (self.learner, self.ben, self.cleo):
            entries = reader.timeline(learner, limit=1000)
            own = learner == self.learner
            starts = [e.effective[0].start or date.min for e in entries]
            told = [e.type if own else "" for e in entries]
            assert starts == sorted(starts)
            assert sorted(zip(starts, told, strict=True)) == self.view.timeline(learner)
        audit = reader.audit(learner=self.learner, limit=1000)
        assert [line.event.TOPIC for line in reversed(audit)] == self.view.done
        place = reader.learner(self.learner, self.today)
        assert place
        assert {n: v for n in self.view.details if (v := getattr(place, n))} == self.view.details


def outcome(system: System, request: Request) -> tuple[Recorded | None, str | None]:
    """The answer to a command, or the rule that refuses it."""
    try:
        return system.profiles.do(request), None
    except Refused as refused:
        return None, refused.rule


def shown(entry: Entry, *, own: bool) -> tuple[Any, ...]:
    """An entry as the model tells it."""
    named = entry.kind not in ("details", "protected-contact")
    line = entry.line if named else None
    if not own:
        return (entry.kind, line, entry.status, None, ())
    told = plain(words_of(entry))
    return (entry.kind, line, entry.status, told, tuple(sorted(r.kind for r in entry.remarks)))


def words_of(entry: Entry) -> dict[str, Any]:
    """The words that the model follows: those of facts and of goals."""
    followed = {"fact": WORDS, "goal": LAID}.get(entry.kind, ())
    return {n: v for n, v in entry.body.items() if n in followed}


@st.composite
def dated_commands(draw: DrawFn, machine: EngineAgainstNaive, name: str) -> Command:
    """A command, every other time with a date of its own: what happened late, or lies ahead."""
    others = [machine.ben, machine.cleo]
    command = draw(commands(machine.naive, machine.today, others, only=name))
    if draw(st.booleans()):
        start = machine.today + timedelta(days=draw(st.sampled_from([-400, -30, -1, 0, 60])))
        until = start + timedelta(days=draw(st.sampled_from([1, 30, 500])))
        when = draw(st.sampled_from([since(start), since(start), since(start, until), UNKNOWN]))
        command = command.model_copy(update={"effective": when})
    return command


def a_rule_for(name: str) -> Any:
    @rule(data=st.data(), engine=st.integers(0, 1))
    def give_it(self: EngineAgainstNaive, data: st.DataObject, engine: int) -> None:
        names = [name, *data.draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=4))]
        for each in names:
            command = data.draw(dated_commands(self, each), label=each)
            self.give(command, data.draw(versions_seen(self.naive), label="version seen"), engine)

    return give_it


for _name in COMMANDS:
    setattr(EngineAgainstNaive, _name.replace("-", "_"), a_rule_for(_name))

QUICK = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # shrinking would outlast the suite; the soak run does it
    suppress_health_check=list(HealthCheck),
)
LONG = settings(
    QUICK, max_examples=1500, stateful_step_count=60, derandomize=False, phases=list(Phase)
)


@pytest.mark.parametrize(
    "runs", [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.soak)]
)
def test_the_engine_answers_and_shows_what_the_models_say(
    systems: tuple[System, System], runs: settings
) -> None:
    class OnRealEngine(EngineAgainstNaive):
        pass

    OnRealEngine.systems = systems
    run_state_machine_as_test(OnRealEngine, settings=runs)
    check_rebuild(*systems)


def check_rebuild(one: System, other: System) -> None:
    """What was projected live, by whom ever, is what a rebuild gives."""
    assert one.projector.catch_up() == 0
    before = read_all(other)
    one.projector.rebuild()
    assert read_all(other) == before


def read_all(system: System) -> list[list[str]]:
    with system.datastore.get_connection() as conn:
        return [
            sorted(r["row"] for r in conn.execute(f"SELECT t::text AS row FROM {name} AS t"))
            for name in ("profile", "timeline", "audit", "caseload")
        ]
