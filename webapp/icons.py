"""Draw the app's icons for the screens of phones, from the shape of `static/icon.svg`: `python -m webapp.icons`."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point, Polygon

FOLDER = Path(__file__).resolve().parent / "static" / "icons"
BLUE = (0x0B, 0x5C, 0xAD)
WHITE = (0xFF, 0xFF, 0xFF)
EDGE = 32.0
"""The drawing's own edge; the pin stands in it from (5, 1) to (27, 30)."""

SAFE = 0.62
"""How much of a maskable icon its drawing takes: a phone may cut all but the circle of 80 % in the middle away.
Source: W3C, Web Application Manifest, icon masks."""

SAMPLES = 4
"""Points a pixel's edge is sampled at, for smooth outlines."""


def pin() -> Polygon:
    """The pin without its hole: a half circle above, two cubic curves down to the point."""
    turn = np.linspace(np.pi, 2 * np.pi, 91)
    top = [(16 + 11 * np.cos(one), 12 + 11 * np.sin(one)) for one in turn]
    right = _cubic((27, 12), (27, 17), (23, 21), (16, 30))
    left = _cubic((16, 30), (9, 21), (5, 17), (5, 12))
    return Polygon([*top, *right, *left])


def draw(size: int, *, masked: bool) -> NDArray[np.uint8]:
    """The icon as (size, size, 4) RGBA: a blue pin on nothing, or masked, a white one on blue to every edge."""
    scale = SAFE if masked else 1.0
    middle = (16.0, 15.5)
    fine = size * SAMPLES
    at = ((np.arange(fine) + 0.5) / fine * EDGE - EDGE / 2) / scale
    x, y = np.meshgrid(at + middle[0], at + (middle[1] if masked else EDGE / 2))
    solid = shapely.contains_xy(pin(), x, y)
    hole = shapely.contains_xy(Point(16, 12).buffer(4.5, quad_segs=32), x, y)
    ground, shape = ((*BLUE, 255), (*WHITE, 255)) if masked else ((*BLUE, 0), (*BLUE, 255))
    inner = (*BLUE, 255) if masked else (*WHITE, 255)
    picture = np.empty((fine, fine, 4), np.float64)
    picture[:] = ground
    picture[solid] = shape
    picture[hole] = inner
    small = picture.reshape(size, SAMPLES, size, SAMPLES, 4).mean((1, 3))
    return np.round(small).astype(np.uint8)


def png(picture: NDArray[np.uint8]) -> bytes:
    """RGBA as a PNG file. Source: W3C, Portable Network Graphics, third edition."""
    height, width, _ = picture.shape
    lines = b"".join(b"\0" + row.tobytes() for row in picture)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def icons() -> Iterator[tuple[str, bytes]]:
    """Each icon's file name and content."""
    for size in (192, 512):
        yield f"{size}.png", png(draw(size, masked=False))
        yield f"maskable-{size}.png", png(draw(size, masked=True))
    yield "apple-touch-icon.png", png(draw(180, masked=True))


def main() -> None:
    """Write the icons into `static/icons`."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in icons():
        (FOLDER / name).write_bytes(content)


def _cubic(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """A cubic Bezier curve as 40 points."""
    a, b, c, d = (np.array(point, float) for point in points)
    steps = np.linspace(0, 1, 40)[:, None]
    curve = (1 - steps) ** 3 * a + 3 * (1 - steps) ** 2 * steps * b + 3 * (1 - steps) * steps**2 * c + steps**3 * d
    return [(float(x), float(y)) for x, y in curve]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    main()
