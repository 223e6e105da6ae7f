"""The streets as a plain graph that units lie on, and driving times from places on it.

Streets are taken as driven both ways, in the lesser of the two times, and without turns: whether ground hangs together
does not depend on a one-way sign, and a centre's minutes are a mean over hundreds of drives.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.districting.kernel.ways import seconds_from_many

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Times = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """A graph of p places on the streets: junctions, and where units lie.

    start: (p + 1,) int32; beside place a lie the places to[start[a] : start[a + 1]], seconds away.
    unit_node: (n,) int32, the place of each unit; -1 for one that lies on no street.
    """

    start: Ints
    to: Ints
    seconds: Floats
    unit_node: Ints

    def from_nodes(self, nodes: Ints) -> Times:
        """(len(nodes), n) float32 seconds from each place to every unit, infinite where no street leads."""
        found = seconds_from_many(self.start, self.to, self.seconds, np.asarray(nodes, dtype=np.int32))
        times = found[:, np.maximum(self.unit_node, 0)]
        times[:, self.unit_node < 0] = np.inf
        return times

    def from_units(self, units: Ints) -> Times:
        """(len(units), n) float32 seconds from each unit to every unit, infinite where no street leads."""
        units = np.asarray(units, dtype=np.int32)
        times = self.from_nodes(self.unit_node[units])
        times[np.arange(len(units)), units] = 0.0
        return times


def adjacency(count: int, pairs: Ints, values: Floats) -> tuple[Ints, Ints, Floats]:
    """Undirected pairs (e, 2) as a graph: start (count + 1,), to (2 e,) and the values (2 e,) of each direction."""
    tail = np.concatenate([pairs[:, 0], pairs[:, 1]])
    head = np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.argsort(tail, kind="stable")
    start = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=count), out=start[1:])
    return start, head[order].astype(np.int32), np.concatenate([values, values])[order].astype(np.float64)


def least_of_pairs(pairs: Ints, values: Floats) -> tuple[Ints, Floats]:
    """Each pair (e, 2) once, with the least of its values."""
    order = np.lexsort((values, pairs[:, 1], pairs[:, 0]))
    pairs, values = pairs[order], values[order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[first].astype(np.int32), values[first]
