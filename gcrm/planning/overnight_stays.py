"""Nights away from home: as they are typed and said, and where a rep could sleep."""

from collections import Counter
from collections.abc import Iterable, Sequence

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.people.model import Hotel, Rep
from gcrm.planning.preselect import ROADS, SPEED_MS, straight_m

MOST_PLACES = 12
"""So many places to sleep are looked at where a rep names none."""
AROUND_M = 6_000
"""Accounts within this of each other share a place to sleep where no town is known."""


def beds_for(rep: Rep, accounts: Iterable[Account], towns: Sequence[Hotel]) -> tuple[Hotel, ...]:
    """Where a rep could sleep away: the hotels that are known, else the towns nearest to most of the far accounts.

    towns: of the area; where there are none, far accounts with others around them stand for them.
    """
    if rep.nights is None or rep.home is None:
        return ()
    if rep.hotels:
        return rep.hotels
    # Both ways together must be worth the night.
    least_m = rep.nights.saves_minutes * 60 / 2 * SPEED_MS / ROADS
    places = [one.place for one in accounts if one.place and straight_m(rep.home, one.place) >= least_m]
    if not places:
        return ()
    choice = list(towns) or _neighbourhoods(accounts)
    served: Counter[int] = Counter()
    for place in places:
        served[min(range(len(choice)), key=lambda number: straight_m(choice[number].place, place))] += 1
    return tuple(choice[number] for number, _ in served.most_common(MOST_PLACES))


def _neighbourhoods(accounts: Iterable[Account]) -> list[Hotel]:
    """One account of each group that lies close together."""
    found: list[Hotel] = []
    for account in accounts:
        if account.place and all(straight_m(one.place, account.place) > AROUND_M for one in found):
            found.append(Hotel(say("near {account}", account=account.name), account.place))
    return found
