"""What a phone takes along as data: the rep's kept days, accounts around their routes, and minutes between them.

Pages of the day are kept as they are; everything else that is looked at without a connection is drawn from this.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from flask import url_for

from gcrm.accounts.model import Account
from gcrm.accounts.queries import Selection, accounts_by_ids, placed_columns
from gcrm.activities.model import Activity
from gcrm.activities.queries import closed_down, last_of_accounts
from gcrm.people.model import Rep
from gcrm.planning.candidates import hours_on
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.due import visit_minutes
from gcrm.planning.queries import current_plan
from gcrm.platform.errors import GcrmError
from gcrm.transaction import Transaction
from routing.geodesy import distance_m
from routing.points import LonLat, as_points
from webapp.accounts.standing import standing_of
from webapp.check_in.passes import account_pass
from webapp.context import snapshot, workspace
from webapp.day.timeline import bounds_of
from webapp.formats import clock_time
from webapp.phone import call_address, navigation_address

MOST = 120
"""Accounts that are taken along: those of the kept days, and the nearest to their routes."""

AROUND_TODAY = 30
"""Of those not planned on the first day, the nearest to its route whose driving times are taken along."""

HISTORY = 5
"""Last contacts of each account."""


def pocket_of(rep: Rep, days: Sequence[date], seen: frozenset[int] | None) -> dict[str, Any]:
    """Days with their stops, accounts, and `minutes`: of the first that is planned, driving between places.

    days: those that are kept, today's first. seen: the territories whose accounts may be seen.
    """
    tx = snapshot()
    plans = {day: plan for day in days if (plan := current_plan(tx, rep.id, day))}
    planned = list(dict.fromkeys(stop.account_id for plan in plans.values() for stop in plan.stops))
    route = [stop.place for plan in plans.values() for stop in plan.stops] or ([rep.home] if rep.home else [])
    ids = [*planned, *(one for one in _nearest(tx, seen, route) if one not in set(planned))][:MOST]
    found = {account.id: account for account in accounts_by_ids(tx, ids)}
    accounts = [found[one] for one in ids if one in found]
    histories = last_of_accounts(tx, list(found), HISTORY)
    gone = closed_down(tx)
    first = next(iter(plans), days[0])
    return {
        "made_at": workspace().clock().isoformat(),
        "zone": rep.zone,
        "rep": {"key": rep.key, "name": rep.name},
        "days": {day.isoformat(): _day(rep, plan) for day, plan in plans.items()},
        "accounts": [_account(rep, one, first, gone, histories[one.id]) for one in accounts],
        "minutes": _minutes(rep, plans.get(first), accounts),
    }


def _nearest(tx: Transaction, seen: frozenset[int] | None, route: Sequence[LonLat]) -> list[int]:
    """Accounts that may be seen, the nearest to a route's stops first; those of no day at all by their number."""
    columns = placed_columns(tx, seen, Selection())
    if not route:
        return [int(one) for one in np.sort(columns.ids)[:MOST]]
    # Near enough to tell which is nearer: degrees of longitude are shorter by the cosine of the latitude.
    shrink = np.array([np.cos(np.radians(route[0].lat)), 1.0])
    stops, places = np.asarray(route) * shrink, columns.places * shrink
    squares = ((places[:, None, :] - stops[None, :, :]) ** 2).sum(axis=2).min(axis=1)
    return [int(one) for one in columns.ids[np.argsort(squares, kind="stable")[:MOST]]]


def _day(rep: Rep, plan: DayPlan) -> dict[str, Any]:
    return {
        "url": url_for("day.show", key=rep.key, day=plan.day),
        "home": clock_time(plan.home_arrive, rep.zone),
        "stops": [
            {
                "account": stop.account_id,
                "name": stop.name,
                "start": stop.start.isoformat(),
                "leave": stop.leave.isoformat(),
                "time": clock_time(stop.start, rep.zone),
                "travel_s": stop.travel_s,
                "why": stop.why,
            }
            for stop in plan.stops
        ],
    }


def _account(rep: Rep, one: Account, day: date, gone: frozenset[int], history: Sequence[Activity]) -> dict[str, Any]:
    stands = standing_of(one, day, gone)
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind.value,
        "priority": one.priority.value,
        "address": one.address.text,
        "lon": one.place.lon if one.place else None,
        "lat": one.place.lat if one.place else None,
        "contact": one.contact,
        "phone": one.phone,
        "email": one.email,
        "opening_hours": one.opening_hours,
        "note": one.note,
        "due": stands.due_words,
        "overdue": stands.overdue,
        "minutes": visit_minutes(one),
        "windows": [list(window) for window in hours_on(one, day, rep).windows],
        "pass": account_pass(one.id),
        "call": call_address(one.phone),
        "navigate": navigation_address(*one.place, one.name) if one.place else "",
        "history": [
            {
                "kind": entry.kind.value,
                "at": entry.at.isoformat(),
                "outcome": entry.outcome.value,
                "note": entry.note,
                "next_step": entry.next_step,
                "next_date": entry.next_date.isoformat() if entry.next_date else "",
            }
            for entry in history
        ],
    }


def _minutes(rep: Rep, plan: DayPlan | None, accounts: Sequence[Account]) -> dict[str, Any] | None:
    """Driving of a day: `places` (account numbers; 0 is the home), `rows` of whole minutes, -1 where no way is known.

    The accounts' `windows` of opening are seconds since `midnight`.
    None where nothing is planned or no street data is there.
    """
    home = (plan.home if plan else None) or rep.home
    if plan is None or not plan.stops or home is None:
        return None
    inside = [one for one in accounts if one.id in plan.account_ids and one.place]
    stops = [stop.place for stop in plan.stops]
    others = sorted(
        (one for one in accounts if one.id not in plan.account_ids and one.place),
        key=lambda one: min(distance_m(one.place, stop) for stop in stops if one.place),
    )[:AROUND_TODAY]
    chosen = [*inside, *others]
    try:
        matrix = workspace().travel_times.matrix(as_points([home, *(one.place for one in chosen if one.place)]))
    except GcrmError:  # the health page says what is wrong; the day is shown without what it would add
        return None
    whole = np.where(matrix.reachable, np.ceil(matrix.seconds / 60), -1).astype(int)
    return {
        "day": plan.day.isoformat(),
        "midnight": bounds_of(plan.day, rep.zone)[0].isoformat(),
        "places": [0, *(one.id for one in chosen)],
        "rows": whole.tolist(),
        "leave_home": (plan.stops[0].arrive - timedelta(seconds=plan.stops[0].travel_s)).isoformat(),
        "home_by": plan.home_arrive.isoformat(),
        "parking": rep.parking_minutes,
    }
