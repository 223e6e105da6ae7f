"""My day: what is planned, what is next, and planning it anew."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.queries import accounts_by_ids
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.queries import all_reps, rep_of_id
from gcrm.people.user import Role
from gcrm.planning.apply_change import undoable
from gcrm.planning.day_plan import DayPlan, Omission, OmissionCode
from gcrm.planning.left_out import PAGE, left_out_page
from gcrm.planning.queries import current_plan, first_planned, overrides_on
from gcrm.platform.errors import GcrmError, InputRejected, NotFound
from webapp.access import EVERYONE, WRITERS, allow, may_write, me, rep_to_see
from webapp.context import snapshot, workspace
from webapp.day.timeline import Day, follow, visits_of
from webapp.formats import working_day_after
from webapp.given import day_of
from webapp.jobs.plan_progress import as_plan, found_so_far, job_to_watch, watched
from webapp.maps_api import draw
from webapp.maps_api.routes import route_of
from webapp.maps_api.sketch import sketch_of
from webapp.plans.disruption import LATE_MINUTES
from webapp.plans.ready import make_ready
from webapp.zones import today_of

LEFT_OUT_AT_FIRST = 8
"""Of those left out, so many stand on the day's page, with what can be done about each; the others are asked for."""

blueprint = Blueprint("day", __name__, url_prefix="/day", template_folder="templates")


@blueprint.get("/")
@allow(*EVERYONE)
def mine() -> ResponseReturnValue:
    """The signed-in rep's own day: today's, or the next one that is planned where today has none."""
    tx = snapshot()
    rep_id = me().rep_id
    rep = rep_of_id(tx, rep_id)
    if rep is None:
        if me().role is not Role.REP:
            return redirect(url_for("team.show"))
        return render_template("day/no_rep.html")
    day = today_of(rep)
    coming = (day, working_day_after(day), day + timedelta(days=1))
    return _page(rep, first_planned(tx, rep.id, coming) or day)


@blueprint.get("/<key>/<day>")
@allow(*EVERYONE)
def show(key: str, day: str) -> ResponseReturnValue:
    """A rep's day."""
    rep = rep_to_see(snapshot(), key)
    return _page(rep, day_of(day))


@blueprint.post("/<key>/<day>/plan")
@allow(*WRITERS)
def plan(key: str, day: str) -> ResponseReturnValue:
    """Start planning a day as a job; the page shows how far it is."""
    from gcrm.jobs.start import start

    rep = rep_to_see(snapshot(), key)
    on = day_of(day)
    if on < today_of(rep):
        raise InputRejected(say("That day is over."), say("Plan today or a day to come."))
    job = start(workspace(), "plan day", {"rep": rep.key, "date": on.isoformat()}, me().id)
    watch = url_for("day.show", key=key, day=day, job=job.id)
    if not request.headers.get("HX-Request"):
        return redirect(watch)
    tx = snapshot()
    current = current_plan(tx, rep.id, on)
    has_map = bool(current and current.stops)
    if not has_map:
        return "", 200, {"HX-Redirect": watch}
    return redirect(url_for("day.live", key=key, day=day, job_id=job.id))


@blueprint.get("/<key>/<day>/live/<int:job_id>")
@allow(*EVERYONE)
def live(key: str, day: str, job_id: int) -> ResponseReturnValue:
    """How far the planning of a day is, with the best plan so far for the page that waits for it."""
    rep = rep_to_see(snapshot(), key)
    on = day_of(day)
    here: dict[str, Any] = {"key": rep.key, "day": on, "job_id": job_id}

    def draw_plan(found: dict[str, Any]) -> str:
        plan = as_plan(found)
        shown = {"plan": plan, "followed": _followed(rep, on, plan), "rep": rep, "day": on, "zone": rep.zone}
        return render_template("day/plan_progress.html", **shown, accounts={}, overrides={}, oob=True)

    return watched(
        job_to_watch(job_id, "plan day", rep=rep.key, date=on.isoformat()),
        here=lambda seen: url_for("day.live", **here, seen=seen),
        done=url_for("day.show", key=rep.key, day=on),
        route=url_for("day.live_route", **here),
        draw=draw_plan,
    )


