"""Tell other programs of changes: put what is new into messages, sign and send those that are due, try again later.

Nothing is lost and nothing overtakes: an address gets one message after the other, each until it has arrived, and the
changes of meanwhile go into the next. It may get one twice, where a worker died after sending: the name of a message is
the same then. Source of the signature: Standard Webhooks, https://www.standardwebhooks.com, symmetric, version 1.
"""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gcrm.common.language import say
from gcrm.exchange.queries import changes_after
from gcrm.exchange.webhook import BACK_OFF, Delivery, Webhook
from gcrm.exchange.webhooks import message_name
from gcrm.platform.errors import GcrmError
from gcrm.platform.outbound import request
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

MOST_CHANGES = 200
"""Changes in one message."""
LEASE = timedelta(minutes=2)
"""So long a message belongs to the worker that sends it; longer than any try takes."""
KEPT = timedelta(days=30)
"""How long messages that arrived stand in the log."""
ANSWER_MOST_BYTES = 64_000

log = logging.getLogger(__name__)

Send = Callable[[str, bytes, dict[str, str]], int]
"""Posts a body with headers to an address and answers the code. Raises GcrmError."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one round did: messages that arrived, and that did not."""

    arrived: int
    failed: int


def tell(workspace: Workspace, send: Send | None = None) -> Told:
    """One round over all addresses; send: how, for tests. Never raises for what an address answers."""
    send = send or (lambda url, body, head: _post(workspace, url, body, head))
    with workspace.store.read() as tx:
        webhooks = [one for one in tx.webhooks.all() if not one.stopped]
    arrived = failed = 0
    for one in webhooks:
        while (claimed := _claim(workspace, one.id)) is not None:
            webhook, delivery = claimed
            if not _deliver(workspace, webhook, delivery, send):
                failed += 1
                break
            arrived += 1
    return Told(arrived, failed)


def signature(secret: str, message: str, at: int, body: bytes) -> str:
    """What proves that a message is ours: HMAC-SHA256 over its name, the second and the body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([message.encode(), str(at).encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _claim(workspace: Workspace, webhook_id: int) -> tuple[Webhook, Delivery] | None:
    """The message that is due at an address, for this worker alone; one is made where something is new."""
    now = workspace.clock()
    with workspace.store.read() as tx:
        webhook = tx.webhooks.get(webhook_id)
        if webhook.stopped or not _has_work(tx, webhook, now):
            return None
    with workspace.store.write() as tx:
        webhook = tx.webhooks.get(webhook_id)
        delivery = tx.webhooks.waiting(webhook_id)
        if delivery is None:
            webhook, delivery = _made(tx, webhook, now)
        if webhook.stopped or delivery is None or delivery.due_at > now:
            return None
        tx.webhooks.sweep(now - KEPT)
        tx.webhooks.update_delivery(replace(delivery, due_at=now + LEASE))
        return webhook, delivery


def _has_work(tx: Transaction, webhook: Webhook, now: datetime) -> bool:
    waiting = tx.webhooks.waiting(webhook.id)
    return waiting.due_at <= now if waiting is not None else tx.change_feed.latest() > webhook.told


def _made(tx: Transaction, webhook: Webhook, now: datetime) -> tuple[Webhook, Delivery | None]:
    """A message of what is new to an address, None where nothing is; how far it was told is kept with it."""
    user = tx.users.get(webhook.user_id)
    if not user.active:
        return tx.webhooks.update(
            replace(webhook, stopped=say("{user} may not sign in any more.", user=user.login))
        ), None
    page = changes_after(tx, user, webhook.told, MOST_CHANGES, sorted(webhook.kinds))
    webhook = tx.webhooks.update(replace(webhook, told=page.next))
    if not page.changes:
        return webhook, None
    items = [one.as_json() for one in page.changes]
    document = {"type": "changes", "timestamp": now.isoformat(), "data": {"items": items, "next": page.next}}
    return webhook, tx.webhooks.add_delivery(Delivery(webhook.id, message_name(), document, now, now))


def _deliver(workspace: Workspace, webhook: Webhook, delivery: Delivery, send: Send) -> bool:
    """Send a message and write down what came of it; whether it arrived."""
    now = workspace.clock()
    body = json.dumps(delivery.document, ensure_ascii=False, separators=(",", ":")).encode()
    at = int(now.timestamp())
    head = {
        "Content-Type": "application/json",
        "webhook-id": delivery.message,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(webhook.secret, delivery.message, at, body),
    }
    code: int | None = None
    error = ""
    try:
        code = send(webhook.url, body, head)
        error = "" if 200 <= code < 300 else say("The address answered {code}.", code=code)
    except GcrmError as refused:
        error = refused.fault
    tries = delivery.tries + 1
    tried = replace(delivery, tries=tries, code=code, error=error)
    stopped = ""
    if not error:
        tried = replace(tried, delivered_at=workspace.clock())
    elif code == 410:
        stopped = say("The address says that it is gone (410).")
    elif tries > len(BACK_OFF):
        stopped = say("It did not arrive in {tries} tries. {error}", tries=tries, error=error)
    else:
        tried = replace(tried, due_at=now + BACK_OFF[tries - 1])
    with workspace.store.write() as tx:
        if all(one.id != webhook.id for one in tx.webhooks.all()):
            return False  # taken away meanwhile
        tx.webhooks.update_delivery(tried)
        if stopped:
            tx.webhooks.update(replace(tx.webhooks.get(webhook.id), stopped=stopped))
            log.warning("Webhook %d is stopped: %s", webhook.id, stopped)
    return not error


def _post(workspace: Workspace, url: str, body: bytes, head: dict[str, str]) -> int:
    allowed = workspace.settings.private_host_names
    return request("POST", url, allowed=allowed, body=body, headers=head, most_bytes=ANSWER_MOST_BYTES).status
