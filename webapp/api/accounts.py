"""Accounts: listed, read, added, changed, many at once; what happened to their fields; what they ordered."""

from collections.abc import Mapping
from typing import Any

from gcrm.accounts.audit import account_audit
from gcrm.accounts.edit_account import add_account, edit_account
from gcrm.accounts.entry import ADDRESS, AT_THE_DOOR
from gcrm.accounts.history import fingerprint
from gcrm.accounts.lock_account import lock_account, unlock_account
from gcrm.accounts.model import Account, Kind, Level
from gcrm.accounts.queries import Selection, accounts_after
from gcrm.accounts.upsert_accounts import Upserted, upsert_accounts
from gcrm.people.token import Scope
from gcrm.platform.documents import as_document
from gcrm.platform.errors import Conflict
from gcrm.sales.queries import orders_of_account
from webapp.access import PLANNERS, WRITERS, account_to_see, me, visible_territories
from webapp.api.dispatch import caller
from webapp.api.operation import JSON, NDJSON, Given, Reply, operation
from webapp.api.pages import page_of
from webapp.api.problems import Refused
from webapp.api.reading import MOST_LINES, faults_of
from webapp.api.shapes import (
    ACCOUNT,
    ACCOUNT_FIELDS,
    ACCOUNT_PATCH,
    BULK_RESULT,
    CURSOR,
    DAY,
    FIELD_CHANGE,
    ID,
    LIMIT,
    NEW_ACCOUNT,
    NUMBER,
    TEXT,
    WHOLE,
    listed,
    maybe,
    named,
    one_of,
    page,
    record,
)
from webapp.api.versions import changed_first, seen_version
from webapp.context import snapshot, workspace

TAG = "Accounts"
BULK_FIELDS = record(
    {"external_id": TEXT}, {name: shape for name, shape in ACCOUNT_FIELDS.items() if name != "external_id"}
)
LIST_QUERY = {
    "text": {"type": "string", "maxLength": 200, "description": "Words that all occur in name, address or contact."},
    "kind": one_of(Kind),
    "level": one_of(Level) | {"description": "How closely they are placed."},
    "territory": {**ID, "description": "Accounts of that territory."},
    "external_id": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Exactly that number."},
    "cursor": CURSOR,
    "limit": LIMIT,
}
CHANGES_OF_FIELDS = named("FieldChanges", record({"items": listed(FIELD_CHANGE)}))
ORDERS = named(
    "Orders",
    record({
        "lines": WHOLE,
        "years": listed(record({"year": WHOLE, "currency": TEXT, "lines": WHOLE, "amount": NUMBER})),
        "last": listed(record({
            "id": ID, "day": DAY, "number": TEXT, "product": TEXT, "quantity": maybe(NUMBER), "amount": NUMBER,
            "currency": TEXT,
        })),
    }),
)  # fmt: skip


def account_json(account: Account) -> dict[str, Any]:
    """An account as the API answers it."""
    address, placement = account.address, account.placement
    return {
        "id": account.id,
        "external_id": account.external_id,
        "name": account.name,
        "kind": account.kind.value,
        "priority": account.priority.value,
        "segment": account.segment,
        "address": {**{name: getattr(address, name) for name in ADDRESS}, "text": address.text},
        "place": {"lon": account.place.lon, "lat": account.place.lat} if account.place else None,
        "placement": {
            "level": placement.level.value,
            "confidence": placement.confidence,
            "matched": placement.matched,
            "source": placement.source,
            "reason": placement.reason,
        },
        **{name: getattr(account, name) for name in ("contact", "phone", "email", "website", "opening_hours")},
        "visit_every_days": account.visit_every_days,
        "visit_minutes": account.visit_minutes,
        "last_visit": account.last_visit.isoformat() if account.last_visit else None,
        "skills": list(account.skills),
        "languages": list(account.languages),
        "holiday_region": account.holiday_region,
        "note": account.note,
        "territory_id": account.territory_id,
        "territory_locked": account.territory_locked,
        "version": fingerprint(account),
        "created_at": account.created_at.isoformat() if account.created_at else None,
        "updated_at": account.updated_at.isoformat() if account.updated_at else None,
    }


