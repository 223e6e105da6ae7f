"""Who is signed in where, and who tried to be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from gcrm.people.session import Session
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import sign_in_attempt, used_once, user_session


class Sessions(Repository):
    """Open sessions."""

    def add(self, new: Session) -> Session:
        """Open one; returned with its id."""
        values = {
            "user_id": new.user_id,
            "key": new.key,
            "created_at": new.created_at,
            "seen_at": new.seen_at,
            "browser": new.browser,
            "address": new.address,
        }
        return replace(new, id=self._insert(user_session, values))

    def by_key(self, key: str) -> Session | None:
        """The session whose token has that hash."""
        row = self._connection.execute(select(user_session).where(user_session.c.key == key)).first()
        return _session_of(row) if row else None

    def of_user(self, user_id: int) -> list[Session]:
        """All of a user's, the one that was used last first."""
        rows = self._connection.execute(
            select(user_session)
            .where(user_session.c.user_id == user_id)
            .order_by(user_session.c.seen_at.desc(), user_session.c.id.desc())
        )
        return [_session_of(row) for row in rows]

    def see(self, session_id: int, at: datetime) -> None:
        """Note that it was used."""
        self._connection.execute(update(user_session).where(user_session.c.id == session_id).values(seen_at=at))

    def end(self, key: str) -> None:
        """End the session whose token has that hash, if it is open."""
        self._connection.execute(delete(user_session).where(user_session.c.key == key))

    def end_of_user(self, user_id: int, *, only: int | None = None, but: str | None = None) -> int:
        """End a user's sessions: the one of that number, or all but the one of that key. Returns how many ended."""
        which = [user_session.c.user_id == user_id]
        if only is not None:
            which.append(user_session.c.id == only)
        if but is not None:
            which.append(user_session.c.key != but)
        return self._connection.execute(delete(user_session).where(*which)).rowcount

    def sweep(self, before: datetime) -> None:
        """Take out those that were last used before."""
        self._connection.execute(delete(user_session).where(user_session.c.seen_at < before))


class SignInAttempts(Repository):
    """Attempts to sign in that did not succeed, under the hash of whom and where."""

    def instants(self, bucket: str, since: datetime) -> list[datetime]:
        """When attempts of that bucket were made, the first one first."""
        table = sign_in_attempt
        rows = self._connection.execute(
            select(table.c.at).where(table.c.bucket == bucket, table.c.at > since).order_by(table.c.at)
        )
        return [row.at for row in rows]

    def add(self, buckets: Sequence[str], at: datetime) -> None:
        """Note one attempt in each of these buckets."""
        self._connection.execute(insert(sign_in_attempt), [{"bucket": bucket, "at": at} for bucket in buckets])

    def take_back(self, buckets: Sequence[str], at: datetime) -> None:
        """Take out one attempt that turned out to be right, in each of these buckets."""
        table = sign_in_attempt
        for bucket in buckets:
            last = select(func.max(table.c.id)).where(table.c.bucket == bucket, table.c.at == at).scalar_subquery()
            self._connection.execute(delete(table).where(table.c.id == last))

    def forgive(self, bucket: str) -> None:
        """Forget all attempts of a bucket."""
        self._connection.execute(delete(sign_in_attempt).where(sign_in_attempt.c.bucket == bucket))

    def sweep(self, before: datetime) -> None:
        """Take out what counts no more."""
        self._connection.execute(delete(sign_in_attempt).where(sign_in_attempt.c.at < before))


class UsedOnce(Repository):
    """What may be used one time only, under its hash, for as long as it could be used again."""

    def use(self, key: str, at: datetime, forget_before: datetime) -> bool:
        """Use it up; whether it was unused. What was used before `forget_before` is taken out."""
        self._connection.execute(delete(used_once).where(used_once.c.at < forget_before))
        if self._connection.execute(select(used_once.c.key).where(used_once.c.key == key)).first() is not None:
            return False
        self._connection.execute(insert(used_once).values({"key": key, "at": at}))
        return True


def _session_of(row: Any) -> Session:
    return Session(row.user_id, row.key, row.created_at, row.seen_at, row.browser, row.address, row.id)
