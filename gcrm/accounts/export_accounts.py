"""Export accounts to a file that other programs open, and that the import understands again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcrm.accounts.flat import COLUMNS, cells, flat
from gcrm.accounts.list_accounts import list_accounts
from gcrm.accounts.model import Kind
from gcrm.common.spreadsheet import write_csv
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace

FORMATS = ("csv", "geojson", "gpkg")
DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG"}


@dataclass(frozen=True, slots=True)
class AccountsExported:
    """Where the file is and how many accounts it holds; unplaced ones are in it without a place."""

    file: Path
    format: str
    accounts: int
    unplaced: int


def export_accounts(
    workspace: Workspace, out: Path, file_format: str = "csv", *, text: str = "", kind: Kind | None = None
) -> AccountsExported:
    """Write accounts to `out`, replacing what is there; csv, geojson or gpkg (layer `account`), EPSG:4326.

    No cell of a csv is run by a spreadsheet. Raises InputRejected for another format, or where nothing can be written.
    """
    if file_format not in FORMATS:
        raise InputRejected(f"There is no format {file_format!r}.", f"Choose one of {', '.join(FORMATS)}.")
    found = list_accounts(workspace, text=text, kind=kind)
    rows = [(account, found.territories.get(account.territory_id or 0, "")) for account in found.accounts]
    try:
        if file_format == "csv":
            write_csv(out, COLUMNS, (cells(account, territory) for account, territory in rows))
        else:
            _write_layer(out, DRIVERS[file_format], [flat(account, territory) for account, territory in rows])
    except OSError as error:
        raise InputRejected(
            f"{out} cannot be written: {error.strerror or error}.", "Choose a folder that you may write to."
        ) from error
    return AccountsExported(out, file_format, len(rows), sum(account.place is None for account, _ in rows))


def _write_layer(out: Path, driver: str, rows: list[dict[str, Any]]) -> None:
    import geopandas as gpd
    import pandas as pd
    from shapely import Point

    columns = [column for column in COLUMNS if column not in {"lon", "lat"}]
    points = [Point(row["lon"], row["lat"]) if row["lon"] is not None else None for row in rows]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=points, crs=4326)
    for column in ("visit_every_days", "visit_minutes"):
        frame[column] = frame[column].astype("Int64")
    unfinished = out.with_name(f".part-{out.name}")
    unfinished.unlink(missing_ok=True)
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": "9"} if driver == "GeoJSON" else {}
    frame.to_file(unfinished, driver=driver, layer="account", engine="pyogrio", geometry_type="Point", **options)
    unfinished.replace(out)
