"""Work on a scenario: what its map fetches, and the changes by hand that it saves in the background."""

import threading
from typing import Any

import shapely
from flask import Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from shapely.geometry import mapping

from gcrm.common.language import number, say
from gcrm.jobs.model import JobState
from gcrm.people.queries import user_names
from gcrm.platform.errors import InputRejected
from gcrm.territories.scenarios.change_by_hand import ChangedMeanwhile, move_accounts, redo_step, undo_step
from gcrm.territories.scenarios.model import NOBODY, Scenario, ScenarioState, Units
from gcrm.territories.scenarios.outlines import divide_ground, for_map, grounds
from gcrm.territories.scenarios.queries import (
    accounts_by_name,
    due_shares,
    one_scenario,
    parts_of_level,
    positions_in,
    regions_in,
    steps_by_hand,
    units_of,
    version_of,
)
from webapp.access import DESK, PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.jobs.plan_progress import UNDER_WAY, job_to_watch
from webapp.maps_api import choropleth
from webapp.scenarios.blueprint import blueprint
from webapp.scenarios.packed import packed
from webapp.scenarios.words import finding, territories_json

MOST_MOVED = 200_000
TOLD_STEPS = 5
SPLIT = "territories split"


@blueprint.get("/<int:scenario_id>/units")
@allow(*DESK)
def units(scenario_id: int) -> ResponseReturnValue:
    """The accounts with what each weighs, as bytes (`packed`); they stay the same as long as the scenario is there."""
    return Response(packed(units_of(snapshot(), scenario_id)), mimetype="application/octet-stream")


@blueprint.get("/<int:scenario_id>/drawing")
@allow(*DESK)
def drawing(scenario_id: int) -> ResponseReturnValue:
    """Who has which account, and the ground of each territory; `as=today` for how it is now."""
    tx = snapshot()
    scenario = one_scenario(tx, scenario_id)
    held = units_of(tx, scenario_id)
    told = territories_json(scenario)
    if request.args.get("as") == "today":
        positions = held.now
        ground = grounds(held, positions, len(told), workspace().areas.current().boundary)
        for one in told:
            one["outline"] = for_map(ground[one["position"]])
            one["figures"] = one["was"]
    else:
        positions = positions_in(tx, scenario_id, held)
        if scenario.state is ScenarioState.DRAFT and me().role in PLANNERS:
            _make_ready(held)
    return jsonify(
        {
            "version": version_of(tx, scenario_id),
            "positions": positions.tolist(),
            "dues": due_shares(tx, scenario).tolist(),
            "territories": told,
        }
    )


@blueprint.get("/<int:scenario_id>/parts")
@allow(*DESK)
def parts(scenario_id: int) -> ResponseReturnValue:
    """The regions of a set, or the postcodes, and which of them each account is in; shapes: of regions, by name."""
    tx, level = snapshot(), request.args.get("level", "")
    names, which = parts_of_level(tx, scenario_id, level)
    known = set(names)
    listed = [one for one in regions_in(tx, level) if one.name in known and not one.geometry.is_empty]
    shapes: dict[str, list[Any]] = {}
    for one, shape in zip(listed, choropleth.light_shapes([one.geometry for one in listed]), strict=True):
        shapes.setdefault(one.name, []).append(mapping(shapely.set_precision(shape, 1e-6, mode="pointwise")))
    return jsonify({"names": names, "which": which.tolist(), "shapes": [shapes.get(name, []) for name in names]})


@blueprint.get("/<int:scenario_id>/accounts")
@allow(*DESK)
def accounts(scenario_id: int) -> ResponseReturnValue:
    """Accounts by name, for whoever does not choose them on the map."""
    text = " ".join(request.args.get("text", "").split())[:200]
    found = accounts_by_name(snapshot(), scenario_id, text)[: None if text else 0]
    return jsonify({"accounts": [{"id": one.id, "name": one.name, "address": one.address.text} for one in found]})


@blueprint.post("/<int:scenario_id>/moves")
@allow(*PLANNERS)
def move(scenario_id: int) -> ResponseReturnValue:
    """Give accounts to a territory: {accounts, to, version}."""
    sent = _sent()
    ids, to = sent.get("accounts"), sent.get("to")
    if not isinstance(ids, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in ids):
        raise InputRejected(say("No accounts are chosen."), say("Choose accounts on the map."))
    if len(ids) > MOST_MOVED:
        raise InputRejected(say("{ids} accounts at once are not possible.", ids=number(len(ids))), say("Choose fewer."))
    if not isinstance(to, int) or isinstance(to, bool):
        raise InputRejected(say("No territory is chosen."), say("Choose who gets them."))
    try:
        changed = move_accounts(workspace(), scenario_id, ids, to, me().id, _version(sent))
    except ChangedMeanwhile as late:
        return _late(scenario_id, late)
    return jsonify(_state(changed))


