"""Accounts with codes of their fields in a few bytes each, for a browser to draw, colour and choose from."""

import json
import struct
from collections.abc import Mapping, Sequence

import numpy as np

from gcrm.common.language import say

MAGIC = b"GCA2"
DEGREE = 1e6
"""Coordinates are sent as whole millionths of a degree from the least one: about 10 cm."""


def encode_fields(
    ids: np.ndarray,
    places: np.ndarray,
    fields: Sequence[tuple[str, str, Sequence[str], np.ndarray]],
    said: Mapping[str, str] | None = None,
) -> bytes:
    """Pack n points. ids: (n,) ascending; places: (n, 2) degrees, EPSG:4326; fields: key, label, values, (n,) codes.

    said: labels and values that are shown in other words than they are kept in.

    "GCA2", the length of a JSON text as uint32, the text, then bytes: of the steps between ids, of the longitudes and
    of the latitudes, each as four planes from the least to the most significant byte, which gzip makes small; then the
    codes of each field, those of two bytes as two planes. Raises ValueError for a place that is not on Earth.
    """
    lon, lat = places[:, 0], places[:, 1]
    if not ((np.abs(lon) <= 180).all() and (np.abs(lat) <= 90).all()):
        raise ValueError(say("A point is not on Earth. Leave out accounts that have no place."))
    west, south = (float(lon.min()), float(lat.min())) if len(ids) else (0.0, 0.0)
    told = {
        "n": len(ids),
        "west": west,
        "south": south,
        "degree": DEGREE,
        "said": dict(said or {}),
        "fields": [
            {"key": key, "label": label, "values": list(values), "bytes": int(codes.dtype.itemsize)}
            for key, label, values, codes in fields
        ],
    }
    text = json.dumps(told, ensure_ascii=False).encode()
    steps = np.diff(ids, prepend=0)
    parts = [
        *_planes(steps.astype("<u4"), 4),
        *_planes(np.rint((lon - west) * DEGREE).astype("<u4"), 4),
        *_planes(np.rint((lat - south) * DEGREE).astype("<u4"), 4),
        *(plane for *_, codes in fields for plane in _planes(codes, int(codes.dtype.itemsize))),
    ]
    return b"".join((MAGIC, struct.pack("<I", len(text)), text, *parts))


def _planes(values: np.ndarray, count: int) -> list[bytes]:
    bytes_ = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), count)
    return [bytes_[:, plane].tobytes() for plane in range(count)]
