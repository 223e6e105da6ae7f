"""A plan as the map draws it: stops, legs, home and break of one rep."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from gcrm.accounts.model import Account
from gcrm.people.model import Rep
from gcrm.planning.day_document import HOME, end_name
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
                "lon": stop.planned["lon"],
                "lat": stop.planned["lat"],
                "name": accounts[stop.planned["account"]].name
                if stop.planned["account"] in accounts
                else stop.planned["name"],
                "arrive": clock_time(stop.planned["arrive"], rep.zone),
                "start": clock_time(stop.planned["start"], rep.zone),
                "leave": clock_time(stop.planned["leave"], rep.zone),
                "why": stop.planned["why"],
                "state": "done" if stop.state == "done" else "planned",
                "url": url_for("accounts.show", account_id=stop.planned["account"]),
                "navigate_url": navigation_address(stop.planned["lon"], stop.planned["lat"], stop.planned["name"]),
            }
            for stop in day.stops
        ],
    }


def _home(rep: Rep, plan: Json) -> Json | None:
    home = plan.get("home") or (rep.home and {"lon": rep.home.lon, "lat": rep.home.lat})
    if not home:
        return None
    back = f", back {clock_time(plan['home_arrive'], rep.zone)}" if plan["stops"] else ""
    return {"lon": home["lon"], "lat": home["lat"], "label": f"Home of {rep.name}{back}"}


def _break(rep: Rep, day: Day) -> Json | None:
    pause, where = day.plan["break"], day.break_place
    if not where:
        return None
    return {
        "lon": where["lon"],
        "lat": where["lat"],
        "start": clock_time(pause["start"], rep.zone),
        "end": clock_time(pause["end"], rep.zone),
    }


def _legs(plan: Json) -> list[Json]:
    """The drives, each named by where it leads. A leg with no way on the streets is a straight line, marked so."""
    start, end = (plan.get(end) or plan.get("home") for end in ("start", "end"))
    places = [start, *plan["stops"], end]
    names = [
        *(f"To {number}. {stop['name']}" for number, stop in enumerate(plan["stops"], 1)),
        "Home" if (name := end_name(plan, "end")) == HOME else f"To {name}",
    ]
    legs = []
    for index, leg in enumerate(plan.get("legs") or []):
        line = leg.get("line") or []
        ends = places[index : index + 2]
        guessed = len(line) < 2 or bool(leg.get("guessed"))
        if len(line) < 2 and len(ends) == 2 and all(ends):
            line = [[end["lon"], end["lat"]] for end in ends if end]
        legs.append(
            {
                "seconds": leg["seconds"],
                "metres": leg["metres"],
                "line": line,
                "guessed": guessed,
                "to": names[index] if index < len(names) else "",
            }
        )
    return legs
