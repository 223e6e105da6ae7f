"""Put an account where a person says it is; no import moves it from there until the pin is taken out."""

from dataclasses import dataclass, replace

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import PERSON, Account, Address, Level, Placement
from gcrm.accounts.ownership import fill
from gcrm.accounts.place_account import place
from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.points import LonLat, as_points


@dataclass(frozen=True, slots=True)
class Pinned:
    """The account as it is now, and the number to undo it by."""

    account: Account
    change_set: int


def pin_account(
    workspace: Workspace,
    account_id: int,
    at: LonLat,
    *,
    label: str = "",
    level: Level = Level.HOUSE,
    user_id: int | None = None,
) -> Pinned:
    """Put an account at a place, as by dragging its pin or choosing a candidate, whose label and level are given then.

    Raises NotFound, InputRejected for a place that is not on Earth.
    """
    try:
        as_points([at])
    except ValueError as error:
        raise InputRejected(
            say("{lon}, {lat} is no place.", lon=at.lon, lat=at.lat), say("Give longitude and latitude in degrees.")
        ) from error
    now = workspace.clock()
    placement = Placement(level, 1.0, matched=label, source=PERSON, placed_at=now)
    return _set(workspace, account_id, to_say("Pin: {account}"), user_id, place=at, placement=placement)


def place_by_address(workspace: Workspace, account_id: int, text: str, user_id: int | None = None) -> Pinned:
    """Give an account another address and put it where that is found.

    Raises NotFound, NotReady where no area is imported, InputRejected if the address is not found well enough.
    """
    located = workspace.geocoder.locate(text)
    if located.candidate is None:
        raise InputRejected(located.reason, say("Choose one of the candidates, or drag the pin."))
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
    there = place(replace(account, address=Address(line=text.strip())), located, workspace.clock())
    return _set(
        workspace,
        account_id,
        to_say("Address: {account}"),
        user_id,
        address=there.address,
        place=there.place,
        placement=replace(there.placement, source=PERSON),
    )


def unpin_account(workspace: Workspace, account_id: int, user_id: int | None = None) -> Pinned:
    """Take the pin out: the account goes where its address is found, as if it were imported anew.

    Raises NotFound, NotReady where no area is imported.
    """
    geocoder = workspace.geocoder
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
    there = place(account, geocoder.locate(account.address), workspace.clock())
    return _set(
        workspace, account_id, to_say("Pin out: {account}"), user_id, place=there.place, placement=there.placement
    )


def _set(
    workspace: Workspace,
    account_id: int,
    what: str,
    user_id: int | None,
    *,
    place: LonLat | None,
    placement: Placement,
    address: Address | None = None,
) -> Pinned:
    now = workspace.clock()
    with workspace.store.write() as tx:
        before = tx.accounts.get(account_id)
        after = replace(before, place=place, placement=placement, address=address or before.address, updated_at=now)
        tx.accounts.update(after)
        fill(tx, [account_id])
        kept = record(tx, ChangeSet(ChangeKind.PIN, say(what, account=before.name), now, user_id), [(before, after)])
        return Pinned(tx.accounts.get(account_id), kept.id)
