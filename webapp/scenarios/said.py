"""What people say about a scenario: comments, objections with their cost shown first, and the planner's answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.platform.errors import Conflict, GcrmError, InputRejected
from gcrm.territories.scenarios.model import ScenarioState
from gcrm.territories.scenarios.objections import comment, object_to, settle
from gcrm.territories.scenarios.queries import cost_of_objection, name_at, one_remark, positions_in, units_of
from webapp.access import EVERYONE, PLANNERS, account_to_see, allow, me
from webapp.context import snapshot, workspace
from webapp.scenarios.blueprint import blueprint, scenario_to_see


@blueprint.post("/<int:scenario_id>/comments")
@allow(*EVERYONE)
def add_comment(scenario_id: int) -> ResponseReturnValue:
    """Comment on it."""
    scenario_to_see(snapshot(), scenario_id)
    comment(workspace(), scenario_id, request.form.get("text", ""), me().id)
    flash(say("Saved."))
    return redirect(url_for("scenarios.show", scenario_id=scenario_id, _anchor="said"))


@blueprint.get("/<int:scenario_id>/objection")
@allow(*EVERYONE)
def objection(scenario_id: int) -> ResponseReturnValue:
    """An objection to one account, before it is sent: what following it would cost."""
    account_id, wanted = request.args.get("account", type=int), request.args.get("wanted", type=int)
    return _before(scenario_id, account_id, wanted)


@blueprint.post("/<int:scenario_id>/objections")
@allow(*EVERYONE)
def object_(scenario_id: int) -> ResponseReturnValue:
    """Object to one account, with a reason and where it should go instead."""
    scenario_to_see(snapshot(), scenario_id)
    account_id, wanted = request.form.get("account", type=int), request.form.get("wanted", type=int)
    if account_id is None or wanted is None:
        raise InputRejected(say("No account is chosen."), say("Choose one, and where it should go instead."))
    name = account_to_see(snapshot(), account_id).name
    try:
        object_to(workspace(), scenario_id, account_id, wanted, request.form.get("reason", ""), me().id)
    except InputRejected as refused:
        return _before(scenario_id, account_id, wanted, refused), 400
    flash(say("Objection to {name} sent.", name=name))
    return redirect(url_for("scenarios.show", scenario_id=scenario_id, _anchor="said"))


@blueprint.post("/<int:scenario_id>/remarks/<int:remark_id>/settle")
@allow(*PLANNERS)
def answer(scenario_id: int, remark_id: int) -> ResponseReturnValue:
    """Follow an objection, or decline it."""
    how = request.form.get("answer", "")
    if how not in {"accept", "decline"}:
        raise InputRejected(say("No answer is chosen."), say("Accept the objection or decline it."))
    tx = snapshot()
    one_remark(tx, scenario_id, remark_id)
    if scenario_to_see(tx, scenario_id).state is ScenarioState.APPROVED and how == "accept":
        raise Conflict(
            say("This scenario is approved and does not change."), say("Withdraw it first, then accept the objection.")
        )
    settle(workspace(), remark_id, accept=how == "accept", user_id=me().id)
    flash(say("Accepted. The account is moved.") if how == "accept" else say("Declined."))
    return redirect(url_for("scenarios.show", scenario_id=scenario_id, _anchor="said"))


def _before(scenario_id: int, account_id: int | None, wanted: int | None, refused: GcrmError | None = None) -> str:
    tx = snapshot()
    scenario = scenario_to_see(tx, scenario_id)
    if account_id is None:
        raise InputRejected(say("No account is chosen."), say("Choose one of the list."))
    account = account_to_see(tx, account_id)
    units = units_of(tx, scenario_id)
    rows = (units.account_ids == account_id).nonzero()[0]
    if not len(rows):
        raise InputRejected(say("This account is not in the scenario."), say("Choose one that is."))
    there = int(positions_in(tx, scenario_id, units)[rows[0]])
    others = [one for one in scenario.territories if one.position != there]
    if not others:
        raise InputRejected(say("There is no other territory in this scenario."), say("Write a comment instead."))
    own = next((one.position for one in others if one.rep_id is not None and one.rep_id == me().rep_id), None)
    chosen = wanted if wanted is not None else (own if own is not None else others[0].position)
    cost = cost_of_objection(tx, scenario_id, account_id, chosen)
    return render_template(
        "scenarios/objection.html",
        scenario=scenario,
        account=account,
        goes_to=name_at(scenario, there),
        others=others,
        chosen=chosen,
        cost=cost,
        reason=request.form.get("reason", ""),
        refused=refused,
    )
