"""Where the potential is: what could be sold to businesses that do not buy yet, by region or around a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.region_lookup import regions_of
from gcrm.common.language import number, say
from gcrm.markets.businesses import BuyingKind
from gcrm.markets.estimate import ModelError
from gcrm.markets.market import CUSTOMER, REFUSED, UNKNOWN, Market, market_of
from gcrm.markets.reach import reach_of
from gcrm.markets.reasons import reasons_of
from gcrm.markets.surroundings import inside
from gcrm.platform.errors import NotFound
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PotentialRow:
    """A region, or what is within reach of a place.

    businesses: accounts, and unknown businesses of the kinds that buy, each once; known: those that are accounts;
    customers: those that buy; refused: those that are not wanted. bought: what the customers there bought in a year.
    value, low, high: by measure "revenue" what those that do not buy yet (known or not) would buy together in a year,
    if they bought as customers like them do; by "customers" how many more would be customers, if as many were as at
    places like these elsewhere. None where there is not enough history. low to high holds the true value four times in
    five. account_value, account_low, account_high: what one of them would buy. reasons: at most three, the strongest.
    """

    id: int
    name: str
    businesses: int
    known: int
    customers: int
    refused: int
    bought: float | None
    value: float | None
    low: float | None
    high: float | None
    account_value: float | None
    account_low: float | None
    account_high: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Potential:
    """A row a region, the largest value first; one for a place.

    measure: "revenue", "customers", or "" where there is not enough history; currency and period of revenue. kinds:
    that buy. error: of the model, None without one. remark: what has to be known to read it. attribution: of the
    businesses. outside: businesses in none of the regions.
    """

    rows: tuple[PotentialRow, ...]
    measure: str
    currency: str
    period: str
    kinds: tuple[BuyingKind, ...]
    error: ModelError | None
    remark: str
    attribution: str
    imported_on: date | None
    set_name: str = ""
    outside: int = 0


def potential_of_regions(
    workspace: Workspace, set_name: str, kinds: Sequence[str] = (), tx: "Transaction | None" = None
) -> Potential:
    """A row for each region of a set. kinds: words for those that buy, learnt from the customers if not given.

    tx: a snapshot to read in. Raises NotFound for a set that is not there.
    """
    if tx is None:
        with workspace.store.read() as opened:
            return potential_of_regions(workspace, set_name, kinds, opened)
    regions = sorted(tx.regions.of_set(set_name), key=lambda region: region.name.casefold())
    if not regions:
        raise NotFound(
            say("There are no regions called {set_name!r}.", set_name=set_name),
            say("The sets are {regions}.", regions=_listed(tx.regions.sets())),
        )
    market = market_of(workspace, kinds, tx)
    located = regions_of(market.traits.points, regions)
    there: list[list[int]] = [[] for _ in regions]
    for row, positions in enumerate(located):
        for position in positions:
            there[position].append(row)
    rows = [
        potential_row(market, np.asarray(some, dtype=np.intp), region.id, region.name)
        for region, some in zip(regions, there, strict=True)
    ]
    ordered = sorted(rows, key=lambda row: (-(row.value or 0.0), -(row.businesses - row.known), row.name.casefold()))
    return _told(market, ordered, set_name=set_name, outside=sum(not positions for positions in located))


def potential_of_place(
    workspace: Workspace,
    place: LonLat | tuple[float, float],
    minutes: float,
    kinds: Sequence[str] = (),
    tx: "Transaction | None" = None,
) -> Potential:
    """One row for what is within so many minutes by car of a place, (lon, lat), EPSG:4326.

    Raises InputRejected for a place that is not on Earth and minutes that cannot be.
    """
    reach = reach_of(workspace, place, minutes)
    market = market_of(workspace, kinds, tx)
    rows = np.flatnonzero(inside(market.traits.points, reach.area))
    name = say("within {minutes:g} min of {lon:g},{lat:g}", minutes=minutes, lon=reach.origin.lon, lat=reach.origin.lat)
    return _told(market, [potential_row(market, rows, 0, name)], remarks=(reach.remark,))


def potential_row(market: Market, rows: NDArray[np.intp], row_id: int, name: str) -> PotentialRow:
    """What is to be said of these rows of the market together."""
    status = market.status[rows]
    open_ = rows[market.is_open[rows]]
    value = low = high = account_value = account_low = account_high = None
    weights = None
    if market.amounts is not None:
        value, low, high = market.amounts.total(market.amount[open_])
        if len(open_):
            weights, lows, highs = market.amounts.of(market.amount[open_])
            account_value, account_low, account_high = (float(np.mean(each)) for each in (weights, lows, highs))
    elif market.chances is not None:
        wanted = rows[status != REFUSED]
        expected = market.chances.total(market.chances.held_out[wanted])
        customers = int((status == CUSTOMER).sum())
        value, low, high = (max(0.0, each - customers) for each in expected)
        weights = market.chances.held_out[open_]
    bought = market.bought[rows]
    return PotentialRow(
        id=row_id,
        name=name,
        businesses=len(rows),
        known=int((market.accounts[rows] > 0).sum()),
        customers=int((status == CUSTOMER).sum()),
        refused=int((status == REFUSED).sum()),
        bought=float(np.nansum(bought)) if market.sales.by_account else None,
        value=value,
        low=low,
        high=high,
        account_value=account_value,
        account_low=account_low,
        account_high=account_high,
        reasons=reasons_of(market, open_, weights),
    )


def finding_of(found: Potential) -> str:
    """The one sentence that a manager should read."""
    if not found.rows:
        return ""
    best = found.rows[0]
    unknown = best.businesses - best.known - best.refused
    if best.value and best.low is not None and best.high is not None:
        unit = f" {found.currency}" if found.currency else ""
        if found.measure == "revenue":
            return say(
                "{name} has the most to win: about {value}{unit} a year ({low} to {high}), if all {count} businesses"
                " there that do not buy yet did.",
                name=best.name,
                value=number(best.value),
                unit=unit,
                low=number(best.low),
                high=number(best.high),
                count=number(best.businesses - best.customers - best.refused),
            )
        return say(
            "{name} has the most to win: about {value} more customers ({low} to {high}), if as many bought there as"
            " at places like it.",
            name=best.name,
            value=number(best.value),
            low=number(best.low),
            high=number(best.high),
        )
    most = max(found.rows, key=lambda row: row.businesses - row.known - row.refused)
    unknown = most.businesses - most.known - most.refused
    if unknown:
        return say(
            "{name} has {count} businesses of the kinds that buy, and you know none of them.",
            name=most.name,
            count=number(unknown),
        )
    return say("No business is known that does not buy yet.")


def _told(
    market: Market,
    rows: Sequence[PotentialRow],
    *,
    set_name: str = "",
    outside: int = 0,
    remarks: Sequence[str] = (),
) -> Potential:
    model = market.amounts or market.chances
    has_any = bool((market.status == UNKNOWN).any()) or bool(len(market.names))
    empty = () if has_any else (say("There are no accounts with a place yet: import them."),)
    return Potential(
        rows=tuple(rows),
        measure=market.measure,
        currency=market.sales.currency if market.amounts else "",
        period=market.sales.period if market.amounts else "",
        kinds=market.buying,
        error=model.judged if model else None,
        remark=" ".join(each for each in (*remarks, *empty, *market.remarks) if each),
        attribution=market.attribution,
        imported_on=market.imported_on,
        set_name=set_name,
        outside=outside,
    )


def _listed(sets: Sequence[str]) -> str:
    return ", ".join(sets) or say("none")
