"""Who may call what: every operation of the API, for each role, the stranger, and tokens that do not hold."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from gcrm.people.token import Scope
from gcrm.people.tokens import make_token, revoke_token
from gcrm.workspace import Workspace
from tests.integration.web.conftest import NOW, World
from tests.integration.web.programs import Program, program_of, scopes_of
from webapp.api.document import BASE
from webapp.api.operation import OPERATIONS

ALL = frozenset({"ada", "bo", "pia", "cy", "dee"})
OWN = ALL - {"cy"}
"""Ada's account, and everybody who sees all."""
DESK = frozenset({"bo", "pia", "dee"})
PLANNERS = frozenset({"pia", "dee"})
ADMIN = frozenset({"dee"})
WRITERS = frozenset({"ada", "pia", "cy", "dee"})


@dataclass(frozen=True)
class Call:
    """A call that fits an operation, the scope that it needs, and who is let through."""

    path: str
    scope: Scope | None
    allowed: frozenset[str]
    body: Any = None


CALLS: dict[str, Call] = {
    "read_caller": Call("/me", None, ALL),
    "list_accounts": Call("/accounts", Scope.ACCOUNTS_READ, ALL),
    "create_account": Call("/accounts", Scope.ACCOUNTS_WRITE, PLANNERS, {"name": "New"}),
    "read_account": Call("/accounts/{alpen}", Scope.ACCOUNTS_READ, OWN),
    "change_account": Call("/accounts/{alpen}", Scope.ACCOUNTS_WRITE, WRITERS - {"cy"}, {"note": "x"}),
    "bulk_accounts": Call("/accounts/bulk", Scope.ACCOUNTS_WRITE, PLANNERS, []),
    "list_account_changes": Call("/accounts/{alpen}/changes", Scope.ACCOUNTS_READ, OWN),
    "list_orders": Call("/accounts/{alpen}/orders", Scope.ORDERS_READ, OWN),
    "lock_to_territory": Call(
        "/accounts/{alpen}/territory", Scope.ACCOUNTS_WRITE, PLANNERS, {"territory_id": None}
    ),
    "list_activities": Call("/activities?account={alpen}", Scope.ACTIVITIES_READ, OWN),
    "create_activity": Call(
        "/activities", Scope.ACTIVITIES_WRITE, WRITERS - {"cy"}, {"account_id": "{alpen}", "kind": "note", "note": "x"}
    ),
    "read_activity": Call("/activities/{told}", Scope.ACTIVITIES_READ, OWN),
    "change_activity": Call("/activities/{told}", Scope.ACTIVITIES_WRITE, PLANNERS, {"note": "better"}),
    "list_plans": Call("/reps/north/plans?from=2026-11-24", Scope.PLANS_READ, OWN),
    "read_plan": Call("/reps/north/plans/2026-11-24", Scope.PLANS_READ, OWN),
    "start_planning": Call("/reps/north/plans", Scope.PLANS_WRITE, WRITERS - {"cy"}, {"date": "2026-11-24"}),
    "propose_change": Call(
        "/reps/north/plans/2026-11-24/proposals", Scope.PLANS_WRITE, WRITERS - {"cy"},
        {"account_id": "{alpen}", "what": "forbid"},
    ),
    "apply_change": Call(
        "/reps/north/plans/2026-11-24/proposals/{proposal}/apply", Scope.PLANS_WRITE, WRITERS - {"cy"}, {}
    ),
    "list_jobs": Call("/jobs", Scope.PLANS_READ, ALL),
    "read_job": Call("/jobs/{job}", Scope.PLANS_READ, PLANNERS),
    "cancel_job": Call("/jobs/{job}/cancel", Scope.PLANS_WRITE, PLANNERS),
    "list_changes": Call("/changes", None, ALL),
    "read_landing": Call("/ogc", None, ALL),
    "read_conformance": Call("/ogc/conformance", None, ALL),
    "list_layers": Call("/ogc/collections", None, ALL),
    "read_layer": Call("/ogc/collections/regions", None, DESK),
    "list_features": Call("/ogc/collections/regions/items", None, DESK),
    "read_feature": Call("/ogc/collections/regions/items/1", None, DESK),
    "list_webhooks": Call("/webhooks", Scope.ADMIN, ADMIN),
    "create_webhook": Call(
        "/webhooks", Scope.ADMIN, ADMIN, {"url": "https://erp.example.com/hook", "kinds": ["account"]}
    ),
    "read_webhook": Call("/webhooks/{webhook}", Scope.ADMIN, ADMIN),
    "restart_webhook": Call("/webhooks/{webhook}/start", Scope.ADMIN, ADMIN),
    "list_deliveries": Call("/webhooks/{webhook}/deliveries", Scope.ADMIN, ADMIN),
    "replay_delivery": Call("/webhooks/{webhook}/deliveries/99/replay", Scope.ADMIN, ADMIN),
    "delete_webhook": Call("/webhooks/{webhook}", Scope.ADMIN, ADMIN),
    "list_reps": Call("/reps", Scope.PLANS_READ, ALL),
    "read_rep": Call("/reps/north", Scope.PLANS_READ, OWN),
    "list_territories": Call("/territories", Scope.TERRITORIES_READ, ALL),
    "list_regions": Call("/regions", Scope.TERRITORIES_READ, DESK),
    "list_scenarios": Call("/scenarios", Scope.TERRITORIES_READ, DESK),
    "read_scenario": Call("/scenarios/{scenario}", Scope.TERRITORIES_READ, DESK),
}  # fmt: skip
PUBLIC = {"read_document"}
MADE_UP = {"apply_change", "read_scenario", "replay_delivery"}
"""Those of which the thing itself is not there: whoever is let through is told 404 in other words."""


