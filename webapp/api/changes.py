"""What has changed since: for programs that keep a copy."""

from gcrm.exchange.model import FedAction, FedKind
from gcrm.exchange.queries import changes_after
from gcrm.people.token import Scope
from webapp.access import me
from webapp.api.dispatch import caller
from webapp.api.operation import Given, Reply, operation
from webapp.api.problems import Refused
from webapp.api.shapes import FLAG, ID, INSTANT, LIMIT, WHOLE, listed, maybe, named, one_of, record
from webapp.context import snapshot

NEEDS = {
    FedKind.ACCOUNT: Scope.ACCOUNTS_READ,
    FedKind.ACTIVITY: Scope.ACTIVITIES_READ,
    FedKind.APPOINTMENT: Scope.PLANS_READ,
    FedKind.PLAN: Scope.PLANS_READ,
    FedKind.REP: Scope.PLANS_READ,
    FedKind.TERRITORY: Scope.TERRITORIES_READ,
}
"""The scope that lets a token see changes of a kind."""
CHANGE = named(
    "Change",
    record({
        "number": WHOLE, "at": INSTANT, "kind": one_of(FedKind), "id": ID, "action": one_of(FedAction),
        "account_id": maybe(ID),
    }),
)  # fmt: skip
CHANGES = named("Changes", record({"items": listed(CHANGE), "next": WHOLE, "more": FLAG}))


@operation(
    "GET", "/changes", "What has changed since a number", tag="Changes",
    query={
        "after": {
            "type": "integer", "minimum": 0, "maximum": 2**31 - 1, "default": 0,
            "description": "`next` of the answer before; 0 for all there ever was.",
        },
        "kind": one_of(FedKind) | {"description": "Changes of that kind only."},
        "limit": LIMIT,
    },
    answers={200: ("Each change once, in order, as far as the token sees it.", CHANGES)},
)  # fmt: skip
def list_changes(given: Given) -> Reply:
    """Read what changed by its id; keep `next` and ask again with it, at once while `more` is true.

    What moves into the sight of a token is created, what moves out of it removed. Kinds need the scope that reads them.
    """
    scopes = caller().token.scopes
    wanted = [FedKind(given.query["kind"])] if "kind" in given.query else list(FedKind)
    kinds = [one for one in wanted if NEEDS[one] in scopes]
    if not kinds:
        needed = ", ".join(sorted({str(NEEDS[one]) for one in wanted}))
        raise Refused(403, "The token reads nothing of that kind.", f"Make one for {needed}.")
    found = changes_after(snapshot(), me(), given.query["after"], given.query["limit"], kinds)
    return Reply({"items": [one.as_json() for one in found.changes], "next": found.next, "more": found.more})
