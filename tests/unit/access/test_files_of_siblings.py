"""What was recorded on another learner's record and names this one: what of it counts here."""

from datetime import date

import pytest

from domain.access.filing import LearnerFile, learner_file
from domain.access.rights import is_stopped
from domain.access.ties import TELLS
from domain.consent import OptOutOfSurvey
from domain.event import Command, Event, Part
from domain.identity import EvidenceKind, RecordRightsEvidence, RestoreRights, RevokeRights
from tests.unit.access.filed import Entry, in_order, learner, on
from tests.unit.decider import ANA, BEN
from tests.unit.plain import (
    ALLOW_SURVEY,
    ENROL,
    GRANT,
    LINK,
    MOTHER,
    OFFER_SURVEY,
    OPT_OUT_OF_DIRECTORY,
    ORDER,
    REFUSE_SURVEY,
    SHOW_ORDER,
    SURVEY,
    TELL_OF_SURVEY,
)

COLLEGE = RecordRightsEvidence(
    kind=EvidenceKind.POSTSECONDARY_ATTENDANCE, custodian="rock-prairie", text="Admitted."
)
REVOKE = RevokeRights(person=MOTHER, evidence=ORDER, effective=on("2025-03-01"))
SAY_NO = OptOutOfSurvey(survey=SURVEY)
# Each with what must have happened before, on the record on which it stands.
TOLD: list[tuple[tuple[Command, ...], Command]] = [
    ((), ENROL),
    ((), LINK),
    ((), COLLEGE),
    ((LINK, SHOW_ORDER), REVOKE),
    ((), GRANT),
    ((), OPT_OUT_OF_DIRECTORY),
    ((), TELL_OF_SURVEY),
    ((), ALLOW_SURVEY),
    ((), REFUSE_SURVEY),
    ((OFFER_SURVEY,), SAY_NO),
]


def of_both(command: Command) -> Command:
    """The same, about Ana too."""
    parts = (Part(learner=ANA, text="Ana too."),)
    return command.model_copy(update={"subjects": (ANA,), "parts": parts})


def bens(*commands: Command) -> list[Event]:
    entries: list[Entry] = [(one, f"2025-09-{n:02}") for n, one in enumerate(commands, 1)]
    return learner(*entries, owner=BEN, born=date(2012, 1, 1))


def anas_file(*of_ben: Command, own: tuple[Command, ...] = ()) -> LearnerFile:
    entries: list[Entry] = [(one, "2025-01-10") for one in own]
    return learner_file(ANA, in_order(learner(*entries), bens(*of_ben)))


@pytest.mark.parametrize(("before", "command"), TOLD, ids=lambda x: type(x).__name__)
def test_what_names_a_sibling_is_on_file_of_both_and_else_of_one(
    before: tuple[Command, ...], command: Command
) -> None:
    nothing = anas_file()

    assert anas_file(*before, command) == nothing
    assert anas_file(*before, of_both(command)) != nothing


def test_every_event_that_tells_of_others_is_tried() -> None:
    assert [command.EVENT for _, command in TOLD] == list(TELLS)


def test_an_order_that_names_a_sibling_stops_the_mother_for_both() -> None:
    """It counted for the record alone on which she is linked and the order was entered."""
    restore = RestoreRights(person=MOTHER, reason="Lifted.", effective=on("2025-06-01"))
    found = anas_file(LINK, SHOW_ORDER, of_both(REVOKE), restore, own=(LINK,)).rights.stopped
    days = (date(2025, 3, 1), date(2025, 5, 31), date(2025, 6, 1))

    assert [is_stopped(found, MOTHER, day) for day in days] == [True, True, False]


def test_a_no_to_a_survey_that_was_offered_to_a_sibling_alone_is_a_no_to_that_survey() -> None:
    surveys = anas_file(OFFER_SURVEY, of_both(SAY_NO)).surveys

    assert [one.instrument for one in surveys.file.opt_outs] == ["sel-4-spring"]
    assert surveys.offers == ()


def test_an_offer_counts_for_nobody_else() -> None:
    """Its gate was passed for one learner: another's answers would no longer be set aside."""
    assert anas_file(of_both(OFFER_SURVEY)).surveys.offers == ()
