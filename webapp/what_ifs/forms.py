"""What is supposed to be different, as the form of the page says it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from gcrm.accounts.model import Priority
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from webapp.given import day_of

WEEKS = (2, 4, 8, 13)

LONGER = ((-60, "1 h shorter"), (-30, "30 min shorter"), (0, "as now"), (30, "30 min longer"), (60, "1 h longer"),
          (90, "1 h 30 longer"), (120, "2 h longer"))  # fmt: skip
"""Minutes by which each day ends later, and how a person says it."""

STRETCH = ((0.5, "twice as often"), (1.0, "as now"), (1.5, "a third less often"), (2.0, "half as often"),
           (3.0, "a third as often"))  # fmt: skip
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
        raise InputRejected("No rep is chosen.", "Choose at least one.")
    first = day_of(form.get("date", ""))
    if first < today:
        raise InputRejected("That day is over.", "Begin today or later.")
    weeks = form.get("weeks", 4, int)
    if weeks not in WEEKS:
        raise InputRejected(f"{weeks} weeks cannot be compared.", f"Choose one of {', '.join(map(str, WEEKS))}.")
    supposed: dict[str, Any] = {}
    longer = form.get("longer", 0, int)
    if longer not in dict(LONGER):
        raise InputRejected(f"{longer} minutes longer is not offered.", "Choose one of the list.")
    if longer:
        supposed["longer"] = longer
    if form.get("without"):
        supposed["without"] = [form["without"]]
    home = " ".join(form.get("home", "").split())
    if home:
        supposed["homes"] = {_known(form.get("mover", ""), keys): _place(workspace, home)}
    stretch = {one.value: form.get(f"stretch-{one.value}", 1.0, float) for one in Priority}
    if any(factor not in dict(STRETCH) for factor in stretch.values()):
        raise InputRejected("That call cycle is not offered.", "Choose one of the list.")
    changed = {priority: factor for priority, factor in stretch.items() if factor != 1.0}
    if changed:
        supposed["stretch"] = changed
    if not supposed:
        raise InputRejected(
            "Nothing changes yet.", "Choose one rep fewer, another home, longer days or other call cycles."
        )
    seconds = min(SECONDS_MOST, max(5.0, SECONDS_A_REP_WEEK * weeks * len(keys)))
    return {"reps": keys, "date": first.isoformat(), "weeks": weeks, "seconds": seconds} | supposed


def _known(key: str, keys: Sequence[str]) -> str:
    if key not in keys:
        raise InputRejected("Choose whose home moves.", "Choose one of the reps that are compared.")
    return key


def _place(workspace: Workspace, address: str) -> list[float]:
    located = workspace.geocoder.locate(address)
    if located.candidate is None:
        near = "; ".join(candidate.label for candidate in located.others[:3])
        raise InputRejected(
            f'"{address[:120]}" cannot be placed: {located.reason}',
            f"Did you mean {near}?" if near else "Write street, number and town.",
        )
    return [located.candidate.place.lon, located.candidate.place.lat]
