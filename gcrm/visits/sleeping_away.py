"""Nights away from home: as they are typed and said, and where a rep could sleep."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from gcrm.domain.account import Account
from gcrm.domain.rep import Hotel, Nights, Rep
from gcrm.errors import InputRejected
from gcrm.visits.preselect import ROADS, SPEED_MS, straight_m
from routing.points import LonLat, as_points

MOST_IN_WEEK = 7
USUAL_SAVING_MIN = 60
"""A night that saves less driving than this is not worth a hotel."""

MOST_PLACES = 12
"""So many places to sleep are looked at where a rep names none."""
AROUND_M = 6_000
"""Accounts within this of each other share a place to sleep where no town is known."""


class Wish(Protocol):
    """What is asked of nights away; None leaves it as it is."""

    @property
    def nights(self) -> int | None:
        """The most in a week, 0 for none."""

    @property
    def in_a_row(self) -> int | None:
        """The most without a night at home between."""

    @property
    def night_saves(self) -> int | None:
        """Minutes of driving that each has to save."""


def changed_nights(known: Nights | None, wish: Wish) -> Nights | None:
    """The nights away after a wish. Raises InputRejected for what cannot be."""
    if wish.nights is None and wish.in_a_row is None and wish.night_saves is None:
        return known
    most = wish.nights if wish.nights is not None else known.most if known else 0
    if most == 0:
        if wish.nights is None:
            raise InputRejected("The rep sleeps at home.", "Say how many nights away a week may have: --nights 2.")
        return None
    in_a_row = wish.in_a_row if wish.in_a_row is not None else known.in_a_row if known else 1
    saves = wish.night_saves if wish.night_saves is not None else known.saves_minutes if known else USUAL_SAVING_MIN
    if not 0 < most <= MOST_IN_WEEK or not 0 < in_a_row <= MOST_IN_WEEK:
        raise InputRejected(f"{most} nights a week, {in_a_row} in a row, cannot be.", f"Give 1 to {MOST_IN_WEEK}.")
    if not 0 <= saves <= 24 * 60:
        raise InputRejected(f"A night that saves {saves} min of driving cannot be.", "Give 0 to 1440.")
    return Nights(most, in_a_row, saves)


def read_hotel(text: str) -> Hotel:
    """A place to sleep from "Hotel Post=9.52,47.14". Raises InputRejected."""
    name, _, at = text.rpartition("=")
    remedy = 'Write it as "Hotel Post=9.52,47.14", longitude first.'
    try:
        east, north = (float(part) for part in at.split(","))
        ((lon, lat),) = as_points([(east, north)])
    except ValueError as wrong:
        raise InputRejected(f"The hotel {text[:80]!r} cannot be read.", remedy) from wrong
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise InputRejected(f"The hotel {text[:80]!r} needs a name of up to 200 characters.", remedy)
    return Hotel(name, LonLat(float(lon), float(lat)))


def nights_words(nights: Nights | None) -> str:
    """Nights away in a sentence."""
    if nights is None:
        return "none"
    return f"{nights.most} a week, {nights.in_a_row} in a row, each to save {nights.saves_minutes} min of driving"


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
            found.append(Hotel(f"near {account.name}", account.place))
    return found
