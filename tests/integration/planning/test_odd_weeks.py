"""Weeks from odd input: always a plan of what is possible, with reasons, and nobody lost."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm.accounts.model import Account, Priority
from gcrm.people.model import DayOff, Hotel, Nights, Rep
from gcrm.people.working_week import read_break, read_week
from gcrm.planning.appointment_rules import foreseen
from gcrm.planning.pins import Ban, Pin, Pins
from gcrm.planning.plan_horizon import Team, planned_span
from gcrm.planning.week_json import write_week
from gcrm.platform.progress import quiet
from routing.points import LonLat
from tests.fixtures.plain_roads import PlainRoads

MONDAY = date(2026, 12, 21)
"""The week of Christmas, and the one before New Year."""
HOME = LonLat(9.5, 47.1)
PLACES = st.sampled_from(
    [None, HOME, LonLat(9.5, 45.0), LonLat(12.5, 47.1), LonLat(9.5, 59.0), LonLat(10.1, 47.1), LonLat(10.11, 47.1)]
)
HOURS = (
    "",
    "24/7",
    "off",
    "Mo-Fr 08:00-12:00",
    "Apr-Oct 09:00-17:00",
    "Mo-Fr 09:00-17:00; Dec 20-Jan 06 off",
    "call us",
)
DAYS = st.integers(0, 13).map(lambda number: MONDAY + timedelta(days=number))
ACCOUNTS = st.lists(
    st.builds(
        Account,
        name=st.sampled_from(["Adler", "<b>Bären</b>"]),
        place=PLACES,
        opening_hours=st.sampled_from(HOURS),
        priority=st.sampled_from(list(Priority)),
        visit_every_days=st.sampled_from([None, 1, 7, 30]),
        visit_minutes=st.sampled_from([None, 30, 900]),
        last_visit=st.none() | st.just(date(2026, 11, 1)),
        skills=st.sampled_from([(), (), ("coffee",)]),
        languages=st.sampled_from([(), (), ("fr", "it")]),
        holiday_region=st.sampled_from(["", "", "BY", "nowhere"]),
    ),
    max_size=7,
)
REPS = st.builds(
    Rep,
    key=st.just("ada"),
    name=st.just("Ada"),
    home_address=st.just(""),
    home=st.sampled_from([HOME, HOME, HOME, None, LonLat(9.5, 45.0)]),
    week=st.sampled_from([read_week("08:00-17:00"), read_week("Mo-Su 06:00-22:00"), (None,) * 7]),
    zone=st.just("Europe/Vaduz"),
    lunch=st.sampled_from([None, read_break("45@11:30-13:30")]),
    max_driving_minutes=st.sampled_from([None, None, 1, 200]),
    days_off=st.sampled_from([(), (DayOff(MONDAY, MONDAY + timedelta(days=2)),)]),
    nights=st.sampled_from([None, Nights(2, 2, 10), Nights(7, 7, 0)]),
    skills=st.sampled_from([(), ("coffee",)]),
    languages=st.sampled_from([(), ("it",)]),
)


@st.composite
def wishes(draw: st.DrawFn, accounts: list[Account]) -> Pins:
    """Appointments to the minute, two of them at the same one, within days, on holidays; and bans."""
    pins: list[Pin] = []
    bans: list[Ban] = []
    for account in accounts:
        day = draw(DAYS)
        match draw(st.sampled_from(["", "", "at", "day", "till", "any", "ban"])):
            case "at":
                pins.append(Pin(account.id, day, draw(st.sampled_from([time(10), time(3)])), said="appointment"))
            case "day":
                pins += [Pin(account.id, day), Pin(account.id, draw(DAYS))]
            case "till":
                pins.append(Pin(account.id, day, till=day + timedelta(days=draw(st.integers(1, 20))), said="promised"))
            case "any":
                pins.append(Pin(account.id))
            case "ban":
                bans.append(Ban(account.id, draw(st.none() | st.just(day))))
    return Pins(tuple(pins), tuple(bans), frozenset(draw(st.lists(DAYS, max_size=2))))


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=ACCOUNTS, rep=REPS, fair=st.booleans(), data=st.data())
def test_any_two_weeks_are_planned_and_nobody_is_lost(
    drawn: list[Account], rep: Rep, *, fair: bool, data: st.DataObject
) -> None:
    accounts = tuple(replace(account, id=number + 1) for number, account in enumerate(drawn))
    pins = foreseen(data.draw(wishes(list(accounts))), rep, accounts)
    hotels = (Hotel("Post", LonLat(10.1, 47.1)), Hotel("At sea", LonLat(9.5, 45.0))) if rep.nights and rep.home else ()
    team = Team((rep,), (accounts,), frozenset(), {rep.key: pins}, (), (frozenset(),), (hotels,))
    document = write_week(planned_span(PlainRoads(), team, MONDAY, 2, seconds=0.1, seed=1, fair=fair, progress=quiet))
    told = {one["account"] for one in document["dropped"]}
    told |= {stop["account"] for one in document["days"] for stop in one["stops"]}
    assert told == {account.id for account in accounts}
    assert all(one["reason"] for one in document["dropped"])
    assert_promises_are_kept_or_told(document, pins)
    assert_nights_meet(document)


def assert_promises_are_kept_or_told(document: dict[str, Any], pins: Pins) -> None:
    dropped = {one["account"] for one in document["dropped"]}
    for pin in pins.pins:
        if pin.day is None or pin.account_id in dropped or (pin.till and pin.till > MONDAY + timedelta(days=13)):
            continue
        kept = [
            stop
            for one in document["days"]
            if pin.covers(date.fromisoformat(one["date"]))
            for stop in one["stops"]
            if stop["account"] == pin.account_id
        ]
        assert kept, pin
        if pin.start:
            assert f"{datetime.fromisoformat(kept[0]['start']):%H:%M}" == f"{pin.start:%H:%M}"


def assert_nights_meet(document: dict[str, Any]) -> None:
    by_date = {one["date"]: one for one in document["days"]}
    for one in document["days"]:
        after = by_date.get((date.fromisoformat(one["date"]) + timedelta(days=1)).isoformat())
        if one["end"] and one["end"]["name"] != "home":
            assert after
            assert after["start"] == one["end"]
