"""Find accounts that may be one business twice, and merge them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.linkage.clusters import clusters
from gcrm.accounts.linkage.pairs import LIKELY, find_pairs
from gcrm.accounts.linkage.profile import profile_of
from gcrm.accounts.model import Account, Address
from gcrm.accounts.ownership import fill
from gcrm.common.language import say
from gcrm.common.today import earliest_today
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

CHOICES = tuple(
    each.name
    for each in fields(Account)
    if each.name not in {"id", "created_at", "updated_at", "territory_id", "placement"}
)
"""Fields of which a person can say from which of the two accounts they are taken; the placement goes with the place."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two accounts, a the older, how likely they are one business, 0 to 1, and why."""

    a: int
    b: int
    probability: float
    why: tuple[str, ...]
    name_a: str
    name_b: str
    address_a: str
    address_b: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The account that is left, the id of the one that went into it, and what that one brought.

    orders counts lines of orders. change_set is the number to undo it by.
    """

    account: Account
    gone: int
    activities: int
    change_set: int
    appointments: int = 0
    orders: int = 0


def find_duplicates(
    workspace: Workspace, progress: Progress = quiet, *, least: float = LIKELY, account_id: int | None = None
) -> list[Duplicate]:
    """Pairs of accounts that are one business with at least that probability, likeliest first.

    account_id: only pairs with this account. Raises InputRejected for a probability that is none, Cancelled.
    """
    if not 0 < least <= 1:
        raise InputRejected(
            say("A probability of {least} is not possible.", least=least), say("Give one from 0.01 to 1.")
        )
    with workspace.store.read() as tx:
        accounts = {account.id: account for account in tx.accounts.all()}
        if account_id is not None:
            tx.accounts.get(account_id)
    pairs = find_pairs([profile_of(account) for account in accounts.values()], progress, least)
    return [
        Duplicate(
            a=pair.a,
            b=pair.b,
            probability=pair.probability,
            why=pair.why,
            name_a=accounts[pair.a].name,
            name_b=accounts[pair.b].name,
            address_a=accounts[pair.a].address.text,
            address_b=accounts[pair.b].address.text,
        )
        for pair in pairs
        if account_id is None or account_id in {pair.a, pair.b}
    ]


def duplicate_groups(workspace: Workspace, progress: Progress = quiet) -> list[tuple[int, ...]]:
    """Ids of accounts that belong together, largest group first."""
    with workspace.store.read() as tx:
        profiles = [profile_of(account) for account in tx.accounts.all()]
    return clusters(find_pairs(profiles, progress))


def merge_accounts(
    workspace: Workspace, keep: int, gone: int, take: Mapping[str, int] | None = None, user_id: int | None = None
) -> Merged:
    """Make one account of two: the history of both, and field by field what is chosen.

    take: field to the id of the account it is taken from. Else what `keep` says counts, and the other fills its blanks;
    the later visit counts. Raises NotFound, InputRejected if they are the same or a choice names another field or
    account.
    """
    if keep == gone:
        raise InputRejected(say("Account {keep} cannot be merged with itself.", keep=keep), say("Give two accounts."))
    for field, chosen in (take or {}).items():
        if field not in CHOICES or chosen not in {keep, gone}:
            raise InputRejected(
                say("{field} cannot be taken from account {chosen}.", field=field, chosen=chosen),
                say("Fields are {choices}, of {keep} or {gone}.", choices=", ".join(CHOICES), keep=keep, gone=gone),
            )
    now = workspace.clock()
    with workspace.store.write() as tx:
        kept, other = tx.accounts.get(keep), tx.accounts.get(gone)
        merged = replace(_merged(kept, other, take or {}), updated_at=now)
        moved = tx.changes.move_activities(gone, keep)
        promised = tx.appointments.move(gone, keep)
        ordered = tx.orders.move(gone, keep)
        reported = tx.cases.move(gone, keep)
        record_moved = tx.record.move_account(gone, keep)
        decided = tx.overrides.move(gone, keep)
        planned = tx.plans.move(gone, keep, earliest_today(now))
        distinct = tx.distinct_pairs.of_account(gone)
        marked = tx.distinct_pairs.add(keep, set(distinct) - {keep})
        tx.accounts.delete([gone])
        tx.accounts.update(merged)
        fill(tx, [keep])
        document = {
            "activities": {str(gone): list(moved)},
            "appointments": {str(gone): promised},
            "orders": {str(gone): ordered},
            "overrides": {str(gone): decided},
            "stops": {str(gone): planned},
            "distinct": {str(gone): {"of": distinct, "new": marked}},
            "cases": {str(gone): reported},
            "record": {str(gone): record_moved},
            "into": keep,
        }
        title = say("{gone} merged into {kept}", gone=other.name, kept=kept.name)
        made = ChangeSet(ChangeKind.MERGE, title, now, user_id, document)
        kept_set = record(tx, made, [(other, None), (kept, merged)])
    return Merged(merged, gone, len(moved), kept_set.id, len(promised), len(ordered))


def is_blank(value: Any) -> bool:
    """Whether an account says nothing in a field."""
    return value is None or value in ("", ()) or (isinstance(value, Address) and not value)


def _merged(kept: Account, other: Account, take: Mapping[str, int]) -> Account:
    values: dict[str, Any] = {}
    for field in CHOICES:
        mine, theirs = getattr(kept, field), getattr(other, field)
        chosen = take.get(field)
        if chosen is not None:
            values[field] = mine if chosen == kept.id else theirs
        elif is_blank(mine):
            values[field] = theirs
    visits = [day for day in (kept.last_visit, other.last_visit) if day]
    if "last_visit" not in take and visits:
        values["last_visit"] = max(visits)
    # A place belongs with how it was found.
    if values.get("place", kept.place) == other.place != kept.place:
        values["placement"] = other.placement
    return replace(kept, **values)
