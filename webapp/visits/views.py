"""A customer chooses, moves or calls off a visit by a link; reps and planners make and revoke the links."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.planning.customer_link import (
    LIFE_DAYS,
    calendar_file,
    cancel_time,
    links_of,
    make_link,
    open_link,
    revoke_link,
    take_time,
)
from gcrm.platform.errors import Conflict, InputRejected
from webapp.access import WRITERS, account_to_see, allow, me, public
from webapp.context import snapshot, workspace
from webapp.zones import zone_of_user

blueprint = Blueprint("visits", __name__, template_folder="templates")


@blueprint.get("/visit/<secret>")
@public
def show(secret: str) -> ResponseReturnValue:
    """The times on offer, or the time that was taken and what can be done about it."""
    page = open_link(workspace(), secret, _address(), with_times=True)
    return _apart(render_template("visits/show.html", page=page, secret=secret))


@blueprint.post("/visit/<secret>")
@public
def change(secret: str) -> ResponseReturnValue:
    """Take a time, in the place of the one before, or call the visit off."""
    try:
        if request.form.get("act") == "cancel":
            said = [say("Your visit is cancelled."), *cancel_time(workspace(), secret, _address())]
        else:
            told = take_time(workspace(), secret, request.form.get("time", ""), _address())
            said = [say("Your visit is confirmed."), *told]
        flash(" ".join(said))
    except (Conflict, InputRejected) as refused:
        flash(f"{refused.fault} {refused.remedy}", "problem")
    return redirect(url_for("visits.show", secret=secret))


@blueprint.get("/visit/<secret>/visit.ics")
@public
def as_file(secret: str) -> ResponseReturnValue:
    """The visit for the customer's calendar."""
    answer = Response(calendar_file(workspace(), secret, _address()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return _apart(answer)


@blueprint.get("/accounts/<int:account_id>/links")
@allow(*WRITERS)
def of_account(account_id: int) -> ResponseReturnValue:
    """The links of an account, for a piece of its page."""
    account = account_to_see(snapshot(), account_id)
    found = links_of(snapshot(), account.id, workspace().clock())
    return render_template(
        "visits/links.html", account=account, links=found, zone=zone_of_user(), usual_days=LIFE_DAYS, address=""
    )


@blueprint.post("/accounts/<int:account_id>/links")
@allow(*WRITERS)
def make(account_id: int) -> ResponseReturnValue:
    """Make a link; it is shown this once."""
    account = account_to_see(snapshot(), account_id)
    days = request.form.get("days", LIFE_DAYS, type=int)
    minutes = request.form.get("minutes", None, type=int)
    secret = make_link(workspace(), account.id, me().id, days=days, minutes=minutes)
    address = url_for("visits.show", secret=secret, _external=True)
    return render_template("visits/made.html", account=account, address=address)


@blueprint.post("/accounts/<int:account_id>/links/<int:link_id>/revoke")
@allow(*WRITERS)
def revoke(account_id: int, link_id: int) -> ResponseReturnValue:
    """Let a link lead nowhere."""
    account = account_to_see(snapshot(), account_id)
    revoke_link(workspace(), account.id, link_id)
    flash(say("The link leads nowhere any more."))
    return redirect(url_for("accounts.show", account_id=account.id))


def _address() -> str:
    return request.remote_addr or ""


def _apart(answer: str | Response) -> Response:
    """An answer that no search engine keeps and whose address goes nowhere."""
    response = answer if isinstance(answer, Response) else Response(answer)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
