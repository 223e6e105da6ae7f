"""My week: a column a day, a colour a day on the map, what will be missed, and planning a week or the weeks ahead."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.domain.rep import Rep
from gcrm.errors import GcrmError, InputRejected
from gcrm.services.week_outlook import Outlook, week_outlook
from webapp.access import EVERYONE, WRITERS, allow, may_write, me, rep_to_see, sees_all
from webapp.context import workspace
from webapp.day.timeline import Day, follow, visits_of
from webapp.day.views import read_day
from webapp.formats import long_day
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
    with workspace().store.read() as tx:
        own = me().rep_id
        rep = tx.reps.by_id(own) if own else next(iter(tx.reps.all() if sees_all() else ()), None)
    if rep is None:
        return render_template("weeks/no_rep.html")
    return redirect(url_for("weeks.show", key=rep.key, day=today_of(rep)))


@blueprint.get("/<key>/<day>")
@allow(*EVERYONE)
def show(key: str, day: str) -> ResponseReturnValue:
    """The week that a day lies in."""
    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
        reps = tx.reps.all() if sees_all() else []
    first = _monday(read_day(day))
    today = today_of(rep)
    outlook = week_outlook(workspace(), rep, first, today)
    plans = outlook.plans
    return render_template(
        "weeks/show.html",
        rep=rep,
        reps=reps,
        own=me().rep_id == rep.id,
        first=first,
        last=first + timedelta(days=6),
        today=today,
        outlook=outlook,
        days=[one for one in outlook.days if one.plan or not one.off],
        colours={one.day: number for number, one in enumerate(outlook.days)},
        followed=_followed(rep, outlook),
        totals={
            "visits": sum(len(plan["stops"]) for plan in plans),
            "travel_s": sum(plan["travel_s"] for plan in plans),
            "service_s": sum(plan["service_s"] for plan in plans),
            "distance_m": sum(plan["distance_m"] for plan in plans),
        },
        part=next((plan["part_of"] for plan in plans if plan.get("part_of")), None),
        missed=outlook.missed[:MISSED_SHOWN],
        previous=first - timedelta(days=7),
        following=first + timedelta(days=7),
        may_plan=may_write() and first + timedelta(days=6) >= today,
        missing=_missing(),
        weeks=WEEKS,
        job=request.args.get("job", type=int),
        map=draw.week_map(rep.key, first) if any(plan["stops"] for plan in plans) else None,
    )


@blueprint.get("/<key>/<day>/routes")
@allow(*EVERYONE)
def routes(key: str, day: str) -> ResponseReturnValue:
    """The days of a week as the map draws them: each as if it were a rep, with the colour of its weekday."""
    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
    first = _monday(read_day(day))
    outlook = week_outlook(workspace(), rep, first, today_of(rep))
    followed = _followed(rep, outlook)
    ids = {stop["account"] for plan in outlook.plans for stop in plan["stops"]}
    with workspace().store.read() as tx:
        accounts = {one.id: one for one in tx.accounts.by_ids(sorted(ids))}
    drawn: list[dict[str, Any]] = []
    for number, one in enumerate(outlook.days):
        if one.day in followed and followed[one.day].stops:
            named = replace(rep, key=day_key(rep, one.day), name=long_day(one.day))
            # All days begin at one home, where their names would lie upon each other; the legend has them.
            drawn.append(route_of(named, followed[one.day], accounts, number) | {"untagged": True})
    return jsonify({"reps": drawn, "empty": "Nothing is planned for this week yet."})


@blueprint.post("/<key>/<day>/plan")
@allow(*WRITERS)
def plan(key: str, day: str) -> ResponseReturnValue:
    """Plan the week, or the weeks ahead, as a job: days and order together."""
    from gcrm.jobs import start

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
    first = max(_monday(read_day(day)), today_of(rep))
    if first > _monday(read_day(day)) + timedelta(days=6):
        raise InputRejected("That week is over.", "Plan this week or one to come.")
    weeks = request.form.get("weeks", type=int) or 1
    if weeks not in WEEKS:
        raise InputRejected(f"{weeks} weeks cannot be planned at once.", f"Choose one of {', '.join(map(str, WEEKS))}.")
    seconds = min(SECONDS_MOST, SECONDS_A_WEEK * weeks)
    params = {"reps": [rep.key], "date": first.isoformat(), "weeks": weeks, "seconds": seconds}
    job = start(workspace(), "plan week", params, me().id)
    here = url_for("weeks.show", key=key, day=day)
    if request.headers.get("HX-Request"):
        return redirect(url_for("jobs.piece", job_id=job.id, done=here))
    flash("The week is being planned.")
    return redirect(url_for("weeks.show", key=key, day=day, job=job.id))


@blueprint.app_template_filter("day_key")
def _day_key(day: date, rep: Rep) -> str:
    return day_key(rep, day)


def day_key(rep: Rep, day: date) -> str:
    """How the map names one day of a rep's week."""
    return f"{rep.key}-{day.isoformat()}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _followed(rep: Rep, outlook: Outlook) -> dict[date, Day]:
    """The days that are planned, with what has been done of them."""
    now = workspace().clock()
    with workspace().store.read() as tx:
        return {
            one.day: follow(one.plan, visits_of(tx, rep, one.day, one.plan), now) for one in outlook.days if one.plan
        }


def _missing() -> GcrmError | None:
    try:
        workspace().areas.current()
    except GcrmError as missing:
        return missing
    return None
