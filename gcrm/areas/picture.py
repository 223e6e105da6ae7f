"""A picture of the streets around a route: one small SVG instead of a map's scripts and tiles.

A phone draws it without running anything, so that a day is there at once; the map to work on comes when asked for.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

from gcrm.areas.drawn import BANDS, Drawn, Grade, unit_square
from routing.points import LonLat

WIDTH, HEIGHT = 800, 600
"""The frame in the picture's own units, about half a pixel of a phone each."""

UNIT = 2.0**-30
"""Frames are whole numbers of this part of the map's width, 4 cm at the equator: an address says one exactly."""

MARGIN = 0.12
"""Share of the frame that stays free at each edge of what is framed: room for a stop's circle."""

LEAST = 2e-5
"""A frame is at least this share of the map's width wide: 800 m at the equator."""

AROUND = 0.5
"""So much of the frame is drawn beyond each of its edges: screens are wider or higher than it."""

MOST_BYTES = 60_000
"""Finer streets are left out of a picture that is this long without them."""

RIBBONS = (
    ("motorway", ("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"), 5, 5.0),
    ("main", ("secondary", "secondary_link", "tertiary", "tertiary_link"), 9, 3.5),
    ("street", ("residential", "unclassified", "road", "living_street"), 13, 2.0),
)
"""Class in the picture, kinds of streets, first zoom that they are drawn at, width in the picture's units."""

DRAWN = ("landuse", "water", "streets", "places")
"""The layers of the basemap that a picture shows."""

GREEN = (
    "forest",
    "wood",
    "park",
    "grass",
    "meadow",
    "cemetery",
    "nature_reserve",
    "recreation_ground",
    "scrub",
    "heath",
)
NAMED = {"city": 34, "town": 30, "village": 26, "suburb": 24, "quarter": 20, "neighbourhood": 20}
"""Height of letters by kind of place; others are not named."""
NAMES_MOST = 14

STYLE = (
    ".l{fill:#f6f4ef}.g{fill:#e0ebd5}.w{fill:#c3dbee}.r{fill:none;stroke:#c3dbee;stroke-width:4}"
    "path{stroke-linejoin:round;stroke-linecap:round}.motorway{stroke:#e0a552}.main{stroke:#d9c68f}.street{stroke:#d4cec4}"
    "text{font-family:system-ui,sans-serif;fill:#4a4843;text-anchor:middle;paint-order:stroke;stroke:#fffd;stroke-width:6px}"
    "@media (prefers-color-scheme:dark){.l{fill:#1c2128}.g{fill:#202c26}.w{fill:#17314a}.r{stroke:#17314a}"
    ".motorway{stroke:#6f6046}.main{stroke:#565a58}.street{stroke:#3a424e}text{fill:#c3cad2;stroke:#14181edd}}"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a picture shows: its north-western corner and its width, in UNITs; it is three quarters as high as wide."""

    x: int
    y: int
    size: int

    @classmethod
    def around(cls, points: Iterable[LonLat]) -> "Frame":
        """The least frame with a margin around points, in degrees. Raises ValueError for no point at all."""
        given = list(points)
        if not given:
            raise ValueError("There is nothing to frame.")
        placed = shapely.get_coordinates(unit_square(np.asarray(shapely.points(given), dtype=object)))
        if np.ptp(placed[:, 0]) > 0.5:  # over the antimeridian the shorter way round is meant
            placed[placed[:, 0] < 0.5, 0] += 1
        (west, north), (east, south) = placed.min(axis=0), placed.max(axis=0)
        room = 1 - 2 * MARGIN
        width = max((east - west) / room, (south - north) / room * WIDTH / HEIGHT, LEAST)
        x, y = (west + east - width) / 2, (north + south - width * HEIGHT / WIDTH) / 2
        return cls(round(x / UNIT), round(y / UNIT), math.ceil(width / UNIT))

    @property
    def zoom(self) -> float:
        """The zoom of a map on which half the picture's units are pixels."""
        return math.log2(WIDTH / 2 / (256 * self.size * UNIT))

    def place(self, lon_lat: Any) -> Any:
        """N points (lon, lat) in degrees as (n, 2) float64 in the picture's units, x to the right and y down."""
        points = np.asarray(shapely.points(np.asarray(lon_lat, dtype=np.float64).reshape(-1, 2)), dtype=object)
        placed = shapely.get_coordinates(unit_square(points))
        placed[:, 0] += np.rint((self.x + self.size / 2) * UNIT - placed[:, 0])
        return self.units(placed)

    def units(self, unit_xy: Any) -> Any:
        """(n, 2) of the unit square in the picture's units."""
        return (unit_xy - np.array([self.x, self.y]) * UNIT) * (WIDTH / (self.size * UNIT))

    @property
    def drawn_box(self) -> tuple[float, float, float, float]:
        """West, north, east, south of all that is drawn, in the unit square."""
        wide, high = self.size * UNIT, self.size * UNIT * HEIGHT / WIDTH
        x, y = self.x * UNIT, self.y * UNIT
        return x - AROUND * wide, y - AROUND * high, x + (1 + AROUND) * wide, y + (1 + AROUND) * high


def band_of(frame: Frame) -> str:
    """The grade of detail that a frame is drawn from."""
    zoom = math.ceil(frame.zoom)
    return next((band for band, (_, last) in BANDS.items() if zoom <= last), "near")


def street_picture(grade: Grade, frame: Frame) -> str:
    """Ground, water, streets and names of places as an SVG document; it fills what it is put into, around the frame."""
    left, top, wide, high = -AROUND * WIDTH, -AROUND * HEIGHT, (1 + 2 * AROUND) * WIDTH, (1 + 2 * AROUND) * HEIGHT
    drawn = [f'<rect class="l" x="{left:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{high:.0f}"/>']
    landuse, water = (_shapes(grade, name, frame) for name in ("landuse", "water"))
    if landuse:
        drawn += _path("g", _areas(landuse, frame, GREEN))
    if water:
        drawn += _path("w", _areas(water, frame, None)) + _path("r", _lines(water, frame, None))
    if streets := _shapes(grade, "streets", frame):
        ribbons: list[str] = []
        length = sum(map(len, drawn))
        for name, kinds, from_zoom, width in RIBBONS:
            if frame.zoom < from_zoom:
                continue
            ribbon = _path(name, _lines(streets, frame, kinds), f' fill="none" stroke-width="{width}"')
            length += sum(map(len, ribbon))
            if ribbons and length > MOST_BYTES:
                break
            ribbons = ribbon + ribbons  # the widest lie on top
        drawn += ribbons
    drawn += _names(grade, frame)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid meet">'
    )
    return f"{head}<style>{STYLE}</style>{''.join(drawn)}</svg>"


