"""A day that is changed by hand: why, pin, move, forbid, on the way, and a time that a customer takes."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gcrm.planning import take_offer
from gcrm.planning.apply_change import apply_simulated
from gcrm.planning.day_json import read_day, write_day
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.plan_day import plan_day
from gcrm.planning.proposal import Override, Wish
from gcrm.planning.simulate_change import simulate_change
from gcrm.workspace import Workspace
from tests.fixtures.plans import plan_of as hand_made
from tests.integration.web.conftest import TODAY, Browser, World, app_on, shown_proposal

TOMORROW = date(2026, 11, 25)
DAY = f"/plans/north/{TOMORROW}"


@pytest.fixture
def here(workspace: Workspace, liechtenstein: Path) -> Workspace:
    """The world on the streets of Liechtenstein, with tomorrow planned for Ada."""
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    with workspace.store.write() as tx:
        # Whom today visits, tomorrow would not.
        today = tx.plans.current(tx.reps.get("north").id, TODAY)
        assert today
        tx.plans.drop(today.id or 0)
    plan_day(workspace, "north", TOMORROW, seconds=0.3)
    return workspace


@pytest.fixture
def ada_here(here: Workspace) -> Browser:
    return Browser(app_on(here), here, "ada")


def plan_of(workspace: Workspace) -> DayPlan:
    with workspace.store.read() as tx:
        plan = tx.plans.current(tx.reps.get("north").id, TOMORROW)
    assert plan
    return plan


def accounts_of(workspace: Workspace) -> list[int]:
    return [stop.account_id for stop in plan_of(workspace).stops]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_stop_and_each_omission_says_why_in_full(ada: Browser, world: World) -> None:
    in_it = ada.get(f"/plans/north/2026-11-24/why/{world.accounts['Alpen Bakery']}").text
    assert "Visit 1 of 2, 09:05 to 09:35, between home and Berg Hotel." in words(in_it)
    out = next(iter(re.findall(r"/plans/north/2026-11-24/why/(\d+)", ada.get("/day/").text)[2:]))
    assert "The day is too short." in ada.get(f"/plans/north/2026-11-24/why/{out}").text


def test_a_stop_is_moved_only_when_the_change_is_kept(ada_here: Browser, here: Workspace) -> None:
    before = plan_of(here)
    first = before.stops[0]
    asked = {"what": "move", "account": first.account_id, "start": "14:30"}
    shown = ada_here.post(f"{DAY}/try", asked, headers={"HX-Request": "true"}).text
    page = words(shown)
    assert f"Visit {first.name} at 14:30?" in page
    assert "more driving" in page.lower() or "less driving" in page
    assert plan_of(here).id == before.id
    kept = ada_here.post(f"{DAY}/keep", shown_proposal(shown))
    assert kept.headers["Location"] == f"/day/north/{TOMORROW}"
    moved = next(stop for stop in plan_of(here).stops if stop.account_id == first.account_id)
    assert "T14:30" in moved.start.isoformat()
    assert "at 14:30, by hand" in ada_here.get(f"/day/north/{TOMORROW}").text


def test_a_change_that_was_kept_is_taken_back(ada_here: Browser, here: Workspace) -> None:
    before = plan_of(here)
    asked = {"what": "move", "account": before.stops[0].account_id, "start": "14:30"}
    shown = ada_here.post(f"{DAY}/try", asked).text
    assert "Undo" not in ada_here.get(f"/day/north/{TOMORROW}").text
    ada_here.post(f"{DAY}/keep", shown_proposal(shown))
    assert "Undo" in ada_here.get(f"/day/north/{TOMORROW}").text
    assert "Undo" in ada_here.get(f"/week/north/{TOMORROW}").text
    page = ada_here.post(f"{DAY}/undo", follow_redirects=True).text
    assert "Change undone." in page
    assert "by hand" not in page
    assert plan_of(here) == before
    assert ada_here.post(f"{DAY}/undo").status_code == 409


def test_a_stop_goes_to_another_day_after_its_cost_on_both_was_seen(ada_here: Browser, here: Workspace) -> None:
    first = plan_of(here).stops[0]
    back = f"/week/north/{TOMORROW}"
    asked = {"what": "move", "account": first.account_id, "start": "", "to": "2026-11-26", "back": back}
    shown = ada_here.post(f"{DAY}/try", asked, headers={"HX-Request": "true"}).text
    page = words(shown)
    assert f"Visit {first.name} on Thu 26 Nov 2026?" in page
    assert "Wed 25 Nov: " in page
    assert "Thu 26 Nov: " in page
    assert first.account_id in accounts_of(here)
    assert ada_here.post(f"{DAY}/keep", {"back": back} | shown_proposal(shown)).headers["Location"] == back
    assert first.account_id not in accounts_of(here)
    week = ada_here.get(back).text
    assert f'data-account="{first.account_id}"' in week
    assert 'data-drop-day="2026-11-27"' in week
    assert 'data-drop-day="2026-11-23"' not in week


@pytest.mark.parametrize(("to", "status"), [("2026-11-23", 400), ("2026-11-28", 409), ("soon", 400)])
def test_a_stop_does_not_go_to_a_day_that_cannot_be(ada_here: Browser, here: Workspace, to: str, status: int) -> None:
    asked = {"what": "move", "account": accounts_of(here)[0], "to": to}
    assert ada_here.post(f"{DAY}/try", asked).status_code == status


def test_a_rep_who_is_sick_sees_what_falls_out_before_it_is_kept(ada_here: Browser, here: Workspace) -> None:
    names = [stop.name for stop in plan_of(here).stops]
    shown = ada_here.post(f"{DAY}/news", {"what": "sick", "till": "2026-11-26"}).text
    page = words(shown)
    assert "North team is sick, Wed 25 Nov 2026 to Thu 26 Nov 2026?" in page
    assert page.count("taken out") == len(names)
    assert "Loses" not in page
    assert len(accounts_of(here)) == len(names)
    ada_here.post(f"{DAY}/keep", shown_proposal(shown))
    assert accounts_of(here) == []
    with here.store.read() as tx:
        off = tx.reps.get("north").days_off
    assert [(str(one.first), str(one.last), one.reason) for one in off] == [
        ("2026-11-25", "2026-11-25", "sick"),
        ("2026-11-26", "2026-11-26", "sick"),
    ]
    ada_here.post(f"{DAY}/undo")
    assert len(accounts_of(here)) == len(names)
    with here.store.read() as tx:
        assert tx.reps.get("north").days_off == ()


def test_what_was_decided_holds_when_the_day_is_planned_again(ada_here: Browser, here: Workspace) -> None:
    gone, moved = accounts_of(here)[:2]
    for asked in ({"what": "forbid", "account": gone}, {"what": "move", "account": moved, "start": "15:00"}):
        ada_here.post(f"{DAY}/keep", shown_proposal(ada_here.post(f"{DAY}/try", asked).text))
    plan_day(here, "north", TOMORROW, seconds=0.3)
    assert gone not in accounts_of(here)
    assert any(stop.account_id == moved and "T15:00" in stop.start.isoformat() for stop in plan_of(here).stops)
    assert "Allow planning again" in ada_here.get(f"/day/north/{TOMORROW}").text
    shown = ada_here.post(f"{DAY}/try", {"what": "free", "account": gone}).text
    ada_here.post(f"{DAY}/keep", shown_proposal(shown))
    assert gone in accounts_of(here)


def test_a_change_that_is_left_changes_nothing(ada_here: Browser, here: Workspace) -> None:
    before = plan_of(here)
    shown = ada_here.post(f"{DAY}/try", {"what": "forbid", "account": before.stops[0].account_id}).text
    ada_here.post(f"{DAY}/leave", shown_proposal(shown))
    assert ada_here.post(f"{DAY}/keep", shown_proposal(shown)).status_code == 404
    assert plan_of(here) == before


def test_a_page_that_does_not_say_what_it_showed_keeps_nothing(ada_here: Browser, here: Workspace) -> None:
    before = plan_of(here)
    ada_here.post(f"{DAY}/try", {"what": "forbid", "account": before.stops[0].account_id})
    assert ada_here.post(f"{DAY}/keep").status_code == 409
    assert ada_here.post(f"{DAY}/keep", {"proposal": "99999999999"}).status_code == 409
    assert ada_here.post(f"{DAY}/keep", {"proposal": "999999"}).status_code == 404
    assert plan_of(here) == before


def test_of_a_day_that_was_planned_again_meanwhile_both_versions_are_shown(ada_here: Browser, here: Workspace) -> None:
    gone = accounts_of(here)[0]
    shown = ada_here.post(f"{DAY}/try", {"what": "forbid", "account": gone}).text
    plan_day(here, "north", TOMORROW, seconds=0.3)
    again = plan_of(here)
    answer = ada_here.post(f"{DAY}/keep", shown_proposal(shown))
    assert answer.status_code == 409
    assert "replanned since" in answer.text
    assert "Replace it with your version" in answer.text
    assert plan_of(here) == again
    assert ada_here.post(f"{DAY}/keep", shown_proposal(answer.text) | {"anyway": "1"}).status_code == 302
    assert gone not in accounts_of(here)


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("try", {"what": "pin"}),
        ("try", {"what": "move", "start": "15:00"}),
        ("try", {"what": "move", "start": "", "to": "2026-11-26"}),
        ("news", {"what": "late", "minutes": "20"}),
        ("news", {"what": "cancelled"}),
        ("news", {"what": "sick", "till": "2026-11-26"}),
    ],
)
def test_every_change_of_a_day_shows_both_versions_where_another_plan_has_come(
    ada_here: Browser, here: Workspace, page: str, asked: dict[str, str]
) -> None:
    shown = ada_here.post(f"{DAY}/{page}", asked | {"account": str(accounts_of(here)[0])}).text
    keep_as(here)
    other = plan_of(here)
    answer = ada_here.post(f"{DAY}/keep", shown_proposal(shown))
    assert answer.status_code == 409
    assert "Replace it with your version" in answer.text
    assert plan_of(here) == other
    with here.store.read() as tx:
        rep = tx.reps.get("north")
        assert tx.overrides.of_rep(rep.id) == {}
        assert rep.days_off == ()


def test_a_time_is_tried_on_the_plan_that_came_meanwhile(
    ada_here: Browser, here: Workspace, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cafe, gone = world.accounts["Calanda Cafe"], accounts_of(here)[0]
    piece = ada_here.get(f"/accounts/{cafe}/offers").text
    start = next(iter(re.findall(rf"{TOMORROW}/appointments/.*?<option>(\d\d:\d\d)</option>", piece, re.DOTALL)))
    tries: list[int | None] = []

    def tried(*args: Any, **more: Any) -> Any:
        answer = simulate_change(*args, **more)
        tries.append(answer.replaces)
        if len(tries) == 1:
            apply_simulated(here, simulate_change(here, "north", TOMORROW, Override(gone, Wish.FORBID)))
        return answer

    monkeypatch.setattr(take_offer, "simulate_change", tried)
    ada_here.post(f"{DAY}/appointments/{cafe}", {"start": start})
    assert len(tries) == 2
    assert tries[0] != tries[1]
    assert cafe in accounts_of(here)
    assert gone not in accounts_of(here)
    with here.store.read() as tx:
        assert len(tx.appointments.of_account(cafe)) == 1


def test_each_of_two_tabs_keeps_what_it_showed(ada_here: Browser, here: Workspace) -> None:
    first, second = accounts_of(here)[:2]
    tabs = [ada_here.post(f"{DAY}/try", {"what": "forbid", "account": one}).text for one in (first, second)]
    assert ada_here.post(f"{DAY}/keep", shown_proposal(tabs[0])).status_code == 302
    assert first not in accounts_of(here)
    assert second in accounts_of(here)
    assert ada_here.post(f"{DAY}/keep", shown_proposal(tabs[1])).status_code == 409
    assert second in accounts_of(here)
    assert ada_here.post(f"{DAY}/leave", shown_proposal(tabs[1])).status_code == 302


def test_what_cannot_be_says_why_and_offers_nothing_to_keep(ada_here: Browser, here: Workspace) -> None:
    asked = {"what": "move", "account": accounts_of(here)[0], "start": "23:00"}
    page = ada_here.post(f"{DAY}/try", asked).text
    assert "Not possible" in page
    assert "Apply" not in page
    assert 'name="proposal"' not in page


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"what": "pin"},
        {"what": "eat", "account": "1"},
        {"what": "move", "account": "1"},
        {"what": "move", "account": "1", "start": "soon"},
    ],
)
def test_a_change_that_means_nothing_is_refused(ada: Browser, asked: dict[str, str]) -> None:
    assert ada.post("/plans/north/2026-11-24/try", asked).status_code == 400


def test_nobody_changes_another_s_day_or_a_day_that_is_over(ada: Browser, cy: Browser, bo: Browser) -> None:
    asked = {"what": "pin", "account": "1"}
    assert cy.post("/plans/north/2026-11-24/try", asked).status_code == 404
    assert bo.post("/plans/north/2026-11-24/try", asked).status_code == 403
    assert ada.post("/plans/north/2026-11-23/try", asked).status_code == 400


def test_a_time_that_was_offered_becomes_an_appointment_that_the_day_keeps(
    ada_here: Browser, here: Workspace, world: World
) -> None:
    cafe = world.accounts["Calanda Cafe"]
    piece = ada_here.get(f"/accounts/{cafe}/offers").text
    assert "Take this time" in piece
    start = next(iter(re.findall(rf"{TOMORROW}/appointments/.*?<option>(\d\d:\d\d)</option>", piece, re.DOTALL)))
    page = ada_here.post(f"{DAY}/appointments/{cafe}", {"start": start}, follow_redirects=True).text
    assert f"Calanda Cafe is promised Wed 25 Nov at {start}" in page
    plan_day(here, "north", TOMORROW, seconds=0.3)
    stop = next(stop for stop in plan_of(here).stops if stop.account_id == cafe)
    assert f"T{start}" in stop.start.isoformat()
    asked = {"what": "move", "account": cafe, "start": "16:00"}
    assert "was promised a visit that day" in ada_here.post(f"{DAY}/try", asked).text


def test_on_the_way_are_those_that_a_rep_may_see(ada_here: Browser, here: Workspace) -> None:
    gone = accounts_of(here)[0]
    shown = ada_here.post(f"/plans/north/{TOMORROW}/news", {"what": "cancelled", "account": gone}).text
    ada_here.post(f"{DAY}/keep", shown_proposal(shown))
    page = words(ada_here.get(f"{DAY}/nearby").text)
    assert "Add to the day" in page
    assert "Dorf Shop" not in page


def keep_as(workspace: Workspace, **changes: Any) -> None:
    """Tomorrow's plan with other remarks about it."""
    with workspace.store.write() as tx:
        rep = tx.reps.get("north")
        plan = tx.plans.current(rep.id, TOMORROW)
        assert plan
        tx.plans.save(rep.id, read_day(write_day(plan) | changes))


