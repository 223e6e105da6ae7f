"""Blocks of neighbours: what is held out together, so that a model is judged by places that it has not seen."""

import numpy as np
from numpy.typing import NDArray

from routing.geodesy import metres_per_degree
from routing.points import Points

BLOCKS = 10
"""Blocks that places are cut into, where there are enough of them."""
LEAST_IN_A_BLOCK = 5


def spatial_blocks(points: Points, most: int = BLOCKS, least: int = LEAST_IN_A_BLOCK) -> NDArray[np.int64]:
    """The block of each place, (n,), numbered from 0: about equally many neighbours in each.

    points: (n, 2), EPSG:4326. The largest block is cut across its longer side at its median until there are `most`, or
    none is left that two blocks of `least` can be made of. Places at one spot share a block. Source of holding out by
    blocks: Roberts et al. (2017), Ecography 40, 913-929, doi:10.1111/ecog.02881.
    """
    blocks = np.zeros(len(points), dtype=np.int64)
    if not len(points):
        return blocks
    metres = points * np.column_stack(metres_per_degree(points[:, 1].mean(keepdims=True)))
    settled: set[int] = set()
    while blocks.max() + 1 < most:
        sizes = np.bincount(blocks)
        open_ = [block for block in np.argsort(-sizes, kind="stable").tolist() if block not in settled]
        if not open_ or sizes[open_[0]] < 2 * least:
            break
        rows = np.flatnonzero(blocks == open_[0])
        beyond = _beyond_median(metres[rows], least)
        if beyond is None:
            settled.add(open_[0])
        else:
            blocks[rows[beyond]] = blocks.max() + 1
    return blocks


def _beyond_median(metres: NDArray[np.float64], least: int) -> NDArray[np.bool_] | None:
    """Which places lie in the farther half, None where no cut leaves enough on both sides."""
    for axis in np.argsort(-np.ptp(metres, axis=0)):
        along = metres[:, axis]
        beyond = along > np.median(along)
        if min(beyond.sum(), (~beyond).sum()) < least:
            beyond = along >= np.median(along)
        if min(beyond.sum(), (~beyond).sum()) >= least:
            return np.asarray(beyond, dtype=np.bool_)
    return None
