"""What pages ask about scenarios. Each answer is read in one snapshot."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gcrm.accounts.model import Account
from gcrm.accounts.region_lookup import regions_of
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.territories.model import Region
from gcrm.territories.scenarios.change_by_hand import positions_of, posts_in
from gcrm.territories.scenarios.gather import dues_of
from gcrm.territories.scenarios.model import NOBODY, Level, Remark, Scenario, ScenarioState, Step, Units
from gcrm.territories.scenarios.objections import cost_of

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

FOUND_MOST = 20
"""Accounts that a search by name answers with."""


@dataclass(frozen=True, slots=True)
class OwnChanges:
    """What a scenario changes for one rep.

    position: of the rep's territory in it, None where there would be none. loses: the accounts that would go, by where
    they would go; gains: how many would come. Those are somebody else's until then.
    """

    position: int | None
    loses: tuple[tuple[Account, int], ...]
    gains: int
    keeps: int


def all_scenarios(tx: "Transaction") -> list[Scenario]:
    """Every scenario, the newest first."""
    return tx.scenarios.all()


def one_scenario(tx: "Transaction", scenario_id: int) -> Scenario:
    """One scenario. Raises NotFound."""
    return tx.scenarios.get(scenario_id)


def version_of(tx: "Transaction", scenario_id: int) -> str:
    """A mark that is another one once the scenario was changed. Raises NotFound."""
    return tx.scenarios.version(scenario_id)


def remarks_on(tx: "Transaction", scenario_id: int) -> list[Remark]:
    """All that was said about it, the oldest first."""
    return tx.scenarios.remarks(scenario_id)


def one_remark(tx: "Transaction", scenario_id: int, remark_id: int) -> Remark:
    """One remark on that scenario. Raises NotFound."""
    found = tx.scenarios.remark(remark_id)
    if found.scenario_id != scenario_id:
        raise NotFound(say("There is no remark {remark_id} on this scenario.", remark_id=remark_id), say("Look again."))
    return found


def steps_by_hand(tx: "Transaction", scenario_id: int) -> list[Step]:
    """All changes by hand, the oldest first, without which accounts they moved."""
    return tx.scenarios.step_titles(scenario_id)


def units_of(tx: "Transaction", scenario_id: int) -> Units:
    """The accounts of a scenario with what they weigh. Raises NotFound."""
    return tx.scenarios.units(scenario_id)


def positions_in(tx: "Transaction", scenario_id: int, units: Units) -> np.ndarray:
    """(n,) the position of each account, -1 for nobody's."""
    return positions_of(units, tx.scenarios.positions(scenario_id))


def due_shares(tx: "Transaction", scenario: Scenario) -> np.ndarray:
    """(k,) the share of all work that is each territory's due."""
    return dues_of(posts_in(tx, scenario))


def simulation_of(tx: "Transaction", scenario_id: int) -> dict[str, Any] | None:
    """What came out when it was simulated, None where it was not or was changed since."""
    return tx.scenarios.simulation(scenario_id)


def cost_of_objection(tx: "Transaction", scenario_id: int, account_id: int, wanted: int) -> dict[str, Any]:
    """What following an objection would cost. Raises as `object_to`."""
    return cost_of(tx, scenario_id, account_id, wanted)


def levels(tx: "Transaction") -> list[str]:
    """What can be given out whole: accounts, cells, postcodes, and every set of regions."""
    return [*(one.value for one in Level), *tx.regions.sets()]


def currencies(tx: "Transaction") -> list[str]:
    """The currencies that orders are known in."""
    return sorted(tx.orders.revenue_by_account(None, None)) if tx.orders.count() else []


def parts_of_level(tx: "Transaction", scenario_id: int, level: str) -> tuple[list[str], np.ndarray]:
    """The regions of a set, or the postcodes, that have accounts of a scenario: names, and (n,) which each is in.

    -1 for an account in none. Raises NotFound, InputRejected for a level that is not there.
    """
    units = tx.scenarios.units(scenario_id)
    found = np.full(units.count, -1, dtype=np.int32)
    names: dict[str, int] = {}
    if level == Level.POSTCODES:
        codes = {one.id: one.address.postcode for one in tx.accounts.by_ids(units.account_ids.tolist())}
        for row, account_id in enumerate(units.account_ids.tolist()):
            code = " ".join(codes.get(account_id, "").split()).upper()
            if code:
                found[row] = names.setdefault(code, len(names))
        return list(names), found
    if level not in tx.regions.sets():
        raise InputRejected(
            say("There is no level called {level!r}.", level=level[:80]), say("Choose one of the list.")
        )
    regions = tx.regions.of_set(level)
    for row, inside in enumerate(regions_of(units.places, regions)):
        if len(inside):
            found[row] = names.setdefault(regions[int(inside[0])].name, len(names))
    return list(names), found


def regions_in(tx: "Transaction", level: str) -> list[Region]:
    """The regions of a set; none for a level that is no set."""
    return tx.regions.of_set(level)


def accounts_by_name(tx: "Transaction", scenario_id: int, text: str) -> list[Account]:
    """Accounts of a scenario whose name, town or the like has this text, at most `FOUND_MOST`. Raises NotFound."""
    held = tx.scenarios.positions(tx.scenarios.get(scenario_id).id)
    found, _ = tx.accounts.page(text=text, sort="name", limit=10 * FOUND_MOST)
    return [one for one in found if one.id in held][:FOUND_MOST]


def account_names(tx: "Transaction", account_ids: list[int]) -> dict[int, str]:
    """Names of accounts that are still there."""
    return {one.id: one.name for one in tx.accounts.by_ids(account_ids)}


def own_changes(tx: "Transaction", scenario: Scenario, rep_id: int | None, seen: AbstractSet[int]) -> OwnChanges:
    """What changes for a rep who sees the accounts of the territories `seen`."""
    position = next((one.position for one in scenario.territories if rep_id and one.rep_id == rep_id), None)
    held = tx.scenarios.positions(scenario.id)
    columns = tx.accounts.columns()
    own = {
        account
        for account, territory in zip(columns.ids.tolist(), columns.territories.tolist(), strict=True)
        if territory in seen
    }
    going = sorted(one for one in own if one in held and held[one] != position)
    return OwnChanges(
        position,
        tuple((one, held[one.id]) for one in tx.accounts.by_ids(going)),
        sum(at == position and one not in own for one, at in held.items()) if position is not None else 0,
        sum(held.get(one) == position for one in own) if position is not None else 0,
    )


def is_shown_to_reps(scenario: Scenario) -> bool:
    """Whether reps may see what it changes for them: open for comment, approved, or applied."""
    if scenario.state is ScenarioState.DRAFT:
        return scenario.open_for_comment
    return scenario.state in {ScenarioState.APPROVED, ScenarioState.APPLIED}


def name_at(scenario: Scenario, position: int | None) -> str:
    """The territory at a position, by name."""
    if position is None or position == NOBODY:
        return "nobody"
    return next((one.name for one in scenario.territories if one.position == position), "nobody")
