"""Better pins: where the good check-ins of an account keep falling, if that is not where it stands on the map.

A person decides: approved, the account is pinned there and its verdicts are measured from there; left as it is, the
check-ins made up to then propose nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from gcrm.accounts.model import PERSON, Account, Level
from gcrm.accounts.pin_account import Pinned, pin_account
from gcrm.activities.model import Activity, CheckIn
from gcrm.common.language import say
from gcrm.platform.errors import Conflict, NotFound
from gcrm.workspace import Workspace
from routing.geodesy import distance_m
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

SINCE = timedelta(days=365)
GOOD_ACCURACY_M = 50.0
GOOD_AGE_S = 30.0
TOGETHER_M = 60.0
"""Check-ins so near to each other are of one place: a door and its car park, each known within some metres."""

LEAST = 3
LEAST_DAYS = 2
LEAST_SHARE = 0.6
"""So many of the good check-ins must be of the one place."""

OFF_M = {Level.HOUSE: 100.0, Level.NONE: 100.0}
OFF_ELSE_M = 50.0
"""A pin so near is near enough; one that is placed to its house deserves more trust than one placed to its street."""


@dataclass(frozen=True, slots=True)
class BetterPin:
    """A place for an account: from how many check-ins of how many, by how many reps, on how many days.

    moved_m: how far that is from the pin of now, None where there is none. spread_m: how far the farthest of the
    check-ins is from it.
    """

    account: Account
    place: LonLat
    check_ins: int
    of: int
    reps: int
    days: int
    spread_m: float
    moved_m: float | None


def better_pins(tx: "Transaction", now: datetime) -> list[BetterPin]:
    """All proposals, those of most check-ins first."""
    refused = tx.activities.refused_pins()
    by_account: dict[int, list[Activity]] = {}
    for one in tx.activities.seen_since(now - SINCE, GOOD_ACCURACY_M):
        if one.account_id not in refused or one.at > refused[one.account_id]:
            by_account.setdefault(one.account_id, []).append(one)
    wanted = {key: visits for key, visits in by_account.items() if len(visits) >= LEAST}
    found = [_proposed(account, wanted[account.id]) for account in tx.accounts.by_ids(sorted(wanted))]
    return sorted((one for one in found if one), key=lambda one: (-one.check_ins, one.account.id))


def approve_better_pin(workspace: Workspace, account_id: int, place: LonLat, user_id: int) -> Pinned:
    """Pin an account where its check-ins fall. place: what the person saw.

    Raises NotFound where nothing is proposed any more, Conflict where another place is by now.
    """
    with workspace.store.read() as tx:
        proposed = next((one for one in better_pins(tx, workspace.clock()) if one.account.id == account_id), None)
    if proposed is None:
        raise NotFound(say("No better pin is proposed for this account."), say("Look at the list again."))
    if distance_m(proposed.place, place) > 5:
        raise Conflict(say("More check-ins have come meanwhile."), say("Look at the proposal again."))
    label = say("Where {check_ins} check-ins were made", check_ins=proposed.check_ins)
    return pin_account(workspace, account_id, proposed.place, label=label, user_id=user_id)


def refuse_better_pin(workspace: Workspace, account_id: int) -> None:
    """Leave the pin where it is, whatever the check-ins up to now say. Raises NotFound."""
    with workspace.store.write() as tx:
        tx.accounts.get(account_id)
        tx.activities.refuse_pin(account_id, workspace.clock())


def _proposed(account: Account, visits: Sequence[Activity]) -> BetterPin | None:
    set_at = account.placement.placed_at if account.placement.source == PERSON else None
    good = [
        (place, visit)
        for visit in visits
        if (set_at is None or visit.at > set_at) and (place := _good_place(visit)) is not None
    ]
    if len(good) < LEAST:
        return None
    around = [[other for other in good if distance_m(one[0], other[0]) <= TOGETHER_M] for one in good]
    together = max(around, key=len)
    days = {visit.at.toordinal() for _, visit in together}
    if len(together) < max(LEAST, LEAST_SHARE * len(good)) or len(days) < LEAST_DAYS:
        return None
    middle = _middle([place for place, _ in together])
    moved_m = distance_m(middle, account.place) if account.place else None
    if moved_m is not None and moved_m <= OFF_M.get(account.placement.level, OFF_ELSE_M):
        return None
    return BetterPin(
        account,
        middle,
        len(together),
        len(good),
        len({visit.rep_id for _, visit in together}),
        len(days),
        max(distance_m(middle, place) for place, _ in together),
        moved_m,
    )


def _good_place(visit: Activity) -> LonLat | None:
    """Where a visit was made, by the better of its two positions; None where neither is good."""
    good = [seen for seen in (visit.check_in, visit.check_out) if seen is not None and _is_good(seen)]
    return min(good, key=lambda seen: seen.accuracy_m or 0.0).place if good else None


def _is_good(seen: CheckIn) -> bool:
    return seen.place is not None and (seen.accuracy_m or 0.0) <= GOOD_ACCURACY_M and abs(seen.age_s) <= GOOD_AGE_S


def _middle(places: Sequence[LonLat]) -> LonLat:
    """The median of places that are near to each other, also across the antimeridian."""
    first = places[0]
    east = median((place.lon - first.lon + 180) % 360 - 180 for place in places)
    lon = (first.lon + east + 180) % 360 - 180
    return LonLat(round(lon, 7), round(median(place.lat for place in places), 7))
