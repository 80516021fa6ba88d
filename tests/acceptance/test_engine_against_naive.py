"""The whole engine answers and shows what the naive models say, command by command."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from hypothesis.strategies import DrawFn

from api.compose import System
from domain.application import Recorded, Request
from domain.errors import CommandReused, Refused
from domain.event import Command, command_name
from domain.identity import SplitRecords
from domain.vocabulary import COMMANDS
from projections.entries import Entry
from projections.projector import NAMES
from store.embedded import EmbeddedPostgres
from tests.installation import Installation
from tests.naive import STEPS, Naive
from tests.naive_file import NaiveFile, Said
from tests.naive_view import LAID, Shown, plain
from tests.strategies import commands, versions_seen
from tests.unit.decider import CONTEXT, REGISTER, SINCE_NOBODY_KNOWS_WHEN, TODAY, since
from tests.unit.plain import MERGE, OBSERVE, SET_GOAL
from tests.unit.test_decider_against_naive import TO_BEGIN_WITH
from tests.varied import one_district

UNKNOWN = SINCE_NOBODY_KNOWS_WHEN
FACES = [timedelta(days=d) for d in (-500, 0, 1, 500)]
MOSTLY_ANA = st.sampled_from([*[0] * 10, *[1] * 5, 2])
PAIRS = st.sampled_from([(0, 1), (1, 0), (0, 2), (1, 2), (0, 0)])


@pytest.fixture(scope="module")
def systems(postgres: EmbeddedPostgres) -> Iterator[tuple[System, System]]:
    """One district, and two processes' worth of engine on it, each with its own cache."""
    with (
        one_district(postgres) as one,
        Installation(one.settings.home, one.databases).system() as other,
    ):
        yield one, other


class EngineAgainstNaive(RuleBasedStateMachine):
    """Every command goes to one of two engines and to the models; all agree on what is read.

    Most are about Ana; Ben has a record too, and Cleo none unless one is opened. Each may be
    mentioned on another's, and be found to be the same person.
    """

    systems: ClassVar[tuple[System, System]]

    def __init__(self) -> None:
        super().__init__()
        self.learners = self.ana, self.ben, self.cleo = uuid4(), uuid4(), uuid4()
        self.naive = {learner: Naive(learner) for learner in self.learners}
        self.file = NaiveFile()
        self.today = TODAY
        self.last: tuple[Request, Recorded] | None = None
        self.accepted: list[Command] = []

    @initialize(pair=st.none() | PAIRS)
    def begin(self, pair: tuple[int, int] | None) -> None:
        for command in TO_BEGIN_WITH:
            self.give(self.ana, self.kept_apart(self.ana, command))
        for command in (REGISTER, OBSERVE, SET_GOAL):
            self.give(self.ben, command)
        if pair:
            self.two_records_are_found_to_be_one(pair)

    def kept_apart(self, learner: UUID, command: Command) -> Command:
        """The command, with no record that another run of this machine was merged with."""
        other = getattr(command, "other", None)
        if other in (None, *self.learners, *self.naive[learner].things):
            return command
        return command.model_copy(update={"other": uuid5(self.ana, str(other))})

    def give(
        self, learner: UUID, command: Command, seen: int | None = None, engine: int = 0
    ) -> None:
        name = command_name(type(command))
        fields = command.model_dump()
        naive = self.naive[learner]
        predicted = naive.do(name, fields, self.today, seen)
        context = replace(CONTEXT, today=self.today, command_id=uuid4())
        request = Request(learner, command, context, seen)
        answer, refused = outcome(self.systems[engine], request)
        assert refused == predicted
        if answer is None:
            return
        assert not answer.repeated
        assert answer.event.originator_version == naive.version
        topic = answer.event.TOPIC
        self.file.take(Said(learner, name, fields, self.today, topic, answer.position))
        self.last = request, answer
        self.accepted.append(command)

    @rule(pair=PAIRS)
    def two_records_are_found_to_be_one(self, pair: tuple[int, int]) -> None:
        one, other = pair
        self.give(self.learners[one], MERGE.model_copy(update={"other": self.learners[other]}))

    @rule(pair=PAIRS)
    def they_are_two_after_all(self, pair: tuple[int, int]) -> None:
        one, other = pair
        self.give(self.learners[one], SplitRecords(other=self.learners[other], reason="Cousins."))

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
        for learner in self.learners:
            entries = reader.profile(learner, on)
            self.compare(on, entries, self.file.profile(learner, on))
            for entry in entries:
                if entry.kind == "fact" and own(entry):
                    thing = self.naive[entry.record].things[entry.id]
                    assert entry.data_class == thing.data_class

    def compare(self, on: date, entries: Sequence[Entry], expected: Sequence[Any]) -> None:
        found = sorted(((shown(e), removed(e)) for e in entries), key=str)
        assert found == expected, self.what_differs(on, found, expected)

    def what_differs(self, on: date, found: Sequence[Any], expected: Sequence[Any]) -> str:
        """The entries that differ, with the commands that name them."""
        differ = [
            *(e for e in found if e not in expected),
            *(e for e in expected if e not in found),
        ]
        ids = {str(e[0][1]) for e in differ}
        about = []
        for command in self.accepted:
            told = f"{type(command).__name__} {command.model_dump_json(exclude_defaults=True)}"
            if any(i in told for i in ids):
                about.append(told)
                ids.add(str(getattr(command, "successor", differ[0][0][1])))
        return "\n".join([f"on {on} found", *map(str, differ), "after", *about])

    def teardown(self) -> None:
        if not self.file.said:
            return
        self.systems[0].projector.catch_up()
        reader = self.systems[1].reader
        assert reader.parked() == []
        for day in sorted({*self.file.days(), *(self.today + face for face in FACES)}):
            self.look(day)
        for learner in self.learners:
            told = happened(reader.timeline(learner, limit=1000))
            assert told == self.file.timeline(learner)
        for learner, record in self.file.records.items():
            audit = [a.event for a in reader.audit(learner=learner, limit=1000)]
            done = [e.TOPIC for e in reversed(audit) if e.originator_id == learner]
            assert done == record.done
            place = reader.learner(learner, self.today)
            assert place
            assert {n: v for n in record.details if (v := getattr(place, n))} == record.details


