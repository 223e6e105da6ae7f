"""Who the bearer of a token is."""

from gcrm.people.queries import rep_of_id
from webapp.api.dispatch import caller
from webapp.api.operation import Given, Reply, operation
from webapp.api.shapes import ME
from webapp.context import snapshot


@operation("GET", "/me", "Who the token acts for", tag="About", answers={200: ("The caller.", ME)})
def read_caller(_given: Given) -> Reply:
    """Any token may ask."""
    now = caller()
    rep = rep_of_id(snapshot(), now.user.rep_id)
    return Reply({
        "login": now.user.login,
        "name": now.user.name,
        "role": now.user.role.value,
        "rep": rep.key if rep else None,
        "token": now.token.name,
        "scopes": sorted(str(one) for one in now.token.scopes),
        "expires_at": now.token.expires_at.isoformat(),
    })  # fmt: skip
