"""The street graph as a router: runs wherever Python runs, and needs nothing prepared but the network itself.

The compiled search is loaded when it is first needed: OSRM has this router beside it for what lies where, and rarely
asks it for times.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon

from routing.errors import NoRoadNearby, NoRoute
from routing.geodesy import metres_per_degree
from routing.late import late
from routing.network.street_network import StreetNetwork
from routing.points import LonLat, Points
from routing.travel_times.isochrone import FROM_STREET_M, Extent, ground_of_each, isochrones, nowhere
from routing.travel_times.protocol import SNAP_MAX_M, Isochrone, Leg, OdMatrix, Snapped
from routing.travel_times.snapping import Places, StreetFinder
from routing.travel_times.soundness import sound_table

if TYPE_CHECKING:
    from routing.travel_times import search
    from routing.travel_times.search import Costs, Found, Ints, Shares
else:
    search = late("routing.travel_times.search")

DOOR_S = 600.0
"""How much dearer a way through streets for access only has to seem than it is, so that nobody drives through."""
ROWS_A_TASK = 16
PLACES_MOST = 1_000
"""Places of which times are told as a sample."""
_NO_TARGET = np.empty(0, dtype=np.int32)
THREADS = min(4, os.cpu_count() or 1)


def costs_of(network: StreetNetwork) -> Costs:
    """What is searched, in the whole numbers that the search works with."""
    before = np.repeat(np.arange(network.edges), np.diff(network.turn_start))
    through_a_door = network.door_only[network.turn_to] & ~network.door_only[before]
    choice = network.seconds * network.dislike
    return search.Costs(
        turn_start=network.turn_start,
        turn_to=network.turn_to,
        turn_choice=_whole(10 * (choice[before] + network.turn_s + DOOR_S * through_a_door)),
        turn_time=_whole(10 * (network.seconds[before] + network.turn_s)),
        edge_choice=_whole(10 * choice),
        edge_time=_whole(10 * network.seconds),
        edge_length=_whole(10 * network.metres),
    )


class StreetTravelTimes:
    """Times and ways on a `StreetNetwork`. Safe to share between threads."""

    name = "streets"
    about = "the street graph"

    def __init__(self, network: StreetNetwork) -> None:
        self.network = network
        self.finder = StreetFinder(network)
        self._most_dislike = float(network.dislike.max(initial=1.0))
        self._edge_of = np.full((len(network.shape_start) - 1, 2), -1, dtype=np.int32)
        self._edge_of[network.street, network.backward.astype(int)] = np.arange(network.edges, dtype=np.int32)

    @cached_property
    def _costs(self) -> Costs:
        return costs_of(self.network)

    def check(self) -> None:
        """Nothing: the streets are here."""

    def snap(self, points: Points) -> Snapped:
        """Place each point on its nearest street; see `StreetFinder.find` for islands."""
        return snap_with(self.finder, points)

    def matrix(self, points: Points) -> OdMatrix:
        """Times and distances between all ordered pairs of points, (lon, lat)."""
        count = len(points)
        times = np.zeros((count, count), dtype=np.int32)
        lengths = np.zeros((count, count), dtype=np.int32)
        reached = np.zeros((count, count), dtype=np.bool_)

        def fill(rows: Ints) -> None:
            search.fill_rows(self._costs, rows, edges, shares, times, lengths, reached)

        places = self.finder.find(points)
        edges, shares = self._on_edges(places)
        order = np.arange(count, dtype=np.int32)
        tasks = [order[start : start + ROWS_A_TASK] for start in range(0, count, ROWS_A_TASK)]
        if len(tasks) > 1:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(fill, tasks))
        elif tasks:
            fill(tasks[0])
        on_network = places.street >= 0
        table = sound_table(
            np.where(reached, _tenths(times), np.nan), _tenths(lengths).astype(np.float64), places.points
        )
        return OdMatrix(table.seconds, table.metres, table.reachable & on_network[:, None] & on_network, table.mended)

    def route(self, points: Points) -> tuple[Leg, ...]:
        """The drive through the points in the order given.

        Raises NoRoadNearby for a point off the network, NoRoute where two points do not connect.
        """
        places = self.finder.find(points)
        for number in np.flatnonzero(places.street < 0):
            raise no_road_nearby(points[number])
        edges, shares = self._on_edges(places)
        return tuple(self._leg(points, places, edges, shares, number) for number in range(len(points) - 1))

    def isochrone(self, origin: LonLat, minutes: Sequence[float]) -> tuple[Isochrone, ...]:
        """The nested areas reached from `origin`, in the order of `minutes`."""
        return self.isochrone_at_pace(origin, minutes, 1.0)

    def isochrone_at_pace(self, origin: LonLat, minutes: Sequence[float], pace: float) -> tuple[Isochrone, ...]:
        """The nested areas where driving takes `pace` times as long as this router says."""
        place = self.finder.find(np.array([origin]))
        if place.street[0] < 0 or not minutes:
            return nowhere(minutes)
        edges, shares = self._on_edges(place)
        reached, found = self._reach(edges[0], shares[0], max(minutes) * 60 / pace)
        extent = self._extent(np.concatenate([reached, edges[0][edges[0] >= 0]]))

        def seconds_to(spots: Points) -> NDArray[np.float64]:
            tenths = self._tenths_to(self.finder.find(spots, most_m=FROM_STREET_M), edges[0], shares[0], found)
            return np.asarray(tenths * (pace / 10))

        return isochrones(origin, minutes, extent, seconds_to)

    def ground_of_each(self, origins: Sequence[LonLat], minutes: float) -> tuple[MultiPolygon, ...]:
        """The ground that each origin is the fastest to reach, as far as it is within `minutes`; no overlaps."""
        return self.ground_of_each_at_pace(origins, minutes, [1.0] * len(origins))

    def ground_of_each_at_pace(
        self, origins: Sequence[LonLat], minutes: float, paces: Sequence[float]
    ) -> tuple[MultiPolygon, ...]:
        """The same where driving from each origin takes so many times as long as this router says."""
        if not origins:
            return ()
        starts = self.finder.find(np.array(origins, dtype=np.float64).reshape(-1, 2))
        edges, shares = self._on_edges(starts)
        known = [number for number in range(len(origins)) if starts.street[number] >= 0]
        found = {number: self._reach(edges[number], shares[number], minutes * 60 / paces[number]) for number in known}
        ground = [MultiPolygon()] * len(origins)
        if not known:
            return tuple(ground)
        own = [edges[number][edges[number] >= 0] for number in known]
        extent = self._extent(np.concatenate([*(found[number][0] for number in known), *own]))
        asked: list[Places] = []

        def seconds_from(number: int) -> Callable[[Points], NDArray[np.float64]]:
            def seconds_to(spots: Points) -> NDArray[np.float64]:
                # The places of the same spots are asked for once for each origin, one after the other.
                if number == known[0]:
                    asked[:] = [self.finder.find(spots, most_m=FROM_STREET_M)]
                tenths = self._tenths_to(asked[0], edges[number], shares[number], found[number][1])
                return np.asarray(tenths * (paces[number] / 10))

            return seconds_to

        lat = float(np.mean([origins[number][1] for number in known]))
        drawn = ground_of_each(lat, minutes, extent, [seconds_from(number) for number in known])
        for number, area in zip(known, drawn, strict=True):
            ground[number] = area
        return tuple(ground)

    def reached_places(self, origin: LonLat, limit_s: float) -> tuple[Points, NDArray[np.float64]]:
        """Places in the middle of streets reached from `origin` within `limit_s`: (n, 2), and (n,) seconds to each.

        Not the junctions: a turn is paid for where the next street begins, which a drive that ends there never pays.
        """
        place = self.finder.find(np.array([origin]))
        edges, shares = self._on_edges(place)
        reached, found = self._reach(edges[0], shares[0], limit_s)
        reached = np.sort(reached)[:: max(1, len(reached) // PLACES_MOST)]
        tail, head = self.network.tail[reached], self.network.head[reached]
        lon = self.network.lon[tail] + ((self.network.lon[head] - self.network.lon[tail] + 180) % 360 - 180) / 2
        middle = np.column_stack([lon, (self.network.lat[tail] + self.network.lat[head]) / 2])
        there = self.finder.find(middle)
        seconds = self._tenths_to(there, edges[0], shares[0], found) / 10
        known = np.isfinite(seconds) & (there.street >= 0) & (seconds <= limit_s)
        return there.points[known], seconds[known]

    def _reach(self, edges: Ints, shares: Shares, limit_s: float) -> tuple[NDArray[np.intp], Found]:
        """The edges whose beginning is reached within `limit_s`, and all that the search found."""
        most = int(10 * (limit_s * self._most_dislike + DOOR_S))
        found = self._search_from(edges, shares, _NO_TARGET, min(most, search.NEVER - 1))
        return np.flatnonzero((found.choice != search.NEVER) & (found.time <= 10 * limit_s)), found

    def _extent(self, edges: Ints) -> Extent:
        """The box around the junctions of these edges, from west to east even across the antimeridian."""
        west, _, _, _ = self.network.bbox
        ends = np.concatenate([self.network.tail[edges], self.network.head[edges]])
        lon, lat = (self.network.lon[ends] - west) % 360 + west, self.network.lat[ends]
        return Extent(lon.min(), lat.min(), lon.max(), lat.max())

    def _tenths_to(
        self, places: Places, source_edges: Ints, source_shares: Shares, found: Found
    ) -> NDArray[np.float64]:
        """What `search.arrive` says, for many places at once: tenths of a second, infinite where not reached."""
        edges, shares = self._on_edges(places)
        choice, time = found.choice, found.time
        best_choice = np.full(len(edges), np.inf)
        best_time = np.full(len(edges), np.inf)

        def offer(may: NDArray[np.bool_], new_choice: NDArray[np.float64], new_time: NDArray[np.float64]) -> None:
            better = may & (new_choice < best_choice)
            best_choice[better], best_time[better] = new_choice[better], new_time[better]

        for side in range(2):
            edge, share = edges[:, side], shares[:, side]
            choice_on, time_on = self._costs.edge_choice[edge], self._costs.edge_time[edge]
            there = (edge >= 0) & (choice[edge] != search.NEVER)
            offer(there, choice[edge] + share * choice_on, time[edge] + share * time_on)
            for own, own_share in zip(source_edges, source_shares, strict=True):
                ahead = (edge >= 0) & (edge == own) & (share >= own_share)
                offer(ahead, (share - own_share) * choice_on, (share - own_share) * time_on)
        return best_time

    def _on_edges(self, places: Places) -> tuple[Ints, NDArray[np.float64]]:
        """The edges, one for each direction, on which each place lies, and how far along each: both (n, 2)."""
        edges = np.where(places.street[:, None] < 0, np.int32(-1), self._edge_of[places.street])
        return edges, np.column_stack([places.share, 1 - places.share])

    def _search_from(self, edges: Ints, shares: Shares, target: Ints, limit: int) -> Found:
        is_target = np.zeros(self.network.edges, dtype=np.bool_)
        wanted = target[target >= 0]
        is_target[wanted] = True
        queue, found = search.room_for(self._costs)
        search.reach(self._costs, edges, shares, is_target, len(wanted), limit, queue, found)
        return found

    def _leg(self, points: Points, places: Places, edges: Ints, shares: Shares, number: int) -> Leg:
        start, end = number, number + 1
        if (points[start] == points[end]).all():
            return Leg(0, 0, LineString([places.points[start], places.points[end]]))
        found = self._search_from(edges[start], shares[start], edges[end], search.NEVER)
        arrival = search.arrive(self._costs, edges[start], shares[start], edges[end], shares[end], found)
        if arrival.choice == search.NEVER:
            raise no_route(points[start], points[end])
        driven = [int(arrival.last)]
        while driven[-1] >= 0:
            driven.append(int(found.came_from[driven[-1]]))
        way = driven[::-1]
        way[0] = -1 - way[0]
        line = self._line(
            way, self._share_on(way[0], start, edges, shares), self._share_on(way[-1], end, edges, shares)
        )
        return Leg(_rounded(arrival.time), _rounded(arrival.length), LineString(line))

    @staticmethod
    def _share_on(edge: int, place: int, edges: Ints, shares: Shares) -> float:
        return float(shares[place, 0] if edges[place, 0] == edge else shares[place, 1])

    def _line(self, way: list[int], first_share: float, last_share: float) -> NDArray[np.float64]:
        """The points along the edges, from a place on the first to a place on the last."""
        if len(way) == 1:
            return _part(self.network.line(way[0]), first_share, last_share)
        parts = [_part(self.network.line(way[0]), first_share, 1.0)]
        parts += [self.network.line(edge) for edge in way[1:-1]]
        parts.append(_part(self.network.line(way[-1]), 0.0, last_share))
        line = np.concatenate(parts)
        moved = np.ones(len(line), dtype=bool)
        moved[1:] = (line[1:] != line[:-1]).any(axis=1)
        moved[-1] |= moved.sum() < 2
        return line[moved]


FAR_M = 50_000.0
"""How far the distance to the nearest street is still told for a point off the network."""


def snap_with(finder: StreetFinder, points: Points) -> Snapped:
    """Where points meet the streets; those off the network stay where they are, with the metres to the next street."""
    places = finder.find(points)
    on_network = places.street >= 0
    distance = places.distance_m
    if not on_network.all():
        distance[~on_network] = finder.find(points[~on_network], most_m=FAR_M).distance_m
    return Snapped(points=places.points, distance_m=distance, on_network=on_network)


def no_road_nearby(point: NDArray[np.float64]) -> NoRoadNearby:
    """The error for a point off the network."""
    lon, lat = point
    return NoRoadNearby(
        f"No road lies within {SNAP_MAX_M:.0f} m of {lon:.6f},{lat:.6f}.",
        "Check the coordinates, longitude first, or import the area that holds them.",
    )


def no_route(start: NDArray[np.float64], end: NDArray[np.float64]) -> NoRoute:
    """The error for two points that no drive connects."""
    return NoRoute(
        f"No drive leads from {start[0]:.6f},{start[1]:.6f} to {end[0]:.6f},{end[1]:.6f}.",
        "One of them may lie on an island of the road network; check its place on the map.",
    )


def _whole(values: NDArray[np.float64]) -> Ints:
    return np.rint(values).astype(np.int32)


def _tenths(values: Ints) -> Ints:
    return ((values + 5) // 10).astype(np.int32)


def _rounded(tenths: int) -> int:
    return (int(tenths) + 5) // 10


def _part(line: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """The points of a line from one share of its length to another; at least two."""
    step = np.diff(line, axis=0)
    step[:, 0] = (step[:, 0] + 180) % 360 - 180
    kx, ky = metres_per_degree((line[:-1, 1] + line[1:, 1]) / 2)
    metres = np.hypot(step[:, 0] * kx, step[:, 1] * ky)
    along = np.concatenate([[0.0], np.cumsum(metres)])
    if along[-1] == 0:
        return line[[0, -1]]
    along /= along[-1]
    inner = line[(along > start) & (along < end)]
    return np.concatenate([[_at(line, step, along, start)], inner, [_at(line, step, along, end)]])


def _at(
    line: NDArray[np.float64], step: NDArray[np.float64], along: NDArray[np.float64], share: float
) -> NDArray[np.float64]:
    number = int(np.clip(np.searchsorted(along, share, side="right") - 1, 0, len(step) - 1))
    whole = along[number + 1] - along[number]
    point = line[number] + step[number] * ((share - along[number]) / whole if whole else 0.0)
    return np.array([(point[0] + 180) % 360 - 180, point[1]])
