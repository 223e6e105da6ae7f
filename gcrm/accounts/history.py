"""Accounts as plain values, so that a change can be kept as the fields that differ, and undone."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gcrm.accounts.change import AccountChange, ChangeSet
from gcrm.accounts.model import Account, Address, Kind, Level, Placement, Priority
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

PASSING = frozenset({"id", "created_at", "updated_at", "territory_id"})
"""Fields that follow from others or from the clock: no change of them is kept or undone. The territory counts where the
account is locked to it: then somebody has put it there."""
FINGERPRINT = "fingerprint"
_LATER = ("skills", "languages", "holiday_region")
"""Fields that accounts did not have at first: only where set do they count, so that old fingerprints hold."""
_PLAIN = frozenset({str, int, float, bool, type(None)})
_FIELDS = tuple(each.name for each in fields(Account) if each.name not in PASSING)
_SIMPLE = tuple(each.name for each in fields(Account) if each.name not in {*PASSING, *_LATER, "address", "placement"})
_ADDRESS = tuple(each.name for each in fields(Address))
_PLACEMENT = tuple(each.name for each in fields(Placement) if each.name != "placed_at")


def values_of(account: Account) -> dict[str, Any]:
    """The fields of an account as JSON can hold them, without those that pass."""
    values = {name: _plain(getattr(account, name)) for name in _FIELDS}
    return values | {"territory_id": account.territory_id if account.territory_locked else None}


def with_values(account: Account, values: Mapping[str, Any]) -> Account:
    """The account with fields taken from `values_of`; names that are no fields any more are passed over."""
    known = {each.name for each in fields(Account)}
    return replace(account, **{name: _rich(name, value) for name, value in values.items() if name in known})


def change(before: Account | None, after: Account | None) -> AccountChange:
    """What has to be kept about an account that was made, changed or taken away."""
    if before is None:
        assert after is not None
        return AccountChange(after.id, None, {FINGERPRINT: fingerprint(after)})
    old = values_of(before)
    if after is None:
        return AccountChange(before.id, {**old, "created_at": _plain(before.created_at)}, None)
    new = values_of(after)
    differing = [name for name in old if old[name] != new[name]]
    return AccountChange(before.id, {name: old[name] for name in differing}, {name: new[name] for name in differing})


def record(tx: "Transaction", made: ChangeSet, accounts: Iterable[tuple[Account | None, Account | None]]) -> ChangeSet:
    """Keep what an action did to accounts, each as it was and as it is; nothing where nothing differs (id 0 then)."""
    changes = [change(before, after) for before, after in accounts]
    telling = [each for each in changes if each.before is None or each.after is None or each.before]
    return tx.changes.add(made, telling) if telling else made


def fingerprint(account: Account) -> str:
    """The same for accounts whose fields are all the same, all but those that pass."""
    address, placement = account.address, account.placement
    said = (
        *(getattr(account, name) for name in _SIMPLE),
        *(getattr(address, each) for each in _ADDRESS),
        *(getattr(placement, each) for each in _PLACEMENT),
        *(f"{name}={value}" for name in _LATER if (value := getattr(account, name))),
    )
    return hashlib.blake2b("\x1f".join(map(str, said)).encode(), digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Address | Placement):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, LonLat):
        return [value.lon, value.lat]
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, (Kind, Priority, Level)) else value


def _rich(name: str, value: Any) -> Any:
    if value is None:
        return None
    match name:
        case "kind":
            return Kind(value)
        case "priority":
            return Priority(value)
        case "place":
            return LonLat(*value)
        case "address":
            return Address(**value)
        case "last_visit":
            return date.fromisoformat(value)
        case "skills" | "languages":
            return tuple(value)
        case "created_at":
            return datetime.fromisoformat(value)
        case "placement":
            at = value["placed_at"]
            return Placement(
                **{**value, "level": Level(value["level"]), "placed_at": datetime.fromisoformat(at) if at else None}
            )
    return value
