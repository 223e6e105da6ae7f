"""The cube: a cut as table, map and chart, at an address that can be sent; every cell opens to its records."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.jobs.model import Job
from gcrm.jobs.queries import jobs_under_way
from gcrm.markets.cube.ask import ask, records_of, values_of
from gcrm.markets.cube.current import CubeState, cube_state
from gcrm.markets.cube.dimensions import MEASURES, REGION, Dimensions, measure_of
from gcrm.markets.cube.export import write_sheet
from gcrm.markets.cube.model import CubeAnswer, CubeRow, Cut, Figure
from gcrm.markets.cube.saved_views import delete_view, save_view, saved_views
from gcrm.markets.cube.snapshot import Snapshot
from gcrm.platform.errors import GcrmError, InputRejected, NotReady
from gcrm.territories.polygons import area_km2
from gcrm.territories.queries import regions_of_set
from maps.classing import measure as classed
from webapp.access import DESK, allow, me, visible_territories
from webapp.context import snapshot, workspace
from webapp.cube.address import cut_of, filter_of, key_in, key_of, query, without
from webapp.cube.chart import chart_of
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.maps_api import choropleth, draw
from webapp.zones import zone_of_user

blueprint = Blueprint("cube", __name__, url_prefix="/markets/cube", template_folder="templates")

KIND = "cube refresh"
PAGE_ROWS, PAGE_COLUMNS = 200, 24
FILE_ROWS, FILE_COLUMNS = 50_000, 300
MAP_COLUMNS = 12
"""Columns that the map can be switched between."""


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """One cut, or how to make the cube where there is none."""
    tx = snapshot()
    state = cube_state(workspace(), tx)
    refreshing = next((job for job in jobs_under_way(tx) if job.kind == KIND), None)
    if state.snapshot is None:
        return render_template("cube/none.html", job=refreshing, under_way=UNDER_WAY)
    dimensions = state.snapshot.dimensions
    if request.args.get("by") and "value" in request.args:
        return _with_filter(dimensions)
    refused: GcrmError | None = None
    try:
        cut = cut_of(dimensions, request.args) if request.args else _first(dimensions)
        fitting = _fitting(dimensions, cut)
        if fitting != cut:
            # Somebody has chosen another measure, whose records do not have all of these.
            return redirect(f"{url_for('cube.show')}?{query(fitting)}")
        answer = _asked(cut, PAGE_ROWS, PAGE_COLUMNS)
    except InputRejected as error:
        refused, cut = error, Cut()
        answer = _asked(cut, PAGE_ROWS, PAGE_COLUMNS)
    return render_template("cube/show.html", **_page(state, state.snapshot, cut, answer, refused, refreshing)), (
        400 if refused else 200
    )


def _page(
    state: CubeState,
    taken: Snapshot,
    cut: Cut,
    answer: CubeAnswer,
    refused: GcrmError | None,
    refreshing: Job | None,
) -> dict[str, Any]:
    measure = measure_of(cut.measure)
    dimensions = taken.dimensions
    facing = [one for one in dimensions.all() if measure.facts in one.facts]
    known = {one.name: one for one in dimensions.all()}
    level = next((name.removeprefix(REGION) for name in cut.rows if name.startswith(REGION)), None)
    digits = 2 if measure.is_money else 0
    by = request.args.get("by", "")
    return {
        "cut": cut,
        "answer": answer,
        "measure": measure,
        "measures": MEASURES.values(),
        "facing": facing,
        "known": known,
        "chips": [
            (known[name].label, value or known[name].missing, query(replace(cut, where=without(cut, name, value))))
            for name, values in cut.where.items()
            for value in values
        ],
        "columns": [known[name].label if name in known else say("Period") for name in answer.columns],
        "digits": digits,
        "figure": lambda cell: figure_text(cell, digits),
        "amounts": lambda values: amounts_text(values, digits),
        "open": lambda row, column: _records_address(cut, row, column),
        "drill": lambda row: _drill(dimensions, cut, row),
        "query": query(cut),
        "chart": chart_of(answer, digits),
        "map": draw.cube_map(url_for("cube.on_map", level=level) + f"&{query(cut)}", level) if level else None,
        "views": saved_views(snapshot()),
        "state": state,
        "refused": refused,
        "refreshing": refreshing,
        "under_way": UNDER_WAY,
        "zone": zone_of_user(),
        "by": by,
        "values": values_of(workspace(), by, cut.measure) if by in {one.name for one in facing} else [],
    }


@blueprint.get("/map")
@allow(*DESK)
def on_map() -> ResponseReturnValue:
    """The regions of a level coloured by what the cut has in each; the columns are switched on the map."""
    tx = snapshot()
    taken = _taken()
    name = request.args.get("level", "")
    regions = regions_of_set(tx, name)
    cut = cut_of(taken.dimensions, request.args)
    # By the level alone: other rows of the cut would give a region several values.
    answer = _asked(replace(cut, rows=(f"{REGION}{name}",)), FILE_ROWS, MAP_COLUMNS)
    digits = 2 if answer.unit == "money" else 0
    unit = answer.currencies[0] if len(answer.currencies) == 1 else ""
    label = measure_of(cut.measure).label
    rows = {row.key[0]: row for row in answer.table if not row.rest}
    shown: list[tuple[str, str, dict[str | None, Decimal | None]]] = []
    if len(answer.currencies) <= 1 and not cut.compare:
        shown.append(("total", label, {key: row.total.value for key, row in rows.items()}))
    if answer.columns:
        shown += [
            (f"c{at}", f"{label}, {', '.join(column.labels)}", {key: _cell(row, at) for key, row in rows.items()})
            for at, column in enumerate(answer.header)
            if not column.rest
        ]
    values = {region.id: {key: _rounded(some.get(region.name), digits) for key, _, some in shown} for region in regions}
    return jsonify(
        {
            "measures": [
                classed(
                    key,
                    words,
                    [values[region.id][key] for region in regions],
                    unit=unit,
                    digits=digits,
                    missing=say("No records"),
                )
                for key, words, _ in shown
            ],
            "regions": choropleth.features_of(
                regions, values, {region.id: area_km2(region.geometry) for region in regions}
            ),
        }
    )


@blueprint.get("/records")
@allow(*DESK)
def records() -> ResponseReturnValue:
    """The records that one figure is made of."""
    taken = _taken()
    cut = cut_of(taken.dimensions, request.args)
    row, column = (key_of(request.args.getlist(name)) for name in ("row", "column"))
    found = records_of(workspace(), cut, row, column, territories=visible_territories(snapshot()))
    known = {one.name: one for one in taken.dimensions.all()}
    measure = measure_of(cut.measure)
    digits = 2 if measure.is_money else 0
    return render_template(
        "cube/records.html",
        cut=cut,
        found=found,
        measure=measure,
        labels=[known[name].label for name in cut.rows],
        row=[value if value is not None else "none" for value in row],
        column=[value if value is not None else "none" for value in column],
        digits=digits,
        figure=figure_text(found.figure, digits),
        query=query(cut),
        taken=taken,
        zone=zone_of_user(),
    )


@blueprint.get("/file")
@allow(*DESK)
def as_file() -> ResponseReturnValue:
    """The cut with its totals as CSV or XLSX."""
    ending = request.args.get("as", "csv")
    if ending not in {"csv", "xlsx"}:
        raise InputRejected(
            say("There is no file of the kind {ending}.", ending=repr(ending[:20])), say("Take csv or xlsx.")
        )
    answer = _asked(cut_of(_taken().dimensions, request.args), FILE_ROWS, FILE_COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{answer.cut.measure}-{answer.as_of:%Y-%m-%d}.{ending}"
        write_sheet(file, answer)
        content = BytesIO(file.read_bytes())
    return send_file(content, as_attachment=True, download_name=file.name)


@blueprint.post("/refresh")
@allow(*DESK)
def refresh() -> ResponseReturnValue:
    """Take the records out of the database anew, as a job; one that is under way is waited for."""
    from gcrm.jobs.start import start

    if not any(job.kind == KIND for job in jobs_under_way(snapshot())):
        start(workspace(), KIND, {}, me().id)
    return redirect(_back())


@blueprint.post("/views")
@allow(*DESK)
def save() -> ResponseReturnValue:
    """Keep the cut under a name."""
    cut = cut_of(_taken().dimensions, request.args)
    name = save_view(workspace(), request.form.get("name", ""), query(cut))
    flash(say("Saved as {name}.", name=name))
    return redirect(f"{url_for('cube.show')}?{query(cut)}")


@blueprint.post("/views/delete")
@allow(*DESK)
def forget() -> ResponseReturnValue:
    """Delete a view; the cut itself can still be asked for."""
    delete_view(workspace(), request.form.get("name", ""))
    flash(say("View deleted."))
    return redirect(_back())


def figure_text(figure: Figure | None, digits: int) -> str:
    """A figure as a person reads it, each currency for itself; a dash for no record."""
    if figure is None or not figure.records:
        return "–"  # noqa: RUF001 - what the pages show for nothing
    return amounts_text(figure.by_currency, digits)


def amounts_text(values: Any, digits: int) -> str:
    """Amounts by currency in one text."""
    many = len(values) > 1
    parts = []
    for currency, value in values.items():
        shown = f"{value:,.{digits}f}" if digits or value == value.to_integral_value() else f"{value:,.2f}"
        parts.append(f"{shown} {currency or say('of no currency')}" if many else shown)
    return ", ".join(parts) if parts else "0"


def _taken() -> Snapshot:
    state = cube_state(workspace(), snapshot())
    if state.snapshot is None:
        raise NotReady(say("The cube has not been made yet."), say("Open the cube, and make it."))
    return state.snapshot


def _asked(cut: Cut, rows: int, columns: int) -> CubeAnswer:
    seen = visible_territories(snapshot())
    return ask(workspace(), cut, territories=seen, most_rows=rows, most_columns=columns)


def _first(dimensions: Dimensions) -> Cut:
    """What is shown first: visits by the widest regions, or by rep where there are none, and by year."""
    return Cut((dimensions.get("region").name if dimensions.sets else "rep",), ("year",))


def _fitting(dimensions: Dimensions, cut: Cut) -> Cut:
    """The cut without dimensions that the measure's records do not have."""
    facts = measure_of(cut.measure).facts
    known = {one.name for one in dimensions.all() if facts in one.facts}
    return replace(
        cut,
        rows=tuple(one for one in cut.rows if one in known),
        columns=tuple(one for one in cut.columns if one in known),
        where={name: values for name, values in cut.where.items() if name in known},
    )


