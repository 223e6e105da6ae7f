"""What a scenario starts from: the accounts on the streets with their work, and the posts that could have them."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from gcrm.accounts.model import Account, Kind
from gcrm.common.language import number, say, say_n
from gcrm.common.wording import listed
from gcrm.people.model import Rep
from gcrm.people.working_week import minutes_a_week
from gcrm.planning.due import cycle_days, visit_minutes
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.territories.scenarios.model import NOBODY, KnownPotential, Units
from routing.points import as_points

if TYPE_CHECKING:
    from decimal import Decimal

    from gcrm.areas.area import Area
    from gcrm.transaction import Transaction
    from routing.districting.graph import UnitGraph

MOST_TERRITORIES = 500
LEG_FACTOR = 1.5
"""Driving between two visits of a day against the drive to the nearest neighbours, where a day visits m of the N
accounts of a territory: this times the root of N / m. A tour through m of N random points has legs longer by that root
(Beardwood, Halton and Hammersley 1959, doi.org/10.1017/S0305004100034095); the factor is fitted to a quarter that the
planner planned for four territories of Liechtenstein, less the ways from home and back."""
DAY_MIN = 450.0
"""Of visits and driving, in a usual day."""
PARKED_MIN = 5.0
"""Between two visits, where m is estimated."""
LEG_MOST_S = 2_700.0
"""An account this far from its neighbours is visited with others on the way."""


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody to give accounts to: a rep, or a place to be filled."""

    name: str
    rep: Rep | None = None

    @property
    def minutes_a_week(self) -> float | None:
        """Working minutes of a usual week without the breaks; None for nobody's and for a rep without hours."""
        if self.rep is None:
            return None
        return minutes_a_week(self.rep) or None


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The posts, the accounts that are on the map with what they weigh, and those that are not.

    accounts: in the order of `units`.
    """

    posts: tuple[Post, ...]
    accounts: tuple[Account, ...]
    units: Units
    graph: "UnitGraph"
    unplaced: int
    remarks: tuple[str, ...]


def posts_of(
    tx: "Transaction", keys: Sequence[str], count: int | None, without: Sequence[str] = ()
) -> tuple[list[Post], list[Rep]]:
    """The posts for these reps, or for so many; all reps where neither is said. With the reps who would have none.

    Raises NotFound for a rep, NotReady without reps and a number, InputRejected for a number that cannot be.
    """
    leaving = [tx.reps.get(key) for key in dict.fromkeys(without)]
    gone = {rep.id for rep in leaving}
    if keys:
        named = [tx.reps.get(key) for key in dict.fromkeys(keys)]
        return [Post(rep.name, rep) for rep in named if rep.id not in gone], leaving
    reps = [rep for rep in tx.reps.all() if rep.id not in gone]
    if count is None:
        if not reps:
            raise NotReady(say("There are no reps yet."), say("Say how many territories you want: `--reps 4`."))
        return [Post(rep.name, rep) for rep in reps], leaving
    if not 1 <= count <= MOST_TERRITORIES:
        raise InputRejected(
            say("{count} territories is not possible.", count=count),
            say("Ask for 1 to {most_territories}.", most_territories=MOST_TERRITORIES),
        )
    accounts = tx.accounts.counts_by_territory()
    has: dict[int, int] = {}
    for one in tx.territories.all():
        has[one.rep_id] = has.get(one.rep_id, 0) + accounts.get(one.id, 0)
    chosen = {rep.id for rep in sorted(reps, key=lambda rep: (-has.get(rep.id, 0), rep.key))[:count]}
    posts = [Post(rep.name, rep) for rep in reps if rep.id in chosen]
    posts += [Post(say("Territory {number}", number=at)) for at in range(len(posts) + 1, count + 1)]
    return posts, [*leaving, *(rep for rep in reps if rep.id not in chosen)]


def gather(
    tx: "Transaction",
    area: "Area",
    posts: Sequence[Post],
    leaving: Sequence[Rep],
    today: date,
    potential: KnownPotential | None = None,
) -> Gathered:
    """Read the accounts to give out, and put them on the streets.

    They are those of the posts' reps, of those who are leaving, and of nobody; those of other reps stay with them.
    """
    # Compiled code, which a process that only shows scenarios does without.
    from routing.districting.cells import cells_of
    from routing.districting.graph import units_on_streets
    from routing.districting.plane import crossings, metres_on_plane

    of_rep = {post.rep.id: position for position, post in enumerate(posts) if post.rep is not None}
    giving = {*of_rep, *(rep.id for rep in leaving)}
    territories = {one.id: one.rep_id for one in tx.territories.all()}
    everyone: list[Account] = []
    others: list[Account] = []
    for one in tx.accounts.all():
        rep_id = territories.get(one.territory_id or 0)
        (everyone if rep_id is None or rep_id in giving else others).append(one)
    accounts = [one for one in everyone if one.place is not None]
    gone = tx.activities.closed_down()
    places = as_points([one.place for one in accounts if one.place is not None])
    graph = units_on_streets(area.streets, places)
    across, across_s = crossings(metres_on_plane(places), graph.edges)
    visits = np.array([0.0 if one.id in gone else 7 / cycle_days(one) for one in accounts], dtype=np.float64)
    length = np.array([visit_minutes(one) for one in accounts], dtype=np.float64)
    leg_s = leg_seconds(len(accounts), graph.edges, graph.edge_s)
    now = [of_rep.get(territories.get(one.territory_id or 0, 0), NOBODY) for one in accounts]
    units = Units(
        account_ids=np.array([one.id for one in accounts], dtype=np.int64),
        places=places,
        now=np.array(now, dtype=np.int32),
        visits_min=visits * length,
        travel_min=visits * leg_s * leg_factor(length, len(posts)) / 60,
        visits=visits,
        customer=np.array([one.kind is Kind.CUSTOMER for one in accounts], dtype=bool),
        edges=np.concatenate([graph.edges, across]),
        edge_s=np.concatenate([graph.edge_s, across_s]),
        others=as_points([one.place for one in others if one.place is not None]),
        cells=cells_of(metres_on_plane(places)),
        revenue=_revenue(tx, accounts, today),
        potential=_potential(accounts, potential),
    )
    unplaced = len(everyone) - len(accounts)
    held = Counter(territories.get(one.territory_id or 0) for one in accounts)
    from_leaving = {rep.name: held[rep.id] for rep in leaving}
    return Gathered(
        tuple(posts),
        tuple(accounts),
        units,
        graph,
        unplaced,
        tuple(_told(from_leaving, held[None], unplaced, int((graph.roads.unit_node < 0).sum()))),
    )


def _told(leaving: dict[str, int], of_nobody: int, unplaced: int, off_streets: int) -> list[str]:
    """leaving: accounts on the map of each rep who has no territory here."""
    told = []
    if leaving:
        told.append(say("Without a territory in this scenario: {reps}.", reps=", ".join(leaving)))
    given = [say("{count} of {name}", count=number(count), name=name) for name, count in leaving.items() if count]
    given += [say("{count} that nobody looks after", count=number(of_nobody))] if of_nobody else []
    if given:
        told.append(say("Given out besides the accounts that change hands: {given}.", given=listed(given)))
    if unplaced:
        told.append(
            say_n(
                "{n} account has no place and stays with whoever looks after them now.",
                "{n} accounts have no place on the map and stay with whoever looks after them now.",
                unplaced,
            )
        )
    if off_streets:
        told.append(
            say_n(
                "{n} account lies on no street of the imported area: no driving is counted for them.",
                "{n} accounts lie on no street of the imported area: no driving is counted for them.",
                off_streets,
            )
        )
    return told


def dues_of(posts: Sequence[Post]) -> np.ndarray:
    """(k,) the share of the work that is each one's due: by working hours, an average week where they are unknown."""
    shares = shares_of(posts)
    held = np.ones(len(posts)) if shares is None else shares
    return held / held.sum() if len(posts) else held


