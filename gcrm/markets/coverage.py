"""Holes in the coverage of a team: accounts, people and potential that no rep's home reaches within some minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gcrm.accounts.model import Account, Kind
from gcrm.accounts.region_lookup import located
from gcrm.common.language import number, say, to_say
from gcrm.common.today import desk_today
from gcrm.markets.contents import NO_PEOPLE
from gcrm.markets.market import Market, market_of
from gcrm.markets.places import homes_of
from gcrm.markets.population import Population
from gcrm.markets.reach import NO_TIMES_OF_DAY, areas_within, checked_minutes
from gcrm.markets.surroundings import inside
from gcrm.planning.due_of_many import is_among, prizes
from gcrm.platform.errors import NotFound
from gcrm.territories.model import Region
from gcrm.territories.polygons import polygons_of
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

FIRST = 25
"""Accounts beyond reach that are named."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much there is of something, and how much of it no home reaches. None where it is not known."""

    all: float | None
    beyond: float | None

    @property
    def share(self) -> float | None:
        """The part that no home reaches, 0 to 1."""
        return None if self.beyond is None or not self.all else self.beyond / self.all


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A region: what is in it, and what of that no home reaches."""

    id: int
    name: str
    accounts: Share
    people: Share
    potential: Share


@dataclass(frozen=True, slots=True)
class FarAccount:
    """An account that no home reaches."""

    account: int
    name: str
    address: str
    lon: float
    lat: float
    prospect: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The team as a whole. area: what its homes reach together, EPSG:4326.

    potential: what those that do not buy yet would buy in a year (measure "revenue"), or their number (measure
    "businesses") where there is not enough history. homes: of reps that have one; homeless: names of those without.
    rows: by region, those with most beyond reach first. first: accounts beyond reach, those worth a visit most first.
    """

    minutes: float
    homes: int
    homeless: tuple[str, ...]
    off_road: tuple[str, ...]
    area: BaseGeometry
    accounts: Share
    people: Share
    potential: Share
    measure: str
    currency: str
    set_name: str
    rows: tuple[CoverageRow, ...]
    first: tuple[FarAccount, ...]
    remark: str


def coverage(
    workspace: Workspace, minutes: float, set_name: str | None = None, tx: "Transaction | None" = None
) -> Coverage:
    """What no rep's home reaches within so many minutes by car.

    set_name: regions to tell it by; none if not given. Raises InputRejected for minutes that cannot be, NotFound for a
    set that is not there, NotReady without an area.
    """
    if tx is None:
        with workspace.store.read() as opened:
            return coverage(workspace, minutes, set_name, opened)
    (wanted,) = checked_minutes([minutes])
    area = workspace.areas.current()
    homes, homeless = homes_of(tx)
    reached = [areas_within(workspace, home.place, [wanted]) for home in homes]
    whole = polygons_of(shapely.union_all([one.widest.area for one in reached]))
    regions = _regions(tx, set_name)
    everybody = tx.accounts.columns()
    accounts = everybody.where(everybody.is_placed)
    far = ~inside(accounts.places, whole)
    market = market_of(workspace, tx=tx)
    worth, measure = _worth(market)
    far_market = ~inside(market.traits.points, whole)
    anchor = homes[0].place if homes else _middle(area.boundary)
    sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()}
    counter = Population(anchor, sets, area.homes, area.boundary)
    ground = shapely.make_valid(area.boundary)
    has_people = counter.choose(ground) is not None

    def people_in(shape: BaseGeometry) -> Share:
        if not has_people:
            return Share(None, None)
        total = counter.amount(shape) or 0.0
        near = counter.amount(shapely.intersection(shape, whole)) or 0.0
        return Share(round(total), round(max(0.0, total - near)))

    rows = _rows(regions, (accounts.places, np.ones(len(far)), far), (market.traits.points, worth, far_market))
    listed = [
        CoverageRow(region.id, region.name, of_accounts, people_in(region.geometry), of_market)
        for region, of_accounts, of_market in zip(regions, *rows, strict=True)
    ]
    listed.sort(key=lambda row: (-(row.accounts.beyond or 0), -(row.people.beyond or 0), row.name.casefold()))
    day = desk_today(tx.reps.all(), workspace.clock())
    prize = prizes(accounts, day)
    gone = is_among(accounts, tx.activities.closed_down())
    chosen = np.flatnonzero(far & ~gone)
    chosen = chosen[np.lexsort((accounts.ids[chosen], -prize[chosen]))][:FIRST]
    named = {one.id: one for one in tx.accounts.by_ids(accounts.ids[chosen].tolist())}
    off_road = tuple(home.name for home, one in zip(homes, reached, strict=True) if one.widest.area.is_empty)
    return Coverage(
        minutes=wanted,
        homes=len(homes),
        homeless=tuple(homeless),
        off_road=off_road,
        area=whole,
        accounts=Share(len(far), int(far.sum())),
        people=people_in(ground),
        potential=Share(float(worth.sum()), float(worth[far_market].sum())),
        measure=measure,
        currency=market.sales.currency if measure == "revenue" else "",
        set_name=set_name or "",
        rows=tuple(listed),
        first=tuple(_far(named[one]) for one in accounts.ids[chosen].tolist()),
        remark=" ".join(_remarks(homes, homeless, off_road, accounts=len(far), has_people=has_people)),
    )


