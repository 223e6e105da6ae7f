"""My week: a column a day, a colour a day on the map, what will be missed, and planning a week or the weeks ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.model import Account
from gcrm.accounts.queries import accounts_by_ids
from gcrm.common.language import say
from gcrm.jobs.kinds import TEAM_WISHES
from gcrm.jobs.model import Job
from gcrm.people.model import Rep
from gcrm.people.queries import all_reps, rep_of_id
from gcrm.planning.apply_change import undoable
from gcrm.planning.queries import plans_between
from gcrm.planning.week_outlook import OutlookDay, week_outlook
from gcrm.platform.errors import GcrmError, InputRejected, NotFound
from webapp.access import EVERYONE, PLANNERS, WRITERS, allow, may_write, me, rep_to_see, sees_all
from webapp.context import snapshot, workspace
from webapp.day.timeline import Day, follow, visits_of
from webapp.formats import long_day
from webapp.given import day_of
from webapp.jobs.plan_progress import as_plan, found_so_far, job_to_watch, watched
from webapp.maps_api import draw
from webapp.maps_api.routes import route_of
from webapp.zones import today_of

blueprint = Blueprint("weeks", __name__, url_prefix="/week", template_folder="templates")

WEEKS = (1, 2, 4, 13)
"""How many weeks are offered to be planned at once."""

SECONDS_A_WEEK = 10.0
SECONDS_MOST = 60.0

MISSED_SHOWN = 40


@blueprint.get("/")
@allow(*EVERYONE)
def mine() -> ResponseReturnValue:
    """The signed-in rep's week; for people at a desk that of the first rep."""
    tx = snapshot()
    own = me().rep_id
    rep = rep_of_id(tx, own) or next(iter(all_reps(tx) if sees_all() else ()), None)
    if rep is None:
        return render_template("weeks/no_rep.html")
    return redirect(url_for("weeks.show", key=rep.key, day=today_of(rep)))


@blueprint.get("/<key>/<day>")
@allow(*EVERYONE)
def show(key: str, day: str) -> ResponseReturnValue:
    """The week that a day lies in."""
    tx = snapshot()
    rep = rep_to_see(tx, key)
    reps = all_reps(tx) if sees_all() else []
    first = _monday(day_of(day))
    today = today_of(rep)
    outlook = week_outlook(workspace(), rep, first, today)
    plans = outlook.plans
    job = request.args.get("job", type=int)
    drawn = None
    if any(plan.stops for plan in plans):
        drawn = draw.week_map(rep.key, first)
    elif job:
        drawn = draw.live_map(url_for("weeks.live_routes", key=rep.key, day=first, job_id=job))
    return render_template(
        "weeks/show.html",
        rep=rep,
        reps=reps,
        own=me().rep_id == rep.id,
        **_columns(rep, outlook.days, first),
        today=today,
        outlook=outlook,
        part=next((plan.part_of for plan in plans if plan.part_of), None),
        missed=outlook.missed[:MISSED_SHOWN],
        previous=first - timedelta(days=7),
        following=first + timedelta(days=7),
        may_move=may_write(),
        may_undo=may_write()
        and undoable(tx, me().id, rep.key, [first + timedelta(days=number) for number in range(7)]),
        may_plan=may_write() and first + timedelta(days=6) >= today,
        missing=_missing(),
        weeks=WEEKS,
        job=job,
        map=drawn,
    )


@blueprint.get("/<key>/<day>/routes")
@allow(*EVERYONE)
def routes(key: str, day: str) -> ResponseReturnValue:
    """The days of a week as the map draws them: each as if it were a rep, with the colour of its weekday."""
    rep = rep_to_see(snapshot(), key)
    first = _monday(day_of(day))
    outlook = week_outlook(workspace(), rep, first, today_of(rep))
    ids = {stop.account_id for plan in outlook.plans for stop in plan.stops}
    tx = snapshot()
    accounts = {one.id: one for one in accounts_by_ids(tx, sorted(ids))}
    drawn = _drawn(rep, outlook.days, _followed(rep, outlook.days), accounts)
    return jsonify({"reps": drawn, "empty": say("Nothing is planned for this week yet.")})


@blueprint.get("/<key>/<day>/live/<int:job_id>")
@allow(*EVERYONE)
def live(key: str, day: str, job_id: int) -> ResponseReturnValue:
    """How far the planning of a week is, with the best plan so far for the page that waits for it."""
    rep = rep_to_see(snapshot(), key)
    first = _monday(day_of(day))
    here: dict[str, Any] = {"key": rep.key, "day": first, "job_id": job_id}

    def draw_plan(found: dict[str, Any]) -> str:
        shown = _days_so_far(rep, first, found)
        return render_template(
            "weeks/plan_progress.html",
            **_columns(rep, shown, first),
            rep=rep,
            zone=rep.zone,
            today=today_of(rep),
            oob=True,
        )

    return watched(
        _job(job_id, rep),
        here=lambda seen: url_for("weeks.live", **here, seen=seen),
        done=url_for("weeks.show", key=rep.key, day=first),
        route=url_for("weeks.live_routes", **here),
        draw=draw_plan,
    )


