"""Tokens for other programs: a person's own, and for an administrator everybody's."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say, to_say
from gcrm.people.queries import user_names
from gcrm.people.token import Scope
from gcrm.people.tokens import LONGEST_DAYS, USUAL_DAYS, TokenMade, all_tokens, make_token, revoke_token, tokens_of
from gcrm.people.user import Role
from gcrm.people.users import list_users
from gcrm.platform.errors import GcrmError
from webapp.access import EVERYONE, allow, me
from webapp.context import snapshot, workspace
from webapp.given import whole
from webapp.zones import zone_of_user

blueprint = Blueprint("tokens", __name__, url_prefix="/tokens", template_folder="templates")

SCOPE_WORDS = {
    Scope.ACCOUNTS_READ: to_say("Read accounts"),
    Scope.ACCOUNTS_WRITE: to_say("Add and change accounts"),
    Scope.ACTIVITIES_READ: to_say("Read visits, calls and notes"),
    Scope.ACTIVITIES_WRITE: to_say("Add and correct visits, calls and notes"),
    Scope.PLANS_READ: to_say("Read plans, reps and jobs"),
    Scope.PLANS_WRITE: to_say("Plan days and change plans"),
    Scope.TERRITORIES_READ: to_say("Read territories, regions and scenarios"),
    Scope.ORDERS_READ: to_say("Read orders"),
    Scope.ADMIN: to_say("Webhooks and users"),
}


@blueprint.route("/", methods=["GET", "POST"])
@allow(*EVERYONE)
def list_all() -> ResponseReturnValue:
    """The tokens, and a form for one more; the secret of a new one is shown once."""
    made: TokenMade | None = None
    problem: GcrmError | None = None
    if request.method == "POST":
        try:
            made = make_token(
                workspace(),
                request.form.get("login") or me().login,
                request.form.get("name", ""),
                request.form.getlist("scope"),
                days=_days(request.form.get("days", "")),
                by=me(),
            )
        except GcrmError as refused:
            problem = refused
    tx = snapshot()
    is_administrator = me().role is Role.ADMINISTRATOR
    found = all_tokens(tx) if is_administrator else [(token, me()) for token in tokens_of(tx, me().id)]
    shown: dict[str, Any] = {
        "made": made,
        "problem_": problem,
        "tokens": found,
        "names": user_names(tx),
        "users": [user for user in list_users(workspace()) if user.active] if is_administrator else [],
        "scopes": [
            (one, say(words)) for one, words in SCOPE_WORDS.items() if one is not Scope.ADMIN or is_administrator
        ],
        "chosen": request.form,
        "days": USUAL_DAYS,
        "longest_days": LONGEST_DAYS,
        "now": workspace().clock(),
        "zone": zone_of_user(),
    }
    return render_template("tokens/list.html", **shown), 400 if problem else 200


@blueprint.post("/<int:token_id>/revoke")
@allow(*EVERYONE)
def revoke(token_id: int) -> ResponseReturnValue:
    """Let a token open nothing from now on."""
    token = revoke_token(workspace(), token_id, by=me())
    flash(say("{name} is revoked.", name=token.name))
    return redirect(url_for("tokens.list_all"))


def _days(text: str) -> int:
    """How long it is to last; what is no number is refused with the words for one that cannot be."""
    try:
        return whole(text.strip()) if text.strip() else USUAL_DAYS
    except ValueError:
        return 0
