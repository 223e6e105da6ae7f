"""What cannot be divided well gets an answer with its reason, never an error."""

import numpy as np
import pytest

from routing.districting import Code, Districting, DistrictingProblem, check_districting, solve
from tests.unit.routing.districting.grids import grid

STEPS = 20_000
NO_EDGES = np.zeros((0, 2))


def solved(problem: DistrictingProblem) -> tuple[Districting, set[Code]]:
    answer = solve(problem, steps=STEPS)
    assert check_districting(problem, answer) == []
    return answer, {reason.code for reason in answer.reasons}


def test_no_units() -> None:
    answer, codes = solved(DistrictingProblem(np.zeros((0, 2)), np.zeros((0, 1)), NO_EDGES, np.zeros(0), 3))
    assert codes == {Code.NO_UNITS}
    assert answer.counts.tolist() == [0, 0, 0]


def test_no_territories() -> None:
    answer, codes = solved(grid(3, 3, 0))
    assert codes == {Code.NO_TERRITORIES}
    assert answer.assignment.tolist() == [-1] * 9


def test_one_unit() -> None:
    answer, codes = solved(grid(1, 1, 1))
    assert answer.assignment.tolist() == [0]
    assert codes == set()


def test_one_territory_has_all() -> None:
    answer, codes = solved(grid(5, 4, 1))
    assert answer.counts.tolist() == [20]
    assert codes == set()


def test_more_territories_than_units() -> None:
    answer, codes = solved(grid(2, 2, 6))
    assert Code.MORE_TERRITORIES_THAN_UNITS in codes
    assert sorted(answer.counts.tolist()) == [0, 0, 1, 1, 1, 1]


def test_as_many_territories_as_units() -> None:
    answer, codes = solved(grid(3, 2, 6))
    assert answer.counts.tolist() == [1] * 6
    assert codes == set()


@pytest.mark.parametrize("count", [2, 7, 60])
def test_all_at_one_place(count: int) -> None:
    edges = np.column_stack([np.arange(count - 1), np.arange(1, count)])
    places = np.tile([9.5, 47.1], (count, 1))
    answer, codes = solved(DistrictingProblem(places, np.ones(count), edges, np.ones(count - 1), 2))
    assert Code.ONE_PLACE in codes
    assert answer.deviation <= 1 / 7 + 1e-9


def test_nothing_but_islands() -> None:
    places = np.column_stack([9.5 + 0.01 * np.arange(12), np.full(12, 47.1)])
    answer, codes = solved(DistrictingProblem(places, np.ones(12), NO_EDGES, np.zeros(0), 3))
    assert codes == {Code.ISLANDS}
    assert answer.counts.tolist() == [4, 4, 4]


def test_a_measure_that_is_zero_everywhere() -> None:
    answer, codes = solved(grid(6, 6, 2, weights=np.zeros(36)))
    assert codes == {Code.ZERO_MEASURE}
    assert answer.deviation == 0
    assert answer.counts.min() > 0


def test_one_unit_heavier_than_a_territory() -> None:
    answer, codes = solved(grid(6, 6, 3, weights=np.r_[np.ones(35), 100.0]))
    assert {Code.TOO_HEAVY, Code.NOT_BALANCED} <= codes
    assert answer.pieces.tolist() == [1, 1, 1]
    # The other two share the rest.
    others = np.delete(answer.sums[:, 0], answer.assignment[35])
    assert np.ptp(others) <= 3


def test_locks_that_make_balance_impossible() -> None:
    locked = np.full(36, -1)
    locked[:24] = 0
    answer, codes = solved(grid(6, 6, 2, locked=locked))
    assert {Code.LOCKED_TOO_HEAVY, Code.NOT_BALANCED} <= codes
    assert answer.counts.tolist() == [24, 12]


def test_locks_on_either_side_of_another_leave_pieces() -> None:
    locked = np.full(9, -1)
    locked[[0, 4, 8]] = 0, 1, 0
    answer, codes = solved(grid(9, 1, 2, locked=locked))
    assert answer.pieces.max() > 1
    assert Code.LOCKED_IN_PIECES in codes


def test_units_that_nobody_may_have() -> None:
    allowed = np.ones((16, 2), dtype=bool)
    allowed[3] = False
    answer, codes = solved(grid(4, 4, 2, allowed=allowed))
    assert codes == {Code.NOBODY_ALLOWED}
    assert answer.counts.tolist() == [8, 8]


def test_a_territory_that_may_have_too_little() -> None:
    allowed = np.ones((16, 2), dtype=bool)
    allowed[3:, 1] = False
    answer, codes = solved(grid(4, 4, 2, allowed=allowed))
    assert {Code.ALLOWED_TOO_LITTLE, Code.NOT_BALANCED} <= codes
    assert answer.counts.tolist() == [13, 3]


def test_a_lock_wins_over_a_skill_and_over_a_group() -> None:
    allowed = np.ones((16, 2), dtype=bool)
    allowed[0, 0] = False
    locked = np.full(16, -1)
    locked[[0, 15]] = 0, 1
    answer, codes = solved(grid(4, 4, 2, allowed=allowed, locked=locked, together=((0, 15),)))
    assert {Code.LOCKED_NOT_ALLOWED, Code.TOGETHER_CONTRADICTS} <= codes
    assert answer.assignment[[0, 15]].tolist() == [0, 1]


def test_a_group_heavier_than_a_territory() -> None:
    _, codes = solved(grid(4, 4, 4, together=(tuple(range(8)),)))
    assert {Code.TOGETHER_TOO_HEAVY, Code.NOT_BALANCED} <= codes


def test_apart_but_locked_to_one() -> None:
    locked = np.full(16, -1)
    locked[[0, 1]] = 0
    _, codes = solved(grid(4, 4, 2, locked=locked, apart=((0, 1),)))
    assert Code.APART_NOT_KEPT in codes


def test_no_moves_at_all() -> None:
    current = np.repeat([0, 1], [12, 4])
    answer, codes = solved(grid(4, 4, 2, current=current, max_moves=0))
    assert answer.moved == 0
    assert Code.MOVES_USED_UP in codes
