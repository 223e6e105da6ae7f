"""The accounts of a scenario as bytes, from which the page counts by itself with `static/scenario/figures.js`."""

import json
import struct

import numpy as np

from gcrm.territories.scenarios.model import Units

MAGIC = b"GCS1"
ALIGNED = 8
"""Arrays begin at multiples of so many bytes, as typed arrays of a browser must."""


def packed(units: Units) -> bytes:
    """All that the figures of a scenario are made of, little-endian.

    "GCS1", the length of a JSON text as uint32, the text, then the arrays. The text says of each array its type, where
    it begins after the text and how many numbers it has, and the currencies of the revenue. places: 2n degrees,
    EPSG:4326. centre_min: k times n, empty where it is not kept.
    """
    arrays: dict[str, np.ndarray] = {
        "ids": units.account_ids.astype("<f8"),
        "places": units.places.astype("<f8").reshape(-1),
        "now": units.now.astype("<i4"),
        "visits_min": units.visits_min.astype("<f8"),
        "travel_min": units.travel_min.astype("<f8"),
        "visits": units.visits.astype("<f8"),
        "customer": units.customer.astype("<u1"),
        "edges": units.edges.astype("<i4").reshape(-1),
        "area_m2": units.cells.area_m2.astype("<f8"),
        "outside_m": units.cells.outside_m.astype("<f8"),
        "pairs": units.cells.pairs.astype("<i4").reshape(-1),
        "border_m": units.cells.border_m.astype("<f8"),
        "centre_min": (np.zeros(0) if units.centre_min is None else units.centre_min).astype("<f4").reshape(-1),
    }
    if units.potential is not None:
        arrays["potential"] = units.potential.astype("<f8")
    currencies = sorted(units.revenue)
    for number, currency in enumerate(currencies):
        arrays[f"revenue {number}"] = units.revenue[currency].astype("<f8")
    told, parts, at = {}, [], 0
    for name, values in arrays.items():
        content = values.tobytes()
        told[name] = [values.dtype.str.lstrip("<|"), at, values.size]
        padding = -len(content) % ALIGNED
        parts.append(content + b"\0" * padding)
        at += len(content) + padding
    text = json.dumps({"arrays": told, "count": units.count, "currencies": currencies}).encode()
    head = len(MAGIC) + 4 + len(text)
    text += b" " * (-head % ALIGNED)
    return b"".join((MAGIC, struct.pack("<I", len(text)), text, *parts))
