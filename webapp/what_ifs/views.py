"""What-ifs: suppose something, and see coverage, driving and nights beside what they are."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.model import Priority
from gcrm.common.language import say
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.queries import latest_jobs
from gcrm.people.queries import all_reps
from gcrm.platform.errors import GcrmError
from webapp.access import DESK, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import duration, kilometres, number, percent
from webapp.jobs.plan_progress import UNDER_WAY, job_to_watch
from webapp.what_ifs.forms import LONGER, STRETCH, WEEKS, read_supposed
from webapp.zones import today, zone_of_user

blueprint = Blueprint("what_ifs", __name__, url_prefix="/what-ifs", template_folder="templates")

KIND = "what if"
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the comparison. turn: 1 where more is better, -1 where less is, 0 where neither."""

    label: str
    before: str
    after: str
    difference: str
    turn: int


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """The form, and what was compared last."""
    return _page(None)


@blueprint.post("/")
@allow(*DESK)
def compare() -> ResponseReturnValue:
    """Compare as a job; its page shows how far it is, then the answer."""
    from gcrm.jobs.start import start

    reps = all_reps(snapshot())
    try:
        params = read_supposed(workspace(), request.form, reps, today(zone_of_user()))
    except GcrmError as refused:
        return _page(refused), 400
    job = start(workspace(), KIND, params, me().id)
    return redirect(url_for("what_ifs.answer", job_id=job.id))


@blueprint.get("/<int:job_id>")
@allow(*DESK)
def answer(job_id: int) -> ResponseReturnValue:
    """One comparison."""
    job = job_to_watch(job_id, KIND)
    measures = _measures(job.result) if job.state is JobState.DONE and job.result else []
    shown = {"job": job, "measures": measures, "said": _said(job), "names": _names()}
    return render_template("what_ifs/answer.html", **shown, under_way=UNDER_WAY, done=request.path)


def _page(refused: GcrmError | None) -> str:
    zone = zone_of_user()
    now = today(zone)
    reps = all_reps(snapshot())
    last = [job for job in latest_jobs(snapshot(), KIND) if job.user_id == me().id]
    return render_template(
        "what_ifs/show.html",
        reps=reps,
        first=now + timedelta(days=7 - now.weekday()),
        today=now,
        weeks=WEEKS,
        longer=[(minutes, say(text)) for minutes, text in LONGER],
        stretch=[(factor, say(text)) for factor, text in STRETCH],
        priorities=[one.value for one in Priority],
        given=request.form,
        refused=refused,
        last=[(job, _said(job)) for job in last[:SHOWN]],
        zone=zone,
    )


def _names() -> dict[str, str]:
    return {rep.key: rep.name for rep in all_reps(snapshot())}


def _said(job: Job) -> str:
    """What a comparison supposed, in a line."""
    names, told = _names(), job.params
    said = [say("without {rep}", rep=names.get(key, key)) for key in told.get("without", ())]
    said += [say(text) for minutes, text in LONGER if minutes == told.get("longer", 0) != 0]
    said += [say("another home for {rep}", rep=names.get(key, key)) for key in told.get("homes", {})]
    for priority, factor in told.get("stretch", {}).items():
        said += [
            say("{priority} accounts {times}", priority=priority, times=say(text))
            for known, text in STRETCH
            if known == factor
        ]
    return ", ".join(said)


def _measures(result: dict[str, Any]) -> list[Measure]:
    """The lines of the answer, those first that decide."""
    was, would = result["before"], result["after"]
    chance = set(result.get("within_noise", ()))
    rows = [
        _line(say("Due visits planned"), was, would, "coverage", percent, 1, by_chance="coverage" in chance),
        _line(say("Visits"), was, would, "visits", number, 1, by_chance="visits" in chance),
        _line(say("Driving"), was, would, "travel_s", duration, -1, by_chance="travel_s" in chance),
        _line(say("Driven"), was, would, "distance_m", kilometres, -1, by_chance="distance_m" in chance),
        _line(
            say("Share of the time driving"), was, would, "drive_share", percent, -1, by_chance="drive_share" in chance
        ),
        _line(say("Nights away"), was, would, "nights", number, -1, by_chance="nights" in chance),
        *(
            _line(say("{value} visits missed", value=one.value), was["missed"], would["missed"], one.value, number, -1)
            for one in Priority
        ),
    ]
    return [row for row in rows if row]


def _line(
    label: str,
    was: dict[str, Any],
    would: dict[str, Any],
    key: str,
    said: Any,
    better: int,
    *,
    by_chance: bool = False,
) -> Measure | None:
    """One measure; None where the plans do not tell it. by_chance: whether two searches differ by as much."""
    if key not in was or key not in would:
        return None
    before, after = was[key], would[key]
    words = (said(before), said(after))
    by = after - before
    if words[0] == words[1]:
        return Measure(label, *words, say("the same"), 0)
    if by_chance:
        return Measure(
            label,
            *words,
            say("{said} {what}, within the noise", said=said(abs(by)), what=say("more") if by > 0 else say("less")),
            0,
        )
    return Measure(
        label, *words, f"{said(abs(by))} {say('more') if by > 0 else say('less')}", better if by > 0 else -better
    )
