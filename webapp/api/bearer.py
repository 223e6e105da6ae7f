"""Who calls the API: the bearer of a token. A cookie opens nothing here: no other site can make a browser call it."""

from flask import current_app, g, request

from gcrm.people.tokens import Caller, caller_of
from gcrm.platform.rates import Rates, rates_of
from webapp.access import SignedIn
from webapp.api.operation import Operation
from webapp.api.problems import Refused
from webapp.context import snapshot, workspace

A_MINUTE = 600
"""Requests of one token within a minute, of all web processes; API_A_MINUTE in the app's settings changes it."""
RATES = "gcrm.rates"
LAYERS = "Layers"
"""The tag of operations that map programs call."""
WHERE = 'Send "Authorization: Bearer TOKEN"; make a token on the page Tokens.'


def admit(operation: Operation) -> Caller | None:
    """Let the bearer of a token call an operation; None for a public one. Raises Refused."""
    if operation.public:
        return None
    secret = _secret(operation)
    if not secret:
        raise Refused(401, "There is no token.", WHERE, headers={"WWW-Authenticate": 'Bearer realm="gcrm"'})
    caller = caller_of(workspace(), snapshot(), secret[:200], request.remote_addr or "")
    if caller is None:
        raise Refused(
            401, "The token is unknown, has expired or was revoked.", WHERE,
            headers={"WWW-Authenticate": 'Bearer realm="gcrm", error="invalid_token"'},
        )  # fmt: skip
    _count(caller.token.key)
    if operation.scope is not None and operation.scope not in caller.token.scopes:
        raise Refused(
            403, f"The token was not made for {operation.scope}.", "Make one with that scope on the page Tokens."
        )
    if caller.user.role not in operation.roles:
        raise Refused(403, f"The role {caller.user.role} may not do that.", "Use a token of somebody who may.")
    # What the pages ask of the signed-in user, queries and use-cases of this request ask of the caller.
    g._login_user = SignedIn(caller.user, "")  # noqa: SLF001 - where Flask-Login keeps the user of a request
    return caller


def _count(token: str) -> None:
    """Count one more request of a token. Raises Refused where there were too many."""
    most = int(current_app.config.get("API_A_MINUTE", A_MINUTE))
    wait_s = _rates().wait_s(token, most)
    if wait_s:
        raise Refused(
            429, f"This token has asked {most:,} times within a minute.", f"Wait {wait_s} seconds.",
            headers={"Retry-After": str(wait_s)},
        )  # fmt: skip


def _rates() -> Rates:
    rates: Rates | None = current_app.extensions.get(RATES)
    if rates is None:
        settings = workspace().settings
        rates = current_app.extensions.setdefault(RATES, rates_of(settings.home, settings.redis_url))
    return rates


def _secret(operation: Operation) -> str:
    """The token that was sent, "" for none.

    A map program that only knows of name and password sends the token as the password. A browser would send such of
    itself from any site, which does no harm where things are only read.
    """
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return sent.strip()
    basic = request.authorization if operation.tag == LAYERS and operation.method == "GET" else None
    return (basic.password or "") if basic is not None and basic.type == "basic" else ""
