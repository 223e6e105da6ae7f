"""Lists of deals, a page at a time, and their sums by currency."""

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from gcrm.accounts.record_values import name_key
from gcrm.accounts.repository.folding import fold
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import account, deal, deal_person
from gcrm.sales.model import SCALE, DealOutcome


class Deals(Repository):
    """Deals. territory_ids: of accounts of these territories only, None for all."""

    def page(
        self,
        *,
        text: str = "",
        account_id: int | None = None,
        person_id: int | None = None,
        outcome: DealOutcome | None = None,
        territory_ids: Collection[int] | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> tuple[list[int], int]:
        """Ids, open ones first, by the day on which they close, and how many there are in all."""
        wanted = _conditions(text, account_id, person_id, outcome, territory_ids)
        total = self._connection.execute(select(func.count()).select_from(deal).where(*wanted)).scalar() or 0
        is_open = deal.c.outcome != DealOutcome.OPEN.value
        rows = self._connection.execute(
            select(deal.c.id)
            .where(*wanted)
            .order_by(is_open, deal.c.close_date.is_(None), deal.c.close_date.desc(), deal.c.id)
            .offset(after)
            .limit(limit)
        )
        return [row[0] for row in rows], int(total)

    def sums(
        self, *, text: str = "", outcome: DealOutcome | None = None, territory_ids: Collection[int] | None = None
    ) -> list[tuple[str, str, int, Decimal]]:
        """Outcome, currency, how many and what they come to: amounts of two currencies are never added up."""
        amount = func.sum(deal.c.amount_e4)
        rows = self._connection.execute(
            select(deal.c.outcome, deal.c.currency, func.count(), amount)
            .where(*_conditions(text, None, None, outcome, territory_ids))
            .group_by(deal.c.outcome, deal.c.currency)
            .order_by(deal.c.outcome, deal.c.currency)
        )
        return [(row[0], row[1], int(row[2]), Decimal(int(row[3] or 0)) / SCALE) for row in rows]


def _conditions(
    text: str,
    account_id: int | None,
    person_id: int | None,
    outcome: DealOutcome | None,
    territory_ids: Collection[int] | None,
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if key := name_key(text):
        of_name = select(account.c.id).where(account.c.name_key.contains(fold(text), autoescape=True))
        wanted.append(deal.c.name_key.contains(key, autoescape=True) | deal.c.account_id.in_(of_name))
    if account_id is not None:
        wanted.append(deal.c.account_id == account_id)
    if person_id is not None:
        wanted.append(deal.c.id.in_(select(deal_person.c.deal_id).where(deal_person.c.person_id == person_id)))
    if outcome is not None:
        wanted.append(deal.c.outcome == outcome.value)
    if territory_ids is not None:
        own = select(account.c.id).where(account.c.territory_id.in_(sorted(territory_ids)))
        wanted.append(deal.c.account_id.in_(own))
    return wanted
