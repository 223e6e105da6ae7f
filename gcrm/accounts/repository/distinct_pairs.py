"""Pairs of accounts of which somebody has said that they are not one business."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, or_, select

from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import distinct_pair


class DistinctPairs(Repository):
    """Each pair once; it goes with either of its accounts."""

    def all(self) -> set[frozenset[int]]:
        """Every pair."""
        rows = self._connection.execute(select(distinct_pair.c.a_id, distinct_pair.c.b_id))
        return {frozenset((row.a_id, row.b_id)) for row in rows}

    def of_account(self, account_id: int) -> list[int]:
        """The accounts that one is not."""
        pair = distinct_pair.c
        rows = self._connection.execute(
            select(pair.a_id, pair.b_id).where(or_(pair.a_id == account_id, pair.b_id == account_id))
        )
        return sorted(row.a_id if row.b_id == account_id else row.b_id for row in rows)

    def add(self, account_id: int, others: Iterable[int]) -> list[int]:
        """Note that an account is none of the others; those of which that was not known."""
        known = {account_id, *self.of_account(account_id)}
        new = sorted(set(others) - known)
        rows = [{"a_id": min(account_id, one), "b_id": max(account_id, one)} for one in new]
        if rows:
            self._connection.execute(insert(distinct_pair), rows)
        return new

    def remove(self, account_id: int, others: Iterable[int]) -> None:
        """Forget that an account is none of the others."""
        for one in others:
            pair = distinct_pair.c.a_id == min(account_id, one), distinct_pair.c.b_id == max(account_id, one)
            self._connection.execute(delete(distinct_pair).where(*pair))
