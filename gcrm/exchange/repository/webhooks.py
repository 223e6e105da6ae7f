"""Addresses that are told of changes, and what was sent to each."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from gcrm.exchange.model import FedKind
from gcrm.exchange.webhook import Delivery, Webhook
from gcrm.platform.database.repository import Repository, listed, not_found, refuse_nul, words_of
from gcrm.platform.database.schema import webhook, webhook_delivery

_DELIVERY = ("webhook_id", "message", "document", "made_at", "due_at", "tries", "delivered_at", "code", "error")


class Webhooks(Repository):
    """Addresses by id, and their messages."""

    def all(self) -> list[Webhook]:
        """Every one."""
        return [_webhook_of(row) for row in self._connection.execute(select(webhook).order_by(webhook.c.id))]

    def get(self, webhook_id: int) -> Webhook:
        """One of them. Raises NotFound."""
        row = self._connection.execute(select(webhook).where(webhook.c.id == webhook_id)).first()
        if row is None:
            raise not_found("webhook", webhook_id)
        return _webhook_of(row)

    def add(self, new: Webhook) -> Webhook:
        """Add one; returned with its id."""
        return replace(new, id=self._insert(webhook, _row_of(new)))

    def update(self, changed: Webhook) -> Webhook:
        """Change one: all its columns. Raises NotFound."""
        self._update(webhook, changed.id, _row_of(changed), "webhook")
        return changed

    def remove(self, webhook_id: int) -> None:
        """Take one away with its messages. Raises NotFound."""
        self._connection.execute(delete(webhook_delivery).where(webhook_delivery.c.webhook_id == webhook_id))
        if not self._connection.execute(delete(webhook).where(webhook.c.id == webhook_id)).rowcount:
            raise not_found("webhook", webhook_id)

    def waiting(self, webhook_id: int) -> Delivery | None:
        """The oldest message that has not arrived, None where all have."""
        found = self._deliveries(
            webhook_delivery.c.webhook_id == webhook_id, webhook_delivery.c.delivered_at.is_(None), limit=1
        )
        return found[0] if found else None

    def deliveries(self, webhook_id: int, after: int, limit: int) -> list[Delivery]:
        """The next messages by id, beyond one."""
        return self._deliveries(webhook_delivery.c.webhook_id == webhook_id, webhook_delivery.c.id > after, limit=limit)

    def last_deliveries(self, webhook_id: int, limit: int) -> list[Delivery]:
        """The last messages, newest first."""
        wanted = webhook_delivery.c.webhook_id == webhook_id
        last = select(webhook_delivery.c.id).where(wanted).order_by(webhook_delivery.c.id.desc()).limit(limit)
        numbers = list(self._connection.execute(last).scalars())
        return self._deliveries(webhook_delivery.c.id.in_(numbers), limit=limit)[::-1] if numbers else []

    def delivery(self, webhook_id: int, delivery_id: int) -> Delivery:
        """One message. Raises NotFound."""
        found = self._deliveries(
            webhook_delivery.c.webhook_id == webhook_id, webhook_delivery.c.id == delivery_id, limit=1
        )
        if not found:
            raise not_found("webhook", delivery_id)
        return found[0]

    def add_delivery(self, new: Delivery) -> Delivery:
        """Add a message; returned with its id."""
        return replace(new, id=self._insert(webhook_delivery, _delivery_row(new)))

    def update_delivery(self, changed: Delivery) -> None:
        """Change one: all its columns. Raises NotFound."""
        self._update(webhook_delivery, changed.id, _delivery_row(changed), "webhook")

    def sweep(self, before: datetime) -> None:
        """Take out messages that arrived before."""
        self._connection.execute(delete(webhook_delivery).where(webhook_delivery.c.delivered_at < before))

    def _deliveries(self, *wanted: ColumnElement[bool], limit: int) -> list[Delivery]:
        rows = self._connection.execute(
            select(webhook_delivery).where(*wanted).order_by(webhook_delivery.c.id).limit(limit)
        )
        return [Delivery(**{name: getattr(row, name) for name in _DELIVERY}, id=row.id) for row in rows]


def _delivery_row(one: Delivery) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _DELIVERY}


def _row_of(one: Webhook) -> dict[str, Any]:
    refuse_nul(one.url)
    return {
        "user_id": one.user_id,
        "url": one.url,
        "kinds": listed(sorted(one.kinds)),
        "secret": one.secret,
        "made_at": one.made_at,
        "told": one.told,
        "stopped": one.stopped,
    }


def _webhook_of(row: Any) -> Webhook:
    known = set(FedKind)
    kinds = frozenset(FedKind(one) for one in words_of(row.kinds) if one in known)
    return Webhook(row.user_id, row.url, kinds, row.secret, row.made_at, row.told, row.stopped, row.id)