@operation(
    "GET", "/accounts", "List accounts", tag=TAG, scope=Scope.ACCOUNTS_READ, query=LIST_QUERY,
    answers={200: ("A page of accounts, by id.", page("Accounts", ACCOUNT))},
)  # fmt: skip
def list_accounts(given: Given) -> Reply:
    """Those that the token's user may see. What is added meanwhile comes at the end."""
    asked = given.query
    chosen = Selection(
        text=asked.get("text", ""),
        kind=Kind(asked["kind"]) if "kind" in asked else None,
        level=Level(asked["level"]) if "level" in asked else None,
        territory_id=asked.get("territory"),
        external_id=asked.get("external_id", ""),
    )
    tx = snapshot()
    seen = visible_territories(tx)
    return page_of(
        given, lambda after, most: accounts_after(tx, seen, chosen, after, most), account_json, lambda one: one.id
    )


@operation(
    "POST", "/accounts", "Add an account", tag=TAG, scope=Scope.ACCOUNTS_WRITE, roles=PLANNERS, body=NEW_ACCOUNT,
    versioned=True, answers={201: ("The account as it was kept and placed.", ACCOUNT)},
)  # fmt: skip
def create_account(given: Given) -> Reply:
    """Its address is placed with the geocoder of the area."""
    made = add_account(workspace(), typed(given.body), me().id).account
    return _shown(made, 201)


@operation(
    "GET", "/accounts/<int:account_id>", "Read an account", tag=TAG, scope=Scope.ACCOUNTS_READ, versioned=True,
    answers={200: ("The account.", ACCOUNT)},
)  # fmt: skip
def read_account(given: Given) -> Reply:
    """One of somebody else is answered as one that does not exist."""
    account = account_to_see(snapshot(), given.path["account_id"])
    return Reply(account_json(account), etag=fingerprint(account))


@operation(
    "PATCH", "/accounts/<int:account_id>", "Change an account", tag=TAG, scope=Scope.ACCOUNTS_WRITE, roles=WRITERS,
    body=ACCOUNT_PATCH, versioned=True, answers={200: ("The account as it is now.", ACCOUNT)},
)  # fmt: skip
def change_account(given: Given) -> Reply:
    """Fields that are not sent stay.

    A rep changes what is learned at the door: contact, phone, email, website, opening_hours, note.
    """
    account = account_to_see(snapshot(), given.path["account_id"])
    entry = typed(given.body)
    if me().role not in PLANNERS:
        strange = sorted(set(entry) - set(AT_THE_DOOR))
        if strange:
            raise Refused(403, f"A rep does not change {strange[0]}.", f"A rep changes {', '.join(AT_THE_DOOR)}.")
    seen = seen_version(given)
    try:
        done = edit_account(workspace(), account.id, entry, seen=seen, user_id=me().id)
    except Conflict as slower:
        now = account_to_see(snapshot(), account.id)
        raise changed_first(account_json(now), given.body) from slower
    return _shown(done.account)