def _with_filter(dimensions: Dimensions) -> ResponseReturnValue:
    """The same cut with one more filter, at its own address."""
    cut = cut_of(dimensions, request.args)
    name, value = filter_of(dimensions, f"{request.args['by']}\x1f{request.args['value']}")
    where = {**cut.where, name: tuple(dict.fromkeys((*cut.where.get(name, ()), value)))}
    return redirect(f"{url_for('cube.show')}?{query(replace(cut, where=where))}")


def _drill(dimensions: Dimensions, cut: Cut, row: CubeRow) -> str | None:
    """The address of what is inside a row: its last dimension a level lower, the others as filters."""
    if row.rest or not row.key:
        return None
    below = dimensions.below(cut.rows[-1])
    if below is None or below in {*cut.rows[:-1], *cut.columns, *cut.where}:
        return None
    where = {**cut.where, **{name: (value or "",) for name, value in zip(cut.rows, row.key, strict=True)}}
    return query(replace(cut, rows=(*cut.rows[:-1], below), where=where))


def _records_address(cut: Cut, row: Sequence[str | None], column: Sequence[str | None]) -> str:
    inside = query(cut, row=key_in(tuple(row)), column=key_in(tuple(column)))
    return f"{url_for('cube.records')}?{inside}"


def _cell(row: CubeRow, at: int) -> Decimal | None:
    cell = row.cells[at]
    return cell.value if cell else None


def _rounded(value: Decimal | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)


def _back() -> str:
    """The cut that a form was sent from, read and written anew so that it leads nowhere else."""
    state = cube_state(workspace(), snapshot())
    if state.snapshot is None or not request.args:
        return url_for("cube.show")
    return f"{url_for('cube.show')}?{query(cut_of(state.snapshot.dimensions, request.args))}"
