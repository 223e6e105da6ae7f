"""The app factory: one Flask app for one workspace."""

from datetime import timedelta
from typing import Any

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from werkzeug.utils import import_string

from gcrm.people.sign_in import user_of_session
from gcrm.platform.secret_key import secret_key
from gcrm.store import Patience
from gcrm.workspace import Workspace
from webapp import (
    access,
    acting,
    addresses,
    compression,
    context,
    errors,
    formats,
    given,
    navigation,
    security,
    spoken,
    static_files,
)
from webapp.offline import page_parts

PATIENCE = Patience(seconds=5.0, most_waiting=5)
"""Of eight threads at most five wait for somebody who writes for long; nobody is kept for longer than this."""

UPLOAD_MOST_BYTES = 50 * 1024 * 1024
AREA_MOST_BYTES = 1024 * 1024 * 1024

NOUNS = (
    "accounts",
    "accounts_map",
    "activities",
    "api",
    "areas",
    "audit",
    "auth",
    "calendars",
    "cases",
    "catchment",
    "changes",
    "check_in",
    "cube",
    "day",
    "duplicates",
    "edits",
    "health",
    "help",
    "huff",
    "imports",
    "insight",
    "jobs",
    "maps_api",
    "me",
    "moving_in",
    "offline",
    "orders",
    "photos",
    "places",
    "plans",
    "potential",
    "previews",
    "privacy",
    "promises",
    "prospects",
    "record",
    "regions",
    "reps",
    "scenarios",
    "search",
    "statistics",
    "team",
    "territories",
    "tokens",
    "users",
    "visits",
    "webhooks",
    "weeks",
    "what_ifs",
)
"""One blueprint folder each: `webapp.<noun>.views:blueprint`."""


def create_app(workspace: Workspace, config: dict[str, Any] | None = None) -> Flask:
    """The web app on a workspace.

    config: settings of Flask and its extensions that differ from the product's own, for tests.
    Raises RuntimeError if a view does not say who may use it.
    """
    workspace.wait_for_writers(PATIENCE)
    app = Flask("webapp", static_url_path=static_files.url_path())
    app.config.update(
        SECRET_KEY=secret_key(workspace.settings.files),
        SESSION_COOKIE_NAME="gcrm",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a check-in may wait hours for a connection
        MAX_CONTENT_LENGTH=UPLOAD_MOST_BYTES,
    )
    app.config.update(config or {})
    app.extensions[context.KEY] = workspace
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    context.register(app)
    spoken.register(app)
    acting.register(app)
    _room_for_areas(app)
    addresses.register(app)
    security.protect(app)
    given.register(app)
    compression.register(app)
    csrf = CSRFProtect(app)
    _sign_in(app)
    errors.register(app)
    static_files.register(app)
    formats.register(app)
    navigation.register(app)
    page_parts.register(app)
    for noun in NOUNS:
        app.register_blueprint(import_string(f"webapp.{noun}.views:blueprint"))
    # Its calls carry a token in their head, which no other site can make a browser send; a cookie opens nothing there.
    csrf.exempt(app.blueprints["api"])
    # What a provider says carries its signature, and no cookie.
    csrf.exempt(app.view_functions["auth.provider_ended"])

    @app.get("/")
    @access.allow(*access.EVERYONE)
    def home() -> ResponseReturnValue:
        return redirect(url_for(navigation.HOME[access.me().role]))

    access.guard(app)
    return app


def _room_for_areas(app: Flask) -> None:
    """Street data is large; only administrators may send it, and nobody else may fill the disk with it."""

    @app.before_request
    def widen() -> None:
        if request.endpoint != "areas.import_area" or not current_user.is_authenticated:
            return
        if access.me().role in access.ADMINISTRATORS:
            request.max_content_length = AREA_MOST_BYTES


def _sign_in(app: Flask) -> None:
    """Tell Flask-Login how to find the user of a session."""
    manager = LoginManager(app)
    manager.login_view = "auth.log_in"
    manager.login_message = ""
    manager.session_protection = "basic"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> access.SignedIn | None:
        user = user_of_session(context.workspace(), context.snapshot(), token)
        return access.SignedIn(user, token) if user else None