@operation(
    "POST", "/accounts/bulk", "Add or change many accounts by external id", tag=TAG, scope=Scope.ACCOUNTS_WRITE,
    roles=PLANNERS, body={"type": "array", "maxItems": MOST_LINES, "items": {"type": "object"}},
    body_types=(JSON, NDJSON), answers={200: ("What became of each row.", BULK_RESULT)},
)  # fmt: skip
def bulk_accounts(given: Given) -> Reply:
    """A JSON list, or one JSON object a line (NDJSON), of at most 1,000.

    Each has an `external_id` and fields of NewAccount; fields that are not sent stay. A row that cannot be kept holds
    up no other. All of it is one change, which can be undone.
    """
    bad = {at: faults for at, row in enumerate(given.body) if (faults := faults_of(BULK_FIELDS, row))}
    good = [at for at in range(len(given.body)) if at not in bad]
    rows = [typed(given.body[at]) for at in good]
    answer = upsert_accounts(workspace(), rows, me().id, sender=caller().token.name)
    told: dict[int, dict[str, Any]] = {at: _row(at, one) for at, one in zip(good, answer.rows, strict=True)}
    for at, faults in bad.items():
        row = given.body[at]
        number = row.get("external_id")
        told[at] = {
            "row": at, "external_id": number if isinstance(number, str) else "", "result": "rejected", "errors": faults,
        }  # fmt: skip
    counts = {str(result): count for result, count in answer.counts.items()}
    counts["rejected"] += len(bad)
    return Reply({**counts, "change_set": answer.change_set, "rows": [told[at] for at in sorted(told)]})


@operation(
    "GET", "/accounts/<int:account_id>/changes", "What was changed about an account", tag=TAG,
    scope=Scope.ACCOUNTS_READ,
    answers={200: ("Each change of each field, the newest first.", CHANGES_OF_FIELDS)},
)  # fmt: skip
def list_account_changes(given: Given) -> Reply:
    """Who or which file set which field, and when."""
    account = account_to_see(snapshot(), given.path["account_id"])
    return Reply({"items": [as_document(one) for one in account_audit(workspace(), account.id)]})


@operation(
    "GET", "/accounts/<int:account_id>/orders", "What an account has ordered", tag=TAG, scope=Scope.ORDERS_READ,
    answers={200: ("Its last lines, and the sums by year and currency.", ORDERS)},
)  # fmt: skip
def list_orders(given: Given) -> Reply:
    """Amounts of two currencies are never added up."""
    tx = snapshot()
    account = account_to_see(tx, given.path["account_id"])
    found = orders_of_account(tx, account.id)
    lines = [
        {
            "id": one.id,
            "day": one.day.isoformat(),
            "number": one.number,
            "product": one.product,
            "quantity": float(one.quantity) if one.quantity is not None else None,
            "amount": float(one.amount),
            "currency": one.currency,
        }
        for one in found.last
    ]
    return Reply({"lines": found.lines, "years": as_document(found.years), "last": lines})


@operation(
    "POST", "/accounts/<int:account_id>/territory", "Lock an account to a territory, or let it fall again", tag=TAG,
    scope=Scope.ACCOUNTS_WRITE, roles=PLANNERS,
    body=named("TerritoryLock", record({"territory_id": maybe(ID)})), versioned=True,
    answers={200: ("The account as it is now.", ACCOUNT)},
)  # fmt: skip
def lock_to_territory(given: Given) -> Reply:
    """With null it belongs to the territory that it lies in."""
    account = account_to_see(snapshot(), given.path["account_id"])
    wanted = given.body["territory_id"]
    if wanted is None:
        return _shown(unlock_account(workspace(), account.id, me().id))
    return _shown(lock_account(workspace(), account.id, wanted, me().id))


def typed(fields: Mapping[str, Any]) -> dict[str, str]:
    """Fields as a person types them, which is how an entry is read."""
    entry: dict[str, str] = {}
    for name, value in fields.items():
        if name == "address":
            entry.update(value)
        elif isinstance(value, list):
            entry[name] = ", ".join(value)
        else:
            entry[name] = "" if value is None else str(value)
    return entry


def _shown(account: Account, status: int = 200) -> Reply:
    headers = {"Location": f"/api/v1/accounts/{account.id}"} if status == 201 else {}
    return Reply(account_json(account), status, etag=fingerprint(account), headers=headers)


def _row(at: int, one: Upserted) -> dict[str, Any]:
    told: dict[str, Any] = {"row": at, "external_id": one.external_id, "result": one.result.value}
    if one.account_id:
        told["id"] = one.account_id
    if one.faults:
        told["errors"] = [{"field": name, "fault": each.fault, "remedy": each.remedy} for name, each in one.faults]
    return told
