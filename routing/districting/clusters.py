"""Places in clusters by k-means: centres to begin with where people live, before anything is balanced.

Source: Lloyd (1982), doi.org/10.1109/TIT.1982.1056489, begun by Arthur and Vassilvitskii (2007), k-means++.
"""

import numpy as np
from scipy.spatial import cKDTree

from routing.districting.problem import Floats, Ints


def clustered(at: Floats, weigh: Floats, k: int, rounds: int, seed: int) -> Ints:
    """(n,) the cluster 0 to k - 1 of each of n places, (n, 2) metres, weighed by (n,); a cluster may stay empty."""
    random = np.random.default_rng(seed)
    weigh = weigh + 1e-12
    centre = at[_spread_out(at, weigh, k, random)]
    part = np.zeros(len(at), dtype=np.int64)
    for _ in range(rounds):
        part = cKDTree(centre).query(at)[1]
        total = np.bincount(part, weigh, minlength=k)
        some = total > 0
        for axis in (0, 1):
            centre[some, axis] = np.bincount(part, weigh * at[:, axis], minlength=k)[some] / total[some]
    return part.astype(np.int32)


def _spread_out(at: Floats, weigh: Floats, k: int, random: np.random.Generator) -> list[int]:
    """As many places as k, each the most helpful of some drawn by squared distance."""
    first = int(random.choice(len(at), p=weigh / weigh.sum()))
    chosen, square = [first], ((at - at[first]) ** 2).sum(axis=1)
    tries = 2 + int(np.log(k))
    while len(chosen) < k:
        chance = weigh * square
        if not chance.sum():
            chosen.append(int(random.integers(len(at))))
            continue
        drawn = random.choice(len(at), size=tries, p=chance / chance.sum())
        after = [np.minimum(square, ((at - at[place]) ** 2).sum(axis=1)) for place in drawn]
        best = int(np.argmin([(weigh * left).sum() for left in after]))
        chosen.append(int(drawn[best]))
        square = after[best]
    return chosen