def test_a_small_day_is_proven_to_be_the_best(ada_here: Browser, here: Workspace) -> None:
    plan_day(here, "north", TOMORROW, seconds=20)  # ends with the proof
    page = words(ada_here.get(f"/day/north/{TOMORROW}").text)
    assert "Proven: no better plan exists for this day. Seed 1, routes from" in page


@pytest.mark.parametrize(
    ("remarks", "said"),
    [
        (
            {"prize": 960, "bound": 1000, "gap": 0.04},
            "Within 4.0 % of the best possible: worth 960, and no plan can be",
        ),
        ({"gap": 0.5}, "How much better it could be is unknown: the proven limit is far away."),
        ({"gap": None}, "How close this is to the best possible plan is unknown."),
        (
            {"gap": None, "part_of": {"from": "2026-11-24", "till": "2026-11-30", "gap": 0.041}},
            "Planned together, Tue 24 Nov to Mon 30 Nov, within 4.1 % of the best possible.",
        ),
        ({"gap": None, "changes": []}, "Changed since it was planned, keeping changes few"),
    ],
)
def test_a_plan_says_in_one_line_how_good_it_is(
    ada_here: Browser, here: Workspace, remarks: dict[str, Any], said: str
) -> None:
    keep_as(here, proven=False, **remarks)
    assert said in words(ada_here.get(f"/day/north/{TOMORROW}").text)


