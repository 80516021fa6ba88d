"""The learner decides as the naive model says, command by command, whatever came before."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from domain.application import Request, decide
from domain.errors import Refused
from domain.event import Command, Event, command_name
from domain.learner import Learner
from domain.vocabulary import COMMANDS
from tests.naive import Naive
from tests.strategies import commands, versions_seen
from tests.unit.decider import ANA, BEN, CLEO, CONTEXT, REGISTER, TODAY, named, replayed
from tests.unit.plain import (
    ALL,
    ANOTHER_ANSWER,
    ASK_FOR_ANOTHER,
    DECLARE,
    DISCLOSE,
    ENROL,
    GRANT,
    LINK,
    MERGE,
    OBSERVE,
    OFFER_SURVEY,
    OPEN,
    OPT_OUT_OF_DIRECTORY,
    REVIEW_ACCESS,
    SCHEDULE,
    SERVE,
    SET_GOAL,
    SHOW_ORDER,
    START_SUPPORT,
    VERIFY,
    WITHHOLD,
    WRITE_PRIVATELY,
)

# One thing of every kind, so that a short run reaches what happens to things.
TO_BEGIN_WITH = [
    REGISTER,
    ANOTHER_ANSWER,
    ASK_FOR_ANOTHER,
    REVIEW_ACCESS,
    WITHHOLD,
    ENROL,
    GRANT,
    LINK,
    MERGE,
    OBSERVE,
    OFFER_SURVEY,
    OPT_OUT_OF_DIRECTORY,
    SCHEDULE,
    DISCLOSE,
    SERVE,
    OPEN,
    DECLARE,
    SET_GOAL,
    SHOW_ORDER,
    START_SUPPORT,
    VERIFY,
    WRITE_PRIVATELY,
]
RULES = {
    "access-reviewed",
    "already-merged",
    "attended-more-than-enrolled",
    "born-in-future",
    "change-keeps-class",
    "class-unchanged",
    "consent-exists",
    "consent-for-one",
    "consent-missing",
    "consent-never-granted",
    "consent-unknown",
    "consent-voided",
    "consent-withdrawn",
    "content-under-another-key",
    "data-class-not-allowed",
    "decision-missing",
    "disclosure-exists",
    "disclosure-unknown",
    "effective-in-future",
    "emergency-ended",
    "emergency-exists",
    "emergency-unknown",
    "end-before-start",
    "enrolment-ended",
    "enrolment-exists",
    "enrolment-unknown",
    "evidence-exists",
    "evidence-missing",
    "evidence-unknown",
    "expires-before-start",
    "fact-exists",
    "fact-not-an-answer",
    "fact-retracted",
    "fact-superseded",
    "fact-unknown",
    "goal-exists",
    "goal-reached",
    "goal-set-aside",
    "goal-unknown",
    "ground-for-others",
    "ground-not-for-giving",
    "ground-unknown",
    "learner-exists",
    "learner-unknown",
    "line-exists",
    "line-released",
    "line-unknown",
    "line-withheld",
    "merge-exists",
    "merge-unknown",
    "merge-with-self",
    "method-not-enough",
    "never-private-again",
    "next-before-review",
    "not-a-field",
    "not-a-private-note",
    "not-a-support",
    "not-merged",
    "nothing-added",
    "notice-exists",
    "online-consent-exists",
    "online-consent-unknown",
    "online-consent-withdrawn",
    "opening-exists",
    "opening-reviewed",
    "opening-unknown",
    "opt-out-exists",
    "opt-out-lifted",
    "opt-out-unknown",
    "paper-ended",
    "paper-exists",
    "paper-unknown",
    "party-missing",
    "person-exists",
    "person-linked",
    "person-revoked",
    "person-unknown",
    "person-unlinked",
    "received-in-future",
    "review-exists",
    "review-held",
    "review-unknown",
    "review-without-participants",
    "second-person-needed",
    "shared-note-is-education",
    "start-unknown",
    "step-before-start",
    "subject-is-self",
    "support-ended",
    "survey-exists",
    "survey-not-asked",
    "survey-opted-out",
    "survey-unknown",
    "value-not-allowed",
    "version-stale",
    "withdrawal-retroactive",
}


WHO = st.sampled_from([CONTEXT.entered_by, named("Mr Okafor")])


class Both:
    """A learner and the model: every command goes to both, and they answer and stand alike."""

    def __init__(self) -> None:
        self.naive = Naive(ANA)
        self.learner: Learner | None = None
        self.events: list[Event] = []
        self.today: date = TODAY
        self.accepted: set[str] = set()
        self.refused: set[str] = set()

    def give(
        self, command: Command, seen: int | None = None, by: UUID = CONTEXT.entered_by
    ) -> None:
        name = command_name(type(command))
        predicted = self.naive.do(name, command.model_dump(), self.today, seen, by)
        context = replace(CONTEXT, today=self.today, entered_by=by)
        broken = None
        try:
            self.learner, event = decide(self.learner, Request(ANA, command, context, seen), seen)
            self.events.append(event)
            self.accepted.add(name)
        except Refused as refused:
            broken = refused.rule
            self.refused.add(broken)
        assert broken == predicted
        if self.learner is not None:
            stands = {i: (item.kind, item.status) for i, item in self.learner.items.items()}
            assert stands == self.naive.statuses()
            assert self.learner.version == self.naive.version == len(self.events)

    def command(self, only: str | None = None) -> st.SearchStrategy[Command]:
        return commands(self.naive, self.today, [BEN, CLEO], only=only)

    def check_replay(self) -> None:
        if self.learner is not None:
            assert replayed(self.events).items == self.learner.items


class LearnerAgainstNaive(RuleBasedStateMachine):
    """Commands of every type in any order, from the first day on."""

    def __init__(self) -> None:
        super().__init__()
        self.both = Both()

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        self.both.give(data.draw(self.both.command()))
        for command in TO_BEGIN_WITH:
            self.both.give(command)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.both.today += timedelta(days=days)

    def teardown(self) -> None:
        self.both.check_replay()


def a_rule_for(name: str) -> Any:
    def give_it(self: LearnerAgainstNaive, data: st.DataObject) -> None:
        command = data.draw(self.both.command(only=name), label=name)
        seen = data.draw(versions_seen(self.both.naive), label="version seen")
        self.both.give(command, seen, data.draw(WHO, label="who"))

    give_it.__name__ = name.replace("-", "_")
    return rule(data=st.data())(give_it)


for _name in COMMANDS:
    setattr(LearnerAgainstNaive, f"give_{_name}", a_rule_for(_name))


def test_the_learner_decides_as_the_naive_model_says() -> None:
    quick = settings(
        max_examples=60,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(LearnerAgainstNaive, settings=quick)


def meet(name: str, start: int) -> tuple[bool, set[str]]:
    """Give one command to records of all kinds: was it accepted, and which rules were broken?"""
    accepted, broken = set(), set()

    @seed(start)
    @settings(max_examples=10, deadline=None, database=None, phases=[Phase.generate])
    @given(data=st.data())
    def give(data: st.DataObject) -> None:
        both = Both()
        later = [plain.command for plain in ALL if plain.before]
        for command in [*TO_BEGIN_WITH, *data.draw(st.lists(st.sampled_from(later)))]:
            both.give(command)
        both.accepted.clear()
        for _ in range(4):
            command = data.draw(both.command(only=name))
            both.give(command, data.draw(versions_seen(both.naive)), data.draw(WHO))
        accepted.update(both.accepted)
        broken.update(both.refused)

    give()
    return bool(accepted), broken


def test_every_command_is_accepted_and_every_rule_is_broken_by_what_is_drawn() -> None:
    never_accepted = set(COMMANDS) - {"register-learner"}  # the record is open already
    never_broken = RULES - {"learner-unknown"}
    for start in range(30):
        for name in COMMANDS:
            accepted, broken = meet(name, start)
            assert broken <= RULES, "a rule that this test does not list"
            never_broken -= broken
            never_accepted -= {name} if accepted else set()
        if not never_accepted and not never_broken:
            break

    assert (never_accepted, never_broken) == (set(), set())


def test_nothing_is_recorded_of_a_learner_who_is_not_registered() -> None:
    for plain in ALL[1:]:
        both = Both()
        both.give(plain.command)
        assert both.refused == {"learner-unknown"}
