"""The API: who gets in, what is read, and that nothing is overwritten, doubled or lost in silence."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from gcrm.people.tokens import make_token, revoke_token
from gcrm.people.user import Role
from gcrm.people.users import change_user
from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, NOW, Browser, World
from tests.integration.web.programs import V1, Program, program_of


@pytest.fixture
def program(app: Flask, workspace: Workspace) -> Callable[..., Program]:
    """A program that acts for somebody, with all scopes unless told otherwise."""
    return lambda login, *scopes: program_of(app, workspace, login, *scopes)


def problem(response: TestResponse, code: int) -> dict[str, Any]:
    assert response.status_code == code, response.text
    assert response.content_type == "application/problem+json"
    told = response.get_json()
    assert told["status"] == code
    assert told["detail"]
    assert told["remedy"]
    return dict(told)


# Tokens


def test_a_token_lets_a_program_in_as_its_user(program: Callable[..., Program]) -> None:
    told = program("ada").get("/me").get_json()
    assert (told["login"], told["role"], told["rep"]) == ("ada", "rep", "north")


@pytest.mark.parametrize("secret", ["", "gcrm_wrong", "wrong", "gcrm_" + "ü" * 40])
def test_without_a_token_that_holds_nothing_opens(app: Flask, secret: str) -> None:
    client = app.test_client()
    head = {"Authorization": f"Bearer {secret}"} if secret else {}
    refused = client.get(f"{V1}/accounts", headers=head)
    problem(refused, 401)
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_opens_no_address_of_the_api(app: Flask, workspace: Workspace) -> None:
    browser = Browser(app, workspace, "dee")
    problem(browser.get(f"{V1}/accounts"), 401)
    problem(browser.post(f"{V1}/accounts", json={"name": "Forged"}), 401)


def test_a_token_ends_when_it_is_revoked_expires_or_its_user_is_shut_out(app: Flask, workspace: Workspace) -> None:
    made = [make_token(workspace, "ada", name, ["accounts:read"], days=2) for name in ("one", "two", "three")]
    programs = [Program(app, one.secret) for one in made]
    assert [one.get("/accounts").status_code for one in programs] == [200, 200, 200]
    revoke_token(workspace, made[0].token.id)
    assert [one.get("/accounts").status_code for one in programs] == [401, 200, 200]
    change_user(workspace, "ada", Role.REP, "north", active=False)
    assert [one.get("/accounts").status_code for one in programs] == [401, 401, 401]
    change_user(workspace, "ada", Role.REP, "north", active=True)
    clock, workspace.clock = workspace.clock, lambda: NOW + timedelta(days=2)
    assert [one.get("/accounts").status_code for one in programs] == [401, 401, 401]
    workspace.clock = clock


def test_the_secret_is_nowhere_in_the_database(workspace: Workspace) -> None:
    made = make_token(workspace, "ada", "Program", ["accounts:read"])
    assert made.secret.encode() not in workspace.settings.database_file.read_bytes()
    with workspace.store.read() as tx:
        assert made.secret not in str(tx.tokens.all())


def test_the_last_use_of_a_token_is_known(app: Flask, workspace: Workspace) -> None:
    made = make_token(workspace, "ada", "Program", ["accounts:read"])
    Program(app, made.secret).get("/accounts")
    with workspace.store.read() as tx:
        kept = tx.tokens.get(made.token.id)
    assert (kept.used_at, kept.used_from) == (NOW, "127.0.0.1")


def test_a_scope_narrows_and_a_role_does_too(program: Callable[..., Program]) -> None:
    reader = program("pia", "accounts:read")
    assert reader.get("/accounts").status_code == 200
    problem(reader.post("/accounts", {"name": "New"}), 403)
    problem(reader.get("/activities"), 403)
    problem(program("bo").post("/accounts", {"name": "New"}), 403)


def test_a_token_that_asks_too_often_is_told_to_wait(app: Flask, program: Callable[..., Program]) -> None:
    app.config["API_A_MINUTE"] = 3
    try:
        asking = program("ada")
        codes = [asking.get("/me").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        refused = asking.get("/me")
        problem(refused, 429)
        assert int(refused.headers["Retry-After"]) >= 1
        assert program("cy").get("/me").status_code == 200
    finally:
        del app.config["API_A_MINUTE"]


# What is read


def test_each_sees_the_own_accounts_only(program: Callable[..., Program], world: World) -> None:
    own = {one["name"] for one in program("ada").get("/accounts").get_json()["items"]}
    assert own == {"Alpen Bakery", "Berg Hotel", HOSTILE, "Calanda Cafe"}
    problem(program("cy").get(f"/accounts/{world.accounts['Alpen Bakery']}"), 404)
    assert len(program("bo").get("/accounts").get_json()["items"]) == len(world.accounts)
    other = world.territories["South"]
    assert program("ada").get(f"/accounts?territory={other}").get_json()["items"] == []


def test_pages_hold_each_account_once_while_others_add(program: Callable[..., Program], world: World) -> None:
    pia, seen, cursor = program("pia"), [], ""
    for _ in range(20):
        told = pia.get(f"/accounts?limit=2{cursor}").get_json()
        seen += [one["name"] for one in told["items"]]
        if len(seen) == 4:
            assert pia.post("/accounts", {"name": "Aaa comes first by name"}).status_code == 201
        if told["next"] is None:
            break
        cursor = f"&cursor={told['next']}"
    assert sorted(seen) == sorted([*world.accounts, "Aaa comes first by name"])


@pytest.mark.parametrize(
    "query",
    ["colour=red", "limit=0", "limit=501", "limit=ten", "limit=1&limit=2", "kind=shop", "cursor=abc", "territory=0"],
)
def test_a_parameter_that_cannot_be_used_is_refused_in_words(program: Callable[..., Program], query: str) -> None:
    told = problem(program("pia").get(f"/accounts?{query}"), 422)
    assert told["errors"][0]["field"] == query.partition("=")[0]


def test_what_is_not_there_is_a_problem_too(program: Callable[..., Program]) -> None:
    problem(program("pia").get("/nothing"), 404)
    problem(program("pia").get("/accounts/99999999999999"), 404)
    problem(program("pia").ask("DELETE", "/accounts"), 405)


# What is written


def test_an_account_is_added_and_changed_with_its_version(program: Callable[..., Program]) -> None:
    pia = program("pia")
    made = pia.post("/accounts", {"name": "New Shop", "external_id": "N-1", "skills": ["coffee"], "visit_minutes": 20})
    assert made.status_code == 201
    account = made.get_json()
    assert (account["skills"], account["visit_minutes"]) == (["coffee"], 20)
    assert pia.client.get(made.headers["Location"], headers=pia.head).get_json() == account
    problem(pia.patch(f"/accounts/{account['id']}", {"note": "x"}), 428)
    done = pia.patch(f"/accounts/{account['id']}", {"note": "x", "visit_minutes": None}, made.headers["ETag"])
    assert (done.status_code, done.get_json()["note"], done.get_json()["visit_minutes"]) == (200, "x", None)
    assert done.headers["ETag"] != made.headers["ETag"]


def test_the_second_of_two_gets_both_versions(program: Callable[..., Program], world: World) -> None:
    path = f"/accounts/{world.accounts['Alpen Bakery']}"
    ada, pia = program("ada"), program("pia")
    read = ada.get(path).headers["ETag"]
    assert ada.patch(path, {"phone": "+423 232 00 99"}, read).status_code == 200
    late = pia.patch(path, {"phone": "+423 232 00 11"}, read)
    told = problem(late, 412)
    assert told["current"]["phone"].replace(" ", "") == "+4232320099"
    assert told["sent"] == {"phone": "+423 232 00 11"}
    assert pia.patch(path, {"phone": "+423 232 00 11"}, late.headers["ETag"]).status_code == 200


def test_a_rep_changes_what_is_learned_at_the_door(program: Callable[..., Program], world: World) -> None:
    path = f"/accounts/{world.accounts['Alpen Bakery']}"
    told = problem(program("ada").patch(path, {"name": "Mine"}, "*"), 403)
    assert "contact" in told["remedy"]
    problem(program("cy").patch(path, {"phone": "+4232320000"}, "*"), 404)


def test_fields_that_cannot_be_kept_are_named(program: Callable[..., Program]) -> None:
    told = problem(program("pia").post("/accounts", {"name": "Shop", "email": "none", "opening_hours": "zzz"}), 422)
    assert {one["field"] for one in told["errors"]} == {"email", "opening_hours"}
    told = problem(program("pia").post("/accounts", {"name": "Shop", "colour": "red", "priority": "Z"}), 422)
    assert {one["field"] for one in told["errors"]} == {"", "priority"}


def test_the_same_key_does_the_same_once(program: Callable[..., Program], workspace: Workspace) -> None:
    pia, key = program("pia"), {"Idempotency_Key": "order-66"}
    first = pia.post("/accounts", {"name": "Once Only"}, **key)
    again = pia.post("/accounts", {"name": "Once Only"}, **key)
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    problem(pia.post("/accounts", {"name": "Other"}, **key), 422)
    problem(pia.post("/activities", {"name": "Once Only"}, **key), 422)
    # A key is the token's own.
    assert program("dee").post("/accounts", {"name": "Other"}, **key).status_code == 201
    with workspace.store.read() as tx:
        assert sum(one.name == "Once Only" for one in tx.accounts.all()) == 1


def test_rows_of_a_bulk_request_stand_for_themselves(program: Callable[..., Program], workspace: Workspace) -> None:
    pia = program("pia")
    rows = [
        {"external_id": "E1", "name": "One", "address": {"city": "Vaduz"}},
        {"external_id": "E2", "name": "Two", "priority": "A"},
        {"external_id": "E3"},
        {"name": "No number"},
        {"external_id": "E1", "name": "Again"},
        {"external_id": "E4", "name": "Four", "email": "none"},
        {"external_id": "E5", "name": 5},
    ]
    told = pia.post("/accounts/bulk", rows).get_json()
    assert [one["result"] for one in told["rows"]] == ["created", "created", *["rejected"] * 5]
    assert (told["created"], told["updated"], told["unchanged"], told["rejected"]) == (2, 0, 0, 5)
    assert all(one["errors"][0]["remedy"] for one in told["rows"][2:])
    lines = "\n".join(json.dumps(one) for one in ({"external_id": "E1", "note": "x"}, {"external_id": "E2"}))
    head = pia.head | {"Content-Type": "application/x-ndjson"}
    again = pia.client.post(f"{V1}/accounts/bulk", data=lines, headers=head).get_json()
    assert [one["result"] for one in again["rows"]] == ["updated", "unchanged"]
    with workspace.store.read() as tx:
        (one,) = tx.accounts.by_external_ids({"E1"})
    assert (one.name, one.address.city, one.note) == ("One", "Vaduz", "x")
    bad = pia.client.post(f"{V1}/accounts/bulk", data="{}\n{oops", headers=head)
    assert "Line 2" in problem(bad, 400)["detail"]


def test_a_visit_is_told_corrected_and_withdrawn(program: Callable[..., Program], world: World) -> None:
    ada, account = program("ada"), world.accounts["Alpen Bakery"]
    body = {
        "account_id": account, "kind": "visit", "outcome": "order", "client_id": "v-1",
        "position": {"lon": 9.52, "lat": 47.16, "accuracy_m": 10},
    }  # fmt: skip
    made = ada.post("/activities", body)
    visit = made.get_json()
    assert (made.status_code, visit["check_in"]["verdict"]) == (201, "inside")
    assert ada.post("/activities", body).get_json()["id"] == visit["id"]
    assert visit["check_in"]["place"] == {"lon": 9.52, "lat": 47.16}
    # Nobody else looks at where she stood without its being noted.
    for_pia = program("pia").get(f"/activities/{visit['id']}").get_json()["check_in"]
    assert (for_pia["verdict"], for_pia["place"], for_pia["accuracy_m"]) == ("inside", None, None)
    path = f"/activities/{visit['id']}"
    fixed = ada.patch(path, {"outcome": "interested"}, made.headers["ETag"])
    assert (fixed.status_code, fixed.get_json()["outcome"]) == (200, "interested")
    problem(ada.patch(path, {"note": "late"}, made.headers["ETag"]), 412)
    problem(program("cy").get(path), 404)
    gone = program("pia").patch(path, {"withdrawn": True}, fixed.headers["ETag"])
    assert gone.get_json()["withdrawn_at"]
    assert [one["id"] for one in ada.get(f"/activities?account={account}").get_json()["items"]] == [visit["id"]]
    assert program("cy").get("/activities").get_json()["items"] == []
    problem(program("bo").post("/activities", body), 403)
    problem(ada.post("/activities", {"account_id": account, "kind": "note"}), 422)


def test_plans_and_reps_are_read_by_those_who_may(program: Callable[..., Program]) -> None:
    plan = program("ada").get("/reps/north/plans/2026-11-24").get_json()
    assert len(plan["stops"]) == 2
    problem(program("cy").get("/reps/north/plans/2026-11-24"), 404)
    problem(program("ada").get("/reps/north/plans/2026-11-25"), 404)
    problem(program("ada").get("/reps/north/plans/yesterday"), 404)
    assert len(program("bo").get("/reps/north/plans?from=2026-11-23").get_json()["items"]) == 1
    problem(program("bo").get("/reps/north/plans"), 422)
    assert [one["key"] for one in program("ada").get("/reps").get_json()["items"]] == ["north"]
    assert [one["name"] for one in program("cy").get("/territories").get_json()["items"]] == ["South"]
    assert len(program("bo").get("/regions?limit=3").get_json()["items"]) == 3


def test_planning_is_a_job_that_can_be_watched(program: Callable[..., Program]) -> None:
    ada = program("ada")
    started = ada.post("/reps/north/plans", {"date": "2026-11-25"})
    assert started.status_code == 202
    job = started.get_json()
    assert ada.get(f"/jobs/{job['id']}").get_json()["state"] == "queued"
    problem(program("cy").get(f"/jobs/{job['id']}"), 404)
    assert ada.post(f"/jobs/{job['id']}/cancel", {}).get_json()["state"] == "cancelled"
    problem(ada.post("/reps/north/plans", {"date": "2026-11-20"}), 422)
    problem(ada.post("/reps/south/plans", {"date": "2026-11-25"}), 404)


def test_the_page_of_tokens_makes_shows_once_and_revokes(ada: Browser) -> None:
    made = ada.post("/tokens/", {"name": "Warehouse", "scope": ["accounts:read"], "days": "30"}).text
    assert "gcrm_" in made
    page = ada.get("/tokens/").text
    assert "Warehouse" in page
    assert "gcrm_" not in page.replace("gcrm_device", "")
    assert "Choose from" in ada.post("/tokens/", {"name": "Nothing"}).text
    assert "administrator" in ada.post("/tokens/", {"name": "x", "login": "dee", "scope": "accounts:read"}).text


def test_nobody_revokes_the_token_of_another(cy: Browser, dee: Browser, workspace: Workspace) -> None:
    made = make_token(workspace, "ada", "Program", ["accounts:read"])
    path = f"/tokens/{made.token.id}/revoke"
    assert cy.post(path).status_code == 404
    assert dee.post(path).status_code == 302
    with workspace.store.read() as tx:
        assert tx.tokens.get(made.token.id).revoked_at == NOW


def test_the_feed_tells_a_token_what_it_may_read_and_no_more(program: Callable[..., Program], world: World) -> None:
    pia, ada, cy = program("pia"), program("ada"), program("cy")
    start = pia.get("/changes?limit=1").get_json()
    assert start["more"]
    now = pia.get("/changes?limit=500").get_json()["next"]
    ada.post("/activities", {"account_id": world.accounts["Alpen Bakery"], "kind": "note", "note": "seen"})
    for reader in (pia, ada):
        told = reader.get(f"/changes?after={now}").get_json()
        assert [(one["kind"], one["action"]) for one in told["items"]] == [("activity", "created")]
        assert told["items"][0]["account_id"] == world.accounts["Alpen Bakery"]
        assert reader.get(f"/changes?after={told['next']}").get_json()["items"] == []
    assert cy.get(f"/changes?after={now}").get_json()["items"] == []
    only = program("pia", "accounts:read")
    assert only.get(f"/changes?after={now}").get_json()["items"] == []
    problem(only.get("/changes?kind=activity"), 403)
