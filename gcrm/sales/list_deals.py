"""Deals, a page at a time, with their accounts, people and sums by currency."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gcrm.sales.model import Deal, DealOutcome

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal as lists show it; amount None where nobody said one. external_ids: what other programs call it."""

    id: int
    name: str
    account_id: int | None
    account: str
    people: tuple[dict[str, Any], ...]
    pipeline: str
    stage: str
    outcome: DealOutcome
    amount: Decimal | None
    currency: str
    probability: float | None
    close_date: date | None
    closed_on: date | None
    created: date | None
    owner: str
    loss_reason: str
    next_step: str
    source: str
    note: str
    custom: dict[str, Any]
    external_ids: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class DealSum:
    """What the deals of one outcome in one currency come to."""

    outcome: str
    currency: str
    deals: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DealsPage:
    """One page of deals, how many there are in all, and the sums of all of them, each currency by itself."""

    deals: tuple[DealRow, ...]
    total: int
    sums: tuple[DealSum, ...]


def list_deals(
    tx: "Transaction",
    seen: Collection[int] | None,
    *,
    text: str = "",
    account_id: int | None = None,
    outcome: DealOutcome | None = None,
    after: int = 0,
    limit: int = 50,
) -> DealsPage:
    """Deals, open ones first. seen: the territories whose accounts may be seen, None for all."""
    ids, total = tx.deals.page(
        text=text, account_id=account_id, outcome=outcome, territory_ids=seen, after=after, limit=limit
    )
    sums = tx.deals.sums(text=text, outcome=outcome, territory_ids=seen) if account_id is None else []
    deals = {one.id: one for one in tx.record.deals(ids)}
    names = {
        one.id: one.name for one in tx.accounts.by_ids([one.account_id for one in deals.values() if one.account_id])
    }
    people = tx.people.names({number for one in deals.values() for number in one.people})
    refs = tx.record.refs_of("deal", list(deals))
    rows = tuple(_row(deals[number], names, people, refs.get(number, {})) for number in ids)
    return DealsPage(rows, total, tuple(DealSum(*one) for one in sums))


def _row(one: Deal, names: dict[int, str], people: dict[int, str], refs: dict[str, list[str]]) -> DealRow:
    return DealRow(
        one.id,
        one.name,
        one.account_id,
        names.get(one.account_id or 0, ""),
        tuple({"id": number, "name": people.get(number, "")} for number in one.people),
        one.pipeline,
        one.stage,
        one.outcome,
        one.amount,
        one.currency,
        one.probability,
        one.close_date,
        one.closed_on,
        one.created_on,
        one.owner,
        one.loss_reason,
        one.next_step,
        one.source,
        one.note,
        one.custom,
        refs,
    )