@blueprint.get("/<key>/<day>/live/<int:job_id>/route")
@allow(*EVERYONE)
def live_route(key: str, day: str, job_id: int) -> ResponseReturnValue:
    """The best plan so far as the map draws it."""
    tx = snapshot()
    rep = rep_to_see(tx, key)
    colour = [one.key for one in all_reps(tx)].index(rep.key)
    on = day_of(day)
    found = found_so_far(job_to_watch(job_id, "plan day", rep=rep.key, date=on.isoformat()))
    drawn = [route_of(rep, _followed(rep, on, as_plan(found)), {}, colour)] if found else []
    return jsonify({"reps": drawn, "empty": say("Looking for a first plan …")})


@blueprint.get("/<key>/<day>/left-out")
@allow(*EVERYONE)
def left_out(key: str, day: str) -> ResponseReturnValue:
    """More of those that are left out of a day, all or of one kind: a piece of the day's page, or a page of its own."""
    first = request.args.get("first", 0, int)
    if not 0 <= first < 10_000_000:
        raise InputRejected(say("There is no number {first} in the list.", first=first), say("Begin with 0."))
    kind = OmissionCode(request.args.get("kind", ""))
    rep = rep_to_see(snapshot(), key)
    on = day_of(day)
    plan = current_plan(snapshot(), rep.id, on)
    if plan is None:
        raise NotFound(say("Nothing is planned for {day}.", day=day), say("Plan the day first."))
    page = left_out_page(plan, first, kind or None)
    accounts = {one.id: one for one in accounts_by_ids(snapshot(), [one.account_id for one in page.omissions])}
    piece = request.headers.get("HX-Request")
    return render_template(
        "day/left_out.html" if piece else "day/left_out_page.html",
        rep=rep,
        day=on,
        left_out=page,
        accounts=accounts,
        overrides=overrides_on(snapshot(), rep.id, on),
        may_change=may_write() and on >= today_of(rep) and not _missing(),
    )


def _may_be_urgent(plan: DayPlan) -> list[Omission]:
    """Those left out, nearest to being in first, whom somebody might have to visit after all."""
    never = {OmissionCode.VISITED, OmissionCode.GONE, OmissionCode.NOT_PLACED, OmissionCode.UNREACHABLE}
    return [one for one in plan.omissions if one.code not in never][:PAGE]


def _followed(rep: Rep, day: date, plan: DayPlan) -> Day:
    """A day's plan with what has been done of it."""
    tx = snapshot()
    visits = visits_of(tx, rep, day, plan)
    return follow(plan, visits, workspace().clock())


def _page(rep: Rep, day: date) -> ResponseReturnValue:
    now = workspace().clock()
    tx = snapshot()
    current = current_plan(tx, rep.id, day)
    visits = visits_of(tx, rep, day, current)
    wanted = set(current.account_ids) if current else set()
    wanted |= {one.account_id for one in left_out_page(current, most=LEFT_OUT_AT_FIRST).omissions} if current else set()
    wanted |= {visit.account_id for visit in visits}
    accounts = {account.id: account for account in accounts_by_ids(tx, sorted(wanted))}
    followed = follow(current, visits, now) if current else None
    today = today_of(rep)
    if current and may_write() and day >= today:
        make_ready()
    job = request.args.get("job", type=int)
    drawn = sketch = None
    if current and followed and current.stops:
        drawn = draw.day_map(rep.key, day)
        sketch = sketch_of(rep, followed, [one.key for one in all_reps(tx)].index(rep.key))
    elif job:
        drawn = draw.live_map(url_for("day.live_route", key=rep.key, day=day, job_id=job))
    return render_template(
        "day/show.html",
        rep=rep,
        day=day,
        followed=followed,
        plan=current,
        left_out=left_out_page(current, most=LEFT_OUT_AT_FIRST) if current else None,
        urgent=_may_be_urgent(current) if current else (),
        accounts=accounts,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1),
        today=today,
        is_over=day < today,
        own=me().rep_id == rep.id,
        may_write=may_write(),
        missing=_missing(),
        late_minutes=LATE_MINUTES,
        overrides=overrides_on(tx, rep.id, day),
        may_undo=may_write() and undoable(tx, me().id, rep.key, [day]),
        job=job,
        map=drawn,
        sketch=sketch,
    )


def _missing() -> GcrmError | None:
    """What must be done before a day can be planned at all."""
    try:
        workspace().areas.current()
    except GcrmError as missing:
        return missing
    return None
