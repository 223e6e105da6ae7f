"""The area within so many minutes, drawn from the time to every spot of a grid.

A spot counts as reached when the place on the street that it would be snapped to is reached, so the area says the same
as the matrix does. The grid is coarse where all around is reached in the same band of minutes, and fine along the
borders of the bands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from routing.geodesy import metres_per_degree
from routing.late import late
from routing.points import LonLat, Points
from routing.travel_times.protocol import Isochrone

if TYPE_CHECKING:
    from scipy import ndimage
else:
    ndimage = late("scipy.ndimage")

Floats = NDArray[np.float64]
Bands = NDArray[np.int16]

FINEST_M = 20.0
SPOTS_ACROSS = 1_200
"""How many fine spots the longer side of the area has at most."""
COARSE = 4
"""How many fine spots a coarse one is wide."""
FROM_STREET_M = 400.0
"""Farther than this from any street nothing is drawn as reached: that is the walk from the car that people still do."""
SMALLEST_M2 = 10_000.0
"""Smaller holes are filled and smaller specks dropped: a hundred metres square say nothing on a map of minutes."""
SMOOTHING = 1.0
"""Corners that span less than the square of this, in spots, are cut (Visvalingam and Whyatt 1993)."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What the area can cover at most, degrees; `west` may be less than -180 or `east` more than 180."""

    west: float
    south: float
    east: float
    north: float


def isochrones(
    origin: LonLat, minutes: Sequence[float], extent: Extent, seconds_to: Callable[[Points], Floats]
) -> tuple[Isochrone, ...]:
    """The areas within each of `minutes`, in their order; the larger contains the smaller.

    seconds_to: for (n, 2) spots, lon and lat, the seconds to each, infinite where it is not reached.
    """
    limits = np.unique(np.asarray(minutes, dtype=np.float64) * 60)
    grid = _Grid.over(extent, origin.lat)
    bands = _bands(grid, limits, seconds_to)
    for number in range(len(limits)):
        _tidy(bands, number, round(SMALLEST_M2 / grid.spot_m**2))
    areas = grid.outlines(bands, len(limits))
    return tuple(
        Isochrone(each, _split_at_antimeridian(areas[int(np.searchsorted(limits, each * 60.0))])) for each in minutes
    )


def ground_of_each(
    lat: float, minutes: float, extent: Extent, seconds_to: Sequence[Callable[[Points], Floats]]
) -> tuple[MultiPolygon, ...]:
    """The ground that each of several places is the nearest to, as far as it is within `minutes` of one; no overlaps.

    lat: about which it lies. seconds_to: for each place, of (n, 2) spots the seconds to each, infinite where it is not
    reached. A spot that two reach equally fast goes to the first of them.
    """
    grid = _Grid.over(extent, lat)
    count = len(seconds_to)

    def nearest(spots: Points) -> NDArray[np.int16]:
        seconds = np.stack([each(spots) for each in seconds_to])
        return np.where(seconds.min(axis=0) <= minutes * 60, seconds.argmin(axis=0), count).astype(np.int16)

    owners = _without_specks(_painted(grid, nearest), count, round(SMALLEST_M2 / grid.spot_m**2))
    return tuple(_split_at_antimeridian(each) for each in grid.parts(owners, count))