def test_what_a_tap_can_do_about_an_omission_is_offered_beside_it(
    ada_here: Browser, here: Workspace, world: World
) -> None:
    cafe = world.accounts["Calanda Cafe"]
    offered = {
        "less valuable": "Add to the day",
        "closed": f'href="/accounts/{cafe}#plan-a-visit"',
        "not placed": f'href="/places/{cafe}"',
        "gone": "",
    }
    pia_here = Browser(app_on(here), here, "pia")
    for code, offer in offered.items():
        keep_as(here, dropped=[{"account": cafe, "name": "Cafe", "reason": "so it is", "remedy": "", "code": code}])
        ada, pia = (who.get(f"/day/north/{TOMORROW}").text for who in (ada_here, pia_here))
        assert offer in pia
        assert (offer in ada) == (code != "not placed")
        assert ("Add to the day" in ada) == (code == "less valuable")


def test_a_day_that_ends_at_a_hotel_says_so(ada_here: Browser, here: Workspace) -> None:
    hotel = {"lon": 9.53, "lat": 47.17, "name": "Berg Hotel"}
    keep_as(here, end=hotel, start=hotel)
    page = words(ada_here.get(f"/day/north/{TOMORROW}").text)
    assert "at Berg Hotel" in page
    assert "Night at Berg Hotel" in page
    assert "The day starts at Berg Hotel." in page
    week = words(ada_here.get(f"/week/north/{TOMORROW}").text)
    assert "1 night away" in week
    assert "night at Berg Hotel" in week


