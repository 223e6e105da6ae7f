"""Regions (municipalities, postcodes, sales areas) and the territories that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Change:
    """A number of a region that a table has changed. before: None where it was not known; was_known tells the two."""

    region_id: int
    column: str
    before: Any
    was_known: bool
    after: float | None


@dataclass(frozen=True, slots=True)
class StatisticsJoin:
    """A table that was joined to the regions of a set, with what they knew before, so that it can be taken back."""

    set_name: str
    file: str
    at: datetime
    columns: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    user_id: int | None = None
    undone: bool = False
    id: int = 0
