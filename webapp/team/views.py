"""Team day: every rep's route on one map, a row a rep."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.queries import one_account
from gcrm.activities.model import Activity
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.queries import all_reps
from gcrm.planning.queries import first_planned, plans_of_day
from webapp.access import DESK, PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.day.timeline import Day, follow, visits_of
from webapp.formats import working_day_after
from webapp.given import day_of
from webapp.jobs.plan_progress import as_plan, found_so_far, job_to_watch, watched
from webapp.maps_api import draw
from webapp.maps_api.routes import route_of
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
    tx = snapshot()
    reps = all_reps(tx)
    if asked:
        day = day_of(asked)
    else:
        coming = (here, working_day_after(here), here + timedelta(days=1))
        day = first_planned(tx, None, coming) or here
    plans = plans_of_day(tx, day)
    rows = [_row(tx, rep, plans.get(rep.id), day, now) for rep in reps]
    job = request.args.get("job", type=int)
    drawn = None
    if any(row.day and row.day.stops for row in rows):
        drawn = draw.team_map(day)
    elif job:
        drawn = draw.live_map(url_for("team.live_routes", day=day, job_id=job))
    return render_template(
        "team/show.html",
        rows=rows,
        day=day,
        today=here,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1),
        totals=_totals(rows),
        can_plan=me().role in PLANNERS and day >= here,
        job=job,
        map=drawn,
    )


@blueprint.post("/<day>/plan")
@allow(*PLANNERS)
def plan(day: str) -> ResponseReturnValue:
    """Plan every rep's day as one job."""
    from gcrm.jobs.start import start

    on: date = day_of(day)
    job = start(workspace(), "plan team", {"date": on.isoformat()}, me().id)
    watch = url_for("team.show", day=day, job=job.id)
    if not request.headers.get("HX-Request"):
        return redirect(watch)
    tx = snapshot()
    has_map = any(one.stops for one in plans_of_day(tx, on).values())
    return redirect(url_for("team.live", day=day, job_id=job.id)) if has_map else ("", 200, {"HX-Redirect": watch})


@blueprint.get("/<day>/live/<int:job_id>")
@allow(*PLANNERS)
def live(day: str, job_id: int) -> ResponseReturnValue:
    """How far the planning of the team's day is, with the best plans so far for the page that waits for them."""
    on = day_of(day)
    here: dict[str, Any] = {"day": on, "job_id": job_id}

    def draw_plans(found: dict[str, Any]) -> str:
        rows = _rows_so_far(on, found)
        return render_template("team/rows.html", rows=rows, day=on, totals=_totals(rows), oob=True)

    return watched(
        job_to_watch(job_id, "plan team", date=on.isoformat()),
        here=lambda seen: url_for("team.live", **here, seen=seen),
        done=url_for("team.show", day=on),
        route=url_for("team.live_routes", **here),
        draw=draw_plans,
    )


@blueprint.get("/<day>/live/<int:job_id>/routes")
@allow(*PLANNERS)
def live_routes(day: str, job_id: int) -> ResponseReturnValue:
    """The best plans so far as the map draws them."""
    on = day_of(day)
    rows = _rows_so_far(on, found_so_far(job_to_watch(job_id, "plan team", date=on.isoformat())) or {"days": []})
    drawn = [route_of(row.rep, row.day, {}, colour) for colour, row in enumerate(rows) if row.day]
    return jsonify({"reps": drawn, "empty": say("Looking for a first plan …")})


def _rows_so_far(day: date, found: dict[str, Any]) -> list[Row]:
    """A row a rep, with the plans of a search in the place of those that were there."""
    sought = {one["rep"]: as_plan(one) for one in found["days"]}
    now = workspace().clock()
    tx = snapshot()
    plans = plans_of_day(tx, day)
    return [_row(tx, rep, sought.get(rep.key, plans.get(rep.id)), day, now) for rep in all_reps(tx)]


def _row(tx: Any, rep: Rep, plan_of_rep: Any, day: date, now: Any) -> Row:
    visits = visits_of(tx, rep, day, plan_of_rep)
    latest = visits[-1] if visits else None
    name = one_account(tx, latest.account_id).name if latest else ""
    return Row(rep, follow(plan_of_rep, visits, now) if plan_of_rep else None, latest, name)


def _totals(rows: list[Row]) -> dict[str, float]:
    days = [row.day for row in rows if row.day]
    return {
        "visits": sum(len(day.stops) for day in days),
        "done": sum(day.done for day in days),
        "travel_s": sum(day.plan.travel_s for day in days),
        "service_s": sum(day.plan.service_s for day in days),
        "distance_m": sum(day.plan.distance_m for day in days),
    }
