"""Everybody who buys or may buy: accounts, and the businesses of the extract that are none, with the models of both."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.model import Account, Kind
from gcrm.common.language import language, number, say, to_say
from gcrm.common.text import tokens
from gcrm.common.today import desk_today
from gcrm.markets.blocks import spatial_blocks
from gcrm.markets.businesses import Businesses, BuyingKind, businesses_of, buying_kinds, matched, rows_of_kinds
from gcrm.markets.estimate import LEAST_ACCOUNTS, LEAST_BLOCKS, AmountModel, ChanceModel, learn_amounts, learn_chances
from gcrm.markets.reach import NO_AREA
from gcrm.markets.refused import rows_refused
from gcrm.markets.surroundings import Surroundings
from gcrm.markets.traits import Floats, Traits, telling_words
from gcrm.platform.errors import NotReady
from gcrm.sales.queries import revenue_by_account
from gcrm.territories.model import Region
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.areas.area import Area
    from gcrm.store import Store
    from gcrm.transaction import Transaction

UNKNOWN, PROSPECT, CUSTOMER, REFUSED = 0, 1, 2, 3
YEAR = timedelta(days=365)
KEPT = 4
"""Markets that are remembered until something in them changes."""
NO_BUSINESSES = to_say(
    "The extract holds no named shops, offices or other points of interest: only accounts are counted."
)
NO_KINDS = to_say(
    "None of your customers was found among the businesses of the extract, so it is not known which kinds buy. Import"
    " your customers with their addresses, or give the kinds: `--kinds bakery,restaurant`."
)


@dataclass(frozen=True, slots=True)
class Bought:
    """What accounts bought in a year in the currency that most of them pay in, and what is to be said of it.

    by_account: account id to amount, above 0. period: "the year to 2026-11-24", "" where there are no orders.
    """

    by_account: dict[int, float]
    currency: str = ""
    period: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Market:
    """Accounts with a place, and the unknown businesses of the kinds that buy, a row each.

    traits: of all rows. names, kinds (words), keys (osm id, "" for an account that is no business of the extract): a
    row each. accounts: (n,) ids, 0 for none; status: (n,) UNKNOWN, PROSPECT, CUSTOMER or REFUSED; bought: (n,), NaN
    where not known. measure: "revenue" or "customers", by which model there is, "" for neither. amount: (n,) the linear
    part of the amounts model. remarks: what a reader has to know, one sentence each.
    """

    traits: Traits
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    keys: tuple[str, ...]
    accounts: NDArray[np.int64]
    status: NDArray[np.int8]
    bought: Floats
    buying: tuple[BuyingKind, ...]
    sales: Bought
    amounts: AmountModel | None
    chances: ChanceModel | None
    remarks: tuple[str, ...]
    amount: Floats
    attribution: str = ""
    imported_on: date | None = None

    @property
    def measure(self) -> str:
        """What is estimated."""
        return "revenue" if self.amounts else "customers" if self.chances else ""

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Rows that may become customers, (n,)."""
        return np.asarray((self.status == UNKNOWN) | (self.status == PROSPECT), dtype=np.bool_)


_answers: "WeakKeyDictionary[Store, OrderedDict[Any, Market]]" = WeakKeyDictionary()
_lock = threading.Lock()


