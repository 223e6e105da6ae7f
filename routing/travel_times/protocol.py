"""What every router answers, whatever computes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon

from routing.points import LonLat, Points
from routing.travel_times.mended import NOTHING_MENDED, Mended


@dataclass(frozen=True, slots=True)
class Snapped:
    """Where points meet the street network.

    points: (n, 2) float64, the place on the road, lon and lat.
    distance_m: (n,) float64, metres on the ellipsoid from each point to its place on the road.
    on_network: (n,) bool, False where the nearest road is farther than the router goes (`protocol.SNAP_MAX_M`).
    """

    points: Points
    distance_m: NDArray[np.float64]
    on_network: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OdMatrix:
    """Fastest driving between every ordered pair of points; row = origin, column = destination.

    seconds: (n, n) int32, zero diagonal; 0 where unreachable, so read `reachable` first.
    metres: (n, n) int32, along the fastest (not the shortest) way; 0 where unreachable.
    reachable: (n, n) bool. False for a whole row and column where a point is off the network.
    mended: what the router said that was not sound, and is no longer in the tables.
    """

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    reachable: NDArray[np.bool_]
    mended: Mended = NOTHING_MENDED

    @property
    def size(self) -> int:
        """How many points the matrix spans."""
        return int(self.seconds.shape[0])


@dataclass(frozen=True, slots=True)
class Leg:
    """One drive from point to point, on the streets.

    line: the way driven, EPSG:4326 (lon, lat), from the first point's place on the road to the second's.
    """

    seconds: int
    metres: int
    line: LineString


@dataclass(frozen=True, slots=True)
class Isochrone:
    """The area reached by car from one place within `minutes`; EPSG:4326. Empty where the place is off the network."""

    minutes: float
    area: MultiPolygon


SNAP_MAX_M = 1_000.0
"""Farther than this from any road, a point counts as off the network: nobody walks that to a visit."""


class TravelTimes(Protocol):
    """A router for one area. Safe to share between threads."""

    name: str
    """How the router calls itself in a plan: "osrm" or "streets"."""
    about: str
    """What it is, for whoever looks after it."""

    def check(self) -> None:
        """Ask whether it still answers. Raises RouterUnavailable."""
        ...

    def snap(self, points: Points) -> Snapped:
        """Place each point on its nearest drivable road."""
        ...

    def matrix(self, points: Points) -> OdMatrix:
        """Times and distances between all ordered pairs; never raises for a point off the network (see `reachable`)."""
        ...

    def route(self, points: Points) -> tuple[Leg, ...]:
        """The drive through the points in the order given: n - 1 legs.

        Raises NoRoadNearby for a point off the network, NoRoute where two points do not connect.
        """
        ...

    def isochrone(self, origin: LonLat, minutes: Sequence[float]) -> tuple[Isochrone, ...]:
        """The nested areas reached from `origin`, in the order of `minutes`; the larger contains the smaller."""
        ...

    def ground_of_each(self, origins: Sequence[LonLat], minutes: float) -> tuple[MultiPolygon, ...]:
        """The ground that each origin reaches before the others do, within `minutes`; together what all of them reach.

        Empty for an origin off the network. Places that two reach equally fast are the first one's.
        """
        ...
