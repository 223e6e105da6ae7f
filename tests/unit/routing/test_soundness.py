"""Every cell of a router's answer is sound once it is through the door, and what was mended is counted."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.points import as_points
from routing.travel_times.soundness import (
    FASTEST_MS,
    LONGEST_S,
    BadTable,
    Mended,
    sound_table,
    straight_lines,
    table_of,
)

PLACES = as_points([(24.94, 60.17), (24.95, 60.17), (24.94, 60.18), (24.9401, 60.17)])
"""The last lies 5.5 m from the first; the others 550 to 1,250 m apart."""


def answer() -> tuple[np.ndarray, np.ndarray]:
    """Sound times and distances between the places: 1.3 times the straight line, at 10 m/s."""
    metres = np.rint(1.3 * straight_lines(PLACES))
    return np.rint(metres / 10), metres


@pytest.mark.parametrize(
    ("fault", "break_it"),
    [
        ("below_zero", lambda _seconds, metres: metres.__setitem__((0, 3), -1.0)),
        ("below_zero", lambda _seconds, metres: metres.__setitem__((0, 1), -8_000.0)),
        ("below_zero", lambda seconds, _metres: seconds.__setitem__((0, 3), -0.7)),
        ("below_zero", lambda seconds, _metres: seconds.__setitem__((1, 2), -2_147_483_648.0)),
        ("missing", lambda _seconds, metres: metres.__setitem__((0, 1), np.nan)),
        ("not_finite", lambda seconds, _metres: seconds.__setitem__((0, 1), np.inf)),
        ("not_finite", lambda _seconds, metres: metres.__setitem__((0, 1), np.inf)),
        ("absurd", lambda seconds, _metres: seconds.__setitem__((0, 1), 1e12)),
        ("absurd", lambda _seconds, metres: metres.__setitem__((0, 1), 4e9)),
        ("absurd", lambda _seconds, metres: metres.__setitem__((1, 2), 3.0)),
        ("asymmetric", lambda _seconds, metres: metres.__setitem__((0, 3), metres[3, 0] - 1)),
    ],
)
def test_a_bad_cell_takes_the_value_of_the_way_back(
    fault: str, break_it: Callable[[np.ndarray, np.ndarray], None]
) -> None:
    seconds, metres = answer()
    if fault == "asymmetric":
        seconds[0, 3] = seconds[3, 0] = 0
    expected = seconds.copy(), metres.copy()
    break_it(seconds, metres)
    table = sound_table(seconds, metres, PLACES)
    assert table.mended.by_fault() == {fault: 1}
    assert table.reachable.all()
    assert table.seconds == pytest.approx(expected[0], abs=1)
    assert table.metres == pytest.approx(expected[1])


def test_neighbours_that_are_less_than_no_metre_apart_are_told_by_the_way_back() -> None:
    """As OSRM answers between two houses on one street: -0.7 m in no time, and 0.7 m back."""
    seconds, metres = answer()
    seconds[0, 3] = seconds[3, 0] = 0
    metres[0, 3], metres[3, 0] = -0.7, 0.7
    table = sound_table(seconds, metres, PLACES)
    assert (table.metres[0, 3], table.metres[3, 0]) == (1, 1)
    assert table.mended == Mended(below_zero=1)


def test_both_ways_bad_the_distance_is_the_straight_line_and_the_time_a_mask() -> None:
    seconds, metres = answer()
    metres[0, 1], metres[1, 0] = -5, np.nan
    seconds[1, 2], seconds[2, 1] = -900, np.inf
    table = sound_table(seconds, metres, PLACES)
    assert table.metres[0, 1] == table.metres[1, 0] == pytest.approx(straight_lines(PLACES)[0, 1], abs=1)
    assert not table.reachable[1, 2]
    assert not table.reachable[2, 1]
    assert table.seconds[1, 2] == table.metres[1, 2] == 0
    assert table.mended == Mended(below_zero=2, missing=1, not_finite=1)


def test_a_time_is_not_taken_from_the_way_back_where_no_way_leads_back() -> None:
    seconds, metres = answer()
    seconds[0, 1], seconds[1, 0] = np.inf, np.nan
    table = sound_table(seconds, metres, PLACES)
    assert not table.reachable[0, 1]
    assert not table.reachable[1, 0]


def test_a_sound_answer_is_left_as_it_is() -> None:
    seconds, metres = answer()
    seconds[0, 2] = np.nan
    metres[0, 2] = np.nan
    table = sound_table(seconds, metres, PLACES)
    assert table.mended.cells == 0
    assert not table.reachable[0, 2]
    assert table.reachable.sum() == 15
    assert (table.seconds[table.reachable] == seconds[table.reachable]).all()


@pytest.mark.parametrize("rows", [[[0, 1]], [[0, 1], [1]], [[0, 1], [1, 0, 2]], [[0, "x"], [1, 0]], None, [None, None]])
def test_a_table_of_another_shape_is_refused_as_a_whole(rows: list[list[float]]) -> None:
    with pytest.raises(BadTable):
        table_of(rows, 2, 2)


CELL = st.one_of(
    st.floats(-2, 4_000),
    st.sampled_from([np.nan, np.inf, -np.inf, 1e18, -1.0, -0.5, 0.0, LONGEST_S + 1, -(2.0**31), 2.0**31]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CELL, min_size=32, max_size=32))
def test_whatever_is_answered_the_table_is_sound(cells: list[float]) -> None:
    numbers = np.array(cells).reshape(2, 4, 4)
    table = sound_table(numbers[0], numbers[1], PLACES)
    line = straight_lines(PLACES)
    assert (table.seconds >= 0).all()
    assert (table.metres >= 0).all()
    assert (np.diag(table.seconds) == 0).all()
    assert (np.diag(table.metres) == 0).all()
    assert np.diag(table.reachable).all()
    assert not table.seconds[~table.reachable].any()
    assert not table.metres[~table.reachable].any()
    apart = table.reachable & ~np.eye(4, dtype=bool)
    assert (table.metres[apart] >= 0.97 * line[apart] - 11).all()
    assert (line[apart] <= FASTEST_MS * (table.seconds[apart] + 11)).all()
    assert (table.seconds <= LONGEST_S).all()
    # Unreachable stays so: nothing is invented where the router says that no way leads.
    assert not (table.reachable & np.isnan(numbers[0]) & ~np.eye(4, dtype=bool)).any()
