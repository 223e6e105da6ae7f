"""Businesses that somebody does not want as prospects, so that they are not offered again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gcrm.common.text import joined, tokens
from routing.geodesy import distance_m
from routing.late import late
from routing.points import LonLat

if TYPE_CHECKING:
    import numpy as np
else:
    np = late("numpy")

SAME_M = 100.0
"""Within this of each other a name is the same business, whatever number a newer extract gives it."""


@dataclass(frozen=True, slots=True)
class RefusedProspect:
    """A business that was refused. key: its number in OpenStreetMap ("n280014962"); user_id: who said so."""

    key: str
    name: str
    place: LonLat
    reason: str
    at: datetime
    user_id: int | None = None
    id: int = 0


def rows_refused(
    keys: Sequence[str], names: Sequence[str], points: Iterable[tuple[float, float]], refused: Sequence[RefusedProspect]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which businesses were refused, (n,): those of a refused number, and those of a refused name at its place."""
    numbers = {one.key for one in refused}
    by_name: dict[str, list[RefusedProspect]] = {}
    for one in refused:
        by_name.setdefault(joined(tokens(one.name)), []).append(one)
    return np.array(
        [
            key in numbers
            or any(distance_m(place, one.place) <= SAME_M for one in by_name.get(joined(tokens(name)), ()))
            for key, name, place in zip(keys, names, points, strict=True)
        ],
        dtype=np.bool_,
    )