def outcome(system: System, request: Request) -> tuple[Recorded | None, str | None]:
    """The answer to a command, or the rule that refuses it."""
    try:
        return system.profiles.do(request), None
    except Refused as refused:
        return None, refused.rule


def own(entry: Entry) -> bool:
    """Whether it stands on the record of the one whom it is about."""
    return entry.learner == entry.record


def shown(entry: Entry) -> Shown:
    """An entry as the model tells it."""
    named = entry.kind not in ("details", "protected-contact")
    line = entry.line if named else None
    if not own(entry):
        return (entry.kind, line, entry.status, None, ())
    told = plain(words_of(entry))
    return (entry.kind, line, entry.status, told, tuple(sorted(r.kind for r in entry.remarks)))


def removed(entry: Entry) -> str | None:
    """How it was taken away since."""
    return entry.removed.how if entry.removed else None


def words_of(entry: Entry) -> dict[str, Any]:
    """The words that the model follows."""
    return {n: v for n, v in entry.body.items() if n in LAID.get(entry.kind, ())}


def happened(entries: Sequence[Entry]) -> list[tuple[date, str, str]]:
    """A timeline, which is in order, as the model tells it."""
    starts = [e.effective[0].start or date.min for e in entries]
    told = [e.type if own(e) else "" for e in entries]
    return list(zip(starts, told, [removed(e) or "" for e in entries], strict=True))


@st.composite
def dated_commands(draw: DrawFn, machine: EngineAgainstNaive, learner: UUID, name: str) -> Command:
    """A command, every other time with a date of its own: what happened late, or lies ahead."""
    others = [other for other in machine.learners if other != learner]
    drawn = draw(commands(machine.naive[learner], machine.today, others, only=name))
    command = machine.kept_apart(learner, drawn)
    if draw(st.booleans()):
        start = machine.today + timedelta(days=draw(st.sampled_from([-400, -30, -1, 0, 60])))
        until = start + timedelta(days=draw(st.sampled_from([1, 30, 500])))
        when = draw(st.sampled_from([since(start), since(start), since(start, until), UNKNOWN]))
        command = command.model_copy(update={"effective": when})
    return command


def a_rule_for(name: str) -> Any:
    def give_it(self: EngineAgainstNaive, data: st.DataObject, who: int, engine: int) -> None:
        learner = self.learners[who]
        names = [name, *data.draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=4))]
        for each in names:
            command = data.draw(dated_commands(self, learner, each), label=each)
            seen = data.draw(versions_seen(self.naive[learner]), label="version seen")
            self.give(learner, command, seen, engine)

    give_it.__name__ = name.replace("-", "_")  # each run leaves out some rules, by their names
    return rule(data=st.data(), who=MOSTLY_ANA, engine=st.integers(0, 1))(give_it)


for _name in COMMANDS:
    setattr(EngineAgainstNaive, _name.replace("-", "_"), a_rule_for(_name))

# The first ten runs of a start repeat nothing of each other, as later ones do for the most part.
QUICK = settings(
    max_examples=8,
    stateful_step_count=40,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # shrinking would outlast the suite; the soak run does it
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=10, stateful_step_count=60, phases=list(Phase))
RUNS = [
    pytest.param(QUICK, range(2), id="quick"),
    pytest.param(LONG, range(100, 200), id="long", marks=pytest.mark.soak),
]
# A pool of connections draws random numbers in threads of its own, also while hypothesis draws.
POOLS = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
pytestmark = POOLS


@pytest.mark.parametrize(("runs", "starts"), RUNS)
def test_the_engine_answers_and_shows_what_the_models_say(
    systems: tuple[System, System], runs: settings, starts: Sequence[int]
) -> None:
    run(EngineAgainstNaive, systems, runs, starts)
    check_rebuild(*systems)


def run(
    machine: type[EngineAgainstNaive],
    systems: tuple[System, System],
    runs: settings,
    starts: Sequence[int],
) -> None:
    """Run a machine on these systems, once for each start of the random numbers."""
    load_all_modules()
    for start in starts:

        @seed(start)
        class OnRealEngine(machine):  # type: ignore[misc, valid-type]
            pass

        OnRealEngine.systems = systems
        run_state_machine_as_test(OnRealEngine, settings=runs)


def load_all_modules() -> None:
    """Load all that is ours, so that a start gives the same run whatever ran before it.

    hypothesis draws, now and then, from the constants of all modules that happen to be loaded.
    """
    for package in ("api", "domain", "exchange", "projections", "scheduler", "store"):
        path = import_module(package).__path__
        for found in walk_packages(path, f"{package}."):
            if not found.name.startswith("store.migrations"):  # these run, where loaded
                import_module(found.name)


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
            for name in NAMES
        ]