def finding_of(found: Coverage) -> str:
    """The one sentence that a manager should read."""
    if not found.homes:
        return say("No rep has a home yet, so nothing is within reach.")
    said, reached = [], []
    parts = (
        (to_say("{beyond} of {all} accounts ({share:.0%})"), to_say("{all} accounts"), found.accounts),
        (to_say("{beyond} of {all} people ({share:.0%})"), to_say("{all} people"), found.people),
    )
    for part, whole, one in parts:
        if one.all and one.beyond is not None:
            said.append(say(part, beyond=number(one.beyond), all=number(one.all), share=one.beyond / one.all))
            reached.append(say(whole, all=number(one.all)))
    if not said:
        return say("There are no accounts with a place, and no people are known.")
    if not found.accounts.beyond and not found.people.beyond:
        return say(
            "All {reached} are within {minutes:g} minutes of a rep's home.",
            reached=say(" and ").join(reached),
            minutes=found.minutes,
        )
    first = found.rows[0] if found.rows and found.rows[0].accounts.beyond else None
    told = say(
        "No rep's home reaches {beyond} within {minutes:g} minutes.",
        beyond=say(" and ").join(said),
        minutes=found.minutes,
    )
    if first is None:
        return told
    most = say(
        "Most of the accounts are in {name}: {count}.", name=first.name, count=number(first.accounts.beyond or 0)
    )
    return f"{told} {most}"


def _regions(tx: "Transaction", set_name: str | None) -> list[Region]:
    if not set_name:
        return []
    regions = tx.regions.of_set(set_name)
    if not regions:
        sets = ", ".join(tx.regions.sets()) or say("none")
        raise NotFound(
            say("There are no regions called {set_name!r}.", set_name=set_name), say("The sets are {sets}.", sets=sets)
        )
    return regions


def _worth(market: Market) -> tuple[NDArray[np.float64], str]:
    """What each row of the market that does not buy yet would buy in a year, or 1 for each; and which of the two."""
    is_open = market.is_open
    if market.amounts is not None:
        values, _, _ = market.amounts.of(market.amount)
        return np.where(is_open, values, 0.0), "revenue"
    return is_open.astype(np.float64), "businesses"


def _rows(
    regions: Sequence[Region], *counted: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]
) -> list[list[Share]]:
    """For each of what is counted (places, how much each counts, whether it is beyond reach) a share a region."""
    found = []
    for places, weight, far in counted:
        place, region = located(places, regions)
        total = np.bincount(region, weights=weight[place], minlength=len(regions))
        beyond = np.bincount(region, weights=(weight * far)[place], minlength=len(regions))
        found.append([Share(one, other) for one, other in zip(total.tolist(), beyond.tolist(), strict=True)])
    return found


def _far(account: Account) -> FarAccount:
    assert account.place is not None
    return FarAccount(
        account.id,
        account.name,
        account.address.text,
        account.place.lon,
        account.place.lat,
        account.kind is Kind.PROSPECT,
    )


def _middle(boundary: BaseGeometry) -> LonLat:
    point = boundary.representative_point()
    return LonLat(point.x, point.y)


def _remarks(
    homes: Sequence[object], homeless: Sequence[str], off_road: Sequence[str], *, accounts: int, has_people: bool
) -> list[str]:
    said = []
    if not homes:
        said.append(say("No rep has a home: enter reps with `gcrm reps add`."))
    if homeless:
        said.append(say("Without a home, and not counted: {reps}.", reps=", ".join(homeless[:5])))
    if off_road:
        said.append(say("Far from any road, so that nothing is within reach: {reps}.", reps=", ".join(off_road[:5])))
    if not accounts:
        said.append(say("There are no accounts with a place yet."))
    if not has_people:
        said.append(say(NO_PEOPLE))
    return [*said, say(NO_TIMES_OF_DAY)]
