"""Changes of many accounts, put aside with what they rest on, and made at once by a few statements.

The lock of the one writer is held only for those statements: 40,000 new accounts take it for a second, whatever it took
to read, match, place and fold them. An account that somebody else has changed meanwhile is told by comparing its row
with the row that was seen, column by column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Float, Integer, Table, delete, exists, insert, literal, or_, select, update

from gcrm.accounts.change import AccountChange, ChangeSet
from gcrm.accounts.model import Account
from gcrm.accounts.repository.accounts import check_places
from gcrm.accounts.repository.rows import columns_between, row_of
from gcrm.platform.database.repository import chunks
from gcrm.platform.database.schema import account, account_change
from gcrm.platform.database.staging import Stage

if TYPE_CHECKING:
    from gcrm.transaction import Transaction
    from routing.points import LonLat

_ID = (Column("id", Integer),)
_POINT = (Column("id", Integer), Column("lon", Float(53)), Column("lat", Float(53)))
_CHANGE = tuple(one for one in account_change.columns if one.name not in {"id", "set_id"})
_MATTERS = tuple(one.name for one in account.columns if not one.name.endswith("_key"))
"""Columns that make a row another one: what is folded follows from the others."""


class StagedAccounts:
    """Accounts to be added, changed and taken away on one stage, and the changes to be kept of that."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._before = stage.table("staged_before", tuple(account.columns))
        self._new = stage.table("staged_new", tuple(account.columns))
        self._moved = stage.table("staged_moved", tuple(account.columns))
        self._stayed = stage.table("staged_stayed", tuple(account.columns))
        self.gone = stage.table("staged_gone", _ID)
        self._seen = stage.table("staged_seen", _ID)
        self._changes = stage.table("staged_change", _CHANGE)
        self._new_points = stage.table("staged_new_point", _POINT)
        self._moved_points = stage.table("staged_moved_point", _POINT)
        self._grown: list[tuple[float, float, float, float]] = []
        self._columns: set[str] = set()
        self._shrinks = False
        self.has_changes = False

    def clear(self) -> None:
        """Forget all of it, to begin anew."""
        self.stage.clear()
        self._grown, self._columns, self._shrinks, self.has_changes = [], set(), False, False

    # Put aside

    def remember(self, tx: Transaction, ids: Iterable[int]) -> None:
        """Keep the rows of these accounts as they are in this view; `differing` holds them against later ones."""
        self.stage.put(self._seen, [{"id": one} for one in ids])
        rows = select(*account.columns).where(account.c.id.in_(select(self._seen.c.id)))
        tx.connection.execute(insert(self._before).from_select([one.name for one in account.columns], rows))

    def add(self, new: Sequence[Account]) -> None:
        """Accounts to be added under the ids that they have. Raises InputRejected for a place that is not on Earth."""
        check_places(new)
        self._put(self._new, self._new_points, new)

    def change(self, pairs: Sequence[tuple[Account, Account]]) -> None:
        """Accounts to be changed, each as it was remembered and as it is to be."""
        check_places([after for _, after in pairs])
        moved = [(before, after) for before, after in pairs if before.place != after.place]
        self._put(self._moved, self._moved_points, [after for _, after in moved])
        self._put(self._stayed, None, [after for before, after in pairs if before.place == after.place])
        self._columns.update(name for before, after in pairs for name in columns_between(before, after))
        self._shrinks = self._shrinks or any(before.place is not None for before, _ in moved)

    def remove(self, ids: Iterable[int]) -> None:
        """Accounts to be taken away, which were remembered."""
        self.stage.put(self.gone, [{"id": one} for one in ids])

    def record(self, changes: Iterable[AccountChange]) -> None:
        """What is to be kept of the changes; those in which nothing differs are passed over."""
        telling = [one for one in changes if one.before is None or one.after is None or one.before]
        rows = [{"account_id": one.account_id, "before": one.before, "after": one.after} for one in telling]
        self.has_changes = self.has_changes or bool(rows)
        self.stage.put(self._changes, rows)

    def _put(self, table: Table, points: Table | None, some: Sequence[Account]) -> None:
        for chunk in chunks(some, 2_000):
            self.stage.put(table, [{"id": one.id, **row_of(one)} for one in chunk])
            if points is not None:
                self.stage.put(points, [_point_of(one.id, one.place) for one in chunk])
                self._grown += [(*one.place, *one.place) for one in chunk if one.place is not None]

    # Inside the transaction that writes

    def differing(self, tx: Transaction) -> set[int]:
        """The accounts that were remembered and are others now, or gone."""
        now, then = account, self._before
        other = or_(*(now.c[name].is_distinct_from(then.c[name]) for name in _MATTERS if name != "id"))
        changed = select(then.c.id).join(now, now.c.id == then.c.id).where(other)
        gone = select(self._seen.c.id).where(~exists().where(now.c.id == self._seen.c.id))
        return {row.id for one in (changed, gone) for row in tx.connection.execute(one)}

    def leave_out(self, tx: Transaction, ids: Collection[int]) -> None:
        """Take accounts off the stage again, with their changes."""
        for some in chunks(sorted(ids)):
            for table in (self._new, self._moved, self._stayed, self.gone, self._new_points, self._moved_points):
                tx.connection.execute(delete(table).where(table.c.id.in_(some)))
            tx.connection.execute(delete(self._changes).where(self._changes.c.account_id.in_(some)))

    def apply(self, tx: Transaction) -> None:
        """Make the changes of the accounts: all that is on the stage."""
        connection, backend = tx.connection, tx.backend
        names = [one.name for one in account.columns]
        with backend.bulk_staged(connection, account, self._new_points, are_new=True):
            connection.execute(insert(account).from_select(names, select(*self._new.columns)))
        with backend.bulk_staged(connection, account, self._moved_points, are_new=False):
            self._update(tx, self._moved, self._columns)
        self._update(tx, self._stayed, self._columns - {"geom"})
        gone = connection.execute(delete(account).where(account.c.id.in_(select(self.gone.c.id)))).rowcount
        touched = tx.touch("account")
        touched.shrunk = touched.shrunk or self._shrinks or bool(gone)
        touched.grow(self._grown)

    def keep(self, tx: Transaction, made: ChangeSet, beside: Sequence[AccountChange] = ()) -> ChangeSet:
        """Keep a change set with the changes on the stage and those beside; returned with its id."""
        kept = tx.changes.add(made, beside)
        names = [one.name for one in _CHANGE]
        rows = select(literal(kept.id), *(self._changes.c[name] for name in names))
        tx.connection.execute(insert(account_change).from_select(["set_id", *names], rows))
        return kept

    def _update(self, tx: Transaction, source: Table, columns: Collection[str]) -> None:
        # An index is written anew for every column that is set, whether it differs or not.
        if columns:
            values = {name: source.c[name] for name in sorted(columns)}
            tx.connection.execute(update(account).where(account.c.id == source.c.id).values(values))


def _point_of(row_id: int, place: LonLat | None) -> dict[str, Any]:
    return {"id": row_id, "lon": place.lon if place else None, "lat": place.lat if place else None}
