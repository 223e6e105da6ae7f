"""`gcrm regions`: named areas, and what is in each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.markets.areal import CarriedColumn
    from gcrm.markets.neglected import PotentialAgainstVisits
    from gcrm.markets.region_table import RegionTable
    from gcrm.territories.import_regions import RegionsImported
    from gcrm.territories.join_statistics import StatisticsJoined

SHOWN = 10
"""Names, remarks or rejects that are printed before "and N more"."""


@click.group()
def regions() -> None:
    """Regions: municipalities, postcodes, sales areas."""


@regions.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name-column", required=True, help="The column that names the regions.")
@click.option("--set", "set_name", help="What the set of regions is called; the file's name if not given.")
@click.option("--population-column", help="The column with the number of people; `population` if there is one.")
@click.option("--crs", help="What the coordinates are in, where the file does not say it: EPSG:2056.")
@click.option("--layer", help="Which layer, where the file has several.")
@click.option("--encoding", help="What the text is in, where the file does not say it: CP1252.")
@click.option(
    "--duplicates",
    type=click.Choice(["merge", "number"]),
    default="merge",
    show_default=True,
    help="Areas of one name: make them one region, or number them.",
)
@json_option
def import_(
    file: Path,
    name_column: str,
    set_name: str | None,
    population_column: str | None,
    crs: str | None,
    layer: str | None,
    encoding: str | None,
    duplicates: str,
    as_json: bool,
) -> None:
    """Import regions from GeoJSON, GeoPackage or a shapefile (zipped too), in any coordinate system.

    Importing a newer file into the same set keeps the territories: a region is known again by its name.
    """
    from gcrm.territories.import_regions import import_regions

    workspace = open_workspace()
    done = import_regions(
        workspace,
        file,
        name_column,
        set_name,
        population_column,
        show_progress,
        crs=crs,
        layer=layer,
        encoding=encoding,
        duplicates=duplicates,
    )
    workspace.close()
    answer(done, as_json, lambda: _imported(done))


@regions.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sets of regions, with how many regions each has."""
    workspace = open_workspace()
    with workspace.store.read() as tx:
        sets = [
            {
                "set_name": name,
                "regions": len(found),
                "people": sum(known)
                if (known := [one.population for one in found if one.population is not None])
                else None,
                "names": [one.name for one in found],
            }
            for name in tx.regions.sets()
            for found in [tx.regions.of_set(name)]
        ]
    workspace.close()
    answer(
        sets,
        as_json,
        lambda: (
            "\n".join(f"{one['set_name']:<24} {one['regions']:>6,} regions" for one in sets)
            or "There are no regions. Import some: `gcrm regions import FILE --name-column NAME`."
        ),
    )


@regions.command()
@click.argument("set_name", metavar="SET")
@click.option("--against-visits", is_flag=True, help="What is to be won against visits: the most neglected first.")
@json_option
def table(set_name: str, against_visits: bool, as_json: bool) -> None:
    """Show what is in each region of a set: customers, prospects, visits, sales, who looks after it."""
    from gcrm.markets.region_table import region_table

    workspace = open_workspace()
    with workspace.store.read() as tx:
        found = region_table(tx, set_name, workspace.clock())
        if against_visits:
            from gcrm.markets.neglected import potential_against_visits

            against = potential_against_visits(workspace, set_name, found.rows, tx)
    workspace.close()
    if against_visits:
        answer(against, as_json, lambda: _against(against))
        return
    answer(found, as_json, lambda: _table(found))


@regions.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "set_name", required=True, help="The set of regions that the numbers are of.")
@click.option("--on", required=True, help="The table's column with the name or code of the region.")
@click.option("--by", help="The regions' column to compare it with, or `name`; the best if not given.")
@click.option("--people", help="The column with the number of people.")
@click.option("--households", help="The column with the number of households.")
@click.option("--income", help="The column with the mean or median income.")
@click.option("--workplaces", help="The column with the number of workplaces.")
@json_option
def join(
    file: Path,
    set_name: str,
    on: str,
    by: str | None,
    people: str | None,
    households: str | None,
    income: str | None,
    workplaces: str | None,
    as_json: bool,
) -> None:
    """Give regions the numbers of a table (CSV or a spreadsheet), and say what did not join."""
    from gcrm.territories.join_statistics import join_statistics

    given = {"people": people, "households": households, "income": income, "workplaces": workplaces}
    workspace = open_workspace()
    done = join_statistics(workspace, set_name, file, on, by, {value: key for key, value in given.items() if value})
    workspace.close()
    answer(done, as_json, lambda: _joined(done))


@regions.command()
@json_option
def joins(as_json: bool) -> None:
    """List the tables that were joined, newest first."""
    from gcrm.territories.queries import joined_tables

    workspace = open_workspace()
    with workspace.store.read() as tx:
        found = joined_tables(tx)
    workspace.close()
    rows = [
        {"join": one.id, "file": one.file, "set_name": one.set_name, "columns": one.columns, "undone": one.undone}
        for one in found
    ]
    answer(
        rows,
        as_json,
        lambda: (
            "\n".join(
                f"{one.id:>4} {one.file} to {one.set_name}: {', '.join(one.columns)}{' (undone)' if one.undone else ''}"
                for one in found
            )
            or "No table was joined."
        ),
    )


