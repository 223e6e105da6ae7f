"""Divisions to begin with: a balanced network Voronoi diagram round good centres, or what there is today."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from routing.districting.bisect import bisected
from routing.districting.board import Board
from routing.districting.clusters import clustered
from routing.districting.judge import Judge
from routing.districting.kernel.voronoi import assign_nearest, balance_offsets
from routing.districting.parameters import LAYOUT
from routing.districting.problem import Floats, Ints

Seconds = NDArray[np.float32]


def parts(board: Board, at: Floats, seed: int, rounds: int) -> Ints:
    """(b,) a first division of the plane: by k-means, and for every fourth seed halved again and again.

    at: (b, 2) metres; rounds: of k-means.
    """
    if seed % 4 == 3 or board.blocks < 4 * board.territories:
        return bisected(at, board.lump, board.due, angle=seed * 0.7)
    return clustered(at, board.visits, board.territories, rounds, seed)


def named(judge: Judge, part: Ints) -> Ints:
    """The parts under the numbers of the territories that suit them: by locks, by today's accounts, by homes."""
    board = judge.board
    k = board.territories
    suits = np.zeros((k, k))
    np.add.at(suits, part, board.allowed * board.lump[:, None] * 100)
    held = board.stay.sum()
    if held:
        np.add.at(suits, part, board.stay / held)
    if judge.times.home_s is not None:
        times = board.times(judge.times.home_s, judge.problem.visits_or_one)
        mean = np.zeros((k, k))
        np.add.at(mean, part, times * board.lump[:, None])
        load = np.bincount(part, board.lump, minlength=k)[:k]
        mean = np.divide(mean, load[:, None], out=np.zeros_like(mean), where=load[:, None] > 0)
        suits -= np.nan_to_num(mean) / max(1.0, float(np.nanmax(np.abs(mean)))) * (1 if held == 0 else 0.1)
    if not suits.any():
        return part
    _, number = linear_sum_assignment(-suits)
    return np.asarray(number[part], dtype=np.int32)


def settle(judge: Judge, part: Ints, rounds: int) -> tuple[Ints, Ints]:
    """A balanced network Voronoi diagram round the middles of the parts, moved to its own middles so many times.

    Returns the division (b,) and the centres (k,), blocks. By the unit graph, on which such territories are in one
    piece (but for skills and locks).
    """
    board = judge.board
    division = part.copy()
    centre = np.full(board.territories, -1, dtype=np.int32)
    offset = np.zeros(board.territories)
    for _ in range(rounds):
        centre = judge.centres(division, centre)
        times = quick_times(judge, centre)
        typical = max(1.0, float(np.median(times.min(axis=1))))
        balance_offsets(
            times,
            board.allowed,
            board.lump,
            board.due,
            offset,
            LAYOUT.balance_rounds,
            typical * LAYOUT.first_step,
            typical * LAYOUT.last_step,
            division,
        )
        offset -= offset.mean()
    return division, centre


def quick_times(judge: Judge, centre: Ints) -> Seconds:
    """(b, k) seconds by the unit graph from homes, or else from centres; a territory without either is far."""
    units = judge.units_of(centre)
    found = judge.times.quickly(units)
    return _times(judge, found)


def street_times(judge: Judge, centre: Ints) -> Seconds:
    """The same by the streets."""
    return _times(judge, judge.times.from_units(judge.units_of(centre)))


def _times(judge: Judge, found: Seconds) -> Seconds:
    if judge.times.home_s is not None:
        home = np.isfinite(judge.times.home_s).all(axis=1)
        found[home] = judge.times.home_s[home]
    far = float(np.max(found, where=np.isfinite(found), initial=60.0))
    found = np.where(np.isfinite(found), found, np.float32(2 * far))
    return judge.board.times(found, judge.problem.visits_or_one)


def one_each(board: Board) -> Ints:
    """A division where there are no more blocks than territories: a territory for each, one that may have it."""
    suits = np.where(board.allowed, 1.0, 0.0) + np.where(board.stay > 0, 0.5, 0.0)
    rows, columns = linear_sum_assignment(-suits)
    division = np.zeros(board.blocks, dtype=np.int32)
    division[rows] = columns
    # Two blocks that only one territory may have both go there.
    wrong = ~board.allowed[np.arange(board.blocks), division]
    division[wrong] = board.allowed[wrong].argmax(axis=1)
    return division


def as_today(judge: Judge) -> Ints:
    """(b,) today's division; a block that belongs to nobody goes to the nearest centre, one that may not stay too."""
    board = judge.board
    division = board.stay.argmax(axis=1).astype(np.int32)
    known = (board.stay.max(axis=1) > 0) & board.allowed[np.arange(board.blocks), division]
    if known.all():
        return division
    held = np.where(known, division, -1)
    centre = np.full(board.territories, -1, dtype=np.int32)
    for territory in np.unique(held[known]).tolist():
        inside = np.flatnonzero(held == territory)
        middle = judge.at[board.head[inside]].mean(axis=0)
        centre[territory] = inside[int(np.argmin(((judge.at[board.head[inside]] - middle) ** 2).sum(axis=1)))]
    nearest = np.empty(board.blocks, dtype=np.int32)
    assign_nearest(quick_times(judge, centre), board.allowed, np.zeros(board.territories), nearest)
    return np.where(known, division, nearest).astype(np.int32)
