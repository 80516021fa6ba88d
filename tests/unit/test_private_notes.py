"""Another's private note: for everybody but its maker it is not there at all."""

from dataclasses import replace

import pytest

from domain.changes import (
    ConfirmFact,
    CorrectFact,
    NoteShared,
    ReclassifyFact,
    RetractFact,
    ShareNote,
    SupersedeFact,
)
from domain.event import Command
from domain.facts import EndSupport, MakeComment
from domain.learner import Learner, open_record
from domain.words import DataClass
from tests.unit.decider import ANA, BEN, CONTEXT, REGISTER, given, named
from tests.unit.plain import NOTE, START_SUPPORT, SUPPORT, WRITE_PRIVATELY

RIVERA = CONTEXT.entered_by
OWN = WRITE_PRIVATELY.model_copy(update={"author": RIVERA})
ANOTHERS = WRITE_PRIVATELY.model_copy(update={"author": BEN})
SHARE = ShareNote(fact=NOTE, shared_with="the grade team")
COMMENT = MakeComment(fact=NOTE, text="Same at home.")
ON_A_NOTE: list[Command] = [
    SHARE,
    COMMENT,
    ConfirmFact(fact=NOTE),
    RetractFact(fact=NOTE, reason="Entered twice."),
    CorrectFact(fact=NOTE, changes={"text": "Slept badly."}, ground="Misheard."),
    SupersedeFact(fact=NOTE, successor=named("successor"), changes={"text": "Sleeps well."}),
    ReclassifyFact(fact=NOTE, becomes=DataClass.EDUCATION, reason="Not private."),
]

each = pytest.mark.parametrize("command", ON_A_NOTE, ids=lambda c: c.EVENT.TOPIC)


def noted(note: Command) -> Learner:
    learner = open_record(ANA, REGISTER, CONTEXT)
    learner.do(note, CONTEXT)
    return learner


@each
def test_a_change_of_anothers_note_is_told_what_it_would_be_told_of_none(command: Command) -> None:
    nothing = given().when(command).refused("fact", "fact-unknown")
    anothers = given(ANOTHERS).when(command).refused("fact", "fact-unknown")
    assert str(anothers) == str(nothing)


@each
def test_who_made_a_note_changes_it(command: Command) -> None:
    given(OWN).when(command).then(command.EVENT)
    given(WRITE_PRIVATELY).when(command).then(command.EVENT)


def test_another_supports_private_notes_do_not_end() -> None:
    private = {"author": BEN, "data_class": DataClass.SOLE_POSSESSION}
    support = START_SUPPORT.model_copy(update=private)
    end = EndSupport(support=SUPPORT, reason="Goal reached.")
    given(support).when(end).refused("support", "fact-unknown")
    given(START_SUPPORT).when(end).then(end.EVENT)


def test_a_new_value_of_a_note_is_its_makers_too() -> None:
    learner = noted(OWN)
    learner.do(SupersedeFact(fact=NOTE, successor=named("b"), changes={"text": "Well."}), CONTEXT)
    assert learner.items[named("b")].by == RIVERA


def test_a_note_that_was_shared_is_an_entry_like_any_other() -> None:
    learner = noted(ANOTHERS)
    learner.do(SHARE, replace(CONTEXT, entered_by=BEN))
    assert learner.do(COMMENT, CONTEXT).data_class is DataClass.EDUCATION


def test_an_import_speaks_for_whoever_made_the_note() -> None:
    shared = noted(ANOTHERS).do(SHARE, replace(CONTEXT, brought_in=True))
    assert isinstance(shared, NoteShared)
