"""Histories to ask about: long and short ones whose answer has the same size.

A learner has twenty supports at any time. Each is started, corrected, given a new value from a
day on, confirmed and ended, and another one follows it: five events a support. So a learner with
ten thousand events has a hundred times the history of one with a hundred, and on any day as many
entries.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from api.compose import System
from domain.application import Request
from domain.changes import ConfirmFact, CorrectFact, SupersedeFact
from domain.effective import Effective
from domain.event import Command
from domain.facts import EndSupport, StartSupport
from domain.identity import EnrolLearner, RegisterLearner

AT_ONCE = 20  # supports at any time
STEPS = 5  # events of a support
PERIOD = 21  # days from one support to the next
NAMESPACE = UUID("6f0c7a52-1111-4c7e-9d55-0a52f1d6a001")
TEXT = "Reads with a partner twice a week, and keeps a log of the words that were new. " * 2


def learner_of(name: str) -> UUID:
    """The id of a made learner."""
    return uuid5(NAMESPACE, name)


def history(
    name: str, events: int, today: date, at_once: int = AT_ONCE, **enrolled: str
) -> Iterator[Command]:
    """Commands that make about so many events of a learner, the last supports still running."""
    yield RegisterLearner(given_name="Ana", family_name="Lopez", birth_date=date(2010, 1, 1))
    rounds = max(1, events // (at_once * STEPS))
    began = today - timedelta(days=rounds * PERIOD)
    if enrolled:
        yield EnrolLearner.model_validate({**enrolled, "effective": began})
    for nth in range(rounds):
        start = began + timedelta(days=nth * PERIOD)
        for step in range(STEPS):
            if nth == rounds - 1 and step == STEPS - 1:
                return
            for slot in range(at_once):
                yield step_of(learner_of(f"{name} {nth} {slot}"), step, start, slot)


def step_of(support: UUID, step: int, start: date, slot: int) -> Command:
    """One event of a support."""
    value = uuid5(support, "value")
    later = Effective(start=start + timedelta(days=7))
    match step:
        case 0:
            return StartSupport(
                fact=support, title=f"Support {slot}", text=TEXT, effective=Effective(start=start)
            )
        case 1:
            return CorrectFact(fact=support, changes={"text": TEXT[::-1].strip()}, ground="Typed.")
        case 2:
            return SupersedeFact(
                fact=support, successor=value, changes={"text": TEXT}, effective=later
            )
        case 3:
            return ConfirmFact(fact=value, effective=later)
    until = Effective(start=start + timedelta(days=PERIOD))
    return EndSupport(support=support, reason="Another one follows.", effective=until)


def record(system: System, name: str, commands: Iterator[Command], batch: int = 1000) -> UUID:
    """Record a history; the learner's id."""
    learner = learner_of(name)
    context = system.context()
    waiting: list[Request] = []

    def give() -> None:
        for answer in system.profiles.do_many(waiting):
            if isinstance(answer, Exception):
                raise answer
        waiting.clear()

    for command in commands:
        made = replace(context, command_id=uuid5(learner, str(len(waiting)) + repr(command)))
        waiting.append(Request(learner, command, made))
        if len(waiting) == batch:
            give()
    give()
    return learner
