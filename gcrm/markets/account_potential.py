"""The potential of each account, for territories that are to have it alike."""

from collections.abc import Sequence

import numpy as np

from gcrm.common.language import say
from gcrm.markets.market import CUSTOMER, market_of
from gcrm.territories.scenarios.model import KnownPotential
from gcrm.workspace import Workspace


def potential_for(workspace: Workspace, balance: Sequence[str]) -> KnownPotential | None:
    """What each account buys or would buy in a year; None where nobody asks for it to be balanced."""
    return account_potential(workspace) if "potential" in balance else None


def account_potential(workspace: Workspace) -> KnownPotential:
    """With a model of amounts: what an account bought in a year, or else would buy as customers like it do.

    With one of who buys: how likely an account is a customer, 1 for one that is. Without either: nothing, and why.
    """
    market = market_of(workspace)
    own = market.accounts > 0
    if market.amounts is not None:
        would, _, _ = market.amounts.of(market.amount[own])
        bought = market.bought[own]
        values = np.where(np.isfinite(bought), bought, would)
        unit = market.sales.currency
    elif market.chances is not None:
        values, unit = np.where(market.status[own] == CUSTOMER, 1.0, market.chances.held_out[own]), "customers"
    else:
        return KnownPotential({}, reason=" ".join(market.remarks) or say("There is not enough history."))
    known = dict(zip(market.accounts[own].tolist(), np.maximum(values, 0.0).tolist(), strict=True))
    return KnownPotential(known, unit)
