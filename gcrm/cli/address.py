"""`gcrm address`: addresses to places and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gcrm.cli.output import answer, as_document, json_option
from gcrm.workspace import open_workspace
from routing.points import LonLat, as_points

if TYPE_CHECKING:
    from gcrm.geocoding import Candidate


class LonLatType(click.ParamType):  # type: ignore[type-arg]
    """LON,LAT in degrees."""

    name = "lon,lat"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> LonLat:
        """Read "9.52,47.14". Fails as a usage error where it is no place on Earth."""
        if isinstance(value, LonLat):
            return value
        try:
            lon, lat = as_points([tuple(float(part) for part in str(value).split(","))])[0]  # type: ignore[list-item]
        except ValueError:
            self.fail(f"{value!r} is no place. Give LON,LAT in degrees, longitude first: 9.5215,47.1410.", param, ctx)
        return LonLat(float(lon), float(lat))


@click.group()
def address() -> None:
    """Addresses to places and back, from the current area's own data."""


@address.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", default=5, show_default=True, help="Most answers.")
@json_option
def find(text: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find an address; typing errors, abbreviations and missing parts are forgiven."""
    from gcrm.geocoding.find_address import find_address

    found = find_address(open_workspace(), " ".join(text), limit)
    answer(
        [as_document(one) for one in found],
        as_json,
        lambda: "\n".join(map(_line, found)) or "Nothing is good enough.",
    )


@address.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", default=8, show_default=True, help="Most suggestions.")
@json_option
def suggest(text: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Suggest addresses for what is typed so far."""
    from gcrm.geocoding.find_address import suggest_address

    found = suggest_address(open_workspace(), " ".join(text), limit)
    answer(
        [as_document(one) for one in found],
        as_json,
        lambda: "\n".join(map(_line, found)) or "Nothing begins like that.",
    )


# A longitude west of Greenwich begins like an option.
@address.command(context_settings={"ignore_unknown_options": True})
@click.argument("place", type=LonLatType())
@json_option
def reverse(place: LonLat, as_json: bool) -> None:
    """The address nearest to LON,LAT (degrees, longitude first), with its distance; `at` is the same."""
    from gcrm.geocoding.find_address import address_at
    from routing.geodesy import distance_m

    found = address_at(open_workspace(), place)
    answer(
        [as_document(found) | {"distance_m": round(distance_m(place, found.place), 1)}] if found else [],
        as_json,
        lambda: f"{_line(found)}  {found.matched}" if found else "No address is known within 200 m of there.",
    )


address.add_command(reverse, "at")


def _line(one: Candidate) -> str:
    several = f"  one of {one.equal} equal answers" if one.equal > 1 else ""
    ignored = f"  ignored: {one.ignored}" if one.ignored else ""
    return f"{one.confidence:4.2f}  {one.level.value:<12} {one.lon:.6f},{one.lat:.6f}  {one.label}{several}{ignored}"
