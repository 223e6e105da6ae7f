"""Who may see and do what. Every view says so itself; a view that says nothing stops the app from starting.

A rep sees the accounts of his own territories and his own days. A manager reads everything. A planner also changes
territories, plans and imports. An administrator also looks after users, areas and jobs.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user
from werkzeug.exceptions import Unauthorized

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.user import Role, User
from gcrm.people.visibility import Viewer
from gcrm.platform.errors import NotAllowed
from gcrm.transaction import Transaction
from webapp.security import wants_json

View = TypeVar("View", bound=Callable[..., Any])

EVERYONE = tuple(Role)
DESK = (Role.MANAGER, Role.PLANNER, Role.ADMINISTRATOR)
PLANNERS = (Role.PLANNER, Role.ADMINISTRATOR)
WRITERS = (Role.REP, Role.PLANNER, Role.ADMINISTRATOR)
ADMINISTRATORS = (Role.ADMINISTRATOR,)

_ROLES = "gcrm_roles"


class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login carries no types
    """The user of this request, as Flask-Login wants it."""

    def __init__(self, user: User, token: str) -> None:
        self.user = user
        self.token = token
        self.role = user.role
        self.rep_id = user.rep_id

    def get_id(self) -> str:
        """The token of the session; who it belongs to, and whether it is still open, the database knows."""
        return self.token


def allow(*roles: Role) -> Callable[[View], View]:
    """Let only these roles through to a view."""

    def mark(view: View) -> View:
        setattr(view, _ROLES, frozenset(roles))
        return view

    return mark


def public(view: View) -> View:
    """Let everybody through to a view, signed in or not."""
    setattr(view, _ROLES, None)
    return view


def me() -> User:
    """The signed-in user. Raises NotAllowed where there is none."""
    if not current_user.is_authenticated:
        raise NotAllowed(say("Nobody is signed in."), say("Sign in first."))
    return cast("User", current_user.user)


def my_token() -> str:
    """The token of the session of this request. Raises NotAllowed where nobody is signed in."""
    me()
    return str(current_user.token)


def guard(app: Flask) -> None:
    """Check each request against what its view allows, and at once that every view allows something.

    Raises RuntimeError naming the views that say nothing.
    """
    app.view_functions["static"] = public(app.view_functions["static"])
    silent = sorted(name for name, view in app.view_functions.items() if not hasattr(view, _ROLES))
    if silent:
        raise RuntimeError(f"These views do not say who may use them: {', '.join(silent)}.")

    @app.before_request
    def check() -> Any:
        view = app.view_functions.get(request.endpoint or "")
        roles = getattr(view, _ROLES, None)
        if roles is None:
            return None
        if not current_user.is_authenticated:
            return sign_in_first()
        if me().role not in roles:
            raise NotAllowed(
                say("Your role does not open this page."), say("Ask an administrator to change your role.")
            )
        return None


def sign_in_first() -> ResponseReturnValue:
    """Send a person to the log-in and back; tell a script that it is signed out."""
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for("auth.log_in")}
    if request.method != "GET" or wants_json(request):
        raise Unauthorized
    here = request.full_path.rstrip("?")
    return redirect(url_for("auth.log_in", next=None if here == "/" else here))


def sees_all() -> bool:
    """Whether the signed-in user may see every account and every day."""
    return me().role is not Role.REP


def may_write() -> bool:
    """Whether the signed-in user may check in, note and plan for what he sees."""
    return me().role in WRITERS


def visible_territories(tx: Transaction) -> frozenset[int] | None:
    """The territories whose accounts the signed-in user may see; None for all accounts, also those in none."""
    return Viewer(me()).territories(tx)


def account_to_see(tx: Transaction, account_id: int) -> Account:
    """The account, if the signed-in user may see it. Raises NotFound."""
    return Viewer(me()).account(tx, account_id)


def rep_to_see(tx: Transaction, key: str) -> Rep:
    """The rep, if the signed-in user may see that rep's days. Raises NotFound."""
    return Viewer(me()).rep(tx, key)
