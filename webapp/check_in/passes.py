"""A pass says that a user was shown an account, and when: a visit that is told later is taken though it moved since."""

from datetime import UTC, datetime

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from webapp.access import me
from webapp.context import workspace


def account_pass(account_id: int) -> str:
    """The pass of the signed-in user for an account that is on the page."""
    seconds = int(workspace().clock().timestamp())
    return str(_signer().dumps([me().id, account_id, seconds]))


def shown_at(text: object, account_id: int) -> datetime | None:
    """When the signed-in user was shown the account; None for a pass that is forged, or another user's or account's."""
    if not isinstance(text, str) or not text:
        return None
    try:
        user_id, shown_id, seconds = _signer().loads(text)
        at = datetime.fromtimestamp(seconds, UTC)
    except (BadData, TypeError, ValueError, OverflowError, OSError):
        return None
    return at if (user_id, shown_id) == (me().id, account_id) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="account pass")
