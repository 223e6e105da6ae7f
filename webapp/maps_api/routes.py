"""A plan as the map draws it: stops, legs, home and break of one rep."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.planning.day_plan import HOME, DayPlan
from webapp.day.timeline import Day
from webapp.formats import clock_time
from webapp.phone import navigation_address

Json = dict[str, Any]


def route_of(rep: Rep, day: Day, accounts: Mapping[int, Account], colour: int) -> Json:
    """One rep's day for `map-day.js`: times as words in the rep's zone, lines as [lon, lat] pairs."""
    plan = day.plan
    return {
        "key": rep.key,
        "name": rep.name,
        "colour": colour,
        "home": _home(rep, plan),
        "break": _break(rep, day),
        "legs": _legs(plan),
        "stops": [
            {
                "position": stop.number,
                "lon": stop.planned.place.lon,
                "lat": stop.planned.place.lat,
                "name": accounts[stop.planned.account_id].name
                if stop.planned.account_id in accounts
                else stop.planned.name,
                "arrive": clock_time(stop.planned.arrive, rep.zone),
                "start": clock_time(stop.planned.start, rep.zone),
                "leave": clock_time(stop.planned.leave, rep.zone),
                "why": stop.planned.why,
                "state": "done" if stop.state == "done" else "planned",
                "url": url_for("accounts.show", account_id=stop.planned.account_id),
                "navigate_url": navigation_address(*stop.planned.place, stop.planned.name),
            }
            for stop in day.stops
        ],
    }


def _home(rep: Rep, plan: DayPlan) -> Json | None:
    home = plan.home or rep.home
    if not home:
        return None
    back = say(", back {home_arrive}", home_arrive=clock_time(plan.home_arrive, rep.zone)) if plan.stops else ""
    return {"lon": home.lon, "lat": home.lat, "label": say("Home of {name}{back}", name=rep.name, back=back)}


def _break(rep: Rep, day: Day) -> Json | None:
    pause, where = day.plan.break_, day.break_place
    if pause is None or where is None:
        return None
    return {
        "lon": where.lon,
        "lat": where.lat,
        "start": clock_time(pause.start, rep.zone),
        "end": clock_time(pause.end, rep.zone),
    }


def _legs(plan: DayPlan) -> list[Json]:
    """The drives, each named by where it leads. A leg with no way on the streets is a straight line, marked so."""
    start, end = (one.place if one else plan.home for one in (plan.start, plan.end))
    places = [start, *(stop.place for stop in plan.stops), end]
    names = [
        *(say("To {number}. {name}", number=number, name=stop.name) for number, stop in enumerate(plan.stops, 1)),
        say("Home") if plan.end_name == HOME else say("To {end_name}", end_name=plan.end_name),
    ]
    legs = []
    for index, leg in enumerate(plan.legs):
        line = leg.line
        ends = [place for place in places[index : index + 2] if place]
        if len(line) < 2 and len(ends) == 2:
            line = tuple((place.lon, place.lat) for place in ends)
        legs.append(
            {
                "seconds": leg.seconds,
                "metres": leg.metres,
                "line": line,
                "guessed": leg.guessed or len(leg.line) < 2,
                "to": names[index] if index < len(names) else "",
            }
        )
    return legs
