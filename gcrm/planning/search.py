"""A solver of the planner at work: progress told, better plans shown, the wish to stop heard, the answer checked."""

import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from gcrm.common.language import number, say
from gcrm.common.wording import minutes_in_words
from gcrm.planning.day_json import write_day
from gcrm.planning.day_plan import DayPlan
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, Watched
from routing.planner.check import check_day
from routing.planner.plan import DayPlan as SolvedDay
from routing.planner.problem import DayProblem

DAY_SECONDS, WEEK_SECONDS, HORIZON_SECONDS = 5.0, 10.0, 30.0
"""Time to search where no bound is given."""
MOST_SECONDS = 3600.0
MOST_STEPS = 1_000_000_000
SHOW_SHARE = 0.2
"""So much of the time to search may go into drawing plans for somebody who looks on."""
SHOW_WAIT_S = 1.5
"""A better plan waits no longer than this to be drawn."""


def solved(
    problem: DayProblem,
    *,
    seconds: float | None,
    steps: int | None = None,
    seed: int,
    progress: Progress,
    drawn: Callable[[SolvedDay], DayPlan] | None = None,
) -> SolvedDay:
    """The best plan found in the time, checked again here, whatever the solver says of itself.

    drawn: a plan as it is shown, for somebody who looks on.
    Raises Cancelled if `progress` does, AssertionError if a plan breaks a rule: such a plan is never shown.
    """
    from routing.planner.solve import solve_day

    def told(plan: SolvedDay) -> str:
        driving = minutes_in_words(plan.travel_s)
        return say("{visits} visits, {driving} driving", visits=len(plan.stops), driving=driving)

    def shown(plan: SolvedDay) -> dict[str, Any]:
        return write_day(drawn(plan)) if drawn else {}

    show = shown if drawn else None
    plan: SolvedDay = solved_by(
        solve_day, problem, told, seconds=seconds, steps=steps, seed=seed, progress=progress, drawn=show
    )
    refuse_faults(check_day(problem, plan))
    return plan


def solved_by(
    solve: Callable[..., Any],
    problem: Any,
    told: Callable[[Any], str],
    *,
    seconds: float | None,
    steps: int | None = None,
    seed: int,
    progress: Progress,
    drawn: Callable[[Any], dict[str, Any]] | None = None,
) -> Any:
    """What a solver of the planner answers, with progress told and the wish to stop heard. Raises Cancelled.

    drawn: a plan as JSON can say it; it is shown, with "number", to somebody who looks on.
    """
    better = count(1)
    message = say("Looking for a plan")
    onlooker = progress if drawn and isinstance(progress, Watched) else None
    unshown: tuple[int, Any] | None = None
    show_at = time.monotonic()

    def on_better(plan: Any) -> None:
        nonlocal message, unshown
        number = next(better)
        message = say("Plan {number}: {figures}", number=number, figures=told(plan))
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

        return solve(problem, seconds=seconds, steps=steps, seed=seed, on_better=on_better, stop=asked)


def refuse_faults(faults: Sequence[str]) -> None:
    """Raise AssertionError with what a plan breaks; a plan that breaks a rule is a defect and never shown."""
    if faults:
        raise AssertionError("A plan broke the rules and is not shown: " + "; ".join(faults))


def checked_bound(seconds: float | None, steps: int | None, default_s: float) -> float | None:
    """The seconds to search: those given, the default where no bound is given, None where only steps are.

    Raises InputRejected for seconds or steps that cannot be.
    """
    if steps is not None and not 0 < steps <= MOST_STEPS:
        raise InputRejected(
            say("{steps} steps to search is not possible.", steps=steps),
            say("Enter 1 to {most} steps.", most=number(MOST_STEPS)),
        )
    if seconds is None:
        return default_s if steps is None else None
    checked_seconds(seconds)
    return seconds


def checked_seconds(seconds: float) -> None:
    """Raise InputRejected for a time to search that cannot be."""
    if not 0 <= seconds <= MOST_SECONDS:
        raise InputRejected(
            say("{seconds} seconds to search is not possible.", seconds=seconds),
            say("Enter 0 to {most} seconds.", most=number(MOST_SECONDS)),
        )