def _shapes(grade: Grade, name: str, frame: Frame) -> Drawn | None:
    """What of a layer is drawn at the frame's zoom, cut to what can be seen; None for nothing."""
    layer = grade.get(name)
    if layer is None or not len(layer.shapes):
        return None
    chosen = layer.of(layer.from_zoom <= math.ceil(frame.zoom))
    cut = shapely.clip_by_rect(chosen.shapes, *frame.drawn_box)
    return Drawn(cut, chosen.kind, chosen.name, chosen.from_zoom).of(~shapely.is_empty(cut))


def _areas(layer: Drawn, frame: Frame, kinds: Sequence[str] | None) -> list[str]:
    chosen = shapely.get_parts(layer.shapes if kinds is None else layer.shapes[np.isin(layer.kind, kinds)])
    flat = chosen[shapely.get_type_id(chosen) == shapely.GeometryType.POLYGON]
    rings = shapely.get_rings(flat)
    return [f"{line}z" for ring in rings if (line := _line(ring, frame, least=6.0))]


def _lines(layer: Drawn, frame: Frame, kinds: Sequence[str] | None) -> list[str]:
    chosen = shapely.get_parts(layer.shapes if kinds is None else layer.shapes[np.isin(layer.kind, kinds)])
    lines = chosen[shapely.get_type_id(chosen) == shapely.GeometryType.LINESTRING]
    if kinds is not None and len(lines):
        # Streets are many short pieces: joined they are drawn with a third of the text.
        lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(lines))))
    return [text for line in lines if (text := _line(line, frame, least=2.0))]


def _line(shape: Any, frame: Frame, least: float) -> str:
    """A line as a path in whole units, without what cannot be seen; "" for what is smaller than `least` units."""
    return path_of(frame.units(shapely.get_coordinates(shape)), least)


def path_of(units: Any, least: float = 0.0) -> str:
    """(n, 2) points in the picture's units as a path of whole steps; "" for what is smaller than `least` units."""
    if len(units) < 2 or np.ptp(units, axis=0).max() < least:
        return ""
    kept = shapely.get_coordinates(shapely.simplify(shapely.linestrings(units), 1.2))
    whole = np.rint(kept).astype(int)
    steps = np.diff(whole, axis=0)
    steps = steps[steps.any(axis=1)]
    if not len(steps):
        return ""
    start = f"M{whole[0, 0]} {whole[0, 1]}l"
    return start + " ".join(f"{x} {y}" for x, y in steps.tolist()).replace(" -", "-")


def _path(name: str, lines: list[str], more: str = "") -> list[str]:
    return [f'<path class="{name}"{more} d="{"".join(lines)}"/>'] if lines else []


def _names(grade: Grade, frame: Frame) -> list[str]:
    """The names of places in the frame, the greater first, none over another."""
    layer = _shapes(grade, "places", frame)
    if layer is None:
        return []
    rank = {kind: position for position, kind in enumerate(NAMED)}
    rows = [row for row in range(len(layer.shapes)) if layer.kind[row] in rank and layer.name[row]]
    taken: list[tuple[float, float, float, float]] = []
    drawn: list[str] = []
    for row in sorted(rows, key=lambda row: rank[str(layer.kind[row])]):
        at = shapely.get_coordinates(layer.shapes[row])
        if not len(at) or len(drawn) == NAMES_MOST:
            continue
        x, y = frame.units(at)[0]
        tall = NAMED[layer.kind[row]]
        half = len(layer.name[row]) * tall * 0.3
        box = (x - half, y - tall, x + half, y + tall / 3)
        if any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in taken):
            continue
        taken.append(box)
        drawn.append(f'<text x="{x:.0f}" y="{y:.0f}" font-size="{tall}">{escape(layer.name[row])}</text>')
    return drawn
