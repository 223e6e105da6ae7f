"""Which person of a provider is which user."""

from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from gcrm.people.provider_account import ProviderAccount
from gcrm.platform.database.repository import Repository, refuse_nul
from gcrm.platform.database.schema import provider_account

_COLUMNS = ("user_id", "email", "issuer", "subject", "linked_at")


class ProviderAccounts(Repository):
    """One a user at most."""

    def of_user(self, user_id: int) -> ProviderAccount | None:
        """A user's."""
        return next(iter(self._found(provider_account.c.user_id == user_id)), None)

    def by_subject(self, issuer: str, subject: str) -> ProviderAccount | None:
        """The one that a provider's person is linked with."""
        table = provider_account
        return next(iter(self._found((table.c.issuer == issuer) & (table.c.subject == subject))), None)

    def by_email(self, email: str) -> list[ProviderAccount]:
        """Those that wait for the person with that address, and those that are linked."""
        return self._found(provider_account.c.email == email)

    def set_for(self, user_id: int, new: ProviderAccount | None) -> None:
        """Give a user another one; None for none."""
        self._connection.execute(delete(provider_account).where(provider_account.c.user_id == user_id))
        if new is not None:
            refuse_nul(new.email, new.issuer, new.subject)
            row = {name: getattr(new, name) for name in _COLUMNS}
            self._connection.execute(insert(provider_account).values(row))

    def _found(self, wanted: ColumnElement[bool]) -> list[ProviderAccount]:
        rows = self._connection.execute(select(provider_account).where(wanted).order_by(provider_account.c.user_id))
        return [_account_of(row) for row in rows]


def _account_of(row: Any) -> ProviderAccount:
    return ProviderAccount(**{name: getattr(row, name) for name in _COLUMNS})