def market_of(workspace: Workspace, kinds: Sequence[str] = (), tx: "Transaction | None" = None) -> Market:
    """The whole market, remembered for as long as nothing in it changes.

    kinds: words for the kinds that buy, learnt from the customers if not given. tx: a snapshot to read in.
    """
    if tx is None:
        with workspace.store.read() as opened:
            return market_of(workspace, kinds, opened)
    area: Area | None
    try:
        area = workspace.areas.current() if workspace.areas.has_any else None
    except NotReady:
        area = None
    sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()}
    refused = tx.refused_prospects.all()
    gone = tx.activities.closed_down()
    today = desk_today(tx.reps.all(), workspace.clock())
    key = (
        (area.info.name, getattr(area.info, "imported_at", None)) if area else None,
        tx.accounts.state(),
        tx.orders.state(),
        tuple((one.id, one.population, hash(one.geometry.bounds)) for some in sets.values() for one in some),
        tuple(one.id for one in refused),
        frozenset(gone),
        tuple(rep.home for rep in tx.reps.all()),
        tuple(kinds),
        today,
        language(),
    )
    with _lock:
        known = _answers.setdefault(workspace.store, OrderedDict())
        if key in known:
            known.move_to_end(key)
            return known[key]
    made = _made(tx, area, sets, kinds, today)
    if area is not None and hasattr(area.info, "attribution"):
        made = replace(made, attribution=area.info.attribution, imported_on=area.info.imported_at.date())
    with _lock:
        known[key] = made
        while len(known) > KEPT:
            known.popitem(last=False)
    return made


def _made(
    tx: "Transaction", area: "Area | None", sets: Mapping[str, Sequence[Region]], given: Sequence[str], today: date
) -> Market:
    frame = area.points_of_interest() if area else None
    there = businesses_of(frame) if frame is not None else _no_businesses()
    gone = tx.activities.closed_down()
    everyone = tx.accounts.all()
    of = matched(there, everyone)
    listed = [one for one in everyone if one.id not in gone and (one.place is not None or one.id in of)]
    buying = buying_kinds(there, listed, of, given)
    taken = set(of.values())
    free = np.asarray([row for row in rows_of_kinds(there, buying) if row not in taken], dtype=np.intp)
    refused = rows_refused(
        [there.keys[row] for row in free],
        [there.names[row] for row in free],
        [(float(lon), float(lat)) for lon, lat in there.points[free]],
        tx.refused_prospects.all(),
    )
    places = [one.place or tuple(there.points[of[one.id]]) for one in listed]
    points = np.vstack([np.asarray(places, dtype=np.float64).reshape(-1, 2), there.points[free]])
    words = {one.name for one in buying}
    kinds = (
        *(there.word(of[one.id]) if one.id in of else _segment(one, words) for one in listed),
        *(there.word(row) for row in free),
    )
    names = (*(one.name for one in listed), *(there.names[row] for row in free))
    bases = np.asarray([rep.home for rep in tx.reps.all() if rep.home], dtype=np.float64).reshape(-1, 2)
    around = Surroundings(
        there.points, [there.word(row) for row in range(len(there))], area.homes if area else None, sets, bases
    )
    numbers, labels = around.of(points, kinds)
    traits = Traits(
        points,
        numbers,
        labels,
        {"kind": tuple((kind,) for kind in kinds), "name": telling_words([tokens(name) for name in names])},
    )
    sales = bought_in_a_year(tx, today)
    status = np.array(
        [CUSTOMER if one.kind is Kind.CUSTOMER else PROSPECT for one in listed]
        + [REFUSED if each else UNKNOWN for each in refused],
        dtype=np.int8,
    )
    bought = np.array([sales.by_account.get(one.id, np.nan) for one in listed] + [np.nan] * len(free))
    amounts, why_no_amounts = _amounts(traits, bought)
    chances, why_no_chances = _chances(traits, status)
    remarks = [
        *([say(NO_AREA)] if area is None else [] if len(there) else [say(NO_BUSINESSES)]),
        *([say(NO_KINDS)] if len(there) and not buying else []),
        *sales.remarks,
        *_said_of_models(amounts, why_no_amounts, chances, why_no_chances, has_orders=bool(sales.by_account)),
    ]
    return Market(
        traits=traits,
        names=names,
        kinds=kinds,
        keys=(*(there.keys[of[one.id]] if one.id in of else "" for one in listed), *(there.keys[row] for row in free)),
        accounts=np.array([one.id for one in listed] + [0] * len(free), dtype=np.int64),
        status=status,
        bought=bought,
        buying=buying,
        sales=sales,
        amounts=amounts,
        chances=chances,
        remarks=tuple(remarks),
        amount=amounts.linear.of(traits) if amounts else np.full(len(names), np.nan),
    )


