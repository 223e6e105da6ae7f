"""What is supposed to be different, as the form of the page says it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from gcrm.accounts.model import Priority
from gcrm.common.language import say, to_say
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from webapp.given import day_of

WEEKS = (2, 4, 8, 13)

LONGER = (
    (-60, to_say("1 h shorter")),
    (-30, to_say("30 min shorter")),
    (0, to_say("as now")),
    (30, to_say("30 min longer")),
    (60, to_say("1 h longer")),
    (90, to_say("1 h 30 longer")),
    (120, to_say("2 h longer")),
)
"""Minutes by which each day ends later, and how a person says it."""

STRETCH = (
    (0.5, to_say("twice as often")),
    (1.0, to_say("as now")),
    (1.5, to_say("a third less often")),
    (2.0, to_say("half as often")),
    (3.0, to_say("a third as often")),
)
"""Factors by which the days between two visits are longer, and how a person says it."""

SECONDS_A_REP_WEEK = 1.0
SECONDS_MOST = 40.0


def read_supposed(workspace: Workspace, form: MultiDict[str, str], reps: Sequence[Rep], today: date) -> dict[str, Any]:
    """The parameters of the job that compares.

    Raises InputRejected for what cannot be, or where nothing is supposed, NotReady where a home is to be placed and no
    area is imported.
    """
    known = {rep.key: rep for rep in reps}
    keys = [key for key in form.getlist("reps") if key in known]
    if not keys:
        raise InputRejected(say("No rep is chosen."), say("Choose at least one."))
    first = day_of(form.get("date", ""))
    if first < today:
        raise InputRejected(say("That day is over."), say("Begin today or later."))
    weeks = form.get("weeks", 4, int)
    if weeks not in WEEKS:
        raise InputRejected(
            say("{weeks} weeks cannot be compared.", weeks=weeks),
            say("Choose one of {choices}.", choices=", ".join(map(str, WEEKS))),
        )
    supposed: dict[str, Any] = {}
    longer = form.get("longer", 0, int)
    if longer not in dict(LONGER):
        raise InputRejected(
            say("{longer} minutes longer is not offered.", longer=longer), say("Choose one of the list.")
        )
    if longer:
        supposed["longer"] = longer
    if form.get("without"):
        supposed["without"] = [form["without"]]
    home = " ".join(form.get("home", "").split())
    if home:
        supposed["homes"] = {_known(form.get("mover", ""), keys): _place(workspace, home)}
    stretch = {one.value: form.get(f"stretch-{one.value}", 1.0, float) for one in Priority}
    if any(factor not in dict(STRETCH) for factor in stretch.values()):
        raise InputRejected(say("That call cycle is not offered."), say("Choose one of the list."))
    changed = {priority: factor for priority, factor in stretch.items() if factor != 1.0}
    if changed:
        supposed["stretch"] = changed
    if not supposed:
        raise InputRejected(
            say("Nothing changes yet."), say("Choose one rep fewer, another home, longer days or other call cycles.")
        )
    seconds = min(SECONDS_MOST, max(5.0, SECONDS_A_REP_WEEK * weeks * len(keys)))
    return {"reps": keys, "date": first.isoformat(), "weeks": weeks, "seconds": seconds} | supposed


def _known(key: str, keys: Sequence[str]) -> str:
    if key not in keys:
        raise InputRejected(say("Choose whose home moves."), say("Choose one of the reps that are compared."))
    return key


def _place(workspace: Workspace, address: str) -> list[float]:
    located = workspace.geocoder.locate(address)
    if located.candidate is None:
        near = "; ".join(candidate.label for candidate in located.others[:3])
        raise InputRejected(
            say('"{address}" cannot be placed: {reason}', address=address[:120], reason=located.reason),
            say("Did you mean {near}?", near=near) if near else say("Write street, number and town."),
        )
    return [located.candidate.place.lon, located.candidate.place.lat]
