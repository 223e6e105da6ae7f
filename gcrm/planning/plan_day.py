"""Plan one day of one rep: which accounts to visit, in which order, when, and why the others are left out."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.candidates import Candidate, LeftOut, choose
from gcrm.planning.coming_visits import planned_twice
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.keep_plan import keep_plans, known_plans
from gcrm.planning.optimality_gap import most_of_all
from gcrm.planning.pins import Pins
from gcrm.planning.plan_inputs import PlanInputs, pins_with_file, plan_inputs
from gcrm.planning.planned_day import day_without_stops, planned_day, too_late_home_s
from gcrm.planning.preselect import preselect, straight_m
from gcrm.planning.problem import state_day
from gcrm.planning.reasons import left_out, not_looked_at, with_tried_remedies
from gcrm.planning.search import DAY_SECONDS, checked_bound, solved
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace
from routing.planner.plan import DayPlan as SolvedDay
from routing.planner.problem import DayProblem
from routing.points import as_points
from routing.travel_times.protocol import TravelTimes

SLACK_TRIES = 4
"""So often a day is planned anew, each time shorter, until it ends in time as often as its rep wants."""


def plan_day(
    workspace: Workspace,
    rep_key: str,
    day: date,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    pin_file: Path | None = None,
    progress: Progress = quiet,
) -> DayPlan:
    """Plan the day, check it, keep it, and return it with the number it is kept under.

    seconds: wall time given to the search, 5 where no bound is given. steps: of the search; with the same steps and the
    same seed the same plan comes out on any machine. pin_file: what is decided already (gcrm/planning/pins.py). What
    cannot be visited comes back in `omissions` with its reason; a day off, a rep without accounts or without a road at
    home give a day without stops, not an error.
    Raises NotFound for an unknown rep, NotReady where no area is imported, InputRejected for a bound that cannot be,
    Cancelled if `progress` says so, Conflict where somebody changed the day by hand meanwhile; nothing is kept then.
    """
    began = time.monotonic()
    seconds = checked_bound(seconds, steps, DAY_SECONDS)
    progress(say("Reading the accounts"))
    inputs = plan_inputs(workspace, rep_key, day)
    known = known_plans(workspace, [inputs.rep.id], [day])
    pins = pins_with_file(inputs, pin_file, inputs.accounts)
    times = workspace.travel_times
    plan = best_day(times, inputs, day, pins, seconds=seconds, steps=steps, seed=seed, progress=progress)
    twice = planned_twice(plan, {one.id: one for one in inputs.accounts}, inputs.seen.coming)
    plan = plan.with_remarks((*inputs.notes, *pins.faults, *twice), workspace.clock(), time.monotonic() - began)
    # The last chance to stop.
    progress(say("Keeping the plan"))
    return keep_plans(workspace, [(inputs.rep.id, plan)], known)[0]


def best_day(
    travel_times: TravelTimes,
    inputs: PlanInputs,
    day: date,
    pins: Pins,
    *,
    seconds: float | None,
    steps: int | None = None,
    seed: int,
    progress: Progress,
) -> DayPlan:
    """The best plan found, checked, without remarks."""
    rep = inputs.rep
    working = replace(working_day(rep, day, pins.days_off), begins=inputs.begins, ends=inputs.ends)
    candidates, out = choose(inputs.accounts, working, inputs.seen, pins)
    stranded = _stranded_at_home(travel_times, rep) if candidates else ""
    if stranded:
        remedy = say('move the home to a road: `gcrm reps change {rep_key} --home "ADDRESS"`', rep_key=rep.key)
        out += [LeftOut(candidate.account, stranded, remedy, "unreachable") for candidate in candidates]
        candidates = []
    if not candidates:
        out = out if stranded else with_tried_remedies(out, [], working, travel_times)
        return day_without_stops(rep, working, _in_order(out, inputs), seed=seed, router=travel_times.name)
    most = most_of_all(candidates, working.end_s - working.start_s)
    candidates, passed_over = _looked_at(candidates, rep, working)
    progress(say("Computing travel times"))
    problem = state_day(candidates, working, travel_times)

    def drawn(found: SolvedDay) -> DayPlan:
        return planned_day(rep, working, candidates, problem, found, [], travel_times)

    plan = _home_in_time(
        problem, rep.home_on_time, seconds=seconds, steps=steps, seed=seed, progress=progress, drawn=drawn
    )
    if passed_over:
        # What was proven holds among those looked at closely.
        plan = replace(plan, bound=max(float(plan.prize), most), proven=False)
    visited = [candidates[stop.visit] for stop in plan.stops]
    out = with_tried_remedies(out, visited, working, travel_times)
    # Of those passed over, the ones worth most are tried.
    passed_over.sort(key=lambda one: -one.as_candidate.prize if one.as_candidate else 0)
    out += with_tried_remedies(passed_over, visited, working, travel_times)
    out += left_out(candidates, problem, plan, working, travel_times)
    progress(say("Drawing the way"))
    return planned_day(rep, working, candidates, problem, plan, _in_order(out, inputs), travel_times)


def _home_in_time(
    problem: DayProblem,
    share: float | None,
    *,
    seconds: float | None,
    steps: int | None,
    seed: int,
    progress: Progress,
    drawn: Callable[[SolvedDay], DayPlan],
) -> SolvedDay:
    """The best plan that ends in time on a share of days: the end of the day is moved forward until it does.

    The plan is one of the problem as it stands: it keeps its rules, and its chances are told by its own end.
    """
    if share is None:
        return solved(problem, seconds=seconds, steps=steps, seed=seed, progress=progress, drawn=drawn)
    part_s = None if seconds is None else seconds / SLACK_TRIES
    part_steps = None if steps is None else max(1, steps // SLACK_TRIES)
    earlier_s = 0
    for _ in range(SLACK_TRIES):
        day = replace(problem.day, end_s=max(problem.day.start_s, problem.day.end_s - earlier_s))
        tighter = replace(problem, day=day)
        plan = solved(tighter, seconds=part_s, steps=part_steps, seed=seed, progress=progress, drawn=drawn)
        late_s = too_late_home_s(problem, plan, share) if plan.stops else 0
        if not late_s:
            break
        earlier_s += late_s
    # What was proven holds for the shorter day.
    return replace(plan, bound=None, proven=False) if earlier_s else plan


def _looked_at(candidates: list[Candidate], rep: Rep, working: WorkingDay) -> tuple[list[Candidate], list[LeftOut]]:
    """The candidates to plan with, and those passed over because there are thousands."""
    chosen = preselect(candidates, working.leaves_from, working.end_s - working.start_s)
    if len(chosen) == len(candidates):
        return candidates, []
    inside = set(chosen)
    passed_over = [
        not_looked_at(one, len(candidates), len(chosen), _away_m(one, rep))
        for position, one in enumerate(candidates)
        if position not in inside
    ]
    return [candidates[position] for position in chosen], passed_over


def _away_m(candidate: Candidate, rep: Rep) -> float | None:
    place = candidate.account.place
    return straight_m(rep.home, place) if rep.home and place else None


def _stranded_at_home(travel_times: TravelTimes, rep: Rep) -> str:
    """Why nobody can drive anywhere from home, "" if one can."""
    if rep.home is None:
        return ""
    snapped = travel_times.snap(as_points([rep.home]))
    if snapped.on_network[0]:
        return ""
    return say("the home of {rep} is more than 1 km from any road of the area", rep=rep.name)


def _in_order(out: list[LeftOut], inputs: PlanInputs) -> list[LeftOut]:
    """Left out first what was nearest to being in: by reason, then as the accounts come."""
    position = {account.id: number for number, account in enumerate(inputs.accounts)}
    return sorted(out, key=lambda one: (_NEARNESS.get(one.code, 1), one.lacking_s, position[one.account.id]))


_NEARNESS = {"less valuable": 0, "fits": 0, "clash": 0, "nothing to gain": 2, "not due": 3, "visited": 4, "gone": 5}
