"""What is decided about a scenario: tried first, approved for a day, applied, taken back."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import number, say
from gcrm.jobs.model import JobState
from gcrm.platform.errors import InputRejected
from gcrm.territories.scenarios.apply import apply_scenario, approve, take_back, withdraw
from gcrm.territories.scenarios.change_by_hand import ChangedMeanwhile
from gcrm.territories.scenarios.compare import compare
from gcrm.territories.scenarios.due import next_monday
from gcrm.territories.scenarios.queries import one_scenario, version_of
from webapp.access import PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import counted, full_day
from webapp.given import day_of
from webapp.jobs.plan_progress import UNDER_WAY, job_to_watch
from webapp.scenarios.blueprint import blueprint
from webapp.zones import today, zone_of_user

SIMULATE = "territories simulate"
WEEKS = (4, 8, 13, 26)
SECONDS_A_REP = 5.0
LISTED = 20
"""Accounts that are named of those that stayed."""


@blueprint.post("/<int:scenario_id>/simulate")
@allow(*PLANNERS)
def simulate(scenario_id: int) -> ResponseReturnValue:
    """Plan every rep's weeks under it, as a job."""
    from gcrm.jobs.start import start

    one_scenario(snapshot(), scenario_id)
    weeks = request.form.get("weeks", 13, int)
    if weeks not in WEEKS:
        raise InputRejected(
            say("{weeks} weeks is not offered.", weeks=weeks),
            say("Choose one of {choices}.", choices=", ".join(map(str, WEEKS))),
        )
    first = next_monday(workspace().clock())
    params = {"scenario": scenario_id, "date": first.isoformat(), "weeks": weeks, "seconds": SECONDS_A_REP}
    job = start(workspace(), SIMULATE, params, me().id)
    return redirect(url_for("scenarios.simulating", scenario_id=scenario_id, job_id=job.id))


@blueprint.get("/<int:scenario_id>/simulating/<int:job_id>")
@allow(*PLANNERS)
def simulating(scenario_id: int, job_id: int) -> ResponseReturnValue:
    """How far the simulation is; once it is done, back to the scenario, which has the result."""
    job = job_to_watch(job_id, SIMULATE, scenario=scenario_id)
    back = url_for("scenarios.show", scenario_id=scenario_id)
    if job.state is JobState.DONE:
        return redirect(f"{back}#simulation")
    told = {"job": job, "done": request.path, "under_way": UNDER_WAY, "title": say("Planning every rep's weeks")}
    return render_template("scenarios/waiting.html", **told, back=back)


@blueprint.get("/<int:scenario_id>/apply")
@allow(*PLANNERS)
def before_applying(scenario_id: int) -> ResponseReturnValue:
    """What applying it will do, before it does."""
    return _apply_page(scenario_id)


@blueprint.post("/<int:scenario_id>/approve")
@allow(*PLANNERS)
def approve_it(scenario_id: int) -> ResponseReturnValue:
    """Approve it, for a day or without one."""
    text = request.form.get("on", "").strip()
    on = day_of(text) if text else None
    if on is not None and on < today(zone_of_user()):
        raise InputRejected(say("That day is over."), say("Choose today or later."))

    def decide() -> str:
        done = approve(workspace(), scenario_id, on, me().id, request.form.get("version"))
        when = say(" It applies on {apply_on}.", apply_on=full_day(done.apply_on)) if done.apply_on else ""
        return say("{name} approved.{when}", name=done.name, when=when)

    return _decided(scenario_id, decide)


@blueprint.post("/<int:scenario_id>/withdraw")
@allow(*PLANNERS)
def withdraw_it(scenario_id: int) -> ResponseReturnValue:
    """Make an approved one a draft again."""
    return _decided(scenario_id, lambda: say("{name} is a draft again.", name=withdraw(workspace(), scenario_id).name))


@blueprint.post("/<int:scenario_id>/apply")
@allow(*PLANNERS)
def apply_it(scenario_id: int) -> ResponseReturnValue:
    """Make it the alignment, now."""

    def decide() -> str:
        done = apply_scenario(workspace(), scenario_id, me().id, request.form.get("version"))
        return say(
            "{name} applied. {accounts} changed hands.",
            name=done.scenario.name,
            accounts=counted(done.moved, "account", "accounts"),
        )

    return _decided(scenario_id, decide)


@blueprint.post("/<int:scenario_id>/take-back")
@allow(*PLANNERS)
def take_it_back(scenario_id: int) -> ResponseReturnValue:
    """Set territories and accounts back to what they were before it was applied."""
    done = take_back(workspace(), scenario_id, me().id)
    flash(
        say(
            "{name} undone. {accounts} changed hands.",
            name=done.scenario.name,
            accounts=counted(done.moved, "account", "accounts"),
        )
    )
    for _, name, reason in done.kept[:LISTED]:
        flash(say("{name} stays: {reason}", name=name, reason=reason))
    if len(done.kept) > LISTED:
        flash(
            say(
                "And {kept} more accounts stay where somebody has put them since.", kept=number(len(done.kept) - LISTED)
            )
        )
    return redirect(url_for("scenarios.show", scenario_id=scenario_id))


def _decided(scenario_id: int, decide: Callable[[], str]) -> ResponseReturnValue:
    try:
        flash(decide())
    except ChangedMeanwhile as late:
        return _apply_page(scenario_id, late), 409
    return redirect(url_for("scenarios.show", scenario_id=scenario_id))


def _apply_page(scenario_id: int, refused: ChangedMeanwhile | None = None) -> str:
    tx = snapshot()
    scenario = one_scenario(tx, scenario_id)
    found = compare(workspace(), None, scenario_id)
    return render_template(
        "scenarios/apply.html",
        scenario=scenario,
        version=version_of(tx, scenario_id),
        found=found,
        appointments=sum(len(one.appointments) for one in found.moves),
        vacant=[one for one in scenario.territories if one.rep_id is None and one.figures.accounts],
        refused=refused,
        today=today(zone_of_user()),
        zone=zone_of_user(),
    )
