"""What people say about a scenario: comments, and objections to one account with what following them would cost."""

from typing import TYPE_CHECKING, Any

from gcrm.common.language import number, say
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.territories.scenarios.change_by_hand import move_accounts, positions_of, posts_in, with_figures
from gcrm.territories.scenarios.model import NOBODY, Remark, Scenario, ScenarioState
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

MOST_LETTERS = 2_000
ACCEPTED, DECLINED = "accepted", "declined"


def comment(workspace: Workspace, scenario_id: int, text: str, user_id: int | None = None) -> Remark:
    """Say something about a scenario. Raises NotFound, InputRejected for no text."""
    text = _said(text)
    with workspace.store.write() as tx:
        tx.scenarios.get(scenario_id)
        return tx.scenarios.add_remark(Remark(scenario_id, text, workspace.clock(), user_id))


def object_to(
    workspace: Workspace, scenario_id: int, account_id: int, wanted: int, reason: str, user_id: int | None = None
) -> Remark:
    """Object to where one account would go, with a counter-proposal: the position that it should have.

    The answer holds what following it would cost. Raises NotFound, Conflict for a scenario that is decided,
    InputRejected for no reason, or an account or a territory that is not in the scenario.
    """
    reason = _said(reason)
    with workspace.store.write() as tx:
        cost = cost_of(tx, scenario_id, account_id, wanted)
        return tx.scenarios.add_remark(
            Remark(scenario_id, reason, workspace.clock(), user_id, account_id, wanted, cost)
        )


def cost_of(tx: "Transaction", scenario_id: int, account_id: int, wanted: int) -> dict[str, Any]:
    """What it would cost to give one account to the territory at a position: for a person before the objection is sent.

    Raises as `object_to`.
    """
    scenario = tx.scenarios.get(scenario_id)
    if scenario.state not in {ScenarioState.DRAFT, ScenarioState.APPROVED}:
        raise Conflict(
            say("{scenario} is {state}.", scenario=scenario.name, state=say(scenario.state.value)),
            say("Object to a scenario that is still open."),
        )
    held = tx.scenarios.positions(scenario_id)
    if account_id not in held:
        raise InputRejected(say("This account is not in the scenario."), say("Choose one that is."))
    if not 0 <= wanted < len(scenario.territories):
        raise InputRejected(say("There is no such territory in this scenario."), say("Choose one of the list."))
    if held[account_id] == wanted:
        raise InputRejected(say("The account would be there already."), say("Choose where it should go instead."))
    return _cost(tx, scenario, held, account_id, wanted)


def settle(workspace: Workspace, remark_id: int, *, accept: bool, user_id: int | None = None) -> Scenario:
    """Follow an objection, or decline it. Raises NotFound, Conflict for one that is settled or a decided scenario."""
    with workspace.store.read() as tx:
        remark = tx.scenarios.remark(remark_id)
    if not remark.is_objection or remark.settled:
        raise Conflict(say("This objection is settled."), say("Look again."))
    assert remark.account_id is not None
    assert remark.wanted is not None
    if accept:
        move_accounts(workspace, remark.scenario_id, [remark.account_id], remark.wanted, user_id)
    with workspace.store.write() as tx:
        tx.scenarios.settle(remark_id, ACCEPTED if accept else DECLINED)
        return tx.scenarios.get(remark.scenario_id)


def _cost(tx: "Transaction", scenario: Scenario, held: dict[int, int], account_id: int, wanted: int) -> dict[str, Any]:
    units = tx.scenarios.units(scenario.id)
    changed = with_figures(scenario, units, positions_of(units, {**held, account_id: wanted}), posts_in(tx, scenario))
    now = held[account_id]
    names = {one.position: one.name for one in scenario.territories} | {NOBODY: say("nobody")}
    return {
        "from": names.get(now, ""),
        "to": names[wanted],
        "deviation": scenario.deviation,
        "deviation_after": changed.deviation,
        "work_h": {
            one.name: round(one.figures.work_h - before.figures.work_h, 2)
            for one, before in zip(changed.territories, scenario.territories, strict=True)
            if one.position in {now, wanted}
        },
        "minutes_to_centre": {
            one.name: round((one.figures.minutes_to_centre or 0.0) - (before.figures.minutes_to_centre or 0.0), 2)
            for one, before in zip(changed.territories, scenario.territories, strict=True)
            if one.position in {now, wanted}
        },
        "pieces": changed.territories[wanted].figures.pieces,
    }


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise InputRejected(say("There is nothing in it."), say("Write what you mean."))
    if len(text) > MOST_LETTERS:
        raise InputRejected(
            say("The text has over {most_letters} letters.", most_letters=number(MOST_LETTERS)), say("Shorten it.")
        )
    return text
