"""What visits have taught, on the pages of accounts and reps, and better pins in the work list."""

import re
from datetime import UTC, datetime, timedelta

from gcrm.activities.check_in import Left, check_in
from gcrm.activities.model import Outcome
from gcrm.activities.verdict import Position
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.web.conftest import Browser, World

FIRST = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


def _visits(workspace: Workspace, account_id: int) -> None:
    with workspace.store.read() as tx:
        rep_id = tx.reps.get("north").id
    for day in range(5):
        came = FIRST + timedelta(days=day)
        check_in(
            workspace,
            account_id,
            rep_id=rep_id,
            at=came,
            left=Left((came + timedelta(minutes=35)).isoformat()),
            outcome=Outcome.INTERESTED,
            position=Position(LonLat(9.5250, 47.16), 8),
        )
        shut = came - timedelta(hours=1)
        check_in(workspace, account_id, rep_id=rep_id, at=shut, outcome=Outcome.NOBODY_THERE)


def test_lengths_and_hours_are_shown_with_their_counts_and_can_be_switched_off(
    pia: Browser, ada: Browser, workspace: Workspace, world: World
) -> None:
    account = world.accounts["Alpen Bakery"]
    _visits(workspace, account)
    page = pia.get(f"/accounts/{account}").text
    assert "35 min, the median of 5 visits here" in page
    assert "09:00-10:00: nobody there 5 of 5 times" in page
    assert "avoided" in page
    assert "Do not plan by it" not in ada.get(f"/accounts/{account}").text
    rep = pia.get("/reps/north").text
    assert "35 min, the median of 5 check-outs" in rep
    assert "nobody there 5 of 5 times" in rep
    pia.post(f"/accounts/{account}/learning", {"on": "0"})
    page = pia.get(f"/accounts/{account}").text
    assert "switched off for this account" in page
    assert "avoided" not in page
    assert "the median of" not in page  # what is planned with is what is said
    pia.post(f"/accounts/{account}/learning", {"on": "1"})
    pia.post("/reps/learning", {"on": "0"})
    assert "switched off for all accounts" in pia.get(f"/accounts/{account}").text
    assert "Switch it on" in pia.get("/reps/").text


def test_a_better_pin_is_approved_or_left_in_the_work_list(pia: Browser, workspace: Workspace, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    _visits(workspace, account)
    page = pia.get("/places/").text
    assert "Check-ins fall elsewhere" in page
    assert "5 of 5, 5 days, 1 rep" in page
    lon, lat = (re.search(rf'better-pin.*?name="{name}" value="([\d.]+)"', page, re.DOTALL) for name in ("lon", "lat"))
    assert lon
    assert lat
    pia.post(f"/places/{account}/better-pin", {"act": "approve", "lon": lon[1], "lat": lat[1]})
    with workspace.store.read() as tx:
        assert tx.accounts.get(account).place == LonLat(9.525, 47.16)
    assert "Check-ins fall elsewhere" not in pia.get("/places/").text


def test_a_pin_that_is_left_stays(pia: Browser, workspace: Workspace, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    _visits(workspace, account)
    pia.post(f"/places/{account}/better-pin", {"act": "refuse"})
    assert "Check-ins fall elsewhere" not in pia.get("/places/").text
    with workspace.store.read() as tx:
        assert tx.accounts.get(account).place == LonLat(9.52, 47.16)
