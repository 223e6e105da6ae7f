"""What day it is: always somebody's, never the server's. The one place that makes a day of the clock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gcrm.people.model import Rep

FARTHEST_AHEAD = "Pacific/Kiritimati"
"""Where a day begins first."""
FARTHEST_BEHIND = "Pacific/Pago_Pago"
"""Where people still have the day before."""


def today_in(zone: str, now: datetime) -> date:
    """The day that it is in a zone (IANA name) at an instant."""
    return now.astimezone(ZoneInfo(zone)).date()


def rep_today(rep: Rep, now: datetime) -> date:
    """The day that it is for a rep: that of the own zone, and after midnight still that of a night shift under way."""
    local = now.astimezone(ZoneInfo(rep.zone))
    before = local.date() - timedelta(1)
    shift = rep.week[before.weekday()] if len(rep.week) == 7 else None
    return before if shift and shift.past_midnight and local.time() < shift.ends else local.date()


def desk_today(reps: Iterable[Rep], now: datetime) -> date:
    """The day for whoever sits at a desk: that of the reps where all of them share one, else UTC."""
    zones = {rep.zone for rep in reps}
    return today_in(zones.pop() if len(zones) == 1 else "UTC", now)


def latest_today(now: datetime) -> date:
    """The latest day that it is anywhere: what comes after it is in the future for everybody."""
    return today_in(FARTHEST_AHEAD, now)


def earliest_today(now: datetime) -> date:
    """The earliest day that it is anywhere: what comes before it is over for everybody."""
    return today_in(FARTHEST_BEHIND, now)
