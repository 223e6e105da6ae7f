"""`gcrm catchment`: what is within reach of a place, or of several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.common.text import listed_words
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from gcrm.markets.places import NamedPlace

DASH = "-"


@click.command()
@click.option("--at", "spots", multiple=True, metavar="LON,LAT", help="The place, longitude first: 9.5215,47.1410.")
@click.option("--account", "accounts", multiple=True, type=int, metavar="ID", help="Around an account.")
@click.option("--rep", "reps", multiple=True, metavar="KEY", help="Around the home of a rep.")
@click.option("--address", "addresses", multiple=True, metavar="ADDRESS", help="Around an address of the area.")
@click.option("--minutes", default="10,20,30", show_default=True, metavar="N,N,...", help="Minutes by car.")
@click.option(
    "--competitors",
    metavar="KIND,KIND",
    help="Kinds of business that compete (supermarket); else as `gcrm competitors` knows them.",
)
@json_option
def catchment(
    spots: tuple[str, ...],
    accounts: tuple[int, ...],
    reps: tuple[str, ...],
    addresses: tuple[str, ...],
    minutes: str,
    competitors: str | None,
    as_json: bool,
) -> None:
    """Count customers, sales, people and competitors within minutes by car of a place, or of several side by side.

    Repeat --at, --account, --rep and --address to compare places: the ground is then also split among them by who is
    nearest. With --json it prints a GeoJSON FeatureCollection, one feature for each place and number of minutes.
    """
    from gcrm.markets.catchment import catchment as catchment_of
    from gcrm.markets.compare_places import compare_places
    from gcrm.markets.competitors import Competitors

    wanted = _numbers(minutes)
    who = Competitors(tuple(listed_words(competitors))) if competitors else None
    workspace = open_workspace()
    places = _places(workspace, spots, accounts, reps, addresses)
    if len(places) == 1:
        found = catchment_of(workspace, places[0].place, wanted, who=who)
    else:
        found = compare_places(workspace, places, wanted, who=who)
    workspace.close()
    answer(found, as_json, lambda: _text(found) if len(places) == 1 else _side_by_side(found))


def _places(
    workspace: Workspace,
    spots: tuple[str, ...],
    accounts: tuple[int, ...],
    reps: tuple[str, ...],
    addresses: tuple[str, ...],
) -> list[NamedPlace]:
    from gcrm.markets.places import at_address, home_of, place_of_account, spot

    if not (spots or accounts or reps or addresses):
        raise click.UsageError("Missing option '--at' (or --account, --rep, --address).")
    with workspace.store.read() as tx:
        return [
            *(spot(text) for text in spots),
            *(place_of_account(tx, one) for one in accounts),
            *(home_of(tx, key) for key in reps),
            *(at_address(workspace, text) for text in addresses),
        ]


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        numbers = []
    if not numbers:
        raise InputRejected(f"--minutes is {text!r}.", "Give minutes, as 10,20,30.")
    return numbers


_HEADS = f"{'km2':>8} {'customers':>10} {'prospects':>10} {'sales':>12} {'people':>9} {'rivals':>7} {'places':>7}"


def _line(one: dict[str, Any]) -> str:
    def told(key: str) -> str:
        return DASH if one[key] is None else f"{one[key]:,.0f}"

    return (
        f"{one['area_km2']:>8.1f} {one['customers']:>10,} {one['prospects']:>10,} {told('sales'):>12}"
        f" {told('people'):>9} {told('competitors'):>7} {one['points_of_interest']:>7,}"
    )


def _text(found: dict[str, Any]) -> str:
    if found["on_road_m"] is None or all(not one["properties"]["area_km2"] for one in found["features"]):
        return str(found["remark"])
    lines = [f"{'':>8} {_HEADS}"]
    lines += [f"{one['properties']['minutes']:>4g} min {_line(one['properties'])}" for one in found["features"]]
    lines += _sources(found)
    widest = max(found["features"], key=lambda feature: feature["properties"]["minutes"])["properties"]
    if widest["households"] is not None or widest["income"] is not None:
        lines += [
            f"Within {one['minutes']:g} min: "
            f"{_known('households', one['households'])}, {_known('income', one['income'])}"
            for feature in found["features"]
            for one in [feature["properties"]]
        ]
    if widest["best_prospects"]:
        lines.append("Prospects to visit first:")
    lines += [f"  {one['name']}, {one['address']} ({one['minutes']:g} min)" for one in widest["best_prospects"]]
    return "\n".join(lines)


def _known(what: str, value: float | None) -> str:
    return f"{what} {DASH if value is None else f'{value:,.0f}'}"


def _sources(found: dict[str, Any]) -> list[str]:
    source, sales = found["people_source"], found["sales_source"]
    people = (
        [f"People by {source['set_name']} ({source['method']}); it covers {source['covers']:.0%} of the widest area."]
        if source
        else []
    )
    bought = [f"Sales of {sales['period']}{', ' if sales['currency'] else ''}{sales['currency']}."] if sales else []
    return [
        *people,
        *bought,
        *found["not_known"],
        found["times_of_day"],
        *([found["remark"]] if found["remark"] else []),
    ]


def _side_by_side(found: dict[str, Any]) -> str:
    from gcrm.markets.compare_places import finding_of

    width = min(30, max(len(one["name"]) for one in found["places"]) + 8)
    lines = [finding_of(found), "", f"{'Within reach':<{width}} {_HEADS}"]
    for feature in found["features"]:
        one = feature["properties"]
        lines.append(f"{one['name'][: width - 8]} {one['minutes']:g} min".ljust(width) + f" {_line(one)}")
    lines += ["", f"{'Split by the nearest':<{width}} {_HEADS}"]
    lines += [f"{one['properties']['name'][:width]:<{width}} {_line(one['properties'])}" for one in found["split"]]
    lines.append(f"{'together':<{width}} {_line(found['together'])}")
    lines.append(f"{'in reach of several':<{width}} {_line(found['shared'])}")
    return "\n".join([*lines, *_sources(found)])
