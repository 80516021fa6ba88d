"""Disclosures and refusals by hand, as lines of the record of 99.32."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.access.by_hand import NO_GROUND, REFUSED, ByHand, by_hand
from domain.access.filing import learner_file
from domain.access.ground import Keeping
from domain.access.record import due, for_family, idea_record, statutory
from domain.access.words import Action, PartyKind
from domain.disclosures import CompleteDisclosure, RecordRequestRefused
from domain.event import Command
from domain.words import DataClass
from tests.unit.access.filed import ZONE, Entry, learner, on
from tests.unit.decider import ANA
from tests.unit.plain import COURT, DISCLOSE, DISCLOSURE, DISCLOSURES, EMERGENCY
from tests.unit.plain import DECLARE as THREAT

DAY = "2025-09-10"
REFUSE = next(p.command for p in DISCLOSURES if p.topic == "request-refused")


def disclose(**changes: Any) -> Command:
    return DISCLOSE.model_copy(update=changes)


def entries(*told: Entry) -> list[ByHand]:
    events = learner(*told)
    return by_hand(events, learner_file(ANA, events).emergencies)


def entry(command: Command, *more: Entry) -> ByHand:
    [found] = entries((command, DAY), *more)
    return found


def test_a_line_has_who_what_why_and_its_own_day() -> None:
    command = disclose(ground="FERPA-99.31-a-4", decided_by="Mr Ellery", reason="A grant.",
                       effective=on("2025-09-03"), interest="Checks the grant.")  # fmt: skip
    found = entry(command)
    line = found.line
    assert found.party == "Mercy Hospital"
    assert found.records == ("attendance",)
    assert line.at == datetime(2025, 9, 3, tzinfo=ZONE)
    assert (line.code, line.action, line.allowed) == ("FERPA-99.31-a-4", Action.DISCLOSED, True)
    assert (line.interest, line.purpose) == ("Checks the grant.", "emergency")
    assert line.recipient == DISCLOSURE  # who has no id here stands under the entry's
    assert entry(disclose(party=COURT)).line.recipient == COURT
    assert line.incomplete == ()


@pytest.mark.parametrize(
    ("changes", "keeping", "in_record", "family"),
    [
        ({"ground": None, "reason": "Wrong envelope."}, Keeping.RECORD, True, True),
        ({}, Keeping.RECORD, True, True),
        (
            {"ground": "FERPA-99.31-a-9-ii-A", "kinds": (PartyKind.COURT,)},
            Keeping.SEALED,
            False,
            False,
        ),
        (
            {"ground": "USC-1232g-b-1-L", "kinds": (PartyKind.CHILD_WELFARE,)},
            Keeping.RECORD,
            True,
            False,
        ),
        ({"ground": "FERPA-99.31-a-11"}, Keeping.EXEMPT, False, True),
    ],
    ids=["no ground", "emergency", "sealed", "child welfare", "directory"],
)
def test_what_the_record_and_the_family_have_follows_from_the_ground(
    changes: dict[str, Any], keeping: Keeping, in_record: bool, family: bool
) -> None:
    line = entry(disclose(**changes)).line
    assert line.keeping is keeping
    assert (statutory([line]) == (line,)) is in_record
    assert bool(for_family([line], frozenset())) is family
    assert line.code == (changes["ground"] or NO_GROUND if changes else "FERPA-99.31-a-10")


@pytest.mark.parametrize("silence", [True, False])
def test_a_refused_request_is_in_the_record_but_where_a_court_ordered_silence(
    silence: bool,
) -> None:
    assert isinstance(REFUSE, RecordRequestRefused)
    line = entry(REFUSE.model_copy(update={"silence": silence})).line
    assert (line.allowed, line.code) == (False, REFUSED)
    assert bool(statutory([line])) is not silence
    assert bool(for_family([line], frozenset())) is not silence


def test_special_education_records_are_in_the_record_of_300_614() -> None:
    plain, special = (
        entry(disclose(record_classes=(one,))).line
        for one in (DataClass.EDUCATION, DataClass.SPECIAL_ED)
    )
    assert idea_record([plain, special]) == (special,)


def test_an_emergency_is_complete_with_its_threat_and_interest() -> None:
    assert entry(DISCLOSE).line.incomplete == ("interest", "threat")
    more = CompleteDisclosure(disclosure=DISCLOSURE, interest="Treats her.", threat="Pills.")
    assert entry(DISCLOSE, (more, "2025-09-11")).line.incomplete == ()
    declared = (THREAT, DAY)
    relying = disclose(emergency=EMERGENCY, interest="Treats her.")
    [found] = entries(declared, (relying, "2025-09-11"))
    assert (found.line.threat, found.line.incomplete) == (THREAT.threat, ())


def test_what_is_incomplete_is_due_after_a_school_day() -> None:
    line = entry(DISCLOSE).line  # on a Wednesday
    weekdays = lambda day: day.weekday() < 5  # noqa: E731
    assert due(line, ZONE, weekdays) == date(2025, 9, 11)
