"""One core's search: compiled annealing in short runs, so that it can be stopped, between moves of the centres."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.districting.judge import Judge
from routing.districting.kernel.anneal import anneal, cost_of
from routing.districting.kernel.few import few_moves
from routing.districting.kernel.repair import fill_empty, join_pieces
from routing.districting.kernel.state import Data, Weights, new_state, worst
from routing.districting.layout import street_times
from routing.districting.parameters import SEARCH
from routing.districting.problem import Floats, Ints

TimesOf = Callable[[Judge, Ints], NDArray[np.float32]]
"""Finds (b, k) seconds from centres: `layout.street_times` or, sooner but longer, `layout.quick_times`."""


class Heat(NamedTuple):
    """How an annealing goes on: its temperature, 0 to take only what is better, and how strictly balance is held."""

    hot: float
    strictness: float = 1.0


class Climber:
    """Holds a division (b,) and its centres, and makes it better."""

    def __init__(self, judge: Judge, weights: Weights, seed: int) -> None:
        self.judge, self.weights = judge, weights
        self._random = np.random.default_rng(seed)
        board = judge.board
        self._touch = board.borders(judge.cells)
        self.best = np.zeros(board.blocks, dtype=np.int32)
        self.cost, self.off = np.inf, np.inf
        self.steps = 0
        self._rate = 1e6

    def begin(self, division: Ints, centre: Ints | None = None, times_of: TimesOf = street_times) -> None:
        """Take over a division, mended where territories are empty or in pieces that can be joined."""
        self._division = division.copy()
        self.recentre(centre, times_of)
        state = new_state(self._data, self._division)
        fill_empty(self._data, state)
        self._division = state.assign
        join_pieces(self._data, self._division, self.weights.most_moves)
        self.judge_again(self._division)

    def recentre(self, before: Ints | None = None, times_of: TimesOf = street_times) -> None:
        """Move the centres into the middle of the territories."""
        self.centre = self.judge.centres(self._division, before)
        board = self.judge.board
        self._data = Data(
            board.start,
            board.to,
            *self._touch,
            board.load,
            board.due,
            board.slack,
            (SEARCH.full if self.judge.problem.from_today else SEARCH.band) * board.slack,
            board.visits,
            times_of(self.judge, self.centre),
            board.allowed,
            board.stay,
            board.had,
            board.apart_start,
            board.apart_to,
        )

    def driven_s(self) -> float:
        """Seconds to all blocks from their centres, weighed by visits."""
        rows = np.arange(len(self._division))
        return float((self._data.visits * self._data.times[rows, self._division]).sum())

    def border_m(self) -> float:
        """Metres of all borders between territories."""
        tail = np.repeat(np.arange(len(self._division)), np.diff(self._data.touch_start))
        cut = self._division[tail] != self._division[self._data.touch_to]
        return float(self._data.touch_m[cut].sum() / 2)

    def judge_again(self, division: Ints) -> None:
        """Take a division for the best, at what it costs with the centres and weights of now."""
        state = new_state(self._data, division)
        self.best = division.copy()
        self.cost, self.off = cost_of(self._data, self.weights, state), worst(self._data, state)

    def even_out(self, goes_on: Callable[[], bool], slack: Floats | None = None) -> None:
        """Make today's division even by few moves, as long as `goes_on`, which is asked between short runs.

        slack: (m,) other tolerances than the problem's.
        """
        if slack is not None:
            self._data = self._data._replace(slack=slack, band=SEARCH.full * slack)
        state = new_state(self._data, self._division)
        chunk = SEARCH.moves_a_chunk
        while goes_on() and few_moves(self._data, self.weights, state, chunk, SEARCH.round_off) == chunk:
            pass
        self._division = state.assign
        self.judge_again(self._division)

    def cool(self, heat: Callable[[], Heat | None], chunk_steps: int | None) -> None:
        """Anneal until `heat`, which is asked before every run, says None.

        chunk_steps: of each run; None for as many as take a tenth of a second.
        """
        state = new_state(self._data, self._division)
        self.judge_again(self._division)
        found = np.empty_like(self.best)
        while (now := heat()) is not None:
            weights = self.weights._replace(uneven=self.weights.uneven * now.strictness)
            steps = chunk_steps or max(1000, int(self._rate * SEARCH.chunk_s))
            began = time.perf_counter()
            seed = int(self._random.integers(2**31))
            cost, off = anneal(self._data, weights, state, steps, now.hot, SEARCH.swaps, seed, found)
            self._rate = steps / max(1e-4, time.perf_counter() - began)
            self.steps += steps
            if (off <= 1.0 and (self.off > 1.0 or cost < self.cost)) or (off > 1.0 and off < self.off):
                self.best[:] = found
                self.cost, self.off = cost, off
        self._division = state.assign

    def settle(self) -> None:
        """Go on from the best division, with its own centres."""
        self._division = self.best.copy()
        self.recentre(self.centre)
        self.judge_again(self._division)
