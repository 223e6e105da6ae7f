"""Regions (municipalities, postcodes, sales areas) and the territories that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely import MultiPolygon


@dataclass(frozen=True, slots=True)
class Region:
    """One basic area of a named set of regions ("municipalities"). geometry is EPSG:4326; population may be unknown."""

    set_name: str
    name: str
    geometry: MultiPolygon
    population: int | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Territory:
    """What one rep looks after: whole regions, postcodes, and single accounts that are locked to it.

    postcodes: as gcrm.common.postcode_ranges reads them: "9490-9498", "9485", "SW1*".
    """

    name: str
    rep_id: int
    region_ids: tuple[int, ...] = ()
    id: int = 0
    postcodes: tuple[str, ...] = ()
