"""Visits that are promised within some days, on the page of their account."""

import re
from datetime import date

from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World

FIRST, LAST = date(2026, 11, 25), date(2026, 11, 27)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_visit_is_promised_for_some_day_of_several_and_taken_back(
    ada: Browser, world: World, workspace: Workspace
) -> None:
    address = f"/promises/{world.accounts['Alpen Bakery']}"
    assert "Promised" not in ada.get(address).text
    asked = {"first": "2026-11-25", "last": "2026-11-27", "note": "new oven"}
    assert "Wed 25 Nov to Fri 27 Nov North team, new oven" in words(ada.post(address, asked).text)
    with workspace.store.read() as tx:
        (one,) = tx.appointments.between(FIRST, LAST)
        assert tx.reps.get("north").id == one.rep_id
    assert str(one.till) == "2026-11-27"
    assert "Promised" not in ada.post(f"{address}/{one.id}/remove").text
    assert ada.post(f"{address}/{one.id}/remove").status_code == 404


def test_days_that_cannot_be_are_refused_with_the_remedy(ada: Browser, world: World) -> None:
    address = f"/promises/{world.accounts['Alpen Bakery']}"
    for first, last, said in (
        ("2026-11-27", "2026-11-25", "cannot be promised"),
        ("2026-11-20", "2026-11-25", "That day is over."),
        ("soon", "2026-11-25", "is not a day"),
    ):
        page = ada.post(address, {"first": first, "last": last, "note": "oven"}).text
        assert said in page
        assert 'value="oven"' in page
        assert "Take back" not in page


def test_a_promise_that_will_be_hard_to_keep_says_why(pia: Browser, world: World) -> None:
    address = f"/promises/{world.accounts['Far Away Farm']}"
    page = pia.post(address, {"first": "2026-11-25", "last": "2026-11-27"}).text
    assert "No rep looks after this account" in page


def test_a_stranger_neither_sees_nor_takes_back_what_is_promised(
    ada: Browser, cy: Browser, bo: Browser, world: World, workspace: Workspace
) -> None:
    mine, theirs = (f"/promises/{world.accounts[name]}" for name in ("Alpen Bakery", "Dorf Shop"))
    ada.post(mine, {"first": "2026-11-25", "last": "2026-11-27"})
    with workspace.store.read() as tx:
        (one,) = tx.appointments.between(FIRST, LAST)
    assert cy.get(mine).status_code == 404
    assert cy.post(f"{theirs}/{one.id}/remove").status_code == 404
    assert "Promised" in bo.get(mine).text
    assert "Take back" not in bo.get(mine).text
    assert bo.post(mine, {"first": "2026-11-25", "last": "2026-11-27"}).status_code == 403
