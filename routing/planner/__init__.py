"""A small language for planning visits, and the solvers behind it. See README.md."""

from routing.planner.change import Change
from routing.planner.check import check_day
from routing.planner.check_horizon import check_horizon, check_team
from routing.planner.horizon import Client, HorizonPlan, HorizonProblem, Pattern, Shift, TeamProblem
from routing.planner.plan import DayPlan, PlannedStop
from routing.planner.problem import Break, Day, DayProblem, Visit
from routing.planner.solve import solve_day
from routing.planner.solve_horizon import solve_horizon, solve_team
from routing.planner.warm import warm
from routing.planner.why import Code, Reason, dropped_reasons
from routing.planner.why_horizon import Missed, why_missed

__all__ = [
    "Break",
    "Change",
    "Client",
    "Code",
    "Day",
    "DayPlan",
    "DayProblem",
    "HorizonPlan",
    "HorizonProblem",
    "Missed",
    "Pattern",
    "PlannedStop",
    "Reason",
    "Shift",
    "TeamProblem",
    "Visit",
    "check_day",
    "check_horizon",
    "check_team",
    "dropped_reasons",
    "solve_day",
    "solve_horizon",
    "solve_team",
    "warm",
    "why_missed",
]
