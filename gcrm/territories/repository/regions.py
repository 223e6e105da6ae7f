"""Basic areas, in named sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, update

from gcrm.platform.database.repository import Repository, chunks, not_found, refuse_nul
from gcrm.platform.database.schema import region
from gcrm.platform.database.types import multi_polygon
from gcrm.territories.model import Region
from routing.late import late

if TYPE_CHECKING:
    import shapely
    from geopandas import GeoDataFrame
else:
    shapely = late("shapely")


class Regions(Repository):
    """Regions, sorted by id, which is the order in which they were imported first."""

    def sets(self) -> list[str]:
        """The names of the sets."""
        statement = select(region.c.set_name).distinct().order_by(region.c.set_name)
        return list(self._connection.execute(statement).scalars())

    def state(self) -> list[tuple[str, int, int]]:
        """Of each set its name, how many regions it has, and the last id; a shape that was changed is not seen."""
        rows = self._connection.execute(
            select(region.c.set_name, func.count(), func.max(region.c.id))
            .group_by(region.c.set_name)
            .order_by(region.c.set_name)
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def of_set(self, name: str) -> list[Region]:
        """The regions of a set; none for a name that is not known."""
        rows = self._connection.execute(select(region).where(region.c.set_name == name).order_by(region.c.id))
        return [_region_of(row) for row in rows]

    def names(self) -> list[tuple[str, str]]:
        """Of each region its set and name, without its shape."""
        rows = self._connection.execute(select(region.c.set_name, region.c.name).order_by(region.c.id))
        return [(row[0], row[1]) for row in rows]

    def get(self, region_id: int) -> Region:
        """One region. Raises NotFound."""
        row = self._connection.execute(select(region).where(region.c.id == region_id)).first()
        if row is None:
            raise not_found("region", region_id)
        return _region_of(row)

    def replace_set(self, name: str, regions: Sequence[Region]) -> list[Region]:
        """Make the set hold exactly these; returned in the same order with their ids.

        A name that stays keeps its id, so that territories keep their regions; of several with one name the first
        keeps the first id. Others are deleted, and territories lose them.
        """
        held: dict[str, list[int]] = defaultdict(list)
        rows = self._connection.execute(
            select(region.c.id, region.c.name).where(region.c.set_name == name).order_by(region.c.id)
        )
        for row_id, region_name in rows:
            held[region_name].append(row_id)
        kept = [replace(one, set_name=name, id=held[one.name].pop(0) if held[one.name] else 0) for one in regions]
        gone = [row_id for ids in held.values() for row_id in ids]
        for some in chunks(gone):
            self._connection.execute(delete(region).where(region.c.id.in_(some)))
        same = [one for one in kept if one.id]
        if same:
            self._connection.execute(
                update(region).where(region.c.id == bindparam("row")),
                [{"row": one.id, **_row_of(one)} for one in same],
            )
        new = iter(self._added([one for one in kept if not one.id]))
        touched = self._transaction.touch("region")
        touched.shrunk = touched.shrunk or bool(gone or same)
        touched.grow(one.geometry.bounds for one in kept if not one.geometry.is_empty)
        return [one if one.id else next(new) for one in kept]

    def frame(self, name: str) -> GeoDataFrame:
        """The regions of a set in EPSG:4326: id int64, name, population Int64 (with <NA>), geometry MultiPolygon."""
        import geopandas as gpd
        import pandas as pd

        found = self.of_set(name)
        return gpd.GeoDataFrame(
            {
                "id": pd.Series([one.id for one in found], dtype="int64"),
                "name": pd.Series([one.name for one in found], dtype="object"),
                "population": pd.array([one.population for one in found], dtype="Int64"),
            },
            geometry=gpd.GeoSeries([one.geometry for one in found], crs=4326),
        )

    def _added(self, new: Sequence[Region]) -> list[Region]:
        if not new:
            return []
        ids = self._backend.reserve_ids(self._connection, region, len(new))
        added = [replace(one, id=row_id) for row_id, one in zip(ids, new, strict=True)]
        self._connection.execute(region.insert(), [{"id": one.id, **_row_of(one)} for one in added])
        return added


def _row_of(one: Region) -> dict[str, Any]:
    refuse_nul(one.name, one.set_name)
    return {
        "set_name": one.set_name,
        "name": one.name,
        "geom": multi_polygon(one.geometry),
        "population": one.population,
        "properties": one.properties,
    }


def _region_of(row: Any) -> Region:
    return Region(
        set_name=row.set_name,
        name=row.name,
        # A region that was added in QGIS may have been left without a shape.
        geometry=shapely.MultiPolygon() if row.geom is None else row.geom,
        population=row.population,
        properties=row.properties or {},
        id=row.id,
    )
