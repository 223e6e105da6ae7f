"""A small language for planning visits, and the solvers behind it. See README.md."""

from routing.planner.change import Change
from routing.planner.check import check_day
from routing.planner.check_horizon import check_horizon, check_team
from routing.planner.drop_reasons import Code, Reason, dropped_reasons
from routing.planner.horizon import Client, HorizonPlan, HorizonProblem, Pattern, Shift, TeamProblem
from routing.planner.missed_reasons import Missed, why_missed
from routing.planner.plan import DayPlan, PlannedStop
from routing.planner.precompile import precompile
from routing.planner.problem import Break, Day, DayProblem, Visit
from routing.planner.solve import solve_day
from routing.planner.solve_horizon import solve_horizon, solve_team

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
    "precompile",
    "solve_day",
    "solve_horizon",
    "solve_team",
    "why_missed",
]
