"""Accounts as a few bytes each, for a browser to draw."""

import struct
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gcrm.common.language import say

MAGIC = b"GCA1"
DEGREE = 1e7
"""Coordinates are sent as whole 1e-7 degrees, which is about a centimetre."""

PROSPECT = 1
PRIORITY_SHIFT = 1
OVERDUE = 8
APPROXIMATE = 16
PRIORITIES = "ABC"


def ranks(priorities: Iterable[str]) -> NDArray[np.uint8]:
    """Priorities as `flags` takes them: 0 for "A", 1 for "B", 2 for "C"."""
    return np.fromiter((PRIORITIES.index(letter) for letter in priorities), dtype=np.uint8)


def flags(prospect: ArrayLike, priority: ArrayLike, overdue: ArrayLike, approximate: ArrayLike) -> NDArray[np.uint8]:
    """What decides a point's look, in one byte: bit 0 prospect, bits 1-2 priority, 3 overdue, 4 approximate.

    All arguments have the same length n; priority: as `ranks` gives it; approximate means not placed to a house itself.
    """
    out = np.asarray(prospect, dtype=bool) * PROSPECT + (np.asarray(priority, dtype=np.uint8) << PRIORITY_SHIFT)
    out = out + np.asarray(overdue, dtype=bool) * OVERDUE + np.asarray(approximate, dtype=bool) * APPROXIMATE
    return np.asarray(out, dtype=np.uint8)


def encode(ids: ArrayLike, lon: ArrayLike, lat: ArrayLike, flag: ArrayLike) -> bytes:
    """Pack points into 13 bytes each.

    Little-endian: "GCA1", n as uint32, n lon and n lat as int32 in 1e-7 degrees, n ids as uint32, n flags as uint8.
    ids, lon, lat, flag: n values each; lon and lat in degrees, EPSG:4326. Raises ValueError for a coordinate that is
    not finite or not on Earth, or where the lengths differ.
    """
    lons, lats = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    numbers, looks = np.asarray(ids, dtype="<u4"), np.asarray(flag, dtype=np.uint8)
    if not lons.shape == lats.shape == numbers.shape == looks.shape:
        raise ValueError(
            say(
                "Give as many ids, longitudes, latitudes and flags: {shape}, {shape_2}.",
                shape=numbers.shape,
                shape_2=lons.shape,
            )
        )
    if not ((np.abs(lons) <= 180).all() and (np.abs(lats) <= 90).all()):
        raise ValueError(say("A point is not on Earth. Leave out accounts that have no place."))
    return b"".join(
        (
            MAGIC,
            struct.pack("<I", len(numbers)),
            np.rint(lons * DEGREE).astype("<i4").tobytes(),
            np.rint(lats * DEGREE).astype("<i4").tobytes(),
            numbers.tobytes(),
            looks.tobytes(),
        )
    )
