"""Jobs: the list, one job, its progress as a piece of another page, and cancelling."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.db import Transaction
from gcrm.domain.job import Job, JobState
from gcrm.domain.user import Role
from gcrm.errors import NotFound
from gcrm.jobs.reporter import enough_key
from webapp.access import EVERYONE, PLANNERS, allow, me
from webapp.context import workspace
from webapp.security import safe_target
from webapp.zones import zone_of_user

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs", template_folder="templates")

UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@blueprint.get("/")
@allow(*PLANNERS)
def list_jobs() -> ResponseReturnValue:
    """The latest jobs; a planner sees his own."""
    with workspace().store.read() as tx:
        jobs = [job for job in tx.jobs.list(200) if _may_see(job)]
        names = {user.id: user.name for user in tx.users.all()}
    shown = {"jobs": jobs[:100], "names": names, "zone": zone_of_user(), "under_way": UNDER_WAY}
    if request.headers.get("HX-Request"):
        return render_template("jobs/rows.html", **shown)
    return render_template("jobs/list.html", **shown)


@blueprint.get("/<int:job_id>")
@allow(*EVERYONE)
def show(job_id: int) -> ResponseReturnValue:
    """One job."""
    with workspace().store.read() as tx:
        job = _job(tx, job_id)
    return render_template("jobs/show.html", job=job, zone=zone_of_user(), under_way=UNDER_WAY)


@blueprint.get("/<int:job_id>/piece")
@allow(*EVERYONE)
def piece(job_id: int) -> ResponseReturnValue:
    """How far a job is, for a page that waits for it; when it is done that page is loaded anew."""
    with workspace().store.read() as tx:
        job = _job(tx, job_id)
    done = safe_target(request.args.get("done")) or url_for("jobs.show", job_id=job_id)
    if job.state is JobState.DONE:
        return "", 200, {"HX-Redirect": done}
    return render_template("jobs/piece.html", job=job, done=done, under_way=UNDER_WAY)


@blueprint.post("/<int:job_id>/cancel")
@allow(*EVERYONE)
def cancel(job_id: int) -> ResponseReturnValue:
    """Ask a job to stop; it does so between two pieces of work and keeps nothing."""
    with workspace().store.write() as tx:
        _job(tx, job_id)
        tx.jobs.request_cancel(job_id)
    if request.headers.get("HX-Request"):
        return redirect(url_for("jobs.piece", job_id=job_id, done=safe_target(request.form.get("done"))), 303)
    flash("The job has been asked to stop.")
    return redirect(url_for("jobs.show", job_id=job_id))


@blueprint.post("/<int:job_id>/enough")
@allow(*EVERYONE)
def enough(job_id: int) -> ResponseReturnValue:
    """Let a search for a plan end now and keep the best that it has found."""
    with workspace().store.write() as tx:
        job = _job(tx, job_id)
        if job.state in UNDER_WAY:
            tx.settings.set(enough_key(job_id), "now")
    if request.headers.get("HX-Request"):
        return redirect(url_for("jobs.piece", job_id=job_id, done=safe_target(request.form.get("done"))), 303)
    flash("The best plan so far is taken.")
    return redirect(url_for("jobs.show", job_id=job_id))


def _may_see(job: Job) -> bool:
    return me().role is Role.ADMINISTRATOR or job.user_id == me().id


def _job(tx: Transaction, job_id: int) -> Job:
    """The job if it is the signed-in user's own, or any for an administrator. Raises NotFound."""
    hidden = NotFound(f"There is no job {job_id} of yours.", "See the list of jobs.")
    try:
        job = tx.jobs.get(job_id)
    except NotFound as unknown:
        raise hidden from unknown
    if not _may_see(job):
        raise hidden
    return job
