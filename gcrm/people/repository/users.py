"""Who may log in."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, select

from gcrm.common.language import say
from gcrm.people.user import Role, User
from gcrm.platform.database.repository import Repository, not_found, refuse_nul
from gcrm.platform.database.schema import user_account
from gcrm.platform.errors import Conflict


class Users(Repository):
    """Log-ins, sorted by login."""

    def get(self, user_id: int) -> User:
        """The user of that number. Raises NotFound."""
        return self._one(user_account.c.id == user_id, user_id)

    def get_by_login(self, login: str) -> User:
        """The user of that login, letter by letter. Raises NotFound."""
        return self._one(user_account.c.login == login, login)

    def all(self) -> list[User]:
        """Every user, also those who may no longer log in."""
        rows = self._connection.execute(select(user_account).order_by(user_account.c.login))
        return [_user_of(row) for row in rows]

    def add(self, new: User) -> User:
        """Add one; returned with its id. Raises Conflict for a login that is taken."""
        taken = select(user_account.c.id).where(user_account.c.login == new.login)
        if self._connection.execute(taken).first() is not None:
            raise Conflict(say("The log-in {login!r} is taken.", login=new.login), say("Choose another."))
        return replace(new, id=self._insert(user_account, _row_of(new)))

    def update(self, changed: User) -> User:
        """Change one: all its columns. Raises NotFound."""
        self._update(user_account, changed.id, _row_of(changed), "user")
        return changed

    def _one(self, wanted: ColumnElement[bool], key: object) -> User:
        row = self._connection.execute(select(user_account).where(wanted)).first()
        if row is None:
            raise not_found("user", key)
        return _user_of(row)


def _row_of(one: User) -> dict[str, Any]:
    refuse_nul(one.login, one.name, one.email)
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role.value,
        "password_hash": one.password_hash,
        "rep_id": one.rep_id,
        "active": one.active,
        "email": one.email,
        "language": one.language,
    }


def _user_of(row: Any) -> User:
    role = Role(row.role)
    return User(row.login, row.name, role, row.password_hash, row.rep_id, row.active, row.id, row.email, row.language)
