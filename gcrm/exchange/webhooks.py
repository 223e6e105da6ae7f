"""Addresses that are told of changes: registered, stopped, started again, sent to anew, taken away."""

import base64
import ipaddress
import secrets
import uuid
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit

from gcrm.audit.model import Event
from gcrm.common.language import say, to_say
from gcrm.exchange.model import FedKind
from gcrm.exchange.webhook import Delivery, Webhook
from gcrm.people.user import Role, User
from gcrm.platform.errors import Conflict, InputRejected, NotAllowed
from gcrm.platform.outbound import checked_url, is_public
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

MOST_WEBHOOKS = 50
PAUSED = to_say("Paused.")
"""Why nothing is sent where a person has said so."""


def add_webhook(workspace: Workspace, url: str, kinds: Collection[FedKind], *, by: User) -> Webhook:
    """Tell an address of changes from now on, as far as whoever registers it sees them.

    Raises NotAllowed for anybody but an administrator, InputRejected for an address that is none, is not encrypted or
    stands in a private network.
    """
    _administrator(by)
    url = _checked(workspace, url)
    if not kinds:
        raise InputRejected(say("It is told of nothing."), say("Choose from {kinds}.", kinds=", ".join(FedKind)))
    secret = _new_secret()
    with workspace.store.write() as tx:
        if len(tx.webhooks.all()) >= MOST_WEBHOOKS:
            raise InputRejected(
                say("There are {most} addresses already.", most=MOST_WEBHOOKS), say("Take one away that is not used.")
            )
        told = tx.change_feed.latest()
        tx.audit.note(Event.WEBHOOK_CHANGED, workspace.clock(), what=f"added: {url}")
        return tx.webhooks.add(Webhook(by.id, url, frozenset(kinds), secret, workspace.clock(), told))


def remove_webhook(workspace: Workspace, webhook_id: int, *, by: User) -> None:
    """Tell an address of nothing any more, and forget what was sent. Raises NotFound, NotAllowed."""
    _administrator(by)
    with workspace.store.write() as tx:
        tx.audit.note(Event.WEBHOOK_CHANGED, workspace.clock(), what=f"removed: {tx.webhooks.get(webhook_id).url}")
        tx.webhooks.remove(webhook_id)


def start_webhook(workspace: Workspace, webhook_id: int, *, by: User) -> Webhook:
    """Go on where sending has stopped, with the message that did not arrive. Raises NotFound, NotAllowed."""
    _administrator(by)
    with workspace.store.write() as tx:
        webhook = tx.webhooks.update(replace(tx.webhooks.get(webhook_id), stopped=""))
        tx.audit.note(Event.WEBHOOK_CHANGED, workspace.clock(), what=f"started: {webhook.url}")
        waiting = tx.webhooks.waiting(webhook_id)
        if waiting is not None:
            tx.webhooks.update_delivery(replace(waiting, tries=0, due_at=workspace.clock()))
        return webhook


def pause_webhook(workspace: Workspace, webhook_id: int, *, by: User) -> Webhook:
    """Send nothing until it is started again; changes of meanwhile go out then. Raises NotFound, NotAllowed."""
    _administrator(by)
    with workspace.store.write() as tx:
        webhook = tx.webhooks.update(replace(tx.webhooks.get(webhook_id), stopped=PAUSED))
        tx.audit.note(Event.WEBHOOK_CHANGED, workspace.clock(), what=f"paused: {webhook.url}")
        return webhook


def renew_secret(workspace: Workspace, webhook_id: int, *, by: User) -> Webhook:
    """Sign with another secret from the next try on. Raises NotFound, NotAllowed."""
    _administrator(by)
    with workspace.store.write() as tx:
        webhook = tx.webhooks.update(replace(tx.webhooks.get(webhook_id), secret=_new_secret()))
        tx.audit.note(Event.WEBHOOK_CHANGED, workspace.clock(), what=f"new secret: {webhook.url}")
        return webhook


def send_test(workspace: Workspace, webhook_id: int, *, by: User) -> Delivery:
    """Send a message that tells of no change, after those that wait.

    Raises NotFound, NotAllowed, Conflict where nothing is sent.
    """
    _administrator(by)
    now = workspace.clock()
    with workspace.store.write() as tx:
        webhook = tx.webhooks.get(webhook_id)
        if webhook.stopped:
            raise Conflict(say("Nothing is sent to this address now."), say("Start it first."))
        document = {"type": "test", "timestamp": now.isoformat(), "data": {"items": [], "next": webhook.told}}
        return tx.webhooks.add_delivery(Delivery(webhook_id, message_name(), document, now, now))


def replay(workspace: Workspace, webhook_id: int, delivery_id: int, *, by: User) -> Delivery:
    """Send a message again, as one of its own that says the same. Raises NotFound, NotAllowed."""
    _administrator(by)
    now = workspace.clock()
    with workspace.store.write() as tx:
        before = tx.webhooks.delivery(webhook_id, delivery_id)
        return tx.webhooks.add_delivery(Delivery(webhook_id, message_name(), before.document, now, now))


def all_webhooks(tx: Transaction) -> list[Webhook]:
    """Every address."""
    return tx.webhooks.all()


def one_webhook(tx: Transaction, webhook_id: int) -> Webhook:
    """One address. Raises NotFound."""
    return tx.webhooks.get(webhook_id)


def last_deliveries(tx: Transaction, webhook_id: int, limit: int) -> list[Delivery]:
    """The last messages to an address, newest first. Raises NotFound."""
    tx.webhooks.get(webhook_id)
    return tx.webhooks.last_deliveries(webhook_id, limit)


def deliveries_after(tx: Transaction, webhook_id: int, after: int, limit: int) -> list[Delivery]:
    """The next messages to an address by number, beyond one. Raises NotFound."""
    tx.webhooks.get(webhook_id)
    return tx.webhooks.deliveries(webhook_id, after, limit)


def message_name() -> str:
    """A name for a message that no other has."""
    return f"msg_{uuid.uuid4().hex}"


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _administrator(by: User) -> None:
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed(say("Only an administrator registers addresses."), say("Ask one."))


def _checked(workspace: Workspace, url: str) -> str:
    """The address. What its name resolves to is looked at whenever something is sent; here what can be seen of it."""
    url = checked_url(url)
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    if host in workspace.settings.private_host_names:
        return url
    remedy = say("Use a public https address, or add the host to GCRM_PRIVATE_HOSTS.")
    if parts.scheme != "https":
        raise InputRejected(say("The address is not encrypted."), remedy)
    try:
        is_ours = is_public(host)
    except ValueError:
        # Numbers in another notation ("2130706433", "0x7f.1") are read as addresses by some resolvers.
        is_ours = "." in host and not host.endswith((".localhost", ".local", ".internal")) and not _is_number(host)
    if not is_ours:
        raise InputRejected(say("{host} is in a private network.", host=host[:100]), remedy)
    return url


def _is_number(host: str) -> bool:
    last = host.rpartition(".")[2]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return last.isdecimal() or last.startswith("0x")
    return False
