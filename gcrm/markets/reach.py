"""What is within reach of places by car, and why nothing is where nothing is."""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from gcrm.areas.area import Area
from gcrm.common.language import language, number, say, to_say
from gcrm.common.wording import listed
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.memo import Memo, digest
from gcrm.territories.polygons import area_km2
from gcrm.workspace import Workspace
from routing.points import LonLat, as_points
from routing.travel_times.protocol import SNAP_MAX_M, TravelTimes

MINUTES_MOST = 120
"""Farther than this nobody drives for a visit, and the search would leave the imported area."""
NO_AREA = to_say(
    "No area is imported, so the businesses that are no accounts are not known. Import an extract: `gcrm area import`."
)
EDGE_DEGREES = 0.004
"""Some 400 m: an area is drawn no farther from a street than this, so one nearer to the edge of the data touches it."""
NO_TIMES_OF_DAY = to_say(
    "Driving times are those of free roads at every time of day: no speeds by time of day are known to the router."
)
_KEPT = 64
"""Places of which the areas are remembered, for each router: half a megabyte each at most."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The area within so many minutes of a place, EPSG:4326, and what is to be said of it alone.

    geometry: as GeoJSON. is_cut: whether it ends at the edge of the data, and not where the minutes are up.
    """

    minutes: float
    area: BaseGeometry
    km2: float
    geometry: dict[str, Any]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """The nested areas around a place, in the order of the minutes asked for.

    on_road_m: metres from the place to the road that it is reached by, inf where there is none. remark: why all areas
    are empty, or that some end at the edge of the data; "" otherwise.
    """

    origin: LonLat
    areas: tuple[Drawn, ...]
    on_road_m: float
    remark: str

    @property
    def widest(self) -> Drawn:
        """The area of the most minutes."""
        return max(self.areas, key=lambda one: one.minutes)


@dataclass(frozen=True, slots=True)
class Reach:
    """The area within so many minutes of a place, EPSG:4326; empty, with the reason, where there is none."""

    origin: LonLat
    minutes: float
    area: BaseGeometry
    remark: str = ""


_drawn: "WeakKeyDictionary[TravelTimes, Memo[Reached]]" = WeakKeyDictionary()
"""By router, of which there is one for each imported version of an area: a new extract forgets the areas of the old."""
_lock = threading.Lock()


def areas_within(workspace: Workspace, place: LonLat | tuple[float, float], minutes: Sequence[float]) -> Reached:
    """The areas within each of so many minutes of a place, drawn once for each place and extract.

    Raises InputRejected for a place that is not on Earth and minutes that cannot be, NotReady without an area.
    """
    origin, wanted = checked_place(place), checked_minutes(minutes)
    area = workspace.areas.current()
    router = area.travel_times(workspace.settings.router, workspace.settings.osrm_url)
    with _lock:
        kept = _drawn.setdefault(router, Memo(_KEPT))
    key = digest([repr((origin, wanted)).encode(), language().encode()])
    return kept.of(key, lambda: _reached(router, area, origin, wanted))


def reach_of(workspace: Workspace, place: LonLat | tuple[float, float], minutes: float) -> Reach:
    """The area. Raises InputRejected for a place that is not on Earth and minutes that cannot be."""
    origin = checked_place(place)
    try:
        found = areas_within(workspace, origin, [minutes])
    except NotReady:
        return Reach(origin, minutes, shapely.MultiPolygon(), say(NO_AREA))
    far = found.remark if found.widest.area.is_empty else ""
    return Reach(origin, minutes, found.widest.area, far)


def checked_place(place: LonLat | tuple[float, float]) -> LonLat:
    """The place. Raises InputRejected where it is not on Earth."""
    try:
        lon, lat = as_points([place])[0]
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    return LonLat(float(lon), float(lat))


def checked_minutes(minutes: Sequence[float], most: int = 12) -> list[float]:
    """The minutes, each once; whole numbers as such. Raises InputRejected for none, too many, and those that cannot be.

    most: how many areas may be asked for.
    """
    if not 1 <= len(minutes) <= most:
        raise InputRejected(
            say("{count} areas are asked for.", count=len(minutes)),
            say("Give 1 to {most} numbers of minutes.", most=most),
        )
    for one in minutes:
        if not (math.isfinite(one) and 0 < one <= MINUTES_MOST):
            raise InputRejected(
                say("{one:g} minutes is not possible.", one=one),
                say("Enter more than 0 and at most {minutes_most}.", minutes_most=MINUTES_MOST),
            )
    return [plain(one) for one in dict.fromkeys(minutes)]


def plain(minutes: float) -> float:
    """A whole number of minutes is printed as one."""
    return int(minutes) if float(minutes).is_integer() else float(minutes)


def far_from_roads(origin: LonLat) -> str:
    """What to say of a place that no road is near to."""
    return say(
        "No road that a car may use is within {metres} m of {lon:g},{lat:g}. Choose a place nearer to one, inside the"
        " imported area.",
        metres=number(SNAP_MAX_M),
        lon=origin.lon,
        lat=origin.lat,
    )


def geojson(area: BaseGeometry) -> dict[str, Any]:
    """An area as GeoJSON, to six decimals."""
    if area.is_empty:
        return {"type": "MultiPolygon", "coordinates": []}
    document: dict[str, Any] = mapping(shapely.set_precision(area, 1e-6, mode="pointwise"))
    return document


def _reached(router: TravelTimes, area: Area, origin: LonLat, minutes: list[float]) -> Reached:
    snapped = router.snap(as_points([origin]))
    on_road = bool(snapped.on_network[0])
    drawn = router.isochrone(origin, minutes) if on_road else ()
    shapes: list[BaseGeometry] = [one.area for one in drawn] or [shapely.MultiPolygon() for _ in minutes]
    areas = tuple(
        Drawn(one, shape, area_km2(shape), geojson(shape), _is_cut(shape, area.boundary))
        for one, shape in zip(minutes, shapes, strict=True)
    )
    remark = _cut(areas) if on_road else far_from_roads(origin)
    return Reached(origin, areas, float(snapped.distance_m[0]), remark)


def _is_cut(area: BaseGeometry, known: BaseGeometry) -> bool:
    """Whether an area ends where the data does, and not where the minutes are up."""
    return not area.is_empty and bool(shapely.dwithin(area, known.boundary, EDGE_DEGREES))


def _cut(areas: Sequence[Drawn]) -> str:
    """That areas end at the edge of the imported extract, "" where none does."""
    cut = sorted(one.minutes for one in areas if one.is_cut)
    if not cut:
        return ""
    if not cut[1:]:
        return say(
            "The area ends at the edge of the imported extract ({minutes:g} minutes): what is beyond it is not counted."
            " Import a larger extract to see the whole.",
            minutes=cut[0],
        )
    return say(
        "The areas end at the edge of the imported extract ({minutes} minutes): what is beyond it is not counted."
        " Import a larger extract to see the whole.",
        minutes=listed([f"{one:g}" for one in cut]),
    )
