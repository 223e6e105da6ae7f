"""From a division to the answer that says how good it is."""

import copy
from concurrent.futures import Future
from dataclasses import replace

import numpy as np

from routing.districting import measures
from routing.districting.answer import Districting, Reason
from routing.districting.board import Board, slack_of
from routing.districting.cells import Cells
from routing.districting.kernel.medians import medians
from routing.districting.problem import DistrictingProblem, Floats, Ints
from routing.districting.reasons import reasons_after
from routing.districting.roads import Times as Seconds
from routing.districting.times import Times


class Judge:
    """Knows everything about a problem that judging a division takes. Cells may still be under way."""

    def __init__(
        self,
        problem: DistrictingProblem,
        board: Board,
        at: Floats,
        links: Ints,
        times: Times,
        cells: "Future[Cells]",
        before: list[Reason],
    ) -> None:
        self.problem, self.board, self.at, self.times, self.before = problem, board, at, times, before
        self._cells = cells
        self._joined = np.concatenate([problem.edges, links])

    def about(self, problem: DistrictingProblem) -> "Judge":
        """The judge of the same problem with other tolerances or limits on moves: what took time to find is shared."""
        other = copy.copy(self)
        other.problem = problem
        other.board = replace(self.board, slack=slack_of(problem))
        return other

    @property
    def cells(self) -> Cells:
        """The ground of the units, once it is there."""
        return self._cells.result()

    def centres(self, blocks: Ints, before: Ints | None = None, tries: int = 400) -> Ints:
        """(k,) the block in the middle of each territory of a division of blocks (b,); -1 for an empty one."""
        board = self.board
        centre = np.full(board.territories, -1, dtype=np.int32) if before is None else before.copy()
        medians(board.start, board.to, board.seconds, board.visits, blocks, self.at[board.head], centre, tries)
        return centre

    def answer(self, blocks: Ints) -> Districting:
        """The answer that a division of blocks is."""
        problem = self.problem
        assignment = blocks[self.board.block]
        sums = measures.sums_of(assignment, problem.weights, problem.k)
        deviations = measures.balance(assignment, problem.weights, problem.due)
        pieces = measures.pieces(assignment, self._joined, problem.k)
        centres = self.units_of(self.centres(blocks))
        seconds = self.times.to_units(centres)
        minutes_each, minutes = measures.minutes_to_centre(assignment, seconds, problem.visits_or_one)
        if self.times.home_s is not None:
            centres = _at_homes(assignment, seconds, centres, self.times.home_s)
        counts = np.bincount(assignment, minlength=problem.k).astype(np.int32)
        moved = measures.moves(assignment, problem.current)
        after = reasons_after(problem, assignment, deviations, pieces, moved, counts)
        return Districting(
            assignment=assignment,
            counts=counts,
            sums=sums,
            deviations=deviations,
            deviation=measures.deviation(deviations, problem.measures),
            pieces=pieces,
            centres=centres,
            minutes_to_centre=minutes_each,
            minutes=minutes,
            polsby_popper=measures.polsby_popper(assignment, self.cells, problem.k),
            moved=moved,
            reasons=(*self.before, *after),
        )

    def units_of(self, centres: Ints) -> Ints:
        """(k,) a unit of each block; -1 stays."""
        return np.where(centres >= 0, self.board.head[np.maximum(centres, 0)], -1).astype(np.int32)

    def bound(self, centres: Ints) -> float:
        """Minutes that no division round these centres goes below.

        Every unit goes to the nearest centre that may have it, whatever that does to the balance.
        """
        seconds = self.times.to_units(centres).T
        best = np.where(self.board.allowed[self.board.block], seconds, np.inf).min(axis=1)
        visits = self.problem.visits_or_one
        return float((visits * best).sum() / max(visits.sum(), 1e-9) / 60)


def _at_homes(assignment: Ints, seconds: Seconds, centres: Ints, home_s: Seconds) -> Ints:
    """The centres, where there is a home the territory's unit nearest to it."""
    found = centres.copy()
    for territory in np.flatnonzero(np.isfinite(home_s).all(axis=1)).tolist():
        inside = np.flatnonzero(assignment == territory)
        if len(inside):
            found[territory] = inside[int(np.argmin(seconds[territory, inside]))]
    return found


def empty_answer(problem: DistrictingProblem, before: list[Reason]) -> Districting:
    """The answer where there is nothing to divide, or nobody to give it to."""
    k = problem.k
    nothing = np.zeros((k, len(problem.measures)))
    return Districting(
        assignment=np.full(problem.units, -1, dtype=np.int32),
        counts=np.zeros(k, dtype=np.int32),
        sums=nothing,
        deviations=nothing.copy(),
        deviation=0.0,
        pieces=np.zeros(k, dtype=np.int32),
        centres=np.full(k, -1, dtype=np.int32),
        minutes_to_centre=np.full(k, np.nan),
        minutes=0.0,
        polsby_popper=np.full(k, np.nan),
        moved=0,
        reasons=tuple(before),
    )