def test_a_day_does_not_grow_with_what_it_leaves_out(ada: Browser, workspace: Workspace, world: World) -> None:
    cafe = world.accounts["Calanda Cafe"]
    kinds = ("less valuable", "not due", "closed")
    dropped = [
        {"account": cafe, "name": f"Shop {n}", "reason": f"reason {n}", "remedy": "", "code": kinds[n % 3]}
        for n in range(2_500)
    ]
    with workspace.store.write() as tx:
        plan = tx.plans.current(tx.reps.get("north").id, TODAY)
        assert plan
        tx.plans.save(tx.reps.get("north").id, read_day(write_day(plan) | {"dropped": dropped}))
    page = ada.get(f"/day/north/{TODAY}").text
    assert len(page.encode()) < 150_000
    assert "Left out: 2,500 accounts" in page
    assert "834 worth less for their time" in page
    assert "reason 7" in page
    assert "reason 8" not in page
    assert "More: 2,492 accounts" in page
    assert "left-out?first=8" in page
    more = ada.get(f"/day/north/{TODAY}/left-out?first=50", headers={"HX-Request": "true"}).text
    assert "<html" not in more
    assert "reason 50" in more
    assert "reason 99" in more
    assert "reason 100" not in more
    closed = ada.get(f"/day/north/{TODAY}/left-out?kind=closed").text
    assert "<html" in closed
    assert "reason 2" in closed
    assert "reason 3<" not in closed
    last = ada.get(f"/day/north/{TODAY}/left-out?first=2490", headers={"HX-Request": "true"}).text
    assert "More" not in last


@pytest.mark.parametrize("asked", ["first=-1", "first=99999999999", "kind=nonsense", "first=x"])
def test_a_page_of_the_left_out_that_is_not_there_is_no_fault(ada: Browser, asked: str) -> None:
    assert ada.get(f"/day/north/{TODAY}/left-out?{asked}").status_code < 500


def test_who_is_planned_on_another_day_is_moved_with_the_price_of_both(ada_here: Browser, here: Workspace) -> None:
    gone = accounts_of(here)[0]
    with here.store.write() as tx:
        tx.plans.save(tx.reps.get("north").id, hand_made("north", date(2026, 11, 26), []))
    asked = {"what": "pin", "account": gone}
    shown = ada_here.post("/plans/north/2026-11-26/try", asked).text
    assert "Wed 25 Nov: " in words(shown)
    assert "Thu 26 Nov: " in words(shown)
    ada_here.post("/plans/north/2026-11-26/keep", shown_proposal(shown))
    assert gone not in accounts_of(here)
