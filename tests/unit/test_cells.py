"""A row that holds is always among those that a question looks at, and there are not many."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from projections.cells import DAY_BITS, OPEN, SPARE_BITS, cell, cells, node, path
from projections.rows import Span

DAYS = st.dates()
POSITIONS = st.integers(1, 2**40)
ONE = timedelta(days=1)


@st.composite
def stretches(draw: st.DrawFn, points: st.SearchStrategy[int]) -> tuple[int, int, int]:
    """A first number, a last one, and one between."""
    first, point, last = sorted(draw(st.tuples(points, points, points)))
    return first, last, point


@st.composite
def pieces(draw: st.DrawFn) -> tuple[list[Span], date]:
    """What holds over some stretches of days, and a day on which it does."""
    days = sorted(draw(st.sets(DAYS, min_size=2, max_size=8)))
    spans: list[Span] = list(zip(days[::2], days[1::2], strict=False))
    if draw(st.booleans()):
        spans[0] = (None, spans[0][1])
    if draw(st.booleans()):
        spans[-1] = (spans[-1][0], None)
    start, until = draw(st.sampled_from(spans))
    return spans, draw(st.dates(start or date.min, until - ONE if until else date.max))


# -- the tree -----------------------------------------------------------------------------------


@given(stretches(st.integers(1, 2**62)))
def test_a_stretch_with_a_point_in_it_is_filed_on_the_way_to_the_point(
    stretch: tuple[int, int, int],
) -> None:
    first, last, point = stretch
    assert first <= node(first, last) <= last
    assert node(first, last) in path(point, last.bit_length())


@given(stretches(st.integers(1, 2**62)))
def test_a_stretch_is_filed_at_its_number_with_the_most_powers_of_two(
    stretch: tuple[int, int, int],
) -> None:
    first, last, point = stretch

    def twos(number: int) -> int:
        return (number & -number).bit_length()

    assert twos(node(first, last)) >= twos(point)


def test_every_stretch_of_a_small_tree_is_found_from_each_of_its_points() -> None:
    for last in range(1, 34):
        for first in range(1, last + 1):
            for point in range(first, last + 1):
                assert node(first, last) in path(point, 6)


@given(st.integers(0, 2**62), st.integers(0, 62))
def test_a_way_has_one_node_on_each_level(point: int, bits: int) -> None:
    nodes = path(point, bits)
    assert [n & -n for n in nodes] == [1 << level for level in range(bits)]


# -- rows and questions -------------------------------------------------------------------------


@given(pieces(), stretches(POSITIONS), st.booleans(), st.data())
def test_what_holds_on_a_day_as_known_at_a_position_is_always_found(
    holds: tuple[list[Span], date],
    known: tuple[int, int, int],
    is_open: bool,
    data: st.DataObject,
) -> None:
    spans, on = holds
    known_from, last, position = known
    until = OPEN if is_open else last + 1
    # A row that is closed is closed at a position that was given out.
    head = data.draw(st.integers(position if is_open else max(position, until), 2**41))
    assert cell(spans, known_from, until) in cells(on, position, head)


@given(pieces(), stretches(st.integers(1, 2**19)), st.integers(1, 2**19))
def test_a_row_that_is_closed_while_a_question_is_answered_is_found_too(
    holds: tuple[list[Span], date], known: tuple[int, int, int], head: int
) -> None:
    spans, on = holds
    known_from, last, position = known
    assert cell(spans, known_from, last + 1) in cells(on, position, max(head, position))


@given(DAYS, POSITIONS, st.integers(0, 2**20))
def test_a_question_looks_under_a_bounded_number_of_different_cells(
    on: date, position: int, more: int
) -> None:
    head = position + more
    looked = cells(on, position, head)
    assert len(looked) == len(set(looked))
    assert len(looked) == 1 + DAY_BITS + max(head.bit_length() + 1, SPARE_BITS)
    assert sum(c < 0 for c in looked) == DAY_BITS


@given(DAYS, POSITIONS)
def test_what_is_left_on_no_day_is_filed_where_only_the_first_day_looks(
    on: date, position: int
) -> None:
    left = cell((), position, OPEN)
    assert left == cell((), position + 1, OPEN) == -1
    assert (left in cells(on, position, position)) is (on == date.min)


@given(pieces(), POSITIONS)
def test_what_holds_without_end_is_filed_under_0(
    holds: tuple[list[Span], date], position: int
) -> None:
    spans, _ = holds
    endless: list[Span] = [*spans[:-1], (spans[-1][0], None)]
    assert cell(endless, position, OPEN) == 0
    assert cell(endless, position, position + 1) == position


def test_the_worked_example_of_decision_0009() -> None:
    """Known from 5 until 12: filed at 8. Asked at 9, of 13 events: 8 is among the cells."""
    assert cell([(date(2025, 1, 1), None)], 5, 12) == 8
    assert path(9, 4) == [9, 10, 12, 8]