@blueprint.get("/<key>/<day>/live/<int:job_id>/routes")
@allow(*EVERYONE)
def live_routes(key: str, day: str, job_id: int) -> ResponseReturnValue:
    """The best plan so far as the map draws it."""
    rep = rep_to_see(snapshot(), key)
    found = found_so_far(_job(job_id, rep))
    days = _days_so_far(rep, _monday(day_of(day)), found or {"days": []})
    return jsonify({"reps": _drawn(rep, days, _followed(rep, days), {}), "empty": say("Looking for a first plan …")})


@blueprint.post("/<key>/<day>/plan")
@allow(*WRITERS)
def plan(key: str, day: str) -> ResponseReturnValue:
    """Plan the week, or the weeks ahead, as a job: days and order together."""
    from gcrm.jobs.start import start

    rep = rep_to_see(snapshot(), key)
    first = max(_monday(day_of(day)), today_of(rep))
    if first > _monday(day_of(day)) + timedelta(days=6):
        raise InputRejected(say("That week is over."), say("Plan this week or one to come."))
    weeks = request.form.get("weeks", type=int) or 1
    if weeks not in WEEKS:
        raise InputRejected(
            say("{weeks} weeks cannot be planned at once.", weeks=weeks),
            say("Choose one of {choices}.", choices=", ".join(map(str, WEEKS))),
        )
    params: dict[str, Any] = {"reps": [rep.key], "date": first.isoformat(), "weeks": weeks}
    if request.form.get("whom") == "all" and me().role in PLANNERS:
        tx = snapshot()
        params["reps"] = [one.key for one in all_reps(tx)]
        params |= {wish: True for wish in TEAM_WISHES if request.form.get(wish)}
    params["seconds"] = min(SECONDS_MOST, SECONDS_A_WEEK * weeks * len(params["reps"]))
    job = start(workspace(), "plan week", params, me().id)
    watch = url_for("weeks.show", key=key, day=day, job=job.id)
    if not request.headers.get("HX-Request"):
        return redirect(watch)
    monday = _monday(day_of(day))
    tx = snapshot()
    week = plans_between(tx, rep.id, monday, monday + timedelta(days=6))
    if not any(one.stops for one in week.values()):  # the page has no map to draw on
        return "", 200, {"HX-Redirect": watch}
    return redirect(url_for("weeks.live", key=key, day=monday, job_id=job.id))


@blueprint.app_template_filter("day_key")
def _day_key(day: date, rep: Rep) -> str:
    return day_key(rep, day)


def day_key(rep: Rep, day: date) -> str:
    """How the map names one day of a rep's week."""
    return f"{rep.key}-{day.isoformat()}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _followed(rep: Rep, days: Sequence[OutlookDay]) -> dict[date, Day]:
    """The days that are planned, with what has been done of them."""
    now = workspace().clock()
    tx = snapshot()
    return {one.day: follow(one.plan, visits_of(tx, rep, one.day, one.plan), now) for one in days if one.plan}


def _job(job_id: int, rep: Rep) -> Job:
    """A job of the signed-in user that plans the weeks of a rep, alone or among others. Raises NotFound."""
    job = job_to_watch(job_id, "plan week")
    if rep.key not in job.params["reps"]:
        raise NotFound(say("Job {job_id} plans the weeks of others.", job_id=job_id), say("See the list of jobs."))
    return job


def _columns(rep: Rep, days: Sequence[OutlookDay], first: date) -> dict[str, Any]:
    """What the columns and the heading of a week show."""
    plans = [one.plan for one in days if one.plan]
    return {
        "first": first,
        "last": first + timedelta(days=6),
        "days": [one for one in days if one.plan or not one.off],
        "followed": _followed(rep, days),
        "totals": {
            "visits": sum(len(plan.stops) for plan in plans),
            "travel_s": sum(plan.travel_s for plan in plans),
            "service_s": sum(plan.service_s for plan in plans),
            "distance_m": sum(plan.distance_m for plan in plans),
            "nights": sum(plan.end is not None and plan.end.hotel is not None for plan in plans),
        },
    }


def _days_so_far(rep: Rep, first: date, found: dict[str, Any]) -> list[OutlookDay]:
    """The days of a week with the plans of a search in the place of those that were there."""
    sought = {date.fromisoformat(one["date"]): as_plan(one) for one in found["days"] if one["rep"] == rep.key}
    outlook = week_outlook(workspace(), rep, first, today_of(rep))
    return [replace(one, plan=sought.get(one.day, one.plan)) for one in outlook.days]


def _drawn(
    rep: Rep, days: Sequence[OutlookDay], followed: Mapping[date, Day], accounts: Mapping[int, Account]
) -> list[dict[str, Any]]:
    """The days as the map draws them: each as if it were a rep, with the colour of its weekday."""
    drawn: list[dict[str, Any]] = []
    for number, one in enumerate(days):
        if one.day in followed and followed[one.day].stops:
            named = replace(rep, key=day_key(rep, one.day), name=long_day(one.day))
            # All days begin at one home, where their names would lie upon each other; the legend has them.
            drawn.append(route_of(named, followed[one.day], accounts, number) | {"untagged": True})
    return drawn


def _missing() -> GcrmError | None:
    try:
        workspace().areas.current()
    except GcrmError as missing:
        return missing
    return None
