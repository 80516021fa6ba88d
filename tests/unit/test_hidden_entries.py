"""What is closed to the giver of a command is, for them, not there at all."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.changes import ReclassifyFact
from domain.errors import StaleVersion
from domain.facts import MakeComment
from domain.learner import Item
from domain.words import DataClass
from tests.unit.decider import ANA, CONTEXT, given, named
from tests.unit.naming import NOBODY, RELYING, Naming, naming, own_ids
from tests.unit.plain import ALL, BY_ANOTHER, FACT, OBSERVE

NAMING = naming()
# What stands outside the record: any id will do.
NOT_ON_THE_RECORD = {"signer", "party", "agency", "other_school", "request", "parent", "access"}
each = pytest.mark.parametrize(
    "one", NAMING, ids=[f"{one.command.EVENT.TOPIC} {one.field}" for one in NAMING]
)


def closed(topic: str) -> Callable[[Item], bool]:
    return lambda item: item.topic == topic


@each
def test_a_command_about_what_is_closed_is_refused_as_about_nothing(one: Naming) -> None:
    topic = one.learner().items[one.named].topic
    context = replace(CONTEXT, closed=closed(topic))
    nothing = one.ask(one.of(NOBODY), context)
    assert nothing is not None
    assert one.ask(one.command, context) == nothing


@each
def test_whoever_changed_what_is_closed_is_not_told(one: Naming) -> None:
    topic = one.learner().items[one.named].topic
    context = replace(CONTEXT, closed=closed(topic))
    told = one.ask(one.command, context, expected=1)
    assert told == one.ask(one.of(NOBODY), context, expected=1)
    touched = {getattr(one.command, name) for name in one.command.TOUCHES}
    if one.named in touched:
        open_to = one.ask(one.command, CONTEXT, expected=1)
        assert open_to is not None
        assert open_to["kind"] is StaleVersion


def test_every_id_of_every_command_is_known_to_name_something_or_not() -> None:
    """A new command comes into the tests above by itself, or is put into the list here."""
    plain = [p.command for p in [*ALL, *BY_ANOTHER, *RELYING]]
    found = {(type(one.command), one.field) for one in NAMING}
    left = {
        (type(c), name)
        for c in plain
        for name in own_ids(c)
        if (type(c), name) not in found and name not in NOT_ON_THE_RECORD
    }
    # The rest is the id of what the command makes. A merge has that of the other record.
    chosen = {(kind, name) for kind, name in left if kind.model_fields[name].is_required()}
    assert {f"{kind.__name__}.{name}" for kind, name in chosen} == {"MergeRecords.other"}
    assert len(found) > 30


def test_what_became_closed_is_closed() -> None:
    secret = DataClass.COUNSELOR_CONFIDENTIAL
    context = replace(CONTEXT, closed=lambda item: item.data_class is secret)
    learner = Naming((OBSERVE,), OBSERVE, "fact").learner()
    comment = MakeComment(fact=FACT, text="Same at home.")
    learner.do(comment, context)
    learner.do(ReclassifyFact(fact=FACT, becomes=secret, reason="In confidence."), CONTEXT)
    with pytest.raises(Exception, match="There is no entry with this id"):
        learner.do(comment, context)
    becomes = DataClass.EDUCATION
    learner.do(ReclassifyFact(fact=FACT, becomes=becomes, reason="Told to all."), CONTEXT)
    assert learner.do(comment, context).data_class is becomes


def test_the_same_context_for_another_command_closes_the_same() -> None:
    context = replace(CONTEXT, closed=closed("goal-set"))
    assert context.of(ANA) == replace(context, command_id=ANA)
    assert context.of(named("another")).closed is context.closed


def test_nothing_is_closed_to_who_is_at_the_machine() -> None:
    comment = MakeComment(fact=FACT, text="Same at home.")
    secret = OBSERVE.model_copy(update={"data_class": DataClass.COUNSELOR_CONFIDENTIAL})
    given(secret).when(comment).then(comment.EVENT)
