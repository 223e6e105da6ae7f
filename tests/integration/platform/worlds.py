"""Accounts to search among, and the plain way to find them: look at every one."""

import random

from pyproj import Geod

from gcrm.accounts.model import Account
from routing.points import LonLat

GEOD = Geod(ellps="WGS84")

EDGES = (
    LonLat(180.0, 10.0),
    LonLat(-180.0, 10.0),
    LonLat(179.999, -16.5),
    LonLat(-179.999, -16.5),
    LonLat(0.0, 90.0),
    LonLat(77.0, 90.0),
    LonLat(0.0, -90.0),
    LonLat(0.0, 0.0),
    # As a float32 box would round them, three are one.
    LonLat(9.5, 47.1),
    LonLat(9.5 + 1e-9, 47.1),
    LonLat(9.5, 47.1 + 1e-9),
)
"""Places where a spatial index goes wrong first."""


def crowd(seed: int, spread: int = 120, town: int = 120) -> list[Account]:
    """Accounts all over the Earth, in one town and on both sides of the antimeridian, at every edge, and nowhere."""
    dice = random.Random(seed)
    places: list[LonLat | None] = [LonLat(dice.uniform(-180, 180), dice.uniform(-90, 90)) for _ in range(spread)]
    places += [LonLat(9.5 + dice.gauss(0, 0.02), 47.1 + dice.gauss(0, 0.02)) for _ in range(town)]
    places += [LonLat(dice.choice((-1, 1)) * dice.uniform(179.5, 180), dice.uniform(-18, -15)) for _ in range(town)]
    places += [*EDGES, *EDGES, None, None]
    dice.shuffle(places)
    return [Account(f"Account {number}", place=place) for number, place in enumerate(places)]


def metres(a: LonLat, b: LonLat) -> float:
    return float(GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2])


def by_distance(accounts: list[Account], place: LonLat) -> list[tuple[int, float]]:
    """Id and metres of every account that has a place, nearest first."""
    measured = [(one.id, metres(place, one.place)) for one in accounts if one.place is not None]
    return sorted(measured, key=lambda pair: (pair[1], pair[0]))
