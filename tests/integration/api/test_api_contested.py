"""A family's statement stands wherever the part that they contest stands, from then on."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from api.compose import System
from tests.integration.api.desk import Answer, Desk, fact_of

WORDS = "We do not agree with this."


@pytest.fixture
def desk(client: httpx.Client, district: System) -> Desk:
    return Desk(client, district)


def statements(entries: list[Answer]) -> list[list[str]]:
    """The statements beside each fact."""
    return [
        [r["text"] for r in e["remarks"] if r["kind"] == "contest-statement-placed"]
        for e in entries
        if e["kind"] == "fact"
    ]


def contested(desk: Desk, learner: str, change: str) -> tuple[Answer, Answer]:
    """An entry from January on, with a statement beside it, then changed; both last receipts."""
    fact = fact_of(desk.observe(learner, "2025-01-15"))
    placed = desk.tell(learner, "place-contest-statement", fact=fact, text=WORDS)
    changes = {"fact": fact, "changes": {"text": "Likes go."}}
    middle = {"from": "2025-03-01", "until": "2025-04-01"}
    match change:
        case "superseded":
            last = desk.tell(learner, "supersede-fact", **changes, effective="2025-03-01")
        case "superseded for a stretch":
            last = desk.tell(learner, "supersede-fact", **changes, effective=middle)
        case "corrected":
            last = desk.tell(learner, "correct-fact", **changes, ground="Misheard.")
        case "amended":
            last = desk.tell(learner, "amend-fact", **changes, ground="Granted.")
        case _:
            last = desk.tell(
                learner, "reclassify-fact", fact=fact, becomes="special_ed", reason="IEP."
            )
    return placed, last


CHANGES = ["superseded", "superseded for a stretch", "corrected", "amended", "reclassified"]
DAYS = ["2025-02-01", "2025-03-15", "2025-05-01"]


@pytest.mark.parametrize("change", CHANGES)
def test_the_statement_stands_on_every_day_and_at_every_position_since(
    desk: Desk, ana: str, change: str
) -> None:
    placed, last = contested(desk, ana, change)
    desk.observe(ana, "2024-01-01", text="Something else.")
    for known in (placed["position"], last["position"], None):
        for on in DAYS:
            asked = {"on": on} if known is None else {"on": on, "known": known}
            found = desk.facts(ana, **asked)
            assert [WORDS] in statements(found), (known, on)


@pytest.mark.parametrize("change", CHANGES)
def test_the_statement_stands_on_the_timeline(desk: Desk, ana: str, change: str) -> None:
    placed, last = contested(desk, ana, change)
    for asked in ({"known": placed["position"]}, {"known": last["position"]}, {}):
        found = desk.read(ana, "timeline", **asked)["entries"]
        assert statements(found) == [[WORDS]] * len(found)


@pytest.mark.parametrize("change", CHANGES)
def test_the_statement_stands_in_a_cohort(desk: Desk, ana: str, change: str) -> None:
    school = f"school-{uuid4().hex[:8]}"
    place = {"school": school, "grade": "09", "effective": "2024-08-19"}
    desk.tell(ana, "enrol-learner", **place)
    _, last = contested(desk, ana, change)
    for on in DAYS:
        for asked in ({"school": school}, {"learners": [ana]}):
            found = desk.cohort(**asked, on=on, known=last["position"])
            [line] = found["learners"]
            assert statements(line["entries"]) == [[WORDS]]


@pytest.mark.parametrize("change", CHANGES)
def test_the_statement_stands_on_both_sides_of_a_comparison(
    desk: Desk, ana: str, change: str
) -> None:
    placed, last = contested(desk, ana, change)
    for on, other_on in (("2025-02-01", "2025-03-15"), ("2025-03-15", "2025-03-15")):
        found = desk.read(
            ana, "compare", on=on, known=placed["position"], other_on=other_on,
            other_known=last["position"],
        )  # fmt: skip
        [told] = found["differences"]
        assert statements([told["before"], told["after"]]) == [[WORDS]] * 2


@pytest.mark.parametrize("change", CHANGES)
def test_one_entry_read_by_its_id_has_the_statement(desk: Desk, ana: str, change: str) -> None:
    _, last = contested(desk, ana, change)
    for on in DAYS:
        fact = last["ids"]["fact"]
        found = desk.read(ana, f"entries/{fact}", on=on)
        assert statements([found["entry"]]) == [[WORDS]]


def test_a_statement_beside_a_new_value_stands_beside_that_alone(desk: Desk, ana: str) -> None:
    fact, successor = fact_of(desk.observe(ana)), str(uuid4())
    new = {"successor": successor, "changes": {"text": "Go."}, "effective": "2025-03-01"}
    desk.tell(ana, "supersede-fact", fact=fact, **new)
    desk.tell(ana, "place-contest-statement", fact=successor, text=WORDS)
    assert statements(desk.facts(ana, on="2025-02-01")) == [[]]
    assert statements(desk.facts(ana, on="2025-03-15")) == [[WORDS]]


def test_a_statement_stands_beside_the_value_that_is_left_where_a_new_one_is_taken_back(
    desk: Desk, ana: str
) -> None:
    fact, successor = fact_of(desk.observe(ana)), str(uuid4())
    desk.tell(ana, "place-contest-statement", fact=fact, text=WORDS)
    new = {"successor": successor, "changes": {"text": "Go."}, "effective": "2025-03-01"}
    desk.tell(ana, "supersede-fact", fact=fact, **new)
    desk.tell(ana, "retract-fact", fact=successor, reason="Another day.")
    for on in DAYS:
        assert statements(desk.facts(ana, on=on)) == [[WORDS]]


def test_before_it_was_placed_the_file_had_no_statement(desk: Desk, ana: str) -> None:
    told = desk.observe(ana)
    desk.tell(ana, "place-contest-statement", fact=fact_of(told), text=WORDS)
    assert statements(desk.facts(ana, known=told["position"])) == [[]]


@pytest.fixture(autouse=True)
def nothing_parked(desk: Desk) -> Iterator[None]:
    yield
    assert desk.district.reader.parked() == []
