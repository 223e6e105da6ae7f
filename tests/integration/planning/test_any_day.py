"""Whatever the accounts, the rep and the day are like: a plan that keeps every promise, and nobody is lost."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.common.opening_hours.understand import understand
from gcrm.common.opening_hours.windows import bounds, open_now, stretches
from gcrm.common.zones import where_of
from gcrm.people.model import DayOff, Rep
from gcrm.people.working_week import read_break, read_week
from gcrm.planning.candidates import Seen
from gcrm.planning.day_json import read_day, write_day
from gcrm.planning.pins import Ban, Pin, Pins
from gcrm.planning.plan_day import best_day
from gcrm.planning.plan_inputs import PlanInputs
from routing.points import LonLat
from tests.fixtures.plain_roads import PlainRoads

HOURS = (
    "",
    "24/7",
    "off",
    "Mo-Fr 08:00-12:00,13:30-18:00",
    "Mo-Fr 17:00-23:00",
    "Fr-Sa 20:00-02:00",
    "Apr-Oct 09:00-17:00",
    "Mo-Su 10:00-10:20",
    "PH 10:00-12:00; Mo-Fr 08:00-17:00",
    'Mo-Fr 09:00-12:00 unknown "call first"',
    "call us",
    "Mon-Fri 8-12",
)
NEAR = st.builds(LonLat, st.floats(9.45, 9.55), st.floats(47.05, 47.15))
# Mostly what is possible, so that there are days to speak of; now and then what is not.
PLACES = st.one_of(
    *[NEAR] * 5, st.sampled_from([None, LonLat(9.5, 45.0), LonLat(12.5, 47.1), LonLat(9.5, 59.0), LonLat(9.7, 47.3)])
)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
ACCOUNTS = st.lists(
    st.builds(
        Account,
        name=st.sampled_from(["Adler", "Löwen", "<b>Bären</b>"]),
        kind=st.sampled_from(list(Kind)),
        place=PLACES,
        opening_hours=st.sampled_from(HOURS),
        priority=st.sampled_from(list(Priority)),
        visit_every_days=st.one_of(st.none(), st.integers(-5, 400)),
        visit_minutes=st.sampled_from([None, 0, 10, 25, 40, 900]),
        last_visit=st.one_of(st.none(), st.none(), DAYS),
    ),
    min_size=3,
    max_size=14,
)


@st.composite
def reps(draw: st.DrawFn) -> Rep:
    home = draw(st.sampled_from([*[LonLat(9.5, 47.1)] * 6, None, LonLat(9.5, 45.0)]))
    hours = ["08:30-17:00", "Mo-Su 08:00-18:00", "Mo-Su 06:00-22:00", "Mo-Su 00:00-24:00", "Sa 09:00-09:30"]
    week = read_week(draw(st.sampled_from(hours)))
    lunch = read_break(draw(st.sampled_from(["none", "45@11:30-13:30", "60@12:00-13:00"])))
    zone = draw(st.sampled_from([*["Europe/Vaduz"] * 4, "America/New_York", "Pacific/Apia"]))
    limit = draw(st.sampled_from([None, None, None, 1, 20, 60]))
    off = tuple(DayOff(day, day + timedelta(days=2)) for day in draw(st.lists(DAYS, max_size=1)))
    return Rep("ada", "Ada", "", home, week, zone, lunch, max_driving_minutes=limit, days_off=off)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=ACCOUNTS, rep=reps(), day=DAYS, data=st.data())
def test_any_day_keeps_its_promises(drawn: list[Account], rep: Rep, day: date, data: st.DataObject) -> None:
    accounts = [replace(account, id=number + 1) for number, account in enumerate(drawn)]
    pins, bans = [], []
    for account in accounts:
        wish = data.draw(st.sampled_from(["", "", "", "pin", "ban", "at"]))
        if wish == "ban":
            bans.append(Ban(account.id, day))
        elif wish:
            at = data.draw(st.times()) if wish == "at" else None
            pins.append(Pin(account.id, day, at.replace(microsecond=0) if at else None))
    inputs = PlanInputs(rep, tuple(accounts), Seen(), Pins(), ())
    plan = best_day(
        PlainRoads(), inputs, day, Pins(tuple(pins), tuple(bans)), seconds=0, seed=1, progress=lambda *_: None
    )
    document = write_day(plan)
    assert read_day(document) == plan
    told = [one["account"] for one in (*document["stops"], *document["dropped"])]
    assert sorted(told) == [account.id for account in accounts]
    assert all(one["reason"] for one in document["dropped"])
    assert not {ban.account_id for ban in bans} & {stop["account"] for stop in document["stops"]}
    assert len(document["legs"]) == (len(document["stops"]) + 1 if document["stops"] else 0)
    by_id = {account.id: account for account in accounts}
    for stop in document["stops"]:
        if not stop["fixed"]:
            assert_open(by_id[stop["account"]], stop, day)
    assert_in_order(document)


def assert_open(account: Account, stop: dict[str, Any], day: date) -> None:
    """The whole visit in one open stretch, on the clock of the account's own place."""
    where = where_of(account, "Europe/Vaduz", "")
    hours = understand(account.opening_hours, where.country)
    start, leave = (datetime.fromisoformat(stop[key]) for key in ("start", "leave"))
    span = bounds(day - timedelta(days=2), where.zone)[0], bounds(day + timedelta(days=2), where.zone)[1]
    open_spans = stretches(hours.text, *span, where)
    assert any(opens <= start and leave <= closes for opens, closes in open_spans), (account, stop)
    assert open_now(account.opening_hours, start, where) in {True, None}


def assert_in_order(document: dict[str, Any]) -> None:
    moments = []
    for stop in document["stops"]:
        moments += [datetime.fromisoformat(stop[key]) for key in ("arrive", "start", "leave")]
    moments.append(datetime.fromisoformat(document["home_arrive"]))
    assert moments == sorted(moments)
