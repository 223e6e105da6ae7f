"""Work among the reps of a plan: how much each does, evened out where that is asked for, and what it costs."""

from gcrm.common.language import say
from gcrm.planning.horizon_problem import Span
from gcrm.planning.search import refuse_faults
from gcrm.planning.week_plan import Evened, Workload
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.progress import Progress
from routing.planner.check_horizon import check_horizon
from routing.planner.fair import evened_out, spread, work_of
from routing.planner.horizon import HorizonPlan, HorizonProblem


def evened(
    problem: HorizonProblem,
    plan: HorizonPlan,
    *,
    seconds: float | None,
    steps: int | None = None,
    seed: int,
    progress: Progress,
) -> HorizonPlan:
    """The plan with work more alike among the reps, checked. Raises Cancelled if `progress` does."""
    with until_stopped(progress, lambda: say("Evening out the work"), seconds) as stop:
        fair = evened_out(problem, plan, seconds=seconds, steps=steps, seed=seed, stop=stop)
    refuse_faults(check_horizon(problem, fair))
    return fair


def work_among(span: Span, problem: HorizonProblem, plan: HorizonPlan) -> tuple[Workload, ...]:
    """What each rep does."""
    return tuple(
        Workload(span.reps[one.rep].key, one.visits, one.work_s, one.hours_s, round(one.share, 4))
        for one in work_of(problem, plan)
    )


def price_of_evening(problem: HorizonProblem, before: HorizonPlan, after: HorizonPlan) -> Evened:
    """What evening out did."""
    works = work_of(problem, before), work_of(problem, after)
    return Evened(
        spread_before=round(spread(works[0]), 4),
        spread=round(spread(works[1]), 4),
        value=round(after.value - before.value, 2),
        visits=sum(one.visits for one in works[1]) - sum(one.visits for one in works[0]),
        travel_s=after.travel_s - before.travel_s,
    )
