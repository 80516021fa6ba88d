"""Roles and assignments in any order, held against a model that is as plain as can be."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain.access.filing import person_file
from domain.access.words import AssignmentKind, Role
from domain.effective import Effective
from domain.errors import Refused
from domain.event import Command, Event
from domain.learner import Learner, open_record
from domain.people import Assign, EndAssignment, EndRole, GrantRole
from tests.unit.decider import ANA, CONTEXT, TODAY, named, replayed
from tests.unit.plain_people import REGISTER_PERSON, RIVERA, events_of

IDS = st.sampled_from([named(str(n)) for n in range(4)])
DAYS = st.integers(-5, 5).map(lambda n: TODAY + timedelta(days=n))
ROLES = st.sampled_from([Role.TEACHER, Role.COUNSELOR, Role.LEARNER])
TO = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(list(AssignmentKind)),
        "code": st.none() | st.just("9b"),
        "learner": st.none() | st.just(ANA),
    }
)
WATCHED = [TODAY + timedelta(days=n) for n in range(-7, 8)]


@dataclass
class Thing:
    """A role or an assignment: the days on which it holds, written out."""

    what: str
    role: Role
    days: set[date]
    which: str
    ended: bool = False


@dataclass
class Naive:
    """What a careful clerk would do with a list and a calendar."""

    things: dict[UUID, Thing] = field(default_factory=dict)

    def grant(self, item: UUID, role: Role, own: UUID | None, days: set[date]) -> str | None:
        if item in self.things:
            return "grant-exists"
        if (role is Role.LEARNER) != (own is not None):
            return "role-own-record"
        if self.holds("grant", str(role), days):
            return "role-held"
        self.things[item] = Thing("grant", role, days, str(role))
        return None

    def assign(self, item: UUID, role: Role, to: dict[str, Any], days: set[date]) -> str | None:
        kind = to["kind"]
        if item in self.things:
            return "assignment-exists"
        if (to["code"] is not None) != (kind in ("school", "class")):
            return "assignment-code"
        if (to["learner"] is not None) != (kind in ("caseload", "treatment")):
            return "assignment-learner"
        open_roles = [t.role for t in self.things.values() if t.what == "grant" and not t.ended]
        if role not in open_roles:
            return "role-not-held"
        if self.holds("assignment", f"{role} {to}", days):
            return "assignment-held"
        self.things[item] = Thing("assignment", role, days, f"{role} {to}")
        return None

    def holds(self, what: str, which: str, days: set[date]) -> bool:
        same = [t for t in self.things.values() if (t.what, t.which) == (what, which)]
        return any(thing.days & days for thing in same if not thing.ended)

    def end(self, what: str, item: UUID, day: date) -> str | None:
        thing = self.things.get(item)
        if thing is None or thing.what != what:
            return f"{what}-unknown"
        if thing.ended:
            return f"{what}-ended"
        thing.ended = True
        thing.days = {d for d in thing.days if d < day}
        return None

    def roles_on(self, day: date) -> set[Role]:
        return {t.role for t in self.things.values() if t.what == "grant" and day in t.days}

    def assignments_on(self, day: date) -> set[UUID]:
        return {i for i, t in self.things.items() if t.what == "assignment" and day in t.days}


@st.composite
def stretches(draw: st.DrawFn) -> Effective:
    start, length = draw(DAYS), draw(st.none() | st.integers(1, 6))
    return Effective(start=start, until=start + timedelta(days=length) if length else None)


def written_out(stretch: Effective) -> set[date]:
    return {
        d
        for d in WATCHED
        if stretch.start and stretch.start <= d and (stretch.until is None or d < stretch.until)
    }


class PersonAgainstNaive(RuleBasedStateMachine):
    """Every command goes to both, and they answer and stand alike."""

    def __init__(self) -> None:
        super().__init__()
        self.naive = Naive()
        self.person: Learner = open_record(RIVERA, REGISTER_PERSON, CONTEXT)
        self.events: list[Event] = list(events_of(self.person.collect_events()))

    def give(self, command: Command, expected: str | None) -> None:
        broken = None
        try:
            self.person.do(command, replace(CONTEXT, command_id=named("again")))
        except Refused as refused:
            broken = refused.rule
        self.events += events_of(self.person.collect_events())
        assert broken == expected

    @rule(item=IDS, role=ROLES, own=st.none() | st.just(ANA), stretch=stretches())
    def grant(self, item: UUID, role: Role, own: UUID | None, stretch: Effective) -> None:
        command = GrantRole(grant=item, role=role, own_record=own, effective=stretch)
        self.give(command, self.naive.grant(item, role, own, written_out(stretch)))

    @rule(item=IDS, role=ROLES, to=TO, stretch=stretches())
    def assign(self, item: UUID, role: Role, to: dict[str, Any], stretch: Effective) -> None:
        command = Assign(assignment=item, role=role, effective=stretch, **to)
        self.give(command, self.naive.assign(item, role, to, written_out(stretch)))

    @rule(item=IDS, day=DAYS)
    def end_role(self, item: UUID, day: date) -> None:
        command = EndRole(grant=item, effective=Effective(start=day))
        self.give(command, self.naive.end("grant", item, day))

    @rule(item=IDS, day=DAYS)
    def end_assignment(self, item: UUID, day: date) -> None:
        command = EndAssignment(assignment=item, effective=Effective(start=day))
        self.give(command, self.naive.end("assignment", item, day))

    @invariant()
    def the_file_says_what_the_clerk_says(self) -> None:
        file = person_file(RIVERA, self.events)
        for day in WATCHED:
            assert file.roles_on(day) == self.naive.roles_on(day), day
            held = {a.id for a in file.assignments if a.holds(day)}
            assert held == self.naive.assignments_on(day), day

    def teardown(self) -> None:
        assert replayed(self.events).items == self.person.items


def test_a_person_stands_as_the_naive_model_says() -> None:
    quick = settings(
        max_examples=80,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(PersonAgainstNaive, settings=quick)
