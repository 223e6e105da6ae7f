"""Which edge may follow which at a junction, and what the turn costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.network.driving import Obstacle
from routing.network.street_network import Flags, Floats, Ints

TURN_S = 7.5
"""The dearest turn; a straight way on costs nearly nothing. Source, also of the next three: OSRM's car.lua."""
BIAS = 1.075
"""How much earlier a turn across the oncoming lane begins to cost than one away from it."""
ONCOMING_S = 2.0
"""Waiting for a gap in the oncoming traffic."""
U_TURN_S = 20.0


class Restriction(NamedTuple):
    """A turn restriction of the map: from one way over a node to another way.

    only: True for `only_*` (nothing else may be taken), False for `no_*`.
    """

    from_way: int
    via: int
    to_way: int
    only: bool


@dataclass(frozen=True, slots=True)
class Turns:
    """What deciding on turns needs to know of e edges and n junctions.

    tail, head: (e,) junctions; twin: (e,) the edge back, -1 for none; roads: (n,) street ends at each junction.
    leaving, arriving: (e,) degrees clockwise from north. first_way, last_way: (e,) ways at the edge's own two ends.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    twin: NDArray[np.int64]
    roads: NDArray[np.int64]
    roundabout: Flags
    leaving: Floats
    arriving: Floats
    first_way: NDArray[np.int64]
    last_way: NDArray[np.int64]


def find_turns(
    edges: Turns, obstacles: Mapping[int, Obstacle], restrictions: Sequence[Restriction]
) -> tuple[Ints, Ints, Floats]:
    """All turns that may be driven: turn_start (e + 1,), turn_to (t,), turn_s (t,), as `StreetNetwork` keeps them.

    Turning round is allowed only where nothing else is: at the end of a dead end, before a barrier, where streets of
    one way or restrictions leave no other choice.
    """
    count = len(edges.tail)
    before, after = _all_pairs(edges)
    is_u_turn = after == edges.twin[before]
    allowed = ~is_u_turn
    blocked = np.zeros(len(edges.roads), dtype=bool)
    blocked[[junction for junction, obstacle in obstacles.items() if obstacle.blocked]] = True
    allowed &= ~blocked[edges.head[before]]
    _forbid(allowed, edges, before, after, restrictions)
    stuck = np.bincount(before[allowed], minlength=count) == 0
    allowed |= is_u_turn & stuck[before]
    before, after, is_u_turn = before[allowed], after[allowed], is_u_turn[allowed]
    seconds = _seconds(edges, before, after, is_u_turn)
    delay = np.zeros(len(edges.roads))
    for junction, obstacle in obstacles.items():
        delay[junction] = obstacle.delay_s
    seconds += delay[edges.head[before]]
    turn_start = np.concatenate([[0], np.cumsum(np.bincount(before, minlength=count))])
    return turn_start.astype(np.int32), after.astype(np.int32), seconds


def _forbid(
    allowed: Flags,
    edges: Turns,
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    restrictions: Sequence[Restriction],
) -> None:
    """Take out of `allowed`, in place, the turns that restrictions forbid."""
    junction = edges.head[before]
    by_junction = np.argsort(junction, kind="stable")
    ends = np.searchsorted(junction[by_junction], [(rule.via, rule.via + 1) for rule in restrictions])
    for rule, (first, last) in zip(restrictions, ends.reshape(-1, 2), strict=True):
        turns = by_junction[first:last]
        coming = turns[edges.last_way[before[turns]] == rule.from_way]
        going = edges.first_way[after[coming]] == rule.to_way
        if not rule.only:
            allowed[coming[going]] = False
        elif allowed[coming[going]].any():
            allowed[coming[~going]] = False


def _all_pairs(edges: Turns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every edge with every edge that begins where it ends, in the order of the first."""
    by_tail = np.argsort(edges.tail, kind="stable")
    degree = np.bincount(edges.tail, minlength=len(edges.roads))
    first = np.concatenate([[0], np.cumsum(degree)])
    counts = degree[edges.head]
    before = np.repeat(np.arange(len(edges.tail)), counts)
    within = np.arange(len(before)) - np.repeat(np.cumsum(counts) - counts, counts)
    return before, by_tail[first[edges.head[before]] + within]


def _seconds(edges: Turns, before: NDArray[np.int64], after: NDArray[np.int64], is_u_turn: NDArray[np.bool_]) -> Floats:
    """The cost of each turn by its angle, as OSRM's car profile has it; traffic is taken to drive on the right.

    A sigmoid from nothing (straight on) to TURN_S (right back), steeper on the side of the oncoming lane, and the wait
    for a gap. Where only two street ends meet there is no junction and nothing to pay.
    """
    angle = (edges.leaving[after] - edges.arriving[before] + 180) % 360 - 180
    left = angle < 0
    sharp = 13 * np.abs(angle) / 180
    turn = np.where(left, sharp * BIAS - 6.5 / BIAS, sharp / BIAS - 6.5 * BIAS)
    seconds = TURN_S / (1 + np.exp(-turn))
    across = left & ~edges.roundabout[before] & ~edges.roundabout[after] & ~is_u_turn
    seconds += np.where(across, ONCOMING_S / (1 + np.exp(-(sharp - 3.25))), 0.0)
    at_junction = edges.roads[edges.head[before]] > 2
    return np.where(is_u_turn, TURN_S + U_TURN_S, np.where(at_junction, seconds, 0.0))
