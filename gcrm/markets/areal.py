"""Numbers of one set of regions carried over to another: over buildings where they are known, else over land.

total(t) = sum over sources s of value(s) * weight(s and t) / weight(s), where weight is the floor area of homes, or
where a source has none its area of land. Means are carried as totals over heads. Sources: Goodchild and Lam (1980),
Geo-Processing 1, 297-312; Wright (1936), Geographical Review 26, 103-110.

Ours, and not tobler's: that brings 22 packages, rasterio, statsmodels and scikit-learn among them, for what is a
weighted sum here, and it has no weights by floor area.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from gcrm.areas.homes import Homes
from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected, NotFound, NotReady
from gcrm.territories.model import Region
from gcrm.territories.statistics import PEOPLE, numeric_columns, statistic
from gcrm.workspace import Workspace

Floats = NDArray[np.float64]

BORDER = 0.1
"""Borders drawn by two hands never agree, and mountains beyond the last house are no loss: so much may be unmapped."""
BUILDINGS, LAND, AUTO = to_say("buildings"), to_say("land"), "auto"
WHOLE = 1e-9
"""A share this near to 0 is a border that two drawings share."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What each target region got, in their order; NaN where no source touches it or none that does knows a value.

    covered: (m,) the share of each target's ground that sources with a value cover, 0 to 1. lost: how much of the
    sources' sum fell outside all targets, 0 for means. over_buildings: how many of `sources` were spread over homes.
    """

    values: Floats
    covered: Floats
    lost: float
    sources: int
    over_buildings: int


def carry(
    sources: Sequence[Region],
    values: Floats,
    targets: Sequence[Region],
    homes: Homes | None = None,
    *,
    mapped: BaseGeometry | None = None,
    heads: Floats | None = None,
) -> Carried:
    """Carry values, (n,) with NaN where not known, from sources to targets.

    homes: what values are spread over, by floor area; evenly over the land where there are none. mapped: the ground
    that is known to hold no other homes, EPSG:4326, everywhere if not given; what of a source lies beyond is land.
    heads: (n,), then values are means over so many, and means are told.
    """
    known = [number for number in range(len(sources)) if np.isfinite(values[number]) and not _is_empty(sources[number])]
    if heads is not None:
        known = [number for number in known if np.isfinite(heads[number]) and heads[number] > 0]
    total, weight = np.zeros(len(targets)), np.zeros(len(targets))
    ground, covered = np.zeros(len(targets)), np.zeros(len(targets))
    if not known or not targets:
        return Carried(np.full(len(targets), np.nan), covered, 0.0, len(known), 0)
    flat = _plane([sources[number] for number in known] + list(targets))
    shapes, ends = flat[: len(known)], flat[len(known) :]
    ground[:] = shapely.area(ends)
    tree = shapely.STRtree(ends)
    over_buildings, kept = 0, 0.0
    for number, shape in zip(known, shapes, strict=True):
        near = np.sort(tree.query(shape, predicate="intersects"))
        shared = shapely.area(shapely.intersection(shape, ends[near]))
        covered[near] += shared
        share = shared / shape.area if shape.area else np.zeros(len(near))
        if homes is not None and len(homes):
            by_floor = _floor_shares(homes, sources[number], [targets[one] for one in near], mapped)
            if by_floor is not None:
                share = by_floor
                over_buildings += 1
        amount = values[number] if heads is None else values[number] * heads[number]
        total[near] += amount * share
        weight[near] += (1.0 if heads is None else heads[number]) * share
        kept += values[number] * min(1.0, float(share.sum()))
    share_of_ground = np.divide(covered, ground, out=np.zeros(len(targets)), where=ground > 0)
    reached = weight > WHOLE
    touched = reached if heads is not None else share_of_ground > WHOLE
    told = np.divide(total, weight, out=np.zeros(len(targets)), where=reached) if heads is not None else total
    lost = 0.0 if heads is not None else float(np.nansum(values[known]) - kept)
    return Carried(np.where(touched, told, np.nan), np.minimum(1.0, share_of_ground), lost, len(known), over_buildings)


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """One region: its value, None where no source knows any; covered: share of its ground that sources cover."""

    id: int
    name: str
    value: float | None
    covered: float


@dataclass(frozen=True, slots=True)
class CarriedColumn:
    """One column of one set carried to another. lost: of its sum, outside all targets. method: how it was spread."""

    source: str
    target: str
    column: str
    rows: tuple[CarriedRow, ...]
    total: float
    lost: float
    method: str
    kept_as: str
    remark: str


def carry_column(
    workspace: Workspace,
    source: str,
    target: str,
    column: str = PEOPLE,
    *,
    by: str = AUTO,
    mean: bool = False,
    keep_as: str = "",
) -> CarriedColumn:
    """Carry a column of one set of regions to the regions of another.

    column: "people", "households", or a column as its file calls it. by: "buildings", "land", or "auto" for buildings
    where the extract has some. mean: the column holds means over people, as incomes are. keep_as: the name under which
    the target regions keep it, "people" for their population; not kept if "".
    Raises NotFound for a set or column that is not there, InputRejected for one set twice.
    """
    if source == target:
        raise InputRejected(say("Both sets are the same."), say("Name two sets of regions."))
    with workspace.store.read() as tx:
        sets = tx.regions.sets()
        for name in (source, target):
            if name not in sets:
                raise NotFound(
                    say("There are no regions called {name!r}.", name=name),
                    say("The sets are {sets}.", sets=", ".join(sets) or say("none")),
                )
        sources, targets = tx.regions.of_set(source), tx.regions.of_set(target)
    values = np.array([_or_nan(statistic(one, column)) for one in sources])
    if not np.isfinite(values).any():
        there = ", ".join([PEOPLE, *numeric_columns(sources)][:12])
        raise NotFound(
            say("No region of {source} has a number for {column!r}.", source=source, column=column),
            say("There are {there}.", there=there),
        )
    heads = np.array([_or_nan(statistic(one, PEOPLE)) for one in sources]) if mean else None
    if heads is not None and not np.isfinite(heads).any():
        heads = np.ones(len(sources))
    homes, mapped, remark = _homes(workspace, by)
    found = carry(sources, values, targets, homes, mapped=mapped, heads=heads)
    rows = tuple(
        CarriedRow(one.id, one.name, None if np.isnan(value) else float(value), round(float(covered), 4))
        for one, value, covered in zip(targets, found.values, found.covered, strict=True)
    )
    if keep_as:
        _keep(workspace, target, keep_as, found.values)
    method = say(LAND) if not found.over_buildings else say(BUILDINGS)
    if 0 < found.over_buildings < found.sources:
        method = say("buildings, and land where none are mapped")
    return CarriedColumn(source, target, column, rows, float(np.nansum(values)), found.lost, method, keep_as, remark)


def _homes(workspace: Workspace, by: str) -> tuple[Homes | None, BaseGeometry | None, str]:
    """The homes, where they are mapped, and why there are none."""
    if by == LAND:
        return None, None, ""
    try:
        area = workspace.areas.current()
        if len(area.homes):
            return area.homes, shapely.make_valid(area.boundary), ""
    except NotReady:
        pass
    if by == BUILDINGS:
        raise NotReady(say("No buildings are known."), say("Import an area: `gcrm area import`, or spread by land."))
    why = say(
        "No buildings are known, so everything is spread evenly over the land. Import an area: `gcrm area import`."
    )
    return None, None, why


def _keep(workspace: Workspace, target: str, keep_as: str, values: Floats) -> None:
    with workspace.store.write() as tx:
        now = tx.regions.of_set(target)
        known = [None if np.isnan(value) else float(value) for value in values]
        if keep_as == PEOPLE:
            changed = [
                replace(one, population=None if value is None else round(value))
                for one, value in zip(now, known, strict=True)
            ]
        else:
            changed = [
                replace(one, properties={**one.properties, keep_as: value})
                for one, value in zip(now, known, strict=True)
            ]
        tx.regions.replace_set(target, changed)


def _plane(regions: Sequence[Region]) -> NDArray[np.object_]:
    """All of them on one equal-area plane, sound."""
    shapes = np.array([one.geometry for one in regions], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    about = f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +ellps=WGS84 +units=m"
    to_plane = Transformer.from_crs("EPSG:4326", about, always_xy=True)
    flat = shapely.transform(shapes, lambda xy: np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1])))
    wrong = ~shapely.is_valid(flat)
    flat[wrong] = shapely.make_valid(flat[wrong], method="structure", keep_collapsed=False)
    return np.asarray(flat, dtype=object)


def _floor_shares(
    homes: Homes, source: Region, targets: Sequence[Region], mapped: BaseGeometry | None
) -> Floats | None:
    """The share of a source's floors that lie in each target, None where it has none.

    Where only a part of the source is mapped, that part has its share of the land, and the rest is spread over land.
    """
    rows = homes.inside(source.geometry)
    floor = homes.floor_m2[rows]
    if not len(rows) or not floor.sum():
        return None
    known, beyond = 1.0, np.zeros(len(targets))
    if mapped is not None and not mapped.covers(source.geometry):
        outside = shapely.difference(shapely.make_valid(source.geometry), mapped)
        # Square degrees: only their ratio within one region counts.
        whole = shapely.area(source.geometry)
        unknown = shapely.area(outside) / whole if whole else 0.0
        if unknown > BORDER:
            known = 1.0 - unknown
            beyond = shapely.area(shapely.intersection(outside, [one.geometry for one in targets])) / whole
    found = np.zeros(len(targets))
    for number, one in enumerate(targets):
        shapely.prepare(one.geometry)
        inside = np.asarray(shapely.intersects_xy(one.geometry, homes.lon[rows], homes.lat[rows]), dtype=bool)
        found[number] = floor[inside].sum() / floor.sum()
    return np.asarray(known * found + beyond, dtype=np.float64)


def _is_empty(region: Region) -> bool:
    shape: BaseGeometry = region.geometry
    return bool(shape.is_empty)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
