"""Tasks and what else is still to come, and the entries of other channels in an account's history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gcrm.activities.model import Channel, Interaction

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """An entry as lists show it: due and done for what is to be done, day and at for what was."""

    id: int
    kind: Channel
    due: date | None
    at: datetime | None
    done: bool
    direction: str
    subject: str
    text: str
    minutes: int | None
    account_id: int | None
    account: str
    deal_id: int | None
    deal: str
    people: tuple[dict[str, Any], ...]
    owner: str
    external_ids: dict[str, list[str]]

    @property
    def day(self) -> date | None:
        """When it was."""
        return self.due


@dataclass(frozen=True, slots=True)
class InteractionsPage:
    """One page of entries, and how many there are in all."""

    tasks: tuple[InteractionRow, ...]
    total: int


def list_tasks(
    tx: "Transaction",
    seen: Collection[int] | None,
    *,
    done: bool | None = False,
    text: str = "",
    until: date | None = None,
    account_id: int | None = None,
    after: int = 0,
    limit: int = 50,
) -> InteractionsPage:
    """Tasks, first due first, open ones unless something else is said. seen: territories, None for all."""
    ids, total = tx.interactions.page(
        kinds=[Channel.TASK],
        done=done,
        text=text,
        until=until,
        account_id=account_id,
        territory_ids=seen,
        newest_first=False,
        after=after,
        limit=limit,
    )
    return InteractionsPage(tuple(rows_of(tx, ids)), total)


def history_of(
    tx: "Transaction",
    account_id: int,
    *,
    kinds: Collection[Channel] = (),
    text: str = "",
    after: int = 0,
    limit: int = 50,
) -> InteractionsPage:
    """What other programs told of an account, newest first. Whether it may be seen is the caller's to know."""
    ids, total = tx.interactions.page(account_id=account_id, kinds=kinds, text=text, after=after, limit=limit)
    return InteractionsPage(tuple(rows_of(tx, ids)), total)


def rows_of(tx: "Transaction", ids: Sequence[int]) -> list[InteractionRow]:
    """The entries of these ids, in that order."""
    found = {one.id: one for one in tx.record.interactions(ids)}
    accounts = {
        one.id: one.name for one in tx.accounts.by_ids([one.account_id for one in found.values() if one.account_id])
    }
    deals = {one.id: one.name for one in tx.record.deals([one.deal_id for one in found.values() if one.deal_id])}
    people = tx.people.names({number for one in found.values() for number in one.people})
    refs = tx.record.refs_of("activity", list(found))
    return [_row(found[number], accounts, deals, people, refs.get(number, {})) for number in ids]


def _row(
    one: Interaction,
    accounts: dict[int, str],
    deals: dict[int, str],
    people: dict[int, str],
    refs: dict[str, list[str]],
) -> InteractionRow:
    return InteractionRow(
        one.id,
        one.kind,
        one.day,
        one.at,
        one.done,
        one.direction,
        one.subject,
        one.text,
        one.minutes,
        one.account_id,
        accounts.get(one.account_id or 0, ""),
        one.deal_id,
        deals.get(one.deal_id or 0, ""),
        tuple({"id": number, "name": people.get(number, "")} for number in one.people),
        one.owner,
        refs,
    )
