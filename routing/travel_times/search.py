"""The compiled search for the fastest ways: Dijkstra's algorithm over edges and turns, with a bucket queue.

A state is an edge at whose beginning the car stands, so that every turn has its own cost and may be forbidden. Costs
are whole tenths of a second, which lets the queue be an array of buckets (Dial 1969). All functions release the GIL;
threads may run them side by side.

The way is chosen by `choice` (time, stretched where a driver would rather not go), and its time and length are added up
beside it.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Shares = NDArray[np.float64]

NEVER = 2_147_483_647
"""The choice of what is not reached: the largest 32-bit number."""


class Costs(NamedTuple):
    """What is searched: e edges, t turns between them.

    turn_start: (e + 1,); after edge a come the edges turn_to[turn_start[a] : turn_start[a + 1]].
    turn_choice, turn_time: (t,) tenths of a second from the beginning of an edge, over a turn, to the next beginning.
    edge_choice, edge_time: (e,) tenths of a second; edge_length: (e,) decimetres; from end to end.
    """

    turn_start: Ints
    turn_to: Ints
    turn_choice: Ints
    turn_time: Ints
    edge_choice: Ints
    edge_time: Ints
    edge_length: Ints


class Found(NamedTuple):
    """What a search found for the beginning of each edge; working room for the next search as well.

    choice, time: (e,) tenths of a second; choice is NEVER where not reached. length: (e,) decimetres.
    came_from: (e,) the edge before; -1 - edge where that is one on which the search began.
    """

    choice: Ints
    time: Ints
    length: Ints
    came_from: Ints


class Queue(NamedTuple):
    """Edges waiting, in buckets by their choice; `heads` has a power of two of places, more than any turn_choice."""

    heads: Ints
    edge: Ints
    following: Ints


class Arrival(NamedTuple):
    """The best way onto a place: choice NEVER where there is none.

    last: the edge that it ends on; -1 - edge if it begins on that edge, too, and never leaves it.
    """

    choice: int
    time: int
    length: int
    last: int


@njit(cache=True, nogil=True)
def room_for(costs: Costs) -> tuple[Queue, Found]:
    """Working room for searches, one after another."""
    heads = 1
    for turn in range(len(costs.turn_to)):
        while heads <= costs.turn_choice[turn]:
            heads *= 2
    edges, entries = len(costs.edge_time), len(costs.turn_to) + 64
    queue = Queue(np.empty(heads, np.int32), np.empty(entries, np.int32), np.empty(entries, np.int32))
    found = Found(
        np.empty(edges, np.int32), np.empty(edges, np.int32), np.empty(edges, np.int32), np.empty(edges, np.int32)
    )
    return queue, found


@njit(cache=True, nogil=True)
def reach(  # noqa: PLR0915 - one loop, taken apart it would be no clearer
    costs: Costs,
    source_edges: Ints,
    source_shares: Shares,
    is_target: NDArray[np.bool_],
    targets: int,
    limit: int,
    queue: Queue,
    found: Found,
) -> None:
    """Drive from a place on up to two edges to the beginning of every edge; fills `found`.

    source_edges: (2,) edges that the place lies on, -1 for none; source_shares: (2,) how far along each it lies, 0..1.
    targets: stop when so many edges with is_target are final, 0 to go on to the end; limit: and beyond this choice.
    """
    turn_start, turn_to, turn_choice, turn_time, edge_choice, edge_time, edge_length = costs
    choice, time, length, came_from = found
    heads, entry_edge, following = queue
    choice[:] = NEVER
    heads[:] = -1
    mask = len(heads) - 1
    entries = 0
    waiting = 0
    for side in range(2):
        edge = source_edges[side]
        if edge < 0:
            continue
        share = source_shares[side]
        for turn in range(turn_start[edge], turn_start[edge + 1]):
            after = turn_to[turn]
            total = turn_choice[turn] - round(share * edge_choice[edge])
            if total < choice[after]:
                choice[after] = total
                time[after] = turn_time[turn] - round(share * edge_time[edge])
                length[after] = edge_length[edge] - round(share * edge_length[edge])
                came_from[after] = -1 - edge
                entry_edge[entries] = after
                following[entries] = heads[total & mask]
                heads[total & mask] = entries
                entries += 1
                waiting += 1
    now = 0
    while waiting > 0 and now <= limit:
        slot = now & mask
        while heads[slot] >= 0:
            entry = heads[slot]
            heads[slot] = following[entry]
            waiting -= 1
            edge = entry_edge[entry]
            if choice[edge] != now:
                continue
            if is_target[edge]:
                targets -= 1
                if targets == 0:
                    return
            for turn in range(turn_start[edge], turn_start[edge + 1]):
                after = turn_to[turn]
                total = now + turn_choice[turn]
                if total < choice[after]:
                    choice[after] = total
                    time[after] = time[edge] + turn_time[turn]
                    length[after] = length[edge] + edge_length[edge]
                    came_from[after] = edge
                    entry_edge[entries] = after
                    following[entries] = heads[total & mask]
                    heads[total & mask] = entries
                    entries += 1
                    waiting += 1
        now += 1


@njit(cache=True, nogil=True)
def arrive(
    costs: Costs,
    source_edges: Ints,
    source_shares: Shares,
    target_edges: Ints,
    target_shares: Shares,
    found: Found,
) -> Arrival:
    """The best way onto a place that lies on up to two edges, after `reach`.

    Where both places lie on one edge, the one ahead is reached without leaving it.
    """
    best = Arrival(NEVER, 0, 0, 0)
    for side in range(2):
        edge = 0 + int(target_edges[side])  # wider than the array: compiled code keeps one kind of number
        if edge < 0:
            continue
        share = target_shares[side]
        if found.choice[edge] != NEVER:
            total = found.choice[edge] + round(share * costs.edge_choice[edge])
            if total < best.choice:
                time = found.time[edge] + round(share * costs.edge_time[edge])
                best = Arrival(total, time, found.length[edge] + round(share * costs.edge_length[edge]), edge)
        for other in range(2):
            if source_edges[other] == edge and source_shares[other] <= share:
                along = share - source_shares[other]
                total = round(along * costs.edge_choice[edge])
                if total < best.choice:
                    time = round(along * costs.edge_time[edge])
                    best = Arrival(total, time, round(along * costs.edge_length[edge]), -1 - edge)
    return best


@njit(cache=True, nogil=True)
def fill_rows(
    costs: Costs,
    rows: Ints,
    edges: Ints,
    shares: Shares,
    times: Ints,
    lengths: Ints,
    reached: NDArray[np.bool_],
) -> None:
    """Fill rows of the matrices between n places: times (tenths of a second), lengths (decimetres), reached; (n, n).

    rows: which. edges, shares: (n, 2), as in `reach`; a place off the network has the edges -1, -1.
    """
    is_target = np.zeros(len(costs.edge_time), dtype=np.bool_)
    targets = 0
    for place in range(len(edges)):
        for side in range(2):
            edge = edges[place, side]
            if edge >= 0 and not is_target[edge]:
                is_target[edge] = True
                targets += 1
    queue, found = room_for(costs)
    for row in rows:
        if edges[row, 0] < 0 and edges[row, 1] < 0:
            continue
        reach(costs, edges[row], shares[row], is_target, targets, NEVER, queue, found)
        for column in range(len(edges)):
            arrival = arrive(costs, edges[row], shares[row], edges[column], shares[column], found)
            if arrival.choice != NEVER:
                times[row, column] = arrival.time
                lengths[row, column] = arrival.length
                reached[row, column] = True