@regions.command("undo-join")
@click.argument("join_id", metavar="JOIN", type=int)
@json_option
def undo_join(join_id: int, as_json: bool) -> None:
    """Take a joined table back: regions know what they knew before (`gcrm regions joins` has the numbers)."""
    from gcrm.territories.undo_statistics import undo_statistics

    workspace = open_workspace()
    done = undo_statistics(workspace, join_id)
    workspace.close()
    told = {"join": done.id, "file": done.file, "set_name": done.set_name, "columns": done.columns}
    answer(told, as_json, lambda: f"Undone: the regions of {done.set_name} know what they knew before {done.file}.")


@regions.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--column", default="people", show_default=True, help="What is carried over.")
@click.option("--mean", is_flag=True, help="The column holds means over people, as incomes are.")
@click.option(
    "--spread",
    type=click.Choice(["auto", "buildings", "land"]),
    default="auto",
    show_default=True,
    help="Over homes by floor area where they are known, or evenly over the land.",
)
@click.option("--keep-as", default="", metavar="NAME", help="Keep it with the regions: `people` for their population.")
@json_option
def carry(source: str, target: str, column: str, mean: bool, spread: str, keep_as: str, as_json: bool) -> None:
    """Carry a number of one set of regions over to another, as people of postcodes to sales areas."""
    from gcrm.markets.areal import carry_column

    workspace = open_workspace()
    done = carry_column(workspace, source, target, column, by=spread, mean=mean, keep_as=keep_as)
    workspace.close()
    answer(done, as_json, lambda: _carried(done))


@regions.command()
@json_option
def levels(as_json: bool) -> None:
    """Show which sets of regions hold which: counties hold municipalities, found from their ground."""
    from gcrm.markets.cube.levels import parents_of

    workspace = open_workspace()
    with workspace.store.read() as tx:
        sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()}
    workspace.close()
    parents = parents_of(sets)
    rows = [
        {"set_name": name, "regions": len(found), "within": parents.get(name)}
        for name, found in sorted(sets.items(), key=lambda pair: (len(pair[1]), pair[0]))
    ]
    answer(rows, as_json, lambda: "\n".join(_level(row) for row in rows) or "There are no regions.")


def _level(row: dict[str, Any]) -> str:
    within = f"in {row['within']}" if row["within"] else "in none"
    return f"{row['set_name']:<24} {row['regions']:>6,} regions, {within}"


def _joined(done: StatisticsJoined) -> str:
    lines = [
        f"{done.matched:,} regions of {done.set_name} have numbers now, by their {done.by}: {', '.join(done.columns)}.",
        *_some([f"No region: {key}" for key in done.unknown]),
        *_some([f"Several rows, the first counts: {key}" for key in done.twice]),
        *_some([f"No row: {name}" for name in done.bare]),
    ]
    return "\n".join(lines)


def _carried(done: CarriedColumn) -> str:
    lines = [f"{row.name[:40]:<40} {'-' if row.value is None else f'{row.value:>14,.1f}'}" for row in done.rows]
    lines.append(f"Spread over {done.method}. Outside all of {done.target}: {done.lost:,.1f} of {done.total:,.1f}.")
    if done.kept_as:
        lines.append(f"{done.target} keeps it as {done.kept_as}.")
    return "\n".join([*lines, *([done.remark] if done.remark else [])])


def _against(found: PotentialAgainstVisits) -> str:
    from gcrm.markets.neglected import finding_of

    lines = [finding_of(found), f"{'':<24}{'potential':>12}  {'between':<22}{'visits':>8}"]
    for row in found.rows:
        value = "-" if row.potential is None else f"{row.potential:,.0f}"
        between = "" if row.low is None or row.high is None else f"{row.low:,.0f} to {row.high:,.0f}"
        lines.append(f"{row.name[:24]:<24}{value:>12}  {between:<22}{row.visits:>8,}")
    return "\n".join([*lines, *([found.remark] if found.remark else [])])


def _imported(done: RegionsImported) -> str:
    people = f", {done.people:,} people" if done.people is not None else ""
    lines = [
        f"{done.set_name}: {done.regions:,} regions{people}. Coordinates: {done.crs}.",
        f"{done.created:,} are new, {done.updated:,} changed, {done.unchanged:,} as before.",
        *_some(done.remarks),
        *_some([f"Not taken: {one.name or f'area {one.row}'}. {one.reason}" for one in done.rejects]),
        *_some([f"No longer there: {name}" for name in done.removed]),
        *(f"The territory {one.territory} lost {', '.join(one.regions)}." for one in done.territories),
    ]
    if done.assigned or done.unowned:
        lines.append(f"Accounts: {done.assigned:,} in territories, {done.unowned:,} in none.")
    return "\n".join(lines)


def _some(lines: list[str] | tuple[str, ...]) -> list[str]:
    shown = list(lines[:SHOWN])
    return [*shown, f"And {len(lines) - SHOWN:,} more."] if len(lines) > SHOWN else shown


def _table(found: RegionTable) -> str:
    heads = ("customers", "prospects", "penetr.", "overdue", "visits", "people", "km2")
    lines = [f"{'':<24}" + "".join(f"{head:>10}" for head in heads) + "  rep"]
    for row in found.rows:
        penetration = "" if row.penetration is None else f"{row.penetration:.0%}"
        people = "" if row.population is None else f"{row.population:,}"
        cells = (f"{row.customers:,}", f"{row.prospects:,}", penetration, f"{row.overdue:,}", f"{row.visits:,}", people)
        numbers = "".join(f"{cell:>10}" for cell in (*cells, f"{row.area_km2:,.1f}"))
        lines.append(f"{row.name[:24]:<24}{numbers}  {', '.join(row.reps)}".rstrip())
    if found.outside:
        lines.append(f"Accounts outside all of them: {found.outside:,}.")
    return "\n".join(lines)
