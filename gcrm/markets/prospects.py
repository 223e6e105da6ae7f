"""Potential customers, ranked: businesses that are no accounts, each with why, and how far from whose route."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import Account, Address, Kind, Level, Placement
from gcrm.accounts.ownership import fill, owners_of
from gcrm.common.language import number, say
from gcrm.common.today import desk_today
from gcrm.common.wording import MONTHS, WEEKDAYS
from gcrm.markets.businesses import is_account
from gcrm.markets.market import REFUSED, UNKNOWN, Market, market_of
from gcrm.markets.reach import reach_of
from gcrm.markets.reasons import reasons_of_one
from gcrm.markets.refused import RefusedProspect
from gcrm.markets.surroundings import inside
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.workspace import Workspace
from routing.geodesy import distances_m
from routing.points import LonLat, as_points

if TYPE_CHECKING:
    from gcrm.geocoding.candidate import Candidate
    from gcrm.transaction import Transaction

LISTED = 25
"""Potential customers that are listed at once."""
SOON = timedelta(days=7)
"""Routes of this many days are looked at."""
LICENCE = "ODbL 1.0"
SOURCE = "OpenStreetMap contributors"
REASON_MOST = 500


@dataclass(frozen=True, slots=True)
class Near:
    """The planned stop, or else the home, of a rep that is nearest: metres straight, seconds by car where known."""

    rep: str
    what: str
    day: date | None
    metres: float
    seconds: int | None = None

    @property
    def text(self) -> str:
        """As in "6 min from Anna's route of Tue 1 Dec (Alpen Bakery)"."""
        away = f"{max(1, round((self.seconds or 0) / 60))} min"
        if self.seconds is None:
            away = f"{number(self.metres / 1000, 1)} km"
        if self.day is None:
            return say("{away} from the home of {rep}", away=away, rep=self.rep)
        when = say(
            "{weekday} {day} {month}",
            weekday=say(WEEKDAYS[self.day.weekday()]),
            day=self.day.day,
            month=say(MONTHS[self.day.month - 1]),
        )
        return say("{away} from {rep}'s route of {when} ({what})", away=away, rep=self.rep, when=when, what=self.what)


@dataclass(frozen=True, slots=True)
class PotentialCustomer:
    """A business that is no account. number: its rank in this list; key: its number in OpenStreetMap, for good.

    value, low, high: what it would buy in a year, None without a model of that; chance: that it is a customer, by
    businesses like it, None without. territory, rep: to whom it would fall, "" for nobody. near: from whose route.
    """

    number: int
    key: str
    name: str
    kind: str
    lon: float
    lat: float
    value: float | None
    low: float | None
    high: float | None
    chance: float | None
    reasons: tuple[str, ...]
    territory: str
    rep: str
    near: Near | None
    route: str
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class PotentialCustomers:
    """The first ones of a region or reach, how many there are in all, and what has to be known to read them."""

    rows: tuple[PotentialCustomer, ...]
    count: int
    currency: str
    remark: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Added:
    """The prospects that were made, with the number to undo it by, 0 where none was; and why others were not."""

    accounts: tuple[Account, ...]
    change_set: int
    passed_over: tuple[str, ...]


def prospects_of_place(
    workspace: Workspace,
    place: LonLat | tuple[float, float],
    minutes: float,
    kinds: Sequence[str] = (),
    limit: int = LISTED,
) -> PotentialCustomers:
    """Those within so many minutes by car of a place. Raises InputRejected as `reach_of`."""
    reach = reach_of(workspace, place, minutes)
    found = _prospects(workspace, reach.area, kinds, limit)
    return replace(found, remark=" ".join(each for each in (reach.remark, found.remark) if each))


def prospects_of_region(
    workspace: Workspace, region_id: int, kinds: Sequence[str] = (), limit: int = LISTED
) -> PotentialCustomers:
    """Those in a region. Raises NotFound."""
    with workspace.store.read() as tx:
        region = tx.regions.get(region_id)
    return _prospects(workspace, region.geometry, kinds, limit)


def _prospects(workspace: Workspace, area: BaseGeometry, kinds: Sequence[str], limit: int) -> PotentialCustomers:
    with workspace.store.read() as tx:
        market = market_of(workspace, kinds, tx)
        rows = np.flatnonzero((market.status == UNKNOWN) & inside(market.traits.points, area))
        first = rows[np.argsort(-_worth(market, rows), kind="stable")][:limit]
        places = market.traits.points[first]
        falls_to = _territories(tx, places)
        stops = _coming_stops(tx, desk_today(tx.reps.all(), workspace.clock()))
    nears = _nearest(workspace, places, stops)
    value, low, high = market.amounts.of(market.amount[first]) if market.amounts else (None, None, None)
    found = [
        PotentialCustomer(
            number=position + 1,
            key=market.keys[row],
            name=market.names[row],
            kind=market.kinds[row],
            lon=float(places[position][0]),
            lat=float(places[position][1]),
            value=None if value is None else float(value[position]),
            low=None if low is None else float(low[position]),
            high=None if high is None else float(high[position]),
            chance=float(market.chances.held_out[row]) if market.chances else None,
            reasons=reasons_of_one(market, row),
            territory=falls_to[position][0],
            rep=falls_to[position][1],
            near=nears[position],
            route=near.text if (near := nears[position]) else "",
            licence=LICENCE,
            source=_source(market, market.keys[row]),
        )
        for position, row in enumerate(first.tolist())
    ]
    return PotentialCustomers(
        tuple(found),
        len(rows),
        market.sales.currency if market.amounts else "",
        " ".join(market.remarks),
        market.attribution,
    )


def add_prospects(
    workspace: Workspace, keys: Sequence[str], kinds: Sequence[str] = (), user_id: int | None = None
) -> Added:
    """Make prospects of businesses, by their numbers in OpenStreetMap; the licence and the source stay with them.

    Those that are accounts by now, and those that were refused, are passed over with the reason. Raises NotFound for a
    number that no business of the kinds that buy has.
    """
    wanted = list(dict.fromkeys(keys))
    market = market_of(workspace, kinds)
    at = {key: row for row, key in enumerate(market.keys) if key}
    missing = next((key for key in wanted if key not in at), None)
    if missing is not None:
        raise NotFound(
            say("There is no business {missing!r} that may become a customer.", missing=missing[:40]),
            say("Look at the list again."),
        )
    now = workspace.clock()
    drafts = {key: _account(workspace, market, at[key]) for key in wanted}
    passed: list[str] = []
    made: list[Account] = []
    with workspace.store.write() as tx:
        everyone = tx.accounts.all()
        refused = {one.key for one in tx.refused_prospects.all()}
        refused |= {market.keys[row] for row in np.flatnonzero(market.status == REFUSED).tolist()}
        for key, draft in drafts.items():
            assert draft.place is not None
            account = is_account(draft.name, draft.place, [*everyone, *made])
            if account is not None:
                passed.append(
                    say(
                        "{name} is account {account} ({known}) already.",
                        name=draft.name,
                        account=account.id,
                        known=account.name,
                    )
                )
            elif key in refused:
                passed.append(say("{name} was refused before.", name=draft.name))
            else:
                made.append(tx.accounts.add(replace(draft, created_at=now, updated_at=now)))
        change_set = 0
        if made:
            fill(tx, [one.id for one in made])
            made = [tx.accounts.get(one.id) for one in made]
            names = ", ".join(one.name for one in made[:3])
            title = say("Added from OpenStreetMap: {names}", names=names)
            if len(made) > 3:
                title = say("Added from OpenStreetMap: {names} and {more} more", names=names, more=len(made) - 3)
            change_set = record(tx, ChangeSet(ChangeKind.EDIT, title, now, user_id), [(None, one) for one in made]).id
    return Added(tuple(made), change_set, tuple(passed))


def refuse_prospect(
    workspace: Workspace, key: str, reason: str, kinds: Sequence[str] = (), user_id: int | None = None
) -> RefusedProspect:
    """Never offer a business again. Raises InputRejected without a reason, NotFound as `add_prospects`."""
    why = " ".join(reason.split())
    if not why:
        raise InputRejected(say("There is no reason."), say("Say in a few words why it is no prospect."))
    if len(why) > REASON_MOST:
        raise InputRejected(
            say("The reason has {count} letters.", count=len(why)),
            say("Use at most {reason_most}.", reason_most=REASON_MOST),
        )
    market = market_of(workspace, kinds)
    row = next((row for row, each in enumerate(market.keys) if each and each == key), None)
    if row is None:
        raise NotFound(
            say("There is no business {key!r} that may become a customer.", key=key[:40]),
            say("Look at the list again."),
        )
    lon, lat = (float(each) for each in market.traits.points[row])
    refused = RefusedProspect(key, market.names[row], LonLat(lon, lat), why, workspace.clock(), user_id)
    with workspace.store.write() as tx:
        tx.refused_prospects.add(refused)
    return refused


def chosen_keys(listed: PotentialCustomers, said: Sequence[str]) -> list[str]:
    """The keys that were meant: ranks in the list, or keys themselves. Raises NotFound for a rank beyond it."""
    by_number = {str(one.number): one.key for one in listed.rows}
    found = []
    for each in said:
        if each.isdecimal() and each not in by_number:
            raise NotFound(
                say("The list has no number {each}.", each=each),
                say("It has 1 to {count}; look at it again.", count=len(by_number)),
            )
        found.append(by_number.get(each, each))
    return found


def _worth(market: Market, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """What the list is ranked by: what each would buy times how likely it buys, as far as there are models."""
    if market.amounts is None and market.chances is None:
        customers = {one.name: one.customers for one in market.buying}
        return np.array([customers.get(market.kinds[row], 0) for row in rows], dtype=np.float64)
    worth = np.ones(len(rows))
    if market.amounts is not None:
        worth = worth * market.amounts.of(market.amount[rows])[0]
    if market.chances is not None:
        worth = worth * market.chances.held_out[rows]
    return worth


def _territories(tx: "Transaction", places: NDArray[np.float64]) -> list[tuple[str, str]]:
    """The territory and the rep that an account at each place would fall to, "" for none."""
    territories = {one.id: one for one in tx.territories.all()}
    names = {rep.id: rep.name or rep.key for rep in tx.reps.all()}
    if not territories or not len(places):
        return [("", "")] * len(places)
    asked = [Account("", place=LonLat(float(lon), float(lat))) for lon, lat in places]
    found = [territories.get(owner) if owner is not None else None for owner in owners_of(tx, asked)]
    return [(one.name, names.get(one.rep_id, "")) if one else ("", "") for one in found]


def _coming_stops(tx: "Transaction", today: date) -> list[tuple[LonLat, str, str, date | None]]:
    """Where reps will be in the next days: place, rep, account, day; their homes beside."""
    reps = {rep.id: rep for rep in tx.reps.all()}
    visits = tx.plans.visits_between(today, today + SOON)
    accounts = {one.id: one for one in tx.accounts.by_ids({one.account_id for one in visits})}
    stops: list[tuple[LonLat, str, str, date | None]] = []
    for visit in visits:
        account, rep = accounts.get(visit.account_id), reps.get(visit.rep_id)
        if account is not None and account.place is not None and rep is not None:
            stops.append((account.place, rep.name or rep.key, account.name, visit.day))
    return stops or [(rep.home, rep.name or rep.key, "", None) for rep in reps.values() if rep.home]


def _nearest(
    workspace: Workspace, places: NDArray[np.float64], stops: Sequence[tuple[LonLat, str, str, date | None]]
) -> list[Near | None]:
    if not stops or not len(places):
        return [None] * len(places)
    ends = as_points([stop[0] for stop in stops])
    metres = np.array([distances_m((float(lon), float(lat)), ends) for lon, lat in places])
    chosen = metres.argmin(axis=1)
    used = sorted(set(chosen.tolist()))
    matrix = workspace.travel_times.matrix(as_points([*places.tolist(), *ends[used].tolist()]))
    found: list[Near | None] = []
    for position, stop in enumerate(chosen.tolist()):
        _, rep, what, day = stops[stop]
        at = len(places) + used.index(stop)
        seconds = int(matrix.seconds[at, position]) if matrix.reachable[at, position] else None
        found.append(Near(rep, what, day, float(metres[position, stop]), seconds))
    return found


def _account(workspace: Workspace, market: Market, row: int) -> Account:
    """The prospect that a business becomes; its address is that of the nearest house, and says so."""
    lon, lat = (float(each) for each in market.traits.points[row])
    place = LonLat(lon, lat)
    found = _address_at(workspace, place)
    source = _source(market, market.keys[row])
    return Account(
        name=" ".join(market.names[row].split()),
        kind=Kind.PROSPECT,
        address=Address(line=found.label) if found else Address(),
        place=place,
        placement=Placement(Level.HOUSE, 1.0, found.label if found else "", "", source, "", workspace.clock()),
        segment=market.kinds[row],
        note=" ".join(
            [
                say("From {source}.", source=source),
                *([say("The address is that of the nearest house.")] if found else []),
            ]
        ),
    )


def _address_at(workspace: Workspace, place: LonLat) -> "Candidate | None":
    found = workspace.geocoder.reverse(place)
    return found if found is not None and found.level is Level.HOUSE else None


def _source(market: Market, key: str) -> str:
    on = f", extract imported {market.imported_on}" if market.imported_on else ""
    return f"{SOURCE}, {LICENCE} ({key}{on})"
