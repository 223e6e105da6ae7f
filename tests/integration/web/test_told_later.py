"""What phones tell late: merged and moved accounts, wrong clocks, doubled notes, and which no is final."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.lock_account import lock_account
from gcrm.activities.model import Activity
from gcrm.store import Store
from gcrm.workspace import Workspace
from tests.integration.web.conftest import NOW, Browser, World

DAY = timedelta(days=1)


def told(workspace: Workspace, account_id: int) -> list[Activity]:
    with workspace.store.read() as tx:
        return tx.activities.of_account(account_id)


def pass_on(page: str) -> str:
    return page.partition('data-pass="')[2].partition('"')[0]


def send(browser: Browser, account_id: int, **body: Any) -> Any:
    return browser.post(f"/check-in/{account_id}", json={"client_id": "phone-1", **body})


def test_a_visit_to_an_account_that_was_merged_is_kept_for_the_one_it_went_into(
    ada: Browser, workspace: Workspace, world: World
) -> None:
    gone, kept, last = (world.accounts[name] for name in ("Alpen Bakery", "Berg Hotel", "Calanda Cafe"))
    merge_accounts(workspace, kept, gone)
    merge_accounts(workspace, last, kept)
    for _ in range(2):
        assert send(ada, gone, outcome="order", at="2026-11-24T07:30:00Z").status_code == 200
    (visit,) = told(workspace, last)
    assert visit.outcome == "order"
    assert ada.post(f"/accounts/{gone}/notes", json={"client_id": "n", "note": "Met."}).status_code == 200
    assert len(told(workspace, last)) == 2


def test_an_account_that_was_in_the_plan_of_that_day_is_taken_though_it_moved(
    ada: Browser, workspace: Workspace, world: World
) -> None:
    account = world.accounts["Alpen Bakery"]
    lock_account(workspace, account, world.territories["South"], None)
    assert ada.get(f"/accounts/{account}").status_code == 404
    assert send(ada, account, outcome="order").status_code == 200
    assert send(ada, account, client_id="other-day", at="2026-11-20T09:00:00Z").status_code == 404


def test_an_account_that_was_shown_as_the_own_is_taken_though_it_moved(
    ada: Browser, cy: Browser, workspace: Workspace, world: World
) -> None:
    account = world.accounts["Calanda Cafe"]  # not in the plan
    vouched = pass_on(ada.get(f"/check-in/{account}").text)
    lock_account(workspace, account, world.territories["South"], None)
    assert send(ada, account).status_code == 404
    assert send(ada, account, **{"pass": vouched}).status_code == 200
    assert send(ada, account, outcome="order").status_code == 200, "what was begun goes on without"
    other = world.accounts["Dorf Shop"]
    assert send(ada, other, client_id="b", **{"pass": vouched}).status_code == 404
    north = world.accounts["Berg Hotel"]
    assert send(cy, north, client_id="c", **{"pass": vouched}).status_code == 404
    old = NOW - 30 * DAY
    late = send(ada, account, client_id="d", at=old.isoformat(), sent_at=NOW.isoformat(), **{"pass": vouched})
    assert late.status_code == 404


@pytest.mark.parametrize("off", [-3 * DAY, -365 * DAY, 2 * DAY])
def test_a_wrong_clock_is_set_right_and_said(ada: Browser, workspace: Workspace, world: World, off: timedelta) -> None:
    account = world.accounts["Alpen Bakery"]
    happened = NOW - timedelta(hours=1)
    answer = send(ada, account, at=(happened + off).isoformat(), sent_at=(NOW + off).isoformat(), outcome="order")
    assert answer.status_code == 200
    assert ("slow" if off < timedelta(0) else "fast") in answer.get_json()["clock"]
    (visit,) = told(workspace, account)
    assert visit.at == happened
    assert visit.received_at == NOW
    assert visit.clock_error_s == -off.total_seconds()
    assert visit.said_at == (happened + off).isoformat()
    assert "set right" in ada.get(f"/accounts/{account}").text
    assert "is-done" in ada.get("/day/").text


@pytest.mark.parametrize(
    "at",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "+010000-01-01T00:00:00.000Z", "0001-01-01", "24:00"],
)
@pytest.mark.parametrize("field", ["at", "sent_at", "last_contact"])
def test_any_time_has_an_answer_below_500(ada: Browser, world: World, field: str, at: str) -> None:
    body = {"at": "2026-11-24T08:00:00Z", "sent_at": "2026-11-24T08:59:00Z", field: at}
    assert send(ada, world.accounts["Alpen Bakery"], **body).status_code < 500


@pytest.mark.parametrize("error_s", [1e308, -1e308, "x", True, None, 10**400])
def test_any_error_of_a_clock_has_an_answer_below_500(ada: Browser, world: World, error_s: object) -> None:
    answer = send(
        ada, world.accounts["Alpen Bakery"], at=NOW.isoformat(), sent_at=NOW.isoformat(), clock_error_s=error_s
    )
    assert answer.status_code < 500


def test_a_next_step_in_the_year_one_is_refused_for_good(ada: Browser, workspace: Workspace, world: World) -> None:
    answer = send(ada, world.accounts["Alpen Bakery"], next_step="Call", next_date="0001-01-01")
    assert (answer.status_code, answer.get_json()["retry"]) == (400, False)
    assert not told(workspace, world.accounts["Alpen Bakery"])


def test_half_a_letter_has_an_answer_and_a_whole_one_is_kept(ada: Browser, workspace: Workspace, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    path = f"/check-in/{account}"
    headers = {"X-CSRFToken": ada.token}
    raw = '{"client_id": "a", "note": "cut \\ud83d, whole \\ud83d\\ude00"}'
    answer = ada.client.post(path, data=raw, content_type="application/json", headers=headers)
    assert answer.status_code == 400, "a phone mends it before it sends: tests/js"
    whole = '{"client_id": "a", "note": "whole \\ud83d\\ude00"}'
    assert ada.client.post(path, data=whole, content_type="application/json", headers=headers).status_code == 200
    (visit,) = told(workspace, account)
    assert visit.note == "whole \U0001f600"


def test_a_note_sent_twice_is_one(ada: Browser, workspace: Workspace, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    path = f"/accounts/{account}/notes"
    page = ada.get(f"/accounts/{account}").text
    number = page.partition('name="client_id" value="')[2].partition('"')[0]
    for _ in range(2):
        assert ada.post(path, {"note": "Likes rye.", "kind": "note", "client_id": number}).status_code == 302
        assert ada.post(path, {"note": "Without a number.", "kind": "note"}).status_code == 302
        answer = ada.post(path, json={"client_id": "n-1", "note": "By script.", "kind": "call"}).get_json()
        assert answer["client_id"] == "n-1"
    assert sorted(one.note for one in told(workspace, account)) == ["By script.", "Likes rye.", "Without a number."]
    assert ada.post(path, {"note": "Without a number.", "kind": "call"}).status_code == 302
    assert len(told(workspace, account)) == 4


def test_a_note_s_number_is_nobody_else_s(ada: Browser, pia: Browser, world: World) -> None:
    path = f"/accounts/{world.accounts['Alpen Bakery']}/notes"
    ada.post(path, json={"client_id": "n-1", "note": "Mine."})
    assert pia.post(path, json={"client_id": "n-1", "note": "Hers."}).status_code == 400
    assert send(ada, world.accounts["Alpen Bakery"], client_id="n-1").status_code == 400


def test_only_what_is_final_says_so(
    ada: Browser, nobody: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.accounts["Alpen Bakery"]
    final = send(ada, account, outcome="bribed")
    assert (final.status_code, final.get_json()["retry"]) == (400, False)
    assert send(ada, 9_999).get_json()["retry"] is False
    assert nobody.client.post(f"/check-in/{account}", json={}).get_json()["retry"] is True  # no token
    forged = ada.client.post(f"/check-in/{account}", json={"client_id": "a"}).get_json()
    assert (forged["retry"], forged["cause"]) == (True, "form token")
    other = ada.post(f"/check-in/{account}", json={"client_id": "c"}, headers={"X-GCRM-User": "999"})
    assert (other.status_code, other.get_json()["retry"]) == (409, True)

    from gcrm.platform.errors import Conflict

    def busy(_: Store) -> None:
        raise Conflict("Another change took too long.", "Try again later.")

    monkeypatch.setattr(Store, "write", busy)
    waits = send(ada, account, client_id="d")
    assert (waits.status_code, waits.get_json()["retry"]) == (409, True)


def test_each_answer_says_that_it_is_ours_and_hello_says_who_and_when(ada: Browser, nobody: Browser) -> None:
    hello = ada.get("/hello")
    assert hello.headers["X-GCRM"] == "1"
    assert datetime.fromisoformat(hello.get_json()["now"]).astimezone(UTC) == NOW
    assert hello.get_json()["token"]
    for path in ("/log-in", "/static/app.js", "/nothing-here", "/offline/not-sent"):
        with nobody.get(path) as answer:
            assert answer.headers["X-GCRM"] == "1"
    assert nobody.get("/hello", headers={"Accept": "application/json"}).status_code == 401


def test_a_phone_keeps_today_the_next_planned_days_and_their_stops(
    ada: Browser, bo: Browser, workspace: Workspace, world: World
) -> None:
    with workspace.store.write() as tx:
        rep = tx.reps.get("north")
        plan = tx.plans.current(rep.id, NOW.date())
        assert plan is not None
        for ahead in (2, 3, 6, 9):
            tx.plans.save(rep.id, replace(plan, day=NOW.date() + ahead * DAY))
    kept = ada.get("/offline/pages").get_json()
    assert list(kept["days"]) == ["2026-11-24", "2026-11-26", "2026-11-27", "2026-11-30"]
    account = world.accounts["Alpen Bakery"]
    assert {"/me/", f"/check-in/{account}", f"/accounts/{account}"} <= set(kept["pages"])
    assert f"/map/accounts/{account}" in kept["data"]
    for path in [*kept["days"].values(), *kept["pages"], *kept["data"]]:
        assert ada.get(path).status_code == 200, path
    assert bo.get("/offline/pages").get_json()["pages"] == ["/me/"]
