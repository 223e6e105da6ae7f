"""What pages ask of an account beyond its own fields, in one snapshot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ExtraShown:
    """What is known of an account from other programs.

    parent: (id, name) where it may be seen; fields: (label, value, source).
    """

    status: str
    owner: str
    created: date | None
    parent: tuple[int, str] | None
    children: tuple[tuple[int, str], ...]
    fields: tuple[tuple[str, Any, str], ...]
    external_ids: dict[str, list[str]]


def extra_of(tx: "Transaction", account_id: int, seen: Collection[int] | None) -> ExtraShown | None:
    """What is known beyond an account's own fields; None where nothing is. seen: territories, None for all."""
    extra = tx.record.extras([account_id]).get(account_id)
    children = [one.account_id for one in tx.record.children_of(account_id)]
    refs = tx.record.refs_of("account", [account_id]).get(account_id, {})
    if extra is None and not children and not refs:
        return None
    related = [*children, *([extra.parent_id] if extra and extra.parent_id else [])]
    names = {one.id: one.name for one in tx.accounts.by_ids(related) if seen is None or one.territory_id in seen}
    labels = {one.name: (one.label, one.source) for one in tx.record.custom_fields() if one.record == "account"}
    parent_id = extra.parent_id if extra else None
    return ExtraShown(
        extra.status if extra else "",
        extra.owner if extra else "",
        extra.created_on if extra else None,
        (parent_id, names[parent_id]) if parent_id in names and parent_id else None,
        tuple((one, names[one]) for one in children if one in names),
        tuple(
            (labels.get(name, (name, ""))[0], value, labels.get(name, ("", ""))[1])
            for name, value in (extra.custom if extra else {}).items()
        ),
        refs,
    )
