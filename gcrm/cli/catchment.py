"""`gcrm catchment`: what is within reach of a place."""

from typing import Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.platform.errors import InputRejected
from gcrm.workspace import open_workspace
from routing.points import LonLat


@click.command()
@click.option("--at", required=True, metavar="LON,LAT", help="The place, longitude first: 9.5215,47.1410.")
@click.option("--minutes", default="10,20,30", show_default=True, metavar="N,N,...", help="Minutes by car.")
@json_option
def catchment(at: str, minutes: str, as_json: bool) -> None:
    """Count customers, prospects, people and points of interest within minutes by car of a place.

    With --json it prints a GeoJSON FeatureCollection, one feature for each number of minutes.
    """
    from gcrm.markets.catchment import catchment as catchment_of

    lon, lat = _numbers(at, "--at", 2)
    workspace = open_workspace()
    found = catchment_of(workspace, LonLat(lon, lat), _numbers(minutes, "--minutes"))
    workspace.close()
    answer(found, as_json, lambda: _text(found))


def _numbers(text: str, option: str, count: int | None = None) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        numbers = []
    if not numbers or (count and len(numbers) != count):
        wanted = "longitude and latitude, as 9.5215,47.1410" if count else "minutes, as 10,20,30"
        raise InputRejected(f"{option} is {text!r}.", f"Give {wanted}.")
    return numbers


def _text(found: dict[str, Any]) -> str:
    if found["remark"]:
        return str(found["remark"])
    lines = [f"{'':>8} {'km2':>8} {'customers':>10} {'prospects':>10} {'people':>9} {'places':>7}"]
    for feature in found["features"]:
        one = feature["properties"]
        people = "" if one["people"] is None else f"{one['people']:,}"
        lines.append(
            f"{one['minutes']:>4g} min {one['area_km2']:>8.1f} {one['customers']:>10,} {one['prospects']:>10,}"
            f" {people:>9} {one['points_of_interest']:>7,}"
        )
    source = found["people_source"]
    if source:
        lines.append(
            f"People by {source['set_name']}, as if they lived evenly all over each region;"
            f" it covers {source['covers']:.0%} of the widest area."
        )
    else:
        lines.append("People are not known: no regions with a population cover the place.")
    widest = max(found["features"], key=lambda feature: feature["properties"]["minutes"])["properties"]
    if widest["best_prospects"]:
        lines.append("Prospects to visit first:")
    lines += [f"  {one['name']}, {one['address']} ({one['minutes']:g} min)" for one in widest["best_prospects"]]
    return "\n".join(lines)
