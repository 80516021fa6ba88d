"""A snapshot of a learner: what it holds, and what older ones do not."""

import json
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from eventsourcing.persistence import JSONTranscoder

from domain.changes import CorrectFact
from domain.errors import Refused
from domain.facts import EndSupport
from domain.goals import ReachGoal
from domain.learner import Learner, open_record
from domain.snapshot import LearnerSnapshot
from store.keys import FileKeyStore
from store.mapper import SealingMapper
from tests.unit.decider import ANA, CONTEXT, REGISTER, since
from tests.unit.plain import GOAL, OBSERVE, SET_GOAL, START_SUPPORT, SUPPORT

WORDS = "Zauberwort des Kindes"


@pytest.fixture
def mapper(tmp_path: Path) -> SealingMapper:
    return SealingMapper(JSONTranscoder(), tenant="lincoln", keys=FileKeyStore(tmp_path))


def test_a_snapshot_holds_no_content_and_loads_to_the_same_learner(mapper: SealingMapper) -> None:
    learner = open_record(ANA, REGISTER, CONTEXT)
    learner.do(OBSERVE.model_copy(update={"text": WORDS}), CONTEXT)
    stored = mapper.seal([LearnerSnapshot.take(learner)])[0]
    assert WORDS.encode() not in stored.state
    loaded = mapper.to_domain_event(stored)
    assert isinstance(loaded, LearnerSnapshot)
    again = loaded.mutate(None)
    assert isinstance(again, Learner)
    assert (again.version, again.items) == (learner.version, learner.items)


def test_a_snapshot_knows_when_a_goal_was_set_and_an_older_one_does_not(
    mapper: SealingMapper,
) -> None:
    learner = open_record(ANA, REGISTER, CONTEXT)
    learner.do(SET_GOAL, CONTEXT)
    long_ago = since(date(2019, 9, 2))
    reached = ReachGoal(goal=GOAL, text="94 words.", effective=long_ago)
    stored = mapper.seal([LearnerSnapshot.take(learner)])[0]
    loaded = cast(LearnerSnapshot, mapper.to_domain_event(stored))

    with pytest.raises(Refused) as refused:
        cast(Learner, loaded.mutate(None)).do(reached, CONTEXT)
    assert refused.value.rule == "end-before-start"
    older = {**loaded.as_json(), "at": CONTEXT.now.isoformat()}
    for item in older["items"].values():
        del item["since"]
    again = LearnerSnapshot.from_json(ANA, learner.version, older).mutate(None)
    cast(Learner, again).do(reached, CONTEXT)


def test_a_snapshot_knows_when_a_support_ended_and_an_older_one_does_not(
    mapper: SealingMapper,
) -> None:
    learner = open_record(ANA, REGISTER, CONTEXT)
    began, ended = (since(date(2025, 9, day)) for day in (1, 5))
    learner.do(START_SUPPORT.model_copy(update={"effective": began}), CONTEXT)
    learner.do(EndSupport(support=SUPPORT, reason="Done.", effective=ended), CONTEXT)
    moved = CorrectFact(fact=SUPPORT, ground="Typing error.", effective=since(date(2025, 9, 8)))
    stored = mapper.seal([LearnerSnapshot.take(learner)])[0]
    loaded = cast(LearnerSnapshot, mapper.to_domain_event(stored))

    with pytest.raises(Refused) as refused:
        cast(Learner, loaded.mutate(None)).do(moved, CONTEXT)
    assert refused.value.rule == "end-before-start"
    older = json.loads(json.dumps({**loaded.as_json(), "at": CONTEXT.now}, default=str))
    for item in older["items"].values():
        del item["until"]
    again = LearnerSnapshot.from_json(ANA, learner.version, older).mutate(None)
    cast(Learner, again).do(moved, CONTEXT)
