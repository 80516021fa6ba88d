"""Which records tell of a learner: merged on either side, by way of another, or naming it."""

import re
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import store
from domain.access.filing import learner_file
from domain.access.ties import TELLS, Ties
from domain.consent import GrantConsent, OfferSurvey, SetDirectoryOptOut, WithdrawConsent
from domain.event import Command, Event, Part
from domain.facts import RecordObservation
from domain.identity import MergeRecords, SplitRecords
from domain.words import Area
from tests.unit.access.filed import Entry, in_order, learner
from tests.unit.decider import ANA, BEN, CLEO, named
from tests.unit.plain import MOTHER

DAN = named("Dan")
EVERYBODY = (ANA, BEN, CLEO, DAN)


def with_them(*others: UUID) -> dict[str, Any]:
    """The fields of an entry that is about others too."""
    return {"subjects": others, "parts": tuple(Part(learner=one, text="Too.") for one in others)}


def consent(name: str, *others: UUID) -> GrantConsent:
    return GrantConsent(
        consent=named(name), records=("attendance",), purpose="Tutoring", recipient="Bright Path",
        signer=MOTHER, signer_name="Maria Lopez", capacity="mother", method="paper",
        **with_them(*others),
    )  # fmt: skip


def ties(*events: Event) -> Ties:
    found = Ties()
    found.take(events)
    return found


def merged(one: UUID, other: UUID, *more: Entry) -> list[Event]:
    return learner((MergeRecords(other=other, reason="Same."), "2025-01-10"), *more, owner=one)


def test_nobody_tells_of_a_learner_but_the_own_record() -> None:
    assert Ties().records(ANA) == {ANA}


def test_a_merge_ties_both_records_wherever_it_stands() -> None:
    found = ties(*merged(ANA, BEN))

    assert (found.records(ANA), found.records(BEN)) == ({ANA, BEN}, {ANA, BEN})
    assert found.records(CLEO) == {CLEO}


@pytest.mark.parametrize("order", list(permutations([ANA, BEN, CLEO])))
def test_records_are_tied_by_way_of_another(order: tuple[UUID, UUID, UUID]) -> None:
    first, middle, last = order
    found = ties(*merged(first, middle), *merged(middle, last))

    assert all(found.records(one) == {ANA, BEN, CLEO} for one in order)


def test_what_was_parted_is_still_looked_at_for_the_split_stands_there() -> None:
    split = SplitRecords(other=BEN, reason="Cousins.")
    found = ties(*merged(ANA, BEN, (split, "2025-02-10")))

    assert found.records(BEN) == {ANA, BEN}


def test_what_names_a_learner_tells_of_it_and_of_who_is_the_same_person() -> None:
    shared = learner((consent("both", ANA), "2025-01-11"), owner=CLEO)
    found = ties(*shared, *merged(ANA, BEN))

    assert found.records(ANA) == found.records(BEN) == {ANA, BEN, CLEO}
    assert found.records(CLEO) == {CLEO}  # what stands on Ana's record is not about Cleo


@pytest.mark.parametrize(
    "command",
    [
        RecordObservation(area=Area.STRENGTHS, text="Both sang.", **with_them(ANA)),
        OfferSurvey(instrument="SEL-4", **with_them(ANA)),
        consent("Ben's alone"),
    ],
)
def test_what_says_nothing_about_who_may_see_the_other_ties_nothing(command: Command) -> None:
    assert ties(*learner((command, "2025-01-11"), owner=BEN)).records(ANA) == {ANA}


def test_the_index_holds_what_ties() -> None:
    """What it leaves out would never be read."""
    sql = (Path(store.__file__).parent / "ties.sql").read_text(encoding="utf-8")
    topics = set(re.findall(r"'([a-z]+(?:-[a-z]+)+)'", sql))

    assert topics == {"records-merged", *(event.TOPIC for event in TELLS)}


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Four records that are merged, parted and spoken of together, in any order."""
    entries: dict[UUID, list[Entry]] = {one: [] for one in EVERYBODY}
    joined: dict[tuple[UUID, UUID], bool] = {}
    granted: list[tuple[UUID, str]] = []
    for day in range(1, draw(st.integers(1, 8)) + 1):
        one, other = draw(st.permutations(EVERYBODY))[:2]
        what = draw(st.sampled_from(["tie", "tie", "consent", "opt out", "withdraw"]))
        if what == "tie":
            turn = SplitRecords if joined.get((one, other)) else MergeRecords
            joined[one, other] = turn is MergeRecords
            command: Command = turn(other=other, reason="So it is.")
        elif what == "withdraw" and granted:
            one, name = granted.pop()
            command = WithdrawConsent(consent=named(name))
        elif what == "opt out":
            command = SetDirectoryOptOut(**with_them(other))
        else:
            granted.append((one, f"consent {day}"))
            command = consent(f"consent {day}", *draw(st.sampled_from([(), (other,)])))
        entries[one].append((command, f"2025-01-{day:02}"))
    return in_order(*(learner(*told, owner=one) for one, told in entries.items()))


@given(events=histories())
def test_from_the_records_that_tell_of_it_a_file_is_what_it_is_from_all(
    events: list[Event],
) -> None:
    found = ties(*events)
    for one in EVERYBODY:
        records = found.records(one)
        some = [event for event in events if event.originator_id in records]
        assert learner_file(one, some) == learner_file(one, events)
