"""Two alignments side by side, and the list of what is handed over; both also as CSV."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from gcrm.common.language import say, to_say
from gcrm.common.spreadsheet import write_csv
from gcrm.people.queries import rep_of_id
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.territories.scenarios.compare import TODAY, Comparison, compare
from gcrm.territories.scenarios.hand_over import HandOverList, Item, hand_over_list
from gcrm.territories.scenarios.queries import all_scenarios, one_scenario
from webapp.access import DESK, EVERYONE, account_to_see, allow, me, sees_all
from webapp.context import snapshot, workspace
from webapp.given import whole
from webapp.maps_api import draw
from webapp.scenarios.blueprint import blueprint, scenario_to_see
from webapp.scenarios.words import money
from webapp.zones import zone_of_user

MOVES_SHOWN = 500


@blueprint.get("/compare")
@allow(*DESK)
def compare_two() -> ResponseReturnValue:
    """Two scenarios, or today and one: two maps, figures, and who gains and loses what."""
    one, other = _asked()
    tx = snapshot()
    found = compare(workspace(), one, other)
    names = list(dict.fromkeys(side.name for side in found.reps))
    left = (
        draw.scenario_map(other, today=True, names=names, label=say("Map of today's territories"))
        if one is None
        else draw.scenario_map(one, names=names, label=say("Map of {one}", one=found.one))
    )
    return render_template(
        "scenarios/compare.html",
        found=found,
        one=one,
        other=other,
        scenarios=all_scenarios(tx),
        shown=MOVES_SHOWN,
        left=left,
        right=draw.scenario_map(other, names=names, label=say("Map of {other}", other=found.other)),
        after=one_scenario(tx, other),
        zone=zone_of_user(),
    )


@blueprint.get("/compare.csv")
@allow(*DESK)
def compare_csv() -> ResponseReturnValue:
    """Every account that changes hands between two alignments."""
    one, other = _asked()
    found = compare(workspace(), one, other)
    return _csv(f"scenario-{one or TODAY}-and-{other}.csv", [say(name) for name in _MOVES], _moves(found))


@blueprint.get("/<int:scenario_id>/hand-over")
@allow(*EVERYONE)
def hand_over(scenario_id: int) -> ResponseReturnValue:
    """The list to hand over, for each rep; a rep sees the own part."""
    scenario = scenario_to_see(snapshot(), scenario_id)
    found = _list_to_see(scenario_id)
    chosen = request.args.get("rep", "")
    shown = [one for one in found.reps if one.rep == chosen] if chosen else list(found.reps)
    return render_template("scenarios/hand_over.html", scenario=scenario, found=found, shown=shown, chosen=chosen)


@blueprint.get("/<int:scenario_id>/hand-over.csv")
@allow(*EVERYONE)
def hand_over_csv(scenario_id: int) -> ResponseReturnValue:
    """The same as a file."""
    scenario_to_see(snapshot(), scenario_id)
    found = _list_to_see(scenario_id)
    chosen = request.args.get("rep", "")
    rows = [
        _item(one.rep, way, item)
        for one in found.reps
        if not chosen or one.rep == chosen
        for way, items in (("gets", one.gets), ("gives", one.gives))
        for item in items
    ]
    return _csv(f"hand-over-{scenario_id}.csv", [say(name) for name in _ITEMS], rows)


def _list_to_see(scenario_id: int) -> HandOverList:
    """The list as far as the signed-in user may see it: a rep the own part, and there only accounts of the own."""
    found = hand_over_list(workspace(), scenario_id)
    if sees_all():
        return found
    tx = snapshot()
    rep = rep_of_id(tx, me().rep_id)

    def visible(items: Sequence[Item]) -> tuple[Item, ...]:
        kept = []
        for item in items:
            try:
                account_to_see(tx, item.move.account)
            except NotFound:
                continue
            kept.append(item)
        return tuple(kept)

    mine = [one for one in found.reps if rep is not None and one.rep == rep.name]
    return replace(
        found, reps=tuple(replace(one, gets=visible(one.gets), gives=visible(one.gives), routes=()) for one in mine)
    )


def _asked() -> tuple[int | None, int]:
    """What is compared: `one` is a number or "today", `other` a number."""
    first, second = request.args.get("one", TODAY), request.args.get("other", "")
    try:
        one, other = (None if first in {TODAY, ""} else whole(first)), whole(second)
    except ValueError as wrong:
        raise InputRejected(say("Nothing to compare is chosen."), say("Choose two scenarios of the list.")) from wrong
    if one == other:
        raise InputRejected(say("Both are the same scenario."), say("Choose two scenarios of the list."))
    return one, other


_MOVES = (
    to_say("Number"),
    to_say("Account"),
    to_say("Kind"),
    to_say("From"),
    to_say("To"),
    to_say("Revenue"),
    to_say("Last visit"),
    to_say("Visits"),
    to_say("Years"),
    to_say("Appointments"),
)
_ITEMS = (
    to_say("Rep"),
    to_say("Gets or gives"),
    to_say("Number"),
    to_say("Account"),
    to_say("From"),
    to_say("To"),
    to_say("Contact"),
    to_say("Phone"),
    to_say("Address"),
    to_say("Revenue"),
    to_say("Last visit"),
    to_say("Appointments"),
    to_say("First visit planned"),
    to_say("Note"),
    to_say("History"),
)


def _moves(found: Comparison) -> list[tuple[str, ...]]:
    return [
        (
            str(one.account),
            one.name,
            one.kind,
            one.before or say("nobody"),
            one.after or say("nobody"),
            money(one.revenue),
            f"{one.last_visit or ''}",
            str(one.visits),
            f"{one.years:g}",
            ", ".join(day.isoformat() for day in one.appointments),
        )
        for one in found.moves
    ]


def _item(rep: str, way: str, item: Item) -> tuple[str, ...]:
    move = item.move
    return (
        rep,
        way,
        str(move.account),
        move.name,
        move.before or say("nobody"),
        move.after or say("nobody"),
        item.contact,
        item.phone,
        item.address,
        money(move.revenue),
        f"{move.last_visit or ''}",
        "; ".join(item.promised),
        f"{item.first_visit or ''}",
        item.note,
        "; ".join(item.last),
    )


def _csv(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> ResponseReturnValue:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        write_csv(file, headings, rows)
        content = io.BytesIO(file.read_bytes())
    return send_file(content, mimetype="text/csv", as_attachment=True, download_name=name)