@blueprint.post("/<int:scenario_id>/split")
@allow(*PLANNERS)
def split(scenario_id: int) -> ResponseReturnValue:
    """Split a territory into two, as a job."""
    from gcrm.jobs.start import start

    scenario = one_scenario(snapshot(), scenario_id)
    position, rep = request.form.get("position", type=int), request.form.get("rep", "")
    if position is None or not 0 <= position < len(scenario.territories):
        raise InputRejected(say("No territory is chosen."), say("Choose which one to split."))
    version = request.form.get("version") or version_of(snapshot(), scenario_id)
    params = {"scenario": scenario_id, "position": position, "rep": rep[:80], "version": version}
    job = start(workspace(), SPLIT, params, me().id)
    return redirect(url_for("scenarios.splitting", scenario_id=scenario_id, job_id=job.id))


@blueprint.get("/<int:scenario_id>/splitting/<int:job_id>")
@allow(*PLANNERS)
def splitting(scenario_id: int, job_id: int) -> ResponseReturnValue:
    """How far splitting is; once it is done, back to the scenario."""
    job = job_to_watch(job_id, SPLIT, scenario=scenario_id)
    back = url_for("scenarios.show", scenario_id=scenario_id)
    if job.state is JobState.DONE:
        return redirect(back)
    told = {"job": job, "done": request.path, "under_way": UNDER_WAY, "title": say("Splitting a territory")}
    return render_template("scenarios/waiting.html", **told, back=back)


@blueprint.post("/<int:scenario_id>/undo")
@allow(*PLANNERS)
def undo(scenario_id: int) -> ResponseReturnValue:
    """Undo the last change by hand: {version}."""
    try:
        return jsonify(_state(undo_step(workspace(), scenario_id, _version(_sent()))))
    except ChangedMeanwhile as late:
        return _late(scenario_id, late)


@blueprint.post("/<int:scenario_id>/redo")
@allow(*PLANNERS)
def redo(scenario_id: int) -> ResponseReturnValue:
    """Make the change that was undone last again: {version}."""
    try:
        return jsonify(_state(redo_step(workspace(), scenario_id, _version(_sent()))))
    except ChangedMeanwhile as late:
        return _late(scenario_id, late)


def _make_ready(held: Units) -> None:
    """Divide the ground among the accounts beside, before the first change by hand asks for it; not in tests."""
    if current_app.testing or not held.count:
        return
    boundary = workspace().areas.current().boundary
    threading.Thread(target=divide_ground, args=(held, boundary), name="ground", daemon=True).start()


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InputRejected(say("What was sent cannot be read."), say("Reload the page and try again."))
    return sent


def _version(sent: dict[str, Any]) -> str | None:
    version = sent.get("version")
    return version if isinstance(version, str) else None


def _state(scenario: Scenario) -> dict[str, Any]:
    """How the scenario is now, as the page keeps up with it."""
    tx = snapshot()
    steps = steps_by_hand(tx, scenario.id)
    return {
        "version": version_of(tx, scenario.id),
        "finding": finding(scenario),
        "deviation": scenario.deviation,
        "moved": scenario.moved,
        "territories": territories_json(scenario),
        "undo": [one.title for one in steps if not one.undone][-1:],
        "redo": [one.title for one in steps if one.undone][:1],
    }


def _late(scenario_id: int, late: ChangedMeanwhile) -> ResponseReturnValue:
    """Both versions: what holds now with who changed it; what was wanted the page has itself."""
    tx = snapshot()
    scenario = one_scenario(tx, scenario_id)
    names = user_names(tx)
    done = [
        {"title": one.title, "by": names.get(one.user_id or 0, ""), "undone": one.undone}
        for one in steps_by_hand(tx, scenario_id)[-TOLD_STEPS:]
    ]
    now = {**_state(scenario), "steps": done, "nobody": NOBODY}
    return jsonify({"error": late.fault, "remedy": late.remedy, "retry": False, "now": now}), 409