def nowhere(minutes: Sequence[float]) -> tuple[Isochrone, ...]:
    """The areas reached from a place off the network: none."""
    return tuple(Isochrone(each, MultiPolygon()) for each in minutes)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Fine spots in rows from south to north: `width` and `height` of them, both multiples of COARSE."""

    west: float
    south: float
    step_lon: float
    step_lat: float
    width: int
    height: int
    spot_m: float

    @classmethod
    def over(cls, extent: Extent, lat: float) -> _Grid:
        kx, ky = metres_per_degree(lat)
        margin = FROM_STREET_M + 2 * COARSE * FINEST_M
        across = (extent.east - extent.west) * kx + 2 * margin
        along = (extent.north - extent.south) * ky + 2 * margin
        spot = max(FINEST_M, max(across, along) / SPOTS_ACROSS)
        return cls(
            west=extent.west - margin / kx,
            south=extent.south - margin / ky,
            step_lon=spot / kx,
            step_lat=spot / ky,
            width=int(np.ceil(across / spot / COARSE)) * COARSE,
            height=int(np.ceil(along / spot / COARSE)) * COARSE,
            spot_m=spot,
        )

    def spots(self, rows: Floats, columns: Floats) -> Points:
        """Longitude and latitude, wrapped to -180..180, of places counted in fine spots."""
        lon = self.west + (columns + 0.5) * self.step_lon
        return np.column_stack([(lon + 180) % 360 - 180, self.south + (rows + 0.5) * self.step_lat])

    def outlines(self, bands: Bands, count: int) -> list[MultiPolygon]:
        """The areas of the bands 0, 0 and 1, and so on, in degrees; nested, as borders are simplified together."""
        faces, band = self._faces(bands, count)
        return [_multi(shapely.coverage_union_all(faces[band <= number])) for number in range(count)]

    def parts(self, bands: Bands, count: int) -> list[MultiPolygon]:
        """The areas of the bands 0, 1 and so on, each by itself, in degrees."""
        faces, band = self._faces(bands, count)
        return [_multi(shapely.coverage_union_all(faces[band == number])) for number in range(count)]

    def _faces(self, bands: Bands, count: int) -> tuple[Any, Bands]:
        """Pieces of ground that are in one band below `count` all over, with the steps of the grid smoothed away."""
        padded = np.pad(bands, 1, constant_values=count)
        segments = np.concatenate([_borders(padded), _borders(padded.T)[:, :, ::-1]])
        if not len(segments):
            return np.empty(0, dtype=object), np.empty(0, dtype=np.int16)
        lines: Any = shapely.linestrings(segments)
        faces = shapely.get_parts(shapely.polygonize(lines))
        heart = shapely.get_coordinates(shapely.point_on_surface(faces)).astype(int)
        band = padded[heart[:, 1], heart[:, 0]]
        smooth = shapely.coverage_simplify(faces[band < count], SMOOTHING)
        band = band[band < count]
        corner = np.array([self.west - self.step_lon, self.south - self.step_lat])
        step = np.array([self.step_lon, self.step_lat])
        return shapely.transform(smooth, lambda xy: corner + xy * step), band


def _bands(grid: _Grid, limits: Floats, seconds_to: Callable[[Points], Floats]) -> Bands:
    """(height, width): how many of the limits the time to each fine spot is beyond; 0 is within the smallest."""
    return _painted(grid, lambda spots: np.searchsorted(limits, seconds_to(spots)).astype(np.int16))


def _painted(grid: _Grid, band_of: Callable[[Points], Bands]) -> Bands:
    """(height, width): the band of each fine spot; asked coarsely where all around is of one band."""

    def band(rows: NDArray[np.intp], columns: NDArray[np.intp], shift: float) -> Bands:
        return band_of(grid.spots(rows.astype(np.float64) + shift, columns.astype(np.float64) + shift))

    rows, columns = np.indices((grid.height // COARSE, grid.width // COARSE))
    shape = rows.shape
    coarse = band(rows.ravel() * COARSE, columns.ravel() * COARSE, (COARSE - 1) / 2).reshape(shape)
    padded = np.pad(coarse, 1, mode="edge")
    around = np.stack([padded[r : r + shape[0], c : c + shape[1]] for r in range(3) for c in range(3)])
    mixed = around.min(axis=0) != around.max(axis=0)
    fine = np.repeat(np.repeat(coarse, COARSE, axis=0), COARSE, axis=1)
    rows, columns = np.nonzero(np.repeat(np.repeat(mixed, COARSE, axis=0), COARSE, axis=1))
    fine[rows, columns] = band(rows, columns, 0.0)
    return fine


def _tidy(bands: Bands, number: int, smallest: int) -> None:
    """Fill holes in what is within a limit, and drop specks of it, that have fewer spots than `smallest`; in place."""
    for inside in (False, True):
        window = _window(bands <= number)
        label, count = ndimage.label((bands[window] <= number) == inside)
        small = np.bincount(label.ravel(), minlength=count + 1) < smallest
        small[0] = False
        if small.any():
            bands[window][small[label]] = number + 1 if inside else number


def _window(spots: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The rows and columns around those spots, with one more on each side where there is one; all, around none."""
    rows, columns = (np.flatnonzero(spots.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return slice(None), slice(None)
    return slice(max(rows[0] - 1, 0), rows[-1] + 2), slice(max(columns[0] - 1, 0), columns[-1] + 2)


def _without_specks(owners: Bands, count: int, smallest: int) -> Bands:
    """The owners of spots, where patches of fewer spots than `smallest` take the owner next to them."""
    speck = np.zeros(owners.shape, dtype=np.bool_)
    for number in range(count + 1):
        label, found = ndimage.label(owners == number)
        small = np.bincount(label.ravel(), minlength=found + 1) < smallest
        small[0] = False
        speck |= small[label]
    if not speck.any() or speck.all():
        return owners
    rows, columns = ndimage.distance_transform_edt(speck, return_distances=False, return_indices=True)
    return np.asarray(owners[rows, columns], dtype=np.int16)


def _borders(bands: Bands) -> Floats:
    """Borders between one row of spots and the next as (n, 2, 2) segments (x, y), as long as they part the same two.

    Where that changes, another border meets this one, and the polygons need a node.
    """
    above, below = bands[1:], bands[:-1]
    border = above != below
    same = (above[:, 1:] == above[:, :-1]) & (below[:, 1:] == below[:, :-1])
    starts, ends = border.copy(), border.copy()
    starts[:, 1:] &= ~same
    ends[:, :-1] &= ~same
    row, first = np.nonzero(starts)
    _, last = np.nonzero(ends)
    y = row + 1
    return np.stack([np.column_stack([first, y]), np.column_stack([last + 1, y])], axis=1).astype(np.float64)


def _multi(area: shapely.Geometry) -> MultiPolygon:
    return MultiPolygon([part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and not part.is_empty])


def _split_at_antimeridian(area: MultiPolygon) -> MultiPolygon:
    """The same area with every longitude in -180..180; what crosses the antimeridian becomes two polygons.

    Source: RFC 7946, 3.1.9.
    """
    west, _, east, _ = area.bounds if not area.is_empty else (0.0, 0.0, 0.0, 0.0)
    if west >= -180 and east <= 180:
        return area
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        cut = shapely.intersection(area, shapely.box(-180 + turn, -90, 180 + turn, 90))
        parts.append(shapely.transform(cut, partial(np.add, np.array([[-turn, 0.0]]))))
    return _multi(shapely.union_all(parts))
