"""What was changed about accounts, kept so that it can be looked up and undone."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, delete, func, insert, select, type_coerce, update

from gcrm.accounts.change import AccountChange, ChangeKind, ChangeSet
from gcrm.accounts.model import Account, Kind
from gcrm.accounts.repository.rows import row_of
from gcrm.activities.model import OF_IMPORT
from gcrm.platform.database.repository import Repository, chunks, not_found
from gcrm.platform.database.schema import account, account_change, activity, appointment, change_set, orders


class Changes(Repository):
    """Change sets and the changes in them."""

    def add(self, new: ChangeSet, changes: Sequence[AccountChange]) -> ChangeSet:
        """Keep a change set with its changes; returned with its id."""
        set_id = self._insert(
            change_set,
            {
                "kind": new.kind.value,
                "title": new.title,
                "at": new.at,
                "user_id": new.user_id,
                "document": new.document,
                "undone_at": new.undone_at,
            },
        )
        rows = [
            {"set_id": set_id, "account_id": one.account_id, "before": one.before, "after": one.after}
            for one in changes
        ]
        if rows:
            self._connection.execute(insert(account_change), rows)
        return replace(new, id=set_id)

    def get(self, set_id: int) -> ChangeSet:
        """One change set. Raises NotFound."""
        found = self._sets(change_set.c.id == set_id)
        if not found:
            raise not_found("import", set_id)
        return found[0]

    def latest(self, kinds: Collection[ChangeKind] = tuple(ChangeKind), limit: int = 100) -> list[ChangeSet]:
        """The last change sets of these kinds, newest first."""
        return self._sets(change_set.c.kind.in_([kind.value for kind in kinds]), limit=limit)

    def of_set(self, set_id: int, only: Collection[int] | None = None) -> list[AccountChange]:
        """The changes of a set, of all accounts or of some only, in the order in which they were made."""
        if only is None:
            return self._changes(account_change.c.set_id == set_id)
        return [
            one
            for some in chunks(sorted(only))
            for one in self._changes(account_change.c.set_id == set_id, account_change.c.account_id.in_(some))
        ]

    def count_of(self, set_id: int) -> int:
        """How many accounts a set has changed."""
        wanted = select(func.count()).select_from(account_change).where(account_change.c.set_id == set_id)
        return int(self._connection.execute(wanted).scalar_one())

    def of_account(self, account_id: int) -> list[tuple[ChangeSet, AccountChange]]:
        """Everything that was changed about an account, newest first."""
        changes = self._changes(account_change.c.account_id == account_id)
        sets = {one.id: one for one in self._sets(change_set.c.id.in_({change.set_id for change in changes}))}
        return [(sets[change.set_id], change) for change in reversed(changes)]

    def edited_fields(self) -> dict[int, frozenset[str]]:
        """Account id to the fields that somebody has changed by hand, where that still holds."""
        rows = self._connection.execute(
            select(account_change.c.account_id, account_change.c.after)
            .join(change_set, change_set.c.id == account_change.c.set_id)
            .where(
                change_set.c.kind == ChangeKind.EDIT.value,
                change_set.c.undone_at.is_(None),
                account_change.c.before.is_not(None),
                account_change.c.after.is_not(None),
            )
        )
        found: dict[int, frozenset[str]] = {}
        for row in rows:
            found[row.account_id] = found.get(row.account_id, frozenset()) | frozenset(row.after or {})
        return found

    def merged_into(self, account_id: int) -> int | None:
        """The account that one went into when it was merged away, and that one's, and so on; None where it was not."""
        followed: int | None = None
        seen = {account_id}
        gone = account_id
        while True:
            last = self._connection.execute(
                select(change_set.c.id, change_set.c.document)
                .join(account_change, account_change.c.set_id == change_set.c.id)
                .where(
                    change_set.c.kind == ChangeKind.MERGE.value,
                    change_set.c.undone_at.is_(None),
                    account_change.c.account_id == gone,
                    account_change.c.after.is_(None),
                )
                .order_by(change_set.c.id.desc())
                .limit(1)
            ).first()
            into = None
            if last is not None:
                # Merges of earlier versions name no account that they went into, but where a field of it changed.
                named = (last.document or {}).get("into")
                into = named or next((one.account_id for one in self.of_set(last.id) if one.account_id != gone), None)
            if into is None or into in seen:
                return followed
            seen.add(into)
            followed = gone = into

    def merged_away(self) -> list[tuple[int, str, int]]:
        """Accounts that were merged into another: the id of each, its external id then, and the id it went into."""
        rows = self._connection.execute(
            select(account_change.c.account_id, account_change.c.before, change_set.c.document)
            .join(change_set, change_set.c.id == account_change.c.set_id)
            .where(
                change_set.c.kind == ChangeKind.MERGE.value,
                change_set.c.undone_at.is_(None),
                account_change.c.after.is_(None),
            )
            .order_by(account_change.c.id)
        )
        return [
            (row.account_id, str((row.before or {}).get("external_id") or ""), row.document["into"])
            for row in rows
            if (row.document or {}).get("into")
        ]

    def became_customers(self, start: datetime, end: datetime) -> list[tuple[int, datetime]]:
        """Account id and instant, of accounts that were prospects and were made customers from start until before end.

        Each once, at the first time; one that is a prospect again is not in it.
        """
        before = type_coerce(account_change.c.before, Text)
        rows = self._connection.execute(
            select(account_change.c.account_id, change_set.c.at, account_change.c.before, account_change.c.after)
            .join(change_set, change_set.c.id == account_change.c.set_id)
            .join(account, account.c.id == account_change.c.account_id)
            .where(
                change_set.c.at >= start,
                change_set.c.at < end,
                change_set.c.undone_at.is_(None),
                before.like('%"kind"%'),
                account.c.kind == Kind.CUSTOMER.value,
            )
            .order_by(change_set.c.at, account_change.c.id)
        )
        found: dict[int, datetime] = {}
        for row in rows:
            if (row.before or {}).get("kind") == Kind.PROSPECT and (row.after or {}).get("kind") == Kind.CUSTOMER:
                found.setdefault(row.account_id, row.at)
        return sorted(found.items())

    def mark_undone(self, set_id: int, at: datetime | None) -> None:
        """Note that a change set was undone, or with None that it holds again. Raises NotFound."""
        self._update(change_set, set_id, {"undone_at": at}, "import")

    def restore(self, gone: Account) -> None:
        """Put an account that was taken away back under its old id."""
        self._connection.execute(account.insert().values(id=gone.id, **row_of(gone)))
        touched = self._transaction.touch("account")
        if gone.place is not None:
            touched.grow([(*gone.place, *gone.place)])

    def with_activities(self, account_ids: Sequence[int], but_of: int = 0) -> set[int]:
        """Those of the accounts that have a history, but for what that import has put there."""
        return {
            row.account_id
            for some in chunks(account_ids)
            for row in self._connection.execute(
                select(activity.c.account_id).where(activity.c.account_id.in_(some), ~_made_by(but_of)).distinct()
            )
        }

    def awaited(self, accounts: Table, but_of: int) -> set[int]:
        """Those of the accounts in a table of ids that have such a history, a promised visit or orders."""
        ids = select(accounts.c.id)
        told = select(activity.c.account_id).where(activity.c.account_id.in_(ids), ~_made_by(but_of))
        promised = select(appointment.c.account_id).where(appointment.c.account_id.in_(ids))
        ordered = select(orders.c.account_id).where(orders.c.account_id.in_(ids))
        return {row.account_id for one in (told, promised, ordered) for row in self._connection.execute(one.distinct())}

    def withdraw_entries(self, set_id: int) -> None:
        """Take out of the accounts' histories what an import has put there."""
        self._connection.execute(delete(activity).where(_made_by(set_id)))

    def move_activities(self, source_id: int, target_id: int) -> Sequence[int]:
        """Give the history of one account to another; the ids of what was moved."""
        rows = self._connection.execute(select(activity.c.id).where(activity.c.account_id == source_id))
        ids = [row.id for row in rows]
        self.give_activities(ids, target_id)
        return ids

    def give_activities(self, ids: Sequence[int], account_id: int) -> None:
        """Make these activities those of an account."""
        self._connection.execute(update(activity).where(activity.c.id.in_(ids)).values(account_id=account_id))
        self._transaction.touch("activity")

    def _sets(self, *wanted: ColumnElement[bool], limit: int | None = None) -> list[ChangeSet]:
        rows = self._connection.execute(select(change_set).where(*wanted).order_by(change_set.c.id.desc()).limit(limit))
        return [_set_of(row) for row in rows]

    def _changes(self, *wanted: ColumnElement[bool]) -> list[AccountChange]:
        rows = self._connection.execute(select(account_change).where(*wanted).order_by(account_change.c.id))
        return [AccountChange(row.account_id, row.before, row.after, row.set_id, row.id) for row in rows]


def _made_by(set_id: int) -> ColumnElement[bool]:
    """Whether an import has put an activity there."""
    return activity.c.client_id.startswith(f"{OF_IMPORT}{set_id}-", autoescape=True)


def _set_of(row: Any) -> ChangeSet:
    return ChangeSet(ChangeKind(row.kind), row.title, row.at, row.user_id, row.document or {}, row.undone_at, row.id)
