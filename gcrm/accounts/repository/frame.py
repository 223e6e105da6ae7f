"""Accounts in bulk, as a GeoDataFrame with a stated schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gcrm.accounts.repository.rows import COLUMNS
from routing.late import late

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely
else:
    gpd = late("geopandas")
    np = late("numpy")
    pd = late("pandas")
    shapely = late("shapely")

_WHOLE = ("visit_every_days", "visit_minutes", "territory_id")
_INSTANTS = ("placed_at", "created_at", "updated_at")


def account_frame(rows: Sequence[Sequence[Any]]) -> gpd.GeoDataFrame:
    """Rows of COLUMNS as a frame in EPSG:4326, geometry Point or None where an account is not placed.

    Columns are those of the table `account`: id int64; visit_every_days, visit_minutes and territory_id Int64 (with
    <NA>); confidence float64; territory_locked bool; last_visit datetime64[s] (NaT: never); placed_at, created_at and
    updated_at datetime64[us, UTC]; all others text, "" where nothing is known.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    values = {column.name: list(cells) for column, cells in zip(COLUMNS, columns, strict=True)}
    places = values.pop("geom")
    points = np.array([(np.nan, np.nan) if place is None else place for place in places], dtype=np.float64)
    points = points.reshape(-1, 2)
    geometry = np.full(len(points), None, dtype=object)
    placed = ~np.isnan(points[:, 0])
    geometry[placed] = shapely.points(points[placed])
    frame = pd.DataFrame(
        {
            name: pd.array(cells, dtype="Int64")
            if name in _WHOLE
            else pd.Series(pd.to_datetime(cells, utc=True)).astype("datetime64[us, UTC]")
            if name in _INSTANTS
            else cells
            for name, cells in values.items()
        }
    )
    frame["last_visit"] = np.array(values["last_visit"], dtype="datetime64[s]")
    frame = frame.astype({"id": "int64", "confidence": "float64", "territory_locked": "bool"})
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(geometry, crs=4326))
