"""Nights away in a week: where they save enough, in which town, and what the days and the documents say of them."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gcrm.accounts.model import Account
from gcrm.cli.plan_text import day_text, horizon_text
from gcrm.people.reps import Skilled, change_rep
from gcrm.planning.day_json import read_day
from gcrm.planning.plan_week import plan_week as plan
from gcrm.planning.replan import News
from gcrm.planning.week_json import write_week
from gcrm.planning.what_if import Supposed, what_if
from gcrm.platform.errors import Cancelled
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plain_roads import plain_areas
from tests.integration.planning.answers import explain_plan, nearby, plan_day, plan_horizon, plan_week, replan
from tests.integration.planning.conftest import HOME, plain_account

MONDAY = date(2026, 11, 23)
SetUp = Callable[..., list[Account]]
FAR = LonLat(HOME.lon + 103 * 600 / 100_000, HOME.lat)
POST = f"Post <b>Hotel</b>={FAR.lon},{FAR.lat}"


def far_accounts(count: int = 8) -> list[Account]:
    return [plain_account(f"Far {n}", 100 + n, visit_minutes=60) for n in range(count)]


def evening_and_morning(document: dict[str, Any], night: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    after = (date.fromisoformat(night["date"]) + timedelta(days=1)).isoformat()
    by_date = {(one["rep"], one["date"]): one for one in document["days"]}
    return by_date[night["rep"], night["date"]], by_date[night["rep"], after]


def test_a_rep_who_may_sleeps_near_far_visits_and_the_days_meet_there(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    at_home = plan_week(plain, ["ada"], MONDAY, seconds=1)
    assert at_home["nights"] == []
    change_rep(plain, "ada", skilled=Skilled(nights=1, hotels=[POST]))
    week = plan(plain, ["ada"], MONDAY, seconds=2)
    document = write_week(week)
    (night,) = document["nights"]
    assert night["place"] == "Post <b>Hotel</b>"
    assert night["saved_s"] >= 3 * 3600
    assert document["travel_s"] < at_home["travel_s"] - 3 * 3600
    assert document["visits"] == 8
    evening, morning = evening_and_morning(document, night)
    assert evening["end"] == morning["start"] == {"lon": FAR.lon, "lat": FAR.lat, "name": "Post <b>Hotel</b>"}
    assert (evening["start"]["name"], morning["end"]["name"]) == ("home", "home")
    assert evening["legs"][-1]["line"][-1] == morning["legs"][0]["line"][0] == pytest.approx([FAR.lon, FAR.lat])
    assert evening["home_travel_s"] <= 600
    said = horizon_text(week)
    assert "ada sleeps in Post <b>Hotel</b>, saves" in said
    assert "leave Post <b>Hotel</b>" in day_text(read_day(morning))
    json.dumps(document)


def test_no_night_that_does_not_save_enough(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=1, night_saves=600, hotels=[POST]))
    assert plan_week(plain, ["ada"], MONDAY, seconds=1)["nights"] == []


def test_the_towns_of_the_area_have_beds_where_no_hotel_is_named(plain: Workspace, staffed: SetUp) -> None:
    towns = [("Eastham", "town", FAR), ("Home town", "city", HOME), ("Peak", "peak", FAR), ("", "village", FAR)]
    plain.__dict__["areas"] = plain_areas(towns)
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=1))
    (night,) = plan_week(plain, ["ada"], MONDAY, seconds=2)["nights"]
    assert night["place"] == "Eastham"


def test_where_no_town_is_known_a_bed_is_near_an_account(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=1))
    (night,) = plan_week(plain, ["ada"], MONDAY, seconds=2)["nights"]
    assert night["place"].startswith("near Far ")


def test_nights_stay_within_the_week_and_are_no_more_than_allowed(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Far {n}", 100 + n / 4, visit_minutes=90, visit_every_days=7) for n in range(24)])
    change_rep(plain, "ada", skilled=Skilled(nights=2, in_a_row=2, hotels=[POST]))
    document = plan_horizon(plain, ["ada"], MONDAY + timedelta(days=2), weeks=3, seconds=4)
    weeks: dict[int, list[int]] = {}
    for night in document["nights"]:
        day = date.fromisoformat(night["date"])
        weeks.setdefault(day.isocalendar().week, []).append(day.weekday())
    assert weeks
    assert all(len(days) <= 2 and max(days) <= 3 for days in weeks.values()), "nobody sleeps away over the weekend"


def test_a_day_between_nights_is_planned_again_from_where_the_rep_sleeps(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=1, hotels=[POST]))
    document = plan_week(plain, ["ada"], MONDAY, seconds=2)
    (night,) = document["nights"]
    evening, morning = evening_and_morning(document, night)
    day = date.fromisoformat(morning["date"])
    said = explain_plan(plain, morning["id"], morning["stops"][0]["account"])
    assert any("between Post <b>Hotel</b> and" in fact for fact in said["facts"])
    now = datetime.fromisoformat(morning["stops"][0]["arrive"]) - timedelta(hours=3)
    again = replan(plain, "ada", day, News(now), seconds=0.3)
    assert again["changes"] == []
    assert again["start"]["name"] == "Post <b>Hotel</b>"
    assert nearby(plain, "ada", day)["looked_at"] >= 0
    anew = plan_day(plain, "ada", day, seconds=0.3)
    assert (anew["start"]["name"], anew["end"]["name"]) == ("Post <b>Hotel</b>", "home")
    before = plan_day(plain, "ada", date.fromisoformat(evening["date"]), seconds=0.3)
    assert before["end"]["name"] == "Post <b>Hotel</b>"
    change_rep(plain, "ada", skilled=Skilled(nights=0))
    assert plan_day(plain, "ada", day, seconds=0.3)["start"]["name"] == "home"


def test_a_week_that_begins_after_a_night_away_says_that_it_begins_at_home(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=1, hotels=[POST]))
    (night,) = plan_week(plain, ["ada"], MONDAY, seconds=2)["nights"]
    morning = date.fromisoformat(night["date"]) + timedelta(days=1)
    notes = plan_week(plain, ["ada"], morning, seconds=0.5)["notes"]
    assert any(note.startswith("Ada sleeps in Post <b>Hotel</b> before the first day") for note in notes)


def test_a_bed_that_no_road_leads_to_is_not_slept_in(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=2, hotels=["At sea=9.6,45.0", "Island=12.5,47.1"]))
    document = plan_week(plain, ["ada"], MONDAY, seconds=1)
    assert document["nights"] == []
    assert document["visits"] == 8


def test_a_team_of_whom_one_may_sleep_away(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    staffed([plain_account(f"Bo's {n}", -100 - n, visit_minutes=60) for n in range(8)], key="bo")
    change_rep(plain, "ada", skilled=Skilled(nights=1, hotels=[POST]))
    document = plan_week(plain, ["ada", "bo"], MONDAY, seconds=2)
    assert {night["rep"] for night in document["nights"]} == {"ada"}


def test_a_what_if_tells_of_nights(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=1, hotels=[POST]))
    found = what_if(plain, ["ada"], MONDAY, Supposed(longer_minutes=60), weeks=1, seconds=1)
    assert {found.before.nights, found.after.nights} <= {0, 1}


def test_looking_for_nights_can_be_stopped(plain: Workspace, staffed: SetUp) -> None:
    staffed(far_accounts())
    change_rep(plain, "ada", skilled=Skilled(nights=1, hotels=[POST]))

    def stop(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - the protocol's signature
        if "nights away" in message:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        plan_week(plain, ["ada"], MONDAY, seconds=4, progress=stop)
