"""Plan one day of one rep: which accounts to visit, in which order, when, and why the others are left out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from gcrm.common.wording import minutes_in_words
from gcrm.people.model import Rep
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.candidates import Candidate, LeftOut, choose
from gcrm.planning.day_document import day_document, day_without_stops, with_remarks
from gcrm.planning.optimality_gap import most_of_all
from gcrm.planning.pins import Pins
from gcrm.planning.plan_inputs import PlanInputs, pins_with_file, plan_inputs
from gcrm.planning.preselect import preselect, straight_m
from gcrm.planning.problem import state_day
from gcrm.planning.reasons import left_out, not_looked_at
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, Watched, quiet
from gcrm.store import Transaction
from gcrm.workspace import Workspace
from routing.planner.check import check_day
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.points import as_points
from routing.travel_times.protocol import TravelTimes

MOST_SECONDS = 3600.0
SHOW_SHARE = 0.2
"""So much of the time to search may go into drawing plans for somebody who looks on."""
SHOW_WAIT_S = 1.5
"""A better plan waits no longer than this to be drawn."""


def plan_day(
    workspace: Workspace,
    rep_key: str,
    day: date,
    *,
    seconds: float = 5.0,
    seed: int = 1,
    pin_file: Path | None = None,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Plan the day, check it, keep it, and return its document (gcrm/planning/day_document.py), with its `id`.

    seconds: wall time given to the search. pin_file: what is decided already (gcrm/planning/pins.py). What cannot be
    visited comes back in `dropped` with its reason; a day off, a rep without accounts or without a road at home give a
    day without stops, not an error.
    Raises NotFound for an unknown rep, NotReady where no area is imported, InputRejected for seconds that cannot be,
    Cancelled if `progress` says so; nothing is kept then.
    """
    began = time.monotonic()
    checked_seconds(seconds)
    progress("Reading the accounts")
    inputs = plan_inputs(workspace, rep_key, day)
    pins = pins_with_file(inputs, pin_file, inputs.accounts)
    times = workspace.travel_times
    document = planned_document(times, inputs, day, pins, seconds=seconds, seed=seed, progress=progress)
    document = with_remarks(document, (*inputs.notes, *pins.faults), workspace.clock(), time.monotonic() - began)
    # The last chance to stop.
    progress("Keeping the plan")
    return kept(workspace, inputs.rep.id, day, document)


def kept(workspace: Workspace, rep_id: int, day: date, document: dict[str, Any]) -> dict[str, Any]:
    """Keep a document as the current plan of a rep's day; returned with the number that it is kept under."""
    with workspace.store.write() as tx:
        return kept_within(tx, rep_id, day, document)


def kept_within(tx: Transaction, rep_id: int, day: date, document: dict[str, Any]) -> dict[str, Any]:
    """As `kept`, as part of a larger change."""
    plan_id = tx.plans.save(rep_id, day, document)
    numbered = document | {"id": plan_id}
    tx.plans.amend(plan_id, numbered)
    return numbered


