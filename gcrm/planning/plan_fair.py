"""Work among the reps of a plan: how much each does, evened out where that is asked for, and what it costs."""

from typing import Any

from gcrm.planning.horizon_problem import Span
from gcrm.planning.plan_day import refuse_faults
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.progress import Progress
from routing.planner.check_horizon import check_horizon
from routing.planner.fair import evened_out, spread, work_of
from routing.planner.horizon import HorizonPlan, HorizonProblem


def evened(problem: HorizonProblem, plan: HorizonPlan, *, seconds: float, seed: int, progress: Progress) -> HorizonPlan:
    """The plan with work more alike among the reps, checked. Raises Cancelled if `progress` does."""
    with until_stopped(progress, lambda: "Evening out the work", seconds) as stop:
        fair = evened_out(problem, plan, seconds=seconds, seed=seed, stop=stop)
    refuse_faults(check_horizon(problem, fair))
    return fair


def work_document(span: Span, problem: HorizonProblem, plan: HorizonPlan) -> list[dict[str, Any]]:
    """What each rep does: [{rep, visits, work_s: driving and visits, hours_s: without breaks, share of them}]."""
    return [
        {
            "rep": span.reps[one.rep].key,
            "visits": one.visits,
            "work_s": one.work_s,
            "hours_s": one.hours_s,
            "share": round(one.share, 4),
        }
        for one in work_of(problem, plan)
    ]


def price_document(problem: HorizonProblem, before: HorizonPlan, after: HorizonPlan) -> dict[str, Any]:
    """What evening out did: {spread_before, spread: busiest less idlest; value, visits, travel_s: by how much}."""
    works = work_of(problem, before), work_of(problem, after)
    return {
        "spread_before": round(spread(works[0]), 4),
        "spread": round(spread(works[1]), 4),
        "value": round(after.value - before.value, 2),
        "visits": sum(one.visits for one in works[1]) - sum(one.visits for one in works[0]),
        "travel_s": after.travel_s - before.travel_s,
    }
