"""Scenarios: the list, asking for a proposal, one scenario with its map and table, and what is done to it by form."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.jobs.model import JobState
from gcrm.people.queries import all_reps, user_names
from gcrm.platform.errors import GcrmError, InputRejected
from gcrm.territories.scenarios.change_by_hand import (
    ChangedMeanwhile,
    copy,
    fill_post,
    open_for_comment,
    remove,
    rename,
)
from gcrm.territories.scenarios.model import Remark, Scenario, ScenarioState
from gcrm.territories.scenarios.queries import (
    account_names,
    all_scenarios,
    levels,
    name_at,
    one_scenario,
    remarks_on,
    simulation_of,
    steps_by_hand,
    version_of,
)
from webapp.access import EVERYONE, PLANNERS, allow, me, sees_all
from webapp.context import snapshot, workspace
from webapp.jobs.plan_progress import UNDER_WAY, job_to_watch
from webapp.maps_api import draw
from webapp.scenarios.blueprint import blueprint, own_part, scenario_to_see
from webapp.scenarios.forms import SECONDS, choices_of, read_proposal
from webapp.scenarios.words import finding, money, share, territories_json
from webapp.zones import today, zone_of_user

__all__ = ["blueprint"]

PROPOSE = "territories propose"
LEVELS_CHOSEN_WHOLE = frozenset({"accounts", "cells"})
"""Levels that have no names to choose by."""
LOSES_SHOWN = 200


@blueprint.app_template_filter()
def share_of(value: float | None) -> str:
    """A difference in per cent, finely where it is small."""
    return share(value)


@blueprint.app_template_filter()
def amounts(value: dict[str, float] | None) -> str:
    """Money by currency."""
    return money(value)


@blueprint.get("/")
@allow(*EVERYONE)
def list_all() -> ResponseReturnValue:
    """All scenarios with the form for another; for a rep those that change something for that rep."""
    return list_page(None)


@blueprint.post("/")
@allow(*PLANNERS)
def propose() -> ResponseReturnValue:
    """Ask for a proposal as a job; its page shows how far it is, then the scenario."""
    from gcrm.jobs.start import start

    tx = snapshot()
    try:
        params = read_proposal(tx, request.form, choices_of(tx, all_reps(tx)))
    except GcrmError as refused:
        return list_page(refused), 400
    job = start(workspace(), PROPOSE, params, me().id)
    return redirect(url_for("scenarios.proposing", job_id=job.id))


@blueprint.get("/proposing/<int:job_id>")
@allow(*PLANNERS)
def proposing(job_id: int) -> ResponseReturnValue:
    """How far a proposal is; once it is there, on to it."""
    job = job_to_watch(job_id, PROPOSE)
    if job.state is JobState.DONE and job.result:
        return redirect(url_for("scenarios.show", scenario_id=job.result["scenario"]))
    told = {"job": job, "done": request.path, "under_way": UNDER_WAY, "title": say("Proposing territories")}
    return render_template("scenarios/waiting.html", **told, back=url_for("scenarios.list_all"))


@blueprint.get("/<int:scenario_id>")
@allow(*EVERYONE)
def show(scenario_id: int) -> ResponseReturnValue:
    """One scenario: the map as it would be, and a row a territory; for a rep what changes for that rep."""
    scenario = scenario_to_see(snapshot(), scenario_id)
    return page_of(scenario) if sees_all() else own_page(scenario)


@blueprint.post("/<int:scenario_id>/rename")
@allow(*PLANNERS)
def rename_it(scenario_id: int) -> ResponseReturnValue:
    """Call it something else."""
    name = request.form.get("name", "")
    try:
        rename(workspace(), scenario_id, name, request.form.get("version"))
    except ChangedMeanwhile as late:
        return page_of(one_scenario(snapshot(), scenario_id), late, say("the name “{name}”", name=name[:200])), 409
    flash(say("Saved."))
    return redirect(url_for("scenarios.show", scenario_id=scenario_id))


@blueprint.post("/<int:scenario_id>/fill")
@allow(*PLANNERS)
def fill(scenario_id: int) -> ResponseReturnValue:
    """Say which rep would have a territory."""
    position, key = request.form.get("position", type=int), request.form.get("rep", "")
    if position is None or not key:
        raise InputRejected(say("No rep is chosen."), say("Choose who has the territory."))
    try:
        fill_post(workspace(), scenario_id, position, key, request.form.get("version"))
    except ChangedMeanwhile as late:
        scenario = one_scenario(snapshot(), scenario_id)
        return page_of(
            scenario, late, say("{name_at} for {key}", name_at=name_at(scenario, position), key=key[:80])
        ), 409
    flash(say("Saved."))
    return redirect(url_for("scenarios.show", scenario_id=scenario_id))


@blueprint.post("/<int:scenario_id>/copy")
@allow(*PLANNERS)
def copy_it(scenario_id: int) -> ResponseReturnValue:
    """Begin a new draft from it."""
    made = copy(workspace(), scenario_id, me().id)
    flash(say("Copied. This is {name}.", name=made.name))
    return redirect(url_for("scenarios.show", scenario_id=made.id))


@blueprint.post("/<int:scenario_id>/open")
@allow(*PLANNERS)
def open_it(scenario_id: int) -> ResponseReturnValue:
    """Show reps what it changes for them, or no longer."""
    is_open = request.form.get("open") == "1"
    open_for_comment(workspace(), scenario_id, is_open=is_open)
    flash(say("Reps see what changes for them, and can object.") if is_open else say("Reps no longer see it."))
    return redirect(url_for("scenarios.show", scenario_id=scenario_id))


@blueprint.post("/<int:scenario_id>/delete")
@allow(*PLANNERS)
def delete(scenario_id: int) -> ResponseReturnValue:
    """Delete one that is not applied."""
    name = one_scenario(snapshot(), scenario_id).name
    remove(workspace(), scenario_id)
    flash(say("{name} deleted.", name=name))
    return redirect(url_for("scenarios.list_all"))


def page_of(scenario: Scenario, refused: GcrmError | None = None, yours: str = "") -> str:
    """The whole scenario, for people at a desk. yours: what a person wanted who came too late."""
    tx = snapshot()
    steps = steps_by_hand(tx, scenario.id)
    names = user_names(tx)
    can_change = me().role in PLANNERS
    is_draft = scenario.state is ScenarioState.DRAFT
    remarks = remarks_on(tx, scenario.id)
    version = version_of(tx, scenario.id)
    return render_template(
        "scenarios/show.html",
        scenario=scenario,
        finding=finding(scenario),
        version=version,
        refused=refused,
        yours=yours,
        steps=list(reversed(steps))[:12],
        undo=next((one.title for one in reversed(steps) if not one.undone), ""),
        redo=next((one.title for one in steps if one.undone), ""),
        remarks=remarks,
        accounts=account_names(tx, [one.account_id for one in remarks if one.account_id is not None]),
        name_at=name_at,
        names=names,
        reps=all_reps(tx),
        levels=[one for one in levels(tx) if one not in LEVELS_CHOSEN_WHOLE],
        simulation=simulation_of(tx, scenario.id),
        can_change=can_change,
        is_draft=is_draft,
        can_work=can_change and is_draft,
        data={
            "id": scenario.id,
            "version": version,
            "territories": territories_json(scenario, outlines=False),
            "measures": list(scenario.wish.balance),
            "before": scenario.deviation_before,
            "work": can_change and is_draft,
            "undo": [one.title for one in steps if not one.undone][-1:],
            "redo": [one.title for one in steps if one.undone][:1],
        },
        map=draw.scenario_map(scenario.id, key=f"scenario:{scenario.id}"),
        zone=zone_of_user(),
        today=today(zone_of_user()),
    )


def own_page(scenario: Scenario, **more: Any) -> str:
    """What a scenario changes for the signed-in rep, and nothing of anybody else's accounts."""
    tx = snapshot()
    part = own_part(tx, scenario)
    assert part is not None
    remarks = [one for one in remarks_on(tx, scenario.id) if one.user_id == me().id]
    return render_template(
        "scenarios/own.html",
        scenario=scenario,
        part=part,
        shown=part.loses[:LOSES_SHOWN],
        own=next((one for one in scenario.territories if one.position == part.position), None),
        remarks=remarks,
        accounts=_own_names(part.loses, remarks),
        name_at=name_at,
        names=user_names(tx),
        can_object=scenario.state in {ScenarioState.DRAFT, ScenarioState.APPROVED},
        zone=zone_of_user(),
        **more,
    )


