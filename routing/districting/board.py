"""A problem as the arrays that the compiled search moves on: units kept together are one block."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.districting.cells import Cells
from routing.districting.problem import FREE, DistrictingProblem, Flags, Floats, Ints
from routing.districting.roads import Roads, adjacency, least_of_pairs


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """b blocks of n units, k territories, m balanced measures.

    block: (n,) the block of each unit; head: (b,) one unit of each.
    start, to, seconds: the graph on which territories are in one piece (neighbours and crossings).
    load: (b, m) each column with the sum 1; due: (k,) with the sum 1; slack: (m,) the tolerances; share: (m,).
    lump: (b,) the load with the measures weighed by their shares, for laying out.
    visits: (b,) how often it is driven to.
    allowed: (b, k). stay: (b, k) int32, how many of its units belong to the territory today; had: (b,) to any.
    apart_start, apart_to: blocks that must not be in the same territory.
    """

    block: Ints
    head: Ints
    start: Ints
    to: Ints
    seconds: Floats
    load: Floats
    due: Floats
    slack: Floats
    share: Floats
    lump: Floats
    visits: Floats
    allowed: Flags
    stay: Ints
    had: Ints
    apart_start: Ints
    apart_to: Ints

    @property
    def blocks(self) -> int:
        """How many."""
        return len(self.head)

    @property
    def territories(self) -> int:
        """How many."""
        return len(self.due)

    def times(self, unit_times: NDArray[np.float32], visits: Floats) -> NDArray[np.float32]:
        """(b, k) mean seconds to a block's units from (k, n) seconds to units, weighed by visits (n,)."""
        if self.blocks == len(self.block):
            return np.ascontiguousarray(unit_times[:, self.head].T, dtype=np.float32)
        weigh = np.maximum(visits, 1e-9)
        found = np.empty((self.blocks, len(unit_times)), dtype=np.float32)
        total = np.bincount(self.block, weigh, minlength=self.blocks)
        for row, seconds in enumerate(unit_times):
            found[:, row] = np.bincount(self.block, weigh * seconds, minlength=self.blocks) / total
        return found

    def borders(self, cells: Cells) -> tuple[Ints, Ints, Floats]:
        """The graph of blocks whose cells touch, and over how many metres: start, to, metres."""
        pairs = self.block[cells.pairs]
        other = pairs[:, 0] != pairs[:, 1]
        return adjacency(self.blocks, pairs[other], cells.border_m[other])


def board_of(problem: DistrictingProblem, links: Ints, link_s: Floats) -> Board:
    """Lay out a problem with at least one unit and one territory.

    Contradictions are settled: a lock wins over what is allowed, and over being kept together; `reasons` tells of each.
    """
    n, k = problem.units, problem.k
    block, head = blocks_of(problem)
    count = len(head)
    pairs = block[np.concatenate([problem.edges, links])]
    seconds = np.concatenate([problem.edge_s, link_s])
    between = pairs[:, 0] != pairs[:, 1]
    graph = adjacency(count, *least_of_pairs(np.sort(pairs[between], axis=1), seconds[between]))

    balanced = [column for column, measure in enumerate(problem.measures) if measure.is_balanced]
    totals = problem.weights.sum(axis=0)
    filled = [column for column in balanced if totals[column] > 0]
    if filled:
        weights = problem.weights[:, filled] / totals[filled]
        share = np.array([problem.measures[column].share for column in filled])
    else:
        weights, share = np.full((n, 1), 1 / n), np.array([1.0])
    load = np.zeros((count, weights.shape[1]))
    np.add.at(load, block, weights)
    due = np.ones(k) if problem.target_share is None else problem.target_share

    stay = np.zeros((count, k), dtype=np.int32)
    if problem.current is not None:
        held = problem.current != FREE
        np.add.at(stay, (block[held], problem.current[held]), 1)
    apart = block[np.array(problem.apart, dtype=np.int64).reshape(-1, 2)]
    apart = apart[apart[:, 0] != apart[:, 1]].astype(np.int32)
    apart_start, apart_to, _ = adjacency(count, apart, np.zeros(len(apart)))
    return Board(
        block=block,
        head=head,
        start=graph[0],
        to=graph[1],
        seconds=graph[2],
        load=load,
        due=due / due.sum(),
        slack=slack_of(problem),
        share=share / share.sum(),
        lump=load @ (share / share.sum()),
        visits=np.bincount(block, problem.visits_or_one, minlength=count),
        allowed=_allowed(problem, block, count),
        stay=stay,
        had=stay.sum(axis=1).astype(np.int32),
        apart_start=apart_start,
        apart_to=apart_to,
    )


def slack_of(problem: DistrictingProblem) -> Floats:
    """(m,) the tolerances of the balanced measures that there is something of; 1 where there is nothing at all."""
    filled = problem.weights.sum(axis=0) > 0
    found = [one.tolerance for one, holds in zip(problem.measures, filled, strict=True) if one.is_balanced and holds]
    return np.array(found or [1.0])


def blocks_of(problem: DistrictingProblem) -> tuple[Ints, Ints]:
    """(n,) the block of each unit, and (b,) one unit of each.

    Groups that share a unit are one; a group whose units are locked to different territories, or two of which are to be
    apart, is none.
    """
    root = np.arange(problem.units)

    def top(unit: int) -> int:
        while root[unit] != unit:
            root[unit] = root[root[unit]]
            unit = int(root[unit])
        return unit

    for group in problem.together:
        for unit in group[1:]:
            root[top(unit)] = top(group[0])
    tops = np.array([top(unit) for unit in range(problem.units)], dtype=np.int64)
    torn = {int(tops[one]) for one, other in problem.apart if tops[one] == tops[other] and one != other}
    if problem.locked is not None:
        held = np.flatnonzero(problem.locked != FREE)
        seen: dict[int, int] = {}
        for unit in held.tolist():
            where = int(problem.locked[unit])
            if seen.setdefault(int(tops[unit]), where) != where:
                torn.add(int(tops[unit]))
    if torn:
        loose = np.isin(tops, sorted(torn))
        tops[loose] = np.flatnonzero(loose)
    head, block = np.unique(tops, return_inverse=True)
    return block.reshape(-1).astype(np.int32), head.astype(np.int32)


def _allowed(problem: DistrictingProblem, block: Ints, count: int) -> Flags:
    allowed = np.ones((count, problem.k), dtype=bool)
    if problem.allowed is not None:
        barred = ~problem.allowed
        rows, columns = np.nonzero(barred)
        allowed[block[rows], columns] = False
        allowed[~allowed.any(axis=1)] = True
    if problem.locked is not None:
        held = np.flatnonzero(problem.locked != FREE)
        allowed[block[held]] = False
        allowed[block[held], problem.locked[held]] = True
    return allowed


def roads_of(problem: DistrictingProblem, links: Ints, link_s: Floats) -> Roads:
    """The graph on which times to centres are found: the unit graph with its crossings."""
    pairs = np.concatenate([problem.edges, links])
    graph = adjacency(problem.units, pairs, np.concatenate([problem.edge_s, link_s]))
    return Roads(*graph, np.arange(problem.units, dtype=np.int32))
