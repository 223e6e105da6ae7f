"""A plan on its way: each better one is put into the page that waits for it, until its job has ended."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.jobs.model import Job, JobState
from gcrm.planning.day_json import read_day
from gcrm.planning.day_plan import NOTHING_KNOWN, DayPlan
from gcrm.platform.errors import NotFound
from webapp.context import snapshot, workspace
from webapp.formats import commands
from webapp.jobs.own import job_to_see

UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)

Found = dict[str, Any]


def job_to_watch(job_id: int, kind: str, **told: Any) -> Job:
    """A job of the signed-in user, of that kind and told just that. Raises NotFound."""
    tx = snapshot()
    job = job_to_see(tx, job_id)
    if job.kind != kind or any(job.params.get(name) != value for name, value in told.items()):
        raise NotFound(say("Job {job_id} does something else.", job_id=job_id), say("See the list of jobs."))
    return job


def found_so_far(job: Job) -> Found | None:
    """The best that a running job has found so far, None before the first and once it has ended."""
    return job.result if job.state is JobState.RUNNING and job.result else None


def as_plan(found: Found) -> DayPlan:
    """A day that is still being searched for."""
    return replace(read_day(found), quality=NOTHING_KNOWN, planned_at=workspace().clock())


def watched(
    job: Job,
    *,
    here: Callable[[int], str],
    done: str,
    route: str,
    draw: Callable[[Found], str],
) -> ResponseReturnValue:
    """What a page that waits for a plan asks for again and again: how far it is, and the best plan if it is new.

    here: the address to ask next, from the number of the plan that is shown; route: what the map fetches; draw: the
    parts of the page to put in the place of those that are there. Once the job has ended the page is loaded anew.
    """
    if job.state not in UNDER_WAY:
        if job.state is JobState.CANCELLED:
            flash(say("Stopped. The earlier plan stays."))
        if job.state is JobState.FAILED:
            flash(commands(f"{job.error or say('The job failed.')} {job.remedy}".strip()), "problem")
        return "", 200, {"HX-Redirect": done}
    seen = request.args.get("seen", 0, int)
    found = found_so_far(job)
    number = max(seen, found["number"]) if found else seen
    piece = render_template("jobs/piece.html", job=job, done=done, poll=here(number), under_way=UNDER_WAY)
    if found is None or number == seen:
        return piece
    return piece + draw(found), 200, {"HX-Trigger": json.dumps({"gcrm:reload": {"url": route}})}