def leg_factor(length_min: np.ndarray, territories: int) -> float:
    """How much longer the drives of a day are than those between neighbours."""
    if not len(length_min) or not territories:
        return LEG_FACTOR
    a_day = DAY_MIN / (float(length_min.mean()) + PARKED_MIN)
    return LEG_FACTOR * math.sqrt(max(1.0, len(length_min) / territories / a_day))


def shares_of(posts: Sequence[Post]) -> np.ndarray | None:
    """(k,) working minutes, those of an average week where they are unknown; None where none are known."""
    hours = [post.minutes_a_week for post in posts]
    known = [one for one in hours if one]
    if not known:
        return None
    usual = sum(known) / len(known)
    return np.array([one or usual for one in hours])


def leg_seconds(count: int, edges: np.ndarray, edge_s: np.ndarray) -> np.ndarray:
    """(count,) the mean seconds to the two nearest neighbours of each account; 0 for one without any."""
    ends = np.concatenate([edges[:, 0], edges[:, 1]])
    seconds = np.minimum(np.concatenate([edge_s, edge_s]), LEG_MOST_S)
    order = np.lexsort((seconds, ends))
    ends, seconds = ends[order], seconds[order]
    first = np.searchsorted(ends, np.arange(count))
    degree = np.searchsorted(ends, np.arange(count), side="right") - first
    nearest = np.zeros(count)
    has = degree > 0
    nearest[has] = seconds[first[has]]
    two = degree > 1
    nearest[two] = (seconds[first[two]] + seconds[first[two] + 1]) / 2
    return nearest


def last_year(tx: "Transaction", today: date) -> "dict[str, dict[int, Decimal]]":
    """Currency to account to what it has bought in the year up to today."""
    return tx.orders.revenue_by_account(today - timedelta(days=365), today)


def _potential(accounts: Sequence[Account], known: KnownPotential | None) -> np.ndarray | None:
    if known is None or not known.by_account:
        return None
    return np.array([known.by_account.get(one.id, 0.0) for one in accounts], dtype=np.float64)


def _revenue(tx: "Transaction", accounts: Sequence[Account], today: date) -> dict[str, np.ndarray]:
    """(n,) of the twelve months before today by currency; none where no orders are known."""
    bought = last_year(tx, today)
    return {
        currency: np.array([max(0.0, float(by_account.get(one.id, 0))) for one in accounts], dtype=np.float64)
        for currency, by_account in bought.items()
    }
