"""From thousands of accounts the few hundred that a day's plan can choose from.

The travel times between n accounts are n x n, and a rep visits some ten of them. So accounts are looked at closely only
where a good day could be: around each account its nearest neighbours are taken as a day's outing, valued at the prizes
that fit into the day, straight lines stretched to roads, and the best outings give their members.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gcrm.planning.candidates import Candidate
from routing.geodesy import distance_m, distances_m
from routing.points import LonLat, as_points

MOST = 250
"""So many accounts are looked at closely. Ten times what a rep can visit in a day, and quick to compute."""
NEIGHBOURS = 24
"""Accounts in one outing: more than fit into a day."""
ROADS = 1.4
"""Length of a way on roads over the straight line. Source: Boscoe et al. (2012), doi:10.1080/00330124.2011.583586."""
SPEED_MS = 14.0
"""50 km/h, between a town's and a country road's."""

_EARTH_M = 6_371_008.8


def preselect(candidates: Sequence[Candidate], home: LonLat | None, day_s: int, most: int = MOST) -> list[int]:
    """Positions of the candidates to look at closely, ascending; all of them where they are few.

    home: where the day begins and ends, None for anywhere. day_s: seconds of the working day.
    """
    if len(candidates) <= most:
        return list(range(len(candidates)))
    # It takes half a second to load, and few days have so much to choose from.
    from scipy.spatial import cKDTree

    points = as_points(candidate.account.place for candidate in candidates if candidate.account.place)
    away_s = _seconds(_straight_m(points, home)) if home else np.zeros(len(points))
    service_s = np.asarray([candidate.service_s for candidate in candidates], dtype=np.float64)
    worth = np.asarray([candidate.prize for candidate in candidates], dtype=np.float64)
    gaps_m, members = cKDTree(_on_sphere(points)).query(_on_sphere(points), k=min(NEIGHBOURS, len(points)))
    values = _outing_values(members, _seconds(gaps_m * _EARTH_M), away_s, service_s, worth, day_s)
    chosen = {position: None for position, candidate in enumerate(candidates) if candidate.required}
    # Half by the best outings, half by their own worth for their own way, so that a lone A account is not overlooked.
    alone = worth / (2 * away_s + service_s)
    alone[2 * away_s + service_s > day_s] = 0
    for position in np.argsort(-alone, kind="stable")[: most // 2]:
        chosen[int(position)] = None
    for seed in np.argsort(-values, kind="stable"):
        for member in members[seed]:
            if len(chosen) >= most:
                return sorted(chosen)
            chosen[int(member)] = None
    return sorted(chosen)


def straight_m(a: LonLat, b: LonLat) -> float:
    """Metres on the ellipsoid between two places."""
    return distance_m(a, b)


def _outing_values(
    members: NDArray[np.int64],
    gaps_s: NDArray[np.float64],
    away_s: NDArray[np.float64],
    service_s: NDArray[np.float64],
    worth: NDArray[np.float64],
    day_s: int,
) -> NDArray[np.float64]:
    """What a day among each account's neighbours brings: the best prizes for their time until the day is full."""
    # From one neighbour to the next is about as far as from the middle to the nearest few.
    between = np.median(gaps_s[:, 1:6], axis=1, keepdims=True)
    cost = service_s[members] + between
    gain = worth[members]
    order = np.argsort(-gain / cost, axis=1)
    cost, gain = np.take_along_axis(cost, order, 1), np.take_along_axis(gain, order, 1)
    left = day_s - 2 * away_s[:, None]
    return np.asarray((gain * (np.cumsum(cost, axis=1) <= left)).sum(axis=1))


def _straight_m(points: NDArray[np.float64], home: LonLat) -> NDArray[np.float64]:
    return distances_m(home, points)


def _seconds(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(metres * ROADS / SPEED_MS)


def _on_sphere(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vectors; the chord between two near ones is their distance in Earth radii."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
