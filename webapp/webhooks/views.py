"""Webhooks: added, paused, started, signed with another secret, tried out, and what was sent with the answers."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say, to_say
from gcrm.exchange.model import FedKind
from gcrm.exchange.webhook import Webhook
from gcrm.exchange.webhooks import (
    add_webhook,
    all_webhooks,
    last_deliveries,
    one_webhook,
    pause_webhook,
    remove_webhook,
    renew_secret,
    replay,
    send_test,
    start_webhook,
)
from gcrm.people.queries import user_names
from gcrm.platform.errors import GcrmError, InputRejected
from webapp.access import ADMINISTRATORS, allow, me
from webapp.context import snapshot, workspace
from webapp.zones import zone_of_user

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks", template_folder="templates")

SHOWN = 100
"""Messages of one page."""
KIND_WORDS = {
    FedKind.ACCOUNT: to_say("accounts"),
    FedKind.ACTIVITY: to_say("visits, calls and notes"),
    FedKind.APPOINTMENT: to_say("appointments"),
    FedKind.PLAN: to_say("plans"),
    FedKind.REP: to_say("reps"),
    FedKind.TERRITORY: to_say("territories"),
}


@blueprint.route("/", methods=["GET", "POST"])
@allow(*ADMINISTRATORS)
def list_all() -> ResponseReturnValue:
    """All of them, and a form for one more; its secret is shown once."""
    made: Webhook | None = None
    problem: GcrmError | None = None
    if request.method == "POST":
        kinds = [FedKind(one) for one in request.form.getlist("kind") if one in set(FedKind)]
        try:
            made = add_webhook(workspace(), request.form.get("url", ""), kinds, by=me())
        except GcrmError as refused:
            problem = refused
    tx = snapshot()
    shown = {
        "webhooks": all_webhooks(tx),
        "names": user_names(tx),
        "made": made,
        "problem_": problem,
        "kinds": {kind: say(words) for kind, words in KIND_WORDS.items()},
        "zone": zone_of_user(),
    }
    return render_template("webhooks/list.html", **shown), 400 if problem else 200


@blueprint.route("/<int:webhook_id>", methods=["GET", "POST"])
@allow(*ADMINISTRATORS)
def show(webhook_id: int) -> ResponseReturnValue:
    """One of them with the last messages, and what can be done with it."""
    if request.method == "POST":
        act = request.form.get("act", "")
        if act == "secret":
            return _page(renew_secret(workspace(), webhook_id, by=me()), secret=True)
        if act not in ACTS:
            raise InputRejected(say("This form cannot be processed."), say("Reload the page and try again."))
        ACTS[act][0](workspace(), webhook_id, by=me())
        flash(say(ACTS[act][1]))
        return redirect(
            url_for("webhooks.list_all") if act == "remove" else url_for("webhooks.show", webhook_id=webhook_id)
        )
    return _page(one_webhook(snapshot(), webhook_id))


@blueprint.post("/<int:webhook_id>/deliveries/<int:delivery_id>/replay")
@allow(*ADMINISTRATORS)
def send_again(webhook_id: int, delivery_id: int) -> ResponseReturnValue:
    """Send a message again."""
    replay(workspace(), webhook_id, delivery_id, by=me())
    flash(say("It is sent again shortly."))
    return redirect(url_for("webhooks.show", webhook_id=webhook_id))


ACTS = {
    "pause": (pause_webhook, to_say("Paused. Changes of meanwhile are sent when you start it again.")),
    "start": (start_webhook, to_say("Started.")),
    "test": (send_test, to_say("The test is sent shortly.")),
    "remove": (remove_webhook, to_say("Removed.")),
}
"""What a form may ask for: the use-case, and what is said then."""


def _page(webhook: Webhook, *, secret: bool = False) -> str:
    return render_template(
        "webhooks/show.html",
        one=webhook,
        secret=webhook.secret if secret else "",
        deliveries=last_deliveries(snapshot(), webhook.id, SHOWN),
        kinds={kind: say(words) for kind, words in KIND_WORDS.items()},
        zone=zone_of_user(),
    )