def bought_in_a_year(tx: "Transaction", today: date) -> Bought:
    """What each account bought in the last year that has orders."""
    days = tx.orders.days()
    if days is None:
        return Bought({})
    until = min(days[1], today)
    found = revenue_by_account(tx, until - YEAR + timedelta(days=1), until)
    positive = {
        currency: {account: float(amount) for account, amount in each.items() if amount > 0}
        for currency, each in found.items()
    }
    positive = {currency: each for currency, each in positive.items() if each}
    if not positive:
        return Bought({})
    chosen = max(positive, key=lambda currency: (len(positive[currency]), currency))
    others = sorted(currency or say("no currency") for currency in positive if currency != chosen)
    remarks = (
        [
            say(
                "Orders in {currencies} are left out: amounts of two currencies are not added up.",
                currencies=", ".join(others),
            )
        ]
        if others
        else []
    )
    if (until - days[0]) < YEAR - timedelta(days=30):
        remarks.append(say("Orders are known from {day} on only: less than a year.", day=days[0]))
    return Bought(positive[chosen], chosen, say("the year to {until}", until=until), tuple(remarks))


def _amounts(traits: Traits, bought: Floats) -> tuple[AmountModel | None, str]:
    rows = np.flatnonzero(np.isfinite(bought))
    if len(rows) < LEAST_ACCOUNTS:
        return None, say(
            "Not enough history to say what an account would buy: {count} with orders in a year; {least} are needed.",
            count=number(len(rows)),
            least=LEAST_ACCOUNTS,
        )
    blocks = spatial_blocks(traits.points[rows])
    if blocks.max() + 1 < LEAST_BLOCKS:
        return None, say("Not enough history to say what an account would buy: all of them are at a few places.")
    return learn_amounts(traits.rows(rows), bought[rows], blocks), ""


def _chances(traits: Traits, status: NDArray[np.int8]) -> tuple[ChanceModel | None, str]:
    customers, others = int((status == CUSTOMER).sum()), int((status != CUSTOMER).sum())
    if customers < LEAST_ACCOUNTS:
        return None, say(
            "Not enough history to say who would become a customer: there are {count} with a place; {least} are"
            " needed.",
            count=number(customers),
            least=LEAST_ACCOUNTS,
        )
    if others < LEAST_ACCOUNTS:
        return None, say(
            "There are {count} prospects and other businesses beside your customers, too few to learn from: {least}"
            " are needed.",
            count=number(others),
            least=LEAST_ACCOUNTS,
        )
    blocks = spatial_blocks(traits.points)
    if blocks.max() + 1 < LEAST_BLOCKS:
        return None, say("All businesses are at a few places, so nothing can be learnt about others.")
    return learn_chances(traits, (status == CUSTOMER).astype(np.float64), blocks), ""


def _said_of_models(
    amounts: AmountModel | None, why_no_amounts: str, chances: ChanceModel | None, why_no: str, *, has_orders: bool
) -> list[str]:
    if amounts is not None:
        said = say(
            "What stands around a place does not tell what is bought there, so the mean of your customers is shown."
        )
        return [said] if amounts.judged.uses == "mean" else []
    found = [why_no_amounts] if has_orders else []
    if chances is None:
        return [*found, why_no]
    if not has_orders:
        found.append(say("No orders are imported, so numbers of customers are estimated: `gcrm orders import`."))
    if chances.judged.uses == "mean":
        found.append(say("What stands around a business does not tell whether it buys, so the mean share is shown."))
    return found


def _segment(account: Account, buying: set[str]) -> str:
    """The kind of an account that is no business of the extract: its segment, as the kinds are called."""
    word = " ".join(tokens(account.segment))
    return next((one for one in (word, word.removesuffix("s")) if one in buying), word)


def _no_businesses() -> Businesses:
    return Businesses(np.empty((0, 2)), (), (), (), ())
