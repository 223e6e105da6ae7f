"""Passkeys of users."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from gcrm.people.passkey import Passkey
from gcrm.platform.database.repository import Repository, refuse_nul
from gcrm.platform.database.schema import passkey

_COLUMNS = ("user_id", "credential", "public_key", "handle", "host", "name", "uses", "made_at", "used_at")


class Passkeys(Repository):
    """Passkeys, the oldest first."""

    def add(self, new: Passkey) -> Passkey:
        """Add one; returned with its id."""
        refuse_nul(new.name, new.host)
        return replace(new, id=self._insert(passkey, {name: getattr(new, name) for name in _COLUMNS}))

    def by_credential(self, credential: str) -> Passkey | None:
        """The one of that number of its device."""
        found = self._found(passkey.c.credential == credential)
        return found[0] if found else None

    def of_user(self, user_id: int) -> list[Passkey]:
        """All of a user's."""
        return self._found(passkey.c.user_id == user_id)

    def use(self, passkey_id: int, uses: int, at: datetime) -> None:
        """Note that it was used, and what its device counts now."""
        self._connection.execute(update(passkey).where(passkey.c.id == passkey_id).values(uses=uses, used_at=at))

    def remove(self, user_id: int, passkey_id: int | None = None) -> int:
        """Take out one of a user's, or all; how many."""
        which = [passkey.c.user_id == user_id, *([] if passkey_id is None else [passkey.c.id == passkey_id])]
        return self._connection.execute(delete(passkey).where(*which)).rowcount

    def _found(self, wanted: ColumnElement[bool]) -> list[Passkey]:
        rows = self._connection.execute(select(passkey).where(wanted).order_by(passkey.c.id))
        return [_passkey_of(row) for row in rows]


def _passkey_of(row: Any) -> Passkey:
    return Passkey(**{name: getattr(row, name) for name in _COLUMNS}, id=row.id)
