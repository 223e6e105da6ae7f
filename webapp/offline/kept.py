"""What a phone keeps for times without a connection."""

from datetime import date, timedelta
from typing import Any

from flask import url_for

from gcrm.common.language import language
from gcrm.people.model import Rep
from gcrm.people.queries import all_reps
from gcrm.people.user import User
from gcrm.planning.queries import stops_between
from webapp.context import snapshot
from webapp.offline.tiles import tiles_of_days
from webapp.zones import today_of

AHEAD_DAYS = 14
"""How far ahead planned days are looked for: over a holiday of a week and the days off around it."""

COMING = 3
"""Planned days to come that are kept beside today's."""


def kept_days(rep: Rep) -> list[date]:
    """Today, and the next days that are planned."""
    first = today_of(rep)
    stops = stops_between(snapshot(), rep.id, first, first + timedelta(days=AHEAD_DAYS))
    return [first, *(day for day in sorted(stops) if day > first)][: COMING + 1]


def kept_list(user: User) -> dict[str, Any]:
    """Addresses for the service worker: `days` (day to page), `pages`, `data`, `tiles` that they fetch, zone, language.

    A rep's today and the next planned days, with the pages of their stops and what is around; for everybody the own
    page.
    """
    answer: dict[str, Any] = {
        "language": language(),
        "zone": "UTC",
        "days": {},
        "pages": [url_for("me.show")],
        "data": [],
        "tiles": [],
    }
    rep = next((one for one in all_reps(snapshot()) if one.id == user.rep_id), None)
    if rep is None:
        return answer
    answer["zone"] = rep.zone
    days = kept_days(rep)
    stops = stops_between(snapshot(), rep.id, days[0], days[-1])
    accounts = [number for day in days for number in stops.get(day, [])]
    answer["pages"] += [url_for(name) for name in ("offline.pocket_page", "prospects.form", "accounts.on_map")]
    answer["pages"].append(url_for("offline.blank_check_in"))
    answer["data"] += [url_for("offline.pocket"), url_for("maps_api.points")]
    for day in days:
        answer["days"][day.isoformat()] = url_for("day.show", key=rep.key, day=day)
        if day in stops:
            answer["data"].append(url_for("maps_api.day", key=rep.key, day=day.isoformat()))
    for number in dict.fromkeys(accounts):
        answer["pages"] += [
            url_for("check_in.show", account_id=number),
            url_for("accounts.show", account_id=number),
        ]
        answer["data"].append(url_for("maps_api.card", account_id=number))
    answer["tiles"] = tiles_of_days(rep, days)
    return answer