def test_every_operation_is_named_here(app: Flask) -> None:
    assert set(OPERATIONS) == set(CALLS) | PUBLIC
    there = {rule.endpoint.removeprefix("api.") for rule in app.url_map.iter_rules() if rule.rule.startswith(BASE)}
    assert there == set(OPERATIONS)


@pytest.fixture
def numbers(app: Flask, workspace: Workspace, world: World) -> dict[str, int]:
    pia = program_of(app, workspace, "pia")
    alpen = world.accounts["Alpen Bakery"]
    told = pia.post("/activities", {"account_id": alpen, "kind": "note", "note": "told"}).get_json()
    job = pia.post("/reps/north/plans", {"date": "2026-11-26"}).get_json()
    wanted = {"url": "https://erp.example.com/hook", "kinds": ["account"]}
    webhook = program_of(app, workspace, "dee").post("/webhooks", wanted).get_json()
    return {
        "webhook": webhook["id"],
        "alpen": alpen,
        "told": told["id"],
        "job": job["id"],
        "proposal": 99,
        "scenario": 99,
    }


def call(name: str, program: Program, numbers: dict[str, int]) -> tuple[int, str]:
    one = CALLS[name]
    body = {
        key: numbers[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
        for key, value in one.body.items()
    } if isinstance(one.body, dict) else one.body  # fmt: skip
    head = {"If_Match": "*"} if OPERATIONS[name].method == "PATCH" else {}
    answer = program.ask(OPERATIONS[name].method, one.path.format(**numbers), body, **head)
    return answer.status_code, (answer.get_json() or {}).get("detail", "")


@pytest.mark.parametrize("login", sorted(ALL))
def test_a_token_opens_what_its_user_may_and_nothing_else(
    login: str, app: Flask, workspace: Workspace, numbers: dict[str, int]
) -> None:
    program = program_of(app, workspace, login)
    wrong = []
    for name, one in CALLS.items():
        code, detail = call(name, program, numbers)
        hidden = code == 404 and not (name in MADE_UP and login in one.allowed)
        refused = code in {401, 403} or hidden
        if refused == (login in one.allowed) or code >= 500:
            wrong.append(f"{name}: {login} got {code}, {detail}")
    assert not wrong


def test_a_scope_that_the_token_lacks_opens_nothing(app: Flask, workspace: Workspace, numbers: dict[str, int]) -> None:
    wrong = []
    for scope in Scope:
        others = [one for one in scopes_of("dee") if one != scope]
        program = program_of(app, workspace, "dee", *others)
        for name, one in CALLS.items():
            if one.scope is not scope:
                continue
            assert OPERATIONS[name].scope is scope, name
            code, _ = call(name, program, numbers)
            if code != 403:
                wrong.append(f"{name} without {scope}: {code}")
    assert not wrong


@pytest.mark.parametrize("fault", ["none", "unknown", "revoked", "expired"])
def test_a_token_that_does_not_hold_opens_nothing(
    fault: str, app: Flask, workspace: Workspace, numbers: dict[str, int]
) -> None:
    made = make_token(workspace, "dee", "Program", scopes_of("dee"), days=1)
    secret = {"none": "", "unknown": "gcrm_unknown"}.get(fault, made.secret)
    if fault == "revoked":
        revoke_token(workspace, made.token.id)
    before = workspace.clock
    if fault == "expired":
        workspace.clock = lambda: NOW + timedelta(days=1)
    program = Program(app, secret)
    codes = {name: call(name, program, numbers)[0] for name in CALLS}
    workspace.clock = before
    assert {name: code for name, code in codes.items() if code != 401} == {}
