"""Planned days and weeks: read, planned as a job, changed by a proposal that is applied or forgotten; jobs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from gcrm.jobs.model import Job
from gcrm.jobs.queries import latest_jobs
from gcrm.people.model import Rep
from gcrm.people.token import Scope
from gcrm.planning.day_json import write_change, write_day
from gcrm.planning.proposal import Override, Proposal, ProposedDay, Wish
from gcrm.planning.proposal_json import write_cost
from gcrm.planning.proposal_titles import title_of_move, title_of_override
from gcrm.planning.queries import current_plan, plans_between
from gcrm.platform.errors import InputRejected, NotFound
from webapp.access import WRITERS, account_to_see, me, rep_to_see
from webapp.api.operation import Given, Reply, operation
from webapp.api.pages import paged
from webapp.api.problems import Refused
from webapp.api.shapes import (
    CURSOR,
    DAY,
    FLAG,
    ID,
    JOB,
    LIMIT,
    PROBLEM,
    TEXT,
    WHOLE,
    listed,
    maybe,
    named,
    page,
    record,
)
from webapp.context import snapshot, workspace
from webapp.given import day_of
from webapp.jobs.own import job_to_see, may_see
from webapp.zones import today_of

TAG = "Plans"
MOST_DAYS = 92
MOST_SECONDS = 300

PLAN = named(
    "DayPlan",
    {
        "type": "object",
        "description": "A planned day: stops with their times and why, legs, who was left out and why.",
        "required": ["rep", "date", "stops", "dropped", "travel_s", "distance_m"],
        "properties": {
            "rep": TEXT,
            "date": DAY,
            "stops": listed({"type": "object"}),
            "dropped": listed({"type": "object"}),
        },
    },
)
PLANS = named("DayPlans", record({"items": listed(PLAN)}))
WISHES = [str(one) for one in Wish]
NEW_PROPOSAL = named(
    "NewProposal",
    record(
        {"account_id": ID, "what": {"type": "string", "enum": WISHES}},
        {
            "start": {
                "type": "string",
                "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
                "description": "Of the rep's clock.",
            },
            "to": {**DAY, "description": "Move it to that day."},
        },
    ),
)
PROPOSAL = named(
    "Proposal",
    record({
        "id": maybe(ID), "title": TEXT, "refused": TEXT, "warning": TEXT,
        "days": listed(record({
            "date": DAY, "replaces": maybe(WHOLE), "refused": TEXT, "cost": maybe({"type": "object"}),
            "changes": listed({"type": "object"}), "plan": maybe(PLAN),
        })),
    }),
)  # fmt: skip
NEW_PLANNING = named(
    "NewPlanning",
    record({"date": DAY}, {
        "weeks": {"type": "integer", "minimum": 1, "maximum": 8, "description": "So many weeks; without it one day."},
        "seconds": {"type": "number", "minimum": 1, "maximum": MOST_SECONDS, "description": "How long to search."},
    }),
)  # fmt: skip


@operation(
    "GET", "/reps/<key>/plans", "The planned days of a rep", tag=TAG, scope=Scope.PLANS_READ,
    query={
        "from": {**DAY, "x-required": True},
        "to": {**DAY, "description": f"At most {MOST_DAYS} days in all; 7 without it."},
    },
    answers={200: ("The plans that hold, by day; days without one are left out.", PLANS)},
)  # fmt: skip
def list_plans(given: Given) -> Reply:
    """A rep reads the own ones."""
    tx = snapshot()
    rep = rep_to_see(tx, given.path["key"])
    first = day_of(given.query["from"])
    last = day_of(given.query["to"]) if "to" in given.query else first + timedelta(days=6)
    if not first <= last <= first + timedelta(days=MOST_DAYS - 1):
        raise InputRejected(f"{first} to {last} cannot be read at once.", f"Ask for at most {MOST_DAYS} days.")
    return Reply({"items": [write_day(plan) for plan in plans_between(tx, rep.id, first, last).values()]})


@operation(
    "GET", "/reps/<key>/plans/<day>", "One planned day of a rep", tag=TAG, scope=Scope.PLANS_READ, path={"day": DAY},
    answers={200: ("The plan that holds.", PLAN)},
)  # fmt: skip
def read_plan(given: Given) -> Reply:
    """As `gcrm plan day --json` says it."""
    tx = snapshot()
    rep = rep_to_see(tx, given.path["key"])
    plan = current_plan(tx, rep.id, day_of(given.path["day"]))
    if plan is None:
        raise NotFound(f"Nothing is planned for {given.path['day']}.", "Plan the day first.")
    return Reply(write_day(plan))


@operation(
    "POST", "/reps/<key>/plans", "Plan a day, or weeks, as a job", tag=TAG, scope=Scope.PLANS_WRITE, roles=WRITERS,
    body=NEW_PLANNING, answers={202: ("The job; its result is the plan.", JOB)},
)  # fmt: skip
def start_planning(given: Given) -> Reply:
    """Read the job until its state is done. A rep plans the own days."""
    from gcrm.jobs.start import start

    rep = rep_to_see(snapshot(), given.path["key"])
    day = _day_to_change(rep, given.body["date"])
    search = {"seconds": float(given.body["seconds"])} if "seconds" in given.body else {}
    if "weeks" in given.body:
        params = {"reps": [rep.key], "date": day.isoformat(), "weeks": given.body["weeks"], **search}
        job = start(workspace(), "plan week", params, me().id)
    else:
        job = start(workspace(), "plan day", {"rep": rep.key, "date": day.isoformat(), **search}, me().id)
    return Reply(job_json(job), 202, headers={"Location": f"/api/v1/jobs/{job.id}"})


@operation(
    "POST", "/reps/<key>/plans/<day>/proposals", "Try a change of a planned day", tag=TAG, scope=Scope.PLANS_WRITE,
    roles=WRITERS, path={"day": DAY}, body=NEW_PROPOSAL,
    answers={201: ("What the days would be, and at what cost. Nothing has changed yet.", PROPOSAL)},
)  # fmt: skip
def propose_change(given: Given) -> Reply:
    """Pin a visit, move it to a time or a day, take it out or forbid it.

    Where `refused` says why it is not possible there is no id.
    """
    from gcrm.planning.apply_change import propose
    from gcrm.planning.move_to_day import bring_to_day, move_to_day

    tx = snapshot()
    rep = rep_to_see(tx, given.path["key"])
    day = _day_to_change(rep, given.path["day"])
    account = account_to_see(tx, given.body["account_id"])
    start = time.fromisoformat(given.body["start"]) if "start" in given.body else None
    wish = Wish(given.body["what"])
    onto = _day_to_change(rep, given.body["to"]) if "to" in given.body else day
    if wish is Wish.MOVE and start is None and onto == day:
        raise InputRejected("It is not said when.", "Send `start`, or the day to move it `to`.")
    days: Sequence[ProposedDay]
    if onto != day:
        days = move_to_day(workspace(), rep.key, day, onto, account.id, start)
        title = title_of_move(days[1])
    else:
        override = Override(account.id, wish, start if wish is Wish.MOVE else None)
        days = bring_to_day(workspace(), rep.key, day, override)
        title = title_of_move(days[-1]) if len(days) > 1 else title_of_override(days[-1])
    proposal = Proposal(rep.key, title, tuple(days), workspace().clock(), me().id)
    if not proposal.refused:
        proposal = propose(workspace(), proposal)
    return Reply(proposal_json(proposal), 201)


@operation(
    "POST", "/reps/<key>/plans/<day>/proposals/<int:proposal_id>/apply", "Make a proposal the plan", tag=TAG,
    scope=Scope.PLANS_WRITE, roles=WRITERS, path={"day": DAY}, body=named("Apply", record({}, {"anyway": FLAG})),
    answers={
        200: ("The plans that hold now.", PLANS),
        412: ("A day was planned again meanwhile; both versions.", PROBLEM),
    },
)  # fmt: skip
def apply_change(given: Given) -> Reply:
    """All of its days or none. `anyway` takes the place of a plan that has come meanwhile."""
    from gcrm.planning.apply_change import ChangedMeanwhile, apply_proposal

    rep = rep_to_see(snapshot(), given.path["key"])
    _day_to_change(rep, given.path["day"])
    number = given.path["proposal_id"]
    try:
        plans = apply_proposal(workspace(), number, rep.key, me().id, anyway=given.body.get("anyway", False))
    except ChangedMeanwhile as changed:
        raise Refused(
            412, changed.fault, "Choose between the two: propose again, or send anyway.",
            current={"items": [write_day(one.current) for one in changed.versions if one.current]},
            sent=proposal_json(changed.proposal),
        ) from changed  # fmt: skip
    return Reply({"items": [write_day(plan) for plan in plans]})


@operation(
    "GET", "/jobs", "List jobs", tag="Jobs", scope=Scope.PLANS_READ, query={"cursor": CURSOR, "limit": LIMIT},
    answers={200: ("A page of the latest jobs, by id, without their results.", page("Jobs", JOB))},
)  # fmt: skip
def list_jobs(given: Given) -> Reply:
    """The own ones; an administrator sees all."""
    found = [replace(job, result=None) for job in latest_jobs(snapshot()) if may_see(job)]
    return paged(given, found, job_json, lambda one: one.id)


@operation(
    "GET", "/jobs/<int:job_id>", "How far a job is", tag="Jobs", scope=Scope.PLANS_READ,
    answers={200: ("The job, with its result once it is done.", JOB)},
)  # fmt: skip
def read_job(given: Given) -> Reply:
    """One of somebody else is answered as one that does not exist."""
    return Reply(job_json(job_to_see(snapshot(), given.path["job_id"])))


@operation(
    "POST", "/jobs/<int:job_id>/cancel", "Ask a job to stop", tag="Jobs", scope=Scope.PLANS_WRITE,
    answers={200: ("The job.", JOB)},
)  # fmt: skip
def cancel_job(given: Given) -> Reply:
    """It stops between two pieces of work and keeps nothing."""
    from gcrm.jobs.steer import cancel_job as cancel

    job = job_to_see(snapshot(), given.path["job_id"])
    return Reply(job_json(cancel(workspace(), job.id)))


def job_json(job: Job) -> dict[str, Any]:
    """A job as the API answers it."""
    instants = ("created_at", "started_at", "finished_at")
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state.value,
        "message": job.message,
        "done": job.done,
        "total": job.total,
        "error": job.error,
        "remedy": job.remedy,
        "result": job.result,
        **{name: at.isoformat() if (at := getattr(job, name)) else None for name in instants},
    }


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """A proposal as the API answers it."""
    return {
        "id": proposal.id,
        "title": proposal.title,
        "refused": proposal.refused,
        "warning": proposal.warning,
        "days": [
            {
                "date": day.day.isoformat(),
                "replaces": day.replaces,
                "refused": day.refused,
                "cost": write_cost(day.cost) if day.cost else None,
                "changes": [write_change(one) for one in day.changes],
                "plan": write_day(day.plan) if day.plan else None,
            }
            for day in proposal.days
        ],
    }


def _day_to_change(rep: Rep, text: str) -> date:
    day = day_of(text)
    if day < today_of(rep):
        raise InputRejected("That day is over.", "Change today or a day to come.")
    return day
