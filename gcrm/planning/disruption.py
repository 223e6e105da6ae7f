"""What days would be after news: late, cancelled, urgent, time that came free, a rep who is sick. Nothing is kept."""

from datetime import date, datetime, timedelta
from typing import Any

from gcrm.planning.replan import News, replan
from gcrm.planning.simulate_change import cost_between
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

MOST_SICK_DAYS = 92

SICK = "sick"


def preview_disruption(
    workspace: Workspace, rep_key: str, day: date, news: News, *, seconds: float = 1.5, progress: Progress = quiet
) -> dict[str, Any]:
    """The rest of a day planned again, as `replan`, to be looked at.

    Returns {"rep", "date", "replaces", "document", "changes", "cost": as `cost_between`, "refused": why an urgent visit
    does not fit, or ""}, which `gcrm.planning.apply_change` keeps. Raises as `replan`.
    """
    document = replan(workspace, rep_key, day, news, keep=False, seconds=seconds, progress=progress)
    with workspace.store.read() as tx:
        before = tx.plans.current(tx.reps.get(rep_key).id, day)
    missed = [one for one in document["dropped"] if one["account"] in news.urgent]
    return {
        "rep": rep_key,
        "date": day.isoformat(),
        "replaces": document["replaces"],
        "document": document,
        "changes": document["changes"],
        "cost": cost_between(before or document, document, news.cancelled),
        "refused": missed[0]["reason"] if missed else "",
    }


def preview_sick(
    workspace: Workspace, rep_key: str, last: date, at: datetime, first: date, progress: Progress = quiet
) -> list[dict[str, Any]]:
    """The days of a rep who is sick from `first` to `last`: what is done stays, all that is to come is taken out.

    Returns a part a day as `preview_news`, each with "day_off", that `keep_change` makes a day off of; "document" is
    None where nothing was planned or is left to come.
    Raises NotFound for the rep, InputRejected for days that cannot be.
    """
    days = (last - first).days + 1
    if not 1 <= days <= MOST_SICK_DAYS:
        raise InputRejected(f"{days} days sick cannot be.", f"Give a last day within {MOST_SICK_DAYS} days.")
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        plans = {day: tx.plans.current(rep.id, day) for day in (first + timedelta(days=n) for n in range(days))}
    parts = []
    for day, plan in plans.items():
        coming = [stop for stop in plan["stops"] if datetime.fromisoformat(stop["start"]) > at] if plan else []
        if plan and coming:
            news = News(at, cancelled=frozenset(one["account"] for one in coming))
            part = preview_disruption(workspace, rep_key, day, news, progress=progress)
            part["changes"] = [one | {"reason": SICK} for one in part["changes"] if one["change"] == "removed"]
            part["document"] = part["document"] | {"changes": part["changes"]}
        else:
            part = {"rep": rep_key, "date": day.isoformat(), "replaces": plan.get("id") if plan else None}
            part |= {"document": None, "changes": [], "cost": None, "refused": ""}
        parts.append(part | {"day_off": SICK})
    return parts
