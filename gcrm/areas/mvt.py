"""Mapbox vector tiles, written from NumPy arrays.

Source: Mapbox Vector Tile specification 2.1. The `mapbox-vector-tile` package needs 165 ms for a tile of central
Helsinki (2,700 shapes), this 12: it writes the coordinates of a whole layer at once instead of one by one. The tests
read the tiles with that package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
_MOVE_TO_ONE, _LINE_TO, _CLOSE = 9, 2, 15

Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class TileLayer:
    """One layer of a tile.

    shapes: Point, or LineString and MultiLineString, or Polygon and MultiPolygon; one family; x right, y down, in units
    of the tile from 0 to EXTENT. properties: a text a shape, "" where it has none; no column for what no shape has.
    """

    name: str
    shapes: Shapes
    properties: Mapping[str, Sequence[str]]


def encode(layers: Sequence[TileLayer]) -> bytes:
    """The tile as bytes, b"" where nothing is left after rounding. Layers of the same name become one."""
    names = dict.fromkeys(layer.name for layer in layers)
    parts = (_layer(name, [layer for layer in layers if layer.name == name]) for name in names)
    return b"".join(_field(3, part) for part in parts if part)


def _layer(name: str, layers: Sequence[TileLayer]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[str, int] = {}
    features: list[bytes] = []
    for layer in layers:
        kind, bodies = _geometries(layer.shapes)
        columns = [(keys.setdefault(key, len(keys)), texts) for key, texts in layer.properties.items()]
        head = bytes((0x18, kind))
        for row, body in enumerate(bodies):
            if not body:
                continue
            tags = b"".join(
                _varint(key) + _varint(values.setdefault(texts[row], len(values)))
                for key, texts in columns
                if texts[row]
            )
            features.append(_field(2, (_field(2, tags) if tags else b"") + head + _field(4, body)))
    if not features:
        return b""
    return b"".join(
        (
            b"\x78\x02",
            _field(1, name.encode()),
            *features,
            *(_field(3, key.encode()) for key in keys),
            *(_field(4, _field(1, value.encode())) for value in values),
            b"\x28" + _varint(EXTENT),
        )
    )


def _geometries(shapes: Shapes) -> tuple[int, list[bytes]]:
    """The kind of the shapes, and for each its commands, b"" where it vanishes."""
    if not len(shapes):
        return LINE, []
    dimension = int(shapely.get_dimensions(shapes[0]))
    if dimension == 0:
        return POINT, _points(shapes)
    parts, feature_of_part = shapely.get_parts(shapes, return_index=True)
    if dimension == 1:
        return LINE, _paths(parts, feature_of_part, len(shapes), closed=False)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    first = np.diff(part_of_ring, prepend=-1) != 0
    return POLYGON, _paths(rings, feature_of_part[part_of_ring], len(shapes), closed=True, exterior=first)


def _points(shapes: Shapes) -> list[bytes]:
    at = np.rint(shapely.get_coordinates(shapes)).astype(np.int64)
    words = np.column_stack([np.full(len(at), _MOVE_TO_ONE), _zigzag(at)])
    data, ends = _varints(words.ravel())
    return _cut(data, np.concatenate([[0], ends[2::3]]))


def _paths(
    paths: Shapes, feature: Ints, count: int, *, closed: bool, exterior: NDArray[np.bool_] | None = None
) -> list[bytes]:
    """Commands for lines, or for rings (which the specification wants clockwise outside, counter-clockwise inside)."""
    coordinates, path = shapely.get_coordinates(paths, return_index=True)
    at = np.rint(coordinates).astype(np.int64)
    has_surface = np.ones(len(paths), dtype=np.bool_)
    if exterior is not None:
        at, has_surface = _turned(at, path, exterior)
    # Points that fall on the one before are left out; so is the last point of a ring, which closes by a command.
    same_path = np.diff(path, prepend=-1) == 0
    keep = ~(same_path & (np.diff(at, axis=0, prepend=at[:1] + 1) == 0).all(axis=1))
    if closed:
        keep &= np.diff(path, append=-1) == 0
    at, path = at[keep], path[keep]
    lengths = np.bincount(path, minlength=len(paths))
    lasting = (lengths >= (3 if closed else 2)) & has_surface
    if exterior is not None:
        # A hole goes with the polygon that it is in.
        owner = np.cumsum(exterior) - 1
        lasting &= lasting[np.flatnonzero(exterior)][owner]
    at = at[lasting[path]]
    lengths, feature = lengths[lasting], feature[lasting]
    if not len(at):
        return [b""] * count
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    first_of_feature = starts[np.diff(feature, prepend=-1) != 0]
    steps = np.diff(at, axis=0, prepend=0)
    steps[first_of_feature] = at[first_of_feature]
    words, word_ends = _commands(_zigzag(steps), starts, lengths, closed=closed)
    data, byte_ends = _varints(words)
    path_ends = byte_ends[word_ends - 1]
    last_of_feature = np.diff(feature, append=-1) != 0
    bodies = [b""] * count
    pieces = _cut(data, np.concatenate([[0], path_ends[last_of_feature]]))
    for position, piece in zip(feature[last_of_feature].tolist(), pieces, strict=True):
        bodies[position] = piece
    return bodies


def _commands(steps: Ints, starts: Ints, lengths: Ints, *, closed: bool) -> tuple[Ints, Ints]:
    """The command words of all paths one after another, and where each path ends."""
    sizes = 2 * lengths + 2 + closed
    ends = np.cumsum(sizes)
    begins = ends - sizes
    words = np.empty(int(ends[-1]), dtype=np.int64)
    words[begins] = _MOVE_TO_ONE
    words[begins + 3] = ((lengths - 1) << 3) | _LINE_TO
    if closed:
        words[ends - 1] = _CLOSE
    within = np.arange(len(steps)) - np.repeat(starts, lengths)
    place = np.repeat(begins, lengths) + 1 + 2 * within + (within > 0)
    words[place], words[place + 1] = steps[:, 0], steps[:, 1]
    return words, ends


def _turned(at: Ints, path: Ints, exterior: NDArray[np.bool_]) -> tuple[Ints, NDArray[np.bool_]]:
    """The points with outer rings clockwise on the screen and inner ones the other way; which enclose something."""
    sizes = np.bincount(path, minlength=len(exterior))
    ends = np.cumsum(sizes)
    starts = ends - sizes
    cross = np.zeros(len(at), dtype=np.int64)
    cross[:-1] = at[:-1, 0] * at[1:, 1] - at[1:, 0] * at[:-1, 1]
    cross[ends - 1] = 0
    area = np.add.reduceat(cross, starts)
    wrong = ((area > 0) != exterior)[path]
    order = np.arange(len(at))
    order[wrong] = (starts + ends - 1)[path[wrong]] - order[wrong]
    return at[order], area != 0


def _zigzag(numbers: Ints) -> Ints:
    return (numbers << 1) ^ (numbers >> 63)


def _varints(words: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """Base-128 numbers one after another, and where each ends."""
    sizes = np.ones(len(words), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        sizes += words >= (1 << bits)
    ends = np.cumsum(sizes)
    data = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    begins = ends - sizes
    for place in range(int(sizes.max(initial=0))):
        has = sizes > place
        more = (sizes[has] > place + 1).astype(np.int64) << 7
        data[begins[has] + place] = ((words[has] >> (7 * place)) & 0x7F) | more
    return data, ends


def _cut(data: NDArray[np.uint8], borders: Ints) -> list[bytes]:
    whole, places = data.tobytes(), borders.tolist()
    return [whole[places[i] : places[i + 1]] for i in range(len(places) - 1)]


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, body: bytes) -> bytes:
    return bytes((number << 3 | 2,)) + _varint(len(body)) + body
