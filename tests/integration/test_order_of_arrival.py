"""What we know today about a day does not depend on the order in which we learned it.

As long as the entries do not conflict: two values of one line from one day on do, and there the
later known wins. What follows something comes after it in any order.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from api.compose import System
from domain import changes, consent, facts, goals, identity, reviews
from domain.effective import Effective
from domain.event import Command, Part
from domain.words import Area, Precision
from projections.entries import Entry, Provenance, Remark
from store.embedded import EmbeddedPostgres
from tests.acceptance.test_engine_against_naive import POOLS
from tests.unit.decider import CONTEXT, REGISTER, TODAY, since
from tests.unit.plain import GRANT, SET_GOAL
from tests.varied import one_district, tell

ANA, BEN = 0, 1
NOW = CONTEXT.now
TEXTS = st.sampled_from(["Chess.", "Go.", "Draws maps.", "Leads the group.", "Reads aloud."])
DATES = [TODAY - timedelta(days=n) for n in (0, 1, 30, 90, 180, 365, 400, 700, 720)]


@dataclass(frozen=True)
class Step:
    """A command about one of two learners, and those that must have come before it."""

    who: int
    command: Command
    needs: tuple["Step", ...] = ()

    def __repr__(self) -> str:
        said = self.command.model_dump_json(exclude_defaults=True)
        return f"{self.who} {type(self.command).__name__} {said}"


@pytest.fixture(scope="module")
def districts(postgres: EmbeddedPostgres) -> Iterator[list[System]]:
    """Two, which are told the same in another order."""
    with ExitStack() as opened:
        yield [opened.enter_context(one_district(postgres)) for _ in range(2)]


# -- what may be told in any order --------------------------------------------------------------


def days(least: int) -> SearchStrategy[list[date]]:
    """Days of which no two are the same, in no order."""
    return st.lists(st.sampled_from(DATES), min_size=least, max_size=len(DATES), unique=True)


@st.composite
def a_fact(draw: DrawFn, who: int, other: UUID) -> list[Step]:
    """An entry, the values that followed it, and what became of each."""
    fact = uuid4()
    start, *later = draw(days(3))
    about: dict[str, Any] = {}
    if draw(st.sampled_from([False, True])):
        about = {"subjects": (other,), "parts": (Part(learner=other, text="Was there."),)}
    first = facts.RecordObservation(
        fact=fact, area=Area.INTERESTS, text=draw(TEXTS), effective=since(start), **about
    )
    steps = [Step(who, first)]
    values, free = {fact: steps[0]}, later[3:]
    for day in later[:3]:
        old, new = draw(st.sampled_from(list(values))), uuid4()
        until = draw(st.sampled_from([None, day + timedelta(days=100)]))
        follows = changes.SupersedeFact(
            fact=old, successor=new, changes={"text": draw(TEXTS)}, effective=since(day, until)
        )
        values[new] = Step(who, follows, (values[old],))
        steps.append(values[new])
    for value, made in values.items():
        steps += [Step(who, c, (made,)) for c in draw(changes_of(value, free))]
    gone = draw(st.sampled_from([None, *list(values)[1:]]))
    if gone:
        named = tuple(s for s in steps if vars(s.command).get("fact") == gone)
        retraction = changes.RetractFact(fact=gone, reason="Her sister's.")
        steps.append(Step(who, retraction, (values[gone], *named)))
    return steps


@st.composite
def changes_of(draw: DrawFn, value: UUID, free: list[date]) -> list[Command]:
    """At most one new text of a value, at times with a day that no other value has; and words."""
    told: list[Command] = []
    moves = draw(st.sampled_from([False, True]))
    when = {"effective": since(free.pop())} if free and moves else {}
    new = {"fact": value, "changes": {"text": draw(TEXTS)}, "ground": "Misheard.", **when}
    match draw(st.sampled_from(["", "correct", "amend"])):
        case "correct":
            told.append(changes.CorrectFact.model_validate(new))
        case "amend":
            told.append(changes.AmendFact.model_validate(new))
    words = [
        facts.MakeComment(fact=value, text="Same at home."),
        # On no day that somebody could name: a value is not confirmed where another follows it.
        changes.ConfirmFact(fact=value, effective=Effective(precision=Precision.UNKNOWN)),
        changes.PlaceContestStatement(fact=value, text="We do not agree."),
    ]
    return told + draw(st.lists(st.sampled_from(words), max_size=2))


@st.composite
def a_support(draw: DrawFn, who: int) -> list[Step]:
    """A support with its reviews, another title from some day on, and its end."""
    support, title, (turn, *later) = uuid4(), uuid4(), draw(days(4))
    # It is not reviewed before it began, nor does another title begin once it has ended.
    start, (turn, last) = min(turn, *later), sorted((turn, later[0]))
    first = Step(
        who, facts.StartSupport(fact=support, title="Reading group", effective=since(start))
    )
    reviewed = [
        Step(who, facts.ReviewSupport(support=support, text="Well.", effective=since(d)), (first,))
        for d in later[1:3]
    ]
    other_title = changes.SupersedeFact(
        fact=support, successor=title, changes={"title": "Pair"}, effective=since(turn)
    )
    end = facts.EndSupport(support=support, reason="Reached.", effective=since(last))
    return [first, *reviewed, Step(who, other_title, (first,)), Step(who, end, (first, *reviewed))]


@st.composite
def a_goal(draw: DrawFn, who: int) -> list[Step]:
    """A goal, other words for it, progress, and that it was reached."""
    goal, (start, *later) = uuid4(), draw(days(4))
    start = min(start, *later)  # nothing happens to it before it was set
    last = later[-1]
    first = Step(who, SET_GOAL.model_copy(update={"goal": goal, "effective": since(start)}))
    half = len(later) // 2
    said: list[Command] = [
        goals.ReviseGoal(goal=goal, text=draw(TEXTS), effective=since(d)) for d in later[:half]
    ]
    said += [
        goals.ProgressGoal(goal=goal, text=draw(TEXTS), effective=since(d)) for d in later[half:-1]
    ]
    steps = [Step(who, c, (first,)) for c in said]
    reached = goals.ReachGoal(goal=goal, text="Done.", effective=since(last))
    return [first, *steps, Step(who, reached, (first, *steps))]


@st.composite
def the_rest(draw: DrawFn, who: int, other: UUID) -> list[Step]:
    """A consent, an enrolment, a review, an opt-out; protected contacts; a merge with the other."""
    one, two, three, four = (uuid4() for _ in range(4))
    (start, end, *later) = draw(days(4))
    pairs: list[tuple[Command, Command]] = [
        (
            GRANT.model_copy(update={"consent": one, "effective": since(start)}),
            consent.WithdrawConsent(consent=one),
        ),
        (
            identity.EnrolLearner(
                enrolment=two, school="north-high", grade="09", effective=since(start)
            ),
            identity.EndEnrolment(enrolment=two, effective=since(end)),
        ),
        (
            reviews.ScheduleReview(review=three, due=date(2026, 6, 1)),
            reviews.HoldReview(
                review=three,
                participants=(reviews.Participant(name="Maria Lopez", role="mother"),),
                agreed="Two goals.",
                effective=since(end),
            ),
        ),
        (
            consent.SetDirectoryOptOut(opt_out=four, effective=since(start)),
            consent.LiftDirectoryOptOut(opt_out=four, effective=since(end)),
        ),
    ]
    steps = []
    for begins, ends in draw(st.lists(st.sampled_from(pairs), unique_by=id, min_size=1)):
        first = Step(who, begins)
        steps += [first, Step(who, ends, (first,))]
    steps += [
        Step(who, identity.SetProtectedContact(protected=n % 2 == 0, effective=since(day)))
        for n, day in enumerate(later)
    ]
    if draw(st.booleans()):
        steps.append(Step(who, identity.MergeRecords(other=other, reason="Same birth date.")))
    return steps


@st.composite
def two_orders(draw: DrawFn, ana: UUID, ben: UUID) -> tuple[list[Step], list[Step]]:
    """All that, about two learners, in two orders that keep what needs something after it."""
    some: list[SearchStrategy[list[Step]]] = [
        *(a_fact(who, other) for who, other in ((ANA, ben), (ANA, ben), (BEN, ana))),
        a_support(ANA),
        a_goal(ANA),
        the_rest(ANA, ben),
        the_rest(BEN, ana),
    ]
    steps = [step for one in some for step in draw(one)]
    return draw(in_some_order(steps)), draw(in_some_order(steps))


@st.composite
def in_some_order(draw: DrawFn, steps: Sequence[Step]) -> list[Step]:
    """In the order of a permutation, but for what must come first."""
    told: list[Step] = []

    def tell_it(step: Step) -> None:
        for needed in step.needs:
            tell_it(needed)
        if not any(step is one for one in told):
            told.append(step)

    for n in draw(st.permutations(range(len(steps)))):
        tell_it(steps[n])
    return told


# -- what is told of it -------------------------------------------------------------------------


def timeless(entry: Entry) -> Entry:
    """The entry without its place in the order of arrival, and without ids that events give."""
    return replace(
        entry,
        id=entry.id if entry.kind == "fact" else entry.line,
        known_from=0,
        provenance=undated(entry.provenance),
        began=unsaid(entry.began),
        changed_by=sorted(map(undated, entry.changed_by), key=repr),
        remarks=sorted(map(unsaid, entry.remarks), key=repr),
    )


def undated(provenance: Provenance) -> Provenance:
    return provenance._replace(position=0, recorded_at=NOW)


def unsaid(remark: Remark) -> Remark:
    return remark._replace(provenance=undated(remark.provenance))


def told(system: System, learner: UUID) -> list[list[Entry]]:
    """What is known today about each day that matters, and about all time."""
    system.projector.catch_up()
    assert system.reader.parked() == []
    on = [day + timedelta(days=more) for day in DATES for more in (-1, 0, 100)]
    answers = [system.reader.profile(learner, day) for day in on]
    answers.append(system.reader.timeline(learner, limit=1000))
    return [sorted(map(timeless, entries), key=repr) for entries in answers]


@POOLS
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # shrinking would outlast the suite
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_the_order_of_arrival_does_not_matter(districts: list[System], data: st.DataObject) -> None:
    ana, ben = uuid4(), uuid4()
    orders = data.draw(two_orders(ana, ben))
    for system, steps in zip(districts, orders, strict=True):
        for learner in (ana, ben):
            tell(system, learner, REGISTER)
        for step in steps:
            tell(system, (ana, ben)[step.who], step.command)
    one, other = districts
    for learner in (ana, ben):
        for first, second in zip(told(one, learner), told(other, learner), strict=True):
            assert first == second, what_differs(first, second, orders)


def what_differs(first: list[Entry], second: list[Entry], orders: Sequence[list[Step]]) -> str:
    """The entries that differ, and the commands about them in both orders."""
    differ = [e for e in first if e not in second] + [e for e in second if e not in first]
    lines = {str(e.line) for e in differ}
    said = [[repr(s) for s in steps if any(i in repr(s) for i in lines)] for steps in orders]
    return "\n".join([*map(repr, differ), *said[0], "or", *said[1]])
