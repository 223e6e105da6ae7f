"""Lines of orders in the database."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, delete, extract, func, insert, select, update

from gcrm.platform.database.repository import Repository, chunks, refuse_nul
from gcrm.platform.database.schema import orders
from gcrm.sales.model import SCALE, OrderLine, YearOfSales

_COUNTS = orders.c.replaced_by.is_(None)
_NEWEST_FIRST = (orders.c.day.desc(), orders.c.id.desc())
ROWS = 5_000
"""Rows read or written at a time."""


class Orders(Repository):
    """Lines of orders. What a newer import has replaced counts nowhere, and comes back when that is undone."""

    def add_many(self, lines: Sequence[OrderLine]) -> None:
        """Add lines. Raises InputRejected for a NUL letter."""
        for some in chunks(lines, ROWS):
            self._connection.execute(insert(orders), [_row_of(one) for one in some])

    def by_keys(self, keys: Collection[str]) -> dict[str, OrderLine]:
        """Key to the line that counts under it; keys that are not known are not in it."""
        return {
            row.key: _line_of(row)
            for some in chunks(sorted(keys))
            for row in self._connection.execute(select(orders).where(orders.c.key.in_(some), _COUNTS))
        }

    def replace(self, ids: Sequence[int], by: int) -> None:
        """Let lines count no more, since an import has brought newer ones."""
        for some in chunks(ids):
            self._connection.execute(update(orders).where(orders.c.id.in_(some)).values(replaced_by=by))

    def withdraw(self, import_id: int) -> tuple[int, int]:
        """Take out what an import brought, and let count again what it replaced; how many of each."""
        newer = {
            row.key: row.replaced_by
            for row in self._connection.execute(
                select(orders.c.key, orders.c.replaced_by).where(orders.c.import_id == import_id)
            )
        }
        gone = self._connection.execute(delete(orders).where(orders.c.import_id == import_id)).rowcount
        older = list(
            self._connection.execute(select(orders.c.id, orders.c.key).where(orders.c.replaced_by == import_id))
        )
        # What a still newer import has replaced since stays replaced, by that one.
        successors: dict[int | None, list[int]] = {}
        for row in older:
            successors.setdefault(newer.get(row.key), []).append(row.id)
        for by, ids in successors.items():
            for some in chunks(ids):
                self._connection.execute(update(orders).where(orders.c.id.in_(some)).values(replaced_by=by))
        return gone, len(successors.get(None, ()))

    def count(self) -> int:
        """How many lines count."""
        return self._connection.execute(select(func.count()).select_from(orders).where(_COUNTS)).scalar() or 0

    def days(self) -> tuple[date, date] | None:
        """The first and the last day that something was ordered on, None where nothing was."""
        row = self._connection.execute(select(func.min(orders.c.day), func.max(orders.c.day)).where(_COUNTS)).one()
        return (row[0], row[1]) if row[0] is not None else None

    def state(self) -> tuple[int, int, int]:
        """Differs after any line was added, replaced or taken out: how many there are, the last id, how many count."""
        row = self._connection.execute(select(func.count(), func.max(orders.c.id)).select_from(orders)).one()
        return row[0], row[1] or 0, self.count()

    def all(self) -> Iterator[OrderLine]:
        """Every line that counts, in the order of their ids."""
        found = self._connection.execute(select(orders).where(_COUNTS).order_by(orders.c.id))
        while rows := found.fetchmany(ROWS):
            yield from map(_line_of, rows)

    def facts(self) -> Iterator[tuple[int, int, date, str, int | None, int, str]]:
        """Of every line that counts: id, account id, day, product, quantity and amount (ten-thousandths), currency."""
        found = self._connection.execute(
            select(
                orders.c.id,
                orders.c.account_id,
                orders.c.day,
                orders.c.product,
                orders.c.quantity_e4,
                orders.c.amount_e4,
                orders.c.currency,
            )
            .where(_COUNTS)
            .order_by(orders.c.id)
        )
        while rows := found.fetchmany(ROWS):
            for row in rows:
                yield tuple(row)

    def days_of_accounts(self, first: date, last: date) -> list[tuple[int, date, str, float]]:
        """Account id, day, currency and amount, of every day on which an account ordered."""
        rows = self._connection.execute(
            select(orders.c.account_id, orders.c.day, orders.c.currency, func.sum(orders.c.amount_e4))
            .where(_COUNTS, orders.c.day.between(first, last))
            .group_by(orders.c.account_id, orders.c.day, orders.c.currency)
            .order_by(orders.c.day, orders.c.account_id)
        )
        return [(row[0], row[1], row[2], float(_decimal(row[3]))) for row in rows]

    def first_days(self, first: date, last: date) -> dict[int, date]:
        """The day of the first order of each account whose first one lies between two days."""
        day = func.min(orders.c.day, type_=orders.c.day.type)
        rows = self._connection.execute(
            select(orders.c.account_id, day)
            .where(_COUNTS)
            .group_by(orders.c.account_id)
            .having(day.between(first, last))
        )
        return {row[0]: row[1] for row in rows}

    def by_ids(self, ids: Collection[int]) -> list[OrderLine]:
        """Those of them that count, newest first."""
        found = [
            _line_of(row)
            for some in chunks(sorted(ids))
            for row in self._connection.execute(select(orders).where(orders.c.id.in_(some), _COUNTS))
        ]
        return sorted(found, key=lambda one: (one.day, one.id), reverse=True)

    def of_account(self, account_id: int, limit: int | None = None) -> list[OrderLine]:
        """The lines of an account, newest first."""
        wanted = select(orders).where(orders.c.account_id == account_id, _COUNTS)
        return [_line_of(row) for row in self._connection.execute(wanted.order_by(*_NEWEST_FIRST).limit(limit))]

    def years_of_account(self, account_id: int) -> list[YearOfSales]:
        """What an account has ordered, by year and currency, newest first."""
        year = extract("year", orders.c.day)
        rows = self._connection.execute(
            select(year.label("year"), orders.c.currency, func.count(), func.sum(orders.c.amount_e4))
            .where(orders.c.account_id == account_id, _COUNTS)
            .group_by(year, orders.c.currency)
            .order_by(year.desc(), orders.c.currency)
        )
        return [YearOfSales(int(row[0]), row[1], row[2], _decimal(row[3])) for row in rows]

    def revenue_by_account(self, since: date | None, until: date | None) -> dict[str, dict[int, Decimal]]:
        """Currency to account id to the sum of the lines from `since` to `until`, both included, None for no bound."""
        wanted: list[ColumnElement[bool]] = [_COUNTS]
        wanted += [orders.c.day >= since] if since else []
        wanted += [orders.c.day <= until] if until else []
        found: dict[str, dict[int, Decimal]] = {}
        for row in self._connection.execute(
            select(orders.c.currency, orders.c.account_id, func.sum(orders.c.amount_e4))
            .where(*wanted)
            .group_by(orders.c.currency, orders.c.account_id)
            .order_by(orders.c.currency, orders.c.account_id)
        ):
            found.setdefault(row[0], {})[row[1]] = _decimal(row[2])
        return found

    def with_orders(self, account_ids: Sequence[int]) -> set[int]:
        """Those of the accounts that have ordered something, be it replaced or not."""
        return {
            row.account_id
            for some in chunks(account_ids)
            for row in self._connection.execute(
                select(orders.c.account_id).where(orders.c.account_id.in_(some)).distinct()
            )
        }

    def move(self, account_id: int, to_account_id: int) -> list[int]:
        """Make the lines of one account those of another, as when the two are one business; their ids."""
        rows = self._connection.execute(
            select(orders.c.id).where(orders.c.account_id == account_id).order_by(orders.c.id)
        )
        ids = [row.id for row in rows]
        self.give(ids, to_account_id)
        return ids

    def give(self, ids: Sequence[int], account_id: int) -> None:
        """Make these lines those of an account; one that is not there any more is passed over."""
        for some in chunks(ids):
            self._connection.execute(update(orders).where(orders.c.id.in_(some)).values(account_id=account_id))


def _e4(value: Decimal | None) -> int | None:
    return None if value is None else int(value * SCALE)


def _decimal(ten_thousandths: Any) -> Decimal:
    # The server adds integers up as numerics.
    return Decimal(int(ten_thousandths)) / SCALE


def _row_of(one: OrderLine) -> dict[str, Any]:
    refuse_nul(one.product, one.number, one.line, one.currency)
    return {
        "account_id": one.account_id,
        "day": one.day,
        "number": one.number,
        "line": one.line,
        "product": one.product,
        "quantity_e4": _e4(one.quantity),
        "amount_e4": _e4(one.amount),
        "currency": one.currency,
        "key": one.key,
        "import_id": one.import_id,
        "replaced_by": one.replaced_by,
    }


def _line_of(row: Any) -> OrderLine:
    return OrderLine(
        account_id=row.account_id,
        day=row.day,
        amount=_decimal(row.amount_e4),
        currency=row.currency,
        product=row.product,
        quantity=None if row.quantity_e4 is None else _decimal(row.quantity_e4),
        number=row.number,
        line=row.line,
        key=row.key,
        import_id=row.import_id,
        replaced_by=row.replaced_by,
        id=row.id,
    )
