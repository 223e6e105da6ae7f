"""Visits as a calendar under a secret address, read back as calendar programs read it, over a change of the clocks."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from gcrm.planning.appointments import add_appointment, remove_appointment
from gcrm.planning.calendar_feed import key_of_feed
from gcrm.planning.day_json import read_day
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World, plan_document

VADUZ = ZoneInfo("Europe/Vaduz")


def made(browser: Browser, **form: str) -> str:
    page = browser.post("/me/calendar-feed", {"act": "make", "with_names": "1", **form}).text
    found = re.search(r"/calendar/[\w-]+\.ics", page)
    assert found, page
    return found[0]


def calendar(stranger: Browser, path: str) -> Any:
    return icalendar.Calendar.from_ical(stranger.get(path).data)


def events(stranger: Browser, path: str) -> dict[str, Any]:
    return {str(one["uid"]): one for one in calendar(stranger, path).walk("VEVENT")}


def test_a_feed_is_read_back_with_its_times_by_the_clock_of_the_rep_on_both_sides_of_a_change(
    ada: Browser, cy: Browser, workspace: Workspace, world: World
) -> None:
    account = world.accounts["Alpen Bakery"]
    for day in (date(2027, 2, 1), date(2026, 12, 1)):
        add_appointment(workspace, account, day, start=time(9, 30), minutes=40)
    path = made(ada)
    read = calendar(cy, path)
    zones = {str(one["tzid"]) for one in read.walk("VTIMEZONE")}
    used = {one["dtstart"].params["tzid"] for one in read.walk("VEVENT") if "tzid" in one["dtstart"].params}
    assert used == zones == {"Europe/Vaduz"}
    found = recurring_ical_events.of(read).between(date(2026, 11, 1), date(2027, 3, 1))
    starts = sorted(one.start.astimezone(UTC) for one in found)
    assert datetime(2026, 11, 24, 8, 5, tzinfo=UTC) in starts  # the plan of the day
    assert datetime(2026, 12, 1, 8, 30, tzinfo=UTC) in starts
    # The time zone that is told along holds for summer too.
    told = read.walk("VTIMEZONE")[0].to_tz()
    assert datetime(2026, 7, 1, 12, tzinfo=told).utcoffset() == datetime(2026, 7, 1, 12, tzinfo=VADUZ).utcoffset()
    assert datetime(2026, 12, 1, 12, tzinfo=told).utcoffset() == datetime(2026, 12, 1, 12, tzinfo=VADUZ).utcoffset()


def test_an_event_keeps_its_uid_counts_its_changes_and_is_told_when_it_is_off(
    ada: Browser, cy: Browser, workspace: Workspace, world: World
) -> None:
    promised = add_appointment(workspace, world.accounts["Berg Hotel"], date(2026, 12, 3), start=time(10)).appointment
    path = made(ada)
    first = events(cy, path)
    (uid,) = (one for one in first if one.startswith("appointment-"))
    assert {int(one["sequence"]) for one in first.values()} == {0}
    assert events(cy, path) == first  # read twice, nothing changes
    with workspace.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(promised.account_id), name="Berg Palace"))
    moved = events(cy, path)[uid]
    assert (str(moved["summary"]), int(moved["sequence"]), str(moved["status"])) == ("Berg Palace", 1, "CONFIRMED")
    remove_appointment(workspace, promised.id)
    off = events(cy, path)[uid]
    assert (int(off["sequence"]), str(off["status"])) == (2, "CANCELLED")
    assert int(events(cy, path)[uid]["sequence"]) == 2


def test_a_promise_that_a_plan_holds_is_one_event(
    ada: Browser, cy: Browser, workspace: Workspace, world: World
) -> None:
    add_appointment(workspace, world.accounts["Alpen Bakery"], date(2026, 11, 24), till=date(2026, 11, 26))
    found = [one for one in events(cy, made(ada)).values() if one["summary"] == "Alpen Bakery"]
    (one,) = found
    assert str(one["uid"]).startswith("appointment-")
    assert one["dtstart"].dt == datetime(2026, 11, 24, 9, 5, tzinfo=VADUZ)


def test_a_plan_that_is_made_anew_changes_its_events_and_calls_off_those_that_are_gone(
    ada: Browser, cy: Browser, workspace: Workspace, world: World
) -> None:
    path = made(ada)
    before = events(cy, path)
    with workspace.store.write() as tx:
        north = tx.reps.get("north")
        accounts = [tx.accounts.get(world.accounts[name]) for name in ("Alpen Bakery", "Calanda Cafe", "Berg Hotel")]
        tx.plans.save(north.id, read_day(plan_document(accounts)))
    after = events(cy, path)
    status = {str(one["summary"]): str(one["status"]) for one in after.values()}
    assert status == {"Alpen Bakery": "CONFIRMED", "Calanda Cafe": "CONFIRMED", "Berg Hotel": "CANCELLED"}
    assert set(before) < set(after)


def test_whoever_asks_again_is_told_that_nothing_changed(ada: Browser, cy: Browser) -> None:
    path = made(ada)
    first = cy.get(path)
    assert first.mimetype == "text/calendar"
    assert first.headers["Last-Modified"]
    assert cy.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert cy.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304


def test_only_the_hash_is_kept_and_another_address_ends_the_one_there_is(
    ada: Browser, browse: Any, workspace: Workspace
) -> None:
    nobody = browse(None)
    old = made(ada)
    secret = old.removeprefix("/calendar/").removesuffix(".ics")
    with workspace.store.read() as tx:
        kept = tx.feeds.by_key(key_of_feed(secret))
    assert kept
    assert secret.encode() not in workspace.settings.database_file.read_bytes()
    new = made(ada)
    assert nobody.get(old).status_code == 404
    assert nobody.get(new).status_code == 200
    ada.post("/me/calendar-feed", {"act": "end"})
    assert nobody.get(new).status_code == 404
    assert "/calendar/" not in ada.get("/me/").text.replace("/me/calendar", "")


def test_whoever_may_not_sign_in_any_more_has_no_feed_and_a_stranger_none_of_another(
    ada: Browser, cy: Browser, pia: Browser, workspace: Workspace
) -> None:
    path = made(ada)
    assert {str(one["summary"]) for one in events(pia, made(cy)).values()} == set()
    with workspace.store.write() as tx:
        user = tx.users.get_by_login("ada")
        tx.users.update(replace(user, active=False))
    assert pia.get(path).status_code == 404
    assert pia.post("/me/calendar-feed", {"act": "make"}).status_code == 400  # a planner has no visits


def test_without_names_nothing_of_a_customer_is_told(ada: Browser, cy: Browser) -> None:
    text = cy.get(made(ada, with_names="0")).text
    assert "SUMMARY:Visit" in text
    for word in ("Alpen", "Street of", "GEO", "DESCRIPTION", "LOCATION"):
        assert word not in text
