"""A small language for planning visits, and the solvers behind it. See README.md."""

from routing.planner.check import check_day
from routing.planner.plan import DayPlan, PlannedStop
from routing.planner.problem import Break, Day, DayProblem, Visit
from routing.planner.solve import solve_day
from routing.planner.why import Code, Reason, dropped_reasons

__all__ = [
    "Break",
    "Code",
    "Day",
    "DayPlan",
    "DayProblem",
    "PlannedStop",
    "Reason",
    "Visit",
    "check_day",
    "dropped_reasons",
    "solve_day",
]
