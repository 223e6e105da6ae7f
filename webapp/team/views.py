"""Team day: every rep's route on one map, a row a rep."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.domain.activity import Activity
from gcrm.domain.rep import Rep
from webapp.access import DESK, PLANNERS, allow, me
from webapp.context import workspace
from webapp.day.timeline import Day, follow, visits_of
from webapp.day.views import read_day
from webapp.formats import working_day_after
from webapp.maps_api import draw
from webapp.zones import today, zone_of_user

blueprint = Blueprint("team", __name__, url_prefix="/team", template_folder="templates")


@dataclass(frozen=True, slots=True)
class Row:
    """One rep on one day; day is None where nothing is planned. latest is the last check-in and where it was."""

    rep: Rep
    day: Day | None
    latest: Activity | None
    latest_name: str


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """The team's day: the one asked for, else today's, else the next that is planned."""
    now = workspace().clock()
    here = today(zone_of_user())
    asked = request.args.get("day")
    with workspace().store.read() as tx:
        reps = tx.reps.all()
        if asked:
            day = read_day(asked)
        else:
            coming = (here, working_day_after(here), here + timedelta(days=1))
            day = next((one for one in coming if tx.plans.of_day(one)), here)
        plans = tx.plans.of_day(day)
        rows = [_row(tx, rep, plans.get(rep.id), day, now) for rep in reps]
    any_route = any(row.day and row.day.stops for row in rows)
    return render_template(
        "team/show.html",
        rows=rows,
        day=day,
        today=here,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1),
        totals=_totals(rows),
        can_plan=me().role in PLANNERS and day >= here,
        job=request.args.get("job", type=int),
        map=draw.team_map(day) if any_route else None,
    )


@blueprint.post("/<day>/plan")
@allow(*PLANNERS)
def plan(day: str) -> ResponseReturnValue:
    """Plan every rep's day as one job."""
    from gcrm.jobs import start

    on: date = read_day(day)
    job = start(workspace(), "plan team", {"date": on.isoformat()}, me().id)
    if request.headers.get("HX-Request"):
        return redirect(url_for("jobs.piece", job_id=job.id, done=url_for("team.show", day=day)))
    flash("The team's day is being planned.")
    return redirect(url_for("team.show", day=day, job=job.id))


def _row(tx: Any, rep: Rep, plan_of_rep: Any, day: date, now: Any) -> Row:
    visits = visits_of(tx, rep, day, plan_of_rep)
    latest = visits[-1] if visits else None
    name = tx.accounts.get(latest.account_id).name if latest else ""
    return Row(rep, follow(plan_of_rep, visits, now) if plan_of_rep else None, latest, name)


def _totals(rows: list[Row]) -> dict[str, float]:
    days = [row.day for row in rows if row.day]
    return {
        "visits": sum(len(day.stops) for day in days),
        "done": sum(day.done for day in days),
        "travel_s": sum(day.plan["travel_s"] for day in days),
        "service_s": sum(day.plan["service_s"] for day in days),
        "distance_m": sum(day.plan["distance_m"] for day in days),
    }