def _own_names(loses: tuple[tuple[Any, int], ...], remarks: list[Remark]) -> dict[int, str]:
    """Names of the accounts that the rep has spoken of, as far as the rep still sees them."""
    spoken = {one.account_id for one in remarks}
    return {account.id: account.name for account, _ in loses if account.id in spoken}


def list_page(refused: GcrmError | None) -> str:
    """The list of scenarios; refused: why the form below it was not taken."""
    tx = snapshot()
    scenarios = all_scenarios(tx)
    zone = zone_of_user()
    if not sees_all():
        mine = [(one, part) for one in scenarios if (part := own_part(tx, one)) is not None]
        return render_template("scenarios/own_list.html", mine=mine, zone=zone)
    can_change = me().role in PLANNERS
    return render_template(
        "scenarios/list.html",
        scenarios=scenarios,
        finding=finding,
        names=user_names(tx),
        offered=choices_of(tx, all_reps(tx)) if can_change else None,
        seconds=SECONDS,
        given=request.form,
        refused=refused,
        can_change=can_change,
        has_area=_has_area(),
        zone=zone,
    )


def _has_area() -> bool:
    try:
        workspace().areas.current()
    except GcrmError:
        return False
    return True


from webapp.scenarios import decisions, frontier, homes, said, sides, work  # noqa: E402, F401 - they add their views to the blueprint
