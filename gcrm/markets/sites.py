"""Places that people go to, from a list: name, coordinates, and where known size and sales."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import say
from gcrm.common.text import tokens
from gcrm.imports.read import read_table
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

SITES_MOST = 200
COLUMNS = {
    "name": ("name", "store", "site", "shop", "filiale", "standort"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "lat": ("lat", "latitude", "y"),
    "size": ("size", "area", "salesarea", "sqm", "m2", "floor", "flaeche"),
    "sales": ("sales", "revenue", "turnover", "umsatz", "annualsales"),
}
"""Headings of a list of sites."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place that people go to. size: in any unit, the same for all; sales: None if not known; ours: asked about."""

    name: str
    place: LonLat
    size: float = 1.0
    sales: float | None = None
    ours: bool = False


def read_sites(file: Path) -> list[Site]:
    """A list of sites: name, lon, lat, and where known size and sales. Raises InputRejected for what is none."""
    table = read_table(file)
    headings = ["".join(tokens(each)) for each in table.headings]
    at = {
        field: next((headings.index(word) for word in words if word in headings), None)
        for field, words in COLUMNS.items()
    }
    if at["lon"] is None or at["lat"] is None:
        raise InputRejected(
            say("{file} has no columns of coordinates.", file=file.name),
            say("Name them lon and lat, in degrees."),
        )
    sites = []
    for number, row in enumerate(table.rows, start=1):

        def cell(field: str, cells: Sequence[str] = tuple(row.cells)) -> str:
            position = at[field]
            return cells[position].strip() if position is not None and position < len(cells) else ""

        place = LonLat(_number(cell("lon"), file, row.number), _number(cell("lat"), file, row.number))
        size = _number(cell("size"), file, row.number) if cell("size") else 1.0
        sales = _number(cell("sales"), file, row.number) if cell("sales") else None
        if size <= 0:
            raise InputRejected(
                say("Line {number} of {file} has the size {size:g}.", number=row.number, file=file.name, size=size),
                say("Give one above 0."),
            )
        sites.append(Site(cell("name") or say("Site {place}", place=number), place, size, sales))
    return sites


def _number(text: str, file: Path, line: int) -> float:
    """A number of a list. Raises InputRejected."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace("'", "")
    try:
        value = float(plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain.replace(",", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputRejected(
            say("Line {line} of {file} has {given!r} for a number.", line=line, file=file.name, given=text[:40]),
            say("Write it as 1234.5."),
        )
    return value
