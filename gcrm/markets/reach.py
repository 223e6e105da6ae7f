"""What is within reach of one place by car, and why nothing is where nothing is."""

import math
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from gcrm.markets.catchment import MINUTES_MOST
from gcrm.markets.market import NO_AREA
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.workspace import Workspace
from routing.points import LonLat, as_points
from routing.travel_times.protocol import SNAP_MAX_M


@dataclass(frozen=True, slots=True)
class Reach:
    """The area within so many minutes of a place, EPSG:4326; empty, with the reason, where there is none."""

    origin: LonLat
    minutes: float
    area: BaseGeometry
    remark: str = ""


def reach_of(workspace: Workspace, place: LonLat | tuple[float, float], minutes: float) -> Reach:
    """The area. Raises InputRejected for a place that is not on Earth and minutes that cannot be."""
    try:
        lon, lat = as_points([place])[0]
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    if not (math.isfinite(minutes) and 0 < minutes <= MINUTES_MOST):
        raise InputRejected(f"{minutes:g} minutes is not possible.", f"Enter more than 0 and at most {MINUTES_MOST}.")
    origin = LonLat(float(lon), float(lat))
    try:
        router = workspace.travel_times
    except NotReady:
        return Reach(origin, minutes, shapely.MultiPolygon(), NO_AREA)
    if not router.snap(as_points([origin])).on_network[0]:
        return Reach(
            origin,
            minutes,
            shapely.MultiPolygon(),
            f"No road that a car may use is within {SNAP_MAX_M:,.0f} m of {origin.lon:g},{origin.lat:g}."
            " Choose a place nearer to one, inside the imported area.",
        )
    (found,) = router.isochrone(origin, [minutes])
    return Reach(origin, minutes, found.area)
