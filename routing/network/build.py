"""From streets to the arrays that are searched: edges, the turns between them, and the pieces that hang together."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.errors import NetworkUnreadable
from routing.geodesy import bearings_deg, steps_m
from routing.network.driving import Obstacle
from routing.network.street_network import Floats, Ints, StreetNetwork
from routing.network.streets import Street
from routing.network.turns import Restriction, Turns, find_turns

KMH = 1 / 3.6


def build_network(
    lon: Floats,
    lat: Floats,
    streets: Sequence[Street],
    obstacles: Mapping[int, Obstacle],
    restrictions: Sequence[Restriction] = (),
) -> StreetNetwork:
    """Build the network of these streets.

    lon, lat: (n,) degrees, EPSG:4326, of all nodes that the streets name by number; many are not junctions.
    obstacles, restrictions: name nodes by the same numbers.
    Raises NetworkUnreadable if there is nothing to drive on.
    """
    streets = [street for street in streets if len(street.nodes) > 1]
    if not streets:
        raise NetworkUnreadable(
            "There is no street in it that a car may drive on.",
            "Give an OpenStreetMap extract that holds ways tagged highway=*, with their nodes.",
        )
    streets = _neighbours_together(lon, lat, streets)
    shape_start, shape_node = _strings(streets)
    shape = np.column_stack([lon[shape_node], lat[shape_node]])
    along = _along(shape, shape_start)
    ends = np.array([(street.nodes[0], street.nodes[-1]) for street in streets])
    junction_node, junction = np.unique(ends, return_inverse=True)
    junction = junction.reshape(ends.shape)

    driving = np.array([street.driving[:4] for street in streets], dtype=np.float64)
    flags = np.array([street.driving[4:] for street in streets], dtype=bool)
    street, backward = _directions(driving)
    length = along[shape_start[1:] - 1] - along[shape_start[:-1]]
    speed = np.where(backward, driving[street, 1], driving[street, 0])
    tail = np.where(backward, junction[street, 1], junction[street, 0])
    head = np.where(backward, junction[street, 0], junction[street, 1])
    twin = _twins(street, backward)
    way_at = np.array([(street.first_way, street.last_way) for street in streets])
    turns = Turns(
        tail=tail,
        head=head,
        twin=twin,
        roads=np.bincount(junction.ravel(), minlength=len(junction_node)),
        roundabout=flags[street, 1],
        leaving=_bearings(shape, shape_start, along, street, backward, at_end=False),
        arriving=_bearings(shape, shape_start, along, street, backward, at_end=True),
        first_way=np.where(backward, way_at[street, 1], way_at[street, 0]),
        last_way=np.where(backward, way_at[street, 0], way_at[street, 1]),
    )
    numbers = {int(node): number for number, node in enumerate(junction_node)}
    turn_start, turn_to, turn_s = find_turns(
        turns,
        {numbers[node]: obstacle for node, obstacle in obstacles.items() if node in numbers},
        [rule._replace(via=numbers[rule.via]) for rule in restrictions if rule.via in numbers],
    )
    piece, piece_size = _pieces(turn_start, turn_to)
    return StreetNetwork(
        lon=lon[junction_node],
        lat=lat[junction_node],
        shape=shape,
        shape_start=shape_start.astype(np.int32),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        street=street.astype(np.int32),
        backward=backward,
        twin=twin.astype(np.int32),
        seconds=length[street] / (speed * KMH),
        metres=length[street],
        dislike=np.where(backward, driving[street, 3], driving[street, 2]),
        door_only=flags[street, 0],
        private_yard=flags[street, 2],
        piece=piece,
        piece_size=piece_size,
        turn_start=turn_start,
        turn_to=turn_to,
        turn_s=turn_s,
    )


def _neighbours_together(lon: Floats, lat: Floats, streets: Sequence[Street]) -> list[Street]:
    """The streets in the order of a curve that fills the plane (Morton 1966).

    What is searched after each other then stands near each other in memory: the search is a seventh faster.
    """
    first = np.array([street.nodes[0] for street in streets])
    code = np.zeros(len(first), dtype=np.int64)
    for values, shift in ((lon[first], 0), (lat[first], 1)):
        span = float(np.ptp(values)) or 1.0
        place = ((values - values.min()) / span * 65_535).astype(np.int64)
        for bit in range(16):
            code |= ((place >> bit) & 1) << (2 * bit + shift)
    return [streets[number] for number in np.argsort(code, kind="stable").tolist()]


def _strings(streets: Sequence[Street]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    counts = np.array([len(street.nodes) for street in streets])
    starts = np.concatenate([[0], np.cumsum(counts)])
    return starts, np.concatenate([np.asarray(street.nodes, dtype=np.int64) for street in streets])


def _along(shape: Floats, shape_start: NDArray[np.int64]) -> Floats:
    """Metres on the ellipsoid from the first point of the first street, added up over all points in their order."""
    step = steps_m(shape[:-1], shape[1:])
    step[shape_start[1:-1] - 1] = 0.0  # from one street to the next nothing is driven
    return np.concatenate([[0.0], np.cumsum(step)])


def _directions(driving: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The street and the direction of every edge: both directions of a street stand next to each other."""
    allowed = driving[:, :2] > 0
    street, backward = np.nonzero(allowed)
    return street, backward.astype(bool)


def _twins(street: NDArray[np.int64], backward: NDArray[np.bool_]) -> NDArray[np.int64]:
    twin = np.full(len(street), -1, dtype=np.int64)
    first = np.flatnonzero((street[:-1] == street[1:]) & ~backward[:-1] & backward[1:])
    twin[first] = first + 1
    twin[first + 1] = first
    return twin


LOOK_M = 10.0
"""A turn's angle is taken between points this far from the junction: the last metre of a way is often a whim."""


def _bearings(
    shape: Floats,
    shape_start: NDArray[np.int64],
    along: Floats,
    street: NDArray[np.int64],
    backward: NDArray[np.bool_],
    *,
    at_end: bool,
) -> Floats:
    """Degrees clockwise from north in which each edge leaves its tail, or arrives at its head."""
    first, last = shape_start[street], shape_start[street + 1] - 1
    from_last = backward != at_end  # the junction in question is the last point of the street as drawn
    reach = np.minimum(LOOK_M, along[last] - along[first])
    target = np.where(from_last, along[last] - reach, along[first] + reach)
    after = np.clip(np.searchsorted(along, target, side="left"), first + 1, last)
    step = along[after] - along[after - 1]
    share = np.where(step > 0, (target - along[after - 1]) / np.where(step > 0, step, 1), 0.0)
    ahead = shape[after] - shape[after - 1]
    ahead[:, 0] = (ahead[:, 0] + 180) % 360 - 180
    looked_at = shape[after - 1] + ahead * share[:, None]
    junction = np.where(from_last[:, None], shape[last], shape[first])
    return bearings_deg(junction, looked_at) + (180.0 if at_end else 0.0)


def _pieces(turn_start: Ints, turn_to: Ints) -> tuple[Ints, Ints]:
    """Number the strongly connected pieces of the edges, the largest first."""
    edges = len(turn_start) - 1
    graph = csr_array((np.ones(len(turn_to), dtype=np.int8), turn_to, turn_start), shape=(edges, edges))
    _, label = connected_components(graph, directed=True, connection="strong")
    size = np.bincount(label)
    order = np.argsort(-size, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[label].astype(np.int32), size[order].astype(np.int32)