def planned_document(
    travel_times: TravelTimes,
    inputs: PlanInputs,
    day: date,
    pins: Pins,
    *,
    seconds: float,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """The document of the best plan found, checked, without remarks."""
    rep = inputs.rep
    working = replace(working_day(rep, day, pins.days_off), begins=inputs.begins, ends=inputs.ends)
    candidates, out = choose(inputs.accounts, working, inputs.seen, pins)
    stranded = _stranded_at_home(travel_times, rep) if candidates else ""
    if stranded:
        remedy = f'move the home to a road: `gcrm reps change {rep.key} --home "ADDRESS"`'
        out += [LeftOut(candidate.account, stranded, remedy, "unreachable") for candidate in candidates]
        candidates = []
    if not candidates:
        return day_without_stops(rep, working, _in_order(out, inputs), seed=seed, router=travel_times.name)
    most = most_of_all(candidates, working.end_s - working.start_s)
    candidates, passed_over = _looked_at(candidates, rep, working)
    progress("Computing travel times")
    problem = state_day(candidates, working, travel_times)

    def drawn(found: DayPlan) -> dict[str, Any]:
        return day_document(rep, working, candidates, problem, found, [], travel_times)

    plan = solved(problem, seconds=seconds, seed=seed, progress=progress, drawn=drawn)
    if passed_over:
        # What was proven holds among those looked at closely.
        plan = replace(plan, bound=max(float(plan.prize), most), proven=False)
    out += passed_over + left_out(candidates, problem, plan, working, travel_times)
    progress("Drawing the way")
    return day_document(rep, working, candidates, problem, plan, _in_order(out, inputs), travel_times)


def solved(
    problem: DayProblem,
    *,
    seconds: float,
    seed: int,
    progress: Progress,
    drawn: Callable[[DayPlan], dict[str, Any]] | None = None,
) -> DayPlan:
    """The best plan found in the time, checked again here, whatever the solver says of itself.

    drawn: a plan's document, for somebody who looks on.
    Raises Cancelled if `progress` does, AssertionError if a plan breaks a rule: such a plan is never shown.
    """
    from routing.planner.solve import solve_day

    def told(plan: DayPlan) -> str:
        return f"{len(plan.stops)} visits, {minutes_in_words(plan.travel_s)} driving"

    plan: DayPlan = solved_by(solve_day, problem, told, seconds=seconds, seed=seed, progress=progress, drawn=drawn)
    refuse_faults(check_day(problem, plan))
    return plan


def solved_by(
    solve: Callable[..., Any],
    problem: Any,
    told: Callable[[Any], str],
    *,
    seconds: float,
    seed: int,
    progress: Progress,
    drawn: Callable[[Any], dict[str, Any]] | None = None,
) -> Any:
    """What a solver of the planner answers, with progress told and the wish to stop heard. Raises Cancelled.

    drawn: a plan's document; it is shown, with "number", to somebody who looks on.
    """
    better = count(1)
    message = "Looking for a plan"
    onlooker = progress if drawn and isinstance(progress, Watched) else None
    unshown: tuple[int, Any] | None = None
    show_at = time.monotonic()

    def on_better(plan: Any) -> None:
        nonlocal message, unshown
        number = next(better)
        message = f"Plan {number}: {told(plan)}"
        unshown = (number, plan)
        show()

    def show() -> None:
        nonlocal unshown, show_at
        if onlooker and drawn and unshown and time.monotonic() >= show_at:
            drawing_at = time.monotonic()
            onlooker.show({"number": unshown[0]} | drawn(unshown[1]))
            unshown = None
            drawn_at = time.monotonic()
            show_at = drawn_at + min((drawn_at - drawing_at) / SHOW_SHARE, SHOW_WAIT_S)

    with until_stopped(progress, lambda: message, seconds) as stop:

        def asked() -> bool:
            show()
            return stop()

        return solve(problem, seconds=seconds, seed=seed, on_better=on_better, stop=asked)


def refuse_faults(faults: Sequence[str]) -> None:
    """Raise AssertionError with what a plan breaks; a plan that breaks a rule is a defect and never shown."""
    if faults:
        raise AssertionError("A plan broke the rules and is not shown: " + "; ".join(faults))


def checked_seconds(seconds: float) -> None:
    """Raise InputRejected for a time to search that cannot be."""
    if not 0 <= seconds <= MOST_SECONDS:
        raise InputRejected(f"{seconds} seconds to search cannot be.", f"Give 0 to {MOST_SECONDS:,.0f} seconds.")


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
    return f"the home of {rep.name} is more than 1 km from any road of the area"


def _in_order(out: list[LeftOut], inputs: PlanInputs) -> list[LeftOut]:
    """Left out first what was nearest to being in: by reason, then as the accounts come."""
    position = {account.id: number for number, account in enumerate(inputs.accounts)}
    return sorted(out, key=lambda one: (_NEARNESS.get(one.code, 1), one.lacking_s, position[one.account.id]))


_NEARNESS = {"less valuable": 0, "fits": 0, "clash": 0, "nothing to gain": 2, "not due": 3, "visited": 4, "gone": 5}
