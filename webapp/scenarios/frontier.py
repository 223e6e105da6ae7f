"""Balance against hand-overs on a page: points are drawn as a job finds them, and each can be made a scenario."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.jobs.model import Job, JobState
from gcrm.people.queries import all_reps
from gcrm.platform.errors import GcrmError, InputRejected, NotFound
from webapp.access import PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.jobs.plan_progress import UNDER_WAY, job_to_watch, watched
from webapp.scenarios.blueprint import blueprint
from webapp.scenarios.forms import choices_of, read_proposal
from webapp.scenarios.frontier_chart import charts_of
from webapp.scenarios.views import list_page
from webapp.scenarios.words import share

WEIGH = "territories frontier"
KEEP = "territories keep point"
EVEN = 0.05
"""Territories this near to their due are called even in the sentence above the drawing."""


@blueprint.post("/hand-overs")
@allow(*PLANNERS)
def weigh() -> ResponseReturnValue:
    """Weigh balance against hand-overs as a job, for what the form of proposals asks."""
    from gcrm.jobs.start import start

    tx = snapshot()
    try:
        params = read_proposal(tx, request.form, choices_of(tx, all_reps(tx)))
        if params["wish"]["start"] != "current":
            raise InputRejected(
                say("Hand-overs are counted from today's territories."), say("Start from today's territories.")
            )
    except GcrmError as refused:
        return list_page(refused), 400
    job = start(workspace(), WEIGH, params, me().id)
    return redirect(url_for("scenarios.hand_overs", job_id=job.id))


@blueprint.get("/hand-overs/<int:job_id>")
@allow(*PLANNERS)
def hand_overs(job_id: int) -> ResponseReturnValue:
    """The points found so far, or all of them."""
    job = job_to_watch(job_id, WEIGH)
    here = url_for("scenarios.hand_overs", job_id=job_id)
    return render_template(
        "scenarios/hand_overs.html",
        job=job,
        done=here,
        poll=url_for("scenarios.hand_overs_live", job_id=job_id, seen=0) if job.state in UNDER_WAY else None,
        under_way=UNDER_WAY,
        **_drawn(job),
    )


@blueprint.get("/hand-overs/<int:job_id>/live")
@allow(*PLANNERS)
def hand_overs_live(job_id: int) -> ResponseReturnValue:
    """How far it is, with the points so far for the page that waits for them."""
    job = job_to_watch(job_id, WEIGH)
    here = url_for("scenarios.hand_overs", job_id=job_id)
    return watched(
        job,
        here=lambda seen: url_for("scenarios.hand_overs_live", job_id=job_id, seen=seen),
        done=here,
        route=here,
        draw=lambda _: render_template("scenarios/points.html", job=job, oob=True, **_drawn(job)),
    )


@blueprint.post("/hand-overs/<int:job_id>/pick")
@allow(*PLANNERS)
def pick(job_id: int) -> ResponseReturnValue:
    """Make one point a scenario, as a job."""
    from gcrm.jobs.start import start

    weighed = job_to_watch(job_id, WEIGH)
    number = request.form.get("point", type=int)
    if weighed.state is not JobState.DONE or not weighed.result:
        raise InputRejected(say("Hand-overs are still being weighed."), say("Wait until all points are there."))
    result = weighed.result
    if number is None or not 0 <= number < len(result["points"]):
        raise InputRejected(say("No point is chosen."), say("Choose one in the drawing or in the table."))
    told: dict[str, Any] = {
        name: weighed.params[name] for name in ("wish", "reps", "count", "remarks") if name in weighed.params
    }
    point = result["points"][number]
    name = weighed.params.get("name") or f"{counted(point['moved'], 'hand-over', 'hand-overs')}, {_within(point)}"
    params: dict[str, Any] = {**told, "posts": result["posts"], "moves": result["moves"][number], "name": name}
    job = start(workspace(), KEEP, params, me().id)
    return redirect(url_for("scenarios.keeping", job_id=job.id))


@blueprint.get("/hand-overs/kept/<int:job_id>")
@allow(*PLANNERS)
def keeping(job_id: int) -> ResponseReturnValue:
    """How far making a point a scenario is; once it is there, on to it."""
    job = job_to_watch(job_id, KEEP)
    if job.state is JobState.DONE:
        if not job.result:
            raise NotFound(say("The scenario is not there any more."), say("See the list of scenarios."))
        return redirect(url_for("scenarios.show", scenario_id=job.result["scenario"]))
    told = {"job": job, "done": request.path, "under_way": UNDER_WAY, "title": say("Making it a scenario")}
    return render_template("scenarios/waiting.html", **told, back=url_for("scenarios.list_all"))


def _drawn(job: Job) -> dict[str, Any]:
    found: dict[str, Any] = job.result or {}
    points = found.get("points", [])
    return {
        "points": points,
        "charts": charts_of(points, years_known=bool(found.get("years_known"))),
        "money": any(one["revenue"] for one in points),
        "years": bool(found.get("years_known")),
        "territories": len(found.get("posts", ())),
        "finding": _finding(points),
        "remarks": found.get("remarks", []),
        "can_pick": job.state is JobState.DONE and bool(found.get("moves")),
    }


def _finding(points: list[dict[str, Any]]) -> str:
    """What the points say in a sentence."""
    if not points:
        return ""
    first, last = points[0], points[-1]
    if first["deviation"] <= EVEN:
        return say("Today's territories are within {share} of their share already.", share=share(first["deviation"]))
    if len(points) == 1:
        return say(
            "No hand-over makes it more even than today: the largest difference is {share}.",
            share=share(first["deviation"]),
        )
    now = say("The largest difference is {share} today.", share=share(first["deviation"]))
    even = next((one for one in points if one["deviation"] <= EVEN), None)
    chosen = even or last
    moved = counted(chosen["moved"], "hand-over", "hand-overs")
    return say(
        "{now} {moved} {what} it to {share}.",
        now=now,
        moved=moved,
        what=say("bring") if chosen["moved"] != 1 else say("brings"),
        share=share(chosen["deviation"]),
    )


def _within(point: dict[str, Any]) -> str:
    return say("within {share}", share=share(point["deviation"]))
