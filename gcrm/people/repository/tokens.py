"""What lets other programs in, and what they were answered."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from gcrm.people.token import Scope, Token
from gcrm.platform.database.repository import Repository, listed, not_found, words_of
from gcrm.platform.database.schema import answered_request, api_token


class Tokens(Repository):
    """Tokens, the newest first; those that were revoked or have expired too."""

    def add(self, new: Token) -> Token:
        """Add one; returned with its id."""
        return replace(new, id=self._insert(api_token, _row_of(new)))

    def get(self, token_id: int) -> Token:
        """One token. Raises NotFound."""
        found = self._found(api_token.c.id == token_id)
        if not found:
            raise not_found("token", token_id)
        return found[0]

    def by_key(self, key: str) -> Token | None:
        """The token whose secret has that hash."""
        found = self._found(api_token.c.key == key)
        return found[0] if found else None

    def of_user(self, user_id: int) -> list[Token]:
        """All of a user's."""
        return self._found(api_token.c.user_id == user_id)

    def all(self) -> list[Token]:
        """Everybody's."""
        return self._found()

    def update(self, changed: Token) -> Token:
        """Change one: all its columns. Raises NotFound."""
        self._update(api_token, changed.id, _row_of(changed), "token")
        return changed

    def use(self, token_id: int, at: datetime, address: str) -> None:
        """Note that it was used."""
        self._connection.execute(
            update(api_token).where(api_token.c.id == token_id).values(used_at=at, used_from=address)
        )

    def _found(self, *wanted: ColumnElement[bool]) -> list[Token]:
        rows = self._connection.execute(select(api_token).where(*wanted).order_by(api_token.c.id.desc()))
        return [_token_of(row) for row in rows]


class AnsweredRequests(Repository):
    """Requests that carried a key of their own: what was asked, and what was answered."""

    def get(self, token_id: int, key: str) -> tuple[str, datetime, Any] | None:
        """What was asked under a key (a hash), when, and the answer, None while there is none."""
        table = answered_request
        row = self._connection.execute(select(table).where(table.c.token_id == token_id, table.c.key == key)).first()
        return (row.asked, row.at, row.answer) if row else None

    def begin(self, token_id: int, key: str, asked: str, at: datetime) -> None:
        """Note that it is being worked on, in the place of what was noted under the key before."""
        self.forget(token_id, key)
        values = {"token_id": token_id, "key": key, "asked": asked, "at": at}
        self._connection.execute(insert(answered_request).values(values))

    def answer(self, token_id: int, key: str, answer: Any) -> None:
        """Keep what was answered."""
        table = answered_request
        self._connection.execute(
            update(table).where(table.c.token_id == token_id, table.c.key == key).values(answer=answer)
        )

    def forget(self, token_id: int, key: str) -> None:
        """Take it out, so that the same may be asked anew."""
        table = answered_request
        self._connection.execute(delete(table).where(table.c.token_id == token_id, table.c.key == key))

    def sweep(self, before: datetime) -> None:
        """Take out what was asked before."""
        self._connection.execute(delete(answered_request).where(answered_request.c.at < before))


def _row_of(one: Token) -> dict[str, Any]:
    return {
        "user_id": one.user_id,
        "name": one.name,
        "key": one.key,
        "scopes": listed(sorted(one.scopes)),
        "made_at": one.made_at,
        "made_by": one.made_by,
        "expires_at": one.expires_at,
        "used_at": one.used_at,
        "used_from": one.used_from,
        "revoked_at": one.revoked_at,
        "revoked_by": one.revoked_by,
    }


def _token_of(row: Any) -> Token:
    known = set(Scope)
    return Token(
        user_id=row.user_id,
        name=row.name,
        key=row.key,
        # A scope that a newer version knew opens nothing here.
        scopes=frozenset(Scope(one) for one in words_of(row.scopes) if one in known),
        made_at=row.made_at,
        expires_at=row.expires_at,
        made_by=row.made_by,
        used_at=row.used_at,
        used_from=row.used_from,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        id=row.id,
    )
