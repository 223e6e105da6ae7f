"""Links with which customers choose the times of visits."""

from dataclasses import fields
from typing import Any

from sqlalchemy import select

from gcrm.planning.link_model import CustomerLink
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import customer_link

_NAMES = tuple(one.name for one in fields(CustomerLink) if one.name != "id")


class CustomerLinks(Repository):
    """Links, those that have ended too."""

    def add(self, new: CustomerLink) -> int:
        """Add one; its number."""
        return self._insert(customer_link, {name: getattr(new, name) for name in _NAMES})

    def update(self, changed: CustomerLink) -> None:
        """Change one. Raises NotFound."""
        self._update(customer_link, changed.id, {name: getattr(changed, name) for name in _NAMES}, "appointment")

    def by_key(self, key: str) -> CustomerLink | None:
        """The one whose secret has that hash."""
        row = self._connection.execute(select(customer_link).where(customer_link.c.key == key)).first()
        return _link_of(row) if row else None

    def of_account(self, account_id: int) -> list[CustomerLink]:
        """An account's, the newest first."""
        rows = self._connection.execute(
            select(customer_link).where(customer_link.c.account_id == account_id).order_by(customer_link.c.id.desc())
        )
        return [_link_of(row) for row in rows]


def _link_of(row: Any) -> CustomerLink:
    return CustomerLink(**{name: getattr(row, name) for name in _NAMES}, id=row.id)
