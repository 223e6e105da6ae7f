"""Addresses that are told of changes, for administrators."""

from typing import Any

from gcrm.exchange.model import FedKind
from gcrm.exchange.webhook import Delivery, Webhook
from gcrm.exchange.webhooks import (
    add_webhook,
    all_webhooks,
    deliveries_after,
    one_webhook,
    remove_webhook,
    replay,
    start_webhook,
)
from gcrm.people.token import Scope
from webapp.access import ADMINISTRATORS, me
from webapp.api.operation import Given, Reply, operation
from webapp.api.pages import page_of, paged
from webapp.api.shapes import CURSOR, ID, INSTANT, LIMIT, TEXT, WHOLE, listed, maybe, named, one_of, page, record
from webapp.context import snapshot, workspace

TAG = "Webhooks"
PAGE = {"cursor": CURSOR, "limit": LIMIT}
WEBHOOK = named(
    "Webhook",
    record(
        {"id": ID, "url": TEXT, "kinds": listed(one_of(FedKind)), "stopped": TEXT, "told": WHOLE, "made_at": INSTANT},
        {"secret": {"type": "string", "description": "Only in the answer to registering it: keep it."}},
    ),
)
NEW_WEBHOOK = named(
    "NewWebhook",
    record({
        "url": {"type": "string", "minLength": 1, "maxLength": 2000},
        "kinds": {**listed(one_of(FedKind)), "minItems": 1, "maxItems": len(FedKind)},
    }),
)  # fmt: skip
DELIVERY = named(
    "Delivery",
    record({
        "id": ID, "message": TEXT, "made_at": INSTANT, "due_at": INSTANT, "tries": WHOLE,
        "delivered_at": maybe(INSTANT), "code": maybe(WHOLE), "error": TEXT, "document": {"type": "object"},
    }),
)  # fmt: skip


@operation(
    "GET", "/webhooks", "List addresses that are told of changes", tag=TAG, scope=Scope.ADMIN, roles=ADMINISTRATORS,
    query=PAGE, answers={200: ("A page of them, by id.", page("Webhooks", WEBHOOK))},
)  # fmt: skip
def list_webhooks(given: Given) -> Reply:
    """`stopped` says why one is not told any more."""
    return paged(given, all_webhooks(snapshot()), _webhook_json, lambda one: one.id)


@operation(
    "POST", "/webhooks", "Tell an address of changes from now on", tag=TAG, scope=Scope.ADMIN, roles=ADMINISTRATORS,
    body=NEW_WEBHOOK, answers={201: ("The address, with the secret that signs what is sent to it.", WEBHOOK)},
)  # fmt: skip
def create_webhook(given: Given) -> Reply:
    """Public https addresses only, but for hosts that the administrator names in GCRM_PRIVATE_HOSTS."""
    made = add_webhook(workspace(), given.body["url"], {FedKind(one) for one in given.body["kinds"]}, by=me())
    headers = {"Location": f"/api/v1/webhooks/{made.id}"}
    return Reply(_webhook_json(made) | {"secret": made.secret}, 201, headers=headers)


@operation(
    "GET", "/webhooks/<int:webhook_id>", "Read an address", tag=TAG, scope=Scope.ADMIN, roles=ADMINISTRATORS,
    answers={200: ("The address.", WEBHOOK)},
)  # fmt: skip
def read_webhook(given: Given) -> Reply:
    """Without its secret."""
    return Reply(_webhook_json(one_webhook(snapshot(), given.path["webhook_id"])))


@operation(
    "DELETE", "/webhooks/<int:webhook_id>", "Take an address away", tag=TAG, scope=Scope.ADMIN, roles=ADMINISTRATORS,
    answers={204: ("It is told of nothing any more.", None)},
)  # fmt: skip
def delete_webhook(given: Given) -> Reply:
    """With the log of what was sent."""
    remove_webhook(workspace(), given.path["webhook_id"], by=me())
    return Reply(None, 204)


@operation(
    "POST", "/webhooks/<int:webhook_id>/start", "Go on where sending has stopped", tag=TAG, scope=Scope.ADMIN,
    roles=ADMINISTRATORS, answers={200: ("The address.", WEBHOOK)},
)  # fmt: skip
def restart_webhook(given: Given) -> Reply:
    """Begins with the message that did not arrive."""
    return Reply(_webhook_json(start_webhook(workspace(), given.path["webhook_id"], by=me())))


@operation(
    "GET", "/webhooks/<int:webhook_id>/deliveries", "What was sent to an address", tag=TAG, scope=Scope.ADMIN,
    roles=ADMINISTRATORS, query=PAGE,
    answers={200: ("A page of messages, by id, of the last 30 days.", page("Deliveries", DELIVERY))},
)  # fmt: skip
def list_deliveries(given: Given) -> Reply:
    """Each with how often it was tried and what was answered last."""
    number, tx = given.path["webhook_id"], snapshot()
    one_webhook(tx, number)
    return page_of(
        given, lambda after, most: deliveries_after(tx, number, after, most), _delivery_json, lambda one: one.id
    )


@operation(
    "POST", "/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay", "Send a message again", tag=TAG,
    scope=Scope.ADMIN, roles=ADMINISTRATORS, answers={202: ("The new message, which waits to be sent.", DELIVERY)},
)  # fmt: skip
def replay_delivery(given: Given) -> Reply:
    """As a message of its own that says the same."""
    return Reply(_delivery_json(replay(workspace(), given.path["webhook_id"], given.path["delivery_id"], by=me())), 202)


def _webhook_json(one: Webhook) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "kinds": sorted(str(kind) for kind in one.kinds),
        "stopped": one.stopped,
        "told": one.told,
        "made_at": one.made_at.isoformat(),
    }


def _delivery_json(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "message": one.message,
        "made_at": one.made_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "tries": one.tries,
        "delivered_at": one.delivered_at.isoformat() if one.delivered_at else None,
        "code": one.code,
        "error": one.error,
        "document": one.document,
    }
