"""Jobs: the list, one job, its progress as a piece of another page, and cancelling."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.jobs.model import JobState
from gcrm.jobs.queries import latest_jobs
from gcrm.jobs.steer import cancel_job, take_best_so_far
from gcrm.jobs.workers import NOBODY, waits_for_a_worker
from gcrm.people.queries import user_names
from webapp.access import EVERYONE, PLANNERS, allow
from webapp.context import snapshot, workspace
from webapp.jobs.own import job_to_see, may_see
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.security import safe_target
from webapp.zones import zone_of_user

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs", template_folder="templates")


@blueprint.app_context_processor
def _about_workers() -> dict[str, Any]:
    """For each template that shows a job: whether anybody is there to do it."""
    return {"waits_for_a_worker": lambda job: waits_for_a_worker(workspace(), job), "no_worker": NOBODY}


@blueprint.get("/")
@allow(*PLANNERS)
def list_jobs() -> ResponseReturnValue:
    """The latest jobs; a planner sees his own."""
    jobs = [job for job in latest_jobs(snapshot()) if may_see(job)]
    names = user_names(snapshot())
    shown = {"jobs": jobs[:100], "names": names, "zone": zone_of_user(), "under_way": UNDER_WAY}
    if request.headers.get("HX-Request"):
        return render_template("jobs/rows.html", **shown)
    return render_template("jobs/list.html", **shown)


@blueprint.get("/<int:job_id>")
@allow(*EVERYONE)
def show(job_id: int) -> ResponseReturnValue:
    """One job."""
    job = job_to_see(snapshot(), job_id)
    return render_template("jobs/show.html", job=job, zone=zone_of_user(), under_way=UNDER_WAY)


@blueprint.get("/<int:job_id>/piece")
@allow(*EVERYONE)
def piece(job_id: int) -> ResponseReturnValue:
    """How far a job is, for a page that waits for it; when it is done that page is loaded anew."""
    job = job_to_see(snapshot(), job_id)
    done = safe_target(request.args.get("done")) or url_for("jobs.show", job_id=job_id)
    if job.state is JobState.DONE:
        return "", 200, {"HX-Redirect": done}
    drawn = render_template("jobs/piece.html", job=job, done=done, under_way=UNDER_WAY)
    if job.state in UNDER_WAY:
        return drawn
    # It has ended: the whole piece goes, not only its state.
    return drawn, 200, {"HX-Retarget": f"#job-{job.id}", "HX-Reswap": "outerHTML"}


@blueprint.post("/<int:job_id>/cancel")
@allow(*EVERYONE)
def cancel(job_id: int) -> ResponseReturnValue:
    """Ask a job to stop; it does so between two pieces of work and keeps nothing."""
    job_to_see(snapshot(), job_id)
    cancel_job(workspace(), job_id)
    if request.headers.get("HX-Request"):
        return _to_piece(job_id)
    flash(say("Stopping the job."))
    return redirect(url_for("jobs.show", job_id=job_id))


@blueprint.post("/<int:job_id>/enough")
@allow(*EVERYONE)
def enough(job_id: int) -> ResponseReturnValue:
    """Let a search for a plan end now and keep the best that it has found."""
    job_to_see(snapshot(), job_id)
    take_best_so_far(workspace(), job_id)
    if request.headers.get("HX-Request"):
        return _to_piece(job_id)
    flash(say("Using the best plan so far."))
    return redirect(url_for("jobs.show", job_id=job_id))


def _to_piece(job_id: int) -> ResponseReturnValue:
    """On to how far the job is, as the page that waits for it asks for that."""
    general = url_for("jobs.piece", job_id=job_id, done=safe_target(request.form.get("done")))
    return redirect(safe_target(request.form.get("poll")) or general, 303)
