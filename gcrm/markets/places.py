"""Places that catchments are drawn around: a spot, an account, the home of a rep, an address; each with its name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.geocoding.find_address import find_address
from gcrm.markets.reach import checked_place
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

PLACES_MOST = 12
"""More areas cannot be told apart on a map."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place, EPSG:4326 (lon, lat), and what a person calls it."""

    name: str
    place: LonLat


def spot(text: str, name: str = "") -> NamedPlace:
    """From "9.5215,47.1410", longitude first. Raises InputRejected."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as wrong:
        raise InputRejected(
            say("{given!r} is no place.", given=text[:60]), say("Give longitude and latitude, as 9.5215,47.1410.")
        ) from wrong
    return NamedPlace(name or f"{lon:g},{lat:g}", checked_place((lon, lat)))


def home_of(tx: "Transaction", key: str) -> NamedPlace:
    """Where a rep sets out from. Raises NotFound for a rep that is not there, InputRejected for one without a home."""
    rep = tx.reps.get(key)
    if rep.home is None:
        raise InputRejected(
            say("{rep} has no home.", rep=rep.name),
            say("Give one: `gcrm reps change {rep} --home ADDRESS`.", rep=rep.key),
        )
    return NamedPlace(say("{rep}, home", rep=rep.name), rep.home)


def place_of_account(tx: "Transaction", account_id: int) -> NamedPlace:
    """Where an account is. Raises NotFound for one that is not there, InputRejected for one without a place."""
    account = tx.accounts.get(account_id)
    if account.place is None:
        raise InputRejected(
            say("{account} has no place yet.", account=account.name),
            say("Put its pin on the map: `gcrm accounts pin {account} LON,LAT`.", account=account.id),
        )
    return NamedPlace(account.name, account.place)


def at_address(workspace: Workspace, text: str) -> NamedPlace:
    """The place that an address means best. Raises NotFound where none is like it."""
    found = find_address(workspace, text, limit=1)
    if not found:
        raise NotFound(
            say("No address like {given!r} is in the area.", given=text[:60]),
            say("Check the spelling, or give coordinates."),
        )
    return NamedPlace(found[0].label, LonLat(found[0].lon, found[0].lat))


def homes_of(tx: "Transaction") -> tuple[list[NamedPlace], list[str]]:
    """The homes of all reps, and the names of those without one."""
    reps = tx.reps.all()
    homes = [NamedPlace(rep.name, rep.home) for rep in reps if rep.home is not None]
    return homes, [rep.name for rep in reps if rep.home is None]
