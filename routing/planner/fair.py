"""Fair work: how much of their hours reps work in a plan, and a plan in which they are more alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from routing.planner.check_horizon import check_horizon
from routing.planner.horizon import HorizonPlan, HorizonProblem
from routing.planner.solve_horizon import solve_horizon
from routing.stop_when import Budget

DEFAULT_S = 10.0
SLACKS = (0.5, 0.25, 0.1)
"""How much more than the team on average anybody may be with accounts, tried one after the other."""
MOST_PRICE = 0.15
"""So much of a plan's value may be given up for fairness."""
ALIKE = 0.02
"""Shares of work that differ by less than this are alike."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one rep does in a plan: driving and visits in seconds, of the hours in the shifts without their breaks."""

    rep: int
    work_s: int
    hours_s: int
    visits: int

    @property
    def share(self) -> float:
        """Work over hours, 0 for who has none."""
        return self.work_s / self.hours_s if self.hours_s else 0.0


def work_of(problem: HorizonProblem, plan: HorizonPlan) -> tuple[Work, ...]:
    """The work of each rep who has a shift, by rep."""
    found: dict[int, Work] = {}
    for shift, day in zip(problem.shifts, plan.shifts, strict=True):
        hours_s = shift.end_s - shift.start_s - (shift.lunch.duration_s if shift.lunch else 0)
        known = found.get(shift.rep, Work(shift.rep, 0, 0, 0))
        found[shift.rep] = Work(
            shift.rep,
            known.work_s + day.travel_s + day.service_s,
            known.hours_s + hours_s,
            known.visits + len(day.stops),
        )
    return tuple(found[rep] for rep in sorted(found))


def spread(works: tuple[Work, ...]) -> float:
    """How far the busiest rep is from the idlest, in shares of the hours; 0 for one rep alone."""
    shares = [work.share for work in works if work.hours_s]
    return max(shares) - min(shares) if shares else 0.0


def evened_out(
    problem: HorizonProblem,
    plan: HorizonPlan,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    stop: Callable[[], bool] | None = None,
) -> HorizonPlan:
    """A plan in which reps work more alike, or the plan as it is where that is not to be had for its price.

    The time for visits in each shift is limited to little more than the team's average, and all is planned again, a few
    times over. So much of the value as `MOST_PRICE` may be given up, and no required visit.

    seconds: 10 if no bound is given. steps: of each core, shared by all tries; with the same steps and seed the same
    plan comes out on any machine.
    """
    limited = _limitable(problem)
    best = plan
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    for number, slack in enumerate(SLACKS):
        if budget.over() or spread(work_of(problem, best)) <= ALIKE:
            break
        for_this_s = None if seconds is None and steps is not None else budget.left_s() / (len(SLACKS) - number)
        for_this = None if steps is None else max(1, steps // len(SLACKS))
        limits = _limits(problem, plan, slack)
        shifts = tuple(replace(one, capacity=most) for one, most in zip(limited.shifts, limits, strict=True))
        again = replace(limited, shifts=shifts)
        found = solve_horizon(again, seconds=for_this_s, steps=for_this, seed=seed, stop=stop)
        found = replace(found, bound=None, proven=False, first_s=plan.first_s)
        if not check_horizon(problem, found) and _is_worth_it(problem, plan, best, found):
            best = found
    return best


def _limitable(problem: HorizonProblem) -> HorizonProblem:
    """The same with the length of each visit as its demand; of what is required nothing is ever limited."""
    clients = tuple(replace(one, demand=0 if one.required else one.service_s) for one in problem.clients)
    return replace(problem, clients=clients)


def _limits(problem: HorizonProblem, plan: HorizonPlan, slack: float) -> list[int]:
    """For each shift the most seconds of visits: its share of all visits by its hours, and some slack."""
    hours_s = [shift.end_s - shift.start_s for shift in problem.shifts]
    longest = max((client.service_s for client in problem.clients), default=0)
    average = plan.service_s / max(1, sum(hours_s))
    return [max(longest, round(hours * average * (1 + slack))) for hours in hours_s]


def _is_worth_it(problem: HorizonProblem, first: HorizonPlan, best: HorizonPlan, plan: HorizonPlan) -> bool:
    if _required(problem, plan) < _required(problem, first):
        return False
    price = (first.value - plan.value) / max(1.0, abs(first.value))
    return price <= MOST_PRICE and spread(work_of(problem, plan)) < spread(work_of(problem, best))


def _required(problem: HorizonProblem, plan: HorizonPlan) -> int:
    return sum(chosen is not None and problem.clients[c].required for c, chosen in enumerate(plan.patterns))
