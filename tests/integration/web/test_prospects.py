"""Prospects that reps find on their way, and what they learn at the door: told by phones, once."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from gcrm.accounts.model import Account, Kind
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World

NEXT_DOOR = {"client_id": "n1", "name": "Next Door Deli", "lon": 9.5201, "lat": 47.1601, "accuracy_m": 9}


def found(workspace: Workspace, name: str) -> list[Account]:
    with workspace.store.read() as tx:
        return tx.accounts.find(text=name)


def add(who: Browser, **more: Any) -> TestResponse:
    return who.post("/prospects/", json=NEXT_DOOR | more)


def test_a_name_and_a_position_make_a_prospect_of_the_rep_s_own(
    ada: Browser, cy: Browser, workspace: Workspace
) -> None:
    answer = add(ada, note="Has a terrace.", phone="+423 232 77 00")
    assert answer.status_code == 200
    (account,) = found(workspace, "Next Door Deli")
    assert account.kind is Kind.PROSPECT
    assert account.place == (9.5201, 47.1601)
    page = ada.get(f"/accounts/{account.id}")
    assert "Has a terrace." in page.text
    assert cy.get(f"/accounts/{account.id}").status_code == 404


def test_it_stays_the_rep_s_own_where_another_looks_after_the_place(ada: Browser, workspace: Workspace) -> None:
    add(ada, lat=47.06)  # in the south
    (account,) = found(workspace, "Next Door Deli")
    assert account.territory_locked
    assert ada.get(f"/accounts/{account.id}").status_code == 200


def test_told_twice_or_found_twice_it_is_one(ada: Browser, workspace: Workspace) -> None:
    first = add(ada).get_json()["account"]
    assert add(ada).get_json()["account"] == first
    assert add(ada, client_id="n2", name="NEXT DOOR  DELI", lat=47.1602).get_json()["account"] == first
    assert add(ada, client_id="n3", lat=47.19).get_json()["account"] != first
    assert len(found(workspace, "Next Door Deli")) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"name": "  "}, {"lon": None, "lat": None}, {"lat": 97}, {"client_id": ""}, {"phone": "x"},
        {"opening_hours": "Mo-Fr 99:00"}, {"name": 7}, {"accuracy_m": "much"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_a_prospect_is_refused_for_good(
    ada: Browser, workspace: Workspace, fault: dict[str, Any]
) -> None:
    answer = add(ada, **fault)
    assert (answer.status_code, answer.get_json()["retry"]) == (400, False)
    assert not found(workspace, "Next Door Deli")


def test_a_visit_to_a_prospect_that_has_not_arrived_comes_later(ada: Browser, cy: Browser) -> None:
    early = ada.post("/prospects/told/n1/visit", json={"client_id": "v1", "outcome": "order"})
    assert (early.status_code, early.get_json()["retry"]) == (409, True)
    number = add(ada).get_json()["account"]
    assert ada.post("/prospects/told/n1/visit", json={"client_id": "v1", "outcome": "order"}).status_code == 200
    assert cy.post("/prospects/told/n1/visit", json={"client_id": "v2", "outcome": "order"}).status_code == 409
    assert "Order" in ada.get(f"/accounts/{number}").text or "order" in ada.get(f"/accounts/{number}").text
    assert ada.get("/prospects/told/n1/visit").headers["Location"].endswith(f"/check-in/{number}")


def facts(who: Browser, number: int, typed: dict[str, Any], read: dict[str, Any], **more: Any) -> TestResponse:
    body = {"client_id": "f1", "typed": typed, "read": read, **more}
    return who.post(f"/prospects/facts/{number}", json=body)


def test_hours_are_corrected_once_and_stand_in_the_history(ada: Browser, world: World, workspace: Workspace) -> None:
    number = world.accounts["Calanda Cafe"]
    for _ in range(2):
        done = facts(ada, number, {"opening_hours": "Mo-Sa 09:00-18:00"}, {"opening_hours": "Mo-Fr 08:00-12:00"})
        assert done.status_code == 200
    (account,) = found(workspace, "Calanda Cafe")
    assert account.opening_hours == "Mo-Sa 09:00-18:00"
    assert ada.get(f"/accounts/{number}").text.count("Opening hours: Mo-Fr 08:00-12:00 →") == 1


def test_what_somebody_else_changed_meanwhile_is_refused_with_both_until_the_rep_has_seen_it(
    ada: Browser, world: World, workspace: Workspace
) -> None:
    number = world.accounts["Calanda Cafe"]
    stale = {"opening_hours": "Mo-Fr 07:00-12:00"}
    refused = facts(ada, number, {"opening_hours": "Mo-Sa 09:00-18:00"}, stale)
    assert (refused.status_code, refused.get_json()["retry"]) == (400, False)
    assert "it is Mo-Fr 08:00-12:00 now" in refused.get_json()["error"]
    # Another field of the same account is nobody's quarrel.
    assert facts(ada, number, {"contact": "Ms. Cala"}, {"contact": ""}, client_id="f2").status_code == 200
    assert facts(ada, number, {"opening_hours": "Mo-Sa 09:00-18:00"}, stale, anyway=True).status_code == 200
    assert found(workspace, "Calanda Cafe")[0].opening_hours == "Mo-Sa 09:00-18:00"


def test_nobody_changes_another_s_account_or_more_than_is_learned_at_the_door(
    ada: Browser, cy: Browser, world: World
) -> None:
    number = world.accounts["Calanda Cafe"]
    assert facts(cy, number, {"contact": "X"}, {"contact": ""}).status_code == 404
    for typed in ({"name": "Mine"}, {"priority": "A"}, {}, {"opening_hours": "Mo-Fr 99:00"}):
        assert facts(ada, number, typed, {}).status_code == 400
    assert ada.post(f"/prospects/facts/{number}", json={"client_id": "f9", "typed": [], "read": 1}).status_code == 400


def test_a_phone_takes_the_accounts_around_along_and_nobody_else_s(ada: Browser, cy: Browser) -> None:
    mine, other = (who.get("/offline/pocket.json").get_json() for who in (ada, cy))
    names = {one["name"] for one in mine["accounts"]}
    assert "Calanda Cafe" in names
    assert not names & {one["name"] for one in other["accounts"]} - {"Shared Spa"}
    assert mine["accounts"][0]["pass"]
    listed = ada.get("/offline/pages").get_json()
    for path in (*listed["days"].values(), *listed["pages"], *listed["data"]):
        assert ada.get(path).status_code == 200, path
