"""Who acts in a request, for what is audited: the signed-in user, with the address and the door."""

from contextlib import ExitStack

from flask import Flask, g, request
from flask_login import current_user

from gcrm.platform.actor import Actor, acting
from gcrm.platform.errors import GcrmError


def register(app: Flask) -> None:
    """Name who acts from the beginning of each request to its end."""

    @app.before_request
    def begin() -> None:
        if "acting" in g:  # a request inside another, as an error's page
            return
        g.acting = ExitStack()
        g.acting.enter_context(acting(_actor))

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        kept = g.pop("acting", None)
        if kept is not None:
            kept.close()


def _actor() -> Actor:
    try:
        user_id = current_user.user.id if current_user.is_authenticated else None
    except (GcrmError, OSError):  # whose session it is cannot be read now
        user_id = None
    return Actor(user_id, request.remote_addr or "", "api" if request.path.startswith("/api/") else "web")
