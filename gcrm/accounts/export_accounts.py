"""Export accounts to a file that other programs open, and that the import understands again."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from gcrm.accounts.flat import COLUMNS, flat
from gcrm.accounts.list_accounts import AccountList, list_accounts
from gcrm.accounts.model import Kind, Level
from gcrm.common.language import say
from gcrm.common.spreadsheet import DELIMITERS, no_json, write_csv, write_xlsx
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace

FORMATS = ("csv", "xlsx", "geojson", "gpkg")
DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG"}


@dataclass(frozen=True, slots=True)
class AccountsExported:
    """Where the file is and how many accounts it holds; unplaced ones are in it without a place."""

    file: Path
    format: str
    accounts: int
    unplaced: int


def export_accounts(
    workspace: Workspace,
    out: Path,
    file_format: str = "csv",
    *,
    text: str = "",
    kind: Kind | None = None,
    level: Level | None = None,
    territory: str = "",
    delimiter: str = "comma",
    encoding: str = "utf-8-sig",
) -> AccountsExported:
    """Write accounts to `out`, replacing what is there: csv, xlsx, geojson or gpkg (layer `account`), EPSG:4326.

    delimiter: one of DELIMITERS; delimiter and encoding are those of a csv. No cell is run by a spreadsheet.
    Raises InputRejected for another format, delimiter or encoding, or where nothing can be written; NotFound for a
    territory of another name.
    """
    found = list_accounts(workspace, text=text, kind=kind, level=level, territory=territory)
    return write_accounts(workspace, found, out, file_format, delimiter=delimiter, encoding=encoding)


def write_accounts(
    workspace: Workspace,
    found: AccountList,
    out: Path,
    file_format: str,
    *,
    delimiter: str = "comma",
    encoding: str = "utf-8-sig",
) -> AccountsExported:
    """Write the accounts that were found, as `export_accounts` does."""
    if file_format not in FORMATS:
        raise InputRejected(
            say("There is no format {file_format!r}.", file_format=file_format),
            say("Choose one of {formats}.", formats=", ".join(FORMATS)),
        )
    if delimiter not in DELIMITERS:
        raise InputRejected(
            say("There is no delimiter {delimiter!r}.", delimiter=delimiter),
            say("Choose one of {delimiters}.", delimiters=", ".join(DELIMITERS)),
        )
    with workspace.store.read() as tx:
        closed = tx.activities.closed_down()
    rows = [
        flat(account, found.territories.get(account.territory_id or 0, ""), closed_down=account.id in closed)
        for account in found.accounts
    ]
    try:
        if file_format == "csv":
            lines = ([_cell(value) for value in row.values()] for row in rows)
            write_csv(out, COLUMNS, lines, delimiter=DELIMITERS[delimiter], encoding=encoding)
        elif file_format == "xlsx":
            write_xlsx(out, "Accounts", COLUMNS, (list(row.values()) for row in rows))
        else:
            _write_layer(out, DRIVERS[file_format], rows)
    except OSError as error:
        raise InputRejected(
            say("{out} cannot be written: {why}.", out=out, why=error.strerror or error),
            say("Choose a folder that you may write to."),
        ) from error
    return AccountsExported(out, file_format, len(rows), sum(account.place is None for account in found.accounts))


def _cell(value: str | float | None) -> str:
    """As a cell of a text file; never with an exponent, which spreadsheets and old programs take for a word."""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return "" if value is None else str(value)


def _write_layer(out: Path, driver: str, rows: list[dict[str, Any]]) -> None:
    import geopandas as gpd
    import pandas as pd
    from shapely import Point

    columns = [column for column in COLUMNS if column not in {"lon", "lat"}]
    rows = [{name: no_json(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows]
    points = [Point(row["lon"], row["lat"]) if row["lon"] is not None else None for row in rows]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=points, crs=4326)
    for column in ("visit_every_days", "visit_minutes"):
        frame[column] = frame[column].astype("Int64")
    unfinished = out.with_name(f".part-{out.name}")
    unfinished.unlink(missing_ok=True)
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": "15"} if driver == "GeoJSON" else {}
    frame.to_file(unfinished, driver=driver, layer="account", engine="pyogrio", geometry_type="Point", **options)
    unfinished.replace(out)
